//! What git does with files: which it tracks, and which `git add .` would take. Two calls for each repository that files
//! lie in, whatever their number.

use super::{GitError, Repository, paths};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// What git does with the files of one repository.
#[derive(Debug)]
struct Files {
    tracked: HashSet<PathBuf>,
    addable: HashSet<PathBuf>,
}

/// What git does with files, asked of each repository once.
#[derive(Debug, Default)]
pub struct Tracking {
    repositories: HashMap<PathBuf, Result<Files, String>>,
}

impl Tracking {
    /// What git does with the file at an absolute path: `tracked`, `addable` (neither tracked nor ignored), `ignored`, or
    /// `outside` of every repository. A link is what it leads to: that is what is published.
    ///
    /// # Errors
    /// The file is gone, or git does not answer; in words that name no content.
    pub fn of(&mut self, path: &Path) -> Result<&'static str, String> {
        let whole = path.canonicalize().map_err(|error| format!("it cannot be reached: {}", error.kind()))?;
        let Some(root) = root(&whole) else { return Ok("outside") };
        let files = self.repositories.entry(root.to_path_buf()).or_insert_with(|| read(root));
        let files = files.as_ref().map_err(Clone::clone)?;
        let inside = whole.strip_prefix(root).unwrap_or(&whole);
        Ok(match (files.tracked.contains(inside), files.addable.contains(inside)) {
            (true, _) => "tracked",
            (false, true) => "addable",
            (false, false) => "ignored",
        })
    }
}

/// The nearest folder above a file that git looks after. A submodule and a repository inside another one have a `.git` of
/// their own: a folder, or a file that names one.
fn root(path: &Path) -> Option<&Path> {
    path.ancestors().skip(1).find(|folder| folder.join(".git").symlink_metadata().is_ok())
}

fn read(root: &Path) -> Result<Files, String> {
    let ask = |arguments: &[&str]| -> Result<HashSet<PathBuf>, GitError> {
        let answer = Repository::at(root).run_alone(arguments)?;
        Ok(paths(&answer).collect())
    };
    let tracked = ask(&["ls-files", "-z"]);
    let read = tracked.and_then(|tracked| {
        Ok(Files { tracked, addable: ask(&["ls-files", "-z", "--others", "--exclude-standard"])? })
    });
    read.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use std::fs;

    fn git(folder: &Path, arguments: &[&str]) {
        let repository = Repository::at(folder);
        let own = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always"];
        repository.run_alone(own.iter().chain(arguments)).unwrap();
    }

    fn write(folder: &Path, path: &str) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "A=1\n").unwrap();
    }

    #[test]
    fn every_file_is_in_one_of_four_states_whatever_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("a repository");
        fs::create_dir(&root).unwrap();
        git(&root, &["init", "--quiet"]);
        for path in [".env", "env dir/pröd api.env", "line\nbreak.env", "new.env", "gone.env", "kept/.env"] {
            write(&root, path);
        }
        fs::write(root.join(".gitignore"), "gone.env\nkept/\n").unwrap();
        git(&root, &["add", ".env", "env dir", "line\nbreak.env", ".gitignore"]);
        // what is ignored and was added all the same is tracked
        git(&root, &["add", "--force", "kept/.env"]);
        write(folder.path(), "outside.env");
        let mut tracking = Tracking::default();
        for (path, expected) in [
            (".env", "tracked"),
            ("env dir/pröd api.env", "tracked"),
            ("line\nbreak.env", "tracked"),
            ("kept/.env", "tracked"),
            ("new.env", "addable"),
            ("gone.env", "ignored"),
            ("../outside.env", "outside"),
        ] {
            assert_eq!(tracking.of(&root.join(path)), Ok(expected), "{path}");
        }
        assert!(tracking.of(&root.join("nowhere.env")).is_err());
        assert_eq!(tracking.repositories.len(), 1);
    }

    #[test]
    fn a_repository_inside_another_one_answers_for_its_own_files() {
        let folder = tempfile::tempdir().unwrap();
        let (outer, source) = (folder.path().join("outer"), folder.path().join("source"));
        for each in [&outer, &source, &outer.join("nested")] {
            fs::create_dir_all(each).unwrap();
            git(each, &["init", "--quiet"]);
            write(each, "kept.env");
        }
        git(&source, &["add", "kept.env"]);
        git(&source, &["commit", "--quiet", "-m", "one"]);
        git(&outer, &["submodule", "--quiet", "add", &source.to_string_lossy(), "module"]);
        write(&outer, "module/new.env");
        git(&outer.join("nested"), &["add", "kept.env"]);
        let mut tracking = Tracking::default();
        for (path, expected) in [
            ("module/kept.env", "tracked"),
            ("module/new.env", "addable"),
            ("nested/kept.env", "tracked"),
            ("kept.env", "addable"),
        ] {
            assert_eq!(tracking.of(&outer.join(path)), Ok(expected), "{path}");
        }
        // the repository is gone, its folder is not: git looks further up, and so do its files
        assert_eq!(tracking.repositories.len(), 3);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_what_it_leads_to() {
        let folder = tempfile::tempdir().unwrap();
        git(folder.path(), &["init", "--quiet"]);
        write(folder.path(), "real/.env");
        fs::write(folder.path().join(".gitignore"), "real\n").unwrap();
        std::os::unix::fs::symlink("real/.env", folder.path().join(".env")).unwrap();
        git(folder.path(), &["add", ".env"]);
        assert_eq!(Tracking::default().of(&folder.path().join(".env")), Ok("ignored"));
    }

    #[test]
    fn a_folder_that_git_refuses_is_said_and_not_taken_for_ignored() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".git")).unwrap();
        fs::write(folder.path().join(".git/HEAD"), "ref: nowhere").unwrap();
        write(folder.path(), ".env");
        let answer = Tracking::default().of(&folder.path().join(".env"));
        assert!(answer.is_err_and(|said| said.starts_with("git ls-files failed")));
    }
}
