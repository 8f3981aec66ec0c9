//! The Railway pack on its two fixture projects: exports and env files of one project, resolved and judged together; and
//! exports that are no exports.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/railway").join(name)
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

fn check(folder: &Path, arguments: &[&str]) -> (Option<i32>, Value) {
    let (status, text) = preflight(folder, &[&["check", "--format", "json"], arguments].concat());
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

/// What a place of one line covers, in the true text.
fn covered(folder: &Path, place: &Value) -> String {
    let number = |key: &str| place[key].as_u64().unwrap() as usize;
    let text = fs::read_to_string(folder.join(place["path"].as_str().unwrap())).unwrap();
    let line = text.lines().nth(number("line") - 1).unwrap_or("");
    line.chars().skip(number("column") - 1).take(number("end_column") - number("column")).collect()
}

fn at(place: &Value) -> String {
    format!("{}:{}:{}", place["path"].as_str().unwrap(), place["line"], place["column"])
}

#[test]
fn violations_gives_what_was_typed_by_hand_and_nothing_else() {
    let folder = fixture("violations");
    let (status, report) = check(&folder, &["."]);
    assert_eq!((status, report["verdict"].as_str()), (Some(1), Some("findings")));
    let mut found = Vec::new();
    for finding in report["findings"].as_array().unwrap() {
        found.push(format!("{} {} {:?}", at(finding), finding["policy"].as_str().unwrap(), covered(&folder, finding)));
        let labels = finding["labels"].as_array().unwrap().iter().filter(|label| label["role"] == "fact");
        found.extend(labels.map(|label| format!("  {}", at(label))));
    }
    let expected = fs::read_to_string(fixture("../../tests/expected/railway.txt")).unwrap();
    let expected: Vec<&str> = expected.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    assert_eq!(found.join("\n"), expected.join("\n"));
}

#[test]
fn every_policy_of_the_pack_has_a_finding_in_violations() {
    let folder = fixture("violations");
    let mut found = BTreeSet::new();
    for today in ["2026-11-30", "2026-12-01"] {
        let (_, report) = check(&folder, &["--today", today, "."]);
        let ids =
            report["findings"].as_array().unwrap().iter().map(|finding| finding["policy"].as_str().unwrap().to_owned());
        found.extend(ids);
        let warns = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .find(|finding| finding["policy"].as_str().unwrap().starts_with("config-as-code"));
        let severity = if today == "2026-12-01" { "error" } else { "warning" };
        assert_eq!(warns.unwrap()["severity"], severity, "{today}");
    }
    let (_, list) = preflight(&folder, &["policies", "--format", "json"]);
    let list: Value = serde_json::from_str(&list).unwrap();
    for policy in list["policies"].as_array().unwrap() {
        assert!(found.contains(policy["id"].as_str().unwrap()), "{policy}");
    }
}

#[test]
fn what_cannot_be_decided_says_what_would_decide_it() {
    let (_, report) = check(&fixture("violations"), &["."]);
    let undecided: Vec<String> = report["undecided"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {} | {}", at(one), one["message"].as_str().unwrap(), one["help"].as_str().unwrap()))
        .collect();
    assert_eq!(
        undecided,
        [
            "railway/dev/environment.json:3:102 `${{Sandbox.CRANE}}` in CRANE of api in dev leads to what no document defines | \
             Export the environment too:  railway environment config --json > railway/dev/environment.json",
            "railway/dev/environment.json:4:6 railway/dev/environment.json has a service that no document names | \
             Export the status too:  railway status --json > railway/status.json",
        ]
    );
}

#[test]
fn clean_is_clean_whatever_the_day() {
    for today in [&[][..], &["--today", "2026-11-21"], &["--today", "2027-06-01"]] {
        let (status, report) = check(&fixture("clean"), &[&["--strict", "--fail-on", "info", "."], today].concat());
        assert_eq!((status, report["verdict"].as_str()), (Some(0), Some("clean")), "{report:#}");
        assert_eq!(report["undecided"].as_array().unwrap().len(), 0);
    }
}

#[test]
fn both_packs_take_exports_and_env_files_together() {
    let folder = copy("clean");
    let config = fs::read_to_string(folder.path().join("preflight.yaml")).unwrap();
    fs::write(folder.path().join("preflight.yaml"), config.replace("[railway]", "[railway, dragonfly]")).unwrap();
    let (status, report) = check(folder.path(), &["--fail-on", "error", "--service", "Tide Pool", "."]);
    assert!(matches!(status, Some(0 | 1)), "{report:#}");
    let (status, facts) = preflight(folder.path(), &["facts", "--service", "api"]);
    assert_eq!(status, Some(0));
    assert!(facts.contains("endpoint railway-internal") && facts.contains("env/prod/api.env"), "{facts}");
}

#[test]
fn a_resolved_value_shows_both_ends() {
    let folder = copy("clean");
    let team = "version: 1\npolicies:\n  over-tls:\n    severity: error\n    why: All.\n    fix: None.\n    \
                expect: { connection: { service: api, document: railway-environment }, to: { sslmode: { at_least: require } } }\n";
    fs::write(folder.path().join("team.yaml"), team).unwrap();
    let config = fs::read_to_string(folder.path().join("preflight.yaml")).unwrap();
    fs::write(folder.path().join("preflight.yaml"), config.replace("[railway]", "[team.yaml]")).unwrap();
    let (_, report) = check(folder.path(), &["."]);
    let finding = &report["findings"][0];
    assert_eq!(
        finding["message"],
        "DATABASE_URL of api in prod: sslmode is prefer (not written: the driver's default), wants at least require"
    );
    assert_eq!(at(finding), "railway/prod/environment.json:7:64", "behind the reference");
    let places: Vec<String> = finding["labels"].as_array().unwrap().iter().map(at).collect();
    assert!(places.contains(&"railway/prod/Tide Pool.json:2:4".to_owned()), "{places:?}");
}

/// Files that hold another export than their names say.
#[test]
fn exports_are_known_by_their_content() {
    let folder = copy("clean");
    let at = |path: &str| folder.path().join(path);
    fs::rename(at("railway/prod/environment.json"), at("railway/prod/everything.json")).unwrap();
    fs::rename(at("railway/status.json"), at("railway/prod/list.json")).unwrap();
    let config = fs::read_to_string(at("preflight.yaml")).unwrap();
    let config = config.replace("  - files: railway/status.json\n    kind: railway-status\n", "");
    fs::write(at("preflight.yaml"), config).unwrap();
    let (status, report) = check(folder.path(), &["--strict", "."]);
    assert_eq!((status, report["verdict"].as_str()), (Some(0), Some("clean")), "{report:#}");
    let (_, text) = preflight(folder.path(), &["facts"]);
    assert!(text.contains("railway/prod/everything.json was taken for railway-environment, by its content"), "{text}");
    assert!(text.contains("railway/prod/list.json was taken for railway-status, by its content"), "{text}");
}

/// What preflight.yaml does not say, a rendered export says of itself.
#[test]
fn a_rendered_export_knows_its_labels() {
    let folder = tempfile::tempdir().unwrap();
    let config = "version: 1\npacks: [railway]\ndocuments: [{ files: \"exports/*.json\", kind: railway-variables }]\n\
                  labels: { environment: { prod: [production] } }\n";
    fs::write(folder.path().join("preflight.yaml"), config).unwrap();
    fs::create_dir(folder.path().join("exports")).unwrap();
    let export = fs::read_to_string(fixture("clean/railway/prod/Tide Pool.json")).unwrap();
    fs::write(folder.path().join("exports/1.json"), export).unwrap();
    let (_, facts) = preflight(folder.path(), &["facts"]);
    assert!(facts.contains("service Tide Pool · environment prod"), "{facts}");
    let (status, report) = check(folder.path(), &["--strict", "."]);
    assert_eq!((status, report["verdict"].as_str()), (Some(0), Some("clean")), "{report:#}");
}

/// One bad file costs one problem, and the others are judged all the same.
#[test]
fn what_is_no_export_is_said_and_the_rest_is_judged() {
    let table = "╔════ Variables for api ════╗\n║ API_SECRET │ MADEUP-in-a-table ║\n╚═══════════════════════════╝\n";
    for (path, text, message, help) in [
        ("railway/prod/environment.json", "{\"services\": {\"MADEUP", "not JSON", "railway environment config --json"),
        ("railway/prod/environment.json", "[\"MADEUP\"]", "this is a list", "railway environment config --json"),
        ("railway/status.json", "{\"MADEUP\": 1}", "this does not look like a status", "railway status --json"),
        ("railway/status.json", "null", "this is nothing", "railway status --json"),
        ("railway/prod/api.json", table, "this is the table", "railway variable list --json"),
        ("railway/prod/api.json", "A=MADEUP\n", "NAME=value", "railway variable list --json"),
        (
            "railway/prod/api.json",
            "{\"keys\": [\"A\"], \"set\": true}",
            "railway variable set",
            "railway variable list --json",
        ),
    ] {
        let folder = copy("violations");
        fs::write(folder.path().join(path), text).unwrap();
        let (status, report) = check(folder.path(), &["."]);
        assert_eq!((status, report["verdict"].as_str()), (Some(2), Some("no-verdict")), "{path}: {text}");
        let problems = report["problems"].as_array().unwrap();
        assert_eq!(problems.len(), 1, "{report:#}");
        let said = format!("{} {}", problems[0]["message"].as_str().unwrap(), problems[0]["help"].as_str().unwrap());
        assert!(said.contains(message) && said.contains(help), "{path}: {said}");
        let others = report["findings"].as_array().unwrap().iter().filter(|finding| finding["path"] != path).count();
        assert!(others > 5, "the other documents are judged");
        assert!(!report.to_string().contains("MADEUP"), "{path}");
    }
}

/// Two exports of one service that contradict each other are drift; two that agree are one service.
#[test]
fn two_exports_of_one_service_are_one_service() {
    let folder = copy("clean");
    let at = |path: &str| folder.path().join(path);
    fs::write(at("railway/prod/worker.json"), "{\"API_URL\": \"http://harbor-api.railway.internal:8080\"}").unwrap();
    let (_, report) = check(folder.path(), &["."]);
    assert_eq!(report["verdict"], "clean", "{report:#}");
    fs::write(at("railway/prod/worker.json"), "{\"API_URL\": \"http://harbor-api.railway.internal:9090\"}").unwrap();
    let (_, report) = check(folder.path(), &["."]);
    let found: Vec<String> = report["findings"].as_array().unwrap().iter().map(self::at).collect();
    assert_eq!(found, ["railway/prod/worker.json:1:14"], "the one that differs from two others");
}
