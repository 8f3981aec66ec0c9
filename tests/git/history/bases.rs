//! What migrations are compared with.

use super::{CONFIG, ONE, TWO, at, of_main, repo};
use crate::repository::{Repo, git_in, preflight_in};
use std::fs;
use std::path::Path;

#[test]
fn without_a_base_the_policies_say_that_they_are_not_judged_and_ci_needs_no_flag() {
    let repo = repo();
    repo.replace(&at(ONE), "-- in grams", "-- in kilograms");
    let report = repo.judge(&[]);
    assert_eq!((report.status, report.findings()), (0, vec![]));
    repo.preflight(&["check"]).exits(0).says("history-is-append-only, new-migrations-come-last").says("(--base)");
    let expected = format!("history-is-append-only {}:2", at(ONE));
    assert_eq!(repo.judge_with(&[("CI", "true")], &[]).findings(), [expected.as_str()]);
    // The branch that a request is to be merged into counts more than the default branch.
    repo.commit("second");
    repo.git(&["branch", "release"]);
    // What was pushed to it already is compared with the commit before.
    let report = repo.judge_with(&[("CI", "true"), ("GITHUB_BASE_REF", "release")], &[]);
    assert_eq!(report.findings(), [expected.as_str()]);
    assert!(report.notices().contains("migrations are compared with the commit before ("), "{}", report.notices());
    for no_ci in ["", "0", "false"] {
        assert_eq!(repo.judge_with(&[("CI", no_ci)], &[]).findings(), Vec::<String>::new(), "{no_ci}");
    }
    let report = repo.judge(&["--base", "release"]);
    assert_eq!((report.status, report.findings()), (0, vec![]));
    let itself = format!(
        "migrations are compared with release ({}), which is the commit that is checked out",
        &repo.git(&["rev-parse", "HEAD"])[..12]
    );
    assert!(report.notices().contains(&itself), "{}", report.notices());
}

#[test]
fn what_came_to_the_base_meanwhile_counts_once_the_branch_has_it() {
    let repo = repo();
    let (own, theirs) = (at("20260104090000_own.sql"), at("20260105090000_theirs.sql"));
    repo.write(&own, "CREATE TABLE own (id bigint);\n");
    repo.commit("own");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write(&theirs, "CREATE TABLE theirs (id bigint);\n");
    repo.commit("theirs");
    repo.git(&["checkout", "--quiet", "work"]);
    // An edit counts since where the branch began, the order by what the base has now.
    let expected = [format!("new-migrations-come-last {own}:1")];
    assert_eq!(repo.judge(&["--base", "main"]).findings(), expected, "as it lies beside the base");
    repo.git(&["branch", "merged"]);
    repo.git(&["rebase", "--quiet", "main"]);
    assert_eq!(repo.judge(&["--base", "main"]).findings(), expected, "rebased");
    repo.git(&["checkout", "--quiet", "merged"]);
    repo.git(&["merge", "--quiet", "--no-edit", "main"]);
    assert_eq!(repo.judge(&["--base", "main"]).findings(), expected, "merged");
    // What the merge itself brought along is no change of the branch.
    repo.git(&["mv", &own, &at("20260106090000_own.sql")]);
    assert_eq!(repo.judge(&["--base", "main"]).findings(), Vec::<String>::new());
}

