//! One statement family after the other, at the top level.

use super::{anchor, does, of, one, spelled, word};
use crate::fact::{Fact, Field, State};

fn fields(fact: &Fact, fields: &[Field]) -> Vec<String> {
    fields.iter().map(|field| word(fact, *field)).collect()
}

#[test]
fn actions_of_alter_table_are_operations_of_their_own() {
    let text = r#"ALTER TABLE ONLY public.accounts
  ADD COLUMN IF NOT EXISTS "Plan" text NOT NULL DEFAULT 'free',
  DROP COLUMN email CASCADE,
  DROP CONSTRAINT IF EXISTS accounts_pkey,
  ALTER COLUMN seats DROP NOT NULL,
  RENAME nick TO name,
  ENABLE ROW LEVEL SECURITY;"#;
    assert_eq!(
        does(text),
        ["add_column", "drop_column", "drop_constraint", "drop_not_null", "rename_column", "enable_rls"]
    );
    let dropped = one(text, "drop_column");
    assert_eq!(anchor(text, &dropped), "DROP COLUMN email");
    use Field::{Cascade, Column, IfExists, Schema, Table};
    let said = [Schema, Table, Column, IfExists, Cascade];
    assert_eq!(fields(&dropped, &said), ["public", "public.accounts", "email", "false", "true"]);
    let gap = dropped.own(IfExists).unwrap().span().unwrap();
    assert!(gap.is_gap() && text[..gap.range().start].ends_with("DROP COLUMN"));
    let added = one(text, "add_column");
    assert_eq!((word(&added, Column), spelled(text, &added, Column)), ("Plan".into(), "\"Plan\""));
    assert_eq!(spelled(text, &added, Field::IfNotExists), "IF NOT EXISTS");
    assert_eq!(anchor(text, &one(text, "enable_rls")), "ENABLE ROW LEVEL SECURITY");
    assert_eq!(word(&one(text, "rename_column"), Field::NewName), "name");
}

#[test]
fn taking_a_property_from_a_column_drops_no_column() {
    for (action, is) in [
        ("DROP DEFAULT", "drop_default"),
        ("DROP NOT NULL", "drop_not_null"),
        ("DROP EXPRESSION IF EXISTS", "drop_expression"),
        ("DROP IDENTITY", "drop_identity"),
        ("SET DEFAULT 'DROP'", "set_default"),
        ("SET STATISTICS 100", "alter_column"),
    ] {
        assert_eq!(does(&format!("ALTER TABLE t ALTER COLUMN a {action};")), [is], "{action}");
    }
    assert_eq!(does("ALTER TABLE t DROP a;"), ["drop_column"]);
    assert_eq!(does("ALTER TABLE IF EXISTS t DROP \"column\";"), ["drop_column"]);
    assert_eq!(does("ALTER VIEW v ALTER COLUMN a DROP DEFAULT;"), ["alter_view"]);
    assert_eq!(does("ALTER PUBLICATION p DROP TABLE t;"), ["alter_publication"]);
}

#[test]
fn every_dropped_object_is_a_fact() {
    let text = "DROP TABLE IF EXISTS a, ops.\"B\" CASCADE;";
    let tables: Vec<Fact> = of(text, "drop_table");
    assert_eq!(tables.iter().map(|fact| word(fact, Field::Table)).collect::<Vec<_>>(), ["public.a", "ops.B"]);
    assert_eq!(anchor(text, &tables[0]), "DROP TABLE IF EXISTS a");
    assert_eq!(anchor(text, &tables[1]), "ops.\"B\"");
    assert!(tables.iter().all(|fact| word(fact, Field::Cascade) == "true" && word(fact, Field::IfExists) == "true"));
    let text = "DROP INDEX CONCURRENTLY IF EXISTS i;";
    assert_eq!(word(&one(text, "drop_index"), Field::Concurrently), "true");
    assert_eq!(spelled(text, &one(text, "drop_index"), Field::Concurrently), "CONCURRENTLY");
    assert_eq!(
        does("DROP MATERIALIZED VIEW m; DROP OWNED BY r; DROP ROLE r; DROP EVENT TRIGGER e;"),
        ["drop_view", "drop_owned", "drop_role", "drop_event_trigger"]
    );
    assert_eq!(does("TRUNCATE TABLE ONLY a, b RESTART IDENTITY CASCADE;"), ["truncate", "truncate"]);
    assert_eq!(anchor("TRUNCATE TABLE foo;", &one("TRUNCATE TABLE foo;", "truncate")), "TRUNCATE TABLE foo");
}

