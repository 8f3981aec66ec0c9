//! What narrows a run must not make it green: excluded folders, paths of policies, `--policy`, a user without rights.

use super::project::{DEV, DROP, Project, both, command};

#[test]
fn an_excluded_folder_is_not_walked() {
    let project = Project::broken();
    project.write("env/old/api.env", b"\xff");
    assert_eq!(project.check(&[]).problems().len(), 1);
    let config = std::fs::read_to_string(project.path("preflight.yaml")).unwrap();
    for exclude in ["env/old", "env/old/**", "**/old"] {
        project.write("preflight.yaml", format!("{config}exclude: [\"{exclude}\"]\n"));
        let report = project.check(&[]);
        assert_eq!(
            (report.problems(), report.findings(), report.notices()),
            (vec![], both(), String::new()),
            "{exclude}"
        );
    }
}

#[cfg(unix)]
#[test]
fn an_excluded_loop_is_nobodys_business() {
    let project = Project::broken();
    std::os::unix::fs::symlink(".", project.path("env/again")).unwrap();
    assert!(project.check(&[]).problem()["message"].as_str().unwrap().contains("loop of symbolic links"));
    project.append("preflight.yaml", "exclude: [env/again]\n");
    let report = project.check(&[]);
    assert_eq!((report.problems(), report.findings()), (vec![], both()));
}

#[test]
fn the_path_of_a_policy_means_all_that_it_judges() {
    let project = Project::broken();
    assert_eq!(project.check(&["house.yaml"]).findings(), both());
    assert_eq!(project.check(&["deploy"]).findings(), Vec::<String>::new());
    assert_eq!(project.check(&["deploy", "house.yaml"]).findings(), both());
}

#[test]
fn what_nobody_could_read_may_break_the_one_policy_that_is_asked_for() {
    let project = Project::clean();
    project.write("supabase/migrations/20260103000000_odd.sql", "selct 1;\n");
    let run = project.run(&["check", "--policy", "no-drop-column"]);
    run.exits(1).says("error[not-understood]").does_not_say("clean");
}

#[test]
fn a_broken_policy_is_a_problem_with_a_place_in_every_json() {
    let project = Project::clean();
    project.replace("house.yaml", "drop_column }", "drop_colum }");
    for args in [&["policies", "--format", "json"][..], &["facts", "--format", "json"]] {
        let run = project.run(args);
        run.exits(2);
        let json: serde_json::Value = serde_json::from_str(&run.out).expect(&run.out);
        let problem = &json["problems"][0];
        assert_eq!(
            (problem["path"].as_str(), problem["at"]["line"].as_i64()),
            (Some("house.yaml"), Some(8)),
            "{json:#}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_user_without_rights_gets_no_verdict() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let project = Project::broken();
    let set = |path: &str, mode| {
        std::fs::set_permissions(project.path(path), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set("", 0o755);
    set("railway/prod/api.json", 0o000);
    set("deploy/api", 0o000);
    let program = command(&project.folder()).get_program().to_owned();
    let mut command = std::process::Command::new(program);
    command.env_clear().current_dir(project.folder()).arg("check");
    if std::fs::read(project.path("railway/prod/api.json")).is_ok() {
        // Root may read everything: run it as nobody.
        command.uid(65534).gid(65534);
    }
    let output = command.output();
    set("deploy/api", 0o755);
    let Ok(output) = output else {
        eprintln!("SKIPPED: this user may read everything and cannot become another, so this cannot be tried");
        return;
    };
    let out = [output.stdout, output.stderr].concat();
    let out = String::from_utf8_lossy(&out);
    for text in
        ["railway/prod/api.json cannot be read: permission denied", "deploy/api cannot be read", "no-drop-column"]
    {
        assert!(out.contains(text), "`{text}` is not in:\n{out}");
    }
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_kind_of_document_narrows_what_is_shown() {
    let project = Project::broken();
    let report = project.check(&["--kind", "migration"]);
    assert_eq!((report.status, report.findings()), (1, vec![format!("no-drop-column {DROP}:1")]));
    assert!(report.notices().contains("1 finding outside of what was asked for is not shown"), "{}", report.notices());
    let report = project.check(&["--kind", "dotenv"]);
    assert_eq!((report.status, report.findings()), (0, vec![format!("log-level-is-known {DEV}:1")]));
    assert_eq!(project.check(&["--kind", "dotenv", "supabase"]).findings(), Vec::<String>::new());
    assert_eq!(project.check(&["--kind", "migration", "supabase", "env"]).findings().len(), 1);
    // Facts come from the whole project all the same, and what cannot be read is said.
    project.write("env/old/api.env", b"\0\0\0");
    project.write("railway/prod/api.json", "{");
    assert_eq!(project.check(&["--kind", "migration"]).status, 2);
    let facts = Project::broken().run(&["facts", "--kind", "migration"]);
    facts.exits(0).says("drop_column").does_not_say("LOG_LEVEL");
}

#[test]
fn a_kind_that_is_not_there_is_no_verdict() {
    let project = Project::clean();
    let report = project.check(&["--kind", "railway-status"]);
    assert_eq!((report.status, report.problems()), (2, vec!["no document is of the kind `railway-status`"]));
    let help = report.problem()["help"].as_str().unwrap().to_owned();
    assert!(help.contains("dotenv, migration, railway-config, railway-variables"), "{help}");
    let report = project.check(&["--kind", "migrations"]);
    assert_eq!((report.status, report.problems()), (2, vec!["there is no kind of document `migrations`"]));
    assert!(report.problem()["help"].as_str().unwrap().contains("Did you mean `migration`?"));
}
