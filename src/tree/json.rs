//! JSON: serde_json judges validity (RFC 8259, nothing beyond), the tokens of jsonc-parser say where things stand.

use super::decode::{Style, Text};
use super::{Entry, MAX_DEPTH, Node, NodeValue, TreeError};
use crate::source::{Span, Spanned};
use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};
use std::ops::Range;

/// What serde_json says, by its beginning, and what we say; nothing of the text is quoted.
const WORDS: &[(&str, &str)] = &[
    ("EOF while parsing a list", "a list is not closed"),
    ("EOF while parsing an object", "an object is not closed"),
    ("EOF while parsing a string", "a string is not closed"),
    ("EOF while parsing a value", "a value is missing"),
    ("expected `:`", "`:` is missing behind a key"),
    ("expected `,` or `]`", "`,` or `]` is missing"),
    ("expected `,` or `}`", "`,` or `}` is missing"),
    ("expected value", "this is no value"),
    ("expected ident", "this is no value"),
    ("invalid escape", "this is no escape of JSON"),
    ("invalid number", "this is no number of JSON"),
    ("control character", "a string holds a control character that is not escaped"),
    ("key must be a string", "a key must stand in double quotes"),
    ("lone leading surrogate", "half of a surrogate pair is missing"),
    ("unexpected end of hex escape", "an escape is not complete"),
    ("trailing characters", "something stands behind the end of the value"),
];

/// A container that is not closed yet.
struct Open {
    start: usize,
    value: NodeValue,
    key: Option<Spanned<String>>,
}

/// Reads a JSON text.
pub(super) fn parse(text: Text<'_>) -> Result<Node, Vec<TreeError>> {
    if let Some(span) = too_deep(text) {
        return Err(vec![TreeError::too_deep(span)]);
    }
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text.text) {
        return Err(vec![invalid(text, &error)]);
    }
    build(text).map_err(|range| {
        vec![TreeError::new(text.span(range), "this is not JSON: a string holds half of a surrogate pair")]
    })
}

/// The first bracket that nests too deep.
fn too_deep(text: Text<'_>) -> Option<Span> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Some(text.character(at));
        }
    }
    None
}

/// What serde_json found, in our words; its line is counted from 1, its column in bytes up to the fault and with it.
fn invalid(text: Text<'_>, error: &serde_json::Error) -> TreeError {
    let line_start = match error.line().checked_sub(2) {
        Some(before) => text.text.match_indices('\n').nth(before).map_or(0, |(at, _)| at + 1),
        None => 0,
    };
    let span = match error.is_eof() {
        true => text.character(text.text.len()),
        false => text.character(line_start + error.column().saturating_sub(1)),
    };
    let at = span.range().start - text.base;
    let before = text.text.get(..at).unwrap_or("").trim_end();
    let here = text.text.get(at..).and_then(|rest| rest.chars().next());
    if before.is_empty() && here.is_none() {
        return TreeError::new(span, "this is not JSON: there is nothing in it");
    }
    if before.ends_with(',') && matches!(here, Some(']' | '}')) {
        let comma = text.character(before.len() - 1);
        return TreeError::new(comma, "this is not JSON: a comma separates nothing").help("Delete the comma.");
    }
    let said = error.to_string();
    let words = WORDS.iter().find(|(theirs, _)| said.starts_with(theirs)).map_or("it cannot be read here", |w| w.1);
    let error = TreeError::new(span, format!("this is not JSON: {words}"));
    match here {
        Some('/' | '#') => error.help("JSON has no comments."),
        Some('\'') => error.help("JSON has double quotes only."),
        _ => error,
    }
}

/// The tree of a text that is known to be JSON; the bytes of a string that has no decoded form otherwise.
fn build(text: Text<'_>) -> Result<Node, Range<usize>> {
    let options = ScannerOptions {
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let mut scanner = Scanner::new(text.text, &options);
    let mut open: Vec<Open> = Vec::new();
    loop {
        let token = scanner.scan().map_err(|error| error.range().start..error.range().end)?;
        let range = scanner.token_start()..scanner.token_end();
        let Some(token) = token else { return Err(range) };
        let node = match token {
            Token::OpenBrace | Token::OpenBracket => {
                let map = token == Token::OpenBrace;
                let value = if map { NodeValue::Map(Vec::new()) } else { NodeValue::Seq(Vec::new()) };
                open.push(Open { start: range.start, value, key: None });
                continue;
            }
            Token::CloseBrace | Token::CloseBracket => {
                let Some(closed) = open.pop() else { return Err(range) };
                Node { value: closed.value, span: text.span(closed.start..range.end) }
            }
            Token::String(decoded) => {
                let inside = range.start + 1..range.end.saturating_sub(1);
                match open.last_mut() {
                    Some(Open { value: NodeValue::Map(_), key: key @ None, .. }) => {
                        *key = Some(Spanned::new(decoded.into_owned(), text.span(inside)));
                        continue;
                    }
                    _ => {
                        let mapped = text.mapped(inside, Style::Json, &decoded);
                        Node { value: NodeValue::Text(mapped), span: text.span(range) }
                    }
                }
            }
            Token::Boolean(yes) => Node { value: NodeValue::Bool(yes), span: text.span(range) },
            Token::Number(number) => Node { value: NodeValue::Number(number.into()), span: text.span(range) },
            Token::Null => Node { value: NodeValue::Null, span: text.span(range) },
            Token::Colon | Token::Comma => continue,
            Token::Word(_) | Token::CommentLine(_) | Token::CommentBlock(_) => return Err(range),
        };
        match open.last_mut() {
            None => return Ok(node),
            Some(Open { value: NodeValue::Seq(items), .. }) => items.push(node),
            Some(Open { value: NodeValue::Map(entries), key, .. }) => {
                entries.extend(key.take().map(|key| Entry { key, value: node }));
            }
            Some(_) => {}
        }
    }
}
