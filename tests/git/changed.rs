//! What a pull request would change.

use crate::project::{DEV, DROP, Project, both};
use crate::repository::{Repo, git_in, preflight_in};

/// A line that drops a column.
const BAD: &str = "ALTER TABLE public.accounts DROP COLUMN email;\n";

#[test]
fn what_was_there_before_is_not_shown_and_what_is_new_is() {
    let repo = Repo::of(Project::broken());
    let report = repo.judge(&["--changed"]);
    assert_eq!((report.status, report.findings(), report.verdict()), (0, vec![], "clean"));
    assert!(report.notices().contains("none of 6 documents is changed since main ("), "{}", report.notices());
    assert!(report.notices().contains("2 findings are not of this change"), "{}", report.notices());
    let human = repo.preflight(&["check", "--changed"]);
    human.exits(0).says("Checked 0 changed of 6 documents").does_not_say("clean");
    for (state, path) in [("committed", "3.sql"), ("staged", "4.sql"), ("unstaged", "5.sql")] {
        let path = format!("supabase/migrations/{path}");
        repo.write(&path, BAD);
        match state {
            "committed" => repo.commit("c"),
            "staged" => drop(repo.git(&["add", "--all"])),
            _ => {}
        }
        let expected = format!("no-drop-column {path}:1");
        let report = repo.judge(&["--changed"]);
        assert!(report.status == 1 && report.findings().contains(&expected), "{state}: {:?}", report.findings());
        assert!(!report.findings().contains(&both()[1]), "{state}");
    }
    assert_eq!(repo.judge(&["--changed"]).json["totals"]["changed"], 3);
    repo.append("supabase/migrations/20260101000000_init.sql", BAD);
    assert_eq!(repo.judge(&["--changed", "main"]).findings().len(), 4);
    assert_eq!(repo.judge(&["--changed", "HEAD"]).findings().len(), 3, "the committed one was there");
    assert_eq!(repo.judge(&[]).findings().len(), 6, "without the flag all are shown");
}

#[test]
fn a_renamed_document_is_judged_under_its_new_name() {
    let repo = Repo::of(Project::broken());
    repo.git(&["mv", DROP, "supabase/migrations/2_é drop.sql"]);
    let report = repo.judge(&["--changed"]);
    assert_eq!(report.findings(), ["no-drop-column supabase/migrations/2_é drop.sql:1"]);
    repo.commit("renamed");
    assert_eq!(repo.judge(&["--changed"]).findings().len(), 1);
}

#[test]
fn names_with_blanks_quotes_line_ends_and_other_letters_are_names() {
    let repo = Repo::new();
    for name in ["a b.sql", "é.sql", "line\nend.sql", "\"quoted\".sql", "-flag.sql", "tab\t.sql", "★.sql"] {
        repo.write(&format!("supabase/migrations/{name}"), BAD);
        for flag in ["--changed", "--staged"] {
            repo.git(&["add", "--all"]);
            let report = repo.judge(&[flag]);
            assert_eq!((report.status, report.findings().len()), (1, 1), "{name:?} {flag}: {:?}", report.json);
        }
        repo.commit("one more");
        repo.git(&["checkout", "--quiet", "main"]);
        repo.git(&["merge", "--quiet", "work"]);
        repo.git(&["checkout", "--quiet", "work"]);
    }
    assert_eq!(repo.judge(&["--changed"]).findings().len(), 0);
}

const REQUIRE: &str = "  every-environment-has-a-level:
    severity: error
    why: w
    fix: f
    says: is missing
    require: { variable: { name: LOG_LEVEL }, each: { environment: [dev, prod] } }
  tables-are-locked:
    severity: error
    why: w
    fix: f
    says: has no row level security
    forbid: { table: { rls: false } }
";

#[test]
fn what_a_deletion_leaves_missing_is_a_finding_of_the_change() {
    let project = Project::broken();
    project.append("house.yaml", REQUIRE);
    project.write("env/stage/api.env", "X=1\n");
    project.write("supabase/migrations/2_rls.sql", "ALTER TABLE public.accounts ENABLE ROW LEVEL SECURITY;\n");
    let repo = Repo::of(project);
    assert_eq!(repo.judge(&["--changed"]).findings(), Vec::<String>::new());
    repo.remove(DEV);
    let missing = "every-environment-has-a-level env/dev/*.env missing";
    let report = repo.judge(&["--changed"]);
    assert_eq!((report.status, report.findings()), (1, vec![missing.to_owned()]));
    assert_eq!((&report.json["totals"]["changed"], &report.json["totals"]["gone"]), (&0.into(), &1.into()));
    repo.preflight(&["check", "--changed"])
        .says("Checked 0 changed of 7 documents")
        .says(", and 1 that is gone, against");
    assert_eq!(repo.judge(&["--staged"]).findings(), Vec::<String>::new(), "it is not staged yet");
    repo.git(&["rm", "--quiet", DEV]);
    assert_eq!(repo.judge(&["--staged"]).findings(), [missing]);
    // A migration that is gone changes what the table is, and the finding stands where the table is made.
    repo.remove("supabase/migrations/2_rls.sql");
    let open = "tables-are-locked supabase/migrations/20260101000000_init.sql:1";
    assert_eq!(repo.judge(&["--changed"]).findings(), [missing, open]);
}

