//! Conditions, by the type of the field that they ask of.

use super::reference;
use crate::fact::{Field, KINDS, Kind, Type};
use crate::policy::Slot;
use crate::policy::grammar::WORDS;
use serde_json::{Map, Value, json};

/// The name of the definition of conditions on the value of a variable.
pub(super) const VALUE: &str = "value";

/// Whether value types speak of the field: the value of a variable, asked of the variable itself.
fn is_typed(slot: &Slot) -> bool {
    slot.owner == Kind::Variable && slot.reference == Field::Value.into()
}

/// The name of the definition of conditions on a field: fields of one type share one, enums have their own.
pub(super) fn name(slot: &Slot) -> String {
    match slot.ty() {
        _ if slot.words().is_some() => format!("{}.{}", slot.owner.def().name, slot.reference.field),
        Type::Bool(..) => "bool".into(),
        Type::Number => "number".into(),
        _ if is_typed(slot) => VALUE.into(),
        Type::Secret => "secret".into(),
        Type::Names => "names".into(),
        Type::Name | Type::SqlType => "name".into(),
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
        let literal = super::described(json!({ "enum": words }), &meanings(slot, &words));
        return Some(if slot.def.is_none() { json!({ "anyOf": [literal, pattern] }) } else { literal });
    }
    match slot.ty() {
        Type::Bool(..) => Some(json!({ "type": "boolean" })),
        Type::Number => Some(json!({ "type": "integer" })),
        Type::Names => None,
        _ => Some(json!({ "type": "string" })),
    }
}

/// What each word means, for the eye that hovers over it.
fn meanings(slot: &Slot, words: &[&str]) -> String {
    let variants = slot.owner.def().variants;
    let meaning = |word: &&str| {
        let means = match slot.def {
            None => variants.iter().find(|variant| variant.name == *word).map(|variant| variant.doc),
            Some(_) => slot.meaning(word),
        };
        means.filter(|means| means != word).map_or_else(|| format!("`{word}`"), |means| format!("`{word}`: {means}"))
    };
    words.iter().map(meaning).collect::<Vec<_>>().join("; ")
}

/// The names of the fields, of whatever kind, that a field may be compared with: numbers and booleans with each other,
/// everything else as text. The kind's own fields are told apart by the loader.
pub(super) fn comparable(plain: bool) -> Value {
    let fits = |kind: Kind, name: &String| Slot::named(kind, name).is_some_and(|slot| is_plain(&slot) == plain);
    let mut names: Vec<String> = Vec::new();
    for def in KINDS {
        names.extend(Slot::names(def.kind).into_iter().filter(|name| fits(def.kind, name)));
    }
    names.sort_unstable();
    names.dedup();
    json!({ "enum": names })
}

/// The name of the definition of what [`comparable`] gives.
pub(super) const fn comparable_name(plain: bool) -> &'static str {
    if plain { "plain-field" } else { "text-field" }
}

fn is_plain(slot: &Slot) -> bool {
    slot.def.is_some() && matches!(slot.ty(), Type::Bool(..) | Type::Number)
}

/// What may follow a word, where the field takes it.
fn word(word: &str, slot: &Slot, this: &Value, list: &Value) -> Option<Value> {
    let ty = slot.ty();
    let is_text =
        slot.words().is_none() && matches!(ty, Type::Text | Type::Name | Type::SqlType | Type::Label | Type::Secret);
    let text = json!({ "type": "string" });
    match word {
        "not" => Some(this.clone()),
        "any" => Some(list.clone()),
        "matches" => is_text.then_some(text),
        "at_least" | "at_most" if slot.is_ordered() || ty == Type::Number => scalar(slot),
        "set" => Some(json!({ "type": "boolean" })),
        "same_as" => (ty != Type::Names).then(|| reference(comparable_name(is_plain(slot)))),
        "is_a" => is_typed(slot).then_some(text),
        "param" => is_text.then_some(text),
        "has" => (ty == Type::Names).then(|| reference("name")),
        _ => None,
    }
}
