//! What a change is compared with.

use super::{GitError, Repository, line};

/// The state before a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// The hash of the commit, or of the empty tree before the first one.
    pub commit: String,
    /// How it is named in sentences: `main (1a2b3c4d5e6f)`.
    pub shown: String,
}

/// The variables in which a CI runner names the branch that a request is to be merged into: GitHub Actions (set for
/// `pull_request` only) and GitLab CI (set in merge request pipelines only).
pub const TARGETS: &[&str] = &["GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"];

impl Repository {
    /// Where a branch began: the last commit that `asked` and HEAD have in common. Without `asked` it is the branch that
    /// a CI runner names in `variable`, else the default branch of `origin`, else `main` or `master`.
    ///
    /// # Errors
    /// No such branch, or no common ancestor: in a shallow clone it may be missing.
    pub fn base(&self, asked: Option<&str>, variable: impl Fn(&str) -> Option<String>) -> Result<Base, GitError> {
        let asked = match asked {
            Some(asked) => Some((self.commit(asked)?, asked.to_owned())),
            None => None,
        };
        let head = match self.commit("HEAD") {
            Ok(head) => head,
            // Before the first commit everything is new, unless somebody says what it is compared with.
            Err(GitError::Unknown(_)) => {
                return match asked {
                    Some((commit, name)) => Ok(named(commit, &name)),
                    None => self.nothing(),
                };
            }
            Err(error) => return Err(error),
        };
        let (commit, name) = match asked {
            Some(asked) => asked,
            None => self.usual(variable)?,
        };
        match self.run(["merge-base", "--end-of-options", &commit, &head]) {
            Ok(out) => Ok(named(String::from_utf8_lossy(line(&out)).into_owned(), &name)),
            Err(GitError::Refused { .. }) => Err(GitError::NoCommonHistory { base: name, shallow: self.is_shallow() }),
            Err(error) => Err(error),
        }
    }

    /// What the next commit is compared with: HEAD, or nothing before the first commit.
    ///
    /// # Errors
    /// Those of git.
    pub fn head(&self) -> Result<Base, GitError> {
        match self.commit("HEAD") {
            Ok(commit) => Ok(Base { commit, shown: "HEAD".to_owned() }),
            Err(GitError::Unknown(_)) => self.nothing(),
            Err(error) => Err(error),
        }
    }

    /// A commit by its name.
    ///
    /// # Errors
    /// No such commit, or the name begins with `-`.
    pub fn named(&self, revision: &str) -> Result<Base, GitError> {
        Ok(named(self.commit(revision)?, revision))
    }

    /// The empty tree.
    fn nothing(&self) -> Result<Base, GitError> {
        let out = self.run(["hash-object", "-t", "tree", "--stdin"])?;
        let commit = String::from_utf8_lossy(line(&out)).into_owned();
        Ok(Base { commit, shown: "the empty repository".to_owned() })
    }

    /// The branch that a change is usually merged into.
    fn usual(&self, variable: impl Fn(&str) -> Option<String>) -> Result<(String, String), GitError> {
        let target = TARGETS.iter().find_map(|name| variable(name).filter(|branch| !branch.is_empty()));
        let candidates: Vec<String> = match target {
            // Whoever names the branch means no other one.
            Some(branch) => vec![format!("refs/remotes/origin/{branch}"), format!("refs/heads/{branch}")],
            None => {
                let usual = ["remotes/origin/HEAD", "remotes/origin/main", "remotes/origin/master"];
                let own = ["heads/main", "heads/master"];
                usual.iter().chain(&own).map(|name| format!("refs/{name}")).collect()
            }
        };
        let shown = |name: &str| {
            let short = name.trim_start_matches("refs/").trim_start_matches("heads/").trim_start_matches("remotes/");
            crate::source::escape_controls(short)
        };
        for name in &candidates {
            match self.commit(name) {
                // `origin/HEAD` says less than the branch that it stands for.
                Ok(commit) => {
                    let branch = self.run(["symbolic-ref", "--quiet", name]);
                    let branch = branch.map(|out| String::from_utf8_lossy(line(&out)).into_owned());
                    return Ok((commit, shown(&branch.unwrap_or_else(|_| name.clone()))));
                }
                Err(GitError::Unknown(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(GitError::NoBase(candidates.iter().map(|name| shown(name)).collect()))
    }
}

fn named(commit: String, name: &str) -> Base {
    let short: String = commit.chars().take(12).collect();
    let name = crate::source::escape_controls(name);
    let shown = if commit.starts_with(&name) { short } else { format!("{name} ({short})") };
    Base { commit, shown }
}
