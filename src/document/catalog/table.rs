//! A table as it was exported, whatever its notation: columns, rows, cells with their places.

use crate::source::{Mapped, Span};
use std::ops::Range;

/// A table.
#[derive(Default)]
pub(super) struct Table {
    /// Its columns in the order of the text.
    pub(super) columns: Vec<Column>,
    /// Its rows.
    pub(super) rows: Vec<Row>,
    /// What could not be read of it.
    pub(super) faults: Vec<Fault>,
    /// Bytes besides its cells that nobody may see.
    pub(super) masks: Vec<Range<usize>>,
}

/// A column.
pub(super) struct Column {
    /// Its name in lower case.
    pub(super) name: String,
    /// Where it is named, in JSON in the first row that has it.
    pub(super) span: Span,
    /// Whether it is named a second time there.
    pub(super) again: Option<Span>,
}

/// A row.
pub(super) struct Row {
    /// All of it.
    pub(super) span: Span,
    /// Its cells in the order of the columns; the last ones may be missing.
    pub(super) cells: Vec<Cell>,
}

/// A cell.
pub(super) enum Cell {
    /// The row does not have it.
    Missing,
    /// NULL.
    Null(Span),
    /// Text.
    Text(Mapped),
    /// `true` or `false` of JSON.
    Bool(bool, Span),
    /// A list of texts of JSON.
    List(Vec<Mapped>, Span),
    /// Anything else of JSON: a number, a mapping.
    Other(Span),
}

impl Cell {
    /// Where it stands.
    pub(super) fn span(&self) -> Option<Span> {
        match self {
            Self::Missing => None,
            Self::Text(text) => Some(text.whole()),
            Self::Null(span) | Self::Bool(_, span) | Self::List(_, span) | Self::Other(span) => Some(*span),
        }
    }
}

/// What could not be read.
pub(super) struct Fault {
    pub(super) span: Span,
    /// One sentence without a full stop; it quotes nothing.
    pub(super) message: String,
    pub(super) help: &'static str,
}

/// `(3 rows)`: what psql says below a table, in the language of whoever runs it. Gives the number.
pub(super) fn footer(line: &str) -> Option<usize> {
    let inner = line.trim().strip_prefix('(')?.strip_suffix(')')?;
    let (number, word) = inner.split_once(' ')?;
    let is_word = !word.is_empty() && word.chars().all(|c| c.is_alphabetic() || c == '.');
    is_word.then(|| number.parse().ok()).flatten()
}
