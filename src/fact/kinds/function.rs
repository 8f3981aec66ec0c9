//! `function`: a function or procedure at the end state.

use super::operation::VOLATILITIES;
use crate::fact::{Field, FieldDef, Kind, KindDef, Type};

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Function,
    name: "function",
    doc: "A function or procedure that exists once every migration has run, at the statement that made it last.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(Field::Schema, Type::Name, "schema", "the schema"),
        FieldDef::new(Field::Name, Type::Name, "name", "its name, without the schema"),
        FieldDef::new(Field::Arguments, Type::Text, "arguments", "the types of its arguments: `integer,text`"),
        FieldDef::new(
            Field::SecurityDefiner,
            Type::Bool("is SECURITY DEFINER", "is SECURITY INVOKER"),
            "SECURITY DEFINER",
            "whether it runs with its owner's rights",
        ),
        FieldDef::new(
            Field::SearchPath,
            Type::Text,
            "search_path",
            "the search_path that it sets for itself; empty for ''; absent where it sets none",
        ),
        FieldDef::new(Field::Returns, Type::SqlType, "result", "the type of its result: `trigger`, `integer`"),
        FieldDef::new(
            Field::ExecutableBy,
            Type::Names,
            "callers",
            "the roles that may call it; `public` for everybody, which is so unless somebody revokes it",
        ),
        FieldDef::new(
            Field::ClosedTo,
            Type::Names,
            "roles that may not call it",
            "the roles that a migration takes EXECUTE from, whether they had it or not; absent where none does",
        ),
        FieldDef::new(Field::Language, Type::Name, "language", "its language, in lower case"),
        FieldDef::new(
            Field::Volatility,
            Type::Enum(VOLATILITIES),
            "volatility",
            "what it is declared to depend on; absent for a procedure",
        ),
        FieldDef::new(Field::Definition, Type::Secret, "body", "what it does: comparable, never printed").hidden(),
        FieldDef::new(
            Field::Traits,
            Type::Names,
            "traits",
            "what it is besides: `strict`, `leakproof`, `parallel safe`, `cost 7`",
        ),
        FieldDef::new(
            Field::Parameters,
            Type::Secret,
            "parameters",
            "its arguments with names, modes and defaults: comparable, never printed",
        )
        .hidden(),
        FieldDef::new(
            Field::Settings,
            Type::Secret,
            "settings",
            "the settings that it makes for itself besides search_path, one each: comparable, never printed",
        )
        .hidden(),
        FieldDef::new(Field::Owner, Type::Name, "owner", "the role that owns it, where a migration says so"),
        FieldDef::new(Field::Called, Type::Name, "called", "its name, where it may not be there; absent otherwise"),
    ],
    subject: |facts, id| {
        let text = |field: Field| facts.get(id, field).text().unwrap_or("?");
        format!("function {}.{}({})", text(Field::Schema), text(Field::Name), text(Field::Arguments))
    },
};
