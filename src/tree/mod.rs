//! One spanned tree for YAML, JSON and TOML: every key, scalar and container knows its bytes. Duplicate keys are kept, so
//! that whoever reads the tree can report all of them.

mod decode;
mod json;
mod recorded;
mod toml;
mod yaml;

pub use recorded::Recorded;

use crate::source::{Mapped, SourceId, Span, Spanned};
use std::ops::Range;

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

/// Reads a text as one tree. A BOM is skipped; an empty text is nothing in YAML, an empty mapping in TOML, and no JSON.
///
/// # Errors
/// Every fault that could be found, in the order of the text: all anchors, aliases, tags and merge keys of a YAML text up
/// to its first syntax error; in TOML one fault a line; in JSON the first fault.
pub fn parse(format: Format, source: SourceId, text: &str) -> Result<Node, Vec<TreeError>> {
    read(format, decode::Text::new(source, text))
}

/// Reads a part of a text as one tree: a line of JSON, say. Places are those of the whole text.
///
/// # Errors
/// Those of [`parse`].
pub fn parse_part(format: Format, source: SourceId, text: &str, part: Range<usize>) -> Result<Node, Vec<TreeError>> {
    let base = part.start;
    read(format, decode::Text { source, text: text.get(part).unwrap_or(""), base })
}

fn read(format: Format, text: decode::Text<'_>) -> Result<Node, Vec<TreeError>> {
    match format {
        Format::Yaml => yaml::parse(text),
        Format::Json => json::parse(text),
        Format::Toml => toml::parse(text),
    }
}

/// The tree of a YAML text that is part of the program, by what was said of it when that was built.
///
/// # Errors
/// Those of [`parse`].
pub fn replay(source: SourceId, text: &str, recorded: &Recorded) -> Result<Node, Vec<TreeError>> {
    recorded::replay(decode::Text::new(source, text), recorded)
}

/// The comments of a TOML text, each behind its `#`, in the order of the text; JSON has none, and those of YAML are not
/// looked for.
pub fn comments(format: Format, source: SourceId, text: &str) -> Vec<Mapped> {
    match format {
        Format::Toml => toml::comments(decode::Text::new(source, text)),
        Format::Yaml | Format::Json => Vec::new(),
    }
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub value: NodeValue,
    /// Where it stands: with its quotes or brackets. A table of TOML goes from its header to the last entry below that
    /// header, without tables that have a header of their own; one that is only named in headers or dotted keys is the
    /// key there.
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
    /// The key, decoded; its place is without quotes.
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

impl TreeError {
    fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: String::new() }
    }

    fn help(self, help: &str) -> Self {
        Self { help: help.into(), ..self }
    }

    fn too_deep(span: Span) -> Self {
        Self::new(span, format!("this is nested deeper than {MAX_DEPTH} levels")).help("Nest less.")
    }
}

impl Node {
    /// The gap where another entry or item would stand: behind the last one, without tables of TOML that have a header of
    /// their own; behind the node where it has none.
    pub fn end_of_entries(&self) -> Span {
        let last = match &self.value {
            NodeValue::Map(entries) => {
                let own = entries.iter().filter(|entry| !entry.value.span.contains(entry.key.span));
                own.map(|entry| entry.value.span).max_by_key(|span| span.end)
            }
            NodeValue::Seq(items) => items.last().map(|item| item.span),
            _ => None,
        };
        last.unwrap_or(self.span).after()
    }

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

#[cfg(test)]
mod tests;