#[test]
fn what_the_base_has_by_now_counts_whatever_the_branch_began_with() {
    let repo = repo();
    let (theirs, copy) = (at("20260105090000_theirs.sql"), at("20260106090000_copy.sql"));
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write(&theirs, "CREATE TABLE theirs (id bigint);\n");
    repo.write(&copy, "CREATE TABLE copy (id bigint);\n");
    repo.replace(&at(ONE), "-- in grams", "-- in tons");
    repo.remove(&at(TWO));
    repo.commit("theirs");
    repo.git(&["checkout", "--quiet", "work"]);
    let tip = of_main(&repo, "main");
    let late = at("20260104090000_late.sql");
    let twin = at("20260105090000_mine.sql");
    repo.write(&late, "CREATE TABLE late (id bigint);\n");
    repo.write(&twin, "CREATE TABLE mine (id bigint);\n");
    // What both sides did alike is no change of this one; what it did otherwise is.
    repo.replace(&at(ONE), "-- in grams", "-- in tons");
    repo.remove(&at(TWO));
    repo.write(&copy, "CREATE TABLE copy (id bigint, more text);\n");
    let report = repo.judge(&["--base", "main"]);
    let expected = [
        format!("new-migrations-come-last {late}:1"),
        format!("new-migrations-come-last {twin}:1"),
        format!("history-is-append-only {copy}:1"),
    ];
    assert_eq!(report.findings(), expected);
    let message = |index: usize| report.json["findings"][index]["message"].as_str().unwrap().to_owned();
    assert!(message(0).contains(&format!("{tip} has {copy}, which runs after it")), "{}", message(0));
    assert!(message(1).contains(&format!("{tip} has {theirs}, which has the same version")), "{}", message(1));
    assert!(message(2).contains(&format!("edited since {tip}")), "{}", message(2));
}

#[test]
fn a_branch_goes_before_a_tag_of_its_name() {
    let repo = repo();
    repo.replace(&at(ONE), "-- in grams", "-- in tons");
    repo.commit("second");
    repo.git(&["tag", "main"]);
    assert_eq!(repo.judge(&["--base", "main"]).findings(), [format!("history-is-append-only {}:2", at(ONE))]);
    repo.git(&["tag", "--annotate", "--message", "x", "v1"]);
    assert_eq!(repo.judge(&["--base", "v1"]).findings(), Vec::<String>::new());
}

#[test]
fn a_base_that_is_none_is_a_problem_and_without_a_repository_nothing_is_known() {
    let repo = repo();
    for (base, message) in [
        ("nowhere", "--base: git knows no commit `nowhere`"),
        ("--upload-pack=x", "--base: `--upload-pack=x` is no revision: it begins with `-`"),
    ] {
        let report = repo.judge(&[&format!("--base={base}")]);
        assert_eq!((report.status, report.problem()["message"].as_str()), (2, Some(message)));
    }
    repo.git(&["checkout", "--quiet", "--orphan", "alone"]);
    repo.commit("alone");
    let report = repo.judge(&["--base", "main"]);
    assert_eq!(
        (report.status, report.problem()["message"].as_str().unwrap().contains("no common ancestor")),
        (2, true)
    );
    fs::remove_dir_all(repo.path(".git")).unwrap();
    let report = repo.judge_with(&[("CI", "true")], &[]);
    assert_eq!((report.status, report.json["undecided"].as_array().unwrap().len()), (0, 1));
    assert_eq!(repo.judge(&["--base", "main"]).status, 2);
}

#[test]
fn nothing_is_asked_of_git_where_no_policy_asks() {
    let repo = repo();
    repo.write("preflight.yaml", CONFIG.replace("[history]", "[postgres]"));
    fs::remove_dir_all(repo.path(".git")).unwrap();
    fs::write(repo.path(".git"), "gitdir: /nowhere\n").unwrap();
    let report = repo.judge_with(&[("CI", "true")], &[]);
    assert_eq!(report.json["undecided"], serde_json::json!([]), "{}", report.json);
    assert!(Path::new(&repo.path(".git")).is_file());
}

