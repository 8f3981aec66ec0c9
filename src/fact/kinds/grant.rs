//! `grant`: a privilege at the end state, one fact for each role, object and privilege.

use super::operation::OBJECTS;
use crate::fact::{Field, FieldDef, Kind, KindDef, Type, Word};

/// Who says that a privilege is held.
pub const SOURCES: &[Word] =
    &[Word::new("migrations", "what the migrations leave"), Word::new("export", "what an export of the database says")];

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Grant,
    name: "grant",
    doc: "A privilege that a role holds once every migration has run, by GRANT or by default privileges; or in the database, by an export.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(Field::Schema, Type::Name, "schema", "the schema, also of the object"),
        FieldDef::new(Field::Table, Type::Name, "table", "schema and name of the table, view or sequence"),
        FieldDef::new(Field::Name, Type::Name, "name", "the name of a function"),
        FieldDef::new(
            Field::Arguments,
            Type::Text,
            "arguments",
            "the types of the arguments of a function: `integer,text`",
        ),
        FieldDef::new(Field::ObjectKind, Type::Enum(OBJECTS), "object", "what the privilege is on"),
        FieldDef::new(Field::Columns, Type::Names, "columns", "the columns that a privilege on some of them is on"),
        FieldDef::new(
            Field::Grantee,
            Type::Name,
            "grantee",
            "the role, in lower case; `public` for everybody; unknown where a condition decides whether it holds it",
        ),
        FieldDef::new(Field::Privilege, Type::Name, "privilege", "the privilege in lower case: `select`; never `all`"),
        FieldDef::new(
            Field::GrantOption,
            Type::Bool("has a grant option", "has no grant option"),
            "WITH GRANT OPTION",
            "whether the role may pass it on",
        ),
        FieldDef::new(Field::Source, Type::Enum(SOURCES), "source", "who says so"),
    ],
    subject: |facts, id| {
        let text = |field: Field| facts.get(id, field).text();
        let object = match (text(Field::Table), text(Field::Name)) {
            (Some(table), _) => table.to_owned(),
            (None, Some(name)) => format!("function {}.{name}", text(Field::Schema).unwrap_or("?")),
            // an export may say of no table which one it is
            (None, None) if text(Field::ObjectKind) == Some("table") => {
                text(Field::Schema).map_or_else(|| "a table".to_owned(), |schema| format!("a table of {schema}"))
            }
            (None, None) => format!("schema {}", text(Field::Schema).unwrap_or("?")),
        };
        let role = text(Field::Grantee).unwrap_or("a role");
        format!("{} on {object} to {role}{}", text(Field::Privilege).unwrap_or("a privilege"), facts.whose(id))
    },
};
