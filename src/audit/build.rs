//! From facts to the report.

use super::keys::Keys;
use super::{Audit, Counts, Entry, Expiry, Holder, Key, Section, holder, sections};
use crate::fact::{FactId, Facts, Field, Kind, Value};
use crate::policy::{Glob, PolicySet};
use crate::source::Span;
use std::collections::{BTreeSet, HashSet};

/// The parameter of packs that names the services whose variables a browser sees.
const FRONTENDS: &str = "frontend_services";

/// Whether something is shown: by its service, its environment and its place.
pub type Shows<'a> = &'a dyn Fn(Option<&str>, Option<&str>, Span) -> bool;

/// One project.
pub struct Input<'a> {
    /// Its facts.
    pub facts: &'a Facts,
    /// The policies in force: their packs say which services are frontends.
    pub set: &'a PolicySet,
    /// What of it is shown.
    pub shows: Shows<'a>,
}

/// Facts of a kind in the order of their places.
pub(super) fn in_order(facts: &Facts, kind: Kind) -> Vec<FactId> {
    sorted(facts, facts.of_kind(kind).to_vec())
}

fn sorted(facts: &Facts, mut ids: Vec<FactId>) -> Vec<FactId> {
    ids.sort_by(|one, other| {
        let key = |id: FactId| (facts.document(id).path.as_str(), facts.fact(id).anchor);
        key(*one).cmp(&key(*other))
    });
    ids
}

/// The report on projects. Letters are given to all that stands in them, whatever of it is shown: a narrowed report names
/// the same secret by the same letter.
pub fn of(inputs: &[Input<'_>], today: Option<i64>) -> Audit {
    let mut audit = Audit { today, counts: counts(inputs), ..Audit::default() };
    let mut keys = Keys::default();
    let mut frontends = Vec::new();
    let mut more = sections::Found::default();
    for input in inputs {
        let own = frontends_of(input.set);
        for id in in_order(input.facts, Kind::Credential) {
            let holder = holder::of(input.facts, id, &own);
            if keys.add(input.facts, id, holder.clone()).is_none() {
                more.unknown_credential(input, id, holder);
            }
        }
        more.read(input, &own);
        frontends.extend(own);
    }
    for input in inputs {
        copies(input.facts, &frontends_of(input.set), &mut keys);
    }
    let shown = |holder: &Holder| {
        inputs.iter().any(|input| (input.shows)(holder.service.as_deref(), holder.environment.as_deref(), holder.at))
    };
    let all: Vec<Key> = keys.keys;
    let mut answers = of_keys(&all, &shown, today, &frontends);
    answers.extend(more.sections(&shown));
    answers.sort_by_key(|section| ORDER.iter().position(|id| *id == section.id));
    audit.sections = answers;
    audit.keys = all;
    audit.keys.iter_mut().for_each(|key| key.holders.retain(shown));
    audit.keys.retain(|key| !key.holders.is_empty());
    audit
}

/// Variables that are no credential by themselves, and hold the text of one.
fn copies<'a>(facts: &'a Facts, frontends: &[Glob], keys: &mut Keys<'a>) {
    let credentials = facts.of_kind(Kind::Credential).iter();
    let known: HashSet<FactId> = credentials.filter_map(|id| holder::variable(facts, *id)).collect();
    let text = |id: FactId| match facts.get(id, Field::Value).value() {
        Some(Value::Secret(text)) if !known.contains(&id) => Some(text),
        _ => None,
    };
    let copies = facts.of_kind(Kind::Variable).iter().copied();
    let copies: Vec<FactId> = copies.filter(|id| text(*id).is_some_and(|text| keys.knows(text))).collect();
    for id in sorted(facts, copies) {
        if let Some(text) = text(id) {
            let at = facts.get(id, Field::Value).span().unwrap_or(facts.fact(id).anchor);
            keys.copy(text, Holder { at, ..holder::of(facts, id, frontends) });
        }
    }
}

/// The order of the questions.
const ORDER: &[&str] = &[
    "service-role",
    "database",
    "browser",
    "environments",
    "services",
    "written",
    "expired",
    "expiring",
    "sealed",
    "unset",
];

