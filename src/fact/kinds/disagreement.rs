//! `disagreement`: a line of an env file that other loaders read otherwise than the one of its document.

use super::variable_name;
use crate::fact::{Field, FieldDef, Kind, KindDef, Type, Value, Word};

/// What counts differently.
pub const HOW: &[Word] = &[
    Word::new("comment", "a `#` in it counts differently"),
    Word::new("dollar", "a `$` in it counts differently"),
    Word::new("railway-reference", "`${{…}}` in it counts differently"),
    Word::new("command", "`$(…)` or a backtick in it counts differently"),
    Word::new("shell-sign", "a sign of the shell in it (`&`, `;`, `|`, `<`, `>`, a bracket) counts differently"),
    Word::new("line-end", "`\\r` at the end of its line, and of others, counts differently"),
    Word::new("byte-order-mark", "the byte order mark before it counts differently"),
    Word::new("quotes-kept", "the quotes around it count differently"),
    Word::new("quote", "a quote in it counts differently"),
    Word::new("escape", "a backslash in it counts differently"),
    Word::new("lines", "a line end in it counts differently"),
    Word::new("blank", "a blank in it, or beside its `=`, counts differently"),
    Word::new("name", "its name, or what stands before it, counts differently"),
    Word::new("other", "it counts differently"),
];

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Disagreement,
    name: "disagreement",
    doc: "A line of an env file from which other loaders get another value than the loader of its document, or none, in an environment where nothing else is set.",
    parent: Some(Kind::Variable),
    variants: &[],
    fields: &[
        FieldDef::new(Field::How, Type::Enum(HOW), "reason", "what counts differently"),
        FieldDef::new(
            Field::Loaders,
            Type::Names,
            "list of loaders",
            "for which of python-dotenv, npm-dotenv, dotenvx, node, ruby, godotenv, compose, docker, dotenvy and shell",
        ),
        FieldDef::new(Field::Loader, Type::Name, "loader", "the loader of the document"),
    ],
    subject: |facts, id| {
        let how = facts.get(id, Field::How).text();
        let means = HOW.iter().find(|word| Some(word.name) == how).map_or("it counts differently", |word| word.means);
        let names: Vec<&str> = match facts.get(id, Field::Loaders).value() {
            Some(Value::List(names)) => names
                .iter()
                .filter_map(|name| match name {
                    Value::Text(name) => Some(&**name),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let names = match names.split_last() {
            Some((last, [])) => (*last).to_owned(),
            Some((last, others)) => format!("{} and {last}", others.join(", ")),
            None => String::new(),
        };
        format!("{}{} (for {names} {means})", variable_name(facts, id, "a line"), facts.whose(id))
    },
};
