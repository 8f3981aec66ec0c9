//! Policy files.

use super::condition::VALUE;
use super::selection::{alone, definitions, field, fields, inner_rules, of_kind, one_kind, some_kinds};
use super::{DIALECT, date, mapping, reference, sentence, texts, waivers, with_rules};
use crate::fact::{KINDS, Kind, KindDef, Type};
use crate::finding::Severity;
use crate::policy::Slot;
use crate::policy::grammar::{self, SHAPES};
use crate::policy::matrix::{Demand, Others};
use serde_json::{Map, Value, json};

/// The name of the definition of a list of names.
const NAMES: &str = "listed-names";

/// The schema of policy files.
pub(super) fn schema() -> Value {
    let mut schema = mapping(grammar::FILE, |key| match key {
        "version" => json!({ "const": grammar::VERSION }),
        "policies" => json!({
            "type": "object",
            "propertyNames": { "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$" },
            "additionalProperties": reference("policy"),
        }),
        _ => json!({ "type": "object", "additionalProperties": reference("value-type") }),
    });
    let mut defs = definitions();
    defs.insert("policy".into(), policy());
    defs.insert("severity".into(), severity());
    defs.insert("value-type".into(), value_type());
    defs.insert("matrix".into(), matrix());
    defs.insert(NAMES.into(), names());
    if let Some(object) = schema.as_object_mut() {
        object.insert("$schema".into(), DIALECT.into());
        object.insert("title".into(), "preflight policies".into());
        object.insert("$defs".into(), defs.into());
    }
    schema
}

fn policy() -> Value {
    let mut schema = mapping(grammar::POLICY, |key| match key {
        "severity" => reference("severity"),
        "from" | "until" => date(),
        "waivable" => json!({ "anyOf": [{ "type": "boolean" }, waivers::demand(grammar::WAIVABLE)] }),
        "also_known_as" => texts(),
        "at" => json!({ "anyOf": KINDS.iter().map(|def| reference(&field(def))).collect::<Vec<_>>() }),
        "unless" => {
            json!({ "type": "array", "items": { "anyOf": KINDS.iter().map(|def| reference(def.name)).collect::<Vec<_>>() } })
        }
        "forbid" => some_kinds(&[], |_| Value::Null, |_, _| Value::Null),
        "expect" => expect(),
        "require" => one_kind(grammar::REQUIRE, |def, _| each(def.kind)),
        "distinct" => some_kinds(
            grammar::DISTINCT,
            |key| if key == "at_most" { json!({ "type": "integer", "minimum": 1 }) } else { texts() },
            |def, key| match key {
                "at_most" => json!(true),
                "across" => reference(&field(def)),
                _ => reference(&fields(def)),
            },
        ),
        "same" => some_kinds(
            grammar::SAME,
            |_| texts(),
            |def, key| reference(&if key == "field" { field(def) } else { fields(def) }),
        ),
        "matrix" => reference("matrix"),
        _ => sentence(),
    });
    let one: Vec<Value> = SHAPES.iter().map(|shape| json!({ "required": [shape] })).collect();
    let needs_says: Vec<Value> =
        ["forbid", "require", "distinct", "same"].iter().map(|shape| json!({ "required": [shape] })).collect();
    if let Some(object) = schema.as_object_mut() {
        object.insert("oneOf".into(), one.into());
        object.insert("if".into(), json!({ "anyOf": needs_says }));
        object.insert("then".into(), json!({ "required": ["says"] }));
        object.insert("dependentSchemas".into(), json!({ "matrix": { "properties": { "at": false } } }));
    }
    with_rules(schema, KINDS.iter().map(one_kind_rule).collect())
}

