//! The crate dotenvy 0.15: shell-like words, but one fault drops the rest of the file, and `dotenv()` reports an error.
//! A BOM is such a fault, and so is a blank in a bare value.

use super::value::Rewrite;
use super::{Assignment, Item, Scope, Text, Value};
use crate::source::Mapped;
use std::ops::Range;

const BAD_NAME: &str = "dotenvy refuses the file from here on: this is no NAME=value";
const BAD_VALUE: &str = "dotenvy refuses the file from here on: this value needs quotes, or has an escape that is none";
const OPEN: &str = "dotenvy refuses the file from here on: a quote that opens here is never closed";

/// Divides an env file.
pub(super) fn read(text: &Text<'_>, scope: &mut Scope) -> Vec<Item> {
    let mut items = Vec::new();
    let mut at = 0;
    while at < text.text.len() {
        let rest = text.part(at..text.text.len());
        let line_end = at + rest.find('\n').unwrap_or(rest.len());
        let line = text.part(at..line_end);
        let start = at + line.len() - line.trim_start().len();
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            at = line_end + 1;
            continue;
        }
        match logical_end(rest) {
            None => {
                items.push(Item::Refused(start..start + line.trim().len(), OPEN));
                at = line_end + 1;
            }
            Some((content, next)) => {
                let end = at + rest.get(..content).unwrap_or("").trim_end().len();
                match assignment(text, start..end, scope) {
                    Ok(item) => {
                        items.push(item);
                        at += next;
                    }
                    Err(why) => {
                        items.push(Item::Refused(start..start + line.trim().len(), why));
                        at = line_end + 1;
                    }
                }
            }
        }
    }
    items
}

/// Where the characters of a line that may go on over line ends stop, and where the next one begins; nothing where a
/// quote stays open.
fn logical_end(text: &str) -> Option<(usize, usize)> {
    #[derive(PartialEq)]
    enum In {
        Text,
        Blank,
        Single,
        Double,
    }
    let mut state = In::Text;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else {
            match (&state, c) {
                (In::Blank, '#') => {
                    let rest = text.get(at..).unwrap_or("");
                    return Some((at, at + rest.find('\n').map_or(rest.len(), |end| end + 1)));
                }
                (_, '\\') => {
                    escaped = true;
                    if state == In::Blank {
                        state = In::Text;
                    }
                }
                (In::Single, '\'') | (In::Double, '"') => state = In::Text,
                (In::Single | In::Double, _) => {}
                (_, '\'') => state = In::Single,
                (_, '"') => state = In::Double,
                (_, '\n') => return Some((at, at + 1)),
                // A second blank is none to dotenvy, so that `#` behind two of them begins no comment here.
                (In::Text, c) if c.is_whitespace() && c != '\r' => state = In::Blank,
                _ => state = In::Text,
            }
            continue;
        }
        if c == '\n' && matches!(state, In::Text | In::Blank) {
            return Some((at, at + 1));
        }
    }
    (state == In::Text && !escaped).then_some((text.len(), text.len()))
}

