//! Flags of `check`: what fails a run, what is judged, what is shown. A flag that names what is not there hides nothing.

use crate::project::{DEV, DROP, Project, both};
use serde_json::json;

#[test]
fn the_fail_level_decides_between_0_and_1() {
    let project = Project::broken();
    for (arguments, status) in [
        (&["env"][..], 0),
        (&["env", "--fail-on", "warning"], 1),
        (&["env", "--fail-on", "info"], 1),
        (&["supabase"], 1),
        (&["supabase", "--fail-on", "info"], 1),
        (&["deploy", "--fail-on", "info"], 0),
    ] {
        assert_eq!(project.check(arguments).status, status, "{arguments:?}");
    }
    project.append("preflight.yaml", "fail_on: warning\n");
    assert_eq!(project.check(&["env"]).status, 1, "preflight.yaml says it");
    assert_eq!(project.check(&["env", "--fail-on", "error"]).status, 0, "the flag says otherwise");
}

#[test]
fn a_word_that_no_flag_knows_is_bad_usage() {
    let project = Project::clean();
    for (arguments, words) in [
        (&["check", "--fail-on", "fatal"][..], "[possible values: error, warning, info]"),
        (&["check", "--format", "xml"], "[possible values: human, compact, json,"),
        (&["check", "--color", "sometimes"], "[possible values: auto, always, never]"),
        (&["check", "--stricct"], "--strict"),
        (&["chekc"], "check"),
        (&["schema", "polcy"], "policy"),
    ] {
        let run = project.run(arguments);
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{arguments:?}");
        assert!(run.err.contains(words), "{}", run.err);
    }
    assert_eq!(project.run(&[]).status, 2, "no command is bad usage");
}