#[test]
fn where_branches_were_merged_crosswise_what_any_of_their_common_commits_has_counts() {
    let repo = repo();
    let (left, right) = (at("20260104090000_left.sql"), at("20260105090000_right.sql"));
    repo.write(&left, "CREATE TABLE left_side (id bigint);\n-- of the left\n");
    repo.commit("left");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write(&right, "CREATE TABLE right_side (id bigint);\n-- of the right\n");
    repo.commit("right");
    // Each takes in what the other was before it took in the first.
    repo.git(&["branch", "before"]);
    repo.git(&["merge", "--quiet", "--no-edit", "work"]);
    repo.git(&["checkout", "--quiet", "work"]);
    repo.git(&["merge", "--quiet", "--no-edit", "before"]);
    assert_eq!(repo.git(&["merge-base", "--all", "main", "work"]).lines().count(), 2);
    let report = repo.judge(&["--base", "main"]);
    assert_eq!(report.findings(), Vec::<String>::new());
    assert!(report.notices().contains("merged crosswise"), "{}", report.notices());
    repo.replace(&left, "-- of the left", "-- of nobody");
    repo.remove(&right);
    let expected = [format!("history-is-append-only {left}:2"), format!("history-is-append-only {right}:1")];
    for arguments in [&["--base", "main"][..], &["--changed", "main"]] {
        let report = repo.judge(arguments);
        assert_eq!(report.findings(), expected, "{arguments:?}");
        // Each names the commit that has what is gone.
        let named = |index: usize, branch: &str, path: &str| {
            let commit = repo.git(&["log", "-1", "--format=%H", branch, "--", path]);
            let message = report.json["findings"][index]["message"].as_str().unwrap();
            assert!(message.contains(&commit[..12]), "{message} names {commit}");
        };
        named(0, "work", &left);
        named(1, "before", &right);
    }
}

#[test]
fn a_merge_that_deletes_what_both_sides_have_is_a_deletion() {
    let repo = repo();
    repo.commit("own");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.commit("theirs");
    repo.git(&["checkout", "--quiet", "work"]);
    repo.git(&["merge", "--quiet", "--no-commit", "--no-ff", "main"]);
    repo.git(&["rm", "--quiet", &at(TWO)]);
    repo.git(&["commit", "--quiet", "--message", "evil"]);
    assert_eq!(repo.judge(&["--base", "main"]).findings(), [format!("history-is-append-only {}:1", at(TWO))]);
    // On the base it is what the base once had.
    repo.git(&["checkout", "--quiet", "-B", "main", "work"]);
    repo.git(&["checkout", "--quiet", "-b", "again"]);
    repo.write(&at("20260104090000_late.sql"), "CREATE TABLE late (id bigint);\n");
    repo.write(&at("20260102090000_again.sql"), "CREATE TABLE again (id bigint);\n");
    let found = repo.judge(&["--base", "main"]).findings();
    assert!(found.contains(&format!("version-does-not-come-back {}:1", at("20260102090000_again.sql"))), "{found:?}");
}

#[test]
fn a_branch_that_only_its_origin_has_is_found_under_its_own_name() {
    let repo = repo();
    repo.replace(&at(ONE), "-- in grams", "-- in tons");
    repo.commit("second");
    let (_keep, folder) = Repo::beside();
    let source = format!("file://{}", repo.folder().display());
    git_in(&folder, &["clone", "--quiet", "--branch=work", &source, "clone"]);
    let clone = folder.join("clone");
    let judge = |base: &str| {
        let mut command = preflight_in(&clone);
        command.args(["check", "--format", "json", "--base", base]);
        crate::project::Run::of(&mut command).report()
    };
    for base in ["main", "origin/main", &repo.git(&["rev-parse", "main"]), &repo.git(&["rev-parse", "main"])[..9]] {
        assert_eq!(judge(base).findings(), [format!("history-is-append-only {}:2", at(ONE))], "{base}");
    }
    assert!(judge("main").notices().contains("compared with origin/main ("), "{}", judge("main").notices());
    // What it is told to do works: the branch is there then.
    repo.git(&["branch", "release", "main"]);
    let problem = judge("origin/release").problem().clone();
    let help = problem["help"].as_str().unwrap();
    let fetch = help.split_once("git fetch ").unwrap().1;
    git_in(&clone, &[&["fetch", "--quiet"][..], &fetch.split(' ').collect::<Vec<_>>()].concat());
    assert_eq!(judge("origin/release").findings(), [format!("history-is-append-only {}:2", at(ONE))]);
}

