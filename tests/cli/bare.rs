//! A project without preflight.yaml: files with well-known names, judged by the general packs.

use super::project::Project;

fn project() -> Project {
    let project = Project::empty();
    project.write(".env.production", "KEY=sb_secret_MADEUPmadeupMADEUPprod_0a1B2c3D\n");
    project.write("apps/web/.env.local", "VITE_KEY=sb_secret_MADEUPmadeupMADEUPprod_0a1B2c3D\nlower = 'tidy?'\n");
    project.write("supabase/migrations/20260101000000_a.sql", "DROP TABLE accounts;\n");
    project.write("notes.txt", "KEY=sb_secret_MADEUPmadeupMADEUPprod_0a1B2c3D\n");
    project
}

#[test]
fn what_is_found_is_judged_and_what_was_taken_for_what_is_said() {
    let project = project();
    let run = project.run(&["check"]);
    run.exits(1).does_not_say("MADEUP").does_not_say("notes.txt");
    for line in [
        "note  .env.production was taken for dotenv",
        "note  apps/web/.env.local was taken for dotenv",
        "note  supabase/migrations/20260101000000_a.sql was taken for migration",
        "note  there is no preflight.yaml: judged by separation, git, history, postgres; `preflight init`",
        "error[no-secret-behind-a-browser-prefix]",
        "error[no-secret-shared-between-environments]",
        "warning[data-is-not-dropped]",
        "policies of separation 1.0.0, git 1.0.0, history 1.0.0 and postgres 1.0.0",
    ] {
        run.says(line);
    }
    // taste is not judged unasked, and nobody else's runbook is
    run.does_not_say("lowercase-key").does_not_say("go-live");
}

#[test]
fn one_file_is_judged_alone_and_a_file_of_no_known_name_is_no_verdict() {
    let project = project();
    project
        .run(&["check", "apps/web/.env.local"])
        .exits(1)
        .says("1 document")
        .says("no-secret-behind-a-browser-prefix");
    project.run(&["check", "notes.txt"]).exits(2).says("there is no preflight.yaml").says("version: 1");
}

#[test]
fn what_init_writes_finds_the_same() {
    let project = project();
    let ids = |report: &super::project::Report| {
        let mut ids: Vec<String> =
            report.findings().iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
        ids.sort();
        ids
    };
    let before = project.check(&[]);
    project.run(&["init"]).exits(0).says("wrote preflight.yaml");
    let after = project.check(&[]);
    assert_eq!((before.status, ids(&before)), (after.status, ids(&after)));
    project.run(&["init"]).exits(2).says("preflight.yaml is there already");
}
