//! One file a kind: its fields, its variants, and how a message names one fact of it.

pub mod column;
pub mod connection;
pub mod constraint;
pub mod credential;
pub mod default_privilege;
pub mod deploy;
pub mod disagreement;
pub mod document;
pub mod extension;
pub mod foreign_key;
pub mod function;
pub mod grant;
pub mod ignored_key;
pub mod index;
pub mod instance;
pub mod mention;
pub mod migration;
pub mod oddity;
pub mod operation;
pub mod reference;
pub mod rls_policy;
pub mod role;
pub mod schema;
pub mod session;
pub mod sql_type;
pub mod statement;
pub mod table;
pub mod trigger;
pub mod url;
pub mod variable;
pub mod view;

use super::{FactId, Facts, Field, FieldRef, Kind};

/// The name of the variable that a fact stands in, or `otherwise`.
fn variable_name(facts: &Facts, id: FactId, otherwise: &str) -> String {
    let name = FieldRef { of: Some(Kind::Variable), field: Field::Name };
    facts.get(id, name).text().unwrap_or(otherwise).to_owned()
}
