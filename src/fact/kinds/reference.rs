//! `reference`: a reference to another variable in a value.

use super::variable_name;
use crate::fact::{Field, FieldDef, Kind, KindDef, Type, Word};

/// What comes of a reference.
pub const OUTCOMES: &[Word] = &[
    Word::new("resolved", "a variable that is there"),
    Word::new("sealed", "a sealed variable"),
    Word::new("provided", "a variable that Railway provides"),
    Word::new("generated", "a template function"),
    Word::new("unknown-service", "a service that is not there"),
    Word::new("unknown-variable", "a variable that is not there"),
    Word::new("wrong-case", "a name in another case"),
    Word::new("other-environment", "another environment"),
    Word::new("cycle", "itself"),
];

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Reference,
    name: "reference",
    doc: "A reference of Railway in the value of a variable: `${{shared.X}}`, `${{Postgres.DATABASE_URL}}`, `${{X}}`.",
    parent: Some(Kind::Variable),
    variants: &[],
    fields: &[
        FieldDef::new(Field::Name, Type::Name, "name", "the variable that it names; absent in a template function"),
        FieldDef::new(
            Field::Namespace,
            Type::Name,
            "namespace",
            "`shared`, or the service that it names; absent where it names a variable of its own service",
        ),
        FieldDef::new(
            Field::Resolves,
            Type::Enum(OUTCOMES),
            "target",
            "what it leads to, by the documents of its environment: services and variables are told by case, and a name that no complete document has is not there; unknown where no document decides it",
        ),
    ],
    subject: |facts, id| {
        let name = facts.get(id, Field::Name).text();
        let shown = match (facts.get(id, Field::Namespace).text(), name) {
            (Some(namespace), Some(name)) => format!("`${{{{{namespace}.{name}}}}}`"),
            (None, Some(name)) => format!("`${{{{{name}}}}}`"),
            _ => "a reference".to_owned(),
        };
        format!("{shown} in {}{}", variable_name(facts, id, "a value"), facts.whose(id))
    },
};
