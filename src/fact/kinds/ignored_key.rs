//! `ignored_key`: a key that somebody wrote and the platform ignores.

use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::IgnoredKey,
    name: "ignored_key",
    doc: "A key of a platform's configuration that the platform ignores; whoever wrote it believes that it works.",
    parent: None,
    variants: &[],
    fields: &[FieldDef::new(Field::Name, Type::Name, "name", "the key with its parents: `deploy.env`")],
    subject: |facts, id| {
        let name = facts.get(id, Field::Name).text().unwrap_or("a key");
        format!("key `{name}` of {}", facts.document(id).path)
    },
};
