//! Databases: facts that speak of two of them are never compared, nor partners of each other.

use super::context::{Context, Outcome};
use super::group::Member;
use crate::document;
use crate::fact::{Document, DocumentId};
use std::collections::BTreeSet;

/// Which database a document speaks of, as far as it says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Database<'a> {
    /// The one that a history of migrations builds.
    Built(&'a str),
    /// The one of an environment, by an export of its catalog.
    Exported(&'a str),
}

/// Whether any document speaks of a database of its own.
pub(super) fn any(documents: &[Document]) -> bool {
    documents.iter().any(|document| database(document).is_some())
}

/// Which database a document speaks of; none where it may be any.
fn database(document: &Document) -> Option<Database<'_>> {
    match &document.history {
        Some(history) => Some(Database::Built(&history.of)),
        None if document.kind == document::catalog::KIND => document.environment.text().map(Database::Exported),
        None => None,
    }
}

/// Whether two documents may speak of one database: what a history builds may be there in any environment.
fn may_be_one(one: Option<Database<'_>>, other: Option<Database<'_>>) -> bool {
    match (one, other) {
        (Some(Database::Built(one)), Some(Database::Built(other)))
        | (Some(Database::Exported(one)), Some(Database::Exported(other))) => one == other,
        _ => true,
    }
}

impl Context<'_> {
    /// Whether two documents may speak of one database.
    pub(super) fn same_database(&self, one: DocumentId, other: DocumentId) -> bool {
        let of = |id: DocumentId| self.facts.documents().get(id.0 as usize).and_then(database);
        one == other || may_be_one(of(one), of(other))
    }

    /// Members by the database that they speak of, each time with those that may speak of any: what two migrations of one
    /// history say is compared, and what an export says with that. Those that speak of no database are in all of them.
    fn databases(&self, members: Vec<Member>) -> Vec<Vec<Member>> {
        if !self.has_databases {
            return vec![members];
        }
        let of = |member: &Member| {
            let is = self.facts.fact(member.fact).kind.is_of_a_database();
            is.then(|| database(self.facts.document(member.fact))).flatten()
        };
        let all: Vec<Option<Database<'_>>> = members.iter().map(of).collect();
        let (mut built, mut exported) = (BTreeSet::new(), BTreeSet::new());
        for each in all.iter().copied() {
            match each {
                Some(Database::Built(_)) => _ = built.insert(each),
                Some(Database::Exported(_)) => _ = exported.insert(each),
                None => {}
            }
        }
        if built.len() < 2 && exported.len() < 2 {
            return vec![members];
        }
        for some in [&mut built, &mut exported] {
            if some.is_empty() {
                some.insert(None);
            }
        }
        let pairs = built.iter().flat_map(|built| exported.iter().map(move |exported| (*built, *exported)));
        let of_pair = |(built, exported)| {
            let fits = |each: Option<Database<'_>>| may_be_one(each, built) && may_be_one(each, exported);
            let some = members.iter().zip(&all).filter(|(_, each)| fits(**each));
            some.map(|(member, _)| member.clone()).collect()
        };
        pairs.map(of_pair).collect()
    }

    /// Compares members with those of the same database. What is found among the same facts twice is said once.
    pub(super) fn each_database(
        &self,
        members: Vec<Member>,
        outcome: &mut Outcome,
        mut compare: impl FnMut(Vec<Member>, &mut Outcome),
    ) {
        let databases = self.databases(members);
        if databases.len() < 2 {
            return databases.into_iter().for_each(|members| compare(members, outcome));
        }
        for members in databases {
            let mut found = Outcome::default();
            compare(members, &mut found);
            for finding in found.findings {
                let known = |other: &crate::finding::Finding| {
                    other.anchor == finding.anchor && other.parties == finding.parties && other.object == finding.object
                };
                if !outcome.findings.iter().any(known) {
                    outcome.findings.push(finding);
                }
            }
            for doubt in found.undecided {
                let known =
                    outcome.undecided.iter().any(|other| other.span == doubt.span && other.cause == doubt.cause);
                if !known {
                    outcome.undecided.push(doubt);
                }
            }
            for trace in found.traces {
                if !outcome.traces.iter().any(|other| other.fact == trace.fact && other.outcome == trace.outcome) {
                    outcome.traces.push(trace);
                }
            }
        }
    }
}
