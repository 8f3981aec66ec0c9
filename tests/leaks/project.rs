//! A temporary project, and the command run in it with an environment that holds nothing.

use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with files.
pub struct Project {
    folder: TempDir,
}

/// What a command said.
#[derive(Debug)]
pub struct Outcome {
    pub stdout: String,
}

impl Project {
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self) -> PathBuf {
        // What `current_dir` says in the command, also where the temporary folder is a link.
        self.folder.path().canonicalize().unwrap()
    }

    pub fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        self.path().join(path)
    }

    /// With a file; folders are made.
    pub fn file(self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) -> Self {
        self.write(path, content);
        self
    }

    pub fn write(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        let path = self.at(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Runs `preflight` after a change of the command: its folder, its environment, its input.
    pub fn with(&self, args: &[&str], change: impl FnOnce(&mut assert_cmd::Command)) -> Outcome {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_preflight"));
        command.env_clear().current_dir(self.path()).args(args);
        change(&mut command);
        let output = command.output().unwrap();
        Outcome { stdout: String::from_utf8(output.stdout).unwrap() }
    }
}
