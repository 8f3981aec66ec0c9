//! Colour, width, pipes that close, disks that are full.

use crate::project::{DROP, Project, Run, command};
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

const ESC: &str = "\u{1b}[";

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let project = Project::broken();
    for (arguments, variables, colour) in [
        (&[][..], &[][..], false),
        (&["--color", "auto"], &[], false),
        (&["--color", "never"], &[("CLICOLOR_FORCE", "1")], false),
        (&["--color", "always"], &[], true),
        (&["--color", "always"], &[("NO_COLOR", "1")], true),
        (&[], &[("CLICOLOR_FORCE", "1")], true),
        (&[], &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], false),
        (&[], &[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")], false),
        (&["--format", "json"], &[("CLICOLOR_FORCE", "1")], false),
    ] {
        let mut command = command(&project.folder());
        command.arg("check").args(arguments).envs(variables.iter().copied());
        let run = Run::of(&mut command);
        run.exits(1);
        assert_eq!(run.out.contains(ESC), colour, "{arguments:?} {variables:?}");
    }
}

#[test]
fn colour_changes_no_word() {
    let project = Project::broken();
    let coloured = project.run(&["check", "--color", "always"]).out;
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once(ESC) {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    assert_eq!(plain, project.run(&["check"]).out);
}

/// `script` gives the program a terminal.
#[test]
#[cfg(target_os = "linux")]
fn a_terminal_gets_colour_and_its_width() {
    let project = Project::broken();
    let binary = assert_cmd::cargo::cargo_bin!("preflight");
    let run = |before: &str| {
        let line = format!("stty rows 30 cols 60; {before} '{}' check", binary.display());
        let mut command = std::process::Command::new("script");
        command.args(["-qec", &line, "/dev/null"]).current_dir(project.folder()).env("TERM", "xterm");
        command.env_remove("NO_COLOR").stdin(Stdio::null()).output()
    };
    let Ok(output) = run("") else {
        eprintln!("SKIPPED: there is no `script` to make a terminal with");
        return;
    };
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stdout).contains(ESC));
    let output = run("NO_COLOR=1").unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains(ESC) && text.contains("log-level-is-known"), "{text}");
    let findings = text.lines().map(|line| line.trim_end_matches('\r')).take_while(|line| !line.starts_with("Checked"));
    for line in findings {
        // A path stays whole, to be opened from the terminal.
        assert!(line.contains("╭─[") || line.chars().count() <= 60, "{line}");
    }
}

