//! One spanned tree for YAML, JSON and TOML: every key, scalar and container knows its bytes. Duplicate keys are kept, so
//! that whoever reads the tree can report all of them.

use crate::source::{Mapped, Span, Spanned};

/// The deepest nesting that is read; deeper input is refused with a place.
pub const MAX_DEPTH: usize = 128;

/// The notation of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML 1.2 core, one document, without anchors, aliases, tags and merge keys.
    Yaml,
    /// JSON as RFC 8259 has it.
    Json,
    /// TOML 1.0.
    Toml,
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub value: NodeValue,
    /// Where it stands: with its quotes or brackets.
    pub span: Span,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeValue {
    /// `null`, `~`, or nothing where a value could stand.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number (or a date or time of TOML) as it is written.
    Number(String),
    /// Text, decoded, with the place of each byte.
    Text(Mapped),
    /// A sequence.
    Seq(Vec<Node>),
    /// A mapping in the order of the text; a key may occur twice.
    Map(Vec<Entry>),
}

/// One key of a mapping with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key, decoded.
    pub key: Spanned<String>,
    /// The value.
    pub value: Node,
}

/// Why a text is no tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TreeError {
    /// Where.
    pub span: Span,
    /// One sentence without a full stop, in our own words: it quotes nothing of the text.
    pub message: String,
    /// The way out; empty where the message says it.
    pub help: String,
}

impl Node {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            NodeValue::Text(text) => Some(text.text()),
            _ => None,
        }
    }

    /// The entries, if it is a mapping.
    pub fn entries(&self) -> Option<&[Entry]> {
        match &self.value {
            NodeValue::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The items, if it is a sequence.
    pub fn items(&self) -> Option<&[Node]> {
        match &self.value {
            NodeValue::Seq(items) => Some(items),
            _ => None,
        }
    }

    /// The value of a key, the last where it occurs twice; none where this is no mapping.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries()?.iter().rev().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    }

    /// What it is, for messages: "a mapping", "text", "a number".
    pub fn describe(&self) -> &'static str {
        match self.value {
            NodeValue::Null => "nothing",
            NodeValue::Bool(_) => "true or false",
            NodeValue::Number(_) => "a number",
            NodeValue::Text(_) => "text",
            NodeValue::Seq(_) => "a list",
            NodeValue::Map(_) => "a mapping",
        }
    }
}
