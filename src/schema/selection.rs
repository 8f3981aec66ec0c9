//! Selections of facts, one definition a kind.

use super::{condition, described, reference};
use crate::fact::{COMMON, Field, KINDS, Kind, KindDef};
use crate::policy::Slot;
use crate::policy::grammar::{JOIN, SELECTION};
use crate::policy::model::Within;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Every definition that selections need: one a kind, and the conditions on its fields.
pub(super) fn definitions() -> Map<String, Value> {
    let mut definitions = Map::new();
    for def in KINDS {
        for name in Slot::names(def.kind) {
            if let Some(slot) = Slot::named(def.kind, &name) {
                definitions.entry(condition::name(&slot)).or_insert_with(|| condition::definition(&slot));
            }
        }
        definitions.insert(def.name.into(), selection(def));
    }
    definitions.insert("join".into(), join());
    definitions
}

fn selection(def: &KindDef) -> Value {
    let mut properties = Map::new();
    for name in Slot::names(def.kind) {
        let Some(slot) = Slot::named(def.kind, &name) else { continue };
        let doc = slot.def.map_or("the variant", |def| def.doc);
        properties.insert(name, described(reference(&condition::name(&slot)), doc));
    }
    for key in SELECTION {
        let schema = match key.name {
            "not" => reference(def.name),
            "any" => json!({ "type": "array", "items": reference(def.name) }),
            _ => reference("join"),
        };
        properties.insert(key.name.into(), described(schema, key.doc));
    }
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    let rules = variant_rules(def);
    if let (Some(object), false) = (schema.as_object_mut(), rules.is_empty()) {
        object.insert("allOf".into(), rules.into());
    }
    described(schema, def.doc)
}

/// Where `is` names variants, only the fields that they have.
fn variant_rules(def: &KindDef) -> Vec<Value> {
    let mut by_fields: BTreeMap<Vec<&str>, Vec<&str>> = BTreeMap::new();
    for variant in def.variants {
        let mut fields: Vec<&str> = variant.fields.iter().map(|field| field.as_str()).collect();
        fields.sort_unstable();
        by_fields.entry(fields).or_default().push(variant.name);
    }
    let common = || COMMON.iter().map(|field| field.field.as_str()).chain([Field::Is.as_str()]);
    let outer: Vec<String> = Slot::names(def.kind)
        .into_iter()
        .filter(|name| Slot::named(def.kind, name).is_some_and(|slot| slot.reference.of.is_some()))
        .collect();
    let mut rules = Vec::new();
    for (fields, variants) in by_fields {
        let named = json!({ "anyOf": [{ "enum": variants }, { "type": "array", "contains": { "enum": variants } }] });
        let mut allowed: Vec<&str> =
            fields.into_iter().chain(common()).chain(SELECTION.iter().map(|key| key.name)).collect();
        allowed.extend(outer.iter().map(String::as_str));
        rules.push(json!({ "if": { "properties": { "is": named }, "required": ["is"] }, "then": { "propertyNames": { "enum": allowed } } }));
    }
    rules
}

/// A join: one kind of fact, and how it is joined.
fn join() -> Value {
    let within: Vec<&str> = Within::ALL.iter().map(|(name, _)| *name).collect();
    one_kind(JOIN, |_, key| match key {
        "in" => json!({ "enum": within }),
        _ => super::texts(),
    })
}

/// A mapping with exactly one kind of fact and some keys.
pub(super) fn one_kind(keys: &[crate::policy::grammar::Key], value: impl Fn(Kind, &str) -> Value) -> Value {
    let of_kind = |def: &KindDef| {
        let mut schema = super::mapping(keys, |key| value(def.kind, key));
        add_kind(&mut schema, def);
        if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
            required.push(def.name.into());
        }
        schema
    };
    json!({ "oneOf": KINDS.iter().map(of_kind).collect::<Vec<_>>() })
}

/// A mapping with one kind of fact or several, and some keys.
pub(super) fn some_kinds(keys: &[crate::policy::grammar::Key], value: impl Fn(&str) -> Value) -> Value {
    let mut schema = super::mapping(keys, value);
    for def in KINDS {
        add_kind(&mut schema, def);
    }
    let named: Vec<Value> = KINDS.iter().map(|def| json!({ "required": [def.name] })).collect();
    if let Some(object) = schema.as_object_mut() {
        object.insert("anyOf".into(), named.into());
    }
    schema
}

fn add_kind(schema: &mut Value, def: &KindDef) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(def.name.into(), reference(def.name));
    }
}
