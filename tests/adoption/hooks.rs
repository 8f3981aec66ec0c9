//! The real pre-commit in real repositories, with the hooks of `pre-commit/`: no Rust on PATH, no index for pip.

use crate::kit::{Kit, Ran, VERSION, copy, path_of, root};
use crate::project::{DEV, Project};
use crate::repository::git_in;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use tempfile::TempDir;

const BAD: &str = "ALTER TABLE public.accounts DROP COLUMN email;\n";
const GOOD: &str = "ALTER TABLE public.accounts ADD COLUMN fax text;\n";
const NEW: &str = "supabase/migrations/20260103000000_new.sql";

/// What git's hook, pre-commit and git itself start; nothing of it builds or downloads anything.
const PROGRAMS: &[&str] = &["git", "bash", "sh", "env", "dirname", "basename", "sed", "cat", "uname"];

/// The folder `pre-commit/` as a repository of its own, with a tag, and beside it what pre-commit keeps: the tests share it,
/// so that the wheel is installed once.
static HOOKS: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = root().join("target/adoption/hooks");
    let _ = fs::remove_dir_all(&folder);
    copy(&root().join("pre-commit"), &folder);
    tagged(&folder);
    folder
});

/// Makes a repository of a folder, with the tag of this version.
pub fn tagged(folder: &Path) {
    git_in(folder, &["init", "--quiet", "--initial-branch=main"]);
    git_in(folder, &["add", "--all"]);
    git_in(folder, &["commit", "--quiet", "--message", "all"]);
    git_in(folder, &["tag", &format!("v{VERSION}")]);
}

/// A project in a repository with pre-commit's hook installed.
pub struct Hooked {
    project: Project,
    kit: Kit,
    path: TempDir,
    home: TempDir,
    /// More variables of the environment.
    pub variables: Vec<(&'static str, PathBuf)>,
}

impl Hooked {
    /// One with hooks of a repository, in which nothing is wrong.
    pub fn new(kit: &Kit, repository: &Path, ids: &[&str]) -> Self {
        Self::of(Project::clean(), kit, repository, ids)
    }

    /// One with hooks of a repository, in a project.
    fn of(project: Project, kit: &Kit, repository: &Path, ids: &[&str]) -> Self {
        // What another run has left is gone before anything is kept.
        LazyLock::force(&HOOKS);
        let path = path_of(PROGRAMS);
        let home = tempfile::tempdir().unwrap();
        let hooked = Self { project, kit: kit.clone(), path, home, variables: Vec::new() };
        hooked.configure(repository, ids);
        hooked.git(&["init", "--quiet", "--initial-branch=main"]);
        hooked.git(&["add", "--all"]);
        hooked.git(&["commit", "--quiet", "--message", "first"]);
        hooked
    }

    fn configure(&self, repository: &Path, ids: &[&str]) {
        let hooks: String = ids.iter().map(|id| format!("      - id: {id}\n")).collect();
        let text = format!("repos:\n  - repo: {}\n    rev: v{VERSION}\n    hooks:\n{hooks}", repository.display());
        self.project.write(".pre-commit-config.yaml", text);
    }

    fn command(&self, program: impl Into<PathBuf>, arguments: &[&str]) -> Command {
        let mut command = Command::new(program.into());
        command.env_clear().current_dir(self.project.folder()).args(arguments);
        command.env("PATH", self.path.path()).env("HOME", self.home.path());
        command.env("PRE_COMMIT_HOME", self.kit.folder("hooks/.kept"));
        command.env("PIP_NO_INDEX", "1").env("PIP_DISABLE_PIP_VERSION_CHECK", "1");
        let links = format!("{} {}", self.kit.folder("dist").display(), self.kit.folder("wheelhouse").display());
        command.env("PIP_FIND_LINKS", links);
        for name in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{name}_NAME"), "a").env(format!("GIT_{name}_EMAIL"), "a@example.org");
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        let ran = self.try_git(arguments);
        assert_eq!(ran.status, 0, "git {arguments:?}: {}", ran.said);
        ran.said
    }

    pub fn try_git(&self, arguments: &[&str]) -> Ran {
        Ran::of(&mut self.command("git", arguments))
    }

    pub fn pre_commit(&self, arguments: &[&str]) -> Ran {
        Ran::of(&mut self.command(self.kit.tool("pre-commit"), arguments))
    }

    pub fn write(&self, path: &str, text: &str) {
        self.project.write(path, text);
    }

