//! Exports of a real database: what they say is what the migrations that made it leave, and what its catalogue says.

use super::{postgres, root, server};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Schemas that a Supabase project has before its first migration.
const BEFORE: &str = "('pg_catalog', 'information_schema', 'auth', 'storage', 'extensions', 'realtime', 'vault', 'cron', 'net', 'graphql', 'graphql_public', 'supabase_migrations', 'preflight_oracle')";

/// The queries of the README, for the schemas that migrations make; of `public` itself the roles of Supabase have USAGE from the
/// beginning.
fn queries() -> Vec<(&'static str, String)> {
    vec![
        (
            "table_privileges",
            format!(
                "SELECT table_schema, table_name, grantee, privilege_type, is_grantable FROM information_schema.table_privileges WHERE table_schema NOT IN {BEFORE}"
            ),
        ),
        (
            "column_privileges",
            format!(
                "SELECT table_schema, table_name, column_name, grantee, privilege_type, is_grantable FROM information_schema.column_privileges WHERE table_schema NOT IN {BEFORE}"
            ),
        ),
        (
            "usage_privileges",
            format!(
                "SELECT object_schema, object_name, object_type, grantee, privilege_type, is_grantable FROM information_schema.usage_privileges WHERE object_schema NOT IN {BEFORE}"
            ),
        ),
        (
            "schema_privileges",
            format!(
                "SELECT nspname, coalesce(rolname, 'PUBLIC') AS grantee, privilege_type, is_grantable FROM pg_namespace CROSS JOIN LATERAL aclexplode(nspacl) AS acl LEFT JOIN pg_roles ON pg_roles.oid = acl.grantee WHERE nspname NOT IN {BEFORE} AND nspname NOT IN ('public', 'pg_toast')"
            ),
        ),
        ("pg_tables", format!("SELECT * FROM pg_tables WHERE schemaname NOT IN {BEFORE}")),
        ("pg_policies", format!("SELECT * FROM pg_policies WHERE schemaname NOT IN {BEFORE}")),
        ("pg_roles", "SELECT * FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%'".to_owned()),
        ("session", "SELECT current_user, current_setting('role'), session_user".to_owned()),
    ]
}

/// The facts of a project, as the command says them.
fn facts(folder: &Path) -> Vec<Value> {
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
    let output = command.current_dir(folder).env_clear().args(["facts", "--format", "json"]).output().unwrap();
    let said: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    said["facts"].as_array().unwrap().clone()
}

/// What a fact says that both the replay and an export can say, one line; nothing of the owner's own privileges.
fn line(fact: &Value) -> Option<String> {
    let field = |name: &str| match &fact["fields"][name]["value"] {
        Value::String(text) => text.clone(),
        Value::Bool(yes) => yes.to_string(),
        _ => "-".to_owned(),
    };
    match fact["kind"].as_str().unwrap() {
        "table" => Some(format!("table {} rls={}", field("table"), field("rls"))),
        "rls_policy" => {
            let fields = ["table", "name", "role", "command", "permissive", "using", "check"].map(field);
            Some(format!("policy {}", fields.join(" ")))
        }
        "grant" => {
            let object = if field("table") == "-" { field("schema") } else { field("table") };
            let (on, privilege, grantee) = (field("object_kind"), field("privilege"), field("grantee"));
            // functions have a query of their own; of sequences the information schema knows USAGE; MAINTAIN is of 17
            let asked = match on.as_str() {
                "table" => privilege != "maintain",
                "column" => true,
                "sequence" => privilege == "usage",
                "schema" => object != "public",
                _ => false,
            };
            (asked && grantee != "postgres")
                .then(|| format!("grant {privilege} on {on} {object} to {grantee} option={}", field("grant_option")))
        }
        _ => None,
    }
}

fn lines(facts: &[Value], document: &str) -> BTreeSet<String> {
    facts.iter().filter(|fact| fact["document"] == document).filter_map(line).collect()
}