#[test]
fn a_pipe_without_a_terminal_gets_at_most_100_columns() {
    let project = Project::broken();
    let mut long = "-- ".to_owned() + &"long ".repeat(60);
    long.push_str("\nALTER TABLE public.accounts DROP COLUMN email; /* ");
    long.push_str(&"and on ".repeat(60));
    long.push_str("*/\n");
    project.write(DROP, long);
    let run = project.run(&["check"]);
    run.exits(1).says("DROP COLUMN email").says("…");
    for line in run.out.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

/// A project that prints more than a pipe holds.
fn large() -> Project {
    let project = Project::clean();
    let mut text = String::new();
    for number in 0..2_000 {
        writeln!(text, "ALTER TABLE public.t{number} DROP COLUMN c;").unwrap();
    }
    project.write(DROP, text);
    project
}

#[test]
fn a_reader_that_goes_away_ends_the_output_without_a_word() {
    let project = large();
    let binary = assert_cmd::cargo::cargo_bin!("preflight");
    let formats = preflight::report::FORMATS.iter().map(|format| vec!["check", "--format", format.name]);
    let facts = [vec!["check"], vec!["facts"], vec!["facts", "--format", "json"]];
    for arguments in formats.chain(facts) {
        let mut command = std::process::Command::new(binary);
        command.args(&arguments).current_dir(project.folder()).env_clear();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        reader.read_line(&mut first).unwrap();
        drop(reader);
        let output = child.wait_with_output().unwrap();
        assert!(!first.is_empty());
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert!(output.status.code().is_some(), "{arguments:?} ended by a signal");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_no_verdict() {
    let binary = assert_cmd::cargo::cargo_bin!("preflight");
    for (project, arguments) in
        [(large(), &["check"][..]), (Project::clean(), &["check"]), (Project::clean(), &["facts", "--format", "json"])]
    {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = std::process::Command::new(binary);
        let output = command.args(arguments).current_dir(project.folder()).env_clear().stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(err.contains("the output cannot be written") && !err.contains("panicked"), "{err}");
    }
}

/// `set -o pipefail; preflight check | head -1` must not be green.
#[test]
fn a_reader_that_goes_away_does_not_change_the_verdict() {
    let project = Project::clean();
    let text: String = (0..2_000).map(|number| format!("ALTER TABLE public.t{number} DROP COLUMN c;\n")).collect();
    project.write(DROP, text);
    for (arguments, status) in [(&["check"][..], 1), (&["check", "--format", "json"], 1), (&["check", "gone", "."], 2)]
    {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("preflight"));
        command.args(arguments).current_dir(project.folder()).env_clear();
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        reader.read_line(&mut String::new()).unwrap();
        drop(reader);
        assert_eq!(child.wait().unwrap().code(), Some(status), "{arguments:?}");
    }
}

/// The contract: what was found goes to standard output, what keeps the run from its verdict to the other stream.
#[test]
fn findings_and_problems_have_streams_of_their_own() {
    let project = Project::broken();
    project.write("env/prod/worker.env", b"\xff");
    let run = project.run(&["check"]);
    run.exits(2);
    assert!(run.out.contains("error[no-drop-column]") && run.out.contains("   exit 2\n"), "{}", run.out);
    assert!(!run.out.contains("worker.env is not UTF-8") && !run.out.contains("clean"), "{}", run.out);
    assert!(
        run.err.contains("worker.env is not UTF-8") && run.err.contains("1 error in 1 document, exit 2"),
        "{}",
        run.err
    );
    assert!(!run.err.contains("no-drop-column"), "{}", run.err);
    for format in preflight::report::FORMATS {
        let run = project.run(&["check", "--format", format.name]);
        assert!(run.exits(2).err.contains("worker.env is not UTF-8"), "{}: {}", format.name, run.err);
    }
    for arguments in [&["facts"][..], &["explain", "env/dev/api.env:1"], &["policies", "gone"], &["explain", "nothing"]]
    {
        let run = project.run(arguments);
        assert!(run.exits(2).err.contains("exit 2") && !run.out.contains("exit 2"), "{arguments:?}: {}", run.out);
    }
}

#[test]
fn a_broken_policy_leaves_standard_output_empty() {
    let project = Project::broken();
    project.replace("house.yaml", "forbid:", "forbit:");
    let run = project.run(&["check"]);
    assert_eq!(run.exits(2).out, "");
    assert!(run.err.contains("did you mean `forbid`?"), "{}", run.err);
}

#[test]
fn colour_of_problems_follows_their_own_stream() {
    let project = Project::broken();
    for (arguments, colour) in [(&["check", "gone"][..], false), (&["check", "gone", "--color", "always"], true)] {
        let run = project.run(arguments);
        assert_eq!(run.err.contains(ESC), colour, "{}", run.err);
    }
}

/// `script` gives the program a terminal; what it waits for is standard input.
#[test]
#[cfg(target_os = "linux")]
fn a_long_run_says_how_far_it_is_to_a_terminal_only() {
    let project = Project::clean();
    let binary = assert_cmd::cargo::cargo_bin!("preflight");
    let run = |more: &str, after: &str| {
        let line = format!(
            "(sleep 1; echo LOG_LEVEL=INFO) | {more} '{}' check - --kind dotenv --service api --environment prod {after}",
            binary.display()
        );
        let mut command = std::process::Command::new("script");
        command.args(["-qec", &line, "/dev/null"]).current_dir(project.folder()).env_clear().env("TERM", "xterm");
        command.env("PATH", std::env::var_os("PATH").unwrap()).stdin(Stdio::null());
        command.output().map(|output| String::from_utf8(output.stdout).unwrap())
    };
    let Ok(text) = run("", "") else {
        eprintln!("SKIPPED: there is no `script` to make a terminal with");
        return;
    };
    assert!(text.contains("\rreading ·") && text.contains("clean:"), "{text:?}");
    let (before, last) = text.rsplit_once("\u{1b}[K").unwrap();
    assert!(before.ends_with('\r') && !last.contains("reading"), "the line is gone at the end: {text:?}");
    for (more, after) in [("", "--quiet"), ("CI=true", ""), ("TERM=dumb", ""), ("", "2>/dev/null")] {
        let text = run(more, after).unwrap();
        assert!(!text.contains("reading"), "{more} {after}: {text:?}");
    }
}
