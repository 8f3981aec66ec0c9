//! Any value that a loader can carry comes through it as it was, with the bytes that spell it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::loader::LOADERS;
use super::*;
use crate::document::Settings;
use crate::source::SourceId;
use proptest::prelude::*;

/// How a value is written for a loader: what stands before it, the value, what stands behind it. Nothing where the loader
/// has no way to carry it in one line of quotes.
fn written(loader: &str, value: &str) -> Option<(&'static str, String, &'static str)> {
    let lacks = |signs: &[&str]| signs.iter().all(|sign| !value.contains(sign));
    let single = |possible: bool| possible.then(|| ("'", value.to_owned(), "'"));
    match loader {
        "python-dotenv" => lacks(&["${", "\r"]).then(|| ("'", value.replace('\\', "\\\\").replace('\'', "\\'"), "'")),
        "npm-dotenv" | "dotenvx" => single(lacks(&["'", "\r"])),
        "node" if lacks(&["'", "\r"]) => single(true),
        "node" => lacks(&["`", "\r"]).then(|| ("`", value.to_owned(), "`")),
        "ruby" => single(lacks(&["\n", "\r"])),
        "godotenv" => single(lacks(&["'", "\r"]) && !value.ends_with('\\')),
        "compose" | "dotenvy" => single(lacks(&["'"]) && !value.ends_with('\\')),
        "shell" => single(lacks(&["'"])),
        "docker" | "railway-raw" => lacks(&["\n", "\r"]).then(|| ("", value.to_owned(), "")),
        other => panic!("{other} has no way to write a value here"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn a_value_comes_through_with_its_bytes(
        value in prop_oneof![
            "[ -~]{0,40}",
            "[A-Za-z0-9'\"`\\\\$#&;=: \n\r\té日]{0,24}",
            prop::collection::vec(prop::sample::select(vec![
                "a", " ", "#", " #", "'", "\"", "`", "\\", "\\n", "\\'", "$", "$$", "$HOME", "${HOME}", "=", "\n", "\r\n", "export ", "B=1", "é", "日本",
            ]), 0..10).prop_map(|parts| parts.concat()),
        ],
        index in 0..LOADERS.len(),
    ) {
        // Railway replaces these before any loader reads them, and a value that is all blanks is none in a bare line.
        prop_assume!(!value.contains("${{"));
        let loader = &LOADERS[index];
        let Some((open, spelled, close)) = written(loader.name, &value) else { return Ok(()) };
        let text = format!("FIRST=1\nNAME={open}{spelled}{close}\nLAST=2\n");
        let settings = Settings { loader: Some(loader.name), ..Settings::default() };
        let parsed = parse(Input { source: SourceId(0), text: &text, path: "env/prod/api.env", settings: &settings });
        let facts: Vec<&Fact> = parsed.facts.iter().filter(|fact| fact.kind == Kind::Variable).collect();
        prop_assert_eq!(facts.len(), 3, "{}: {:?}", loader.name, text);
        let Some(State::Stated(Value::Secret(found), span)) = facts[1].own(Field::Value) else {
            return Err(TestCaseError::fail(format!("{}: {text:?} has no value", loader.name)));
        };
        prop_assert!(found.is(&value), "{}: {:?} was read otherwise", loader.name, text);
        prop_assert_eq!(text.get(span.range()), Some(spelled.as_str()), "{}", loader.name);
        prop_assert!(parsed.unread.is_empty(), "{}: {:?}", loader.name, parsed.unread);
    }
}
