//! Partitions: which rows they hold, and by what a table is divided.

use super::{Alike, expressions};
use crate::document::sql::text;

/// Compares two bounds: `FOR VALUES IN (…)`, `FROM (…) TO (…)`, `WITH (modulus 2, remainder 0)`, DEFAULT.
pub fn bounds(one: &str, other: &str) -> Alike {
    let (one, other) = (text::squeezed(one), text::squeezed(other));
    if one == other {
        return Alike::Same;
    }
    let (one, other) = (lists(&one), lists(&other));
    let words = |lists: &[(String, String)]| lists.iter().map(|(word, _)| word.clone()).collect::<Vec<_>>();
    if words(&one) != words(&other) {
        return Alike::Differs;
    }
    // a hash has two numbers, which are printed as they are written
    if one.iter().any(|(word, _)| word.ends_with("with")) {
        return Alike::Differs;
    }
    let pairs = one.iter().zip(&other).filter(|((_, one), (_, other))| one != other);
    let found: Vec<Alike> = pairs.map(|((_, one), (_, other))| values(one, other)).collect();
    [Alike::Differs, Alike::Unclear].into_iter().find(|alike| found.contains(alike)).unwrap_or(Alike::Same)
}

/// The values of two lists: a moment is printed with its time of day and its zone, whatever was written.
fn values(one: &str, other: &str) -> Alike {
    let day = |text: &str| text.get(..12).filter(|day| day.starts_with(['\'', '(']) && day.contains('-')).is_some();
    match expressions(&format!("ROW({one})"), &format!("ROW({other})")) {
        Alike::Differs if day(one) && day(other) && one.len() != other.len() => Alike::Unclear,
        alike => alike,
    }
}

/// The lists of a bound, each with the words before it.
fn lists(squeezed: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = squeezed;
    while let Some((words, behind)) = rest.split_once('(') {
        let mut depth = 1_usize;
        let mut quoted = false;
        let end = behind.char_indices().find(|(_, character)| {
            match character {
                '\'' => quoted = !quoted,
                '(' if !quoted => depth += 1,
                ')' if !quoted => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let (list, after) = behind.split_at(end.map_or(behind.len(), |(at, _)| at));
        found.push((words.trim().to_owned(), list.trim().to_owned()));
        rest = after.strip_prefix(')').unwrap_or("");
    }
    if !rest.trim().is_empty() {
        found.push((rest.trim().to_owned(), String::new()));
    }
    found
}

/// Compares two keys: `RANGE (at)`, `LIST (lower(kind))`.
pub fn keys(one: &str, other: &str) -> Alike {
    let (one, other) = (text::squeezed(one), text::squeezed(other));
    if one == other {
        return Alike::Same;
    }
    match (one.split_once(' '), other.split_once(' ')) {
        (Some((first, one)), Some((second, other))) if first == second => {
            expressions(&format!("ROW{one}"), &format!("ROW{other}"))
        }
        (Some((first, _)), Some((second, _))) if first != second => Alike::Differs,
        _ => Alike::Unclear,
    }
}
