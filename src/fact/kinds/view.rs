//! `view`: a view at the end state.

use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::View,
    name: "view",
    doc: "A view that exists once every migration has run.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(Field::Schema, Type::Name, "schema", "the schema"),
        FieldDef::new(Field::Name, Type::Name, "name", "its name, without the schema"),
        FieldDef::new(Field::Table, Type::Name, "view", "schema and name: `public.open_jobs`"),
        FieldDef::new(
            Field::SecurityInvoker,
            Type::Bool("has security_invoker", "lacks security_invoker"),
            "security_invoker",
            "whether it reads with the rights of who asks; absent for a materialized view",
        ),
        FieldDef::new(Field::Reads, Type::Names, "tables", "schema and name of the tables that it reads"),
        FieldDef::new(
            Field::ReadsRls,
            Type::Bool("reads a table with row level security", "reads no table with row level security"),
            "row level security",
            "whether it reads a table with row level security, itself or through other views",
        ),
        FieldDef::new(Field::Definition, Type::Secret, "query", "what it reads: comparable, never printed").hidden(),
        FieldDef::new(
            Field::Columns,
            Type::Names,
            "columns",
            "the names that its columns get in brackets behind its own",
        ),
        FieldDef::new(
            Field::Traits,
            Type::Names,
            "traits",
            "what it is besides: `check option local`, `with security_barrier=true`",
        ),
        FieldDef::new(Field::Owner, Type::Name, "owner", "the role that owns it, where a migration says so"),
        FieldDef::new(Field::Called, Type::Name, "called", "its name, where it may not be there; absent otherwise"),
    ],
    subject: |facts, id| format!("view {}", facts.get(id, Field::Table).text().unwrap_or("?")),
};
