//! `mention`: a word that may be the reference of a Supabase project, in a text that is neither its URL nor its connection.

use super::credential::STANDS;
use super::variable_name;
use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Mention,
    name: "mention",
    doc: "A word of 20 small letters in a value, a command, a literal or a comment: whether it is a Supabase project, only a comparison with the projects of other facts tells.",
    parent: Some(Kind::Variable),
    variants: &[],
    fields: &[
        FieldDef::new(Field::Stands, Type::Enum(STANDS), "stands", "where it was found"),
        FieldDef::new(Field::Project, Type::Name, "project", "the word: comparable, never printed").hidden(),
    ],
    subject: |facts, id| {
        let stands = facts.get(id, Field::Stands).text().unwrap_or("text");
        format!("{}{}", variable_name(facts, id, &format!("a {stands}")), facts.whose(id))
    },
};
