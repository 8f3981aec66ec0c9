//! Splitting, disguises, psql and COPY, names of files, secrets.

use super::super::split::{PieceKind, split};
use super::{anchor, does, of, one, read, read_at, word};
use crate::fact::{Field, Kind};
use proptest::prelude::*;

#[test]
fn disguises_do_nothing() {
    for text in [
        r"SELECT E'it\'s; DROP TABLE q;';",
        "SELECT 'it''s; DROP TABLE q;';",
        "-- DROP TABLE q;\nSELECT 1;",
        "/* a /* nested */ DROP TABLE q; */ SELECT 1;",
        "SELECT $a$; DROP TABLE q; $$ $a$;",
        "SELECT U&'d\\0061t; DROP TABLE q;', \"a; DROP TABLE q\";",
        "SELECT 'a'\n'; DROP TABLE q;';",
        "SELECT E'a'\n'\\'; DROP TABLE q;';",
    ] {
        let parsed = read(text);
        assert!(does(text).is_empty() && parsed.unread.is_empty(), "{text}: {:?} {:?}", does(text), parsed.unread);
    }
    assert_eq!(does("COMMENT ON COLUMN t.a IS 'use ALTER TABLE t DROP COLUMN a';"), ["comment"]);
    assert_eq!(does("DO $$ BEGIN RAISE NOTICE 'DROP TABLE %', 'q'; END $$;"), [""; 0]);
    assert_eq!(
        does("COPY t (a) FROM stdin;\nDROP TABLE q;\nit's\n\\.\nTRUNCATE r;"),
        ["insert", "write_column", "truncate"]
    );
}

#[test]
fn what_hides_is_found() {
    assert_eq!(does("-- a\rDROP TABLE q;"), ["drop_table"], "a lone carriage return ends a comment");
    assert_eq!(does("\u{feff}DROP TABLE q;\r\n"), ["drop_table"]);
    assert_eq!(does("SELECT '\\'; DROP TABLE q; --';"), ["drop_table"], "a backslash is no escape in a plain string");
    assert_eq!(does("dRoP/**/tAbLe q"), ["drop_table"]);
    assert_eq!(
        does("SELECT (E'a',\n'\\'); DROP TABLE q; --')"),
        ["drop_table"],
        "escapes go on only where nothing but a line end stands between"
    );
    assert_eq!(does("SELECT $1; SELECT a$b$ FROM c; DROP TABLE q; SELECT d$b$ FROM e;"), ["drop_table"]);
    assert_eq!(
        does("CREATE TABLE t (a int; DROP TABLE q;"),
        ["create_table", "drop_table"],
        "an open bracket ends nothing"
    );
}

#[test]
fn a_broken_quote_costs_one_finding_at_its_opening() {
    for (text, opening) in [
        ("DROP TABLE a; SELECT 'b; DROP TABLE c;", "'"),
        ("DROP TABLE a; DO $x$ BEGIN DROP TABLE c;", "$x$"),
        ("DROP TABLE a; /* DROP TABLE c;", "/*"),
        ("DROP TABLE a; SELECT \"b; DROP TABLE c;", "\""),
    ] {
        let parsed = read(text);
        assert_eq!(parsed.unread.len(), 1, "{text}");
        assert_eq!(&text[parsed.unread[0].span.range()], opening, "{text}");
        assert!(parsed.unread[0].message.contains("DROP"), "{}", parsed.unread[0].message);
        assert_eq!(does(text)[0], "drop_table", "{text}");
    }
}

#[test]
fn strings_that_are_read_otherwise_are_said() {
    for text in ["SET standard_conforming_strings = off;", "set local standard_conforming_strings TO 'FALSE';"] {
        assert_eq!(read(text).unread.len(), 1, "{text}");
    }
    assert!(read("SET standard_conforming_strings = on; RESET standard_conforming_strings;").unread.is_empty());
}

