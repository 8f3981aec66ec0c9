//! Bad input: what cannot be opened, decoded or parsed as its kind is one problem and no verdict; what cannot be read
//! inside a file that was divided is a finding; and the rest is judged.

use crate::project::{DROP, Project, both};
use std::fs;

/// One problem with these words, no verdict, and everything else is still judged; people read the same.
#[track_caller]
fn is_one_problem(project: &Project, words: &[&str]) {
    let report = project.check(&[]);
    let problem = report.problem();
    for word in words {
        assert!(problem["message"].as_str().unwrap().contains(word), "no `{word}` in {problem:#}");
    }
    assert_eq!((report.status, report.verdict()), (2, "no-verdict"));
    assert_eq!(report.findings(), both(), "the rest is still judged");
    let run = project.run(&["check"]);
    run.exits(2).says("exit 2").does_not_say("clean").does_not_say("exit 1");
    run.says("no-drop-column").says("log-level-is-known");
    project.run(&["check", "--quiet"]).exits(2);
}

/// The same, with the place of the problem.
#[track_caller]
fn is_one_problem_at(project: &Project, words: &[&str], path: &str, line: u64) {
    is_one_problem(project, words);
    let report = project.check(&[]);
    let problem = report.problem();
    assert_eq!((problem["path"].as_str(), problem["line"].as_u64()), (Some(path), Some(line)), "{problem:#}");
    project.run(&["check"]).says(&format!("[{path}:{line}:"));
}

/// A text as UTF-16 with a byte order mark.
fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect()
}

#[test]
fn the_project_that_the_tests_start_from_is_clean() {
    let report = Project::clean().check(&[]);
    assert_eq!((report.status, report.verdict()), (0, "clean"));
    assert_eq!(report.json["totals"]["facts"].as_u64().map(|facts| facts > 5), Some(true));
    Project::clean().run(&["check"]).exits(0).says("clean: checked 5 documents").says("against 3 policies of house");
    let report = Project::broken().check(&[]);
    assert_eq!((report.status, report.findings()), (1, both()));
}

#[test]
fn a_missing_path_is_a_problem_and_other_paths_are_judged() {
    let project = Project::broken();
    let report = project.check(&["supabase/migrasions", "."]);
    assert_eq!(report.problem()["message"], "supabase/migrasions does not exist");
    assert_eq!((report.status, report.findings()), (2, both()));
    project.run(&["check", "supabase/migrasions"]).exits(2).says("supabase/migrasions does not exist");
    project.run(&["check", "nowhere/at/all.env", "env"]).exits(2).says("nowhere/at/all.env does not exist");
}

#[test]
fn bytes_that_are_not_utf8_are_named_with_their_line() {
    for path in ["railway/prod/worker.json", "supabase/migrations/20260103000000_x.sql"] {
        let project = Project::broken();
        project.write(path, b"# Gr\xc3\xbc\xc3\x9fe\n# caf\xe9\n");
        is_one_problem(&project, &[path, "not UTF-8", "line 2"]);
    }
}

/// An env file is read line by line: one that cannot be read costs a finding, and the rest is judged.
#[test]
fn a_line_of_an_env_file_that_is_no_text_is_one_finding() {
    let project = Project::broken();
    project.write("env/prod/worker.env", b"LOG_LEVEL=INFO\nNAME=caf\xe9\n");
    let report = project.check(&["."]);
    assert_eq!(report.status, 1);
    let unread = report.json["findings"].as_array().unwrap().iter().find(|one| one["policy"] == "not-understood");
    let unread = unread.unwrap();
    assert_eq!((&unread["path"], &unread["line"]), (&"env/prod/worker.env".into(), &2.into()));
    assert_eq!(report.json["findings"].as_array().unwrap().len(), 3, "{:#}", report.json);
}

#[test]
fn utf16_is_called_by_its_name() {
    for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        let project = Project::broken();
        project.write("env/prod/worker.env", utf16("LOG_LEVEL=INFO\r\n", bytes));
        is_one_problem(&project, &["env/prod/worker.env", "UTF-16"]);
        project.remove("env/prod/worker.env");
        project.write("supabase/migrations/20260103000000_x.sql", utf16("SELECT 1;\n", bytes));
        is_one_problem(&project, &["20260103000000_x.sql", "UTF-16"]);
    }
}

