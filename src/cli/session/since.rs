//! What the migrations of a project are compared with, where a policy in force asks what became of them.

use super::compare::Compare;
use super::{Group, Session};
use crate::cli::Terminal;
use crate::cli::view::View;
use crate::config::Config;
use crate::discover::{Found, Place};
use crate::fact::Cause;
use crate::finding::Problem;
use crate::git::{Base, GitError, Repository};
use crate::history;
use crate::policy::PolicySet;
use crate::project::Since;

/// Which base is meant.
pub(super) enum Wanted {
    /// The one that the command line names with `--base`.
    Named(String),
    /// That of the change that is judged; of the next commit, the usual one.
    OfChange(Option<Base>),
    /// The usual one: a CI runner judges what is to be merged.
    Usual,
}

impl Session {
    /// Which base is meant; none where nobody asks for one.
    pub(super) fn wanted(&self, view: &View, terminal: &Terminal) -> Option<Wanted> {
        match (&self.base, view.compared.as_deref()) {
            (Some(named), _) => Some(Wanted::Named(named.clone())),
            (None, Some(compared)) => {
                Some(Wanted::OfChange(view.documents.words().is_none().then(|| compared.base.clone())))
            }
            (None, None) => (self.compares && terminal.around.ci).then_some(Wanted::Usual),
        }
    }

    /// The migrations of the base, where they are asked for. One that was named and cannot be had is a problem; of one that
    /// nobody named it is only not known.
    pub(super) fn since(
        &mut self,
        config: Option<&Config>,
        set: &PolicySet,
        group: &Group,
        place: Place<'_>,
        found: &[Found],
        terminal: &Terminal,
    ) -> Option<Since> {
        let has_history = match config {
            Some(config) => config.documents.iter().any(|entry| !entry.kind.runners.is_empty()),
            None => found.iter().any(|found| !found.kind.runners.is_empty()),
        };
        let asked = history::SINCE.iter().any(|field| set.asks(*field));
        if !has_history {
            if let (Some(_), None) = (&self.base, config) {
                let message = "--base compares migrations, and no file has a well-known name of one";
                let help = "Say in preflight.yaml where they are; `preflight init` writes one.";
                self.problems.push(Problem::path("git", "--base", message).help(help));
            }
            return None;
        }
        if let (false, true, Some(_)) = (asked, self.compares, &self.base) {
            let notice =
                "--base is not needed: no policy in force asks what became of migrations (the pack `history` has such)";
            self.notices.push(notice.to_owned());
        }
        if !asked && (self.compares || self.base.is_none()) {
            return None;
        }
        let wanted = self.wanted(&group.view, terminal)?;
        let config = group.config.as_deref().zip(config);
        match (Compare { config, place, found }).since(&wanted) {
            Ok((since, notice)) => {
                if !self.notices.contains(&notice) {
                    self.notices.push(notice);
                }
                Some(since)
            }
            Err((message, help)) => {
                if let Wanted::Named(_) = &wanted {
                    self.problems.push(Problem::path("git", "--base", format!("--base: {message}")).help(help));
                    return None;
                }
                let cause = Cause::new(message, help);
                Some(Since { base: history::Base::Unknown(cause), before: Vec::new(), ahead: Vec::new() })
            }
        }
    }
}

pub(super) fn words(error: GitError) -> (String, String) {
    let help = error.help().replace("--changed", "--base");
    (error.to_string(), help)
}

/// What a repository is compared with.
pub(super) fn base(repository: &Repository, wanted: &Wanted) -> Result<Base, GitError> {
    let variable = |name: &str| std::env::var(name).ok();
    match wanted {
        Wanted::Named(named) => repository.base(Some(named), variable),
        Wanted::OfChange(Some(base)) => Ok(base.clone()),
        // Whoever commits in a repository without a default branch builds on what is committed.
        Wanted::OfChange(None) => match repository.base(None, variable) {
            Err(GitError::NoBase { .. }) => repository.head(),
            base => base,
        },
        Wanted::Usual => {
            let base = repository.base(None, variable)?;
            let head = repository.commit("HEAD")?;
            // What was pushed to the branch itself is compared with the commit before.
            let is_pushed = head == base.commit && repository.changed_since(&base)?.paths.is_empty();
            match is_pushed {
                true => before_push(repository, variable).map_or_else(|| repository.parent(&head), Ok),
                false => Ok(base),
            }
        }
    }
}

/// Where a branch stood before what was pushed to it, which may be several commits: GitLab CI says it in a variable, GitHub
/// Actions in the file of the event. None where nobody says it, or the commit is not in this clone.
fn before_push(repository: &Repository, variable: impl Fn(&str) -> Option<String>) -> Option<Base> {
    let of_event = || {
        let text = std::fs::read_to_string(variable("GITHUB_EVENT_PATH")?).ok()?;
        let event: serde_json::Value = serde_json::from_str(&text).ok()?;
        event.get("before")?.as_str().map(str::to_owned)
    };
    let before = variable("CI_COMMIT_BEFORE_SHA").or_else(of_event)?;
    // A branch that is new had nothing before.
    let is_hash = before.len() >= 40 && before.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_hash || before.bytes().all(|byte| byte == b'0') {
        return None;
    }
    let base = repository.base(Some(&before), |_| None).ok()?;
    let shown = format!("the branch before this push ({})", base.shown);
    Some(Base { shown, ..base })
}
