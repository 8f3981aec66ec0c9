//! What is known and left out: waivers and the baseline.

use super::{ONE, THREE, TWO, at, repo};

#[test]
fn reviewed_exceptions_are_waivers() {
    let repo = repo();
    repo.replace(&at(ONE), "-- in grams", "-- in kilograms");
    repo.remove(&at(TWO));
    let waivers = format!(
        "version: 1
waivers:
  - policy: history-is-append-only
    target: {{ path: \"{0}\", object: \"{0}\" }}
    reason: It never ran anywhere.
  - policy: history-is-append-only
    target: {{ path: \"{1}\", object: \"{1}\" }}
    reason: It never ran anywhere either.
",
        at(ONE),
        at(TWO)
    );
    repo.write("preflight-waivers.yaml", waivers);
    let report = repo.judge(&["--base", "main"]);
    assert_eq!((report.status, report.findings()), (0, vec![]), "{}", report.json);
    assert_eq!(report.json["waived"].as_array().unwrap().len(), 2);
    assert_eq!(repo.judge(&["--base", "main", "--no-waivers"]).findings().len(), 2);
    // A comment is part of the change: the first line that is new, or the first line of the file.
    repo.remove("preflight-waivers.yaml");
    repo.git(&["checkout", "--quiet", "--", "."]);
    let why = "-- preflight: allow history-is-append-only reason=\"it never ran\"\n";
    repo.replace(&at(ONE), "-- in grams\n", &format!("{why}-- in kilograms\n"));
    let early = at("20251231090000_early.sql");
    repo.write(&early, "-- preflight: allow new-migrations-come-last reason=\"of nothing\"\nSELECT 1;\n");
    let report = repo.judge(&["--base", "main"]);
    assert_eq!((report.status, report.findings()), (0, vec![]), "{}", report.json);
    assert_eq!(report.json["waived"].as_array().unwrap().len(), 2);
    repo.replace(&early, "new-migrations-come-last", "history-is-append-only");
    let found = repo.judge(&["--base", "main"]).findings();
    assert!(found.contains(&format!("new-migrations-come-last {early}:1")), "{found:?}");
    // Without a base the policy is not judged, so nobody can say that they hide nothing.
    repo.remove(&early);
    assert_eq!(repo.judge(&[]).findings(), Vec::<String>::new());
}

#[test]
fn a_baseline_is_written_of_what_became_of_migrations_too() {
    let repo = repo();
    repo.replace(&at(ONE), "-- in grams", "-- in kilograms");
    repo.remove(&at(TWO));
    repo.preflight(&["baseline", "write"]).exits(0).says("0 findings known");
    repo.preflight(&["baseline", "write", "--base", "nowhere"]).exits(2).says("git knows no commit `nowhere`");
    repo.preflight(&["baseline", "write", "--base", "main"]).exits(0).says("2 findings known, 2 new and 0 gone");
    let report = repo.judge(&["--base", "main", "--baseline"]);
    assert_eq!((report.status, report.findings()), (0, vec![]));
    repo.remove(&at(THREE));
    let expected = [format!("history-is-append-only {}:1", at(THREE))];
    assert_eq!(repo.judge(&["--base", "main", "--baseline"]).findings(), expected);
}

#[test]
fn facts_and_explain_show_what_became_of_a_migration() {
    let repo = repo();
    repo.replace(&at(ONE), "-- in grams", "-- in kilograms");
    repo.remove(&at(TWO));
    repo.preflight(&["facts", &at(ONE)]).exits(0).does_not_say("change ");
    repo.preflight(&["facts", "--base", "main"]).exits(0).says("change modified").says("change deleted");
    repo.preflight(&["explain", &format!("{}:1", at(ONE)), "--base", "main"])
        .exits(0)
        .says("history-is-append-only")
        .says("changes history");
}
