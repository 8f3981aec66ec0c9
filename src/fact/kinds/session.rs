//! `session`: who a session of the database is, by an export of what it says of itself.

use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Session,
    name: "session",
    doc: "Who a session of the database is: what `SELECT current_user, session_user` says in it.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(Field::Role, Type::Name, "role", "the role whose rights it has: `current_user`"),
        FieldDef::new(Field::SessionUser, Type::Name, "session_user", "the role that logged in"),
    ],
    subject: |facts, id| format!("session{}", facts.whose(id)),
};
