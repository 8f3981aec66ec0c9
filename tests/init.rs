//! `preflight init`: a runbook becomes a policy file, and a folder a preflight.yaml. Nothing is written over.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(dead_code, reason = "it is shared with the tests of packs")]
#[path = "support/yaml.rs"]
mod yaml;

use preflight::policy::matrix::{Cell, Matrix};
use preflight::policy::model::{Condition, Judge, Literal, Shape, Test};
use preflight::policy::{self, PackText, PolicySet, Spellings};
use preflight::source::SourceMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Status, standard output, standard error.
fn preflight(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
    let output = command.current_dir(folder).env_clear().args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn load(pack: PackText) -> PolicySet {
    policy::load(&[pack], &Spellings::default(), &[], &mut SourceMap::new()).unwrap()
}

fn generated(text: &str) -> PolicySet {
    load(PackText { name: "made".into(), folder: "made".into(), files: vec![("made.yaml".into(), text.to_owned())] })
}

fn matrix<'a>(set: &'a PolicySet, id: &str) -> &'a Matrix {
    let policy = set.policies.iter().find(|policy| policy.id.value == id).unwrap();
    match &policy.shape {
        Shape::Matrix(matrix) => matrix,
        other => panic!("{other:?}"),
    }
}

/// What a value must be: words in the order of the alphabet, whether a cell writes them or a type does; else the type.
fn wanted(condition: &Condition) -> Vec<String> {
    let mut all = match &condition.test {
        Test::Is(Literal::Text(text)) => vec![format!("= {text}")],
        Test::Any(conditions) | Test::All(conditions) => conditions.iter().flat_map(wanted).collect(),
        Test::IsA(ty) => match &ty.judge {
            Judge::Value(condition) => wanted(condition),
            _ => vec![format!("is a {}", ty.name)],
        },
        other => panic!("{other:?}"),
    };
    all.sort();
    all
}

/// Services, then a line for each cell: what is compared. The reasons are everybody's own words, and where a place is.
fn cells(matrix: &Matrix) -> Vec<String> {
    let services: Vec<&str> = matrix.services.iter().map(|service| service.value.as_str()).collect();
    let mut lines = vec![services.join(" ")];
    for row in &matrix.rows {
        let cell = |(cell, service): (&Cell, &&str)| {
            let wanted = cell.value.as_ref().map(wanted).unwrap_or_default();
            format!("{} {service}: {:?} {}", row.variable.value, cell.demand, wanted.join(" or "))
        };
        lines.extend(row.cells.iter().zip(&services).map(cell));
    }
    lines
}

#[test]
fn the_runbook_becomes_the_matrix_of_the_pack_cell_by_cell() {
    let (status, text, complaints) = preflight(&root(), &["init", "--from", "fixtures/runbook/go-live.md"]);
    assert_eq!((status, complaints.as_str()), (Some(0), ""));
    let set = generated(&text);
    let shipped = load(policy::built_in("dragonfly").unwrap());
    let (made, shipped) = (cells(matrix(&set, "go-live-matrix")), cells(matrix(&shipped, "go-live-matrix")));
    assert_eq!(made, shipped);
    assert_eq!(made.len(), 1 + 12 * 3);
    // a type of the same name says the same
    let types = |text: &str| yaml::read("types", text).unwrap()["types"].as_object().unwrap().clone();
    let shipped = types(&fs::read_to_string(root().join("policies/dragonfly/types.yaml")).unwrap());
    let made = types(&text);
    assert_eq!(made.len(), 4);
    for (name, ty) in made {
        assert_eq!(Some(&ty), shipped.get(&name), "{name}");
    }
}

