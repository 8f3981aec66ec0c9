//! What a change does to preflight.yaml: what is read, and what fails a run.

use super::policies::is_milder;
use super::{Clauses, Judges, Weight, canonical, named, yaml};
use crate::config::{Config, KEYS};
use std::collections::BTreeSet;

/// The keys that have clauses of their own.
const OWN: &[&str] = &["version", "packs", "documents", "policies", "exclude", "fail_on"];

pub(super) fn compare(before: &Judges, after: &Judges, clauses: &mut Clauses) {
    documents(&before.config, &after.config, clauses);
    let globs =
        |config: &Config| -> BTreeSet<String> { config.exclude.iter().map(|glob| named(&glob.value)).collect() };
    let (old, new) = (globs(&before.config), globs(&after.config));
    for glob in new.difference(&old) {
        clauses.add(Weight::Milder, format!("excludes {glob}"));
    }
    for glob in old.difference(&new) {
        clauses.add(Weight::Stricter, format!("no longer excludes {glob}"));
    }
    let (old, new) = (before.config.fail_on, after.config.fail_on);
    if old != new {
        let weight = if is_milder(old, new) { Weight::Milder } else { Weight::Stricter };
        clauses.add(weight, format!("changes `fail_on` from {old} to {new}"));
    }
    let (old, new) = (yaml(&before.text), yaml(&after.text));
    for key in KEYS.iter().filter(|key| !OWN.contains(&key.name)) {
        let of = |tree: &Option<crate::tree::Node>| tree.as_ref().and_then(|tree| tree.get(key.name)).map(canonical);
        match (of(&old), of(&new)) {
            (one, other) if one == other => {}
            (Some(_), Some(_)) => clauses.add(Weight::Other, format!("changes `{}`", key.name)),
            (Some(_), None) => clauses.add(Weight::Other, format!("drops `{}`", key.name)),
            _ => clauses.add(Weight::Other, format!("adds `{}`", key.name)),
        }
    }
}

/// Entries of `documents`: one that is gone takes its files out of every judgement.
fn documents(before: &Config, after: &Config, clauses: &mut Clauses) {
    let pattern = |config: &Config| -> Vec<(String, String)> {
        let entries = config.documents.iter();
        let reads = |entry: &crate::config::DocumentEntry| {
            let words = (entry.kind.name, entry.loader, entry.driver, entry.runner, &entry.database);
            (entry.files.value.clone(), format!("{words:?} {:?} {:?}", entry.services, entry.environment))
        };
        entries.map(reads).collect()
    };
    let (old, new) = (pattern(before), pattern(after));
    let has = |entries: &[(String, String)], files: &str| entries.iter().any(|(known, _)| known == files);
    for (files, reads) in &old {
        if !has(&new, files) {
            clauses.add(Weight::Milder, format!("no longer reads {}", named(files)));
        } else if !new.contains(&(files.clone(), reads.clone())) {
            clauses.add(Weight::Other, format!("reads {} otherwise", named(files)));
        }
    }
    for (files, _) in new.iter().filter(|(files, _)| !has(&old, files)) {
        clauses.add(Weight::Stricter, format!("reads {} too", named(files)));
    }
    let order = |entries: &[(String, String)], others: &[(String, String)]| -> Vec<String> {
        let both = entries.iter().filter(|(files, _)| has(others, files));
        both.map(|(files, _)| files.clone()).collect()
    };
    if order(&old, &new) != order(&new, &old) {
        clauses.add(Weight::Other, "changes the order of `documents`".to_owned());
    }
}
