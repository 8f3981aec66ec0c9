//! What drivers make of strings where they differ, with places; and the two drivers that nobody measured.

use super::super::{Settings, find};
use super::describe;
use crate::fact::{Fact, Field, Kind};
use crate::source::{Mapped, SourceId};

/// The first connection of a value, as a driver reads it.
fn fact(text: &str, driver: &'static str) -> Fact {
    let settings = Settings { driver: Some(driver), ..Settings::default() };
    let mapped = Mapped::literal(SourceId(0), text, 0);
    let found = find(&mapped, true, &settings);
    let facts = found.iter().flat_map(|connection| connection.facts("value"));
    facts.into_iter().find(|fact| fact.kind == Kind::Connection).expect("a connection")
}

fn field(text: &str, driver: &'static str, field: Field) -> String {
    describe(text, &fact(text, driver), field)
}

#[test]
fn the_effective_mode_is_told_in_one_vocabulary() {
    let base = "postgresql://app:MADEUPpw@h.example.com/app";
    let cases = [
        ("", ["~prefer", "~prefer", "~disable", "~disable", "~prefer", "~prefer", "~prefer"]),
        ("?sslmode=require", ["=require", "=require", "=verify-full", "=require", "=require", "=require", "=require"]),
        ("?sslmode=no-verify", ["-", "-", "=require", "=verify-full", "-", "-", "=prefer"]),
        (
            "?sslmode=verify-full",
            ["=verify-full", "=verify-full", "=verify-full", "=verify-full", "=verify-full", "-", "=prefer"],
        ),
        ("?ssl=true", ["=require", "~prefer", "=verify-full", "=verify-full", "~prefer", "~prefer", "~prefer"]),
        ("?sslmode=REQUIRE", ["-", "-", "=verify-full", "=verify-full", "=require", "-", "=prefer"]),
    ];
    let drivers = ["libpq", "asyncpg", "node-postgres", "postgres.js", "sqlx", "tokio-postgres", "prisma"];
    for (query, modes) in cases {
        for (driver, mode) in drivers.iter().zip(modes) {
            let shown = field(&format!("{base}{query}"), driver, Field::Sslmode);
            assert_eq!(shown.split(' ').next(), Some(mode), "{driver} {query}: {shown}");
        }
    }
}

#[test]
fn prisma_follows_its_engine() {
    let base = "postgresql://app:MADEUPpw@h.example.com:6543/app";
    let with = |query: &str| format!("{base}?{query}");
    assert_eq!(field(&with("sslmode=verify-full"), "prisma", Field::Sslmode), "=prefer @verify-full", "in silence");
    assert_eq!(field(&with("sslmode=require"), "prisma", Field::Verifies), "=false @require");
    assert_eq!(field(&with("sslmode=require&sslaccept=strict"), "prisma", Field::Verifies), "=true @require");
    assert_eq!(field(&with("pgbouncer=true&connection_limit=1"), "prisma", Field::Refused), "- @nowhere");
    assert_eq!(field(&with("pgbouncer=yes"), "prisma", Field::Refused), "=value @yes");
    assert_eq!(field(&with("connection_limit=many"), "prisma", Field::Refused), "=value @many");
    assert_eq!(
        field(&with("host=/var/run/postgresql"), "prisma", Field::Host),
        "=/var/run/postgresql @/var/run/postgresql"
    );
    assert_eq!(field(&with("port=5432"), "prisma", Field::Port), "=6543 @6543", "the query has no port");
}

#[test]
fn jdbc_takes_parameters_and_no_user_info() {
    let text = "jdbc:postgresql://a.example.com:5433,[::1]:5434,b.example.com/app?user=app&password=MADEUP%2Bpw&sslmode=verify-ca";
    assert_eq!(field(text, "jdbc", Field::Driver), "=jdbc @jdbc:postgresql");
    for (name, state) in [
        (Field::Host, "=a.example.com @a.example.com"),
        (Field::Port, "=5433 @5433"),
        (Field::User, "=app @app"),
        (Field::Password, "=set @MADEUP%2Bpw"),
        (Field::Sslmode, "=verify-ca @verify-ca"),
        (Field::Verifies, "=true @verify-ca"),
    ] {
        assert_eq!(field(text, "jdbc", name), state, "{name}");
    }
    let base = "jdbc:postgresql://h.example.com/app";
    assert_eq!(field(&format!("{base}?ssl=true"), "jdbc", Field::Sslmode), "=verify-full @true");
    assert_eq!(field(&format!("{base}?ssl"), "jdbc", Field::Sslmode), "=verify-full @");
    assert_eq!(field(&format!("{base}?ssl=false"), "jdbc", Field::Sslmode), "=prefer @false");
    let factory = "sslfactory=org.postgresql.ssl.NonValidatingFactory";
    assert_eq!(field(&format!("{base}?ssl=true&{factory}"), "jdbc", Field::Verifies), "=false @true");
    assert_eq!(field(&format!("{base}?sslmode=required"), "jdbc", Field::Refused), "=sslmode @required");
    assert_eq!(
        field("jdbc:postgresql://app:MADEUPpw@h.example.com/app", "jdbc", Field::Refused),
        "=user-info @app:MADEUPpw@"
    );
    assert_eq!(field("jdbc:postgresql://h.example.com:/app", "jdbc", Field::Refused), "=port @");
    assert_eq!(field("jdbc:postgresql:app", "jdbc", Field::Database), "=app @app");
    assert_eq!(field("jdbc:postgresql:app", "jdbc", Field::Host), "- @");
}

