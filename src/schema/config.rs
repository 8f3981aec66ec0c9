//! preflight.yaml.

use super::{DATE, DIALECT, mapping, pack, texts, waivers, with_rules};
use crate::config::{DOCUMENT_KEYS, KEYS, OFF, POLICY_KEYS, VERSION, WAIVERS_KEYS};
use crate::document::DOCUMENT_KINDS;
use crate::fact::Kind;
use crate::finding::Severity;
use serde_json::{Value, json};

/// The schema of preflight.yaml.
pub(super) fn schema() -> Value {
    let severities: Vec<&str> = Severity::ALL.iter().map(|severity| severity.as_str()).collect();
    let label = json!({ "type": "object", "additionalProperties": texts() });
    let mut schema = mapping(KEYS, |key| match key {
        "version" => json!({ "const": VERSION }),
        "documents" => json!({ "type": "array", "minItems": 1, "items": document() }),
        "labels" => {
            json!({ "type": "object", "properties": { "service": label, "environment": label }, "additionalProperties": false })
        }
        "params" => json!({ "type": "object", "additionalProperties": texts() }),
        "policies" => json!({ "type": "object", "additionalProperties": setting() }),
        "needs" => pack::needs(),
        "directions" => pack::directions(),
        "fail_on" => json!({ "enum": severities }),
        "waivers" => waivers::demand(WAIVERS_KEYS),
        "baseline" => waivers::path(),
        "today" => json!({ "type": "string", "pattern": format!("^({DATE}|now)$") }),
        _ => texts(),
    });
    if let Some(object) = schema.as_object_mut() {
        object.insert("$schema".into(), DIALECT.into());
        object.insert("title".into(), "preflight.yaml".into());
    }
    schema
}

/// An entry of `policies`.
fn setting() -> Value {
    let mut severity = super::policy::severity();
    if let Some(choices) = severity.get_mut("anyOf").and_then(Value::as_array_mut) {
        choices.push(json!({ "const": OFF }));
    }
    mapping(POLICY_KEYS, |_| severity.clone())
}

/// An entry of `documents`; only kinds with loaders may name one.
fn document() -> Value {
    let kinds: Vec<&str> = DOCUMENT_KINDS.iter().map(|kind| kind.name).collect();
    let entry = mapping(DOCUMENT_KEYS, |key| match key {
        "kind" => json!({ "enum": kinds }),
        "service" => texts(),
        "driver" => pack::driver(),
        "files" => files(),
        "database" => json!({ "type": "string", "pattern": "\\S" }),
        _ => json!({ "type": "string" }),
    });
    let rule = |kind: &crate::document::DocumentKind| {
        let loader = if kind.loaders.is_empty() { json!(false) } else { json!({ "enum": kind.loaders }) };
        let runner = if kind.runners.is_empty() { json!(false) } else { json!({ "enum": kind.runners }) };
        let mut then = json!({ "loader": loader, "runner": runner });
        if let (Some(then), true) = (then.as_object_mut(), kind.runners.is_empty()) {
            then.insert("database".into(), json!(false));
        }
        if let (Some(then), false) = (then.as_object_mut(), kind.gives.contains(&Kind::Connection)) {
            then.insert("driver".into(), json!(false));
        }
        if let (Some(then), true) = (then.as_object_mut(), kind.name != crate::document::catalog::KIND) {
            then.insert("schema".into(), json!(false));
            then.insert("files".into(), json!({ "not": { "pattern": "\\{schema\\}" } }));
        }
        json!({ "if": { "properties": { "kind": { "const": kind.name } } }, "then": { "properties": then } })
    };
    let rules: Vec<Value> = DOCUMENT_KINDS.iter().map(rule).collect();
    with_rules(entry, rules)
}

/// A glob of paths below preflight.yaml, whose captures are labels.
fn files() -> Value {
    let outside = "^/|(^|/)\\.\\.(/|$)";
    json!({
        "type": "string",
        "pattern": "^([^{]|\\{(service|environment|schema)\\})*$",
        "allOf": [{ "pattern": "\\S" }, { "not": { "pattern": outside } }],
    })
}
