//! What an operation speaks of besides the object that it changes: columns of an index, a key, a policy, a trigger; and
//! objects that get a comment, an owner or a privilege.

use super::columns::{column_of, made_with};
use super::{Found, Op, OwnedFound, Replay};
use crate::fact::{Cause, FactId, Field, State, Value};
use crate::replay::database::{Gone, Name, Presence, Relation, RelationKind, bare, schema_of};
use crate::source::Span;
use std::sync::Arc;

/// Operations that speak of columns besides one of their own.
const ASKING: &[&str] =
    &["create_index", "create_constraint", "add_constraint", "create_policy", "alter_policy", "create_trigger"];

/// Whether a name in the columns of an index is an expression.
fn is_expression(column: &str) -> bool {
    column.contains('(')
}

impl Replay {
    /// Notes whether the columns are there that an operation speaks of, on its own table and on the one that a foreign key
    /// refers to.
    pub(super) fn finds_columns(&mut self, op: &Op<'_>) {
        if !ASKING.contains(&op.is) {
            return;
        }
        let Some(own) = op.name(Field::Table) else { return };
        let columns = op.names(Field::Columns).unwrap_or_default();
        let columns = columns.into_iter().filter(|column| !is_expression(column));
        let place = |field: Field| op.state(field).span().unwrap_or(op.anchor());
        let mut asked: Vec<(Name, Name, Span)> =
            columns.map(|column| (own.clone(), column, place(Field::Columns))).collect();
        let expressions = op.names(Field::Asks).unwrap_or_default().into_iter();
        asked.extend(expressions.map(|column| (own.clone(), column, place(Field::Asks))));
        if let Some(other) = op.name(Field::References) {
            let columns = op.names(Field::ReferencedColumns).unwrap_or_default().into_iter();
            asked.extend(columns.map(|column| (other.clone(), column, place(Field::ReferencedColumns))));
        }
        let found: Vec<_> = asked
            .into_iter()
            .filter_map(|(table, column, span)| Some((self.column_of_table(op, &table, &column)?, table, column, span)))
            .collect();
        let missing = |found: &OwnedFound| matches!(found, OwnedFound::Gone(_) | OwnedFound::Absent);
        let doubtful = |found: &OwnedFound| matches!(found, OwnedFound::There(Presence::Perhaps(_)));
        let worst =
            found.iter().find(|(found, ..)| missing(found)).or(found.iter().find(|(found, ..)| doubtful(found)));
        let Some((state, table, column, span)) = worst.or(found.first()) else { return };
        let gone = match state {
            OwnedFound::Gone(Gone::Dropped(by)) => Some((*by, "was dropped here")),
            OwnedFound::Gone(Gone::Renamed(by)) => Some((*by, "got another name here")),
            _ => None,
        };
        let state = match state {
            // what is not there may have been made by something unknown
            state if missing(state) && self.db.doubts.contains_key("column") => return self.doubts_columns(op, *span),
            OwnedFound::There(Presence::Certain) => "there",
            OwnedFound::There(Presence::Perhaps(_)) => "perhaps",
            OwnedFound::Gone(Gone::Dropped(_)) => "dropped",
            OwnedFound::Gone(Gone::Renamed(_)) => "renamed",
            OwnedFound::Absent => "absent",
            OwnedFound::Outside => "outside",
        };
        let words = match state {
            "perhaps" => format!("{table} has perhaps no column {column}"),
            "dropped" => format!("{table} has no column {column} any more"),
            "renamed" => format!("{table} has column {column} under another name by then"),
            _ => format!("{table} has no column {column}"),
        };
        if !matches!(state, "there" | "outside") {
            self.because.push((op.id, Field::TargetColumns, *span, words));
        }
        if let Some((by, words)) = gone {
            self.because.push((op.id, Field::TargetColumns, op.facts.fact(by).anchor, words.to_owned()));
        }
        self.found.push((op.id, Field::TargetColumns, State::Stated(Value::Word(state), *span)));
    }

    fn doubts_columns(&mut self, op: &Op<'_>, span: Span) {
        let Some(cause) = self.db.doubts.get("column") else { return };
        self.found.push((op.id, Field::TargetColumns, State::Unknown(span, cause.clone())));
    }

    /// What a table has under the name of a column; none where the table is not known well enough, or is not there itself.
    fn column_of_table(&self, op: &Op<'_>, table: &Name, column: &Name) -> Option<OwnedFound> {
        let relation = self.db.relations.get(table)?;
        let sure = relation.presence == Presence::Certain && !relation.implied;
        if !sure || !matches!(relation.kind, RelationKind::Table | RelationKind::ForeignTable) {
            return None;
        }
        let same = op.name(Field::Table).as_ref() == Some(table);
        if op.is == "create_constraint" && same && (!made_with(op, relation) || declares(op, column)) {
            return None;
        }
        column_of(relation, column)
    }

