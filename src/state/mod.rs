//! `preflight state`: the schema that migrations leave, as a reviewer reads it. The model is made of the facts of the end
//! state and is the `json` form; the other forms are one file each.

mod drift;
mod human;
mod sql;

use crate::fact::{Fact, Field, Kind, State, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use drift::{Difference, Drift, SCENARIOS, compare};
pub use human::write as human;
pub use sql::write as sql;

/// The version that is written.
pub const VERSION: u8 = 1;

/// The schema of a database. Everything is in the order of names, so that two of them can be compared line by line; what
/// cannot be known is `null`, and why stands in `unknown`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Schema {
    /// The version of this form.
    pub version: u8,
    /// Tables, by schema and name.
    pub tables: BTreeMap<String, Table>,
    /// Views and materialized views, by schema and name.
    pub views: BTreeMap<String, View>,
    /// Functions and procedures, by schema, name and types of arguments.
    pub functions: BTreeMap<String, Function>,
    /// Who holds what on which object: `select on public.orders` to roles.
    pub grants: BTreeMap<String, Vec<String>>,
    /// What cannot be known, and why: one sentence each.
    pub unknown: Vec<String>,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Table {
    /// Where it is made: path and line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_at: Option<String>,
    /// Whether row level security is on.
    pub row_level_security: Option<bool>,
    /// Whether it holds for the owner, too.
    pub forced: Option<bool>,
    /// Whether there is a primary key; `null` too for a foreign table, which cannot have one.
    pub primary_key: Option<bool>,
    /// The table that it is a partition of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_of: Option<String>,
    /// Columns, by name.
    pub columns: BTreeMap<String, Column>,
    /// Indexes, by name.
    pub indexes: BTreeMap<String, Index>,
    /// Foreign keys, by name.
    pub foreign_keys: BTreeMap<String, ForeignKey>,
    /// Policies of row level security, by name.
    pub policies: BTreeMap<String, Policy>,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Column {
    /// The type as the server spells it, without its modifier.
    #[serde(rename = "type")]
    pub ty: Option<String>,
    /// Whether it may be null.
    pub nullable: Option<bool>,
}

/// An index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Index {
    /// Its columns and expressions, in order.
    pub columns: Vec<String>,
    /// The access method.
    pub method: String,
    /// Whether it is unique.
    pub unique: bool,
    /// Whether it holds some rows only.
    pub partial: bool,
    /// Whether it belongs to a constraint.
    pub of_constraint: bool,
}

/// A foreign key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ForeignKey {
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// Schema and name of the table it refers to.
    pub references: Option<String>,
}

/// A policy of row level security.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Policy {
    /// Its roles, in the order of names.
    pub roles: Vec<String>,
    /// Which commands it rules.
    pub command: Option<String>,
    /// Whether it opens rows.
    pub permissive: Option<bool>,
    /// Which rows it shows: `always-true`, `always-false`, `expression`; absent where it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<String>,
    /// Which rows it lets be written, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
}

/// A view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct View {
    /// Whether it reads with the rights of who asks; `null` for a materialized view, too.
    pub security_invoker: Option<bool>,
    /// The tables that it reads.
    pub reads: Vec<String>,
}

/// A function or procedure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Function {
    /// Whether it runs with its owner's rights.
    pub security_definer: Option<bool>,
    /// The search_path that it sets for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_path: Option<String>,
    /// The type of its result; absent for a procedure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns: Option<String>,
    /// The roles that may call it; `public` for everybody.
    pub executable_by: Option<Vec<String>>,
}

/// Reads one fact into the model.
struct Reader<'f> {
    fact: &'f Fact,
    unknown: Vec<String>,
}