/// A runbook can be made of the policy, and the policy of that runbook.
#[test]
fn the_tables_that_matrix_draws_come_back_as_the_matrix_that_they_were_drawn_of() {
    let folder = tempfile::tempdir().unwrap();
    let draw = ["matrix", "--pack", "dragonfly", "--policy-only", "--format", "markdown"];
    let (status, page, _) = preflight(folder.path(), &draw);
    assert_eq!(status, Some(0), "{page}");
    fs::write(folder.path().join("go-live.md"), page).unwrap();
    let (status, text, complaints) = preflight(folder.path(), &["init", "--from", "go-live.md"]);
    assert_eq!((status, complaints.as_str()), (Some(0), ""));
    let (made, shipped) = (generated(&text), load(policy::built_in("dragonfly").unwrap()));
    let (made, shipped) = (matrix(&made, "go-live-matrix"), matrix(&shipped, "go-live-matrix"));
    assert_eq!(cells(made), cells(shipped));
    // a table that was drawn of the second is the first, reasons and all
    fs::write(folder.path().join("made.yaml"), &text).unwrap();
    let draw = ["matrix", "--pack", "./made.yaml", "--policy-only", "--format", "markdown"];
    let (status, again, _) = preflight(folder.path(), &draw);
    assert_eq!((status, again), (Some(0), fs::read_to_string(folder.path().join("go-live.md")).unwrap()));
}

#[test]
fn what_is_made_is_aligned_and_accepted_and_finds_what_the_page_forbids() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(root().join("fixtures/runbook/go-live.md"), folder.path().join("go-live.md")).unwrap();
    let (status, said, _) = preflight(folder.path(), &["init", "--from", "go-live.md", "--pack", "policies/harbor"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("wrote policies/harbor/pack.yaml\nwrote policies/harbor/matrix.yaml\n"), "{said}");
    assert!(said.contains("3 services, 12 variables: 18 required, 8 forbidden, 3 optional"), "{said}");
    assert!(said.contains("add `./policies/harbor` to `packs:`"), "{said}");
    let text = fs::read_to_string(folder.path().join("policies/harbor/matrix.yaml")).unwrap();
    for line in [
        "      services:                    [dragonfly-api, dragonfly-worker-ingest, dragonfly-worker-enforcement]",
        "        SUPABASE_URL:              [✅, ✅, ✅]",
        "        WORKER_TYPE:               [unlisted, { required: ingest }, { required: enforcement }]",
        "        LOG_LEVEL:                 [INFO, WARNING]",
        "          dragonfly-api:                From the Supabase dashboard, page API",
        "    see: go-live.md",
    ] {
        assert!(text.lines().any(|each| each == line), "{line}\nis not in\n{text}");
    }
    let config = "version: 1\npacks: [./policies/harbor]\ndocuments:\n  - { files: \"env/{environment}/{service}.env\", kind: dotenv }\n";
    fs::write(folder.path().join("preflight.yaml"), config).unwrap();
    fs::create_dir_all(folder.path().join("env/prod")).unwrap();
    fs::write(folder.path().join("env/prod/dragonfly-api.env"), "SUPABASE_DB_URL=x\nSUPABASE_MODE=dev\n").unwrap();
    let (status, said, _) = preflight(folder.path(), &["check"]);
    assert_eq!(status, Some(1));
    assert!(said.contains("go-live-matrix/forbidden") && said.contains("Give it DATABASE_URL"), "{said}");
    assert!(said.contains("go-live-matrix/value") && said.contains("go-live-matrix/missing"), "{said}");
}

#[test]
fn nothing_is_written_over_unless_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let page = "# `api`\n\n| Variable | Required |\n|--|--|\n| A | yes |\n";
    fs::write(folder.path().join("page.md"), page).unwrap();
    fs::write(folder.path().join("made.yaml"), "mine").unwrap();
    let arguments = ["init", "--from", "page.md", "--output", "made.yaml"];
    let (status, _, said) = preflight(folder.path(), &arguments);
    assert_eq!(status, Some(2));
    assert!(said.contains("made.yaml is there already") && said.contains("--force"), "{said}");
    assert_eq!(fs::read_to_string(folder.path().join("made.yaml")).unwrap(), "mine");
    // a pack is written as a whole or not at all
    fs::create_dir(folder.path().join("pack")).unwrap();
    fs::write(folder.path().join("pack/matrix.yaml"), "mine").unwrap();
    assert_eq!(preflight(folder.path(), &["init", "--from", "page.md", "--pack", "pack"]).0, Some(2));
    assert!(!folder.path().join("pack/pack.yaml").exists());
    assert_eq!(preflight(folder.path(), &[&arguments[..], &["--force"]].concat()).0, Some(0));
    assert!(fs::read_to_string(folder.path().join("made.yaml")).unwrap().contains("page-matrix"));
    fs::write(folder.path().join("preflight.yaml"), "mine").unwrap();
    fs::write(folder.path().join(".env"), "A=1\n").unwrap();
    let (status, said, _) = preflight(folder.path(), &["init"]);
    assert_eq!(status, Some(2), "{said}");
    assert_eq!(fs::read_to_string(folder.path().join("preflight.yaml")).unwrap(), "mine");
}

