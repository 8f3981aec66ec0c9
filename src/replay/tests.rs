#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::*;
use crate::document::{Input, Settings, kind};
use crate::fact::{Document, Fact, Value};
use crate::source::SourceId;

mod as_the_server;

/// The facts of migrations, one script each, with what the replay says of them.
fn facts(scripts: &[&str]) -> (Facts, Vec<Fact>) {
    let mut facts = Facts::new();
    for (number, text) in scripts.iter().enumerate() {
        let (path, settings) = (format!("m/{number:03}_x.sql"), Settings::default());
        let input = Input { source: SourceId(0), text, path: &path, settings: &settings };
        let parsed = (kind("migration").unwrap().parse)(input);
        let absent = State::Absent(None);
        facts.add(Document::new(SourceId(0), "migration", &path, absent.clone(), absent), parsed.facts);
    }
    let replayed = replay(&facts);
    let end = replayed.iter().flat_map(|replayed| end_state(&facts, replayed)).collect();
    for (fact, field, state) in replayed.into_iter().flat_map(|replayed| replayed.found) {
        facts.complete(fact, field, state);
    }
    (facts, end)
}

fn word(state: &State) -> String {
    match state {
        State::Unknown(..) => "?".into(),
        State::Absent(_) => "-".into(),
        state => match state.value() {
            Some(Value::Bool(yes)) => yes.to_string(),
            Some(Value::List(items)) => items
                .iter()
                .map(|item| word(&State::Stated(item.clone(), Span::point(SourceId(0), 0))))
                .collect::<Vec<_>>()
                .join("+"),
            _ => state.text().unwrap_or("•").into(),
        },
    }
}

/// What each operation of the last script finds: `drop_table=there`; with the table's and the other table's target.
fn finds(scripts: &[&str]) -> Vec<String> {
    let (facts, _) = facts(scripts);
    let last = facts.documents().len() - 1;
    let ids = facts.in_document(crate::fact::DocumentId(last as u32));
    let of = |id: FactId| {
        let is = facts.get(id, Field::Is).text().unwrap_or("?").to_owned();
        let targets = [Field::Target, Field::TargetTable, Field::TargetReferenced, Field::TargetColumns];
        let said: Vec<String> = targets.iter().map(|field| word(facts.get(id, *field))).collect();
        let said = said.join(" ").trim_end_matches([' ', '-']).to_owned();
        format!("{is}={said}")
    };
    ids.filter(|id| facts.fact(*id).kind == Kind::Operation).map(of).filter(|line| !line.ends_with('=')).collect()
}

/// One field of each fact of a kind at the end.
fn end(scripts: &[&str], kind: Kind, fields: &[Field]) -> Vec<String> {
    let (_, end) = facts(scripts);
    let absent = State::Absent(None);
    let line = |fact: &Fact| {
        let words: Vec<String> = fields.iter().map(|field| word(fact.own(*field).unwrap_or(&absent))).collect();
        words.join(" ")
    };
    end.iter().filter(|fact| fact.kind == kind).map(line).collect()
}

const MADE: &str = "CREATE TABLE jobs (id int PRIMARY KEY, note text); CREATE TABLE users (id int);";

#[test]
fn a_column_that_is_written_is_there_or_it_is_said_why_not() {
    let changed = "ALTER TABLE jobs DROP COLUMN note; ALTER TABLE users RENAME COLUMN id TO uid;";
    assert_eq!(finds(&[MADE, "UPDATE jobs SET note = 'x';"]), ["update=there", "write_column=there there"]);
    assert_eq!(finds(&[MADE, "UPDATE jobs SET nope = 1;"])[1], "write_column=absent there");
    assert_eq!(finds(&[MADE, changed, "UPDATE jobs SET note = '';"])[1], "write_column=dropped there");
    assert_eq!(finds(&[MADE, changed, "INSERT INTO users (id) VALUES (1);"])[1], "write_column=renamed there");
    assert_eq!(finds(&[MADE, changed, "INSERT INTO users (uid) VALUES (1);"])[1], "write_column=there there");
    assert_eq!(finds(&[MADE, "UPDATE nothing SET a = 1;"]), ["update=absent", "write_column=absent absent"]);
    assert_eq!(finds(&[MADE, "UPDATE auth.users SET a = 1;"]), ["update=outside", "write_column=outside outside"]);
}

