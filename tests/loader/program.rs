//! Through the program: exit status 2, all errors with their places, in both formats.

use serde_json::Value;
use std::fs;
use std::path::Path;

const CONFIG: &str = "version: 1\npacks: [policies]\ndocuments:\n  - { files: \"db/*.sql\", kind: migration }\n";

/// Ten errors that people make.
const TEN: &str = "version: 1
policies:
  no-drop-column:
    severity: eror
    why: A dropped column takes its data along.
    fix: 4.4
    says: drops a column
    forbid: { operation: { is: drop_colum } }
    unless:
      - { migration.direction: revert, if_exist: true }

  policy-is-idempotent:
    severity: error
    why: A policy cannot be made twice.
    fix: Drop it first.
    expect:
      operation: { is: create_policy, if_exists: true }
      to: { preceded_by: { operation: { is: drop_policy }, sharing: [table, nam] } }

  runtime-goes-through-the-pooler:
    severity: error
    why: Session connections exhaust Postgres.
    fix: Use port 6543.
    from: tomorrow
    expect:
      connection: { variable.name: { matches: 'DATABASE(_URL' } }
      to: { port: \"6543\", sslmode: { at_least: required } }
";

/// (line, the words that an error points at).
const PLACES: [(u64, &str); 10] = [
    (4, "eror"),
    (6, "4.4"),
    (8, "drop_colum"),
    (10, "if_exist"),
    (17, "if_exists"),
    (18, "nam"),
    (24, "tomorrow"),
    (26, "'DATABASE(_URL'"),
    (27, "\"6543\""),
    (27, "required"),
];

fn project(config: &str, policy: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("preflight.yaml", config), ("policies/rules.yaml", policy), ("db/0001_a.sql", "select 1;\n")]
    {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn preflight(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
    let output = command.current_dir(folder).env_clear().args(arguments).output().unwrap();
    let (status, problems) = (output.status.code(), String::from_utf8(output.stderr).unwrap());
    // Problems have a stream of their own; a document for programs holds them too.
    assert_eq!(problems.is_empty(), status != Some(2), "{problems}");
    let text = String::from_utf8(output.stdout).unwrap();
    (status, if arguments.contains(&"json") { text } else { text + &problems })
}

#[test]
fn ten_errors_are_ten_problems_with_places() {
    let folder = project(CONFIG, TEN);
    let (status, text) = preflight(folder.path(), &["check", "--format", "json"]);
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, report["verdict"].as_str()), (Some(2), Some("no-verdict")));
    let lines: Vec<&str> = TEN.lines().collect();
    let problems = report["problems"].as_array().unwrap();
    let found: Vec<(u64, &str)> = problems
        .iter()
        .map(|problem| {
            assert_eq!(problem["path"], "policies/rules.yaml");
            let number = |key: &str| problem[key].as_u64().unwrap() as usize;
            assert_eq!(problem["line"], problem["end_line"]);
            (number("line") as u64, &lines[number("line") - 1][number("column") - 1..number("end_column") - 1])
        })
        .collect();
    assert_eq!(found, PLACES);
}

#[test]
fn the_human_report_shows_each_line_and_the_way_out() {
    let folder = project(CONFIG, TEN);
    let (status, text) = preflight(folder.path(), &["check"]);
    assert_eq!(status, Some(2));
    for words in [
        "[policies/rules.yaml:10:40]",
        "no fact `operation` has a field `if_exist`",
        "did you mean `if_exists`?",
        "`preflight explain operation` lists its fields.",
        "`create_policy` has no field `if_exists`",
        "quote it",
        "unclosed group",
        "did you mean `require`?",
        "10 errors in 1 policy file, exit 2",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(!text.contains("clean") && text.lines().all(|line| line.chars().count() <= 100), "{text}");
}

#[test]
fn every_command_refuses_broken_policies() {
    let folder = project(CONFIG, TEN);
    for arguments in [&["policies"][..], &["explain", "db/0001_a.sql:1"], &["check", "db/0001_a.sql"]] {
        let (status, text) = preflight(folder.path(), arguments);
        assert_eq!(status, Some(2), "{arguments:?}\n{text}");
        assert!(text.contains("did you mean `drop_column`?"), "{arguments:?}\n{text}");
    }
}

#[test]
fn all_errors_of_preflight_yaml_at_once() {
    let broken = CONFIG.replace("migration", "migrations").replace("version: 1", "version: 2") + "fail_on: warn\n";
    let folder = project(&broken, TEN);
    let (status, text) = preflight(folder.path(), &["check"]);
    assert_eq!(status, Some(2));
    for words in
        ["version 2 of preflight.yaml is not known", "did you mean `migration`?", "did you mean `warning`?", "exit 2"]
    {
        assert!(text.contains(words), "{words}\n{text}");
    }
}

#[test]
fn a_pack_without_policies_is_no_verdict() {
    let folder = project(&CONFIG.replace("[policies]", "[policies/rules.txt]"), TEN);
    fs::rename(folder.path().join("policies/rules.yaml"), folder.path().join("policies/rules.txt")).unwrap();
    let (status, text) = preflight(folder.path(), &["check"]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("holds no policy"), "{text}");
    let folder = project(CONFIG, TEN);
    fs::write(folder.path().join("policies/pack.yaml"), "pack: ours\nversion: 1.0.0\n").unwrap();
    fs::remove_file(folder.path().join("policies/rules.yaml")).unwrap();
    let (status, text) = preflight(folder.path(), &["check"]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("holds no policy"), "{text}");
}

#[test]
fn a_param_that_no_pack_has_is_an_error_of_preflight_yaml() {
    let rule = super::broken::file_of("forbid: { deploy: { service: { param: workers } } }");
    let folder = project(&format!("{CONFIG}params: {{ wokers: [worker] }}\n"), &rule);
    let pack = folder.path().join("policies/pack.yaml");
    fs::write(&pack, "pack: ours\nversion: 1.0.0\nparams: { workers: { of: service, default: [] } }\n").unwrap();
    let (status, text) = preflight(folder.path(), &["check"]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("no pack has a param `wokers`") && text.contains("did you mean `workers`?"), "{text}");
    // Where the pack itself is broken, its params are not known, and the override is not blamed.
    fs::write(&pack, "pack: [ours\n").unwrap();
    let (status, text) = preflight(folder.path(), &["check"]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("this is not YAML") && !text.contains("param `"), "{text}");
}
