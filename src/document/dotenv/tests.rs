#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::document::Settings;
use crate::source::{SourceId, SourceMap};
use proptest::prelude::*;

fn read(text: &str) -> Parsed {
    parse(Input { source: SourceId(0), text, path: "env/prod/api.env", settings: &Settings::default() })
}

fn variables(parsed: &Parsed) -> impl Iterator<Item = &Fact> {
    parsed.facts.iter().filter(|fact| fact.kind == Kind::Variable)
}

/// Names with their values: `None` where the loader sets nothing, `?` where the value cannot be known.
fn pairs(text: &str) -> Vec<(String, Option<String>)> {
    let parsed = read(text);
    let value = |fact: &Fact| match fact.own(Field::Value) {
        Some(State::Stated(Value::Secret(secret), _)) => Some(secret.ask(str::to_owned)),
        Some(State::Unknown(..)) => Some("?".to_owned()),
        _ => None,
    };
    let name = |fact: &Fact| fact.own(Field::Name).and_then(State::text).unwrap().to_owned();
    variables(&parsed).map(|fact| (name(fact), value(fact))).collect()
}

/// The text as a report may show it, with everything hidden that can be.
fn masked(text: &str) -> String {
    let parsed = read(text);
    let mut map = SourceMap::new();
    let source = map.add("api.env", text);
    map.mask(source, parsed.masks.iter().cloned().chain(parsed.listed.iter().map(|listed| listed.range.clone())));
    let shown = map.shown();
    (1..=shown.line_count(source)).map(|line| shown.line(source, line).text).collect::<Vec<_>>().join("\n")
}

