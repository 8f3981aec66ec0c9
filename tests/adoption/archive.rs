//! What somebody downloads: the archive with its checksum, the manual in man, the completions in shells.

use crate::kit::{Kit, Ran, VERSION, root, skipped};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The program of this build.
fn program() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("preflight"));
    command.env_clear();
    command
}

/// The names of all commands, those of commands with `-` between.
fn commands() -> Vec<String> {
    let help = Ran::of(program().arg("--help"));
    let list = help.said.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap().to_owned();
    let names = list.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    names.map(|line| line.split(' ').next().unwrap().to_owned()).filter(|name| name != "help").collect()
}

#[test]
fn the_archive_holds_all_that_is_installed() {
    let Some(kit) = Kit::of("the archive") else { return };
    let sums = Ran::of(Command::new("sha256sum").args(["--check", "SHA256SUMS"]).current_dir(kit.folder("dist")));
    sums.exits(0);
    assert_eq!(sums.said.lines().filter(|line| line.ends_with(": OK")).count(), 3, "{}", sums.said);
    let (_folder, top) = kit.unpacked();
    assert!(top.file_name().unwrap().to_string_lossy().starts_with(&format!("preflight-{VERSION}-")));
    for name in ["README.md", "LICENSE-MIT", "LICENSE-APACHE"] {
        assert_eq!(fs::read(top.join(name)).unwrap(), fs::read(root().join(name)).unwrap(), "{name}");
    }
    for name in ["preflight.bash", "_preflight", "preflight.fish", "_preflight.ps1"] {
        assert!(fs::read_to_string(top.join("completions").join(name)).unwrap().contains("fail-on"), "{name}");
    }
    let commands = commands();
    assert!(commands.len() > 10 && commands.contains(&"check".to_owned()), "{commands:?}");
    for command in commands {
        assert!(top.join(format!("man/man1/preflight-{command}.1")).is_file(), "no page for {command}");
    }
    Ran::of(Command::new(top.join("preflight")).env_clear().arg("--version")).exits(0).says(VERSION);
}

#[test]
fn the_manual_is_read_by_man_without_a_complaint() {
    let folder = tempfile::tempdir().unwrap();
    Ran::of(program().arg("man").arg("--into").arg(folder.path())).exits(0);
    let pages: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(pages.len() > commands().len(), "{pages:?}");
    if Command::new("groff").arg("--version").output().is_err() {
        return skipped("there is no groff, so the pages are not rendered");
    }
    for page in pages {
        let out = Command::new("groff").args(["-man", "-Tutf8", "-ww", "-z"]).arg(&page).output().unwrap();
        assert!(out.status.success() && out.stderr.is_empty(), "{page:?}: {}", String::from_utf8_lossy(&out.stderr));
    }
    let page = folder.path().join("preflight-check.1");
    let shown = Command::new("groff").args(["-man", "-Tascii", "-P-cbou"]).arg(page).output().unwrap();
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    for text in ["NAME", "preflight-check - Judge documents by the policies in force", "--fail-on", "--pre-commit"] {
        assert!(shown.contains(text), "`{text}` is not in:\n{shown}");
    }
}

#[test]
fn the_page_is_printed_where_no_folder_is_named() {
    let page = Ran::of(program().arg("man"));
    page.exits(0).says(".TH preflight 1").says("preflight 0").says("check");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let ran = Ran::of(program().current_dir(folder.path()).args(["man", "--into", "file/below"]));
    ran.exits(2).says("file/below cannot be written").says("Name a folder");
}

/// What bash offers for a line, by the script that it has loaded.
fn completed(script: &Path, words: &[&str]) -> Ran {
    let line: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
    let text = format!(
        "source {script:?}\nCOMP_WORDS=({})\nCOMP_CWORD={}\ncomplete -p preflight\n_preflight preflight {:?} {:?}\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"",
        line.join(" "),
        words.len() - 1,
        words[words.len() - 1],
        words[words.len() - 2],
    );
    Ran::of(Command::new("bash").args(["--noprofile", "--norc", "-c", &text]))
}

#[test]
fn bash_completes_commands_flags_and_values() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("preflight.bash");
    let ran = Ran::of(program().args(["completions", "bash"]));
    fs::write(&script, &ran.exits(0).said).unwrap();
    completed(&script, &["preflight", "dr"]).exits(0).says("\ndrift\n").does_not_say("\ncheck\n");
    completed(&script, &["preflight", "check", "--fail"]).exits(0).says("\n--fail-on\n");
    completed(&script, &["preflight", "check", "--format", "sa"]).exits(0).says("\nsarif\n");
    completed(&script, &["preflight", "check", "--fail-on", ""]).exits(0).says("\nerror\n").says("\ninfo\n");
}

#[test]
fn every_shell_has_a_script_that_it_can_read() {
    for (shell, check) in [("bash", Some("bash")), ("zsh", Some("zsh")), ("fish", Some("fish")), ("elvish", None)] {
        let script = Ran::of(program().args(["completions", shell]));
        script.exits(0).says("fail-on");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("script");
        fs::write(&path, &script.said).unwrap();
        let Some(program) = check else { continue };
        if Command::new(program).arg("--version").output().is_ok() {
            Ran::of(Command::new(program).arg("-n").arg(path)).exits(0);
        } else {
            skipped(&format!("there is no {program} to read its script"));
        }
    }
    Ran::of(program().args(["completions", "cmd"])).exits(2).says("invalid value 'cmd'").says("powershell");
}
