//! DO blocks, function bodies, dynamic SQL and guards.

use super::{anchor, does, of, one, operations, read, word};
use crate::fact::Field::{Cascade, Column, Guarded, IfExists, Is, Stands, Table, Where};

/// A DO block.
fn block(body: &str) -> String {
    format!("DO $$\n{body}\n$$;")
}

#[test]
fn a_drop_inside_format_is_found_at_its_own_words() {
    let text = "DO $$\nBEGIN\n  EXECUTE format('ALTER TABLE %I.accounts DROP COLUMN email', 'public');\nEND $$;";
    let dropped = one(text, "drop_column");
    assert_eq!(anchor(text, &dropped), "DROP COLUMN email");
    assert_eq!(word(&dropped, Table), "public.accounts");
    assert_eq!((word(&dropped, Stands), word(&dropped, Guarded)), ("dynamic".into(), "no".into()));
    let line = text[..dropped.anchor.range().start].rsplit('\n').next().unwrap();
    assert_eq!(line.chars().count() + 1, 43);
}

#[test]
fn bodies_are_read_whatever_quotes_them() {
    for text in [
        "DO $x$ BEGIN DROP TABLE a; END $x$;",
        "DO 'BEGIN DROP TABLE a; END';",
        "DO LANGUAGE plpgsql $$ DECLARE x int := 1; BEGIN <<l>> LOOP IF x > 1 THEN EXIT; ELSE DROP TABLE a; END IF; END LOOP; END $$;",
        "DO $$ BEGIN CASE x WHEN 1 THEN NULL; ELSE DROP TABLE a; END CASE; END $$;",
        "DO $$ BEGIN FOR r IN SELECT CASE WHEN a THEN 1 END FROM b LOOP DROP TABLE a; END LOOP; END $$;",
    ] {
        assert_eq!(word(&one(text, "drop_table"), Stands), "do-block", "{text}");
        assert!(read(text).unread.is_empty(), "{text}");
    }
    for text in [
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE a; RETURN; END $$;",
        "CREATE FUNCTION f() RETURNS void AS 'SELECT ''x''; DROP TABLE a' LANGUAGE sql;",
        "CREATE PROCEDURE f() LANGUAGE SQL AS $$ DROP TABLE a; $$;",
        "DO $a$ BEGIN CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $b$ DROP TABLE a $b$; END $a$;",
    ] {
        let dropped = one(text, "drop_table");
        assert_eq!(
            (word(&dropped, Stands), anchor(text, &dropped)),
            ("function-body".into(), "DROP TABLE a"),
            "{text}"
        );
    }
    assert_eq!(operations("CREATE FUNCTION f() RETURNS int LANGUAGE plv8 AS $$ return 1 $$;").len(), 2);
    assert_eq!(does("DO $$ BEGIN RETURN QUERY DELETE FROM a RETURNING *; END $$;"), ["delete"]);
}

#[test]
fn dynamic_text_is_put_together_as_far_as_it_is_known() {
    let table = |body: &str| word(&one(&block(&format!("BEGIN {body} END")), "drop_table"), Table);
    assert_eq!(table("EXECUTE 'DROP TABLE a';"), "public.a");
    assert_eq!(table("EXECUTE 'DROP ' || 'TABLE ' || quote_ident('a b');"), "public.a b");
    assert_eq!(table("EXECUTE format('DROP TABLE %2$I.%1$I', 'a', 'Ops');"), "Ops.a");
    assert_eq!(table("EXECUTE format('DROP TABLE %s', quote_ident('a')) USING 1;"), "public.a");
    assert_eq!(table("EXECUTE ('DROP TABLE ' || 'a')::text INTO x;"), "public.a");
    assert_eq!(table("EXECUTE format('DROP TABLE %I', name);"), "?");
    assert_eq!(table("EXECUTE 'DROP TABLE old_' || name || ' CASCADE';"), "?");
    assert_eq!(table("q := 'DROP TABLE ' || 'a'; EXECUTE q;"), "public.a");
    assert_eq!(table("SELECT 'DROP TABLE ' || quote_ident('a') INTO q; EXECUTE q;"), "public.a");
    assert_eq!(does(&block("DECLARE q text := 'x'; BEGIN q := 'DROP TABLE a'; EXECUTE q; END")), ["drop_table"]);
    assert_eq!(does(&block("BEGIN SELECT 'DROP TABLE a' INTO q FROM b; EXECUTE q; END")), ["?"]);
    let text = block(
        "DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['a', 'b'] LOOP EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t); END LOOP; END",
    );
    let tables: Vec<String> = of(&text, "enable_rls").iter().map(|fact| word(fact, Table)).collect();
    assert_eq!(tables, ["public.a", "public.b"]);
}

