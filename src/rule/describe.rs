//! Facts and conditions in words, for messages. Nothing here tells a value that may not be shown.

use super::context::Context;
use super::failure::only_set;
use crate::fact::{FactId, Field, FieldRef, Kind, State, Type, Value};
use crate::policy::Slot;
use crate::policy::model::{Condition, FieldTerm, Join, Literal, Selection, Side, Term, Test};
use crate::source::escape_controls;

/// The longest text of an input that a message repeats, in characters.
const LONGEST: usize = 80;

impl Context<'_> {
    /// A field in words: "port is 5432", "lacks IF EXISTS", "health check path is missing", "is in a DO block".
    pub(super) fn phrase(&self, fact: FactId, field: FieldRef) -> String {
        let Some(slot) = self.slot(fact, field) else { return field.to_string() };
        let state = self.facts.get(fact, field);
        let noun = slot.noun();
        let Some(value) = state.value() else {
            return match state {
                State::Unknown(..) => format!("{noun} cannot be known"),
                _ if slot.ty() == Type::Names => format!("{noun} are missing"),
                // Something is written there, and it is none.
                State::Absent(Some(span)) if !span.is_gap() => format!("{noun} is invalid"),
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
            // Of these the words tell something of the fact itself.
            Some(shown) if matches!(field.field, Field::Stands | Field::Guarded | Field::Origin | Field::State) => {
                format!("is {shown}{note}")
            }
            Some(shown) if slot.ty() == Type::Names => format!("{noun} are {shown}{note}"),
            Some(shown) => format!("{noun} is {shown}{note}"),
            None => format!("{noun} is set{note}"),
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
            Some(Term::Join(join)) => format!("is not {}", join_words(join)),
            Some(Term::Not(selection)) => self.all_of(fact, selection),
            Some(Term::Any(selections, _)) => self.none_of(fact, selections),
            None => "a condition does not hold".to_owned(),
        }
    }

    /// What is so where not all of it may be: "endpoint is a direct connection and port is 5432".
    pub(super) fn all_of(&self, fact: FactId, selection: &Selection) -> String {
        self.fields_in_words(fact, [selection], "is as it must not be")
    }

    /// What is so where one of several things should be: "lacks IF NOT EXISTS and is unguarded".
    pub(super) fn none_of(&self, fact: FactId, selections: &[Selection]) -> String {
        self.fields_in_words(fact, selections, "is none of what it may be")
    }

    fn fields_in_words<'s>(
        &self,
        fact: FactId,
        selections: impl IntoIterator<Item = &'s Selection>,
        otherwise: &str,
    ) -> String {
        let mut words: Vec<String> = Vec::new();
        for term in selections.into_iter().flat_map(|selection| &selection.terms) {
            let phrase = match term {
                Term::Field(term) => self.phrase(fact, term.field),
                Term::Join(join) if self.join(fact, join).is_true() => format!("is {}", join_words(join)),
                Term::Join(join) => format!("is not {}", join_words(join)),
                Term::Not(_) | Term::Any(..) => continue,
            };
            if !words.contains(&phrase) {
                words.push(phrase);
            }
        }
        if words.is_empty() { otherwise.to_owned() } else { words.join(" and ") }
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
        Test::Not(inner) => format!("anything but {}", wants(slot, inner)),
        Test::Matches(pattern) => format!("text that fits {}", pattern.as_str()),
        Test::AtLeast(bound) => format!("at least {}", bound_words(slot, *bound)),
        Test::AtMost(bound) => format!("at most {}", bound_words(slot, *bound)),
        Test::Set(true) => "it written".to_owned(),
        Test::Set(false) => "none".to_owned(),
        Test::Has(inner) => format!("one that is {}", wants(slot, inner)),
        Test::SameAs(other) => format!("the same as the {other}"),
        Test::IsA(ty) => match ty.says.strip_prefix("is ") {
            Some(noun) => noun.to_owned(),
            None => format!("a value that {}", ty.says),
        },
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
        Term::Field(term) => match (context.slot(fact, term.field), only_set(&term.condition)) {
            (Some(slot), None) if !matches!(slot.ty(), Type::Bool(..)) => {
                format!("wants {}", wants(&slot, &term.condition))
            }
            (_, Some(false)) => "must not be there".to_owned(),
            _ => "required here".to_owned(),
        },
        Term::Not(_) => "must not be so".to_owned(),
        Term::Any(..) => "one of these is required".to_owned(),
        Term::Join(join) => match join.side {
            Side::Beside => "this must stand beside it".to_owned(),
            Side::PrecededBy => "this must stand before it".to_owned(),
            Side::FollowedBy => "this must stand behind it".to_owned(),
        },
    }
}

/// The partner of a join: "preceded by DROP POLICY IF EXISTS of the same table and name".
pub(super) fn join_words(join: &Join) -> String {
    let kind = join.facts.kind.value;
    let mut what = kind.def().name.replace('_', " ");
    let mut flags = String::new();
    for term in &join.facts.selection.terms {
        let Term::Field(term) = term else { continue };
        match (term.field.field, alternatives(&term.condition).as_slice()) {
            (Field::Is, words @ [_, ..]) => what = one_of(words.iter().map(|word| statement_words(word)).collect()),
            _ if is_literally(&term.condition, true) => {
                let noun = Slot::of_reference(kind, term.field).map_or("", |slot| slot.noun());
                flags = format!("{flags} {noun}");
            }
            _ => {}
        }
    }
    let shared: Vec<String> = join.sharing.iter().map(|field| field.value.to_string()).collect();
    let same = match shared.as_slice() {
        [] => String::new(),
        [one] => format!(" of the same {one}"),
        [first @ .., last] => format!(" of the same {} and {last}", first.join(", ")),
    };
    format!("{} {what}{flags}{same}", join.side.words())
}

/// The words of an enum that a condition allows, where it lists them.
fn alternatives(condition: &Condition) -> Vec<&'static str> {
    match &condition.test {
        Test::Is(Literal::Word(word)) => vec![word],
        Test::Any(conditions) => conditions.iter().flat_map(alternatives).collect(),
        _ => Vec::new(),
    }
}

fn is_literally(condition: &Condition, wanted: bool) -> bool {
    matches!(&condition.test, Test::Is(Literal::Bool(value)) if *value == wanted)
}

/// A variant of an operation as SQL writes it.
fn statement_words(variant: &str) -> String {
    variant.replace("_rls", "_row_level_security").replace('_', " ").to_uppercase()
}

fn literal_words(slot: &Slot, literal: &Literal) -> String {
    match literal {
        Literal::Text(text) if text.is_empty() => "nothing".to_owned(),
        Literal::Text(text) => clip(text),
        Literal::Name(glob) => clip(glob.as_str()),
        Literal::Word(word) => match slot.ty() {
            Type::Ordered(_) => (*word).to_owned(),
            _ => slot.meaning(word).map_or_else(|| (*word).to_owned(), as_object),
        },
        Literal::Bool(value) => match slot.ty() {
            Type::Bool(yes, no) => format!("one that {}", if *value { yes } else { no }),
            _ => value.to_string(),
        },
        Literal::Number(number) => number.to_string(),
    }
}

/// The words of an enum behind "wants": a noun as it is, a state as "it set", "it in a DO block".
fn as_object(words: &str) -> String {
    let first = words.split(' ').next().unwrap_or("");
    let is_noun = matches!(first, "a" | "an" | "the" | "another" | "this" | "somebody")
        || first.chars().next().is_some_and(char::is_uppercase);
    if is_noun { words.to_owned() } else { format!("it {words}") }
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
