//! Tables made after others: LIKE, INHERITS, PARTITION OF, and those that a query makes. PostgreSQL's manual, CREATE TABLE,
//! and "Inheritance".

use super::{Op, Replay};
use crate::fact::{Cause, Field, State, Value};
use crate::replay::database::{Column, Constraint, Index, Name, Presence, Relation, RelationKind, bare, schema_of};
use crate::replay::names::chosen;
use std::sync::Arc;

impl Replay {
    /// What a new table has before what is written of it.
    pub(super) fn contents(&mut self, op: &Op<'_>, relation: &mut Relation) {
        match op.text(Field::Contents) {
            Some("partition") => {
                relation.partition_of = op.name(Field::Parent);
                let parents: Vec<Name> = relation.partition_of.iter().cloned().collect();
                self.inherit_columns(op, relation, &parents);
            }
            Some("inherits") => match op.names(Field::Parents) {
                Some(parents) => {
                    self.inherit_columns(op, relation, &parents);
                    relation.parents = parents;
                }
                None => relation.open = Some(not_written()),
            },
            Some("query") => self.query_columns(op, relation),
            Some("type") => relation.open = Some(not_written()),
            // LIKE is an operation of its own, where it stands among the columns
            _ => {}
        }
    }

    /// The columns of the tables that a new one inherits from, those of one name once.
    fn inherit_columns(&self, op: &Op<'_>, relation: &mut Relation, parents: &[Name]) {
        let partition = relation.partition_of.is_some();
        for parent in parents {
            let Some(parent) = self.db.relations.get(parent) else {
                relation.open = Some(not_written());
                continue;
            };
            for column in &parent.columns {
                match relation.columns.iter_mut().find(|own| own.name == column.name) {
                    Some(own) if column.nullable.value() == Some(&Value::Bool(false)) => {
                        own.nullable = column.nullable.clone();
                    }
                    Some(_) => {}
                    None => {
                        let column = Column { made_by: op.id, ..column.clone() };
                        relation.columns.push(column.inherited(partition));
                    }
                }
            }
            if parent.open.is_some() {
                relation.open.clone_from(&parent.open);
            }
        }
    }

    /// The columns that a query gives, where they can be told.
    fn query_columns(&self, op: &Op<'_>, relation: &mut Relation) {
        let (Some(names), Some(sources)) = (op.names(Field::Yields), op.names(Field::Sources)) else {
            relation.open = Some(not_written());
            return;
        };
        for (name, source) in names.iter().zip(&sources) {
            let (table, column) = source.rsplit_once('.').unwrap_or(("", ""));
            let other = self.db.relations.get(table);
            if &**name == "*" {
                match other.filter(|other| other.kind == RelationKind::Table && !other.implied && other.open.is_none())
                {
                    Some(other) => relation.columns.extend(other.columns.iter().map(|column| plain(column, op))),
                    None => relation.open = Some(not_written()),
                }
                continue;
            }
            let known = other.and_then(|other| other.columns.iter().find(|own| *own.name == *column));
            let mut column = match known {
                Some(known) => plain(known, op),
                None => of_query(op, source.strip_prefix(':')),
            };
            column.name = Arc::clone(name);
            relation.columns.push(column);
        }
    }

    /// LIKE: the columns of another table at this place, with what INCLUDING says.
    pub(super) fn like(&mut self, op: &Op<'_>) {
        let Some(table) = op.name(Field::Table) else { return };
        if !self.db.relations.get(&table).is_some_and(|relation| super::columns::made_with(op, relation)) {
            return;
        }
        let parent = op.name(Field::Parent);
        let parent = parent.and_then(|parent| self.db.relations.get(&parent)).filter(|parent| is_table(parent));
        let (columns, open) = match parent {
            Some(parent) => (parent.columns.clone(), parent.open.clone()),
            None => (Vec::new(), Some(not_written())),
        };
        let Some(relation) = self.db.relations.get_mut(&table) else { return };
        let mut numbered = Vec::new();
        for column in columns {
            let mut own = plain(&column, op);
            own.nullable = column.nullable.clone();
            let generated = !matches!(column.generated, State::Absent(_));
            if brings(op, if generated { "generated" } else { "defaults" }) {
                own.definition = column.definition.clone();
                own.generated = column.generated.clone();
            }
            if brings(op, "identity") && !matches!(column.identity, State::Absent(_)) {
                own.identity = column.identity.clone();
                numbered.push(Arc::clone(&own.name));
            }
            // one that it inherits, too, is one with it
            match relation.columns.iter_mut().find(|inherited| inherited.name == own.name) {
                Some(inherited) => {
                    inherited.local = true;
                    if own.nullable.value() == Some(&Value::Bool(false)) {
                        inherited.nullable = own.nullable;
                    }
                    if !matches!(own.definition, State::Absent(_)) {
                        (inherited.definition, inherited.generated) = (own.definition, own.generated);
                    }
                    inherited.identity = own.identity;
                }
                None => relation.columns.push(own),
            }
        }
        relation.open = relation.open.take().or(open);
        numbered.iter().for_each(|column| self.number(&table, column, op));
    }