#[test]
fn commands_for_later_are_read() {
    let text = "SELECT cron.schedule('delete old', '0 3 * * *', $$ DELETE FROM public.events WHERE old; VACUUM $$);";
    let deleted = one(text, "delete");
    assert_eq!((anchor(text, &deleted), word(&deleted, Stands)), ("DELETE FROM public.events", "dynamic".into()));
    assert_eq!(does("SELECT dblink_exec('dbname=x', 'DROP TABLE a');"), ["drop_table"]);
    assert_eq!(does("DO $$ BEGIN PERFORM cron.schedule('x', '* * * * *', 'TRUNCATE a'); END $$;"), ["truncate"]);
    assert_eq!(does("SELECT cron.schedule('x', '* * * * *', q);"), ["?"]);
    assert_eq!(does("SELECT cron.unschedule('DROP TABLE a'), schedule('DROP TABLE a');"), [""; 0]);
    assert_eq!(does("SELECT cron.alter_job(1, command := format('DROP TABLE %I', 'a'));"), ["drop_table"]);
    assert_eq!(does("SELECT cron.alter_job(1, active := false);"), [""; 0]);
    assert_eq!(does("SELECT * FROM dblink('host=h', 'DELETE FROM a RETURNING 1') AS x (i int);"), ["delete"]);
    let nested = "CREATE SCHEMA ops CREATE TABLE jobs (id int) GRANT SELECT ON jobs TO anon;";
    assert_eq!(word(&one(nested, "create_table"), Table), "ops.jobs");
    assert_eq!(word(&one(nested, "grant"), Table), "ops.jobs");
}

#[test]
fn what_cannot_be_known_is_unknown() {
    let text = block("BEGIN EXECUTE sql; END");
    let opaque = operations(&text).into_iter().find(|fact| word(fact, Is) == "?").unwrap();
    assert!(opaque.why_opaque().is_some());
    assert_eq!((anchor(&text, &opaque), word(&opaque, Stands)), ("sql", "dynamic".into()));
    let text = block(
        "BEGIN EXECUTE 'DELETE FROM a ' || clause; EXECUTE 'SELECT ' || x; EXECUTE 'ALTER TABLE a ' || action; END",
    );
    assert_eq!(word(&one(&text, "delete"), Where), "?");
    assert_eq!(word(&one(&block("BEGIN EXECUTE 'DROP TABLE ' || t; END"), "drop_table"), Cascade), "?");
    let words: Vec<String> = operations(&text).iter().map(|fact| word(fact, Is)).collect();
    assert_eq!(words, ["do_block", "delete", "select", "?"]);
    let broken = read(&block("BEGIN EXECUTE 'DROP TABEL a'; DROP TABEL b; END"));
    assert_eq!(broken.unread.len(), 2);
    assert!(broken.unread.iter().all(|unread| unread.message.contains("DROP")));
}

#[test]
fn the_safe_exceptions_of_the_runbook() {
    let index = one("CREATE INDEX IF NOT EXISTS idx_foo ON plans(col);", "create_index");
    assert_eq!(word(&index, crate::fact::Field::IfNotExists), "true");
    let text =
        "DROP POLICY IF EXISTS policy_name ON plans;\nCREATE POLICY policy_name ON plans FOR SELECT USING (true);";
    assert_eq!(does(text), ["drop_policy", "create_policy"]);
    assert_eq!(word(&one(text, "drop_policy"), IfExists), "true");
    assert_eq!(anchor(text, &one(text, "create_policy")), "CREATE POLICY policy_name ON plans");
    let text = "DO $$ BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM information_schema.columns
    WHERE table_schema='public' AND table_name='t' AND column_name='c'
  ) THEN
    ALTER TABLE public.t ADD COLUMN c type;
  END IF;
END $$;";
    assert_eq!(word(&one(text, "add_column"), Guarded), "same-object");
}

/// How the only `ADD COLUMN` or `UPDATE` of `public.t` is guarded.
fn guarded(body: &str) -> String {
    let text = block(body);
    let found =
        operations(&text).into_iter().find(|fact| ["add_column", "write_column"].contains(&word(fact, Is).as_str()));
    word(&found.unwrap_or_else(|| panic!("{body}")), Guarded)
}

