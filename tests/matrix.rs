//! `preflight matrix`: what it draws is what `check` finds, on every fixture and on a project with every state.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Status, standard output, standard error.
fn streams(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
    let output = command.current_dir(folder).env_clear().args(arguments).output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(!err.contains("panicked"), "{err}");
    (output.status.code(), out, err)
}

/// Status, and what stands on both streams.
fn preflight(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let (status, out, err) = streams(folder, arguments);
    (status, out + &err)
}

fn json(folder: &Path, arguments: &[&str]) -> (Option<i32>, Value) {
    let (status, text, _) = streams(folder, &[arguments, &["--format", "json"]].concat());
    (status, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}")))
}

/// Every folder with a preflight.yaml below `fixtures/`.
fn fixtures() -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![root().join("fixtures")]);
    while let Some(folder) = folders.pop() {
        if folder.join("preflight.yaml").exists() {
            found.push(folder.clone());
        }
        let below = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        folders.extend(below.filter(|path| path.is_dir()));
    }
    found.sort();
    found
}

fn strings(list: &Value, key: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|item| item[key].as_str().unwrap().to_owned()).collect()
}

/// What each broken cell, and each broken service, is said to be.
fn broken(sheet: &Value) -> Vec<String> {
    let mut details = Vec::new();
    for table in sheet["tables"].as_array().unwrap() {
        for service in table["services"].as_array().unwrap() {
            let cells = service["cells"].as_array().unwrap().iter().map(|cell| &cell["there"]);
            for said in cells.chain([&service["note"]]).filter(|said| said["standing"] == "broken") {
                let own: Vec<_> =
                    said["details"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
                assert!(!own.is_empty(), "a broken cell says why: {said}");
                details.extend(own.into_iter().map(str::to_owned));
            }
        }
    }
    details.sort();
    details
}

/// Holds `matrix` against `check` on one project; how many findings that was.
fn agrees(folder: &Path, more: &[&str]) -> usize {
    let (_, policies) = json(folder, &["policies"]);
    let tables: Vec<&Value> =
        policies["policies"].as_array().unwrap().iter().filter(|policy| policy["shape"] == "matrix").collect();
    if tables.is_empty() {
        assert_eq!(preflight(folder, &["matrix"]).0, Some(2), "nothing to show is no verdict");
        return 0;
    }
    let ids: Vec<&str> = tables.iter().flat_map(|policy| ["--policy", policy["id"].as_str().unwrap()]).collect();
    let (check_status, check) = json(folder, &[&["check"][..], &ids, more].concat());
    let (status, sheet) = json(folder, &[&["matrix"][..], more].concat());
    let findings = check["findings"].as_array().unwrap().iter();
    // What is wrong with a file, and no policy's business, is said by `check` alone.
    let own: Vec<Value> = findings.filter(|finding| finding["policy"] != "not-understood").cloned().collect();
    let mut found = strings(&Value::from(own.clone()), "message");
    found.sort();
    assert_eq!(broken(&sheet), found, "{} {more:?}", folder.display());
    assert_eq!(sheet["undecided"].as_array().unwrap().len(), check["undecided"].as_array().unwrap().len());
    assert_eq!(sheet["unread"].as_array().unwrap().len(), check["findings"].as_array().unwrap().len() - own.len());
    assert_eq!((status, &sheet["verdict"]), (check_status, &check["verdict"]), "{}", folder.display());
    own.len()
}

#[test]
fn every_broken_cell_is_a_finding_of_check_and_the_other_way_round() {
    let found: usize = fixtures().iter().map(|folder| agrees(folder, &[])).sum();
    assert!(found >= 16, "{found}");
    for more in [&["--service", "dragonfly-api"][..], &["--environment", "prod"], &["--strict"], &["--fail-on", "info"]]
    {
        assert!(agrees(&root().join("fixtures/dragonfly/violations"), more) > 3, "{more:?}");
    }
}

/// A table that forbids what it does not name, and documents in every state.
fn states() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "preflight.yaml",
        "version: 1\npacks: [./team.yaml]\ndocuments:\n  - { files: \"env/{environment}/{service}.env\", kind: dotenv }\n  - { files: \"railway/{environment}/{service}.json\", kind: railway-variables }\n  - { files: \"loose/{service}.env\", kind: dotenv }\n",
    );
    write(
        "team.yaml",
        "version: 1\npolicies:\n  table:\n    severity: error\n    why: w\n    fix: f\n    matrix:\n      environments: [prod, \"dev*\"]\n      services: [api, \"worker-*\", gone]\n      variables:\n        A: [required, required, required]\n        B: [forbidden, optional, unlisted]\n        MODE: [{ required: on }, { optional: on }, optional]\n        N: [required, forbidden, forbidden]\n      others: { variables: forbidden, services: forbidden }\n",
    );
    write("env/prod/api.env", "A=\nB=${X}\nMODE=off\nEXTRA=1\nnot a line\n");
    write("railway/prod/api.json", "{ \"A\": \"\", \"EXTRA\": \"2\" }");
    write("railway/prod/worker-one.json", "{ \"MODE\": \"${{shared.MODE}}\", \"B\": \"changeme\" }");
    write("env/prod/stranger.env", "A=1\n");
    write("env/dev-1/worker-two.env", "A=x\nMODE=on\nN=1\n");
    write("loose/gone.env", "A=1\n");
    folder
}

