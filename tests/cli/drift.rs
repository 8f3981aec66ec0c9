//! `drift`: what production has and the migrations do not make, and the other way round.

use crate::project::{Project, Run, command};
use serde_json::Value;

const MADE: &str = "CREATE TABLE public.orders (id bigint PRIMARY KEY, note text);
ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY orders_read ON public.orders FOR SELECT TO authenticated USING (id = 1);
CREATE FUNCTION public.worth(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
";

/// A project with a dump of its production.
fn project(dump: &str) -> Project {
    let project = Project::empty();
    project.write("migrations/20260101000000_init.sql", MADE);
    project.write("prod.sql", dump);
    project
}

const COMPARE: [&str; 5] = ["drift", "--expected", "migrations", "--actual", "prod.sql"];

#[test]
fn what_says_the_same_is_no_drift() {
    let dump = "SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE FUNCTION public.worth(a integer) RETURNS integer
    LANGUAGE sql
    AS $$SELECT 1$$;
CREATE TABLE public.orders (
    id bigint NOT NULL,
    note text
);
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY orders_read ON public.orders FOR SELECT TO authenticated USING ((id = 1));
";
    project(dump).run(&COMPARE).exits(0).says("no drift: both say the same");
}

#[test]
fn every_scenario_of_the_runbook_has_its_action() {
    let dump = MADE
        .replace("note text", "extra text")
        .replace("USING (id = 1)", "USING (true)")
        .replace("worth(a integer)", "worth(a integer, b text)")
        + "CREATE TABLE public.legacy (id bigint); CREATE TABLE public.known (id bigint);";
    let project = project(&dump);
    project.write("SCHEMA_DRIFT.md", "# Known\n\n- `public.known` is older than the migrations.\n");
    let run = project.run(&COMPARE);
    run.exits(1)
        .says("column public.orders.extra is there, and no migration makes it")
        .says("Add the column to a migration")
        .says("column public.orders.note is not there")
        .says("policy orders_read on public.orders has another condition (USING) than is expected")
        .says("DROP POLICY IF EXISTS")
        .says("function public.worth(integer) is not there: it has other arguments")
        .says("function public.worth(integer,text) is there, and is expected with other arguments")
        .says("CREATE OR REPLACE FUNCTION")
        .says("warning table public.legacy is there")
        .says("write it down in SCHEMA_DRIFT.md")
        .says("info    table public.known is there")
        .says("exit 1");
    let run = project.run(&[&COMPARE[..], &["--format", "markdown"]].concat());
    run.exits(1).says("| What | Action |").says("| column public.orders.extra is there");
}

#[test]
fn a_kept_state_is_compared_too_and_what_cannot_be_read_is_no_verdict() {
    let project = project("CREATE TABLE public.orders (id bigint);\nFROBNICATE;\n");
    project.write(
        "preflight.yaml",
        "version: 1\npacks: [house.yaml]\ndocuments:\n  - { files: \"migrations/*.sql\", kind: migration }\n",
    );
    project.write("house.yaml", "version: 1\npolicies:\n  a-b:\n    severity: info\n    why: It is a test.\n    fix: Nothing.\n    says: drops a table\n    forbid: { operation: { is: drop_table } }\n");
    let run = project.run(&["state", "--format", "json"]);
    run.exits(0);
    project.write("kept.json", &run.out);
    project
        .run(&["drift", "--expected", "kept.json", "--actual", "migrations"])
        .exits(0)
        .says("undecided  a body: a state that was kept does not hold the text")
        .says("0 errors · 0 warnings · 0 infos · 1 undecided   exit 0");
    let run = project.run(&[&COMPARE[..], &["--format", "json"]].concat());
    run.exits(1);
    let said: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(said["not_understood"].as_array().unwrap().len(), 1);
    project.run(&["drift", "--expected", "gone", "--actual", "prod.sql"]).exits(2).says("gone does not exist");
    project.write("kept.json", "{\"version\": 9}");
    project.run(&["drift", "--expected", "kept.json", "--actual", "prod.sql"]).exits(2);
    project.run(&["drift", "--expected", "env", "--actual", "prod.sql"]).exits(2);
}

#[test]
fn what_one_side_does_not_know_is_undecided() {
    let maybe = "DO $$ BEGIN IF now() > '2026-01-01' THEN ALTER TABLE public.orders DISABLE ROW LEVEL SECURITY; END IF; END $$;\n";
    let project = project(&format!("{MADE}{maybe}"));
    project.run(&COMPARE).exits(0).says("undecided  table public.orders: one side does not say");
    project.run(&[&COMPARE[..], &["--strict"]].concat()).exits(1);
}

#[test]
fn a_side_that_describes_nothing_is_no_verdict() {
    let project = project("SET search_path = '';\nINSERT INTO public.orders (id) VALUES (1);\n");
    project.run(&COMPARE).exits(2).says("prod.sql leaves no table, view or function").does_not_say("no drift");
    project.write("empty/1_x.sql", "SELECT 1;\n");
    project.run(&["drift", "--expected", "empty", "--actual", "empty"]).exits(2).does_not_say("no drift");
}

/// What a migration makes in its own words, and what pg_dump prints of it.
const WRITTEN: &str = "CREATE TYPE plan AS ENUM ('free');
ALTER TYPE plan ADD VALUE 'pro';
CREATE TABLE accounts (
  id bigserial PRIMARY KEY,
  plan plan NOT NULL DEFAULT 'free',
  code varchar(20) UNIQUE,
  token text DEFAULT 'MADEUP-default-of-a-column',
  score numeric(6,2) DEFAULT -1 CHECK (score BETWEEN -1 AND 100),
  doubled numeric GENERATED ALWAYS AS (score * 2) STORED
);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- why
  NEW.code := 'MADEUP-in-a-body'; RETURN NEW;
END $$;
CREATE TRIGGER touch BEFORE UPDATE OR INSERT ON accounts FOR EACH ROW EXECUTE PROCEDURE touch();
CREATE VIEW open_accounts AS SELECT * FROM accounts WHERE plan = 'free';
CREATE INDEX accounts_low ON accounts (lower(code)) WHERE plan IN ('free', 'pro');
";
const PRINTED: &str = "--
-- PostgreSQL database dump
--

\\restrict MADEUPrestrict
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TYPE public.plan AS ENUM (
    'free',
    'pro'
);
CREATE FUNCTION public.touch() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  -- another comment
  NEW.code := 'MADEUP-in-a-body';
  RETURN NEW;
END $$;
CREATE TABLE public.accounts (
    id bigint NOT NULL,
    plan public.plan DEFAULT 'free'::public.plan NOT NULL,
    code character varying(20),
    token text DEFAULT 'MADEUP-default-of-a-column'::text,
    score numeric(6,2) DEFAULT '-1'::integer,
    doubled numeric GENERATED ALWAYS AS ((score * (2)::numeric)) STORED,
    CONSTRAINT accounts_score_check CHECK (((score >= ('-1'::integer)::numeric) AND (score <= (100)::numeric)))
);
CREATE SEQUENCE public.accounts_id_seq
    START WITH 1;
ALTER SEQUENCE public.accounts_id_seq OWNED BY public.accounts.id;
CREATE VIEW public.open_accounts AS
 SELECT accounts.id,
    accounts.plan,
    accounts.code,
    accounts.token,
    accounts.score,
    accounts.doubled
   FROM public.accounts
  WHERE (accounts.plan = 'free'::public.plan);
ALTER TABLE ONLY public.accounts ALTER COLUMN id SET DEFAULT nextval('public.accounts_id_seq'::regclass);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_code_key UNIQUE (code);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);
CREATE INDEX accounts_low ON public.accounts USING btree (lower((code)::text)) WHERE (plan = ANY (ARRAY['free'::public.plan, 'pro'::public.plan]));
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON public.accounts FOR EACH ROW EXECUTE FUNCTION public.touch();
\\unrestrict MADEUPrestrict
";

