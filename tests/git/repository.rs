//! A project in a git repository of its own.

use crate::project::{Project, Report, Run};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A project whose folder is a repository, on a branch `work` that began at `main`.
pub struct Repo {
    project: Project,
}

impl Deref for Repo {
    type Target = Project;

    fn deref(&self) -> &Project {
        &self.project
    }
}

/// git and preflight find their programs, and no configuration of a user or a machine.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("PATH", "/usr/local/bin:/usr/bin:/bin"),
    ("HOME", "/nonexistent"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_AUTHOR_NAME", "a"),
    ("GIT_AUTHOR_EMAIL", "a@example.org"),
    ("GIT_COMMITTER_NAME", "a"),
    ("GIT_COMMITTER_EMAIL", "a@example.org"),
];

/// Runs git in a folder; what it says, without the last line end.
#[track_caller]
pub fn git_in(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.env_clear().envs(ENVIRONMENT.iter().copied()).current_dir(folder);
    let out = command.args(["-c", "protocol.file.allow=always"]).args(arguments).output().unwrap();
    assert!(out.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap().trim_end().to_owned()
}

/// The program in a folder, in an environment that says where git is.
pub fn preflight_in(folder: &Path) -> assert_cmd::Command {
    let mut command = crate::project::command(folder);
    command.envs(ENVIRONMENT.iter().copied());
    command
}

impl Repo {
    /// One whose first commit is on `main` and holds a clean project.
    pub fn new() -> Self {
        Self::of(Project::clean())
    }

    /// One whose first commit is on `main` and holds a project.
    pub fn of(project: Project) -> Self {
        let repo = Self { project };
        repo.git(&["init", "--quiet", "--initial-branch=main"]);
        repo.commit("first");
        repo.git(&["checkout", "--quiet", "-b", "work"]);
        repo
    }

    #[track_caller]
    pub fn git(&self, arguments: &[&str]) -> String {
        git_in(&self.folder(), arguments)
    }

    /// Commits everything.
    #[track_caller]
    pub fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    pub fn preflight(&self, arguments: &[&str]) -> Run {
        Run::of(preflight_in(&self.folder()).args(arguments))
    }

    pub fn judge(&self, arguments: &[&str]) -> Report {
        self.preflight(&[&["check", "--format", "json"], arguments].concat()).report()
    }

    pub fn judge_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Report {
        let mut command = preflight_in(&self.folder());
        command.envs(variables.iter().copied()).args(["check", "--format", "json"]).args(arguments);
        Run::of(&mut command).report()
    }

    /// Another folder, for clones and the like.
    pub fn beside() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap();
        (folder, path)
    }
}
