//! Every file of `fixtures/sql/` and the operations that were typed by hand for it, in the file `.operations` beside it:
//! `line:column operation object [stands, guard]`, in the order of their places. What stands at the top level unguarded
//! has no brackets. Statements that read, or that only frame others, are left out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use preflight::document::{Input, Parsed, Settings, kind};
use preflight::fact::{Fact, Field, Kind, State, Value};
use preflight::source::SourceMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Operations that change nothing, and what comes with a new table.
const LEFT_OUT: &[&str] = &[
    "select",
    "set",
    "other",
    "begin",
    "commit",
    "rollback",
    "savepoint",
    "do_block",
    "comment",
    "analyze",
    "create_column",
    "create_constraint",
    "like_table",
];

fn read(text: &str) -> Parsed {
    let mut sources = SourceMap::new();
    let source = sources.add("migration.sql", text);
    let settings = Settings::default();
    (kind("migration").unwrap().parse)(Input { source, text, path: "migration.sql", settings: &settings })
}

/// A field for people: `?` where it cannot be known.
fn text(fact: &Fact, field: Field) -> Option<String> {
    match fact.own(field)? {
        State::Stated(value, _) | State::Defaulted(value, _) => match value {
            Value::Text(text) => Some(text.to_string()),
            Value::Word(word) => Some((*word).to_owned()),
            Value::Bool(yes) => Some(yes.to_string()),
            _ => None,
        },
        State::Unknown(..) => Some("?".into()),
        State::Absent(_) => None,
    }
}

/// What an operation is on: `public.accounts.email`, `accounts_own on public.accounts`, `select on public.t to anon`.
fn object(fact: &Fact) -> String {
    let [table, column, schema, name, arguments] =
        [Field::Table, Field::Column, Field::Schema, Field::Name, Field::Arguments].map(|field| text(fact, field));
    let object = match (table, column, schema, name) {
        (Some(table), Some(column), ..) => format!("{table}.{column}"),
        (Some(table), None, _, Some(name)) => format!("{name} on {table}"),
        (Some(table), ..) => table,
        (None, _, Some(schema), Some(name)) if schema != name => format!("{schema}.{name}"),
        (None, _, _, Some(name)) => name,
        (None, _, Some(schema), None) => format!("schema {schema}"),
        (None, Some(column), ..) => column,
        (None, None, None, None) => String::new(),
    };
    let object = format!("{object}{}", arguments.map(|list| format!("({list})")).unwrap_or_default());
    let object = match text(fact, Field::ObjectKind).as_deref() {
        None | Some("schema") => object,
        Some(kind) if object.is_empty() => format!("every {kind}"),
        Some(kind) => match object.strip_prefix("schema ") {
            Some(schema) => format!("every {kind} of {schema}"),
            None if kind == "table" => object,
            None => format!("{kind} {object}"),
        },
    };
    match (text(fact, Field::Privilege), text(fact, Field::Grantee)) {
        (Some(privilege), Some(grantee)) => format!("{privilege} on {object} to {grantee}"),
        (None, Some(grantee)) => format!("{object} to {grantee}"),
        _ => object,
    }
}

fn operations(source: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for fact in read(source).facts.iter().filter(|fact| fact.kind == Kind::Operation) {
        let is = text(fact, Field::Is).unwrap();
        if LEFT_OUT.contains(&is.as_str()) {
            continue;
        }
        let before = &source[..fact.anchor.range().start];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap().trim_start_matches('\u{feff}').chars().count() + 1;
        let mut place = vec![text(fact, Field::Stands).unwrap()];
        place.extend(text(fact, Field::Guarded).filter(|guard| guard != "no"));
        let place = if place == ["top-level"] { String::new() } else { format!(" [{}]", place.join(", ")) };
        lines.push(format!("{line}:{column} {}{place}", format!("{is} {}", object(fact)).trim_end()));
    }
    lines
}

fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sql");
    let folders = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    // what these leave is held against a catalogue, object by object: tests/postgres.rs
    let folders = folders.filter(|folder| !folder.ends_with("replay") && !folder.ends_with("definitions"));
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "sql")).collect();
    files.sort();
    assert!(files.len() >= 19, "{files:?}");
    files
}

#[test]
fn every_fixture_has_the_operations_that_were_typed_for_it() {
    let mut wrong = Vec::new();
    for file in fixtures() {
        let source = fs::read_to_string(&file).unwrap();
        let typed = fs::read_to_string(file.with_extension("operations")).unwrap_or_default();
        let typed: Vec<&str> = typed.lines().filter(|line| !line.is_empty()).collect();
        let found = operations(&source);
        if found != typed {
            let lacks =
                typed.iter().filter(|line| !found.iter().any(|found| found == *line)).map(|line| format!("- {line}"));
            let more = found.iter().filter(|line| !typed.contains(&line.as_str())).map(|line| format!("+ {line}"));
            let changes: Vec<String> = lacks.chain(more).collect();
            let changes = if changes.is_empty() { vec!["the same in another order".into()] } else { changes };
            wrong.push(format!("{}\n{}", file.display(), changes.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "- typed, + found:\n{}", wrong.join("\n\n"));
}

#[test]
fn every_statement_of_a_fixture_is_understood() {
    for file in fixtures() {
        let mut unread = read(&fs::read_to_string(&file).unwrap()).unread;
        // a command of psql that runs something else is no statement
        unread.retain(|unread| !unread.message.contains("nobody has read here"));
        assert!(unread.is_empty(), "{}: {unread:?}", file.display());
    }
}

#[test]
fn decoys_take_nothing_away() {
    let harmless = ["create_", "add_", "insert", "write_column", "set_default", "drop_not_null"];
    for file in fixtures().into_iter().filter(|file| file.parent().is_some_and(|folder| folder.ends_with("decoys"))) {
        let source = fs::read_to_string(&file).unwrap();
        let destroys = ["drop", "truncate", "delete"].iter().all(|word| source.to_lowercase().contains(word));
        assert!(destroys, "{} is no decoy", file.display());
        for line in operations(&source) {
            let is = line.split(' ').nth(1).unwrap();
            assert!(harmless.iter().any(|known| is.starts_with(known)), "{}:{line}", file.display());
        }
    }
}

#[test]
fn operations_have_the_fields_of_their_kind_and_no_others() {
    let mut strays = std::collections::BTreeSet::new();
    for file in fixtures() {
        for fact in read(&fs::read_to_string(&file).unwrap()).facts {
            let Some(is) = text(&fact, Field::Is).filter(|is| is != "?") else { continue };
            let variant = fact.kind.def().variant(&is).unwrap();
            let strange = fact.fields().iter().filter(|(field, _)| !variant.has(*field));
            strays.extend(strange.map(|(field, _)| format!("{is} has {field}")));
        }
    }
    assert!(strays.is_empty(), "{strays:#?}");
}
