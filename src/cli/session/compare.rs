//! The migrations of a base, and what is odd about those of now.

use super::since::{Wanted, base, words};
use crate::cli::load::load_config;
use crate::config::Config;
use crate::discover::{self, Fence, Files, Found, Place, Stored, real};
use crate::fact::Cause;
use crate::git::{Base, Change, Repository, WHOLE};
use crate::history::{self, Odd};
use crate::project::Since;
use crate::source::{SourceMap, escape_controls};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why nothing is compared, and the way out.
type Failure = (String, String);

/// What is compared: a project, as it is read now.
pub(super) struct Compare<'a> {
    /// Its preflight.yaml, and what that says; none where well-known names are used.
    pub config: Option<(&'a Path, &'a Config)>,
    /// Where it is.
    pub place: Place<'a>,
    /// Its documents.
    pub found: &'a [Found],
}

/// One base: its migrations, and the paths that git does not track any more since.
struct State {
    migrations: Vec<Found>,
    untracked: HashSet<PathBuf>,
}

impl Compare<'_> {
    /// The migrations of the base, and of its tip where that has gone on; and what is to be said of them.
    pub fn since(&self, wanted: &Wanted) -> Result<(Since, String), Failure> {
        let folder = discover::shown(self.place.folder, self.place.base);
        let repository = Repository::of(self.place.folder).map_err(words)?;
        let repository = repository.ok_or_else(|| {
            (format!("{folder} lies in no git repository"), "Judge a clone of the repository.".to_owned())
        })?;
        let base = base(&repository, wanted).map_err(words)?;
        let State { migrations: mut before, mut untracked } = self.state(&repository, &base)?;
        let mut others = HashMap::new();
        for other in &base.others {
            let state = self.state(&repository, other)?;
            untracked.extend(state.untracked);
            self.join(&mut before, state.migrations, other, &mut others);
        }
        let tip = base.tip.as_deref().filter(|tip| tip.commit != base.commit);
        let ahead = match tip {
            Some(tip) => self.migrations(&repository, tip, self.differs(&repository, tip)?)?,
            None => Vec::new(),
        };
        let known: HashSet<&str> = before.iter().map(|found| found.relative.as_str()).collect();
        let is_new = |found: &Found| !found.kind.runners.is_empty() && !known.contains(found.relative.as_str());
        let once = match self.found.iter().any(is_new) {
            true => once(&repository, &base, self.place.folder),
            false => Ok(HashSet::new()),
        };
        let mut odd = self.elsewhere(&repository);
        odd.extend(self.odd(&real(repository.root()), &before, &untracked));
        let notice = notice(&repository, &base);
        let tip = tip.map(|tip| tip.shown.clone());
        let known = history::Known { shown: base.shown, tip, once, odd, others };
        Ok((Since { base: history::Base::Known(known), before, ahead }, notice))
    }

    /// What a base has.
    fn state(&self, repository: &Repository, base: &Base) -> Result<State, Failure> {
        let differs = self.differs(repository, base)?;
        let untracked = repository.staged_since(base).map_err(words)?.deleted().map(Path::to_path_buf).collect();
        let root = real(repository.root());
        let mut migrations = self.migrations(repository, base, differs.clone())?;
        let now: HashSet<&str> = self.found.iter().map(|found| found.relative.as_str()).collect();
        // A sparse work tree leaves files out that are as they were.
        migrations.retain(|found| {
            let is_same =
                |change: &Change| !change.reaches(real(&found.path).strip_prefix(&root).unwrap_or(&found.path));
            now.contains(found.relative.as_str()) || self.is_there(found) || !differs.as_ref().is_some_and(is_same)
        });
        Ok(State { migrations, untracked })
    }

    /// What is not as it is in a commit: of the work tree git knows it, the index is compared blob by blob.
    fn differs(&self, repository: &Repository, commit: &Base) -> Result<Option<Change>, Failure> {
        match self.place.files {
            Files::Disk => repository.changed_since(commit).map(Some).map_err(words),
            Files::Stored(_) => Ok(None),
        }
    }

    fn is_there(&self, found: &Found) -> bool {
        match self.place.files {
            Files::Disk => found.path.symlink_metadata().is_ok(),
            files => files.has(&found.path),
        }
    }

    /// Takes in what another base has. What one of them has as it is now is as it was.
    fn join(&self, before: &mut Vec<Found>, other: Vec<Found>, base: &Base, others: &mut HashMap<String, String>) {
        let now: HashMap<&str, &Found> = self.found.iter().map(|found| (found.relative.as_str(), found)).collect();
        let mut known: HashMap<String, usize> =
            before.iter().enumerate().map(|(at, found)| (found.relative.clone(), at)).collect();
        let text = |found: &Found| found.text.as_ref().ok().cloned();
        for found in other {
            let path = found.relative.clone();
            let slot = known.get(&path).and_then(|at| before.get_mut(*at));
            match slot {
                Some(slot) => {
                    let is_now =
                        now.get(path.as_str()).is_some_and(|now| text(now).is_some() && text(now) == text(&found));
                    if !is_now || text(slot) == text(&found) {
                        continue;
                    }
                    *slot = found;
                }
                None => {
                    known.insert(path.clone(), before.len());
                    before.push(found);
                }
            }
            others.insert(escape_controls(&path), base.shown.clone());
        }
    }

    /// Migrations of the base that are there, and count otherwise than by what stands in them.
    fn odd(&self, root: &Path, before: &[Found], untracked: &HashSet<PathBuf>) -> HashMap<String, Odd> {
        let now: HashSet<&str> = self.found.iter().map(|found| found.relative.as_str()).collect();
        let is_untracked = |found: &Found| {
            let folder = found.path.parent().map(real).unwrap_or_default();
            let inside = folder.strip_prefix(root).ok().zip(found.path.file_name());
            inside.is_some_and(|(folder, name)| untracked.contains(&folder.join(name)))
        };
        let odd = |found: &Found| match now.contains(found.relative.as_str()) {
            true => is_untracked(found).then_some(Odd::Untracked),
            false if !self.is_there(found) => None,
            false if self.config.is_none() => Some(Odd::Aside),
            false => Some(Odd::Unread),
        };
        before.iter().filter_map(|found| Some((escape_controls(&found.relative), odd(found)?))).collect()
    }

    /// Migrations that lie in other repositories: in submodules, mostly.
    fn elsewhere(&self, repository: &Repository) -> HashMap<String, Odd> {
        let top = real(repository.root());
        let mut folders: HashMap<PathBuf, Option<Arc<Cause>>> = HashMap::new();
        let mut odd = HashMap::new();
        for found in self.found.iter().filter(|found| !found.kind.runners.is_empty()) {
            let folder = found.path.parent().unwrap_or(&found.path);
            let cause = folders.entry(folder.to_path_buf()).or_insert_with(|| other_repository(folder, &top));
            if let Some(cause) = cause {
                odd.insert(escape_controls(&found.relative), Odd::Elsewhere(Arc::clone(cause)));
            }
        }
        odd
    }

    /// The migrations of a commit: those that the configuration of now reads, and those that its own read.
    fn migrations(&self, repository: &Repository, base: &Base, differs: Option<Change>) -> Result<Vec<Found>, Failure> {
        let stored = Stored::before(repository, base, differs).map_err(words)?.alone();
        let files = Files::Stored(Box::new(stored));
        let place = Place { files: &files, ..self.place };
        let Some((path, config)) = self.config else { return Ok(discover::well_known_migrations(place)) };
        let mut all = discover::migrations(config, place);
        if let Ok(config) = load_config(path, place, &mut SourceMap::new()) {
            let known: HashSet<PathBuf> = all.iter().map(|found| found.path.clone()).collect();
            let own = discover::migrations(&config, place).into_iter();
            all.extend(own.filter(|found| !known.contains(&found.path)));
        }
        Ok(all)
    }
}

