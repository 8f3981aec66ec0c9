//! Selections of facts, one definition a kind.

use super::{condition, described, reference, with_rules};
use crate::fact::{COMMON, Field, KINDS, KindDef};
use crate::policy::Slot;
use crate::policy::grammar::{DISTINCT, EXPECT, JOIN, Key, REQUIRE, SAME, SELECTION};
use crate::policy::model::Within;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Every definition that selections need: of each kind the selection, the names of its fields, and what its variants
/// have; and the conditions on fields.
pub(super) fn definitions() -> Map<String, Value> {
    let mut definitions = Map::new();
    for def in KINDS {
        let names = Slot::names(def.kind);
        for slot in names.iter().filter_map(|name| Slot::named(def.kind, name)) {
            definitions.entry(condition::name(&slot)).or_insert_with(|| condition::definition(&slot));
        }
        definitions.insert(field(def), json!({ "enum": names }));
        definitions.insert(fields(def), list_of(&reference(&field(def))));
        let keys: Vec<&str> = [EXPECT, REQUIRE, DISTINCT, SAME]
            .iter()
            .flat_map(|keys| keys.iter())
            .map(|key| key.name)
            .chain([def.name])
            .collect();
        definitions.insert(alone(def), json!({ "propertyNames": { "enum": keys }, "required": [def.name] }));
        definitions.extend(variant_definitions(def));
        definitions.insert(def.name.into(), selection(def));
    }
    for plain in [true, false] {
        definitions.insert(condition::comparable_name(plain).into(), condition::comparable(plain));
    }
    definitions.insert("join".into(), join());
    definitions
}

/// The name of the definition of a field of a kind, by its name.
pub(super) fn field(def: &KindDef) -> String {
    format!("{}-field", def.name)
}

/// The name of the definition of one field of a kind or a list of them, by their names.
pub(super) fn fields(def: &KindDef) -> String {
    format!("{}-fields", def.name)
}

/// The name of the definition of a rule that speaks of facts of this kind and of no other.
pub(super) fn alone(def: &KindDef) -> String {
    format!("{}-alone", def.name)
}

/// One of these, or a list of them.
fn list_of(item: &Value) -> Value {
    json!({ "anyOf": [item, { "type": "array", "items": item }] })
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
            // What both facts share is a field of either.
            _ => json!({ "$ref": "#/$defs/join", "properties": { "sharing": reference(&fields(def)) } }),
        };
        properties.insert(key.name.into(), described(schema, key.doc));
    }
    let schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    let rule = |index| json!({ "if": reference(&chosen(def, index)), "then": reference(&lasting(def, index)) });
    described(with_rules(schema, (0..groups(def).len()).map(rule).collect()), def.doc)
}

/// What holds in `inner`, a second selection of the same fact, where the first one names its variants.
pub(super) fn inner_rules(def: &KindDef, inner: &str) -> Vec<Value> {
    let rule = |index| {
        json!({
            "if": { "properties": { def.name: reference(&chosen(def, index)) } },
            "then": { "properties": { inner: reference(&lacking(def, index)) } },
        })
    };
    (0..groups(def).len()).map(rule).collect()
}

/// Variants of a kind that have the same fields: (the fields, the variants).
type Group = (Vec<&'static str>, Vec<&'static str>);

/// The name of the definition of a selection that names a variant of a group.
fn chosen(def: &KindDef, group: usize) -> String {
    format!("{}-variants-{}", def.name, group + 1)
}

/// The name of the definition of a selection that asks of nothing that the variants of a group lack.
fn lasting(def: &KindDef, group: usize) -> String {
    format!("{}-fields", chosen(def, group))
}

/// The name of the definition of the same, unless the selection names variants of its own.
fn lacking(def: &KindDef, group: usize) -> String {
    format!("{}-inner", chosen(def, group))
}

