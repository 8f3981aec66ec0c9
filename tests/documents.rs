//! Every file of `fixtures/documents/<kind>/` and the facts that are seen in it, as `preflight facts` shows them. A new
//! file there is a new case. `INSTA_UPDATE=always cargo test --test documents` writes new snapshots: read them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use preflight::document::DOCUMENT_KINDS;
use std::fs;
use std::path::PathBuf;

#[test]
fn every_document_gives_the_facts_of_its_snapshot() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/documents");
    let empty = tempfile::tempdir().unwrap();
    let config = "version: 1\npacks: [./nothing.yaml]\ndocuments: [{ files: note.txt, kind: dotenv }]\n";
    let policy = "version: 1\npolicies: { no-such-name: { severity: info, why: a, fix: b, says: c, forbid: { variable: { name: NEVER } } } }\n";
    fs::write(empty.path().join("nothing.yaml"), policy).unwrap();
    fs::write(empty.path().join("preflight.yaml"), config).unwrap();
    fs::write(empty.path().join("note.txt"), "").unwrap();
    for kind in DOCUMENT_KINDS {
        let mut files: Vec<PathBuf> = fs::read_dir(folder.join(kind.name))
            .expect("every kind has fixtures")
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        assert!(!files.is_empty(), "{} has no fixture", kind.name);
        for file in files {
            let labels = ["--service", "api", "--environment", "prod"];
            let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
            command.current_dir(empty.path()).env_clear().args(["facts", "-", "--kind", kind.name]).args(labels);
            let output = command.write_stdin(fs::read(&file).unwrap()).output().unwrap();
            let facts = String::from_utf8(output.stdout).unwrap();
            let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
            command.current_dir(empty.path()).env_clear().args(["check", "-", "--kind", kind.name]).args(labels);
            let output = command.write_stdin(fs::read(&file).unwrap()).output().unwrap();
            let check = String::from_utf8(output.stdout).unwrap();
            assert!(!facts.contains("MADEUP") && !check.contains("MADEUP"), "{} shows a secret", file.display());
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(format!("{}__{name}", kind.name), format!("{facts}\n-- check --\n{check}"));
            });
        }
    }
}
