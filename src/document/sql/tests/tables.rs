//! The end state of a history.

use super::{replay, word};
use crate::fact::{Fact, Field};

/// `table=rls` of each table.
fn state(scripts: &[(&str, &str)]) -> Vec<String> {
    replay(scripts)
        .iter()
        .map(|fact: &Fact| format!("{}={}", word(fact, Field::Table), word(fact, Field::Rls)))
        .collect()
}

#[test]
fn the_switch_may_stand_in_another_file() {
    let history = [
        ("m/1_a.sql", "CREATE TABLE jobs (id int); CREATE TABLE ops.keys (id int); CREATE TEMP TABLE scratch (a int);"),
        ("m/2_b.sql", "ALTER TABLE jobs ENABLE ROW LEVEL SECURITY; ALTER TABLE jobs RENAME TO tasks;"),
        ("m/3_c.sql", "CREATE TABLE IF NOT EXISTS tasks (id int); CREATE TABLE gone (a int); DROP TABLE gone;"),
        // a revert is a migration like any other
        ("m/4_x_revert_y.sql", "DROP TABLE ops.keys;"),
        ("m/5_z.down.sql", "DROP SCHEMA ops CASCADE;"),
    ];
    assert_eq!(state(&history), ["public.tasks=true"]);
    let moved = ("m/6_c.sql", "ALTER TABLE jobs ENABLE ROW LEVEL SECURITY, SET SCHEMA ops;");
    assert_eq!(state(&[history[0], moved]), ["ops.jobs=true", "ops.keys=false"]);
    assert_eq!(
        state(&[history[0], ("m/6_d.sql", "DROP SCHEMA ops CASCADE; DROP SCHEMA public;")]),
        ["public.jobs=false"]
    );
}

#[test]
fn blocks_and_dynamic_text_switch_and_bodies_of_functions_do_not() {
    let made = "CREATE TABLE a (b int); CREATE TABLE c (d int);";
    let after = |text: &str| state(&[("m/1_a.sql", made), ("m/2_b.sql", text)]);
    assert_eq!(
        after("DO $$ BEGIN ALTER TABLE a ENABLE ROW LEVEL SECURITY; END $$;"),
        ["public.a=true", "public.c=false"]
    );
    assert_eq!(
        after(
            "DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['a', 'c'] LOOP EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t); END LOOP; END $$;"
        ),
        ["public.a=true", "public.c=true"]
    );
    let unknown = "BEGIN FOR r IN SELECT tablename FROM pg_tables LOOP EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', r.tablename); END LOOP; END";
    assert_eq!(after(&format!("DO $$ {unknown} $$;")), ["public.a=?", "public.c=?"]);
    let body = format!("CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ {unknown} $$;");
    assert_eq!(after(&body), ["public.a=false", "public.c=false"]);
    assert_eq!(after("CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DROP TABLE a $$;").len(), 2);
    assert_eq!(
        after(
            "DO $$ BEGIN IF EXISTS (SELECT FROM pg_tables WHERE tablename = 'zzz') THEN ALTER TABLE a ENABLE ROW LEVEL SECURITY; END IF; END $$;"
        ),
        ["public.a=?", "public.c=false"]
    );
    assert_eq!(
        after("ALTER TABLE a ENABLE ROW LEVEL SECURITY; ALTER TABLE a DISABLE ROW LEVEL SECURITY;"),
        ["public.a=false", "public.c=false"]
    );
}

#[test]
fn a_table_stands_at_the_statement_that_makes_it() {
    let text = "SELECT 1;\nCREATE TABLE jobs (id int);";
    let table = replay(&[("m/1_a.sql", text)]).remove(0);
    assert_eq!(&text[table.anchor.range()], "CREATE TABLE jobs");
    let gap = table.own(Field::Rls).unwrap().span().unwrap();
    assert!(gap.is_gap() && gap.start == table.anchor.end);
}
