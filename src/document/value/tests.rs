#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::testing::jwt;
use super::*;
use crate::fact::Kind;
use crate::source::{SourceId, SourceMap, Span};

const REF: &str = "abcdefghijklmnopqrst";

/// Reads a value that stands behind `NAME=`; gives the facts, the reading and the value as it may be shown.
fn read_as(name: &str, text: &str) -> (Vec<Fact>, Reading, String) {
    let start = name.len() + 1;
    let value = Mapped::literal(SourceId(0), text, start);
    let mut parsed = Parsed::default();
    parsed.facts.push(Fact::new(Kind::Variable, Span::new(SourceId(0), 0..name.len())));
    let reading = read(&value, &Name::of(name), 0, &Settings::default(), &mut parsed);
    let mut masks = Vec::new();
    hide(start..start + text.len(), &reading.shown, &mut masks);
    let mut map = SourceMap::new();
    let source = map.add("a.env", format!("{name}={text}"));
    map.mask(source, masks);
    let shown = map.shown().line(source, 1).text;
    (parsed.facts.split_off(1), reading, shown.strip_prefix(&format!("{name}=")).unwrap().to_owned())
}

fn read_value(text: &str) -> (Vec<Fact>, Reading, String) {
    read_as("X", text)
}

fn scanned(text: &str) -> (Parsed, String) {
    let mut parsed = Parsed::default();
    scan(&Mapped::literal(SourceId(0), text, 0), "comment", None, &Settings::default(), &mut parsed);
    let mut map = SourceMap::new();
    let source = map.add("a.sql", text);
    map.mask(source, parsed.masks.iter().cloned());
    let shown = map.shown();
    let lines: Vec<_> = (1..=shown.line_count(source)).map(|line| shown.line(source, line).text).collect();
    (parsed, lines.join("\n"))
}

