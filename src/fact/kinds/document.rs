//! `document`: an input file.

use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Document,
    name: "document",
    doc: "An input file; its kind is the common field `document`.",
    parent: None,
    variants: &[],
    fields: &[FieldDef::new(Field::Name, Type::Name, "name", "the file name, without its folders")],
    subject: |facts, id| facts.document(id).path.clone(),
};
