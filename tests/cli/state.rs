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
        .says("    policy read own for select to authenticated, using (id = 1)")
        .says("function public.f(integer)  sql, SECURITY DEFINER, search_path '', called by public")
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
    assert!(run.out.starts_with("-- For reading, not for running"), "{}", run.out);
    run.exits(0)
        .says("CREATE TABLE public.orders ( -- supabase/migrations/20260102000000_orders.sql:1")
        .says("    total numeric NOT NULL")
        .says("CREATE POLICY \"read own\" ON public.orders FOR SELECT TO authenticated USING (id = 1);")
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

#[test]
fn columns_stand_in_their_order_and_a_text_is_never_shown() {
    let project = Project::clean();
    project.write(
        "supabase/migrations/20260102000000_orders.sql",
        "CREATE TYPE public.mood AS ENUM ('sad', 'ok');
CREATE ROLE reports LOGIN;
CREATE EXTENSION citext WITH SCHEMA extensions;
CREATE TABLE public.z (
  zed uuid DEFAULT gen_random_uuid(),
  alpha numeric(10,2) DEFAULT 0 CHECK (alpha >= 0),
  mid text DEFAULT 'MADEUP-secret-default',
  no bigint GENERATED ALWAYS AS IDENTITY
);
ALTER TABLE public.z ADD COLUMN beta int;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reports;
CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.mid := 'MADEUP-secret-body'; RETURN NEW; END $$;
CREATE TRIGGER t BEFORE UPDATE ON public.z FOR EACH ROW EXECUTE FUNCTION public.f();
",
    );
    let run = project.run(&["state"]);
    run.exits(0)
        .says(
            "    zed    uuid  default gen_random_uuid()
    alpha  numeric(10,2)  default 0
    mid    text  default …
    no     bigint  not null  identity always
    beta   integer
    check z_alpha_check (alpha >= 0)
    trigger t runs public.f",
        )
        .says("type public.mood  sad, ok")
        .says("role reports  may log in")
        .says("extension citext  in extensions")
        .says("grant select on every table in public that is made later to reports");
    for format in ["human", "json", "sql"] {
        project.run(&["state", "--format", format]).does_not_say("MADEUP");
    }
    project.run(&["state", "--format", "sql"]).says("    mid text DEFAULT /* … */,").says("CHECK (alpha >= 0)");
    let state: Value = serde_json::from_str(&project.run(&["state", "--format", "json"]).out).unwrap();
    assert_eq!(state["tables"]["public.z"]["columns"]["beta"]["position"], 5);
}
