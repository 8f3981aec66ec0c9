//! What git knows of the files: the only room that runs the `git` command. Paths come and go as bytes between NULs, no
//! helper program of a repository is ever run, and a revision can never be read as a flag.

mod tracked;

pub use tracked::Tracking;

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why git could not answer.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no `git` command, or it could not be started.
    #[error("git cannot be run: {0}")]
    Missing(io::ErrorKind),
    /// git refused; its own first line, which names no content.
    #[error("git {command} failed: {said}")]
    Refused {
        /// The sub-command.
        command: String,
        /// The first line that it wrote on its standard error.
        said: String,
    },
    /// A revision that git would read as a flag.
    #[error("`{0}` is no revision: it begins with `-`")]
    Flag(String),
}

/// A work tree that git looks after.
#[derive(Clone, Debug)]
pub struct Repository {
    root: PathBuf,
}

impl Repository {
    /// The repository that `folder` lies in; none where it lies in none.
    ///
    /// # Errors
    /// There is no git, or it refuses the folder for another reason than that.
    pub fn of(folder: &Path) -> Result<Option<Self>, GitError> {
        match run(folder, ["rev-parse", "--show-toplevel"]) {
            Ok(out) => Ok(Some(Self { root: path(out.strip_suffix(b"\n").unwrap_or(&out)) })),
            Err(GitError::Refused { said, .. }) if said.contains("not a git repository") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The repository whose `.git` stands in `root`.
    pub(crate) fn at(root: &Path) -> Self {
        Self { root: root.to_path_buf() }
    }

    /// What `git ARGUMENTS` writes of this repository, whichever one called us: a hook runs with variables that name the
    /// repository it belongs to.
    ///
    /// # Errors
    /// git cannot be run, or its status is not 0.
    pub(crate) fn run_alone<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(
        &self,
        arguments: I,
    ) -> Result<Vec<u8>, GitError> {
        let mut command = Command::new("git");
        ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"]
            .iter()
            .for_each(|name| _ = command.env_remove(name));
        answer(command, &self.root, arguments)
    }

    /// The top folder of the work tree.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What `git ARGUMENTS` writes.
    ///
    /// # Errors
    /// git cannot be run, or its status is not 0.
    pub fn run<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, arguments: I) -> Result<Vec<u8>, GitError> {
        run(&self.root, arguments)
    }

    /// The commit that a revision names, as its full hash.
    ///
    /// # Errors
    /// No such commit, or the revision begins with `-`.
    pub fn commit(&self, revision: &str) -> Result<String, GitError> {
        if revision.starts_with('-') {
            return Err(GitError::Flag(revision.to_owned()));
        }
        let commit = format!("{revision}^{{commit}}");
        let out = self.run(["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]);
        let out = out.map_err(|error| match error {
            GitError::Refused { command, .. } => {
                GitError::Refused { command, said: format!("it knows no commit `{revision}`") }
            }
            other => other,
        })?;
        Ok(String::from_utf8_lossy(&out).trim().to_owned())
    }
}

/// The paths of an answer that was asked for with `-z`.
pub fn paths(answer: &[u8]) -> impl Iterator<Item = PathBuf> + '_ {
    answer.split(|byte| *byte == 0).filter(|name| !name.is_empty()).map(path)
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// Runs git with its messages in English and nothing that a repository's configuration could have it start.
fn run<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(folder: &Path, arguments: I) -> Result<Vec<u8>, GitError> {
    answer(Command::new("git"), folder, arguments)
}

fn answer<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(
    mut command: Command,
    folder: &Path,
    arguments: I,
) -> Result<Vec<u8>, GitError> {
    let arguments: Vec<OsString> = arguments.into_iter().map(|argument| argument.as_ref().to_owned()).collect();
    command.arg("-C").arg(folder).args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-pager"]);
    command.args(&arguments).env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0");
    let out = command.stdin(Stdio::null()).output().map_err(|error| GitError::Missing(error.kind()))?;
    if out.status.success() {
        return Ok(out.stdout);
    }
    let name = arguments.first().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let said = String::from_utf8_lossy(&out.stderr);
    let said = crate::source::escape_controls(said.lines().next().unwrap_or("it does not say why"));
    Err(GitError::Refused { command: name, said })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_folder_outside_of_every_repository_has_none_and_a_flag_is_no_revision() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Repository::of(folder.path()).unwrap().is_none());
        run(folder.path(), ["init", "--quiet"]).unwrap();
        let repository = Repository::of(folder.path()).unwrap().unwrap();
        assert_eq!(repository.root().canonicalize().unwrap(), folder.path().canonicalize().unwrap());
        assert!(matches!(repository.commit("--output=x"), Err(GitError::Flag(_))));
        let unknown = repository.commit("main").unwrap_err().to_string();
        assert_eq!(unknown, "git rev-parse failed: it knows no commit `main`");
    }

    #[test]
    fn paths_are_divided_at_nuls_only() {
        let found: Vec<PathBuf> = paths(b"a b.sql\0\xc3\xa9\n.sql\0").collect();
        assert_eq!(found, [PathBuf::from("a b.sql"), PathBuf::from("é\n.sql")]);
    }
}