#[test]
fn help_and_version_are_no_errors() {
    let project = Project::empty();
    for arguments in [&["--help"][..], &["check", "--help"], &["help", "check"], &["--version"]] {
        let run = project.run(arguments);
        assert_eq!((run.status, run.err.as_str()), (0, ""), "{arguments:?}");
        assert!(run.out.lines().all(|line| line.chars().count() <= 100), "{}", run.out);
    }
    project.run(&["--help"]).says("Exit status: 0").says("2 no verdict");
    project.run(&["--version"]).says(concat!("preflight ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn quiet_says_nothing_and_the_status_says_all() {
    let (clean, broken) = (Project::clean(), Project::broken());
    for (project, arguments, status) in [
        (&clean, &["check", "-q"][..], 0),
        (&broken, &["check", "--quiet"], 1),
        (&broken, &["-q", "check", "gone"], 2),
        (&broken, &["check", "-q", "--format", "json"], 1),
        (&clean, &["facts", "-q"], 0),
        (&clean, &["policies", "-q"], 0),
        (&clean, &["explain", "-q", "no-drop-column"], 0),
        (&clean, &["explain", "-q", "no-such-policy"], 2),
        (&clean, &["explain", "-q", "env/dev/api.env:1"], 0),
    ] {
        let run = project.run(arguments);
        assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (status, "", ""), "{arguments:?}");
    }
}

#[test]
fn verbose_lists_the_policies_that_looked_at_nothing() {
    let project = Project::clean();
    project.run(&["check"]).does_not_say("idle");
    project.run(&["check", "-v"]).exits(0).says("clean:").says("idle").says("no-drop-column");
}

#[test]
fn one_policy_is_judged_alone() {
    let project = Project::broken();
    let report = project.check(&["--policy", "log-level-is-known"]);
    assert_eq!((report.status, report.findings()), (0, both()[..1].to_vec()));
    assert_eq!(report.json["policies"], json!([{ "id": "log-level-is-known", "state": "judged", "judged": 3 }]));
    let report = project.check(&["--policy", "log-level-is-known", "--policy", "no-drop-column"]);
    assert_eq!((report.status, report.findings()), (1, both()));
    project.run(&["check", "--policy", "runtime-goes-through-the-pooler"]).exits(0).says("clean:");
}

#[test]
fn a_misspelled_policy_is_no_verdict() {
    let project = Project::clean();
    let report = project.check(&["--policy", "no-drop-colum"]);
    assert_eq!((report.status, report.verdict()), (2, "no-verdict"));
    assert_eq!(report.problem()["message"], "there is no policy `no-drop-colum`");
    assert_eq!(report.problem()["help"], "Did you mean `no-drop-column`?");
    let run = project.run(&["check", "--policy", "zzz", "--policy", "no-drop-column"]);
    run.exits(2).says("there is no policy `zzz`").does_not_say("clean");
}

#[test]
fn labels_narrow_what_is_shown_in_any_of_their_spellings() {
    let project = Project::broken();
    project.write("env/prod/worker.env", "LOG_LEVEL=VERBOSE\n");
    let of_dev = "log-level-is-known env/dev/api.env:1";
    let of_prod = "log-level-is-known env/prod/worker.env:1";
    for (arguments, expected) in [
        (&["--environment", "prod"][..], &[of_prod][..]),
        (&["--environment", "production"], &[of_prod]),
        (&["--environment", "local"], &[of_dev]),
        (&["--service", "api"], &[of_dev]),
        (&["--service", "worker", "--environment", "prod"], &[of_prod]),
        (&["--service", "worker", "--environment", "dev"], &[]),
        (&["--service", "api", "env/prod"], &[]),
    ] {
        let report = project.check(arguments);
        assert_eq!(report.findings(), expected, "{arguments:?}");
        assert!(report.notices().contains("not shown"), "{arguments:?}");
    }
}

#[test]
fn a_label_that_nothing_has_is_no_verdict() {
    let project = Project::clean();
    for (flag, name, message, help) in [
        ("--environment", "prd", "no document has the environment `prd`", "Did you mean `prod`?"),
        ("--service", "apy", "no document has the service `apy`", "Did you mean `api`?"),
        ("--service", "frontend", "no document has the service `frontend`", "Known are: api."),
    ] {
        let report = project.check(&[flag, name]);
        assert_eq!((report.status, report.verdict()), (2, "no-verdict"));
        assert_eq!((&report.problem()["message"], &report.problem()["help"]), (&json!(message), &json!(help)));
    }
}

#[test]
fn a_configuration_may_be_named() {
    let project = Project::broken();
    project.write(
        "only-env.yaml",
        "version: 1\npacks: [house.yaml]\ndocuments:\n  - { files: \"env/{environment}/{service}.env\", kind: dotenv }\n",
    );
    let report = project.check(&["--config", "only-env.yaml"]);
    assert_eq!((report.status, report.findings()), (0, both()[..1].to_vec()));
    let path = project.path("only-env.yaml");
    project.run_in("env", &["check", "--config", path.to_str().unwrap(), "dev"]).exits(0).says("[dev/api.env:1:");
    let below = project.run_in("env/dev", &["check", "--config", "../../preflight.yaml"]);
    below.exits(0).says("log-level-is-known").says("1 finding outside of what was asked for is not shown");
    for (config, message) in [
        ("gone.yaml", "gone.yaml does not exist"),
        ("env", "env is a folder"),
        ("house.yaml", "preflight.yaml lacks `documents`"),
    ] {
        let run = project.run(&["check", "--config", config]);
        run.exits(2).says(message).does_not_say("Checked").does_not_say("clean");
    }
}

#[test]
fn the_date_is_a_date() {
    let project = Project::clean();
    for date in ["2026-02-29", "2026-13-01", "tomorrow", "01.02.2026", ""] {
        let run = project.run(&["check", "--today", date]);
        run.exits(2).says(&format!("--today cannot be `{date}`")).does_not_say("clean");
    }
    for date in ["2026-02-28", "2028-02-29", "now"] {
        project.run(&["check", "--today", date]).exits(0);
    }
}

#[test]
fn json_is_one_document_whatever_happens() {
    let project = Project::broken();
    for arguments in [&["."][..], &["gone"], &["env"], &["--policy", "zzz"], &["--config", "gone.yaml"], &["-v"]] {
        let report = project.check(arguments);
        assert_eq!(report.json["version"], 1, "{arguments:?}");
    }
    let finding = &project.check(&[DROP]).json["findings"][0];
    assert_eq!(finding["policy"], "no-drop-column");
    assert_eq!((&finding["line"], &finding["column"]), (&json!(1), &json!(29)), "characters, from 1");
    assert_eq!((&finding["end_line"], &finding["end_column"]), (&json!(1), &json!(46)));
    assert_eq!(finding["why"], "A dropped column takes its data along.");
    assert_eq!(finding["labels"][0]["path"], "house.yaml", "the policy is the other end");
    let warning = &project.check(&[DEV]).json["findings"][0];
    assert_eq!((&warning["service"], &warning["environment"]), (&json!("api"), &json!("dev")));
}

#[test]
fn two_runs_print_the_same_bytes() {
    let project = Project::broken();
    for number in 0..200 {
        project.write(&format!("env/prod/worker-{number}.env"), "LOG_LEVEL=VERBOSE\nnothing at all\n");
    }
    for arguments in [&["check"][..], &["check", "--format", "json"], &["facts"]] {
        let first = project.run(arguments).out;
        assert!(first.len() > 10_000);
        assert_eq!(first, project.run(arguments).out, "{arguments:?}");
    }
}

#[test]
fn a_kind_that_is_none_is_bad_usage() {
    let project = Project::clean();
    project.run(&["check", "-", "--kind", "nonsense"]).exits(2).does_not_say("clean");
    project.run(&["check", "env", "--kind", "nonsense"]).exits(2).does_not_say("clean");
}

#[test]
fn a_finding_about_two_environments_is_about_both() {
    let project = Project::clean();
    project.append(
        "house.yaml",
        "  no-secret-in-two-environments:
    severity: error
    why: w
    fix: f
    says: stands in two environments
    distinct: { credential: { secret: true }, by: [value], across: environment }
",
    );
    for path in [DEV, "env/prod/api.env"] {
        project.write(path, "SUPABASE_SECRET=sb_secret_MADEUPmadeupMADEUPprod_4e5F6g7H\n");
    }
    for environment in ["dev", "prod"] {
        assert_eq!(project.check(&["--environment", environment]).status, 1, "{environment}");
    }
}
