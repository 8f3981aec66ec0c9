//! `preflight drift`: two schemas compared object by object, each difference with what to do about it.

mod of_table;
mod of_type;
mod others;
mod scenario;

pub use scenario::{SCENARIOS, Scenario};

use super::meaning::Alike;
use super::{Definition, Schema, VERSION, not_compared};
use crate::finding::Severity;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Difference {
    /// The scenario: a word of the table.
    pub scenario: &'static str,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    /// What it is about: `column public.orders.note`.
    pub object: String,
    /// What differs, in one sentence without a full stop.
    pub message: String,
    /// What to do.
    pub action: String,
}

/// Something that could not be compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Undecided {
    /// What it is about.
    pub object: String,
    /// Why, in one sentence without a full stop.
    pub reason: String,
}

/// What two schemas differ in, worst first; and what could not be compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Drift {
    /// The differences.
    pub differences: Vec<Difference>,
    /// What could not be compared.
    pub undecided: Vec<Undecided>,
    /// Kinds of things that a side has and that are not looked at: `sequences`.
    pub not_compared: Vec<String>,
}

impl Drift {
    /// The worst severity; none where nothing differs.
    pub fn worst(&self) -> Option<Severity> {
        self.differences.iter().filter_map(|difference| Severity::named(difference.severity)).max()
    }
}

/// What is known besides the two schemas.
pub struct Known<'k> {
    /// The page of known drift, as it is called.
    pub page: &'k str,
    /// Whether that page names a table or a schema.
    pub documented: &'k dyn Fn(&str) -> bool,
    /// The schemas that are compared; none for all of them.
    pub schemas: &'k [String],
}

/// Compares what migrations, or a dump, say (`expected`) with what a database has (`actual`).
pub fn compare(expected: &Schema, actual: &Schema, known: &Known<'_>) -> Drift {
    let drift = Drift::default();
    let (hidden, alone) = (BTreeMap::new(), BTreeSet::new());
    let mut compare = Compare { drift, known, expected, actual, hidden, texts: 0, alone };
    compare.schemas();
    compare.all_tables();
    compare.views();
    compare.functions();
    compare.types();
    compare.extensions();
    compare.roles();
    compare.grants();
    compare.hidden();
    compare.unsure();
    let detailed = compare.is_detailed();
    let mut drift = compare.drift;
    let one_says = |name: &&String| !(expected.not_compared.contains(*name) && actual.not_compared.contains(*name));
    let named = expected.not_compared.union(&actual.not_compared);
    // most migrations name no owner: what one side alone says of owners cannot differ
    let named = named.filter(|name| !(not_compared::is_of_owners(name) && one_says(name)));
    drift.not_compared.extend(named.cloned());
    drift.not_compared.sort();
    if !detailed {
        drift.not_compared.push(OLD.to_owned());
    }
    drift.differences.sort_by(|one, other| {
        let rank = |difference: &Difference| Severity::named(difference.severity);
        rank(other).cmp(&rank(one)).then_with(|| one.object.cmp(&other.object))
    });
    drift.undecided.sort();
    drift.undecided.dedup();
    drift
}

/// Every key of two maps, with what each has under it.
fn both<'m, V>(
    one: &'m BTreeMap<String, V>,
    other: &'m BTreeMap<String, V>,
) -> Vec<(&'m str, Option<&'m V>, Option<&'m V>)> {
    let keys: BTreeSet<&str> = one.keys().chain(other.keys()).map(String::as_str).collect();
    keys.into_iter().map(|key| (key, one.get(key), other.get(key))).collect()
}

/// The schema of an object.
fn schema_of(name: &str) -> &str {
    name.split_once('.').map_or("public", |(schema, _)| schema)
}

/// What a state of an older preflight does not hold.
const OLD: &str = "what a state that an older preflight kept does not hold (bodies, queries, traits, switches of triggers, parts of types, bounds of partitions, columns of privileges: keep a new one)";

/// Why an object cannot be compared.
const PERHAPS: &str = "may be there or not: a condition decides";

struct Compare<'d> {
    drift: Drift,
    known: &'d Known<'d>,
    expected: &'d Schema,
    actual: &'d Schema,
    /// What a kept state does not hold: how many of each kind of definition.
    hidden: BTreeMap<&'static str, usize>,
    /// How many definitions were compared without the constants of text in them.
    texts: usize,
    /// Schemas that only one side has, and that are said as a whole.
    alone: BTreeSet<&'d str>,
}

