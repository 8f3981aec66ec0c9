//! What few facts have, and so is kept apart.

use super::{Cause, Fact, Field, State};
use crate::source::Span;
use std::sync::Arc;

/// What few facts have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rare {
    /// Other places that say it with this one.
    pub related: Vec<(Span, String)>,
    /// Places that say why a field is as it is.
    pub because: Vec<(Field, Span, String)>,
    /// Set (to an unknown state) where its fields cannot be known, as in dynamic SQL: what is not given is then unknown.
    pub opaque: Option<State>,
}

impl Fact {
    /// The same, where every field that is not given cannot be known.
    #[must_use]
    pub fn opaque(mut self, cause: Arc<Cause>) -> Self {
        self.rare.get_or_insert_default().opaque = Some(State::Unknown(self.anchor, cause));
        self
    }

    /// The state of every field that is not given, where that cannot be known.
    pub(super) fn opaque_state(&self) -> Option<&State> {
        self.rare.as_ref()?.opaque.as_ref()
    }

    /// Other places that say it with this one (the target of a reference), each with a few words.
    pub fn related(&self) -> &[(Span, String)] {
        self.rare.as_ref().map_or(&[], |rare| &rare.related)
    }

    /// Sets the other places that say it with this one.
    pub fn relate(&mut self, related: Vec<(Span, String)>) {
        if !related.is_empty() || self.rare.is_some() {
            self.rare.get_or_insert_default().related = related;
        }
    }

    /// Places that say why a field is as it is, each with a few words: shown by who asks for that field.
    pub fn because(&self) -> &[(Field, Span, String)] {
        self.rare.as_ref().map_or(&[], |rare| &rare.because)
    }

    /// Adds a place that says why a field is as it is.
    pub fn explain(&mut self, field: Field, span: Span, words: String) {
        self.rare.get_or_insert_default().because.push((field, span, words));
    }

    /// Why fields that are not given cannot be known, where that is so.
    pub fn why_opaque(&self) -> Option<&Cause> {
        match self.opaque_state() {
            Some(State::Unknown(_, cause)) => Some(cause),
            _ => None,
        }
    }
}
