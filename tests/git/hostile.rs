//! Nothing that a repository's configuration names is started, and where git cannot be asked there is no verdict.

use crate::project::{Project, Run};
use crate::repository::{Repo, preflight_in};
use std::fs;

const BAD: &str = "ALTER TABLE public.accounts DROP COLUMN email;\n";

#[test]
fn no_program_of_the_configuration_is_started() {
    let repo = Repo::new();
    repo.write("env/prod/worker.env", "A=1\n");
    repo.write(".gitattributes", "*.sql diff=trap filter=trap\n*.env diff=trap filter=trap merge=trap\n");
    repo.commit("attributes");
    let trap = repo.path(".git/trap");
    fs::write(&trap, "#!/bin/sh\ntouch \"$(dirname \"$0\")/sprung-$1\"\ncat\n").unwrap();
    fs::set_permissions(&trap, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let say = |name: &str| format!("{} {name}", trap.display());
    for (key, name) in [
        ("diff.external", "external"),
        ("diff.trap.command", "command"),
        ("diff.trap.textconv", "textconv"),
        ("core.fsmonitor", "fsmonitor"),
        ("core.pager", "pager"),
        ("core.editor", "editor"),
        ("core.askPass", "askpass"),
        ("core.sshCommand", "ssh"),
        ("filter.trap.clean", "clean"),
        ("filter.trap.smudge", "smudge"),
        ("filter.trap.process", "process"),
        ("credential.helper", "credential"),
        ("gpg.program", "gpg"),
    ] {
        repo.git(&["config", key, &say(name)]);
    }
    for (key, value) in [("filter.trap.required", "true"), ("diff.renames", "copies"), ("core.untrackedCache", "true")]
    {
        repo.git(&["config", key, value]);
    }
    for hook in ["post-index-change", "pre-commit", "post-checkout", "reference-transaction", "fsmonitor-watchman"] {
        fs::create_dir_all(repo.path(".git/hooks")).unwrap();
        fs::copy(&trap, repo.path(&format!(".git/hooks/{hook}"))).unwrap();
    }
    // The times of every file differ from those in the index.
    for path in ["supabase/migrations/20260101000000_init.sql", "env/prod/worker.env", "env/dev/api.env"] {
        repo.append(path, "\n");
    }
    repo.write("supabase/migrations/3.sql", BAD);
    for arguments in [&["--changed"][..], &["--changed", "HEAD"], &["--staged"], &["--config-from", "main"], &[]] {
        let report = repo.judge_with(&[("GIT_EXTERNAL_DIFF", trap.to_str().unwrap())], arguments);
        assert!(report.status < 2, "{arguments:?}: {:?}", report.problems());
    }
    let sprung: Vec<_> = fs::read_dir(repo.path(".git"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("sprung"))
        .collect();
    assert_eq!(sprung, Vec::<String>::new());
    assert_eq!(repo.judge(&["--changed", "HEAD"]).findings(), ["no-drop-column supabase/migrations/3.sql:1"]);
}

#[test]
fn a_revision_is_no_flag() {
    let repo = Repo::new();
    for arguments in [&["--changed=--output=leak"][..], &["--config-from=--output=leak"], &["--changed=-p"]] {
        let report = repo.judge(arguments);
        assert_eq!(report.status, 2);
        assert!(report.problem()["message"].as_str().unwrap().contains("is no revision"), "{arguments:?}");
    }
    assert!(!repo.path("leak").exists());
    let report = repo.judge(&["--config-from", "gone"]);
    assert_eq!(report.problem()["message"], "--config-from: git knows no commit `gone`");
}

#[test]
fn without_git_or_a_repository_there_is_no_verdict() {
    let project = Project::broken();
    for flag in ["--changed", "--staged", "--config-from=HEAD"] {
        let run = Run::of(preflight_in(&project.folder()).args(["check", "--format", "json", flag])).report();
        let name = flag.split('=').next().unwrap();
        assert_eq!(run.problem()["message"], format!("{name}: . lies in no git repository"));
        let mut command = preflight_in(&project.folder());
        let run = Run::of(command.env("PATH", "/nonexistent").args(["check", "--format", "json", flag])).report();
        assert_eq!(run.problem()["message"], format!("{name}: git cannot be run: entity not found"));
    }
    let mut command = preflight_in(&project.folder());
    let run = Run::of(command.env("PATH", "/nonexistent").args(["check", "--format", "json"])).report();
    assert_eq!(run.findings().len(), 2, "who asks for no change needs no git");
}

#[test]
fn a_repository_of_somebody_else_is_refused_with_the_way_out() {
    let repo = Repo::new();
    // git's own switch for its tests of this.
    let report = repo.judge_with(&[("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")], &["--changed"]);
    let problem = report.problem();
    assert!(problem["message"].as_str().unwrap().contains("dubious ownership"), "{problem}");
    assert!(problem["help"].as_str().unwrap().contains("safe.directory"), "{problem}");
}

#[test]
fn with_several_projects_one_reason_is_said_once() {
    let project = Project::broken();
    let report =
        Run::of(preflight_in(&project.folder()).args(["check", "env", "supabase", "--changed", "--format", "json"]));
    assert_eq!(report.report().problems().len(), 2, "each path is named");
}
