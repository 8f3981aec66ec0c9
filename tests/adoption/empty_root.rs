//! The static program in a root that holds nothing but it and a project: no library, no shell, no git, no network, and no
//! rights. It is what the container is.

use crate::kit::{Kit, Ran, copy, root, skipped};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The ways into another root that a machine may have: as root, by a namespace of one's own, by sudo.
const WAYS: &[&[&str]] = &[
    &["unshare", "--net", "chroot", "--userspec=65532:65532"],
    &["unshare", "--net", "--map-root-user", "chroot"],
    &["sudo", "--non-interactive", "unshare", "--net", "chroot", "--userspec=65532:65532"],
];

fn run(way: &[&str], folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(way[0]);
    command.args(&way[1..]).arg(folder).arg("/preflight").args(arguments);
    // The rights of a user without a name are enough, and there are no variables but what a container has.
    Ran::of(command.env_clear().env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"))
}

#[test]
fn the_static_program_runs_where_there_is_nothing_else() {
    let Some(kit) = Kit::of("an empty root") else { return };
    let folder = tempfile::tempdir().unwrap();
    let (_unpacked, top) = kit.unpacked();
    fs::copy(top.join("preflight"), folder.path().join("preflight")).unwrap();
    for project in ["clean", "violations"] {
        copy(&root().join("fixtures/dragonfly").join(project), &folder.path().join(project));
    }
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(folder.path(), open).unwrap();

    let way = WAYS.iter().find(|way| {
        let out = Command::new(way[0]).args(&way[1..]).arg(folder.path()).args(["/preflight", "--version"]).output();
        out.is_ok_and(|out| out.status.success())
    });
    let Some(way) = way else {
        return skipped("an empty root: this user cannot change it");
    };
    let entries: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(entries.len(), 3, "{entries:?}");

    run(way, folder.path(), &["check", "/clean"]).exits(0).says("clean: checked");
    let found = run(way, folder.path(), &["check", "/violations"]);
    found.exits(1).says("error[no-drop-column]").says("DROP COLUMN email").says("20260112093000_cleanup.sql:3:43");
    run(way, folder.path(), &["audit", "/violations"]).exits(0).says("Who holds service_role");
    // There is no git in it: what needs it has no verdict, and says why.
    run(way, folder.path(), &["check", "/clean", "--changed"]).exits(2).says("git cannot be run");
}
