//! Single statements and what they do, with every field that is said: `fixtures/sql/statements/`. A statement stands at the
//! left, its operations under it: `add_column table=public.t column=a type=bigint nullable~true`, with `=` for what is
//! written and `~` for what holds although nothing says it. What every operation has (top level, unguarded, outside a
//! transaction) is left out. `UPDATE=1` writes the files anew: read what changed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use preflight::document::{Input, Settings, kind};
use preflight::fact::{Fact, Field, Kind, State, Value};
use preflight::source::SourceMap;
use std::fs;
use std::path::Path;

fn value(value: &Value) -> String {
    match value {
        Value::Text(text) if text.is_empty() || text.contains(' ') => format!("'{text}'"),
        Value::Text(text) => text.to_string(),
        Value::Word(word) => (*word).to_owned(),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Secret(_) => "••••".to_owned(),
        Value::List(items) => format!("[{}]", items.iter().map(self::value).collect::<Vec<_>>().join(", ")),
    }
}

/// A field with its state; none where it is what every operation has.
fn field(field: Field, state: &State) -> Option<String> {
    match (field, state) {
        (Field::Is, _) | (_, State::Absent(_)) => None,
        (Field::Stands, state) if state.text() == Some("top-level") => None,
        (Field::Guarded, state) if state.text() == Some("no") => None,
        (Field::Schema, State::Defaulted(..)) => None,
        (Field::OriginTable | Field::Origin, state) if state.text() == Some("elsewhere") => None,
        (
            Field::InTransaction | Field::LockTimeout | Field::StatementTimeout,
            State::Defaulted(Value::Bool(false), _),
        ) => None,
        (_, State::Stated(known, _)) => Some(format!("{field}={}", value(known))),
        (_, State::Defaulted(known, _)) => Some(format!("{field}~{}", value(known))),
        (_, State::Unknown(..)) => Some(format!("{field}=?")),
    }
}

fn describe(fact: &Fact) -> String {
    let is = fact.own(Field::Is).and_then(State::text).unwrap_or("?");
    let order = fact.kind.def().fields.iter().filter_map(|def| fact.own(def.field).map(|state| (def.field, state)));
    let fields = order.filter_map(|(name, state)| field(name, state));
    [is.to_owned()].into_iter().chain(fields).collect::<Vec<_>>().join(" ")
}

fn operations(statement: &str) -> Vec<String> {
    let mut sources = SourceMap::new();
    let source = sources.add("migration.sql", statement);
    let settings = Settings::default();
    let parsed = (kind("migration").unwrap().parse)(Input {
        source,
        text: statement,
        path: "migration.sql",
        settings: &settings,
    });
    assert!(parsed.unread.is_empty(), "{statement}: {:?}", parsed.unread);
    parsed.facts.iter().filter(|fact| fact.kind == Kind::Operation).map(describe).collect()
}

#[test]
fn every_statement_does_what_its_fixture_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sql/statements");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let said = fs::read_to_string(&path).unwrap();
        let mut found = String::new();
        for statement in said.lines().filter(|line| !line.is_empty() && !line.starts_with(' ')) {
            count += 1;
            found.push_str(statement);
            found.push('\n');
            for operation in operations(statement) {
                found.push_str(&format!("    {operation}\n"));
            }
        }
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, found).unwrap();
            continue;
        }
        let wrong = said.lines().zip(found.lines()).find(|(said, found)| said != found);
        assert_eq!(wrong, None, "{}: typed, found", path.display());
        assert_eq!(said.lines().count(), found.lines().count(), "{}", path.display());
    }
    assert!(count >= 250, "{count}");
}
