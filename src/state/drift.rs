//! `preflight drift`: two schemas compared object by object, each difference with what to do about it.

use super::{Function, Policy, Schema, Table};
use crate::finding::Severity;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What differs, and what follows from it: one row each.
pub struct Scenario {
    /// The word in reports.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What to do.
    pub action: &'static str,
}

const fn scenario(name: &'static str, severity: Severity, action: &'static str) -> Scenario {
    Scenario { name, severity, action }
}

/// The table of scenarios.
pub const SCENARIOS: &[Scenario] = &[
    scenario("column-only-actual", Severity::Error, "Add the column to a migration, and deploy it everywhere."),
    scenario("column-only-expected", Severity::Error, "Run the migrations: this is their normal way."),
    scenario("column-differs", Severity::Error, "Write a migration that makes both alike."),
    scenario("table-only-actual", Severity::Warning, "Leave the table, and write it down in SCHEMA_DRIFT.md."),
    scenario("table-documented", Severity::Info, "Leave the table: SCHEMA_DRIFT.md names it."),
    scenario("table-only-expected", Severity::Error, "Run the migrations: this is their normal way."),
    scenario(
        "row-level-security",
        Severity::Error,
        "Write a migration that sets it; until then look at who may read the table.",
    ),
    scenario("policy-conflict", Severity::Error, "DROP POLICY IF EXISTS, then CREATE POLICY, in a new migration."),
    scenario("policy-only-actual", Severity::Error, "Write the policy into a migration, behind DROP POLICY IF EXISTS."),
    scenario("policy-only-expected", Severity::Error, "Run the migrations: until then nobody asks this policy."),
    scenario(
        "function-signature",
        Severity::Error,
        "CREATE OR REPLACE FUNCTION in a new migration, and drop the signature that nobody calls.",
    ),
    scenario("function-differs", Severity::Error, "CREATE OR REPLACE FUNCTION in a new migration."),
    scenario(
        "function-only-actual",
        Severity::Warning,
        "Write the function into a migration with CREATE OR REPLACE, or drop it.",
    ),
    scenario("function-only-expected", Severity::Error, "Run the migrations: this is their normal way."),
    scenario("view-differs", Severity::Error, "Write a migration that makes both alike."),
    scenario("view-only-actual", Severity::Warning, "Write the view into a migration, or drop it."),
    scenario("view-only-expected", Severity::Error, "Run the migrations: this is their normal way."),
    scenario("key-only-actual", Severity::Warning, "Write the foreign key into a migration."),
    scenario("key-only-expected", Severity::Error, "Run the migrations: until then rows may refer to nothing."),
    scenario("index-only-actual", Severity::Info, "Write it into a migration with CREATE INDEX IF NOT EXISTS."),
    scenario("index-only-expected", Severity::Warning, "Run the migrations: until then its queries are slow."),
    scenario("grant-only-actual", Severity::Error, "REVOKE it, or GRANT it in a migration."),
    scenario("grant-only-expected", Severity::Warning, "Run the migrations: until then the role is refused."),
];

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
    pub action: &'static str,
}

/// What two schemas differ in, worst first; and what could not be compared, because one side does not know it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Drift {
    /// The differences.
    pub differences: Vec<Difference>,
    /// Objects of which one side says that it does not know them.
    pub undecided: Vec<String>,
}

impl Drift {
    /// The worst severity; none where nothing differs.
    pub fn worst(&self) -> Option<Severity> {
        self.differences.iter().filter_map(|difference| Severity::named(difference.severity)).max()
    }
}

/// Compares what migrations, or a dump, say (`expected`) with what a database has (`actual`). `documented` says whether
/// the page of known drift names a table.
pub fn compare(expected: &Schema, actual: &Schema, documented: impl Fn(&str) -> bool) -> Drift {
    let mut compare = Compare { drift: Drift::default(), documented: &documented };
    for (name, one, other) in both(&expected.tables, &actual.tables) {
        match (one, other) {
            (Some(one), Some(other)) => compare.tables(name, one, other),
            (Some(_), None) => compare.add("table-only-expected", format!("table {name}"), "is not there"),
            (None, Some(_)) if documented(name) => {
                compare.add("table-documented", format!("table {name}"), "is there, and no migration makes it");
            }
            (None, Some(_)) => {
                compare.add("table-only-actual", format!("table {name}"), "is there, and no migration makes it")
            }
            (None, None) => {}
        }
    }
    for (name, one, other) in both(&expected.views, &actual.views) {
        let object = format!("view {name}");
        match (one, other) {
            (Some(one), Some(other)) => {
                let rights = [one.security_invoker, other.security_invoker];
                compare.flags("view-differs", &object, rights, ["has security_invoker", "lacks security_invoker"]);
            }
            (Some(_), None) => compare.add("view-only-expected", object, "is not there"),
            (None, Some(_)) => compare.add("view-only-actual", object, "is there, and no migration makes it"),
            (None, None) => {}
        }
    }
    compare.functions(&expected.functions, &actual.functions);
    compare.grants(&expected.grants, &actual.grants);
    let mut drift = compare.drift;
    drift.differences.sort_by(|one, other| {
        let rank = |difference: &Difference| Severity::named(difference.severity);
        rank(other).cmp(&rank(one)).then_with(|| one.object.cmp(&other.object))
    });
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

struct Compare<'d> {
    drift: Drift,
    documented: &'d dyn Fn(&str) -> bool,
}

