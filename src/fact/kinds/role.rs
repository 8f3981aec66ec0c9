//! `role`: a role at the end state, or one that the database has, by an export of its catalog.

use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Role,
    name: "role",
    doc: "A role that a migration makes and none drops, with its powers at the end; or one that the database has, by an export of `pg_roles`.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(Field::Name, Type::Name, "name", "its name; unknown where it may not be there"),
        FieldDef::new(Field::Login, Type::Bool("may log in", "may not log in"), "LOGIN", "whether it may log in"),
        FieldDef::new(
            Field::Superuser,
            Type::Bool("is a superuser", "is no superuser"),
            "SUPERUSER",
            "whether nothing is checked for it",
        ),
        FieldDef::new(
            Field::BypassRls,
            Type::Bool("passes by row level security", "is under row level security"),
            "BYPASSRLS",
            "whether row level security is not checked for it",
        ),
        FieldDef::new(Field::Called, Type::Name, "called", "its name, where it may not be there; absent otherwise"),
    ],
    subject: |facts, id| format!("role {}{}", facts.get(id, Field::Name).text().unwrap_or("?"), facts.whose(id)),
};