#[test]
fn every_state_has_its_word_and_its_finding() {
    let folder = states();
    assert!(agrees(folder.path(), &[]) >= 9);
    let (status, sheet) = json(folder.path(), &["matrix", "--environment", "prod"]);
    assert_eq!(status, Some(1));
    let table = &sheet["tables"][0];
    let words = |name: &str| {
        let services = table["services"].as_array().unwrap().iter();
        let service = services.into_iter().find(|service| service["service"] == name).unwrap();
        let cells = service["cells"].as_array().unwrap().iter();
        cells.map(|cell| cell["there"]["word"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(words("api"), ["empty", "present, forbidden", "wrong: is not `on`", "undecided", "present, in no row"]);
    assert_eq!(words("worker-one"), ["undecided", "placeholder", "undecided", "not seen", "absent"]);
    let services = table["services"].as_array().unwrap().iter();
    let notes: Vec<(&str, &str)> = services
        .filter(|service| !service["note"].is_null())
        .map(|service| (service["service"].as_str().unwrap(), service["note"]["standing"].as_str().unwrap()))
        .collect();
    assert_eq!(notes, [("stranger", "broken"), ("gone", "undecided")], "the loose document may be the one");
}

#[test]
fn json_is_valid_by_its_schema_and_the_schema_refuses_what_is_not() {
    let schema: Value = serde_json::from_str(&preflight(&root(), &["schema", "matrix"]).1).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let states = states();
    let projects = fixtures().into_iter().chain([states.path().to_path_buf()]);
    for folder in projects {
        for more in [&[][..], &["--broken"], &["--policy-only"]] {
            let (_, sheet) = json(&folder, &[&["matrix"][..], more].concat());
            let errors: Vec<String> = schema.iter_errors(&sheet).map(|error| error.to_string()).collect();
            assert_eq!(errors, Vec::<String>::new(), "{} {more:?}", folder.display());
        }
    }
    let (_, good) = json(&root().join("fixtures/dragonfly/clean"), &["matrix"]);
    for (pointer, value) in [
        ("/version", Value::Null),
        ("/tables/0/cells", json!("9")),
        ("/tables/0/services/0/cells/0/there/places/0/line", json!(0)),
        ("/tables/0/services/0/cells/0/asks", json!(1)),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        assert!(!schema.is_valid(&bad), "{pointer}");
    }
}

/// Many services of one pattern, of which few are unlike the others.
fn many(services: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("env/prod")).unwrap();
    fs::write(
        folder.path().join("preflight.yaml"),
        "version: 1\npacks: [./team.yaml]\ndocuments: [{ files: \"env/{environment}/{service}.env\", kind: dotenv }]\n",
    )
    .unwrap();
    fs::write(
        folder.path().join("team.yaml"),
        "version: 1\npolicies:\n  table:\n    severity: error\n    why: w\n    fix: f\n    matrix:\n      environments: [prod]\n      services: [\"svc-*\"]\n      variables: { A: [required], B: [forbidden], C: [optional] }\n",
    )
    .unwrap();
    for index in 0..services {
        let text = if index == 7 { "B=1\n" } else { "A=1\nC=1\n" };
        fs::write(folder.path().join(format!("env/prod/svc-{index:03}.env")), text).unwrap();
    }
    folder
}

#[test]
fn three_hundred_services_are_readable() {
    let folder = many(300);
    let (status, text) = preflight(folder.path(), &["matrix"]);
    assert_eq!(status, Some(1));
    assert!(text.lines().count() < 15, "{text}");
    assert!(text.contains("svc-000 (and 298 alike)") && text.contains("svc-007"), "{text}");
    assert!(text.contains("2 of 900 cells break the policy"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let (status, text) = preflight(folder.path(), &["matrix", "--broken"]);
    assert_eq!(status, Some(1), "what is left out of the drawing is judged all the same");
    assert!(!text.contains("svc-000") && !text.contains("\nC "), "{text}");
    assert!(text.contains("2 of 900 cells break the policy"), "all were judged: {text}");
    let (_, sheet) = json(folder.path(), &["matrix"]);
    assert_eq!(sheet["tables"][0]["services"].as_array().unwrap().len(), 300, "programs get each of them");
    let (status, text) = preflight(folder.path(), &["matrix", "--service", "svc-001"]);
    assert_eq!(status, Some(0), "{text}");
    let (status, text) = preflight(folder.path(), &["matrix", "--service", "svc-001", "--broken"]);
    assert_eq!(status, Some(0));
    assert!(text.contains("none of 3 cells breaks the policy"), "what is not drawn is counted: {text}");
    let (status, text) = preflight(folder.path(), &["matrix", "env/prod/svc-007.env"]);
    assert_eq!((status, text.contains("svc-001")), (Some(1), false), "{text}");
    let (_, text) = preflight(folder.path(), &["matrix", "--format", "markdown"]);
    assert!(text.contains("`svc-299`"), "every name stands somewhere");
}

#[test]
fn a_variable_in_no_row_stands_in_the_table_at_whatever_level_the_policy_gives_it() {
    for (level, expected) in [("error", 1), ("warning", 0), ("info", 0), ("optional", 0)] {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "version: 1\npolicies:\n  who-has-what:\n    severity: error\n    why: w\n    fix: f\n    matrix:\n      \
             environments: [live]\n      services: [shop.api]\n      variables: {{ MODE: [required] }}\n      \
             others: {{ variables: {level}, services: ignore }}\n"
        );
        fs::write(folder.path().join("rules.yaml"), text).unwrap();
        let config = "version: 1\npacks: [./rules.yaml]\ndocuments: [{ files: \"{environment}/{service}.env\", kind: dotenv }]\n";
        fs::write(folder.path().join("preflight.yaml"), config).unwrap();
        fs::create_dir_all(folder.path().join("live")).unwrap();
        fs::write(folder.path().join("live/shop.api.env"), "MODE=x\nOLD_FLAG=1\n").unwrap();
        let (status, text) = preflight(folder.path(), &["matrix"]);
        assert_eq!(status, Some(expected), "{level}: {text}");
        assert_eq!(preflight(folder.path(), &["check"]).0, status, "{level}");
        let row = text.lines().find(|line| line.starts_with("OLD_FLAG"));
        assert_eq!(row.is_some_and(|row| row.contains("present, in no row")), level != "optional", "{level}: {text}");
    }
}

/// What a waiver hides from `check` is still to be seen in the table, as what it is.
#[test]
fn a_waived_cell_and_a_waived_service_are_said_to_be_waived_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).unwrap();
    write(
        "rules.yaml",
        "version: 1\npolicies:\n  who-has-what:\n    severity: error\n    why: w\n    fix: f\n    matrix:\n      \
         environments: [live]\n      services: [shop.api, front-end]\n      variables: { LOG: [required, optional] }\n      \
         values: { LOG: [debug, info] }\n      others: { variables: optional, services: ignore }\n",
    );
    write(
        "preflight.yaml",
        "version: 1\npacks: [./rules.yaml]\ndocuments: [{ files: \"{environment}/{service}.env\", kind: dotenv }]\n",
    );
    write(
        "preflight-waivers.yaml",
        "version: 1\nwaivers:\n  - policy: who-has-what/service\n    target: { path: live/front-end.env, object: front-end has no \
         document in live }\n    reason: it moved\n",
    );
    fs::create_dir_all(folder.path().join("live")).unwrap();
    write("live/shop.api.env", "LOG=trace   # preflight: allow who-has-what/value reason=\"a leak is looked for\"\n");
    let (status, text) = preflight(folder.path(), &["matrix"]);
    assert_eq!(status, Some(0), "{text}");
    assert!(text.contains("`info`, waived") && text.contains("none of 2 cells breaks the policy · 2 waived"), "{text}");
    assert!(text.contains("waived  front-end has no document in live"), "{text}");
    let (_, text) = preflight(folder.path(), &["matrix", "--format", "markdown"]);
    assert!(text.contains("waived: front-end has no document in live"), "{text}");
    assert!(text.contains("wrong: is not `debug` or `info`, waived"), "{text}");
    let (_, text) = preflight(folder.path(), &["matrix", "--format", "html"]);
    assert!(text.contains("2 waived") && text.contains("<h3>What waivers allow</h3>"), "{text}");
    assert!(!text.contains("<h3>What is broken</h3>"), "{text}");
    let (_, sheet) = json(folder.path(), &["matrix"]);
    assert_eq!((&sheet["tables"][0]["waived"], &sheet["tables"][0]["broken"]), (&json!(2), &json!(0)), "{sheet}");
}

#[test]
fn what_stands_in_the_way_goes_to_the_other_stream_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let config =
        "version: 1\npacks: [separation]\ndocuments: [{ files: \"{environment}/{service}.env\", kind: dotenv }]\n";
    fs::write(folder.path().join("preflight.yaml"), config).unwrap();
    for command in ["matrix", "audit"] {
        for format in ["human", "markdown", "json", "html"] {
            let (status, out, err) = streams(folder.path(), &[command, "--format", format]);
            assert_eq!(status, Some(2), "{command} {format}");
            assert!(err.contains("no file fits") && err.ends_with("exit 2\n"), "{command} {format}: {err}");
            assert_eq!(out.contains("no file fits"), format != "human", "{command} {format}: {out}");
        }
    }
}