#[test]
fn what_a_condition_decides_is_perhaps_there_and_an_existence_check_decides_nothing() {
    let perhaps =
        "DO $$ BEGIN IF current_setting('x') = 'y' THEN ALTER TABLE jobs ADD COLUMN later int; END IF; END $$;";
    let checked = "DO $$ BEGIN IF NOT EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'jobs' AND column_name = 'later') THEN ALTER TABLE jobs ADD COLUMN later int; END IF; END $$;";
    let other = checked.replace("column_name = 'later'", "column_name = 'else'");
    let write = "UPDATE jobs SET later = 1;";
    assert_eq!(finds(&[MADE, perhaps, write])[1], "write_column=perhaps there");
    assert_eq!(finds(&[MADE, checked, write])[1], "write_column=there there");
    assert_eq!(finds(&[MADE, &other, write])[1], "write_column=perhaps there");
    let dropped = "DO $$ BEGIN IF now() > '2026-01-01' THEN DROP TABLE jobs; ELSE DROP TABLE users; END IF; END $$;";
    assert_eq!(finds(&[MADE, dropped, "TRUNCATE jobs; TRUNCATE users;"]), ["truncate=perhaps", "truncate=perhaps"]);
    let unknown = "DO $$ BEGIN EXECUTE current_setting('what'); END $$;";
    assert_eq!(finds(&[MADE, unknown, "DROP TABLE gone; TRUNCATE jobs;"]), ["drop_table=?", "truncate=there"]);
}

#[test]
fn making_what_is_there_and_dropping_what_is_not_is_seen() {
    assert_eq!(finds(&[MADE, "CREATE TABLE jobs (id int);"])[0], "create_table=there");
    assert_eq!(finds(&[MADE, "ALTER TABLE jobs ADD COLUMN note text;"]), ["add_column=there there"]);
    assert_eq!(finds(&[MADE, "DROP TABLE users; DROP TABLE users;"]), ["drop_table=there", "drop_table=dropped"]);
    assert_eq!(finds(&[MADE, "DROP POLICY p ON jobs;"]), ["drop_policy=absent there"]);
    assert_eq!(finds(&[MADE, "ALTER TABLE jobs RENAME TO tasks; DROP TABLE jobs;"])[1], "drop_table=renamed");
    let function = "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';";
    assert_eq!(finds(&[function, "DROP FUNCTION f(integer);"]), ["drop_function=there"]);
    assert_eq!(finds(&[function, "DROP FUNCTION g();"]), ["drop_function=absent"]);
    assert_eq!(finds(&[MADE, "ALTER TABLE jobs DROP CONSTRAINT jobs_pkey;"]), ["drop_constraint=there there"]);
    assert_eq!(finds(&[MADE, "ALTER TABLE jobs DROP CONSTRAINT jobs_key;"]), ["drop_constraint=absent there"]);
}

#[test]
fn a_foreign_key_to_nothing_is_seen_and_one_without_index_too() {
    let key = "ALTER TABLE jobs ADD COLUMN user_id int REFERENCES people (id);";
    assert_eq!(finds(&[MADE, key]), ["add_column=absent there", "add_constraint=- there absent there"]);
    let good = key.replace("people", "users");
    assert_eq!(finds(&[MADE, &good])[1], "add_constraint=- there there there");
    let fields = [Field::Name, Field::Columns, Field::Indexed];
    assert_eq!(end(&[MADE, &good], Kind::ForeignKey, &fields), ["jobs_user_id_fkey user_id false"]);
    let index = "CREATE INDEX ON jobs (user_id, note);";
    assert_eq!(end(&[MADE, &good, index], Kind::ForeignKey, &fields), ["jobs_user_id_fkey user_id true"]);
    let partial = "CREATE INDEX ON jobs (user_id) WHERE note IS NULL;";
    assert_eq!(end(&[MADE, &good, partial], Kind::ForeignKey, &fields), ["jobs_user_id_fkey user_id false"]);
}

