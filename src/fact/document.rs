//! A document as its facts know it: where it is, and whose.

use super::{Field, Kind, State, Value};
use crate::source::{SourceId, Span};
use std::sync::Arc;

/// What builds one database, step by step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The folder of its migrations, or the name of its database.
    pub of: Arc<str>,
    /// Whether the migration runs at all.
    pub runs: bool,
}

/// An input file, as facts know it.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its text.
    pub source: SourceId,
    /// Its kind: a name of the table of document kinds.
    pub kind: &'static str,
    /// Its path relative to the configuration, with `/`.
    pub path: String,
    /// Whose variables and settings it holds; unknown where nothing bound it.
    pub service: State,
    /// Of which environment; unknown where nothing bound it.
    pub environment: State,
    /// What stands in it and was not understood: a fact may hide there.
    pub unread: Vec<Span>,
    /// Whether what it does not say is not there: false for exports that leave things out (sealed variables).
    pub complete: bool,
    /// The gap behind its last character that is no white space: where something missing would stand.
    pub end: Span,
    /// The history of migrations that it is part of, if it is one.
    pub history: Option<History>,
    /// The kinds of fact that it can give, where its content makes them fewer than those of its kind.
    pub only: Option<&'static [Kind]>,
    /// What git does with it: a word of [`GIT`](super::kinds::document::GIT); absent where nobody asked.
    pub(super) git: State,
    fields: [State; 2],
}

impl Document {
    /// A document with its labels.
    pub fn new(source: SourceId, kind: &'static str, path: &str, service: State, environment: State) -> Self {
        let start = Span::point(source, 0);
        let fields = [State::Stated(Value::Word(kind), start), State::Stated(path.into(), start)];
        Self {
            source,
            kind,
            path: path.into(),
            service,
            environment,
            unread: Vec::new(),
            complete: true,
            end: start,
            history: None,
            only: None,
            git: State::Absent(None),
            fields,
        }
    }

    /// A common field of the facts in it.
    pub(super) fn field(&self, field: Field) -> Option<&State> {
        match field {
            Field::Service => Some(&self.service),
            Field::Environment => Some(&self.environment),
            Field::Document => Some(&self.fields[0]),
            Field::Path => Some(&self.fields[1]),
            Field::Git => Some(&self.git),
            _ => None,
        }
    }
}
