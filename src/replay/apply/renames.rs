//! Columns and types that get another name: what speaks of them follows.

use super::columns::{printed, unknown_column};
use super::{Op, Replay};
use crate::document::sql::text;
use crate::fact::{Field, State, Value};
use crate::replay::database::{Gone, Name, Presence, RelationKind};
use crate::source::Secret;
use std::sync::Arc;

impl Replay {
    /// `RENAME COLUMN`, of a table and of its heirs.
    pub(super) fn rename_column(&mut self, op: &Op<'_>) {
        let Some((table, name)) = self.finds_column(op) else { return };
        let Some(relation) = self.db.relations.get_mut(&table) else { return };
        let Some(new) = op.name(Field::NewName) else {
            relation.open.get_or_insert_with(unknown_column);
            return;
        };
        if matches!(relation.kind, RelationKind::View | RelationKind::MaterializedView) {
            let word = Value::from(format!("column {name} as {new}"));
            let mut words = match relation.traits.value() {
                Some(Value::List(words)) => words.clone(),
                _ => Vec::new(),
            };
            words.push(word);
            relation.traits = op.gives(&relation.traits, State::Stated(Value::List(words), op.anchor()));
            return;
        }
        let Some(at) = relation.columns.iter().position(|column| column.name == name) else { return };
        if let Some(cause) = op.doubt() {
            let doubtful = Presence::Perhaps(Arc::clone(cause));
            let mut copy = relation.columns.get(at).cloned();
            relation.columns.iter_mut().skip(at).take(1).for_each(|column| column.presence = doubtful.clone());
            if let Some(copy) = copy.as_mut() {
                (copy.name, copy.presence) = (new, doubtful);
            }
            relation.columns.extend(copy);
            return;
        }
        let heirs = self.heirs_of(&table);
        for table in std::iter::once(&table).chain(&heirs) {
            self.rename_one(table, &name, &new, op);
        }
    }

    /// A column of one table gets another name, with everything that speaks of it.
    fn rename_one(&mut self, table: &Name, name: &Name, new: &Name, op: &Op<'_>) {
        let Some(relation) = self.db.relations.get_mut(table) else { return };
        let Some(column) = relation.columns.iter_mut().find(|column| column.name == *name) else { return };
        column.name = Arc::clone(new);
        relation.lost.push((Arc::clone(name), Gone::Renamed(op.id)));
        relation.acl.rename_column(name, new);
        let to_new = |columns: &mut Vec<Name>| {
            columns.iter_mut().filter(|column| **column == *name).for_each(|column| *column = Arc::clone(new));
        };
        for constraint in &mut relation.constraints {
            to_new(&mut constraint.columns);
            super::indexes::rename_included(&mut constraint.traits, name, new);
        }
        for (_, index) in self.db.indexes.iter_mut().filter(|(_, index)| index.table == *table) {
            to_new(&mut index.columns);
            super::indexes::rename_included(&mut index.traits, name, new);
            for expression in index.columns.iter_mut().filter(|column| column.contains('(')) {
                *expression = text::renamed(expression, name, new).into();
            }
            if let State::Stated(Value::Secret(condition), _) = &mut index.predicate {
                *condition = Secret::new(&condition.ask(|said| text::renamed(said, name, new)));
            }
        }
        for (_, relation) in self.db.relations.iter_mut() {
            let referring = relation.constraints.iter_mut().filter(|own| own.references.as_ref() == Some(table));
            referring.for_each(|constraint| to_new(&mut constraint.referenced));
            if let Some((_, column)) = relation.owned_by.as_mut().filter(|(own, column)| own == table && column == name)
            {
                *column = Arc::clone(new);
            }
        }
        self.name_in_definitions(table, name, new, op);
    }

    /// Columns and signatures of a type follow its new name.
    pub(super) fn rename_type(&mut self, old: &Name, new: &Name, op: &Op<'_>) {
        let (old, new) = (printed(old), printed(new));
        let renamed = |written: &str| match written.strip_prefix("setof ").unwrap_or(written).trim_end_matches("[]") {
            base if *base == *old => Some(written.replacen(base, &new, 1)),
            _ => None,
        };
        for column in self.db.relations.iter_mut().flat_map(|(_, relation)| &mut relation.columns) {
            if let State::Stated(ty, _) | State::Defaulted(ty, _) = &mut column.ty
                && let Value::Text(written) = ty
                && let Some(new) = renamed(written)
            {
                *ty = Value::from(new);
            }
        }
        for key in self.db.routines.names_where(|_, routine| routine.types.iter().any(|ty| renamed(ty).is_some())) {
            let Some(routine) = self.db.routines.get_mut(&key) else { continue };
            for ty in &mut routine.types {
                *ty = renamed(ty).map_or_else(|| Arc::clone(ty), Name::from);
            }
            let arguments = routine.arguments.split(',').map(|own| renamed(own).unwrap_or_else(|| own.to_owned()));
            routine.arguments = arguments.collect::<Vec<_>>().join(",").into();
            let to = format!("{}({})", routine.name, routine.arguments);
            if to != *key {
                self.db.routines.rename(&key, to.into(), Gone::Renamed(op.id));
            }
        }
    }
}
