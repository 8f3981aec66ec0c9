//! The schema of a database while migrations are replayed: what is there, how sure that is, and what is no longer there.

use super::acl::Acl;
pub use super::catalog::{Catalog, Gone};
pub use super::defaults::{DefaultPrivilege, TakenByDefault};
use crate::fact::{Cause, FactId, State, Value};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A name; of a relation, a type or a routine with its schema: `public.jobs`.
pub type Name = Arc<str>;

/// How sure it is that something is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is there.
    Certain,
    /// What makes it or takes it away may not have run.
    Perhaps(Arc<Cause>),
}

impl Presence {
    /// Why it may not be there.
    pub fn doubt(&self) -> Option<&Arc<Cause>> {
        match self {
            Self::Certain => None,
            Self::Perhaps(cause) => Some(cause),
        }
    }
}

/// What kind of relation something is: those share their names within a schema (PostgreSQL's `pg_class`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationKind {
    /// A table, partitioned or not.
    Table,
    /// A foreign table.
    ForeignTable,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// A sequence.
    Sequence,
}

/// A table, a view or a sequence.
#[derive(Clone, Debug)]
pub struct Relation {
    /// What it is.
    pub kind: RelationKind,
    /// The operation that made it.
    pub made_by: FactId,
    /// How sure it is that it is there.
    pub presence: Presence,
    /// Whether no migration makes it, and what they do to it is all that is known.
    pub implied: bool,
    /// Its columns, as far as they are written.
    pub columns: Vec<Column>,
    /// Columns that were there, by name, and why they are not any more.
    pub lost: Vec<(Name, Gone)>,
    /// Why it may have more columns than are known.
    pub open: Option<Arc<Cause>>,
    /// Whether row level security is on.
    pub rls: State,
    /// Whether it holds for the owner, too.
    pub forced: State,
    /// Its constraints.
    pub constraints: Vec<Constraint>,
    /// Its policies of row level security.
    pub policies: Vec<Policy>,
    /// Its triggers.
    pub triggers: Vec<Trigger>,
    /// Who may do what.
    pub acl: Acl,
    /// The role that owns it, where a migration says so.
    pub owner: Option<Name>,
    /// Whether a view reads with the rights of who asks.
    pub invoker: State,
    /// What a view reads, as far as it is known.
    pub reads: Vec<Name>,
    /// The query of a view.
    pub definition: State,
    /// The table of whose column a sequence numbers the rows, with the column.
    pub owned_by: Option<(Name, Name)>,
    /// The table that a partition is part of.
    pub partition_of: Option<Name>,
    /// The operation that put it into its schema, where it was made in another one.
    pub moved_by: Option<FactId>,
    /// Which rows a partition holds.
    pub bound: State,
    /// By what a table is divided into partitions.
    pub partitioned_by: State,
    /// What it is besides.
    pub traits: State,
    /// The names that a view gives its columns in brackets.
    pub called: State,
    /// The tables that it inherits from, other than as a partition.
    pub parents: Vec<Name>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: Name,
    /// The operation that made it.
    pub made_by: FactId,
    /// How sure it is that it is there.
    pub presence: Presence,
    /// The type as the server spells it.
    pub ty: State,
    /// Whether it may be null.
    pub nullable: State,
    /// The modifier of its type: `(10,2)`.
    pub modifier: State,
    /// The expression of its default, or what it is worked out from.
    pub definition: State,
    /// Whether it is worked out from others, and when.
    pub generated: State,
    /// Whether it numbers itself.
    pub identity: State,
    /// What it is besides.
    pub traits: State,
    /// Whether its table has it by itself, not only as an heir of another.
    pub local: bool,
}

/// A constraint of a table.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// Its name, PostgreSQL's own choice included.
    pub name: Name,
    /// The word of the vocabulary: `primary-key`.
    pub kind: &'static str,
    /// The operation that made it.
    pub made_by: FactId,
    /// How sure it is that it is there.
    pub presence: Presence,
    /// Its columns, in order.
    pub columns: Vec<Name>,
    /// The table that a foreign key refers to.
    pub references: Option<Name>,
    /// The columns of that table, where they are written.
    pub referenced: Vec<Name>,
    /// The expression of a check.
    pub definition: State,
    /// What it is besides its columns.
    pub traits: State,
    /// Whether its table has it by itself, not only as an heir of another.
    pub local: bool,
}

