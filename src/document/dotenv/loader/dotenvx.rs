//! dotenvx: the lines of the npm package, then encrypted values, commands and references, but in single quotes.

use super::line::{self, Part};
use super::value::{Rewrite, identifier, table, unescape};
use super::{Assignment, Item, Lookup, Scope, Text, Value};
use crate::document::dotenv::loader::Unknown;
use crate::source::Mapped;
use std::ops::Range;

/// Escapes of double quotes.
const DOUBLE: &[(char, char)] = &[('n', '\n'), ('r', '\r'), ('t', '\t')];

/// Escapes of single quotes.
const SINGLE: &[(char, char)] = &[('\'', '\'')];

/// How many references of one value are replaced: what they stand for is looked through again.
const MOST: usize = 64;

/// Divides an env file.
pub(super) fn read(text: &Text<'_>, scope: &mut Scope) -> Vec<Item> {
    let flat = line::flat(text);
    let mut items = Vec::new();
    for part in line::divide(flat.text()) {
        items.push(match part {
            Part::Skipped(range, why) => Item::Skipped(flat.span(range).range(), why),
            Part::Line(line) => {
                let (range, quote) = line::unquoted(flat.text(), line.value);
                let raw = flat.span(range.clone()).range();
                let value = value(flat.slice(range), raw, quote, scope);
                scope.define(flat.text().get(line.name.clone()).unwrap_or(""), &value);
                Item::Assignment(Assignment {
                    name: flat.span(line.name).range(),
                    read_as: None,
                    exported: line.exported,
                    value: Some(value),
                })
            }
        });
    }
    items
}

fn value(text: Mapped, raw: Range<usize>, quote: Option<char>, scope: &mut Scope) -> Value {
    let text = match quote {
        Some('\'') => return Value::new(unescape(text, table(SINGLE)), raw),
        Some('"') => unescape(text, table(DOUBLE)),
        _ => text,
    };
    if text.text().starts_with("encrypted:") {
        return Value { text, raw, unknown: Some(Unknown::Encrypted) };
    }
    if text.text().find("$(").is_some_and(|at| text.text().get(at..).is_some_and(|rest| rest.contains(')'))) {
        return Value { text, raw, unknown: Some(Unknown::Command) };
    }
    let mut value = Value::new(text, raw);
    let mut at = 0;
    for _ in 0..MOST {
        let Some((range, expression)) = reference(value.text.text(), at) else { break };
        let (name, found, unset) = resolve(&expression, scope);
        if found == Lookup::Unknown {
            value.unknown.get_or_insert(Unknown::Reference(name));
            at = range.end;
            continue;
        }
        let mut rewrite = Rewrite::new(&value.text);
        rewrite.put_lookup(range, &name, found, &unset);
        value.text = rewrite.end().0;
        at = 0;
    }
    value.text = unescape(value.text, table(&[('$', '$')]));
    value
}

/// The first reference from `from` on, without a backslash before it: its bytes and what stands in it.
fn reference(text: &str, from: usize) -> Option<(Range<usize>, String)> {
    let mut at = from;
    let mut may_close = true;
    while let Some(here) = text.get(at..).and_then(|rest| rest.find('$')).map(|offset| at + offset) {
        at = here + 1;
        if here > 0 && text.as_bytes().get(here - 1) == Some(&b'\\') {
            continue;
        }
        let rest = text.get(here + 1..)?;
        let name = identifier(rest);
        if name > 0 {
            return Some((here..here + 1 + name, rest.get(..name)?.to_owned()));
        }
        let braced = rest.strip_prefix('{').filter(|_| may_close);
        let end = braced.and_then(|inner| inner.find(['{', '}']));
        may_close &= braced.is_none() || end.is_some();
        let inner = braced.zip(end).and_then(|(inner, end)| Some((inner.get(..end)?, inner.get(end..)?)));
        if let Some((inner, _)) = inner.filter(|(inner, behind)| !inner.is_empty() && behind.starts_with('}')) {
            return Some((here..here + 3 + inner.len(), inner.to_owned()));
        }
    }
    None
}

/// The name of an expression, what it stands for, and what stands for it where it is not set.
fn resolve(expression: &str, scope: &mut Scope) -> (String, Lookup, String) {
    let operator = [":+", ":-", "+", "-"].into_iter().filter_map(|sign| Some((expression.find(sign)?, sign)));
    // `:` of `:-` comes before its `-`.
    let Some((at, sign)) = operator.min_by_key(|(at, sign)| (*at, std::cmp::Reverse(sign.len()))) else {
        return (expression.to_owned(), scope.get(expression), String::new());
    };
    let name = expression.get(..at).unwrap_or("").to_owned();
    let word = expression.get(at + sign.len()..).unwrap_or("").to_owned();
    let found = match (scope.get(&name), sign.ends_with('+')) {
        (Lookup::Value(value), _) if value.is_empty() => Lookup::Unset,
        (found, false) => found,
        (Lookup::Value(_), true) => Lookup::Value(word.clone()),
        (found, true) => found,
    };
    let unset = if sign.ends_with('+') { String::new() } else { word };
    (name, found, unset)
}
