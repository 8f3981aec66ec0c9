//! What of a project is to be shown: what lies below the paths, and with `--kind` only what stands in documents of one kind.

use super::Session;
use super::stdin::kind_named;
use crate::finding::Problem;
use crate::source::SourceId;
use std::collections::BTreeSet;

/// What of a project is to be shown.
#[derive(Debug, Default)]
pub struct Scope {
    /// Whether a path holds the configuration itself, or a policy file of it: then what is missing or vacuous is shown too.
    pub whole: bool,
    /// The documents below the paths.
    pub(super) sources: Vec<SourceId>,
}

impl Scope {
    /// Whether something that stands in a source is to be shown.
    pub fn holds(&self, source: SourceId) -> bool {
        self.whole || self.sources.contains(&source)
    }
}

impl Session {
    /// Leaves of what is to be shown the documents of a kind. A kind that is not there, or of which there is no document,
    /// is said: the run would be green by accident.
    pub(super) fn narrow(&mut self, name: &str) {
        let kind = match kind_named(name) {
            Ok(kind) => kind.name,
            Err(problem) => return self.problems.push(*problem),
        };
        let mut others = BTreeSet::new();
        let mut is_there = self.projects.is_empty();
        for project in &mut self.projects {
            let documents = project.read.facts.documents();
            let (wanted, rest): (Vec<_>, Vec<_>) = documents.iter().partition(|document| document.kind == kind);
            is_there |= !wanted.is_empty();
            others.extend(rest.into_iter().map(|document| document.kind));
            let wanted = wanted.into_iter().map(|document| document.source);
            project.scope.sources = wanted.filter(|source| project.scope.holds(*source)).collect();
            project.scope.whole = false;
        }
        if !is_there {
            let others: Vec<&str> = others.into_iter().collect();
            let help = format!("The kinds of what was read: {}.", others.join(", "));
            let message = format!("no document is of the kind `{kind}`");
            self.problems.push(Problem::path("usage", "--kind", message).help(help));
        }
    }
}
