//! Joins: another fact before, behind or beside this one.

use super::context::{Context, variants};
use super::group::Key;
use super::index::Region;
use super::truth::{Doubt, Truth};
use crate::fact::{Cause, DocumentId, FactId, FieldRef, Kind, State, Value};
use crate::policy::model::{Join, Selection, Side, Term, Within};
use crate::source::Span;
use std::ops::Range;

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
        let is = variants(&join.facts.selection);
        let partners = self.index.partners(self.facts, join.facts.kind.value, fields, is);
        let here = self.index.region(self.facts, fact);
        let [alike, perhaps] = partners.like(mine.as_deref());
        let near = |ids| {
            self.reachable(fact, ids, join)
                .filter(|other| *other != fact && self.same_database(here.document, self.facts.fact(*other).document))
                .filter(|other| within(here, self.index.region(self.facts, *other), join.within))
                .map(|other| self.is_partner(fact, other, join))
        };
        // where a shared field is not known the best that can be is a doubt: the first is as good as all
        let doubtful = |ids| near(ids).find(|truth| !truth.is_false()).unwrap_or(Truth::False);
        let found = if mine.is_some() { Truth::any(near(alike)) } else { doubtful(alike) };
        let found = if found.is_false() { doubtful(perhaps) } else { found };
        match found {
            Truth::False => self.unread_partner(fact, here, join),
            truth => truth,
        }
    }

    /// The partners in other documents by which a selection holds, each at what it shares: the first of each document, in
    /// order. Who reads the finding does not see them otherwise.
    pub(super) fn partners_elsewhere(&self, fact: FactId, selection: &Selection) -> Vec<(FactId, Span)> {
        let mut found = Vec::new();
        let mut selections = vec![selection];
        while let Some(selection) = selections.pop() {
            for term in &selection.terms {
                match term {
                    Term::Join(join) if join.within == Within::History => self.first_of_each(fact, join, &mut found),
                    Term::Any(inner, _) => selections.extend(inner),
                    Term::Join(_) | Term::Field(_) | Term::Not(_) => {}
                }
            }
        }
        found.sort_unstable();
        found.dedup_by_key(|(other, _)| self.facts.fact(*other).document);
        found
    }

    fn first_of_each(&self, fact: FactId, join: &Join, found: &mut Vec<(FactId, Span)>) {
        let Key::Known(mine) = self.key(fact, &join.sharing) else { return };
        let fields: Vec<FieldRef> = join.sharing.iter().map(|field| field.value).collect();
        let is = variants(&join.facts.selection);
        let partners = self.index.partners(self.facts, join.facts.kind.value, fields, is);
        let [alike, _] = partners.like(Some(&mine));
        let here = self.facts.fact(fact).document;
        let mut last = None;
        for other in self.reachable(fact, alike, join) {
            let document = self.facts.fact(other).document;
            if document != here
                && last != Some(document)
                && self.same_database(here, document)
                && self.is_partner(fact, other, join).is_true()
            {
                last = Some(document);
                let shared = join.sharing.first().and_then(|field| match self.facts.get(other, field.value) {
                    State::Stated(_, span) => Some(*span),
                    _ => None,
                });
                found.push((other, shared.unwrap_or(self.facts.fact(other).anchor)));
            }
        }
    }

    /// Of facts in the order of places, those on the side and in the documents that a join reaches.
    fn reachable<'i>(&self, fact: FactId, ids: &'i [FactId], join: &Join) -> impl Iterator<Item = FactId> + 'i {
        let reach = reach(ids, self.place_of(fact), join, |id| self.place_of(*id));
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
        let all = self.index.unread(self.facts);
        let reach = reach(all, self.place_of(fact), join, |(document, span)| (*document, span.start));
        let mut unread = all.get(reach).unwrap_or_default().iter().filter(|(document, span)| {
            self.can_give(*document, join.facts.kind.value)
                && self.same_database(here.document, *document)
                && within(here, self.index.region_of_span(self.facts, *document, *span), join.within)
        });
        match unread.next() {
            Some((_, span)) => {
                let cause = Cause::new(
                    format!("may be {} a statement that was not understood", join.side.words()),
                    "Rewrite what was not understood; it is reported too.",
                );
                Truth::Unknown(Doubt { fact, span: *span, cause })
            }
            None => Truth::False,
        }
    }

    /// Whether a document can give facts of `kind`.
    fn can_give(&self, document: DocumentId, kind: Kind) -> bool {
        let document = self.facts.documents().get(document.0 as usize);
        document.is_some_and(|document| crate::document::says(document, kind))
    }
}

/// Of things in the order of places, those on the side and in the documents that a join reaches from `mine`.
fn reach<T>(things: &[T], mine: Place, join: &Join, place: impl Fn(&T) -> Place) -> Range<usize> {
    let (from, to) = match join.side {
        Side::PrecededBy => (0, things.partition_point(|thing| place(thing) < mine)),
        Side::FollowedBy => (things.partition_point(|thing| place(thing) <= mine), things.len()),
        Side::Beside => (0, things.len()),
    };
    if join.within == Within::History {
        return from..to;
    }
    let first = things.partition_point(|thing| place(thing).0 < mine.0);
    let end = things.partition_point(|thing| place(thing).0 <= mine.0);
    from.max(first)..to.min(end)
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
