//! preflight-waivers.yaml and preflight-baseline.json, and what policies and projects ask of waivers.

use super::{DIALECT, date, mapping, sentence, texts};
use crate::policy::grammar::Key;
use crate::policy::waivable::Part;
use crate::waive::{baseline, file};
use serde_json::{Value, json};

/// The schema of preflight-waivers.yaml.
pub(super) fn schema() -> Value {
    let target = mapping(file::TARGET, |key| match key {
        "findings" => json!({ "type": "integer", "minimum": 1 }),
        "path" => path(),
        _ => sentence(),
    });
    let waiver = mapping(file::WAIVER, |key| match key {
        "policy" => json!({ "type": "string", "pattern": "^\\s*[a-z0-9]+(-[a-z0-9]+)*(/[a-z]+)?\\s*$" }),
        "target" => target.clone(),
        "until" => date(),
        _ => sentence(),
    });
    let schema = mapping(file::FILE, |key| match key {
        "version" => json!({ "const": file::VERSION }),
        _ => json!({ "type": "array", "items": waiver }),
    });
    titled(schema, file::FILE_NAME)
}

/// The schema of preflight-baseline.json.
pub(super) fn baseline() -> Value {
    let entry = mapping(baseline::ENTRY, |key| match key {
        "count" => json!({ "type": "integer", "minimum": 1 }),
        _ => json!({ "type": "string" }),
    });
    let schema = mapping(baseline::FILE, |key| match key {
        "version" => json!({ "const": baseline::VERSION }),
        _ => json!({ "type": "array", "items": entry }),
    });
    titled(schema, baseline::FILE_NAME)
}

fn titled(mut schema: Value, title: &str) -> Value {
    if let Some(object) = schema.as_object_mut() {
        object.insert("$schema".into(), DIALECT.into());
        object.insert("title".into(), title.into());
    }
    schema
}

/// What waivers must be like.
pub(super) fn demand(keys: &[Key]) -> Value {
    let parts: Vec<&str> = Part::ALL.iter().map(|(name, _)| *name).collect();
    let part = json!({ "enum": parts });
    mapping(keys, |key| match key {
        "require" => json!({ "anyOf": [part, { "type": "array", "items": part }] }),
        "max_days" => json!({ "type": "integer", "minimum": 1 }),
        "file" => path(),
        _ => texts(),
    })
}

/// A path below the project.
pub(super) fn path() -> Value {
    json!({ "type": "string", "pattern": "\\S", "not": { "pattern": "^\\s*/|(^\\s*|/)\\.\\.(/|\\s*$)" } })
}