/// An index.
#[derive(Clone, Debug)]
pub struct Index {
    /// The operation that made it: CREATE INDEX, or a constraint.
    pub made_by: FactId,
    /// How sure it is that it is there.
    pub presence: Presence,
    /// The table, with its schema.
    pub table: Name,
    /// Its columns and expressions, in order.
    pub columns: Vec<Name>,
    /// Whether it is unique.
    pub unique: bool,
    /// Whether a constraint owns it.
    pub of_constraint: bool,
    /// Whether it holds some rows only, or that is not known.
    pub partial: bool,
    /// Which rows it holds, where not all.
    pub predicate: State,
    /// What it is besides its columns.
    pub traits: State,
    /// The index of the table that its own is a partition of.
    pub parent: Option<Name>,
}

/// A policy of row level security.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its name.
    pub name: Name,
    /// The operation that made it.
    pub made_by: FactId,
    /// How sure it is that it is there.
    pub presence: Presence,
    /// The last operation that changed its roles or conditions.
    pub changed_by: FactId,
    /// Which commands it rules.
    pub command: State,
    /// Whether it opens rows.
    pub permissive: State,
    /// Its roles.
    pub roles: State,
    /// Which rows it shows.
    pub using: State,
    /// Which rows it lets be written.
    pub check: State,
    /// The expression of USING.
    pub using_definition: State,
    /// The expression of WITH CHECK.
    pub check_definition: State,
    /// The functions that its conditions call for each row.
    pub calls: State,
    /// The keys of JSON values that its conditions read.
    pub keys: State,
}

/// A trigger.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// Its name.
    pub name: Name,
    /// The operation that made it, or replaced it last.
    pub made_by: FactId,
    /// How sure it is that it is there.
    pub presence: Presence,
    /// Everything behind its name.
    pub definition: State,
    /// When it fires; absent where it does as usual.
    pub fires: State,
    /// The function that it runs.
    pub executes: State,
}

/// A function or procedure.
#[derive(Clone, Debug)]
pub struct Routine {
    /// Schema and name.
    pub name: Name,
    /// The types of its arguments: `integer,text`.
    pub arguments: Name,
    /// The operation that made it, or replaced it last.
    pub made_by: FactId,
    /// How sure it is that it is there.
    pub presence: Presence,
    /// Whether it runs with its owner's rights.
    pub definer: State,
    /// The search_path that it sets.
    pub search_path: State,
    /// The role that owns it, where a migration says so.
    pub owner: Option<Name>,
    /// What it does.
    pub definition: State,
    /// What it is declared to depend on.
    pub volatility: State,
    /// What it is besides.
    pub traits: State,
    /// The settings that it makes for itself.
    pub settings: State,
    /// Whether it is a trigger's function: nobody can call it otherwise.
    pub for_triggers: bool,
    /// Every type that its signature speaks of.
    pub types: Vec<Name>,
    /// Who may do what.
    pub acl: Acl,
}

/// An object of which only the name is followed: a schema.
#[derive(Clone, Debug)]
pub struct Plain {
    /// The operation that made it.
    pub made_by: FactId,
    /// How sure it is that it is there.
    pub presence: Presence,
    /// Who may do what.
    pub acl: Acl,
}

/// A type or a domain.
#[derive(Clone, Debug)]
pub struct Type {
    /// The operation that made it.
    pub made_by: FactId,
    /// How sure it is that it is there.
    pub presence: Presence,
    /// Who may do what.
    pub acl: Acl,
    /// The labels of an enum, in order; absent of any other type.
    pub labels: State,
    /// What any other is made of, part by part.
    pub definition: State,
}

