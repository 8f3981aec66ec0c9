//! Indexes that stand by themselves.

use super::{Op, OwnedFound, Replay, take};
use crate::document::sql::text;
use crate::fact::{Cause, Field, State, Value};
use crate::replay::database::{Gone, Index, Name, Presence, bare, schema_of};
use crate::replay::names::{chosen, of_columns};
use std::sync::Arc;

impl Replay {
    /// Operations on indexes.
    pub(super) fn index_operation(&mut self, op: &Op<'_>) -> bool {
        match op.is {
            "create_index" => self.create_index(op),
            "drop_index" => self.drop_index(op),
            "alter_index" => self.alter_index(op),
            _ => return false,
        }
        true
    }

    pub(super) fn finds_index(&mut self, op: &Op<'_>, name: &str) {
        let found = match (self.db.indexes.get(name), self.db.indexes.gone(name)) {
            (Some(index), _) => OwnedFound::There(index.presence.clone()),
            (None, Some(gone)) => OwnedFound::Gone(gone.clone()),
            (None, None) if !self.db.is_ours(schema_of(name)) => OwnedFound::Outside,
            (None, None) => OwnedFound::Absent,
        };
        self.finds(op, Field::Target, "index", found.borrowed());
    }

    fn create_index(&mut self, op: &Op<'_>) {
        let Some(table) = self.finds_table(op, Field::TargetTable) else {
            if op.name(Field::Table).is_none() {
                let cause = Cause::new("may be made on a table whose name is built at run time", "Write it out.");
                self.doubt("index", &cause, op);
            }
            return;
        };
        let columns = op.names(Field::Columns).unwrap_or_default();
        let schema = schema_of(&table).to_owned();
        let name = op.text(Field::Name).map(str::to_owned).unwrap_or_else(|| {
            let parts = of_columns(columns.iter().chain(&included(op.state(Field::Traits))));
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            chosen(&table, &parts, "idx", |name| self.db.is_relation(&schema, name))
        });
        let name: Name = format!("{schema}.{name}").into();
        self.finds_index(op, &name);
        // without the table there is no index; one of a table outside is not ours to follow
        // nor where something else has its name already
        if !self.db.relations.has(&table) || (self.db.relations.has(&name) && op.is_true(Field::IfNotExists)) {
            return;
        }
        if let Some(index) = self.db.indexes.get_mut(&name) {
            if op.doubt().is_none() {
                index.presence = Presence::Certain;
            }
            return;
        }
        let index = Index {
            made_by: op.id,
            presence: op.presence(),
            table,
            columns,
            unique: op.is_true(Field::Unique),
            of_constraint: false,
            partial: op.is_true(Field::Where),
            predicate: op.state(Field::Predicate).clone(),
            traits: op.state(Field::Traits).clone(),
            parent: None,
        };
        let table = index.table.clone();
        self.db.indexes.insert(name.clone(), index);
        self.index_partitions(&table, &name, op);
    }

    fn drop_index(&mut self, op: &Op<'_>) {
        let Some(name) = op.qualified() else {
            let cause = Cause::new("may be dropped under a name that is built at run time", "Write it out.");
            return self.doubt("index", &cause, op);
        };
        self.finds_index(op, &name);
        if take(&mut self.db.indexes, &name, op, |index, presence| index.presence = presence).is_some() {
            self.drop_inherited(&name, op);
        }
    }

    fn alter_index(&mut self, op: &Op<'_>) {
        let Some(name) = op.qualified() else { return };
        self.finds_index(op, &name);
        let Some(new) = op.text(Field::NewName) else { return };
        let schema = schema_of(&name);
        let to = format!("{schema}.{new}");
        // the constraint that owns it gets the same name
        let table = self.db.indexes.get(&name).filter(|index| index.of_constraint).map(|index| index.table.clone());
        if let Some(relation) = table.and_then(|table| self.db.relations.get_mut(&table)) {
            let own = relation.constraints.iter_mut().find(|constraint| *constraint.name == *bare(&name));
            own.into_iter().for_each(|constraint| constraint.name = new.into());
            self.db.name_constraint(schema, new);
        }
        self.db.indexes.rename(&name, to.into(), Gone::Renamed(op.id));
    }
}

/// The columns of INCLUDE.
pub(super) fn included(traits: &State) -> Vec<Name> {
    let Some(Value::List(said)) = traits.value() else { return Vec::new() };
    let list = |word: &Value| match word {
        Value::Text(text) => text.strip_prefix("include ").map(text::listed),
        _ => None,
    };
    said.iter().find_map(list).unwrap_or_default().into_iter().map(Name::from).collect()
}

/// A column of INCLUDE got another name.
pub(super) fn rename_included(traits: &mut State, old: &str, new: &str) {
    let (State::Stated(Value::List(said), _) | State::Defaulted(Value::List(said), _)) = traits else { return };
    for word in said.iter_mut() {
        let renamed = match word {
            Value::Text(said) => said.strip_prefix("include ").map(|list| text::renamed(list, old, new)),
            _ => None,
        };
        if let Some(list) = renamed {
            *word = Value::Text(Arc::from(format!("include {list}")));
        }
    }
}

/// Whether an index stands on a column: as one of its own, in an expression, in INCLUDE or in its condition.
pub(super) fn stands_on(index: &Index, column: &str) -> bool {
    let own = |name: &Name| **name == *column || (name.contains('(') && text::mentions(name, column));
    let condition = match index.predicate.value() {
        Some(Value::Secret(secret)) => secret.ask(|text| text::mentions(text, column)),
        _ => false,
    };
    condition || index.columns.iter().any(own) || included(&index.traits).iter().any(|name| **name == *column)
}
