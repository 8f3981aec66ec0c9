//! The schema of a database, as it is written and compared.

use super::Definition;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The version that is written.
pub const VERSION: u8 = 2;

/// The oldest version that is read: it holds neither bodies and queries nor traits, switches of triggers, parts of types,
/// bounds of partitions and columns of privileges.
pub const OLDEST: u8 = 1;

/// The schema of a database. Everything is in the order of names, so that two of them can be compared line by line; what
/// cannot be known is `null`, and why stands in `unknown`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Schema {
    /// The version of this form.
    pub version: u8,
    /// Schemas that are made, by name.
    pub schemas: BTreeSet<String>,
    /// Tables, by schema and name.
    pub tables: BTreeMap<String, Table>,
    /// Views and materialized views, by schema and name.
    pub views: BTreeMap<String, View>,
    /// Functions and procedures, by schema, name and types of arguments.
    pub functions: BTreeMap<String, Function>,
    /// Types and domains, by schema and name.
    pub types: BTreeMap<String, Type>,
    /// Extensions, by name, with the schema that each is put into where that is said.
    pub extensions: BTreeMap<String, Option<String>>,
    /// Roles that migrations make, by name. A dump of one database has none.
    pub roles: BTreeMap<String, Role>,
    /// Who holds what on which object: `select on public.orders` to roles.
    pub grants: BTreeMap<String, Vec<String>>,
    /// Who gets what on objects that are made later: `select on every table in public` to roles.
    pub default_privileges: BTreeMap<String, Vec<String>>,
    /// Objects that may not be there, because a condition decides: `column public.orders.note`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub perhaps: BTreeSet<String>,
    /// Families of objects of which there may be more or fewer, because a statement is built at run time; with the reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub doubts: BTreeMap<String, String>,
    /// What cannot be known, and why: one sentence each.
    pub unknown: Vec<String>,
    /// Kinds of things that it has and a comparison does not look at: `sequences`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub not_compared: BTreeSet<String>,
    /// Whether it is a state that was kept: it says what cannot be known with reasons of its own.
    #[serde(skip)]
    pub kept: bool,
    /// Whether a server printed the definitions, so that two of them with other words are not the same.
    #[serde(skip)]
    pub printed: bool,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Table {
    /// Where it is made: path and line; absent where no migration makes it, and only what is done to it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_at: Option<String>,
    /// Whether row level security is on.
    pub row_level_security: Option<bool>,
    /// Whether it holds for the owner, too.
    pub forced: Option<bool>,
    /// Whether there is a primary key; `null` too for a foreign table, which cannot have one.
    pub primary_key: Option<bool>,
    /// The role that owns it, where that is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The table that it is a partition of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_of: Option<String>,
    /// Which rows a partition holds: `FOR VALUES …`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Definition>,
    /// By what it is divided into partitions: `RANGE (at)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partitioned_by: Option<Definition>,
    /// What it is besides: `unlogged`, `with fillfactor=70`, `inherits public.base`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traits: Vec<String>,
    /// Whether it may have more columns, keys and indexes: a query, a parent or LIKE … INCLUDING gives them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
    /// Columns, by name; `position` is their order.
    pub columns: BTreeMap<String, Column>,
    /// Primary key, unique constraints, checks and exclusions, by name.
    pub constraints: BTreeMap<String, Constraint>,
    /// Indexes, by name.
    pub indexes: BTreeMap<String, Index>,
    /// Foreign keys, by name.
    pub foreign_keys: BTreeMap<String, ForeignKey>,
    /// Policies of row level security, by name.
    pub policies: BTreeMap<String, Policy>,
    /// Triggers, by name.
    pub triggers: BTreeMap<String, Trigger>,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Column {
    /// Its place in the table, from 1.
    pub position: u32,
    /// The type as the server spells it, without its modifier.
    #[serde(rename = "type")]
    pub ty: Option<String>,
    /// The modifier of the type: `(10,2)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modifier: Option<String>,
    /// Whether it may be null.
    pub nullable: Option<bool>,
    /// Its default, or what it is worked out from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Definition>,
    /// Whether it is worked out from others: `stored` or `virtual`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<String>,
    /// Whether it numbers itself: `always` or `by-default`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// What it is besides: `collate C`, `storage external`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traits: Vec<String>,
}

/// A primary key, a unique constraint, a check or an exclusion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Constraint {
    /// `primary-key`, `unique`, `check` or `exclude`.
    pub kind: String,
    /// Its columns, in order; for a check those that it asks.
    #[serde(default)]
    pub columns: Vec<String>,
    /// The expression of a check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Definition>,
    /// What it is besides its columns: `deferrable`, `include note`; absent where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traits: Option<Vec<String>>,
}

