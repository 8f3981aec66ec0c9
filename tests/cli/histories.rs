//! Each folder of migrations is a history of its own, in the order of its runner, unless preflight.yaml joins them.

use crate::project::Project;

const POLICIES: &str = "version: 1
policies:
  made-by-a-migration:
    severity: error
    why: w
    fix: f
    says: is about nothing
    forbid: { operation: { is: add_column, target.table: absent } }
  made-once:
    severity: error
    why: w
    fix: f
    says: makes what is there
    forbid: { operation: { is: create_table, target: there } }
";

fn project(entries: &str) -> Project {
    let project = Project::empty();
    project.write("preflight.yaml", format!("version: 1\npacks: [./house.yaml]\ndocuments:\n{entries}"));
    project.write("house.yaml", POLICIES);
    project
}

#[test]
fn what_one_folder_makes_is_not_there_in_another_one() {
    let entries = "  - { files: \"*/migrations/*.sql\", kind: migration }\n";
    let project = project(entries);
    project.write("a/migrations/1.sql", "CREATE TABLE parcels (id bigint);\n");
    project.write("b/migrations/1.sql", "CREATE TABLE parcels (id bigint);\n");
    project.write("b/migrations/2.sql", "ALTER TABLE scales ADD COLUMN note text;\n");
    project.write("a/migrations/2.sql", "CREATE TABLE scales (id bigint);\n");
    assert_eq!(project.check(&[]).findings(), ["made-by-a-migration b/migrations/2.sql:1"]);
    let joined = entries.replace(" }", ", database: main }");
    project.write("preflight.yaml", format!("version: 1\npacks: [./house.yaml]\ndocuments:\n{joined}"));
    assert_eq!(project.check(&[]).findings(), ["made-once b/migrations/1.sql:1"]);
}

