//! Resolution: what documents say of each other, before policies see their facts. Names for ids, and references to the
//! variables of other services. Pure, and bounded: a chain is followed so far, and a value grows so long.

mod catalog;
mod chase;
mod deploy;
mod index;
mod names;
mod rewrite;
#[cfg(test)]
mod tests;

pub use catalog::catalog;
pub use deploy::{overridden, settings};
pub use names::Names;

use crate::document::{Open, Settings};
use crate::fact::{Document, Fact};
use crate::policy::Spellings;
use crate::source::Mapped;
use index::Index;

/// A document with what it says, before the facts of all are put together.
pub struct Draft {
    /// The document, with its labels.
    pub document: Document,
    /// What it says; parents are positions in this list.
    pub facts: Vec<Fact>,
    /// Its values that hold references.
    pub open: Vec<Open>,
    /// What the platform provides to its service.
    pub provided: Vec<(&'static str, Mapped)>,
}

/// Resolves the references of all documents: each becomes a fact, and a value is read again as what it stands for.
pub fn references(drafts: &mut [Draft], spellings: &Spellings, settings: &Settings) {
    if drafts.iter().all(|draft| draft.open.is_empty()) {
        return;
    }
    let index = Index::new(drafts, spellings);
    let values = chase::all(&index);
    for (draft, values) in drafts.iter_mut().zip(values) {
        rewrite::apply(draft, values, settings);
    }
}
