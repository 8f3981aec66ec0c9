//! `facts`, `explain`, `policies` and `schema`.

use crate::project::{DEV, Project};
use serde_json::Value;

#[track_caller]
fn json(text: &str) -> Value {
    serde_json::from_str(text).expect(text)
}

#[test]
fn facts_have_places_and_no_values() {
    let project = Project::clean();
    project.write("env/prod/api.env", "# production\nAPI_KEY=MADEUP-and-long-enough\n");
    let run = project.run(&["facts"]);
    run.exits(0).says("variable  env/prod/api.env:2:1").says("service api · environment prod").says("API_KEY");
    run.says("operation  supabase/migrations/20260101000000_init.sql:1:1").does_not_say("MADEUP");
    let run = project.run(&["facts", "--format", "json"]);
    run.exits(0).does_not_say("MADEUP");
    let facts = json(&run.out);
    let facts = facts["facts"].as_array().unwrap();
    let place = |fact: &&Value| fact["path"] == "env/prod/api.env" && fact["kind"] == "variable";
    let variable = facts.iter().find(place).unwrap();
    assert_eq!((&variable["at"]["line"], &variable["environment"]), (&2.into(), &"prod".into()));
}

#[test]
fn facts_are_narrowed_by_paths_and_labels() {
    let project = Project::clean();
    project
        .run(&["facts", "env/dev"])
        .exits(0)
        .says("env/dev/api.env")
        .does_not_say("env/prod")
        .does_not_say("supabase");
    let run = project.run(&["facts", "--environment", "production"]);
    run.exits(0).says("env/prod/api.env").does_not_say("env/dev");
    project.run(&["facts", "gone"]).exits(2).says("gone does not exist");
}

#[test]
fn facts_show_the_rest_beside_what_cannot_be_read() {
    let project = Project::clean();
    project.write("env/prod/worker.env", b"\xff");
    project.write("railway/prod/api.json", "{");
    project.run(&["facts"]).exits(2).says("variable  env/dev/api.env:1:1").says("not UTF-8").says("not JSON");
    let run = project.run(&["facts", "--format", "json"]);
    run.exits(2);
    let all = json(&run.out);
    assert_eq!(all["problems"].as_array().unwrap().len(), 2);
    assert!(!all["facts"].as_array().unwrap().is_empty());
}

#[test]
fn facts_of_a_project_without_configuration_say_what_was_taken_for_what() {
    let project = Project::empty();
    project.write(".env", "LOG_LEVEL=INFO\n");
    project.write("supabase/migrations/1_init.sql", "SELECT 1;\n");
    let run = project.run(&["facts"]);
    run.exits(0).says(".env was taken for dotenv").says("1_init.sql was taken for migration");
    run.says("variable  .env:1:1").says("statement  supabase/migrations/1_init.sql:1:1");
}

#[test]
fn a_policy_is_explained_with_its_place() {
    let project = Project::clean();
    let run = project.run(&["explain", "no-drop-column"]);
    run.exits(0)
        .says("no-drop-column  error, of house")
        .says("house.yaml:3")
        .says("A dropped column takes its data along.");
    run.says("forbid: { operation: { is: drop_column } }").does_not_say("log-level-is-known");
    Project::empty().run(&["explain", "go-live-matrix"]).exits(0).says("of dragonfly").says("go-live runbook 2.2");
}

#[test]
fn a_kind_of_fact_is_explained_anywhere() {
    let run = Project::empty().run(&["explain", "connection"]);
    run.exits(0).says("fields").says("sslmode").says("transaction-pooler");
    Project::empty().run(&["explain", "operation"]).exits(0).says("drop_column").says("if_exists");
}

#[test]
fn a_line_is_explained_with_the_policies_that_looked_at_it() {
    let project = Project::broken();
    for what in ["env/dev/api.env:1", "env/dev/api.env:1:11", "./env/dev/api.env:1"] {
        let run = project.run(&["explain", what]);
        run.exits(0).says("variable  env/dev/api.env:1:1").says("× log-level-is-known").does_not_say("VERBOSE");
    }
    project.run(&["explain", "env/prod/api.env:2"]).exits(0).says("✓ log-level-is-known");
    project.run_in("env", &["explain", "dev/api.env:1"]).exits(0).says("variable  dev/api.env:1:1");
    let absolute = format!("{}:1", project.path(DEV).display());
    project.run(&["explain", &absolute]).exits(0).says("× log-level-is-known");
}

#[test]
fn what_cannot_be_explained_is_said() {
    let project = Project::broken();
    for (what, words) in [
        ("no-drop-colum", "Did you mean `no-drop-column`?"),
        ("operatoin", "Did you mean `operation`?"),
        ("qwertz", "`preflight policies` lists them"),
        ("env/dev/api.env:99", "no fact stands at env/dev/api.env:99"),
        ("env/dev/api.env:0", "FILE:LINE"),
        ("env/prod/api.env:1", "no fact stands at env/prod/api.env:1"),
        ("gone.env:1", "gone.env does not exist"),
        ("house.yaml:3", "no fact stands at house.yaml:3"),
    ] {
        project.run(&["explain", what]).exits(2).says(words);
    }
    project.write("railway/prod/api.json", "{");
    project.run(&["explain", "railway/prod/api.json:1"]).exits(2).says("not JSON");
}

#[test]
fn policies_in_force_are_listed() {
    let project = Project::clean();
    let run = project.run(&["policies"]);
    run.exits(0).says("no-drop-column").says("forbid").says("warning").does_not_say("go-live-matrix");
    assert_eq!(project.run_in("env/dev", &["policies"]).out, run.out);
    let listed = json(&project.run(&["policies", "--format", "json"]).out);
    let ids: Vec<&str> =
        listed["policies"].as_array().unwrap().iter().map(|policy| policy["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["no-drop-column", "log-level-is-known", "runtime-goes-through-the-pooler"]);
    project.run(&["policies", "--config", "gone.yaml"]).exits(2).says("gone.yaml does not exist");
}

#[test]
fn policies_are_listed_whatever_is_wrong_with_documents() {
    let project = Project::clean();
    project.write("railway/prod/api.json", "{");
    project.remove("supabase");
    project.run(&["policies"]).exits(0).says("no-drop-column");
    let project = Project::empty();
    project
        .run(&["policies"])
        .exits(0)
        .says("go-live-matrix")
        .says("those of separation, git, railway, history, postgres judge");
}

#[test]
fn every_schema_is_json() {
    let project = Project::empty();
    for name in preflight::schema::names() {
        let run = project.run(&["schema", name]);
        run.exits(0);
        let schema = json(&run.out);
        assert!(jsonschema::validator_for(&schema).is_ok(), "{name}");
    }
}