/// What a comparison of the migration with a changed dump says: scenario and object.
fn changed(from: &str, to: &str) -> Vec<String> {
    assert!(PRINTED.contains(from), "{from}");
    let project = Project::empty();
    project.write("migrations/1_init.sql", WRITTEN);
    project.write("prod.sql", PRINTED.replace(from, to));
    let run = project.run(&[&COMPARE[..], &["--format", "json", "--fail-on", "info"]].concat());
    assert!(!run.out.contains("MADEUP"), "{}", run.out);
    for format in ["human", "markdown"] {
        project.run(&[&COMPARE[..], &["--format", format]].concat()).does_not_say("MADEUP");
    }
    let said: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(said["undecided"], serde_json::json!([]), "{said:#}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let differences = said["differences"].as_array().unwrap().iter();
    differences.map(|one| format!("{}: {}", text(&one["scenario"]), text(&one["object"]))).collect()
}

#[test]
fn what_a_server_prints_in_its_own_words_is_no_drift_and_every_change_of_it_is() {
    assert_eq!(changed("free", "free"), [""; 0]);
    for (from, to, found) in [
        ("'free'::public.plan NOT", "'pro'::public.plan NOT", "default-differs: column public.accounts.plan"),
        ("default-of-a-column", "default-of-another-column", "default-differs: column public.accounts.token"),
        ("numeric(6,2)", "numeric(8,2)", "column-differs: column public.accounts.score"),
        ("(score * (2)", "(score * (3)", "default-differs: column public.accounts.doubled"),
        ("(score <= ", "(score < ", "constraint-differs: constraint accounts_score_check of public.accounts"),
        ("UNIQUE (code)", "UNIQUE (token)", "constraint-differs: constraint accounts_code_key of public.accounts"),
        ("    'pro'\n", "    'basic'\n", "type-differs: type public.plan"),
        ("RETURN NEW;", "RETURN OLD;", "function-differs: function public.touch()"),
        ("BEFORE INSERT OR UPDATE", "BEFORE INSERT", "trigger-differs: trigger touch on public.accounts"),
        ("(accounts.plan = 'free'", "(accounts.plan = 'pro'", "view-differs: view public.open_accounts"),
        ("lower((code)", "upper((code)", "index-differs: index accounts_low on public.accounts"),
        (", 'pro'::public.plan]", "]", "index-differs: index accounts_low on public.accounts"),
        ("LANGUAGE plpgsql\n", "LANGUAGE plpgsql STABLE\n", "function-differs: function public.touch()"),
    ] {
        assert_eq!(changed(from, to), [found], "{from} -> {to}");
    }
}

fn with_stdin(project: &Project, arguments: &[&str], text: &str) -> Run {
    Run::of(command(&project.folder()).args(arguments).write_stdin(text))
}

#[test]
fn a_side_is_a_project_standard_input_or_a_dump_and_no_binary_one() {
    let project = Project::empty();
    project.write(
        "app/preflight.yaml",
        "version: 1\npacks: [postgres]\ndocuments:\n  - { files: \"sql/*.sql\", kind: migration }\n",
    );
    project.write("app/sql/1_init.sql", MADE);
    project.write("app/SCHEMA_DRIFT.md", "`public.known` is older.\n");
    project.write("prod.sql", format!("{MADE}CREATE TABLE public.known (id bigint);\n"));
    let run = project.run(&["drift", "--expected", "app", "--actual", "prod.sql"]);
    run.exits(0).says("info    table public.known is there").says("SCHEMA_DRIFT.md names it");
    with_stdin(&project, &["drift", "--expected", "app", "--actual", "-"], MADE).exits(0).says("no drift");
    with_stdin(&project, &["drift", "--expected", "-", "--actual", "-"], MADE)
        .exits(2)
        .says("both sides are standard input");
    for (bytes, said) in
        [(&b"PGDMP\x01\x0e"[..], "pg_dump's own format"), (&b"\x1f\x8b\x08\x00"[..], "compressed with gzip")]
    {
        project.write("prod.dump", bytes);
        let run = project.run(&["drift", "--expected", "app", "--actual", "prod.dump"]);
        run.exits(2).says(said).says("--format=plain");
    }
}

#[test]
fn steps_down_are_not_run_and_schemas_of_another_owner_are_one_line() {
    let project = Project::empty();
    project.write("migrations/1_a.up.sql", MADE);
    project.write("migrations/1_a.down.sql", "DROP TABLE public.orders;\n");
    project.write(
        "prod.sql",
        format!("{MADE}CREATE SCHEMA auth; CREATE TABLE auth.users (id uuid); CREATE TABLE auth.keys (id uuid);\n"),
    );
    let run = project.run(&COMPARE);
    run.exits(0).says("schema auth is there, and no migration makes anything in it").does_not_say("auth.users");
    project.run(&[&COMPARE[..], &["--schema", "public"]].concat()).exits(0).says("no drift");
}

#[test]
fn what_may_be_there_or_be_otherwise_is_undecided_and_no_drift() {
    let maybe =
        "DO $$ BEGIN IF now() > '2026-01-01' THEN ALTER TABLE public.orders ADD COLUMN later int; END IF; END $$;\n";
    let project = Project::empty();
    project.write("migrations/1_a.sql", format!("{MADE}{maybe}"));
    for dump in [MADE.to_owned(), MADE.replace("note text", "note text, later int")] {
        project.write("prod.sql", dump);
        let run = project.run(&COMPARE);
        run.exits(0).says("undecided  column public.orders.later: may be there or not").says("0 errors");
    }
    project.write("migrations/2_b.sql", "DO $$ BEGIN EXECUTE current_setting('app.what'); END $$;\n");
    project.write("prod.sql", format!("{MADE}CREATE TABLE public.made (id int);\n"));
    project.run(&COMPARE).says("undecided  table public.made").does_not_say("table public.made is there");
    let config = "version: 1\npacks: [postgres]\ndocuments:\n  - { files: \"migrations/*.sql\", kind: migration }\n";
    project.write("preflight.yaml", config);
    project.run(&["state"]).says("unknown  every column, constraint");
}

/// What a comparison of migrations with a dump says, on one line each.
fn between(migrations: &str, dump: &str) -> Run {
    let project = Project::empty();
    project.write("migrations/1_init.sql", migrations);
    project.write("prod.sql", dump);
    project.run(&COMPARE)
}

const DEFINER: &str = "CREATE TABLE t (id int PRIMARY KEY, at date DEFAULT now(), n int DEFAULT f());
CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
CREATE FUNCTION g(a text) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
ALTER TABLE t OWNER TO app; ALTER FUNCTION g(int) OWNER TO app;
REVOKE ALL ON FUNCTION g(int) FROM PUBLIC; GRANT EXECUTE ON FUNCTION g(int) TO worker;
GRANT SELECT ON t TO reader;
";

#[test]
fn who_may_do_what_is_compared_for_everybody_each_overload_and_the_right_to_pass_it_on() {
    between(DEFINER, DEFINER).exits(0).says("no drift: both say the same");
    for (from, to, said) in [
        ("FROM PUBLIC;", "FROM nobody;", "execute on function public.g(integer) to public is there"),
        (
            "FROM PUBLIC;",
            "FROM PUBLIC; REVOKE ALL ON FUNCTION g(text) FROM PUBLIC;",
            "execute on function public.g(text) to public is not there",
        ),
        (
            "ON FUNCTION g(int) TO worker",
            "ON FUNCTION g(text) TO worker",
            "execute on function public.g(integer) to worker is not there",
        ),
        (
            "SELECT ON t TO reader",
            "SELECT ON t TO reader WITH GRANT OPTION",
            "grant option for select on public.t to reader is there",
        ),
        (
            "TABLE t OWNER TO app",
            "TABLE t OWNER TO root",
            "table public.t belongs to root, and is expected to belong to app",
        ),
        ("g(int) OWNER TO app", "g(int) OWNER TO root", "function public.g(integer) belongs to root"),
        ("DEFAULT f()", "DEFAULT z.f()", "column public.t.n: its default is written in two ways"),
        ("DEFAULT now()", "DEFAULT now()::date", "column public.t.at: its default is written in two ways"),
    ] {
        assert!(DEFINER.contains(from), "{from}");
        between(DEFINER, &DEFINER.replacen(from, to, 1)).says(said).does_not_say("no drift");
    }
    between(DEFINER, &DEFINER.replace("f()", "public.f()")).exits(0).says("no drift: both say the same");
}

#[test]
fn a_table_that_is_written_down_hides_no_grant_to_clients() {
    let legacy = "CREATE TABLE public.known (id bigint); GRANT SELECT ON public.known TO anon, reporting;";
    let project = project(&format!("{MADE}{legacy}"));
    project.write("SCHEMA_DRIFT.md", "`public.known` is older than the migrations.\n");
    let run = project.run(&COMPARE);
    run.exits(1).says("info    table public.known is there").says("select on public.known to anon is there");
    run.does_not_say("reporting");
}

#[test]
fn what_is_not_looked_at_is_named_and_what_cannot_be_read_has_no_differences() {
    let more = "CREATE SEQUENCE public.numbers; COMMENT ON TABLE public.orders IS 'x'; GRANT app TO worker;\n";
    let run = between(MADE, &format!("{MADE}{more}"));
    run.exits(0).says("not compared: comments, membership in roles, sequences").says("no drift in what is compared");
    run.does_not_say("both say the same");
    let project = project(MADE);
    project.write("migrations/2_more.sql", b"CREATE TABLE public.more (id int);\xff\xfe\n");
    let run = project.run(&COMPARE);
    run.exits(2).does_not_say("is there").does_not_say("is not there").does_not_say("no drift");
}

#[test]
fn what_keys_checks_and_indexes_are_besides_their_columns_is_compared() {
    let made = "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int, k text, CONSTRAINT ck CHECK (p > 0), CONSTRAINT un UNIQUE (k));
ALTER TABLE c ADD CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE;
CREATE INDEX ix ON c USING btree (p ASC NULLS LAST, k COLLATE \"C\" text_ops); CREATE INDEX lo ON c (lower(k));\n";
    between(made, made).exits(0).says("no drift: both say the same");
    for (from, to, said) in [
        (
            "ON DELETE CASCADE",
            "ON DELETE CASCADE ON UPDATE CASCADE",
            "foreign key fk of public.c says on update cascade",
        ),
        ("ON DELETE CASCADE", "ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED", "says deferrable, initially deferred"),
        ("ON DELETE CASCADE", "ON DELETE CASCADE NOT VALID", "says not valid besides its columns"),
        ("CONSTRAINT ck CHECK (p > 0), ", "", "constraint ck of public.c is not there"),
        ("UNIQUE (k)", "UNIQUE NULLS NOT DISTINCT (k)", "constraint un of public.c says nulls not distinct"),
        ("(p ASC NULLS LAST", "(p DESC", "index ix on public.c says column 1 desc"),
        ("text_ops)", "text_pattern_ops)", "says column 2 collate C text_pattern_ops"),
        ("text_ops)", "text_ops) INCLUDE (id)", "says include id"),
        ("(lower(k))", "(lower(k) DESC)", "index lo on public.c says column 1 desc"),
    ] {
        assert!(made.contains(from), "{from}");
        let run = between(made, &made.replacen(from, to, 1));
        run.says(said).does_not_say("no drift");
    }
    let validated =
        format!("{}ALTER TABLE c VALIDATE CONSTRAINT fk;\n", made.replace("CASCADE;", "CASCADE NOT VALID;"));
    between(&validated, made).exits(0).says("no drift: both say the same");
}
