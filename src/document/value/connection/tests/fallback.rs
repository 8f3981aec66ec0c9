//! `PGHOST` and its like beside a connection string.

use crate::document::{self, Input, Settings};
use crate::fact::{Fact, Field, Kind, State, Value};
use crate::source::SourceId;

/// The connections of an env file that a driver reads.
fn connections(text: &str, driver: &'static str) -> Vec<Fact> {
    let settings = Settings { driver: Some(driver), ..Settings::default() };
    let input = Input { source: SourceId(0), text, path: ".env", settings: &settings };
    let parsed = document::parse(document::kind("dotenv").unwrap(), input);
    parsed.facts.into_iter().filter(|fact| fact.kind == Kind::Connection).collect()
}

/// A field of the first connection with the text that its place covers.
fn field(text: &str, driver: &'static str, field: Field) -> String {
    let facts = connections(text, driver);
    let state = facts[0].own(field).unwrap();
    let place = state.span().map_or("nowhere", |span| text.get(span.range()).unwrap());
    match state {
        State::Stated(Value::Number(number), _) => format!("={number} @{place}"),
        State::Stated(Value::Bool(yes), _) => format!("={yes} @{place}"),
        State::Stated(..) => format!("={} @{place}", state.text().unwrap()),
        State::Defaulted(value, _) => format!("~{value:?} @{place}"),
        State::Absent(_) => format!("- @{place}"),
        State::Unknown(_, cause) => format!("? {}", cause.reason),
    }
}

const BARE: &str = "\
DATABASE_URL=postgresql:///app
PGHOST=AWS-0-us-east-1.pooler.supabase.com
PGPORT=6543
PGUSER=postgres.abcdefghijklmnopqrst
PGPASSWORD=MADEUP-pw
PGSSLMODE=verify-full
";

#[test]
fn what_a_string_leaves_open_comes_from_the_variables_beside_it() {
    let expected = [
        (Field::Host, "=aws-0-us-east-1.pooler.supabase.com @AWS-0-us-east-1.pooler.supabase.com"),
        (Field::Port, "=6543 @6543"),
        (Field::User, "=postgres.abcdefghijklmnopqrst @postgres.abcdefghijklmnopqrst"),
        (Field::Role, "=postgres @postgres"),
        (Field::Project, "=abcdefghijklmnopqrst @abcdefghijklmnopqrst"),
        (Field::Password, "=set @MADEUP-pw"),
        (Field::Sslmode, "=verify-full @verify-full"),
        (Field::Verifies, "=true @verify-full"),
        (Field::Database, "=app @app"),
        (Field::Endpoint, "=transaction-pooler @AWS-0-us-east-1.pooler.supabase.com"),
        (Field::Provider, "=supabase @AWS-0-us-east-1.pooler.supabase.com"),
    ];
    for (name, state) in expected {
        assert_eq!(field(BARE, "libpq", name), state, "{name}");
    }
}

#[test]
fn what_is_written_in_the_string_counts_first() {
    let text = "PGHOST=other.example.com\nPGPORT=1\nPGSSLMODE=disable\nPGUSER=nobody\nPGDATABASE=other\n\
        A=postgresql://app:MADEUP-pw@h.example.com:5432/app?sslmode=require\n";
    for (name, state) in [
        (Field::Host, "=h.example.com @h.example.com"),
        (Field::Port, "=5432 @5432"),
        (Field::Role, "=app @app"),
        (Field::Database, "=app @app"),
        (Field::Sslmode, "=require @require"),
    ] {
        assert_eq!(field(text, "libpq", name), state, "{name}");
    }
}

#[test]
fn each_driver_has_its_own_variables() {
    let text = |name: &str| format!("A=postgresql://app:MADEUP-pw@h.example.com/app\n{name}\n");
    let mode = |driver, name: &str| field(&text(name), driver, Field::Sslmode);
    assert_eq!(mode("libpq", "PGSSLMODE=require"), "=require @require");
    assert_eq!(mode("asyncpg", "PGSSLMODE=verify_full"), "=verify-full @verify_full");
    assert_eq!(mode("node-postgres", "PGSSLMODE=require"), "=verify-full @require");
    assert_eq!(mode("node-postgres", "PGSSLMODE=allow"), "=disable @allow");
    assert!(mode("postgres.js", "PGSSLMODE=require").starts_with("~Word(\"disable\")"));
    assert_eq!(mode("postgres.js", "PGSSL=require"), "=require @require");
    assert_eq!(mode("sqlx", "PGSSLMODE=REQUIRE"), "=require @REQUIRE");
    for driver in ["tokio-postgres", "prisma"] {
        assert!(mode(driver, "PGSSLMODE=verify-full").starts_with("~Word(\"prefer\")"), "{driver}");
    }
    assert_eq!(mode("libpq", "PGSSLMODE=required"), "- @required", "libpq refuses it there too");
    assert!(mode("libpq", "PGSSLMODE=").starts_with('~'), "an empty variable says nothing");
    assert_eq!(mode("libpq", "PGREQUIRESSL=1"), "=require @1");
    assert!(mode("libpq", "PGREQUIRESSL=0").starts_with('~'));
    assert_eq!(mode("libpq", "PGREQUIRESSL=1\nPGSSLMODE=verify-ca"), "=verify-ca @verify-ca");
    assert_eq!(field(&text("PGSSLMODE=required"), "libpq", Field::Refused), "=sslmode @required");
    assert_eq!(field(&text("PGPORT=x"), "asyncpg", Field::Refused), "=port @x");
    assert!(field(&text("PGPORT=x"), "sqlx", Field::Port).starts_with("~Number(5432)"));
    let user = field("A=postgresql://h.example.com/app\nPGUSER=b\nPGUSERNAME=c\n", "postgres.js", Field::User);
    assert_eq!(user, "=c @c");
}

#[test]
fn what_cannot_be_known_beside_a_string_is_undecided() {
    let text = "A=postgresql:///app\nPGHOST=${POSTGRES_HOST}\nPGPORT=1,2\n";
    assert_eq!(field(text, "libpq", Field::Host), "? is `${POSTGRES_HOST}`, and no document defines it");
    assert_eq!(field(text, "libpq", Field::Endpoint), "? is `${POSTGRES_HOST}`, and no document defines it");
    assert_eq!(field(text, "libpq", Field::Port), "? comes from a list in a variable");
    let text = "A=postgresql://app@h.example.com/app\nPGSERVICE=prod\n";
    assert_eq!(field(text, "libpq", Field::Sslmode), "? comes from the service that PGSERVICE names");
    assert!(field(text, "sqlx", Field::Sslmode).starts_with('~'));
}

#[test]
fn a_comment_is_no_connection_of_the_process() {
    let text = "PGSSLMODE=verify-full\nNOTE=\"see postgresql://app:MADEUP-pw@h.example.com/app for more\"\n";
    assert_eq!(
        field(text, "libpq", Field::Sslmode),
        "=verify-full @verify-full",
        "a value may be cut out by a program"
    );
    let debug = format!("{:?}", connections(BARE, "libpq"));
    assert!(!debug.contains("MADEUP"));
}
