//! Failures: which conditions a fact fails, where, and in which words.

use super::context::Context;
use super::describe::{join_words, term_wants, wants};
use crate::fact::{FactId, FieldRef, Type};
use crate::policy::model::{Condition, FieldTerm, Judge, Selection, Term, Test, ValueType};
use crate::source::Span;

/// Conditions that do not hold of a fact, at one place.
pub(super) struct Failure {
    /// The fact: the one that was judged, or one inside its value.
    fact: FactId,
    /// The field that fails, where it is one.
    field: Option<FieldRef>,
    /// Where: the field, or the gap where it would stand.
    pub(super) span: Span,
    /// What is so: "port is 5432".
    pub(super) note: String,
    /// The predicate of a message: ": port is 5432, wants 6543", " lacks IF EXISTS".
    pub(super) predicate: String,
    /// The lines of policy, and what each wants.
    pub(super) wanted: Vec<(Span, String)>,
}

impl Failure {
    /// The predicate as words of its own: "port is 5432, wants 6543".
    pub(super) fn words(&self) -> &str {
        self.predicate.trim_start_matches([':', ' '])
    }

    /// Takes in what fails at the same place.
    fn join(&mut self, other: Self) {
        self.note = format!("{} and {}", self.note, other.note);
        self.predicate = format!(": {}", self.note);
        self.wanted.extend(other.wanted);
    }
}

impl Context<'_> {
    /// The conditions that a fact is known to fail. A field that is worked out from another one that fails too is the same
    /// mistake, and what fails at one place is one failure.
    pub(super) fn failures(&self, fact: FactId, to: &Selection) -> Vec<Failure> {
        let failing = to.terms.iter().filter(|term| self.term(fact, term).is_false());
        let failures: Vec<Failure> = failing.flat_map(|term| self.term_failures(fact, term)).collect();
        let failing: Vec<(FactId, FieldRef)> =
            failures.iter().filter_map(|failure| Some((failure.fact, failure.field?))).collect();
        let is_derived = |failure: &Failure| {
            let Some(field) = failure.field else { return false };
            let def = self.slot(failure.fact, field).and_then(|slot| slot.def);
            let fails = |base| failing.contains(&(failure.fact, FieldRef { field: base, ..field }));
            def.is_some_and(|def| def.derived_from.iter().any(|base| fails(*base)))
        };
        let mut places: Vec<Failure> = Vec::new();
        for failure in failures {
            if is_derived(&failure) {
                continue;
            }
            match places.iter_mut().find(|known| known.span == failure.span) {
                Some(known) => known.join(failure),
                None => places.push(failure),
            }
        }
        places
    }

    fn term_failures(&self, fact: FactId, term: &Term) -> Vec<Failure> {
        let (note, policy) = match term {
            Term::Field(term) => return self.field_failures(fact, term.field, &term.condition, term.span),
            Term::Not(selection) => (self.all_of(fact, selection), selection.span),
            Term::Any(selections, span) => (self.none_of(fact, selections), *span),
            Term::Join(join) => (format!("is not {}", join_words(join)), join.span),
        };
        let wanted = vec![(policy, term_wants(self, fact, term))];
        let span = self.facts.fact(fact).anchor;
        vec![Failure { fact, field: None, span, predicate: format!(": {note}"), note, wanted }]
    }

    /// The failures of one field; of the facts inside a value, where a type judges it.
    pub(super) fn field_failures(
        &self,
        fact: FactId,
        field: FieldRef,
        condition: &Condition,
        policy: Span,
    ) -> Vec<Failure> {
        match only_type(condition) {
            Some(ty) => self.type_failures(fact, field, ty, policy),
            None => vec![self.field_failure(fact, field, condition, policy)],
        }
    }

    fn field_failure(&self, fact: FactId, field: FieldRef, condition: &Condition, policy: Span) -> Failure {
        let span = self.facts.get(fact, field).span().unwrap_or(self.facts.fact(fact).anchor);
        let phrase = self.phrase(fact, field);
        let slot = self.slot(fact, field);
        let wanted = slot.as_ref().map(|slot| wants(slot, condition)).unwrap_or_default();
        let (note, predicate) = match slot.map(|slot| slot.ty()) {
            Some(Type::Bool(..)) => (phrase.clone(), format!(" {phrase}")),
            // The value of a variable is never shown by a message: say what it is not.
            Some(Type::Secret) => {
                let note = match wanted.strip_prefix("anything but ") {
                    Some(unwanted) => format!("is {unwanted}, and must not be"),
                    None => format!("is not {wanted}"),
                };
                (note.clone(), format!(" {note}"))
            }
            // "project is missing" says what is wanted.
            _ if only_set(condition) == Some(true) && self.facts.get(fact, field).value().is_none() => {
                (phrase.clone(), format!(": {phrase}"))
            }
            _ => (phrase.clone(), format!(": {phrase}, wants {wanted}")),
        };
        let term = Term::Field(FieldTerm { field, condition: condition.clone(), span: policy });
        let wanted = vec![(policy, term_wants(self, fact, &term))];
        Failure { fact, field: Some(field), span, note, predicate, wanted }
    }

    fn type_failures(&self, fact: FactId, field: FieldRef, ty: &ValueType, policy: Span) -> Vec<Failure> {
        if let Judge::Fact(facts) = &ty.judge
            && let Some(inner) = self.whole_fact(fact, facts.kind.value)
        {
            let failures = self.failures(inner, &facts.selection);
            if !failures.is_empty() {
                return failures;
            }
        }
        let span = self.facts.get(fact, field).span().unwrap_or(self.facts.fact(fact).anchor);
        // "is not a value that is a log level" says the same in more words.
        let (note, wanted) = match ty.says.strip_prefix("is ") {
            Some(rest) => (format!("is not {rest}"), format!("wants {rest}")),
            None => (format!("is no value that {}", ty.says), format!("wants a value that {}", ty.says)),
        };
        let predicate = format!(" {note}");
        vec![Failure { fact, field: Some(field), span, note, predicate, wanted: vec![(policy, wanted)] }]
    }
}

/// The type, where that is all that a condition asks.
fn only_type(condition: &Condition) -> Option<&ValueType> {
    match &condition.test {
        Test::IsA(ty) => Some(ty),
        Test::All(conditions) => match conditions.as_slice() {
            [one] => only_type(one),
            _ => None,
        },
        _ => None,
    }
}

/// What `set` says, where that is all that a condition asks.
pub(super) fn only_set(condition: &Condition) -> Option<bool> {
    match &condition.test {
        Test::Set(wanted) => Some(*wanted),
        Test::All(conditions) => match conditions.as_slice() {
            [one] => only_set(one),
            _ => None,
        },
        _ => None,
    }
}
