//! `state`: the schema that migrations leave.

use crate::project::Project;
use serde_json::Value;

const SCHEMA: &str = "CREATE TABLE public.orders (id bigint PRIMARY KEY, note text, total numeric NOT NULL);
ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY \"read own\" ON public.orders FOR SELECT TO authenticated USING (id = 1);
GRANT SELECT ON public.orders TO authenticated, anon;
CREATE FUNCTION public.f(a int) RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = '' RETURN a;
CREATE VIEW public.v AS SELECT id FROM public.orders;
";

fn project() -> Project {
    let project = Project::clean();
    project.write("supabase/migrations/20260102000000_orders.sql", SCHEMA);
    project.write(
        "supabase/migrations/20260103000000_later.sql",
        "ALTER TABLE public.orders DROP COLUMN note;\nDROP TABLE public.accounts;\n",
    );
    project
}

#[test]
fn the_end_of_all_migrations_is_shown_and_not_what_was_dropped() {
    let run = project().run(&["state"]);
    run.exits(0)
        .says("table public.orders  row level security on  (made at supabase/migrations/20260102000000_orders.sql:1)")
        .says("    total  numeric  not null")
        .says("    policy read own for select to authenticated, using expression")
        .says("function public.f(integer)  SECURITY DEFINER, search_path '', called by public")
        .says("view public.v  with its owner's rights, reads public.orders")
        .says("grant select on public.orders to anon, authenticated")
        .says("1 tables · 1 views · 1 functions · 0 unknown");
    run.does_not_say("note").does_not_say("accounts");
}

#[test]
fn json_is_that_of_its_schema_and_sql_is_sql() {
    let project = project();
    let run = project.run(&["state", "--format", "json"]);
    run.exits(0);
    let state: Value = serde_json::from_str(&run.out).unwrap();
    let schema: Value = serde_json::from_str(&project.run(&["schema", "state"]).out).unwrap();
    let errors: Vec<String> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(&state).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    assert_eq!(state["tables"]["public.orders"]["columns"]["total"]["nullable"], false);
    assert_eq!(state["tables"]["public.orders"]["columns"]["note"], Value::Null);
    let run = project.run(&["state", "--format", "sql"]);
    run.exits(0)
        .says("CREATE TABLE public.orders ( -- supabase/migrations/20260102000000_orders.sql:1")
        .says("    total numeric NOT NULL")
        .says("CREATE POLICY \"read own\" ON public.orders FOR SELECT TO authenticated USING (/* … */);")
        .says("GRANT select on public.orders TO anon, authenticated;");
}

#[test]
fn what_is_not_known_is_said_and_no_migration_at_all_is_no_state() {
    let project = project();
    project.write(
        "supabase/migrations/20260104000000_maybe.sql",
        "DO $$ BEGIN IF now() > '2026-01-01' THEN ALTER TABLE public.orders ADD COLUMN later int; END IF; END $$;\n",
    );
    let run = project.run(&["state"]);
    run.exits(0).says("unknown  supabase/migrations/20260104000000_maybe.sql:1: column depends on a condition");
    let empty = Project::empty();
    empty.write(".env", "A=1\n");
    empty.run(&["state"]).exits(2).says("no migration was found");
}
