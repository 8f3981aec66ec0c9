//! Which state of the files a command looks at: the disk, the index, a commit; and what it is compared with.

use super::args::ChangeArgs;
use super::variables;
use crate::discover::{Fence, Files, Stored, real};
use crate::finding::Problem;
use crate::git::{Base, Change, GitError, Repository};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the files of a project are looked for.
#[derive(Clone, Default)]
pub struct View {
    /// Those of the configuration: preflight.yaml, policies.
    pub config: Arc<Files>,
    /// The documents.
    pub documents: Arc<Files>,
    /// What is compared with what.
    pub compared: Option<Arc<Compared>>,
    /// The commit whose configuration judges, where one was asked for.
    pub config_from: Option<String>,
}

/// A change, and the files before it.
pub struct Compared {
    /// The top of the repository, links resolved.
    root: PathBuf,
    /// What it is compared with.
    pub base: Base,
    /// What it does to the files.
    pub change: Change,
    /// The files before it.
    pub before: Files,
    /// The files after it: those that the documents are read from.
    pub after: Arc<Files>,
}

impl View {
    /// Whether anything but the disk is asked for.
    pub fn is_asked_for(change: &ChangeArgs, config_from: Option<&str>) -> bool {
        change.staged || change.changed.is_some() || config_from.is_some()
    }

    /// The view of the repository that a folder lies in.
    ///
    /// # Errors
    /// There is no repository, or git cannot say what is asked.
    pub fn of(folder: &Path, change: &ChangeArgs, config_from: Option<&str>, shown: &str) -> Result<Self, Problem> {
        let flag = if change.staged {
            "--staged"
        } else if change.changed.is_some() {
            "--changed"
        } else {
            config_from.map_or("--config-from", |revision| variables::said_by("--config-from", revision))
        };
        let failed = |error: GitError| {
            let is_no_revision = matches!(error, GitError::Unknown(_) | GitError::Flag(_));
            let is_path = |name: &String| is_no_revision && (name == "-" || folder.join(name).exists());
            let path = change.changed.iter().flatten().find(|name| is_path(name));
            let hint = path.map(|_| " Paths stand before --changed.").unwrap_or_default();
            Problem::path("git", flag, format!("{flag}: {error}")).help(format!("{}{hint}", error.help()))
        };
        let Some(repository) = Repository::of(folder).map_err(failed)? else {
            let message = format!("{flag}: {shown} lies in no git repository");
            return Err(Problem::path("git", flag, message).help("Leave the flag out, or run it in a repository."));
        };
        Self::in_repository(&repository, change, config_from).map_err(failed)
    }

    fn in_repository(
        repository: &Repository,
        change: &ChangeArgs,
        config_from: Option<&str>,
    ) -> Result<Self, GitError> {
        let files = |stored: Stored| Files::Stored(Box::new(stored));
        let mut view = Self::default();
        if change.staged {
            view.documents = Arc::new(files(Stored::index(repository)?));
            view.config = view.documents.clone();
        }
        if change.staged || change.changed.is_some() {
            let (base, change, differs) = match &change.changed {
                Some(asked) => {
                    let variable = |name: &str| std::env::var(name).ok();
                    let base = repository.base(asked.as_deref().filter(|asked| !asked.is_empty()), variable)?;
                    let change = repository.changed_since(&base)?;
                    (base, change.clone(), Some(change))
                }
                None => {
                    let base = repository.head()?;
                    let change = repository.staged_since(&base)?;
                    (base, change, None)
                }
            };
            let before = files(Stored::before(repository, &base, differs)?);
            let (root, after) = (real(repository.root()), view.documents.clone());
            view.compared = Some(Arc::new(Compared { root, base, change, before, after }));
        }
        if let Some(revision) = config_from {
            let commit = repository.named(revision)?;
            view.config = Arc::new(files(Stored::commit(repository, &commit)?));
            view.config_from = Some(commit.shown);
        }
        Ok(view)
    }
}

impl Compared {
    /// A path relative to the top of the repository.
    pub fn relative(&self, path: &Path) -> Option<PathBuf> {
        let named = path.strip_prefix(&self.root).map(Path::to_path_buf);
        named.or_else(|_| real(path).strip_prefix(&self.root).map(Path::to_path_buf)).ok()
    }

    /// Whether the change touches a file, under its name or where links lead. What git does not look after may always
    /// have changed.
    pub fn touches(&self, path: &Path) -> bool {
        let real = real(path);
        let Ok(behind_links) = real.strip_prefix(&self.root) else { return true };
        self.change.touches(behind_links)
            || path.strip_prefix(&self.root).is_ok_and(|relative| self.change.touches(relative))
    }

    /// Whether the change touches or removes anything at a path or below it, under its name or where links lead. What lies in
    /// no repository, or in another one, is no part of it.
    pub fn reaches(&self, path: &Path) -> bool {
        let reaches = |path: &Path| path.strip_prefix(&self.root).is_ok_and(|inside| self.change.reaches(inside));
        reaches(path) || reaches(&real(path))
    }

    /// The files below a folder that are gone, relative to it, with `/`.
    pub fn gone_below(&self, folder: &Path) -> Vec<String> {
        let Some(folder) = self.relative(folder) else { return Vec::new() };
        let relative = |path: &Path| {
            let relative = path.strip_prefix(&folder).ok()?;
            Some(relative.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"))
        };
        self.change.deleted().filter_map(relative).collect()
    }
}

/// The views of a command, one for each repository that its paths lie in.
#[derive(Default)]
pub struct Views(Vec<(PathBuf, View)>);

impl Views {
    /// The view for a path.
    ///
    /// # Errors
    /// That of [`View::of`], once for each repository.
    pub fn at(
        &mut self,
        path: &Path,
        change: &ChangeArgs,
        config_from: Option<&str>,
        shown: &str,
    ) -> Result<View, Problem> {
        if !View::is_asked_for(change, config_from) {
            return Ok(View::default());
        }
        let folder = path.ancestors().find(|path| path.is_dir()).unwrap_or(path);
        let root = Fence::around(folder).root().to_path_buf();
        if let Some((_, view)) = self.0.iter().find(|(known, _)| *known == root) {
            return Ok(view.clone());
        }
        let view = View::of(folder, change, config_from, shown)?;
        self.0.push((root, view.clone()));
        Ok(view)
    }
}