#[test]
fn statements_are_facts() {
    let text = "\\connect postgresql://u:MADEUP@h/d\nSELECT 1,\n  2;\n\\copy t from stdin\n1\n\\.\n;\n-- end\n";
    let parsed = read(text);
    let statements: Vec<(String, &str)> = parsed
        .facts
        .iter()
        .filter(|fact| fact.kind == Kind::Statement)
        .map(|fact| (word(fact, Field::Is), anchor(text, fact)))
        .collect();
    assert_eq!(
        statements,
        [
            ("psql".into(), "\\connect"),
            ("sql".into(), "SELECT 1,"),
            ("psql".into(), "\\copy"),
            ("copy-data".into(), "")
        ]
    );
    assert!(parsed.facts.iter().skip(1).all(|fact| fact.parent.is_some()));
    assert!(read("").unread.is_empty() && read("").facts.len() == 1);
}

#[test]
fn bodies_of_atomic_functions_hold_semicolons() {
    let text =
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC DELETE FROM a; SELECT CASE WHEN b THEN 1 END; END; DROP TABLE c;";
    assert_eq!(does(text), ["create_function", "delete", "drop_table"]);
    assert_eq!(word(&one(text, "delete"), Field::Stands), "function-body");
    // one that never ends does not take the rest along
    assert_eq!(
        does("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; DROP TABLE c;"),
        ["create_function", "drop_table"]
    );
}

#[test]
fn file_names_say_version_name_and_direction() {
    let said = |path: &str| {
        let fact = read_at(path, "").facts.remove(0);
        [Field::Version, Field::Name, Field::Direction].map(|field| word(&fact, field))
    };
    assert_eq!(said("m/20260112093000_add_jobs.sql"), ["20260112093000", "add_jobs", "up"]);
    assert_eq!(said("m/20260113000000_revert_foo.sql"), ["20260113000000", "revert_foo", "revert"]);
    assert_eq!(said("m/0001_init.down.sql"), ["0001", "init.down", "down"]);
    assert_eq!(said("m/init.sql"), ["-", "init", "up"]);
    assert_eq!(said("prisma/20260821121500_backfill/migration.sql"), ["20260821121500", "backfill", "up"]);
}

#[test]
fn secrets_are_masked_without_their_quotes() {
    for text in [
        "CREATE ROLE r WITH LOGIN PASSWORD '<MADEUP-secret>';",
        "ALTER USER u ENCRYPTED PASSWORD E'<MADEUP-secret>' VALID UNTIL 'infinity';",
        "CREATE USER MAPPING FOR u SERVER s OPTIONS (user 'x', password '<MADEUP-secret>');",
        "CREATE SUBSCRIPTION s CONNECTION '<host=h password=MADEUP-secret>' PUBLICATION p;",
        "SELECT vault.create_secret('<MADEUP-secret>');",
        "DO $$ BEGIN PERFORM vault.create_secret('<MADEUP-secret>'); END $$;",
        "DO $$ BEGIN CREATE ROLE r PASSWORD '<MADEUP-secret>'; END $$;",
        "DO $$ BEGIN EXECUTE 'CREATE ROLE r PASSWORD ''<MADEUP-secret>'''; END $$;",
        "DO $$ BEGIN EXECUTE format('CREATE ROLE r PASSWORD %L', '<MADEUP-secret>'); END $$;",
        "DO $$ DECLARE password text := '<MADEUP-secret>'; BEGIN NULL; END $$;",
        "ALTER ROLE r PASSWORD '<MADEUP-secret>",
        "ALTER DATABASE d SET \"app.jwt_secret\" TO '<MADEUP-secret>';",
        "INSERT INTO private.keys (name, api_key) VALUES ('a', '<MADEUP-secret>');",
        "UPDATE t SET token = '<MADEUP-secret>';",
        "ALTER ROL r PASSWORD $x$<MADEUP-secret>$x$",
        "ALTER ROLE r PASSWORD 'x'\n'<MADEUP-secret>'",
    ] {
        let secret = text.find('<').unwrap()..text.find('>').unwrap() + 1;
        let masks = read(text).masks;
        assert!(masks.contains(&secret), "{text}: {masks:?}");
    }
    assert!(read("COMMENT ON COLUMN t.password IS 'hashed';").masks.is_empty());
}