/// The names of the scenarios of a kind of object that one side lacks, and the family of what may have made it.
struct Lack {
    /// It is only expected, or only there.
    scenarios: [&'static str; 2],
    /// The family of doubts.
    family: &'static str,
}

impl<'d> Compare<'d> {
    fn add(&mut self, name: &'static str, object: impl Into<String>, what: &str) {
        let object = object.into();
        let Some(scenario) = SCENARIOS.iter().find(|scenario| scenario.name == name) else { return };
        let (severity, action) = (scenario.severity.as_str(), scenario.action.replace("{page}", self.known.page));
        let message = format!("{object} {what}");
        self.drift.differences.push(Difference { scenario: name, severity, object, message, action });
    }

    fn undecided(&mut self, object: impl Into<String>, reason: impl Into<String>) {
        self.drift.undecided.push(Undecided { object: object.into(), reason: reason.into() });
    }

    /// Whether no side is a state that an older preflight kept.
    fn is_detailed(&self) -> bool {
        [self.expected, self.actual].iter().all(|side| !side.kept || side.version >= VERSION)
    }

    /// Whether an object of a schema is compared here.
    fn compares(&self, name: &str) -> bool {
        let schema = schema_of(name);
        let wanted = self.known.schemas.is_empty() || self.known.schemas.iter().any(|wanted| wanted == schema);
        wanted && !self.alone.contains(schema)
    }

    /// Schemas in which one side has objects and the other has nothing: of another owner, or left out of the dump.
    fn schemas(&mut self) {
        let made = |schema: &'d Schema| {
            inhabited(schema).into_iter().chain(schema.schemas.iter().map(String::as_str)).collect::<BTreeSet<_>>()
        };
        let (expected, actual) = (made(self.expected), made(self.actual));
        let wanted = |schema: &&str| {
            let schemas = &self.known.schemas;
            schemas.is_empty() || schemas.iter().any(|wanted| wanted == *schema)
        };
        let others = |name: &&str| *name != "public";
        let lacking: Vec<&str> = expected.difference(&actual).copied().filter(wanted).filter(others).collect();
        let added: Vec<&str> = actual.difference(&expected).copied().filter(wanted).filter(others).collect();
        for schema in lacking {
            self.add("schema-only-expected", format!("schema {schema}"), "is not there, with everything in it");
            self.alone.insert(schema);
        }
        for schema in added {
            self.alone.insert(schema);
            // one in which nothing stands, or what extensions bring along, is nobody's loss
            if !inhabited(self.actual).contains(schema) {
                continue;
            }
            // what migrations do to tables of another owner is compared, and the rest of the schema is not theirs
            let name = if (self.known.documented)(schema) { "schema-documented" } else { "schema-only-actual" };
            self.add(name, format!("schema {schema}"), "is there, and no migration makes anything in it");
        }
    }

    /// One that only one side has.
    fn lacks(&mut self, lack: &Lack, object: String, expected: bool) {
        let other = if expected { self.actual } else { self.expected };
        let own = if expected { self.expected } else { self.actual };
        if own.perhaps.contains(&object) || other.perhaps.contains(&object) {
            return self.undecided(object, PERHAPS);
        }
        if let Some(reason) = other.doubts.get(lack.family) {
            return self.undecided(object, format!("{reason}: one side may have it all the same"));
        }
        let [missing, added] = lack.scenarios;
        match expected {
            true if missing == added => self.add(missing, object, "is not there: it has other arguments"),
            false if missing == added => self.add(added, object, "is there, and is expected with other arguments"),
            true => self.add(missing, object, "is not there"),
            false => self.add(added, object, "is there, and no migration makes it"),
        }
    }

    /// A yes or no of both; undecided where one side does not know it.
    fn flags(&mut self, name: &'static str, object: &str, [one, other]: [Option<bool>; 2], [yes, no]: [&str; 2]) {
        match (one, other) {
            (Some(one), Some(other)) if one != other => {
                let [expected, actual] = [one, other].map(|is| if is { yes } else { no });
                self.add(name, object, &format!("{actual}, and is expected to be one that {expected}"));
            }
            (None, Some(_)) | (Some(_), None) => self.undecided(object, "one side does not say"),
            _ => {}
        }
    }

