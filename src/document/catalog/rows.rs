//! Rows as they are read: what each cell is, what of it may be seen, and what an export leaves out.

use super::cell;
use super::query::{self, Query};
use super::table::{Cell, Row, Table};
use crate::document::{HIDDEN_NAME, Input, Parsed, Unread};
use crate::fact::{Cause, State, Value};
use crate::finding::Severity;
use crate::source::Span;
use std::sync::Arc;

/// What a query does not say that asks of one schema.
const OF_WHICH_SCHEMA: &str = "of which schema its rows are";

/// A column, by its spellings.
pub(super) type Column = &'static [&'static str];

/// A cell that was read.
pub(super) enum Read<T> {
    /// The export has no such column.
    LeftOut,
    /// NULL.
    Nothing(Span),
    /// This.
    Is(T, Span),
    /// Something else, and that was said.
    Wrong,
}

/// Makes facts of the rows of an export.
pub(super) struct Rows<'a> {
    pub(super) parsed: Parsed,
    input: Input<'a>,
    table: &'a Table,
    query: &'static Query,
    /// Whether each column of the row may be seen.
    seen: Vec<bool>,
    /// Why something is not known that the export leaves out, each said once.
    causes: Vec<(&'static str, Arc<Cause>)>,
    /// How many names are hidden: each is another one.
    hidden: usize,
    /// Whether a row was of another schema than preflight.yaml says.
    other_schema: bool,
}

impl<'a> Rows<'a> {
    pub(super) fn new(input: Input<'a>, table: &'a Table, query: &'static Query) -> Self {
        let (parsed, seen, causes) = (Parsed::default(), Vec::new(), Vec::new());
        Self { parsed, input, table, query, seen, causes, hidden: 0, other_schema: false }
    }

    /// Reads a row, and hides of it whatever is no name, word, yes or no that was read.
    pub(super) fn take(&mut self, row: &Row) {
        self.seen.clear();
        self.seen.resize(row.cells.len(), false);
        (self.query.read)(self, row);
        let hidden = row.cells.iter().zip(&self.seen).filter(|(_, seen)| !**seen);
        self.parsed.masks.extend(hidden.filter_map(|(cell, _)| cell.span()).map(Span::range));
    }

    pub(super) fn fault(&mut self, span: Span, message: String) {
        let help = format!("Export it again: {}", self.query.sql);
        self.parsed.unread.push(Unread { span, severity: Severity::Error, message, help });
    }

    pub(super) fn see(&mut self, index: usize) {
        if let Some(seen) = self.seen.get_mut(index) {
            *seen = true;
        }
    }

    /// A cell that `read` makes something of; `wanted` says what.
    pub(super) fn read<'r, T>(
        &mut self,
        row: &'r Row,
        column: Column,
        wanted: &str,
        read: impl FnOnce(&'r Cell) -> Option<T>,
    ) -> (Read<T>, usize) {
        let Some(index) = query::position(self.table, column) else { return (Read::LeftOut, 0) };
        let cell = row.cells.get(index).unwrap_or(&Cell::Missing);
        let read = match (cell, cell.span()) {
            (Cell::Missing, _) | (_, None) => Read::Nothing(row.span.before()),
            (Cell::Null(span), _) => Read::Nothing(*span),
            (cell, Some(span)) => match read(cell) {
                Some(value) => Read::Is(value, span),
                None => {
                    self.fault(span, format!("this is no {wanted}"));
                    Read::Wrong
                }
            },
        };
        (read, index)
    }

    /// A name as it may be said, and its bytes.
    pub(super) fn name(&mut self, row: &Row, column: Column) -> Read<String> {
        let text = |cell: &Cell| match cell {
            Cell::Text(text) if !text.text().is_empty() => Some(text.text().to_owned()),
            _ => None,
        };
        match self.read(row, column, "name", text) {
            (Read::Is(name, span), index) if cell::is_shown(&name) => {
                self.see(index);
                Read::Is(name, span)
            }
            (Read::Is(_, span), _) => Read::Is(self.hidden_name(), span),
            (read, _) => read,
        }
    }

    pub(super) fn hidden_name(&mut self) -> String {
        self.hidden += 1;
        format!("{HIDDEN_NAME} {}", self.hidden)
    }

