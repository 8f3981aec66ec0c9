//! What surrounds an operation: transactions and limits that the script has set, objects that it has made, and literals
//! that it calls secrets.

use super::{anchor, of, one, read, word};
use crate::fact::{Field, Kind};

/// `in_transaction lock_timeout statement_timeout` of the operations of this kind.
fn session(text: &str, is: &str) -> Vec<String> {
    let fields = [Field::InTransaction, Field::LockTimeout, Field::StatementTimeout];
    of(text, is).iter().map(|fact| fields.map(|field| word(fact, field)).join(" ")).collect()
}

#[test]
fn a_transaction_and_limits_are_known_where_they_hold() {
    let text = "
        ALTER TABLE t ADD a int;
        SET lock_timeout = '2s';
        ALTER TABLE t ADD b int;
        BEGIN;
        SET LOCAL statement_timeout TO 30000;
        ALTER TABLE t ADD c int;
        SAVEPOINT s; ROLLBACK TO s;
        DO $$ BEGIN ALTER TABLE t ADD d int; END $$;
        COMMIT;
        ALTER TABLE t ADD e int;
        SET lock_timeout TO DEFAULT;
        SELECT set_config('statement_timeout', '5min', false);
        ALTER TABLE t ADD f int;
        SET statement_timeout = '0ms';
        ALTER TABLE t ADD g int;
        SET lock_timeout = '1.5s'; RESET ALL;
        ALTER TABLE t ADD h int;";
    assert_eq!(
        session(text, "add_column"),
        [
            "false false false",
            "false true false",
            "true true true",
            "true true true",
            "false true false",
            "false false true",
            "false false false",
            "false false false",
        ]
    );
    // what a function does is locked and limited when it is called
    let defined = "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ ALTER TABLE t ADD a int $$;";
    assert_eq!(session(defined, "add_column"), ["- - -"]);
    assert_eq!(word(&one(defined, "add_column"), Field::Lock), "-");
}

#[test]
fn a_type_that_changes_is_compared_with_the_one_the_script_gave() {
    let change = |before: &str, to: &str| {
        let text = format!("{before} ALTER TABLE t ALTER COLUMN a TYPE {to};");
        let fact = one(&text, "alter_column_type");
        [Field::FromType, Field::ColumnType, Field::Rewrites].map(|field| word(&fact, field)).join(" > ")
    };
    assert_eq!(change("CREATE TABLE t (a varchar(10));", "text"), "character varying > text > false");
    assert_eq!(change("CREATE TABLE t (a int);", "bigint USING a::bigint"), "integer > bigint > true");
    assert_eq!(change("ALTER TABLE t ADD b text; ALTER TABLE t RENAME b TO a;", "int"), "text > integer > true");
    assert_eq!(change("CREATE TABLE t (a varchar(10));", "varchar(5)"), "character varying > character varying > ?");
    assert_eq!(change("CREATE TABLE u (a int);", "bigint"), "? > bigint > ?");
    let twice = "CREATE TABLE t (a int); ALTER TABLE t ALTER a TYPE text; ALTER TABLE t ALTER a TYPE varchar;";
    let second = of(twice, "alter_column_type").remove(1);
    assert_eq!((word(&second, Field::FromType), word(&second, Field::Rewrites)), ("text".into(), "false".into()));
}

#[test]
fn objects_of_the_same_script_are_known() {
    let text = "
        CREATE INDEX i ON ops.t (a); DROP INDEX ops.i; DROP INDEX i;
        CREATE FUNCTION ops.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION ops.f() STABLE;
        CREATE TYPE mood AS ENUM ('a'); ALTER TYPE mood ADD VALUE 'b';
        CREATE MATERIALIZED VIEW v AS SELECT 1; DROP MATERIALIZED VIEW v; DROP VIEW v;";
    let origins = |is: &str| -> Vec<String> { of(text, is).iter().map(|fact| word(fact, Field::Origin)).collect() };
    assert_eq!(origins("drop_index"), ["same-migration", "elsewhere"], "an index stands in its table's schema");
    assert_eq!(origins("alter_function"), ["same-migration"]);
    assert_eq!(origins("add_enum_value"), ["same-migration"]);
    assert_eq!(origins("drop_view"), ["same-migration", "elsewhere"]);
}

/// `kind text` of the credentials of a script.
fn credentials(text: &str) -> Vec<String> {
    let facts = read(text).facts.into_iter().filter(|fact| fact.kind == Kind::Credential);
    facts
        .map(|fact| format!("{} {} {}", word(&fact, Field::Is), anchor(text, &fact), word(&fact, Field::Secret)))
        .collect()
}

#[test]
fn a_literal_that_a_statement_calls_a_secret_is_a_credential() {
    assert_eq!(credentials("CREATE ROLE r LOGIN PASSWORD 'MADEUP-pw';"), ["password MADEUP-pw true"]);
    assert_eq!(credentials("ALTER USER r ENCRYPTED PASSWORD 'MADEUP-pw';"), ["password MADEUP-pw true"]);
    assert_eq!(
        credentials("ALTER ROLE r PASSWORD NULL; ALTER ROLE s PASSWORD ''; ALTER ROLE r PASSWORD :'pw';"),
        [""; 0]
    );
    assert_eq!(credentials("ALTER ROLE r PASSWORD 'postgres';"), ["password postgres false"]);
    assert_eq!(
        credentials("SELECT vault.create_secret('MADEUP-value', 'name', 'what it is for');"),
        ["vault-secret MADEUP-value true"]
    );
    assert_eq!(
        credentials("DO $$ BEGIN EXECUTE 'CREATE USER u PASSWORD ''MADEUP-pw'''; END $$;"),
        ["password MADEUP-pw true"]
    );
    assert_eq!(credentials("DO $$ BEGIN EXECUTE format('CREATE USER u PASSWORD %L', pw); END $$;"), [""; 0]);
    assert_eq!(credentials("SELECT vault.create_secret(current_setting('app.key'), 'name');"), [""; 0]);
    // what its content names already is one credential
    let key = "SELECT vault.create_secret('sb_secret_MADEUPmadeupMADEUPprod_4e5F6g7H');";
    assert_eq!(credentials(key), ["supabase-secret sb_secret_MADEUPmadeupMADEUPprod_4e5F6g7H true"]);
}

#[test]
fn a_psql_command_that_runs_what_nobody_sees_is_said() {
    for (line, unseen) in [
        ("\\i other.sql", true),
        ("\\ir ../other.sql", true),
        ("\\connect other", true),
        ("\\copy t from 'x.csv'", true),
        ("\\if :ready", true),
        ("SELECT 'DROP TABLE t' \\gexec", true),
        ("\\set now `date`", true),
        ("\\o |cat", true),
        ("\\echo done", false),
        ("\\set ON_ERROR_STOP on", false),
        ("\\restrict MADEUP", false),
        ("\\endif", false),
    ] {
        let text = format!("{line}\nDROP TABLE t;\n");
        assert_eq!(read(&text).unread.len(), usize::from(unseen), "{line}");
        assert_eq!(of(&text, "drop_table").len(), 1, "{line}");
    }
}
