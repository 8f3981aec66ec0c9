//! Env files. What a line means depends on the loader that reads it at run time: thirteen loaders agree on few inputs.
//! A loader is one file in `loader/`; it divides the text, and everything behind that is common.

mod loader;

use super::value::{self, Reading};
use super::{Input, ListedMask, Parsed, Unread};
use crate::fact::{Fact, Field, Kind, State, Value};
use crate::finding::Severity;
use crate::source::{Mapped, Secret, Span};
use loader::{Assignment, Item};
use std::collections::HashMap;

/// What stands for a name that may not be shown.
const HIDDEN_NAME: &str = "(hidden name)";

/// Reads an env file as python-dotenv does. Nothing is executed.
pub fn parse(input: Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let mut seen = Seen { values: HashMap::new(), budget: loader::python::RESOLVED, open_quote: false };
    for item in loader::python::divide(input.text) {
        match item {
            Item::Assignment(assignment) => assign(&input, &assignment, &mut seen, &mut parsed),
            Item::Comment(range) => parsed.masks.push(range),
            Item::Unread(range) => {
                seen.open_quote |= input.text.get(range.clone()).is_some_and(|text| text.contains(['"', '\'']));
                unread(&input, range, &mut parsed);
            }
        }
    }
    parsed
}

/// What was seen above.
struct Seen {
    /// The values of the variables above that are known.
    values: HashMap<String, Mapped>,
    /// How many bytes may still be resolved.
    budget: usize,
    /// Whether a quote was left open: lines below may be parts of a value.
    open_quote: bool,
}

/// Takes in one assignment, or a name without one.
fn assign(input: &Input<'_>, assignment: &Assignment, seen: &mut Seen, parsed: &mut Parsed) {
    let text = |range: std::ops::Range<usize>| input.text.get(range).unwrap_or("");
    let name = text(assignment.name.clone());
    let span = Span::new(input.source, assignment.name.clone());
    let visible = if seen.open_quote { value::is_conventional_name(name) } else { value::name_may_be_shown(name) };
    let Some(written) = &assignment.value else {
        if !assignment.exported && !value::bare_name_may_be_shown(name) {
            return unread(input, assignment.name.clone(), parsed);
        }
        seen.values.remove(name);
        parsed.facts.push(without_value(shown_name(name, visible), span));
        if !visible {
            parsed.masks.push(assignment.name.clone());
        }
        return;
    };
    seen.open_quote |= ends_in_an_assignment(text(written.raw.clone()));
    let literal = written.decode(input.source, input.text);
    let resolved = loader::python::interpolate(&literal, &seen.values, &mut seen.budget);
    let variable = parsed.facts.len();
    parsed.facts.push(Fact::new(Kind::Variable, span));
    let reading = value::read(&resolved, name, variable, input.settings, parsed);
    if let Some(fact) = parsed.facts.get_mut(variable) {
        *fact = named(shown_name(name, visible), span);
        value::describe(fact, &reading);
    }
    if !visible {
        parsed.masks.push(assignment.name.clone());
    }
    mask(shown_name(name, visible), &resolved, written.raw.clone(), &reading, parsed);
    let plain = reading.value.value().is_some();
    // What a value stands for is known only while every definition before it is.
    if plain && visible {
        seen.values.insert(name.to_owned(), resolved)
    } else {
        seen.values.remove(name)
    };
}

/// Whether a quoted value of several lines ends like `NAME=`: its quote then closed where another one was to open.
fn ends_in_an_assignment(raw: &str) -> bool {
    let last = raw.rsplit_once(['\n', '\r']).map(|(_, last)| last.trim_end());
    last.and_then(|last| last.strip_suffix('=')).is_some_and(|name| value::name_may_be_shown(name.trim()))
}

/// Hides what of a value may not be shown.
fn mask(name: &str, value: &Mapped, raw: std::ops::Range<usize>, reading: &Reading, parsed: &mut Parsed) {
    let word = value.text();
    let as_written = value.whole().range() == raw && raw.len() == word.len();
    if reading.shown.is_empty() && as_written && reading.value.value().is_some() && value::is_word(word) {
        parsed.listed.push(ListedMask { name: name.to_owned(), value: Secret::new(word), range: raw });
    } else {
        value::hide(raw, &reading.shown, &mut parsed.masks);
    }
}

fn shown_name(name: &str, visible: bool) -> &str {
    if visible { name } else { HIDDEN_NAME }
}

/// A variable with what its name says.
fn named(name: &str, span: Span) -> Fact {
    Fact::new(Kind::Variable, span).with(Field::Name, name, span).with(Field::Public, value::is_published(name), span)
}

/// A name without `=`: the loader sets nothing.
fn without_value(name: &str, span: Span) -> Fact {
    let gap = span.after();
    named(name, span)
        .with_state(Field::Value, State::Absent(Some(gap)))
        .with_state(Field::State, State::Stated(Value::Word("empty"), gap))
        .with(Field::HoldsSecret, false, gap)
}

/// Lines that no reader understands: hidden, since nobody knows what they hold.
fn unread(input: &Input<'_>, range: std::ops::Range<usize>, parsed: &mut Parsed) {
    parsed.masks.push(range.clone());
    parsed.unread.push(Unread {
        span: Span::new(input.source, range),
        severity: Severity::Warning,
        message: "line was not understood".to_owned(),
        help: "Write NAME=value, close every quote, and put `#` before a comment.".to_owned(),
    });
}

#[cfg(test)]
mod tests;