#[test]
fn written_columns_are_facts() {
    let columns = |text: &str| -> Vec<String> {
        of(text, "write_column")
            .iter()
            .map(|fact| format!("{}.{}", word(fact, Field::Table), word(fact, Field::Column)))
            .collect()
    };
    assert_eq!(columns("UPDATE foo SET bar = 1;"), ["public.foo.bar"]);
    let text = "UPDATE ONLY ops.jobs AS j SET state = 'x', (a, b[1]) = (SELECT 1, c FROM d WHERE e), n = j.n IS DISTINCT FROM 2 FROM x WHERE j.id = x.id;";
    assert_eq!(columns(text), ["ops.jobs.state", "ops.jobs.a", "ops.jobs.b", "ops.jobs.n"]);
    assert_eq!(spelled(text, &one(text, "update"), Field::Where), "WHERE");
    assert_eq!(anchor(text, &one(text, "update")), "UPDATE ONLY ops.jobs");
    assert_eq!(
        columns("INSERT INTO t (a, b) VALUES (1, 2) ON CONFLICT (a) DO UPDATE SET c = EXCLUDED.b WHERE t.a > 0;"),
        ["public.t.a", "public.t.b", "public.t.c"]
    );
    assert!(columns("INSERT INTO t SELECT a, b FROM u;").is_empty());
    assert!(columns("INSERT INTO t (SELECT a, b FROM u);").is_empty());
    let merge = "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED AND s.gone THEN DELETE WHEN MATCHED THEN UPDATE SET b = s.b WHEN NOT MATCHED THEN INSERT (c, d) VALUES (1, 2);";
    assert_eq!(columns(merge), ["public.t.b", "public.t.c", "public.t.d"]);
    assert_eq!(does(merge)[..2], ["merge", "delete"]);
    assert_eq!(word(&one("DELETE FROM t;", "delete"), Field::Where), "false");
}

#[test]
fn parts_of_with_that_write_are_read() {
    let text = "WITH gone AS (DELETE FROM a WHERE x RETURNING *), put AS MATERIALIZED (INSERT INTO b (c) SELECT c FROM gone) UPDATE d SET e = 1;";
    assert_eq!(does(text), ["delete", "insert", "write_column", "update", "write_column"]);
    assert_eq!(does("WITH x AS (SELECT 1) SELECT * FROM x;"), [""; 0]);
    assert_eq!(does("EXPLAIN DELETE FROM t;"), ["other"]);
    assert_eq!(does("EXPLAIN (ANALYZE) DELETE FROM t;"), ["other", "delete"]);
    assert_eq!(does("PREPARE p AS DELETE FROM t;"), ["other", "delete"]);
    assert_eq!(
        does("CREATE RULE r AS ON DELETE TO t DO INSTEAD (UPDATE t SET a = 1; DELETE FROM u);"),
        ["create_rule", "update", "write_column", "delete"]
    );
}

#[test]
fn privileges_objects_and_grantees_are_multiplied() {
    let text = "GRANT SELECT, INSERT (a, b) ON ops.jobs, t TO anon, \"Authenticated\" WITH GRANT OPTION;";
    let grants = of(text, "grant");
    assert_eq!(grants.len(), 8);
    use Field::{GrantOption, Grantee, ObjectKind, Privilege, Schema, Table};
    let said = [Privilege, ObjectKind, Schema, Table, Grantee, GrantOption];
    assert_eq!(fields(&grants[0], &said), ["select", "table", "ops", "ops.jobs", "anon", "true"]);
    assert_eq!(fields(&grants[3], &said), ["insert", "column", "ops", "ops.jobs", "authenticated", "true"]);
    let all = one("GRANT ALL PRIVILEGES ON ALL TABLES IN SCHEMA ops TO PUBLIC", "grant");
    assert_eq!(fields(&all, &said), ["all", "table", "ops", "-", "public", "false"]);
    let usage = one("GRANT USAGE ON SCHEMA ops TO service_role;", "grant");
    assert_eq!(fields(&usage, &said), ["usage", "schema", "ops", "-", "service_role", "false"]);
    let execute = one("REVOKE EXECUTE ON FUNCTION ops.f(\"a\" \"uuid\") FROM anon CASCADE;", "revoke");
    assert_eq!(fields(&execute, &[Schema, Field::Name, ObjectKind]), ["ops", "f", "function"]);
    let member = one("GRANT admin TO bob WITH ADMIN OPTION;", "grant");
    assert_eq!(fields(&member, &[Field::Name, ObjectKind, Grantee, GrantOption]), ["admin", "role", "bob", "true"]);
    let default = "ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA ops GRANT ALL ON TABLES TO anon, service_role;";
    let defaults = of(default, "alter_default_privileges_grant");
    assert_eq!(
        fields(&defaults[1], &[Schema, ObjectKind, Privilege, Grantee]),
        ["ops", "table", "all", "service_role"]
    );
    // a table may be called like the kind of an object
    assert_eq!(word(&one("GRANT SELECT ON schema TO anon;", "grant"), Table), "public.schema");
}

