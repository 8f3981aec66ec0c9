//! Partitions follow the table that they are part of: its columns, its checks, and indexes and keys of their own, under
//! names that PostgreSQL chooses. Its manual, "Table Partitioning". Foreign keys that partitions inherit are not kept.

use super::indexes::called;
use super::{Op, Replay};
use crate::fact::{Field, State};
use crate::replay::database::{Constraint, Gone, Index, Name, bare, schema_of};
use crate::replay::names::chosen;
use std::sync::Arc;

/// Partitions of partitions of … are followed so deep.
const DEEPEST: usize = 16;

impl Replay {
    /// ATTACH and DETACH PARTITION.
    pub(super) fn partition(&mut self, op: &Op<'_>) {
        let Some(parent) = self.finds_table(op, Field::Target) else { return };
        let Some(partition) = op.name(Field::Partition) else { return };
        let attaches = op.is == "attach_partition";
        if let Some(relation) = self.db.relations.get_mut(&partition) {
            relation.partition_of = attaches.then_some(parent);
            relation.bound = if attaches { op.state(Field::Bound).clone() } else { State::Absent(None) };
        }
        if !attaches {
            // its indexes are its own from here on
            let own = self.db.indexes.iter_mut().filter(|(_, index)| index.table == partition);
            own.for_each(|(_, index)| index.parent = None);
        }
        self.inherit(&partition, op);
    }

    /// The partitions of a table, those of its partitions included.
    pub(super) fn partitions_of(&self, table: &Name) -> Vec<Name> {
        let mut all: Vec<Name> = Vec::new();
        if !self.db.has_partitions {
            return all;
        }
        let mut of = vec![Arc::clone(table)];
        for _ in 0..DEEPEST {
            let next = self.db.relations.ordered().into_iter().filter(|(name, relation)| {
                relation.partition_of.as_ref().is_some_and(|parent| of.contains(parent)) && !all.contains(name)
            });
            of = next.map(|(name, _)| Arc::clone(name)).collect();
            if of.is_empty() {
                break;
            }
            all.extend(of.iter().cloned());
        }
        all
    }

    /// What was made on a table is made on its partitions, unless ONLY says otherwise.
    pub(super) fn index_partitions(&mut self, table: &Name, index: &Name, op: &Op<'_>) {
        if op.is_true(Field::Only) {
            return;
        }
        for partition in self.partitions_of(table) {
            self.inherit_index(&partition, index, op);
        }
    }

    /// A new partition, or one that is attached, gets the checks, indexes and keys of its table.
    pub(super) fn inherit(&mut self, partition: &Name, op: &Op<'_>) {
        let parent = self.db.relations.get(partition).and_then(|relation| relation.partition_of.clone());
        let Some(parent) = parent else { return };
        self.db.has_partitions = true;
        self.inherit_checks(partition, &parent, op);
        let own = self.db.indexes.ordered().into_iter().filter(|(_, index)| index.table == parent);
        let own: Vec<Name> = own.map(|(name, _)| Arc::clone(name)).collect();
        own.iter().for_each(|index| self.inherit_index(partition, index, op));
    }

    /// Checks keep their names.
    fn inherit_checks(&mut self, partition: &Name, parent: &Name, op: &Op<'_>) {
        let checks = self.db.relations.get(parent).map(|relation| relation.constraints.as_slice()).unwrap_or_default();
        let checks: Vec<Constraint> = checks.iter().filter(|constraint| constraint.kind == "check").cloned().collect();
        let Some(relation) = self.db.relations.get_mut(partition) else { return };
        for check in checks {
            if !relation.constraints.iter().any(|own| own.name == check.name) {
                relation.constraints.push(Constraint { made_by: op.id, ..check });
            }
        }
    }

    /// One index of a table on one of its partitions, unless that has the same already.
    fn inherit_index(&mut self, partition: &Name, index: &Name, op: &Op<'_>) {
        let Some(of_parent) = self.db.indexes.get(index).cloned() else { return };
        let same = |own: &Index| {
            own.table == *partition
                && own.columns == of_parent.columns
                && own.unique == of_parent.unique
                && own.partial == of_parent.partial
                && (!of_parent.of_constraint || own.of_constraint)
        };
        let found = self.db.indexes.iter().find(|(_, own)| same(own)).map(|(name, _)| Arc::clone(name));
        if let Some(own) = found.and_then(|name| self.db.indexes.get_mut(&name)) {
            own.parent = Some(Arc::clone(index));
            return;
        }
        let constraint = self.db.relations.get(&of_parent.table).and_then(|relation| {
            relation.constraints.iter().find(|constraint| *constraint.name == *bare(index)).cloned()
        });
        let constraint = constraint.filter(|_| of_parent.of_constraint);
        let label = match constraint.as_ref().map(|constraint| constraint.kind) {
            Some("primary-key") => "pkey",
            Some("unique") => "key",
            Some(_) => "excl",
            None => "idx",
        };
        let schema = schema_of(partition).to_owned();
        let parts: Vec<&str> = match label {
            "pkey" => Vec::new(),
            _ => of_parent.columns.iter().map(|column| called(column)).collect(),
        };
        let taken = |name: &str| {
            let full = format!("{schema}.{name}");
            self.db.indexes.has(&full) || self.db.relations.has(&full)
        };
        let name: Name = chosen(partition, &parts, label, taken).into();
        if let (Some(constraint), Some(relation)) = (constraint, self.db.relations.get_mut(partition)) {
            relation.constraints.push(Constraint { name: Arc::clone(&name), made_by: op.id, ..constraint });
        }
        let own = Index {
            table: Arc::clone(partition),
            parent: Some(Arc::clone(index)),
            presence: op.presence(),
            ..of_parent
        };
        self.db.indexes.insert(format!("{schema}.{name}").into(), own);
    }

    /// An index that is gone takes those of the partitions along, and their constraints.
    pub(super) fn drop_inherited(&mut self, index: &Name, op: &Op<'_>) {
        let of = |own: &Index| own.parent.as_ref() == Some(index);
        let own: Vec<Name> =
            self.db.indexes.iter().filter(|(_, own)| of(own)).map(|(name, _)| Arc::clone(name)).collect();
        for name in own {
            let Some(gone) = self.db.indexes.remove(&name, Gone::Dropped(op.id)) else { continue };
            if let Some(relation) = self.db.relations.get_mut(&gone.table) {
                relation.constraints.retain(|constraint| *constraint.name != *bare(&name));
            }
        }
    }
}
