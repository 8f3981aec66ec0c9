//! What became of migrations since a base: the golden rule, with real repositories.

use crate::project::{Project, Report};
use crate::repository::{Repo, git_in, preflight_in};
use std::fs;
use std::path::Path;

const FOLDER: &str = "supabase/migrations";
const ONE: &str = "20260101090000_parcels.sql";
const TWO: &str = "20260102090000_waage und gewicht.sql";
const THREE: &str = "20260103090000_größe.sql";
const CONFIG: &str = "version: 1
packs: [history]
documents:
  - { files: \"supabase/migrations/*.sql\", kind: migration, runner: supabase }
";

fn at(name: &str) -> String {
    format!("{FOLDER}/{name}")
}

/// A project of three migrations, below a folder of its repository or at its top.
fn project(below: &str) -> Repo {
    let project = Project::empty();
    project.write(&format!("{below}preflight.yaml"), CONFIG);
    project.write(
        &format!("{below}{}", at(ONE)),
        "CREATE TABLE parcels (id bigint);\n-- in grams\nALTER TABLE parcels ADD COLUMN weight integer;\n",
    );
    project.write(&format!("{below}{}", at(TWO)), "CREATE TABLE scales (id bigint);\n");
    project.write(&format!("{below}{}", at(THREE)), "CREATE TABLE sizes (id bigint);\n");
    Repo::of(project)
}

fn repo() -> Repo {
    project("")
}

/// The messages of findings, without the commit.
fn messages(report: &Report) -> Vec<String> {
    let findings = report.json["findings"].as_array().unwrap().iter();
    let text = |finding: &serde_json::Value| finding["message"].as_str().unwrap().to_owned();
    let bare = |message: String| match message.split_once(" (") {
        Some((before, rest)) => {
            let (commit, after) = rest.split_once(')').unwrap();
            assert!(commit.len() == 12 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{commit}");
            format!("{before}{after}")
        }
        None => message,
    };
    findings.map(text).map(bare).collect()
}

fn of_main(repo: &Repo, shown: &str) -> String {
    format!("{shown} ({})", &repo.git(&["rev-parse", "main"])[..12])
}

#[test]
fn every_change_of_what_the_base_has_is_a_finding_at_its_first_line() {
    let repo = repo();
    repo.replace(&at(ONE), "-- in grams", "-- in kilograms");
    repo.remove(&at(TWO));
    repo.git(&["mv", &at(THREE), &at("20260103090001_größe.sql")]);
    repo.write(&at("20251231090000_early.sql"), "CREATE TABLE early (id bigint);\n");
    repo.write(&at("20260104090000_late.sql"), "CREATE TABLE late (id bigint);\n");
    let expected = [
        format!("new-migrations-come-last {}:1", at("20251231090000_early.sql")),
        format!("history-is-append-only {}:2", at(ONE)),
        format!("history-is-append-only {}:1", at(TWO)),
        format!("history-is-append-only {}:1", at("20260103090001_größe.sql")),
    ];
    let words = [
        format!(
            "{} comes before a migration that the base has: main has {}, which runs after it; where that has run, supabase stops at it, unless it is run with --include-all",
            at("20251231090000_early.sql"),
            at(THREE)
        ),
        format!("{} changes history: edited since main", at(ONE)),
        format!("{} changes history: deleted since main", at(TWO)),
        format!("{} changes history: main has it as {}", at("20260103090001_größe.sql"), at(THREE)),
    ];
    let notice = format!("migrations are compared with {}", of_main(&repo, "main"));
    // Untracked, staged and committed alike.
    for step in ["as it lies there", "added", "committed"] {
        match step {
            "added" => _ = repo.git(&["add", "--all"]),
            "committed" => repo.commit("second"),
            _ => {}
        }
        for arguments in [&["--base", "main"][..], &["--changed", "main"], &["--changed"]] {
            let report = repo.judge(arguments);
            assert_eq!((report.status, report.findings()), (1, expected.to_vec()), "{step}, {arguments:?}");
            assert_eq!(messages(&report), words, "{step}");
            assert!(report.notices().contains(&notice), "{}", report.notices());
        }
    }
    repo.preflight(&["check", "--base", "main"])
        .exits(1)
        .says("-- in kilograms")
        .says("CREATE TABLE scales (id bigint);")
        .says(&format!("edited since {}", of_main(&repo, "main")));
}

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
fn a_migration_of_the_branch_itself_may_change_until_it_is_merged() {
    let repo = repo();
    let own = at("20260104090000_labels.sql");
    repo.write(&own, "CREATE TABLE labels (id bigint);\n");
    repo.commit("second");
    repo.write(&own, "CREATE TABLE labels (id bigint, text text);\n");
    repo.git(&["add", "--all"]);
    for arguments in [&["--staged"][..], &["--base", "main"], &["--changed"]] {
        assert_eq!(repo.judge(arguments).findings(), Vec::<String>::new(), "{arguments:?}");
    }
    repo.replace(&at(ONE), "integer", "bigint");
    assert_eq!(repo.judge(&["--staged"]).findings(), Vec::<String>::new(), "it is not in the index");
    repo.git(&["add", "--all"]);
    assert_eq!(repo.judge(&["--staged"]).findings(), [format!("history-is-append-only {}:3", at(ONE))]);
    // Where there is no branch to compare with, what is committed counts.
    repo.git(&["commit", "--quiet", "--message", "third"]);
    repo.git(&["branch", "--quiet", "--move", "main", "trunk"]);
    assert_eq!(repo.judge(&["--staged"]).findings(), Vec::<String>::new());
    repo.replace(&own, "text text", "text varchar");
    repo.git(&["add", "--all"]);
    assert_eq!(repo.judge(&["--staged"]).findings(), [format!("history-is-append-only {own}:1")]);
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
fn a_folder_that_moves_with_its_pattern_is_compared_and_so_is_what_a_pattern_no_longer_reads() {
    let repo = repo();
    fs::create_dir_all(repo.path("db")).unwrap();
    repo.git(&["mv", FOLDER, "db/migrations"]);
    repo.write("preflight.yaml", CONFIG.replace("supabase/migrations", "db/migrations"));
    assert_eq!(repo.judge(&["--base", "main"]).findings(), Vec::<String>::new());
    repo.append(&format!("db/migrations/{ONE}"), "-- more\n");
    repo.remove(&format!("db/migrations/{TWO}"));
    let expected =
        [format!("history-is-append-only db/migrations/{ONE}:4"), format!("history-is-append-only {}:1", at(TWO))];
    for arguments in [&["--base", "main"][..], &["--changed", "main"]] {
        assert_eq!(repo.judge(arguments).findings(), expected, "{arguments:?}");
    }
    repo.git(&["reset", "--quiet", "--hard", "main"]);
    repo.write("preflight.yaml", CONFIG.replace("*.sql", "20260103*.sql"));
    let report = repo.judge(&["--base", "main"]);
    let expected = [ONE, TWO].map(|name| format!("history-is-append-only {}:1", at(name)));
    assert_eq!(report.findings(), expected);
    assert!(messages(&report)[0].ends_with("no entry of preflight.yaml reads it any more, and main does"));
}

#[test]
fn a_file_of_the_base_that_cannot_be_read_costs_its_own_verdict_only() {
    let repo = repo();
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write(&at("20260104090000_latin.sql"), b"-- gr\xf6\xdfe\nSELECT 1;\n");
    repo.commit("latin");
    repo.git(&["checkout", "--quiet", "-B", "work"]);
    repo.write(&at("20260104090000_latin.sql"), "-- größe\nSELECT 1;\n");
    repo.replace(&at(ONE), "-- in grams", "-- in tons");
    let report = repo.judge(&["--changed", "main"]);
    assert_eq!(report.findings(), [format!("history-is-append-only {}:2", at(ONE))]);
    let undecided = report.json["undecided"].as_array().unwrap();
    assert_eq!(undecided.len(), 1, "{undecided:?}");
    assert!(undecided[0]["message"].as_str().unwrap().contains("20260104090000_latin.sql cannot be compared"));
}

#[test]
fn a_sparse_work_tree_lacks_nothing_that_it_leaves_out() {
    let repo = repo();
    repo.git(&["sparse-checkout", "set", "--no-cone", "/*", "!/supabase/migrations/20260102*"]);
    assert!(!repo.path(&at(TWO)).exists());
    assert_eq!(repo.judge(&["--base", "main"]).findings(), Vec::<String>::new());
    repo.replace(&at(ONE), "-- in grams", "-- in tons");
    assert_eq!(repo.judge(&["--base", "main"]).findings(), [format!("history-is-append-only {}:2", at(ONE))]);
}

#[test]
fn the_next_commit_answers_for_what_it_changes_and_not_for_earlier_ones() {
    let repo = repo();
    repo.replace(&at(ONE), "-- in grams", "-- in tons");
    repo.commit("second");
    repo.append(&at(THREE), "-- more\n");
    repo.git(&["add", "--all"]);
    assert_eq!(repo.judge(&["--staged"]).findings(), [format!("history-is-append-only {}:2", at(THREE))]);
    assert_eq!(repo.judge(&["--changed"]).findings().len(), 2);
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
    }
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
fn what_was_deleted_and_added_again_is_what_it_is_in_the_end() {
    let repo = repo();
    let text = fs::read_to_string(repo.path(&at(TWO))).unwrap();
    repo.remove(&at(TWO));
    repo.commit("gone");
    repo.write(&at(TWO), &text);
    repo.commit("and back");
    assert_eq!(repo.judge(&["--base", "main"]).findings(), Vec::<String>::new());
    repo.append(&at(TWO), "-- once more\n");
    assert_eq!(repo.judge(&["--base", "main"]).findings(), [format!("history-is-append-only {}:2", at(TWO))]);
    // On the base: whoever ran it has its version on record.
    repo.write(&at(TWO), &text);
    repo.git(&["checkout", "--quiet", "-B", "main", "main"]);
    repo.remove(&at(TWO));
    repo.commit("reverted");
    repo.git(&["checkout", "--quiet", "-b", "again"]);
    repo.write(&at(TWO), &text);
    let report = repo.judge(&["--base", "main", "--fail-on", "warning"]);
    let expected =
        [format!("new-migrations-come-last {}:1", at(TWO)), format!("version-does-not-come-back {}:1", at(TWO))];
    assert_eq!((report.status, report.findings()), (1, expected.to_vec()));
    assert!(messages(&report)[1].ends_with(&format!("the history of main once had {}, and deleted it", at(TWO))));
}

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
fn reviewed_exceptions_are_waivers() {
    let repo = repo();
    repo.replace(&at(ONE), "-- in grams", "-- in kilograms");
    repo.remove(&at(TWO));
    let waivers = format!(
        "version: 1
waivers:
  - policy: history-is-append-only
    target: {{ path: \"{0}\", object: \"{0}\" }}
    reason: It never ran anywhere.
  - policy: history-is-append-only
    target: {{ path: \"{1}\", object: \"{1}\" }}
    reason: It never ran anywhere either.
",
        at(ONE),
        at(TWO)
    );
    repo.write("preflight-waivers.yaml", waivers);
    let report = repo.judge(&["--base", "main"]);
    assert_eq!((report.status, report.findings()), (0, vec![]), "{}", report.json);
    assert_eq!(report.json["waived"].as_array().unwrap().len(), 2);
    assert_eq!(repo.judge(&["--base", "main", "--no-waivers"]).findings().len(), 2);
    // A comment is part of the change: the first line that is new, or the first line of the file.
    repo.remove("preflight-waivers.yaml");
    repo.git(&["checkout", "--quiet", "--", "."]);
    let why = "-- preflight: allow history-is-append-only reason=\"it never ran\"\n";
    repo.replace(&at(ONE), "-- in grams\n", &format!("{why}-- in kilograms\n"));
    let early = at("20251231090000_early.sql");
    repo.write(&early, "-- preflight: allow new-migrations-come-last reason=\"of nothing\"\nSELECT 1;\n");
    let report = repo.judge(&["--base", "main"]);
    assert_eq!((report.status, report.findings()), (0, vec![]), "{}", report.json);
    assert_eq!(report.json["waived"].as_array().unwrap().len(), 2);
    repo.replace(&early, "new-migrations-come-last", "history-is-append-only");
    let found = repo.judge(&["--base", "main"]).findings();
    assert!(found.contains(&format!("new-migrations-come-last {early}:1")), "{found:?}");
    // Without a base the policy is not judged, so nobody can say that they hide nothing.
    repo.remove(&early);
    assert_eq!(repo.judge(&[]).findings(), Vec::<String>::new());
}

#[test]
fn what_is_shown_of_a_migration_that_is_gone_is_masked() {
    let repo = Repo::of({
        let project = Project::empty();
        project.write("preflight.yaml", CONFIG);
        project.write(&at(ONE), "SELECT 1;\n");
        project.write(&at(TWO), "ALTER ROLE app PASSWORD 'MADEUP-hidden-text';\n");
        project
    });
    repo.remove(&at(TWO));
    for format in ["human", "json", "sarif", "html", "markdown", "github", "compact"] {
        repo.preflight(&["check", "--base", "main", "--format", format])
            .exits(1)
            .says("history-is-append-only")
            .does_not_say("hidden-text");
    }
}

#[test]
fn a_project_below_the_top_is_compared_by_itself() {
    let repo = project("services/mein dienst/");
    repo.append(&format!("services/mein dienst/{}", at(ONE)), "-- more\n");
    repo.write("supabase/migrations/20250101090000_of_nobody.sql", "SELECT 1;\n");
    let expected = [format!("history-is-append-only services/mein dienst/{}:4", at(ONE))];
    assert_eq!(repo.judge(&["services/mein dienst", "--base", "main"]).findings(), expected);
    let mut command = preflight_in(&repo.path("services/mein dienst"));
    command.args(["check", "--base", "main", "--format", "json"]);
    let report = crate::project::Run::of(&mut command).report();
    assert_eq!(report.findings(), [format!("history-is-append-only {}:4", at(ONE))]);
    // A path narrows what is shown, also of what is gone.
    repo.remove(&format!("services/mein dienst/{}", at(TWO)));
    let gone = repo.judge(&[&format!("services/mein dienst/{}", at(ONE)), "--base", "main"]);
    assert_eq!(gone.findings(), expected);
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
fn line_ends_that_git_writes_otherwise_are_no_change() {
    let repo = repo();
    repo.git(&["config", "core.autocrlf", "true"]);
    repo.remove(&at(ONE));
    repo.git(&["checkout", "--quiet", "--", "."]);
    assert!(fs::read_to_string(repo.path(&at(ONE))).unwrap().contains("\r\n"));
    assert_eq!(repo.judge(&["--base", "main"]).findings(), Vec::<String>::new());
    repo.replace(&at(ONE), "integer", "bigint");
    assert_eq!(repo.judge(&["--base", "main"]).findings(), [format!("history-is-append-only {}:3", at(ONE))]);
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
fn a_project_that_a_change_removes_is_said() {
    let repo = project("a/");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("b/preflight.yaml", CONFIG);
    repo.write(&format!("b/{}", at(ONE)), "SELECT 1;\n");
    repo.commit("b");
    repo.git(&["checkout", "--quiet", "-B", "work"]);
    fs::remove_dir_all(repo.path("a")).unwrap();
    for stage in [false, true] {
        let flag = if stage { "--staged" } else { "--changed" };
        if stage {
            repo.git(&["add", "--all"]);
        }
        let report = repo.judge(&[flag]);
        let said = "this change removes a/preflight.yaml: what it had judged is not judged any more";
        assert_eq!(report.notices().lines().next(), Some(said), "{flag}");
    }
}
