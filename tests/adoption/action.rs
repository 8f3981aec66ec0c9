//! `action.yml`: its steps, run as a runner runs them.

use crate::kit::{Kit, Ran, root};
use crate::yaml;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A runner: the folders and files that one has, and what its steps have said.
pub struct Runner {
    folder: tempfile::TempDir,
    action: Value,
    /// More variables of the environment.
    pub variables: Vec<(&'static str, PathBuf)>,
}

/// What a run of the action leaves.
#[derive(Debug)]
pub struct Acted {
    pub ran: Ran,
    pub outputs: BTreeMap<String, String>,
    pub summary: String,
}

impl Runner {
    pub fn new() -> Self {
        let text = fs::read_to_string(root().join("action.yml")).unwrap();
        let action = yaml::read("action.yml", &text).unwrap();
        Self { folder: tempfile::tempdir().unwrap(), action, variables: Vec::new() }
    }

    /// A file of the runner.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs the steps with these inputs, in a workspace, until one fails.
    #[track_caller]
    pub fn run(&self, workspace: &Path, inputs: &[(&str, &str)]) -> Acted {
        let known = self.action["inputs"].as_object().unwrap();
        let mut values: BTreeMap<String, String> =
            known.iter().map(|(name, input)| (name.clone(), input["default"].as_str().unwrap().to_owned())).collect();
        for (name, value) in inputs {
            assert!(values.insert((*name).to_owned(), (*value).to_owned()).is_some(), "there is no input {name}");
        }
        let mut said = BTreeMap::new();
        let summary = self.file("summary");
        fs::write(&summary, "").unwrap();
        let mut last = Ran { status: 0, said: String::new() };
        for step in self.action["runs"]["steps"].as_array().unwrap() {
            last = self.step(step, workspace, &values, &mut said);
            if last.status != 0 {
                break;
            }
        }
        let outputs = self.action["outputs"].as_object().unwrap().iter();
        let outputs =
            outputs.map(|(name, output)| (name.clone(), filled(output["value"].as_str().unwrap(), &values, &said)));
        Acted { ran: last, outputs: outputs.collect(), summary: fs::read_to_string(summary).unwrap() }
    }

    fn step(
        &self,
        step: &Value,
        workspace: &Path,
        inputs: &BTreeMap<String, String>,
        said: &mut BTreeMap<String, String>,
    ) -> Ran {
        let output = self.file("output");
        fs::write(&output, "").unwrap();
        let script = step["run"].as_str().unwrap();
        assert!(!script.contains("${{"), "what a workflow gives stands in the text of a script: {script}");
        assert_eq!(step["shell"], "bash");
        let mut shell = Command::new("bash");
        shell.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]);
        let folder = step["working-directory"].as_str().map_or_else(String::new, |text| filled(text, inputs, said));
        shell.current_dir(workspace.join(folder));
        shell.env("CI", "true").env("GITHUB_ACTIONS", "true").env("GITHUB_WORKSPACE", workspace);
        shell.env("GITHUB_ACTION_PATH", root()).env("RUNNER_TEMP", self.folder.path());
        shell.env("GITHUB_OUTPUT", &output).env("GITHUB_STEP_SUMMARY", self.file("summary"));
        for (name, value) in step["env"].as_object().unwrap() {
            shell.env(name, filled(value.as_str().unwrap(), inputs, said));
        }
        shell.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let ran = Ran::of(&mut shell);
        let id = step["id"].as_str().unwrap();
        for line in fs::read_to_string(output).unwrap().lines() {
            let (name, value) = line.split_once('=').unwrap();
            said.insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
        }
        ran
    }
}

/// A text with its one expression filled in.
fn filled(text: &str, inputs: &BTreeMap<String, String>, said: &BTreeMap<String, String>) -> String {
    let Some(expression) = text.strip_prefix("${{ ").and_then(|text| text.strip_suffix(" }}")) else {
        assert!(!text.contains("${{"), "{text}");
        return text.to_owned();
    };
    match expression.strip_prefix("inputs.") {
        Some(name) => inputs.get(name).unwrap_or_else(|| panic!("there is no input {name}")).clone(),
        None => said.get(expression).cloned().unwrap_or_default(),
    }
}

