//! What of a project is to be shown: what lies below the paths, and with `--kind` only what stands in documents of one kind.

use super::stdin::kind_named;
use super::{Group, Session};
use crate::cli::Terminal;
use crate::config::{Config, FILE_NAME};
use crate::discover;
use crate::finding::Problem;
use crate::project::Read;
use crate::source::SourceId;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

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
    /// Which documents lie below the paths. A path that holds nothing is said: it would be green by accident. `own` are the
    /// sources of the configuration and its policies: with one of them all of the project is meant, as it judges all.
    pub(super) fn scope(
        &mut self,
        group: &Group,
        config: Option<&Config>,
        read: &Read,
        own: Range<usize>,
        terminal: &Terminal,
    ) -> Scope {
        let mut scope = Scope::default();
        if group.stdin {
            scope
                .sources
                .extend(read.documents.iter().filter(|(_, path)| path.as_os_str() == "-").map(|(source, _)| *source));
        }
        for path in &group.paths {
            let shown_below = |shown: &str| discover::absolute(Path::new(shown), &terminal.folder).starts_with(path);
            let holds_config = group.config.as_ref().is_none_or(|config| config.starts_with(path));
            if holds_config || own.clone().any(|index| shown_below(self.sources.path(SourceId(index as u32)))) {
                scope.whole = true;
                continue;
            }
            let below: Vec<SourceId> = read
                .documents
                .iter()
                .chain(&read.gone)
                .filter(|(_, document)| document.starts_with(path))
                .map(|(source, _)| *source)
                .collect();
            let unreadable = self.problems.iter().any(|problem| {
                let at = problem.path.as_deref().or_else(|| problem.source().map(|source| self.sources.path(source)));
                at.is_some_and(shown_below)
            });
            let shown = discover::shown(path, &terminal.folder);
            let is_gone = !group.view.documents.has(path);
            let relative = path.strip_prefix(&group.folder).map(|path| discover::shown(path, Path::new("")));
            let belongs = |config: &Config| relative.as_ref().is_ok_and(|path| discover::belongs(config, path));
            if below.is_empty() && is_gone && config.is_some_and(belongs) {
                self.notices.push(format!("{shown} is gone: nothing of it is left to judge"));
            } else if below.is_empty() && !unreadable {
                let message = format!(
                    "{shown} is no document of {}",
                    group
                        .config
                        .as_ref()
                        .map_or_else(|| FILE_NAME.to_owned(), |config| discover::shown(config, &terminal.folder))
                );
                self.problems.push(
                    Problem::path("path", shown, message)
                        .help("Add it to `documents:`, or leave it out of the command."),
                );
            }
            scope.sources.extend(below);
        }
        scope
    }

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