/// What python-dotenv 1.2 returned for each input.
#[test]
fn values_are_those_of_python_dotenv() {
    type Expected = &'static [(&'static str, Option<&'static str>)];
    let cases: &[(&str, Expected)] = &[
        ("A=b\n", &[("A", Some("b"))]),
        ("A=\n", &[("A", Some(""))]),
        ("A=\"\"\n", &[("A", Some(""))]),
        ("A=''\n", &[("A", Some(""))]),
        ("A\nB=1\n", &[("A", None), ("B", Some("1"))]),
        ("B=1\nA", &[("B", Some("1")), ("A", None)]),
        ("A = b\n", &[("A", Some("b"))]),
        ("A =b\n", &[("A", Some("b"))]),
        ("   A=b   \n", &[("A", Some("b"))]),
        ("A=\tb\n", &[("A", Some("b"))]),
        ("A=\"b c\"\n", &[("A", Some("b c"))]),
        ("A=`b c`\n", &[("A", Some("`b c`"))]),
        ("A=b c\n", &[("A", Some("b c"))]),
        ("A=\"b\"c\n", &[]),
        ("A=\"b\" trailing\n", &[]),
        ("A=\"b\nB=1\n", &[("B", Some("1"))]),
        ("A=it's\nB=2\n", &[("A", Some("it's")), ("B", Some("2"))]),
        ("A={\"k\":\"v\"}\n", &[("A", Some("{\"k\":\"v\"}"))]),
        ("A='{\"k\":\"v\"}'\n", &[("A", Some("{\"k\":\"v\"}"))]),
        ("A=\"b\\\"c\"\n", &[("A", Some("b\"c"))]),
        ("A='b\\'c'\n", &[("A", Some("b'c"))]),
        ("A=\"b\\nc\"\n", &[("A", Some("b\nc"))]),
        ("A='b\\nc'\n", &[("A", Some("b\\nc"))]),
        ("A=b\\nc\n", &[("A", Some("b\\nc"))]),
        ("A=\"C:\\dir\\x\"\n", &[("A", Some("C:\\dir\\x"))]),
        ("A=\"C:\\dir\\\\\"\n", &[("A", Some("C:\\dir\\"))]),
        ("A=\"b\nc\"\nB=1\n", &[("A", Some("b\nc")), ("B", Some("1"))]),
        ("A='b\nc'\nB=1\n", &[("A", Some("b\nc")), ("B", Some("1"))]),
        ("A=b\\\nC\nB=1\n", &[("A", Some("b\\")), ("C", None), ("B", Some("1"))]),
        ("# x\nA=b\n", &[("A", Some("b"))]),
        ("A=b # c\n", &[("A", Some("b"))]),
        ("A=b#c\n", &[("A", Some("b#c"))]),
        ("A=\"b # c\"\n", &[("A", Some("b # c"))]),
        ("A=\"b\" # it's \"c\"\n", &[("A", Some("b"))]),
        ("A=# c\n", &[("A", Some("# c"))]),
        ("A= # c\n", &[("A", Some(""))]),
        ("A=https://x.io/p#frag\n", &[("A", Some("https://x.io/p#frag"))]),
        ("export A=b\n", &[("A", Some("b"))]),
        ("B=1\nexport B\n", &[("B", Some("1")), ("B", None)]),
        ("export   A=b\n", &[("A", Some("b"))]),
        ("export=1\nexportA=2\n", &[("export", Some("1")), ("exportA", Some("2"))]),
        ("B=1\nA=${B}x\n", &[("B", Some("1")), ("A", Some("1x"))]),
        ("B=1\nA=$B\n", &[("B", Some("1")), ("A", Some("$B"))]),
        ("B=1\nA='${B}x'\n", &[("B", Some("1")), ("A", Some("1x"))]),
        ("B=1\nA=\\${B}\n", &[("B", Some("1")), ("A", Some("\\1"))]),
        ("B=1\nA=${B:-d}\n", &[("B", Some("1")), ("A", Some("1"))]),
        ("A=1\nB=${A}\nA=2\n", &[("A", Some("1")), ("B", Some("1")), ("A", Some("2"))]),
        ("A=pa$$word$1\n", &[("A", Some("pa$$word$1"))]),
        ("A=$(echo hi)\n", &[("A", Some("$(echo hi)"))]),
        ("\u{feff}A=b\n", &[("A", Some("b"))]),
        ("A=b\r\nB=\"c\"\r\nC='d'\r\n", &[("A", Some("b")), ("B", Some("c")), ("C", Some("d"))]),
        ("A=\"b\r\nc\"\r\nB=1\r\n", &[("A", Some("b\nc")), ("B", Some("1"))]),
        ("A=b\rB=c\r", &[("A", Some("b")), ("B", Some("c"))]),
        ("A: b\n", &[]),
        ("A.B=c\nA-B=d\naB=e\n", &[("A.B", Some("c")), ("A-B", Some("d")), ("aB", Some("e"))]),
        ("A=b=c==\n", &[("A", Some("b=c=="))]),
        ("A=日本\n", &[("A", Some("日本"))]),
        ("A=b;c\n", &[("A", Some("b;c"))]),
        ("A=\"\"\"b\nc\"\"\"\nB=1\n", &[("B", Some("1"))]),
        ("A #=1\n", &[("A", None)]),
        ("=x\nA=1", &[("A", Some("1"))]),
        ("'A'=1", &[("A", Some("1"))]),
    ];
    for (text, expected) in cases {
        let expected: Vec<_> =
            expected.iter().map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned))).collect();
        assert_eq!(pairs(text), expected, "{text:?}");
    }
}

#[test]
fn what_the_environment_may_define_cannot_be_known() {
    for text in ["A=${NOPE}\n", "A=${NOPE:-d}\n", "A=${B}\nB=1\n", "A=${{shared.X}}\n", "B=${C}\nA=${B}x\n"] {
        let found = pairs(text);
        let a = found.iter().find(|(name, _)| name == "A").unwrap();
        assert_eq!(a.1.as_deref(), Some("?"), "{text:?}");
    }
    let parsed = read("DATABASE_URL=${{shared.POOLER_URL}}\n");
    let State::Unknown(span, cause) = parsed.facts[0].own(Field::Value).unwrap() else {
        panic!("a reference is unknown")
    };
    assert_eq!(span.range(), 13..35);
    assert_eq!(cause.reason, "is `${{shared.POOLER_URL}}`, and no document defines it");
    assert!(cause.help.contains("railway environment config --json"));
    assert_eq!(parsed.facts[0].own(Field::State).and_then(State::text), Some("reference"));
}

