//! Triggers.

use super::{Op, OwnedFound, Replay};
use crate::fact::{Field, State};
use crate::replay::database::{Presence, Trigger};
use std::sync::Arc;

impl Replay {
    /// Operations on triggers.
    pub(super) fn trigger(&mut self, op: &Op<'_>) {
        let Some(table) = self.finds_table(op, Field::TargetTable) else { return };
        let Some(name) = op.name(Field::Name) else { return };
        let new = op.name(Field::NewName);
        let found = match self.db.relations.get(&table) {
            Some(relation) => match relation.triggers.iter().find(|own| own.name == name) {
                Some(own) => OwnedFound::There(own.presence.clone()),
                None => OwnedFound::Absent,
            },
            None => self.relation(&table).owned(),
        };
        self.finds(op, Field::Target, "plain", found.borrowed());
        let Some(relation) = self.db.relations.get_mut(&table) else { return };
        match op.is {
            "create_trigger" => {
                let (made_by, definition) = (op.id, op.state(Field::Definition).clone());
                match relation.triggers.iter_mut().find(|own| own.name == name) {
                    Some(own) => {
                        (own.made_by, own.definition) = (made_by, op.gives(&own.definition, definition));
                        own.fires = op.gives(&own.fires, State::Absent(None));
                        if op.doubt().is_none() {
                            own.presence = Presence::Certain;
                        }
                    }
                    None => {
                        let fires = State::Absent(None);
                        relation.triggers.push(Trigger { name, made_by, presence: op.presence(), definition, fires });
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
