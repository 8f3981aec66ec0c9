//! `url`: a URL found in a value.

use super::variable_name;
use crate::fact::{Field, FieldDef, Kind, KindDef, Type, Word};

/// Whose host it is.
pub const PROVIDERS: &[Word] = &[
    Word::new("supabase", "Supabase"),
    Word::new("railway", "Railway"),
    Word::new("local", "this machine"),
    Word::new("other", "another provider"),
];

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Url,
    name: "url",
    doc: "A URL found in the value of a variable; database URLs are connections.",
    parent: Some(Kind::Variable),
    variants: &[],
    fields: &[
        FieldDef::new(Field::Scheme, Type::Text, "scheme", "the scheme in lower case: `https`"),
        FieldDef::new(Field::Host, Type::Text, "host", "the host in lower case"),
        FieldDef::new(
            Field::Provider,
            Type::Enum(PROVIDERS),
            "provider",
            "whose host it is: `<ref>.supabase.co` is Supabase's, `*.railway.internal`, `*.up.railway.app` and `*.rlwy.net` are Railway's",
        )
        .derived_from(&[Field::Host]),
        FieldDef::new(
            Field::Project,
            Type::Name,
            "project",
            "the Supabase project: the 20 lower-case letters before `.supabase.co`",
        )
        .derived_from(&[Field::Host]),
        FieldDef::new(Field::Path, Type::Text, "path", "the path, empty or beginning with `/`").hidden(),
    ],
    subject: |facts, id| variable_name(facts, id, "a URL") + &facts.whose(id),
};
