//! TOML through the `toml` crate, which says the bytes of keys and values.

use super::decode::{Style, Text};
use super::{Entry, MAX_DEPTH, Node, NodeValue, TreeError};
use crate::source::{Mapped, Spanned};
use toml::Spanned as At;
use toml::de::{DeTable, DeValue};

/// What the library says, by its beginning, and what we say; nothing of the text is quoted.
const WORDS: &[(&str, &str)] = &[
    ("duplicate key", "the same key or table is defined twice"),
    ("cannot extend value", "a value that is no table is used as one"),
    ("string values must be quoted", "text must stand in quotes"),
    ("missing value", "a value is missing"),
    ("key with no value", "a key has no value"),
    ("missing assignment", "`=` is missing behind a key"),
    ("extra `=`", "`=` stands here twice"),
    ("extra assignment", "`=` stands here twice"),
    ("unexpected `=`", "`=` cannot stand here"),
    ("missing comma", "a comma is missing"),
    ("extra comma", "a comma stands here that separates nothing"),
    ("unclosed table", "the name of a table is not closed by `]`"),
    ("unclosed array table", "the name of a table is not closed by `]]`"),
    ("unclosed array", "a list is not closed"),
    ("unclosed inline table", "a table is not closed by `}`"),
    ("unexpected content", "something stands here that belongs to no key"),
    ("unexpected key or value", "a key or a value stands here that nothing expects"),
    ("invalid unquoted key", "a key with such characters must stand in quotes"),
    ("unquoted keys", "a key is empty"),
    ("keys cannot be multi-line", "a key cannot have several lines"),
    ("carriage return", "a carriage return stands alone"),
    ("invalid basic string", "text in double quotes is not closed, or holds what must be escaped"),
    ("invalid literal string", "text in single quotes is not closed, or holds a control character"),
    ("invalid multi-line", "text of several lines is not closed, or holds what must be escaped"),
    ("missing escaped value", "an escape is not complete"),
    ("too few unicode", "an escape is not complete"),
    ("recursion limit", "it is nested too deep"),
    ("cannot recurse further", "it is nested too deep"),
];

/// Reads a TOML text.
pub(super) fn parse(text: Text<'_>) -> Result<Node, Vec<TreeError>> {
    if let Some(at) = too_deep(text.text) {
        return Err(vec![TreeError::too_deep(text.character(at))]);
    }
    let (table, errors) = DeTable::parse_recoverable(text.text);
    if errors.is_empty() {
        let entries = entries(text, table.into_inner());
        let span = text.span(0..text.text.len());
        return Ok(Node { value: NodeValue::Map(entries), span });
    }
    Err(invalid(text, &errors))
}

/// One error a line: what follows on the same line is mostly the same mistake once more.
fn invalid(text: Text<'_>, errors: &[toml::de::Error]) -> Vec<TreeError> {
    let mut placed: Vec<_> = errors.iter().map(|error| (error.span().unwrap_or(0..0), error.message())).collect();
    placed.sort_by_key(|(range, _)| range.start);
    let mut told: Vec<TreeError> = Vec::new();
    let mut last = 0;
    for (range, said) in placed {
        let between = text.text.get(last..range.start).unwrap_or("");
        if !told.is_empty() && !between.contains('\n') {
            continue;
        }
        last = range.start.min(text.text.len());
        let words = WORDS.iter().find(|(theirs, _)| said.starts_with(theirs)).map_or("it cannot be read here", |w| w.1);
        let span = if range.is_empty() { text.character(range.start) } else { text.span(range) };
        told.push(TreeError::new(span, format!("this is not TOML: {words}")));
    }
    told
}

