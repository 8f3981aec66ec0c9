//! Indexes that stand by themselves.

use super::{Op, OwnedFound, Replay, take};
use crate::fact::{Cause, Field};
use crate::replay::database::{Gone, Index, Name, Presence, bare, schema_of};
use crate::replay::names::chosen;

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
        let Some(table) = self.finds_table(op, Field::TargetTable) else { return };
        let columns = op.names(Field::Columns).unwrap_or_default();
        let schema = schema_of(&table).to_owned();
        let name = op.text(Field::Name).map(str::to_owned).unwrap_or_else(|| {
            let parts: Vec<&str> = columns.iter().map(|column| called(column)).collect();
            chosen(&table, &parts, "idx", |name| self.db.indexes.has(&format!("{schema}.{name}")))
        });
        let name: Name = format!("{schema}.{name}").into();
        self.finds_index(op, &name);
        // without the table there is no index; one of a table outside is not ours to follow
        if !self.db.relations.has(&table) {
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
        }
        self.db.indexes.rename(&name, to.into(), Gone::Renamed(op.id));
    }
}

/// What an expression counts as in a name that PostgreSQL chooses: the function that it calls, or `expr`.
pub(super) fn called(column: &str) -> &str {
    match column.split_once('(') {
        Some((function, _))
            if !function.is_empty() && !function.contains(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')) =>
        {
            function.rsplit('.').next().unwrap_or(function)
        }
        Some(_) => "expr",
        None => column,
    }
}
