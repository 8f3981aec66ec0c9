//! `table`: a table at the end state, once every migration has run in order; or of the database, by an export.

use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Table,
    name: "table",
    doc: "A table that exists once every migration has run, at the statement that makes it; or in the database, by an export.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(Field::Schema, Type::Name, "schema", "the schema; `public` where none is written"),
        FieldDef::new(Field::Table, Type::Name, "table", "schema and name: `public.jobs`"),
        FieldDef::new(
            Field::Rls,
            Type::Bool("has row level security", "has no row level security"),
            "row level security",
            "whether row level security is on; unknown where a guard or dynamic SQL decides",
        ),
        FieldDef::new(
            Field::Forced,
            Type::Bool("forces row level security", "does not force row level security"),
            "FORCE ROW LEVEL SECURITY",
            "whether row level security holds for the owner of the table, too",
        ),
        FieldDef::new(
            Field::HasPolicies,
            Type::Bool("has policies", "has no policy"),
            "policies",
            "whether it has a policy of row level security",
        ),
        FieldDef::new(
            Field::PrimaryKey,
            Type::Bool("has a primary key", "has no primary key"),
            "primary key",
            "whether it has a primary key, its own or that of the table it is a partition of",
        ),
        FieldDef::new(Field::Parent, Type::Name, "parent", "schema and name of the table that it is a partition of"),
        FieldDef::new(
            Field::Open,
            Type::Bool("has more than is written down", "has what is written down"),
            "more",
            "whether a query, a parent or LIKE … INCLUDING gives it columns, keys or indexes that are not written down; absent where nothing does",
        ),
        FieldDef::new(
            Field::Traits,
            Type::Names,
            "traits",
            "what it is besides its columns: `unlogged`, `with fillfactor=70`, `inherits public.base`, `replica identity full`",
        ),
        FieldDef::new(
            Field::Bound,
            Type::Secret,
            "bound",
            "FOR VALUES … or DEFAULT of a partition: comparable, never printed",
        )
        .hidden(),
        FieldDef::new(Field::PartitionedBy, Type::Secret, "partition key", "PARTITION BY: comparable, never printed")
            .hidden(),
        FieldDef::new(Field::Owner, Type::Name, "owner", "the role that owns it, where a migration says so"),
        FieldDef::new(Field::Called, Type::Name, "called", "its name, where it may not be there; absent otherwise"),
    ],
    subject: |facts, id| format!("table {}{}", facts.get(id, Field::Table).text().unwrap_or("?"), facts.whose(id)),
};
