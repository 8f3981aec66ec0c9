//! `table`: a table at the end state, once every migration has run in order.

use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Table,
    name: "table",
    doc: "A table that exists once every migration has run, at the statement that makes it.",
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
    ],
    subject: |facts, id| format!("table {}", facts.get(id, Field::Table).text().unwrap_or("?")),
};
