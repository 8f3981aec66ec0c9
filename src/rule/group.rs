//! Groups of facts that are equal in some fields.

use super::context::{Context, Outcome};
use super::truth::{Doubt, Truth};
use crate::fact::{FactId, FieldRef, State, Value};
use crate::policy::Policy;
use crate::policy::model::KindSelection;
use crate::source::Spanned;

/// The key of a fact in some fields.
pub(super) enum Key {
    /// All fields are known.
    Known(Vec<Value>),
    /// A field is not there: the fact equals nothing.
    Absent,
    /// A field cannot be known.
    Unknown(Doubt),
}

impl Context<'_> {
    /// The values of some fields of a fact.
    pub(super) fn key(&self, fact: FactId, fields: &[Spanned<FieldRef>]) -> Key {
        let mut values = Vec::with_capacity(fields.len());
        let mut doubt = None;
        for field in fields {
            match self.facts.get(fact, field.value) {
                State::Stated(value, _) | State::Defaulted(value, _) => values.push(value.clone()),
                State::Absent(_) => return Key::Absent,
                State::Unknown(span, cause) => {
                    doubt = doubt.or(Some(Doubt { fact, span: *span, cause: cause.clone() }))
                }
            }
        }
        doubt.map_or(Key::Known(values), Key::Unknown)
    }

    /// The facts that take part in a comparison, and those of which it cannot be known whether they do.
    pub(super) fn members(
        &self,
        policy: &Policy,
        facts: &[KindSelection],
        outcome: &mut Outcome,
    ) -> (Vec<FactId>, Vec<(FactId, Doubt)>) {
        let (mut certain, mut doubtful) = (Vec::new(), Vec::new());
        for kind in facts {
            for selected in self.select(policy, kind, outcome) {
                match selected.truth {
                    Truth::Unknown(doubt) => doubtful.push((selected.fact, doubt)),
                    _ => certain.push(selected.fact),
                }
            }
        }
        certain.sort_by_key(|id| (self.facts.fact(*id).anchor, *id));
        (certain, doubtful)
    }

    /// Where a member of a group is shown: at the policy's field, else at the field that is compared, else as a whole.
    pub(super) fn member_place(
        &self,
        policy: &Policy,
        fact: FactId,
        compared: Option<FieldRef>,
    ) -> crate::source::Span {
        let compared = compared.and_then(|field| match self.facts.get(fact, field) {
            State::Stated(_, span) => Some(*span),
            _ => None,
        });
        match (policy.at, compared) {
            (None, Some(span)) => span,
            _ => self.place(policy, fact),
        }
    }
}
