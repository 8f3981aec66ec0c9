//! Settings: severities of a project, `config show`, environment variables that stand in for flags.

use crate::project::{DEV, Project, Run, both, command};
use serde_json::Value;

const OFF: &str = "policies:\n  no-drop-column: { severity: off }\n  log-level-is-known: { severity: { prod: warning, \"*\": error } }\n";

fn with(project: &Project, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    Run::of(command(&project.folder()).envs(variables.iter().copied()).args(arguments))
}

#[test]
fn what_is_asked_of_waivers_and_the_baseline_are_settings() {
    let project = Project::clean();
    let default = "none: with --baseline preflight-baseline.json";
    project.run(&["config", "show"]).exits(0).says("file preflight-waivers.yaml").says(default);
    project.append(
        "preflight.yaml",
        "waivers: { file: known.yaml, require: [owner, until], max_days: 30 }\nbaseline: known.json\n",
    );
    project.write("known.yaml", "version: 1\nwaivers: []\n");
    let shown = project.run(&["config", "show"]);
    for words in ["file known.yaml", "each says until, owner", "each holds 30 days at most", "known.json"] {
        let line = shown.out.lines().find(|line| line.ends_with(words));
        assert!(line.is_some_and(|line| line.contains("preflight.yaml:")), "no `{words}` in {}", shown.out);
    }
}

#[test]
fn a_project_gives_policies_another_severity_or_none_and_says_so() {
    let project = Project::broken();
    project.append("preflight.yaml", OFF);
    let report = project.check(&[]);
    assert_eq!((report.status, report.findings()), (1, both()[..1].to_vec()));
    assert_eq!(report.json["findings"][0]["severity"], "error");
    assert_eq!(report.notices(), "1 policy is switched off by preflight.yaml: no-drop-column");
    project.run(&["check"]).exits(1).says("note  1 policy is switched off by preflight.yaml: no-drop-column");
    project.write("env/prod/api.env", "LOG_LEVEL=VERBOSE\n");
    project.write(DEV, "LOG_LEVEL=INFO\n");
    assert_eq!(project.check(&[]).json["findings"][0]["severity"], "warning", "of prod");
    let report = project.check(&["--policy", "no-drop-column"]);
    assert_eq!((report.status, &report.problem()["message"]), (2, &"policy `no-drop-column` is switched off".into()));
    project.run(&["policies"]).exits(0).says("log-level-is-known").does_not_say("no-drop-column");
}

#[test]
fn a_policy_that_had_another_name_is_set_by_that_too() {
    let project = Project::broken();
    project.replace("house.yaml", "  no-drop-column:\n", "  no-drop-column:\n    also_known_as: [keep-columns]\n");
    project.append("preflight.yaml", "policies: { keep-columns: { severity: info } }\n");
    assert_eq!(project.check(&[]).json["findings"][1]["severity"], "info");
}

#[test]
fn a_setting_that_sets_nothing_is_an_error_at_its_place() {
    for (settings, message, line) in [
        ("policies: { no-drop-colum: { severity: info } }", "no pack in force has a policy `no-drop-colum`", 14),
        ("policies: { no-drop-column: { severity: fatal } }", "`severity` cannot be `fatal`", 14),
        ("policies: { no-drop-column: { severity: oof } }", "`severity` cannot be `oof`", 14),
        ("policies: { no-drop-column: { severity: { prod: info } } }", "`severity` lacks \"*\"", 14),
        ("policies: { no-drop-column: { severity: { prod: off, \"*\": info } } }", "`severity` cannot be `off`", 14),
        (
            "policies: { no-drop-column: info }",
            "the setting of policy `no-drop-column` is text, and must be a mapping",
            14,
        ),
        ("policies: { no-drop-column: {} }", "the setting of policy `no-drop-column` lacks `severity`", 14),
        (
            "policies: { no-drop-column: { severty: info } }",
            "the setting of policy `no-drop-column` has no key `severty`",
            14,
        ),
        ("policies: [no-drop-column]", "`policies` is a list, and must be a mapping", 14),
    ] {
        let project = Project::broken();
        project.append("preflight.yaml", &format!("{settings}\n"));
        let report = project.check(&[]);
        assert_eq!((report.status, report.problems()), (2, vec![message]), "{settings}");
        let problem = report.problem();
        assert_eq!((&problem["path"], problem["line"].as_u64()), (&"preflight.yaml".into(), Some(line)), "{problem}");
    }
    let project = Project::broken();
    project.append("preflight.yaml", "policies:\n  no-drop-column: { severity: off }\n  log-level-is-known: { severity: off }\n  runtime-goes-through-the-pooler: { severity: off }\n");
    let report = project.check(&[]);
    assert_eq!(report.problems(), ["no policy is in force in ."], "green by configuration is no green");
}

/// `name value origin` of every setting.
fn settings(run: &Run) -> Vec<String> {
    let json: Value = serde_json::from_str(&run.out).expect(&run.out);
    let settings = json["projects"][0]["settings"].as_array().unwrap().iter();
    settings
        .map(|each| ["name", "value", "origin"].map(|key| each[key].as_str().unwrap().to_owned()).join(" | "))
        .collect()
}

