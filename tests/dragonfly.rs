//! The main job: the dragonfly pack on its two fixture projects, and every cell of the runbook's matrix.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const CLEAN: &str = "fixtures/dragonfly/clean";
const VIOLATIONS: &str = "fixtures/dragonfly/violations";

fn preflight(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
    let output = command.current_dir(folder).env_clear().args(arguments).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

fn report(folder: &Path, arguments: &[&str]) -> (Option<i32>, Value) {
    let (status, text) = preflight(folder, &[&["check", "--format", "json"], arguments].concat());
    (status, serde_json::from_str(&text).unwrap())
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// `path:line:column policy` of every finding.
fn places(report: &Value) -> BTreeSet<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| {
            format!(
                "{}:{}:{} {}",
                finding["path"].as_str().unwrap(),
                finding["line"],
                finding["column"],
                finding["policy"].as_str().unwrap()
            )
        })
        .collect()
}

#[test]
fn violations_gives_what_was_typed_by_hand_and_nothing_else() {
    let (status, report) = report(&root().join(VIOLATIONS), &["."]);
    assert_eq!(status, Some(1));
    assert_eq!(report["verdict"], "findings");
    let found = places(&report);
    let text = fs::read_to_string(root().join("tests/expected/violations.txt")).unwrap();
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let expected: BTreeSet<String> = lines().filter(|line| !line.starts_with("not ")).map(str::to_owned).collect();
    let missing: Vec<_> = expected.difference(&found).collect();
    let extra: Vec<_> = found.difference(&expected).collect();
    assert!(missing.is_empty() && extra.is_empty(), "not found: {missing:#?}\nnot expected: {extra:#?}");
    let silent: Vec<&str> = lines().filter_map(|line| line.strip_prefix("not ")).collect();
    assert!(silent.len() >= 25, "near misses are asserted too");
    for line in silent {
        let (place, policy) = line.split_once(' ').unwrap();
        let fires = found.iter().find(|found| {
            found.starts_with(&format!("{place}:"))
                && found.split(' ').nth(1).unwrap().split('/').next() == policy.split('/').next()
                && (found.ends_with(policy) || !policy.contains('/'))
        });
        assert_eq!(fires, None, "{line}");
        assert!(root().join(VIOLATIONS).join(place.rsplit_once(':').unwrap().0).exists(), "{place} does not exist");
    }
}

/// Policies about what a JWT says. A JWT would be a leak to every scanner, so that none stands in a fixture; the cases make
/// theirs.
const ABOUT_TOKENS: &[&str] = &["key-is-not-expired", "key-expires-soon", "no-session-token-in-configuration"];

/// Policies about a change, or about today: of neither is there one here. `tests/git/history.rs` has changes.
const ABOUT_TIME: &[&str] = &[
    "history-is-append-only",
    "new-migrations-come-last",
    "version-does-not-come-back",
    "version-is-not-in-the-future",
];

/// What is right in the violations: there service_role may use ops, and too many others may, too; a migration makes the
/// queue, and the export has the protected tables of public.
const KEPT: &[&str] = &["ops-answers-to-service-role", "queue-is-made", "protected-tables-are-exported"];

#[test]
fn every_policy_of_the_pack_has_a_finding_in_violations() {
    let (_, report) = report(&root().join(VIOLATIONS), &["."]);
    let found: BTreeSet<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["policy"].as_str().unwrap().split('/').next().unwrap().to_owned())
        .collect();
    let (_, list) = preflight(&root().join(VIOLATIONS), &["policies", "--format", "json"]);
    let list: Value = serde_json::from_str(&list).unwrap();
    for policy in list["policies"].as_array().unwrap() {
        let id = policy["id"].as_str().unwrap();
        let excused = [ABOUT_TOKENS, ABOUT_TIME, KEPT].iter().any(|list| list.contains(&id));
        assert!(found.contains(id) != excused, "{id} has no finding, or is excused and has one");
        for field in ["why", "fix", "see"] {
            assert!(policy[field].as_str().is_some_and(|text| !text.is_empty()), "{id} lacks {field}");
        }
    }
}