#[test]
fn facts_still_come_from_everything() {
    let project = Project::clean();
    project.append(
        "house.yaml",
        "  no-secret-in-two-environments:
    severity: error
    why: w
    fix: f
    says: stands in two environments
    distinct: { credential: { secret: true }, by: [value], across: environment }
",
    );
    let secret = "SUPABASE_SECRET=sb_secret_MADEUPmadeupMADEUPprod_4e5F6g7H\n";
    project.write("env/dev/api.env", secret);
    project.write(".gitignore", "env/prod\n");
    let repo = Repo::of(project);
    repo.write("env/prod/api.env", secret);
    assert_eq!(repo.judge(&["--changed"]).findings().len(), 0, "a file that git ignores is in no pull request");
    repo.write("env/dev/api.env", format!("# moved\n{secret}"));
    for flag in ["--changed", "--staged"] {
        repo.git(&["add", "--all"]);
        let report = repo.judge(&[flag]);
        assert_eq!(report.findings(), ["no-secret-in-two-environments env/dev/api.env:2"], "{flag}");
    }
}

#[test]
fn one_change_of_a_document_brings_back_all_of_its_findings() {
    let repo = Repo::of(Project::broken());
    repo.append(DROP, "-- reviewed\n");
    assert_eq!(repo.judge(&["--changed"]).findings(), both()[1..]);
    assert_eq!(repo.judge(&["--changed", "--policy", "log-level-is-known"]).findings(), Vec::<String>::new());
}

#[test]
fn paths_narrow_a_change_too() {
    let repo = Repo::new();
    repo.write("env/dev/api.env", "LOG_LEVEL=VERBOSE\n");
    repo.write("supabase/migrations/3.sql", BAD);
    assert_eq!(repo.judge(&["env", "--changed"]).findings(), ["log-level-is-known env/dev/api.env:1"]);
    assert_eq!(repo.judge(&["--changed", "main", "supabase"]).findings().len(), 1);
    let report = repo.judge(&["--changed", "env"]);
    assert_eq!(report.problem()["message"], "--changed: git knows no commit `env`");
    assert!(report.problem()["help"].as_str().unwrap().contains("Paths stand before --changed"));
}

#[test]
fn a_runner_says_which_branch_is_the_target() {
    let repo = Repo::new();
    repo.write("supabase/migrations/3.sql", BAD);
    repo.commit("bad");
    repo.git(&["branch", "release/1"]);
    for variable in ["GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"] {
        assert_eq!(repo.judge_with(&[(variable, "main")], &["--changed"]).findings().len(), 1);
        assert_eq!(repo.judge_with(&[(variable, "release/1")], &["--changed"]).findings().len(), 0);
        assert_eq!(repo.judge_with(&[(variable, "")], &["--changed"]).findings().len(), 1, "as if it were not set");
        assert_eq!(repo.judge_with(&[(variable, "main")], &["--changed", "HEAD"]).findings().len(), 0);
        let report = repo.judge_with(&[(variable, "gone")], &["--changed"]);
        let message = "--changed: the branch to compare with is not known: there is no origin/gone, no gone";
        assert_eq!((report.status, &report.problem()["message"]), (2, &message.into()));
        let report = repo.judge_with(&[(variable, "--output=x")], &["--changed"]);
        assert_eq!(report.status, 2, "a name is no flag");
    }
    assert!(!repo.path("x").exists());
}

#[test]
fn the_default_branch_of_a_clone_is_what_its_origin_says() {
    let repo = Repo::of(Project::broken());
    repo.git(&["checkout", "--quiet", "main"]);
    repo.git(&["branch", "--move", "trunk"]);
    let (_keep, beside) = Repo::beside();
    git_in(&beside, &["clone", "--quiet", repo.folder().to_str().unwrap(), "clone"]);
    let clone = beside.join("clone");
    git_in(&clone, &["checkout", "--quiet", "--detach"]);
    std::fs::write(clone.join("supabase/migrations/3.sql"), BAD).unwrap();
    let run =
        || crate::project::Run::of(preflight_in(&clone).args(["check", "--changed", "--format", "json"])).report();
    assert_eq!(run().findings(), ["no-drop-column supabase/migrations/3.sql:1"]);
    git_in(&clone, &["remote", "set-head", "origin", "--delete"]);
    git_in(&clone, &["branch", "--quiet", "--delete", "--force", "trunk"]);
    let report = run();
    assert!(report.problem()["message"].as_str().unwrap().contains("there is no origin/HEAD, no origin/main"));
}