#[test]
fn a_resolved_connection_points_at_its_reference() {
    let text =
        "HOST=db.abcdefghijklmnopqrst.supabase.co\nDATABASE_URL=postgresql://postgres:MADEUPpw@${HOST}:5432/postgres\n";
    let parsed = read(text);
    let connection = parsed.facts.iter().find(|fact| fact.kind == Kind::Connection).unwrap();
    let host = connection.own(Field::Host).unwrap();
    assert_eq!(host.text(), Some("db.abcdefghijklmnopqrst.supabase.co"));
    assert_eq!(text.get(host.span().unwrap().range()), Some("${HOST}"));
    let port = connection.own(Field::Port).unwrap();
    assert_eq!(text.get(port.span().unwrap().range()), Some("5432"));
    assert_eq!(connection.own(Field::Endpoint).and_then(State::text), Some("direct"));
}

#[test]
fn references_to_references_do_not_grow_without_end() {
    let mut text = "A0=0123456789\n".to_owned();
    for index in 1..200 {
        text.push_str(&format!("A{index}=${{A{}}}${{A{}}}\n", index - 1, index - 1));
    }
    assert_eq!(variables(&read(&text)).count(), 200);
}

#[test]
fn only_names_and_public_parts_are_seen() {
    let text = "\
# old key: MADEUPcommentMADEUP
export NODE_ENV=production
PORT=8080
SUPABASE_URL=https://abcdefghijklmnopqrst.supabase.co
DATABASE_URL=\"postgresql://postgres.abcdefghijklmnopqrst:MADEUPpassword@aws-0-us-east-1.pooler.supabase.com:6543/postgres?sslmode=require\" # MADEUPinline
KEY='MADEUPone
MADEUPtwo'
REF=${{shared.X}}
sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H=1
this line is MADEUPwrong
MADEUPbareLine123456
DEBUG=true
";
    assert_eq!(
        masked(text),
        "\
#••••
export NODE_ENV=••••
PORT=8080
SUPABASE_URL=https://abcdefghijklmnopqrst.supabase.co
DATABASE_URL=\"postgresql://postgres.abcdefghijklmnopqrst:••••@aws-0-us-east-1.pooler.supabase.com:6543/postgres?sslmode=require\" #••••
KEY='••••
••••'
REF=${{shared.X}}
••••=••••
••••
••••
DEBUG=true"
    );
}

#[test]
fn a_line_that_is_none_costs_one_warning_and_the_rest_goes_on() {
    let text = "A=1\nnot a line\nB=\"never closed\nC=2\nword\n";
    let parsed = read(text);
    let spans: Vec<_> = parsed.unread.iter().map(|unread| text.get(unread.span.range()).unwrap()).collect();
    assert_eq!(spans, ["not a line", "B=\"never closed", "word"]);
    assert!(parsed.unread.iter().all(|unread| unread.severity == Severity::Warning));
    assert_eq!(pairs(text).iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["A", "C"]);
}

#[test]
fn a_word_is_listed_and_a_key_is_not() {
    let parsed = read("LOG_LEVEL=INFO\nTOKEN=sbp_0123456789abcdef0123456789abcdef01234567\nSECRET=two words\n");
    assert_eq!(parsed.listed.len(), 1);
    assert_eq!(*parsed.listed[0].name, *"LOG_LEVEL");
    assert!(parsed.listed[0].value.is("INFO"));
    assert_eq!(parsed.listed[0].range, 10..14);
    assert_eq!(parsed.masks.len(), 2);
}

#[test]
fn a_variable_says_its_name_its_prefix_and_its_secret() {
    let text = "VITE_KEY=sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H\nB=\n";
    let parsed = read(text);
    let facts: Vec<&Fact> = parsed.facts.iter().filter(|fact| fact.kind != Kind::Oddity).collect();
    let [first, key, second] = facts.as_slice() else { panic!("three facts") };
    assert_eq!((first.kind, key.kind, second.kind), (Kind::Variable, Kind::Credential, Kind::Variable));
    assert_eq!(text.get(first.anchor.range()), Some("VITE_KEY"));
    assert_eq!(first.own(Field::Public).and_then(State::value), Some(&Value::Bool(true)));
    assert_eq!(first.own(Field::HoldsSecret).and_then(State::value), Some(&Value::Bool(true)));
    assert!(key.whole && key.parent.is_some());
    assert_eq!(second.own(Field::State).and_then(State::text), Some("empty"));
    assert_eq!(second.own(Field::State).and_then(State::span).unwrap().range(), 53..53);
    assert_eq!(second.own(Field::Public).and_then(State::value), Some(&Value::Bool(false)));
}