    /// What is there under the name of an object that gets a comment, an owner or a privilege; none for what is not
    /// followed.
    pub(super) fn finds_object(&mut self, op: &Op<'_>) {
        let kind = op.word(Field::ObjectKind);
        let named = op.name(Field::Table).or_else(|| op.qualified());
        match (kind, named) {
            (Some("column"), Some(table)) => self.finds_commented_column(op, &table),
            (Some("table" | "foreign-table" | "view" | "materialized-view" | "sequence"), Some(name)) => {
                let found = self.relation(&name).owned();
                self.finds(op, Field::Target, "table", found.borrowed());
            }
            (Some("policy" | "trigger"), Some(table)) => {
                let found = self.relation(&table).owned();
                let name = op.name(Field::Name);
                let own = self.db.relations.get(&table).filter(|own| !own.implied).zip(name);
                let own = own.and_then(|(own, name)| part_of(own, kind, &name));
                let found = own.unwrap_or(found);
                self.finds(
                    op,
                    Field::Target,
                    if kind == Some("policy") { "policy" } else { "plain" },
                    found.borrowed(),
                );
            }
            (Some("index"), Some(name)) => self.finds_index(op, &name),
            (Some("type" | "domain"), Some(name)) => {
                let found = match (self.db.types.get(&name), self.db.types.gone(&name)) {
                    (Some(ty), _) => Found::There(&ty.presence),
                    (None, Some(gone)) => Found::Gone(gone),
                    // extensions bring types along
                    (None, None) if self.db.extensions.iter().next().is_some() => Found::Outside,
                    (None, None) if !self.db.is_ours(schema_of(&name)) => Found::Outside,
                    (None, None) => Found::Absent,
                };
                let found = found.owned();
                self.finds(op, Field::Target, "plain", found.borrowed());
            }
            (Some("function" | "procedure"), _) => {
                if let Some(name) = op.qualified() {
                    self.finds_routine(op, &name, op.text(Field::Arguments));
                }
            }
            _ => {}
        }
    }

    /// COMMENT ON COLUMN: of a table, of a view, or of a composite type.
    fn finds_commented_column(&mut self, op: &Op<'_>, table: &Name) {
        if self.db.types.has(table) {
            return;
        }
        let table_found = self.relation(table).owned();
        self.finds(op, Field::TargetTable, "table", table_found.borrowed());
        let Some(relation) = self.db.relations.get(table).filter(|own| !own.implied) else { return };
        let Some(found) = op.name(Field::Column).and_then(|column| column_of(relation, &column)) else { return };
        self.finds(op, Field::Target, "column", found.borrowed());
    }

    /// Whether a name without a schema is that of something in another schema: a search_path that is set elsewhere may find
    /// it there.
    pub(super) fn is_elsewhere(&self, op: &Op<'_>, name: &str) -> bool {
        let unsaid = matches!(op.state(Field::Schema), State::Defaulted(..)) && !op.is.starts_with("create_table");
        let other = |own: &Name| bare(own) == bare(name) && own.contains('.') && **own != *name;
        unsaid && self.db.relations.iter().any(|(own, relation)| !relation.implied && other(own))
    }
}

/// Why nobody can say which table is meant.
pub(super) fn found_by_path() -> Arc<Cause> {
    Cause::new(
        "has no schema, and another schema has a table of that name: which one is meant, a search_path decides that no migration sets",
        "Write the schema in front of the name.",
    )
}

/// A policy or trigger of a table.
fn part_of(relation: &Relation, kind: Option<&str>, name: &Name) -> Option<OwnedFound> {
    let presence = match kind {
        Some("policy") => relation.policies.iter().find(|own| own.name == *name).map(|own| &own.presence),
        // a trigger of a partitioned table is one of its partitions, too
        _ if relation.partition_of.is_some() => return Some(OwnedFound::Outside),
        _ => relation.triggers.iter().find(|own| own.name == *name).map(|own| &own.presence),
    };
    Some(presence.map_or(OwnedFound::Absent, |presence| OwnedFound::There(presence.clone())))
}

/// Whether the rest of the same CREATE TABLE makes the column.
fn declares(op: &Op<'_>, column: &str) -> bool {
    let mut at = op.id.0 + 1;
    while (at as usize) < op.facts.len() {
        match op.facts.get(FactId(at), Field::Is).text() {
            Some("create_column") if op.facts.get(FactId(at), Field::Column).text() == Some(column) => return true,
            Some("create_column" | "create_constraint") => at += 1,
            _ => return false,
        }
    }
    false
}
