//! Every built-in pack against its own cases, and every policy, slightly changed, against them too: a change that no case
//! notices is a change that a pull request can make unseen.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod support;

use preflight::config::Config;
use preflight::policy::{self, PackText, PolicySet};
use serde_json::Value;
use std::path::Path;
use support::case::Case;
use support::mutant::{self, Mutant};
use support::pack::{self, Pack};
use support::run::{self, Prepared};
use support::yaml;

/// The built-in packs, with their cases and the preflight.yaml that reads the files of the cases.
fn packs() -> Vec<(Pack, PackText, Vec<Case>, Value)> {
    let read = |name: &str| {
        let text = policy::built_in(name).unwrap();
        let pack = Pack::read(&text).unwrap_or_else(|message| panic!("{name}: {message}"));
        let ids: Vec<String> = pack.policies.keys().cloned().collect();
        let cases = pack.cases.as_deref().unwrap_or_else(|| panic!("{name} has no cases.yaml"));
        let cases = Case::read(cases, &ids).unwrap_or_else(|message| panic!("{name}: {message}"));
        let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name).join("clean/preflight.yaml");
        let usual = std::fs::read_to_string(&usual).unwrap_or_else(|error| panic!("{}: {error}", usual.display()));
        let usual = yaml::read("preflight.yaml", &usual).unwrap();
        (pack, text, cases, usual)
    };
    policy::built_in_names().map(read).collect()
}

/// A case with its files read, and the policies of `text` in the project of the case.
fn prepare<'a>(case: &'a Case, text: &PackText, usual: &Value) -> (Prepared<'a>, PolicySet) {
    let named = |message: String| -> ! { panic!("case \"{}\": {message}", case.name) };
    let config: Config = run::config(case, usual).unwrap_or_else(|message| named(message));
    let set = pack::load(text, &config).unwrap_or_else(|message| named(message));
    let prepared = run::prepare(case, config, &set).unwrap_or_else(|message| named(message));
    (prepared, set)
}

#[test]
fn every_case_finds_exactly_what_it_says() {
    let mut failures = Vec::new();
    for (_, text, cases, usual) in packs() {
        for case in &cases {
            let (prepared, set) = prepare(case, &text, &usual);
            let differences = prepared.differences(&set);
            if !differences.is_empty() {
                failures.push(format!("case \"{}\"\n    {}", case.name, differences.join("\n    ")));
            }
        }
    }
    assert!(failures.is_empty(), "{} cases differ\n\n{}\n", failures.len(), failures.join("\n\n"));
}

#[test]
fn every_policy_has_a_case_that_fires_and_one_that_is_silent() {
    let mut lacking = Vec::new();
    for (pack, _, cases, _) in packs() {
        for id in pack.policies.keys() {
            if !cases.iter().any(|case| case.fires(id)) {
                lacking.push(format!("{id}: no case in which it finds something"));
            }
            if !cases.iter().any(|case| case.is_silent_about(id)) {
                lacking.push(format!("{id}: no case in which it looks and finds nothing"));
            }
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

/// The clean project of each pack, as a user runs it: nothing is found, undecided or passed over.
#[test]
fn the_clean_project_of_every_pack_is_clean() {
    for name in policy::built_in_names() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name).join("clean");
        let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
        let output = command.current_dir(folder).env_clear().args(["check", "--strict", "--fail-on", "info"]).output();
        let output = output.unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.starts_with("clean: checked "), "{name}: {text}");
    }
}

