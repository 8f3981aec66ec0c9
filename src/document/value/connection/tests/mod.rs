#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod by_driver;
mod drivers;
mod fallback;
mod oracle;
mod properties;

use super::*;
use crate::fact::{Fact, Field, Kind, State, Value};
use crate::source::SourceId;

const REF: &str = "abcdefghijklmnopqrst";
const DIRECT: &str = "postgresql://postgres:MADEUPpw@db.abcdefghijklmnopqrst.supabase.co:5432/postgres";

/// The connection facts of a whole value.
fn facts(text: &str) -> Vec<Fact> {
    let mapped = Mapped::literal(SourceId(0), text, 0);
    let found = find(&mapped, true, &Settings::default());
    found.iter().flat_map(|connection| connection.facts("value")).filter(|fact| fact.kind == Kind::Connection).collect()
}

/// A field of the first connection: `=value @place` if stated, `~value @place` if defaulted, `- @place` if absent,
/// `? @place` if unknown; the place is the text that it covers.
fn field(text: &str, field: Field) -> String {
    describe(text, facts(text).first().expect("a connection"), field)
}

fn describe(text: &str, fact: &Fact, field: Field) -> String {
    let state = fact.own(field).expect("a field");
    let place = state.span().map_or("nowhere", |span| text.get(span.range()).unwrap());
    let value = |value: &Value| match value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.to_string(),
        Value::Word(word) => (*word).to_owned(),
        Value::Bool(yes) => yes.to_string(),
        _ => "other".to_owned(),
    };
    match state {
        State::Stated(stated, _) => format!("={} @{place}", value(stated)),
        State::Defaulted(default, _) => format!("~{} @{place}", value(default)),
        State::Absent(_) => format!("- @{place}"),
        State::Unknown(..) => format!("? @{place}"),
    }
}

fn gap(text: &str, field: Field) -> usize {
    let span = facts(text)[0].own(field).unwrap().span().unwrap();
    assert!(span.is_gap());
    span.start as usize
}

#[test]
fn every_field_stands_at_its_place() {
    let text = "postgresql://postgres.abcdefghijklmnopqrst:MADEUPpw@aws-0-us-east-1.pooler.supabase.com:5432/postgres?sslmode=require";
    let expected = [
        (Field::Scheme, "=postgresql @postgresql"),
        (Field::Host, "=aws-0-us-east-1.pooler.supabase.com @aws-0-us-east-1.pooler.supabase.com"),
        (Field::Port, "=5432 @5432"),
        (Field::User, "=postgres.abcdefghijklmnopqrst @postgres.abcdefghijklmnopqrst"),
        (Field::Role, "=postgres @postgres"),
        (Field::Project, "=abcdefghijklmnopqrst @abcdefghijklmnopqrst"),
        (Field::Provider, "=supabase @aws-0-us-east-1.pooler.supabase.com"),
        (Field::Database, "=postgres @postgres"),
        (Field::Sslmode, "=require @require"),
        (Field::Endpoint, "=session-pooler @aws-0-us-east-1.pooler.supabase.com:5432"),
        (Field::Password, "=set @MADEUPpw"),
    ];
    for (name, state) in expected {
        assert_eq!(field(text, name), state, "{name}");
    }
    assert_eq!(facts(text)[0].anchor.range(), 0..text.len());
    assert!(!facts(text)[0].hidden);
}

#[test]
fn the_port_is_the_one_that_libpq_connects_to() {
    let cases = [
        ("postgresql://app:5432@pgb.example.com:6432/app", "=6432 @6432"),
        ("postgresql://app:pw@[2600:1f18:5432:aa::1]:6432/app", "=6432 @6432"),
        ("postgresql://u:p@h.example.com:5432/d?port=6543", "=6543 @6543"),
        ("postgresql://u:ab:6543cd@h.example.com:5432/d", "=5432 @5432"),
        ("postgresql://u:p@h.example.com:05432/d", "=5432 @05432"),
        ("postgresql://u:p@h.example.com/d", "~5432 @"),
        ("postgresql://u:p@h.example.com:/d", "~5432 @"),
        ("postgresql://u:p@h.example.com:5432x/d", "- @5432x"),
        ("postgresql://u:p@h.example.com:0/d", "- @0"),
        ("postgresql://u:p@h.example.com:70000/d", "- @70000"),
        ("postgresql://u:p@h.example.com:${{X.PORT}}/d", "? @${{X.PORT}}"),
        ("postgresql://u:p@h.example.com:$PORT/d", "? @$PORT"),
        ("postgresql://db.example.com/d?port=%35432", "=5432 @%35432"),
    ];
    for (text, expected) in cases {
        assert_eq!(field(text, Field::Port), expected, "{text}");
    }
    assert_eq!(gap("postgresql://u:p@h.example.com/d", Field::Port), 30);
    assert_eq!(gap("postgresql://u:p@h.example.com:/d", Field::Port), 31);
}