#[test]
fn clean_is_clean_in_any_year_after_its_migrations() {
    for arguments in [
        &["."][..],
        &["--today", "2026-01-13", "."],
        &["--today", "2099-01-01", "."],
        &["--strict", "--fail-on", "info", "."],
    ] {
        let (status, report) = report(&root().join(CLEAN), arguments);
        assert_eq!((status, report["verdict"].as_str()), (Some(0), Some("clean")), "{arguments:?}: {report:#}");
        assert_eq!(report["undecided"].as_array().unwrap().len(), 0);
    }
    let (status, text) = preflight(&root().join(CLEAN), &["check"]);
    assert_eq!(status, Some(0));
    assert!(text.starts_with("clean: checked 21 documents"), "{text}");
    // Beside it stands only why some policies judge nothing: without a change, and without a date.
    let (status, dated) = preflight(&root().join(CLEAN), &["check", "--today", "2026-01-13"]);
    let paragraphs: Vec<&str> = dated.split("\n\n").collect();
    assert_eq!((status, paragraphs.len()), (Some(0), 2), "{dated}");
    assert!(paragraphs[1].starts_with("not judged  history-is-append-only, new-migrations-come-last"), "{dated}");
    assert_eq!(dated.matches("not judged").count(), 1, "{dated}");
}

/// What a cell of the runbook's tables asks.
#[derive(Clone, Copy, PartialEq)]
enum Cell {
    Required,
    Forbidden,
    Optional,
}

const API: &str = "dragonfly-api";
const INGEST: &str = "dragonfly-worker-ingest";
const ENFORCEMENT: &str = "dragonfly-worker-enforcement";

/// A value of another kind than the runbook wants; none where the runbook wants no value.
const NO_URL: Option<&str> = Some("https://dragonfly.example.com");
const NO_SERVICE_KEY: Option<&str> = Some("sb_publishable_MADEUPmadeupMADEUPprod_0a1B2c3D");
const NO_ANON_KEY: Option<&str> = Some("sb_secret_MADEUPmadeupMADEUPelse_4e5F6g7H");
const NO_POOLER: Option<&str> =
    Some("postgresql://postgres:MADEUP-direct@db.abcdefghijklmnopqrst.supabase.co:5432/postgres?sslmode=require");

/// The 29 rows of the three tables of go-live 2.2, typed from the runbook.
#[rustfmt::skip]
const ROWS: &[(&str, &str, Cell, Option<&str>)] = &[
    (API, "SUPABASE_URL", Cell::Required, NO_URL),
    (API, "SUPABASE_SERVICE_ROLE_KEY", Cell::Required, NO_SERVICE_KEY),
    (API, "SUPABASE_ANON_KEY", Cell::Required, NO_ANON_KEY),
    (API, "DATABASE_URL", Cell::Required, NO_POOLER),
    (API, "SUPABASE_DB_URL", Cell::Forbidden, None),
    (API, "SUPABASE_DIRECT_URL", Cell::Forbidden, None),
    (API, "SUPABASE_MODE", Cell::Required, Some("dev")),
    (API, "ENVIRONMENT", Cell::Required, Some("staging")),
    (API, "LOG_LEVEL", Cell::Optional, Some("DEBUG")),
    (API, "PORT", Cell::Optional, None),
    (API, "RAILWAY_ENVIRONMENT", Cell::Optional, None),
    (INGEST, "SUPABASE_URL", Cell::Required, NO_URL),
    (INGEST, "SUPABASE_SERVICE_ROLE_KEY", Cell::Required, NO_SERVICE_KEY),
    (INGEST, "DATABASE_URL", Cell::Required, NO_POOLER),
    (INGEST, "SUPABASE_MODE", Cell::Required, Some("production")),
    (INGEST, "ENVIRONMENT", Cell::Required, Some("prod")),
    (INGEST, "WORKER_TYPE", Cell::Required, Some("enforcement")),
    (INGEST, "SUPABASE_ANON_KEY", Cell::Forbidden, None),
    (INGEST, "SUPABASE_DIRECT_URL", Cell::Forbidden, None),
    (INGEST, "PORT", Cell::Forbidden, None),
    (ENFORCEMENT, "SUPABASE_URL", Cell::Required, NO_URL),
    (ENFORCEMENT, "SUPABASE_SERVICE_ROLE_KEY", Cell::Required, NO_SERVICE_KEY),
    (ENFORCEMENT, "DATABASE_URL", Cell::Required, NO_POOLER),
    (ENFORCEMENT, "SUPABASE_MODE", Cell::Required, Some("local")),
    (ENFORCEMENT, "ENVIRONMENT", Cell::Required, Some("development")),
    (ENFORCEMENT, "WORKER_TYPE", Cell::Required, Some("ingest")),
    (ENFORCEMENT, "SUPABASE_ANON_KEY", Cell::Forbidden, None),
    (ENFORCEMENT, "SUPABASE_DIRECT_URL", Cell::Forbidden, None),
    (ENFORCEMENT, "PORT", Cell::Forbidden, None),
];

