//! Every built-in pack against its own cases, and every policy, slightly changed, against them too: a change that no case
//! notices is a change that a pull request can make unseen.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod support;

use preflight::config::Config;
use preflight::policy::{self, PackText, PolicySet};
use serde_json::Value;
use std::path::Path;
use support::case::Case;
use support::pack::{self, Pack};
use support::run::{self, Prepared};
use support::yaml;

/// The built-in packs, with their cases and the preflight.yaml that reads the files of the cases.
fn packs() -> Vec<(Pack, PackText, Vec<Case>, Value)> {
    let read = |name: &str| {
        let text = policy::built_in(name).unwrap();
        let pack = Pack::read(&text).unwrap_or_else(|message| panic!("{name}: {message}"));
        let ids: Vec<String> = pack.policies.keys().cloned().collect();
        let cases = pack.cases.as_deref().unwrap_or_else(|| panic!("{name} has no cases.yaml"));
        let cases = Case::read(cases, &ids).unwrap_or_else(|message| panic!("{name}: {message}"));
        let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name).join("clean/preflight.yaml");
        let usual = std::fs::read_to_string(&usual).unwrap_or_else(|error| panic!("{}: {error}", usual.display()));
        let usual = yaml::read("preflight.yaml", &usual).unwrap();
        (pack, text, cases, usual)
    };
    policy::built_in_names().map(read).collect()
}

/// A case with its files read, and the policies of `text` in the project of the case.
fn prepare<'a>(case: &'a Case, text: &PackText, usual: &Value) -> (Prepared<'a>, PolicySet) {
    let named = |message: String| -> ! { panic!("case \"{}\": {message}", case.name) };
    let config: Config = run::config(case, usual).unwrap_or_else(|message| named(message));
    let set = pack::load(text, &config).unwrap_or_else(|message| named(message));
    let prepared = run::prepare(case, config, &set).unwrap_or_else(|message| named(message));
    (prepared, set)
}

#[test]
fn every_case_finds_exactly_what_it_says() {
    let mut failures = Vec::new();
    for (_, text, cases, usual) in packs() {
        for case in &cases {
            let (prepared, set) = prepare(case, &text, &usual);
            let differences = prepared.differences(&set);
            if !differences.is_empty() {
                failures.push(format!("case \"{}\"\n    {}", case.name, differences.join("\n    ")));
            }
        }
    }
    assert!(failures.is_empty(), "{} cases differ\n\n{}\n", failures.len(), failures.join("\n\n"));
}

#[test]
fn every_policy_has_a_case_that_fires_and_one_that_is_silent() {
    let mut lacking = Vec::new();
    for (pack, _, cases, _) in packs() {
        for id in pack.policies.keys() {
            if !cases.iter().any(|case| case.fires(id)) {
                lacking.push(format!("{id}: no case in which it finds something"));
            }
            if !cases.iter().any(|case| case.is_silent_about(id)) {
                lacking.push(format!("{id}: no case in which it looks and finds nothing"));
            }
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}
