//! Docker Compose 2 (compose-go's own parser, which grew out of godotenv): backslash escapes in double quotes, and
//! references as a shell has them. One fault drops the whole file.

use super::brace::{Brace, Outcome};
use super::go::{behind_export, is_space, name, rest_of_line, statement};
use super::value::{Dollar, Rewrite, expand, identifier, unescape};
use super::{Assignment, Item, Lookup, Outer, Scope, Text, Unknown, Value};
use crate::source::Mapped;
use std::ops::Range;

const BAD_NAME: &str = "Docker Compose refuses the whole file: this is no NAME=value";
const OPEN: &str = "Docker Compose refuses the whole file: the quote that opens here is never closed";
const BAD_REFERENCE: &str = "Docker Compose refuses the whole file: a reference in this value is none";
const MISSING: &str = "Docker Compose refuses the whole file: a variable that this value demands is not set above";

/// Divides an env file.
pub(super) fn read(text: &Text<'_>, scope: &mut Scope) -> Vec<Item> {
    let mut items = Vec::new();
    let mut at = text.text.len() - text.text.strip_prefix('\u{feff}').unwrap_or(text.text).len();
    while let Some(start) = statement(text.text, at) {
        let exported = behind_export(text.text, start, char::is_whitespace);
        let from = exported.unwrap_or(start);
        let refuse = |why| (Item::Refused(rest_of_line(text, start), why), None);
        let (item, next) = match name(text.text, from, &['=', ':', '\n'], is_name) {
            None => refuse(BAD_NAME),
            Some(name) if text.part(name.range.clone()).contains(' ') => refuse(BAD_NAME),
            Some(name) if name.end == Some('\n') => {
                (inherited(text, name.range, exported.is_some(), scope), Some(name.next))
            }
            Some(name) => match value(text, behind_blanks(text.text, name.next), scope) {
                Err(why) => refuse(why),
                Ok((value, next)) => {
                    scope.define(text.part(name.range.clone()), &value);
                    let read_as = name.range.is_empty().then_some("");
                    let (name, exported) = (name.range, exported.is_some());
                    (Item::Assignment(Assignment { name, read_as, exported, value: Some(value) }), Some(next))
                }
            },
        };
        at = next.unwrap_or_else(|| rest_of_line(text, start).end.max(start + 1));
        items.push(item);
    }
    items
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '[' | ']')
}

fn behind_blanks(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    at + rest.len() - rest.trim_start_matches(is_space).len()
}

/// A name without a value: whoever runs Compose may have one.
fn inherited(text: &Text<'_>, name: Range<usize>, exported: bool, scope: &Scope) -> Item {
    let value = Value::inherited(Mapped::empty(text.source, name.end));
    let value = (scope.outer == Outer::Unknown).then_some(value);
    Item::Assignment(Assignment { name, read_as: None, exported, value })
}

/// The value at `at`, and where reading goes on.
fn value(text: &Text<'_>, at: usize, scope: &mut Scope) -> Result<(Value, usize), &'static str> {
    let rest = text.part(at..text.text.len());
    let (value, next) = match rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        None => {
            let line = rest.split('\n').next().unwrap_or("");
            let bare = line.split(" #").next().unwrap_or("").trim_end();
            let raw = at..at + bare.len();
            (Value::new(text.literal(raw.clone()), raw), (at + line.len() + 1).min(text.text.len()))
        }
        Some(quote) => {
            let length = close(rest, quote).ok_or(OPEN)?;
            let raw = at + 1..at + length;
            let literal = without_escaped(text.literal(raw.clone()), quote);
            if quote == '\'' {
                return Ok((Value::new(literal, raw), at + length + 1));
            }
            (Value::new(unescape(literal, escape), raw), at + length + 1)
        }
    };
    let value = expand(value, scope, dollar);
    scope.refused.take().map_or(Ok((value, next)), Err)
}

/// Where a text that begins with a quote is closed by one without a backslash that counts.
fn close(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            byte if char::from(byte) == quote => return Some(at),
            _ => {}
        }
    }
    None
}

/// A backslash before the quote goes away; every other pair stays for now.
fn without_escaped(value: Mapped, quote: char) -> Mapped {
    let text = value.text();
    let mut rewrite = Rewrite::new(&value);
    let mut at = 0;
    while let Some(here) = text.get(at..).and_then(|rest| rest.find('\\')).map(|offset| at + offset) {
        if text.get(here + 1..).is_some_and(|rest| rest.starts_with(quote)) {
            rewrite.put(here..here + 1, "");
        }
        at = here + 1 + text.get(here + 1..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    rewrite.end().0
}

/// Escapes of double quotes.
fn escape(rest: &str) -> Option<(String, usize)> {
    let c = rest.chars().next()?;
    let decoded = match c {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '"' | '\\' => c,
        // Three octal digits behind the 0, or nothing.
        '0' => {
            let digits = rest.get(1..4).filter(|digits| digits.bytes().all(|byte| matches!(byte, b'0'..=b'7')))?;
            let code = u8::from_str_radix(digits, 8).ok().filter(u8::is_ascii)?;
            return Some((char::from(code).to_string(), 4));
        }
        _ => return None,
    };
    Some((decoded.to_string(), 1))
}

fn dollar(text: &str, at: usize, scope: &mut Scope) -> Dollar {
    let rest = text.get(at + 1..).unwrap_or("");
    if rest.starts_with('$') {
        return Dollar::Put(at..at + 2, "$".to_owned());
    }
    if !rest.starts_with('{') {
        let length = identifier(rest);
        return match rest.get(..length).filter(|name| !name.is_empty()) {
            Some(name) => Dollar::Name(at..at + 1 + length, name.to_owned(), String::new()),
            None => Dollar::Plain(at + 1),
        };
    }
    let Some(brace) = Brace::parse(rest) else {
        scope.refused = Some(BAD_REFERENCE);
        return Dollar::Plain(at + 1);
    };
    let range = at..at + 1 + brace.length;
    match brace.resolve(scope) {
        Outcome::Found(Lookup::Value(value)) => Dollar::Put(range, value),
        Outcome::Found(Lookup::Unset) => Dollar::Put(range, String::new()),
        Outcome::Found(Lookup::Unknown) => Dollar::Unknown(range.end, Unknown::Reference(brace.name.to_owned())),
        Outcome::Missing => {
            scope.refused = Some(MISSING);
            Dollar::Plain(range.end)
        }
    }
}