#[test]
fn privileges_are_what_is_left_of_all_grants() {
    let fields = [Field::Table, Field::Privilege, Field::Grantee];
    let grants = "GRANT SELECT, INSERT ON jobs TO anon, reader; REVOKE INSERT ON jobs FROM anon;";
    assert_eq!(
        end(&[MADE, grants], Kind::Grant, &fields),
        ["public.jobs select anon", "public.jobs select reader", "public.jobs insert reader"]
    );
    assert_eq!(end(&[MADE, grants, "DROP TABLE jobs;"], Kind::Grant, &fields), [""; 0]);
    let by_default =
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO anon; CREATE TABLE late (id int);";
    assert_eq!(end(&[MADE, by_default], Kind::Grant, &fields), ["public.late select anon"]);
    let unknown = "DO $$ BEGIN EXECUTE format('GRANT SELECT ON jobs TO %I', current_setting('role')); END $$;";
    assert_eq!(end(&[MADE, unknown], Kind::Grant, &fields), ["public.jobs select ?"]);
    let function = "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';";
    let callers = |more: &str| {
        end(&[function, more], Kind::Function, &[Field::SecurityDefiner, Field::SearchPath, Field::ExecutableBy])
    };
    assert_eq!(callers(""), ["true - public"]);
    assert_eq!(
        callers("REVOKE ALL ON FUNCTION f() FROM PUBLIC; GRANT EXECUTE ON FUNCTION f() TO anon;"),
        ["true - anon"]
    );
    assert_eq!(callers("ALTER FUNCTION f() SET search_path = '';"), ["true  public"]);
}

#[test]
fn row_level_security_and_its_policies() {
    let policy = "CREATE POLICY p ON jobs TO anon, authenticated USING (true);";
    let table = [Field::Table, Field::Rls, Field::HasPolicies];
    assert_eq!(end(&[MADE, policy], Kind::Table, &table), ["public.jobs false true", "public.users false false"]);
    let fields = [Field::Name, Field::Role, Field::Command, Field::Using, Field::Rls];
    assert_eq!(
        end(&[MADE, policy], Kind::RlsPolicy, &fields),
        ["p anon all always-true false", "p authenticated all always-true false"]
    );
    let on = "DO $$ BEGIN ALTER TABLE jobs ENABLE ROW LEVEL SECURITY; END $$; ALTER POLICY p ON jobs TO anon USING (id = 1);";
    assert_eq!(end(&[MADE, policy, on], Kind::RlsPolicy, &fields), ["p anon all expression true"]);
    let view = "CREATE VIEW v AS WITH parts AS (SELECT 1) SELECT extract(year FROM now()) FROM jobs j, parts p;";
    let read = [Field::Table, Field::SecurityInvoker, Field::Reads, Field::ReadsRls];
    assert_eq!(end(&[MADE, policy, on, view], Kind::View, &read), ["public.v false public.jobs true"]);
    assert_eq!(end(&[MADE, view], Kind::View, &read), ["public.v false public.jobs false"]);
    let nested = "CREATE VIEW w AS SELECT * FROM (SELECT id FROM v) AS inner_one;";
    assert_eq!(end(&[MADE, policy, on, view, nested], Kind::View, &read)[1], "public.w false public.v true");
}

