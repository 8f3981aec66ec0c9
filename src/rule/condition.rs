//! Conditions and selections, judged on one fact.
//!
//! Absent is false for every word but `set: false`, also under a field's `not`: "the grantee is not service_role" speaks
//! of a grantee. Unknown gives unknown.

use super::context::Context;
use super::truth::{Doubt, Truth};
use crate::fact::{FactId, Field, FieldRef, Kind, State, Type, Value};
use crate::policy::Slot;
use crate::policy::model::{Condition, FieldTerm, Judge, Literal, Selection, Term, Test, ValueType};

impl Context<'_> {
    /// Whether all terms hold of a fact.
    pub fn selection(&self, fact: FactId, selection: &Selection) -> Truth {
        Truth::all(selection.terms.iter().map(|term| self.term(fact, term)))
    }

    /// Whether one term holds of a fact.
    pub fn term(&self, fact: FactId, term: &Term) -> Truth {
        match term {
            Term::Field(term) => self.field(fact, term),
            Term::Not(selection) => !self.selection(fact, selection),
            Term::Any(selections, _) => Truth::any(selections.iter().map(|selection| self.selection(fact, selection))),
            Term::Join(join) => self.join(fact, join),
        }
    }

    fn field(&self, fact: FactId, term: &FieldTerm) -> Truth {
        self.condition(fact, term.field, self.facts.get(fact, term.field), &term.condition)
    }

    /// Whether a condition holds of a field in a state.
    pub fn condition(&self, fact: FactId, field: FieldRef, state: &State, condition: &Condition) -> Truth {
        match state {
            State::Absent(_) => absent(condition).into(),
            State::Unknown(span, cause) => self.unknown(fact, &Doubt::new(fact, *span, cause), condition),
            State::Stated(value, _) => self.value(fact, field, value, true, condition),
            State::Defaulted(value, _) => self.value(fact, field, value, false, condition),
        }
    }

    /// What a condition says of a field that cannot be known. A value that holds a reference is not known as a whole; of
    /// the one fact that it is some fields are.
    fn unknown(&self, fact: FactId, doubt: &Doubt, condition: &Condition) -> Truth {
        match &condition.test {
            Test::Any(conditions) => Truth::any(conditions.iter().map(|each| self.unknown(fact, doubt, each))),
            Test::All(conditions) => Truth::all(conditions.iter().map(|each| self.unknown(fact, doubt, each))),
            Test::Not(inner) => !self.unknown(fact, doubt, inner),
            Test::IsA(ty) => match &ty.judge {
                Judge::Fact(facts) => match self.whole_fact(fact, facts.kind.value) {
                    Some(inner) => self.selection(inner, &facts.selection),
                    None => Truth::Unknown(doubt.clone()),
                },
                Judge::Value(_) | Judge::JsonSchema(_) => Truth::Unknown(doubt.clone()),
            },
            _ => Truth::Unknown(doubt.clone()),
        }
    }

    fn value(&self, fact: FactId, field: FieldRef, value: &Value, stated: bool, condition: &Condition) -> Truth {
        match &condition.test {
            Test::Is(literal) => equals(value, literal).into(),
            Test::Any(conditions) => {
                Truth::any(conditions.iter().map(|each| self.value(fact, field, value, stated, each)))
            }
            Test::All(conditions) => {
                Truth::all(conditions.iter().map(|each| self.value(fact, field, value, stated, each)))
            }
            Test::Not(inner) => !self.value(fact, field, value, stated, inner),
            Test::Matches(regex) => match value {
                Value::Text(text) => regex.matches(text),
                Value::Secret(secret) => secret.ask(|text| regex.matches(text)),
                Value::Word(_) | Value::Bool(_) | Value::Number(_) | Value::List(_) => false,
            }
            .into(),
            Test::AtLeast(bound) => self.rank(fact, field, value).is_some_and(|rank| rank >= *bound).into(),
            Test::AtMost(bound) => self.rank(fact, field, value).is_some_and(|rank| rank <= *bound).into(),
            Test::Set(wanted) => (stated == *wanted).into(),
            Test::SameAs(other) => self.same_as(fact, field, value, *other),
            Test::IsA(ty) => self.is_a(fact, field, value, stated, ty),
            Test::Has(inner) => match value {
                Value::List(items) => Truth::any(items.iter().map(|item| self.value(fact, field, item, stated, inner))),
                _ => Truth::False,
            },
            Test::Param(_, literals) => literals.iter().any(|literal| equals(value, literal)).into(),
        }
    }

    /// A number, or the position of a word of an ordered enum.
    fn rank(&self, fact: FactId, field: FieldRef, value: &Value) -> Option<i64> {
        match value {
            Value::Number(number) => Some(*number),
            Value::Word(word) => match Slot::of_reference(self.facts.fact(fact).kind, field)?.ty() {
                Type::Ordered(words) => words.iter().position(|known| known.name == *word).map(|rank| rank as i64),
                _ => None,
            },
            Value::Text(_) | Value::Bool(_) | Value::Secret(_) | Value::List(_) => None,
        }
    }

    /// Equal to another field of the fact. Where one of the two is a label, the project's spellings of it are one.
    fn same_as(&self, fact: FactId, field: FieldRef, value: &Value, other: FieldRef) -> Truth {
        let theirs = match self.facts.get(fact, other) {
            State::Stated(value, _) | State::Defaulted(value, _) => value,
            State::Absent(_) => return Truth::False,
            State::Unknown(span, cause) => return Truth::Unknown(Doubt::new(fact, *span, cause)),
        };
        let label = [field.field, other.field].into_iter().find(|field| is_label(*field));
        let same = |one: &str, other: &str| match label {
            Some(label) => self.set.spellings.same(label, one, other),
            None => one == other,
        };
        match (value, theirs) {
            (Value::Secret(mine), Value::Secret(their)) => mine.ask(|mine| their.ask(|their| same(mine, their))),
            (Value::Secret(secret), plain) | (plain, Value::Secret(secret)) => {
                plain_text(plain).is_some_and(|plain| secret.ask(|text| same(text, plain)))
            }
            _ => match (plain_text(value), plain_text(theirs)) {
                (Some(mine), Some(theirs)) => same(mine, theirs),
                _ => value == theirs,
            },
        }
        .into()
    }

    fn is_a(&self, fact: FactId, field: FieldRef, value: &Value, stated: bool, ty: &ValueType) -> Truth {
        match &ty.judge {
            Judge::Fact(facts) => match self.whole_fact(fact, facts.kind.value) {
                Some(inner) => self.selection(inner, &facts.selection),
                None => Truth::False,
            },
            Judge::Value(condition) => self.value(fact, field, value, stated, condition),
            Judge::JsonSchema(validator) => match value {
                Value::Secret(secret) => secret
                    .ask(|text| {
                        serde_json::from_str(text).is_ok_and(|json: serde_json::Value| validator.is_valid(&json))
                    })
                    .into(),
                _ => Truth::False,
            },
        }
    }

    /// The one fact of `kind` that is all of a variable's value.
    pub(super) fn whole_fact(&self, variable: FactId, kind: Kind) -> Option<FactId> {
        let mut whole = self.facts.children(variable).iter().copied().filter(|id| {
            let fact = self.facts.fact(*id);
            fact.kind == kind && fact.whole
        });
        let first = whole.next()?;
        if whole.next().is_some() { None } else { Some(first) }
    }
}

