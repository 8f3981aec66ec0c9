//! Reports in files, and beside the one on standard output: `--output`, `--step-summary`, CI systems.

use crate::project::{DEV, DROP, Project, Run, command};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

fn read(project: &Project, path: &str) -> String {
    fs::read_to_string(project.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn several_reports_are_written_at_once_and_none_changes_another() {
    let project = Project::broken();
    fs::create_dir(project.path("out")).unwrap();
    let plain = project.run(&["check"]);
    let all: Vec<String> =
        preflight::report::FORMATS.iter().flat_map(|f| ["--output".into(), format!("{0}=out/{0}", f.name)]).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let run = project.run(&[&["check"], &all[..]].concat());
    assert_eq!((run.status, &run.out, &run.err), (1, &plain.out, &plain.err));
    for format in preflight::report::FORMATS {
        let printed = project.run(&["check", "--format", format.name]).out;
        assert_eq!(read(&project, &format!("out/{}", format.name)), printed, "{}", format.name);
        assert!(printed.contains("no-drop-column"), "{}: {printed}", format.name);
    }
    assert_eq!(names(&project.path("out")).len(), preflight::report::FORMATS.len(), "nothing else is left there");
    project.run(&["check", "--output", "sarif=out/json"]).exits(1);
    assert!(read(&project, "out/json").contains("\"2.1.0\""), "what was there is replaced");
}

#[test]
fn a_file_tells_of_problems_too() {
    let project = Project::broken();
    project.write("env/prod/worker.env", b"\xff");
    let all: Vec<String> =
        preflight::report::FORMATS.iter().flat_map(|f| ["--output".into(), format!("{0}=out.{0}", f.name)]).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    project.run(&[&["check"], &all[..]].concat()).exits(2);
    for format in preflight::report::FORMATS {
        let text = read(&project, &format!("out.{}", format.name));
        assert!(text.contains("worker.env is not UTF-8"), "{}: {text}", format.name);
    }
}

#[test]
fn what_cannot_be_written_is_said_before_anything_is_read() {
    let project = Project::broken();
    fs::create_dir(project.path("folder")).unwrap();
    for (outputs, message) in [
        (&["sarif=out/report.sarif"][..], "--output sarif=out/report.sarif: its folder does not exist"),
        (&["json=good.json", "sarif=out/report.sarif"], "its folder does not exist"),
        (&["sarif=folder"], "that is a folder"),
        (&["sarif=a", "json=./a"], "two reports would be written to ./a"),
        (&["sarif=a", "json=folder/../a"], "two reports would be written to folder/../a"),
        (&["sarif=house.yaml/x"], "the path leads through a file"),
    ] {
        let arguments: Vec<&str> = outputs.iter().flat_map(|output| ["--output", output]).collect();
        let run = project.run(&[&["check"], &arguments[..]].concat());
        assert!(run.exits(2).err.contains(message), "{outputs:?}: {}", run.err);
        run.does_not_say("Checked").does_not_say("no-drop-column");
        assert!(!project.path("good.json").exists() && !project.path("a").exists());
        let report = project.check(&arguments);
        assert_eq!((report.status, report.verdict()), (2, "no-verdict"), "also for programs");
    }
}

#[test]
fn a_misspelled_output_is_bad_usage() {
    let project = Project::broken();
    for (output, words) in [
        ("report.sarif", "it is written FORMAT=FILE"),
        ("sarfi=a", "did you mean `sarif`?"),
        ("xyz=a", "there are human, compact, json"),
        ("sarif=", "it names no file"),
        ("sarif=-", "that is --format sarif"),
    ] {
        let run = project.run(&["check", "--output", output]);
        assert!(run.exits(2).err.contains(words), "{output}: {}", run.err);
    }
}

#[test]
fn a_report_never_takes_the_place_of_what_is_read() {
    let project = Project::broken();
    for path in [DEV, "house.yaml", "preflight.yaml", "env/../env/dev/api.env"] {
        let before = read(&project, path);
        let run = project.run(&["check", "--output", &format!("json={path}")]);
        run.exits(2).says("this run reads that file, and would lose it");
        assert_eq!(read(&project, path), before, "{path}");
    }
}

#[test]
fn quiet_prints_nothing_and_writes_the_files() {
    let project = Project::broken();
    let run =
        project.run(&["check", "--quiet", "--format", "json", "--output", "human=a.txt", "--output", "sarif=a.sarif"]);
    assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (1, "", ""));
    assert!(read(&project, "a.txt").contains("error[no-drop-column]"));
    let sarif: Value = serde_json::from_str(&read(&project, "a.sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 2);
    project.write("env/prod/worker.env", b"\xff");
    let run = project.run(&["check", "-q"]);
    assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (2, "", ""), "not even problems");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_no_verdict_and_one_sentence() {
    let project = Project::clean();
    let run = project.run(&["check", "--output", "sarif=/dev/full"]);
    run.exits(2);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    assert!(run.err.starts_with("preflight: /dev/full cannot be written: "), "{}", run.err);
    let run = project.run(&["check", "--output", "sarif=/dev/null", "--output", "json=/dev/null"]);
    assert_eq!((run.status, run.err.as_str()), (0, ""), "a device takes any number of reports");
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

/// More findings than are written in a moment.
fn large(project: &Project) {
    let mut text = String::new();
    for number in 0..6_000 {
        writeln!(text, "ALTER TABLE public.t{number} DROP COLUMN c;").unwrap();
    }
    project.write(DROP, text);
}

#[test]
#[cfg(unix)]
fn a_signal_leaves_nothing_that_is_half_written() {
    use std::os::unix::process::ExitStatusExt as _;
    let project = Project::clean();
    large(&project);
    fs::create_dir(project.path("out")).unwrap();
    project.write("out/page.html", "what was there");
    for (name, number) in [("INT", 2), ("TERM", 15)] {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("preflight"));
        command.args(["check", "--output", "html=out/page.html", "--format", "compact"]).env_clear();
        command.current_dir(project.folder()).stdout(std::process::Stdio::null());
        let mut child = command.spawn().unwrap();
        let begun = || names(&project.path("out")).iter().any(|name| name.ends_with(".new"));
        while !begun() {
            assert_eq!(child.try_wait().unwrap(), None, "it ended before it could be stopped");
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        let kill = std::process::Command::new("kill").args([format!("-{name}"), child.id().to_string()]).status();
        assert!(kill.unwrap().success());
        assert_eq!(child.wait().unwrap().signal(), Some(number), "it ends as if nobody had listened");
        assert_eq!(names(&project.path("out")), ["page.html"]);
        assert_eq!(read(&project, "out/page.html"), "what was there");
    }
}

/// The program in GitHub Actions, or another CI system.
fn run_in(project: &Project, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    Run::of(command(&project.folder()).args(arguments).envs(variables.iter().copied()))
}

#[test]
fn in_github_actions_annotations_stand_beside_the_report() {
    let project = Project::broken();
    let github = [("GITHUB_ACTIONS", "true"), ("CI", "true")];
    let run = run_in(&project, &github, &["check"]);
    assert_eq!(run.exits(1).out, project.run(&["check"]).out, "the report stays the report");
    let annotations: Vec<&str> = run.err.lines().collect();
    assert_eq!(annotations.len(), 2, "{}", run.err);
    assert!(
        annotations[1].starts_with(&format!(
            "::error title=no-drop-column,file={DROP},line=1,endLine=1,col=29,endColumn=46::DROP COLUMN public.accounts.email"
        )),
        "{}",
        run.err
    );
    for arguments in [&["check", "--format", "human"][..], &["check", "--format", "json"], &["check", "--quiet"]] {
        assert_eq!(run_in(&project, &github, arguments).err, "", "{arguments:?}: what is asked for is what is written");
    }
    let run = run_in(&project, &github, &["check", "--format", "github"]);
    assert!(run.out.starts_with("::warning ") && run.err.is_empty(), "{}", run.out);
    large(&project);
    let run = run_in(&project, &github, &["check"]);
    assert_eq!(run.err.lines().count(), 12, "ten of a level are shown, and one says how many more: {}", run.err);
    assert!(run.err.ends_with("::notice title=preflight::5990 more stand in the log of this step\n"), "{}", run.err);
}

#[test]
fn the_summary_of_a_step_is_appended_to() {
    let project = Project::broken();
    project.write("summary.md", "before\n");
    let variables = [("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", "summary.md")];
    run_in(&project, &variables, &["check"]).exits(1);
    assert_eq!(read(&project, "summary.md"), "before\n", "only where it is asked for");
    run_in(&project, &variables, &["check", "--step-summary"]).exits(1);
    let summary = read(&project, "summary.md");
    assert!(summary.starts_with("before\n### preflight: 1 error, 1 warning\n"), "{summary}");
    assert!(summary.contains("| ❌ error | `no-drop-column` |"), "{summary}");
    let run = project.run(&["check", "--step-summary"]);
    run.exits(2).says("GITHUB_STEP_SUMMARY names no file").does_not_say("Checked");
}

#[test]
fn gitlab_is_told_how_a_merge_request_shows_findings() {
    let project = Project::broken();
    let gitlab = [("GITLAB_CI", "true")];
    let run = run_in(&project, &gitlab, &["check"]);
    assert!(run.exits(1).err.contains("--output gitlab=gl-code-quality-report.json"), "{}", run.err);
    let run = run_in(&project, &gitlab, &["check", "--output", "gitlab=gl-code-quality-report.json"]);
    assert_eq!(run.err, "", "it is done");
    let issues: Value = serde_json::from_str(&read(&project, "gl-code-quality-report.json")).unwrap();
    assert_eq!(issues[1]["location"]["path"], DROP);
    assert_eq!(run_in(&Project::clean(), &gitlab, &["check"]).err, "");
}

/// Programs know files by their place in the repository, wherever the command runs.
#[test]
fn paths_are_those_of_the_repository_for_programs() {
    let project = Project::broken();
    fs::create_dir(project.path(".git")).unwrap();
    let run = project.run_in("env", &["check", "dev", "--output", "sarif=../a", "--output", "gitlab=../b"]);
    run.exits(0).says("[dev/api.env:1:");
    let sarif: Value = serde_json::from_str(&read(&project, "a")).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    let uri = |place: &Value| place["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap().to_owned();
    assert_eq!(uri(&result["locations"][0]), DEV);
    assert_eq!(uri(&result["relatedLocations"][0]), "house.yaml", "the policy stands above");
    let issues: Value = serde_json::from_str(&read(&project, "b")).unwrap();
    assert_eq!(issues[0]["location"]["path"], DEV);
}

/// A policy that is a part of the program is no file that a viewer could open.
#[test]
fn a_built_in_policy_is_no_file_of_the_repository() {
    let project = Project::broken();
    project.replace("preflight.yaml", "packs: [house.yaml]", "packs: [postgres, house.yaml]");
    let run = project.run(&["check", "--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&run.out).unwrap();
    let mut bases = std::collections::BTreeMap::new();
    for result in sarif["runs"][0]["results"].as_array().unwrap() {
        for place in result["relatedLocations"].as_array().unwrap() {
            let artifact = &place["physicalLocation"]["artifactLocation"];
            let folder = artifact["uri"].as_str().unwrap().split('/').next().unwrap().to_owned();
            bases.insert(folder, artifact["uriBaseId"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(bases["postgres"], "%PREFLIGHT_PACKS%", "{bases:?}");
    assert_eq!(bases["house.yaml"], "%SRCROOT%", "{bases:?}");
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.len() > 40 && rules.iter().any(|rule| rule["id"] == "log-level-is-known"));
}
