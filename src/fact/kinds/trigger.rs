//! `trigger`: a trigger at the end state.

use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Trigger,
    name: "trigger",
    doc: "A trigger that a table has once every migration has run, at the statement that made it last.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(Field::Schema, Type::Name, "schema", "the schema of the table"),
        FieldDef::new(Field::Table, Type::Name, "table", "schema and name of the table: `public.jobs`"),
        FieldDef::new(Field::Name, Type::Name, "name", "its name; unknown where it may not be there"),
        FieldDef::new(Field::Executes, Type::Name, "function", "schema and name of the function that it runs"),
        FieldDef::new(
            Field::Definition,
            Type::Secret,
            "definition",
            "everything behind its name: comparable, never printed",
        )
        .hidden(),
        FieldDef::new(
            Field::Traits,
            Type::Names,
            "traits",
            "when it fires: `disabled`, `always`, `replica`; absent where it does as usual",
        ),
        FieldDef::new(Field::Called, Type::Name, "called", "its name, where it may not be there; absent otherwise"),
    ],
    subject: |facts, id| {
        let text = |field: Field| facts.get(id, field).text().unwrap_or("?");
        format!("trigger {} on {}", text(Field::Name), text(Field::Table))
    },
};
