//! A path of a configuration never leaves the repository, or, where there is none, the folder of preflight.yaml.

use crate::project::Project;
use crate::repository::Repo;
use std::os::unix::fs::symlink;

const RULES: &str = "version: 1\npolicies:\n  level:\n    severity: error\n    why: w\n    fix: f\n    expect: { variable: { name: LOG_LEVEL }, to: { value: [INFO, WARNING] } }\n";

/// A project in a folder of a bigger repository, with policies beside it.
fn monorepo() -> Repo {
    let project = Project::empty();
    let config = "version: 1\npacks: [../policies]\ndocuments:\n  - { files: \"env/{environment}/{service}.env\", kind: dotenv }\n";
    project.write("app/preflight.yaml", config);
    project.write("policies/rules.yaml", RULES);
    project.write("app/env/prod/api.env", "LOG_LEVEL=INFO\n");
    Repo::of(project)
}

#[test]
fn a_pack_may_lie_beside_the_project_in_the_same_repository() {
    let repo = monorepo();
    for arguments in [&["app"][..], &["app", "--changed"], &["app", "--staged"], &["app", "--config-from", "HEAD"]] {
        assert_eq!(repo.judge(arguments).status, 0, "{arguments:?}");
    }
    repo.write("policies/rules.yaml", RULES.replace("INFO, ", ""));
    let report = repo.judge(&["app", "--changed"]);
    assert_eq!(report.findings(), ["level app/env/prod/api.env:1"]);
    assert!(report.notices().contains("this change edits policies: changes policy level"), "{}", report.notices());
    std::fs::remove_dir_all(repo.path(".git")).unwrap();
    let run = repo.judge(&["app"]);
    assert_eq!((run.status, run.problems()), (2, vec!["pack `../policies` leaves the folder of preflight.yaml"]));
}

#[test]
fn nothing_outside_of_the_repository_is_read() {
    let (_keep, outside) = Repo::beside();
    std::fs::write(outside.join("rules.yaml"), "SECRET: sb_secret_MADEUPmadeupMADEUPprod_4e5F6g7H\n").unwrap();
    std::fs::write(outside.join("x.env"), "MADEUP=1\n").unwrap();
    let elsewhere = outside.to_str().unwrap();
    let repo = monorepo();
    let climb = format!("{}{elsewhere}", "../".repeat(20));
    for (pack, message) in [
        (elsewhere.to_owned(), format!("pack `{elsewhere}` is an absolute path")),
        (format!("{elsewhere}/rules.yaml"), format!("pack `{elsewhere}/rules.yaml` is an absolute path")),
        (climb.clone(), format!("pack `{climb}` leaves the repository")),
        ("link".to_owned(), "pack `link` leaves the repository".to_owned()),
        ("pack".to_owned(), "app/pack/linked.yaml is a link that leaves the repository".to_owned()),
    ] {
        let _ = symlink(&outside, repo.path("app/link"));
        repo.write("app/pack/own.yaml", RULES);
        let _ = symlink(outside.join("rules.yaml"), repo.path("app/pack/linked.yaml"));
        repo.write(
            "app/preflight.yaml",
            format!("version: 1\npacks: [\"{pack}\"]\ndocuments: [{{ files: \"env/*/*.env\", kind: dotenv }}]\n"),
        );
        for arguments in [&["app"][..], &["app", "--changed"]] {
            let report = repo.judge(arguments);
            assert_eq!((report.status, report.problems()), (2, vec![message.as_str()]), "{arguments:?}");
            assert_eq!(report.problem()["path"], "app/preflight.yaml");
            assert_eq!(report.problem()["at"]["line"].as_u64().or(report.problem()["line"].as_u64()), Some(2));
        }
        repo.preflight(&["check", "app"]).exits(2).does_not_say("SECRET").does_not_say("MADEUP");
    }
}