#[test]
fn utf8_with_a_byte_order_mark_and_windows_line_ends_is_read() {
    let project = Project::clean();
    project.write("env/prod/worker.env", "\u{feff}LOG_LEVEL=VERBOSE\r\n");
    project.write(DROP, "\u{feff}\r\nALTER TABLE public.accounts\r\n  DROP COLUMN email;\r\n");
    let report = project.check(&[]);
    let expected = ["log-level-is-known env/prod/worker.env:1".to_owned(), format!("no-drop-column {DROP}:3")];
    assert_eq!((report.status, report.findings()), (1, expected.to_vec()));
}

#[test]
fn a_folder_called_like_a_file_is_a_problem() {
    let project = Project::broken();
    fs::create_dir(project.path("supabase/migrations/x.sql")).unwrap();
    is_one_problem(&project, &["supabase/migrations/x.sql is a folder"]);
    project.write("supabase/migrations/x.sql/inside.txt", "nobody's document");
    is_one_problem(&project, &["supabase/migrations/x.sql is a folder"]);
}

#[test]
fn a_file_of_more_than_256_mib_is_a_problem() {
    let project = Project::broken();
    let file = fs::File::create(project.path("env/prod/worker.env")).unwrap();
    file.set_len(300 * 1024 * 1024).unwrap();
    is_one_problem(&project, &["env/prod/worker.env", "larger than 256 MiB"]);
}

#[cfg(unix)]
mod links {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    #[test]
    fn a_link_that_leads_back_up_is_a_problem_and_ends() {
        let project = Project::broken();
        symlink("..", project.path("env/again")).unwrap();
        is_one_problem(&project, &["env/again", "loop of symbolic links"]);
    }

    #[test]
    fn a_document_that_is_a_link_to_itself_is_a_problem() {
        let project = Project::broken();
        symlink("worker.env", project.path("env/prod/worker.env")).unwrap();
        is_one_problem(&project, &["env/prod/worker.env", "loop of symbolic links"]);
    }

    #[test]
    fn a_document_that_is_a_link_to_nothing_is_a_problem() {
        let project = Project::broken();
        symlink("../shared/worker.env", project.path("env/prod/worker.env")).unwrap();
        is_one_problem(&project, &["env/prod/worker.env is a link to nothing"]);
        let run = project.run(&["check", "env/prod/worker.env"]);
        run.exits(2)
            .says("env/prod/worker.env is a link to nothing")
            .does_not_say("right to read")
            .does_not_say("is no document");
    }

    #[test]
    fn links_to_files_and_folders_are_followed() {
        let project = Project::clean();
        project.write("shared/stage/api.env", "LOG_LEVEL=VERBOSE\n");
        symlink("../shared/stage", project.path("env/stage")).unwrap();
        symlink("../../shared/stage/api.env", project.path("env/prod/worker.env")).unwrap();
        let report = project.check(&[]);
        let expected =
            ["log-level-is-known env/prod/worker.env:1", "log-level-is-known env/stage/api.env:1"].map(str::to_owned);
        assert_eq!((report.status, report.findings()), (0, expected.to_vec()));
    }

    #[test]
    fn a_file_without_permission_is_a_problem() {
        let project = Project::broken();
        project.write("env/prod/worker.env", "LOG_LEVEL=INFO\n");
        fs::set_permissions(project.path("env/prod/worker.env"), fs::Permissions::from_mode(0o000)).unwrap();
        if fs::read(project.path("env/prod/worker.env")).is_ok() {
            eprintln!("SKIPPED: this user may read everything (root), so nothing can be forbidden to it");
            return;
        }
        is_one_problem(&project, &["env/prod/worker.env", "permission denied"]);
    }

    #[test]
    fn a_folder_without_permission_is_a_problem() {
        let project = Project::broken();
        project.write("env/stage/api.env", "LOG_LEVEL=INFO\n");
        let set = |mode| fs::set_permissions(project.path("env/stage"), fs::Permissions::from_mode(mode)).unwrap();
        set(0o000);
        if fs::read_dir(project.path("env/stage")).is_ok() {
            eprintln!("SKIPPED: this user may read everything (root), so nothing can be forbidden to it");
            return;
        }
        is_one_problem(&project, &["env/stage", "permission denied"]);
        set(0o700);
    }

    /// Not even root can read the start of this file.
    #[test]
    #[cfg(target_os = "linux")]
    fn a_file_that_fails_while_it_is_read_is_a_problem() {
        let project = Project::broken();
        symlink("/proc/self/mem", project.path("env/prod/worker.env")).unwrap();
        is_one_problem(&project, &["env/prod/worker.env is behind a link that leaves the folder of preflight.yaml"]);
        project.run(&["check", "--config", "/proc/self/mem"]).exits(2).says("/proc/self/mem cannot be read");
    }

