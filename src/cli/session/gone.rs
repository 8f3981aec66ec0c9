//! What a command names, or once had, and is gone: a list of what a change touches has what it removes, too.

use super::Session;
use super::since::{Wanted, base};
use crate::cli::Terminal;
use crate::cli::view::View;
use crate::config::FILE_NAME;
use crate::discover::{self, Fence, real};
use crate::finding::Problem;
use crate::git::{Base, Repository};
use std::path::{Path, PathBuf};

/// What is known of bases, asked of each repository once.
#[derive(Default)]
pub(super) struct Gone(Vec<(PathBuf, Option<(Repository, Base)>)>);

impl Session {
    /// Why nothing can be found at a path that somebody named: it is not there, and the base did not have it either. Who lists
    /// what a change touches names what it removes, too.
    pub(super) fn missing(
        &self,
        path: &Path,
        shown: &str,
        view: &View,
        gone: &mut Gone,
        terminal: &Terminal,
    ) -> Option<Problem> {
        let problem = view.documents.why_not(path, shown)?;
        (!gone.had(path, view, self.wanted(view, terminal))).then_some(problem)
    }
}

impl Gone {
    /// Whether the base that is meant had something at a path that is not there.
    pub fn had(&mut self, path: &Path, view: &View, wanted: Option<Wanted>) -> bool {
        if view.compared.as_ref().is_some_and(|compared| compared.before.has(path)) {
            return true;
        }
        let real = real(path);
        let Some((root, repository, base)) = self.base(&real, wanted) else { return false };
        let Ok(inside) = real.strip_prefix(root) else { return false };
        std::iter::once(base).chain(base.tip.as_deref()).chain(&base.others).any(|base| repository.has(base, inside))
    }

    /// The files below a folder that are gone and may be configurations, relative to it.
    pub fn configs(&mut self, folder: &Path, view: &View, wanted: Option<Wanted>) -> Vec<String> {
        if let Some(compared) = &view.compared {
            return compared.gone_below(folder);
        }
        let folder = real(folder);
        if !folder.is_dir() {
            return Vec::new();
        }
        let Some((root, repository, base)) = self.base(&folder, wanted) else { return Vec::new() };
        let Ok(files) = repository.files_of(base) else { return Vec::new() };
        let is_config = |path: &Path| path.file_name().is_some_and(|name| name == FILE_NAME);
        // What the branch to merge into has removed too is no change of this one.
        let is_its_own = |path: &Path| base.tip.as_deref().is_none_or(|tip| repository.has(tip, path));
        let gone = files.into_iter().map(|entry| entry.path).filter(|path| {
            let whole = root.join(path);
            is_config(path) && whole.starts_with(&folder) && whole.symlink_metadata().is_err() && is_its_own(path)
        });
        gone.map(|path| discover::shown(&root.join(path), &folder)).collect()
    }

    /// The base of the repository that a path without links lies in, with the top of that.
    fn base(&mut self, path: &Path, wanted: Option<Wanted>) -> Option<(&Path, &Repository, &Base)> {
        let wanted = wanted?;
        let folder = path.ancestors().find(|folder| folder.is_dir()).unwrap_or(path);
        let root = Fence::around(folder).root().to_path_buf();
        let at = self.0.iter().position(|(known, _)| *known == root).unwrap_or_else(|| {
            let repository = Repository::of(folder).ok().flatten();
            let known = repository.and_then(|repository| {
                let base = base(&repository, &wanted).ok()?;
                Some((repository, base))
            });
            self.0.push((root, known));
            self.0.len() - 1
        });
        let (root, known) = self.0.get(at)?;
        known.as_ref().map(|(repository, base)| (root.as_path(), repository, base))
    }
}
