//! A variable of an export: its fact, what stands in its value, and what of both may be seen.

use super::value::{Name, Reading};
use super::{ListedMask, Parsed, Settings, value};
use crate::fact::{Fact, Field, Kind, Value};
use crate::source::{Mapped, Span, Spanned};
use std::ops::Range;
use std::sync::Arc;

/// What stands for a name that may be a secret itself.
pub(crate) const HIDDEN_NAME: &str = "(hidden name)";

/// The name as it may be said; hidden in the text too where it may not.
pub(in crate::document) fn say<'n>(name: &Spanned<&'n str>, parsed: &mut Parsed) -> &'n str {
    if value::name_may_be_shown(name.value) {
        return name.value;
    }
    parsed.masks.push(name.span.range());
    HIDDEN_NAME
}

/// Adds a variable with all that stands in its value, and hides of the value what may not be seen: all of it, but for
/// the shapes that are public and, where a policy in force lists it, a single word.
pub(in crate::document) fn push(name: &Spanned<&str>, value: &Mapped, settings: &Settings, parsed: &mut Parsed) {
    let known = Name::of(name.value);
    if !known.shown {
        parsed.masks.push(name.span.range());
    }
    let position = parsed.facts.len();
    parsed.facts.push(named(&known, name.span));
    let mut reading = value::read(value, &known, position, settings, parsed);
    let range = value.whole().range();
    // A word that is spelled with escapes is none: what is shown are the bytes of the file.
    let as_written = range.len() == value.text().len();
    hide(&known, range, as_written, &reading, parsed);
    if let Some(fact) = parsed.facts.get_mut(position) {
        value::describe(fact, &mut reading);
    }
}

/// A variable with what its name says.
pub(in crate::document) fn named(name: &Name, span: Span) -> Fact {
    let said = Value::Text(Arc::clone(&name.said));
    Fact::new(Kind::Variable, span).with(Field::Name, said, span).with(Field::Public, name.published, span)
}

/// Hides what of a value may not be shown; a word that stands there as it is read may be listed by a policy.
pub(in crate::document) fn hide(
    name: &Name,
    range: Range<usize>,
    as_written: bool,
    reading: &Reading,
    parsed: &mut Parsed,
) {
    match reading.value.value() {
        Some(Value::Secret(word)) if reading.shown.is_empty() && reading.is_word && as_written => {
            parsed.listed.push(ListedMask { name: Arc::clone(&name.said), value: word.clone(), range });
        }
        _ => value::hide(range, &reading.shown, &mut parsed.masks),
    }
}
