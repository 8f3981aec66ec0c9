//! Facts and conditions in words, for messages. Nothing here tells a value that may not be shown.

use super::context::Context;
use crate::fact::{FactId, Field, FieldRef, Kind, State, Type, Value};
use crate::policy::Slot;
use crate::policy::model::{Condition, FieldTerm, Literal, Selection, Term, Test};
use crate::source::escape_controls;

/// The longest text of an input that a message repeats, in characters.
const LONGEST: usize = 80;

impl Context<'_> {
    /// A field in words: "port is 5432", "lacks IF EXISTS", "health check path is missing".
    pub(super) fn phrase(&self, fact: FactId, field: FieldRef) -> String {
        let Some(slot) = self.slot(fact, field) else { return field.to_string() };
        let state = self.facts.get(fact, field);
        let noun = slot.noun();
        let Some(value) = state.value() else {
            return match state {
                State::Unknown(..) => format!("{noun} cannot be known"),
                _ => format!("{noun} is missing"),
            };
        };
        if let (Type::Bool(yes, no), Value::Bool(value)) = (slot.ty(), value) {
            return (if *value { yes } else { no }).to_owned();
        }
        let note = match (state, slot.def) {
            (State::Defaulted(..), Some(def)) if !def.default_note.is_empty() => {
                format!(" (not written: {})", def.default_note)
            }
            (State::Defaulted(..), _) => " (not written)".to_owned(),
            _ => String::new(),
        };
        match self.show(fact, &slot, value) {
            Some(shown) => format!("{noun} is {shown}{note}"),
            None => format!("{noun} is another{note}"),
        }
    }

    /// A value as a message may show it, if it may at all.
    pub(super) fn show(&self, fact: FactId, slot: &Slot, value: &Value) -> Option<String> {
        match value {
            Value::Word(word) => Some(match slot.ty() {
                // The words of an ordered enum are those that people write.
                Type::Ordered(_) => (*word).to_owned(),
                _ => slot.meaning(word).unwrap_or(word).to_owned(),
            }),
            Value::Bool(yes) => Some(yes.to_string()),
            _ if !slot.def.is_none_or(|def| def.show) || self.facts.fact(fact).hidden => None,
            Value::Number(number) => Some(number.to_string()),
            Value::Text(text) => Some(clip(text)),
            Value::List(items) => {
                Some(items.iter().map(|item| self.show(fact, slot, item)).collect::<Option<Vec<_>>>()?.join(", "))
            }
            Value::Secret(_) => None,
        }
    }

    /// What a term wants of facts of `kind`, in words.
    pub fn wanted(&self, kind: Kind, term: &FieldTerm) -> String {
        Slot::of_reference(kind, term.field).map(|slot| wants(&slot, &term.condition)).unwrap_or_default()
    }

    /// Why a fact is not selected: the first condition that is false, in words.
    pub(super) fn why_not(&self, fact: FactId, selection: &Selection) -> String {
        let first = selection.terms.iter().find(|term| self.term(fact, term).is_false());
        match first {
            Some(Term::Field(term)) => self.phrase(fact, term.field),
            Some(Term::Join(join)) => format!("is not {} such a fact", join.side.words()),
            _ => "a condition does not hold".to_owned(),
        }
    }
}

/// What a condition wants: "6543", "one of require, verify-ca", "at least require".
pub(super) fn wants(slot: &Slot, condition: &Condition) -> String {
    match &condition.test {
        Test::Is(literal) => literal_words(slot, literal),
        Test::Any(conditions) => one_of(conditions.iter().map(|condition| wants(slot, condition)).collect()),
        Test::All(conditions) => {
            conditions.iter().map(|condition| wants(slot, condition)).collect::<Vec<_>>().join(" and ")
        }
        Test::Not(inner) => format!("not {}", wants(slot, inner)),
        Test::Matches(regex) => {
            let pattern = regex.as_str().trim_start_matches("^(?:").trim_end_matches(")$");
            format!("text that fits {pattern}")
        }
        Test::AtLeast(bound) => format!("at least {}", bound_words(slot, *bound)),
        Test::AtMost(bound) => format!("at most {}", bound_words(slot, *bound)),
        Test::Set(true) => "something written".to_owned(),
        Test::Set(false) => "nothing".to_owned(),
        Test::Has(inner) => format!("one that is {}", wants(slot, inner)),
        Test::SameAs(other) => format!("the same as the {other}"),
        Test::IsA(ty) => format!("a value that {}", ty.says),
        Test::Param(name, literals) => match literals.as_slice() {
            [one] => literal_words(slot, one),
            _ => format!(
                "{} (param {name})",
                one_of(literals.iter().map(|literal| literal_words(slot, literal)).collect())
            ),
        },
    }
}

/// What a term of a selection wants, in words, for a line of policy.
pub(super) fn term_wants(context: &Context<'_>, fact: FactId, term: &Term) -> String {
    match term {
        Term::Field(term) => match context.slot(fact, term.field) {
            Some(slot) if matches!(slot.ty(), Type::Bool(..)) => "required here".to_owned(),
            Some(slot) => format!("wants {}", wants(&slot, &term.condition)),
            None => "required here".to_owned(),
        },
        Term::Not(_) => "must not all be so".to_owned(),
        Term::Any(..) => "one of these is required".to_owned(),
        Term::Join(join) => format!("must be {} this", join.side.words()),
    }
}

fn literal_words(slot: &Slot, literal: &Literal) -> String {
    match literal {
        Literal::Text(text) if text.is_empty() => "nothing".to_owned(),
        Literal::Text(text) => clip(text),
        Literal::Name(glob) => clip(glob.as_str()),
        Literal::Word(word) => match slot.ty() {
            Type::Ordered(_) => (*word).to_owned(),
            _ => slot.meaning(word).unwrap_or(word).to_owned(),
        },
        Literal::Bool(value) => match slot.ty() {
            Type::Bool(yes, no) => format!("one that {}", if *value { yes } else { no }),
            _ => value.to_string(),
        },
        Literal::Number(number) => number.to_string(),
    }
}

fn bound_words(slot: &Slot, bound: i64) -> String {
    match slot.ty() {
        Type::Ordered(words) => usize::try_from(bound)
            .ok()
            .and_then(|rank| words.get(rank))
            .map_or_else(|| bound.to_string(), |word| word.name.to_owned()),
        _ => bound.to_string(),
    }
}

fn one_of(words: Vec<String>) -> String {
    match words.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// A text of an input in a message: no control characters, not longer than a line.
pub(super) fn clip(text: &str) -> String {
    let text = escape_controls(text);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

/// The label field of a fact in words: " of dragonfly-api", " in prod".
pub(super) fn label_words(field: Field, value: &str) -> String {
    match field {
        Field::Service => format!(" of {value}"),
        Field::Environment => format!(" in {value}"),
        _ => format!(" {value}"),
    }
}