#[test]
fn long_and_deep_statements_are_read_in_linear_time() {
    let deep = format!("SELECT {}1{};", "(".repeat(20_000), ")".repeat(20_000));
    assert!(read(&deep).unread.is_empty());
    let long = format!("DELETE FROM t WHERE {};", vec!["a = 1"; 50_000].join(" AND "));
    assert_eq!(does(&long), ["delete"]);
    let broken = format!("ALTER TABLE t DESTROY {};", "(a) AND ".repeat(40_000));
    assert_eq!(read(&broken).unread.len(), 1);
    let nested = format!("DO $$ {} END $$;", "BEGIN ".repeat(5_000));
    assert_eq!(read(&nested).unread.len(), 1);
    let atomic = format!("{}{};", "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC ".repeat(5_000), " END".repeat(5_000));
    assert_eq!(read(&atomic).unread.len(), 1);
    let product = format!("GRANT SELECT ON {} TO {};", vec!["t"; 3_000].join(","), vec!["r"; 3_000].join(","));
    assert_eq!(read(&product).unread.len(), 1);
    let many = "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; ".repeat(2_000);
    assert_eq!(of(&many, "delete").len(), 2_000);
}

fn pieces() -> impl Strategy<Value = String> {
    let words = [
        "'",
        "\"",
        "$$",
        "$a$",
        ";",
        "\n",
        "\r\n",
        "--",
        "/*",
        "*/",
        "\\",
        "\\.",
        "(",
        ")",
        "COPY t FROM stdin;",
        "E'",
        "DO ",
        "CREATE FUNCTION f() ",
        "BEGIN ATOMIC ",
        "END",
        "CREATE RULE r ",
        "EXECUTE ",
        "format('%I', ",
        "||",
        " DROP TABLE ",
        "IF EXISTS (",
        " THEN ",
        "{{",
        "}}",
        "${",
        ":'x'",
        "é",
        "\u{feff}",
        "BEGIN",
        "LOOP ",
        "a.b",
        "=",
        ":=",
        ",",
        "1.5e",
        "DO $$ BEGIN ",
        "EXCEPTION WHEN ",
        "SELECT ",
        "UPDATE t SET ",
        "GRANT ",
        " ON ",
        " TO ",
        "U&'",
        "\\0",
        "[",
        "]",
        "ALTER TABLE t ",
        "WITH x AS (",
        "CASE ",
        "WHEN ",
        "ARRAY['a']",
        "FOREACH x IN ARRAY ",
        "DECLARE ",
        "x text",
        "%1$I",
    ];
    proptest::collection::vec(
        prop_oneof![6 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => any::<String>()],
        0..40,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn pieces_cover_the_text_and_every_place_is_in_it(text in pieces()) {
        let script = split(&text);
        let mut at = 0;
        for piece in &script.pieces {
            prop_assert_eq!(piece.range.start, at);
            prop_assert!(piece.range.end > at && text.is_char_boundary(piece.range.end));
            at = piece.range.end;
            for token in &script.tokens[piece.tokens.clone()] {
                let inside = piece.range.start <= token.start as usize && token.end as usize <= piece.range.end;
                prop_assert!(inside && piece.kind == PieceKind::Statement);
            }
        }
        prop_assert_eq!(at, text.len());
        let parsed = read(&text);
        for fact in &parsed.facts {
            prop_assert!(text.get(fact.anchor.range()).is_some(), "{:?} in {:?}", fact, text);
            for (_, state) in fact.fields() {
                let inside = state.span().is_none_or(|span| text.get(span.range()).is_some());
                prop_assert!(inside, "{:?} in {:?}", fact, text);
            }
        }
        prop_assert!(parsed.masks.iter().all(|mask| text.get(mask.clone()).is_some()));
        prop_assert!(parsed.unread.iter().all(|unread| text.get(unread.span.range()).is_some()));
    }
}
