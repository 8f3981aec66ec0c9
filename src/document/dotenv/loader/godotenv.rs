//! joho/godotenv 1.5: one fault drops the whole file; a BOM is such a fault. References of capitals only, and only to
//! what stands above in the file.

use super::go::{behind_export, is_space, name, rest_of_line, statement};
use super::value::{Dollar, backslash, expand, unescape};
use super::{Assignment, Item, Lookup, Scope, Text, Unknown, Value, line};
use crate::source::Mapped;
use std::ops::Range;

/// What is said of a character that no name has.
const BAD_NAME: &str = "godotenv refuses the whole file: this is no NAME=value";

/// What is said of a value without an end.
const OPEN: &str = "godotenv refuses the whole file: the quote that opens here is never closed";

/// Divides an env file.
pub(super) fn read(text: &Text<'_>, scope: &mut Scope) -> Vec<Item> {
    let flat = windows(text);
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(start) = statement(flat.text(), at) {
        let exported = behind_export(flat.text(), start, is_space);
        let from = exported.unwrap_or(start);
        let found = name(flat.text(), from, &['=', ':'], is_name);
        let found = found.map(|name| (value(&flat, behind_blanks(flat.text(), name.next), scope), name));
        match found {
            Some((Some((value, next)), name)) => {
                scope.define(flat.text().get(name.range.clone()).unwrap_or(""), &value);
                items.push(Item::Assignment(Assignment {
                    name: flat.span(name.range.clone()).range(),
                    read_as: name.range.is_empty().then_some(""),
                    exported: exported.is_some(),
                    value: Some(value),
                }));
                at = next;
            }
            refused => {
                let range = rest_of_line(&Text { source: text.source, text: flat.text(), lines: &[] }, start);
                at = range.end.max(start + 1);
                items.push(Item::Refused(flat.span(range).range(), refused.map_or(BAD_NAME, |_| OPEN)));
            }
        }
    }
    items
}

/// The text with `\n` for `\r\n`; a lone `\r` stays.
fn windows(text: &Text<'_>) -> Mapped {
    if !text.text.contains('\r') || text.text.split('\r').skip(1).all(|rest| rest.starts_with('\n')) {
        return line::flat(text);
    }
    let mut flat = Mapped::empty(text.source, 0);
    let mut at = 0;
    for (here, _) in text.text.match_indices("\r\n") {
        flat.push(text.part(at..here), at..here);
        flat.push("\n", here..here + 2);
        at = here + 2;
    }
    flat.push(text.part(at..text.text.len()), at..text.text.len());
    flat
}

fn behind_blanks(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    at + rest.len() - rest.trim_start_matches(is_space).len()
}

/// Names are judged byte by byte as if they were Latin-1, so that hardly any letter beyond ASCII passes.
fn is_name(c: char) -> bool {
    let mut bytes = [0; 4];
    let latin = |byte: &u8| *byte < 0x80 || char::from(*byte).is_alphanumeric() || matches!(*byte, 0x85 | 0xa0);
    match c {
        '_' | '.' => true,
        c if c.is_ascii() => c.is_ascii_alphanumeric(),
        c => c.encode_utf8(&mut bytes).as_bytes().iter().all(latin),
    }
}

/// The value at `at`, and where reading goes on; nothing for a quote that is never closed.
fn value(flat: &Mapped, at: usize, scope: &mut Scope) -> Option<(Value, usize)> {
    let rest = flat.text().get(at..)?;
    let take = |range: Range<usize>| Value::new(flat.slice(range.clone()), flat.span(range).range());
    let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        let line = rest.split(['\n', '\r']).next().unwrap_or("");
        // The last `#` with a blank before it.
        let blank_before = |at: &usize| line.get(..*at).is_some_and(|before| before.ends_with(is_space));
        let comment = line.match_indices('#').map(|(at, _)| at).rfind(blank_before);
        let value = line.get(..comment.unwrap_or(line.len())).unwrap_or("").trim_end_matches(is_space);
        return Some((expand(take(at..at + value.len()), scope, dollar), at + line.len()));
    };
    let mut closes = rest.match_indices(quote).map(|(at, _)| at);
    let close = closes.find(|close| *close > 0 && rest.as_bytes().get(close - 1) != Some(&b'\\'))?;
    let inner = rest.get(..close)?;
    let kept = inner.trim_end_matches(quote);
    let start = at + kept.len() - kept.trim_start_matches(quote).len();
    let value = take(start..(at + kept.len()).max(start));
    let value = match quote {
        '"' => expand(Value { text: unescape(value.text, backslash), ..value }, scope, dollar),
        _ => value,
    };
    Some((value, at + close + 1))
}

/// `$NAME` and `${NAME}`, in capitals; a backslash before it goes away.
fn dollar(text: &str, at: usize, scope: &mut Scope) -> Dollar {
    let rest = text.get(at + 1..).unwrap_or("");
    let command = usize::from(rest.starts_with('('));
    let open = command + usize::from(rest.get(command..).is_some_and(|rest| rest.starts_with('{')));
    let inner = rest.get(open..).unwrap_or("");
    let is_name = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    let name = inner.get(..inner.bytes().take_while(is_name).count()).unwrap_or("");
    let close = usize::from(inner.get(name.len()..).is_some_and(|behind| behind.starts_with('}')));
    let end = at + 1 + open + name.len() + close;
    if at > 0 && text.as_bytes().get(at - 1) == Some(&b'\\') {
        return Dollar::Escaped(end);
    }
    if name.is_empty() {
        return Dollar::Plain(end);
    }
    match scope.get_own(name) {
        Lookup::Value(value) => Dollar::Put(at..end, value),
        Lookup::Unset => Dollar::Put(at..end, String::new()),
        Lookup::Unknown => Dollar::Unknown(end, Unknown::Reference(name.to_owned())),
    }
}
