//! `migration`: a migration file.

use crate::fact::{Field, FieldDef, Kind, KindDef, Type, Word};

/// Which way a migration goes.
pub const DIRECTIONS: &[Word] =
    &[Word::new("up", "a step forward"), Word::new("down", "a step back"), Word::new("revert", "a revert")];

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Migration,
    name: "migration",
    doc: "A migration file.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(Field::Version, Type::Text, "version", "the digits that the file name begins with"),
        FieldDef::new(Field::Name, Type::Name, "name", "the file name without version and `.sql`"),
        FieldDef::new(
            Field::Direction,
            Type::Enum(DIRECTIONS),
            "direction",
            "`revert` or `down` where the file name matches a pattern under `directions:` of a pack or of preflight.yaml, else `up`",
        ),
    ],
    subject: |facts, id| facts.document(id).path.clone(),
};
