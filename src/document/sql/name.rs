//! The migration fact: what the path of the file says, as its runner reads it.

use super::runner::{self, Named, Runner, Step};
use crate::date;
use crate::document::{Input, Settings};
use crate::fact::{Cause, Fact, Field, Kind, State, Value};
use crate::source::Span;

/// Which half of a file a migration fact stands for, where a file holds both ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Half {
    /// Where it begins.
    pub start: usize,
    /// The position of its fact.
    pub fact: usize,
}

/// The runner of a document: the one that its entry names, else that of a pack, else none in particular.
pub(super) fn runner(settings: &Settings) -> &'static Runner {
    runner::named(settings.runner.or(settings.usual_runner))
}

/// The migrations of a document: one, or one for each way where a file holds both; and where each begins.
pub(super) fn migrations(input: &Input<'_>) -> (Vec<Fact>, Vec<Half>) {
    let runner = runner(input.settings);
    let named = runner.names(input.path);
    let start = Span::point(input.source, 0);
    let Some(sections) = runner.sections else {
        return (vec![migration(input, runner, &named, start)], Vec::new());
    };
    let sections = sections(input.text);
    let first = |step: Step| sections.iter().find(|(_, of)| *of == step).map(|(at, _)| Span::point(input.source, *at));
    let mut up = named.clone();
    let in_order = matches!(sections.as_slice(), [(_, Step::Up), (_, Step::Down), ..]);
    let head = sections.first().and_then(|(at, _)| input.text.get(..*at)).unwrap_or("");
    let is_bare = |line: &str| line.trim().is_empty() || line.trim_start().starts_with("--");
    if !in_order || !head.trim_start_matches('\u{feff}').lines().all(is_bare) {
        up.skipped = up.skipped.or(Some("sections"));
    }
    let mut facts = vec![migration(input, runner, &up, first(Step::Up).unwrap_or(start))];
    if let Some(at) = first(Step::Down) {
        let down = Named { step: Step::Down, skipped: None, ..named };
        let mut down = migration(input, runner, &down, at);
        // What is said of the file is said once.
        down.set(Field::DaysOld, State::Absent(Some(at)));
        facts.push(down);
    }
    let half = |(start, step): &(usize, Step)| Half { start: *start, fact: usize::from(*step == Step::Down) };
    (facts, sections.iter().map(half).collect())
}

/// One migration.
fn migration(input: &Input<'_>, runner: &Runner, named: &Named<'_>, at: Span) -> Fact {
    let text = |text: &str| State::Stated(text.into(), at);
    let version = named.version.as_deref().map_or(State::Absent(Some(at)), text);
    let mut fact = Fact::new(Kind::Migration, at);
    if let Some(why) = named.skipped {
        skip(&mut fact, why);
    }
    fact.with_word(Field::Runner, runner.name, at)
        .with_state(Field::Folder, text(if named.folder.is_empty() { "." } else { named.folder }))
        .with_state(Field::Version, version)
        .with_state(Field::Name, text(named.name))
        .with_state(Field::Direction, direction(input, runner, named, at))
        .with(Field::Runs, named.skipped.is_none(), at)
        .with_state(Field::DaysOld, days_old(named, input.settings, at))
}

/// Says of a migration that it never runs, and why: a word of [`SKIPPED`](runner::SKIPPED).
pub(crate) fn skip(fact: &mut Fact, why: &'static str) {
    let at = fact.anchor;
    fact.set(Field::Runs, State::Stated(Value::Bool(false), at));
    fact.set(Field::Skipped, State::Stated(Value::Word(why), at));
    let means = runner::SKIPPED.iter().find(|word| word.name == why).map_or(why, |word| word.means);
    fact.explain(Field::Skipped, at, means.to_owned());
}

/// Takes back that a migration never runs.
pub(crate) fn take(fact: &mut Fact) {
    let at = fact.anchor;
    fact.set(Field::Runs, State::Stated(Value::Bool(true), at));
    fact.set(Field::Skipped, State::Absent(Some(at)));
}

/// Which way it goes. Who goes back is the runner's to say, and what a revert is the project's.
fn direction(input: &Input<'_>, runner: &Runner, named: &Named<'_>, at: Span) -> State {
    if named.step == Step::Down {
        return State::Stated(Value::Word("down"), at);
    }
    let file = input.path.rsplit('/').next().unwrap_or(input.path);
    let known = input.settings.directions.iter();
    let known = known.filter(|(word, _)| runner.goes_back_by_pattern || *word != "down");
    let fits = |name: &str, globs: &[String]| globs.iter().any(|glob| matches(glob, name));
    let direction = known
        .filter(|(_, globs)| fits(file, globs) || (file != named.sorted_by && fits(named.sorted_by, globs)))
        .map(|(word, _)| *word)
        .next();
    match direction {
        Some(word) => State::Stated(Value::Word(word), at),
        None => State::Defaulted(Value::Word("up"), at),
    }
}

/// Whole days from the date in the version to today.
fn days_old(named: &Named<'_>, settings: &Settings, at: Span) -> State {
    match (named.version.as_deref().and_then(day), settings.today) {
        (None, _) => State::Absent(Some(at)),
        (Some(_), None) => {
            let reason = "is of a date, and no date of today was given";
            State::Unknown(at, Cause::new(reason, "Give --today."))
        }
        (Some(day), Some(today)) => State::Stated((today - day).into(), at),
    }
}

/// The day that a version names, in days since 1970-01-01: `YYYYMMDD`, alone or before a time of day, or seconds since then
/// in ten digits.
fn day(version: &str) -> Option<i64> {
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    if digits.len() == 10 && digits.starts_with('1') {
        return digits.parse::<i64>().ok().map(|seconds| seconds.div_euclid(86_400));
    }
    if !matches!(digits.len(), 8 | 12 | 14) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or("");
    date::parse(&format!("{}-{}-{}", part(0..4), part(4..6), part(6..8)))
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
    use super::{day, matches};

    #[test]
    fn versions_are_dates_where_they_can_be() {
        for (version, expected) in [
            ("20260113", Some("2026-01-13")),
            ("20260113093000", Some("2026-01-13")),
            ("20261332093000", None),
            ("0042", None),
            ("1768262400", Some("2026-01-13")),
            ("20260113093000_add", Some("2026-01-13")),
            ("202601130930001", None),
            ("", None),
        ] {
            assert_eq!(day(version).map(crate::date::text).as_deref(), expected, "{version}");
        }
    }

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
