//! Policies of row level security.

use super::{Op, OwnedFound, Replay, defaulted};
use crate::fact::{Cause, Field, State};
use crate::replay::database::{Name, Policy, Presence};
use std::sync::Arc;

impl Replay {
    /// Operations on policies.
    pub(super) fn policy_operation(&mut self, op: &Op<'_>) -> bool {
        match op.is {
            "create_policy" => self.create_policy(op),
            "alter_policy" => self.alter_policy(op),
            "drop_policy" => self.drop_policy(op),
            _ => return false,
        }
        true
    }

    fn finds_policy(&mut self, op: &Op<'_>) -> Option<(Name, Name)> {
        let Some(table) = self.finds_table(op, Field::TargetTable) else {
            if op.name(Field::Table).is_none() {
                self.doubt("policy", &unknown(), op);
            }
            return None;
        };
        let Some(name) = op.name(Field::Name) else {
            self.doubt("policy", &unknown(), op);
            return None;
        };
        let found = match self.db.relations.get(&table) {
            None => self.relation(&table).owned(),
            Some(relation) if relation.implied && !relation.policies.iter().any(|policy| policy.name == name) => {
                self.relation(&table).owned()
            }
            Some(relation) => match relation.policies.iter().find(|policy| policy.name == name) {
                Some(policy) => OwnedFound::There(policy.presence.clone()),
                None => OwnedFound::Absent,
            },
        };
        self.finds(op, Field::Target, "policy", found.borrowed());
        Some((table, name))
    }

    fn create_policy(&mut self, op: &Op<'_>) {
        let Some((table, name)) = self.finds_policy(op) else { return };
        let Some(relation) = self.db.relations.get_mut(&table) else { return };
        // one that could be made anew was gone
        if op.doubt().is_none() {
            relation.policies.retain(|policy| policy.name != name || policy.presence == Presence::Certain);
        }
        if let Some(policy) = relation.policies.iter_mut().find(|policy| policy.name == name) {
            if op.doubt().is_none() {
                policy.presence = Presence::Certain;
            }
            return;
        }
        relation.policies.push(Policy {
            name,
            made_by: op.id,
            presence: op.presence(),
            changed_by: op.id,
            command: or(op, Field::Command, defaulted_word("all", op)),
            permissive: or(op, Field::Permissive, defaulted(true, op)),
            roles: op.state(Field::Roles).clone(),
            using: op.state(Field::Using).clone(),
            check: op.state(Field::Check).clone(),
            using_definition: op.state(Field::UsingDefinition).clone(),
            check_definition: op.state(Field::CheckDefinition).clone(),
            calls: op.state(Field::Calls).clone(),
            keys: op.state(Field::Keys).clone(),
        });
    }

    fn alter_policy(&mut self, op: &Op<'_>) {
        let Some((table, name)) = self.finds_policy(op) else { return };
        let Some(relation) = self.db.relations.get_mut(&table) else { return };
        let Some(policy) = relation.policies.iter_mut().find(|policy| policy.name == name) else { return };
        for (field, own) in
            [(Field::Roles, &mut policy.roles), (Field::Using, &mut policy.using), (Field::Check, &mut policy.check)]
        {
            let new = op.state(field);
            if !matches!(new, State::Absent(_)) {
                *own = op.gives(own, new.clone());
                policy.changed_by = op.id;
            }
        }
        // without a WITH CHECK of its own the new rows are asked what USING says
        if let (State::Defaulted(..), State::Stated(using, span)) = (&policy.check, op.state(Field::Using)) {
            policy.check = op.gives(&policy.check, State::Defaulted(using.clone(), *span));
        }
        for (field, own) in [
            (Field::UsingDefinition, &mut policy.using_definition),
            (Field::CheckDefinition, &mut policy.check_definition),
        ] {
            let new = op.state(field);
            if !matches!(new, State::Absent(_)) {
                *own = op.gives(own, new.clone());
                // what the other condition asks may be among them still
                policy.calls = op.gives(&policy.calls, op.state(Field::Calls).clone());
                policy.keys = op.gives(&policy.keys, op.state(Field::Keys).clone());
            }
        }
        if let (Some(new), None) = (op.name(Field::NewName), op.doubt()) {
            policy.name = new;
        }
    }

    fn drop_policy(&mut self, op: &Op<'_>) {
        let Some((table, name)) = self.finds_policy(op) else { return };
        let Some(relation) = self.db.relations.get_mut(&table) else { return };
        match op.doubt() {
            None => relation.policies.retain(|policy| policy.name != name),
            Some(cause) => {
                let policy = relation.policies.iter_mut().find(|policy| policy.name == name);
                policy.into_iter().for_each(|policy| policy.presence = Presence::Perhaps(Arc::clone(cause)));
            }
        }
    }
}

fn or(op: &Op<'_>, field: Field, default: State) -> State {
    match op.state(field) {
        State::Absent(_) => default,
        state => state.clone(),
    }
}

fn defaulted_word(word: &'static str, op: &Op<'_>) -> State {
    State::Defaulted(crate::fact::Value::Word(word), op.anchor().after())
}

fn unknown() -> Arc<Cause> {
    Cause::new(
        "may be made or dropped by text that is built at run time",
        "Write the policies out, one for each table.",
    )
}
