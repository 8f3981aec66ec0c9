//! Functions and procedures.

use super::cascade::Word;
use super::{Op, OwnedFound, Replay, defaulted, take};
use crate::fact::{Cause, Field, State};
use crate::replay::database::{Gone, Name, Presence, Routine, bare, schema_of};
use std::sync::Arc;

impl Replay {
    /// Operations on routines.
    pub(super) fn routine_operation(&mut self, op: &Op<'_>) -> bool {
        match op.is {
            "create_function" | "create_procedure" => self.create_routine(op),
            "alter_function" | "alter_procedure" => self.alter_routine(op),
            "drop_function" | "drop_procedure" => self.drop_routine(op),
            _ => return false,
        }
        true
    }

    /// The keys of the routines that a name means: with arguments the one that has them, without all of that name.
    pub(super) fn routines(&self, name: &str, arguments: Option<&str>) -> Vec<Name> {
        match arguments {
            Some(arguments) => {
                let key = format!("{name}({arguments})");
                self.db.routines.get(&key).map(|_| Name::from(key.as_str())).into_iter().collect()
            }
            None => {
                let own = self.db.routines.iter().filter(|(_, routine)| *routine.name == *name);
                own.map(|(key, _)| Arc::clone(key)).collect()
            }
        }
    }

    pub(super) fn finds_routine(&mut self, op: &Op<'_>, name: &str, arguments: Option<&str>) -> Vec<Name> {
        let keys = self.routines(name, arguments);
        let there = keys.first().and_then(|key| self.db.routines.get(key));
        let gone = arguments.and_then(|arguments| self.db.routines.gone(&format!("{name}({arguments})")));
        // arguments may be spelled in ways that are not followed, and extensions bring functions along
        let alike = self.db.routines.iter().any(|(_, routine)| *routine.name == *name);
        let extended = self.db.extensions.iter().next().is_some();
        let found = match (there, gone) {
            (Some(routine), _) => OwnedFound::There(routine.presence.clone()),
            (None, Some(gone)) => OwnedFound::Gone(gone.clone()),
            (None, None) if alike || extended || !self.db.is_ours(schema_of(name)) => OwnedFound::Outside,
            (None, None) => OwnedFound::Absent,
        };
        self.finds(op, Field::Target, "routine", found.borrowed());
        keys
    }

    fn create_routine(&mut self, op: &Op<'_>) {
        let Some(name) = op.qualified() else { return };
        let arguments = op.name(Field::Arguments).unwrap_or_else(|| "?".into());
        self.finds_routine(op, &name, Some(&arguments));
        let key: Name = format!("{name}({arguments})").into();
        let definer = match op.state(Field::SecurityDefiner) {
            State::Absent(_) => defaulted(false, op),
            state => state.clone(),
        };
        let search_path = match op.state(Field::SearchPath) {
            State::Absent(_) => State::Absent(Some(op.anchor().after())),
            state => state.clone(),
        };
        let for_triggers = matches!(op.text(Field::Returns), Some("trigger" | "event_trigger"));
        if let Some(routine) = self.db.routines.get_mut(&key) {
            routine.definer = op.gives(&routine.definer, definer);
            routine.search_path = op.gives(&routine.search_path, search_path);
            routine.definition = op.gives(&routine.definition, op.state(Field::Definition).clone());
            routine.volatility = op.gives(&routine.volatility, op.state(Field::Volatility).clone());
            routine.traits = op.gives(&routine.traits, super::traits::changed(&State::Absent(None), op));
            routine.settings = op.gives(&routine.settings, super::traits::set(&State::Absent(None), op));
            (routine.made_by, routine.for_triggers) = (op.id, for_triggers);
            routine.types = op.names(Field::Types).unwrap_or_default();
            if op.doubt().is_none() {
                routine.presence = Presence::Certain;
            }
            return;
        }
        let acl = self.default_acl(schema_of(&name), "function", op, Some("execute"));
        let presence = op.presence();
        let (made_by, definition) = (op.id, op.state(Field::Definition).clone());
        let routine = Routine {
            name,
            arguments,
            made_by,
            presence,
            definer,
            search_path,
            owner: None,
            definition,
            volatility: op.state(Field::Volatility).clone(),
            traits: super::traits::changed(&State::Absent(None), op),
            settings: super::traits::set(&State::Absent(None), op),
            for_triggers,
            types: op.names(Field::Types).unwrap_or_default(),
            acl,
        };
        self.db.routines.insert(key, routine);
    }

    fn alter_routine(&mut self, op: &Op<'_>) {
        let Some(name) = op.qualified() else { return };
        let keys = self.finds_routine(op, &name, op.text(Field::Arguments));
        for key in keys {
            let Some(routine) = self.db.routines.get_mut(&key) else { continue };
            routine.traits = super::traits::changed(&routine.traits, op);
            routine.settings = super::traits::set(&routine.settings, op);
            for (field, own) in [
                (Field::SecurityDefiner, &mut routine.definer),
                (Field::SearchPath, &mut routine.search_path),
                (Field::Volatility, &mut routine.volatility),
            ] {
                // what RESET takes away is absent where it stood
                if !matches!(op.state(field), State::Absent(None) | State::Defaulted(..)) {
                    *own = op.gives(own, op.state(field).clone());
                }
            }
            if let (Some(new), None) = (op.new_name(&name), op.doubt()) {
                routine.name = Arc::clone(&new);
                let to = format!("{new}({})", routine.arguments);
                self.db.routines.rename(&key, to.into(), Gone::Renamed(op.id));
                self.rename_executed(&name, &new);
            }
        }
    }

    fn drop_routine(&mut self, op: &Op<'_>) {
        let Some(name) = op.qualified() else {
            let cause = Cause::new("may be dropped under a name that is built at run time", "Write it out.");
            return self.doubt("routine", &cause, op);
        };
        for key in self.finds_routine(op, &name, op.text(Field::Arguments)) {
            take(&mut self.db.routines, &key, op, |routine, presence| routine.presence = presence);
            let alike = self.db.routines.iter().any(|(_, other)| bare(&other.name) == bare(&name));
            let word = if alike { Word::Ambiguous } else { Word::Plain };
            self.cascade(bare(&name), None, word, op);
        }
    }
}
