//! `preflight import railway` and `scripts/railway-export.sh`, against a `railway` that answers with the clean fixture:
//! what they write, how private it is, and what they say where something is missing.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![allow(clippy::print_stderr, reason = "a test that cannot run here says so")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

fn fixture() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/railway/clean/railway")
}

/// A machine with a project folder, and a folder for its commands.
struct Machine {
    folder: TempDir,
}

impl Machine {
    /// One on which `railway` is this script.
    fn new(script: &str) -> Self {
        let machine = Self::bare();
        let path = machine.path("bin/railway");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        machine
    }

    /// One without `railway`.
    fn bare() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("bin")).unwrap();
        fs::create_dir(folder.path().join("project")).unwrap();
        Self { folder }
    }

    /// One that answers as Railway does, with the exports of the clean fixture; every call is written down.
    fn answering() -> Self {
        let fixture = fixture();
        let fixture = fixture.display();
        Self::new(&format!(
            r#"echo "$@" >> ../calls
case "$*" in
  "status --json") cat "{fixture}/status.json" ;;
  "environment config --environment production --json") cat "{fixture}/prod/environment.json" ;;
  "environment config --environment development --json") cat "{fixture}/dev/environment.json" ;;
  "variable list --service 3f0c1d52-77aa-4c1e-9b0e-0a1b2c3d4e01 --environment production --json") cat "{fixture}/prod/api.json" ;;
  "variable list --service 3f0c1d52-77aa-4c1e-9b0e-0a1b2c3d4e03 --environment production --json") cat "{fixture}/prod/Tide Pool.json" ;;
  "variable list --service "*) echo '{{}}' ;;
  *) echo "no such command: MADEUP-in-an-error" >&2; exit 1 ;;
esac"#
        ))
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn import(&self, arguments: &[&str]) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_preflight"));
        self.run(command.args(["import", "railway"]).args(arguments))
    }

    fn run(&self, command: &mut Command) -> (i32, String) {
        let path = format!("{}:/usr/bin:/bin", self.path("bin").display());
        let Output { status, stdout, stderr } =
            command.current_dir(self.path("project")).env_clear().env("PATH", path).output().unwrap();
        (status.code().unwrap(), String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap())
    }

    /// Every file and folder of an import with its mode.
    fn tree(&self, below: &str) -> BTreeMap<String, u32> {
        let root = self.path("project");
        let (mut found, mut todo) = (BTreeMap::new(), vec![root.join(below)]);
        while let Some(path) = todo.pop() {
            let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            found.insert(path.strip_prefix(&root).unwrap().to_string_lossy().into_owned(), mode);
            if path.is_dir() {
                todo.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            }
        }
        found
    }
}

const TREE: &[(&str, u32)] = &[
    ("railway", 0o700),
    ("railway/.gitignore", 0o600),
    ("railway/development", 0o700),
    ("railway/development/Sandbox.json", 0o600),
    ("railway/development/api.json", 0o600),
    ("railway/development/environment.json", 0o600),
    ("railway/production", 0o700),
    ("railway/production/Tide Pool.json", 0o600),
    ("railway/production/api.json", 0o600),
    ("railway/production/environment.json", 0o600),
    ("railway/production/worker.json", 0o600),
    ("railway/status.json", 0o600),
];

fn tree() -> BTreeMap<String, u32> {
    TREE.iter().map(|(path, mode)| ((*path).to_owned(), *mode)).collect()
}

fn same(one: &Path, other: &Path) -> bool {
    fs::read(one).unwrap() == fs::read(other).unwrap()
}

#[test]
fn a_project_is_audited_in_two_commands() {
    let machine = Machine::answering();
    let (status, said) = machine.import(&[]);
    assert_eq!(status, 0, "{said}");
    assert!(said.starts_with("wrote 8 files below railway, for your eyes only\n  railway/status.json\n"), "{said}");
    assert!(said.trim_end().ends_with("Next:  preflight check") && !said.contains("MADEUP"), "{said}");
    assert_eq!(machine.tree("railway"), tree());
    let written = machine.path("project/railway");
    assert!(same(&written.join("production/environment.json"), &fixture().join("prod/environment.json")));
    assert!(same(&written.join("production/Tide Pool.json"), &fixture().join("prod/Tide Pool.json")));
    // The configuration that it prints is one, and reads all of it.
    let config = said.split("This one reads the files:\n\n").nth(1).unwrap().split("\nNext:").next().unwrap();
    fs::write(machine.path("project/preflight.yaml"), config).unwrap();
    let (status, report) = machine.run(Command::new(env!("CARGO_BIN_EXE_preflight")).args(["check", "--strict"]));
    assert_eq!(status, 0, "{report}");
    assert!(report.starts_with("clean: checked 8 documents (8 Railway)"), "{report}");
    let (status, again) = machine.import(&[]);
    assert_eq!(status, 0, "a second time takes the place of the first: {again}");
    assert!(!again.contains("This one reads"), "{again}");
    assert_eq!(machine.tree("railway"), tree());
}

