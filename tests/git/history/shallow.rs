//! Clones that have only the end of the history.

use super::{ONE, at, repo};
use crate::repository::{Repo, git_in, preflight_in};

#[test]
fn a_shallow_clone_works_as_far_as_it_reaches_and_says_what_depth_it_needs() {
    let repo = repo();
    repo.git(&["checkout", "--quiet", "main"]);
    for number in 0..6 {
        repo.commit(&format!("earlier {number}"));
    }
    repo.git(&["checkout", "--quiet", "-B", "work"]);
    repo.replace(&at(ONE), "-- in grams", "-- in kilograms");
    repo.write(&at("20260104090000_labels.sql"), "CREATE TABLE labels (id bigint);\n");
    repo.commit("second");
    repo.git(&["checkout", "--quiet", "main"]);
    for number in 0..3 {
        repo.commit(&format!("later {number}"));
    }
    let (_keep, folder) = Repo::beside();
    let source = format!("file://{}", repo.folder().display());
    git_in(&folder, &["clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=work", &source, "clone"]);
    let clone = folder.join("clone");
    let judge = |arguments: &[&str]| {
        let mut command = preflight_in(&clone);
        command.env("CI", "true").args(["check", "--format", "json"]).args(arguments);
        crate::project::Run::of(&mut command).report()
    };
    let report = judge(&[]);
    assert_eq!((report.status, report.findings()), (0, vec![]));
    let undecided = report.json["undecided"].as_array().unwrap();
    assert_eq!(undecided.len(), 1, "one line, however many migrations: {undecided:?}");
    let message = undecided[0]["message"].as_str().unwrap();
    assert!(
        message.starts_with(&format!("{} and 3 others cannot be compared with what they were: ", at(ONE))),
        "{message}"
    );
    assert!(undecided[0]["help"].as_str().unwrap().contains("fetch-depth: 0"), "{undecided:?}");
    assert_eq!(judge(&["--strict"]).status, 1);
    let report = judge(&["--base", "origin/main"]);
    assert_eq!((report.status, report.problem()["path"].as_str()), (2, Some("--base")));
    assert!(report.problem()["help"].as_str().unwrap().contains("fetch-depth: 0"));
    let message = report.problem()["message"].as_str().unwrap();
    assert!(
        message.ends_with("is shallow: it has 1 commit of origin/main and 1 commit of HEAD, and they part before"),
        "{message}"
    );
    // With enough of it the base is known; what was before its end is not.
    git_in(&clone, &["fetch", "--quiet", "--depth=4", "origin"]);
    let report = judge(&[]);
    assert_eq!(report.findings(), [format!("history-is-append-only {}:2", at(ONE))]);
    let undecided = report.json["undecided"].as_array().unwrap();
    let message = undecided[0]["message"].as_str().unwrap();
    assert_eq!(undecided.len(), 1, "{undecided:?}");
    assert!(message.contains("may have been there once: this clone is shallow"), "{message}");
    git_in(&clone, &["fetch", "--quiet", "--unshallow"]);
    let report = judge(&[]);
    assert_eq!(report.findings(), [format!("history-is-append-only {}:2", at(ONE))]);
    assert_eq!(report.json["undecided"], serde_json::json!([]));
}

#[test]
fn a_request_that_was_checked_out_without_its_target_is_compared_with_the_first_parent_of_the_merge() {
    let repo = repo();
    repo.replace(&at(ONE), "-- in grams", "-- in tons");
    repo.commit("second");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.commit("later");
    repo.git(&["checkout", "--quiet", "--detach"]);
    repo.git(&["merge", "--quiet", "--no-ff", "--no-edit", "work"]);
    repo.git(&["update-ref", "refs/pull/1/merge", "HEAD"]);
    let (_keep, folder) = Repo::beside();
    git_in(&folder, &["init", "--quiet", "clone"]);
    let clone = folder.join("clone");
    let source = format!("file://{}", repo.folder().display());
    for (depth, known) in [("1", false), ("2", true)] {
        git_in(
            &clone,
            &["fetch", "--quiet", "--depth", depth, &source, "+refs/pull/1/merge:refs/remotes/pull/1/merge"],
        );
        git_in(&clone, &["checkout", "--quiet", "refs/remotes/pull/1/merge"]);
        let mut command = preflight_in(&clone);
        command.envs([("CI", "true"), ("GITHUB_BASE_REF", "main")]).args(["check", "--format", "json"]);
        let report = crate::project::Run::of(&mut command).report();
        let expected = format!("history-is-append-only {}:2", at(ONE));
        assert_eq!(report.findings(), if known { vec![expected] } else { vec![] }, "depth {depth}");
        assert_eq!(report.json["undecided"].as_array().unwrap().is_empty(), known, "depth {depth}");
        if !known {
            let help = report.json["undecided"][0]["help"].as_str().unwrap();
            assert!(help.contains("git fetch origin main:refs/remotes/origin/main"), "{help}");
            assert!(help.contains("`fetch-depth: 2` is enough"), "{help}");
        }
    }
}

#[test]
fn what_a_shallow_clone_is_told_to_fetch_is_enough() {
    let repo = repo();
    repo.git(&["checkout", "--quiet", "main"]);
    repo.replace(&at(ONE), "-- in grams", "-- in kilograms");
    repo.commit("pushed");
    let (_keep, folder) = Repo::beside();
    let source = format!("file://{}", repo.folder().display());
    git_in(&folder, &["clone", "--quiet", "--depth=1", "--branch=main", &source, "clone"]);
    let clone = folder.join("clone");
    let judge = |arguments: &[&str]| {
        let mut command = preflight_in(&clone);
        command.env("CI", "true").args(["check", "--format", "json"]).args(arguments);
        crate::project::Run::of(&mut command).report()
    };
    let fetch = |help: &str| {
        let words = help.split_once("git fetch ").unwrap().1.split([' ', ',']).next().unwrap().to_owned();
        git_in(&clone, &["fetch", "--quiet", &words]);
    };
    // What was pushed to the branch itself is compared with the commit before: a depth of 2, and no more.
    let undecided = judge(&[]).json["undecided"][0].clone();
    assert!(
        undecided["message"].as_str().unwrap().contains("the commit before HEAD is not in this clone"),
        "{undecided}"
    );
    let help = undecided["help"].as_str().unwrap();
    assert!(help.contains("fetch-depth: 2") && help.contains("--deepen=1,"), "{help}");
    fetch(help);
    assert_eq!(judge(&[]).findings(), [format!("history-is-append-only {}:2", at(ONE))]);
    // A branch that parted further back.
    repo.git(&["checkout", "--quiet", "work"]);
    (0..3).for_each(|number| repo.commit(&format!("own {number}")));
    git_in(&folder, &["clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=work", &source, "other"]);
    let clone = folder.join("other");
    let mut command = preflight_in(&clone);
    let report = crate::project::Run::of(command.args(["check", "--format", "json", "--base", "origin/main"])).report();
    let help = report.problem()["help"].as_str().unwrap().to_owned();
    let words = help.split_once("git fetch ").unwrap().1.split(' ').next().unwrap().to_owned();
    git_in(&clone, &["fetch", "--quiet", &words]);
    let mut command = preflight_in(&clone);
    let report = crate::project::Run::of(command.args(["check", "--format", "json", "--base", "origin/main"])).report();
    assert_eq!((report.status, report.findings()), (0, vec![]), "{help}");
}