#[test]
fn the_action_gives_the_status_that_a_project_promises() {
    let runner = Runner::new();
    let program = assert_cmd::cargo::cargo_bin!("preflight").display().to_string();
    for (project, status) in [("clean", 0), ("violations", 1)] {
        let sarif = runner.file("preflight.sarif").display().to_string();
        let folder = format!("fixtures/dragonfly/{project}");
        let inputs = [("program", program.as_str()), ("working-directory", &folder), ("sarif", &sarif)];
        let acted = runner.run(&root(), &inputs);
        acted.ran.exits(status);
        assert_eq!(acted.outputs["status"], status.to_string());
        assert_eq!(acted.outputs["program"], program);
        let report: Value = serde_json::from_str(&fs::read_to_string(&sarif).unwrap()).unwrap();
        assert_eq!(report["version"], "2.1.0");
        assert!(!acted.summary.is_empty(), "the summary of the job says nothing");
    }
}

#[test]
fn inputs_are_words_and_never_a_script() {
    let runner = Runner::new();
    let program = assert_cmd::cargo::cargo_bin!("preflight").display().to_string();
    let project = crate::project::Project::broken();
    project.write("env/dev/b c.env", "LOG_LEVEL=VERBOSE\n");
    let run =
        |inputs: &[(&str, &str)]| runner.run(&project.folder(), &[&[("program", program.as_str())], inputs].concat());
    run(&[("paths", "env")]).ran.exits(0).says("log-level-is-known").does_not_say("error[no-drop-column]");
    run(&[("paths", "env/dev/b c.env\n\nsupabase\r\n")]).ran.exits(1).says("b c.env:1:11").says("no-drop-column");
    run(&[("paths", "env"), ("fail-on", "warning")]).ran.exits(1);
    run(&[("args", "--policy\nlog-level-is-known")]).ran.exits(0).does_not_say("error[no-drop-column]");
    run(&[("paths", "$(touch hacked); `touch hacked`")]).ran.exits(2).says("does not exist");
    run(&[("paths", "--help")]).ran.exits(2);
    run(&[("working-directory", "env"), ("paths", "dev")]).ran.exits(0);
    assert!(!project.path("hacked").exists() && !project.path("env/hacked").exists());
    run(&[("changed", "yes")]).ran.exits(2).says("::error title=preflight::changed is true or false");
    let refused = runner.run(&project.folder(), &[("install", "curl")]);
    refused.ran.exits(2).says("install is source or wheel");
}

#[test]
fn a_pull_request_is_judged_for_what_it_changes() {
    let runner = Runner::new();
    let program = assert_cmd::cargo::cargo_bin!("preflight").display().to_string();
    let repo = crate::repository::Repo::of(crate::project::Project::broken());
    repo.write("env/prod/worker.env", "LOG_LEVEL=INFO\n");
    repo.commit("good");
    let run =
        |inputs: &[(&str, &str)]| runner.run(&repo.folder(), &[&[("program", program.as_str())], inputs].concat());
    run(&[]).ran.exits(1);
    run(&[("changed", "true")]).ran.exits(0).says("not of this change");
    // Who may not change the policies does so all the same.
    repo.replace("house.yaml", "is: drop_column", "is: truncate");
    repo.write("supabase/migrations/20260103000000_new.sql", "ALTER TABLE public.accounts DROP COLUMN id;\n");
    repo.commit("clever");
    run(&[("changed", "true")]).ran.exits(0).says("this change edits house.yaml");
    let held = run(&[("changed", "true"), ("config-from", "main")]);
    held.ran.exits(1).says("judged by the configuration of main").says("20260103000000_new.sql:1:");
}

#[test]
fn the_wheel_is_installed_by_the_exact_version() {
    let Some(kit) = Kit::of("the action with the wheel") else { return };
    let mut runner = Runner::new();
    runner.variables = vec![("PIP_NO_INDEX", "1".into()), ("PIP_FIND_LINKS", kit.folder("dist"))];
    let inputs = [("install", "wheel"), ("working-directory", "fixtures/dragonfly/violations")];
    let acted = runner.run(&root(), &inputs);
    acted.ran.exits(1).says("no-drop-column");
    let program = PathBuf::from(&acted.outputs["program"]);
    assert!(program.starts_with(runner.file("preflight-wheel")), "{program:?}");
    runner.variables = vec![("PIP_NO_INDEX", "1".into()), ("PIP_FIND_LINKS", kit.folder("wheelhouse"))];
    let other = Runner { folder: tempfile::tempdir().unwrap(), ..runner };
    let acted = other.run(&root(), &inputs);
    assert_ne!(acted.ran.status, 0, "without the wheel there is nothing to run");
    assert_eq!(acted.outputs["status"], "", "and no verdict");
}