#[test]
fn what_cannot_be_shown_is_no_verdict() {
    let clean = root().join("fixtures/dragonfly/clean");
    for (arguments, needle) in [
        (&["matrix", "--policy", "go-live-matrx"][..], "go-live-matrix"),
        (&["matrix", "--policy", "no-drop-column"], "no policy of the shape"),
        (&["matrix", "--environment", "stagin"], "stagin"),
        (&["matrix", "--environment", "dev"], "no table speaks"),
        (&["matrix", "--service", "dragonfly-dashboard"], "no table speaks"),
        (&["matrix", "supabase/migrations"], "no table speaks"),
        (&["matrix", "--pack", "dragonfli", "--policy-only"], "dragonfly"),
        (&["matrix", "--pack", "dragonfly"], "--policy-only"),
        (&["matrix", "--pack", "postgres", "--policy-only"], "no policy of the shape"),
        (&["matrix", "nowhere"], "nowhere"),
    ] {
        let (status, text) = preflight(&clean, arguments);
        assert_eq!(status, Some(2), "{arguments:?}: {text}");
        assert!(text.contains(needle), "{arguments:?}: {text}");
    }
    let nowhere = tempfile::tempdir().unwrap();
    assert_eq!(preflight(nowhere.path(), &["matrix"]).0, Some(2));
    let (status, text) = preflight(nowhere.path(), &["matrix", "--pack", "dragonfly", "--policy-only"]);
    assert_eq!(status, Some(0), "a pack has a table wherever it is asked for: {text}");
    assert_eq!(preflight(&clean, &["matrix", "-q"]), (Some(0), String::new()));
}