    /// Stages everything and commits it.
    pub fn commit(&self) -> Ran {
        self.git(&["add", "--all"]);
        self.try_git(&["commit", "--message", "next"])
    }
}

#[test]
fn a_bad_commit_is_stopped_and_a_good_one_passes() {
    let Some(kit) = Kit::of("pre-commit") else { return };
    let hooked = Hooked::new(&kit, &HOOKS, &["preflight"]);
    assert!(!hooked.path.path().join("cargo").exists() && !hooked.path.path().join("rustc").exists());
    hooked.pre_commit(&["install"]).exits(0);

    hooked.project.write(NEW, BAD);
    let stopped = hooked.commit();
    stopped.exits(1).says("error[no-drop-column]").says(&format!("{NEW}:1:29")).says("DROP COLUMN email");
    stopped.says("A dropped column takes its data along.").says("exit code: 1");
    assert_eq!(hooked.git(&["rev-list", "--count", "HEAD"]).trim(), "1", "nothing was committed");

    hooked.project.write(NEW, GOOD);
    hooked.commit().exits(0).says("Passed");
    hooked.project.write(DEV, "LOG_LEVEL=INFO\n");
    hooked.commit().exits(0).says("Passed");
}

#[test]
fn what_is_staged_is_what_is_judged() {
    let Some(kit) = Kit::of("pre-commit, staged") else { return };
    let hooked = Hooked::new(&kit, &HOOKS, &["preflight"]);
    hooked.pre_commit(&["install"]).exits(0);

    // Bad text that is not staged does not stop a good commit, and is there afterwards.
    hooked.project.write(NEW, GOOD);
    hooked.git(&["add", "--all"]);
    hooked.project.append(NEW, BAD);
    hooked.try_git(&["commit", "--message", "good"]).exits(0).says("Passed");
    let text = fs::read_to_string(hooked.project.path(NEW)).unwrap();
    assert_eq!(text, format!("{GOOD}{BAD}"));

    // And bad text that is staged is stopped, whatever the work tree says.
    hooked.git(&["add", "--all"]);
    hooked.project.write(NEW, GOOD);
    hooked.try_git(&["commit", "--message", "bad"]).exits(1).says(&format!("{NEW}:2:29"));

    // git gives these commits an index of their own.
    hooked.git(&["reset", "--quiet", "--hard"]);
    hooked.project.append(NEW, BAD);
    hooked.try_git(&["commit", "--all", "--message", "all"]).exits(1).says(&format!("{NEW}:2:29"));
    hooked.try_git(&["commit", "--message", "one", NEW]).exits(1).says(&format!("{NEW}:2:29"));
    hooked.project.write(DEV, "LOG_LEVEL=INFO\n");
    hooked.try_git(&["commit", "--message", "other", DEV]).exits(0).says("Passed");
}

#[test]
fn files_that_go_and_files_that_move_are_judged() {
    let Some(kit) = Kit::of("pre-commit, deleted and renamed") else { return };
    let hooked = Hooked::new(&kit, &HOOKS, &["preflight"]);
    hooked.project.append(
        "house.yaml",
        "  every-environment-has-a-level:
    severity: error
    why: Nobody can search logs of an unknown level.
    fix: Set LOG_LEVEL.
    says: is missing
    require: { variable: { name: LOG_LEVEL }, each: { environment: [dev, prod] } }
",
    );
    hooked.project.write("env/stage/api.env", "LOG_LEVEL=INFO\n");
    hooked.project.write(NEW, BAD);
    hooked.git(&["add", "--all"]);
    hooked.git(&["commit", "--quiet", "--message", "old findings, before there were hooks"]);
    hooked.pre_commit(&["install"]).exits(0);

    // A commit that only takes a file away has no file name to give to a hook.
    hooked.git(&["rm", "--quiet", DEV]);
    hooked.try_git(&["commit", "--message", "gone"]).exits(1).says("every-environment-has-a-level");
    hooked.git(&["reset", "--quiet", "--hard"]);
    hooked.git(&["rm", "--quiet", "env/stage/api.env"]);
    hooked.try_git(&["commit", "--message", "gone"]).exits(0).says("Passed");

    // What moves is new where it arrives.
    hooked.git(&["mv", NEW, "supabase/migrations/20260104000000_moved.sql"]);
    hooked.try_git(&["commit", "--message", "bad"]).exits(1).says("20260104000000_moved.sql:1:29");
    hooked.git(&["reset", "--quiet", "--hard"]);
    hooked.git(&["mv", "supabase/migrations/20260101000000_init.sql", "supabase/migrations/20260101000001_init.sql"]);
    hooked.try_git(&["commit", "--message", "good"]).exits(0).says("Passed");

    // Old findings stop neither another commit nor a new message; the one that goes stops nobody.
    hooked.try_git(&["commit", "--amend", "--message", "better"]).exits(0).says("Passed");
    hooked.git(&["rm", "--quiet", NEW]);
    hooked.try_git(&["commit", "--message", "gone"]).exits(0).says("Passed");
}

#[test]
fn pre_commit_without_a_commit_judges_what_it_was_asked_for() {
    let Some(kit) = Kit::of("pre-commit run") else { return };
    let hooked = Hooked::new(&kit, &HOOKS, &["preflight"]);
    hooked.pre_commit(&["run", "--all-files"]).exits(0).says("Passed");
    hooked.project.write(NEW, BAD);
    hooked.git(&["add", "--all"]);
    hooked.git(&["commit", "--quiet", "--message", "bad, without a hook"]);
    hooked.project.write("railway/prod/worker.json", "{\"LOG_LEVEL\": \"INFO\"}\n");
    hooked.git(&["add", "--all"]);
    hooked.git(&["commit", "--quiet", "--message", "good"]);

    // In CI nothing is staged; "none of it is changed" would be green by accident.
    hooked.pre_commit(&["run", "--all-files"]).exits(1).says(&format!("{NEW}:1:29"));
    hooked.pre_commit(&["run", "--from-ref", "HEAD~2", "--to-ref", "HEAD"]).exits(1).says(&format!("{NEW}:1:29"));
    hooked.pre_commit(&["run", "--from-ref", "HEAD~1", "--to-ref", "HEAD"]).exits(0).says("Passed");
    let other = hooked.pre_commit(&["run", "--from-ref", "HEAD~2", "--to-ref", "HEAD~1"]);
    other.exits(1).says("HEAD is another commit").says("exit code: 2");
}

#[test]
fn before_a_push_the_commits_that_are_pushed_are_judged() {
    let Some(kit) = Kit::of("pre-push") else { return };
    let hooked = Hooked::new(&kit, &HOOKS, &["preflight"]);
    let other = tempfile::tempdir().unwrap();
    git_in(other.path(), &["init", "--quiet", "--bare", "--initial-branch=main"]);
    hooked.git(&["remote", "add", "origin", other.path().to_str().unwrap()]);
    hooked.git(&["push", "--quiet", "--set-upstream", "origin", "main"]);
    hooked.pre_commit(&["install", "--hook-type", "pre-push"]).exits(0);
    hooked.project.write(NEW, BAD);
    hooked.git(&["add", "--all"]);
    hooked.git(&["commit", "--quiet", "--message", "bad"]);
    hooked.try_git(&["push", "origin", "main"]).exits(1).says(&format!("{NEW}:1:29"));
    hooked.project.write(NEW, GOOD);
    hooked.git(&["commit", "--quiet", "--all", "--message", "good"]);
    hooked.try_git(&["push", "origin", "main"]).exits(0).says("Passed");
}

#[test]
fn the_hook_for_migrations_judges_nothing_else() {
    let Some(kit) = Kit::of("preflight-migrations") else { return };
    let hooked = Hooked::new(&kit, &HOOKS, &["preflight-migrations"]);
    hooked.project.append("preflight.yaml", "fail_on: warning\n");
    hooked.git(&["commit", "--quiet", "--all", "--message", "warnings count"]);
    hooked.pre_commit(&["install"]).exits(0);
    hooked.project.write(DEV, "LOG_LEVEL=VERBOSE\n");
    hooked.commit().exits(0).says("Passed");
    hooked.project.write(NEW, BAD);
    hooked.commit().exits(1).says(&format!("{NEW}:1:29")).does_not_say("log-level-is-known");
    hooked.git(&["reset", "--quiet", "--hard"]);

    // The same commit with the other hook as well.
    hooked.configure(&HOOKS, &["preflight", "preflight-migrations"]);
    hooked.project.write(DEV, "LOG_LEVEL=TRACE\n");
    hooked.commit().exits(1).says("log-level-is-known");
}

#[test]
fn the_fixtures_get_the_status_that_their_names_promise() {
    let Some(kit) = Kit::of("pre-commit on the fixtures") else { return };
    for (name, status) in [("clean", 0), ("violations", 1)] {
        let project = Project::empty();
        copy(&root().join("fixtures/dragonfly").join(name), &project.folder());
        let hooked = Hooked::of(project, &kit, &HOOKS, &["preflight", "preflight-migrations"]);
        let ran = hooked.pre_commit(&["run", "--all-files"]);
        ran.exits(status).says(if status == 0 { "Passed" } else { "- exit code: 1" });
        assert_eq!(ran.said.matches("Passed").count(), if status == 0 { 2 } else { 0 }, "{}", ran.said);
        assert_eq!(ran.said.matches("error[runtime-goes-through-the-pooler]").count() > 0, status == 1);
    }
}
