//! `statement`: one statement of a migration.

use crate::fact::{Field, FieldDef, Kind, KindDef, Type, VariantDef};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Statement,
    name: "statement",
    doc: "One statement of a migration, at the top level of the file.",
    parent: Some(Kind::Migration),
    variants: &[
        VariantDef { name: "sql", doc: "a statement that the server runs", fields: &[Field::Understood] },
        VariantDef {
            name: "psql",
            doc: "a backslash command that only psql knows",
            fields: &[Field::Understood, Field::Name],
        },
        VariantDef { name: "copy-data", doc: "the rows behind COPY … FROM stdin", fields: &[Field::Understood] },
    ],
    fields: &[
        FieldDef::new(
            Field::Understood,
            Type::Bool("was understood", "was not understood"),
            "understood",
            "whether it could be read as PostgreSQL",
        ),
        FieldDef::new(Field::Name, Type::Name, "name", "the backslash command: `\\connect`"),
    ],
    subject: |facts, id| match facts.get(id, Field::Name).text() {
        Some(name) => format!("{name} in {}", facts.document(id).path),
        None => format!("a statement of {}", facts.document(id).path),
    },
};