#[test]
fn a_name_that_may_be_a_key_is_hidden() {
    let parsed = read("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw=\n");
    assert_eq!(parsed.facts[0].own(Field::Name).and_then(State::text), Some(crate::document::HIDDEN_NAME));
    assert_eq!(parsed.masks, [Range { start: 0, end: 36 }]);
}

#[test]
fn behind_an_open_quote_only_conventional_names_are_shown() {
    let text = "KEY=\"never\nB=\"x\nMADEUPpart=rest\nNODE_ENV=x\n";
    let shown = masked(text);
    assert!(shown.contains("••••=••••") && shown.contains("NODE_ENV=") && !shown.contains("MADEUP"), "{shown}");
    let shown = masked("KEY=\"never\nB=\"\nMADEUPpart=rest\n\"\n");
    assert!(!shown.contains("MADEUP"), "{shown}");
    assert!(masked("made_up=x\n").starts_with("made_up="));
}

/// A line with a hole for a secret, as people write them.
const LINES: &[&str] = &[
    "KEY={}",
    "export KEY = \"{}\"",
    "KEY='{}' # {}",
    "# {}",
    "#{}",
    "KEY=\"{}",
    "KEY=\"a\n{}\"",
    "not a line {}",
    "KEY=\"\n{}\"",
    "'{}",
    "KEY={} # old",
    "DATABASE_URL=postgresql://postgres:{}@db.abcdefghijklmnopqrst.supabase.co:5432/postgres",
    "DATABASE_URL=postgresql://{}:x@localhost/postgres?sslmode={}",
    "DATABASE_URL=postgresql://u:p/{}@h:5432/d?password={}",
    "DATABASE_URL=postgresql://u:{}/@h@{}:1/{}",
    "DSN=host=localhost password={} dbname={}",
    "DSN=\"host={} user={} password='a {}'\"",
    "URL=https://user:{}@example.com/{}?{}#{}",
    "PORT={}",
    "REF=${X:-{}}",
    "REF=${{{}.X}}${{secret(8, \"{}\")}}",
    "JSON={\"url\":\"postgres://u:{}@h/d\",\"k\":\"{}\"}",
    "B=${KEY}{}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_text_stops_the_reader(text in "(?s).{0,200}") {
        read(&text);
    }

    #[test]
    fn no_env_like_text_stops_the_reader_and_places_stay_inside(
        parts in prop::collection::vec(prop::sample::select(vec![
            "A=", "export ", "'", "\"", "\\", "${", "${{", "}", "}}", "A", "postgres://", "jdbc:postgresql:", "@", ":", "/",
            "[", "]", ",", "?", "sslmode=", "host=", "port=", " ", "\n", "\r", "#", "%41", "%", "é", "\u{feff}", "eyJ", ".",
            "sb_secret_", "https://", "-----BEGIN PRIVATE KEY-----", "password=", "&",
        ]), 0..40),
    ) {
        let text = parts.concat();
        let parsed = read(&text);
        for fact in &parsed.facts {
            for (_, state) in fact.fields() {
                if let Some(span) = state.span() {
                    prop_assert!(text.get(span.range()).is_some());
                }
            }
        }
        for mask in &parsed.masks {
            prop_assert!(text.get(mask.clone()).is_some());
        }
    }

    #[test]
    fn no_part_of_a_secret_is_seen(
        secret in "[A-Za-z0-9+/=_.-]{2,12}MADEUPmade[A-Za-z0-9+/=_@:.-]{8,40}",
        lines in prop::collection::vec(prop::sample::select(LINES.to_vec()), 1..6),
        crlf: bool,
    ) {
        // What reads like a variable is one to everybody, wherever a quote was left open.
        let name = secret.split('=').next().unwrap_or("");
        prop_assume!(!secret.contains('=') || !value::is_conventional_name(name));
        let end = if crlf { "\r\n" } else { "\n" };
        let text = lines.iter().map(|line| line.replace("{}", &secret)).collect::<Vec<_>>().join(end);
        let shown = masked(&text);
        let characters: Vec<char> = secret.chars().collect();
        for part in characters.windows(8) {
            let part: String = part.iter().collect();
            prop_assert!(!shown.contains(&part), "{part} of {secret} in {shown}");
        }
    }
}
