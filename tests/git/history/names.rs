//! Two files of one version, beside what the base has.

use super::{ONE, THREE, at, repo};

#[test]
fn of_two_equal_versions_the_new_one_is_at_fault_and_the_message_names_the_other() {
    let repo = repo();
    // A name that runs before the one that is there, and one that runs behind it.
    for (old, new) in [(ONE, "20260101090000_a.sql"), (THREE, "20260103090000_z.sql")] {
        let (old, new) = (at(old), at(new));
        repo.write(&new, "CREATE TABLE another (id bigint);\n");
        let only = ["--policy", "version-is-unique"];
        for arguments in [&["--base", "main"][..], &["--changed"]] {
            let report = repo.judge(&[arguments, &only].concat());
            assert_eq!(report.findings(), [format!("version-is-unique {new}:1")], "{arguments:?}");
            let message = report.json["findings"][0]["message"].as_str().unwrap();
            assert_eq!(message, format!("{new} has the version of another migration: {old}"));
        }
        for format in ["compact", "github", "gitlab"] {
            repo.preflight(&["check", "--base", "main", "--format", format]).exits(1).says(&old);
        }
        // Without a base it is the one that runs last.
        let last = if old < new { &new } else { &old };
        assert_eq!(repo.judge(&only).findings(), [format!("version-is-unique {last}:1")]);
        repo.remove(&new);
    }
}
