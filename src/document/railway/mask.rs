//! What nobody may see of a Railway file: values under keys that Railway ignores (people put variables there), registry
//! credentials, and recognised secrets wherever they stand.

use crate::document::value::{self, name_may_be_shown};
use crate::document::variable::HIDDEN_NAME;
use crate::document::{Parsed, Settings};
use crate::source::{Mapped, SourceId, Span};
use crate::tree::{Format, Node, NodeValue};
use std::ops::Range;

/// Whether a key or an environment may be named: as a variable may, or such names and numbers with dashes (`pr-123`).
pub(super) fn is_name(text: &str) -> bool {
    let number = |part: &str| (1..=6).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= 64 && text.split('-').all(|part| number(part) || name_may_be_shown(part))
}

/// Whether the name of a service or an environment may be said: words and small numbers, with whatever stands between
/// them, of at most 32 characters (docs.railway.com, services).
pub(super) fn is_label(text: &str) -> bool {
    let plain: String = text.chars().map(|c| if c.is_alphabetic() && !c.is_ascii() { 'x' } else { c }).collect();
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let mut words = words.filter(|word| !word.is_empty()).peekable();
    text.chars().count() <= 32 && words.peek().is_some() && words.all(is_name) && !text.chars().any(char::is_control)
}

/// A name as it may be said; hidden in the text too where it may not.
pub(super) fn name(text: &str, span: Span, masks: &mut Vec<Range<usize>>) -> String {
    if is_name(text) {
        return text.to_owned();
    }
    masks.push(span.range());
    HIDDEN_NAME.to_owned()
}

/// Hides a text that is no name, nor the path of an image.
pub(super) fn word(text: &Mapped, masks: &mut Vec<Range<usize>>) {
    if !text.text().split(['/', ':', '@', '.']).all(is_name) {
        masks.push(text.whole().range());
    }
}

/// Hides every scalar in a node, and keys that may not be named.
pub(super) fn leaves(node: &Node, masks: &mut Vec<Range<usize>>) {
    let mut todo = vec![node];
    while let Some(node) = todo.pop() {
        match &node.value {
            NodeValue::Text(text) => masks.push(text.whole().range()),
            NodeValue::Null | NodeValue::Bool(_) | NodeValue::Number(_) => masks.push(node.span.range()),
            NodeValue::Seq(items) => todo.extend(items),
            NodeValue::Map(entries) => {
                for entry in entries {
                    name(&entry.key.value, entry.key.span, masks);
                    todo.push(&entry.value);
                }
            }
        }
    }
}

/// Looks for secrets in every text of a node.
pub(super) fn scan(node: &Node, stands: &'static str, settings: &Settings, parsed: &mut Parsed) {
    let mut todo = vec![node];
    while let Some(node) = todo.pop() {
        match &node.value {
            NodeValue::Text(text) => value::scan(text, stands, None, settings, parsed),
            NodeValue::Null | NodeValue::Bool(_) | NodeValue::Number(_) => {}
            NodeValue::Seq(items) => todo.extend(items),
            NodeValue::Map(entries) => todo.extend(entries.iter().map(|entry| &entry.value)),
        }
    }
}

/// A text that could not be read: what stands behind the name on each line is hidden, and every line without one.
pub(super) fn unreadable(format: Format, source: SourceId, text: &str, masks: &mut Vec<Range<usize>>) {
    let mut start = 0;
    let mut inside = false;
    for line in text.split('\n') {
        let kept = match format {
            _ if inside => 0,
            Format::Toml => toml_name(line),
            Format::Json | Format::Yaml => json_name(line),
        };
        let triples = line.matches("\"\"\"").count() + line.matches("\'\'\'").count();
        inside ^= format == Format::Toml && triples % 2 == 1;
        masks.push(Span::new(source, start + kept..start + line.len()).range());
        start += line.len() + 1;
    }
}

/// How much of a line is a header of a table, or a key with its `=`.
fn toml_name(line: &str) -> usize {
    let header = line.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if header.is_some_and(|name| name.trim_matches(['[', ']']).split('.').all(is_name)) {
        return line.len();
    }
    match line.split_once('=') {
        // `abc=` and `abc==` are the end of base64, not a key.
        Some((key, value)) if !value.trim().is_empty() && !value.starts_with('=') => {
            let named = key.trim().split('.').all(|part| is_name(part.trim_matches(['"', '\''])));
            if named { key.len() + 1 } else { 0 }
        }
        _ => 0,
    }
}

/// How much of a line is a key in quotes with its `:`.
fn json_name(line: &str) -> usize {
    let Some((key, _)) = line.split_once(':') else { return 0 };
    let name = key.trim_matches([' ', '\t', '{', ',', '\u{feff}']);
    let name = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    if name.is_some_and(is_name) { key.len() + 1 } else { 0 }
}
