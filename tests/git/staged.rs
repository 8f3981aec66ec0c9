//! What the next commit would hold.

use crate::project::{DEV, Project, Run, both};
use crate::repository::{Repo, git_in, preflight_in};
use std::fs;

const BAD: &str = "ALTER TABLE public.accounts DROP COLUMN email;\n";

#[test]
fn of_a_partly_staged_file_the_staged_part_is_judged() {
    let repo = Repo::new();
    repo.write("supabase/migrations/3.sql", BAD);
    repo.git(&["add", "--all"]);
    repo.write("supabase/migrations/3.sql", "SELECT 1;\n");
    assert_eq!(repo.judge(&["--staged"]).findings(), ["no-drop-column supabase/migrations/3.sql:1"]);
    assert_eq!(repo.judge(&["--changed"]).findings(), Vec::<String>::new());
    repo.git(&["add", "--all"]);
    repo.append("supabase/migrations/3.sql", BAD);
    assert_eq!(repo.judge(&["--staged"]).findings(), Vec::<String>::new());
    assert_eq!(repo.judge(&["--changed"]).findings(), ["no-drop-column supabase/migrations/3.sql:2"]);
    // The snippet is of the text that was judged.
    repo.write("supabase/migrations/4.sql", BAD);
    repo.git(&["add", "--all"]);
    repo.remove("supabase/migrations/4.sql");
    repo.preflight(&["check", "--staged"]).exits(1).says("DROP COLUMN email;").says("supabase/migrations/4.sql:1:");
}

#[test]
fn what_is_not_staged_does_not_exist() {
    let repo = Repo::new();
    repo.write("supabase/migrations/3.sql", BAD);
    repo.write(DEV, "LOG_LEVEL=VERBOSE\n");
    let report = repo.judge(&["--staged"]);
    assert_eq!((report.status, report.findings()), (0, vec![]));
    assert!(report.notices().contains("none of 5 documents is changed since HEAD"), "{}", report.notices());
    repo.git(&["add", "--intent-to-add", "supabase/migrations/3.sql"]);
    assert_eq!(repo.judge(&["--staged"]).status, 0, "it is announced, and no commit would hold it");
    let report = repo.judge(&["--staged", "supabase/migrations/9.sql"]);
    assert_eq!(report.problem()["message"], "supabase/migrations/9.sql is not in the index");
}

#[test]
fn the_configuration_and_the_policies_are_those_of_the_index() {
    let repo = Repo::new();
    repo.write("supabase/migrations/3.sql", BAD);
    repo.git(&["add", "--all"]);
    repo.replace("house.yaml", "is: drop_column", "is: truncate");
    let report = repo.judge(&["--staged"]);
    assert_eq!(report.findings(), ["no-drop-column supabase/migrations/3.sql:1"]);
    assert_eq!(report.notices(), "", "what is not staged changes nothing");
    repo.git(&["add", "house.yaml"]);
    let report = repo.judge(&["--staged"]);
    assert_eq!(report.findings(), Vec::<String>::new());
    assert!(report.notices().contains("this change edits house.yaml: changes policy no-drop-column"));
    repo.write("preflight.yaml", "nonsense");
    assert_eq!(repo.judge(&["--staged"]).status, 0);
    repo.git(&["add", "preflight.yaml"]);
    assert_eq!(repo.judge(&["--staged"]).status, 2);
}

#[test]
fn files_that_git_ignores_count_as_they_are_on_the_disk() {
    let project = Project::clean();
    project.append(
        "house.yaml",
        "  every-environment-has-a-level:
    severity: error
    why: w
    fix: f
    says: is missing
    require: { variable: { name: LOG_LEVEL }, each: { environment: [dev, prod] } }
",
    );
    project.write(".gitignore", "env/\nrailway/\n");
    let repo = Repo::of(project);
    repo.write("supabase/migrations/3.sql", BAD);
    repo.git(&["add", "--all"]);
    // Without the env files it would be "missing", and "no file fits".
    let report = repo.judge(&["--staged"]);
    assert_eq!(report.findings(), ["no-drop-column supabase/migrations/3.sql:1"]);
    repo.write(DEV, "LOG_LEVEL=VERBOSE\n");
    assert_eq!(repo.judge(&["--staged"]).findings().len(), 1, "they are read, and not judged");
    repo.write("env/.gitkeep", "");
    repo.git(&["add", "--force", DEV]);
    assert_eq!(repo.judge(&["--staged"]).findings().len(), 2, "one that is added by force is part of the commit");
    repo.write(DEV, "LOG_LEVEL=INFO\n");
    assert_eq!(repo.judge(&["--staged"]).findings().len(), 2, "and is read from the index then");
}

