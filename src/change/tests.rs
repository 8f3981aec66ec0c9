#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::*;
use crate::config;
use crate::policy;

const CONFIG: &str = "version: 1
packs: [house]
documents:
  - { files: \"env/{environment}/{service}.env\", kind: dotenv }
  - { files: \"migrations/*.sql\", kind: migration }
";

const HOUSE: &str = "version: 1
policies:
  no-drop-column:
    severity: error
    why: w
    fix: f
    says: drops a column
    forbid: { operation: { is: drop_column } }
  no-truncate:
    severity: error
    why: w
    fix: f
    says: empties a table
    forbid: { operation: { is: truncate } }
";

fn judges(config: &str, house: &str) -> Judges {
    let mut sources = SourceMap::new();
    let source = sources.add("preflight.yaml", config);
    let loaded = config::load(source, config).expect(config);
    let files = vec![("rules.yaml".to_owned(), house.to_owned())];
    let mut packs = vec![PackText { name: "house".into(), folder: "house".into(), files }];
    packs.extend(loaded.packs.iter().filter_map(|pack| policy::built_in(&pack.value)));
    let set = policy::load(&packs, &loaded.spellings, &loaded.params, &mut sources).unwrap();
    Judges { config: loaded, text: config.to_owned(), set, packs, waivers: None, baseline: None }
}

#[track_caller]
fn says(before: &Judges, after: &Judges, expected: &[&str]) {
    let words: Vec<String> = clauses(before, after).into_iter().map(|clause| clause.words).collect();
    assert_eq!(words, expected);
}

#[test]
fn a_comment_another_order_and_other_line_ends_change_nothing() {
    let before = judges(CONFIG, HOUSE);
    let config = CONFIG.replace("packs: [house]\n", "# all that is ours\npacks:\n  - house\n");
    let (first, second) = HOUSE.split_once("  no-truncate:").unwrap();
    let (head, first) = first.split_once("  no-drop-column:").unwrap();
    let turned = format!("{head}  no-truncate:{second}  no-drop-column:{first}")
        .replace("    why: w\n    fix: f\n", "    fix: f\n    why: 'w'\n");
    says(&before, &judges(&config, &turned.replace('\n', "\r\n")), &[]);
}

#[test]
fn what_makes_policies_milder_is_said_first() {
    let before = judges(CONFIG, HOUSE);
    let (kept, dropped) = HOUSE.split_once("  no-truncate:").unwrap();
    says(&before, &judges(CONFIG, kept), &["drops policy no-truncate"]);
    says(&judges(CONFIG, kept), &before, &["adds policy no-truncate"]);
    let lowered = HOUSE.replacen("severity: error", "severity: { prod: error, \"*\": info }", 1);
    says(&before, &judges(CONFIG, &lowered), &["lowers no-drop-column from error to info"]);
    says(&judges(CONFIG, &lowered), &before, &["raises no-drop-column from info to error"]);
    let narrowed = HOUSE.replace("{ is: truncate }", "{ is: truncate, schema: public }");
    says(&before, &judges(CONFIG, &narrowed), &["changes policy no-truncate"]);
    let more = format!("{kept}    unless: [{{ operation.if_exists: true }}]\n  new-one:{dropped}")
        .replace("operation.if_exists", "if_exists");
    says(
        &before,
        &judges(CONFIG, &more),
        &["drops policy no-truncate", "changes policy no-drop-column", "adds policy new-one"],
    );
    let renamed = HOUSE.replace("  no-truncate:\n", "  never-truncate:\n    also_known_as: [no-truncate]\n");
    says(&before, &judges(CONFIG, &renamed), &["renames policy no-truncate to never-truncate"]);
}

#[test]
fn a_type_that_policies_use_counts() {
    let with = |value: &str| format!("{HOUSE}types:\n  level: {{ value: [{value}] }}\n");
    says(&judges(CONFIG, &with("INFO")), &judges(CONFIG, &with("INFO, TRACE")), &["changes type level"]);
    says(&judges(CONFIG, HOUSE), &judges(CONFIG, &with("INFO")), &["adds type level"]);
}

#[test]
fn every_key_of_the_configuration_counts() {
    let before = judges(CONFIG, HOUSE);
    for (text, expected) in [
        (format!("{CONFIG}fail_on: warning\n"), "changes `fail_on` from error to warning"),
        (format!("{CONFIG}exclude: [env/dev]\n"), "excludes env/dev"),
        (format!("{CONFIG}today: 2026-11-21\n"), "adds `today`"),
        (format!("{CONFIG}labels: {{ environment: {{ prod: [live] }} }}\n"), "adds `labels`"),
        (format!("{CONFIG}needs: {{ variable: required }}\n"), "adds `needs`"),
        (format!("{CONFIG}directions: {{ revert: [\"*_undo.sql\"] }}\n"), "adds `directions`"),
        (CONFIG.replace("migrations/*", "migrations/2*"), "no longer reads migrations/*.sql"),
        (CONFIG.replace("dotenv }", "dotenv, loader: shell }"), "reads env/{environment}/{service}.env otherwise"),
        (CONFIG.replace("[house]", "[house, dotenv]"), "adds pack dotenv (15 policies)"),
    ] {
        let after = judges(&text, HOUSE);
        let words: Vec<String> = clauses(&before, &after).into_iter().map(|clause| clause.words).collect();
        assert_eq!(words.first().map(String::as_str), Some(expected), "{words:?}");
        assert!(!clauses(&after, &before).is_empty(), "{expected}, the other way");
    }
}

#[test]
fn waivers_and_baseline_entries_are_counted() {
    let mut before = judges(CONFIG, HOUSE);
    let mut after = judges(CONFIG, HOUSE);
    before.waivers = Some("waivers:\n  - { policy: a, target: x }\n  - { policy: b, target: y }\n".into());
    after.waivers =
        Some("waivers:\n  - { target: x, policy: a }\n  - { policy: c, target: y }\n  - { policy: d }\n".into());
    after.baseline = Some("{ \"version\": 1, \"findings\": [{ \"policy\": \"a\" }] }".into());
    says(&before, &after, &["waives 2 more", "adds 1 baseline entry", "withdraws 1 waiver"]);
    after.waivers = Some("waivers: [".into());
    says(
        &before,
        &after,
        &["changes preflight-waivers.yaml, of which one version cannot be read", "adds 1 baseline entry"],
    );
}

#[test]
fn a_waiver_in_a_comment_is_one_and_in_a_value_it_is_none() {
    let mut sources = SourceMap::new();
    let text = "# preflight: allow p reason=\"x\"\nA=1 # preflight: allow q\nB='preflight: allow r'\n-- preflight:  allow s\n# preflight: allowed\n";
    let document = sources.add("a.env", text);
    let found = inline_waivers(&sources, document);
    assert_eq!(found, ["allow p reason=\"x\"", "allow q", "allow s"]);
    assert_eq!(waived(&found[..1], &found)[0].words, "waives 2 more");
}