#[test]
fn a_history_is_replayed_in_the_order_of_its_runner_and_without_what_goes_back_or_never_runs() {
    let project = project(
        "  - { files: \"sqlx/*.sql\", kind: migration, runner: sqlx }
  - { files: \"flyway/**/*.sql\", kind: migration, runner: flyway }
  - { files: \"dbmate/*.sql\", kind: migration, runner: dbmate }
  - { files: \"supabase/*.sql\", kind: migration, runner: supabase }
",
    );
    project.write("sqlx/9_parcels.sql", "CREATE TABLE parcels (id bigint);\n");
    project.write("sqlx/10_note.up.sql", "ALTER TABLE parcels ADD COLUMN note text;\n");
    project.write("sqlx/10_note.down.sql", "DROP TABLE parcels;\n");
    project.write("sqlx/11_more.sql", "ALTER TABLE parcels ADD COLUMN more text;\n");
    project.write("flyway/R__early_by_name.sql", "ALTER TABLE parcels ADD COLUMN late text;\n");
    project.write("flyway/V1.10__note.sql", "ALTER TABLE parcels ADD COLUMN note text;\n");
    project.write("flyway/base/V1.9__parcels.sql", "CREATE TABLE parcels (id bigint);\n");
    project.write(
        "dbmate/1_a.sql",
        "-- migrate:up\nCREATE TABLE parcels (id bigint);\n-- migrate:down\nDROP TABLE parcels;\n",
    );
    project.write("dbmate/2_b.sql", "-- migrate:up\nALTER TABLE parcels ADD COLUMN note text;\n-- migrate:down\n");
    project.write("supabase/1_parcels.sql", "CREATE TABLE parcels (id bigint);\n");
    project
        .write("supabase/parcels-again.sql", "CREATE TABLE parcels (id bigint);\nCREATE TABLE scales (id bigint);\n");
    project.write("supabase/2_scales.sql", "ALTER TABLE scales ADD COLUMN note text;\n");
    let expected = ["made-by-a-migration supabase/2_scales.sql:1"];
    assert_eq!(project.check(&[]).findings(), expected, "what never runs makes nothing");
}

#[test]
fn state_and_drift_are_about_one_history() {
    let project = project("  - { files: \"*/migrations/*.sql\", kind: migration }\n");
    project.write("a/migrations/1.sql", "CREATE TABLE parcels (id bigint);\n");
    project.write("b/migrations/1.sql", "CREATE TABLE scales (id bigint);\n");
    project
        .run(&["state"])
        .exits(2)
        .says("the migrations build 2 databases: a/migrations, b/migrations")
        .says("preflight state a/migrations");
    project.run(&["state", "b"]).exits(0).says("scales").does_not_say("parcels");
    project.run(&["state", "a/migrations/1.sql"]).exits(0).says("parcels").does_not_say("scales");
    project.run(&["drift", "--expected", ".", "--actual", "a/migrations"]).exits(2).says("build 2 databases");
    project.run(&["drift", "--expected", "b", "--actual", "b/migrations"]).exits(0).says("no drift");
}

#[test]
fn a_runner_or_a_database_where_it_has_no_place_is_an_error() {
    for (entry, message) in [
        ("{ files: \"m/*.sql\", kind: migration, runner: alembic }", "`runner` cannot be `alembic`"),
        ("{ files: \"m/*.sql\", kind: migration, runner: supabse }", "`runner` cannot be `supabse`"),
        ("{ files: \"m/*.env\", kind: dotenv, runner: plain }", "a document of kind dotenv is run by no runner"),
        ("{ files: \"m/*.env\", kind: dotenv, database: main }", "a document of kind dotenv builds no database"),
    ] {
        let project = project(&format!("  - {entry}\n"));
        let report = project.check(&[]);
        assert_eq!(report.status, 2, "{entry}");
        assert!(report.problems().iter().any(|problem| problem.contains(message)), "{entry}: {:?}", report.problems());
    }
}

const DATABASES: &str = "version: 1
packs: [postgres]
documents:
  - { files: \"*/migrations/*.sql\", kind: migration }
  - { files: \"exports/{environment}/*\", kind: catalog-export }
fail_on: info
";

const ASKED: [&str; 6] = [
    "--policy",
    "index-is-built-once",
    "--policy",
    "policies-are-joined",
    "--policy",
    "policies-are-joined-in-the-database",
];

#[test]
fn two_apps_and_two_environments_are_not_compared_with_each_other() {
    let project = Project::empty();
    project.write("preflight.yaml", DATABASES);
    let of_app = |number: u32| {
        format!(
            "CREATE TABLE public.parcels (id bigint PRIMARY KEY, code text);
CREATE INDEX parcels_code{number}_idx ON public.parcels (code);
CREATE POLICY p{number} ON public.parcels FOR SELECT TO authenticated USING (code = '');
"
        )
    };
    let of_environment = |number: u32| {
        format!(
            "schemaname,tablename,policyname,permissive,roles,cmd,qual,with_check
public,parcels,p{number},PERMISSIVE,{{authenticated}},SELECT,(code = ''::text),
"
        )
    };
    project.write("a/migrations/1.sql", of_app(1));
    project.write("b/migrations/1.sql", of_app(2));
    project.write("exports/prod/pg_policies.csv", of_environment(1));
    project.write("exports/dev/pg_policies.csv", of_environment(2));
    assert_eq!(project.check(&ASKED).findings(), [""; 0]);
    // the same in one app and in one environment
    project.write("a/migrations/2.sql", of_app(3).replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"));
    project.write("exports/prod/more.csv", of_environment(3));
    let found = [
        "index-is-built-once a/migrations/1.sql:2",
        "policies-are-joined a/migrations/2.sql:3",
        "policies-are-joined-in-the-database exports/prod/pg_policies.csv:2",
    ];
    assert_eq!(project.check(&ASKED).findings(), found);
}

#[test]
fn columns_that_are_not_read_are_said_to_who_asks() {
    let project = Project::empty();
    project.write("preflight.yaml", DATABASES);
    project.write(
        "exports/prod/pg_policies.csv",
        "schemaname,tablename,policyname,permissive,roles,cmd,qual,with_check,note
public,parcels,p,PERMISSIVE,{authenticated},SELECT,(code = ''::text),,MADEUP
",
    );
    let said = "of exports/prod/pg_policies.csv, read as pg_policies, this column is not read: `note`";
    let (quiet, verbose) = (project.run(&["check"]).out, project.run(&["check", "-v"]).out);
    let words = verbose.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(!quiet.contains("not read") && words.contains(said), "{verbose}");
    assert!(!verbose.contains("MADEUP"), "{verbose}");
}