#[test]
fn the_tls_mode_is_the_one_that_the_driver_takes() {
    let with = |query: &str| format!("{DIRECT}{query}");
    let cases = [
        (with(""), "~prefer @"),
        (with("?sslmode=require"), "=require @require"),
        (with("?sslmode=require&sslmode=disable"), "=disable @disable"),
        (with("?sslmode=require&ssl%6Dode=disable"), "=disable @disable"),
        (with("?sslmode=%72equire"), "=require @%72equire"),
        (with("?xsslmode=require"), "~prefer @"),
        (with("?SSLMODE=require"), "~prefer @"),
        (with("#sslmode=require"), "~prefer @"),
        (with("?sslmode=required"), "- @required"),
        (with("?sslmode=verify_full"), "- @verify_full"),
        (with("?sslmode=REQUIRE"), "- @REQUIRE"),
        (with("?sslmode="), "- @"),
        (with("?ssl=true"), "=require @true"),
        (with("?ssl=require"), "- @require"),
        (with("?requiressl=1"), "=require @1"),
        (with("?sslrootcert=system"), "=verify-full @system"),
        (with("?channel_binding=require"), "~prefer @"),
        (with("?sslmode=${{shared.MODE}}"), "? @${{shared.MODE}}"),
        (with("?${{shared.PARAMETERS}}"), "? @${{shared.PARAMETERS}}"),
        ("postgresql://postgres:sslmode=require@h.example.com:5432/d".to_owned(), "~prefer @"),
        ("postgresql+asyncpg://u:p@h.example.com/d?ssl=require".to_owned(), "=require @require"),
        ("postgresql+asyncpg://u:p@h.example.com/d?ssl=true".to_owned(), "- @true"),
        ("jdbc:postgresql://h.example.com/d?ssl=true".to_owned(), "=verify-full @true"),
        ("jdbc:postgresql://h.example.com/d?sslmode=require&ssl=true".to_owned(), "=require @require"),
        ("host=h.example.com dbname=d sslmode = 'require'".to_owned(), "=require @require"),
    ];
    for (text, expected) in cases {
        assert_eq!(field(&text, Field::Sslmode), expected, "{text}");
    }
    assert_eq!(gap(DIRECT, Field::Sslmode), DIRECT.len(), "the gap is the end of the URL");
}

#[test]
fn endpoints_of_the_documented_strings() {
    let pooler = "aws-0-eu-central-1.pooler.supabase.com";
    let cases = [
        (DIRECT.to_owned(), "direct", Some(REF)),
        (format!("postgres://postgres:pw@db.{REF}.supabase.co:6543/postgres"), "dedicated-pooler", Some(REF)),
        (format!("postgres://postgres.{REF}:pw@{pooler}:5432/postgres"), "session-pooler", Some(REF)),
        (format!("postgres://prisma.{REF}:pw@{pooler}:6543/postgres?pgbouncer=true"), "transaction-pooler", Some(REF)),
        (
            format!("postgres://postgres:pw@{pooler}:6543/postgres?options=reference%3D{REF}"),
            "transaction-pooler",
            Some(REF),
        ),
        (format!("postgres://postgres:pw@{pooler}:6543/postgres"), "transaction-pooler", None),
        ("postgresql://postgres:postgres@127.0.0.1:54322/postgres".to_owned(), "local-stack", None),
        ("postgresql:///app?host=/var/run/postgresql".to_owned(), "local", None),
        ("postgresql:///app".to_owned(), "local", None),
        ("postgresql://u@[::1]/app".to_owned(), "local", None),
        ("postgresql://postgres:pw@postgres.railway.internal:5432/railway".to_owned(), "railway-internal", None),
        ("postgresql://postgres:pw@roundhouse.proxy.rlwy.net:12345/railway".to_owned(), "railway-public", None),
        (format!("host={pooler} dbname=postgres user=postgres.{REF} sslmode=verify-full"), "session-pooler", Some(REF)),
        (format!("jdbc:postgresql://{pooler}:5432/postgres?user=postgres.{REF}"), "session-pooler", Some(REF)),
        ("postgresql://u:p@ep-cool-night-123456.us-east-2.aws.neon.tech/d".to_owned(), "other", None),
    ];
    for (text, endpoint, project) in cases {
        let fact = &facts(&text)[0];
        assert_eq!(fact.own(Field::Endpoint).and_then(State::text), Some(endpoint), "{text}");
        assert_eq!(fact.own(Field::Project).and_then(State::text), project, "{text}");
    }
    let text = format!("postgres://postgres:pw@{pooler}:6543/postgres?options=reference%3D{REF}");
    assert_eq!(field(&text, Field::Project), format!("={REF} @{REF}"));
    assert_eq!(field("postgresql://u:p@h.pooler.supabase.com:x/d", Field::Endpoint), "- @h.pooler.supabase.com:x");
    assert_eq!(
        field("postgresql://u:p@h.pooler.supabase.com/d?port=6543", Field::Endpoint),
        "=transaction-pooler @h.pooler.supabase.com"
    );
}