#[test]
fn a_driver_is_chosen_by_document_then_scheme_then_pack() {
    let driver = |text: &str, document, usual| {
        let settings = Settings { driver: document, usual_driver: usual, ..Settings::default() };
        let mapped = Mapped::literal(SourceId(0), text, 0);
        find(&mapped, true, &settings)[0].facts("value")[0].own(Field::Driver).unwrap().text().unwrap().to_owned()
    };
    let plain = "postgresql://h.example.com/app";
    assert_eq!(driver(plain, None, None), "libpq");
    assert_eq!(driver(plain, None, Some("sqlx")), "sqlx");
    assert_eq!(driver(plain, Some("asyncpg"), Some("sqlx")), "asyncpg");
    assert_eq!(driver("postgresql+asyncpg://h.example.com/app", None, Some("sqlx")), "sqlalchemy");
    assert_eq!(driver("postgresql+asyncpg://h.example.com/app", Some("asyncpg"), None), "asyncpg");
    assert_eq!(driver("jdbc:postgresql://h.example.com/app", None, Some("prisma")), "jdbc");
    assert_eq!(driver("host=h.example.com dbname=app", None, None), "libpq");
}

#[test]
fn refusals_stand_at_what_is_refused_and_hold_no_value() {
    let cases = [
        ("postgresql://app:MADEUPpw@h.example.com/app?sslmode=wrong", "=sslmode @wrong"),
        ("postgresql://app:MADEUPpw@h.example.com/app?ssl=require", "=parameter @ssl"),
        ("postgresql://app:MADEUPpw@h.example.com/app?a%62c=1", "=parameter @a%62c"),
        ("postgresql://app:MADEUPpw@h.example.com/app?sslmode", "=separator @sslmode"),
        ("postgresql://app:MADEUPpw@h.example.com/app?sslmode=a=b", "=separator @="),
        ("postgresql://app:MADE%zzUP@h.example.com/app", "=escape @%zz"),
        ("postgresql://app:MADE UP@h.example.com/app", "=blank @ "),
        ("postgresql://app:MADEUPpw@[2600:1f18::1/app", "=bracket @["),
        ("postgresql://a,b,c:1,d:2/app?port=1,2", "=port-count @1,2"),
        ("postgresql://a,b/app?hostaddr=10.0.0.1", "=host-count @10.0.0.1"),
        ("postgresql://a/app?hostaddr=h.example.com", "=address @h.example.com"),
        ("postgresql://a/app?target_session_attrs=master", "=value @master"),
        ("postgresql://a/app?sslmode=require&sslrootcert=system", "=weak-tls @require"),
        ("postgresql://a/app?sslnegotiation=direct", "=weak-tls @direct"),
        ("Postgresql://app:MADEUPpw@h.example.com/app", "=scheme @Postgresql"),
        (" postgresql://app:MADEUPpw@h.example.com/app", "=scheme @postgresql"),
        ("host=a.example.com dbname=app password='MADEUP", "=quote @'MADEUP"),
        ("host=a.example.com dbname=app password=MADE UP", "=equals @UP"),
        ("host=a.example.com dbname=app application=x", "=parameter @application"),
    ];
    for (text, refused) in cases {
        assert_eq!(field(text, "libpq", Field::Refused), refused, "{text}");
    }
    for (driver, text, refused) in [
        ("sqlalchemy", "postgres://app:MADEUPpw@h.example.com/app", "=scheme @postgres"),
        ("sqlalchemy", "postgresql+asyncpg://app:MADEUPpw@h/app?sslmode=require", "=parameter @sslmode"),
        ("sqlalchemy", "postgresql://app:MADEUPpw@h/app?sslmode=require&sslmode=disable", "=repeated @sslmode"),
        ("node-postgres", "postgresql://app:MADEUPpw@h1:5432,h2:5432/app", "=port @5432,h2:5432"),
        ("tokio-postgres", "postgresql:///app", "=host @"),
        ("prisma", "host=h.example.com dbname=app", "=scheme @host=h.example.com dbname=app"),
    ] {
        assert_eq!(field(text, driver, Field::Refused), refused, "{driver} {text}");
    }
}

#[test]
fn service_and_password_files_are_undecided_and_say_what_would_decide() {
    let text = "postgresql://app@h.example.com/app?passfile=/run/pgpass";
    let fact = fact(text, "libpq");
    let Some(crate::fact::State::Unknown(_, cause)) = fact.own(Field::Password) else { panic!("unknown") };
    assert!(cause.reason.contains("password file") && !cause.help.is_empty());
    assert_eq!(field("service=prod dbname=app", "libpq", Field::Host), "? @");
    assert_eq!(field("service=prod dbname=app", "libpq", Field::Database), "=app @app");
    assert_eq!(field("postgresql://h.example.com/app?service=prod", "libpq", Field::Sslmode), "? @");
}

#[test]
fn parameters_that_a_driver_leaves_out_are_named_only_if_known() {
    use crate::fact::{State, Value};
    let names = |text: &str, driver| match fact(text, driver).own(Field::Ignored) {
        Some(State::Stated(Value::List(names), span)) => {
            let names: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
            format!("{} @{}", names.join(" "), text.get(span.range()).unwrap())
        }
        _ => "none".to_owned(),
    };
    let text = "postgresql://app:MADEUPpw@h.example.com/app?pgbouncer=true&MADEUPtail=x";
    assert_eq!(names(text, "node-postgres"), "Text(\"other\") Text(\"pgbouncer\") @pgbouncer=true&MADEUPtail");
    assert_eq!(names(text, "prisma"), "Text(\"other\") @MADEUPtail");
    assert_eq!(
        names("postgresql://h.example.com/app?port=1&host=x", "postgres.js"),
        "Text(\"host\") Text(\"port\") @port=1&host"
    );
    assert_eq!(names("postgresql://h.example.com/app?ssl=require", "asyncpg"), "Text(\"ssl\") @ssl");
}