/// Migrations and exports of the database that they made, in one project.
fn project(server: &postgres::Server, migrations: &Path, json: bool) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let exports = folder.path().join("exports/prod");
    fs::create_dir_all(&exports).unwrap();
    fs::create_dir(folder.path().join("migrations")).unwrap();
    server.new_database(true).unwrap();
    for file in postgres::migrations(migrations, false).unwrap() {
        server.run(&fs::read_to_string(&file).unwrap()).unwrap();
        fs::copy(&file, folder.path().join("migrations").join(file.file_name().unwrap())).unwrap();
    }
    for (name, sql) in queries() {
        let text = server.export(&sql, json).unwrap();
        // of no rows JSON does not say what they would be
        if !text.trim().is_empty() {
            fs::write(exports.join(name), text).unwrap();
        }
    }
    let config = "version: 1\npacks: [dragonfly]\ndocuments:\n  - { files: \"migrations/*.sql\", kind: migration }\n  - { files: \"exports/{environment}/*\", kind: catalog-export }\n";
    fs::write(folder.path().join("preflight.yaml"), config).unwrap();
    folder
}

#[test]
fn what_a_database_exports_is_what_its_migrations_leave() {
    let Some(server) = server() else { return };
    let mut agreed = 0;
    for folder in ["dragonfly/clean/supabase/migrations", "postgres/clean/migrations", "sql/replay"] {
        let project = project(&server, &root().join("fixtures").join(folder), false);
        let facts = facts(project.path());
        let (left, exported) = (lines(&facts, "migration"), lines(&facts, "catalog-export"));
        // a privilege on a table is one on each of its columns, in the information schema
        let implied =
            |line: &&String| line.contains(" on column ") && left.contains(&line.replace(" on column ", " on table "));
        let missed: Vec<&String> = left.difference(&exported).collect();
        let more: Vec<&String> = exported.difference(&left).filter(|line| !implied(line)).collect();
        assert!(
            missed.is_empty() && more.is_empty(),
            "{folder}: not exported: {missed:#?}\nby no migration: {more:#?}"
        );
        agreed += left.len();
        for name in ["postgres", "service_role"] {
            let role = facts.iter().find(|fact| fact["kind"] == "role" && fact["fields"]["name"]["value"] == name);
            let bypass = &role.unwrap()["fields"]["bypass_rls"]["value"];
            assert_eq!(bypass, if name == "service_role" { "true" } else { "false" }, "{name}");
        }
        let session = facts.iter().find(|fact| fact["kind"] == "session").unwrap();
        assert_eq!(session["fields"]["role"]["value"], "postgres");
    }
    // the comparison works: so many objects there were when this was written
    assert!(agreed >= 55, "{agreed} objects");
}

/// The same rows as JSON give the same facts.
#[test]
fn json_says_what_csv_says() {
    let Some(server) = server() else { return };
    let migrations = root().join("fixtures/sql/replay");
    let [csv, json] =
        [false, true].map(|json| lines(&facts(project(&server, &migrations, json).path()), "catalog-export"));
    assert!(csv.len() >= 20, "{csv:#?}");
    assert_eq!(csv, json);
}

/// What somebody changed by hand is found at the row that says so.
#[test]
fn what_was_changed_behind_the_migrations_is_found_in_the_export() {
    let Some(server) = server() else { return };
    let project = project(&server, &root().join("fixtures/dragonfly/clean/supabase/migrations"), false);
    let findings = || {
        let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
        let about = ["ops-is-locked-in-the-database", "rls-on-protected-tables", "ops-answers-in-production"];
        let policies = about.map(|id| ["--policy", id]).concat();
        let output =
            command.current_dir(project.path()).env_clear().args(["check", "--format", "compact"]).args(policies);
        let text = String::from_utf8(output.output().unwrap().stdout).unwrap();
        let of_exports = text.lines().filter(|line| line.starts_with("exports/"));
        let words = of_exports.map(|line| line.split_once("error[").map_or(line, |(_, rest)| rest).to_owned());
        words.collect::<BTreeSet<String>>().into_iter().collect::<Vec<_>>()
    };
    assert_eq!(findings(), [""; 0]);
    server.run("GRANT SELECT ON ops.jobs TO anon; ALTER TABLE public.judgments DISABLE ROW LEVEL SECURITY;").unwrap();
    for (name, sql) in queries() {
        fs::write(project.path().join("exports/prod").join(name), server.export(&sql, false).unwrap()).unwrap();
    }
    fs::remove_file(project.path().join("exports/prod/column_privileges")).unwrap();
    assert_eq!(
        findings(),
        [
            "ops-is-locked-in-the-database] select on ops.jobs to anon in prod opens a locked schema in the database",
            "rls-on-protected-tables] table public.judgments in prod has no row level security",
        ]
    );
}