#[test]
fn several_hosts_are_several_facts() {
    let text = "postgresql://u:p@h1.example.com:5433,h2.example.com/d";
    let found = facts(text);
    let all: Vec<_> =
        found.iter().map(|fact| (describe(text, fact, Field::Host), describe(text, fact, Field::Port))).collect();
    assert_eq!(all[0], ("=h1.example.com @h1.example.com".into(), "=5433 @5433".into()));
    assert_eq!(all[1], ("=h2.example.com @h2.example.com".into(), "~5432 @".into()));
    let text = "host=a.example.com,b.example.com port=6543 dbname=d";
    let ports: Vec<_> = facts(text).iter().map(|fact| describe(text, fact, Field::Port)).collect();
    assert_eq!(ports, ["=6543 @6543", "=6543 @6543"], "one port counts for all hosts");
    let text = "host=a.example.com,b.example.com,c.example.com port=1,2 dbname=d";
    assert!(
        facts(text).iter().any(|fact| describe(text, fact, Field::Port).starts_with('-')),
        "two ports for three hosts"
    );
}

#[test]
fn passwords_are_set_empty_a_placeholder_or_a_reference() {
    let cases = [
        ("postgresql://u:MADEUPpw@h.example.com/d", "=set @MADEUPpw"),
        ("postgresql://u:pa$$word$1@h.example.com/d", "=set @pa$$word$1"),
        ("postgresql://u:[YOUR-PASSWORD]@h.example.com/d", "=placeholder @[YOUR-PASSWORD]"),
        ("postgresql://u:<password>@h.example.com/d", "=placeholder @<password>"),
        ("postgresql://u:changeme@h.example.com/d", "=placeholder @changeme"),
        ("postgresql://u:@h.example.com/d", "=empty @"),
        ("postgresql://u@h.example.com/d", "- @"),
        ("postgresql://u:${{Postgres.PGPASSWORD}}@h.example.com/d", "=reference @${{Postgres.PGPASSWORD}}"),
        ("postgresql://u:$PGPASSWORD@h.example.com/d", "=reference @$PGPASSWORD"),
        ("postgresql://u:password@localhost/d", "=set @password"),
        ("host=h.example.com dbname=d password='a b\\'c'", "=set @a b\\'c"),
        ("postgresql://u@h.example.com/d?password=MADEUPpw", "=set @MADEUPpw"),
    ];
    for (text, expected) in cases {
        assert_eq!(field(text, Field::Password), expected, "{text}");
    }
    assert_eq!(gap("postgresql://u@h.example.com/d", Field::Password), 14);
}

#[test]
fn a_password_is_a_credential_with_the_decoded_text() {
    let text = "postgresql://postgres:MADEUP%23pw@db.abcdefghijklmnopqrst.supabase.co:5432/postgres";
    let mapped = Mapped::literal(SourceId(0), text, 0);
    let all = find(&mapped, true, &Settings::default())[0].facts("value");
    let password = all.iter().find(|fact| fact.kind == Kind::Credential).unwrap();
    let Some(Value::Secret(value)) = password.own(Field::Value).and_then(State::value) else { panic!("a secret") };
    assert!(value.is("MADEUP#pw"));
    assert_eq!(text.get(password.anchor.range()), Some("MADEUP%23pw"));
    assert_eq!(password.own(Field::Is).and_then(State::text), Some("password"));
    assert_eq!(password.own(Field::Project).and_then(State::text), Some(REF));
    assert_eq!(password.own(Field::Role).and_then(State::text), Some("postgres"));
    assert_eq!(password.own(Field::Demo).and_then(State::value), Some(&Value::Bool(false)));
    let local = Mapped::literal(SourceId(0), "postgresql://postgres:postgres@localhost:54322/postgres", 0);
    let all = find(&local, true, &Settings::default())[0].facts("value");
    assert_eq!(all[1].own(Field::Demo).and_then(State::value), Some(&Value::Bool(true)));
    let reference = Mapped::literal(SourceId(0), "postgresql://u:${X}@h.example.com/d", 0);
    assert_eq!(
        find(&reference, true, &Settings::default())[0].facts("value").len(),
        1,
        "a reference is no password that is known"
    );
}

