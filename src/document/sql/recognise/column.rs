//! What is said of a column: its type, whether it may be null, its default, and constraints of its own.

use super::Recogniser;
use super::default::{self, Volatility};
use super::names::normal_type;
use crate::document::sql::cursor::{Cursor, Name, Part};
use crate::fact::{Cause, Fact, Field, State, Value};
use crate::source::Span;
use std::ops::Range;

/// Words that begin what is said of a column behind its type.
const CLAUSES: &[&str] = &[
    "check",
    "collate",
    "compression",
    "constraint",
    "default",
    "deferrable",
    "generated",
    "initially",
    "not",
    "null",
    "options",
    "primary",
    "references",
    "storage",
    "unique",
];

/// Types that bring a default along, which calls `nextval` for each row.
const SERIAL: &[&str] = &["serial", "bigserial", "smallserial"];

/// A column as it is defined.
pub(super) struct Column {
    /// Its fields, each with its place.
    fields: Vec<(Field, State)>,
    /// The stretches of constraints of its own, with the names that CONSTRAINT gives them.
    constraints: Vec<(Option<Part>, Range<usize>)>,
}

impl Column {
    fn put(&mut self, field: Field, state: State) {
        match self.fields.iter_mut().find(|(known, _)| *known == field) {
            Some((_, old)) => *old = state,
            None => self.fields.push((field, state)),
        }
    }

    fn word(&mut self, field: Field, word: &'static str, span: Span) {
        self.put(field, State::Stated(Value::Word(word), span));
    }

    /// Something that it is besides.
    fn is(&mut self, word: Option<String>, span: Span) {
        let mut words = match self.get(Field::Traits) {
            Some(State::Stated(Value::List(words), _)) => words.clone(),
            _ => Vec::new(),
        };
        words.extend(word.filter(|word| !word.starts_with("no ")).map(Value::from));
        if !words.is_empty() {
            self.put(Field::Traits, State::Stated(Value::List(words), span));
        }
    }

    fn get(&self, field: Field) -> Option<&State> {
        self.fields.iter().find(|(known, _)| *known == field).map(|(_, state)| state)
    }
}

/// Whether a word begins a clause: not the schema of a type (`storage.kind`).
fn begins_clause(c: &Cursor<'_>, at: usize) -> bool {
    CLAUSES.iter().any(|word| c.word_at(at, word)) && !c.symbol_at(at + 1, b'.')
}

/// The end of a clause that begins at `at`: the next word that begins another one.
fn clause_end(c: &Cursor<'_>, at: usize, end: usize) -> usize {
    c.moved(at + 1).find(end, |c, at| begins_clause(c, at))
}

impl<'t> Recogniser<'t> {
    /// Reads what stands behind a column's name, up to `end`.
    pub(super) fn column(&self, from: usize, end: usize) -> Column {
        let mut column = Column { fields: Vec::new(), constraints: Vec::new() };
        // a typed table's column may say WITH OPTIONS
        let mut c = self.c.moved(from);
        c.take_all(&["with", "options"]);
        let stop = c.find(end, |c, at| begins_clause(c, at));
        if stop > c.at {
            let span = c.span(c.at..stop);
            column.put(
                Field::ColumnType,
                match normal_type(&c.part_of(c.at..stop)) {
                    Some(name) => State::Stated(name.into(), span),
                    None => State::Unknown(span, super::names::unknown_name()),
                },
            );
            if let Some(modifier) = super::names::modifier(&c, c.at..stop) {
                column.put(Field::Modifier, modifier);
            }
        }
        column.put(Field::Nullable, State::Defaulted(Value::Bool(true), c.gap_at(stop)));
        c.at = stop;
        while c.at < end {
            let next = clause_end(&c, c.at, end);
            self.clause(&mut column, &mut c, end, next);
        }
        let serial = column.get(Field::ColumnType).and_then(State::text).is_some_and(|ty| SERIAL.contains(&ty));
        if serial {
            let span = column.get(Field::ColumnType).and_then(State::span).unwrap_or_else(|| c.gap_at(from));
            column.put(Field::Default, State::Defaulted(Value::Word("volatile"), span));
            column.put(Field::Nullable, State::Defaulted(Value::Bool(false), span));
        }
        let rewrites = rewrites(&column, c.gap_at(end));
        column.put(Field::Rewrites, rewrites);
        column
    }