#[test]
fn a_table_that_was_there_keeps_its_own_columns() {
    let again = "CREATE TABLE IF NOT EXISTS jobs (id int, other text);";
    assert_eq!(
        end(&[MADE, again], Kind::Column, &[Field::Table, Field::Name]),
        ["public.jobs id", "public.jobs note", "public.users id"]
    );
}

#[test]
fn partitions_have_the_indexes_keys_and_columns_of_their_table() {
    let parent = "CREATE TABLE part (id int, at date, PRIMARY KEY (id, at), CHECK (id > 0)) PARTITION BY RANGE (at);
        CREATE TABLE part_a PARTITION OF part FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        CREATE INDEX part_at ON part (at);
        CREATE TABLE part_b (id int NOT NULL, at date NOT NULL);
        ALTER TABLE part ATTACH PARTITION part_b FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
        ALTER TABLE part ADD COLUMN note text;";
    let index = [Field::Table, Field::Name, Field::OfConstraint];
    let of = |table: &str, scripts: &[&str]| {
        let all = end(scripts, Kind::Index, &index).into_iter();
        let mut own: Vec<String> = all.filter_map(|line| Some(line.strip_prefix(table)?.trim().to_owned())).collect();
        own.sort();
        own
    };
    assert_eq!(of("public.part_a ", &[parent]), ["part_a_at_idx false", "part_a_pkey true"]);
    assert_eq!(of("public.part_b ", &[parent]), ["part_b_at_idx false", "part_b_pkey true"]);
    let gone = "DROP INDEX part_at; ALTER TABLE part DROP CONSTRAINT part_pkey;";
    assert_eq!(of("public.part_a ", &[parent, gone]), [""; 0]);
    let only = "CREATE INDEX part_note ON ONLY part (note);";
    assert_eq!(of("public.part_a ", &[parent, only]), ["part_a_at_idx false", "part_a_pkey true"]);
    let columns = end(&[parent], Kind::Column, &[Field::Table, Field::Name, Field::Position]);
    assert!(columns.contains(&"public.part_b note •".to_owned()), "{columns:?}");
    let checks = end(&[parent], Kind::Constraint, &[Field::Table, Field::Name, Field::Constraint]);
    assert!(checks.contains(&"public.part_a part_id_check check".to_owned()), "{checks:?}");
}

#[test]
fn expressions_follow_the_names_of_now() {
    let made = "CREATE TABLE t (a int CHECK (a > 0), b int GENERATED ALWAYS AS (a * 2) STORED, c int DEFAULT 5);
        CREATE TABLE u (id int);
        CREATE POLICY p ON u USING (EXISTS (SELECT FROM t WHERE a = 1));";
    let text = |scripts: &[&str], kind: Kind, of: &str| {
        let (_, end) = facts(scripts);
        let found =
            end.iter().filter(|fact| fact.kind == kind && fact.own(Field::Name).and_then(State::text) == Some(of));
        let said: Vec<String> = found
            .map(|fact| match fact.own(Field::Definition) {
                Some(State::Stated(Value::Secret(text), _)) => text.ask(str::to_owned),
                Some(State::Unknown(..)) => "?".to_owned(),
                _ => "-".to_owned(),
            })
            .collect();
        said.join(" | ")
    };
    let renamed = "ALTER TABLE t RENAME COLUMN a TO \"A b\";";
    assert_eq!(text(&[made, renamed], Kind::Constraint, "t_a_check"), "\"A b\" > 0");
    assert_eq!(text(&[made, renamed], Kind::Column, "b"), "\"A b\" * 2");
    let (_, asks) = facts(&[made, renamed]);
    let policy = asks.iter().find(|fact| fact.kind == Kind::RlsPolicy).unwrap();
    assert!(matches!(policy.own(Field::UsingDefinition), Some(State::Unknown(..))));
    assert_eq!(text(&[made, "ALTER TABLE t ALTER c SET DEFAULT 6;"], Kind::Column, "c"), "6");
    assert_eq!(text(&[made, "ALTER TABLE t ALTER c DROP DEFAULT;"], Kind::Column, "c"), "-");
    let maybe = "DO $$ BEGIN IF now() > '2026-01-01' THEN ALTER TABLE t ALTER c SET DEFAULT 6; END IF; END $$;";
    assert_eq!(text(&[made, maybe], Kind::Column, "c"), "?");
}

