//! What git knows of the files: the only room that runs the `git` command. Paths come and go as bytes between NULs, no
//! helper program of a repository is ever run, nothing is fetched, and a revision can never be read as a flag.

mod base;
mod change;
mod object;
mod past;
mod run;
mod tracked;

pub use base::Base;
pub use change::{Change, State};
pub use object::{Blobs, Entry, Mode};
pub use tracked::Tracking;

use run::{Inherit, output, output_of};
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

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
    /// A revision that names no commit.
    #[error("git knows no commit `{0}`")]
    Unknown(String),
    /// No default branch is known.
    #[error("the branch to compare with is not known: there is no {}{}", .branches.join(", no "), in_shallow(*.shallow))]
    NoBase {
        /// The branches that were looked for.
        branches: Vec<String>,
        /// Whether the clone has only the end of the history.
        shallow: bool,
    },
    /// Two commits without a common ancestor.
    #[error("{base} and HEAD have no common ancestor{}", reach(base, *.here))]
    NoCommonHistory {
        /// The name of the one that is no HEAD.
        base: String,
        /// How many commits of each a shallow clone has.
        here: Option<(usize, usize)>,
    },
    /// A shallow clone that has the last commit only.
    #[error("the commit before HEAD is not in this clone, which is shallow and begins with HEAD")]
    NoParent,
}

/// Why something may not be there that is elsewhere.
const fn in_shallow(shallow: bool) -> &'static str {
    if shallow { " in this clone, which is shallow" } else { "" }
}

/// How far a shallow clone reaches.
fn reach(base: &str, here: Option<(usize, usize)>) -> String {
    let commits = |count: usize| if count == 1 { "1 commit".to_owned() } else { format!("{count} commits") };
    here.map_or_else(String::new, |(of_base, of_head)| {
        let (of_base, of_head) = (commits(of_base), commits(of_head));
        format!(
            " in this clone, which is shallow: it has {of_base} of {base} and {of_head} of HEAD, and they part before"
        )
    })
}

/// How to fetch all of a history.
pub const WHOLE: &str = "git fetch --unshallow, `fetch-depth: 0` of actions/checkout, or `GIT_DEPTH: 0` of GitLab CI";

impl GitError {
    /// The way out.
    pub fn help(&self) -> String {
        match self {
            Self::Missing(_) => "Install git, or leave out what needs it.".to_owned(),
            Self::Refused { said, .. } if said.contains("dubious ownership") => {
                "The folder belongs to somebody else. If you trust it: git config --global --add safe.directory FOLDER"
                    .to_owned()
            }
            Self::Refused { .. } => String::new(),
            Self::Flag(_) => "Write a branch, a tag or the hash of a commit.".to_owned(),
            Self::Unknown(name) if name.is_empty() || name.ends_with('/') => {
                "It is no whole name: a variable that should name the branch is not set, perhaps.".to_owned()
            }
            Self::Unknown(name) => {
                let branch = name.strip_prefix("origin/").filter(|name| is_plain(name)).unwrap_or("BRANCH");
                format!("Check its spelling, or fetch it: git fetch origin {branch}:refs/remotes/origin/{branch}")
            }
            Self::NoBase { branches, shallow } => {
                // Where nobody names the target it may be any.
                let named = branches.first().and_then(|name| name.strip_prefix("origin/"));
                let named = named.filter(|name| *name != "HEAD" && is_plain(name));
                let branch = named.unwrap_or("BRANCH");
                let fetch = format!("git fetch origin {branch}:refs/remotes/origin/{branch}");
                let merge = "; of a merge that CI made for a request `fetch-depth: 2` is enough";
                let depth = match shallow {
                    true => format!(", and what it has in common with HEAD: {WHOLE}{merge}"),
                    false => String::new(),
                };
                format!("Name it: --changed BASE. In CI fetch it first: {fetch}{depth}.")
            }
            Self::NoCommonHistory { here: Some((of_base, of_head)), .. } => {
                let more = (of_base.max(of_head) * 2).max(50);
                format!(
                    "It needs every commit down to where the two part: git fetch --deepen={more} (again, until they meet), or \
                     all of it: {WHOLE}."
                )
            }
            Self::NoCommonHistory { .. } => "Name another base: --changed BASE.".to_owned(),
            Self::NoParent => {
                "It needs a depth of 2: git fetch --deepen=1, `fetch-depth: 2` of actions/checkout, or `GIT_DEPTH: 2` of \
                 GitLab CI."
                    .to_owned()
            }
        }
    }
}