/// The clean project in a folder of its own, where every service has an env file and its export is gone.
struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&root().join(CLEAN), folder.path());
        let project = Self { folder };
        let export = fs::read_to_string(project.path("railway/prod/dragonfly-worker-enforcement.json")).unwrap();
        let export: serde_json::Map<String, Value> = serde_json::from_str(&export).unwrap();
        let lines: Vec<String> =
            export.iter().map(|(name, value)| format!("{name}={}\n", value.as_str().unwrap())).collect();
        fs::write(project.env(ENFORCEMENT), lines.concat()).unwrap();
        fs::remove_dir_all(project.path("railway")).unwrap();
        let config = fs::read_to_string(project.path("preflight.yaml")).unwrap();
        let config = config
            .replace("  - files: \"railway/{environment}/{service}.json\"\n    kind: railway-variables\n", "")
            .replace("  - files: railway/status.json\n    kind: railway-status\n", "");
        fs::write(project.path("preflight.yaml"), config).unwrap();
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn env(&self, service: &str) -> PathBuf {
        self.path(&format!("env/prod/{service}.env"))
    }

    /// Sets a variable of a service, or removes it.
    fn set(&self, service: &str, name: &str, value: Option<&str>) {
        let text = fs::read_to_string(self.env(service)).unwrap();
        let is_it = |line: &&str| line.trim_start_matches("export ").starts_with(&format!("{name}="));
        let mut lines: Vec<String> = text.lines().filter(|line| !is_it(line)).map(str::to_owned).collect();
        lines.extend(value.map(|value| format!("{name}={value}")));
        fs::write(self.env(service), lines.join("\n") + "\n").unwrap();
    }

    /// The findings of the matrix about one variable of one service, by sub-id.
    fn findings(&self, service: &str, name: &str) -> Vec<String> {
        let (_, report) = report(self.folder.path(), &["--policy", "go-live-matrix", "."]);
        assert_ne!(report["verdict"], "no-verdict", "{report:#}");
        let all = report["findings"].as_array().unwrap().iter();
        let about = all.filter(|finding| {
            finding["service"] == service
                && finding["message"].as_str().unwrap().starts_with(&format!("{name} of {service} in prod"))
        });
        let ids: BTreeSet<String> = about
            .map(|finding| finding["policy"].as_str().unwrap().trim_start_matches("go-live-matrix/").to_owned())
            .collect();
        let total =
            report["findings"].as_array().unwrap().iter().filter(|finding| finding["service"] == service).count();
        assert!(total == 0 || !ids.is_empty(), "only {name} of {service} was changed: {report:#}");
        ids.into_iter().collect()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)
        } else {
            fs::copy(entry.path(), target).map(|_| ()).unwrap()
        }
    }
}

#[test]
fn every_cell_of_the_runbook_mutated_alone_yields_its_finding() {
    assert_eq!(ROWS.len(), 29);
    assert!(Project::new().findings(API, "SUPABASE_URL").is_empty(), "the project is clean before anything is changed");
    for (service, name, cell, wrong) in ROWS {
        let after = |value: Option<&str>| {
            let project = Project::new();
            project.set(service, name, value);
            project.findings(service, name)
        };
        let what = format!("{name} of {service}");
        match cell {
            Cell::Required => {
                assert_eq!(after(None), ["missing"], "{what} removed");
                assert_eq!(after(Some("")), ["empty"], "{what} emptied");
                assert_eq!(after(Some("changeme")), ["empty"], "{what} is a placeholder");
            }
            Cell::Forbidden => {
                assert_eq!(after(Some("https://abcdefghijklmnopqrst.supabase.co")), ["forbidden"], "{what} added");
                assert_eq!(after(Some("")), ["forbidden"], "{what} added, empty");
            }
            Cell::Optional => {
                assert_eq!(after(None), [""; 0], "{what} removed");
            }
        }
        if let Some(wrong) = wrong {
            assert_eq!(after(Some(wrong)), ["value"], "{what} is {wrong}");
        }
    }
}