fn groups(def: &KindDef) -> Vec<Group> {
    let mut by_fields: BTreeMap<Vec<&str>, Vec<&str>> = BTreeMap::new();
    for variant in def.variants {
        let mut fields: Vec<&str> = variant.fields.iter().map(|field| field.as_str()).collect();
        fields.sort_unstable();
        by_fields.entry(fields).or_default().push(variant.name);
    }
    by_fields.into_iter().collect()
}

fn variant_definitions(def: &KindDef) -> Vec<(String, Value)> {
    if def.variants.is_empty() {
        return Vec::new();
    }
    let general = format!("{}-general-field", def.name);
    let outer = |name: &String| Slot::named(def.kind, name).is_some_and(|slot| slot.reference.of.is_some());
    let names: Vec<String> = (COMMON.iter().map(|field| field.field.as_str().to_owned()))
        .chain([Field::Is.as_str().to_owned()])
        .chain(SELECTION.iter().map(|key| key.name.to_owned()))
        .chain(Slot::names(def.kind).into_iter().filter(outer))
        .collect();
    let mut definitions = vec![(general.clone(), json!({ "enum": names }))];
    for (index, (fields, variants)) in groups(def).into_iter().enumerate() {
        // A list with a pattern in it promises nothing.
        let literal = json!({ "type": "string", "pattern": "^[^*]*$" });
        let list = json!({ "type": "array", "contains": { "enum": variants }, "items": literal });
        let is = json!({ "anyOf": [{ "enum": variants }, list] });
        let inner = reference(&lacking(def, index));
        definitions.push((chosen(def, index), json!({ "properties": { "is": is }, "required": ["is"] })));
        definitions.push((
            lasting(def, index),
            json!({
                "propertyNames": { "anyOf": [reference(&general), { "enum": fields }] },
                "properties": { "not": inner, "any": { "items": inner } },
            }),
        ));
        definitions.push((
            lacking(def, index),
            json!({ "if": { "not": { "required": ["is"] } }, "then": reference(&lasting(def, index)) }),
        ));
    }
    definitions
}

/// A join: one kind of fact, and how it is joined.
fn join() -> Value {
    let within: Vec<&str> = Within::ALL.iter().map(|(name, _)| *name).collect();
    one_kind(JOIN, |def, key| match key {
        "in" => json!({ "enum": within }),
        _ => reference(&fields(def)),
    })
}

/// A mapping with exactly one kind of fact and some keys.
pub(super) fn one_kind(keys: &[Key], value: impl Fn(&KindDef, &str) -> Value) -> Value {
    json!({ "oneOf": KINDS.iter().map(|def| of_kind(def, keys, |key| value(def, key))).collect::<Vec<_>>() })
}

/// A mapping with this kind of fact and some keys.
pub(super) fn of_kind(def: &KindDef, keys: &[Key], value: impl Fn(&str) -> Value) -> Value {
    let mut schema = super::mapping(keys, value);
    add_kind(&mut schema, def);
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.push(def.name.into());
    }
    schema
}

/// A mapping with one kind of fact or several, and some keys; `of` gives what the keys must be where a kind is named.
pub(super) fn some_kinds(keys: &[Key], value: impl Fn(&str) -> Value, of: impl Fn(&KindDef, &str) -> Value) -> Value {
    let mut schema = super::mapping(keys, value);
    let mut rules = Map::new();
    for def in KINDS {
        add_kind(&mut schema, def);
        let properties: Map<String, Value> = keys.iter().map(|key| (key.name.into(), of(def, key.name))).collect();
        rules.insert(def.name.into(), json!({ "properties": properties }));
    }
    let named: Vec<Value> = KINDS.iter().map(|def| json!({ "required": [def.name] })).collect();
    if let Some(object) = schema.as_object_mut() {
        object.insert("anyOf".into(), named.into());
        if !keys.is_empty() {
            object.insert("dependentSchemas".into(), rules.into());
        }
    }
    schema
}

fn add_kind(schema: &mut Value, def: &KindDef) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(def.name.into(), reference(def.name));
    }
}
