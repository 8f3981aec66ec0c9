//! `check -` and `facts -`: one document from standard input, in the project around it.

use crate::project::{DEV, Project, Report, Run, command};

fn check(project: &Project, input: impl Into<Vec<u8>>, arguments: &[&str]) -> Report {
    let arguments = [&["check", "--format", "json"], arguments].concat();
    Run::of(command(&project.folder()).args(arguments).write_stdin(input)).report()
}

#[test]
fn it_is_judged_as_the_document_that_the_flags_say_it_is() {
    let project = Project::broken();
    let report = check(&project, "ALTER TABLE a DROP COLUMN b;\n", &["-", "--kind", "migration"]);
    assert_eq!((report.status, report.findings()), (1, vec!["no-drop-column <stdin>:1".to_owned()]));
    assert!(report.notices().contains("2 findings"), "those of the project: {}", report.notices());
    let labels = ["-", "--kind", "dotenv", "--service", "worker", "--environment", "production"];
    let report = check(&project, "LOG_LEVEL=VERBOSE\n", &labels);
    assert_eq!(report.findings(), ["log-level-is-known <stdin>:1"]);
    let finding = &report.json["findings"][0];
    assert_eq!((finding["service"].as_str(), finding["environment"].as_str()), (Some("worker"), Some("prod")));
    let report = check(&project, "{\"LOG_LEVEL\": \"VERBOSE\"}", &["-", "--kind", "railway-variables"]);
    assert_eq!(report.findings(), ["log-level-is-known <stdin>:1"]);
}

#[test]
fn it_is_judged_together_with_the_project() {
    let project = Project::clean();
    project.append(
        "house.yaml",
        "  no-secret-in-two-environments:
    severity: error
    why: A secret that dev knows is not production's any more.
    fix: Make a new one.
    says: stands in two environments
    distinct: { credential: { secret: true }, by: [value], across: environment }
",
    );
    let secret = "SUPABASE_SECRET=sb_secret_MADEUPmadeupMADEUPprod_4e5F6g7H\n";
    project.write(DEV, secret);
    let labels = |environment| ["-", "--kind", "dotenv", "--service", "api", "--environment", environment];
    let report = check(&project, secret, &labels("prod"));
    assert_eq!((report.status, report.findings().len()), (1, 1), "{report:#?}");
    let report = check(&project, secret, &labels("dev"));
    assert_eq!((report.status, report.findings().len()), (0, 0), "{report:#?}");
}

#[test]
fn other_paths_may_stand_beside_it() {
    let project = Project::broken();
    let report = check(&project, "LOG_LEVEL=VERBOSE\n", &["-", DEV, "--kind", "dotenv"]);
    assert_eq!(report.findings(), ["log-level-is-known <stdin>:1", "log-level-is-known env/dev/api.env:1"]);
}

#[test]
fn its_kind_must_be_said_and_known() {
    let project = Project::clean();
    let report = check(&project, "A=1\n", &["-"]);
    assert_eq!((report.status, report.verdict()), (2, "no-verdict"));
    assert_eq!(report.problem()["message"], "the kind of standard input is not said");
    assert!(report.problem()["help"].as_str().unwrap().contains("dotenv, railway-environment"));
    let report = check(&project, "A=1\n", &["-", "--kind", "dotenf"]);
    assert_eq!(report.problem()["message"], "there is no kind of document `dotenf`");
    assert_eq!(report.problem()["help"], "Did you mean `dotenv`?");
}

#[test]
fn what_cannot_be_read_is_a_problem_here_too() {
    let project = Project::clean();
    for (input, kind, words) in [
        (&b"\xff{}\n"[..], "railway-variables", "<stdin> is not UTF-8: line 1"),
        (b"\xff\xfeA\0=\x001\0", "dotenv", "<stdin> is UTF-16"),
        (b"{\"A\": ", "railway-variables", "not JSON"),
        (b"", "railway-variables", "not JSON"),
        (b"[deploy", "railway-config", ""),
    ] {
        let report = check(&project, input, &["-", "--kind", kind]);
        assert_eq!((report.status, report.verdict()), (2, "no-verdict"), "{words}");
        assert!(report.problem()["message"].as_str().unwrap().contains(words), "{report:#?}");
        assert_eq!(report.problem()["path"], "<stdin>");
    }
}

#[test]
fn nothing_is_an_empty_document() {
    let report = check(&Project::clean(), "", &["-", "--kind", "migration"]);
    assert_eq!((report.status, report.verdict()), (0, "clean"));
}

#[test]
fn doubt_about_it_is_shown() {
    let project = Project::clean();
    let arguments = ["-", "--kind", "dotenv", "--service", "api", "--environment", "prod"];
    let report = check(&project, "DATABASE_URL=${{shared.POOLER_URL}}\n", &arguments);
    assert_eq!((report.status, report.verdict()), (0, "undecided"));
    let report = check(&project, "DATABASE_URL=${{shared.POOLER_URL}}\n", &[&arguments[..], &["--strict"]].concat());
    assert_eq!((report.status, report.verdict()), (1, "undecided"));
}

#[test]
fn facts_are_shown_without_values() {
    let project = Project::empty();
    let arguments = ["facts", "-", "--kind", "dotenv", "--service", "api"];
    let run = Run::of(command(&project.folder()).args(arguments).write_stdin("API_KEY=MADEUP-and-long-enough\n"));
    run.exits(0).says("variable  <stdin>:1:1").says("service api").says("name API_KEY").does_not_say("MADEUP");
}

#[test]
fn standard_input_without_a_configuration_is_judged_by_the_pack_of_its_kind() {
    let project = Project::empty();
    let run = Run::of(
        command(&project.folder()).args(["check", "-", "--kind", "migration"]).write_stdin("DROP TABLE accounts;\n"),
    );
    run.exits(0).says("warning[data-is-not-dropped]").says("judged by git, history, postgres").does_not_say("clean");
}
