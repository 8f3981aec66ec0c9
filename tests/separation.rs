//! Who may hold which secret: the pack separation on its two fixture projects, with env files and exports together, and
//! the pack git in real repositories that live as long as a test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/separation").join(name)
}

fn run(folder: &Path, arguments: &[&str], path: Option<&Path>) -> (Option<i32>, String) {
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
    command.current_dir(folder).env_clear().args(arguments);
    command.envs(path.map(|path| ("PATH", path)));
    let output = command.output().unwrap();
    // problems are said on the other stream, and only they
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.is_empty() || output.status.code() == Some(2), "{said}");
    (output.status.code(), String::from_utf8(output.stdout).unwrap() + &said)
}

fn check(folder: &Path, arguments: &[&str]) -> (Option<i32>, Value) {
    let (status, text) = run(folder, &[&["check", "--format", "json"], arguments].concat(), None);
    (status, serde_json::from_str(&text).unwrap())
}

/// A copy of a fixture that may be changed.
fn copy(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut todo = vec![(fixture(name), folder.path().to_path_buf())];
    while let Some((from, to)) = todo.pop() {
        fs::create_dir_all(&to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let target = to.join(entry.file_name());
            if entry.path().is_dir() {
                todo.push((entry.path(), target))
            } else {
                fs::copy(entry.path(), target).map(drop).unwrap()
            }
        }
    }
    folder
}

fn at(place: &Value) -> String {
    format!("{}:{}:{}", place["path"].as_str().unwrap(), place["line"], place["column"])
}

/// What a place of one line covers, in the true text.
fn covered(folder: &Path, place: &Value) -> String {
    let number = |key: &str| place[key].as_u64().unwrap() as usize;
    let text = fs::read_to_string(folder.join(place["path"].as_str().unwrap())).unwrap();
    let line = text.lines().nth(number("line") - 1).unwrap_or("");
    line.chars().skip(number("column") - 1).take(number("end_column") - number("column")).collect()
}

/// `place policy` of every finding.
fn found(report: &Value) -> BTreeSet<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|finding| format!("{} {}", at(finding), finding["policy"].as_str().unwrap())).collect()
}

#[test]
fn violations_gives_what_was_typed_by_hand_with_both_places_and_no_value() {
    let folder = fixture("violations");
    let (status, report) = check(&folder, &["."]);
    assert_eq!((status, report["verdict"].as_str()), (Some(1), Some("findings")));
    let mut lines = Vec::new();
    for finding in report["findings"].as_array().unwrap() {
        lines.push(format!("{} {} {:?}", at(finding), finding["policy"].as_str().unwrap(), covered(&folder, finding)));
        let labels = finding["labels"].as_array().unwrap().iter().filter(|label| label["role"] == "fact");
        let mut labels: Vec<(String, u64, u64)> = labels
            .map(|label| (at(label), label["line"].as_u64().unwrap(), label["column"].as_u64().unwrap()))
            .collect();
        labels.sort_by(|one, other| {
            let path = |place: &str| place.split(':').next().unwrap_or("").to_owned();
            (path(&one.0), one.1, one.2).cmp(&(path(&other.0), other.1, other.2))
        });
        lines.extend(labels.into_iter().map(|(place, ..)| format!("  {place}")));
    }
    let expected = fs::read_to_string(fixture("../../tests/expected/separation.txt")).unwrap();
    let expected: Vec<&str> = expected.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    assert_eq!(lines.join("\n"), expected.join("\n"));
    let (_, text) = run(&folder, &["check"], None);
    assert!(!text.contains("MADEUP") && !report.to_string().contains("MADEUP"));
}

#[test]
fn the_clean_twin_is_clean() {
    let (status, text) = run(&fixture("clean"), &["check", "--strict", "--fail-on", "info"], None);
    assert_eq!(status, Some(0), "{text}");
    assert!(text.starts_with("clean: checked 12 documents (6 env, 5 Railway, 1 migration)"), "{text}");
}

