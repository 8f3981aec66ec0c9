//! What migrations really do, by a real PostgreSQL: every effect has its operation, every destructive operation its effect.
//! `examples/oracle.rs` asks the same of any folder.
//!
//! Without a server installed this passes, and says so, unless PREFLIGHT_REQUIRE_POSTGRES is set.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "postgres/exports.rs"]
mod exports;
#[path = "support/postgres/mod.rs"]
mod postgres;

use postgres::{Claim, Judgement, Outcome, Server};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The oldest major version that runs every fixture: MERGE is of 15.
const OLDEST: u32 = 15;

/// What `violations` takes for granted: tables made in the dashboard, with rows' columns as its migrations name them.
const DASHBOARD: &str = "
    CREATE ROLE dragonfly_app; CREATE ROLE dragonfly_worker;
    CREATE TABLE public.accounts (id int, email text);
    CREATE TABLE public.judgments (id int, status text, court text, county text);
    CREATE TABLE public.legacy_cases (id int);
    CREATE TABLE public.settings (name text, value text);
    CREATE TABLE public.import_buffer (id int);
    CREATE TABLE public.import_errors (id int);
    CREATE POLICY notes_read ON public.judgments USING (true);
    CREATE FUNCTION public.note_age(integer) RETURNS interval LANGUAGE sql AS $$ SELECT interval '1 day' $$;";

/// Effects in the fixtures that nobody can know from the files alone.
const UNDECIDED: &[&str] = &[
    "20260204090000_execute.sql:29: not-protected table public.invoices (by EXECUTE)",
    "20260205090000_undecided.sql:13: dropped table public.chores_done (by EXECUTE)",
    "20260205090000_undecided.sql:13: truncate table public.inbox (by EXECUTE)",
    "20260205090000_undecided.sql:14: dropped table public.chores",
];

/// Statements of the fixtures that fail, as they would in production.
const REFUSED: &[&str] = &[
    // a sequence of a column changes its owner with the table only
    "20260106101500_ops_queue.sql:23: cannot change owner of sequence \"jobs_id_seq\"",
    "20260112093000_cleanup.sql:18: column \"nick\" of relation \"plaintiffs\" does not exist",
    "20260112093000_cleanup.sql:20: column \"title\" of relation \"plaintiffs\" does not exist at character 30",
    "20260114110000_notes.sql:6: policy \"notes_admin\" for table \"case_notes\" does not exist",
    "20260116_000000_revert_cleanup.sql:3: column \"middle_name\" of relation \"plaintiffs\" does not exist",
];

/// Forms that are newer than the oldest server, with their major version: run where the server knows them, else listed.
const NEWER: &[(u32, &str)] = &[
    (16, "GRANT narrator TO anon WITH INHERIT FALSE, SET TRUE;"),
    (17, "GRANT MAINTAIN ON public.stock TO anon;"),
    (17, "ALTER TABLE public.stock ALTER COLUMN twice SET EXPRESSION AS (amount * 3);"),
    (
        17,
        "MERGE INTO public.stock s USING public.moves m ON s.id = m.id WHEN NOT MATCHED BY SOURCE THEN DELETE WHEN MATCHED THEN UPDATE SET amount = 1;",
    ),
    (18, "ALTER TABLE public.stock ADD CONSTRAINT id_known NOT NULL id NOT VALID;"),
    (
        18,
        "ALTER TABLE public.stock DROP COLUMN shelf; UPDATE public.stock SET amount = 2 RETURNING OLD.amount, NEW.amount;",
    ),
];
const BEFORE_NEWER: &str = "
    CREATE ROLE narrator; CREATE TABLE public.moves (id int);
    CREATE TABLE public.stock (id int, amount int, shelf text, twice int GENERATED ALWAYS AS (amount * 2) STORED);";

/// Not captured by the test harness: it must be seen where the test passes.
fn say(message: &str) {
    _ = writeln!(std::io::stderr(), "\ntests/postgres.rs: {message}\n");
}

/// `15`
fn major(server: &Server) -> u32 {
    server.version.split(|c: char| !c.is_ascii_digit()).next().and_then(|major| major.parse().ok()).unwrap_or(0)
}