#[test]
fn a_conflict_is_no_verdict() {
    let repo = Repo::new();
    repo.write(DEV, "LOG_LEVEL=INFO\n");
    repo.commit("one");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write(DEV, "LOG_LEVEL=VERBOSE\n");
    repo.commit("other");
    let mut merge = std::process::Command::new("git");
    let names = ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"];
    merge.current_dir(repo.folder()).env("HOME", "/nonexistent").envs(names.map(|name| (name, "a")));
    assert!(!merge.args(["merge", "--quiet", "work"]).output().unwrap().status.success());
    let report = repo.judge(&["--staged"]);
    assert_eq!((report.status, report.problems()), (2, vec!["env/dev/api.env has a merge conflict"]));
}

#[test]
fn links_in_the_index_are_followed_in_the_index() {
    use std::os::unix::fs::symlink;
    let project = Project::clean();
    project.write("shared/stage/api.env", "LOG_LEVEL=INFO\n");
    symlink("../shared/stage", project.path("env/stage")).unwrap();
    symlink("../../shared/stage/api.env", project.path("env/prod/worker.env")).unwrap();
    let repo = Repo::of(project);
    repo.write("shared/stage/api.env", "LOG_LEVEL=VERBOSE\n");
    repo.git(&["add", "--all"]);
    repo.write("shared/stage/api.env", "LOG_LEVEL=INFO\n");
    let through = ["log-level-is-known env/prod/worker.env:1", "log-level-is-known env/stage/api.env:1"];
    assert_eq!(repo.judge(&["--staged"]).findings(), through);
    repo.write("shared/stage/api.env", "LOG_LEVEL=VERBOSE\n");
    assert_eq!(repo.judge(&["--changed"]).findings(), through);
    repo.git(&["checkout", "--quiet", "--force", "HEAD"]);
    symlink("gone.env", repo.path("env/prod/lost.env")).unwrap();
    symlink("/etc/hostname", repo.path("env/prod/out.env")).unwrap();
    repo.git(&["add", "--all"]);
    let report = repo.judge(&["--staged"]);
    assert_eq!(report.status, 2);
    let problems = report.problems().join("\n");
    assert!(problems.contains("env/prod/lost.env is a link to nothing"), "{problems}");
    assert!(problems.contains("env/prod/out.env is a link that leaves the repository"), "{problems}");
}

#[test]
fn a_commit_that_has_an_index_of_its_own_is_judged_by_that_one() {
    let repo = Repo::new();
    let preflight = assert_cmd::cargo::cargo_bin!("preflight");
    let hook = format!(
        "#!/bin/sh\nexec {} check --staged --format json > \"$(git rev-parse --show-toplevel)/seen\" 2>&1\n",
        preflight.display()
    );
    repo.write(".git/hooks/pre-commit", hook);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(repo.path(".git/hooks/pre-commit"), mode).unwrap();
    repo.write(".git/info/exclude", "seen\n");
    let commit = |arguments: &[&str]| {
        let mut command = std::process::Command::new("git");
        let names = [
            ("GIT_AUTHOR_NAME", "a"),
            ("GIT_AUTHOR_EMAIL", "a"),
            ("GIT_COMMITTER_NAME", "a"),
            ("GIT_COMMITTER_EMAIL", "a"),
        ];
        command.current_dir(repo.folder()).envs(names).env("HOME", "/nonexistent");
        let done = command.args(["commit", "--quiet", "-m", "m"]).args(arguments).output().unwrap().status.success();
        (done, fs::read_to_string(repo.path("seen")).unwrap())
    };
    repo.append("supabase/migrations/20260101000000_init.sql", BAD);
    let (done, seen) = commit(&["--all"]);
    assert!(!done && seen.contains("\"no-drop-column\""), "git commit -a: {seen}");
    repo.write("env/dev/api.env", "LOG_LEVEL=WARNING\n# more\n");
    let (done, seen) = commit(&["env/dev/api.env"]);
    assert!(done && !seen.contains("\"severity\""), "only that file is committed: {seen}");
    let (done, _) = commit(&["supabase/migrations/20260101000000_init.sql"]);
    assert!(!done, "git commit FILE");
}