/// What a row's value is, where the runbook writes the very text.
const VALUES: &[(&str, &str, &str)] = &[
    (API, "SUPABASE_MODE", "prod"),
    (INGEST, "SUPABASE_MODE", "prod"),
    (ENFORCEMENT, "SUPABASE_MODE", "prod"),
    (API, "ENVIRONMENT", "production"),
    (INGEST, "ENVIRONMENT", "production"),
    (ENFORCEMENT, "ENVIRONMENT", "production"),
    (INGEST, "WORKER_TYPE", "ingest"),
    (ENFORCEMENT, "WORKER_TYPE", "enforcement"),
    // INFO or WARNING: the first is the default.
    (API, "LOG_LEVEL", "INFO"),
];

#[test]
fn the_markdown_of_the_pack_has_the_rows_of_the_runbook() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["matrix", "--pack", "dragonfly", "--policy-only", "--format", "markdown"];
    let (status, text) = preflight(folder.path(), &arguments);
    assert_eq!(status, Some(0));
    let (mut service, mut rows, mut values) = (String::new(), BTreeSet::new(), BTreeSet::new());
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("#### ") {
            service = name.trim_matches('`').to_owned();
        }
        let Some(row) = line.strip_prefix("| `") else { continue };
        let cells: Vec<&str> = row.trim_end_matches(" |").split(" | ").collect();
        let [name, required, value] = cells.as_slice() else { panic!("three columns: {line}") };
        let name = name.trim_end_matches('`');
        assert!(rows.insert((service.clone(), name.to_owned(), (*required).to_owned())), "{line} stands twice");
        assert!(!value.is_empty(), "{line} says where the value comes from");
        if let Some(rest) = value.strip_prefix('`') {
            values.insert((service.clone(), name.to_owned(), rest.split('`').next().unwrap().to_owned()));
        }
    }
    let symbol = |cell: &Cell| match cell {
        Cell::Required => "✅",
        Cell::Forbidden => "❌",
        Cell::Optional => "⚪",
    };
    let owned = |(a, b, c): (&str, &str, &str)| (a.to_owned(), b.to_owned(), c.to_owned());
    let expected: BTreeSet<_> =
        ROWS.iter().map(|(service, name, cell, _)| owned((service, name, symbol(cell)))).collect();
    assert_eq!(rows, expected);
    assert_eq!(values, VALUES.iter().copied().map(owned).collect());
}

#[test]
fn a_service_without_any_document_is_missing() {
    let project = Project::new();
    fs::remove_file(project.env(INGEST)).unwrap();
    let (status, report) = report(project.folder.path(), &["."]);
    assert_eq!(status, Some(1));
    let finding = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["policy"] == "go-live-matrix/service")
        .unwrap();
    assert_eq!(finding["path"], "env/prod/dragonfly-worker-ingest.env");
    assert_eq!(finding["missing"], true);
}

#[test]
fn a_required_variable_that_only_an_export_could_hold_is_undecided() {
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join(CLEAN), folder.path());
    let path = folder.path().join("railway/prod/dragonfly-worker-enforcement.json");
    let text = fs::read_to_string(&path).unwrap();
    let without: Vec<&str> = text.lines().filter(|line| !line.contains("SUPABASE_SERVICE_ROLE_KEY")).collect();
    fs::write(&path, without.join("\n")).unwrap();
    let (status, first) = report(folder.path(), &["."]);
    assert_eq!((status, first["verdict"].as_str()), (Some(0), Some("undecided")), "{first:#}");
    let undecided = &first["undecided"][0];
    assert!(undecided["message"].as_str().unwrap().contains("may be sealed"), "{undecided}");
    assert!(undecided["help"].as_str().unwrap().contains("railway environment config --json"), "{undecided}");
    let (status, _) = report(folder.path(), &["--strict", "."]);
    assert_eq!(status, Some(1), "strict takes what is undecided for an error");
}
