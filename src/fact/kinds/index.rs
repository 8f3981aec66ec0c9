//! `index`: an index at the end state.

use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Index,
    name: "index",
    doc: "An index that exists once every migration has run, that of a constraint included.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(Field::Schema, Type::Name, "schema", "the schema of the table"),
        FieldDef::new(Field::Table, Type::Name, "table", "schema and name of the table: `public.jobs`"),
        FieldDef::new(Field::Name, Type::Name, "name", "its name, PostgreSQL's own choice included"),
        FieldDef::new(Field::Columns, Type::Names, "columns", "its columns and expressions, in order"),
        FieldDef::new(Field::Method, Type::Name, "method", "the access method: `btree`, `gin`"),
        FieldDef::new(Field::Unique, Type::Bool("is unique", "is not unique"), "UNIQUE", "whether it is unique"),
        FieldDef::new(
            Field::OfConstraint,
            Type::Bool("belongs to a constraint", "stands by itself"),
            "constraint",
            "whether a constraint made it or took it over",
        ),
        FieldDef::new(
            Field::Predicate,
            Type::Secret,
            "predicate",
            "the condition of a partial index: comparable, never printed",
        )
        .hidden(),
        FieldDef::new(
            Field::Traits,
            Type::Names,
            "traits",
            "what it is besides its columns: `deferrable`, `include note`; absent where that is not written",
        ),
        FieldDef::new(Field::Called, Type::Name, "called", "its name, where it may not be there; absent otherwise"),
    ],
    subject: |facts, id| {
        let text = |field: Field| facts.get(id, field).text().unwrap_or("?");
        format!("index {} on {}", text(Field::Name), text(Field::Table))
    },
};
