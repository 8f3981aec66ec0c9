//! Joins: another fact before, behind or beside this one.

use super::context::Context;
use super::index::Region;
use super::truth::{Doubt, Truth};
use crate::fact::{Cause, DocumentId, FactId, FieldRef, Kind, State, Value};
use crate::policy::model::{Join, Side, Within};
use crate::source::Span;

/// Where something stands in the order of the runner: files, then bytes.
type Place = (DocumentId, u32);

impl<'a> Context<'a> {
    /// Whether a partner stands where the join wants it. A statement that nobody could read may be one.
    pub(super) fn join(&self, fact: FactId, join: &Join) -> Truth {
        let mut mine: Option<Vec<&'a Value>> = Some(Vec::with_capacity(join.sharing.len()));
        for field in &join.sharing {
            match self.facts.get(fact, field.value) {
                // What is not there equals nothing, whoever stands beside it.
                State::Absent(_) => return Truth::False,
                State::Unknown(..) => mine = None,
                State::Stated(value, _) | State::Defaulted(value, _) => {
                    if let Some(values) = &mut mine {
                        values.push(value);
                    }
                }
            }
        }
        let fields: Vec<FieldRef> = join.sharing.iter().map(|field| field.value).collect();
        let partners = self.index.partners(self.facts, join.facts.kind.value, fields);
        let here = self.index.region(self.facts, fact);
        let candidates = partners.like(mine.as_deref()).into_iter().flat_map(|ids| self.reachable(fact, ids, join));
        let near = candidates.filter(|other| {
            *other != fact
                && on_side(self.place_of(fact), self.place_of(*other), join.side)
                && within(here, self.index.region(self.facts, *other), join.within)
        });
        match Truth::any(near.map(|other| self.is_partner(fact, other, join))) {
            Truth::False => self.unread_partner(fact, here, join),
            truth => truth,
        }
    }

    /// Of facts in the order of places, those of the documents that a join reaches.
    fn reachable<'i>(&self, fact: FactId, ids: &'i [FactId], join: &Join) -> impl Iterator<Item = FactId> + 'i {
        let document = self.facts.fact(fact).document;
        let of = |id: &FactId| self.facts.fact(*id).document;
        let reach = match join.within {
            Within::History => 0..ids.len(),
            _ => ids.partition_point(|id| of(id) < document)..ids.partition_point(|id| of(id) <= document),
        };
        ids.get(reach).unwrap_or_default().iter().copied()
    }

    fn is_partner(&self, fact: FactId, other: FactId, join: &Join) -> Truth {
        let shared = join.sharing.iter().map(|field| {
            let (mine, theirs) = (self.facts.get(fact, field.value), self.facts.get(other, field.value));
            match (mine, theirs) {
                (State::Absent(_), _) | (_, State::Absent(_)) => Truth::False,
                (State::Unknown(span, cause), _) => Truth::Unknown(Doubt::new(fact, *span, cause)),
                (_, State::Unknown(span, cause)) => Truth::Unknown(Doubt::new(other, *span, cause)),
                _ => (mine.value() == theirs.value()).into(),
            }
        });
        match Truth::all(shared) {
            Truth::False => Truth::False,
            truth => Truth::all([truth, self.selection(other, &join.facts.selection)]),
        }
    }

    fn place_of(&self, fact: FactId) -> Place {
        let fact = self.facts.fact(fact);
        (fact.document, fact.anchor.start)
    }

    /// Unknown where something that was not understood could hold the partner, else false.
    fn unread_partner(&self, fact: FactId, here: Region, join: &Join) -> Truth {
        let own = self.facts.fact(fact).document;
        let mut unread = self.unread(join.facts.kind.value).filter(|(document, span)| {
            let reached = join.within == Within::History || *document == own;
            reached
                && on_side(self.place_of(fact), (*document, span.start), join.side)
                && within(here, self.index.region_of_span(self.facts, *document, *span), join.within)
        });
        match unread.next() {
            Some((_, span)) => {
                let cause = Cause::new(
                    format!("may be {} a statement that was not understood", join.side.words()),
                    "Rewrite what was not understood; it is reported too.",
                );
                Truth::Unknown(Doubt { fact, span, cause })
            }
            None => Truth::False,
        }
    }

    /// What was not understood in documents that can give facts of `kind`, in the order of places.
    fn unread(&self, kind: Kind) -> impl Iterator<Item = (DocumentId, Span)> {
        let can_give = move |(document, _): &(DocumentId, Span)| {
            let document = self.facts.documents().get(document.0 as usize);
            document.is_some_and(|document| crate::document::gives(document.kind, kind))
        };
        self.index.unread(self.facts).iter().copied().filter(can_give)
    }
}

fn on_side(mine: Place, other: Place, side: Side) -> bool {
    match side {
        Side::PrecededBy => other < mine,
        Side::FollowedBy => other > mine,
        Side::Beside => true,
    }
}

/// Whether something stands as near as a join wants it. What is in the body of a function runs when that is called, so it
/// has partners in that body only.
fn within(mine: Region, other: Region, within: Within) -> bool {
    if mine.in_body || other.in_body {
        return mine.in_body && other.in_body && (mine.document, mine.statement) == (other.document, other.statement);
    }
    match within {
        Within::Statement => mine.statement == other.statement,
        Within::Transaction => mine.transaction == other.transaction,
        Within::Document | Within::History => true,
    }
}