impl Schema {
    /// The schema that facts of the end state describe. `place` gives path and line of a fact.
    pub fn of<'f>(facts: impl Iterator<Item = &'f Fact>, place: impl Fn(&Fact) -> String) -> Self {
        let mut schema = Self { version: VERSION, ..Self::default() };
        for fact in facts {
            let mut reader = Reader { fact, unknown: Vec::new() };
            schema.take(&mut reader, &place);
            let named =
                |reason: &String| format!("{}: {} {reason}", place(fact), fact.kind.def().name.replace('_', " "));
            schema.unknown.extend(reader.unknown.iter().map(named));
        }
        schema.unknown.sort();
        schema.unknown.dedup();
        schema
    }

    fn take(&mut self, reader: &mut Reader<'_>, place: &impl Fn(&Fact) -> String) {
        let fact = reader.fact;
        let (table, name) = (reader.text(Field::Table), reader.text(Field::Name));
        match (fact.kind, table, name) {
            (Kind::Table, Some(table), _) => {
                let own = self.tables.entry(table).or_default();
                own.made_at = Some(place(fact));
                own.row_level_security = reader.flag(Field::Rls);
                own.forced = reader.flag(Field::Forced);
                own.primary_key = reader.flag(Field::PrimaryKey);
                own.partition_of = reader.text(Field::Parent);
            }
            (Kind::Column, Some(table), Some(name)) => {
                let column = Column { ty: reader.text(Field::ColumnType), nullable: reader.flag(Field::Nullable) };
                self.tables.entry(table).or_default().columns.insert(name, column);
            }
            (Kind::Index, Some(table), Some(name)) => {
                let index = Index {
                    columns: reader.names(Field::Columns).unwrap_or_default(),
                    method: reader.text(Field::Method).unwrap_or_else(|| "btree".into()),
                    unique: reader.flag(Field::Unique).unwrap_or(false),
                    partial: fact.own(Field::Predicate).is_some_and(|state| !matches!(state, State::Absent(_))),
                    of_constraint: reader.flag(Field::OfConstraint).unwrap_or(false),
                };
                self.tables.entry(table).or_default().indexes.insert(name, index);
            }
            (Kind::ForeignKey, Some(table), Some(name)) => {
                let columns = reader.names(Field::Columns).unwrap_or_default();
                let key = ForeignKey { columns, references: reader.text(Field::References) };
                self.tables.entry(table).or_default().foreign_keys.insert(name, key);
            }
            (Kind::RlsPolicy, Some(table), Some(name)) => {
                let policy = self.tables.entry(table).or_default().policies.entry(name).or_default();
                policy.roles.extend(reader.text(Field::Role));
                policy.roles.sort();
                policy.command = reader.text(Field::Command);
                policy.permissive = reader.flag(Field::Permissive);
                policy.using = reader.text(Field::Using);
                policy.check = reader.text(Field::Check);
            }
            (Kind::View, Some(view), _) => {
                let reads = reader.names(Field::Reads).unwrap_or_default();
                let view_itself = View { security_invoker: reader.flag(Field::SecurityInvoker), reads };
                self.views.insert(view, view_itself);
            }
            (Kind::Function, _, Some(name)) => self.function(reader, &name),
            (Kind::Grant, table, name) => self.grant(reader, table, name),
            _ => {}
        }
    }

    fn function(&mut self, reader: &mut Reader<'_>, name: &str) {
        let schema = reader.text(Field::Schema).unwrap_or_else(|| "public".into());
        let arguments = reader.text(Field::Arguments).unwrap_or_default();
        let function = Function {
            security_definer: reader.flag(Field::SecurityDefiner),
            search_path: reader.text(Field::SearchPath),
            returns: reader.text(Field::Returns),
            executable_by: reader.names(Field::ExecutableBy),
        };
        self.functions.insert(format!("{schema}.{name}({arguments})"), function);
    }

    fn grant(&mut self, reader: &mut Reader<'_>, table: Option<String>, name: Option<String>) {
        let schema = reader.text(Field::Schema);
        let object = match (table, name, schema) {
            (Some(table), ..) => table,
            (None, Some(name), Some(schema)) => format!("function {schema}.{name}"),
            (None, None, Some(schema)) => format!("schema {schema}"),
            _ => return,
        };
        let columns = if reader.text(Field::ObjectKind).as_deref() == Some("column") { " (some columns)" } else { "" };
        let (Some(privilege), Some(grantee)) = (reader.text(Field::Privilege), reader.text(Field::Grantee)) else {
            return;
        };
        let roles = self.grants.entry(format!("{privilege} on {object}{columns}")).or_default();
        if let Err(at) = roles.binary_search(&grantee) {
            roles.insert(at, grantee);
        }
    }
}

impl Reader<'_> {
    /// A field, unless it is absent; one that is not known is noted.
    fn value(&mut self, field: Field) -> Option<&Value> {
        let state = self.fact.own(field)?;
        if let State::Unknown(_, cause) = state {
            self.unknown.push(cause.reason.clone());
        }
        state.value()
    }

    fn text(&mut self, field: Field) -> Option<String> {
        match self.value(field)? {
            Value::Text(text) => Some(one_line(text)),
            Value::Word(word) => Some((*word).to_owned()),
            _ => None,
        }
    }

    fn flag(&mut self, field: Field) -> Option<bool> {
        match self.value(field)? {
            Value::Bool(yes) => Some(*yes),
            _ => None,
        }
    }

    fn names(&mut self, field: Field) -> Option<Vec<String>> {
        let Value::List(items) = self.value(field)? else { return None };
        let name = |item: &Value| match item {
            Value::Text(text) => Some(one_line(text)),
            _ => None,
        };
        Some(items.iter().filter_map(name).collect())
    }
}

/// A name on one line, with its control characters visible.
fn one_line(name: &str) -> String {
    let lines: Vec<&str> = name.split(['\n', '\r']).collect();
    crate::source::escape_controls(&lines.join(" "))
}

/// The kinds of fact that make up a schema.
pub const KINDS: &[Kind] = &[
    Kind::Table,
    Kind::Column,
    Kind::Index,
    Kind::ForeignKey,
    Kind::RlsPolicy,
    Kind::View,
    Kind::Function,
    Kind::Grant,
];

/// The JSON Schema (draft 2020-12) of the `json` form.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Schema).to_value()
}
