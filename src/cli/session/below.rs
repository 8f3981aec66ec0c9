//! What lies below the paths of a command: the history of migrations that it is about, and projects that a change removes.

use super::Session;
use crate::config::FILE_NAME;
use crate::finding::Problem;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Session {
    /// Says of a change, seen from a folder above several projects, which of them it removes: nobody judges what is left.
    pub(super) fn say_removed(&mut self, gone: Vec<String>, folder: &str) {
        let is_config = |path: &String| path.rsplit('/').next() == Some(FILE_NAME);
        for path in gone.iter().filter(|path| is_config(path)) {
            let path = if folder == "." { path.clone() } else { format!("{folder}/{path}") };
            let words = format!("this change removes {path}: what it had judged is not judged any more");
            if !self.foremost.contains(&words) {
                self.foremost.push(words);
            }
        }
    }

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
