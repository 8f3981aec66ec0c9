//! `check --pre-commit`: what the hook framework pre-commit runs a hook for, said in flags of a change. It names files to a
//! hook, of which a deleted one is none; what it judges is told by its variables, by git's, and by the index.

use super::args::ChangeArgs;
use super::variables;
use crate::finding::Problem;
use crate::git::{GitError, Repository};
use std::path::Path;

/// The commits between which pre-commit was asked to look: `--from-ref` and `--to-ref`, and before a push.
const FROM: &str = "PRE_COMMIT_FROM_REF";
const TO: &str = "PRE_COMMIT_TO_REF";

/// git names the index to the hooks of a commit, and to no other command.
const INDEX: &str = "GIT_INDEX_FILE";

/// The change that is to be judged; none where everything is.
///
/// # Errors
/// git cannot say, or the work tree does not hold what pre-commit asks about.
pub(super) fn change(folder: &Path) -> Result<ChangeArgs, Problem> {
    let failed =
        |error: GitError| Problem::path("git", "--pre-commit", format!("--pre-commit: {error}")).help(error.help());
    let Some(repository) = Repository::of(folder).map_err(failed)? else {
        let message = "--pre-commit: the folder lies in no git repository";
        return Err(Problem::path("git", "--pre-commit", message).help("Leave the flag out."));
    };
    if let Some(from) = variables::value(FROM) {
        let to = variables::value(TO).unwrap_or_else(|| "HEAD".to_owned());
        if repository.commit(&to).map_err(failed)? != repository.commit("HEAD").map_err(failed)? {
            let to = crate::source::escape_controls(&to);
            let message = format!("--pre-commit: what is asked about is {to}, and HEAD is another commit");
            return Err(Problem::path("git", "--pre-commit", message).help(format!("Check out {to} first.")));
        }
        return Ok(ChangeArgs { changed: Some(Some(from)), ..ChangeArgs::default() });
    }
    let staged = ChangeArgs { staged: true, ..ChangeArgs::default() };
    if variables::value(INDEX).is_some() {
        return Ok(staged);
    }
    let head = repository.head().map_err(failed)?;
    let is_empty = repository.staged_since(&head).map_err(failed)?.paths.is_empty();
    Ok(if is_empty { ChangeArgs::default() } else { staged })
}
