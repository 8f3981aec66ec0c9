//! Triggers: everything behind their names.

use super::{Alike, expressions};
use crate::document::sql::text;

/// A trigger, taken apart.
#[derive(Debug, PartialEq, Eq)]
struct Trigger {
    /// `before`, `after`, `instead of`.
    timing: String,
    /// Its events, in the order of names.
    events: Vec<String>,
    /// What stands between the table and WHEN or EXECUTE, FOR EACH apart.
    between: String,
    /// Whether it runs for each row.
    rows: bool,
    /// The condition.
    when: Option<String>,
    /// The function with its arguments.
    runs: String,
}

/// Compares two triggers by what stands behind their names.
pub fn triggers(one: &str, other: &str) -> Alike {
    let (Some(one), Some(other)) = (taken_apart(one), taken_apart(other)) else { return Alike::Unclear };
    let when = match (&one.when, &other.when) {
        (Some(one), Some(other)) => expressions(one, other),
        (None, None) => Alike::Same,
        _ => Alike::Differs,
    };
    let rest = |trigger: &Trigger| {
        (trigger.timing.clone(), trigger.events.clone(), trigger.between.clone(), trigger.rows, trigger.runs.clone())
    };
    if rest(&one) == rest(&other) { when } else { Alike::Differs }
}

fn taken_apart(written: &str) -> Option<Trigger> {
    let squeezed = text::squeezed(written).replace("public . ", "");
    let (head, behind) = squeezed.split_once(" on ").or_else(|| Some((squeezed.strip_suffix(" on")?, "")))?;
    let (timing, events) = match head.strip_prefix("instead of ") {
        Some(events) => ("instead of", events),
        None => head.split_once(' ')?,
    };
    let mut events: Vec<String> = events.split(" or ").map(|event| event.trim().to_owned()).collect();
    events.sort();
    let at = behind.find("execute ")?;
    let (options, runs) = (behind.get(..at)?, behind.get(at..)?);
    let runs = runs.strip_prefix("execute procedure ").or_else(|| runs.strip_prefix("execute function "))?;
    let (options, when) = match options.find("when (") {
        Some(at) => (options.get(..at)?, Some(options.get(at + 4..)?.trim().to_owned())),
        None => (options, None),
    };
    let rows = options.contains("each row") || options.contains("for row");
    let kept =
        ["for each row", "for row", "for each statement", "for statement", "not deferrable", "initially immediate"];
    let between = kept.iter().fold(options.to_owned(), |text, words| text.replace(words, ""));
    let between = between.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(Trigger { timing: timing.to_owned(), events, between, rows, when, runs: runs.to_owned() })
}
