//! Names for ids: exports of one project tell services by id, and a status says what each is called.

use crate::document::{Name, Owner, Parsed};
use crate::fact::{Cause, Field, State};
use crate::policy::Spellings;
use crate::source::{Span, escape_controls};
use std::collections::HashMap;

/// What all documents of a project call their services.
#[derive(Default)]
pub struct Names {
    by_id: HashMap<String, String>,
}

impl Names {
    /// The names that documents give; where two differ, the first one counts.
    pub fn new<'p>(parsed: impl Iterator<Item = &'p Parsed>) -> Self {
        let mut names = Self::default();
        for Name { of, id, name } in parsed.flat_map(|parsed| &parsed.names) {
            if *of == Field::Service {
                names.by_id.entry(id.clone()).or_insert_with(|| name.value.clone());
            }
        }
        names
    }

    /// Whose a part is, as a label of its document; `document` is what preflight.yaml says of the whole.
    pub fn label(&self, of: Field, owner: &Owner, document: State, spellings: &Spellings) -> State {
        let stated =
            |name: &str, span: Span| State::Stated(escape_controls(spellings.normalise(of, name)).into(), span);
        match owner {
            Owner::Document => document,
            Owner::Nobody => State::Absent(None),
            Owner::Named(name) => stated(&name.value, name.span),
            Owner::Id(id) => match self.by_id.get(&id.value) {
                Some(name) => stated(name, id.span),
                None => State::Unknown(id.span, unnamed()),
            },
            Owner::Unknown(span, cause) => State::Unknown(*span, cause.clone()),
        }
    }

    /// The place of an id that no document names.
    pub fn unnamed(&self, owner: &Owner) -> Option<Span> {
        match owner {
            Owner::Id(id) if !self.by_id.contains_key(&id.value) => Some(id.span),
            _ => None,
        }
    }
}

/// Why a service has no name.
fn unnamed() -> std::sync::Arc<Cause> {
    Cause::new(
        "has a service that no document names",
        "Export the status too:  railway status --json > railway/status.json",
    )
}