    /// The sequence of a column that numbers itself.
    fn number(&mut self, table: &Name, column: &Name, op: &Op<'_>) {
        let schema = schema_of(table).to_owned();
        let name = chosen(table, &[&**column], "seq", |name| self.db.is_relation(&schema, name));
        let mut sequence = self.new_relation(op, RelationKind::Sequence, &schema);
        sequence.owned_by = Some((Arc::clone(table), Arc::clone(column)));
        self.db.relations.insert(format!("{schema}.{name}").into(), sequence);
    }

    /// What LIKE brings along behind the table's own keys: checks, keys and indexes.
    pub fn like_keys(&mut self, op: &Op<'_>) {
        let (Some(table), Some(parent)) = (op.name(Field::Table), op.name(Field::Parent)) else { return };
        let Some(other) = self.db.relations.get(&parent).filter(|other| is_table(other)) else { return };
        let made = self.db.relations.get(&table).is_some_and(|relation| super::columns::made_with(op, relation));
        if !made || table == parent {
            return;
        }
        let (checks, keys): (Vec<Constraint>, Vec<Constraint>) = other
            .constraints
            .iter()
            .filter(|own| own.kind != "foreign-key")
            .cloned()
            .partition(|own| own.kind == "check");
        for check in checks.into_iter().filter(|_| brings(op, "constraints")) {
            self.add_copy(&table, check, op);
        }
        if !brings(op, "indexes") {
            return;
        }
        for name in self.db.indexes.names_where(|_, index| index.table == parent) {
            let Some(index) = self.db.indexes.get(&name).cloned() else { continue };
            let key = keys.iter().find(|key| index.of_constraint && *key.name == *bare(&name));
            let own = self.index_name(&table, &index, key.map(|key| key.kind));
            if let Some(key) = key {
                self.add_copy(&table, Constraint { name: Arc::clone(&own), ..key.clone() }, op);
            }
            let full: Name = format!("{}.{own}", schema_of(&table)).into();
            let index = Index { table: Arc::clone(&table), parent: None, presence: op.presence(), ..index };
            self.db.indexes.insert(full, index);
        }
    }

    fn add_copy(&mut self, table: &Name, constraint: Constraint, op: &Op<'_>) {
        self.db.name_constraint(schema_of(table), &constraint.name);
        let Some(relation) = self.db.relations.get_mut(table) else { return };
        if let Some(own) = relation.constraints.iter_mut().find(|own| own.name == constraint.name) {
            own.local = true;
            return;
        }
        let presence = match constraint.presence {
            Presence::Certain => op.presence(),
            other => other,
        };
        relation.constraints.push(Constraint { made_by: op.id, presence, local: true, ..constraint });
    }

    /// `ALTER TABLE t INHERIT p`, `NO INHERIT p`.
    pub(super) fn alter_heritage(&mut self, op: &Op<'_>) {
        let (Some(table), Some(parent)) = (op.name(Field::Table), op.name(Field::Parent)) else { return };
        let inherits = op.word(Field::Action) == Some("inherit");
        let Some(relation) = self.db.relations.get_mut(&table).filter(|_| op.doubt().is_none()) else { return };
        if inherits {
            relation.parents.push(parent);
            self.inherit(&table, op);
        } else {
            relation.parents.retain(|own| *own != parent);
            if relation.parents.is_empty() {
                relation.columns.iter_mut().for_each(|column| column.local = true);
            }
        }
    }
}

fn is_table(relation: &Relation) -> bool {
    relation.kind == RelationKind::Table && !relation.implied
}

/// Whether LIKE brings something along.
fn brings(op: &Op<'_>, what: &str) -> bool {
    op.names(Field::Traits).is_some_and(|traits| traits.iter().any(|word| **word == *what))
}

/// The name and the type of a column, and nothing else of it.
fn plain(column: &Column, op: &Op<'_>) -> Column {
    Column {
        made_by: op.id,
        nullable: super::defaulted(true, op),
        definition: State::Absent(None),
        generated: State::Absent(None),
        identity: State::Absent(None),
        local: true,
        ..column.clone()
    }
}

/// A column that a query gives, of a type that stands in the query, or is not known.
fn of_query(op: &Op<'_>, ty: Option<&str>) -> Column {
    let unknown = || {
        let cause = Cause::new("has the type that the query gives it", "Write the columns of the table out.");
        State::Unknown(op.anchor(), cause)
    };
    Column {
        name: "".into(),
        made_by: op.id,
        presence: op.presence(),
        ty: ty.map_or_else(unknown, |ty| State::Stated(ty.into(), op.anchor())),
        nullable: super::defaulted(true, op),
        modifier: if ty.is_some() { State::Absent(None) } else { unknown() },
        definition: State::Absent(None),
        generated: State::Absent(None),
        identity: State::Absent(None),
        traits: State::Absent(None),
        local: true,
    }
}

pub(super) fn not_written() -> Arc<Cause> {
    Cause::new("has columns that the migrations do not write down", "Write the columns of the table out.")
}
