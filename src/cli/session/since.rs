//! What the migrations of a project are compared with, where a policy in force asks what became of them.

use super::{Group, Session};
use crate::cli::Terminal;
use crate::cli::load::load_config;
use crate::config::Config;
use crate::discover::{self, Files, Found, Place, Stored, real};
use crate::fact::Cause;
use crate::finding::Problem;
use crate::git::{Base, Change, GitError, Repository};
use crate::history;
use crate::policy::PolicySet;
use crate::project::Since;
use crate::source::{SourceMap, escape_controls};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
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
        let path = group.config.as_deref()?;
        match (Compare { path, config, place, found }).since(&wanted) {
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
                Some(Since { base: history::Base::Unknown(cause), before: Vec::new(), ahead: Vec::new() })
            }
        }
    }
}

fn words(error: GitError) -> (String, String) {
    let help = error.help().replace("--changed", "--base");
    (error.to_string(), help)
}

/// What is compared: a project, as it is read now.
struct Compare<'a> {
    /// Its preflight.yaml.
    path: &'a Path,
    config: &'a Config,
    place: Place<'a>,
    found: &'a [Found],
}

impl Compare<'_> {
    /// The migrations of the base, and of its tip where that has gone on; and what is to be said of them.
    fn since(&self, wanted: &Wanted<'_>) -> Result<(Since, String), (String, String)> {
        let folder = discover::shown(self.place.folder, self.place.base);
        let repository = Repository::of(self.place.folder).map_err(words)?;
        let repository = repository.ok_or_else(|| {
            (format!("{folder} lies in no git repository"), "Judge a clone of the repository.".to_owned())
        })?;
        let base = base(&repository, wanted).map_err(words)?;
        // Of the work tree git knows which files are as they were; the index is compared blob by blob.
        let differs = match self.place.files {
            Files::Disk => Some(repository.changed_since(&base).map_err(words)?),
            Files::Stored(_) => None,
        };
        let root = real(repository.root());
        let changed = differs.clone();
        let mut before = self.migrations(&repository, &base, differs)?;
        let now: HashSet<&str> = self.found.iter().map(|found| found.relative.as_str()).collect();
        let is_there = |found: &Found| match self.place.files {
            Files::Disk => found.path.symlink_metadata().is_ok(),
            files => files.has(&found.path),
        };
        // A sparse work tree leaves files out that are as they were.
        before.retain(|found| {
            let is_same =
                |change: &Change| !change.reaches(real(&found.path).strip_prefix(&root).unwrap_or(&found.path));
            now.contains(found.relative.as_str()) || is_there(found) || !changed.as_ref().is_some_and(is_same)
        });
        let tip = base.tip.as_deref().filter(|tip| tip.commit != base.commit);
        let ahead = match tip {
            Some(tip) => self.migrations(&repository, tip, None)?,
            None => Vec::new(),
        };
        let known: HashSet<&str> = before.iter().map(|found| found.relative.as_str()).collect();
        let is_new = |found: &Found| !found.kind.runners.is_empty() && !known.contains(found.relative.as_str());
        let once = match self.found.iter().any(is_new) {
            true => once(&repository, &base, self.place.folder),
            false => Ok(HashSet::new()),
        };
        let unread = before.iter().filter(|found| !now.contains(found.relative.as_str()) && is_there(found));
        let unread = unread.map(|found| escape_controls(&found.relative)).collect();
        // A comparison of a commit with itself finds nothing: whoever reads the result should know.
        let itself = repository.commit("HEAD").is_ok_and(|head| head == base.commit);
        let itself = if itself { ", which is the commit that is checked out" } else { "" };
        let notice = format!("migrations are compared with {}{itself}", base.shown);
        let tip = tip.map(|tip| tip.shown.clone());
        let known = history::Known { shown: base.shown, tip, once, unread };
        Ok((Since { base: history::Base::Known(known), before, ahead }, notice))
    }

    /// The migrations of a commit: those that the configuration of now reads, and those that its own read.
    fn migrations(
        &self,
        repository: &Repository,
        base: &Base,
        differs: Option<Change>,
    ) -> Result<Vec<Found>, (String, String)> {
        let stored = Stored::before(repository, base, differs).map_err(words)?.alone();
        let files = Files::Stored(Box::new(stored));
        let place = Place { files: &files, ..self.place };
        let mut all = discover::migrations(self.config, place);
        if let Ok(config) = load_config(self.path, place, &mut SourceMap::new()) {
            let known: HashSet<PathBuf> = all.iter().map(|found| found.path.clone()).collect();
            let own = discover::migrations(&config, place).into_iter();
            all.extend(own.filter(|found| !known.contains(&found.path)));
        }
        Ok(all)
    }
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
        Wanted::Usual => {
            let base = repository.base(None, variable)?;
            let head = repository.commit("HEAD")?;
            // What was pushed to the branch itself is compared with the commit before.
            let is_pushed = head == base.commit && repository.changed_since(&base)?.paths.is_empty();
            if is_pushed { repository.parent(&head) } else { Ok(base) }
        }
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
