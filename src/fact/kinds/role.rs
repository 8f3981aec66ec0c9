//! `role`: a role that the database has, by an export of its catalog.

use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Role,
    name: "role",
    doc: "A role that the database has, by an export of `pg_roles`.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(Field::Name, Type::Name, "name", "its name"),
        FieldDef::new(
            Field::Login,
            Type::Bool("may log in", "may not log in"),
            "LOGIN",
            "whether one may log in as it",
        ),
        FieldDef::new(
            Field::Superuser,
            Type::Bool("is a superuser", "is no superuser"),
            "SUPERUSER",
            "whether nothing is checked for it",
        ),
        FieldDef::new(
            Field::BypassRls,
            Type::Bool("passes by row level security", "is held by row level security"),
            "BYPASSRLS",
            "whether no row level security is checked for it",
        ),
    ],
    subject: |facts, id| format!("role {}{}", facts.get(id, Field::Name).text().unwrap_or("?"), facts.whose(id)),
};
