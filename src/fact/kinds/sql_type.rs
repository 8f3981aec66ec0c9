//! `type`: a type or domain at the end state.

use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Type,
    name: "type",
    doc: "A type or a domain that exists once every migration has run.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(Field::Schema, Type::Name, "schema", "the schema"),
        FieldDef::new(
            Field::Name,
            Type::Name,
            "name",
            "its name, without the schema; unknown where it may not be there",
        ),
        FieldDef::new(
            Field::Labels,
            Type::Names,
            "labels",
            "the labels of an enum, in order; absent for any other type",
        ),
        FieldDef::new(
            Field::Definition,
            Type::Secret,
            "definition",
            "what a domain, a composite or another type is made of, one part for each statement: comparable, never printed",
        )
        .hidden(),
        FieldDef::new(Field::Called, Type::Name, "called", "its name, where it may not be there; absent otherwise"),
    ],
    subject: |facts, id| {
        let text = |field: Field| facts.get(id, field).text().unwrap_or("?");
        format!("type {}.{}", text(Field::Schema), text(Field::Name))
    },
};
