//! What differs between two states of the files.

use super::object::{Mode, listed};
use super::{Base, GitError, Repository, bytes, paths};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What became of one path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is new, has other bytes, or is of another type.
    Changed,
    /// It is gone.
    Deleted,
}

/// What a change does to the files of a repository. A file that was renamed is deleted under its old name and changed
/// under its new one: that way nothing depends on how much of it stayed as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// What became of each path, relative to the top of the repository. A path may be a link or the folder of another
    /// repository: all that stands below is changed with it.
    pub paths: BTreeMap<PathBuf, State>,
}

impl Change {
    /// Whether a path, relative to the top of the repository, or a folder above it is changed.
    pub fn touches(&self, path: &Path) -> bool {
        let is_changed = |path: &Path| self.paths.get(path) == Some(&State::Changed);
        path.ancestors().take_while(|path| !path.as_os_str().is_empty()).any(is_changed)
    }

    /// Whether anything at or below a path is changed or gone.
    pub fn reaches(&self, path: &Path) -> bool {
        self.touches(path) || self.paths.range(path.to_path_buf()..).next().is_some_and(|(at, _)| at.starts_with(path))
    }

    /// The paths that are gone.
    pub fn deleted(&self) -> impl Iterator<Item = &Path> {
        self.paths.iter().filter(|(_, state)| **state == State::Deleted).map(|(path, _)| path.as_path())
    }

    /// Takes in an answer of `git diff --name-status -z`.
    fn add(&mut self, answer: &[u8]) {
        let mut fields = answer.split(|byte| *byte == 0);
        while let (Some(status), Some(path)) = (fields.next(), fields.next()) {
            let state = if status == b"D" { State::Deleted } else { State::Changed };
            let known = self.paths.entry(super::path(path)).or_insert(state);
            // It counts as there as soon as one of the two states has it.
            if state == State::Changed {
                *known = state;
            }
        }
    }
}

/// No program of the repository's configuration looks at a difference, and what a submodule has not committed is no
/// part of this repository's change.
const DIFF: &[&str] = &[
    "diff",
    "--name-status",
    "-z",
    "--no-ext-diff",
    "--no-textconv",
    "--no-renames",
    "--no-relative",
    "--ignore-submodules=dirty",
];

impl Repository {
    /// What the work tree makes of `base`: commits, the index, files that are not staged and files that git does not know
    /// yet and does not ignore.
    ///
    /// # Errors
    /// Those of git.
    pub fn changed_since(&self, base: &Base) -> Result<Change, GitError> {
        let mut change = Change::default();
        let filters = self.without_filters()?;
        let end = ["--end-of-options", base.commit.as_str(), "--"];
        change.add(&self.run_with(DIFF.iter().copied().chain(end), b"", &filters)?);
        // What is gone from the work tree is gone, whatever the index still has.
        let gone: Vec<PathBuf> = change.deleted().map(Path::to_path_buf).collect();
        change.add(&self.run(DIFF.iter().copied().chain(["--cached"]).chain(end))?);
        for path in gone {
            change.paths.insert(path, State::Deleted);
        }
        let untracked = self.run(["ls-files", "--others", "--exclude-standard", "--full-name", "-z"])?;
        change.paths.extend(paths(&untracked).map(|path| (path.components().collect(), State::Changed)));
        Ok(change)
    }

    /// What the index makes of `base`.
    ///
    /// # Errors
    /// Those of git.
    pub fn staged_since(&self, base: &Base) -> Result<Change, GitError> {
        let mut change = Change::default();
        let end = ["--cached", "--end-of-options", base.commit.as_str(), "--"];
        change.add(&self.run(DIFF.iter().copied().chain(end))?);
        Ok(change)
    }

    /// Which of these paths, relative to the top, git ignores and does not have in its index.
    ///
    /// # Errors
    /// Those of git, as for a path that lies behind a link or in a submodule.
    pub fn ignored(&self, asked: &[&Path]) -> Result<Vec<PathBuf>, GitError> {
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let mut input = Vec::new();
        for path in asked {
            input.extend(bytes(path));
            input.push(0);
        }
        match self.run_with(["check-ignore", "-z", "--stdin"], &input, &[]) {
            Ok(out) => Ok(paths(&out).collect()),
            // Its status is 1, and it says nothing, where none of them is ignored.
            Err(GitError::Refused { said, .. }) if !said.starts_with("fatal") => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Settings that switch every filter of the configuration off. git would start one to compare a file of the work tree
    /// whose time differs; without it such a file counts as changed.
    fn without_filters(&self) -> Result<Vec<(String, String)>, GitError> {
        let names = match self.run(["config", "--null", "--name-only", "--get-regexp", "^filter\\..*\\."]) {
            Ok(names) => names,
            // None is configured.
            Err(GitError::Refused { .. }) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut settings = Vec::new();
        for name in names.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
            let name = String::from_utf8_lossy(name).into_owned();
            let value = if name.to_ascii_lowercase().ends_with(".required") { "false" } else { "" };
            settings.push((name, value.to_owned()));
        }
        Ok(settings)
    }

    /// The paths of the index that are announced (`git add -N`) and hold nothing yet: no commit would have them.
    pub(super) fn announced(&self) -> Result<Vec<PathBuf>, GitError> {
        let out = self.run(DIFF.iter().copied().chain(["--diff-filter=A"]))?;
        let mut change = Change::default();
        change.add(&out);
        Ok(change.paths.into_keys().collect())
    }

    /// The files of the index.
    ///
    /// # Errors
    /// Those of git.
    pub fn index(&self) -> Result<Vec<super::Entry>, GitError> {
        let mut entries = listed(&self.run(["ls-files", "--stage", "--full-name", "-z"])?);
        if entries.iter().any(|entry| entry.is_empty() && entry.mode == Mode::File) {
            let announced = self.announced()?;
            entries.retain(|entry| !announced.contains(&entry.path));
        }
        Ok(entries)
    }
}