#[test]
fn what_two_readers_divide_differently_is_hidden_whole() {
    let slash = "postgresql://postgres:pa/ss@db.abcdefghijklmnopqrst.supabase.co:5432/postgres?sslmode=require";
    assert_eq!(field(slash, Field::Host), "=postgres @postgres", "as libpq reads it");
    assert_eq!(field(slash, Field::Port), "- @pa");
    let texts = [
        slash,
        "postgresql://u:p@ss@h.example.com/d",
        "postgresql://u:p#ss@h.example.com/d",
        "postgresql://u:p?x@h.example.com/d",
    ];
    for text in texts {
        let mapped = Mapped::literal(SourceId(0), text, 0);
        let found = find(&mapped, true, &Settings::default());
        assert!(found[0].ambiguous && found[0].shown.is_empty(), "{text}");
        assert!(found[0].facts("value").iter().all(|fact| fact.hidden), "{text}");
    }
    assert_eq!(field("postgresql://u:p@ss@h.example.com/d", Field::Host), "=ss@h.example.com @ss@h.example.com");
}

#[test]
fn names_without_the_shape_of_names_are_hidden() {
    assert!(facts("postgresql://MADEUPuser:p@h.example.com/d")[0].hidden);
    assert!(facts("postgresql://u:p@MADEUP_host/d")[0].hidden);
    assert!(!facts("postgresql://app_user:p@DB.Example.com/d")[0].hidden, "hosts are read in lower case");
}

#[test]
fn references_and_service_files_make_fields_unknown() {
    let text = "postgresql://${{PGUSER}}:${{PGPASSWORD}}@${{RAILWAY_PRIVATE_DOMAIN}}:5432/${{PGDATABASE}}";
    for name in [Field::Host, Field::Endpoint, Field::Provider, Field::Project] {
        assert_eq!(field(text, name), "? @${{RAILWAY_PRIVATE_DOMAIN}}", "{name}");
    }
    assert_eq!(field(text, Field::Role), "? @${{PGUSER}}");
    assert_eq!(field(text, Field::Port), "=5432 @5432");
    assert_eq!(field(text, Field::Sslmode), "~prefer @");
    let text = "postgresql://${{shared.AUTHORITY}}/postgres";
    for name in [Field::Host, Field::Port, Field::Role, Field::Password] {
        assert_eq!(field(text, name), "? @${{shared.AUTHORITY}}", "{name}");
    }
    let text = "postgresql:///?service=prod";
    for name in [Field::Host, Field::Port, Field::Sslmode, Field::Password, Field::Database] {
        assert_eq!(field(text, name), "? @", "{name}");
    }
}

#[test]
fn only_exact_schemes_and_parameter_lists_are_connections() {
    let none = [
        "prisma+postgres://u:p@h/d",
        "mysql://u:p@h/d",
        "${{Postgres.DATABASE_URL}}",
        "host=localhost",
        "port=5432 user=x",
        "https://postgres.example.com",
        "postgres",
        "a host = b is dbname",
    ];
    for text in none {
        assert!(facts(text).is_empty(), "{text}");
    }
    let inside = Mapped::literal(SourceId(0), "psql \"postgres://u:p@h.example.com/d\" -c 'select 1'", 0);
    let found = find(&inside, true, &Settings::default());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].text.text(), "postgres://u:p@h.example.com/d");
    let listed = Mapped::literal(SourceId(0), "dblink('host=h.example.com dbname=d password=MADEUPpw')", 0);
    let found = find(&listed, false, &Settings::default());
    assert_eq!(found[0].text.text(), "host=h.example.com dbname=d password=MADEUPpw')");
}

#[test]
fn long_inputs_are_read_and_hosts_are_bounded() {
    for piece in [
        "postgres://",
        "postgres://a@",
        "host=a dbname=b ",
        "host='",
        "dbname=\\",
        "@",
        "postgres://u:${{",
        "host=${ ",
        "host=${{ ",
        "[",
        "a,",
    ] {
        let text = format!("postgresql://{}", piece.repeat(10_000));
        let mapped = Mapped::literal(SourceId(0), &text, 0);
        find(&mapped, true, &Settings::default())
            .iter()
            .for_each(|connection| assert!(connection.facts("value").len() <= 65));
        find(&mapped, false, &Settings::default());
        let mapped = Mapped::literal(SourceId(0), &format!(" {text}"), 0);
        find(&mapped, true, &Settings::default());
    }
}
