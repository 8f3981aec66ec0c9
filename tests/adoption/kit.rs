//! What `scripts/prepare-adoption.sh` has built, and commands with it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The folder of this repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The version that is built.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Says that something cannot be tried here, and why; a failure where everything is required.
#[track_caller]
#[allow(clippy::print_stderr, reason = "a test that is left out says so")]
pub fn skipped(why: &str) {
    assert!(std::env::var_os("PREFLIGHT_REQUIRE_ADOPTION").is_none(), "{why}");
    eprintln!("SKIPPED {why}");
}

/// What was built.
#[derive(Clone, Debug)]
pub struct Kit(PathBuf);

impl Kit {
    /// It; none where nothing was prepared.
    pub fn of(test: &str) -> Option<Self> {
        let folder = root().join("target/adoption");
        if folder.join("dist/SHA256SUMS").is_file() {
            return Some(Self(folder));
        }
        skipped(&format!("{test}: scripts/prepare-adoption.sh was not run"));
        None
    }

    /// A folder of it.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The one file in `dist` with this beginning and this end.
    pub fn built(&self, begin: &str, end: &str) -> PathBuf {
        let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
        let all = fs::read_dir(self.folder("dist")).unwrap().map(|entry| entry.unwrap().path());
        let found: Vec<PathBuf> =
            all.filter(|path| name(path).starts_with(begin) && name(path).ends_with(end)).collect();
        assert_eq!(found.len(), 1, "{begin}…{end}: {found:?}");
        found[0].clone()
    }

    /// A tool from PyPI.
    pub fn tool(&self, name: &str) -> PathBuf {
        self.folder("venv/bin").join(name)
    }

    /// The program out of the archive, with the folder that it lies in: what somebody has who unpacks it.
    pub fn unpacked(&self) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let archive = self.built("preflight-", ".tar.gz");
        Ran::of(Command::new("tar").arg("xzf").arg(archive).arg("-C").arg(folder.path())).exits(0);
        let top = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
        (folder, top)
    }
}

/// A folder with links to these programs and no other: what is on a PATH where nothing else is installed.
pub fn path_of(names: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = std::env::var_os("PATH").unwrap();
    for name in names {
        let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
        let found = found.unwrap_or_else(|| panic!("there is no {name}"));
        std::os::unix::fs::symlink(found, folder.path().join(name)).unwrap();
    }
    folder
}

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    /// Both streams: who looks at a screen sees both.
    pub said: String,
}

impl Ran {
    #[track_caller]
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let Output { status, stdout, stderr } = output;
        let said = String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
        Self { status: status.code().unwrap_or_else(|| panic!("{command:?} was ended by a signal: {said}")), said }
    }

    #[track_caller]
    pub fn exits(&self, status: i32) -> &Self {
        assert_eq!(self.status, status, "{}", self.said);
        self
    }

    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.said.contains(text), "`{text}` is not in:\n{}", self.said);
        self
    }

    #[track_caller]
    pub fn does_not_say(&self, text: &str) -> &Self {
        assert!(!self.said.contains(text), "`{text}` is in:\n{}", self.said);
        self
    }
}

/// Copies a folder with all below it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
