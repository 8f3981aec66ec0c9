//! What people save under the name of an env file. One finding at its place, everything else judged, no value shown, and
//! time that grows with the text.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::disallowed_methods, reason = "time that grows with the text is what is measured")]

use super::loader::LOADERS;
use super::*;
use crate::document::Settings;
use crate::source::{SourceId, SourceMap};

fn read(loader: &'static str, text: &str) -> Parsed {
    let settings = Settings { loader: Some(loader), ..Settings::default() };
    parse(Input { source: SourceId(0), text, path: "env/prod/api.env", settings: &settings })
}

/// The value of a variable.
fn value(parsed: &Parsed, name: &str) -> Option<String> {
    let named = |fact: &&Fact| fact.kind == Kind::Variable && fact.own(Field::Name).and_then(State::text) == Some(name);
    match parsed.facts.iter().find(named)?.own(Field::Value)? {
        State::Stated(Value::Secret(secret), _) => Some(secret.ask(str::to_owned)),
        _ => None,
    }
}

fn shown(text: &str, parsed: &Parsed) -> String {
    let mut map = SourceMap::new();
    let source = map.add("api.env", text);
    map.mask(source, parsed.masks.iter().cloned().chain(parsed.listed.iter().map(|listed| listed.range.clone())));
    (1..=map.shown().line_count(source)).map(|line| map.shown().line(source, line).text).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_markdown_document_is_one_finding_for_each_stretch_of_prose() {
    let text = "\
# Setup

Copy this file to `.env` and fill in the values.
You need the following accounts:

* Supabase, with the project MADEUPproject
* Railway

| name | what it is |
| --- | --- |

```
LOG_LEVEL=INFO
```

Then run `make dev`; it's that easy.
";
    let parsed = read("python-dotenv", text);
    assert_eq!(value(&parsed, "LOG_LEVEL").as_deref(), Some("INFO"), "the assignment in it is judged");
    let findings: Vec<_> = parsed.unread.iter().map(|unread| (unread.message.as_str(), unread.severity)).collect();
    assert_eq!(findings[0], ("line was not understood (7 lines)", Severity::Warning));
    assert!(findings.len() <= 3, "{findings:?}");
    assert!(!shown(text, &parsed).contains("MADEUP"));
}

#[test]
fn every_loader_goes_on_behind_what_is_broken() {
    let broken = [
        "this is a sentence with MADEUPword in it\n",
        "cat <<EOF > .env\nMADEUPheredoc here\n",
        "=MADEUPvalue\n",
        "<<<<<<< HEAD\nNAME=MADEUPours\n=======\nNAME=MADEUPtheirs\n>>>>>>> branch\n",
        "PASSWORD=MADEUP%zz%4\n",
        "LINK=postgresql://app:MADEUP%zzpw%@db.abcdefghijklmnopqrst.supabase.co:5432/postgres\n",
        "JWT=eyJhbGciOiJIUzI1NiJ9.eyJNQURFVVA.MADEUPsignatureMADEUP\n",
        "JWT=eyJhbGciOiJIUzI1NiJ9.WyJNQURFVVAiXQ.MADEUPsignatureMADEUP\n",
        "A \u{1b}[31mMADEUPred\n",
    ];
    // The list of Railway's tool is divided by names alone: what is no name belongs to the value above.
    for loader in LOADERS.iter().filter(|loader| loader.name != "railway-raw") {
        for broken in broken {
            let text = format!("FIRST=1\n{broken}\nLAST=2\n");
            let parsed = read(loader.name, &text);
            assert_eq!(value(&parsed, "FIRST").as_deref(), Some("1"), "{} before {broken:?}", loader.name);
            assert_eq!(value(&parsed, "LAST").as_deref(), Some("2"), "{} behind {broken:?}", loader.name);
            let seen = shown(&text, &parsed);
            assert!(!seen.contains("MADEUP"), "{} shows {seen}", loader.name);
            for unread in &parsed.unread {
                assert!(!unread.message.contains("MADEUP") && !unread.span.is_gap(), "{}: {unread:?}", loader.name);
            }
        }
    }
}

#[test]
fn a_loader_that_drops_the_whole_file_says_so_and_the_file_is_judged_all_the_same() {
    for (loader, line) in [
        ("godotenv", "not a line"),
        ("dotenvy", "WORDS=one two"),
        ("compose", "LINK=${{Store.LINK}}"),
        ("docker", "WORD = one"),
        ("shell", "LIST=(one"),
        ("ruby", "export NEVER"),
    ] {
        let text = format!("FIRST=1\n{line}\nLAST=2\n");
        let parsed = read(loader, &text);
        let [unread] = parsed.unread.as_slice() else { panic!("{loader}: {:?}", parsed.unread) };
        assert_eq!(text.get(unread.span.range()), Some(line), "{loader}");
        assert_eq!(unread.severity, Severity::Error);
        assert!(unread.message.contains("refuses the "), "{}", unread.message);
        assert_eq!(value(&parsed, "LAST").as_deref(), Some("2"), "{loader}");
    }
}

#[test]
fn an_open_quote_costs_its_own_line() {
    for loader in LOADERS {
        let text = "FIRST=1\nKEY=\"MADEUPnever closed\nLAST=2\n";
        let parsed = read(loader.name, text);
        let last = value(&parsed, "LAST");
        assert!(last.as_deref() == Some("2"), "{}: {last:?}", loader.name);
        assert!(!shown(text, &parsed).contains("MADEUP"), "{}", loader.name);
    }
}

/// Reads a text by every loader; something is said of it by each.
#[track_caller]
fn is_read(text: &str) {
    for loader in LOADERS {
        let parsed = read(loader.name, text);
        let said = parsed.facts.len() + parsed.unread.len() + parsed.broken.len();
        let nothing = text.trim().is_empty() || text.starts_with('#');
        assert!(said > 0 || nothing, "{} on {:?}", loader.name, text.get(..20));
    }
}

#[test]
fn a_value_of_ten_megabytes_is_read_and_never_shown() {
    let value = "MADEUP0123456789".repeat(10 * 1024 * 64);
    let text = format!("FIRST=1\nBLOB={value}\nLAST=2\n");
    let parsed = read("python-dotenv", &text);
    assert_eq!(value_length(&parsed), Some(value.len()));
    assert!(!shown(&text, &parsed).contains("MADEUP"));
    let long = "a".repeat(1024 * 1024);
    let link = format!("LINK=https://user:MADEUPpw@example.com/{long}?q={long}#{long}\n");
    assert!(!shown(&link, &read("python-dotenv", &link)).contains("MADEUP"));
    is_read(&format!("DATABASE_URL=postgresql://app:MADEUP@db.example.com:5432/main?{}\n", "a=%41&".repeat(2_000)));
}

fn value_length(parsed: &Parsed) -> Option<usize> {
    value(parsed, "BLOB").map(|value| value.len())
}

#[test]
fn many_openings_that_are_never_closed_are_read() {
    for part in [
        "A=\"\n", "A='\\'\n", "A=${B\n", "A=$(b\n", "A=`b\n", "export\n", "A\n", "\n\n", "A=\\\n", "# it's\n",
        "A=\"\\\"", "${", "$(", "'\"`",
    ] {
        is_read(&part.repeat(1_000 / part.len()));
        is_read(&format!("A=\"{}", part.repeat(1_000 / part.len())));
    }
}

#[test]
fn bytes_that_are_no_text_cost_their_line() {
    let text = "FIRST=1\nKEY=MADEUP\u{fffd}pw\nNO\u{fffd}NAME\nLAST=2\n";
    for loader in LOADERS {
        let parsed = read(loader.name, text);
        let places: Vec<_> = parsed.unread.iter().filter_map(|unread| text.get(unread.span.range())).collect();
        assert!(places.iter().any(|place| place.contains("KEY=MADEUP")), "{}: {places:?}", loader.name);
        assert_eq!(value(&parsed, "FIRST").as_deref(), Some("1"), "{}", loader.name);
        assert!(!shown(text, &parsed).contains("MADEUP"), "{}", loader.name);
    }
}