/// One logical line without blanks around it.
fn assignment(text: &Text<'_>, line: Range<usize>, scope: &mut Scope) -> Result<Item, &'static str> {
    let mut at = line.start;
    let mut name = key(text, &mut at, line.end).ok_or(BAD_NAME)?;
    let equals = |at: usize| text.part(at..line.end).starts_with('=');
    let exported = text.part(name.clone()) == "export" && !equals(at);
    if exported {
        name = key(text, &mut at, line.end).ok_or(BAD_NAME)?;
    }
    if !equals(at) {
        return Err(BAD_NAME);
    }
    let rest = text.part(at + 1..line.end);
    let start = line.end - rest.trim_start().len();
    let value = match text.part(start..line.end) {
        "" => Value::new(Mapped::empty(text.source, at + 1), at + 1..at + 1),
        written if written.starts_with('#') => Value::new(Mapped::empty(text.source, at + 1), at + 1..at + 1),
        _ => value(text, start..line.end, scope)?,
    };
    scope.define(text.part(name.clone()), &value);
    Ok(Item::Assignment(Assignment { name, read_as: None, exported, value: Some(value) }))
}

/// A name at `at`, which moves past it and the blanks behind.
fn key(text: &Text<'_>, at: &mut usize, end: usize) -> Option<Range<usize>> {
    let rest = text.part(*at..end);
    rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_').then_some(())?;
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    let name = *at..*at + rest.bytes().take_while(is_name).count();
    *at = end - text.part(name.end..end).trim_start().len();
    Some(name)
}

/// The value: quotes of both kinds may open and close anywhere in it.
fn value(text: &Text<'_>, range: Range<usize>, scope: &mut Scope) -> Result<Value, &'static str> {
    let literal = text.literal(range.clone());
    let written = literal.text();
    let mut out = Rewrite::new(&literal);
    let mut quote = None;
    let mut at = 0;
    let mut end = written.len();
    while let Some(c) = written.get(at..).and_then(|rest| rest.chars().next()) {
        let next = at + c.len_utf8();
        at = match (quote, c) {
            (Some('\''), '\'') | (Some('"'), '"') => {
                out.put(at..next, "");
                quote = None;
                next
            }
            (Some('\''), _) => next,
            (_, '$') => reference(written, at, &mut out, scope)?,
            (_, '\\') => {
                let escaped = written.get(next..).and_then(|rest| rest.chars().next());
                match escaped {
                    // A backslash that nothing follows stands for nothing.
                    None => {
                        out.put(at..next, "");
                        next
                    }
                    Some('n') => {
                        out.put(at..next + 1, "\n");
                        next + 1
                    }
                    Some('\\' | '\'' | '"' | '$' | ' ') => {
                        out.put(at..next, "");
                        next + 1
                    }
                    Some(_) => return Err(BAD_VALUE),
                }
            }
            (None, '\'' | '"') => {
                out.put(at..next, "");
                quote = Some(c);
                next
            }
            (None, ' ' | '\t') => {
                let rest = written.get(next..).unwrap_or("").trim_start_matches([' ', '\t']);
                if !rest.is_empty() && !rest.starts_with('#') {
                    return Err(BAD_VALUE);
                }
                end = at;
                break;
            }
            _ => next,
        };
    }
    if quote.is_some() {
        return Err(OPEN);
    }
    out.put(end..written.len(), "");
    let (text, unknown) = out.end();
    Ok(Value { text, raw: inside(written, range.start..range.start + end), unknown })
}

/// The bytes of a value without quotes that stand around all of it.
pub(super) fn inside(written: &str, raw: Range<usize>) -> Range<usize> {
    let whole = written.get(..raw.len()).unwrap_or("");
    match whole.chars().next().filter(|c| matches!(c, '\'' | '"')) {
        Some(quote) if whole.len() >= 2 && whole.ends_with(quote) && whole.matches(quote).count() == 2 => {
            raw.start + 1..raw.end - 1
        }
        _ => raw,
    }
}

/// `$NAME`, of letters and digits, and `${…}`, whatever stands in it. The character behind a bare name is taken as it
/// is, a closing quote too. Gives where reading goes on.
fn reference(text: &str, at: usize, out: &mut Rewrite<'_>, scope: &mut Scope) -> Result<usize, &'static str> {
    let rest = text.get(at + 1..).unwrap_or("");
    if let Some(inner) = rest.strip_prefix('{') {
        let close = inner.find('}').ok_or(BAD_VALUE)?;
        let name = inner.get(..close).unwrap_or("");
        let found = scope.get(name);
        out.put_lookup(at..at + 3 + close, name, found, "");
        return Ok(at + 3 + close);
    }
    let length = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    let name = rest.get(..length).unwrap_or("");
    let end = at + 1 + length;
    if name.is_empty() {
        out.put(at..end, "");
    } else {
        let found = scope.get(name);
        out.put_lookup(at..end, name, found, "");
    }
    let behind = text.get(end..).and_then(|rest| rest.chars().next()).filter(|c| *c != '$');
    Ok(end + behind.map_or(0, char::len_utf8))
}
