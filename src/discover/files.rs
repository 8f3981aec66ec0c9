//! Where files are looked for: on the disk, or in what git keeps. Whoever reads a project does not know which.

use super::read::read_bytes;
use super::stored::{Located, Step, Stored};
use super::{Fence, decode_document, describe, read_text};
use crate::config::FILE_NAME;
use crate::document::DocumentKind;
use crate::finding::Problem;
use std::io;
use std::path::{Path, PathBuf};

/// Where files are looked for.
#[derive(Debug, Default)]
pub enum Files {
    /// On the disk.
    #[default]
    Disk,
    /// In a commit, or in the index.
    Stored(Box<Stored>),
}

/// What a path is, links followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A file.
    File,
    /// A folder.
    Folder,
}

impl Files {
    /// What a path is; none where nothing that could be read stands there.
    pub fn sort(&self, path: &Path) -> Option<Sort> {
        let disk = || match std::fs::metadata(path).ok()? {
            metadata if metadata.is_dir() => Some(Sort::Folder),
            metadata => metadata.is_file().then_some(Sort::File),
        };
        match self {
            Self::Disk => disk(),
            Self::Stored(stored) => match stored.locate(path) {
                Located::File(_) => Some(Sort::File),
                Located::Folder(_) => Some(Sort::Folder),
                Located::OnDisk => disk(),
                Located::Nothing | Located::Lost(_) => None,
            },
        }
    }

    /// Whether anything stands at a path, a link to nothing included.
    pub fn has(&self, path: &Path) -> bool {
        match self {
            Self::Disk => path.symlink_metadata().is_ok(),
            Self::Stored(stored) => !matches!(stored.locate(path), Located::Nothing),
        }
    }

    /// Reads a text. `shown` is the path in messages.
    ///
    /// # Errors
    /// A problem: not there, not allowed, a folder, too large, not UTF-8.
    pub fn read_text(&self, path: &Path, shown: &str, about: &'static str) -> Result<String, Problem> {
        match self {
            Self::Disk => read_text(path, shown, about),
            Self::Stored(stored) => stored.read_text(path, shown, about),
        }
    }

    /// Reads a document of a kind. `shown` is the path in messages.
    ///
    /// # Errors
    /// Those of [`Self::read_text`].
    pub fn read_document(&self, path: &Path, shown: &str, kind: &DocumentKind) -> Result<String, Problem> {
        let bytes = match self {
            Self::Disk => read_bytes(path, shown, "document")?,
            Self::Stored(stored) => stored.read_bytes(path, shown, "document")?,
        };
        decode_document(bytes, shown, kind)
    }

    /// The names in a folder.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        if let Self::Stored(stored) = self {
            match stored.locate(folder) {
                Located::Folder(real) => return Ok(stored.names(&real)),
                Located::OnDisk => {}
                _ => return Err(io::ErrorKind::NotFound.into()),
            }
        }
        let names = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        names.collect()
    }

    /// The preflight.yaml that a path belongs to: in its own folder, or above.
    pub fn config_above(&self, path: &Path) -> Option<PathBuf> {
        let is_folder = path.is_dir() || self.sort(path) == Some(Sort::Folder);
        let start = if is_folder { path } else { path.parent()? };
        start.ancestors().map(|folder| folder.join(FILE_NAME)).find(|file| self.has(file))
    }

    /// Every preflight.yaml below a folder of a repository, in the order of their paths. Outside of one nobody knows what
    /// lies below: somebody's whole home, perhaps.
    pub fn configs_below(&self, folder: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        match self {
            Self::Disk if !Fence::around(folder).is_repository() => {}
            Self::Disk => {
                let is_one = |entry: &ignore::DirEntry| {
                    entry.file_name() == FILE_NAME && entry.file_type().is_some_and(|kind| !kind.is_dir())
                };
                let entries = super::documents::walker(folder, folder, &[]).build().flatten();
                found.extend(entries.filter(is_one).map(ignore::DirEntry::into_path));
            }
            Self::Stored(stored) => {
                let wanted = |path: &Path| super::documents::goes_into(path, folder, &[]);
                stored.walk(folder, &wanted, &mut |step| match step {
                    Step::File(path) if path.file_name().is_some_and(|name| name == FILE_NAME) => found.push(path),
                    Step::File(_) | Step::Lost(..) => {}
                });
            }
        }
        found.sort();
        found
    }

    /// Why nothing can be found at a path that somebody named.
    pub fn why_not(&self, path: &Path, shown: &str) -> Option<Problem> {
        let help = "Check the spelling of the path.";
        match self {
            Self::Disk => {
                let error = path.symlink_metadata().err()?;
                Some(Problem::path("path", shown, describe(shown, &error)).help(help))
            }
            Self::Stored(_) if self.has(path) => None,
            Self::Stored(stored) => {
                let there = path.symlink_metadata().is_ok();
                let help = if there { "Add it: git add." } else { help };
                Some(Problem::path("path", shown, format!("{shown} is not in {}", stored.words())).help(help))
            }
        }
    }

    /// What a file is not in, in words, where it is not on the disk that is looked.
    pub fn words(&self) -> Option<&str> {
        match self {
            Self::Disk => None,
            Self::Stored(stored) => Some(stored.words()),
        }
    }
}