/// Mutants that no case can notice, each with its reason. `…` at the end stands for any change of that place.
const UNNOTICED: &[(&str, &str)] = &[
    ("update-knows-its-column forbid/operation/is: removed", "only write_column has `command`"),
    ("no-psql-command forbid/statement/is: removed", "only a psql command has a name"),
    (
        "function-is-replaced unless/0/preceded_by/operation/is: removed",
        "only drop_function and drop_procedure have both `arguments` and `if_exists`",
    ),
    (
        "service-role-name-holds-service-role expect/credential/is/2: …",
        "an sb_secret_ key is service_role, whoever looks",
    ),
    ("anon-name-holds-anon expect/credential/is/1: …", "an sb_publishable_ key is anon, whoever looks"),
    ("one-supabase-project-per-service same/credential/is/1: …", "an sb_ key does not say its project"),
    ("one-supabase-project-per-service same/credential/is/2: …", "an sb_ key does not say its project"),
    ("no-project-shared-between-environments distinct/credential/is/1: …", "an sb_ key does not say its project"),
    ("no-project-shared-between-environments distinct/credential/is/2: …", "an sb_ key does not say its project"),
    (r#"pack directions/revert/0: "*_revert_*.sql" -> "*_revert_*.sql*""#, "the name of a migration ends in .sql"),
    (r#"pack directions/revert/1: "*_rollback.sql" -> "*_rollback.sql*""#, "the name of a migration ends in .sql"),
    (r#"pack directions/revert/2: "*_rollback_*.sql" -> "*_rollback_*.sql*""#, "the name of a migration ends in .sql"),
    ("exports-are-of-one-project same/within/0: …", "the selection knows one name, and `within` needs a field"),
    ("pack directions/down/0: …", "no policy of the pack asks for `down`; those of a project may"),
    ("ops-keeps-its-owner forbid/operation/is: removed", "only these two have `owner`"),
    // ---- separation
    ("one-supabase-project-per-service same/credential/is: removed", "a password names the project of its connection"),
    (
        "no-project-shared-between-environments distinct/credential/is: removed",
        "a password names the project of its connection",
    ),
    ("sensitive-column-is-guarded forbid/column: …", "the table of a column stands before it"),
    // ---- postgres
    ("table-stays-logged forbid/operation/is: removed", "only ALTER TABLE has this action"),
    ("no-full-rewrite forbid/operation/any/2/is: removed", "only ALTER TABLE has these actions"),
    ("no-full-rewrite forbid/operation/any/0/is: removed", "only vacuum has `full`"),
    ("required-column-has-a-default forbid/operation/is: removed", "only add_column has both `lock` and `nullable`"),
    (
        "constraint-is-validated-later expect/operation/is: removed",
        "only add_constraint has both `lock` and `constraint`",
    ),
    (
        "constraint-takes-over-an-index expect/operation/is: removed",
        "only add_constraint has both `lock` and `constraint`",
    ),
    (
        "exclusion-comes-with-the-table forbid/operation/is: removed",
        "only add_constraint has both `lock` and `constraint`",
    ),
    (
        "validation-has-its-own-transaction forbid/operation/preceded_by/operation/is: removed",
        "only add_constraint has `not_valid`",
    ),
    ("no-char forbid/operation/is: removed", "only these three have a `type`"),
    ("timestamp-has-a-zone forbid/operation/is: removed", "only these three have a `type`"),
    ("json-is-binary forbid/operation/is: removed", "only these three have a `type`"),
    ("identity-instead-of-serial forbid/operation/is: removed", "no type can be changed to serial"),
    ("key-does-not-run-out forbid/operation/any/2: …", "what a column is bound by stands behind it"),
    (
        "key-does-not-run-out forbid/operation/any/2/followed_by/operation/is: removed",
        "only these two have `constraint`",
    ),
    ("delete-does-not-cascade forbid/operation/is: removed", "only these two have `on_delete`"),
    ("nothing-belongs-to-everybody forbid/operation/is: removed", "only these two have `owner`"),
    ("role-is-checked forbid/operation/is: removed", "only these two have `superuser` and `bypass_rls`"),
    ("publication-names-its-tables forbid/operation/is: removed", "only create_publication has `all_tables`"),
];

#[test]
fn every_change_of_a_policy_is_noticed_by_a_case() {
    let mut excused = vec![false; UNNOTICED.len()];
    let (mut survivors, mut count, mut stillborn) = (Vec::new(), 0, 0);
    for (pack, text, cases, usual) in packs() {
        let prepared: Vec<Prepared<'_>> = cases.iter().map(|case| prepare(case, &text, &usual).0).collect();
        for mutant in mutant::all(&pack) {
            let text = mutant.pack.text(&mutant.policies);
            let reread = mutant.pack.header.get("directions") != pack.header.get("directions");
            match is_noticed(&mutant, &text, &prepared, &usual, reread) {
                None => stillborn += 1,
                Some(true) => count += 1,
                Some(false) => match UNNOTICED.iter().position(|(name, _)| excuses(name, &mutant.name)) {
                    Some(index) => excused[index] = true,
                    None => survivors.push(mutant.name),
                },
            }
        }
    }
    eprintln!("{count} mutants noticed, {} excused, {stillborn} refused by the loader", UNNOTICED.len());
    let stale = UNNOTICED.iter().zip(&excused).filter(|(_, used)| !**used).map(|((name, _), _)| *name);
    let stale: Vec<&str> = stale.collect();
    assert!(survivors.is_empty(), "no case notices these {}:\n{}\n", survivors.len(), survivors.join("\n"));
    assert!(stale.is_empty(), "these are noticed, or are no mutants:\n{}\n", stale.join("\n"));
    assert!(count > 300, "only {count} mutants: something makes none any more");
}

/// Whether a case says otherwise of the mutant; nothing where the loader refuses it.
fn is_noticed(mutant: &Mutant, text: &PackText, cases: &[Prepared<'_>], usual: &Value, reread: bool) -> Option<bool> {
    let mut usual_set = None;
    for prepared in cases.iter().filter(|prepared| mutant.policies.iter().any(|id| prepared.case.names(id))) {
        if usual_set.is_none() || !prepared.case.config.is_empty() {
            let set = pack::load(text, prepared.config()).ok()?;
            if prepared.case.config.is_empty() {
                usual_set = Some(set);
            } else if !prepared.differences(&set).is_empty() {
                return Some(true);
            } else {
                continue;
            }
        }
        let Some(set) = &usual_set else { continue };
        let differs = if reread {
            let config = run::config(prepared.case, usual).ok()?;
            !run::prepare(prepared.case, config, set).ok()?.differences(set).is_empty()
        } else {
            !prepared.differences(set).is_empty()
        };
        if differs {
            return Some(true);
        }
    }
    Some(false)
}

fn excuses(name: &str, mutant: &str) -> bool {
    name.strip_suffix('…').map_or(name == mutant, |start| mutant.starts_with(start))
}

/// The differences of one case of a small pack, as they are printed.
fn differences(case: &str) -> Result<Vec<String>, String> {
    let policies = "version: 1\npolicies:\n  no-truncate:\n    severity: error\n    why: Rows go.\n    fix: Do not.\n    \
        says: empties a table\n    forbid: { operation: { is: truncate } }\n";
    let files = vec![("policies.yaml".to_owned(), policies.to_owned())];
    let text = PackText { name: "small".into(), folder: "small".into(), files };
    let usual = yaml::read(
        "preflight.yaml",
        "version: 1\npacks: [dragonfly]\ndocuments: [{ files: \"*.sql\", kind: migration }]",
    )?;
    let cases = Case::read(&format!("cases:\n  - name: one\n{case}"), &["no-truncate".to_owned()])?;
    let mut all = Vec::new();
    for case in &cases {
        let config = run::config(case, &usual)?;
        let set = pack::load(&text, &config)?;
        all.extend(run::prepare(case, config, &set)?.differences(&set));
    }
    Ok(all)
}

#[test]
fn a_case_that_is_wrong_says_what_was_expected_and_what_came() {
    let files = "    files: { a.sql: \"SELECT 1;\\nTRUNCATE foo;\\n\" }\n";
    let at = |place: &str, text: &str| {
        differences(&format!("{files}    finds: [{{ policy: no-truncate, at: \"{place}\", text: \"{text}\" }}]\n"))
            .unwrap()
    };
    assert_eq!(at("a.sql:2:1", "TRUNCATE foo"), Vec::<String>::new());
    let got = "got       no-truncate a.sql:2:1 \"TRUNCATE foo\": TRUNCATE public.foo empties a table (empties a table)";
    assert_eq!(at("a.sql:2:2", "TRUNCATE foo"), ["expected  no-truncate a.sql:2:2 \"TRUNCATE foo\"", got]);
    assert_eq!(at("a.sql:2:1", "TRUNCATE"), ["expected  no-truncate a.sql:2:1 \"TRUNCATE\"", got]);
    assert_eq!(differences(&format!("{files}    finds: []\n")).unwrap(), [got]);
    let vacuous = differences(&format!("{files}    finds: []\n    not_judged: [{{ policy: no-truncate }}]\n")).unwrap();
    assert_eq!(vacuous, [got, "expected  not judged   no-truncate"]);
}

#[test]
fn a_case_that_cannot_be_run_is_an_error() {
    for (case, error) in [
        ("    files: {}\n    finds: []\n    undecidet: []\n", "unknown field `undecidet`"),
        ("    files: {}\n    finds: [{ policy: no-truncate, at: x, txt: y }]\n", "unknown field `txt`"),
        ("    files: {}\n", "missing field `finds`"),
        ("    files: {}\n    finds: []\n    policies: [no-trunkate]\n", "the pack has no policy `no-trunkate`"),
        ("    files: { a.sql: \"\", a.sql: \"\" }\n    finds: []\n", "`a.sql` stands in one mapping twice"),
        ("    files: { a.env: \"A=1\" }\n    finds: []\n", "a.env fits no entry of `documents:`"),
        ("    files: { a.sql: \"<servise-role>\" }\n    finds: []\n", "there is no sample `<servise-role>`"),
        ("    files: { a.sql: \"\" }\n    finds: []\n    today: soon\n", "`today: soon` is no date"),
        ("    files: { a.sql: \"\" }\n    finds: []\n    config: { lables: {} }\n", "lables"),
    ] {
        let message = differences(case).unwrap_err();
        assert!(message.contains(error), "{message}\ndoes not say: {error}");
    }
}