/// A policy that speaks of this kind alone: `unless` and `at` speak of it too.
fn one_kind_rule(def: &KindDef) -> Value {
    let shapes = SHAPES.iter().filter(|shape| **shape != "matrix");
    let speaks: Map<String, Value> = shapes.map(|shape| ((*shape).to_owned(), reference(&alone(def)))).collect();
    json!({
        "if": { "properties": speaks, "not": { "required": ["matrix"] } },
        "then": { "properties": { "at": reference(&field(def)), "unless": { "items": reference(def.name) } } },
    })
}

fn expect() -> Value {
    let of = |def: &KindDef| with_rules(of_kind(def, grammar::EXPECT, |_| reference(def.name)), inner_rules(def, "to"));
    json!({ "oneOf": KINDS.iter().map(of).collect::<Vec<_>>() })
}

/// A severity, or one by environment.
pub(super) fn severity() -> Value {
    let words: Vec<&str> = Severity::ALL.iter().map(|severity| severity.as_str()).collect();
    let word = json!({ "enum": words });
    json!({ "anyOf": [word, { "type": "object", "additionalProperties": word, "required": ["*"] }] })
}

/// Names by field: what `each` of a `require` counts.
fn each(kind: Kind) -> Value {
    let names = |name: &String| {
        let slot = Slot::named(kind, name)?;
        let is_name =
            slot.words().is_none() && matches!(slot.ty(), Type::Name | Type::SqlType | Type::Label | Type::Text);
        is_name.then(|| (name.clone(), reference(NAMES)))
    };
    let properties: Map<String, Value> = Slot::names(kind).iter().filter_map(names).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// A list of names, one name, or a param.
fn names() -> Value {
    let this = reference(NAMES);
    let list = json!({ "type": "array", "minItems": 1, "items": this });
    let words = json!({
        "type": "object",
        "minProperties": 1,
        "properties": { "param": { "type": "string" }, "any": list },
        "additionalProperties": false,
    });
    json!({ "anyOf": [{ "type": "string" }, list, words] })
}

fn value_type() -> Value {
    let says = grammar::TYPE.iter().filter(|key| key.name == "says");
    let one = |name: &str, schema: Value, doc: &str| {
        let mut properties = Map::new();
        for key in says.clone() {
            properties.insert(key.name.into(), super::described(sentence(), key.doc));
        }
        properties.insert(name.into(), super::described(schema, doc));
        json!({ "type": "object", "properties": properties, "required": [name], "additionalProperties": false })
    };
    let mut all = vec![
        one("value", reference(VALUE), "a condition on the text of the value"),
        one("json_schema", json!({ "type": "string" }), "the path of a JSON Schema, relative to the pack"),
    ];
    let in_values = KINDS.iter().filter(|def| def.parent == Some(Kind::Variable));
    all.extend(in_values.map(|def| one(def.name, reference(def.name), def.doc)));
    json!({ "oneOf": all })
}

fn matrix() -> Value {
    let spellings: Vec<&str> = Demand::SPELLINGS.iter().map(|(name, _)| *name).collect();
    let mut own = mapping(grammar::CELL, |_| reference(VALUE));
    if let Some(object) = own.as_object_mut() {
        object.insert("minProperties".into(), 1.into());
        object.insert("maxProperties".into(), 1.into());
    }
    let cell = json!({ "anyOf": [{ "enum": spellings }, own] });
    let words = |choices: &[(&'static str, Others)]| choices.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    mapping(grammar::MATRIX, |key| match key {
        "environments" | "services" => reference(NAMES),
        "variables" => {
            json!({ "type": "object", "additionalProperties": { "anyOf": [cell, { "type": "array", "minItems": 1, "items": cell }] } })
        }
        "values" => json!({ "type": "object", "additionalProperties": reference(VALUE) }),
        "because" => {
            json!({ "type": "object", "additionalProperties": { "anyOf": [sentence(), { "type": "object", "additionalProperties": sentence() }] } })
        }
        _ => mapping(
            grammar::OTHERS,
            |key| json!({ "enum": words(if key == "variables" { Others::VARIABLES } else { Others::SERVICES }) }),
        ),
    })
}
