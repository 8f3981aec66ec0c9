//! Joins: another fact before, behind or beside this one.

use super::context::Context;
use super::truth::{Doubt, Truth};
use crate::fact::{Cause, FactId, Field, Kind, State};
use crate::policy::model::{Join, Side, Within};

/// Where an operation stands that only its own function body can be a partner of.
const FUNCTION_BODY: &str = "function-body";

impl Context<'_> {
    /// Whether a partner stands where the join wants it. A statement that nobody could read may be one.
    pub(super) fn join(&self, fact: FactId, join: &Join) -> Truth {
        let kind = join.facts.kind.value;
        let partner = |other: FactId| {
            let near = other != fact && self.within(fact, other, join) && self.on_side(fact, other, join.side);
            near.then(|| self.is_partner(fact, other, join))
        };
        let found = if join.within == Within::History {
            Truth::any(self.facts.of_kind(kind).iter().filter_map(|other| partner(*other)))
        } else {
            let beside = self.facts.in_document(self.facts.fact(fact).document);
            Truth::any(beside.filter(|other| self.facts.fact(*other).kind == kind).filter_map(partner))
        };
        match found {
            Truth::False => self.unread_partner(fact, join),
            truth => truth,
        }
    }

    fn is_partner(&self, fact: FactId, other: FactId, join: &Join) -> Truth {
        let shared = join.sharing.iter().map(|field| {
            let (mine, theirs) = (self.facts.get(fact, field.value), self.facts.get(other, field.value));
            match (mine, theirs) {
                (State::Absent(_), _) | (_, State::Absent(_)) => Truth::False,
                (State::Unknown(span, cause), _) => Truth::Unknown(Doubt { fact, span: *span, cause: cause.clone() }),
                (_, State::Unknown(span, cause)) => {
                    Truth::Unknown(Doubt { fact: other, span: *span, cause: cause.clone() })
                }
                _ => (mine.value() == theirs.value()).into(),
            }
        });
        match Truth::all(shared) {
            Truth::False => Truth::False,
            truth => Truth::all([truth, self.selection(other, &join.facts.selection)]),
        }
    }

    fn on_side(&self, fact: FactId, other: FactId, side: Side) -> bool {
        let place = |id: FactId| {
            let fact = self.facts.fact(id);
            (fact.document, fact.anchor.start)
        };
        match side {
            Side::PrecededBy => place(other) < place(fact),
            Side::FollowedBy => place(other) > place(fact),
            Side::Beside => true,
        }
    }

    fn within(&self, fact: FactId, other: FactId, join: &Join) -> bool {
        let same_document = self.facts.fact(fact).document == self.facts.fact(other).document;
        let in_body = |id: FactId| self.facts.get(id, Field::Stands).text() == Some(FUNCTION_BODY);
        if in_body(fact) || in_body(other) {
            return in_body(fact) && in_body(other) && same_document && self.statement(fact) == self.statement(other);
        }
        match join.within {
            Within::Statement => self.statement(fact) == self.statement(other),
            Within::Transaction => self.transaction(fact) == self.transaction(other),
            Within::Document | Within::History => true,
        }
    }

    /// The statement of the document that a fact stands in, by its position.
    fn statement(&self, fact: FactId) -> usize {
        self.count_before(fact, Kind::Statement, |_| true, true)
    }

    /// How many ends of transactions stand before a fact in its document.
    fn transaction(&self, fact: FactId) -> usize {
        let ends = |id: FactId| {
            matches!(self.facts.get(id, Field::Is).text(), Some("begin" | "commit" | "rollback"))
                && self.facts.get(id, Field::Stands).text() == Some("top-level")
        };
        self.count_before(fact, Kind::Operation, ends, false)
    }

    fn count_before(&self, fact: FactId, kind: Kind, counts: impl Fn(FactId) -> bool, itself: bool) -> usize {
        let at = self.facts.fact(fact);
        let before = self.facts.in_document(at.document).filter(|other| {
            let other_fact = self.facts.fact(*other);
            let earlier =
                other_fact.anchor.start < at.anchor.start || (itself && other_fact.anchor.start == at.anchor.start);
            other_fact.kind == kind && earlier && counts(*other)
        });
        before.count()
    }

    /// Unknown where an unread part of the document could hold the partner, else false.
    fn unread_partner(&self, fact: FactId, join: &Join) -> Truth {
        let at = self.facts.fact(fact).anchor;
        let unread = self.facts.document(fact).unread.iter().find(|span| match join.side {
            Side::PrecededBy => span.start < at.start,
            Side::FollowedBy => span.start > at.start,
            Side::Beside => true,
        });
        match unread {
            Some(span) => {
                let cause = Cause::new(
                    format!("may be {} one that was not understood", join.side.words()),
                    "Rewrite what was not understood; it is reported too.",
                );
                Truth::Unknown(Doubt { fact, span: *span, cause })
            }
            None => Truth::False,
        }
    }
}
