//! The job of `templates/`: its script as GitLab's runner runs it, line by line in one shell.

use crate::kit::{Kit, Ran, root};
use crate::project::Project;
use crate::yaml;
use std::process::Command;

/// The job's script, on a project; what it printed.
fn run(kit: &Kit, project: &Project, arguments: &str) -> Ran {
    let text = std::fs::read_to_string(root().join("templates/preflight.gitlab-ci.yml")).unwrap();
    let job = yaml::read("preflight.gitlab-ci.yml", &text).unwrap();
    let lines = job["preflight"]["script"].as_array().unwrap().iter().map(|line| line.as_str().unwrap());
    let builds = tempfile::tempdir().unwrap();
    let mut shell = Command::new("bash");
    shell.args(["-eo", "pipefail", "-c", &lines.collect::<Vec<_>>().join("\n")]).current_dir(project.folder());
    shell.env("CI", "true").env("GITLAB_CI", "true").env("CI_JOB_ID", "7").env("CI_BUILDS_DIR", builds.path());
    for variable in ["PREFLIGHT_VERSION", "PREFLIGHT_ARGS"] {
        shell.env(variable, job["variables"][variable].as_str().unwrap());
    }
    shell.env("PREFLIGHT_ARGS", arguments).env("CI_PROJECT_DIR", project.folder());
    shell.env("PIP_NO_INDEX", "1").env("PIP_FIND_LINKS", kit.folder("dist"));
    let ran = Ran::of(&mut shell);
    for (kind, file) in job["preflight"]["artifacts"]["reports"].as_object().unwrap() {
        assert!(project.path(file.as_str().unwrap()).is_file(), "there is no {file} for {kind}: {}", ran.said);
    }
    ran
}

#[test]
fn the_job_fails_for_findings_and_keeps_its_reports() {
    let Some(kit) = Kit::of("the job for GitLab") else { return };
    let project = Project::broken();
    run(&kit, &project, "").exits(1).says("error[no-drop-column]");
    let report = std::fs::read_to_string(project.path("gl-code-quality-report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let found = report.as_array().unwrap().iter().map(|finding| finding["check_name"].as_str().unwrap());
    assert_eq!(found.collect::<Vec<_>>(), ["log-level-is-known", "no-drop-column"]);
    run(&kit, &Project::clean(), "--strict --fail-on info").exits(0).says("clean");
}
