//! `column`: a column at the end state.

use super::operation::{GENERATED, IDENTITIES};
use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Column,
    name: "column",
    doc: "A column that a table has once every migration has run, at the statement that makes it.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(Field::Schema, Type::Name, "schema", "the schema of the table"),
        FieldDef::new(Field::Table, Type::Name, "table", "schema and name of the table: `public.jobs`"),
        FieldDef::new(Field::Name, Type::Name, "name", "the column; unknown where it may not be there"),
        FieldDef::new(
            Field::ColumnType,
            Type::SqlType,
            "type",
            "the type as the server spells it, without its modifier",
        ),
        FieldDef::new(
            Field::Modifier,
            Type::Text,
            "modifier",
            "the type's modifier: `(10,2)`; absent where there is none",
        ),
        FieldDef::new(Field::Position, Type::Number, "position", "its place among the columns of the table, from 1"),
        FieldDef::new(
            Field::Definition,
            Type::Secret,
            "definition",
            "the expression of its default, or what it is worked out from: comparable, never printed",
        )
        .hidden(),
        FieldDef::new(
            Field::Generated,
            Type::Enum(GENERATED),
            "generated",
            "whether it is worked out from others, and when",
        ),
        FieldDef::new(Field::Identity, Type::Enum(IDENTITIES), "identity", "whether it numbers itself"),
        FieldDef::new(
            Field::Nullable,
            Type::Bool("may be null", "may not be null"),
            "nullability",
            "whether it may be null",
        ),
        FieldDef::new(
            Field::Traits,
            Type::Names,
            "traits",
            "what it is besides its type: `collate C`, `storage external`, `statistics 500`",
        ),
        FieldDef::new(Field::Called, Type::Name, "called", "its name, where it may not be there; absent otherwise"),
    ],
    subject: |facts, id| {
        let text = |field: Field| facts.get(id, field).text().unwrap_or("?");
        format!("column {}.{}", text(Field::Table), text(Field::Name))
    },
};
