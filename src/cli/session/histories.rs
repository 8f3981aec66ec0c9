//! Which history of migrations a command is about.

use super::Session;
use crate::finding::Problem;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Session {
    /// The one history of migrations below the paths; none where there is no migration. `command` is what to type for one
    /// of several.
    ///
    /// # Errors
    /// There are several: each builds a database of its own.
    pub(in crate::cli) fn history(&self, command: &str) -> Result<Option<Arc<str>>, Box<Problem>> {
        let histories: BTreeSet<Arc<str>> = self
            .projects
            .iter()
            .flat_map(|project| {
                let documents = project.read.facts.documents().iter();
                let shown = documents.filter(|document| project.scope.holds(document.source));
                shown.filter_map(|document| document.history.as_ref().map(|history| Arc::clone(&history.of)))
            })
            .collect();
        let mut all = histories.iter();
        match (all.next(), all.next()) {
            (first, None) => Ok(first.cloned()),
            (Some(first), Some(_)) => {
                let names: Vec<&str> = histories.iter().map(|name| &**name).collect();
                let message = format!("the migrations build {} databases: {}", names.len(), names.join(", "));
                let help = format!(
                    "Name one: `{command} {first}`. If they are one, say it: `database:` of their entries in preflight.yaml."
                );
                Err(Box::new(Problem::path("path", ".", message).help(help)))
            }
            (None, Some(_)) => Ok(None),
        }
    }
}
