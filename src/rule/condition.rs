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
            State::Unknown(span, cause) => match self.unknown_value(fact, condition) {
                Some(truth) => truth,
                None => Truth::Unknown(Doubt { fact, span: *span, cause: cause.clone() }),
            },
            State::Stated(value, _) => self.value(fact, field, value, true, condition),
            State::Defaulted(value, _) => self.value(fact, field, value, false, condition),
        }
    }

    /// A value that holds a reference is not known as a whole; of the fact found in it some fields are.
    fn unknown_value(&self, fact: FactId, condition: &Condition) -> Option<Truth> {
        match &condition.test {
            Test::IsA(ty) => match &ty.judge {
                Judge::Fact(facts) => {
                    self.whole_fact(fact, facts.kind.value).map(|inner| self.selection(inner, &facts.selection))
                }
                Judge::Value(_) | Judge::JsonSchema(_) => None,
            },
            Test::All(conditions) => match conditions.as_slice() {
                [one] => self.unknown_value(fact, one),
                _ => None,
            },
            _ => None,
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
                Value::Text(text) => regex.is_match(text),
                Value::Secret(secret) => secret.ask(|text| regex.is_match(text)),
                Value::Word(_) | Value::Bool(_) | Value::Number(_) | Value::List(_) => false,
            }
            .into(),
            Test::AtLeast(bound) => self.rank(fact, field, value).is_some_and(|rank| rank >= *bound).into(),
            Test::AtMost(bound) => self.rank(fact, field, value).is_some_and(|rank| rank <= *bound).into(),
            Test::Set(wanted) => (stated == *wanted).into(),
            Test::SameAs(other) => self.same_as(fact, value, *other),
            Test::IsA(ty) => self.is_a(fact, field, value, ty),
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

    fn same_as(&self, fact: FactId, value: &Value, other: FieldRef) -> Truth {
        let state = self.facts.get(fact, other);
        let Some(theirs) = state.value() else {
            return match state {
                State::Unknown(span, cause) => Truth::Unknown(Doubt { fact, span: *span, cause: cause.clone() }),
                _ => Truth::False,
            };
        };
        let same = |text: &str| match theirs {
            Value::Text(their) if matches!(other.field, Field::Service | Field::Environment) => {
                self.set.spellings.same(other.field, text, their)
            }
            Value::Text(their) => **their == *text,
            Value::Word(their) => *their == text,
            Value::Secret(their) => their.is(text),
            Value::Bool(_) | Value::Number(_) | Value::List(_) => false,
        };
        match value {
            Value::Text(text) => same(text).into(),
            Value::Word(word) => same(word).into(),
            Value::Secret(secret) => secret.ask(same).into(),
            Value::Bool(_) | Value::Number(_) | Value::List(_) => (value == theirs).into(),
        }
    }

    fn is_a(&self, fact: FactId, field: FieldRef, value: &Value, ty: &ValueType) -> Truth {
        match &ty.judge {
            Judge::Fact(facts) => match self.whole_fact(fact, facts.kind.value) {
                Some(inner) => self.selection(inner, &facts.selection),
                None => Truth::False,
            },
            Judge::Value(condition) => self.value(fact, field, value, true, condition),
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
