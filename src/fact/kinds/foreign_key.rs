//! `foreign_key`: a foreign key at the end state.

use super::operation::ON_DELETE;
use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::ForeignKey,
    name: "foreign_key",
    doc: "A foreign key that a table has once every migration has run.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(Field::Schema, Type::Name, "schema", "the schema of the table"),
        FieldDef::new(Field::Table, Type::Name, "table", "schema and name of the table: `public.jobs`"),
        FieldDef::new(Field::Name, Type::Name, "name", "its name, PostgreSQL's own choice included"),
        FieldDef::new(Field::Columns, Type::Names, "columns", "its columns, in order"),
        FieldDef::new(Field::References, Type::Name, "referenced table", "schema and name of the table it refers to"),
        FieldDef::new(
            Field::ReferencedColumns,
            Type::Names,
            "referenced columns",
            "the columns of that table, in order; absent where none is written: its primary key",
        ),
        FieldDef::new(
            Field::Indexed,
            Type::Bool("has an index", "has no index on its columns"),
            "index",
            "whether an index of all rows begins with its columns",
        ),
        FieldDef::new(
            Field::OnDelete,
            Type::Enum(ON_DELETE),
            "ON DELETE",
            "what happens to the rows when the other one is deleted",
        ),
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
        format!("foreign key {} of {}", text(Field::Name), text(Field::Table))
    },
};