#[test]
fn a_document_behind_a_link_out_of_the_repository_is_not_read() {
    let (_keep, outside) = Repo::beside();
    std::fs::create_dir(outside.join("dev")).unwrap();
    std::fs::write(outside.join("dev/api.env"), "LOG_LEVEL=VERBOSE\n").unwrap();
    let repo = monorepo();
    symlink(outside.join("dev"), repo.path("app/env/dev")).unwrap();
    symlink(outside.join("dev/api.env"), repo.path("app/env/prod/worker.env")).unwrap();
    let report = repo.judge(&["app"]);
    let problems = [
        "app/env/dev/api.env is behind a link that leaves the repository",
        "app/env/prod/worker.env is behind a link that leaves the repository",
    ];
    assert_eq!((report.status, report.problems(), report.findings()), (2, problems.to_vec(), vec![]));
    assert_eq!(report.json["problems"][0]["path"], "app/preflight.yaml", "the pattern is shown");
}

#[test]
fn a_configuration_that_is_a_link_out_of_the_repository_is_not_read() {
    let (_keep, outside) = Repo::beside();
    std::fs::write(outside.join("preflight.yaml"), "SECRET: MADEUP\n").unwrap();
    let repo = monorepo();
    repo.remove("app/preflight.yaml");
    symlink(outside.join("preflight.yaml"), repo.path("app/preflight.yaml")).unwrap();
    let run = repo.preflight(&["check", "app"]);
    run.exits(2).says("app/preflight.yaml is a link that leaves the repository").does_not_say("SECRET");
}

#[test]
fn at_the_top_of_a_monorepo_every_project_below_is_judged_by_its_own_configuration() {
    let repo = monorepo();
    repo.write("other/deep/preflight.yaml", "version: 1\npacks: [strict.yaml]\ndocuments: [{ files: \"*.env\", kind: dotenv, service: x, environment: dev }]\n");
    repo.write("other/deep/strict.yaml", RULES.replace("  level:", "  strict-level:").replace("INFO, ", ""));
    repo.write("other/deep/a.env", "LOG_LEVEL=INFO\n");
    repo.write("node_modules/x/preflight.yaml", "nonsense");
    repo.commit("two projects");
    let both = ["strict-level other/deep/a.env:1"];
    for arguments in [&[][..], &["."], &["--staged", "--strict"], &["--config-from", "HEAD"], &["app", "other"]] {
        let report = repo.judge(arguments);
        let staged = arguments.contains(&"--staged");
        assert_eq!(report.findings(), if staged { &[][..] } else { &both[..] }, "{arguments:?}: {:?}", report.json);
        assert_eq!(report.json["totals"]["packs"].as_array().unwrap().len(), 2, "{arguments:?}");
    }
    repo.write("app/env/prod/api.env", "LOG_LEVEL=VERBOSE\n");
    repo.write("other/deep/b.env", "LOG_LEVEL=VERBOSE\n");
    assert_eq!(
        repo.judge(&["--changed", "HEAD"]).findings(),
        ["level app/env/prod/api.env:1", "strict-level other/deep/b.env:1"]
    );
    assert_eq!(repo.judge(&["app/env", "--changed", "HEAD"]).findings(), ["level app/env/prod/api.env:1"]);
    let run = repo.preflight(&["baseline", "write", "--output", "all.json"]);
    run.exits(2);
    assert!(run.err.contains("the path holds several projects"), "{}", run.err);
    let run = repo.preflight(&["baseline", "write"]);
    run.exits(0)
        .says("app/preflight-baseline.json: 1 finding known")
        .says("other/deep/preflight-baseline.json: 2 findings");
    assert_eq!(repo.judge(&["--baseline"]).findings(), Vec::<String>::new());
    repo.remove("app/preflight-baseline.json");
    repo.remove("other/deep/preflight-baseline.json");
    repo.remove("other/deep/preflight.yaml");
    let report = repo.judge(&["--changed", "HEAD"]);
    assert_eq!(report.findings(), ["level app/env/prod/api.env:1"]);
}