#[test]
fn labels_of_enums_stand_in_their_order() {
    let made = "CREATE TYPE mood AS ENUM ('sad', 'happy'); ALTER TYPE mood ADD VALUE 'ok' BEFORE 'happy';
        ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok'; ALTER TYPE mood ADD VALUE 'blue' AFTER 'sad';
        ALTER TYPE mood RENAME VALUE 'happy' TO 'glad';";
    assert_eq!(end(&[made], Kind::Type, &[Field::Name, Field::Labels]), ["mood sad+blue+ok+glad"]);
    let built = "DO $$ BEGIN EXECUTE format('ALTER TYPE mood ADD VALUE %L', current_setting('x')); END $$;";
    assert_eq!(end(&[made, built], Kind::Type, &[Field::Name, Field::Labels]), ["mood ?"]);
}

#[test]
fn row_level_security_is_seen_in_every_way_of_switching_it() {
    let made = "CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int); CREATE TABLE d (id int);
        CREATE TABLE \"E f\" (id int); CREATE SCHEMA ops; CREATE TABLE ops.g (id int);";
    let later = "ALTER TABLE a ENABLE ROW LEVEL SECURITY;
        DO $$ BEGIN EXECUTE format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', 'public', 'b'); END $$;
        DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['c', 'E f'] LOOP
          EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', t); END LOOP; END $$;
        DO $$ BEGIN ALTER TABLE d ENABLE ROW LEVEL SECURITY; EXCEPTION WHEN undefined_table THEN NULL; END $$;
        SET search_path = ops; ALTER TABLE g ENABLE ROW LEVEL SECURITY;";
    let tables = end(&[made, later], Kind::Table, &[Field::Rls]);
    assert_eq!(tables, ["true"; 6]);
}

#[test]
fn what_is_rolled_back_was_never_made() {
    let rls = [Field::Table, Field::Rls, Field::HasPolicies];
    let back = "BEGIN; ALTER TABLE jobs ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON jobs USING (true); ROLLBACK; ALTER TABLE users ENABLE ROW LEVEL SECURITY;";
    assert_eq!(end(&[MADE, back], Kind::Table, &rls), ["public.jobs false false", "public.users true false"]);
    let point = "BEGIN; ALTER TABLE jobs ENABLE ROW LEVEL SECURITY; SAVEPOINT s; DROP TABLE users; RELEASE s; SAVEPOINT t; DROP TABLE jobs; ROLLBACK TO SAVEPOINT s; COMMIT;";
    assert_eq!(end(&[MADE, point], Kind::Table, &rls), ["public.jobs true false", "public.users false false"]);
    let twice = "BEGIN; SAVEPOINT s; ALTER TABLE jobs ADD COLUMN a int; ROLLBACK TO s; ALTER TABLE jobs ADD COLUMN b int; ROLLBACK TO s; ALTER TABLE jobs ADD COLUMN c int; COMMIT;";
    assert_eq!(end(&[MADE, twice], Kind::Column, &[Field::Name]), ["id", "note", "c", "id"]);
    // what stands in it finds its objects there; outside of a transaction ROLLBACK takes nothing back
    assert_eq!(
        finds(&[MADE, "BEGIN; DROP TABLE jobs; DROP TABLE jobs; ROLLBACK; TRUNCATE jobs;"]),
        ["drop_table=there", "drop_table=dropped", "truncate=there"]
    );
    assert_eq!(finds(&[MADE, "DROP TABLE jobs; ROLLBACK; TRUNCATE jobs;"])[1], "truncate=dropped");
    // a transaction ends with its script
    assert_eq!(finds(&[MADE, "BEGIN; DROP TABLE jobs; COMMIT;", "ROLLBACK; TRUNCATE jobs;"]), ["truncate=dropped"]);
    // and where nothing ends it, it is up to who runs the script
    assert_eq!(finds(&[MADE, "BEGIN; DROP TABLE jobs;", "ROLLBACK; TRUNCATE jobs;"]), ["truncate=perhaps"]);
}