    /// One of these words, in any case.
    pub(super) fn word(
        &mut self,
        row: &Row,
        column: Column,
        words: &[&'static str],
        wanted: &str,
    ) -> Read<&'static str> {
        let word = |cell: &Cell| match cell {
            Cell::Text(text) => words.iter().copied().find(|word| word.eq_ignore_ascii_case(text.text())),
            _ => None,
        };
        let (read, index) = self.read(row, column, wanted, word);
        if matches!(read, Read::Is(..)) {
            self.see(index);
        }
        read
    }

    pub(super) fn flag(&mut self, row: &Row, column: Column) -> Read<bool> {
        let flag = |cell: &Cell| match cell {
            Cell::Bool(yes, _) => Some(*yes),
            Cell::Text(text) => cell::flag(text.text()),
            _ => None,
        };
        let (read, index) = self.read(row, column, "word for yes or no (true, false, t, f, YES, NO)", flag);
        if matches!(read, Read::Is(..)) {
            self.see(index);
        }
        read
    }

    /// What a row cannot be read without; where it is not there that is said.
    pub(super) fn needed<T>(&mut self, read: Read<T>, column: Column) -> Option<(T, Span)> {
        match read {
            Read::Is(value, span) => Some((value, span)),
            Read::Nothing(span) => {
                let name = column.first().copied().unwrap_or("");
                self.fault(span, format!("this row has no `{name}`"));
                None
            }
            Read::LeftOut | Read::Wrong => None,
        }
    }

    /// A field that may be left out: then it is not known. Nothing where the row says something else.
    pub(super) fn field<T: Into<Value>>(&mut self, read: Read<T>, what: &'static str) -> Option<State> {
        match read {
            Read::Is(value, span) => Some(State::Stated(value.into(), span)),
            Read::LeftOut => Some(self.left_out(what, self.query.sql)),
            Read::Nothing(span) => Some(State::Absent(Some(span))),
            Read::Wrong => None,
        }
    }

    /// Something that no row says: it is left out of the document as a whole.
    pub(super) fn left_out(&mut self, what: &'static str, sql: &'static str) -> State {
        let start = Span::point(self.input.source, 0);
        if let Some((_, cause)) = self.causes.iter().find(|(known, _)| *known == what) {
            return State::Unknown(start, Arc::clone(cause));
        }
        let help = match (what, &self.query.gives) {
            (OF_WHICH_SCHEMA, _) => format!(
                "Write `schema:` beside `files:` of preflight.yaml or `{{schema}}` in its path, or export it too: {sql}"
            ),
            _ => format!("Export it too: {sql}"),
        };
        let cause = Cause::new(format!("does not say {what}"), help);
        self.causes.push((what, Arc::clone(&cause)));
        State::Unknown(start, cause)
    }

    /// The schema of a row: its own cell, else what preflight.yaml says of the whole.
    pub(super) fn schema(&mut self, row: &Row, column: Column) -> Option<State> {
        let said = self.input.settings.schema.clone();
        let read = self.name(row, column);
        if let (Read::LeftOut, Some(said)) = (&read, &said) {
            return Some(State::Stated(said.as_str().into(), Span::point(self.input.source, 0)));
        }
        if let (Read::Is(name, span), Some(said)) = (&read, &said)
            && name != said
            && !std::mem::replace(&mut self.other_schema, true)
        {
            let message = format!("this row is of another schema than preflight.yaml says, which is `{said}`");
            self.fault(*span, message);
        }
        match read {
            Read::LeftOut => Some(self.left_out(OF_WHICH_SCHEMA, self.query.sql)),
            read => self.needed(read, column).map(|(name, span)| State::Stated(name.into(), span)),
        }
    }

    /// An object with its schema in front, as far as both are known; `what` says what is left out where it has no column.
    pub(super) fn object(&mut self, row: &Row, schema: &State, column: Column, what: &'static str) -> Option<State> {
        let read = self.name(row, column);
        match (read, schema) {
            (Read::LeftOut, _) => Some(self.left_out(what, self.query.sql)),
            (read, schema) => {
                let (name, span) = self.needed(read, column)?;
                Some(match schema.text() {
                    Some(schema) => State::Stated(format!("{schema}.{name}").into(), span),
                    None => schema.clone(),
                })
            }
        }
    }
}
