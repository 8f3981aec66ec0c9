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

/// A file of waivers: of each the policy, and the rest of its lines.
fn waivers(of: &[(&str, &str)]) -> Option<String> {
    let target = "target: { path: a.sql, object: DROP COLUMN a.b }";
    let list = of.iter().map(|(policy, more)| format!("  - policy: {policy}\n    {target}\n    reason: r{more}\n"));
    Some(format!("version: 1\nwaivers:\n{}", list.collect::<String>()))
}

/// A baseline with so many findings.
fn baseline(count: usize) -> Option<String> {
    let entry = format!("{{ \"path\": \"a\", \"policy\": \"p\", \"object\": \"o\", \"count\": {count} }}");
    Some(format!("{{ \"version\": 1, \"findings\": [{entry}] }}"))
}

#[test]
fn waivers_and_known_findings_are_counted() {
    let (mut before, mut after) = (judges(CONFIG, HOUSE), judges(CONFIG, HOUSE));
    before.waivers = waivers(&[("a-one", ""), ("b-one", "")]);
    // Another order of keys, quotes and comments are no other waiver.
    let same = waivers(&[("a-one", " # reviewed"), ("c-one", ""), ("d-one", "")]);
    after.waivers = same.map(|text| text.replace("reason: r", "reason: 'r'"));
    after.baseline = baseline(1);
    says(&before, &after, &["waives 2 more", "adds 1 finding to the baseline", "withdraws 1 waiver"]);
    after.waivers = Some("waivers: [".into());
    says(
        &before,
        &after,
        &["changes preflight-waivers.yaml, of which one version cannot be read", "adds 1 finding to the baseline"],
    );
    (before.waivers, before.baseline, after.waivers, after.baseline) = (None, baseline(2), None, baseline(6));
    says(&before, &after, &["adds 4 findings to the baseline"]);
    says(&after, &before, &["removes 4 findings from the baseline"]);
}