#[test]
fn set_schema_moves_an_object_and_keeps_its_name() {
    let made = "CREATE SCHEMA ops; CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE VIEW v AS SELECT 1; CREATE TYPE t AS ENUM ('a'); CREATE TABLE n (id serial); CREATE MATERIALIZED VIEW m AS SELECT 1; CREATE SEQUENCE q;";
    let moved = "ALTER FUNCTION f(int) SET SCHEMA ops; ALTER VIEW v SET SCHEMA ops; ALTER TYPE t SET SCHEMA ops; ALTER TABLE n SET SCHEMA ops; ALTER MATERIALIZED VIEW m SET SCHEMA ops; ALTER SEQUENCE q RENAME TO r;";
    let fields = [Field::Schema, Field::Name];
    assert_eq!(end(&[made, moved], Kind::Function, &fields), ["ops f"]);
    assert_eq!(end(&[made, moved], Kind::View, &fields), ["ops v", "ops m"]);
    assert_eq!(end(&[made, moved], Kind::Type, &fields), ["ops t"]);
    let dropped =
        "DROP FUNCTION ops.f(int); DROP FUNCTION f(int); DROP SEQUENCE ops.n_id_seq; DROP SEQUENCE r; DROP SEQUENCE q;";
    assert_eq!(
        finds(&[made, moved, dropped]),
        [
            "drop_function=there",
            "drop_function=renamed",
            "drop_sequence=there",
            "drop_sequence=there",
            "drop_sequence=renamed"
        ]
    );
}

#[test]
fn cascade_takes_along_what_stands_on_it() {
    let made = "CREATE TYPE mood AS ENUM ('a'); CREATE FUNCTION ok(a int) RETURNS bool LANGUAGE sql AS 'SELECT true'; CREATE TABLE a (id int PRIMARY KEY, o int CHECK (ok(o)), m mood); CREATE TABLE b (id int REFERENCES a); CREATE POLICY p ON a USING (ok(o)); CREATE POLICY q ON a USING (id = 1); CREATE VIEW v AS SELECT o FROM a; CREATE VIEW w AS SELECT id FROM a;";
    let policies = |then: &str| end(&[made, then], Kind::RlsPolicy, &[Field::Name, Field::Called]);
    assert_eq!(policies("ALTER TABLE a DROP COLUMN o CASCADE;"), ["q -"]);
    assert_eq!(policies("DROP FUNCTION ok(int) CASCADE;"), ["q -"]);
    let views = |then: &str| end(&[made, then], Kind::View, &[Field::Name, Field::Called]);
    assert_eq!(views("ALTER TABLE a DROP COLUMN o CASCADE;"), ["v v", "w -"]);
    let columns = |then: &str| end(&[made, then], Kind::Column, &[Field::Table, Field::Name]);
    assert_eq!(columns("DROP TYPE mood CASCADE;"), ["public.a id", "public.a o", "public.b id"]);
    let keys = |then: &str| end(&[made, then], Kind::ForeignKey, &[Field::Name]);
    assert_eq!(keys("ALTER TABLE a DROP CONSTRAINT a_pkey CASCADE;"), [""; 0]);
    assert_eq!(keys("ALTER TABLE a DROP CONSTRAINT a_o_check CASCADE;"), ["b_id_fkey"]);
    assert_eq!(
        finds(&[made, "ALTER TABLE a DROP COLUMN o CASCADE; CREATE POLICY p ON a USING (true);"])[1],
        "create_policy=absent there"
    );
    let owned = "ALTER TABLE a OWNER TO app; GRANT SELECT ON b TO app; DROP OWNED BY app;";
    assert_eq!(end(&[made, owned], Kind::Table, &[Field::Table]), ["public.b"]);
    assert_eq!(end(&[made, owned], Kind::Grant, &[Field::Grantee]), [""; 0]);
}