#[test]
fn guards_name_their_object() {
    let check = |table: &str, column: &str| {
        format!(
            "EXISTS (SELECT 1 FROM information_schema.columns c WHERE c.table_name = '{table}' AND c.column_name = '{column}')"
        )
    };
    let add = "ALTER TABLE public.t ADD COLUMN c int;";
    let update = "UPDATE t SET c = 1;";
    let (same, other) = (check("t", "c"), check("t", "d"));
    for (body, expected) in [
        (format!("BEGIN IF NOT {same} THEN {add} END IF; END"), "same-object"),
        (format!("BEGIN IF NOT ({same}) AND 1 = 1 THEN {add} END IF; END"), "same-object"),
        (format!("BEGIN IF {same} THEN NULL; ELSE {add} END IF; END"), "same-object"),
        (format!("BEGIN IF {same} THEN RETURN; END IF; {add} END"), "same-object"),
        (format!("BEGIN IF {same} THEN {update} END IF; END"), "same-object"),
        (format!("DECLARE x bool; BEGIN SELECT {same} INTO x; IF NOT x THEN {add} END IF; END"), "same-object"),
        (format!("DECLARE x bool := {same}; BEGIN IF x THEN {update} END IF; END"), "same-object"),
        (format!("BEGIN IF {same} THEN {add} END IF; END"), "other-object"),
        (format!("BEGIN IF NOT {same} THEN {update} END IF; END"), "other-object"),
        (format!("BEGIN IF NOT {other} THEN {add} END IF; END"), "other-object"),
        (format!("BEGIN IF NOT {same} OR NOT {other} THEN {add} END IF; END"), "other-object"),
        (format!("BEGIN IF NOT {same} THEN NULL; END IF; {add} END"), "no"),
        (format!("BEGIN IF x > 1 THEN {add} END IF; END"), "no"),
        (format!("BEGIN IF NOT EXISTS (SELECT 1 FROM t WHERE table_name = 't') THEN {add} END IF; END"), "no"),
        (format!("BEGIN IF to_regclass('public.t') IS NOT NULL THEN {update} END IF; END"), "holder"),
        (format!("BEGIN IF {other} THEN {add} END IF; END"), "holder"),
        (format!("BEGIN IF {other} THEN {update} END IF; END"), "other-object"),
        (
            "BEGIN IF NOT EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = col) THEN EXECUTE format('ALTER TABLE public.t ADD COLUMN %I int', col); END IF; END".into(),
            "same-object",
        ),
        (format!("BEGIN BEGIN {update} EXCEPTION WHEN others THEN NULL; END; END"), "any-error"),
        (format!("BEGIN BEGIN {add} EXCEPTION WHEN duplicate_column THEN NULL; END; END"), "same-object"),
        (
            format!("BEGIN BEGIN {update} EXCEPTION WHEN undefined_column THEN RAISE NOTICE 'x'; END; END"),
            "same-object",
        ),
        (format!("BEGIN BEGIN {update} EXCEPTION WHEN duplicate_column THEN NULL; END; END"), "no"),
        (format!("BEGIN BEGIN {add} EXCEPTION WHEN duplicate_column THEN RAISE; END; END"), "no"),
        (
            format!(
                "BEGIN IF NOT EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = 'public.t'::regclass AND attname = 'c') THEN {add} END IF; END"
            ),
            "same-object",
        ),
        (
            format!(
                "BEGIN PERFORM 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'c'; IF NOT FOUND THEN {add} END IF; END"
            ),
            "same-object",
        ),
        (
            format!(
                "BEGIN IF (SELECT count(*) FROM information_schema.columns WHERE table_name = 't' AND column_name = 'c') = 0 THEN {add} END IF; END"
            ),
            "same-object",
        ),
    ] {
        assert_eq!(guarded(&body), expected, "{body}");
    }
    let wrong = "BEGIN IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = 'ops' AND table_name = 't' AND column_name = 'c') THEN ALTER TABLE t ADD COLUMN c int; END IF; END";
    assert_eq!(guarded(wrong), "other-object");
}

#[test]
fn guards_of_other_objects() {
    for (body, is) in [
        (
            "IF NOT EXISTS (SELECT 1 FROM pg_policies WHERE tablename = 'a' AND policyname = 'P q') THEN CREATE POLICY \"P q\" ON a USING (true); END IF;",
            "create_policy",
        ),
        (
            "IF NOT EXISTS (SELECT FROM pg_indexes WHERE indexname = 'i') THEN CREATE INDEX i ON a (b); END IF;",
            "create_index",
        ),
        (
            "IF NOT EXISTS (SELECT FROM pg_class WHERE relname = 'i') THEN CREATE INDEX i ON a (b); END IF;",
            "create_index",
        ),
        (
            "IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN CREATE TYPE mood AS ENUM ('a'); END IF;",
            "create_type",
        ),
        (
            "IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'c' AND conrelid = 'public.a'::regclass) THEN ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0); END IF;",
            "add_constraint",
        ),
        (
            "IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'ops') THEN CREATE SCHEMA ops; END IF;",
            "create_schema",
        ),
        ("BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END;", "create_type"),
        ("IF to_regclass('public.a') IS NOT NULL THEN DROP TABLE a; END IF;", "drop_table"),
        ("IF to_regclass('public.a') IS NULL THEN CREATE TABLE a (b int); END IF;", "create_table"),
    ] {
        let text = block(&format!("BEGIN {body} END"));
        assert_eq!(word(&one(&text, is), Guarded), "same-object", "{body}");
        let moved = text
            .replace("'P q'", "'z'")
            .replace("= 'i'", "= 'z'")
            .replace("= 'mood'", "= 'z'")
            .replace("= 'c'", "= 'z'");
        if moved != text {
            assert_eq!(word(&one(&moved, is), Guarded), "other-object", "{moved}");
        }
    }
    let text = block("BEGIN FOR r IN DELETE FROM a RETURNING b LOOP UPDATE c SET d = 1 WHERE e = r.b; END LOOP; END");
    assert_eq!(does(&text), ["delete", "update", "write_column"]);
    assert_eq!(word(&of(&text, "write_column")[0], Column), "d");
}