/// Whether a name may stand in a command as it is.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('-')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
}

/// A work tree that git looks after.
#[derive(Clone, Debug)]
pub struct Repository {
    root: PathBuf,
    inherit: Inherit,
}

impl Repository {
    /// The repository that `folder` lies in; none where it lies in none. What a hook that is running says of its own
    /// repository (`GIT_DIR`, `GIT_INDEX_FILE`) counts for that one only.
    ///
    /// # Errors
    /// There is no git, or it refuses the folder for another reason than that.
    pub fn of(folder: &Path) -> Result<Option<Self>, GitError> {
        let folder = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(folder);
        let root = match output(folder, Inherit::Nothing, ["rev-parse", "--show-toplevel"]) {
            Ok(out) => path(line(&out)),
            Err(GitError::Refused { said, .. }) if said.contains("not a git repository") => {
                return Self::named_by_environment(folder);
            }
            Err(error) => return Err(error),
        };
        let inherit =
            if run::has_environment() && Self::is_of_environment(folder)? { Inherit::Index } else { Inherit::Nothing };
        Ok(Some(Self { root, inherit }))
    }

    /// The repository that `GIT_DIR` and `GIT_WORK_TREE` name, where `folder` lies in that work tree.
    fn named_by_environment(folder: &Path) -> Result<Option<Self>, GitError> {
        if !run::names_work_tree() {
            return Ok(None);
        }
        let root = path(line(&output(folder, Inherit::All, ["rev-parse", "--show-toplevel"])?));
        Ok(folder.starts_with(&root).then_some(Self { root, inherit: Inherit::All }))
    }

    /// Whether the variables of the process speak of the repository of a folder.
    fn is_of_environment(folder: &Path) -> Result<bool, GitError> {
        let git_dir = ["rev-parse", "--absolute-git-dir"];
        let here = output(folder, Inherit::Nothing, git_dir)?;
        // Where a hook's variables name nothing they name no other repository either.
        Ok(output(Path::new("."), Inherit::All, git_dir).is_ok_and(|of_hook| of_hook == here))
    }

    /// The repository whose `.git` stands in `root`.
    pub(crate) fn at(root: &Path) -> Self {
        Self { root: root.to_path_buf(), inherit: Inherit::Nothing }
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
        output(&self.root, Inherit::Nothing, arguments)
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
        output(&self.root, self.inherit, arguments)
    }

    /// What `git ARGUMENTS` writes that reads `input`, with these settings over those of the repository.
    fn run_with<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(
        &self,
        arguments: I,
        input: &[u8],
        settings: &[(String, String)],
    ) -> Result<Vec<u8>, GitError> {
        output_of(&self.root, self.inherit, arguments, input, settings)
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
            GitError::Refused { .. } => GitError::Unknown(crate::source::escape_controls(revision)),
            other => other,
        })?;
        Ok(String::from_utf8_lossy(line(&out)).into_owned())
    }
}

/// The paths of an answer that was asked for with `-z`.
pub fn paths(answer: &[u8]) -> impl Iterator<Item = PathBuf> + '_ {
    answer.split(|byte| *byte == 0).filter(|name| !name.is_empty()).map(path)
}

/// An answer of one line without its end.
fn line(answer: &[u8]) -> &[u8] {
    answer.strip_suffix(b"\n").unwrap_or(answer)
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

/// A path as git reads it between NULs.
#[cfg(unix)]
fn bytes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt as _;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(not(unix))]
fn bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}

#[cfg(test)]
mod tests;
