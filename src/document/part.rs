//! Parts: an export that speaks of several services or environments is one document for each of them.

use super::Parsed;
use crate::fact::{Cause, Fact, FactId, Field};
use crate::source::{Mapped, Span, Spanned};
use std::sync::Arc;

/// What of a document belongs to one service, or to one environment as a whole.
#[derive(Debug)]
pub struct Part {
    /// Whose it is.
    pub service: Owner,
    /// Of which environment.
    pub environment: Owner,
    /// Whether what it does not say is not there.
    pub complete: bool,
    /// Where something missing would stand.
    pub end: Span,
    /// What of it was not understood.
    pub unread: Vec<Span>,
    /// Its facts; parents are positions in this list.
    pub facts: Vec<Fact>,
    /// Its values that hold references; positions are those of this list.
    pub open: Vec<Open>,
    /// Variables that the platform provides and whose value can be told.
    pub provided: Vec<(&'static str, Mapped)>,
}

/// Whose a part is.
#[derive(Clone, Debug)]
pub enum Owner {
    /// As preflight.yaml says of the document.
    Document,
    /// Nobody's: shared variables belong to no service, a template to no environment.
    Nobody,
    /// The one of that name.
    Named(Spanned<String>),
    /// The one with that id, which another document may name.
    Id(Spanned<String>),
    /// It cannot be known, and why.
    Unknown(Span, Arc<Cause>),
}

/// A value in which references to other variables stand.
#[derive(Clone, Debug)]
pub struct Open {
    /// The position of the variable in the list of facts.
    pub variable: usize,
    /// The value with the place of each byte.
    pub value: Mapped,
}

/// What a document calls an id.
#[derive(Clone, Debug)]
pub struct Name {
    /// What has it: a service or an environment.
    pub of: Field,
    /// The id.
    pub id: String,
    /// The name.
    pub name: Spanned<String>,
}

/// How much was read when a part began.
#[derive(Clone, Copy)]
pub(in crate::document) struct Mark {
    facts: usize,
    open: usize,
    unread: usize,
}

impl Parsed {
    /// Where the next part begins.
    pub(in crate::document) fn mark(&self) -> Mark {
        Mark { facts: self.facts.len(), open: self.open.len(), unread: self.unread.len() }
    }

    /// Makes a part of all that was read since `mark`.
    pub(in crate::document) fn part(&mut self, mark: Mark, service: Owner, environment: Owner, end: Span) {
        let mut facts = self.facts.split_off(mark.facts.min(self.facts.len()));
        for fact in &mut facts {
            fact.parent = fact.parent.map(|parent| FactId(parent.0.saturating_sub(mark.facts as u32)));
        }
        let mut open = self.open.split_off(mark.open.min(self.open.len()));
        open.iter_mut().for_each(|open| open.variable = open.variable.saturating_sub(mark.facts));
        let unread = self.unread.iter().skip(mark.unread).map(|unread| unread.span).collect();
        sort(&mut facts, &mut open);
        let provided = std::mem::take(&mut self.provided);
        self.parts.push(Part { service, environment, complete: true, end, unread, facts, open, provided });
    }
}

/// Puts facts into the order of their places; positions move along.
pub(in crate::document) fn sort(facts: &mut Vec<Fact>, open: &mut [Open]) {
    let mut order: Vec<usize> = (0..facts.len()).collect();
    order.sort_by_key(|index| facts.get(*index).map(|fact| (fact.anchor.start, fact.anchor.end)));
    let mut moved = vec![0_usize; order.len()];
    for (to, from) in order.iter().enumerate() {
        if let Some(slot) = moved.get_mut(*from) {
            *slot = to;
        }
    }
    let mut old: Vec<_> = std::mem::take(facts).into_iter().map(Some).collect();
    for from in order {
        let Some(fact) = old.get_mut(from).and_then(Option::take) else { continue };
        let parent = fact.parent.and_then(|parent| moved.get(parent.0 as usize).copied());
        facts.push(match parent {
            Some(parent) => fact.standing_in(parent),
            None => fact,
        });
    }
    for open in open {
        open.variable = moved.get(open.variable).copied().unwrap_or(open.variable);
    }
}