#[test]
fn a_folder_that_others_could_read_is_closed() {
    let machine = Machine::answering();
    fs::create_dir_all(machine.path("project/exports/production")).unwrap();
    fs::write(machine.path("project/exports/production/api.json"), "{}").unwrap();
    fs::set_permissions(machine.path("project/exports"), fs::Permissions::from_mode(0o755)).unwrap();
    let (status, said) = machine.import(&["--into", "exports", "--environment", "production"]);
    assert_eq!(status, 0, "{said}");
    let tree = machine.tree("exports");
    assert_eq!(tree["exports"], 0o700);
    assert_eq!(tree["exports/production/api.json"], 0o600, "an old file is not written through");
    assert!(!tree.contains_key("exports/development"));
    let calls = fs::read_to_string(machine.path("calls")).unwrap();
    assert!(!calls.contains("--environment development"), "{calls}");
}

#[test]
fn a_link_is_not_followed() {
    let machine = Machine::answering();
    fs::create_dir(machine.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(machine.path("elsewhere"), machine.path("project/railway")).unwrap();
    let (status, said) = machine.import(&[]);
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("railway cannot be written"), "{said}");
    assert_eq!(fs::read_dir(machine.path("elsewhere")).unwrap().count(), 0);
}

#[test]
fn without_railway_it_says_what_it_needs() {
    let machine = Machine::bare();
    let (status, said) = machine.import(&[]);
    assert_eq!(status, 2, "{said}");
    for words in
        ["is not on this machine", "docs.railway.com/cli", "railway login", "railway link", "scripts/railway-export.sh"]
    {
        assert!(said.replace('\n', " ").contains(words), "{said}");
    }
    assert!(!machine.path("project/railway").exists(), "nothing is left behind");
}

#[test]
fn what_goes_wrong_is_said_without_what_the_command_said() {
    for (script, words) in [
        ("echo 'Unauthorized. Please login with MADEUP' >&2; exit 1", "railway login"),
        ("echo 'No linked project MADEUP' >&2; exit 1", "railway link"),
        ("echo MADEUP >&2; exit 3", "by hand"),
        ("echo 'MADEUP is no JSON'", "is no JSON"),
        ("echo '{\"environments\": \"MADEUP\"}'", "lists no environments"),
    ] {
        let machine = Machine::new(script);
        let (status, said) = machine.import(&[]);
        assert_eq!(status, 2, "{said}");
        assert!(said.contains(words) && !said.contains("MADEUP"), "{script}: {said}");
        assert!(!machine.path("project/railway").exists());
    }
    let machine = Machine::answering();
    let (status, said) = machine.import(&["--environment", "prodution"]);
    assert_eq!(status, 2);
    assert!(said.contains("did you mean `production`?"), "{said}");
}

#[test]
fn one_export_that_fails_costs_one_problem() {
    let machine = Machine::answering();
    let script = fs::read_to_string(machine.path("bin/railway")).unwrap();
    let script = script.replace("\"environment config --environment development --json\")", "\"never\")");
    fs::write(machine.path("bin/railway"), script).unwrap();
    let (status, said) = machine.import(&[]);
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("the configuration of development could not be exported"), "{said}");
    assert_eq!(machine.tree("railway").len(), TREE.len() - 1, "the others are there: {said}");
}

#[test]
fn the_script_writes_the_same() {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scripts/railway-export.sh");
    let machine = Machine::bare();
    let (status, said) = machine.run(Command::new("/bin/sh").arg(&script));
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("`railway` is not on this machine") && said.contains("railway login"), "{said}");
    if Command::new("jq").arg("--version").output().is_err() {
        return eprintln!("jq is not here: the script is tested no further");
    }
    let machine = Machine::answering();
    let (status, said) = machine.run(Command::new("/bin/sh").arg(&script));
    assert_eq!(status, 0, "{said}");
    assert_eq!(machine.tree("railway"), tree());
    assert!(same(&machine.path("project/railway/production/Tide Pool.json"), &fixture().join("prod/Tide Pool.json")));
    let machine = Machine::new("echo MADEUP >&2; exit 1");
    let (status, said) = machine.run(Command::new("/bin/sh").arg(&script));
    assert_eq!(status, 2);
    assert!(said.contains("railway status --json") && !said.contains("MADEUP"), "{said}");
}
