//! `rls_policy`: a policy of row level security at the end state, one fact for each of its roles.

use super::operation::{COMMANDS, CONDITIONS};
use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::RlsPolicy,
    name: "rls_policy",
    doc: "A policy of row level security that a table has once every migration has run, or in the database, by an export; one fact for each role.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(Field::Schema, Type::Name, "schema", "the schema of the table"),
        FieldDef::new(Field::Table, Type::Name, "table", "schema and name of the table: `public.jobs`"),
        FieldDef::new(Field::Name, Type::Name, "name", "its name"),
        FieldDef::new(Field::Role, Type::Name, "role", "the role, in lower case; `public` for everybody"),
        FieldDef::new(Field::Command, Type::Enum(COMMANDS), "command", "which commands it rules"),
        FieldDef::new(
            Field::Permissive,
            Type::Bool("is permissive", "is restrictive"),
            "PERMISSIVE",
            "whether it opens rows; a restrictive one closes them",
        ),
        FieldDef::new(Field::Using, Type::Enum(CONDITIONS), "USING", "which rows it lets be seen"),
        FieldDef::new(Field::Check, Type::Enum(CONDITIONS), "WITH CHECK", "which rows it lets be written"),
        FieldDef::new(
            Field::UsingDefinition,
            Type::Secret,
            "expression of USING",
            "the expression of USING: comparable, never printed",
        )
        .hidden(),
        FieldDef::new(
            Field::CheckDefinition,
            Type::Secret,
            "expression of WITH CHECK",
            "the expression of WITH CHECK: comparable, never printed",
        )
        .hidden(),
        FieldDef::new(
            Field::Calls,
            Type::Names,
            "functions",
            "the functions that its conditions call for each row: those outside of a sub-query; with their schema where one is written",
        ),
        FieldDef::new(
            Field::Keys,
            Type::Names,
            "keys",
            "the keys of JSON values that its conditions read, with `->` and `->>`, in lower case",
        )
        .hidden(),
        FieldDef::new(
            Field::Rls,
            Type::Bool("stands on a table with row level security", "stands on a table without row level security"),
            "row level security",
            "whether row level security of its table is on: where it is off, the policy does nothing",
        ),
        FieldDef::new(
            Field::Doubles,
            Type::Names,
            "policies beside it",
            "the permissive policies besides it that hold for the same role, or for everybody, and the same command; of two for one role the later one says so",
        ),
        FieldDef::new(Field::Called, Type::Name, "called", "its name, where it may not be there; absent otherwise"),
    ],
    subject: |facts, id| {
        let text = |field: Field| facts.get(id, field).text().unwrap_or("?");
        format!("policy {} on {}{}", text(Field::Name), text(Field::Table), facts.whose(id))
    },
};
