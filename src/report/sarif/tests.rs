#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::super::tests::{rendered, samples};
use serde_json::Value;

fn written(index: usize) -> Value {
    serde_json::from_str(&rendered("sarif", &samples()[index])).unwrap()
}

fn validator() -> jsonschema::Validator {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas/sarif-2.1.0.json");
    let mut schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    // The one pattern that is no regular expression: it has a `]` too many. No such field is written.
    for holder in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][holder]["properties"]["language"];
        assert_eq!(
            language.as_object_mut().unwrap().remove("pattern").unwrap(),
            "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$"
        );
    }
    jsonschema::validator_for(&schema).unwrap()
}

/// The schema of the standard, which is not ours.
#[test]
fn every_sample_is_valid_by_the_schema_of_the_standard() {
    let schema = validator();
    for index in 0..samples().len() {
        let value = written(index);
        let errors: Vec<String> = schema
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()).chars().take(400).collect())
            .collect();
        assert_eq!(errors, Vec::<String>::new(), "sample {index}");
    }
    let mut broken = written(0);
    broken["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!schema.is_valid(&broken), "the schema is asked in earnest");
}

#[test]
fn each_policy_is_a_rule_and_each_result_finds_its_own() {
    let value = written(0);
    let run = &value["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(&ids[..3], ["runtime-goes-through-the-pooler", "one-supabase-project-per-service", "no-drop-column"]);
    assert!(ids.contains(&"dragonfly-matrix/missing"), "{ids:?}");
    for result in run["results"].as_array().unwrap() {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(result["ruleId"], rules[index]["id"]);
    }
    assert_eq!(rules[2]["helpUri"], "https://example.com/runbook?a=1#columns");
    assert_eq!((rules[0].get("helpUri"), rules[1].get("helpUri")), (None, None), "no address of the web");
    assert_eq!(rules[2]["defaultConfiguration"]["level"], "warning");
    assert_eq!(rules[2]["shortDescription"]["text"], "no-drop-column: drops a column");
    assert!(
        rules[2]["help"]["text"]
            .as_str()
            .unwrap()
            .ends_with("Fix: Mend it.\nSee: https://example.com/runbook?a=1#columns")
    );
    assert!(
        rules[1]["help"]["markdown"].as_str().unwrap().contains("**See** [docs/a.md＃b](<docs/a.md#b>)"),
        "{}",
        rules[1]
    );
}

#[test]
fn both_ends_have_places_and_no_text_of_a_document_is_there() {
    let value = written(0);
    let run = &value["runs"][0];
    assert_eq!((&run["columnKind"], &value["version"]), (&"unicodeCodePoints".into(), &"2.1.0".into()));
    let port = &run["results"][0];
    let place = &port["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "env/prod/dragonfly-api.env");
    let region = serde_json::json!({"startLine": 3, "startColumn": 108, "endLine": 3, "endColumn": 112});
    assert_eq!(place["region"], region);
    let policy = &port["relatedLocations"][0]["physicalLocation"];
    assert_eq!(
        (&policy["artifactLocation"]["uri"], &policy["region"]["startLine"]),
        (&"dragonfly/policies.yaml".into(), &8.into())
    );
    assert_eq!(port["relatedLocations"][0]["message"]["text"], "wants port 6543");
    let text = value.to_string();
    assert!(!text.contains("snippet") && !text.contains("LOG_LEVEL=") && !text.contains("aws-0-us-east-1"), "{text}");
}

#[test]
fn a_fingerprint_survives_lines_that_move() {
    let mut sample = samples().swap_remove(0);
    let prints = |sample: &super::super::sample::Sample| -> Vec<String> {
        let value: Value = serde_json::from_str(&rendered("sarif", sample)).unwrap();
        let results = value["runs"][0]["results"].as_array().unwrap().iter();
        results
            .map(|result| result["partialFingerprints"]["preflightIdentity/v1"].as_str().unwrap().to_owned())
            .collect()
    };
    let before = prints(&sample);
    for finding in &mut sample.report.findings {
        if let crate::finding::Anchor::At(span) = &mut finding.anchor {
            span.start += 1;
            span.end += 1;
        }
    }
    assert_eq!(prints(&sample), before);
    let distinct: std::collections::BTreeSet<&String> = before.iter().collect();
    assert_eq!(distinct.len(), before.len());
}

#[test]
fn what_is_waived_is_suppressed_and_says_why() {
    let value = written(2);
    let results = value["runs"][0]["results"].as_array().unwrap();
    let (open, hidden): (Vec<&Value>, Vec<&Value>) =
        results.iter().partition(|result| result["suppressions"].as_array().unwrap().is_empty());
    assert_eq!((open.len(), hidden.len()), (7, 2));
    let kinds: Vec<&Value> = hidden.iter().map(|result| &result["suppressions"][0]["kind"]).collect();
    assert_eq!(kinds, ["inSource", "external"]);
    let first = &hidden[0]["suppressions"][0];
    assert_eq!(first["status"], "accepted");
    let why = "The column was \\u{1b}[2Jempty, and nobody read it. (until 2027-01-31, owner platform, ticket OPS-12)";
    assert_eq!(first["justification"], why);
    assert!(written(0)["runs"][0]["results"][0].get("suppressions").is_none(), "no list where nothing is suppressed");
}

#[test]
fn what_keeps_a_run_from_its_verdict_is_a_notification() {
    let value = written(1);
    let invocation = &value["runs"][0]["invocations"][0];
    assert_eq!((&invocation["executionSuccessful"], &invocation["exitCode"]), (&false.into(), &2.into()));
    let notifications = invocation["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(notifications.len(), 3);
    assert_eq!(notifications[0]["descriptor"]["id"], "policy");
    assert_eq!(notifications[0]["locations"][0]["physicalLocation"]["region"]["startLine"], 18);
    let undecided = &written(0)["runs"][0]["invocations"][0];
    assert_eq!(undecided["executionSuccessful"], true);
    assert!(
        undecided["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap().contains("asked by runtime-")
    );
}

#[test]
fn paths_are_relative_to_something_that_is_said() {
    let mut sample = samples().swap_remove(0);
    sample.report.base = "apps/a b".into();
    let policies = crate::source::SourceId(3);
    assert_eq!(sample.sources.map.path(policies), "dragonfly/policies.yaml");
    sample.sources.map.mark_built_in(policies);
    let value: Value = serde_json::from_str(&rendered("sarif", &sample)).unwrap();
    let run = &value["runs"][0];
    let artifact = &run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(
        *artifact,
        serde_json::json!({"uri": "apps/a%20b/env/prod/dragonfly-api.env", "uriBaseId": "%SRCROOT%"})
    );
    let policy = &run["results"][0]["relatedLocations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(*policy, serde_json::json!({"uri": "dragonfly/policies.yaml", "uriBaseId": "%PREFLIGHT_PACKS%"}));
    for id in ["%SRCROOT%", "%PREFLIGHT_PACKS%"] {
        assert!(run["originalUriBaseIds"][id]["description"]["text"].is_string(), "{id}");
    }
}
