//! `constraint`: a primary key, a unique constraint, a check or an exclusion at the end state.

use super::operation::CONSTRAINTS;
use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Constraint,
    name: "constraint",
    doc: "A primary key, a unique constraint, a check or an exclusion that a table has once every migration has run; foreign keys are a kind of their own.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(Field::Schema, Type::Name, "schema", "the schema of the table"),
        FieldDef::new(Field::Table, Type::Name, "table", "schema and name of the table: `public.jobs`"),
        FieldDef::new(Field::Name, Type::Name, "name", "its name, PostgreSQL's own choice included"),
        FieldDef::new(Field::Constraint, Type::Enum(CONSTRAINTS), "constraint", "the kind of constraint"),
        FieldDef::new(Field::Columns, Type::Names, "columns", "its columns, in order; for a check those that it asks"),
        FieldDef::new(
            Field::Definition,
            Type::Secret,
            "expression",
            "the expression of a check: comparable, never printed",
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
        format!("constraint {} of {}", text(Field::Name), text(Field::Table))
    },
};