    #[test]
    fn a_socket_is_a_problem_and_nobody_waits_for_it() {
        let project = Project::broken();
        let _socket = std::os::unix::net::UnixListener::bind(project.path("env/prod/worker.env")).unwrap();
        is_one_problem(&project, &["env/prod/worker.env is no regular file"]);
    }
}

#[test]
fn broken_json_has_its_place() {
    for (text, line) in [("{\n  \"LOG_LEVEL\": \"INFO\",\n  \"A\" \"b\"\n}\n", 3), ("", 1), ("[1, 2]\n", 1)] {
        let project = Project::broken();
        project.write("railway/prod/worker.json", text);
        is_one_problem_at(&project, &[], "railway/prod/worker.json", line);
    }
}

#[test]
fn broken_toml_has_its_place() {
    let project = Project::broken();
    project.write("deploy/worker/railway.toml", "[build]\nbuilder = \"RAILPACK\"\n\n[deploy\nnumReplicas = 1\n");
    is_one_problem_at(&project, &["not TOML"], "deploy/worker/railway.toml", 4);
}

#[test]
fn nesting_without_end_is_a_problem_and_not_the_end_of_the_program() {
    let deep = 200_000;
    let project = Project::broken();
    project.write("railway/prod/worker.json", "[".repeat(deep));
    is_one_problem_at(&project, &["nested deeper"], "railway/prod/worker.json", 1);
    project.remove("railway/prod/worker.json");
    project.write("deploy/worker/railway.toml", format!("a = {}", "[".repeat(deep)));
    is_one_problem_at(&project, &["nested deeper"], "deploy/worker/railway.toml", 1);
    project.remove("deploy/worker/railway.toml");
    project.write("supabase/migrations/20260103000000_x.sql", format!("SELECT {};\n", "(".repeat(deep)));
    let report = project.check(&[]);
    assert_eq!(report.status, 1);
    assert!(report.findings().contains(&"not-understood supabase/migrations/20260103000000_x.sql:1".to_owned()));
}

#[test]
fn a_problem_hides_no_other_problem() {
    let project = Project::broken();
    project.write("env/prod/worker.env", b"\xff");
    project.write("railway/prod/worker.json", "{");
    project.write("deploy/worker/railway.toml", "=");
    fs::create_dir(project.path("supabase/migrations/x.sql")).unwrap();
    let report = project.check(&["gone", "."]);
    assert_eq!((report.status, report.problems().len()), (2, 5), "{:#?}", report.problems());
    project.run(&["check", "."]).exits(2).says("4 errors in 4 documents, exit 2");
}

#[test]
fn a_statement_that_cannot_be_read_is_an_error_and_the_others_are_judged() {
    let project = Project::clean();
    let text = "ALTER TABLE a DROP COLUMN b;\nSELEC 1 FRM nowhere;\nALTER TABLE a DROP COLUMN c;\n";
    project.write(DROP, text);
    let report = project.check(&[]);
    let expected = [(1, "no-drop-column"), (2, "not-understood"), (3, "no-drop-column")];
    let expected: Vec<String> = expected.iter().map(|(line, policy)| format!("{policy} {DROP}:{line}")).collect();
    assert_eq!((report.status, report.findings()), (1, expected));
    assert_eq!(report.json["findings"][1]["severity"], "error");
    assert_eq!(report.problems(), Vec::<&str>::new(), "the file was divided");
    project.write(DROP, "SELEC 1 FRM nowhere;\n");
    project.run(&["check"]).exits(1).says("error[not-understood]").says("1 error").does_not_say("clean");
}

#[test]
fn a_string_without_end_names_what_it_swallows() {
    let project = Project::clean();
    project.write(DROP, "ALTER TABLE a DROP COLUMN b;\nSELECT 'it;\nALTER TABLE a DROP COLUMN c;\n");
    let report = project.check(&[]);
    let expected = [format!("no-drop-column {DROP}:1"), format!("not-understood {DROP}:2")];
    assert_eq!((report.status, report.findings()), (1, expected.to_vec()));
    assert!(report.json["findings"][1]["message"].as_str().unwrap().contains("DROP"), "{report:#?}");
}

