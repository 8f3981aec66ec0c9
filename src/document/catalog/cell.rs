//! What may stand in a cell: names, words, yes and no. Only what has such a shape is shown, all else is hidden.

use crate::document::value::name_may_be_shown;
use crate::source::Mapped;

/// The longest name of PostgreSQL, in bytes.
const LONGEST_NAME: usize = 63;

/// Whether a name may be shown: words and small numbers, with whatever stands between them.
pub(super) fn is_shown(name: &str) -> bool {
    let plain: String = name.chars().map(|c| if c.is_alphabetic() && !c.is_ascii() { 'x' } else { c }).collect();
    let number = |word: &str| (1..=6).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let mut words = words.filter(|word| !word.is_empty()).peekable();
    let sized = name.len() <= LONGEST_NAME && !name.chars().any(char::is_control);
    sized && words.peek().is_some() && words.all(|word| number(word) || name_may_be_shown(word))
}

/// Yes or no, as PostgreSQL, its information schema and tools write it.
pub(super) fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "t" | "true" | "yes" | "[v]" => Some(true),
        "f" | "false" | "no" | "[ ]" => Some(false),
        _ => None,
    }
}

/// The items of an array as PostgreSQL prints it, `{anon,"my role"}`; none where it is no array.
pub(super) fn array(text: &Mapped) -> Option<Vec<Mapped>> {
    let whole = text.text();
    if !whole.starts_with('{') || !whole.ends_with('}') || whole.len() < 2 {
        return None;
    }
    let (mut items, mut at, end) = (Vec::new(), 1, whole.len() - 1);
    while at < end {
        let (item, next) = item(text, at, end)?;
        items.push(item);
        at = next;
    }
    Some(items)
}

/// The item that begins at `at`, and where the next one does.
fn item(text: &Mapped, at: usize, end: usize) -> Option<(Mapped, usize)> {
    let rest = text.text().get(at..end)?;
    if !rest.starts_with('"') {
        let length = rest.find(',').unwrap_or(rest.len());
        return Some((text.slice(at..at + length), at + length + 1));
    }
    let mut item = text.slice(at + 1..at + 1);
    let mut from = at + 1;
    loop {
        let ahead = text.text().get(from..end)?;
        let stop = from + ahead.find(['"', '\\'])?;
        item.push_mapped(text, from..stop);
        if text.text().get(stop..)?.starts_with('"') {
            let behind = text.text().get(stop + 1..end)?;
            return (behind.is_empty() || behind.starts_with(',')).then_some((item, stop + 2));
        }
        let escaped = text.text().get(stop + 1..end)?.chars().next()?;
        item.push_mapped(text, stop + 1..stop + 1 + escaped.len_utf8());
        from = stop + 1 + escaped.len_utf8();
    }
}

/// What the condition of a policy lets through, as PostgreSQL writes it down: in brackets, and constants as they were given.
pub(super) fn condition(text: &str) -> &'static str {
    let inner = text.trim().trim_matches(['(', ')']).trim().to_ascii_lowercase();
    let equal = inner.split_once(" = ").filter(|(left, _)| left.bytes().all(|byte| byte.is_ascii_digit()));
    match inner.as_str() {
        "true" | "not false" => "always-true",
        "false" | "not true" => "always-false",
        _ if equal.is_some_and(|(left, right)| left == right) => "always-true",
        _ => "expression",
    }
}
