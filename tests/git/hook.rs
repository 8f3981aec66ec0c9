//! `--pre-commit`: what pre-commit and git say in variables decides which change is judged. That they say it is shown with the
//! real pre-commit, in `tests/adoption/hooks.rs`.

use crate::project::{DEV, Project, both};
use crate::repository::Repo;

const BAD: &str = "ALTER TABLE public.accounts DROP COLUMN email;\n";
const NEW: &str = "supabase/migrations/3.sql";

#[test]
fn without_a_commit_what_is_staged_is_judged_and_else_everything() {
    let repo = Repo::of(Project::broken());
    assert_eq!(repo.judge(&["--pre-commit"]).findings(), both(), "nothing is staged, and nobody commits");
    repo.write(NEW, BAD);
    assert_eq!(repo.judge(&["--pre-commit"]).findings().len(), 3, "what is not staged is there too");
    repo.git(&["add", "--all"]);
    repo.write(NEW, "SELECT 1;\n");
    assert_eq!(repo.judge(&["--pre-commit"]).findings(), [format!("no-drop-column {NEW}:1")]);
}

#[test]
fn in_a_hook_of_git_only_what_is_staged_counts() {
    let repo = Repo::of(Project::broken());
    let index = repo.path(".git/index");
    let hook = [("GIT_INDEX_FILE", index.to_str().unwrap())];
    let report = repo.judge_with(&hook, &["--pre-commit"]);
    assert_eq!((report.status, report.findings()), (0, vec![]), "a new message for old findings");
    assert!(report.notices().contains("there is nothing to judge"), "{}", report.notices());
    repo.write(NEW, BAD);
    repo.git(&["add", "--all"]);
    assert_eq!(repo.judge_with(&hook, &["--pre-commit"]).findings(), [format!("no-drop-column {NEW}:1")]);
}

#[test]
fn commits_that_are_named_are_judged_where_they_are_checked_out() {
    let repo = Repo::of(Project::broken());
    repo.write(NEW, BAD);
    repo.commit("bad");
    let named = |from: &str, to: &str| {
        repo.judge_with(&[("PRE_COMMIT_FROM_REF", from), ("PRE_COMMIT_TO_REF", to)], &["--pre-commit"])
    };
    assert_eq!(named("main", "HEAD").findings(), [format!("no-drop-column {NEW}:1")]);
    assert_eq!(named("main", "work").findings(), [format!("no-drop-column {NEW}:1")]);
    assert_eq!(named("HEAD", "HEAD").findings(), Vec::<String>::new());
    let other = named("main", "main");
    assert_eq!((other.status, other.verdict()), (2, "no-verdict"));
    assert!(other.problems()[0].contains("main, and HEAD is another commit"), "{:?}", other.problems());
    assert_eq!(named("nowhere", "HEAD").problems(), ["--changed: git knows no commit `nowhere`"]);
    assert_eq!(named("main", "--upload-pack=x").status, 2);
}

#[test]
fn it_stands_alone_and_in_a_repository() {
    let repo = Repo::new();
    for other in ["--staged", "--changed"] {
        repo.preflight(&["check", "--pre-commit", other]).exits(2).says("cannot be used with");
    }
    let project = Project::broken();
    let report = project.check(&["--pre-commit"]);
    assert_eq!(report.status, 2);
    assert_eq!(report.problems(), ["--pre-commit: the folder lies in no git repository"]);
    project.run(&["check", "--pre-commit", "-q"]).exits(2);
    let first = Repo::new();
    first.git(&["update-ref", "-d", "HEAD"]);
    first.write(DEV, "LOG_LEVEL=VERBOSE\n");
    first.git(&["add", "--all"]);
    let findings = first.judge(&["--pre-commit"]).findings();
    assert_eq!(findings, [format!("log-level-is-known {DEV}:1")], "before the first commit all that is staged is new");
}
