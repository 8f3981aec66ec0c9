//! Conditions, by the type of the field that they ask of.

use super::reference;
use crate::fact::{Kind, Type};
use crate::policy::Slot;
use crate::policy::grammar::WORDS;
use serde_json::{Map, Value, json};

/// The name of the definition of conditions on a field: fields of one type share one, enums have their own.
pub(super) fn name(slot: &Slot) -> String {
    match slot.ty() {
        _ if slot.words().is_some() => format!("{}.{}", slot.owner.def().name, slot.reference.field),
        Type::Bool(..) => "bool".into(),
        Type::Number => "number".into(),
        Type::Secret => "value".into(),
        Type::Names => "names".into(),
        Type::Name => "name".into(),
        Type::Label => "label".into(),
        _ => "text".into(),
    }
}

/// The definition of conditions on a field: a scalar, a list of alternatives, or words.
pub(super) fn definition(slot: &Slot) -> Value {
    let this = reference(&name(slot));
    let list = json!({ "type": "array", "minItems": 1, "items": this });
    let mut words = Map::new();
    for word in WORDS {
        if let Some(schema) = self::word(word.name, slot, &this, &list) {
            words.insert(word.name.into(), super::described(schema, word.doc));
        }
    }
    let words = json!({ "type": "object", "minProperties": 1, "properties": words, "additionalProperties": false });
    let scalar = scalar(slot);
    match scalar {
        Some(scalar) => json!({ "anyOf": [scalar, list, words] }),
        None => json!({ "anyOf": [list, words] }),
    }
}

/// A literal; a list field has none.
fn scalar(slot: &Slot) -> Option<Value> {
    if let Some(words) = slot.words() {
        // Variants may be chosen by a pattern.
        let pattern = json!({ "type": "string", "pattern": "\\*" });
        return Some(if slot.def.is_none() {
            json!({ "anyOf": [{ "enum": words }, pattern] })
        } else {
            json!({ "enum": words })
        });
    }
    match slot.ty() {
        Type::Bool(..) => Some(json!({ "type": "boolean" })),
        Type::Number => Some(json!({ "type": "integer" })),
        Type::Names => None,
        _ => Some(json!({ "type": "string" })),
    }
}

/// What may follow a word, where the field takes it.
fn word(word: &str, slot: &Slot, this: &Value, list: &Value) -> Option<Value> {
    let ty = slot.ty();
    let is_text = slot.words().is_none() && matches!(ty, Type::Text | Type::Name | Type::Label | Type::Secret);
    let text = json!({ "type": "string" });
    match word {
        "not" => Some(this.clone()),
        "any" => Some(list.clone()),
        "matches" => is_text.then_some(text),
        "at_least" | "at_most" if slot.is_ordered() || ty == Type::Number => scalar(slot),
        "set" => Some(json!({ "type": "boolean" })),
        "same_as" => Some(text),
        "is_a" => (slot.owner == Kind::Variable && ty == Type::Secret).then_some(text),
        "param" => is_text.then_some(text),
        "has" => (ty == Type::Names).then(|| reference("name")),
        _ => None,
    }
}
