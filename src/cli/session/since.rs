//! What the migrations of a project are compared with, where a policy in force asks what became of them.

use super::{Group, Session};
use crate::cli::Terminal;
use crate::config::Config;
use crate::discover::{self, Files, Found, Place, Stored, real};
use crate::fact::Cause;
use crate::finding::Problem;
use crate::git::{Base, GitError, Repository};
use crate::history;
use crate::policy::PolicySet;
use crate::project::Since;
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

/// Which base is meant.
enum Wanted<'a> {
    /// The one that the command line names with `--base`.
    Named(&'a str),
    /// That of the change that is judged; of the next commit, the usual one.
    OfChange(Option<&'a Base>),
    /// The usual one: a CI runner judges what is to be merged.
    Usual,
}

impl Session {
    /// The migrations of the base, where they are asked for. One that was named and cannot be had is a problem; of one that
    /// nobody named it is only not known.
    pub(super) fn since(
        &mut self,
        config: Option<&Config>,
        set: &PolicySet,
        group: &Group,
        place: Place<'_>,
        found: &[Found],
        terminal: &Terminal,
    ) -> Option<Since> {
        let Some(config) = config else {
            if self.base.is_some() {
                let message = "--base compares the migrations of a preflight.yaml, and there is none";
                self.problems.push(Problem::path("git", "--base", message).help("`preflight init` writes one."));
            }
            return None;
        };
        let asked = history::SINCE.iter().any(|field| set.asks(*field));
        let has_history = config.documents.iter().any(|entry| !entry.kind.runners.is_empty());
        if !asked || !has_history {
            return None;
        }
        let named = self.base.clone();
        let compared = group.view.compared.as_deref();
        let wanted = match (&named, compared) {
            (Some(named), _) => Wanted::Named(named),
            (None, Some(compared)) => {
                Wanted::OfChange((group.view.documents.words().is_none()).then_some(&compared.base))
            }
            (None, None) if self.compares && terminal.around.ci => Wanted::Usual,
            (None, None) => return None,
        };
        match migrations_of(config, place, found, &wanted) {
            Ok((since, notice)) => {
                if !self.notices.contains(&notice) {
                    self.notices.push(notice);
                }
                Some(since)
            }
            Err((message, help)) => {
                if let Wanted::Named(_) = wanted {
                    self.problems.push(Problem::path("git", "--base", format!("--base: {message}")).help(help));
                    return None;
                }
                let cause = Cause::new(message, help);
                Some(Since { base: history::Base::Unknown(cause), before: Vec::new() })
            }
        }
    }
}

fn words(error: GitError) -> (String, String) {
    let help = error.help().replace("--changed", "--base");
    (error.to_string(), help)
}

fn migrations_of(
    config: &Config,
    place: Place<'_>,
    found: &[Found],
    wanted: &Wanted<'_>,
) -> Result<(Since, String), (String, String)> {
    let folder = discover::shown(place.folder, place.base);
    let repository = Repository::of(place.folder).map_err(words)?;
    let repository = repository.ok_or_else(|| {
        (format!("{folder} lies in no git repository"), "Judge a clone of the repository.".to_owned())
    })?;
    let base = base(&repository, wanted).map_err(words)?;
    // Of the work tree git knows which files are as they were; the index is compared blob by blob.
    let differs = match place.files {
        Files::Disk => Some(repository.changed_since(&base).map_err(words)?),
        Files::Stored(_) => None,
    };
    let stored = Stored::before(&repository, &base, differs).map_err(words)?.alone();
    let files = Files::Stored(Box::new(stored));
    let before = discover::migrations(config, Place { files: &files, ..place });
    if let Some(problem) = before.iter().find_map(|found| found.text.as_ref().err()) {
        return Err((problem.message.clone(), problem.help.clone()));
    }
    let known: HashSet<&str> = before.iter().map(|found| found.relative.as_str()).collect();
    let is_new = |found: &Found| !found.kind.runners.is_empty() && !known.contains(found.relative.as_str());
    let once = match found.iter().any(is_new) {
        true => once(&repository, &base, place.folder),
        false => Ok(HashSet::new()),
    };
    // A comparison of a commit with itself finds nothing: whoever reads the result should know.
    let itself = repository.commit("HEAD").is_ok_and(|head| head == base.commit);
    let itself = if itself { ", which is the commit that is checked out" } else { "" };
    let notice = format!("migrations are compared with {}{itself}", base.shown);
    Ok((Since { base: history::Base::Known(history::Known { shown: base.shown, once }), before }, notice))
}

fn base(repository: &Repository, wanted: &Wanted<'_>) -> Result<Base, GitError> {
    let variable = |name: &str| std::env::var(name).ok();
    match wanted {
        Wanted::Named(named) => repository.base(Some(named), variable),
        Wanted::OfChange(Some(base)) => Ok((*base).clone()),
        // Whoever commits in a repository without a default branch builds on what is committed.
        Wanted::OfChange(None) => match repository.base(None, variable) {
            Err(GitError::NoBase(_)) => repository.head(),
            base => base,
        },
        Wanted::Usual => repository.base(None, variable),
    }
}

/// The files below the folder of the configuration that the history of the base once had and deleted, relative to it.
fn once(repository: &Repository, base: &Base, folder: &Path) -> Result<HashSet<String>, Arc<Cause>> {
    if repository.is_shallow() {
        let reason = "may have been there once: this clone is shallow, and its history has an end";
        return Err(Cause::new(reason, GitError::NoCommonHistory { base: String::new(), shallow: true }.help()));
    }
    let root = real(repository.root());
    let real = real(folder);
    let below = real.strip_prefix(&root).unwrap_or(Path::new(""));
    let deleted = repository.deleted_until(base, below).map_err(|error| {
        let (message, help) = words(error);
        Cause::new(format!("may have been there once: {message}"), help)
    })?;
    let relative = deleted.iter().filter_map(|path| path.strip_prefix(below).ok());
    Ok(relative.map(|path| discover::shown(path, Path::new(""))).collect())
}