/// The server; none where there is none and none is required.
fn server() -> Option<Server> {
    let required = std::env::var_os("PREFLIGHT_REQUIRE_POSTGRES").is_some();
    let lacks = match Server::start().unwrap() {
        Some(server) if major(&server) >= OLDEST => return Some(server),
        Some(server) => {
            format!("PostgreSQL {} is installed, and {OLDEST} is the oldest that runs the fixtures", server.version)
        }
        None => "no PostgreSQL server is installed (initdb was not found)".to_owned(),
    };
    assert!(!required, "{lacks}, and PREFLIGHT_REQUIRE_POSTGRES is set");
    say(&format!("NOT RUN: {lacks}. What migrations really do was not tested."));
    None
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What of these outcomes has this judgement: `file:line: effect`.
fn judged(outcomes: &[Outcome], wanted: Judgement) -> Vec<String> {
    let all = outcomes.iter().flat_map(|outcome| outcome.effects.iter().map(move |effect| (outcome, effect)));
    all.filter(|(_, (_, judgement))| *judgement == wanted)
        .map(|(outcome, (effect, _))| format!("{}:{effect}", outcome.path))
        .collect()
}

/// Nothing was missed, nothing was claimed that did not happen, nothing that ran was not understood.
fn assert_complete(outcomes: &[Outcome]) {
    assert_eq!(judged(outcomes, Judgement::Missed), [""; 0], "effects without their operation");
    for outcome in outcomes {
        let not_done = outcome.claims.iter().filter(|(_, claim)| *claim == Claim::NotDone);
        let not_done: Vec<&String> = not_done.map(|(operation, _)| operation).collect();
        assert!(not_done.is_empty(), "{}: operations without their effect: {not_done:#?}", outcome.path);
        assert!(outcome.not_understood.is_empty(), "{}: {:#?}", outcome.path, outcome.not_understood);
    }
}

fn with_file_before(text: &str, files: Vec<PathBuf>, folder: &Path) -> Vec<PathBuf> {
    let first = folder.join("0_before.sql");
    fs::write(&first, text).unwrap();
    std::iter::once(first).chain(files).collect()
}

#[test]
fn every_effect_has_its_operation_and_every_operation_its_effect() {
    let Some(server) = server() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut runs: Vec<Vec<PathBuf>> = Vec::new();
    let mut groups: Vec<PathBuf> =
        fs::read_dir(root().join("fixtures/sql")).unwrap().map(|entry| entry.unwrap().path()).collect();
    groups.sort();
    assert!(groups.len() >= 4, "{groups:?}");
    runs.extend(groups.iter().map(|group| postgres::migrations(group, false).unwrap()));
    runs.push(postgres::migrations(&root().join("fixtures/dragonfly/clean/supabase/migrations"), false).unwrap());
    let violations =
        postgres::migrations(&root().join("fixtures/dragonfly/violations/supabase/migrations"), false).unwrap();
    runs.push(with_file_before(DASHBOARD, violations, folder.path()));

    let mut outcomes = Vec::new();
    for files in runs {
        outcomes.extend(postgres::hold(&server, &files, true).unwrap());
    }
    assert_complete(&outcomes);
    assert_eq!(judged(&outcomes, Judgement::Undecided), UNDECIDED);
    let refused = outcomes.iter().flat_map(|outcome| {
        outcome.refused.iter().map(move |(line, message)| format!("{}:{line}: {message}", outcome.path))
    });
    assert_eq!(refused.collect::<Vec<_>>(), REFUSED);

    // the probes work: what is counted is about what was there when this was written
    let sum = postgres::sum(&outcomes);
    assert!(sum.recall[1] >= 200 && sum.precision[1] >= 80, "{:?} {:?}", sum.recall, sum.precision);
    let defined = judged(&outcomes, Judgement::NamedWhereDefined);
    assert!(defined.len() >= 5, "functions that are called: {defined:?}");
}

/// The schema that a replay ends with is the one that the catalogue ends with.
#[test]
fn the_replayed_schema_is_that_of_the_catalogue() {
    let Some(server) = server() else { return };
    let mut agreed = 0;
    for folder in [
        "sql/replay",
        "dragonfly/clean/supabase/migrations",
        "postgres/clean/migrations",
        "sql/guards",
        "sql/definitions",
        "replay/names",
        "replay/heirs",
        "replay/paths",
        "replay/shop",
    ] {
        let found = postgres::catalog::agree_in(&server, &root().join("fixtures").join(folder), true).unwrap();
        let differs = |lines: &std::collections::BTreeSet<String>| lines.iter().cloned().collect::<Vec<_>>().join("\n");
        assert_eq!(differs(&found.missed), "", "{folder}: the replay does not have it");
        assert_eq!(differs(&found.invented), "", "{folder}: the catalogue does not have it");
        assert_eq!(differs(&found.unknown), "", "{folder}: nothing here needs to be unknown");
        agreed += found.same.len();
    }
    // the comparison works: so many objects there were when this was written
    assert!(agreed >= 1000, "{agreed} objects");
}

/// What a server prints of defaults, checks, queries, bodies and triggers is what was written, and nothing is undecided.
#[test]
fn a_server_prints_definitions_in_its_own_words() {
    let Some(server) = server() else { return };
    let folder = root().join("fixtures/sql/definitions");
    postgres::catalog::agree_in(&server, &folder, false).unwrap();
    let kept = tempfile::tempdir().unwrap();
    fs::write(kept.path().join("dump.sql"), server.dump().unwrap()).unwrap();
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
    let command = command.current_dir(kept.path()).env_clear().args(["drift", "--strict", "--fail-on", "info"]);
    let output = command.args(["--actual", "dump.sql", "--expected"]).arg(&folder).output().unwrap();
    let said = "not compared: event triggers, sequences, whose later objects default privileges are for\nno drift in what is compared\n";
    assert_eq!(String::from_utf8_lossy(&output.stdout), said);
    // and each thing that is changed behind the back of the migrations is drift at the object that has it
    let changes: Vec<&str> = BEHIND.iter().map(|(change, _)| *change).collect();
    server.run(&changes.join(";\n")).unwrap();
    fs::write(kept.path().join("dump.sql"), server.dump().unwrap()).unwrap();
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
    let command = command.current_dir(kept.path()).env_clear().args(["drift", "--format", "json", "--actual"]);
    let output = command.arg("dump.sql").arg("--expected").arg(&folder).output().unwrap();
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let found: std::collections::BTreeSet<String> = said["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{}: {}", one["scenario"].as_str().unwrap(), one["object"].as_str().unwrap()))
        .collect();
    let expected: std::collections::BTreeSet<String> = BEHIND.iter().map(|(_, found)| (*found).to_owned()).collect();
    assert_eq!(found, expected, "{said:#}");
    assert_eq!(said["undecided"], serde_json::json!([]), "{said:#}");
}