#[test]
fn what_cannot_be_read_is_said_with_its_line_and_is_no_success() {
    let folder = tempfile::tempdir().unwrap();
    let page = "# `api`\n\n| Variable | Required | Value |\n|--|--|--|\n| A | yes | |\n| B | perhaps | |\n| what it is | yes | |\n| KEY | yes | `sb_secret_MADEUPmadeupMADEUPpage_0a1B2c3D` |\n| C | no | |\n";
    fs::write(folder.path().join("page.md"), page).unwrap();
    let (status, made, said) = preflight(folder.path(), &["init", "--from", "page.md"]);
    assert_eq!(status, Some(1));
    let expected = "page.md:6: not read: B: neither required nor forbidden nor optional\n\
        page.md:7: not read: the first cell of this row is no name of a variable\n\
        page.md:8: not read: KEY: a secret stands here, and was left out; take it out of the page and rotate it\n\
        page.md:9: note: `no` was read as optional; write forbidden where it must not be set\n";
    assert_eq!(said, expected);
    assert!(!made.contains("MADEUP") && made.contains("KEY: "), "{made}");
    for (page, message) in
        [("", "has no table of variables"), ("# x\n\n| A | B |\n|--|--|\n| 1 | 2 |\n", "has no table of variables")]
    {
        fs::write(folder.path().join("page.md"), page).unwrap();
        let (status, _, said) = preflight(folder.path(), &["init", "--from", "page.md"]);
        assert_eq!(status, Some(2));
        assert!(said.contains(message), "{said}");
    }
    let (status, _, said) = preflight(folder.path(), &["init", "--from", "nowhere.md"]);
    assert_eq!(status, Some(2));
    assert!(said.contains("nowhere.md"), "{said}");
    assert_eq!(preflight(folder.path(), &["init", "--output", "x.yaml"]).0, Some(2), "a place without a page");
}

#[test]
fn a_folder_gets_a_configuration_that_check_accepts() {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("env/prod/api.env", "A=1\n"),
        ("apps/web/.env.production", "B=2\n"),
        (
            "supabase/migrations/20260301090000_a.sql",
            "CREATE TABLE IF NOT EXISTS a (id uuid PRIMARY KEY);\nALTER TABLE a ENABLE ROW LEVEL SECURITY;\n",
        ),
        ("apps/api/railway.toml", "[deploy]\nstartCommand = \"node a.js\"\n"),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let (status, said, _) = preflight(folder.path(), &["init"]);
    assert_eq!(status, Some(0), "{said}");
    for line in [
        "env/{environment}/{service}.env  dotenv, 1 file",
        "**/.env.{environment}  dotenv, 1 file",
        "**/railway.toml  railway-config, 1 file",
    ] {
        assert!(said.contains(line), "{line} is not in\n{said}");
    }
    let text = fs::read_to_string(folder.path().join("preflight.yaml")).unwrap();
    assert!(text.contains("packs: [separation, git, railway, history, postgres]"), "{text}");
    let (status, said, _) = preflight(folder.path(), &["check"]);
    assert!(matches!(status, Some(0 | 1)), "{said}");
    assert!(said.contains("4 documents"), "{said}");
    let empty = tempfile::tempdir().unwrap();
    let (status, _, said) = preflight(empty.path(), &["init"]);
    assert_eq!(status, Some(2));
    assert!(said.contains("no file here has a well-known name") && said.contains("version: 1"), "{said}");
}
