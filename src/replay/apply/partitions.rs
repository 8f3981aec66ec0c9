//! Partitions follow the table that they are part of: its columns, its checks, and indexes and keys of their own, under
//! names that PostgreSQL chooses. Its manual, "Table Partitioning". Foreign keys that partitions inherit are not kept.

use super::{Op, Replay};
use crate::fact::{Field, State};
use crate::replay::database::{Constraint, Gone, Index, Name, bare, schema_of};
use crate::replay::names::{chosen, of_columns};
use std::sync::Arc;

/// Partitions of partitions of … are followed so deep.
const DEEPEST: usize = 16;

impl Replay {
    /// ATTACH and DETACH PARTITION.
    pub(super) fn partition(&mut self, op: &Op<'_>) {
        let Some(parent) = self.finds_table(op, Field::Target) else { return };
        let Some(partition) = op.name(Field::Partition) else { return };
        let attaches = op.is == "attach_partition";
        let Some(relation) = self.db.relations.get_mut(&partition) else { return };
        relation.bound = if attaches { op.state(Field::Bound).clone() } else { State::Absent(None) };
        if attaches {
            relation.partition_of = Some(parent);
            relation.columns.iter_mut().for_each(|column| column.local = false);
            return self.inherit(&partition, op);
        }
        relation.partition_of = None;
        self.leave(&partition, &parent, op);
    }

