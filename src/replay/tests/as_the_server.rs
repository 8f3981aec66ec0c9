//! What a real server was asked, once more without one.

use super::*;

#[test]
fn out_arguments_are_results_and_no_part_of_a_signature() {
    let made = "CREATE FUNCTION f(a int, OUT b bigint) LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION g(INOUT a int, b OUT text) LANGUAGE sql AS 'SELECT 1, 2'; CREATE FUNCTION h(VARIADIC parts text[]) RETURNS int LANGUAGE sql AS 'SELECT 1';";
    let fields = [Field::Name, Field::Arguments, Field::Returns];
    assert_eq!(end(&[made], Kind::Function, &fields), ["f integer bigint", "g integer record", "h text[] integer"]);
    assert_eq!(finds(&[made, "DROP FUNCTION f(int, OUT bigint);"]), ["drop_function=there"]);
    assert_eq!(finds(&[made, "DROP FUNCTION h(VARIADIC text[]);"]), ["drop_function=there"]);
}

#[test]
fn an_index_that_becomes_a_primary_key_brings_its_columns_along() {
    let made = "CREATE TABLE t (id int, k int); CREATE UNIQUE INDEX t_idx ON t (id); ALTER TABLE t ADD CONSTRAINT t_pk PRIMARY KEY USING INDEX t_idx;";
    assert_eq!(end(&[made], Kind::Column, &[Field::Name, Field::Nullable]), ["id false", "k true"]);
    assert_eq!(end(&[made], Kind::Constraint, &[Field::Name, Field::Columns]), ["t_pk id"]);
    assert_eq!(end(&[made], Kind::Index, &[Field::Name, Field::OfConstraint]), ["t_pk true"]);
}

#[test]
fn names_are_chosen_as_the_server_chooses_them() {
    let made = "CREATE TABLE a_b (c int CHECK (c > 0), n text, UNIQUE (n), UNIQUE (n)); CREATE TABLE a (b_c int CHECK (b_c > 0) CHECK (true));
        CREATE INDEX ON a_b (c) INCLUDE (n); CREATE INDEX ON a_b (lower(n)); CREATE INDEX ON a_b ((c + 1), (c + 2)); CREATE TABLE late (CHECK (z > 0), z int);";
    assert_eq!(
        end(&[made], Kind::Constraint, &[Field::Name]),
        ["a_b_c_check", "a_b_n_key", "a_b_c_check1", "a_check", "late_z_check"]
    );
    assert_eq!(
        end(&[made], Kind::Index, &[Field::Name]),
        ["a_b_n_key", "a_b_c_n_idx", "a_b_lower_idx", "a_b_expr_expr1_idx"]
    );
}

#[test]
fn heirs_have_the_columns_and_checks_of_their_tables() {
    let made = "CREATE TABLE p (id int NOT NULL, n text CONSTRAINT named CHECK (n <> '')); CREATE TABLE k (own int) INHERITS (p);
        ALTER TABLE p ADD COLUMN late int; ALTER TABLE p RENAME COLUMN n TO m; ALTER TABLE p ALTER COLUMN late TYPE bigint; ALTER TABLE p DROP COLUMN id;";
    let of_heir =
        |lines: Vec<String>| lines.into_iter().filter(|line| line.starts_with("public.k ")).collect::<Vec<_>>();
    let columns = end(&[made], Kind::Column, &[Field::Table, Field::Name, Field::ColumnType]);
    assert_eq!(of_heir(columns), ["public.k m text", "public.k own integer", "public.k late bigint"]);
    let checks = end(&[made], Kind::Constraint, &[Field::Table, Field::Name, Field::Columns]);
    assert_eq!(of_heir(checks), ["public.k named m"]);
    let like = "CREATE TABLE l (a int, LIKE p INCLUDING ALL, z int);";
    let of_copy = end(&[made, like], Kind::Column, &[Field::Table, Field::Name]);
    let of_copy: Vec<&String> = of_copy.iter().filter(|line| line.starts_with("public.l ")).collect();
    assert_eq!(of_copy, ["public.l a", "public.l m", "public.l late", "public.l z"]);
    let identity = "CREATE TABLE e (id int GENERATED ALWAYS AS IDENTITY, at date) PARTITION BY RANGE (at); CREATE TABLE e1 PARTITION OF e DEFAULT;";
    assert_eq!(end(&[identity], Kind::Column, &[Field::Name, Field::Identity]), ["id always", "at -", "id ?", "at -"]);
}