#[test]
fn a_connection_string_shows_its_public_parts_only() {
    let cases = [
        (
            format!(
                "postgresql://postgres.{REF}:MADEUPpw@aws-0-us-east-1.pooler.supabase.com:6543/postgres?sslmode=require"
            ),
            format!(
                "postgresql://postgres.{REF}:••••@aws-0-us-east-1.pooler.supabase.com:6543/postgres?sslmode=require"
            ),
        ),
        ("postgresql://MADEUPuser:MADEUPpw@h.example.com/d".into(), "postgresql://••••:••••@h.example.com/d".into()),
        (
            "postgresql://app@h.example.com:x1/My-Db?a=b&port=1".into(),
            "postgresql://app@h.example.com:••••/••••?••••&port=1".into(),
        ),
        ("postgresql://u:p@[::1]:5432/d?sslmode=on".into(), "postgresql://u:••••@[::1]:5432/d?••••".into()),
        ("postgresql://u:p@[2600:1f18::1]:5432/d".into(), "postgresql://u:••••@••••:5432/d".into()),
        (
            "postgresql://u:p@h1.example.com,h2.example.com:1/d".into(),
            "postgresql://u:••••@h1.example.com,h2.example.com:1/d".into(),
        ),
        ("postgresql://u:pa/ss@h.example.com/d".into(), "••••".into()),
        ("postgresql://u:p@s@h.example.com/d".into(), "••••".into()),
        (
            "host=h.example.com port=5432 password='a b' application_name=x".into(),
            "host=h.example.com port=5432 password='••••' application_name=••••".into(),
        ),
        ("psql postgresql://u:p@h.example.com/d".into(), "••••".into()),
        (
            "jdbc:postgresql://h.example.com/d?user=u&ssl=true".into(),
            "jdbc:postgresql://h.example.com/d?••••&ssl=true".into(),
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(read_value(&text).2, expected, "{text}");
    }
}

#[test]
fn a_key_inside_a_connection_string_is_never_shown() {
    let key = jwt(r#"{"iss":"supabase","role":"service_role"}"#);
    let (_, _, shown) = read_value(&format!("postgresql://u:p@{key}/d"));
    assert!(!shown.contains("eyJ"), "{shown}");
}

#[test]
fn states_of_values() {
    let cases = [
        ("", "empty"),
        ("production", "set"),
        ("[ref]", "placeholder"),
        ("https://[ref].supabase.co", "placeholder"),
        ("postgresql://postgres:[YOUR-PASSWORD]@db.abcdefghijklmnopqrst.supabase.co:5432/postgres", "placeholder"),
        ("postgresql://postgres:changeme@localhost/d", "placeholder"),
        ("${{shared.X}}", "reference"),
        ("http://${{api.HOST}}:80", "reference"),
        ("${X}", "reference"),
        ("$X", "set"),
        ("pa$$word", "set"),
    ];
    for (text, state) in cases {
        let reading = read_value(text).1;
        assert_eq!(reading.state.text(), Some(state), "{text}");
        assert_eq!(matches!(reading.value, State::Unknown(..)), state == "reference", "{text}");
    }
}

#[test]
fn secrets_are_recognised_whatever_the_name_is() {
    let key = jwt(r#"{"iss":"supabase","role":"service_role"}"#);
    let anon = jwt(r#"{"iss":"supabase","role":"anon"}"#);
    for text in [
        key.as_str(),
        "sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H",
        "postgresql://u:MADEUPpw@h.example.com/d",
        "https://user:MADEUPpw@example.com",
        "redis://default:MADEUPpw@redis.railway.internal:6379",
        "POSTGRESQL://u:MADEUPpw@h.example.com/d",
        "-----BEGIN PRIVATE KEY-----\nMADEUP\n-----END PRIVATE KEY-----",
    ] {
        assert!(read_value(text).1.holds_secret, "{text}");
    }
    for text in [
        anon.as_str(),
        "sb_publishable_MADEUPmadeupMADEUPmade_0a1B2c3D",
        "postgresql://u:[YOUR-PASSWORD]@h.example.com/d",
        "postgresql://u:${PGPASSWORD}@h.example.com/d",
        "redis://default:${{Redis.PASSWORD}}@redis.railway.internal:6379",
        "https://example.com/@user",
        "production",
    ] {
        assert!(!read_value(text).1.holds_secret, "{text}");
    }
}

#[test]
fn a_url_says_host_provider_project_and_path() {
    let text = format!("https://{REF}.supabase.co/rest/v1?x=1");
    let (facts, _, _) = read_value(&text);
    let [url] = facts.as_slice() else { panic!("one fact") };
    assert!(url.kind == Kind::Url && url.whole && url.parent.is_some());
    let at = |field: Field| {
        let state = url.own(field).unwrap();
        (state.text().map(str::to_owned), state.span().unwrap().range())
    };
    assert_eq!(at(Field::Scheme), (Some("https".into()), 2..7));
    assert_eq!(at(Field::Host), (Some(format!("{REF}.supabase.co")), 10..42));
    assert_eq!(at(Field::Project), (Some(REF.into()), 10..30));
    assert_eq!(at(Field::Provider), (Some("supabase".into()), 10..42));
    assert_eq!(at(Field::Path), (Some("/rest/v1".into()), 42..50));
    let unknown = read_value("https://${{api.HOST}}/x").0;
    assert!(matches!(unknown[0].own(Field::Host), Some(State::Unknown(..))));
    let listed = read_value("https://a.example.com,http://localhost:3000").0;
    let hosts: Vec<_> = listed.iter().filter_map(|url| url.own(Field::Host)?.text()).collect();
    assert_eq!(hosts, ["a.example.com", "localhost"]);
    assert!(listed.iter().all(|url| !url.whole));
    assert!(read_value("https://user:MADEUP@example.com").0[0].hidden);
    assert!(read_value("https://MADEUP_x/").0[0].hidden);
    assert!(read_value("ftp://example.com").0.is_empty());
}

#[test]
fn facts_stand_in_the_order_of_their_places() {
    let key = "sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H";
    let text = format!(
        "{{\"url\":\"postgres://u:MADEUPpw@h.example.com/d\",\"key\":\"{key}\",\"api\":\"https://a.example.com\"}}"
    );
    let (facts, reading, shown) = read_value(&text);
    let kinds: Vec<_> = facts.iter().map(|fact| fact.kind).collect();
    assert_eq!(kinds, [Kind::Connection, Kind::Credential, Kind::Credential, Kind::Url]);
    assert!(facts.iter().all(|fact| !fact.whole));
    assert!(reading.holds_secret && shown == "••••");
}

#[test]
fn free_text_hides_the_secret_part_only() {
    let key = jwt(r#"{"iss":"supabase","role":"anon"}"#);
    let cases = [
        (
            "-- psql postgresql://postgres:MADEUPpw@db.abcdefghijklmnopqrst.supabase.co:5432/postgres, twice"
                .to_owned(),
            "-- psql postgresql://postgres:••••@db.abcdefghijklmnopqrst.supabase.co:5432/postgres, twice",
        ),
        ("see postgres://u:pa/ss@h.example.com/d now".into(), "see postgres://•••• now"),
        (
            "host=h.example.com dbname=d user=app password=MADEUPpw".into(),
            "host=h.example.com dbname=d user=app password=••••",
        ),
        (
            "SELECT net.http_get('x', headers := '{\"apikey\": \"KEY\"}')".replace("KEY", &key),
            "SELECT net.http_get('x', headers := '{\"apikey\": \"••••\"}')",
        ),
        ("sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H;".into(), "••••;"),
        ("https://user:MADEUPpw@example.com/x".into(), "https://user:••••@example.com/x"),
        ("-- PASSWORD = 'MADEUP pw' here".into(), "-- PASSWORD = '••••' here"),
        (r#"sh -c "PGPASSWORD=\"MADEUP pw\" psql""#.into(), r#"sh -c "PGPASSWORD=\"••••" psql""#),
        ("a plain comment: call me@example.com".into(), "a plain comment: call me@example.com"),
    ];
    for (text, expected) in cases {
        assert_eq!(scanned(&text).1, expected, "{text}");
    }
    let key = "-----BEGIN RSA PRIVATE KEY-----\nMADEUPline\n-----END RSA PRIVATE KEY-----\nafter";
    assert_eq!(scanned(key).1.lines().nth(1), Some("••••"));
    assert_eq!(scanned(key).1.lines().nth(3), Some("after"));
}

#[test]
fn free_text_gives_facts_that_say_where_they_stand() {
    let (parsed, _) = scanned("-- postgresql://postgres:MADEUPpw@db.abcdefghijklmnopqrst.supabase.co:6543/postgres");
    let [connection, password, mention] = parsed.facts.as_slice() else { panic!("three facts") };
    assert_eq!((connection.kind, password.kind, mention.kind), (Kind::Connection, Kind::Credential, Kind::Mention));
    for fact in [connection, password, mention] {
        assert_eq!(fact.own(Field::Stands).and_then(State::text), Some("comment"));
        assert!(!fact.whole && fact.parent.is_none());
    }
    assert_eq!(connection.own(Field::Endpoint).and_then(State::text), Some("dedicated-pooler"));
}

#[test]
fn the_password_of_any_address_is_a_key_and_a_word_is_a_mention_of_a_project() {
    let kinds = |text: &str| -> Vec<(Kind, String)> {
        let (facts, _, _) = read_value(text);
        let text = |fact: &Fact| {
            fact.own(Field::Value).and_then(State::value).map(|value| match value {
                Value::Secret(secret) => secret.ask(str::to_owned),
                _ => String::new(),
            })
        };
        let inner = facts.iter().filter(|fact| matches!(fact.kind, Kind::Credential | Kind::Mention));
        inner.map(|fact| (fact.kind, text(fact).unwrap_or_default())).collect()
    };
    let password = |text: &str| vec![(Kind::Credential, text.to_owned())];
    assert_eq!(kinds("redis://default:MADEUP-pw@cache.example.com:6379/0"), password("MADEUP-pw"));
    assert_eq!(kinds("amqps://u:MADEUP@pw@mq.example.com"), password("MADEUP@pw"));
    // one password, and it is that of the connection
    assert_eq!(kinds("postgresql://u:MADEUP-pw@db.example.com/d"), password("MADEUP-pw"));
    for none in [
        "redis://cache.example.com",
        "redis://u:${PW}@c.example.com",
        "redis://u:changeme@c.example.com",
        "redis://u:@c",
    ] {
        assert_eq!(kinds(none), [], "{none}");
    }
    assert_eq!(kinds("avatars-tsrqponmlkjihgfedcba"), [(Kind::Mention, String::new())]);
    // the URL says so already
    assert_eq!(kinds("https://tsrqponmlkjihgfedcba.supabase.co/x"), []);
}

#[test]
fn every_field_that_a_fact_gives_is_in_the_vocabulary() {
    let key = jwt(r#"{"iss":"supabase","role":"anon","exp":1}"#);
    let text = format!(
        "postgres://u:MADEUPpw@h.example.com/d {key} https://x.example.com sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H"
    );
    for fact in read_value(&format!("x {text}")).0 {
        let def = fact.kind.def();
        for (field, state) in fact.fields() {
            let known = *field == Field::Is || def.field(*field).is_some();
            assert!(known, "{} has no {field}", def.name);
            if let (Some(Value::Word(word)), Some(def)) = (state.value(), def.field(*field))
                && let crate::fact::Type::Enum(words) | crate::fact::Type::Ordered(words) = def.ty
            {
                assert!(words.iter().any(|known| known.name == *word), "{field} {word}");
            }
        }
        let variant = fact.own(Field::Is).and_then(State::text).map(|is| def.variant(is).unwrap());
        if let Some(variant) = variant {
            assert!(fact.fields().iter().all(|(field, _)| variant.has(*field)), "{}", variant.name);
        }
    }
}

#[test]
fn a_token_that_says_nothing_is_said_at_its_payload() {
    let header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
    let list = format!("{header}.WzEsMl0.MADEUP-signature-MADEUP");
    for (text, payload) in [
        (list.as_str(), Some("WzEsMl0")),
        ("eyJhbGciOiJIUzI1NiJ9.eyJyb2xl*IjoiYW5vbiJ9.MADEUP-signature", Some("eyJyb2xl*IjoiYW5vbiJ9")),
        (jwt(r#"{"role":"anon"}"#).as_str(), None),
        (&format!("{header}.your-anon-key"), None),
        (&format!("{header}..."), None),
        ("eyJhbGciOi.is.a.sentence", None),
    ] {
        let mut parsed = Parsed::default();
        let value = Mapped::literal(SourceId(0), text, 0);
        read(&value, &Name::of("KEY"), 0, &Settings::default(), &mut parsed);
        let said = parsed.unclear.first().map(|unread| text.get(unread.span.range()).unwrap());
        assert_eq!(said, payload, "{text}");
        assert!(
            parsed.unread.is_empty()
                && parsed.unclear.iter().all(|unclear| unclear.message.starts_with("KEY is written like"))
        );
    }
}

#[test]
fn one_keyword_is_a_connection_where_the_name_says_so() {
    for (name, text, connections) in [
        ("DATABASE_URL", "service=harbor", 1),
        ("OTEL_RESOURCE", "service=harbor", 0),
        ("DATABASE_URL", "harbor", 0),
        ("DATABASE_FLAGS", "mode=fast", 0),
        ("ANY", "service=harbor sslmode=require", 1),
    ] {
        let mut parsed = Parsed::default();
        let value = Mapped::literal(SourceId(0), text, 0);
        read(&value, &Name::of(name), 0, &Settings::default(), &mut parsed);
        let found = parsed.facts.iter().filter(|fact| fact.kind == Kind::Connection).count();
        assert_eq!(found, connections, "{name}={text}");
    }
}