#[test]
fn without_a_configuration_files_with_well_known_names_are_compared() {
    let repo = repo();
    repo.remove("preflight.yaml");
    repo.commit("bare");
    repo.git(&["checkout", "--quiet", "-B", "main"]);
    repo.git(&["checkout", "--quiet", "-b", "bare"]);
    repo.replace(&at(ONE), "-- in grams", "-- in tons");
    repo.remove(&at(TWO));
    let early = at("20251231090000_early.sql");
    repo.write(&early, "CREATE TABLE early (id bigint);\n");
    let history = ["--policy", "history-is-append-only", "--policy", "new-migrations-come-last"];
    let judge = |arguments: &[&str]| repo.judge(&[arguments, &history].concat()).findings();
    let expected = [
        format!("new-migrations-come-last {early}:1"),
        format!("history-is-append-only {}:2", at(ONE)),
        format!("history-is-append-only {}:1", at(TWO)),
    ];
    assert_eq!(judge(&["--base", "main"]), expected);
    assert_eq!(judge(&[]), Vec::<String>::new());
    assert_eq!(repo.judge_with(&[("CI", "true")], &history).findings(), expected);
    repo.remove("supabase");
    repo.write("prod.env", "PORT=80\n");
    let report = repo.judge(&["--base", "main"]);
    assert_eq!(report.status, 2);
    assert!(report.problem()["message"].as_str().unwrap().starts_with("--base compares migrations"));
}

#[test]
fn a_base_that_no_policy_in_force_asks_for_is_said() {
    let repo = repo();
    repo.write("preflight.yaml", CONFIG.replace("[history]", "[postgres]"));
    let report = repo.judge(&["--base", "main"]);
    assert!(report.notices().contains("no policy in force asks"), "{}", report.notices());
}

#[test]
fn all_commits_of_a_push_are_compared_where_ci_says_what_was_there_before() {
    let repo = repo();
    repo.git(&["checkout", "--quiet", "main"]);
    let before = repo.git(&["rev-parse", "HEAD"]);
    repo.replace(&at(ONE), "-- in grams", "-- in tons");
    repo.commit("first of the push");
    repo.commit("second of the push");
    let (_keep, folder) = Repo::beside();
    let event = folder.join("event.json");
    fs::write(&event, format!("{{ \"ref\": \"refs/heads/main\", \"before\": \"{before}\" }}")).unwrap();
    let expected = [format!("history-is-append-only {}:2", at(ONE))];
    for variable in [("CI_COMMIT_BEFORE_SHA", before.as_str()), ("GITHUB_EVENT_PATH", event.to_str().unwrap())] {
        let report = repo.judge_with(&[("CI", "true"), variable], &[]);
        assert_eq!(report.findings(), expected, "{variable:?}");
        assert!(report.notices().contains("the branch before this push ("), "{}", report.notices());
    }
    // Else it is the commit before, and that is said.
    let zeros = "0".repeat(40);
    fs::write(&event, "{}").unwrap();
    for variable in [
        ("CI_COMMIT_BEFORE_SHA", zeros.as_str()),
        ("CI_COMMIT_BEFORE_SHA", &"a".repeat(40)),
        ("CI_COMMIT_BEFORE_SHA", "--output=x"),
        ("GITHUB_EVENT_PATH", event.to_str().unwrap()),
        ("GITHUB_EVENT_PATH", "/nonexistent"),
    ] {
        let report = repo.judge_with(&[("CI", "true"), variable], &[]);
        assert_eq!(report.findings(), Vec::<String>::new(), "{variable:?}");
        assert!(report.notices().contains("compared with the commit before ("), "{}", report.notices());
    }
}
