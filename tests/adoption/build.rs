//! What builds this repository from its sources where it is used: the hook in `language: rust`, and the action's default.
//! Both are real installs by cargo; less is optimised, so that they take a minute and not five.

use crate::action::Runner;
use crate::hooks::{Hooked, tagged};
use crate::kit::{Kit, root};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// Variables by which cargo finds itself, keeps what it builds, and hurries.
fn hurried(kit: &Kit) -> Vec<(&'static str, PathBuf)> {
    let home = |name: &str, folder: &str| {
        std::env::var_os(name)
            .map_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(folder), PathBuf::from)
    };
    vec![
        ("CARGO_HOME", home("CARGO_HOME", ".cargo")),
        ("RUSTUP_HOME", home("RUSTUP_HOME", ".rustup")),
        ("CARGO_TARGET_DIR", kit.folder("cargo")),
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0".into()),
        ("CARGO_PROFILE_RELEASE_LTO", "off".into()),
        ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16".into()),
        ("PATH", std::env::var_os("PATH").unwrap().into()),
    ]
}

/// This repository as it stands, with a tag: what somebody names in `.pre-commit-config.yaml`.
fn this_repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = Command::new("git").current_dir(root()).args(["ls-files", "-z", "-co", "--exclude-standard"]).output();
    let files = String::from_utf8(files.unwrap().stdout).unwrap();
    for file in files.split('\0').filter(|file| !file.is_empty() && root().join(file).is_file()) {
        let target = folder.path().join(file);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(root().join(file), target).unwrap();
    }
    tagged(folder.path());
    folder
}

#[test]
fn the_hook_of_this_repository_is_built_by_cargo() {
    let Some(kit) = Kit::of("the hook in Rust") else { return };
    let repository = this_repository();
    let mut hooked = Hooked::new(&kit, repository.path(), &["preflight", "preflight-migrations"]);
    hooked.variables = hurried(&kit);
    hooked.pre_commit(&["install"]).exits(0);
    hooked.write("supabase/migrations/20260103000000_new.sql", "TRUNCATE public.accounts;\n");
    hooked.commit().exits(0).says("Passed");
    hooked.write("supabase/migrations/20260104000000_new.sql", "ALTER TABLE public.accounts DROP COLUMN email;\n");
    hooked.commit().exits(1).says("20260104000000_new.sql:1:29").says("error[no-drop-column]");
}

#[test]
fn the_action_builds_the_commit_that_is_named() {
    let Some(kit) = Kit::of("the action from source") else { return };
    let mut runner = Runner::new();
    runner.variables = hurried(&kit);
    let acted = runner.run(&root(), &[("working-directory", "fixtures/dragonfly/clean")]);
    acted.ran.exits(0).says("clean");
    assert_eq!(PathBuf::from(&acted.outputs["program"]), runner.file("preflight/bin/preflight"));
    assert_eq!(acted.outputs["status"], "0");
}
