//! What once was green, or silent, by accident.

use crate::project::{DROP, Project, Run, both, command};

#[test]
fn policies_of_a_path_that_is_not_there_is_no_list() {
    let project = Project::clean();
    project.run(&["policies", "gone"]).exits(2).says("gone does not exist");
}

#[test]
fn policies_with_a_date_that_is_none() {
    Project::clean().run(&["policies", "--today", "x"]).exits(2).says("--today cannot be `x`");
}

#[test]
fn doubt_outside_of_the_paths_is_counted() {
    let project = Project::clean();
    project.write("env/prod/api.env", "DATABASE_URL=${{shared.POOLER_URL}}\n");
    let report = project.check(&["supabase"]);
    assert!(report.notices().contains("1 undecided"), "{:?}", report.notices());
}

#[test]
fn doubt_about_another_environment_is_not_what_was_asked_for() {
    let project = Project::clean();
    project.write("env/prod/api.env", "DATABASE_URL=${{shared.POOLER_URL}}\n");
    assert_eq!(project.check(&["--environment", "prod", "--strict"]).status, 1);
    assert_eq!(project.check(&["--environment", "dev", "--strict"]).status, 0);
}

#[test]
fn what_was_not_understood_is_said_also_when_one_policy_is_judged() {
    let project = Project::clean();
    project.write(DROP, "ALTRE TABLE public.accounts DROP COLUMN email;\n");
    let run = project.run(&["check", "--policy", "no-drop-column"]);
    assert!(run.status == 1 || run.out.contains("not shown"), "{}", run.out);
}

#[test]
fn a_misspelled_part_of_a_matrix_hides_nothing() {
    let project = Project::broken();
    project.run(&["check", "--policy", "no-drop-column/mising"]).exits(2).does_not_say("clean");
}

#[test]
fn two_policies_one_with_a_part() {
    let project = Project::clean();
    project.append(
        "house.yaml",
        "  complete:
    severity: error
    why: w
    fix: f
    matrix:
      environments: [prod]
      services:     [api, worker]
      variables:
        SENTRY_DSN: [✅, ✅]
",
    );
    let expected = ["complete/service env/prod/worker.env missing"];
    assert_eq!(project.check(&["--policy", "complete/service"]).findings(), expected);
    let report = project.check(&["--policy", "complete/service", "--policy", "no-drop-column"]);
    assert_eq!(report.findings(), expected, "complete/missing was not asked for");
}

/// Without a byte order mark UTF-16 of ASCII text is UTF-8 with NULs. Neither PostgreSQL nor a shell takes a NUL.
#[test]
fn utf16_without_a_mark_is_a_problem() {
    for path in ["env/prod/worker.env", "supabase/migrations/3.sql"] {
        let project = Project::broken();
        let bytes: Vec<u8> = "LOG_LEVEL=INFO\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        project.write(path, bytes);
        let report = project.check(&[]);
        assert_eq!((report.status, report.problems().len()), (2, 1), "{report:#?}");
    }
}

/// Two links that lead to each other, of which one has the name of a document: one problem, not two.
#[test]
#[cfg(unix)]
fn a_loop_of_two_links_is_one_problem() {
    use std::os::unix::fs::symlink;
    let project = Project::broken();
    symlink("other", project.path("supabase/migrations/3.sql")).unwrap();
    symlink("3.sql", project.path("supabase/migrations/other")).unwrap();
    let report = project.check(&[]);
    assert_eq!(report.problem()["path"], "supabase/migrations/3.sql");
    assert!(!report.problem()["help"].as_str().unwrap().contains("right to read"), "{report:#?}");
}

/// A submodule that was not checked out, an unmounted share: documents would stand below.
#[test]
#[cfg(unix)]
fn a_dangling_link_where_a_folder_of_documents_would_stand_is_said() {
    let project = Project::clean();
    std::os::unix::fs::symlink("../vendor/stage", project.path("env/stage")).unwrap();
    project.run(&["check"]).exits(2).says("env/stage").does_not_say("clean");
}

#[test]
#[cfg(target_os = "linux")]
fn two_names_that_are_no_utf8_are_two_documents() {
    use std::os::unix::ffi::OsStrExt as _;
    let project = Project::clean();
    for name in [&b"a\xff.env"[..], b"a\xfe.env"] {
        std::fs::write(project.path("env/prod").join(std::ffi::OsStr::from_bytes(name)), "LOG_LEVEL=VERBOSE\n")
            .unwrap();
    }
    let report = project.check(&[]);
    assert!(report.findings().len() == 2 || report.status == 2, "{:?}", report.findings());
}

