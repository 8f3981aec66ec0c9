//! `extension`: an extension at the end state.

use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Extension,
    name: "extension",
    doc: "An extension that is installed once every migration has run.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(Field::Name, Type::Name, "name", "its name; unknown where it may not be there"),
        FieldDef::new(
            Field::Schema,
            Type::Name,
            "schema",
            "the schema that it is put into; absent where no migration says it: the first one of the search path, or the extension's own",
        ),
        FieldDef::new(Field::Called, Type::Name, "called", "its name, where it may not be there; absent otherwise"),
    ],
    subject: |facts, id| format!("extension {}", facts.get(id, Field::Name).text().unwrap_or("?")),
};
