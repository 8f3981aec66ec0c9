//! The wheel: built by maturin, installed into a fresh venv, and run.

use crate::kit::{Kit, Ran, VERSION, root};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A fresh venv with the wheel, and nothing from an index.
fn installed(kit: &Kit, folder: &Path) -> PathBuf {
    Ran::of(Command::new(kit.tool("python")).args(["-m", "venv"]).arg(folder)).exits(0);
    let python = folder.join("bin/python");
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--no-index", "--disable-pip-version-check"]);
    Ran::of(pip.arg(format!("policy-preflight=={VERSION}")).arg("--find-links").arg(kit.folder("dist"))).exits(0);
    python
}

#[test]
fn the_wheel_brings_the_program() {
    let Some(kit) = Kit::of("the wheel") else { return };
    let folder = tempfile::tempdir().unwrap();
    installed(&kit, folder.path());
    let program = folder.path().join("bin/preflight");
    let run = |arguments: &[&str]| Ran::of(Command::new(&program).env_clear().current_dir(root()).args(arguments));
    run(&["--version"]).exits(0).says(&format!("preflight {VERSION}\n"));
    run(&["check", "fixtures/dragonfly/violations"]).exits(1).says("error[no-drop-column]");
    run(&["check", "fixtures/dragonfly/clean"]).exits(0).says("clean");
}

#[test]
fn the_wheel_says_what_it_is_and_holds_its_licences() {
    let Some(kit) = Kit::of("metadata of the wheel") else { return };
    let folder = tempfile::tempdir().unwrap();
    let python = installed(&kit, folder.path());
    let script = "
from importlib.metadata import distribution
d = distribution('policy-preflight')
m = d.metadata
print(m['Name'], m['Version'], m['License-Expression'], m['Requires-Python'], m['Requires-Dist'], sep=' | ')
print(m['Summary'], m['Description-Content-Type'], sep=' | ')
print(*sorted(str(f).split('/', 1)[-1] for f in d.files if 'LICENSE' in str(f)))
print(len(m.get_payload() or m['Description']) > 1000)
";
    let ran = Ran::of(Command::new(python).args(["-c", script]));
    ran.exits(0).says(&format!("policy-preflight | {VERSION} | MIT OR Apache-2.0 | >=3.8 | None\n"));
    ran.says("Policy-as-code for env files").says("text/markdown").says("licenses/LICENSE-APACHE licenses/LICENSE-MIT");
    ran.says("\nTrue\n");
    // Static: one wheel for every distribution with glibc.
    if cfg!(all(target_os = "linux", target_env = "gnu")) {
        let name = kit.built("policy_preflight-", ".whl").file_name().unwrap().to_string_lossy().into_owned();
        assert!(name.contains("-py3-none-manylinux"), "{name}");
    }
}

#[test]
fn every_place_names_the_same_version() {
    let script = root().join("scripts/package.py");
    let ran = |version: &str| Ran::of(Command::new("python3").arg(&script).args(["--is-version", version]));
    ran(VERSION).exits(0);
    let other = ran("99.0.0");
    other.exits(1);
    for place in ["Cargo.toml says", "pre-commit/pyproject.toml says", "preflight.gitlab-ci.yml says"] {
        other.says(place);
    }
}

#[test]
fn the_sources_that_pip_gets_build() {
    let Some(kit) = Kit::of("the sdist") else { return };
    let folder = tempfile::tempdir().unwrap();
    let sources = kit.built("policy_preflight-", ".tar.gz");
    Ran::of(Command::new("tar").arg("xzf").arg(sources).arg("-C").arg(folder.path())).exits(0);
    let top = folder.path().join(format!("policy_preflight-{VERSION}"));
    // What makes the program must be in it; that it is the same program is shown by the wheel. So it is only checked.
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["check", "--quiet", "--locked", "--bins"]).current_dir(&top);
    Ran::of(cargo.env("CARGO_TARGET_DIR", root().join("target"))).exits(0);
    for name in ["LICENSE-MIT", "LICENSE-APACHE", "README.md", "PKG-INFO"] {
        assert!(top.join(name).is_file(), "{name} is not in the sources");
    }
    assert!(!top.join("fixtures").exists() && !top.join("tests").exists(), "what only tests read is in the sources");
}
