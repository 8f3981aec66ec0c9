//! The files of a commit or of the index. What git ignores is in neither by design: env files above all. Where they are
//! wanted beside the others they are read from the disk.

use super::decode;
use super::fence::real;
use super::read::LARGEST;
use super::read::read_bytes;
use crate::finding::Problem;
use crate::git::{Base, Blobs, Change, Entry, GitError, Mode, Repository};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// How many links are followed, as by the kernel.
const LINKS: usize = 40;

/// How many linked folders may lie in each other.
const DEPTH: usize = 8;

/// The files of a commit or of the index.
#[derive(Debug)]
pub struct Stored {
    repository: Repository,
    /// By their paths, relative to the top of the repository: what lies in a folder stands together.
    entries: BTreeMap<PathBuf, Entry>,
    blobs: Blobs,
    /// What it is, in words.
    words: String,
    /// Whether ignored files count, as they are on the disk.
    with_ignored: bool,
    /// What is not touched by this is on the disk as it is here.
    differs: Option<Change>,
    /// What is known to be ignored, or not.
    ignored: Mutex<HashMap<PathBuf, bool>>,
}

/// Where a path was found.
pub(super) enum Located<'a> {
    File(&'a Entry),
    /// A folder, under its own path without links.
    Folder(PathBuf),
    /// Ignored by git, and on the disk.
    OnDisk,
    Nothing,
    /// A link that cannot be followed, and why.
    Lost(&'static str),
}

/// What a walk comes upon.
pub(super) enum Step {
    File(PathBuf),
    /// A link that cannot be followed, and why.
    Lost(PathBuf, &'static str),
}

impl Stored {
    /// The index, with ignored files beside it.
    ///
    /// # Errors
    /// Those of git.
    pub fn index(repository: &Repository) -> Result<Self, GitError> {
        Self::new(repository, repository.index()?, "the index".to_owned(), true)
    }

    /// A commit alone: what a configuration is read from.
    ///
    /// # Errors
    /// Those of git.
    pub fn commit(repository: &Repository, commit: &Base) -> Result<Self, GitError> {
        Self::new(repository, repository.files_of(commit)?, commit.shown.clone(), false)
    }

    /// A commit with ignored files beside it: the project as it was before a change. `differs` says which files are not
    /// on the disk as they were, if that is known; all others are read there.
    ///
    /// # Errors
    /// Those of git.
    pub fn before(repository: &Repository, commit: &Base, differs: Option<Change>) -> Result<Self, GitError> {
        Ok(Self { with_ignored: true, differs, ..Self::commit(repository, commit)? })
    }

    fn new(repository: &Repository, entries: Vec<Entry>, words: String, with_ignored: bool) -> Result<Self, GitError> {
        Ok(Self {
            blobs: repository.blobs()?,
            repository: repository.clone(),
            entries: entries.into_iter().map(|entry| (entry.path.clone(), entry)).collect(),
            words,
            with_ignored,
            differs: None,
            ignored: Mutex::default(),
        })
    }

    /// The same, where what git ignores on the disk does not count.
    #[must_use]
    pub fn alone(self) -> Self {
        Self { with_ignored: false, ..self }
    }

    /// What it is, in words.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// Whether ignored files count, as they are on the disk.
    pub(super) fn has_ignored(&self) -> bool {
        self.with_ignored
    }

    /// Where a path is found, links followed.
    pub(super) fn locate(&self, path: &Path) -> Located<'_> {
        let Some(relative) = self.relative(path) else { return Located::Nothing };
        let resolved = match self.resolve(&relative) {
            Ok(resolved) => resolved,
            Err(why) => return Located::Lost(why),
        };
        match self.entries.get(&resolved).map(|entry| (entry, entry.mode)) {
            Some((entry, Mode::File | Mode::Conflict)) => return Located::File(entry),
            Some((_, Mode::Link)) => return Located::Lost("is a link to nothing"),
            Some((_, Mode::Submodule)) | None => {}
        }
        if resolved.as_os_str().is_empty() || self.below(&resolved).next().is_some() {
            return Located::Folder(resolved);
        }
        let wanted = self.with_ignored && path.symlink_metadata().is_ok();
        if wanted && self.ignored(&[path.to_path_buf()]).is_ok_and(|ignored| !ignored.is_empty()) {
            return Located::OnDisk;
        }
        if self.entries.contains_key(&relative) { Located::Lost("is a link to nothing") } else { Located::Nothing }
    }

    /// A path relative to the top of the repository, wherever links on the way to the repository lead.
    fn relative(&self, path: &Path) -> Option<PathBuf> {
        let root = self.repository.root();
        if let Ok(relative) = path.strip_prefix(root) {
            return Some(relative.to_path_buf());
        }
        let root = real(root);
        let above = path.ancestors().find(|above| real(above) == root)?;
        path.strip_prefix(above).ok().map(Path::to_path_buf)
    }

    /// What stands below a folder.
    fn below(&self, folder: &Path) -> impl Iterator<Item = &Entry> {
        let inside = self.entries.range(folder.to_path_buf()..).map(|(_, entry)| entry);
        inside.skip_while(move |entry| entry.path == folder).take_while(move |entry| entry.path.starts_with(folder))
    }

    /// The names in a folder.
    pub(super) fn names(&self, folder: &Path) -> Vec<String> {
        let name = |entry: &Entry| {
            let name = entry.path.strip_prefix(folder).ok()?.components().next()?;
            Some(name.as_os_str().to_string_lossy().into_owned())
        };
        let mut names: Vec<String> = self.below(folder).filter_map(name).collect();
        names.dedup();
        names
    }

    /// A path without links. What leads out of the repository is not followed.
    fn resolve(&self, relative: &Path) -> Result<PathBuf, &'static str> {
        let parts = |path: &Path| {
            let parts = path.components().map(|part| PathBuf::from(part.as_os_str()));
            parts.rev().collect::<Vec<_>>()
        };
        let (mut todo, mut done, mut links) = (parts(relative), PathBuf::new(), 0);
        while let Some(part) = todo.pop() {
            match part.components().next() {
                Some(Component::ParentDir) if !done.pop() => return Err("is a link that leaves the repository"),
                Some(Component::Normal(name)) => done.push(name),
                Some(Component::RootDir | Component::Prefix(_)) => return Err("is a link that leaves the repository"),
                _ => {}
            }
            let Some(entry) = self.entries.get(&done).filter(|entry| entry.mode == Mode::Link) else { continue };
            links += 1;
            if links > LINKS {
                return Err("is a loop of symbolic links");
            }
            let target = self.blobs.read(&entry.object, LARGEST).ok().flatten();
            let target = target.ok_or("is a link that cannot be read")?;
            done.pop();
            todo.extend(parts(&crate::git::paths(&target).next().unwrap_or_default()));
        }
        Ok(done)
    }

    /// Reads a text.
    pub(super) fn read_text(&self, path: &Path, shown: &str, about: &'static str) -> Result<String, Problem> {
        decode(self.read_bytes(path, shown, about)?, shown, about)
    }

    /// Reads the bytes of a file.
    pub(super) fn read_bytes(&self, path: &Path, shown: &str, about: &'static str) -> Result<Vec<u8>, Problem> {
        let problem = |message: String, help: &str| Problem::path(about, shown, message).help(help);
        let entry = match self.locate(path) {
            Located::File(entry) => entry,
            Located::OnDisk => return read_bytes(path, shown, about),
            Located::Folder(_) => {
                let help = "Rename the folder, or narrow the pattern that finds it.";
                return Err(problem(format!("{shown} is a folder, and a file is needed"), help));
            }
            Located::Nothing => return Err(problem(format!("{shown} is not in {}", self.words), "Add it: git add.")),
            Located::Lost(why) => return Err(problem(format!("{shown} {why}"), "Remove the link, or exclude it.")),
        };
        if entry.mode == Mode::Conflict {
            return Err(problem(format!("{shown} has a merge conflict"), "Resolve it, then git add it."));
        }
        let same = self.differs.as_ref().is_some_and(|change| !change.paths.contains_key(&entry.path));
        let on_disk = self.repository.root().join(&entry.path);
        if same && on_disk.is_file() {
            return read_bytes(&on_disk, shown, about);
        }
        match self.blobs.read(&entry.object, LARGEST) {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(problem(
                format!("{shown} is larger than 256 MiB"),
                "Exclude it: add it to `exclude:` of preflight.yaml.",
            )),
            Err(error) => Err(problem(format!("{shown} cannot be read: {error}"), "")),
        }
    }

    /// Everything at or below a folder, links followed; `wanted` says which folders are gone into.
    pub(super) fn walk(&self, root: &Path, wanted: &dyn Fn(&Path) -> bool, each: &mut dyn FnMut(Step)) {
        let real = match self.locate(root) {
            Located::Folder(real) => real,
            Located::File(_) => return each(Step::File(root.to_path_buf())),
            Located::Lost(why) => return each(Step::Lost(root.to_path_buf(), why)),
            Located::OnDisk | Located::Nothing => return,
        };
        let mut decided: HashMap<PathBuf, bool> = HashMap::new();
        let mut todo = vec![(root.to_path_buf(), real, 0)];
        while let Some((named, real, depth)) = todo.pop() {
            for entry in self.below(&real) {
                let Ok(tail) = entry.path.strip_prefix(&real) else { continue };
                let path = named.join(tail);
                if !is_wanted(&path, &named, wanted, &mut decided) {
                    continue;
                }
                match entry.mode {
                    Mode::File | Mode::Conflict => each(Step::File(path)),
                    Mode::Submodule => {}
                    Mode::Link => match self.locate(&path) {
                        Located::Folder(target) if depth < DEPTH && !entry.path.starts_with(&target) => {
                            if wanted(&path) {
                                todo.push((path, target, depth + 1));
                            }
                        }
                        Located::Folder(_) => each(Step::Lost(path, "is a loop of symbolic links")),
                        Located::Lost(why) => each(Step::Lost(path, why)),
                        Located::Nothing => each(Step::Lost(path, "is a link to nothing")),
                        Located::File(_) | Located::OnDisk => each(Step::File(path)),
                    },
                }
            }
        }
    }

    /// Which of these files on the disk count though they are not stored: those that git ignores, and those of
    /// submodules, which are stored elsewhere.
    pub(super) fn ignored(&self, paths: &[PathBuf]) -> Result<HashSet<PathBuf>, GitError> {
        let root = real(self.repository.root());
        let mut known = self.ignored.lock().unwrap_or_else(PoisonError::into_inner);
        let asked: Vec<(PathBuf, &PathBuf)> = paths
            .iter()
            .filter_map(|path| Some((real(path).strip_prefix(&root).ok()?.to_path_buf(), path)))
            .filter(|(path, _)| !self.entries.contains_key(path))
            .collect();
        let is_submodule = |path: &Path| {
            path.ancestors().any(|above| self.entries.get(above).is_some_and(|entry| entry.mode == Mode::Submodule))
        };
        let mut open: Vec<&Path> = Vec::new();
        for (path, _) in &asked {
            if is_submodule(path) {
                known.insert(path.clone(), true);
            } else if !known.contains_key(path) {
                open.push(path);
            }
        }
        if !open.is_empty() {
            let ignored = self.repository.ignored(&open)?;
            known.extend(open.iter().map(|path| (path.to_path_buf(), false)));
            known.extend(ignored.into_iter().map(|path| (path, true)));
        }
        Ok(asked.into_iter().filter(|(path, _)| known.get(path) == Some(&true)).map(|(_, path)| path.clone()).collect())
    }
}

/// Whether every folder between `root` and `path` is gone into.
fn is_wanted(path: &Path, root: &Path, wanted: &dyn Fn(&Path) -> bool, decided: &mut HashMap<PathBuf, bool>) -> bool {
    let folders = path.ancestors().skip(1).take_while(|folder| *folder != root);
    let mut all = true;
    for folder in folders {
        let is = match decided.get(folder) {
            Some(is) => *is,
            None => {
                let is = wanted(folder);
                decided.insert(folder.to_path_buf(), is);
                is
            }
        };
        all &= is;
    }
    all
}
