//! Where migrations stand: folders, paths of a command, other repositories.

use super::{CONFIG, FOLDER, ONE, THREE, TWO, at, messages, project, repo};
use crate::repository::preflight_in;
use std::fs;

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
fn a_sparse_work_tree_lacks_nothing_that_it_leaves_out() {
    let repo = repo();
    repo.git(&["sparse-checkout", "set", "--no-cone", "/*", "!/supabase/migrations/20260102*"]);
    assert!(!repo.path(&at(TWO)).exists());
    assert_eq!(repo.judge(&["--base", "main"]).findings(), Vec::<String>::new());
    repo.replace(&at(ONE), "-- in grams", "-- in tons");
    assert_eq!(repo.judge(&["--base", "main"]).findings(), [format!("history-is-append-only {}:2", at(ONE))]);
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
        let report = repo.judge(&["--base", "main"]);
        assert_eq!(report.notices().lines().next(), Some(said), "--base");
    }
}

#[test]
fn a_path_that_a_change_removes_may_be_named_as_git_lists_it() {
    let repo = repo();
    repo.write("env/prod/api.env", "PORT=80\n");
    repo.write(
        "preflight.yaml",
        format!("{CONFIG}  - {{ files: \"env/{{environment}}/{{service}}.env\", kind: dotenv }}\n"),
    );
    repo.write("env/prod/worker.env", "PORT=81\n");
    repo.commit("more");
    repo.git(&["checkout", "--quiet", "-B", "main"]);
    repo.git(&["checkout", "--quiet", "-B", "work"]);
    repo.remove(&at(TWO));
    repo.remove("env/prod/api.env");
    repo.append(&at(ONE), "-- more\n");
    let names = repo.git(&["-c", "core.quotePath=false", "diff", "--name-only", "main"]);
    let names: Vec<&str> = names.lines().collect();
    assert_eq!(names.len(), 3);
    let both = [format!("history-is-append-only {}:4", at(ONE)), format!("history-is-append-only {}:1", at(TWO))];
    for flags in [&["--base=main"][..], &["--changed=main"]] {
        let report = repo.judge(&[flags, &names].concat());
        assert_eq!((report.status, report.findings()), (1, both.to_vec()), "{flags:?}");
        assert!(report.notices().contains("env/prod/api.env is gone"), "{}", report.notices());
        assert_eq!(repo.judge(&[flags, &[&at(TWO)]].concat()).findings(), both[1..], "{flags:?}");
    }
    let report = repo.judge_with(&[("CI", "true"), ("GITHUB_BASE_REF", "main")], &names);
    assert_eq!(report.findings(), both, "in CI nobody has to say it");
    // A path that nobody had is one that is misspelt.
    let wrong = at("20260102090000_wage.sql");
    for arguments in [&["--base=main", &wrong][..], &["--changed=main", &wrong], &[&at(TWO)]] {
        let report = repo.judge(arguments);
        assert_eq!(report.status, 2, "{arguments:?}");
        assert!(report.problem()["message"].as_str().unwrap().ends_with("does not exist"), "{arguments:?}");
    }
    repo.git(&["add", "--all"]);
    assert_eq!(repo.judge(&["--staged", &at(TWO)]).findings(), both[1..]);
    // A folder that is gone as a whole, and the folder that it lay in.
    repo.remove("supabase");
    let all = [ONE, TWO, THREE].map(|name| format!("history-is-append-only {}:1", at(name)));
    for path in [FOLDER, "supabase"] {
        assert_eq!(repo.judge(&["--base=main", path]).findings(), all, "{path}");
    }
}

#[test]
fn what_git_does_not_track_any_more_is_deleted_though_it_lies_there() {
    for ignored in [false, true] {
        let repo = repo();
        repo.git(&["rm", "--quiet", "--cached", &at(TWO)]);
        if ignored {
            repo.write(".gitignore", format!("{}\n", at(TWO)));
        }
        let expected = [format!("history-is-append-only {}:1", at(TWO))];
        for step in ["index", "commit"] {
            for arguments in [&["--staged"][..], &["--base=main"], &["--changed=main"]] {
                if (step, arguments[0]) != ("commit", "--staged") {
                    let report = repo.judge(arguments);
                    assert_eq!(report.findings(), expected, "{step}, ignored: {ignored}, {arguments:?}");
                }
            }
            repo.git(&["commit", "--quiet", "--allow-empty", "--message", "untracked"]);
        }
        let words = &messages(&repo.judge(&["--base=main"]))[0];
        assert!(words.ends_with("git does not track it any more, and main has it"), "{words}");
        repo.git(&["add", "--force", &at(TWO)]);
        assert_eq!(repo.judge(&["--base=main"]).findings(), Vec::<String>::new());
    }
}

#[test]
fn of_migrations_in_a_submodule_it_is_said_that_they_are_not_compared() {
    let of_others = repo();
    let repo = repo();
    repo.git(&["submodule", "--quiet", "add", &of_others.folder().to_string_lossy(), "vendor/größe"]);
    repo.write(
        "preflight.yaml",
        format!("{CONFIG}  - {{ files: \"vendor/*/supabase/migrations/*.sql\", kind: migration, runner: supabase }}\n"),
    );
    repo.commit("submodule");
    repo.git(&["checkout", "--quiet", "-B", "main"]);
    repo.git(&["checkout", "--quiet", "-B", "work"]);
    repo.replace(&format!("vendor/größe/{}", at(ONE)), "-- in grams", "-- in tons");
    repo.append(&at(ONE), "-- more\n");
    for arguments in [&["--base=main"][..], &["--changed=main"]] {
        let report = repo.judge(arguments);
        assert_eq!(report.findings(), [format!("history-is-append-only {}:4", at(ONE))], "{arguments:?}");
        let undecided = report.json["undecided"].as_array().unwrap();
        assert_eq!(undecided.len(), 1, "{undecided:?}");
        let message = undecided[0]["message"].as_str().unwrap();
        assert!(
            message.contains("and 2 others cannot be compared")
                && message.contains("vendor/größe is a repository of its own"),
            "{message}"
        );
    }
    assert_eq!(repo.judge(&[]).json["undecided"], serde_json::json!([]));
}

#[test]
fn behind_a_link_migrations_are_what_it_leads_to() {
    let repo = repo();
    fs::create_dir_all(repo.path("db")).unwrap();
    repo.git(&["mv", FOLDER, "db/migrations"]);
    std::os::unix::fs::symlink("../db/migrations", repo.path(FOLDER)).unwrap();
    repo.commit("linked");
    // The files are what they were, under the same paths.
    assert_eq!(repo.judge(&["--base", "main"]).findings(), Vec::<String>::new());
    repo.git(&["checkout", "--quiet", "-B", "main"]);
    repo.git(&["checkout", "--quiet", "-B", "work"]);
    repo.append(&format!("db/migrations/{ONE}"), "-- more\n");
    repo.remove(&format!("db/migrations/{TWO}"));
    repo.git(&["rm", "--quiet", "--cached", &format!("db/migrations/{THREE}")]);
    repo.git(&["add", "db/migrations/2026010[12]*"]);
    let expected = [(ONE, 4), (TWO, 1), (THREE, 1)];
    let expected = expected.map(|(name, line)| format!("history-is-append-only {}:{line}", at(name)));
    for arguments in [&["--staged"][..], &["--base", "main"], &["--changed", "main"]] {
        assert_eq!(repo.judge(arguments).findings(), expected, "{arguments:?}");
    }
}