/// The clean twin with one line of one file changed, and what that gives.
fn after(path: &str, from: &str, to: &str) -> BTreeSet<String> {
    let folder = copy("clean");
    let file = folder.path().join(path);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{path} has no {from}");
    fs::write(file, text.replace(from, to)).unwrap();
    found(&check(folder.path(), &["."]).1)
}

#[test]
fn one_character_makes_another_secret_and_what_is_empty_or_a_placeholder_is_never_shared() {
    let api = "env/prod/harbor-api.env";
    let shared = ["env/dev/harbor-api.env:5:16 no-secret-shared-between-environments".to_owned()];
    let dev = "MADEUPwebhook0a1b2c3d4e5f6a7c";
    assert_eq!(after(api, "MADEUPwebhook0a1b2c3d4e5f6a7b", dev), shared.into(), "the same in both");
    for other in ["MADEUPwebhook0a1b2c3d4e5f6a7C", "MADEUPwebhook0a1b2c3d4e5f6a7", "xMADEUPwebhook0a1b2c3d4e5f6a7c"] {
        assert_eq!(after(api, "MADEUPwebhook0a1b2c3d4e5f6a7b", other), BTreeSet::new(), "{other}");
    }
    for nothing in ["", "\"\"", "changeme", "<your-token>", "[token]", "xxxxxxxx", "your-token-here"] {
        let folder = copy("clean");
        for path in ["env/dev/harbor-api.env", "env/prod/harbor-api.env", "env/dev/harbor-worker.env"] {
            let file = folder.path().join(path);
            let text = fs::read_to_string(&file).unwrap();
            fs::write(file, text.replace("INTERNAL_TOKEN=", &format!("INTERNAL_TOKEN={nothing}"))).unwrap();
        }
        let (_, report) = check(folder.path(), &["."]);
        let shared = found(&report).into_iter().filter(|line| !line.contains("harbor-matrix"));
        assert_eq!(shared.collect::<BTreeSet<_>>(), BTreeSet::new(), "{nothing}");
    }
}

#[test]
fn the_first_built_in_pack_judges_a_rule_that_two_have_and_a_project_may_not_take_its_place() {
    let folder = copy("violations");
    let config = folder.path().join("preflight.yaml");
    let text = fs::read_to_string(&config).unwrap();
    let with = |packs: &str| fs::write(&config, text.replace("[separation, ./policies]", packs)).unwrap();
    let policies = |ids: &str| {
        let (_, list) = run(folder.path(), &["policies", "--format", "json"], None);
        let list: Value = serde_json::from_str(&list).unwrap();
        let all = list["policies"].as_array().unwrap().iter();
        all.filter(|policy| policy["id"] == ids)
            .map(|policy| policy["pack"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    with("[dragonfly, separation]");
    assert_eq!(policies("no-secret-shared-between-environments"), ["dragonfly"]);
    assert_eq!(policies("no-secret-of-others"), ["separation"]);
    with("[separation, dragonfly]");
    assert_eq!(policies("no-secret-shared-between-environments"), ["separation"]);
    let own = "version: 1\npolicies:\n  no-secret-of-others: { severity: info, why: a, fix: b, says: c, forbid: { variable: { name: NEVER } } }\n";
    fs::write(folder.path().join("own.yaml"), own).unwrap();
    for packs in ["[separation, ./own.yaml]", "[./own.yaml, separation]"] {
        with(packs);
        let (status, text) = run(folder.path(), &["check"], None);
        assert_eq!(status, Some(2), "{text}");
        assert!(text.contains("policy `no-secret-of-others` is there already"), "{text}");
    }
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "user.name=t", "-c", "user.email=t@example.com"]).args(arguments);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

const SECRET: &str = "KEY=sb_secret_MADEUPmadeupMADEUPprod_0a1B2c3D\n";

/// A project of env files in a folder of its own.
fn project(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let config = "version: 1\npacks: [git]\ndocuments:\n  - { files: \"**/*.env\", kind: dotenv, service: api, environment: prod }\n";
    fs::write(folder.path().join("preflight.yaml"), config).unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, SECRET).unwrap();
    }
    folder
}

