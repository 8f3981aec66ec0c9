//! `drift`: what production has and the migrations do not make, and the other way round.

use crate::project::Project;
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
        .says("policy orders_read on public.orders is another one under the same name")
        .says("DROP POLICY IF EXISTS")
        .says("function public.worth(integer) is there with other arguments")
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
    project.run(&["drift", "--expected", "kept.json", "--actual", "migrations"]).exits(0).says("no drift");
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
