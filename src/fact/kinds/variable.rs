//! `variable`: an environment variable.

use crate::fact::{Field, FieldDef, Kind, KindDef, Type, Word};

/// Whether a variable is set, and how.
pub const STATES: &[Word] = &[
    Word::new("set", "set"),
    Word::new("empty", "empty"),
    Word::new("placeholder", "a placeholder"),
    Word::new("reference", "a reference"),
    Word::new("sealed", "sealed"),
];

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Variable,
    name: "variable",
    doc: "An environment variable: of an env file, or of a platform's export.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(Field::Name, Type::Name, "name", "the name, as written"),
        FieldDef::new(
            Field::Value,
            Type::Secret,
            "value",
            "the value as the document's reader gets it; unknown where it is sealed, or a reference that no document resolves",
        )
        .hidden(),
        FieldDef::new(
            Field::State,
            Type::Enum(STATES),
            "state",
            "whether it is set: a placeholder is a value that somebody was to replace (`changeme`, `[ref]`), a reference names another variable (`${{shared.X}}`, `${X}`), a sealed variable is set and nobody can read it back",
        ),
        FieldDef::new(
            Field::Public,
            Type::Bool("is public", "is not public"),
            "public",
            "whether its name has a prefix that a browser build publishes: NEXT_PUBLIC_, VITE_, REACT_APP_, PUBLIC_, EXPO_PUBLIC_, NUXT_PUBLIC_, GATSBY_, VUE_APP_, NG_APP_",
        ),
        FieldDef::new(
            Field::HoldsSecret,
            Type::Bool("holds a secret", "holds no secret"),
            "holds_secret",
            "whether a secret was recognised in its value, whatever its name is",
        ),
    ],
    subject: |facts, id| {
        let name = facts.get(id, Field::Name).text().unwrap_or("a variable");
        format!("{name}{}", facts.whose(id))
    },
};