#[test]
fn a_named_configuration_is_its_project_from_anywhere() {
    let (project, beside) = (Project::broken(), Project::empty());
    let config = project.path("preflight.yaml");
    let report = beside.check(&["--config", config.to_str().unwrap()]);
    assert_eq!((report.status, report.findings().len()), (1, 2), "{:?}", report.problems());
}

#[test]
fn explain_says_what_could_not_be_read() {
    let project = Project::broken();
    project.write("env/prod/worker.env", b"\xff");
    project.run(&["explain", "env/dev/api.env:1"]).says("× log-level-is-known").says("worker.env is not UTF-8");
}

#[test]
fn facts_of_a_label_that_nothing_has_are_a_problem() {
    let project = Project::clean();
    project.run(&["facts", "--environment", "prd"]).exits(2).says("Did you mean `prod`?");
    project.run(&["facts", "--service", "apy"]).exits(2).says("Did you mean `api`?");
}

#[test]
#[cfg(unix)]
fn a_folder_that_is_gone_is_said() {
    let project = Project::empty();
    std::fs::create_dir(project.path("away")).unwrap();
    let binary = assert_cmd::cargo::cargo_bin!("preflight");
    let line = format!("cd away && rmdir ../away && exec '{}' check", binary.display());
    let mut command = std::process::Command::new("sh");
    let output = command.args(["-c", &line]).current_dir(project.folder()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(!output.stderr.is_empty() || !output.stdout.is_empty(), "not a word");
}

#[test]
#[cfg(unix)]
fn a_preflight_yaml_that_is_there_but_no_file_is_not_passed_over() {
    let project = Project::broken();
    std::os::unix::fs::symlink("gone.yaml", project.path("env/preflight.yaml")).unwrap();
    project.run(&["check", "env"]).exits(2).says("env/preflight.yaml");
}

#[test]
fn an_entry_that_earlier_ones_leave_nothing_is_told_so() {
    let project = Project::broken();
    project.replace("preflight.yaml", "documents:\n", "documents:\n  - { files: \"env/**/*.env\", kind: dotenv }\n");
    let report = project.check(&[]);
    let message = report.problem()["message"].as_str().unwrap();
    assert!(!message.contains("no file fits"), "files do fit, and an earlier entry has them: {message}");
}

#[test]
fn folders_below_two_stars_are_walked_and_are_no_problem() {
    let project = Project::broken();
    project.replace("preflight.yaml", "env/{environment}/{service}.env", "env/**");
    let report = project.check(&[]);
    assert_eq!(report.problems(), Vec::<&str>::new());
    assert_eq!(report.findings(), both());
}

/// Promise 1: a pattern that found no file is said. A misspelled `exclude` reads what was to be left out.
#[test]
fn an_exclude_that_fits_nothing_is_said() {
    let project = Project::clean();
    project.append("preflight.yaml", "exclude: [\"enf/**\"]\n");
    project.run(&["check"]).says("enf/**");
}

#[test]
fn no_line_says_0_errors_above_an_error() {
    let project = Project::clean();
    project.run(&["check", "gone", "."]).exits(2).does_not_say("0 errors");
}

/// Low: there is no preflight.yaml that a pack could be named in; who judges is said, and how to get one.
#[test]
fn standard_input_without_a_configuration_is_judged_by_the_general_packs() {
    let project = Project::empty();
    let run = Run::of(command(&project.folder()).args(["check", "-", "--kind", "dotenv"]).write_stdin("A=1\n"));
    run.exits(0).says("there is no preflight.yaml: judged by separation, git").says("1 document");
}

/// `preflight facts | head -1` with a document that cannot be read: 2 without the pipe, 0 with it.
#[test]
fn a_reader_of_facts_that_goes_away_does_not_change_the_status() {
    use std::io::{BufRead as _, BufReader};
    let project = Project::clean();
    let text: String = (0..2_000).map(|number| format!("ALTER TABLE public.t{number} DROP COLUMN c;\n")).collect();
    project.write(DROP, text);
    project.write("env/prod/worker.env", b"\xff");
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("preflight"));
    command.arg("facts").current_dir(project.folder()).env_clear();
    let mut child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    reader.read_line(&mut String::new()).unwrap();
    drop(reader);
    assert_eq!(child.wait().unwrap().code(), Some(2));
}