#[test]
fn routines_have_signatures() {
    use Field::{Arguments, IfExists, Name, OrReplace, SecurityDefiner};
    let text = "CREATE OR REPLACE FUNCTION ops.f(a int DEFAULT 1, IN b character varying(20), OUT c text, VARIADIC d uuid[]) RETURNS void LANGUAGE sql SECURITY DEFINER AS $$ SELECT 1 $$;";
    let made = one(text, "create_function");
    assert_eq!(
        fields(&made, &[Name, Arguments, OrReplace, SecurityDefiner]),
        ["f", "integer,character varying,uuid[]", "true", "true"]
    );
    assert_eq!(spelled(text, &made, SecurityDefiner), "SECURITY DEFINER");
    let text = "CREATE FUNCTION f(timestamptz, double precision) RETURNS int LANGUAGE c AS 'f';";
    let gap = one(text, "create_function").own(OrReplace).unwrap().span().unwrap();
    assert_eq!((gap.is_gap(), gap.range().start), (true, "CREATE".len()));
    let dropped = of("DROP FUNCTION IF EXISTS f(timestamp with time zone, float8), g;", "drop_function");
    assert_eq!(word(&dropped[0], Arguments), word(&one(text, "create_function"), Arguments));
    assert_eq!(word(&dropped[0], IfExists), "true");
    assert!(dropped[1].own(Arguments).is_none());
}

#[test]
fn names_fold_unless_quoted_and_follow_the_search_path() {
    assert_eq!(word(&one("DROP TABLE Foo;", "drop_table"), Field::Table), "public.foo");
    assert_eq!(word(&one("DROP TABLE \"Fo\"\"o\";", "drop_table"), Field::Table), "public.Fo\"o");
    assert_eq!(word(&one("DROP TABLE U&\"\\0066oo\";", "drop_table"), Field::Table), "public.foo");
    assert_eq!(word(&one("SET search_path TO ops, public; DROP TABLE a;", "drop_table"), Field::Table), "ops.a");
    assert_eq!(word(&one("SET LOCAL search_path = ops; DROP TABLE a;", "drop_table"), Field::Table), "ops.a");
    let set = "SELECT pg_catalog.set_config('search_path', 'ops, public', false); DROP TABLE a;";
    assert_eq!(word(&one(set, "drop_table"), Field::Table), "ops.a");
    let unset = "SET search_path = ops; SELECT set_config('search_path', '', false); DROP TABLE a;";
    assert_eq!(word(&one(unset, "drop_table"), Field::Table), "public.a");
    let schema = one("DROP TABLE a;", "drop_table");
    assert!(matches!(schema.own(Field::Schema), Some(State::Defaulted(..))));
    for text in ["DROP TABLE {{ .Schema }}.a;", "DROP TABLE ${prefix}_a;", "DROP TABLE :\"t\";", "DROP TABLE %(t)s;"] {
        assert_eq!(word(&one(text, "drop_table"), Field::Table), "?", "{text}");
    }
}

#[test]
fn origins_are_followed_through_the_script() {
    let text = "
        UPDATE t SET early = 1;
        CREATE TABLE t (id int, early int, CONSTRAINT c CHECK (early > 0));
        UPDATE t SET early = 1, other = 2;
        DO $$ BEGIN ALTER TABLE u ADD COLUMN IF NOT EXISTS late int; END $$;
        UPDATE u SET late = 1;
        CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ ALTER TABLE v ADD COLUMN never int $$;
        UPDATE v SET never = 1;
        CREATE TABLE w AS SELECT 1 AS a;
        UPDATE w SET a = 1;
        CREATE TEMP TABLE x (a int);
        UPDATE x SET a = 1;";
    let origins: Vec<String> = of(text, "write_column")
        .iter()
        .map(|fact| {
            format!("{} {} {}", word(fact, Field::Column), word(fact, Field::Origin), word(fact, Field::OriginTable))
        })
        .collect();
    assert_eq!(
        origins,
        [
            "early elsewhere elsewhere",
            "early same-migration same-migration",
            "other elsewhere same-migration",
            "late same-migration elsewhere",
            "never elsewhere elsewhere",
            "a same-migration same-migration",
            "a same-migration same-migration",
        ]
    );
}

#[test]
fn a_foreign_table_loses_columns_too_and_a_name_built_at_run_time_has_no_known_schema() {
    let facts = of("ALTER FOREIGN TABLE public.remote DROP COLUMN note;", "drop_column");
    assert_eq!(facts.len(), 1);
    let granted = "DO $$ BEGIN EXECUTE format('GRANT ALL ON %s TO anon', t); END $$;";
    let facts = of(granted, "grant");
    assert_eq!(facts.len(), 1);
    assert!(matches!(facts[0].own(Field::Schema), Some(State::Unknown(..))), "{:?}", facts[0]);
}