/// Where tables, lists and dotted keys together nest too deep: the library limits each of them alone, and a chain of
/// dotted keys in nested tables would still be thousands deep. Strings and comments are skipped as its lexer does.
fn too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut header, mut depth, mut dots) = (0, 0, 0, 0);
    let (mut key, mut line_start, mut in_header) = (true, true, false);
    let mut open: Vec<usize> = Vec::new();
    while let Some(byte) = bytes.get(at) {
        let first = line_start && open.is_empty();
        line_start = *byte == b'\n' || (line_start && matches!(byte, b' ' | b'\t' | b'\r'));
        match byte {
            b'"' | b'\'' => {
                at = string_end(bytes, at, *byte);
                continue;
            }
            b'#' => {
                at += bytes.get(at..).and_then(|rest| rest.iter().position(|b| *b == b'\n')).unwrap_or(bytes.len());
                continue;
            }
            b'.' if key => dots += 1,
            b'=' => key = false,
            b'\n' | b',' => {
                if std::mem::take(&mut in_header) {
                    header = 2 + dots;
                }
                (dots, key) = (0, true);
            }
            b'[' if first => (header, dots, key, in_header) = (0, 0, true, true),
            b'[' | b'{' => {
                open.push(dots + 1);
                depth += dots + 1;
                (dots, key) = (0, true);
            }
            b']' | b'}' => depth -= open.pop().unwrap_or(0),
            _ => {}
        }
        if header + depth + dots > MAX_DEPTH {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// What stands behind each `#` that is in no string, to the end of its line.
pub(super) fn comments(text: Text<'_>) -> Vec<Mapped> {
    let bytes = text.text.as_bytes();
    let mut comments = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' => at = string_end(bytes, at, *byte),
            b'#' => {
                let rest = text.text.get(at + 1..).unwrap_or("");
                let line = rest.split('\n').next().unwrap_or("").trim_end_matches('\r');
                comments.push(Mapped::literal(text.source, line, at + 1 + text.base));
                at += 1 + line.len();
            }
            _ => at += 1,
        }
    }
    comments
}

/// One past the string that begins at `start`; a string of one line ends with its line at the latest.
fn string_end(bytes: &[u8], start: usize, quote: u8) -> usize {
    let triple = bytes.get(start..start + 3).is_some_and(|three| three.iter().all(|byte| *byte == quote));
    let mut at = start + if triple { 3 } else { 1 };
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 1,
            b'\n' if !triple => return at,
            byte if *byte == quote => {
                if !triple {
                    return at + 1;
                }
                if bytes.get(at..at + 3).is_some_and(|three| three.iter().all(|byte| *byte == quote)) {
                    return at + 3;
                }
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The entries in the order of the text. Its depth is bounded by [`too_deep`].
fn entries(text: Text<'_>, table: DeTable<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .into_iter()
        .map(|(key, value)| {
            let range = key.span();
            let quoted = text.text.get(range.clone()).is_some_and(|key| key.starts_with(['"', '\'']));
            let inside = if quoted && range.len() > 1 { range.start + 1..range.end - 1 } else { range };
            let key = Spanned::new(key.into_inner().into_owned(), text.span(inside));
            Entry { key, value: node(text, value) }
        })
        .collect();
    entries.sort_by_key(|entry| entry.key.span);
    entries
}

fn node(text: Text<'_>, value: At<DeValue<'_>>) -> Node {
    let range = value.span();
    let span = text.span(range.clone());
    let written = || text.text.get(range.clone()).unwrap_or("").to_owned();
    let value = match value.into_inner() {
        DeValue::String(decoded) => NodeValue::Text(string(text, range, &decoded)),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => NodeValue::Number(written()),
        DeValue::Boolean(yes) => NodeValue::Bool(yes),
        DeValue::Array(array) => {
            let items: Vec<Node> = array.into_iter().map(|item| node(text, item)).collect();
            let span = items.last().map_or(span, |last| span.to(last.span));
            return Node { value: NodeValue::Seq(items), span };
        }
        DeValue::Table(table) => {
            let node = Node { value: NodeValue::Map(entries(text, table)), span };
            let end = node.end_of_entries();
            return Node { span: span.to(end), ..node };
        }
    };
    Node { value, span }
}

/// A string without its quotes; a newline right behind three quotes does not belong to it.
fn string(text: Text<'_>, range: std::ops::Range<usize>, decoded: &str) -> Mapped {
    let written = text.text.get(range.clone()).unwrap_or("");
    let style = if written.starts_with('"') { Style::TomlBasic } else { Style::Literal };
    let triple = written.len() >= 6 && (written.starts_with("\"\"\"") || written.starts_with("'''"));
    let quotes = if triple { 3 } else { usize::from(written.len() >= 2) };
    let first = written.get(quotes..).unwrap_or("");
    let newline = if !triple {
        0
    } else if first.starts_with("\r\n") {
        2
    } else {
        usize::from(first.starts_with('\n'))
    };
    let start = range.start + quotes + newline;
    text.mapped(start..(range.end - quotes).max(start), style, decoded)
}
