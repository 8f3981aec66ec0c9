//! Every modelled loader against what the real one returned: `fixtures/dotenv/conformance.json`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use serde_json::Value as Json;
use std::collections::BTreeMap;

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/dotenv/conformance.json");

/// The row of the fixture that a loader is held against.
fn row(loader: &str) -> &str {
    // POSIX leaves to the shell how much of a file with a syntax error it runs; dash is modelled, bash runs more.
    if loader == "shell" { "dash" } else { loader }
}

/// Where a loader cannot be expected to agree: loader, input, and why.
const EXCEPTIONS: &[(&str, &str, &str)] =
    &[("shell", "TONE=pa$$word$1\n", "the shell's own process id, and an argument: undecided")];

#[derive(Debug, PartialEq)]
enum Given {
    Refused,
    Values(BTreeMap<String, Option<String>>),
    /// A command would decide it, and none is run.
    Command,
}

fn model(loader: &Loader, text: &str) -> Given {
    let source = Text { source: SourceId(0), text, lines: &[] };
    let mut values = BTreeMap::new();
    for item in (loader.read)(&source, &mut Scope::new(Outer::Empty, text)) {
        let assignment = match item {
            Item::Refused(..) => return Given::Refused,
            Item::Skipped(..) => continue,
            Item::Assignment(assignment) => assignment,
        };
        let name = assignment.read_as.unwrap_or(text.get(assignment.name.clone()).unwrap()).to_owned();
        match assignment.value {
            Some(Value { unknown: Some(Unknown::Command), .. }) => return Given::Command,
            Some(Value { unknown: Some(why), .. }) => drop(values.insert(name, Some(format!("?{why:?}")))),
            Some(value) => drop(values.insert(name, Some(value.text.text().to_owned()))),
            // Only python-dotenv has names without a value.
            None if loader.name == "python-dotenv" => drop(values.insert(name, None)),
            None => {}
        }
    }
    Given::Values(values)
}

fn cases() -> Vec<Json> {
    let fixture: Json = serde_json::from_str(&std::fs::read_to_string(FIXTURE).unwrap()).unwrap();
    fixture["cases"].as_array().unwrap().clone()
}

/// What the real loader gave; nothing where it was not measured.
fn measured(case: &Json, row: &str) -> Option<Given> {
    let reads = case["reads"].as_array().unwrap();
    let read = reads.iter().find(|read| read["loaders"].as_array().unwrap().iter().any(|name| name == row))?;
    Some(match &read["gives"] {
        Json::String(_) => Given::Refused,
        gives => Given::Values(
            gives
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, value)| (name.clone(), value.as_str().map(str::to_owned)))
                .collect(),
        ),
    })
}

#[test]
fn every_loader_agrees_with_the_measured_one() {
    let cases = cases();
    assert_eq!(cases.len(), 81, "81 texts; two more are no UTF-8 and never reach a loader");
    let mut failures = Vec::new();
    for loader in LOADERS.iter().filter(|loader| loader.name != "railway-raw") {
        let mut exceptions = 0;
        for case in &cases {
            let input = case["input"].as_str().unwrap();
            let expected = measured(case, row(loader.name)).expect("every loader was measured on every text");
            let found = model(loader, input);
            // What a command prints is never known here; that it is one, is.
            let agrees =
                found == expected || (found == Given::Command && (input.contains("$(") || input.contains('`')));
            let excepted = EXCEPTIONS.iter().any(|(name, text, _)| *name == loader.name && *text == input);
            exceptions += usize::from(excepted);
            if agrees == excepted {
                let what = if excepted { "is excepted, and agrees" } else { "differs" };
                failures.push(format!("{} {what} on {input:?}: {found:?}, measured {expected:?}", loader.name));
            }
        }
        assert!(exceptions <= 3, "{} has too many exceptions", loader.name);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
