//! What a history once had.

use super::{Base, GitError, Repository, bytes, paths};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

impl Repository {
    /// The files below a folder that some commit up to `base` deleted or moved away, relative to the top; those that came
    /// back later are among them.
    ///
    /// # Errors
    /// Those of git.
    pub fn deleted_until(&self, base: &Base, folder: &Path) -> Result<Vec<PathBuf>, GitError> {
        let log = ["log", "--full-history", "--diff-filter=D", "--no-renames", "--name-only", "--format=", "-z"];
        let safe = ["--no-ext-diff", "--no-textconv", "--end-of-options", &base.commit, "--"];
        let mut arguments: Vec<OsString> = log.iter().chain(&safe).map(OsString::from).collect();
        if !folder.as_os_str().is_empty() {
            let mut literal = b":(top,literal)".to_vec();
            literal.extend(bytes(folder));
            arguments.push(super::path(&literal).into_os_string());
        }
        Ok(paths(&self.run(arguments)?).collect())
    }

    /// Whether the clone has only the end of the history.
    pub fn is_shallow(&self) -> bool {
        self.run(["rev-parse", "--is-shallow-repository"]).is_ok_and(|out| super::line(&out) == b"true")
    }
}
