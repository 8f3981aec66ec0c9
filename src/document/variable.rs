//! A variable of an export: its fact, what stands in its value, and what of both may be seen.

use super::{ListedMask, Parsed, Settings, value};
use crate::fact::{Fact, Field, Kind};
use crate::source::{Mapped, Secret, Spanned};

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
    let said = say(name, parsed);
    let position = parsed.facts.len();
    let fact = Fact::new(Kind::Variable, name.span).with(Field::Name, said, name.span);
    parsed.facts.push(fact.with(Field::Public, value::is_published(name.value), name.span));
    let reading = value::read(value, name.value, position, settings, parsed);
    if let Some(fact) = parsed.facts.get_mut(position) {
        value::describe(fact, &reading);
    }
    let (word, range) = (value.text(), value.whole().range());
    // A word that is spelled with escapes is none: what is shown are the bytes of the file.
    let is_word = range.len() == word.len() && reading.value.value().is_some() && value::is_word(word);
    if reading.shown.is_empty() && is_word {
        parsed.listed.push(ListedMask { name: said.to_owned(), value: Secret::new(word), range });
    } else {
        value::hide(range, &reading.shown, &mut parsed.masks);
    }
}
