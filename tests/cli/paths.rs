//! PATHS choose the project and narrow what is shown, never what is read.

use crate::project::{DEV, DROP, Project, both};

/// Policies that look across files, and documents that break them.
fn across() -> Project {
    let project = Project::clean();
    project.append(
        "house.yaml",
        "  no-secret-in-two-environments:
    severity: error
    why: A secret that dev knows is not production's any more.
    fix: Make a new one.
    says: stands in two environments
    distinct: { credential: { secret: true }, by: [value], across: environment }
  services-are-complete:
    severity: error
    why: A service without its variables crash-loops.
    fix: Set it.
    matrix:
      environments: [prod]
      services:      [api, worker]
      variables:
        LOG_LEVEL:   [✅, ✅]
        SENTRY_DSN:  [✅, ⚪]
  staging-is-set:
    severity: error
    why: An empty variable is read as none.
    fix: Set it.
    expect: { variable: { environment: staging }, to: { state: set } }
",
    );
    for path in [DEV, "env/prod/api.env"] {
        project.write(path, "LOG_LEVEL=INFO\nSUPABASE_SECRET=sb_secret_MADEUPmadeupMADEUPprod_4e5F6g7H\n");
    }
    project
}

const SHARED: &str = "no-secret-in-two-environments env/dev/api.env:2";
const LACKS: &str = "services-are-complete/missing env/prod/api.env:2";
const NO_DOCUMENT: &str = "services-are-complete/service env/prod/worker.env missing";

#[test]
fn without_paths_everything_is_shown() {
    let project = across();
    for arguments in [&[][..], &["."], &["preflight.yaml"], &["supabase", "."], &[".", "."]] {
        let report = project.check(arguments);
        assert_eq!((report.status, report.findings()), (1, [SHARED, LACKS, NO_DOCUMENT].map(str::to_owned).to_vec()));
        assert_eq!(report.notices(), "");
    }
}

#[test]
fn a_finding_is_shown_below_its_place_and_below_every_fact_it_names() {
    let project = across();
    for (path, expected) in [
        ("env/dev", &[SHARED][..]),
        (DEV, &[SHARED]),
        ("env/prod", &[SHARED, LACKS]),
        ("env", &[SHARED, LACKS]),
        ("supabase", &[]),
        ("deploy/api/railway.toml", &[]),
    ] {
        let report = project.check(&[path]);
        assert_eq!(report.findings(), expected, "{path}");
        assert_eq!(report.status, i32::from(!expected.is_empty()), "{path}");
        let hidden = 3 - expected.len();
        assert!(report.notices().starts_with(&format!("{hidden} finding")), "{path}: {}", report.notices());
        assert_eq!(report.json["totals"]["documents"], project.check(&[]).json["totals"]["documents"], "{path}");
    }
}

#[test]
fn what_is_missing_or_vacuous_is_shown_only_with_the_configuration() {
    let project = across();
    project.run(&["check"]).says("worker has no document in prod").says("staging-is-set: no document has");
    project.run(&["check", "env"]).does_not_say("worker has no document").does_not_say("staging-is-set");
    assert_ne!(project.check(&[]).json["policies"], serde_json::json!([]));
    assert_eq!(project.check(&["env"]).json["policies"], serde_json::json!([]));
}

#[test]
fn several_paths_show_what_any_of_them_holds_once() {
    let project = Project::broken();
    assert_eq!(project.check(&["env", "supabase"]).findings(), both());
    assert_eq!(project.check(&[DEV, "env/dev", DEV]).findings(), both()[..1]);
}

#[test]
fn a_path_may_be_written_in_many_ways() {
    let project = Project::broken();
    let absolute = project.path("env/dev").to_str().unwrap().to_owned();
    for path in ["env/dev/", "./env/dev", "supabase/../env/dev", "env/./dev", absolute.as_str()] {
        let report = project.check(&[path]);
        assert_eq!(report.findings(), both()[..1], "{path}");
    }
}

#[test]
fn a_path_that_is_no_document_is_a_problem() {
    let project = Project::broken();
    project.write("README.md", "# Hello\n");
    project.write("docs/notes.txt", "nothing\n");
    for path in ["README.md", "docs", "docs/notes.txt"] {
        let report = project.check(&[path]);
        assert_eq!(report.problem()["message"], format!("{path} is no document of preflight.yaml"));
        assert_eq!(report.status, 2);
    }
    let report = project.check(&["README.md", "env"]);
    assert_eq!((report.status, report.findings()), (2, both()[..1].to_vec()), "the rest is shown");
}

#[test]
fn what_is_excluded_is_no_document_and_is_not_read() {
    let project = Project::broken();
    project.append("preflight.yaml", "exclude: [\"env/dev/**\"]\n");
    assert_eq!(project.check(&[]).findings(), both()[1..]);
    project.run(&["check", DEV]).exits(2).says("env/dev/api.env is no document");
}

#[test]
fn a_document_that_cannot_be_read_is_one_problem_under_its_own_path() {
    let project = Project::clean();
    project.write("env/prod/worker.env", b"\xff");
    let report = project.check(&["env/prod/worker.env"]);
    assert_eq!((report.status, report.problems().len()), (2, 1), "{:#?}", report.problems());
    project.write("railway/prod/worker.json", "{");
    let report = project.check(&["railway/prod/worker.json"]);
    assert_eq!((report.status, report.problems().len()), (2, 2), "{:#?}", report.problems());
}

