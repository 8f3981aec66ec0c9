//! The files of a commit or of the index, and what they hold.

use super::run::command;
use super::{Base, GitError, Repository, path};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, PoisonError};

/// The hashes of an empty file, by SHA-1 and by SHA-256.
const EMPTY: &[&str] =
    &["e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"];

/// What a path is to git.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A file.
    File,
    /// A symbolic link: its bytes are where it leads.
    Link,
    /// Another repository.
    Submodule,
    /// A file of which a merge has left several versions.
    Conflict,
}

/// One path of a commit or of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the top of the repository.
    pub path: PathBuf,
    /// What it is.
    pub mode: Mode,
    /// The hash of what it holds.
    pub object: String,
}

impl Entry {
    pub(super) fn is_empty(&self) -> bool {
        EMPTY.contains(&self.object.as_str())
    }
}

/// The entries of an answer of `ls-files --stage -z` or `ls-tree -r -z`: `<mode> <words…> TAB <path> NUL`.
pub(super) fn listed(answer: &[u8]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in answer.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
        let Some(tab) = line.iter().position(|byte| *byte == b'\t') else { continue };
        let (head, name) = line.split_at(tab);
        let head = String::from_utf8_lossy(head);
        let words: Vec<&str> = head.split(' ').collect();
        // `100644 <hash> <stage>` of the index, `100644 blob <hash>` of a tree.
        let (mode, object, stage) = match words.as_slice() {
            [mode, "blob" | "commit" | "tree", object] => (*mode, *object, "0"),
            [mode, object, stage] => (*mode, *object, *stage),
            _ => continue,
        };
        let mode = match mode {
            _ if stage != "0" => Mode::Conflict,
            "120000" => Mode::Link,
            "160000" => Mode::Submodule,
            _ => Mode::File,
        };
        let path = path(name.get(1..).unwrap_or_default());
        if entries.last().is_none_or(|last| last.path != path) {
            entries.push(Entry { path, mode, object: object.to_owned() });
        }
    }
    entries
}

impl Repository {
    /// The files of a commit.
    ///
    /// # Errors
    /// Those of git.
    pub fn files_of(&self, commit: &Base) -> Result<Vec<Entry>, GitError> {
        Ok(listed(&self.run(["ls-tree", "-r", "-z", "--full-tree", "--end-of-options", &commit.commit])?))
    }

    /// What files hold, from one process that runs as long as it is asked.
    ///
    /// # Errors
    /// git cannot be started.
    pub fn blobs(&self) -> Result<Blobs, GitError> {
        let mut command = command(&self.root, self.inherit, ["cat-file", "--batch"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| GitError::Missing(error.kind()))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(GitError::Missing(std::io::ErrorKind::BrokenPipe));
        };
        Ok(Blobs(Mutex::new(Pipe { child, input: Some(input), output: BufReader::new(output) })))
    }
}

/// A running `git cat-file --batch`.
#[derive(Debug)]
pub struct Blobs(Mutex<Pipe>);

#[derive(Debug)]
struct Pipe {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Blobs {
    /// The bytes of an object; none where there are more than `largest`.
    ///
    /// # Errors
    /// The object is not in this clone, or git went away.
    pub fn read(&self, object: &str, largest: u64) -> Result<Option<Vec<u8>>, GitError> {
        let mut pipe = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pipe.read(object, largest).map_err(|said| GitError::Refused { command: "cat-file".to_owned(), said })
    }
}

impl Pipe {
    fn read(&mut self, object: &str, largest: u64) -> Result<Option<Vec<u8>>, String> {
        let gone = |error: std::io::Error| error.kind().to_string();
        let input = self.input.as_mut().ok_or("it has ended")?;
        input.write_all(format!("{object}\n").as_bytes()).and_then(|()| input.flush()).map_err(gone)?;
        let mut head = String::new();
        self.output.read_line(&mut head).map_err(gone)?;
        // `<hash> blob <size>`, or `<hash> missing`.
        let size = head.trim_end().split(' ').nth(2).and_then(|size| size.parse::<u64>().ok());
        let size = size.ok_or("the object is not in this clone: fetch it, or clone without a filter")?;
        let mut bytes = Vec::new();
        let mut rest = (&mut self.output).take(size);
        if size > largest {
            std::io::copy(&mut rest, &mut std::io::sink()).map_err(gone)?;
        } else {
            rest.read_to_end(&mut bytes).map_err(gone)?;
        }
        let mut end = [0];
        self.output.read_exact(&mut end).map_err(gone)?;
        Ok((size <= largest).then_some(bytes))
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        // It ends when it has nothing more to read.
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