#[test]
fn every_value_in_effect_is_shown_with_its_origin() {
    let project = Project::broken();
    project.replace("preflight.yaml", "[house.yaml]", "[house.yaml, postgres]");
    project.append("preflight.yaml", OFF);
    project.append(
        "preflight.yaml",
        "params: { open_roles: [anon] }\nfail_on: warning\nneeds: { migration: required }\nexclude: [tmp]\n",
    );
    let run = project.run(&["config", "show", "--format", "json"]);
    run.exits(0);
    let found = settings(&run);
    for line in [
        "config | preflight.yaml | found upward",
        "packs | house | preflight.yaml:2",
        "packs | postgres 1.0.0 | preflight.yaml:2",
        "documents | supabase/migrations/*.sql: migration | preflight.yaml:10",
        "params | exposed_schemas: public | pack postgres",
        "params | open_roles: anon | preflight.yaml:17",
        "policies | no-drop-column is off (its pack says error) | preflight.yaml:15",
        "policies | log-level-is-known is warning in prod, error elsewhere (its pack says warning) | preflight.yaml:16",
        "labels | environment dev: development, local | preflight.yaml:12",
        "needs | migration: required | preflight.yaml:19",
        "exclude | tmp | preflight.yaml:20",
        "fail_on | warning | preflight.yaml:18",
        "strict | false | default",
        "today | none: nothing depends on the date | default",
        "format | human | default",
    ] {
        assert!(found.contains(&line.to_owned()), "no `{line}` in {found:#?}");
    }
    let variables = [
        ("PREFLIGHT_FAIL_ON", "info"),
        ("PREFLIGHT_STRICT", "yes"),
        ("PREFLIGHT_TODAY", "2026-11-21"),
        ("PREFLIGHT_FORMAT", "json"),
    ];
    let run = with(&project, &variables, &["config", "show", "--format", "json", "--today", "2026-11-22"]);
    let found = settings(&run);
    for line in [
        "fail_on | info | PREFLIGHT_FAIL_ON",
        "strict | true | PREFLIGHT_STRICT",
        "today | 2026-11-22 | --today",
        "format | json | PREFLIGHT_FORMAT",
    ] {
        assert!(found.contains(&line.to_owned()), "no `{line}` in {found:#?}");
    }
    let human = project.run_in("env/dev", &["config", "show"]);
    human
        .exits(0)
        .says("config       found upward")
        .says("../../preflight.yaml")
        .says("../../preflight.yaml:18  warning");
    project.run(&["config", "show", "gone"]).exits(2).says("gone does not exist");
    project.run(&["config"]).exits(2);
}

#[test]
fn a_variable_stands_in_for_its_flag_and_the_flag_wins() {
    let project = Project::broken();
    let quiet = |variables: &[(&str, &str)], arguments: &[&str]| {
        with(&project, variables, &[&["check", "-q"], arguments].concat()).status
    };
    assert_eq!(quiet(&[("PREFLIGHT_FAIL_ON", "warning")], &["env"]), 1);
    assert_eq!(quiet(&[("PREFLIGHT_FAIL_ON", "warning")], &["env", "--fail-on", "error"]), 0);
    assert_eq!(quiet(&[("PREFLIGHT_FAIL_ON", "")], &["env"]), 0, "set to nothing is not set");
    project.write(DEV, "LOG_LEVEL=${{shared.LEVEL}}\n");
    for (value, status) in [("1", 1), ("true", 1), ("yes", 1), ("0", 0), ("false", 0), ("", 0)] {
        assert_eq!(quiet(&[("PREFLIGHT_STRICT", value)], &["env"]), status, "{value:?}");
    }
    project.write(
        "other.yaml",
        "version: 1\npacks: [house.yaml]\ndocuments: [{ files: \"env/*/*.env\", kind: dotenv }]\n",
    );
    assert_eq!(quiet(&[("PREFLIGHT_CONFIG", "other.yaml")], &[]), 0);
    assert_eq!(quiet(&[("PREFLIGHT_CONFIG", "other.yaml")], &["--config", "preflight.yaml"]), 1);
    let run = with(&project, &[("PREFLIGHT_FORMAT", "json")], &["check"]);
    assert_eq!(run.report().findings().len(), 1);
    with(&project, &[("PREFLIGHT_FORMAT", "json")], &["facts"]).exits(0).says("variable  env/dev/api.env:1:1");
}

#[test]
fn a_wrong_value_in_a_variable_names_the_variable() {
    let project = Project::clean();
    for (variable, value) in [
        ("PREFLIGHT_FORMAT", "xml"),
        ("PREFLIGHT_FAIL_ON", "fatal"),
        ("PREFLIGHT_STRICT", "maybe"),
        ("PREFLIGHT_COLOR", "red"),
    ] {
        let run = with(&project, &[(variable, value)], &["check"]);
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{variable}");
        assert!(run.err.contains(&format!("environment variable {variable}")), "{}", run.err);
        let flag = format!("--{}", variable.trim_start_matches("PREFLIGHT_").to_lowercase().replace('_', "-"));
        let run = with(&project, &[(variable, value)], &["check", &format!("{flag}={value}")]);
        assert!(!run.err.contains(variable), "the flag said it: {}", run.err);
    }
    with(&project, &[("PREFLIGHT_TODAY", "tomorrow")], &["check"])
        .exits(2)
        .says("PREFLIGHT_TODAY cannot be `tomorrow`");
    with(&project, &[("PREFLIGHT_CONFIG", "gone.yaml")], &["check"])
        .exits(2)
        .says("gone.yaml does not exist (named by PREFLIGHT_CONFIG)");
    with(&project, &[("PREFLIGHT_CONFIG_FROM", "-x"), ("PATH", "/usr/bin:/bin")], &["check"])
        .exits(2)
        .says("PREFLIGHT_CONFIG_FROM");
}
