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
    let mut defined = Defined { values: HashMap::new(), budget: loader::python::RESOLVED };
    for item in loader::python::divide(input.text) {
        match item {
            Item::Assignment(assignment) => assign(&input, &assignment, &mut defined, &mut parsed),
            Item::Comment(range) => parsed.masks.push(range),
            Item::Unread(range) => unread(&input, range, &mut parsed),
        }
    }
    parsed
}

/// What a reference can resolve to.
struct Defined {
    /// The values of the variables above that are known.
    values: HashMap<String, Mapped>,
    /// How many bytes may still be resolved.
    budget: usize,
}

/// Takes in one assignment, or a name without one.
fn assign(input: &Input<'_>, assignment: &Assignment, defined: &mut Defined, parsed: &mut Parsed) {
    let text = |range: std::ops::Range<usize>| input.text.get(range).unwrap_or("");
    let name = text(assignment.name.clone());
    let span = Span::new(input.source, assignment.name.clone());
    let visible = value::name_may_be_shown(name);
    let Some(written) = &assignment.value else {
        if !assignment.exported && !value::bare_name_may_be_shown(name) {
            return unread(input, assignment.name.clone(), parsed);
        }
        defined.values.remove(name);
        parsed.facts.push(without_value(shown_name(name, visible), span));
        if !visible {
            parsed.masks.push(assignment.name.clone());
        }
        return;
    };
    let literal = written.decode(input.source, input.text);
    let resolved = loader::python::interpolate(&literal, &defined.values, &mut defined.budget);
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
    if plain && visible { defined.values.insert(name.to_owned(), resolved) } else { defined.values.remove(name) };
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