    /// The owners of both, where both are said: migrations rarely say one, and a dump may be made with --no-owner.
    fn owners(&mut self, object: &str, [one, other]: [Option<&str>; 2]) {
        if let (Some(one), Some(other)) = (one, other)
            && one != other
        {
            self.add("owner-differs", object, &format!("belongs to {other}, and is expected to belong to {one}"));
        }
    }

    /// Two words; nothing where one side has none.
    fn words(&mut self, name: &'static str, object: &str, one: Option<&str>, other: Option<&str>) {
        let said = |word: Option<&str>| word.map_or_else(|| "none".to_owned(), str::to_owned);
        if one != other {
            self.add(name, object, &format!("is {}, and is expected to be {}", said(other), said(one)));
        }
    }

    /// Two definitions, of which either may not be there. `what` is the kind for what a kept state does not hold.
    fn definitions(
        &mut self,
        name: &'static str,
        object: &str,
        what: &'static str,
        [one, other]: [Option<&Definition>; 2],
        alike: impl Fn(&str, &str) -> Alike,
    ) {
        let (one, other) = match (one, other) {
            (None, None) => return,
            (Some(_), None) => return self.add(name, object, &format!("has no {what}, and is expected to have one")),
            (None, Some(_)) => return self.add(name, object, &format!("has a {what}, and is expected to have none")),
            (Some(one), Some(other)) => (one, other),
        };
        let answer = one.with(other, alike);
        if answer.as_ref().is_some_and(|answer| answer.without_texts && answer.found == Alike::Same) {
            self.texts += 1;
        }
        match answer.map(|answer| answer.found) {
            Some(Alike::Same) => {}
            Some(Alike::Unclear) if !(self.expected.printed && self.actual.printed) => {
                self.undecided(object, format!("its {what} is written in two ways, and they may mean the same"));
            }
            Some(Alike::Differs | Alike::Unclear) => {
                self.add(name, object, &format!("has another {what} than is expected"))
            }
            None if self.is_kept(one, other) => *self.hidden.entry(what).or_default() += 1,
            None => self.undecided(object, format!("its {what} cannot be known on one side")),
        }
    }

    /// What two objects are besides what else is compared, where both sides can say it.
    fn traits(&mut self, name: &'static str, object: &str, [one, other]: [&[String]; 2]) {
        if one == other || !self.is_detailed() {
            return;
        }
        let listed = |own: &[String], others: &[String]| {
            let own: Vec<&str> = own.iter().filter(|word| !others.contains(word)).map(String::as_str).collect();
            own.join(", ")
        };
        let what = match (listed(one, other), listed(other, one)) {
            (missing, added) if missing.is_empty() => format!("is also: {added}, which is not expected"),
            (missing, added) if added.is_empty() => format!("is not: {missing}, which is expected"),
            (missing, added) => format!("is also: {added}, and is expected to be: {missing}"),
        };
        self.add(name, object, &what);
    }

    /// Whether a text is not known because a state that was kept does not hold it.
    fn is_kept(&self, one: &Definition, other: &Definition) -> bool {
        (self.expected.kept && !one.is_known()) || (self.actual.kept && !other.is_known())
    }

    /// What may be there, and what may be otherwise, is never the same.
    fn unsure(&mut self) {
        for schema in [self.expected, self.actual] {
            for object in &schema.perhaps {
                self.undecided(object.clone(), PERHAPS);
            }
            for (families, reason) in schema.doubted() {
                self.undecided(families, reason);
            }
        }
    }

    /// Says once of each kind what a kept state does not hold.
    fn hidden(&mut self) {
        for (what, count) in std::mem::take(&mut self.hidden) {
            let objects = if count == 1 { format!("a {what}") } else { format!("{count} of the kind: {what}") };
            self.undecided(objects, "a state that was kept does not hold the text: give the migrations, or a dump");
        }
        if self.texts > 0 {
            let objects = format!("the constants of text in {} definitions", self.texts);
            let reason = "a state that was kept does not hold them, and what stands round them is the same: give the migrations, or a dump";
            self.undecided(objects, reason);
        }
    }
}

/// The schemas in which something stands that is made there.
fn inhabited(schema: &Schema) -> BTreeSet<&str> {
    let tables = schema.tables.iter().filter(|(_, table)| table.made_at.is_some()).map(|(name, _)| name);
    tables
        .chain(schema.views.keys())
        .chain(schema.functions.keys())
        .chain(schema.types.keys())
        .map(|name| schema_of(name))
        .collect()
}