fn counts(inputs: &[Input<'_>]) -> Counts {
    let documents = || inputs.iter().flat_map(|input| input.facts.documents());
    let sources: BTreeSet<_> = documents().map(|document| document.source).collect();
    let services: BTreeSet<&str> = documents().filter_map(|document| document.service.text()).collect();
    let environments: BTreeSet<&str> = documents().filter_map(|document| document.environment.text()).collect();
    Counts { documents: sources.len(), services: services.len(), environments: environments.len() }
}

/// The services whose variables a browser sees, by the packs in force.
fn frontends_of(set: &PolicySet) -> Vec<Glob> {
    let params = set.packs.iter().flat_map(|pack| &pack.params).filter(|param| param.name == FRONTENDS);
    params.flat_map(|param| param.values.iter().map(Glob::new)).collect()
}

/// The answers that follow from credentials alone.
fn of_keys(keys: &[Key], shown: &dyn Fn(&Holder) -> bool, today: Option<i64>, frontends: &[Glob]) -> Vec<Section> {
    let entries = |of: &dyn Fn(&Key, &Holder) -> Option<String>| -> Vec<Entry> {
        let each = |key: &Key| {
            let entry = |holder: &Holder| {
                let what = of(key, holder).filter(|_| shown(holder))?;
                Some(Entry { letter: Some(key.letter.clone()), what, holder: holder.clone() })
            };
            key.holders.iter().filter_map(entry).collect::<Vec<_>>()
        };
        keys.iter().flat_map(each).collect()
    };
    let section = |id, title, entries| Section { id, title, note: String::new(), unknown: None, entries };
    let admin = |key: &Key, _: &Holder| is_admin(key).then(|| key.named());
    let exposed = |key: &Key, holder: &Holder| {
        holder.browser.filter(|_| key.secret).map(|because| format!("{}, {because}", key.named()))
    };
    let written = |key: &Key, holder: &Holder| {
        holder.variable.is_none().then(|| format!("{}, in a {}", key.named(), holder.stands))
    };
    let environments = shared(keys, shown, &|holder| holder.environment.clone(), &|_| None);
    let services = shared(keys, shown, &|holder| holder.service.clone(), &|holder| holder.environment.clone());
    let no_date = no_date(keys, today);
    let dated = |id, title, from: i64, to: i64| Section {
        unknown: no_date.clone(),
        ..section(id, title, entries(&|key, _| days(key, from, to)))
    };
    vec![
        section("service-role", "Who holds service_role", entries(&admin)),
        Section { note: how_told(frontends), ..section("browser", "Secrets that a browser sees", entries(&exposed)) },
        section("environments", "The same secret in several environments", environments),
        section("services", "The same secret in several services of an environment", services),
        dated("expired", "Expired keys", i64::MIN, -1),
        dated("expiring", "Keys that expire within 30 days", 0, super::SOON),
        section("written", "Credentials in migrations, commands and comments", entries(&written)),
    ]
}

/// A key with so many days left, in words.
fn days(key: &Key, from: i64, to: i64) -> Option<String> {
    match key.expiry {
        Expiry::Left(days) if !(from..=to).contains(&days) => None,
        Expiry::Left(days @ ..=-1) => {
            let noun = if days == -1 { "day" } else { "days" };
            Some(format!("{}, expired {} {noun} ago", key.named(), days.unsigned_abs()))
        }
        Expiry::Left(0) => Some(format!("{}, expires today", key.named())),
        Expiry::Left(1) => Some(format!("{}, 1 day left", key.named())),
        Expiry::Left(days) => Some(format!("{}, {days} days left", key.named())),
        Expiry::Never | Expiry::Unknown => None,
    }
}

/// Why nothing can be said of days, where keys say when they end.
fn no_date(keys: &[Key], today: Option<i64>) -> Option<String> {
    let dated = keys.iter().filter(|key| key.expiry == Expiry::Unknown).count();
    let says = if dated == 1 { "1 key says".to_owned() } else { format!("{dated} keys say") };
    match today {
        _ if dated == 0 => None,
        None => Some(format!("not known: {says} when it ends, and no date of today was given (--today)")),
        Some(_) => Some(format!("not known of all: {says} an end that cannot be read")),
    }
}

/// How a browser's secrets are told.
fn how_told(frontends: &[Glob]) -> String {
    let names: BTreeSet<&str> = frontends.iter().map(Glob::as_str).collect();
    let names: Vec<&str> = names.into_iter().collect();
    match names.as_slice() {
        [] => "Told by the prefixes that browser builds publish; no pack in force names frontend services.".to_owned(),
        names => {
            format!("Told by the prefixes that browser builds publish, and by frontend services: {}.", names.join(", "))
        }
    }
}

/// Whether a key acts as service_role.
fn is_admin(key: &Key) -> bool {
    key.secret && (key.kind == "supabase-secret" || acts_as_service_role(key))
}

fn acts_as_service_role(key: &Key) -> bool {
    key.kind == "supabase-jwt" && key.roles.iter().any(|role| role == "service_role")
}

/// Secrets that several labels hold, where they are equal in `within`; every holder of them.
fn shared(
    keys: &[Key],
    shown: &dyn Fn(&Holder) -> bool,
    label: &dyn Fn(&Holder) -> Option<String>,
    within: &dyn Fn(&Holder) -> Option<String>,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    for key in keys.iter().filter(|key| key.secret) {
        let groups: BTreeSet<Option<String>> = key.holders.iter().map(within).collect();
        for group in groups {
            let holders: Vec<&Holder> =
                key.holders.iter().filter(|holder| within(holder) == group && label(holder).is_some()).collect();
            let labels: BTreeSet<Option<String>> = holders.iter().map(|holder| label(holder)).collect();
            // Who is asked about one side sees the other one too.
            if labels.len() < 2 || !holders.iter().any(|holder| shown(holder)) {
                continue;
            }
            let demo = if key.demo { ", a published demo key" } else { "" };
            let what = format!("{}{demo}", key.named());
            let entry = |holder: &&Holder| Entry {
                letter: Some(key.letter.clone()),
                what: what.clone(),
                holder: (*holder).clone(),
            };
            entries.extend(holders.iter().map(entry));
        }
    }
    entries
}

/// The state of a field as a word of the vocabulary.
pub(super) fn state_of(facts: &Facts, id: FactId, field: Field) -> &str {
    facts.get(id, field).text().unwrap_or("")
}