    /// One clause, from the cursor on; the next one begins at `next`, unless this one is longer.
    fn clause(&self, column: &mut Column, c: &mut Cursor<'t>, end: usize, next: usize) {
        let from = c.at;
        let mut name = None;
        if c.take("constraint") {
            name = c.part();
        }
        let start = c.at;
        let next = if start > from { clause_end(c, start, end) } else { next };
        c.at = next;
        match self.c.moved(start).take_any(CLAUSES) {
            Some("not") if self.c.word_at(start + 1, "null") => {
                column.put(Field::Nullable, State::Stated(false.into(), self.c.span(start..start + 2)));
                c.at = clause_end(c, start + 1, end);
            }
            Some("collate") => {
                // the name of a collation may be a word that begins a clause
                let named = self.c.moved(start + 1).name();
                c.at = clause_end(c, named.as_ref().map_or(start, |name| name.end - 1), end);
                column.is(named.and_then(|name| super::described::collation(&name)), self.c.span(start..c.at));
            }
            Some(word @ ("storage" | "compression")) => {
                let kind = self.c.moved(start + 1).part().and_then(|part| part.text).filter(|kind| kind != "default");
                c.at = clause_end(c, start + 1, end);
                column.is(kind.map(|kind| format!("{word} {}", kind.to_lowercase())), self.c.span(start..c.at));
            }
            Some("null") => column.put(Field::Nullable, State::Stated(true.into(), self.c.span(start..start + 1))),
            Some("default") => {
                // the value may be a word that begins a clause: DEFAULT NULL
                c.at = clause_end(c, start + 1, end);
                let value = start + 1..c.at;
                column.put(Field::Default, default::state(&self.c, value.clone()));
                column.put(Field::Definition, super::names::definition(&self.c, value));
            }
            Some("generated") => {
                // DEFAULT of GENERATED BY DEFAULT begins no clause
                let by = if self.c.word_at(start + 1, "by") { start + 2 } else { start };
                c.at = clause_end(c, by, end);
                self.generated(column, start, c.at);
            }
            Some(word @ ("primary" | "unique" | "check" | "references")) => {
                if word == "primary" {
                    column.put(Field::Nullable, State::Defaulted(Value::Bool(false), self.c.span(start..start + 2)));
                }
                // ON DELETE SET NULL, ON UPDATE SET DEFAULT
                while c.at < end && self.c.word_at(c.at - 1, "set") {
                    c.at = clause_end(c, c.at, end);
                }
                column.constraints.push((name, start..c.at));
            }
            _ => {}
        }
    }

    /// `GENERATED ALWAYS AS (…) STORED`, `GENERATED BY DEFAULT AS IDENTITY`.
    fn generated(&self, column: &mut Column, start: usize, end: usize) {
        let span = self.c.span(start..end);
        let said = |word: &str| (start..end).any(|at| self.c.word_at(at, word));
        if said("identity") {
            column.word(Field::Identity, if said("always") { "always" } else { "by-default" }, span);
            column.put(Field::Nullable, State::Defaulted(Value::Bool(false), span));
        } else {
            let open = (start..end).find(|at| self.c.symbol_at(*at, b'('));
            if let Some((open, close)) = open.and_then(|open| Some((open, self.c.closing(open)?))) {
                column.put(Field::Definition, super::names::definition(&self.c, open + 1..close));
            }
            // PostgreSQL 18 takes VIRTUAL where nothing is written; before, STORED had to be
            column.word(Field::Generated, if said("stored") { "stored" } else { "virtual" }, span);
        }
    }

    /// Completes the fact of a column (`create_column`, `add_column`), and adds those of its constraints.
    pub(super) fn emit_column(&mut self, fact: Fact, column: Column, name: &Part, table: &Name, temporary: bool) {
        let added = fact.own(Field::Is).and_then(State::text) == Some("add_column");
        let constraint = if added { "add_constraint" } else { "create_constraint" };
        let fields = column.fields.into_iter().filter(|(field, _)| added || *field != Field::Rewrites);
        let fact = fields.fold(fact, |fact, (field, state)| fact.with_state(field, state));
        self.emit(fact);
        for (called, range) in column.constraints {
            self.emit_constraint(constraint, called.as_ref(), range, Some(name), table, temporary);
        }
    }
}

/// Whether adding the column writes every row anew: PostgreSQL's manual, ALTER TABLE, "Notes".
fn rewrites(column: &Column, gap: Span) -> State {
    if let Some(state) = column.get(Field::Identity) {
        return State::Stated(true.into(), state.span().unwrap_or(gap));
    }
    match column.get(Field::Generated) {
        Some(State::Stated(Value::Word("stored"), span)) => return State::Stated(true.into(), *span),
        Some(_) => return State::Defaulted(false.into(), gap),
        None => {}
    }
    match column.get(Field::Default) {
        Some(State::Unknown(span, cause)) => State::Unknown(*span, cause.clone()),
        Some(state) if state.text() == Some(Volatility::Volatile.word()) => {
            State::Stated(true.into(), state.span().unwrap_or(gap))
        }
        _ => State::Defaulted(false.into(), gap),
    }
}

/// Pairs of types where the second may follow the first without writing a row anew: they are stored alike, and the new
/// one holds every value of the old one.
const STORED_ALIKE: &[(&str, &str)] =
    &[("character varying", "text"), ("text", "character varying"), ("cidr", "inet"), ("xml", "text")];

/// Whether a change from one type to another writes every row anew. `from` is unknown where nothing says it.
pub(in crate::document::sql) fn changes_rows(from: Option<&str>, to: &State, anchor: Span) -> State {
    let unknown = || {
        let help = "Look at the type that the column has, and waive the statement if the rows stay.";
        State::Unknown(anchor, Cause::new("depends on the type that the column had", help))
    };
    match (from, to.text()) {
        (Some(from), Some(to)) if STORED_ALIKE.contains(&(from, to)) => State::Defaulted(false.into(), anchor),
        // the same type with another modifier: a longer one leaves the rows, a shorter one does not
        (Some(from), Some(to)) if from == to => unknown(),
        (Some(_), Some(_)) => State::Stated(true.into(), anchor),
        _ => unknown(),
    }
}
