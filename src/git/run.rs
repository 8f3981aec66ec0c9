//! Starting git: its messages in English, and nothing started that a repository's configuration names.

use super::GitError;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

/// Which of the variables that git sets for its hooks are passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inherit {
    /// None: the folder says which repository is meant.
    Nothing,
    /// The index: `git commit -a` and `git commit FILE` run their hooks with one of their own.
    Index,
    /// All: nothing else says where the repository is.
    All,
}

/// The variables that say where a repository is; git's `rev-parse --local-env-vars` without its configuration.
const PLACES: &[&str] = &[
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
];

/// The variables that say where an index and its objects are.
const INDEX: &[&str] = &["GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"];

/// Whether the process was started with variables that say which repository is meant.
pub(super) fn has_environment() -> bool {
    PLACES.iter().chain(INDEX).any(|name| std::env::var_os(name).is_some())
}

/// Whether the process was started with variables that name a repository away from its work tree.
pub(super) fn names_work_tree() -> bool {
    ["GIT_DIR", "GIT_WORK_TREE"].iter().all(|name| std::env::var_os(name).is_some())
}

/// A git command in a folder, with nothing on its standard input.
pub(super) fn command<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(
    folder: &Path,
    inherit: Inherit,
    arguments: I,
) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-pager"]);
    command.args(arguments).stdin(Stdio::null());
    let dropped: [&[&str]; 2] = match inherit {
        Inherit::Nothing => [PLACES, INDEX],
        Inherit::Index => [PLACES, &[]],
        Inherit::All => [&[], &[]],
    };
    dropped.into_iter().flatten().for_each(|name| {
        command.env_remove(name);
    });
    // A clone that left objects out would start the transport that its configuration names.
    command.env("GIT_NO_LAZY_FETCH", "1");
    command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0");
    command
}

/// What git writes.
pub(super) fn output<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(
    folder: &Path,
    inherit: Inherit,
    arguments: I,
) -> Result<Vec<u8>, GitError> {
    output_of(folder, inherit, arguments, b"", &[])
}

/// What git writes that reads `input`, with these settings over those of the repository.
pub(super) fn output_of<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(
    folder: &Path,
    inherit: Inherit,
    arguments: I,
    input: &[u8],
    settings: &[(String, String)],
) -> Result<Vec<u8>, GitError> {
    let arguments: Vec<OsString> = arguments.into_iter().map(|argument| argument.as_ref().to_owned()).collect();
    let mut command = command(folder, inherit, &arguments);
    set(&mut command, settings);
    let out = answer(&mut command, input).map_err(|error| GitError::Missing(error.kind()))?;
    if out.status.success() {
        return Ok(out.stdout);
    }
    let name = arguments.first().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let said = String::from_utf8_lossy(&out.stderr);
    let said = said.lines().find(|line| line.starts_with("fatal: ")).or_else(|| said.lines().next());
    let said = crate::source::escape_controls(said.unwrap_or("it does not say why"));
    Err(GitError::Refused { command: name, said })
}

/// Runs it, writing and reading at the same time: either side may fill its pipe first.
fn answer(command: &mut Command, input: &[u8]) -> io::Result<std::process::Output> {
    if input.is_empty() {
        return command.output();
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let stdin = child.stdin.take();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // git may answer before it has read all; what it says then is what counts.
            stdin.map(|mut stdin| stdin.write_all(input))
        });
        child.wait_with_output()
    })
}

/// Adds settings behind those that the environment has, in the way that allows any name.
fn set(command: &mut Command, settings: &[(String, String)]) {
    if settings.is_empty() {
        return;
    }
    let before = std::env::var("GIT_CONFIG_COUNT").ok().and_then(|count| count.parse::<usize>().ok()).unwrap_or(0);
    for (index, (key, value)) in settings.iter().enumerate() {
        command.env(format!("GIT_CONFIG_KEY_{}", before + index), key);
        command.env(format!("GIT_CONFIG_VALUE_{}", before + index), value);
    }
    command.env("GIT_CONFIG_COUNT", (before + settings.len()).to_string());
}
