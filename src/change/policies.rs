//! What a change does to policies: added, dropped, of another severity, or asking something else.

use super::{Clauses, Judges, Weight, canonical, named, yaml};
use crate::finding::Severity;
use crate::policy::model::Severities;
use crate::policy::{PackText, Policy, built_in_names};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many names stand in one clause; the others are counted.
const NAMES: usize = 8;

pub(super) fn compare(before: &Judges, after: &Judges, clauses: &mut Clauses) {
    let packs = packs(before, after, clauses);
    let by_id = |judges: &Judges| -> BTreeMap<String, usize> {
        let policies = judges.set.policies.iter().enumerate();
        policies.map(|(index, policy)| (policy.id.value.clone(), index)).collect()
    };
    let (old, new) = (by_id(before), by_id(after));
    let of_pack = |judges: &Judges, index: usize| {
        let policy = judges.set.policies.get(index);
        policy.and_then(|policy| judges.set.packs.get(policy.pack)).map(|pack| pack.name.clone()).unwrap_or_default()
    };
    let renamed = |id: &String| after.set.policies.iter().find(|policy| policy.also_known_as.contains(id));
    let is_off = |judges: &Judges, id: &String| {
        judges.set.adjusted.iter().any(|adjusted| adjusted.policy == *id && adjusted.now.is_none())
    };
    let (mut dropped, mut added, mut off, mut on) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (id, index) in old.iter().filter(|(id, _)| !new.contains_key(*id)) {
        match renamed(id) {
            Some(policy) => {
                clauses.add(Weight::Other, format!("renames policy {} to {}", named(id), named(&policy.id.value)));
            }
            // A pack that is gone takes its policies along: that is said once.
            None if packs.contains(&of_pack(before, *index)) => {}
            None if is_off(after, id) => off.push(named(id)),
            None => dropped.push(named(id)),
        }
    }
    for (id, index) in new.iter().filter(|(id, _)| !old.contains_key(*id)) {
        let policy = after.set.policies.get(*index);
        let is_renamed = policy.is_some_and(|policy| policy.also_known_as.iter().any(|id| old.contains_key(id)));
        if is_off(before, id) {
            on.push(named(id));
        } else if !is_renamed && !packs.contains(&of_pack(after, *index)) {
            added.push(named(id));
        }
    }
    list(clauses, Weight::Milder, "switches off", &off);
    list(clauses, Weight::Stricter, "switches on", &on);
    list(clauses, Weight::Milder, "drops", &dropped);
    list(clauses, Weight::Stricter, "adds", &added);
    let texts = (texts(&before.packs), texts(&after.packs));
    let mut changed = Vec::new();
    for (id, index) in &old {
        let pair = (before.set.policies.get(*index), new.get(id).and_then(|index| after.set.policies.get(*index)));
        let (Some(one), Some(other)) = pair else { continue };
        severity(one, other, clauses);
        if texts.0.policies.get(id) != texts.1.policies.get(id) {
            changed.push(named(id));
        }
    }
    list(clauses, Weight::Other, "changes", &changed);
    rest(&texts.0, &texts.1, clauses);
}

/// Packs that are gone or new; their names.
fn packs(before: &Judges, after: &Judges, clauses: &mut Clauses) -> BTreeSet<String> {
    let names =
        |judges: &Judges| -> BTreeSet<String> { judges.set.packs.iter().map(|pack| pack.name.clone()).collect() };
    let (old, new) = (names(before), names(after));
    let count = |judges: &Judges, name: &String| {
        let of = |policy: &&Policy| judges.set.packs.get(policy.pack).is_some_and(|pack| pack.name == *name);
        match judges.set.policies.iter().filter(of).count() {
            1 => "1 policy".to_owned(),
            count => format!("{count} policies"),
        }
    };
    for name in old.difference(&new) {
        clauses.add(Weight::Milder, format!("drops pack {} ({})", named(name), count(before, name)));
    }
    for name in new.difference(&old) {
        clauses.add(Weight::Stricter, format!("adds pack {} ({})", named(name), count(after, name)));
    }
    old.symmetric_difference(&new).cloned().collect()
}

