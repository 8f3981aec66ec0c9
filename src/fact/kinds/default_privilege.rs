//! `default_privilege`: what new objects are granted at the end state.

use super::operation::OBJECTS;
use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::DefaultPrivilege,
    name: "default_privilege",
    doc: "A privilege that a role gets on every object of a kind that is made once every migration has run: ALTER DEFAULT PRIVILEGES.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(Field::Schema, Type::Name, "schema", "the schema of the objects; absent for every schema"),
        FieldDef::new(Field::ObjectKind, Type::Enum(OBJECTS), "object", "the kind of object"),
        FieldDef::new(Field::Privilege, Type::Name, "privilege", "the privilege in lower case: `select`; never `all`"),
        FieldDef::new(Field::Grantee, Type::Name, "grantee", "the role, in lower case; `public` for everybody"),
        FieldDef::new(
            Field::GrantOption,
            Type::Bool("has a grant option", "has no grant option"),
            "WITH GRANT OPTION",
            "whether the role may pass it on",
        ),
    ],
    subject: |facts, id| {
        let text = |field: Field| facts.get(id, field).text();
        let schema = text(Field::Schema).map(|schema| format!(" in {schema}")).unwrap_or_default();
        let [privilege, object, role] =
            [Field::Privilege, Field::ObjectKind, Field::Grantee].map(|field| text(field).unwrap_or("?"));
        format!("{privilege} on every later {object}{schema} to {role}")
    },
};
