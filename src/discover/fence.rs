//! How far a path of a configuration may lead: a pull request can edit a configuration, and must not make the program
//! read, and quote, what lies elsewhere on the machine.

use super::absolute;
use std::path::{Path, PathBuf};

/// What no path of a configuration leaves: the repository that its folder lies in, or that folder where there is none.
#[derive(Clone, Debug)]
pub struct Fence {
    root: PathBuf,
    is_repository: bool,
}

impl Fence {
    /// The fence of a configuration in `folder`. A repository is known by its `.git`; no process is started.
    pub fn around(folder: &Path) -> Self {
        let folder = real(folder);
        let repository = folder.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok());
        let is_repository = repository.is_some();
        Self { root: repository.map(Path::to_path_buf).unwrap_or(folder), is_repository }
    }

    /// Its top folder, links resolved.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether it goes round a repository.
    pub fn is_repository(&self) -> bool {
        self.is_repository
    }

    /// What must not be left, in words.
    pub fn words(&self) -> &'static str {
        if self.is_repository { "the repository" } else { "the folder of preflight.yaml" }
    }

    /// Whether a path, links and `..` resolved, stays within.
    pub fn holds(&self, path: &Path) -> bool {
        real(path).starts_with(&self.root)
    }
}

/// A path with its links resolved, as far as it exists.
pub fn real(path: &Path) -> PathBuf {
    let path = absolute(path, Path::new("/"));
    for above in path.ancestors() {
        if let Ok(real) = above.canonicalize() {
            return path.strip_prefix(above).map_or(real.clone(), |rest| absolute(rest, &real));
        }
    }
    path
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_and_dots_lead_out_of_a_folder_and_stay_in_a_repository() {
        let top = tempfile::tempdir().unwrap();
        let at = |path: &str| top.path().join(path);
        fs::create_dir_all(at("repo/app/env")).unwrap();
        fs::create_dir_all(at("elsewhere")).unwrap();
        symlink("../../elsewhere", at("repo/app/out")).unwrap();
        symlink("../policies", at("repo/app/in")).unwrap();
        let alone = Fence::around(&at("repo/app"));
        assert!(!alone.is_repository() && alone.holds(&at("repo/app/env/gone.env")));
        assert!(!alone.holds(&at("repo/app/../policies")) && !alone.holds(&at("repo/app/out/x")));
        fs::create_dir(at("repo/.git")).unwrap();
        let fence = Fence::around(&at("repo/app"));
        assert_eq!((fence.is_repository(), fence.words()), (true, "the repository"));
        assert!(fence.holds(&at("repo/app/../policies")) && fence.holds(&at("repo/app/in")));
        assert!(!fence.holds(&at("repo/app/out/x")) && !fence.holds(Path::new("/etc/passwd")));
    }
}
