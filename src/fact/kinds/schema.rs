//! `schema`: a schema at the end state.

use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Schema,
    name: "schema",
    doc: "A schema that a migration makes and none drops; `public` is there without one.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(Field::Name, Type::Name, "name", "its name; unknown where it may not be there"),
        FieldDef::new(Field::Called, Type::Name, "called", "its name, where it may not be there; absent otherwise"),
    ],
    subject: |facts, id| format!("schema {}", facts.get(id, Field::Name).text().unwrap_or("?")),
};