/// What is done behind the back of the migrations, and the drift that it is.
const BEHIND: &[(&str, &str)] = &[
    ("ALTER TABLE watched ENABLE TRIGGER off", "trigger-switched: trigger off on public.watched"),
    ("ALTER TABLE watched ENABLE ALWAYS TRIGGER replica", "trigger-switched: trigger replica on public.watched"),
    ("ALTER TABLE watched DISABLE TRIGGER usual", "trigger-switched: trigger usual on public.watched"),
    ("ALTER TABLE watched SET LOGGED", "table-differs: table public.watched"),
    ("ALTER TABLE watched ALTER COLUMN body SET STORAGE EXTENDED", "column-differs: column public.watched.body"),
    ("ALTER TABLE watched ALTER COLUMN n SET STATISTICS 5", "column-differs: column public.watched.n"),
    ("ALTER TABLE parted DETACH PARTITION parted_a", "partition-differs: table public.parted_a"),
    ("ALTER TABLE parted ATTACH PARTITION parted_b FOR VALUES IN ('b')", "partition-differs: table public.parted_b"),
    ("ALTER TABLE part DETACH PARTITION part_2026", "partition-differs: table public.part_2026"),
    (
        "ALTER TABLE part ATTACH PARTITION part_2026 FOR VALUES FROM ('2025-01-01') TO ('2027-01-01')",
        "partition-differs: table public.part_2026",
    ),
    ("ALTER DOMAIN price SET DEFAULT 1", "domain-differs: type public.price"),
    (
        "ALTER DOMAIN price DROP CONSTRAINT price_positive",
        "constraint-only-expected: constraint price_positive of domain public.price",
    ),
    ("ALTER TYPE address DROP ATTRIBUTE city", "composite-differs: type public.address"),
    (
        "ALTER FUNCTION said(int, text, int[]) CALLED ON NULL INPUT NOT LEAKPROOF",
        "function-differs: function public.said(integer,text,integer[])",
    ),
    ("ALTER FUNCTION changed(int) RESET statement_timeout", "function-differs: function public.changed(integer)"),
    ("ALTER VIEW checked RENAME COLUMN which TO other", "view-differs: view public.checked"),
    (
        "ALTER TABLE booked DROP CONSTRAINT booked_once, ADD CONSTRAINT booked_once EXCLUDE USING gist (at WITH -|-) WHERE (open)",
        "constraint-differs: constraint booked_once of public.booked",
    ),
    (
        "DROP INDEX watched_low; CREATE INDEX watched_low ON watched (note COLLATE \"C\", lower(body))",
        "index-differs: index watched_low on public.watched",
    ),
    ("GRANT UPDATE (note) ON watched TO anon", "grant-only-actual: update (note) on public.watched to anon"),
];