#[test]
fn a_query_gives_a_table_its_columns() {
    let made = "CREATE TABLE q AS SELECT id, upper(note), note AS n, count(*) OVER () total, now() FROM jobs; SELECT * INTO r FROM jobs; CREATE TABLE s AS SELECT j.*, u.id AS u FROM jobs j, users u;";
    let columns = end(&[MADE, made], Kind::Column, &[Field::Table, Field::Name, Field::ColumnType]);
    assert_eq!(
        columns[3..],
        [
            "public.q id integer",
            "public.q upper ?",
            "public.q n text",
            "public.q total ?",
            "public.q now timestamp with time zone",
            "public.r id integer",
            "public.r note text"
        ]
    );
    // what nobody can tell is not said to be missing
    assert_eq!(finds(&[MADE, made, "ALTER TABLE s DROP COLUMN x;"]), ["drop_column=? there"]);
}

#[test]
fn names_are_looked_for_through_the_path_and_made_in_its_first_schema() {
    let made = "CREATE SCHEMA ops; CREATE TABLE users (id int); CREATE TABLE ops.runs (id int); CREATE TYPE ops.kind AS ENUM ('a');";
    let then = "SET search_path = ops, public; ALTER TABLE users ADD COLUMN k kind; ALTER TABLE runs ADD COLUMN n int; CREATE TABLE fresh (id int REFERENCES users); RESET search_path; CREATE TABLE plain (id int);
        BEGIN; SET LOCAL search_path = ops; CREATE TABLE inner_one (id int); COMMIT; CREATE TABLE behind (id int);
        BEGIN; SET search_path = ops; ROLLBACK; CREATE TABLE back (id int); SELECT set_config('search_path', 'ops, public', false); DROP TABLE back;";
    let fields = [Field::Table, Field::Name, Field::ColumnType];
    assert_eq!(
        end(&[made, then], Kind::Column, &fields),
        [
            "public.users id integer",
            "public.users k ops.kind",
            "ops.runs id integer",
            "ops.runs n integer",
            "ops.fresh id integer",
            "public.plain id integer",
            "ops.inner_one id integer",
            "public.behind id integer"
        ]
    );
    assert_eq!(end(&[made, then], Kind::ForeignKey, &[Field::Table, Field::References]), ["ops.fresh public.users"]);
}

#[test]
fn what_a_called_function_does_is_done() {
    let made = "CREATE FUNCTION setup(p bool) RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE sure (id int); IF p THEN CREATE TABLE maybe (id int); END IF; EXECUTE 'ALTER TABLE sure ENABLE ROW LEVEL SECURITY'; END $$;";
    let tables = |then: &str| end(&[made, then], Kind::Table, &[Field::Table, Field::Rls]);
    assert_eq!(tables(""), [""; 0]);
    assert_eq!(tables("SELECT setup(true);"), ["public.sure true", "public.maybe ?"]);
    assert_eq!(tables("DO $$ BEGIN PERFORM public.setup(true); END $$;"), ["public.sure true", "public.maybe ?"]);
    assert_eq!(
        tables("DO $$ BEGIN IF now() > '2026-01-01' THEN PERFORM setup(true); END IF; END $$;"),
        ["public.sure ?", "public.maybe ?"]
    );
    let watched = "CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$; CREATE EVENT TRIGGER w ON ddl_command_end EXECUTE FUNCTION on_ddl(); CREATE TABLE seen (id int);";
    assert_eq!(tables(watched), ["public.seen ?"]);
}
