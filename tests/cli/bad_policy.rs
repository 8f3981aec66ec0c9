//! Broken policies and a broken preflight.yaml: every error with its place, and no verdict.

use crate::project::Project;

/// No verdict, and exactly these problems: path, line, words.
#[track_caller]
fn has_problems(project: &Project, expected: &[(&str, u64, &str)]) {
    let report = project.check(&[]);
    assert_eq!((report.status, report.verdict()), (2, "no-verdict"));
    let problems = report.json["problems"].as_array().unwrap();
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (path, line, words) in expected {
        let found = problems.iter().any(|problem| {
            problem["path"] == *path
                && problem["line"].as_u64().unwrap_or(0) == *line
                && format!("{} {}", problem["message"], problem["note"]).contains(words)
        });
        assert!(found, "{path}:{line} {words} is not among {problems:#?}");
    }
    project.run(&["check"]).exits(2).does_not_say("clean").does_not_say("Checked");
}

#[test]
fn a_configuration_that_is_no_yaml() {
    let project = Project::broken();
    project.write("preflight.yaml", "version: 1\npacks: [house.yaml\ndocuments:\n");
    let report = project.check(&[]);
    assert_eq!((report.status, &report.problem()["path"]), (2, &"preflight.yaml".into()));
    assert!(report.problem()["line"].as_u64().is_some_and(|line| line >= 2));
    project.write("preflight.yaml", "");
    has_problems(&project, &[("preflight.yaml", 1, "is empty")]);
    project.write("preflight.yaml", b"version: 1\n\xff");
    has_problems(&project, &[("preflight.yaml", 0, "not UTF-8")]);
    project.write("preflight.yaml", format!("version: {}", "[".repeat(100_000)));
    has_problems(&project, &[("preflight.yaml", 1, "nested deeper")]);
}

#[test]
fn every_error_of_a_configuration_is_said_at_once() {
    let project = Project::broken();
    project.replace("preflight.yaml", "version: 1", "version: 7");
    project.replace("preflight.yaml", "kind: railway-config", "kind: railway-konfig");
    project.replace("preflight.yaml", "env/{environment}/{service}.env", "env/{enviroment}/{service}.env");
    project.append("preflight.yaml", "fail_on: sometimes\nexclud: []\n");
    has_problems(
        &project,
        &[
            ("preflight.yaml", 1, "version 7"),
            ("preflight.yaml", 4, "did you mean `{environment}`?"),
            ("preflight.yaml", 9, "did you mean `railway-config`?"),
            ("preflight.yaml", 14, "`fail_on`"),
            ("preflight.yaml", 15, "did you mean `exclude`?"),
        ],
    );
}

#[test]
fn a_document_outside_of_the_project_is_refused() {
    let project = Project::broken();
    project.replace("preflight.yaml", "env/{environment}/{service}.env", "../env/{environment}/{service}.env");
    has_problems(&project, &[("preflight.yaml", 4, "outside of the project")]);
}

#[test]
fn a_pack_that_is_not_there() {
    let project = Project::broken();
    project.replace("preflight.yaml", "[house.yaml]", "[house.yaml, dragonfli, gone/]");
    has_problems(
        &project,
        &[("preflight.yaml", 2, "did you mean `dragonfly`?"), ("preflight.yaml", 2, "there is no pack `gone/`")],
    );
    project.replace("preflight.yaml", "[house.yaml, dragonfli, gone/]", "[env]");
    has_problems(&project, &[("env", 0, "env holds no policy file")]);
}

#[test]
fn a_policy_file_that_cannot_be_read() {
    let project = Project::broken();
    project.write("house.yaml", "version: 1\npolicies:\n  a: b: c\n");
    has_problems(&project, &[("house.yaml", 3, "not YAML")]);
    project.write("house.yaml", b"version: 1\n# \xe9\n");
    has_problems(&project, &[("house.yaml", 0, "line 2")]);
    project.write("house.yaml", b"\xff\xfev\0");
    has_problems(&project, &[("house.yaml", 0, "UTF-16")]);
}

#[test]
fn every_error_of_a_policy_file_is_said_at_once_with_a_guess() {
    let project = Project::broken();
    project.replace("house.yaml", "operation: { is: drop_column }", "operation: { iz: drop_column }");
    project.replace("house.yaml", "severity: warning", "severity: warn");
    project.replace("house.yaml", "connection: {}", "conection: {}");
    has_problems(
        &project,
        &[
            ("house.yaml", 8, "did you mean `is`?"),
            ("house.yaml", 10, "did you mean `warning`?"),
            ("house.yaml", 18, "did you mean `connection`?"),
        ],
    );
    project.run(&["check"]).says("3 errors in 1 policy file, exit 2");
    project.run(&["policies"]).exits(2).says("did you mean `connection`?");
    project.run(&["explain", "no-drop-column"]).exits(2).says("did you mean `connection`?");
}
