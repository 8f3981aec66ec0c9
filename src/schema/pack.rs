//! pack.yaml.

use super::{DIALECT, mapping, sentence, texts};
use crate::fact::kinds::connection::DRIVERS;
use crate::fact::{Field, KINDS, Kind};
use crate::policy::Slot;
use crate::policy::grammar::{PACK, PARAM};
use crate::policy::model::ParamOf;
use serde_json::{Map, Value, json};

/// The schema of pack.yaml.
pub(super) fn schema() -> Value {
    let kinds: Vec<&str> = ParamOf::ALL.iter().map(|(name, _)| *name).collect();
    let param = mapping(PARAM, |key| if key == "of" { json!({ "enum": kinds }) } else { texts() });
    let mut schema = mapping(PACK, |key| match key {
        "params" => json!({ "type": "object", "additionalProperties": param }),
        "needs" => needs(),
        "directions" => directions(),
        "driver" => driver(),
        "runner" => json!({ "enum": crate::document::sql::runner::NAMES }),
        "pack" => sentence(),
        _ => json!({ "type": "string" }),
    });
    if let Some(object) = schema.as_object_mut() {
        object.insert("$schema".into(), DIALECT.into());
        object.insert("title".into(), "preflight pack.yaml".into());
    }
    schema
}

/// `required` or `optional` by kind of fact.
pub(super) fn needs() -> Value {
    let properties: Map<String, Value> =
        KINDS.iter().map(|def| (def.name.to_owned(), json!({ "enum": ["required", "optional"] }))).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// The name of a driver.
pub(super) fn driver() -> Value {
    json!({ "enum": DRIVERS.iter().map(|word| word.name).collect::<Vec<_>>() })
}

/// File-name globs by direction.
pub(super) fn directions() -> Value {
    let words =
        Slot::named(Kind::Migration, Field::Direction.as_str()).and_then(|slot| slot.words()).unwrap_or_default();
    let properties: Map<String, Value> = words.into_iter().map(|word| (word.to_owned(), texts())).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}
