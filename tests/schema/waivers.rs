//! preflight-waivers.yaml and preflight-baseline.json: the schema and the loader judge alike.

use super::{config_accepts, schema_accepts};
use preflight::finding::Problem;
use preflight::source::SourceMap;
use preflight::waive::{baseline, file};

fn accepts<T>(loaded: Result<T, Vec<Problem>>) -> Result<(), String> {
    loaded.map(drop).map_err(|problems| problems.iter().map(|problem| problem.message.clone()).collect())
}

fn file_accepts(text: &str) -> Result<(), String> {
    let source = SourceMap::new().add(file::FILE_NAME, text);
    accepts(file::load(source, text))
}

fn baseline_accepts(text: &str) -> Result<(), String> {
    let source = SourceMap::new().add(baseline::FILE_NAME, text);
    accepts(baseline::load(source, text))
}

#[track_caller]
fn both(name: &str, text: &str, load: fn(&str) -> Result<(), String>, good: bool) {
    let (loader, schema) = (load(text), schema_accepts(name, text));
    assert_eq!(loader.is_ok(), good, "the loader: {loader:?}\n{text}");
    assert_eq!(schema.is_ok(), good, "the schema: {schema:?}\n{text}");
}

#[test]
fn waivers_are_judged_alike() {
    let good = "version: 1\nwaivers:\n  - policy: go-live-matrix/missing\n    target: { path: a/b.json, object: A of b in c, findings: 2 }\n    reason: because\n    until: 2027-01-31\n    owner: us\n    ticket: DB-1\n";
    both("waivers", good, file_accepts, true);
    both("waivers", "version: 1\nwaivers: []\n", file_accepts, true);
    both("waivers", "version: 1\nwaivers: [{ policy: a, target: { path: ./a, object: b } }]\n", file_accepts, true);
    for (old, new) in [
        ("version: 1", "version: 2"),
        ("version: 1\n", ""),
        ("waivers:", "waiver:"),
        ("go-live-matrix/missing", "go-*"),
        ("go-live-matrix/missing", "Go"),
        ("go-live-matrix/missing", "[a, b]"),
        ("a/b.json", "/a/b.json"),
        ("a/b.json", "a/../b.json"),
        ("a/b.json", "\"\""),
        ("object: A of b in c", "object: 5"),
        ("object: A of b in c, ", ""),
        ("findings: 2", "findings: 0"),
        ("findings: 2", "findings: two"),
        ("reason: because", "reason: \"\""),
        ("until: 2027-01-31", "until: 2027-13-31"),
        ("owner: us", "owners: us"),
        ("target:", "targets:"),
    ] {
        assert!(good.contains(old), "{old}");
        both("waivers", &good.replace(old, new), file_accepts, false);
    }
    let pattern = good.replace("a/b.json", "a/*.json");
    assert!(file_accepts(&pattern).is_err(), "that a path is no pattern says the loader alone");
}

#[test]
fn baselines_are_judged_alike() {
    let good = "{ \"version\": 1, \"findings\": [\n  { \"path\": \"a\", \"policy\": \"b\", \"object\": \"c\", \"count\": 1 }\n] }";
    both("baseline", good, baseline_accepts, true);
    both("baseline", "{ \"version\": 1, \"findings\": [] }", baseline_accepts, true);
    for (old, new) in [
        ("1,", "2,"),
        ("\"findings\"", "\"finding\""),
        ("\"count\": 1", "\"count\": 0"),
        ("\"count\": 1", "\"count\": \"1\""),
        ("\"path\": \"a\", ", ""),
        ("\"c\"", "5"),
        ("\"policy\"", "\"id\""),
    ] {
        assert!(good.contains(old), "{old}");
        both("baseline", &good.replacen(old, new, 1), baseline_accepts, false);
    }
}

#[test]
fn what_a_project_asks_of_waivers_is_judged_alike() {
    let config = |more: &str| {
        format!("version: 1\npacks: [dragonfly]\ndocuments: [{{ files: \"*.env\", kind: dotenv }}]\n{more}\n")
    };
    for (more, good) in [
        ("waivers: { require: [reason, until], max_days: 90, file: ops/waivers.yaml }", true),
        ("waivers: { require: owner }", true),
        ("waivers: {}", true),
        ("baseline: ops/known.json", true),
        ("waivers: [reason]", false),
        ("waivers: { require: [because] }", false),
        ("waivers: { max_days: 0 }", false),
        ("waivers: { max_days: \"90\" }", false),
        ("waivers: { file: ../waivers.yaml }", false),
        ("waivers: { path: waivers.yaml }", false),
        ("baseline: /etc/known.json", false),
        ("baseline: [known.json]", false),
        ("baseline: \"\"", false),
    ] {
        both("config", &config(more), config_accepts, good);
    }
}
