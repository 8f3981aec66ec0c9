//! `document`: an input file.

use crate::fact::{Field, FieldDef, Kind, KindDef, Type, Word};

/// What git does with a file.
pub const GIT: &[Word] = &[
    Word::new("tracked", "tracked"),
    Word::new("addable", "not ignored, so that `git add .` would take it"),
    Word::new("ignored", "ignored"),
    Word::new("outside", "outside of every repository"),
];

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
