#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::super::sample::{self, SECRET, Sample};
use super::*;
use serde_json::Value;

fn written(sample: &Sample) -> (String, Value) {
    let mut out = Vec::new();
    render(&sample.report, sample.sources.map.shown(), &Style::default(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let value = serde_json::from_str(&text).unwrap();
    (text, value)
}

fn errors(value: &Value) -> Vec<String> {
    let schema = jsonschema::validator_for(&schema()).unwrap();
    schema.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn what_is_written_is_valid_by_the_schema() {
    for sample in [sample::sample(), sample::broken()] {
        let (_, value) = written(&sample);
        assert_eq!(errors(&value), Vec::<String>::new());
    }
}

#[test]
fn the_schema_refuses_what_is_not_a_report() {
    let (_, good) = written(&sample::sample());
    let broken: &[(&str, Value)] = &[
        ("/verdict", "fine".into()),
        ("/findings/0/severity", "fatal".into()),
        ("/findings/0/line", 0.into()),
        ("/findings/0/labels/0/role", Value::Null),
        ("/undecided/0/column", "1".into()),
        ("/policies/0/state", "judged!".into()),
        ("/totals/documents/0/count", "9".into()),
    ];
    for (pointer, value) in broken {
        let mut report = good.clone();
        *report.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value.clone();
        assert_ne!(errors(&report), Vec::<String>::new(), "{pointer}");
    }
    for field in ["version", "verdict", "findings", "undecided", "waived", "problems", "policies", "notices", "totals"]
    {
        let mut report = good.clone();
        report.as_object_mut().unwrap().remove(field);
        assert_ne!(errors(&report), Vec::<String>::new(), "{field} is required");
    }
}

#[test]
fn the_schema_describes_itself() {
    let schema = schema();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["title"], "preflight report");
    assert_eq!(schema.get("$id"), None);
    let required = schema["$defs"]["JsonUndecided"]["required"].as_array().unwrap();
    assert!(!required.iter().any(|field| field == "line"), "a place is optional there: {required:?}");
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        assert!(definition["description"].is_string(), "{name}");
        for (field, about) in definition["properties"].as_object().into_iter().flatten() {
            assert!(about["description"].is_string(), "{name}.{field}");
        }
    }
}

#[test]
fn a_finding_says_where_with_true_columns() {
    let (_, value) = written(&sample::sample());
    let port = &value["findings"][0];
    assert_eq!(port["policy"], "runtime-goes-through-the-pooler");
    assert_eq!(port["path"], "env/prod/dragonfly-api.env");
    let place = |value: &Value| ["line", "column", "end_line", "end_column"].map(|key| value[key].as_u64().unwrap());
    let line = sample::API_ENV.lines().nth(2).unwrap();
    let column = line.find("5432").unwrap() as u64 + 1;
    assert_eq!(place(port), [3, column, 3, column + 4]);
    assert_eq!((&port["service"], &port["environment"]), (&"dragonfly-api".into(), &"prod".into()));
    assert_eq!((&port["labels"][0]["role"], &port["labels"][0]["line"]), (&"policy".into(), &8.into()));
    let [line, column, end_line, end_column] = place(&value["findings"][1]);
    assert_eq!((line, column), (end_line, end_column), "a gap ends where it begins");
    assert_eq!(port["missing"], false);
    assert_eq!(value["findings"][3]["service"], Value::Null);
}

#[test]
fn a_missing_file_and_what_has_no_place() {
    let (_, value) = written(&sample::sample());
    let missing = value["findings"].as_array().unwrap().iter().find(|finding| finding["missing"] == true).unwrap();
    assert_eq!((&missing["line"], &missing["end_column"]), (&1.into(), &1.into()));
    assert_eq!(missing["path"], "env/prod/dragonfly-worker\\u{1b}[2J-enforcement.env");
    assert_eq!(missing["labels"][0]["role"], "config");
    assert_eq!(value["undecided"][0]["line"], 3);
    assert_eq!((value["undecided"][1].get("path"), value["undecided"][1].get("line")), (None, None));
    let (_, broken) = written(&sample::broken());
    assert_eq!((&broken["verdict"], &broken["problems"][0]["line"]), (&"no-verdict".into(), &18.into()));
    assert_eq!((&broken["problems"][2]["path"], broken["problems"][2].get("line")), (&"env/prdo/\\u{7}".into(), None));
}

#[test]
fn policies_say_how_they_fared() {
    let (_, value) = written(&sample::sample());
    let policies = &value["policies"];
    assert_eq!(
        policies[0],
        serde_json::json!({"id": "runtime-goes-through-the-pooler", "state": "judged", "judged": 6})
    );
    assert_eq!((&policies[1]["state"], policies[1]["because"].is_string()), (&"not-judged".into(), true));
    assert_eq!(policies[3], serde_json::json!({"id": "no-truncate", "state": "idle"}));
    assert_eq!(value["totals"]["documents"][2], serde_json::json!({"kind": "migrations", "count": 2}));
}

#[test]
fn no_secret_and_no_control_character_is_written() {
    let (text, _) = written(&sample::sample());
    assert!(!text.contains(SECRET));
    let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!text.contains(steers), "raw");
    assert!(!text.contains("\\u001b"), "nor as an escape of JSON, which a reader would undo");
}

#[test]
fn words_are_those_of_the_model() {
    use crate::finding::{LabelRole, Severity};
    use crate::report::Verdict;
    let word = |value: Value| value.as_str().unwrap().to_owned();
    for severity in Severity::ALL {
        let json = serde_json::to_value(types::JsonSeverity::from(*severity)).unwrap();
        assert_eq!(word(json), severity.as_str());
    }
    for verdict in [Verdict::Clean, Verdict::Findings, Verdict::Undecided, Verdict::NoVerdict] {
        assert_eq!(word(serde_json::to_value(types::JsonVerdict::from(verdict)).unwrap()), verdict.as_str());
    }
    for role in [LabelRole::Fact, LabelRole::Policy, LabelRole::Config] {
        assert_eq!(word(serde_json::to_value(types::JsonRole::from(role)).unwrap()), role.as_str());
    }
}
