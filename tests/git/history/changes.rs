//! What a change does to migrations that the base has.

use super::{CONFIG, FOLDER, ONE, THREE, TWO, at, messages, of_main, repo};
use crate::project::Project;
use crate::repository::Repo;
use std::fs;

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
fn line_ends_that_git_writes_otherwise_are_no_change() {
    let repo = repo();
    repo.git(&["config", "core.autocrlf", "true"]);
    repo.remove(&at(ONE));
    repo.git(&["checkout", "--quiet", "--", "."]);
    assert!(fs::read_to_string(repo.path(&at(ONE))).unwrap().contains("\r\n"));
    assert_eq!(repo.judge(&["--base", "main"]).findings(), Vec::<String>::new());
    repo.replace(&at(ONE), "integer", "bigint");
    assert_eq!(repo.judge(&["--base", "main"]).findings(), [format!("history-is-append-only {}:3", at(ONE))]);
    // Nor are they one of a file that moves with its folder, or that the base has by now.
    repo.git(&["checkout", "--quiet", "--", "."]);
    repo.git(&["mv", FOLDER, "migrations"]);
    repo.write("preflight.yaml", CONFIG.replace("supabase/migrations", "migrations"));
    let late = "migrations/20260104090000_late.sql";
    repo.write(late, "CREATE TABLE late (id bigint);\n");
    repo.commit("moved");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write(late, "CREATE TABLE late (id bigint);\n");
    repo.commit("late");
    repo.git(&["checkout", "--quiet", "work"]);
    repo.remove("migrations");
    repo.git(&["checkout", "--quiet", "--", "."]);
    assert!(fs::read_to_string(repo.path(late)).unwrap().contains("\r\n"));
    assert_eq!(repo.judge(&["--base", "main"]).findings(), Vec::<String>::new());
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