#[test]
fn a_line_that_cannot_be_read_is_a_warning_and_the_others_are_judged() {
    let project = Project::clean();
    project.write("env/prod/worker.env", "HOST=a\nthis is no assignment\nLOG_LEVEL=VERBOSE\n");
    let report = project.check(&[]);
    let path = "env/prod/worker.env";
    let expected = [format!("not-understood {path}:2"), format!("log-level-is-known {path}:3")];
    assert_eq!((report.status, report.findings()), (0, expected.to_vec()));
    assert_eq!(report.json["findings"][0]["severity"], "warning");
    project.run(&["check", "--fail-on", "warning"]).exits(1);
    project.write(path, "this is no assignment\n");
    project.run(&["check"]).exits(0).says("warning[not-understood]").says("1 warning").does_not_say("clean");
}

#[test]
fn empty_files_are_read_and_say_nothing() {
    let project = Project::clean();
    project.write("env/prod/worker.env", "");
    project.write("supabase/migrations/20260103000000_x.sql", "");
    project.write("deploy/worker/railway.toml", "");
    let report = project.check(&[]);
    assert_eq!((report.status, report.verdict()), (0, "clean"));
    project.run(&["check"]).says("clean: checked 8 documents");
}

#[test]
fn an_entry_that_fits_no_file_is_a_problem_at_its_line() {
    let project = Project::broken();
    project.remove("railway");
    is_one_problem_at(&project, &["no file fits `railway/{environment}/{service}.json`"], "preflight.yaml", 6);
}

#[test]
fn an_empty_project_is_no_verdict() {
    let project = Project::empty();
    let run = project.run(&["check"]);
    run.exits(2).says("there is no preflight.yaml").says("packs: [dragonfly]").does_not_say("clean");
    let report = project.check(&[]);
    assert_eq!((report.status, report.verdict()), (2, "no-verdict"));
    project.run(&["check", "-q"]).exits(2);
    project.run(&["facts"]).exits(2).says("nothing to check");
}

#[test]
fn what_is_offered_to_paste_is_a_configuration() {
    let project = Project::empty();
    let report = project.check(&[]);
    let (_, starter) = report.problem()["help"].as_str().unwrap().split_once("\n\n").unwrap();
    project.write("preflight.yaml", starter);
    project.write("env/prod/dragonfly-api.env", "LOG_LEVEL=INFO\n");
    project.write("railway/prod/dragonfly-api.json", "{}\n");
    project.write("supabase/migrations/20260101000000_init.sql", "SELECT 1;\n");
    let report = project.check(&[]);
    assert_eq!(report.problems(), Vec::<&str>::new());
    assert!(report.status < 2);
}

#[test]
fn a_configuration_without_files_is_no_verdict() {
    let project = Project::clean();
    for folder in ["env", "railway", "deploy", "supabase"] {
        project.remove(folder);
    }
    let report = project.check(&[]);
    assert_eq!((report.status, report.verdict(), report.problems().len()), (2, "no-verdict", 4));
    project.write("preflight.yaml", "version: 1\npacks: [house.yaml]\ndocuments: []\n");
    project.run(&["check"]).exits(2).says("`documents` names no file").does_not_say("clean");
}

#[test]
fn what_cannot_be_known_is_undecided_and_never_clean() {
    let project = Project::clean();
    project.write("env/prod/api.env", "DATABASE_URL=${{shared.POOLER_URL}}\n");
    let report = project.check(&[]);
    assert_eq!((report.status, report.verdict()), (0, "undecided"));
    assert_eq!(report.findings(), Vec::<String>::new());
    let undecided = &report.json["undecided"][0];
    assert_eq!((undecided["path"].as_str(), undecided["line"].as_u64()), (Some("env/prod/api.env"), Some(1)));
    assert_eq!(undecided["policies"], serde_json::json!(["runtime-goes-through-the-pooler"]));
    project.run(&["check"]).exits(0).says("1 undecided").says("shared.POOLER_URL").does_not_say("clean");
    project.run(&["check", "--strict"]).exits(1).says("1 undecided").does_not_say("clean");
    project.run(&["check", "--fail-on", "warning"]).exits(1);
    project.run(&["check", "env/prod", "--strict"]).exits(1);
}

#[test]
fn a_problem_outranks_an_error_also_when_the_paths_look_elsewhere() {
    let project = Project::broken();
    project.write("env/prod/worker.env", b"\xff\xfe");
    for path in [".", "env", "supabase", DROP] {
        project.run(&["check", path]).exits(2).says("env/prod/worker.env");
    }
}

#[test]
fn no_policy_at_all_is_no_verdict() {
    let project = Project::broken();
    project.replace("preflight.yaml", "[house.yaml]", "[]");
    project.run(&["check"]).exits(2).does_not_say("clean");
}
