//! Input is text, never control: nothing that a terminal or a CI runner would obey reaches a stream.

use super::project::Project;
use super::run::{say, say_apart};

/// What a terminal obeys, and what a runner does; each with a mark behind it that shows that it came through as text.
const EVIL: &str = "\u{1b}[2Jm1 \u{9b}31mm2 \u{202e}m3 \u{7}\u{8}m4 \u{200b}\u{feff}m5 \u{7f}m6";
const COMMANDS: &str = "::error::m7 ##[error]m8 ##vso[task.setvariable]m9";

fn project() -> Project {
    let why = "\"a\\e[2J\\u202e\\u009b words that are long enough to be broken ::error title=x::m7 and more of them so that \
               ::stop-commands::m8 begins a line ##[group]m9\"";
    let block = "|\n      one\n      ::error::two\n      ##[error]three";
    let rules = format!(
        "# {COMMANDS}\nversion: 1\npolicies:\n  no-debug:\n    severity: error\n    why: {why}\n    fix: {block}\n    see: {why}\n    says: \"is \\e[31mred\\r\\n::warning::x\"\n    \
         forbid:\n      variable:\n        # {COMMANDS}\n        name: DEBUG\n  all:\n    severity: error\n    why: x\n    fix: x\n    says: x\n    forbid: {{ variable: {{}} }}\n"
    );
    Project::empty()
        .file("preflight.yaml", "version: 1\npacks: [rules.yaml]\ndocuments:\n  - { files: \"env/{environment}/{service}.env\", kind: dotenv }\n  - { files: \"m/*.sql\", kind: migration }\n  - { files: \"r/*.toml\", kind: railway-config }\n")
        .file("rules.yaml", rules)
        .file("env/prod/a.env", format!("DEBUG=true\n# {EVIL} {COMMANDS}\n::error::x=1\nDEBUG={EVIL}\r\n{EVIL}=x\n##[x]=y\n"))
        .file("env/pr\u{1b}[31mod/b\u{202e}::error::.env", "DEBUG=true\n")
        .file("env/prod/new\n::error::line.env", "DEBUG=true\nNOT AN ASSIGNMENT\n")
        .file("env/prod/##[error]c.env", b"\xff")
        .file(
            "m/1.sql",
            format!("::error::x;\n-- {EVIL} {COMMANDS}\ndrop table \"{EVIL}\n::error::t\";\n::stop-commands::x\n;\nselct '{EVIL} {COMMANDS}';\r\ndrop table \"##[error]x\";\n"),
        )
        .file(
            "page.md",
            format!("# `{EVIL}`\n\n| Variable | Required |\n|-|-|\n| A | yes |\n\n# `api`\n\n| Variable | Required | Value |\n|-|-|-|\n| A | yes | `{EVIL} ::error::x` |\n| B | no | ::error:: {EVIL} |\n| {EVIL} | yes | x |\n| C | {EVIL} | x |\n"),
        )
        .file("r/a.toml", "[deploy]\n\"\\u001b[2J::error::k\" = 1\nstartCommand = \"\\u001b ::error:: ##[x]\"\n[environments.\"::error::\\n::x\"]\n")
}

