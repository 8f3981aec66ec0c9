//! The migration fact: what the name of the file says.

use crate::document::Input;
use crate::fact::{Fact, Field, Kind, State, Value};
use crate::source::Span;

/// File names that say nothing, of tools that put one migration into one folder (Prisma, Diesel): the folder is named.
const IN_FOLDER: &[&str] = &["migration.sql", "up.sql", "down.sql"];

/// The migration of a document.
pub(super) fn migration(input: &Input<'_>) -> Fact {
    let start = Span::point(input.source, 0);
    let (folder, file) = input.path.rsplit_once('/').unwrap_or(("", input.path));
    let named = if IN_FOLDER.contains(&file) { folder.rsplit('/').next().unwrap_or("") } else { file };
    let named = if named.is_empty() { file } else { named };
    let stem = named.strip_suffix(".sql").unwrap_or(named);
    let digits = stem.bytes().take_while(u8::is_ascii_digit).count();
    let (version, name) = stem.split_at_checked(digits).unwrap_or(("", stem));
    let name = name.trim_start_matches(['_', '-']);
    let known = input.settings.directions.iter();
    let direction =
        known.filter(|(_, globs)| globs.iter().any(|glob| matches(glob, file))).map(|(word, _)| *word).next();
    let version = if version.is_empty() { State::Absent(Some(start)) } else { State::Stated(version.into(), start) };
    let fact = Fact::new(Kind::Migration, start).with_state(Field::Version, version).with(Field::Name, name, start);
    fact.with_state(
        Field::Direction,
        match direction {
            Some(word) => State::Stated(Value::Word(word), start),
            None => State::Defaulted(Value::Word("up"), start),
        },
    )
}

/// Whether a name matches a glob whose only wildcard is `*`.
fn matches(glob: &str, name: &str) -> bool {
    let mut parts = glob.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let Some(last) = glob.contains('*').then(|| parts.next_back().unwrap_or("")) else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or(""),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn globs_hold_the_whole_name() {
        assert!(matches("*_revert_*.sql", "20260113_000000_revert_foo.sql"));
        assert!(matches("*.down.sql", "0001_init.down.sql"));
        assert!(matches("down.sql", "down.sql"));
        assert!(!matches("*.down.sql", "0001_init.up.sql"));
        assert!(!matches("down", "downs"));
        assert!(!matches("*_a*_a.sql", "x_a.sql"), "one stretch does not match twice");
    }
}
