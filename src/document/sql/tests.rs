//! Whole scripts: text in, facts out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod agreement;
mod around;
mod forms;
mod hiding;
mod inside;
mod limits;
mod markers;
mod operations;
mod scripts;
mod tables;

use crate::document::{Input, Parsed, Settings};
use crate::fact::{Document, Fact, Facts, Field, Kind, State, Value};
use crate::source::{SourceId, SourceMap};

/// Reads a script.
fn read(text: &str) -> Parsed {
    read_at("supabase/migrations/20260112093000_a.sql", text)
}

fn read_at(path: &str, text: &str) -> Parsed {
    let settings = Settings {
        directions: vec![("revert", vec!["*_revert_*".into()]), ("down", vec!["*.down.sql".into()])],
        ..Settings::default()
    };
    let mut sources = SourceMap::new();
    let source = sources.add(path, text);
    super::parse(Input { source, text, path, settings: &settings })
}

/// The operations of a script.
fn operations(text: &str) -> Vec<Fact> {
    read(text).facts.into_iter().filter(|fact| fact.kind == Kind::Operation).collect()
}

/// What a script does: the words of `is`, without `select` and `do_block`.
fn does(text: &str) -> Vec<String> {
    let words = operations(text).into_iter().map(|fact| word(&fact, Field::Is));
    words.filter(|word| word != "select" && word != "do_block").collect()
}

/// A field as text: a word, `true`, `-` where it is not there, `?` where it cannot be known.
fn word(fact: &Fact, field: Field) -> String {
    match fact.own(field) {
        Some(State::Stated(value, _) | State::Defaulted(value, _)) => match value {
            Value::Text(text) => text.to_string(),
            Value::Word(word) => (*word).to_owned(),
            Value::Bool(yes) => yes.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Secret(value) => value.ask(str::to_owned),
            Value::List(items) => {
                let items = items.iter().map(|item| match item {
                    Value::Text(text) => text.to_string(),
                    other => panic!("{other:?} in a list"),
                });
                items.collect::<Vec<_>>().join(", ")
            }
        },
        Some(State::Unknown(..)) => "?".into(),
        Some(State::Absent(_)) | None => "-".into(),
    }
}

/// The operations of this kind.
fn of(text: &str, is: &str) -> Vec<Fact> {
    operations(text).into_iter().filter(|fact| word(fact, Field::Is) == is).collect()
}

/// The only operation of this kind.
fn one(text: &str, is: &str) -> Fact {
    let mut found = of(text, is);
    assert_eq!(found.len(), 1, "{is} in {text:?}: {:?}", does(text));
    found.remove(0)
}

/// The bytes of a fact's anchor.
fn anchor<'t>(text: &'t str, fact: &Fact) -> &'t str {
    &text[fact.anchor.range()]
}

/// The bytes of a field.
fn spelled<'t>(text: &'t str, fact: &Fact, field: Field) -> &'t str {
    &text[fact.own(field).unwrap().span().unwrap().range()]
}

/// Facts of several migrations, with the tables at the end.
fn replay(scripts: &[(&str, &str)]) -> Vec<Fact> {
    let mut facts = Facts::new();
    for (path, text) in scripts {
        let unknown = State::Absent(None);
        let document = Document::new(SourceId(0), "migration", path, unknown.clone(), unknown);
        facts.add(document, read_at(path, text).facts);
    }
    let replayed = crate::replay::replay(&facts).into_iter();
    replayed
        .flat_map(|replayed| crate::replay::end_state(&facts, &replayed))
        .filter(|fact| fact.kind == Kind::Table)
        .collect()
}