/// A dump of the database says what its migrations say, and a change behind their back is drift.
#[test]
fn a_dump_is_compared_with_the_migrations_that_made_it() {
    let Some(server) = server() else { return };
    let folder = root().join("fixtures/sql/replay");
    postgres::catalog::agree_in(&server, &folder, false).unwrap();
    let kept = tempfile::tempdir().unwrap();
    let drift = |dump: &str| {
        let path = kept.path().join("dump.sql");
        fs::write(&path, dump).unwrap();
        let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
        let output = command
            .current_dir(kept.path())
            .env_clear()
            .args(["drift", "--format", "json", "--fail-on", "info", "--expected"])
            .arg(&folder)
            .args(["--actual", "dump.sql"])
            .output()
            .unwrap();
        let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let scenarios = said["differences"].as_array().unwrap().iter();
        let scenarios: Vec<String> = scenarios
            .map(|one| format!("{} {}", one["scenario"].as_str().unwrap(), one["object"].as_str().unwrap()))
            .collect();
        assert_eq!(said["not_understood"], serde_json::json!([]), "{said:#}");
        (output.status.code(), scenarios)
    };
    assert_eq!(drift(&server.dump().unwrap()), (Some(0), Vec::new()));
    server.run("ALTER TABLE public.orders ADD COLUMN hidden text; DROP POLICY customers_own ON public.customers; CREATE TABLE public.orphan (id int);").unwrap();
    let (status, found) = drift(&server.dump().unwrap());
    assert_eq!(status, Some(1));
    assert_eq!(
        found,
        [
            "column-only-actual column public.orders.hidden",
            // by the default privileges that the migrations leave
            "grant-only-actual insert on public.orphan to anon",
            "policy-only-expected policy customers_own on public.customers",
            "table-only-actual table public.orphan",
        ]
    );
}

#[test]
fn forms_newer_than_the_oldest_server_run_where_they_are_known() {
    let Some(server) = server() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (known, newer): (Vec<_>, Vec<_>) = NEWER.iter().partition(|(version, _)| *version <= major(&server));
    let files = known.iter().enumerate().map(|(number, (_, form))| {
        let path = folder.path().join(format!("{}_newer.sql", number + 1));
        fs::write(&path, form).unwrap();
        path
    });
    let files = with_file_before(BEFORE_NEWER, files.collect(), folder.path());
    let outcomes = postgres::hold(&server, &files, true).unwrap();
    assert_complete(&outcomes);
    for outcome in &outcomes {
        assert!(outcome.refused.is_empty(), "{}: {:?}", outcome.path, outcome.refused);
    }
    for (version, form) in newer {
        say(&format!("not run on PostgreSQL {}: needs {version}: {form}", server.version));
    }
}

/// The probes themselves: what goes unseen here would be seen nowhere.
#[test]
fn an_effect_without_its_operation_is_missed() {
    let Some(server) = server() else { return };
    let folder = tempfile::tempdir().unwrap();
    // a function that no file here defines
    let first = folder.path().join("1.sql");
    fs::write(&first, "CREATE TABLE public.a (id int, b int);\nCREATE TABLE public.c (id int);\nALTER TABLE public.c ENABLE ROW LEVEL SECURITY;\n\\set what 'DROP TABLE public.a; TRUNCATE public.c; ALTER TABLE public.c DISABLE ROW LEVEL SECURITY; GRANT SELECT ON public.c TO anon'\nDROP ROLE IF EXISTS nobody; :what ;").unwrap();
    let second = folder.path().join("2.sql");
    fs::write(&second, "CREATE TABLE public.d (id int);\nPREPARE p AS DELETE FROM public.d;\nDEALLOCATE ALL;\nBEGIN; LOCK TABLE public.d; ROLLBACK;\nEXPLAIN DELETE FROM public.d;").unwrap();
    let outcomes = postgres::hold(&server, &[first, second], false).unwrap();
    let missed = judged(&outcomes[..1], Judgement::Missed);
    let kinds: Vec<&str> = missed.iter().map(|line| line.split(' ').nth(1).unwrap()).collect();
    assert_eq!(kinds, ["dropped", "truncate", "not-protected", "open"], "{missed:?}");
    assert!(outcomes[1].effects.is_empty() && outcomes[1].claims.is_empty(), "{:?}", outcomes[1].effects);
}