#[test]
fn a_secret_in_a_file_that_git_has_or_would_take_is_found_and_one_that_is_ignored_is_not() {
    let folder = project(&["kept.env", "a b/pröd.env", "new.env", "ignored.env"]);
    let (status, report) = check(folder.path(), &["--strict", "."]);
    assert_eq!((status, report["verdict"].as_str()), (Some(0), Some("clean")), "outside of git nothing is published");
    git(folder.path(), &["init", "--quiet"]);
    fs::write(folder.path().join(".gitignore"), "ignored.env\n").unwrap();
    git(folder.path(), &["add", "kept.env", "a b"]);
    let expected = [
        "a b/pröd.env:1:5 no-secret-in-git",
        "kept.env:1:5 no-secret-in-git",
        "new.env:1:5 no-secret-that-git-would-take",
    ];
    let expected: BTreeSet<String> = expected.into_iter().map(str::to_owned).collect();
    let (status, report) = check(folder.path(), &["."]);
    assert_eq!((status, found(&report)), (Some(1), expected.clone()));
    // a hook runs with the variables of the repository that it belongs to
    let other = tempfile::tempdir().unwrap();
    git(other.path(), &["init", "--quiet"]);
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
    command.current_dir(folder.path()).env_clear().env("GIT_DIR", other.path().join(".git"));
    let output = command.env("GIT_INDEX_FILE", other.path().join("index")).args(["check", "--format", "json"]).output();
    let report: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
    assert_eq!(found(&report), expected);
    let (_, text) = run(folder.path(), &["check"], None);
    assert!(text.contains("is a secret in a file that git tracks") && !text.contains("MADEUP"), "{text}");
}

#[cfg(unix)]
#[test]
fn git_is_asked_twice_a_repository_and_only_where_a_policy_asks() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = project(&["a.env", "b/c.env", "b/d/e.env", "inner/f.env"]);
    git(folder.path(), &["init", "--quiet"]);
    git(&folder.path().join("inner"), &["init", "--quiet"]);
    let bin = tempfile::tempdir().unwrap();
    let log = bin.path().join("log");
    let script =
        format!("#!/bin/sh\necho \"$@\" >> '{}'\nPATH=/usr/bin:/bin:/usr/local/bin exec git \"$@\"\n", log.display());
    fs::write(bin.path().join("git"), script).unwrap();
    fs::set_permissions(bin.path().join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    let (_, text) = run(folder.path(), &["check", "--format", "json"], Some(bin.path()));
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found(&report).len(), 4, "{report:#}");
    assert_eq!(fs::read_to_string(&log).unwrap().lines().count(), 4);
    fs::remove_file(&log).unwrap();
    let config = folder.path().join("preflight.yaml");
    fs::write(&config, fs::read_to_string(&config).unwrap().replace("[git]", "[separation, dotenv, dragonfly]"))
        .unwrap();
    run(folder.path(), &["check"], Some(bin.path()));
    assert!(!log.exists(), "no policy asks for git, and git was run");
}

#[test]
fn without_git_a_secret_in_a_repository_is_undecided() {
    let folder = project(&["a.env"]);
    git(folder.path(), &["init", "--quiet"]);
    let nowhere = tempfile::tempdir().unwrap();
    let (status, text) = run(folder.path(), &["check", "--format", "json"], Some(nowhere.path()));
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, report["verdict"].as_str()), (Some(0), Some("undecided")), "{report:#}");
    let undecided = &report["undecided"][0];
    assert!(
        undecided["message"].as_str().unwrap().contains("cannot be asked about in git: git cannot be run"),
        "{undecided}"
    );
    assert_eq!(undecided["policies"].as_array().unwrap().len(), 2);
    assert_eq!(run(folder.path(), &["check", "--strict"], Some(nowhere.path())).0, Some(1));
}