impl Compare<'_> {
    fn add(&mut self, name: &'static str, object: String, what: &str) {
        let Some(scenario) = SCENARIOS.iter().find(|scenario| scenario.name == name) else { return };
        let (severity, action) = (scenario.severity.as_str(), scenario.action);
        let message = format!("{object} {what}");
        self.drift.differences.push(Difference { scenario: name, severity, object, message, action });
    }

    /// A yes or no of both; undecided where one side does not know it.
    fn flags(&mut self, name: &'static str, object: &str, [one, other]: [Option<bool>; 2], [yes, no]: [&str; 2]) {
        match (one, other) {
            (Some(one), Some(other)) if one != other => {
                let [expected, actual] = [one, other].map(|is| if is { yes } else { no });
                self.add(name, object.to_owned(), &format!("{actual}, and is expected to be one that {expected}"));
            }
            (None, Some(_)) | (Some(_), None) => self.drift.undecided.push(object.to_owned()),
            _ => {}
        }
    }

    fn tables(&mut self, name: &str, expected: &Table, actual: &Table) {
        let object = format!("table {name}");
        let words = ["has row level security", "has no row level security"];
        let rls = [expected.row_level_security, actual.row_level_security];
        self.flags("row-level-security", &object, rls, words);
        let words = ["forces row level security", "does not force row level security"];
        self.flags("row-level-security", &object, [expected.forced, actual.forced], words);
        for (column, one, other) in both(&expected.columns, &actual.columns) {
            let object = format!("column {name}.{column}");
            match (one, other) {
                (Some(one), Some(other)) => {
                    match (&one.ty, &other.ty) {
                        (Some(one), Some(other)) if one != other => {
                            self.add(
                                "column-differs",
                                object.clone(),
                                &format!("is {other}, and is expected to be {one}"),
                            );
                        }
                        (Some(_), Some(_)) | (None, None) => {}
                        _ => self.drift.undecided.push(object.clone()),
                    }
                    self.flags(
                        "column-differs",
                        &object,
                        [one.nullable, other.nullable],
                        ["may be null", "may not be null"],
                    );
                }
                (Some(_), None) => self.add("column-only-expected", object, "is not there"),
                (None, Some(_)) => self.add("column-only-actual", object, "is there, and no migration makes it"),
                (None, None) => {}
            }
        }
        for (policy, one, other) in both(&expected.policies, &actual.policies) {
            self.policy(format!("policy {policy} on {name}"), one, other);
        }
        for (key, one, other) in both(&expected.foreign_keys, &actual.foreign_keys) {
            self.presence(["key-only-expected", "key-only-actual"], format!("foreign key {key} of {name}"), one, other);
        }
        for (index, one, other) in both(&expected.indexes, &actual.indexes) {
            self.presence(["index-only-expected", "index-only-actual"], format!("index {index} on {name}"), one, other);
        }
    }

    fn presence<V>(&mut self, [missing, added]: [&'static str; 2], object: String, one: Option<&V>, other: Option<&V>) {
        match (one, other) {
            (Some(_), None) => self.add(missing, object, "is not there"),
            (None, Some(_)) => self.add(added, object, "is there, and no migration makes it"),
            _ => {}
        }
    }

    fn policy(&mut self, object: String, expected: Option<&Policy>, actual: Option<&Policy>) {
        match (expected, actual) {
            (Some(expected), Some(actual)) if expected != actual => {
                self.add("policy-conflict", object, "is another one under the same name");
            }
            (Some(_), None) => self.add("policy-only-expected", object, "is not there"),
            (None, Some(_)) => self.add("policy-only-actual", object, "is there, and no migration makes it"),
            _ => {}
        }
    }

    fn functions(&mut self, expected: &BTreeMap<String, Function>, actual: &BTreeMap<String, Function>) {
        let bare = |name: &str| name.split('(').next().unwrap_or(name).to_owned();
        let named =
            |functions: &BTreeMap<String, Function>| functions.keys().map(|name| bare(name)).collect::<BTreeSet<_>>();
        let (of_expected, of_actual) = (named(expected), named(actual));
        for (name, one, other) in both(expected, actual) {
            let object = format!("function {name}");
            match (one, other) {
                (Some(one), Some(other)) => {
                    let rights = [one.security_definer, other.security_definer];
                    self.flags("function-differs", &object, rights, ["is SECURITY DEFINER", "is SECURITY INVOKER"]);
                    if one.search_path != other.search_path {
                        self.add("function-differs", object, "sets another search_path than is expected");
                    }
                }
                (Some(_), None) if of_actual.contains(&bare(name)) => {
                    self.add("function-signature", object, "is there with other arguments");
                }
                (Some(_), None) => self.add("function-only-expected", object, "is not there"),
                (None, Some(_)) if of_expected.contains(&bare(name)) => {
                    self.add("function-signature", object, "is there, and is expected with other arguments");
                }
                (None, Some(_)) => self.add("function-only-actual", object, "is there, and no migration makes it"),
                (None, None) => {}
            }
        }
    }

    fn grants(&mut self, expected: &BTreeMap<String, Vec<String>>, actual: &BTreeMap<String, Vec<String>>) {
        let none = Vec::new();
        for (what, one, other) in both(expected, actual) {
            let (one, other) = (one.unwrap_or(&none), other.unwrap_or(&none));
            // what is granted on a table that is written down goes with it
            let table = what.rsplit(" on ").next().unwrap_or(what);
            if (self.documented)(table) {
                continue;
            }
            for role in one.iter().filter(|role| !other.contains(role)) {
                self.add("grant-only-expected", format!("{what} to {role}"), "is not granted");
            }
            for role in other.iter().filter(|role| !one.contains(role)) {
                self.add("grant-only-actual", format!("{what} to {role}"), "is granted, and no migration does so");
            }
        }
    }
}
