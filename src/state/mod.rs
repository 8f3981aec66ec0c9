//! `preflight state`: the schema that migrations leave, as a reviewer reads it. The model is made of the facts of the end
//! state and is the `json` form; the other forms are one file each.

mod definition;
pub mod drift;
mod human;
mod meaning;
mod model;
mod not_compared;
mod read;
mod reader;
mod sql;

use crate::fact::Kind;

pub use definition::Definition;
pub use drift::{Difference, Drift, SCENARIOS, Undecided, compare};
pub use human::write as human;
pub use model::*;
pub use read::Doubt;
pub use sql::write as sql;

/// A name on one line, with its control characters visible.
fn one_line(name: &str) -> String {
    let lines: Vec<&str> = name.split(['\n', '\r']).collect();
    crate::source::escape_controls(&lines.join(" "))
}

/// The kinds of fact that make up a schema.
pub const KINDS: &[Kind] = crate::fact::SCHEMA_KINDS;

/// The JSON Schema (draft 2020-12) of the `json` form.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Schema).to_value()
}
