//! Triggers.

use super::{Op, OwnedFound, Replay};
use crate::fact::{Cause, Field, State, Value};
use crate::replay::database::{Name, Presence, Trigger};
use std::sync::Arc;

impl Replay {
    /// A function got another name or schema: the triggers that run it say it with that.
    pub(super) fn rename_executed(&mut self, old: &str, new: &Name) {
        for trigger in self.db.relations.iter_mut().flat_map(|(_, relation)| &mut relation.triggers) {
            if let State::Stated(value, _) = &mut trigger.executes
                && *value == Value::from(old)
            {
                *value = Value::Text(Arc::clone(new));
            }
        }
        let watchers = self.db.watchers.iter_mut().filter(|(_, function)| **function == *old);
        watchers.for_each(|(_, function)| *function = Arc::clone(new));
    }

    /// Operations on triggers.
    pub(super) fn trigger(&mut self, op: &Op<'_>) {
        let Some(table) = self.finds_table(op, Field::TargetTable) else {
            if op.name(Field::Table).is_none() {
                let cause = Cause::new("may be made on a table whose name is built at run time", "Write it out.");
                self.doubt("trigger", &cause, op);
            }
            return;
        };
        let Some(name) = op.name(Field::Name) else { return };
        let new = op.name(Field::NewName);
        let found = match self.db.relations.get(&table) {
            Some(relation) => match relation.triggers.iter().find(|own| own.name == name) {
                Some(own) => OwnedFound::There(own.presence.clone()),
                None => OwnedFound::Absent,
            },
            None => self.relation(&table).owned(),
        };
        self.finds(op, Field::Target, "trigger", found.borrowed());
        let Some(relation) = self.db.relations.get_mut(&table) else { return };
        match op.is {
            "create_trigger" => {
                let (made_by, definition) = (op.id, op.state(Field::Definition).clone());
                let executes = op.state(Field::Executes).clone();
                match relation.triggers.iter_mut().find(|own| own.name == name) {
                    Some(own) => {
                        (own.made_by, own.definition) = (made_by, op.gives(&own.definition, definition));
                        own.fires = op.gives(&own.fires, State::Absent(None));
                        own.executes = op.gives(&own.executes, executes);
                        if op.doubt().is_none() {
                            own.presence = Presence::Certain;
                        }
                    }
                    None => {
                        let (presence, fires) = (op.presence(), State::Absent(None));
                        relation.triggers.push(Trigger { name, made_by, presence, definition, executes, fires });
                    }
                }
            }
            "drop_trigger" => match op.doubt() {
                None => relation.triggers.retain(|own| own.name != name),
                Some(cause) => {
                    let own = relation.triggers.iter_mut().filter(|own| own.name == name);
                    own.for_each(|own| own.presence = Presence::Perhaps(Arc::clone(cause)));
                }
            },
            "alter_trigger" => {
                if let (Some(new), Some(own)) = (new, relation.triggers.iter_mut().find(|own| own.name == name)) {
                    own.name = new;
                }
            }
            _ => {}
        }
    }
}