#[test]
fn the_project_is_found_from_a_folder_below() {
    let project = Project::broken();
    let run = project.run_in("env/dev", &["check"]);
    run.exits(0).says("[api.env:1:").says("[../../house.yaml:").does_not_say("no-drop-column");
    project.run_in("env/dev", &["check", "api.env"]).exits(0).says("[api.env:1:");
    project.run_in("env", &["check", "../supabase"]).exits(1).says(&format!("[../{DROP}:1:"));
    project.run_in("env", &["check", ".."]).exits(1).says("[dev/api.env:1:").says("no-drop-column");
    let below = project.run_in("env", &["check", "--format", "json", ".."]).report();
    assert_eq!(below.json["totals"]["documents"], project.check(&[]).json["totals"]["documents"]);
}

#[test]
fn the_project_is_found_from_a_folder_beside() {
    let (project, beside) = (Project::broken(), Project::empty());
    let path = project.folder();
    let report = beside.check(&[path.join("supabase").to_str().unwrap()]);
    assert_eq!((report.status, report.findings().len()), (1, 1));
    beside.run(&["check", path.to_str().unwrap()]).exits(1).says("no-drop-column").says("log-level-is-known");
}

#[test]
fn the_nearest_configuration_counts() {
    let project = Project::broken();
    project.write(
        "apps/web/preflight.yaml",
        "version: 1\npacks: [web.yaml]\ndocuments:\n  - { files: .env, kind: dotenv }\n",
    );
    project.write(
        "apps/web/web.yaml",
        "version: 1\npolicies:\n  port-is-set:\n    severity: error\n    why: w\n    fix: f\n    expect: { variable: { name: PORT }, to: { value: \"3000\" } }\n",
    );
    project.write("apps/web/.env", "PORT=1\nLOG_LEVEL=VERBOSE\n");
    assert_eq!(project.check(&["apps/web"]).findings(), ["port-is-set apps/web/.env:1"]);
    assert_eq!(project.check(&[]).findings(), both(), "what lies below with a configuration of its own is its own");
    let report = project.check(&["apps/web/.env", "supabase"]);
    let expected = ["port-is-set apps/web/.env:1".to_owned(), both()[1].clone()];
    assert_eq!((report.status, report.findings()), (1, expected.to_vec()));
}

/// Two projects beside each other: `one` is clean and `two` has an error.
fn two() -> Project {
    let folder = Project::empty();
    for (name, project) in [("one", Project::clean()), ("two", Project::broken())] {
        let files = ["preflight.yaml", "house.yaml", "env/prod/api.env", DEV, "railway/prod/api.json"];
        let more = ["deploy/api/railway.toml", "supabase/migrations/20260101000000_init.sql", DROP];
        for file in files.iter().chain(&more).filter(|file| project.path(file).exists()) {
            folder.write(&format!("{name}/{file}"), std::fs::read(project.path(file)).unwrap());
        }
    }
    folder
}

#[test]
fn two_projects_at_once_are_each_judged_by_their_own() {
    let folder = two();
    let report = folder.check(&["one", "two"]);
    let expected = [format!("log-level-is-known two/{DEV}:1"), format!("no-drop-column two/{DROP}:1")];
    assert_eq!((report.status, report.findings()), (1, expected.to_vec()));
    let run = folder.run(&["check", "two", "one"]);
    run.exits(1).says("Checked 11 documents").says("[two/house.yaml:");
    assert_eq!(folder.run(&["check", "one", "two"]).out, run.out, "the order of paths changes nothing");
    let report = folder.check(&["one/env", "two/env"]);
    assert_eq!((report.status, report.findings()), (0, expected[..1].to_vec()));
}

#[test]
fn a_broken_project_leaves_the_other_one_judged() {
    let folder = two();
    folder.write("one/preflight.yaml", "version: 1\npacks: [\n");
    let report = folder.check(&["one", "two"]);
    assert_eq!((report.status, report.findings().len()), (2, 2));
    assert_eq!(report.problem()["path"], "one/preflight.yaml");
    folder.write("three/notes.txt", "no file of a well-known name");
    let report = folder.check(&["three", "two"]);
    assert_eq!((report.status, report.findings().len()), (2, 2));
    assert_eq!(report.problem()["message"], "there is no preflight.yaml in three or above it");
}

#[test]
fn paths_with_spaces_and_other_letters_are_paths() {
    let project = Project::clean();
    let path = "env/prod übung/größe 例 api.env";
    project.write(path, "LOG_LEVEL=VERBOSE\n");
    for paths in ["env/prod übung", path, "."] {
        let report = project.check(&[paths]);
        assert_eq!(report.findings(), [format!("log-level-is-known {path}:1")], "{paths}");
    }
    project.run(&["check", path]).says(&format!("[{path}:1:11]")).says("of größe 例 api in prod übung");
    project.run_in("env/prod übung", &["check"]).says("[größe 例 api.env:1:11]");
    assert_eq!(project.check(&["--environment", "prod übung"]).findings().len(), 1);
    assert_eq!(project.check(&["--service", "größe 例 api"]).findings().len(), 1);
}

#[test]
#[cfg(unix)]
fn a_name_that_would_steer_the_terminal_is_shown_as_text() {
    let project = Project::clean();
    project.write("env/prod/a\u{1b}[31m\nb.env", "LOG_LEVEL=VERBOSE\n");
    let run = project.run(&["check"]);
    run.exits(0).says("1 warning").does_not_say("\u{1b}").says("env/prod/a\\u{1b}[31m");
    project.check(&[]);
}

#[test]
#[cfg(unix)]
fn a_project_may_be_reached_through_a_link() {
    let (project, beside) = (Project::broken(), Project::empty());
    std::os::unix::fs::symlink(project.folder(), beside.path("link")).unwrap();
    let report = beside.check(&["link"]);
    let expected = [format!("log-level-is-known link/{DEV}:1"), format!("no-drop-column link/{DROP}:1")];
    assert_eq!((report.status, report.findings()), (1, expected.to_vec()));
    assert_eq!(beside.check(&["link/env"]).findings(), expected[..1]);
}