/// A trigger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trigger {
    /// Schema and name of the function that it runs.
    pub executes: Option<String>,
    /// Everything behind its name.
    #[serde(default)]
    pub definition: Definition,
    /// When it fires: `disabled`, `always`, `replica`; absent where it does as usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fires: Option<String>,
}

/// A type or a domain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Type {
    /// The labels of an enum, in order; absent for any other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<String>>,
    /// `domain`, `composite` or `other`; absent for an enum, and where it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The type under a domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The collation of a domain, where that is not the one of its type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// Whether a domain may not be null.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_null: bool,
    /// The default of a domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Definition>,
    /// The checks of a domain, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub checks: BTreeMap<String, Definition>,
    /// Those of them that are NOT VALID.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_valid: Vec<String>,
    /// The attributes of a composite type, in order, with their types.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<String>,
    /// What any other type is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<Definition>,
}

/// A role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Role {
    /// Whether it may log in.
    pub login: Option<bool>,
    /// Whether nothing is checked for it.
    pub superuser: Option<bool>,
    /// Whether row level security is not checked for it.
    pub bypass_rls: Option<bool>,
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
    /// Which rows it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicate: Option<Definition>,
    /// Whether it belongs to a constraint.
    pub of_constraint: bool,
    /// What it is besides its columns: `deferrable`, `include note`; absent where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traits: Option<Vec<String>>,
}

/// A foreign key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ForeignKey {
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// Schema and name of the table it refers to.
    pub references: Option<String>,
    /// The columns of that table, in order; none where none is written: its primary key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub referenced: Vec<String>,
    /// What happens to the rows when the other one is deleted: `cascade`.
    pub on_delete: Option<String>,
    /// What it is besides its columns: `deferrable`, `include note`; absent where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traits: Option<Vec<String>>,
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
    /// The expression of USING.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using_expression: Option<Definition>,
    /// The expression of WITH CHECK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_expression: Option<Definition>,
}

/// A view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct View {
    /// Whether it reads with the rights of who asks; `null` for a materialized view, too.
    pub security_invoker: Option<bool>,
    /// The role that owns it, where that is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The tables that it reads.
    pub reads: Vec<String>,
    /// The names that its columns get in brackets behind its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// What it is besides: `check option local`, `with security_barrier=true`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traits: Vec<String>,
    /// Its query.
    #[serde(default, skip_serializing_if = "Definition::is_unknown")]
    pub query: Definition,
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
    /// The role that owns it, where that is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// What it is declared to depend on: `immutable`, `stable`, `volatile`; absent for a procedure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volatility: Option<String>,
    /// Its arguments with modes and names: `variadic ids integer[]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<String>,
    /// The defaults of its arguments, by their place from 1.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub defaults: BTreeMap<usize, Definition>,
    /// What it is besides: `strict`, `leakproof`, `parallel safe`, `cost 7`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traits: Vec<String>,
    /// The settings that it makes for itself besides search_path, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, Definition>,
    /// What it does.
    #[serde(default, skip_serializing_if = "Definition::is_unknown")]
    pub body: Definition,
}

impl Schema {
    /// What there may be more or less of, and why: families that have one reason together.
    pub fn doubted(&self) -> Vec<(String, String)> {
        let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (family, reason) in &self.doubts {
            by_reason.entry(reason).or_default().push(family);
        }
        let said =
            |(reason, families): (&str, Vec<&str>)| (format!("every {}", families.join(", ")), reason.to_owned());
        by_reason.into_iter().map(said).collect()
    }
}

impl Table {
    /// Its columns in their order.
    pub fn ordered(&self) -> Vec<(&String, &Column)> {
        let mut columns: Vec<_> = self.columns.iter().collect();
        columns.sort_by_key(|(_, column)| column.position);
        columns
    }
}