#[test]
fn a_shallow_clone_without_the_merge_base_is_no_verdict() {
    let repo = Repo::new();
    repo.write("supabase/migrations/3.sql", BAD);
    repo.commit("bad");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("README", "x");
    repo.commit("main went on");
    let (_keep, beside) = Repo::beside();
    let url = format!("file://{}", repo.folder().display());
    git_in(&beside, &["clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=work", &url, "clone"]);
    let clone = beside.join("clone");
    let run =
        || crate::project::Run::of(preflight_in(&clone).args(["check", "--changed", "--format", "json"])).report();
    let report = run();
    assert_eq!(report.status, 2);
    let message = "--changed: origin/main and HEAD have no common ancestor in this clone, which is shallow: it has 1 commit of origin/main and 1 commit of HEAD, and they part before";
    assert_eq!(report.problem()["message"], message);
    assert!(report.problem()["help"].as_str().unwrap().contains("git fetch --unshallow"));
    git_in(&clone, &["fetch", "--quiet", "--unshallow"]);
    assert_eq!(run().findings(), ["no-drop-column supabase/migrations/3.sql:1"]);
}

#[test]
fn a_merge_commit_is_compared_with_the_branch_that_it_merges_into() {
    let repo = Repo::new();
    repo.write("supabase/migrations/3.sql", BAD);
    repo.commit("bad");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("supabase/migrations/4.sql", BAD);
    repo.commit("main has one too");
    // As GitHub checks a pull request out: detached, at the merge of both.
    repo.git(&["checkout", "--quiet", "--detach", "main"]);
    repo.git(&["merge", "--quiet", "--no-ff", "--message", "merge", "work"]);
    let of_request = ["no-drop-column supabase/migrations/3.sql:1"];
    assert_eq!(repo.judge_with(&[("GITHUB_BASE_REF", "main")], &["--changed"]).findings(), of_request);
    repo.git(&["checkout", "--quiet", "work"]);
    repo.git(&["merge", "--quiet", "--no-ff", "--message", "merge", "main"]);
    assert_eq!(repo.judge(&["--changed"]).findings(), of_request, "what came from main is no part of the change");
}

#[test]
fn before_the_first_commit_everything_is_changed() {
    let project = Project::broken();
    git_in(&project.folder(), &["init", "--quiet"]);
    let run = |flag: &str| {
        crate::project::Run::of(preflight_in(&project.folder()).args(["check", "--format", "json", flag])).report()
    };
    let report = run("--changed");
    assert_eq!(report.findings(), both());
    let report = run("--staged");
    assert_eq!(report.problem()["message"], "the index has no preflight.yaml in . or above it");
    git_in(&project.folder(), &["add", "preflight.yaml", "house.yaml", "supabase", "env", "railway", "deploy"]);
    let report = run("--staged");
    assert_eq!(report.findings(), both());
    assert!(report.notices().contains("it is new"), "{}", report.notices());
}

#[test]
fn a_clone_without_old_contents_fetches_nothing() {
    let repo = Repo::of(Project::broken());
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write(DEV, "LOG_LEVEL=TRACE\n");
    repo.append("house.yaml", "# more\n");
    repo.commit("second");
    let (_keep, beside) = Repo::beside();
    let url = format!("file://{}", repo.folder().display());
    git_in(&beside, &["clone", "--quiet", "--filter=blob:none", &url, "clone"]);
    let clone = beside.join("clone");
    repo.git(&["config", "uploadpack.allowFilter", "false"]);
    git_in(&clone, &["remote", "set-url", "origin", "file:///nonexistent"]);
    std::fs::write(clone.join("supabase/migrations/3.sql"), BAD).unwrap();
    let run = |base: &str| {
        crate::project::Run::of(preflight_in(&clone).args(["check", "--format", "json", "--changed", base])).report()
    };
    assert_eq!(run("HEAD").findings(), ["no-drop-column supabase/migrations/3.sql:1"]);
    let report = run("HEAD~1");
    assert_eq!(report.findings().len(), 3, "what cannot be known of the old policies is judged: {:?}", report.json);
    assert!(report.notices().contains("this change edits house.yaml"), "{}", report.notices());
}