fn is_label(field: Field) -> bool {
    matches!(field, Field::Service | Field::Environment)
}

/// The text of a value that is no secret.
fn plain_text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Word(word) => Some(word),
        Value::Bool(_) | Value::Number(_) | Value::Secret(_) | Value::List(_) => None,
    }
}

/// What a condition says of a field that is not there.
fn absent(condition: &Condition) -> bool {
    match &condition.test {
        Test::Set(wanted) => !wanted,
        Test::Any(conditions) => conditions.iter().any(absent),
        Test::All(conditions) => conditions.iter().all(absent),
        _ => false,
    }
}

fn equals(value: &Value, literal: &Literal) -> bool {
    match (value, literal) {
        (Value::Text(text), Literal::Name(glob)) => glob.matches(text),
        (Value::Word(word), Literal::Name(glob)) => glob.matches(word),
        (Value::Text(text), Literal::Text(wanted)) => **text == **wanted,
        (Value::Word(word), Literal::Word(wanted)) => word == wanted,
        (Value::Secret(secret), Literal::Text(wanted)) => secret.is(wanted),
        (Value::Secret(secret), Literal::Name(glob)) => secret.ask(|text| glob.matches(text)),
        (Value::Bool(yes), Literal::Bool(wanted)) => yes == wanted,
        (Value::Number(number), Literal::Number(wanted)) => number == wanted,
        _ => false,
    }
}
