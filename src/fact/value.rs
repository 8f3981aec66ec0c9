//! What a field holds, and how well it is known.

use crate::source::{Secret, Span};
use std::sync::Arc;

/// A known value of a field; its [`Type`](super::Type) says which form it has.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// Text, a name or a label; the columns of a table share the names of the table and its schema.
    Text(Arc<str>),
    /// One of the words of an enum, in the vocabulary's spelling.
    Word(&'static str),
    /// Yes or no.
    Bool(bool),
    /// A number: a port, seconds, days, a count.
    Number(i64),
    /// A value of a document: never printed.
    Secret(Secret),
    /// Several names.
    List(Vec<Value>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Self::Bool(yes)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Secret> for Value {
    fn from(secret: Secret) -> Self {
        Self::Secret(secret)
    }
}

/// Why something cannot be known, and what would make it known. Holds no value of a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause {
    /// A predicate: "is `${{shared.POOLER_URL}}`, and no document defines it".
    pub reason: String,
    /// What would decide it, as one sentence; empty where nothing would.
    pub help: String,
}

impl Cause {
    /// A cause with a way out.
    pub fn new(reason: impl Into<String>, help: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { reason: reason.into(), help: help.into() })
    }
}

/// How well a field is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Written down, here.
    Stated(Value, Span),
    /// Known although nothing is written (libpq's `prefer`); the span is the gap where it would stand.
    Defaulted(Value, Span),
    /// Known not to be there; the gap where it would stand, if there is such a place.
    Absent(Option<Span>),
    /// Cannot be known from the documents.
    Unknown(Span, Arc<Cause>),
}

impl State {
    /// The effective value, stated or defaulted.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Stated(value, _) | Self::Defaulted(value, _) => Some(value),
            Self::Absent(_) | Self::Unknown(..) => None,
        }
    }

    /// The effective value as text: text, names, labels and enum words.
    pub fn text(&self) -> Option<&str> {
        match self.value()? {
            Value::Text(text) => Some(text),
            Value::Word(word) => Some(word),
            Value::Bool(_) | Value::Number(_) | Value::Secret(_) | Value::List(_) => None,
        }
    }

    /// Where it stands, or would stand.
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::Stated(_, span) | Self::Defaulted(_, span) | Self::Unknown(span, _) => Some(*span),
            Self::Absent(gap) => *gap,
        }
    }
}