    /// Every table that inherits from one, as a partition or otherwise, directly or not.
    pub(super) fn heirs_of(&self, table: &Name) -> Vec<Name> {
        let mut all: Vec<Name> = Vec::new();
        if !self.db.has_heirs {
            return all;
        }
        let mut of = vec![Arc::clone(table)];
        for _ in 0..DEEPEST {
            of = self.db.relations.names_where(|name, relation| {
                let above = relation.partition_of.iter().chain(&relation.parents).any(|parent| of.contains(parent));
                above && !all.contains(name)
            });
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
        self.share_index(table, index, op, 0);
    }

    /// An index of a table on its partitions, and from there on theirs: each is that of the table above.
    fn share_index(&mut self, table: &Name, index: &Name, op: &Op<'_>, depth: usize) {
        if !self.db.has_partitions || depth > DEEPEST {
            return;
        }
        for partition in self.db.relations.names_where(|_, relation| relation.partition_of.as_ref() == Some(table)) {
            if let Some(own) = self.inherit_index(&partition, index, op) {
                self.share_index(&partition, &own, op, depth + 1);
            }
        }
    }

    /// A new heir, or one that is attached, gets the checks of its tables; a partition their indexes and keys, too.
    pub(super) fn inherit(&mut self, heir: &Name, op: &Op<'_>) {
        let Some(relation) = self.db.relations.get(heir) else { return };
        let (parents, parent) = (relation.parents.clone(), relation.partition_of.clone());
        for parent in parents.iter().chain(&parent) {
            self.db.has_heirs = true;
            self.inherit_checks(heir, parent, op);
        }
        let Some(parent) = parent else { return };
        self.db.has_partitions = true;
        self.share_keys(heir, &parent);
        let own = self.db.indexes.names_where(|_, index| index.table == parent);
        for index in own {
            if let Some(own) = self.inherit_index(heir, &index, op) {
                self.share_index(heir, &own, op, 0);
            }
        }
    }

    /// Checks keep their names, but for those that say NO INHERIT.
    fn inherit_checks(&mut self, heir: &Name, parent: &Name, op: &Op<'_>) {
        let checks = self.db.relations.get(parent).map(|relation| relation.constraints.as_slice()).unwrap_or_default();
        let inherits = |constraint: &&Constraint| constraint.kind == "check" && !constraint.says("no inherit");
        let checks: Vec<Constraint> = checks.iter().filter(inherits).cloned().collect();
        let Some(relation) = self.db.relations.get_mut(heir) else { return };
        for check in checks {
            if !relation.constraints.iter().any(|own| own.name == check.name) {
                self.db.constraint_names.insert(format!("{}.{}", schema_of(heir), check.name).into());
                relation.constraints.push(Constraint { made_by: op.id, local: false, ..check });
            }
        }
    }

    /// A foreign key of a partition that its table has, too, is that of the table from then on.
    fn share_keys(&mut self, partition: &Name, parent: &Name) {
        let keys = self.foreign_keys_of(parent);
        let Some(relation) = self.db.relations.get_mut(partition) else { return };
        relation.constraints.retain(|own| !keys.iter().any(|key| own.is_same_key(key)));
    }

    /// A partition that leaves its table keeps the foreign keys that it had as a part of it, and its columns for itself.
    pub(super) fn leave(&mut self, partition: &Name, parent: &Name, op: &Op<'_>) {
        let keys = self.foreign_keys_of(parent);
        let Some(relation) = self.db.relations.get_mut(partition) else { return };
        relation.columns.iter_mut().for_each(|column| column.local = true);
        for key in keys {
            if !relation.constraints.iter().any(|own| own.is_same_key(&key)) {
                self.db.constraint_names.insert(format!("{}.{}", schema_of(partition), key.name).into());
                relation.constraints.push(Constraint { made_by: op.id, ..key });
            }
        }
        let own = self.db.indexes.iter_mut().filter(|(_, index)| index.table == *partition);
        own.for_each(|(_, index)| index.parent = None);
    }

    /// The foreign keys of a table, those that it has as a partition of another included.
    fn foreign_keys_of(&self, table: &Name) -> Vec<Constraint> {
        let (mut keys, mut at) = (Vec::new(), Some(table));
        for _ in 0..DEEPEST {
            let Some(relation) = at.and_then(|table| self.db.relations.get(table)) else { break };
            keys.extend(relation.constraints.iter().filter(|constraint| constraint.kind == "foreign-key").cloned());
            at = relation.partition_of.as_ref();
        }
        keys
    }

    /// One index of a table on one of its partitions, unless that has the same already; gives its name.
    fn inherit_index(&mut self, partition: &Name, index: &Name, op: &Op<'_>) -> Option<Name> {
        let of_parent = self.db.indexes.get(index).cloned()?;
        let has = |own: &Index| own.table == *partition && own.parent.as_ref() == Some(index);
        if let Some(own) = self.db.indexes.names_where(|_, own| has(own)).into_iter().next() {
            return Some(own);
        }
        let same = |own: &Index| {
            own.table == *partition
                && own.parent.is_none()
                && own.columns == of_parent.columns
                && own.unique == of_parent.unique
                && own.partial == of_parent.partial
                && (!of_parent.of_constraint || own.of_constraint)
        };
        let found = self.db.indexes.names_where(|_, own| same(own)).into_iter().next();
        if let Some(name) = found {
            let own = self.db.indexes.get_mut(&name);
            own.into_iter().for_each(|own| own.parent = Some(Arc::clone(index)));
            return Some(name);
        }
        let constraint = self.db.relations.get(&of_parent.table).and_then(|relation| {
            relation.constraints.iter().find(|constraint| *constraint.name == *bare(index)).cloned()
        });
        let constraint = constraint.filter(|_| of_parent.of_constraint);
        let name = self.index_name(partition, &of_parent, constraint.as_ref().map(|constraint| constraint.kind));
        let schema = schema_of(partition).to_owned();
        if let (Some(constraint), Some(relation)) = (constraint, self.db.relations.get_mut(partition)) {
            self.db.constraint_names.insert(format!("{schema}.{name}").into());
            relation.constraints.push(Constraint { name: Arc::clone(&name), made_by: op.id, ..constraint });
        }
        let own = Index {
            table: Arc::clone(partition),
            parent: Some(Arc::clone(index)),
            presence: op.presence(),
            ..of_parent
        };
        let full: Name = format!("{schema}.{name}").into();
        self.db.indexes.insert(Arc::clone(&full), own);
        Some(full)
    }

    /// The name that PostgreSQL chooses for an index of a table that is made after another one.
    pub(super) fn index_name(&self, table: &Name, of: &Index, constraint: Option<&str>) -> Name {
        let label = match constraint {
            Some("primary-key") => "pkey",
            Some("unique") => "key",
            Some(_) => "excl",
            None => "idx",
        };
        let included = super::indexes::included(&of.traits);
        let parts = if label == "pkey" { Vec::new() } else { of_columns(of.columns.iter().chain(&included)) };
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let schema = schema_of(table);
        let taken = |name: &str| {
            self.db.is_relation(schema, name) || (constraint.is_some() && self.db.is_constraint(schema, name))
        };
        chosen(table, &parts, label, taken).into()
    }

    /// An index that is gone takes those of the partitions along, and their constraints.
    pub(super) fn drop_inherited(&mut self, index: &Name, op: &Op<'_>) {
        let own = self.db.indexes.names_where(|_, own| own.parent.as_ref() == Some(index));
        for name in own {
            let Some(gone) = self.db.indexes.remove(&name, Gone::Dropped(op.id)) else { continue };
            if let Some(relation) = self.db.relations.get_mut(&gone.table) {
                relation.constraints.retain(|constraint| *constraint.name != *bare(&name));
            }
            self.drop_inherited(&name, op);
        }
    }
}