fn commands() -> Vec<Vec<&'static str>> {
    let formats = preflight::report::FORMATS.iter().map(|format| vec!["check", "-v", "--format", format.name]);
    let others = vec![
        vec!["check"],
        vec!["check", "-v", "--strict"],
        vec!["check", "--format", "json"],
        vec!["check", "env/prod/a.env", "::error::nowhere\u{1b}[2J", "no\n::error::where"],
        vec!["check", "--policy", "::error::x\n::error::y", "--service", "\u{1b}[2J\n::error::z"],
        vec!["check", "--config", "\u{202e}\n::error::c"],
        vec!["check", "--today", "\n::error::c"],
        vec!["check", "--fail-on", "\u{1b}[2J\n::error::z\n##[x]"],
        vec!["::error::nope\n::error::z\u{1b}[2J"],
        vec!["facts"],
        vec!["facts", "--format", "json"],
        vec!["state"],
        vec!["state", "--format", "json"],
        vec!["state", "--format", "sql"],
        vec!["drift", "--expected", ".", "--actual", "."],
        vec!["policies"],
        vec!["policies", "--format", "json"],
        vec!["init", "--from", "page.md"],
        vec!["init", "--from", "page.md", "--output", "out\n::error::x\u{1b}.yaml", "--force"],
        vec!["init", "--from", "page.md", "--environment", "\u{1b}[2J\n::error::e"],
        vec!["init", "--from", "::error::no\u{1b}.md"],
        vec!["init"],
        vec!["explain", "no-debug"],
        vec!["explain", "::error::id\u{1b}[2J"],
        vec!["explain", "\n::error::x\u{1b}"],
        vec!["explain", "-v", "env/prod/a.env:1"],
        vec!["explain", "-v", "m/1.sql:3"],
        vec!["explain", "-v", "r/a.toml:2"],
        vec!["explain", "-v", "env/prod/new\n::error::line.env:1"],
        vec!["explain", "-v", "env/pr\u{1b}[31mod/b\u{202e}::error::.env:1"],
    ];
    formats.chain(others).collect()
}

fn is_control(c: char) -> bool {
    c != '\n'
        && (c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'))
}

#[test]
fn nothing_that_a_terminal_obeys_is_printed() {
    let project = project();
    for runner in [false, true] {
        for args in commands() {
            let (_, said) = say(&project.path(), &args, b"", Some(runner));
            let bad = said.lines().find(|line| line.contains(is_control));
            assert!(bad.is_none(), "{args:?}: {:?}", bad.unwrap_or_default());
            assert!(!said.is_empty(), "{args:?}");
        }
    }
}

#[test]
fn under_a_runner_no_line_is_a_command() {
    let project = project();
    for args in commands() {
        let (_, said) = say(&project.path(), &args, b"", Some(true));
        // The format for this very runner writes its commands, letter for letter, and no other.
        let is_ours =
            |line: &str| args.ends_with(&["github"]) && preflight::report::github::Command::parse(line).is_some();
        for line in said.lines() {
            assert!(!line.trim_start().starts_with("::") || is_ours(line), "{args:?}: {line:?}");
            for word in ["##[", "##vso[", "##teamcity["] {
                assert!(!line.contains(word), "{args:?}: {line:?}");
            }
        }
        if ["json", "sarif", "gitlab"].iter().any(|format| args.ends_with(&[format])) {
            let (_, said, _) = say_apart(&project.path(), &args, b"", Some(true));
            serde_json::from_str::<serde_json::Value>(&said)
                .unwrap_or_else(|error| panic!("{args:?}: {error}: {said}"));
        }
    }
}

#[test]
fn json_says_the_same_under_a_runner() {
    let project = project();
    let json = ["check", "facts", "policies"].map(|command| [command, "--format", "json"]);
    for args in json.into_iter().chain(["sarif", "gitlab"].map(|format| ["check", "--format", format])) {
        let (_, plain, _) = say_apart(&project.path(), &args, b"", Some(false));
        let (_, runner, _) = say_apart(&project.path(), &args, b"", Some(true));
        let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(parse(&plain), parse(&runner), "{args:?}");
    }
}

#[test]
fn the_texts_are_shown_all_the_same() {
    let project = project();
    let (status, said) = say(&project.path(), &["check"], b"", Some(true));
    assert_eq!(status, 2, "one file is no text");
    for text in ["is \\u{1b}[31mred", "\\u{1b}[2J", "b\\u{202e}::error::", "new\\n::error::line.env"] {
        assert!(said.contains(text), "`{text}` is missing in:\n{said}");
    }
}

#[test]
fn the_environment_says_whether_there_is_a_runner() {
    let project = project();
    let lines = |variables: &[(&str, &str)]| {
        let outcome = project.with(&["explain", "no-debug"], |command| {
            command.envs(variables.iter().copied());
        });
        outcome.stdout.lines().filter(|line| line.trim_start().starts_with("::")).count()
    };
    assert!(lines(&[]) > 0, "without a runner a line of a policy is shown as it is");
    for variable in ["GITHUB_ACTIONS", "TF_BUILD", "CI"] {
        assert_eq!(lines(&[(variable, "true")]), 0, "{variable}");
    }
}
