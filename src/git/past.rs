//! What a history once had.

use super::{Base, GitError, Repository, bytes, paths};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

impl Repository {
    /// The files below a folder that some commit up to `commit` deleted or moved away, relative to the top; those that came
    /// back later are among them. A merge may delete what each of its sides has.
    ///
    /// # Errors
    /// Those of git.
    pub fn deleted_until(&self, commit: &Base, folder: &Path) -> Result<Vec<PathBuf>, GitError> {
        let log = ["log", "--full-history", "-m", "--diff-filter=D", "--no-renames", "--name-only", "--format=", "-z"];
        let safe = ["--no-ext-diff", "--no-textconv", "--end-of-options", &commit.commit, "--"];
        let mut arguments: Vec<OsString> = log.iter().chain(&safe).map(OsString::from).collect();
        if !folder.as_os_str().is_empty() {
            let mut literal = b":(top,literal)".to_vec();
            literal.extend(bytes(folder));
            arguments.push(super::path(&literal).into_os_string());
        }
        Ok(paths(&self.run(arguments)?).collect())
    }

    /// Whether a commit has anything at a path, relative to the top.
    pub fn has(&self, commit: &Base, path: &Path) -> bool {
        let mut object = format!("{}:", commit.commit).into_bytes();
        object.extend(bytes(path));
        let object = super::path(&object).into_os_string();
        self.run([OsString::from("cat-file"), OsString::from("-e"), object]).is_ok()
    }

    /// Whether the clone has only the end of the history.
    pub fn is_shallow(&self) -> bool {
        self.run(["rev-parse", "--is-shallow-repository"]).is_ok_and(|out| super::line(&out) == b"true")
    }
}