#[test]
fn an_index_of_another_repository_is_none_of_ours() {
    let (repo, other) = (Repo::new(), Repo::new());
    repo.write("supabase/migrations/3.sql", BAD);
    repo.git(&["add", "--all"]);
    let (dir, index) = (other.path(".git"), other.path(".git/index"));
    let variables = [("GIT_DIR", dir.to_str().unwrap()), ("GIT_INDEX_FILE", index.to_str().unwrap())];
    assert_eq!(repo.judge_with(&variables, &["--staged"]).findings().len(), 1);
    let own = [("GIT_DIR", ".git"), ("GIT_INDEX_FILE", ".git/index")];
    assert_eq!(repo.judge_with(&own, &["--staged"]).findings().len(), 1);
    fs::copy(repo.path(".git/index"), repo.path(".git/other")).unwrap();
    repo.git(&["reset", "--quiet"]);
    assert_eq!(repo.judge(&["--staged"]).findings().len(), 0);
    let own = [("GIT_INDEX_FILE", ".git/other")];
    assert_eq!(repo.judge_with(&own, &["--staged"]).findings().len(), 1, "an index that a hook names");
}

#[test]
fn a_work_tree_and_a_submodule_are_repositories_like_others() {
    let repo = Repo::of(Project::broken());
    let (_keep, beside) = Repo::beside();
    let tree = beside.join("tree");
    repo.git(&["worktree", "add", "--quiet", "-b", "other", tree.to_str().unwrap(), "main"]);
    fs::write(tree.join("supabase/migrations/3.sql"), BAD).unwrap();
    for flag in ["--changed", "--staged"] {
        git_in(&tree, &["add", "--all"]);
        let run = Run::of(preflight_in(&tree).args(["check", "--format", "json", flag])).report();
        assert_eq!(run.findings(), ["no-drop-column supabase/migrations/3.sql:1"], "{flag}");
    }
    // The other way round: the project lies in a submodule, and the outer repository has a project, too.
    let outer = Repo::new();
    outer.git(&["submodule", "--quiet", "add", repo.folder().to_str().unwrap(), "sub"]);
    outer.replace(
        "preflight.yaml",
        "documents:\n",
        "documents:\n  - { files: \"sub/supabase/migrations/*.sql\", kind: migration }\n",
    );
    outer.commit("with a submodule");
    let inner = outer.path("sub");
    fs::write(inner.join("supabase/migrations/5.sql"), BAD).unwrap();
    let run = |folder: &std::path::Path, flag: &str| {
        Run::of(preflight_in(folder).args(["check", "--format", "json", flag, "HEAD"])).report()
    };
    assert_eq!(run(&inner, "--changed").findings(), ["no-drop-column supabase/migrations/5.sql:1"]);
    let report = outer.judge(&["--changed", "HEAD"]);
    assert_eq!(
        report.findings(),
        Vec::<String>::new(),
        "what the submodule has not committed is no part of the change"
    );
    git_in(&inner, &["add", "--all"]);
    git_in(&inner, &["commit", "--quiet", "-m", "bad"]);
    assert_eq!(outer.judge(&["--changed", "HEAD"]).findings().len(), 2, "all below it is changed with it");
    assert_eq!(outer.judge(&["--staged"]).findings().len(), 0);
    outer.git(&["add", "sub"]);
    assert_eq!(outer.judge(&["--staged"]).findings().len(), 2);
    assert_eq!(both().len(), 2);
}