/// What is said of the base.
fn notice(repository: &Repository, base: &Base) -> String {
    // A comparison of a commit with itself finds nothing: whoever reads the result should know.
    let itself = repository.commit("HEAD").is_ok_and(|head| head == base.commit);
    let itself = if itself { ", which is the commit that is checked out" } else { "" };
    let others: String = base.others.iter().map(|other| format!(" and {}", other.shown)).collect();
    let crosswise =
        if others.is_empty() { "" } else { ": branches were merged crosswise, and what any of them has counts" };
    format!("migrations are compared with {}{others}{itself}{crosswise}", base.shown)
}

/// Why the files of a folder cannot be compared: it lies in another repository than the one whose top is given.
fn other_repository(folder: &Path, top: &Path) -> Option<Arc<Cause>> {
    let fence = Fence::around(folder);
    let inside = fence.root().strip_prefix(top).ok().filter(|inside| !inside.as_os_str().is_empty())?;
    let name = escape_controls(&discover::shown(inside, Path::new("")));
    let reason = format!("{name} is a repository of its own, as a submodule is, and its history is not looked into");
    let help =
        format!("Judge it by itself: give {name} a preflight.yaml, and run preflight check {name} --base BRANCH.");
    fence.is_repository().then(|| Cause::new(reason, help))
}

/// The files below the folder of the configuration that the history of the base once had and deleted, relative to it.
fn once(repository: &Repository, base: &Base, folder: &Path) -> Result<HashSet<String>, Arc<Cause>> {
    if repository.is_shallow() {
        let reason = "may have been there once: this clone is shallow, and its history has an end";
        return Err(Cause::new(reason, format!("It needs all of the history: {WHOLE}.")));
    }
    let root = real(repository.root());
    let real = real(folder);
    let below = real.strip_prefix(&root).unwrap_or(Path::new(""));
    let tip = base.tip.as_deref().unwrap_or(base);
    let deleted = repository.deleted_until(tip, below).map_err(|error| {
        let (message, help) = words(error);
        Cause::new(format!("may have been there once: {message}"), help)
    })?;
    let relative = deleted.iter().filter_map(|path| path.strip_prefix(below).ok());
    Ok(relative.map(|path| discover::shown(path, Path::new(""))).collect())
}
