//! JSON Schemas for editors and programs, generated from the tables that the program itself reads: the grammar, the
//! vocabulary, the document kinds, the report's types. What no schema can say (an unknown param, a duplicate id, the
//! length of a row) the loader says.

mod condition;
mod config;
mod pack;
mod policy;
mod selection;
mod waivers;

use crate::policy::grammar::Key;
use serde_json::{Map, Value, json};

/// The dialect of every schema.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// A schema that the program prints.
struct Named {
    name: &'static str,
    make: fn() -> Value,
}

/// The table of schemas.
const SCHEMAS: &[Named] = &[
    Named { name: "policy", make: policy::schema },
    Named { name: "pack", make: pack::schema },
    Named { name: "config", make: config::schema },
    Named { name: "waivers", make: waivers::schema },
    Named { name: "baseline", make: waivers::baseline },
    Named { name: "report", make: crate::report::json::schema },
    Named { name: "state", make: crate::state::schema },
    Named { name: "matrix", make: crate::matrix::schema },
    Named { name: "audit", make: crate::audit::schema },
    Named { name: "ndjson", make: crate::report::ndjson::schema },
];

/// The names of the schemas: `policy` (policy files), `pack` (pack.yaml), `config` (preflight.yaml), `waivers`
/// (preflight-waivers.yaml), `baseline` (preflight-baseline.json), those of `--format json`: `report`, `matrix`, `audit`,
/// `state`, and `ndjson` (one line of `--format ndjson`).
pub fn names() -> Vec<&'static str> {
    SCHEMAS.iter().map(|schema| schema.name).collect()
}

/// The schema called `name`.
pub fn schema(name: &str) -> Option<Value> {
    SCHEMAS.iter().find(|schema| schema.name == name).map(|schema| (schema.make)())
}

/// The schema called `name`, as text with a final line end.
pub fn text(name: &str) -> Option<String> {
    serde_json::to_string_pretty(&schema(name)?).ok().map(|text| text + "\n")
}

/// A mapping with the keys of a table of the grammar; `value` gives the schema of each.
fn mapping(keys: &[Key], value: impl Fn(&str) -> Value) -> Value {
    let mut properties = Map::new();
    for key in keys {
        properties.insert(key.name.into(), described(value(key.name), key.doc));
    }
    let required: Vec<&str> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// A mapping with all of these schemas besides its own.
fn with_rules(mut schema: Value, rules: Vec<Value>) -> Value {
    if let (Some(object), false) = (schema.as_object_mut(), rules.is_empty()) {
        object.insert("allOf".into(), rules.into());
    }
    schema
}

/// A schema with a description.
fn described(mut schema: Value, doc: &str) -> Value {
    if let Some(object) = schema.as_object_mut() {
        object.insert("description".into(), doc.into());
    }
    schema
}

/// Text with something in it.
fn sentence() -> Value {
    json!({ "type": "string", "pattern": "\\S" })
}

/// One text, or a list of them.
fn texts() -> Value {
    json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] })
}

/// The pattern of a date; whether the month has such a day says the loader.
const DATE: &str = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";

/// A date.
fn date() -> Value {
    json!({ "type": "string", "pattern": format!("^{DATE}$") })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}
