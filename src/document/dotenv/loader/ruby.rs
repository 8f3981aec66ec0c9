//! The gem dotenv 2.4: line by line, so that quotes never span lines; in quotes the LAST quote closes; backslashes go
//! away in double quotes; references of upper and lower case, and commands.

use super::value::{Dollar, backslash, closing, expand, unescape};
use super::{Assignment, Item, SKIPPED, Scope, Text, Unknown, Value};
use std::ops::Range;

/// Divides an env file.
pub(super) fn read(text: &Text<'_>, scope: &mut Scope) -> Vec<Item> {
    let mut items = Vec::new();
    let mut at = text.text.len() - text.text.strip_prefix('\u{feff}').unwrap_or(text.text).len();
    for line in text.part(at..text.text.len()).split(['\n', '\r']) {
        let start = at + line.len() - line.trim_start().len();
        let end = at + line.trim_end().len();
        at += line.len() + 1;
        if start >= end || text.part(start..end).starts_with('#') {
            continue;
        }
        items.push(item(text, start..end, scope));
    }
    items
}

/// One line without the blanks around it.
fn item(text: &Text<'_>, line: Range<usize>, scope: &mut Scope) -> Item {
    let written = text.part(line.clone());
    let behind = written.strip_prefix("export").filter(|rest| rest.starts_with(char::is_whitespace));
    let exported = behind.and_then(|rest| assignment(text, line.end - rest.trim_start().len()..line.end, scope));
    if let Some((name, value)) = exported {
        return Item::Assignment(Assignment { name, read_as: None, exported: true, value: Some(value) });
    }
    match assignment(text, line.clone(), scope) {
        Some((name, value)) => Assignment::item(name, Some(value)),
        None if behind.is_some_and(|names| names.split_whitespace().any(|name| !scope.values.contains_key(name))) => {
            Item::Refused(line, "the gem dotenv refuses the whole file: what this line exports is not set above")
        }
        None => Item::Skipped(line, SKIPPED),
    }
}

fn assignment(text: &Text<'_>, line: Range<usize>, scope: &mut Scope) -> Option<(Range<usize>, Value)> {
    let written = text.part(line.clone());
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    let length = written.bytes().take_while(is_name).count();
    let name = written.get(..length).filter(|name| !name.is_empty())?;
    let behind = written.get(length..)?;
    let rest = match behind.trim_start().strip_prefix('=') {
        Some(rest) => rest,
        None => behind.strip_prefix(':').filter(|rest| rest.starts_with(char::is_whitespace))?,
    };
    let start = line.end - rest.trim_start().len();
    let value = value(text, start..line.end, scope);
    scope.define(name, &value);
    Some((line.start..line.start + length, value))
}

/// The value, from its first character on.
fn value(text: &Text<'_>, range: Range<usize>, scope: &mut Scope) -> Value {
    let written = text.part(range.clone());
    let quote = written.chars().next().filter(|c| matches!(c, '\'' | '"'));
    // The last quote behind which nothing but a comment stands.
    let close = quote.and_then(|quote| {
        let mut closes = written.match_indices(quote).map(|(at, _)| at).filter(|at| *at > 0);
        closes.rfind(|at| {
            let rest = written.get(at + 1..).unwrap_or("").trim_start();
            rest.is_empty() || rest.starts_with('#')
        })
    });
    let taken = match close {
        Some(close) => written.get(..close + 1).unwrap_or(""),
        None => written.get(..written.find('#').unwrap_or(written.len())).unwrap_or("").trim_end(),
    };
    let around = quote.filter(|quote| taken.len() >= 2 && taken.ends_with(*quote));
    let inner = match around {
        Some(_) => range.start + 1..range.start + taken.len() - 1,
        None => range.start..range.start + taken.len(),
    };
    let literal = text.literal(inner.clone());
    let value = match around {
        Some('\'') => return Value::new(literal, inner),
        Some(_) => Value::new(unescape(literal, backslash), inner),
        None => Value::new(literal, inner),
    };
    expand(value, scope, dollar)
}

/// `$NAME`, `${NAME}` and `$(command)`, unless a backslash stands before it, which then goes away.
fn dollar(text: &str, at: usize, _: &mut Scope) -> Dollar {
    let escaped = at > 0 && text.as_bytes().get(at - 1) == Some(&b'\\');
    let rest = text.get(at + 1..).unwrap_or("");
    if rest.starts_with('(') {
        return match closing(text, at + 1, (b'(', b')')) {
            Some(close) if escaped => Dollar::Escaped(close + 1),
            Some(close) => Dollar::Unknown(close + 1, Unknown::Command),
            None => Dollar::Plain(at + 1),
        };
    }
    let open = usize::from(rest.starts_with('{'));
    let inner = rest.get(open..).unwrap_or("");
    let length = inner.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let close = usize::from(inner.get(length..).is_some_and(|behind| behind.starts_with('}')));
    let end = at + 1 + open + length + close;
    if escaped {
        Dollar::Escaped(end)
    } else if length == 0 {
        Dollar::Plain(end)
    } else {
        Dollar::Name(at..end, inner.get(..length).unwrap_or("").to_owned(), String::new())
    }
}