/// A role, with its powers as far as a migration says them.
#[derive(Clone, Debug)]
pub struct Role {
    /// The operation that made it.
    pub made_by: FactId,
    /// How sure it is that it is there.
    pub presence: Presence,
    /// Whether it may log in.
    pub login: State,
    /// Whether nothing is checked for it.
    pub superuser: State,
    /// Whether row level security is not checked for it.
    pub bypass_rls: State,
}

/// An extension.
#[derive(Clone, Debug)]
pub struct Extension {
    /// The operation that made it.
    pub made_by: FactId,
    /// How sure it is that it is there.
    pub presence: Presence,
    /// The schema that it is put into, where a migration says it.
    pub schema: State,
}

/// Everything that is there.
#[derive(Clone, Debug, Default)]
pub struct Database {
    /// Tables, views and sequences, by schema and name.
    pub relations: Catalog<Relation>,
    /// Indexes, by schema and name.
    pub indexes: Catalog<Index>,
    /// Functions and procedures, by schema, name and arguments: `public.f(integer)`.
    pub routines: Catalog<Routine>,
    /// Types and domains, by schema and name.
    pub types: Catalog<Type>,
    /// Schemas.
    pub schemas: Catalog<Plain>,
    /// Schemas that no migration makes, with who may do what there: `public`.
    pub other_schemas: Catalog<Plain>,
    /// Roles.
    pub roles: Catalog<Role>,
    /// Extensions.
    pub extensions: Catalog<Extension>,
    /// Whether any table is, or was, a partition.
    pub has_partitions: bool,
    /// Whether any table inherits from another, or did, a partition included.
    pub has_heirs: bool,
    /// Every name that a constraint ever had, with the schema of its table: few are given twice.
    pub constraint_names: HashSet<Name>,
    /// What new objects are granted.
    pub defaults: Vec<DefaultPrivilege>,
    /// What new objects no longer give everybody: the word of their kind, and why that is not certain, where it is not.
    pub closed: Vec<(&'static str, Option<Arc<Cause>>)>,
    /// What is taken from roles on new objects, beside what everybody has.
    pub taken: Vec<TakenByDefault>,
    /// GRANTs of which not everything is known: to whom, of what.
    pub open_grants: Vec<FactId>,
    /// Event triggers, with the functions that they run.
    pub watchers: Vec<(Name, Name)>,
    /// What may have happened besides, because a statement is built at run time: by family of objects.
    pub doubts: HashMap<&'static str, Arc<Cause>>,
}

/// What can be made and dropped: whether it is there may depend on a condition.
pub trait Made {
    /// How sure it is that it is there.
    fn presence(&mut self) -> &mut Presence;
}

/// Says of a struct with a field `presence` that it can be made.
macro_rules! made {
    ($($name:ident),*) => {
        $(impl Made for $name {
            fn presence(&mut self) -> &mut Presence {
                &mut self.presence
            }
        })*
    };
}
made!(Plain, Type, Role, Extension);

impl Database {
    /// Whether a schema is one that the migrations look after: `public`, and those that they make. Of what stands in any
    /// other (`auth`, `storage`) they know nothing.
    pub fn is_ours(&self, schema: &str) -> bool {
        schema == "public" || self.schemas.has(schema) || self.schemas.gone(schema).is_some()
    }
}

impl Constraint {
    /// Whether it says something besides its columns: `no inherit`.
    pub fn says(&self, said: &str) -> bool {
        let known = |traits: &Value| matches!(traits, Value::List(all) if all.contains(&Value::from(said)));
        self.traits.value().is_some_and(known)
    }

    /// Whether it is the foreign key that another one is.
    pub fn is_same_key(&self, other: &Self) -> bool {
        self.kind == "foreign-key"
            && (self.kind, &self.columns, &self.references) == (other.kind, &other.columns, &other.references)
    }
}

/// The schema of a name that has one.
pub fn schema_of(name: &str) -> &str {
    name.split_once('.').map_or("public", |(schema, _)| schema)
}

/// A name without its schema.
pub fn bare(name: &str) -> &str {
    name.split_once('.').map_or(name, |(_, bare)| bare)
}