#[test]
fn text_of_an_input_ends_no_cell_and_is_no_tag() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("env/prod")).unwrap();
    fs::write(
        folder.path().join("preflight.yaml"),
        "version: 1\npacks: [./team.yaml]\ndocuments: [{ files: \"env/{environment}/{service}.env\", kind: dotenv }]\n",
    )
    .unwrap();
    let policy = json!({ "version": 1, "policies": { "table": {
        "severity": "error", "why": "<img src=x> @team | `", "fix": "f", "see": "javascript:alert(1)",
        "matrix": { "environments": ["prod"], "services": ["a*"], "variables": { "K": ["required"] },
                    "because": { "K": "a | b <script>alert(1)</script> @team" } } } } });
    fs::write(folder.path().join("team.yaml"), policy.to_string()).unwrap();
    fs::write(folder.path().join("env/prod/a<b>&\"|`@x.env"), "J=1\n").unwrap();
    let (_, page) = preflight(folder.path(), &["matrix", "--format", "html"]);
    assert!(!page.contains("<img") && !page.contains("<script") && !page.contains("<b>"), "{page}");
    assert!(page.contains("a&lt;b&gt;&amp;&quot;"), "{page}");
    let (_, text) = preflight(folder.path(), &["matrix", "--format", "markdown"]);
    let row = text.lines().find(|line| line.contains("`K`")).unwrap();
    assert_eq!(row.matches('|').count(), 5, "{row}");
    assert!(!text.contains("@team") && !text.contains("<script"), "{text}");
    let _: Map<String, Value> =
        serde_json::from_str(&preflight(folder.path(), &["matrix", "--format", "json"]).1).unwrap();
}