#[test]
fn a_role_keeps_what_it_holds_under_its_new_name() {
    let made = "CREATE ROLE app; GRANT SELECT ON jobs TO app; ALTER TABLE users OWNER TO app; CREATE POLICY p ON jobs TO app USING (true); ALTER ROLE app RENAME TO web;";
    assert_eq!(end(&[MADE, made], Kind::Grant, &[Field::Table, Field::Grantee]), ["public.jobs web"]);
    assert_eq!(end(&[MADE, made], Kind::RlsPolicy, &[Field::Name, Field::Role]), ["p web"]);
    assert_eq!(end(&[MADE, made], Kind::Table, &[Field::Owner]), ["-", "web"]);
}

#[test]
fn operations_find_the_columns_that_they_speak_of() {
    let changed = "ALTER TABLE jobs DROP COLUMN body; ALTER TABLE users RENAME COLUMN name TO called;";
    let made = "CREATE TABLE jobs (id int PRIMARY KEY, body text); CREATE TABLE users (id int PRIMARY KEY, name text);";
    let of = |asks: &str| finds(&[made, changed, asks]).join(" | ");
    assert_eq!(of("CREATE INDEX i ON jobs (id, body);"), "create_index=absent there - dropped");
    assert_eq!(of("CREATE INDEX i ON jobs (id, lower(body));"), "create_index=absent there - dropped");
    assert_eq!(of("CREATE INDEX i ON jobs (id) WHERE nothing IS NULL;"), "create_index=absent there - absent");
    assert_eq!(
        of("ALTER TABLE jobs ADD FOREIGN KEY (id) REFERENCES users (name);"),
        "add_constraint=- there there renamed"
    );
    assert_eq!(of("CREATE POLICY p ON users USING (called = 'x');"), "create_policy=absent there - there");
    assert_eq!(
        of("CREATE TABLE t (UNIQUE (a), a int, UNIQUE (b));"),
        "create_table=absent | create_constraint=- - - absent"
    );
    assert_eq!(of("COMMENT ON COLUMN jobs.body IS 'x';"), "comment=dropped there");
    // another one may be made by a statement that nobody knows, and a view has the columns of its query
    assert_eq!(
        of("DO $$ BEGIN EXECUTE x; END $$; CREATE INDEX i ON jobs (body);"),
        "?=? ? ? ? | create_index=absent there - ?"
    );
    assert_eq!(
        of("CREATE VIEW v AS SELECT 1 AS a; UPDATE v SET a = 2;"),
        "create_view=absent | update=there | write_column=- there"
    );
}

#[test]
fn default_privileges_for_every_schema_replace_what_is_built_in() {
    let of = |says: &str| {
        end(&[says, "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1;"], Kind::Function, &[Field::ExecutableBy])
    };
    assert_eq!(of(""), ["public"]);
    assert_eq!(of("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;"), [""]);
    assert_eq!(of("ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;"), ["public"]);
    assert_eq!(of("ALTER DEFAULT PRIVILEGES FOR ROLE postgres REVOKE ALL ON ROUTINES FROM PUBLIC;"), [""]);
    assert_eq!(of("ALTER DEFAULT PRIVILEGES FOR ROLE deployer REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;"), ["?"]);
    let both = "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO anon;";
    assert_eq!(of(both), ["anon"]);
    let again = "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;";
    assert_eq!(of(again), ["public"]);
}