/// Says which policies a clause is about.
fn list(clauses: &mut Clauses, weight: Weight, verb: &str, names: &[String]) {
    let shown = names.iter().take(NAMES).cloned().collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => {}
        1 => clauses.add(weight, format!("{verb} policy {shown}")),
        count if count <= NAMES => clauses.add(weight, format!("{verb} {count} policies ({shown})")),
        count => clauses.add(weight, format!("{verb} {count} policies ({shown}, …)")),
    }
}

/// Says where a policy is lowered or raised: where nothing else is said, or in the first environment that tells.
fn severity(before: &Policy, after: &Policy, clauses: &mut Clauses) {
    let globs = |severities: &Severities| {
        severities.by_environment.iter().map(|(glob, _)| glob.as_str().to_owned()).collect::<Vec<_>>()
    };
    let environments = globs(&before.severity).into_iter().chain(globs(&after.severity)).map(Some);
    let mut raised = None;
    for environment in std::iter::once(None).chain(environments) {
        let of = |policy: &Policy| policy.severity.of(environment.as_deref());
        let (old, new) = (of(before), of(after));
        let place = environment.as_deref().map(|glob| format!(" in {}", named(glob))).unwrap_or_default();
        let words = |verb: &str| format!("{verb} {} from {old} to {new}{place}", named(&before.id.value));
        if new < old {
            return clauses.add(Weight::Milder, words("lowers"));
        }
        if new > old && raised.is_none() {
            raised = Some(words("raises"));
        }
    }
    if let Some(words) = raised {
        clauses.add(Weight::Stricter, words);
    }
}

/// What the files of packs say, by name, as texts to compare.
#[derive(Default)]
struct Texts {
    policies: HashMap<String, String>,
    /// Types, the keys of pack.yaml, and files that are no YAML, by what they are called in a clause.
    others: BTreeMap<String, String>,
}

/// Built-in packs are those of this program, before and after.
fn texts(packs: &[PackText]) -> Texts {
    let mut texts = Texts::default();
    for pack in packs.iter().filter(|pack| !built_in_names().any(|name| name == pack.folder)) {
        for (name, text) in &pack.files {
            let Some(tree) = yaml(text).filter(|_| name != "cases.yaml") else {
                if name.ends_with(".json") {
                    texts.others.insert(named(name), text.clone());
                }
                continue;
            };
            for entry in tree.get("policies").and_then(|node| node.entries()).unwrap_or_default() {
                texts.policies.insert(entry.key.value.clone(), without_severity(&entry.value));
            }
            for entry in tree.get("types").and_then(|node| node.entries()).unwrap_or_default() {
                texts.others.insert(format!("type {}", named(&entry.key.value)), canonical(&entry.value));
            }
            if name == "pack.yaml" {
                let keys = tree.entries().unwrap_or_default().iter();
                for entry in keys.filter(|entry| !["pack", "version", "title"].contains(&entry.key.value.as_str())) {
                    let key = format!("`{}` of pack {}", named(&entry.key.value), named(&pack.name));
                    texts.others.insert(key, canonical(&entry.value));
                }
            }
        }
    }
    texts
}

/// The severity has clauses of its own.
fn without_severity(policy: &crate::tree::Node) -> String {
    let entries = policy.entries().unwrap_or_default().iter();
    let mut pairs: Vec<String> = entries
        .filter(|entry| entry.key.value != "severity")
        .map(|entry| format!("{:?}:{}", entry.key.value, canonical(&entry.value)))
        .collect();
    pairs.sort();
    pairs.join(",")
}

fn rest(before: &Texts, after: &Texts, clauses: &mut Clauses) {
    let names: BTreeSet<&String> = before.others.keys().chain(after.others.keys()).collect();
    for name in names {
        match (before.others.get(name), after.others.get(name)) {
            (Some(one), Some(other)) if one == other => {}
            (Some(_), Some(_)) => clauses.add(Weight::Other, format!("changes {name}")),
            (Some(_), None) => clauses.add(Weight::Other, format!("drops {name}")),
            _ => clauses.add(Weight::Other, format!("adds {name}")),
        }
    }
}

/// Whether a level is one that fails a run less often.
pub(super) fn is_milder(before: Severity, after: Severity) -> bool {
    after > before
}
