//! What a change is compared with.

use super::{GitError, Repository, line};

/// The state before a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// The hash of the commit, or of the empty tree before the first one.
    pub commit: String,
    /// How it is named in sentences: `main (1a2b3c4d5e6f)`.
    pub shown: String,
    /// The commit that was named, where this is what it has in common with HEAD.
    pub tip: Option<Box<Base>>,
    /// What it has in common with HEAD besides: where branches were merged into each other crosswise, the last common
    /// commit is not one alone.
    pub others: Vec<Base>,
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
        let asked = asked.map(|asked| self.branch(asked)).transpose()?;
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
            None => self.usual(&variable)?,
        };
        match self.run(["merge-base", "--all", "--end-of-options", &commit, &head]) {
            Ok(out) => {
                let tip = Some(Box::new(named(commit, &name)));
                let out = String::from_utf8_lossy(&out).into_owned();
                let mut all = out.lines().map(|commit| named(commit.to_owned(), &name));
                let first = all.next().unwrap_or_else(|| named(head, &name));
                Ok(Base { tip, others: all.collect(), ..first })
            }
            Err(GitError::Refused { .. }) => {
                let here = self.is_shallow().then(|| (self.count(&commit), self.count(&head)));
                Err(GitError::NoCommonHistory { base: name, here })
            }
            Err(error) => Err(error),
        }
    }

    /// What the next commit is compared with: HEAD, or nothing before the first commit.
    ///
    /// # Errors
    /// Those of git.
    pub fn head(&self) -> Result<Base, GitError> {
        match self.commit("HEAD") {
            Ok(commit) => Ok(Base { commit, shown: "HEAD".to_owned(), tip: None, others: Vec::new() }),
            Err(GitError::Unknown(_)) => self.nothing(),
            Err(error) => Err(error),
        }
    }

    /// The commit before one: its first parent, or nothing before the first commit.
    ///
    /// # Errors
    /// Those of git: in a shallow clone it may be missing.
    pub fn parent(&self, commit: &str) -> Result<Base, GitError> {
        let parent = format!("{commit}^1");
        match self.commit(&parent) {
            Ok(found) => Ok(named(found, "the commit before")),
            Err(GitError::Unknown(_)) if !self.is_shallow() => self.nothing(),
            Err(GitError::Unknown(_)) => Err(GitError::NoParent),
            Err(error) => Err(error),
        }
    }

    /// The commit of a branch, here or at `origin`, before that of anything else of the same name, and how it is called.
    /// A clone for CI has no branch of its own but the one that it checks out: there the one at `origin` is meant.
    fn branch(&self, name: &str) -> Result<(String, String), GitError> {
        for full in [format!("refs/heads/{name}"), format!("refs/remotes/{name}")] {
            if let Ok(commit) = self.commit(&full) {
                return Ok((commit, name.to_owned()));
            }
        }
        match self.commit(name) {
            Ok(commit) => Ok((commit, name.to_owned())),
            Err(GitError::Unknown(unknown)) => match self.commit(&format!("refs/remotes/origin/{name}")) {
                Ok(commit) => Ok((commit, format!("origin/{name}"))),
                Err(_) => Err(GitError::Unknown(unknown)),
            },
            Err(error) => Err(error),
        }
    }

    /// How many commits a clone has of a branch.
    fn count(&self, commit: &str) -> usize {
        let out = self.run(["rev-list", "--count", "--end-of-options", commit]).unwrap_or_default();
        String::from_utf8_lossy(line(&out)).parse().unwrap_or(0)
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
        Ok(Base { commit, shown: "the empty repository".to_owned(), tip: None, others: Vec::new() })
    }

    /// The branch that a change is usually merged into.
    fn usual(&self, variable: &impl Fn(&str) -> Option<String>) -> Result<(String, String), GitError> {
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
        if let Some(found) = self.of_request(variable) {
            return Ok(found);
        }
        let branches = candidates.iter().map(|name| shown(name)).collect();
        Err(GitError::NoBase { branches, shallow: self.is_shallow() })
    }

    /// The branch that a request is to be merged into, where a CI runner did not fetch it: the first parent of the merge
    /// that it checked out, or the commit that it names.
    fn of_request(&self, variable: &impl Fn(&str) -> Option<String>) -> Option<(String, String)> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        if let Some(target) = set("GITHUB_BASE_REF") {
            let is_merge = self.commit("HEAD^2").is_ok();
            return is_merge.then(|| self.commit("HEAD^1").ok()).flatten().map(|commit| (commit, target));
        }
        let commit = self.commit(&set("CI_MERGE_REQUEST_DIFF_BASE_SHA")?).ok()?;
        Some((commit, set("CI_MERGE_REQUEST_TARGET_BRANCH_NAME").unwrap_or_else(|| "the target branch".to_owned())))
    }
}

fn named(commit: String, name: &str) -> Base {
    let short: String = commit.chars().take(12).collect();
    let name = crate::source::escape_controls(name);
    let shown = if commit.starts_with(&name) { short } else { format!("{name} ({short})") };
    Base { commit, shown, tip: None, others: Vec::new() }
}
