//! Tables, and what they have.

use super::super::meaning::{Alike, bounds, expressions, keys, triggers};
use super::super::{Column, Constraint, ForeignKey, Index, Policy, Table, Trigger};
use super::{Compare, Lack, both};
use crate::document::sql::described::with_modifier;

const TABLE: Lack = Lack { scenarios: ["table-only-expected", "table-only-actual"], family: "table" };
const COLUMN: Lack = Lack { scenarios: ["column-only-expected", "column-only-actual"], family: "column" };
const CONSTRAINT: Lack =
    Lack { scenarios: ["constraint-only-expected", "constraint-only-actual"], family: "constraint" };
const KEY: Lack = Lack { scenarios: ["key-only-expected", "key-only-actual"], family: "constraint" };
const INDEX: Lack = Lack { scenarios: ["index-only-expected", "index-only-actual"], family: "index" };
const POLICY: Lack = Lack { scenarios: ["policy-only-expected", "policy-only-actual"], family: "policy" };
const TRIGGER: Lack = Lack { scenarios: ["trigger-only-expected", "trigger-only-actual"], family: "plain" };

impl Compare<'_> {
    pub(super) fn all_tables(&mut self) {
        let (expected, actual) = (self.expected, self.actual);
        for (name, one, other) in both(&expected.tables, &actual.tables) {
            let object = format!("table {name}");
            match (one, other) {
                // what no side makes is another owner's: only what is done to it is said, by one side or both
                (Some(one), other) if one.made_at.is_none() => self.foreign(name, one, other),
                (None, Some(other)) if other.made_at.is_none() => {}
                _ if !self.compares(name) => {}
                (Some(one), Some(other)) if other.made_at.is_some() => self.table(name, one, other),
                (Some(_), _) => self.lacks(&TABLE, object, true),
                (None, Some(_)) if (self.known.documented)(name) => {
                    self.add("table-documented", object, "is there, and no migration makes it");
                }
                (None, Some(_)) => self.lacks(&TABLE, object, false),
                (None, None) => {}
            }
        }
    }

    /// A table that migrations change and do not make.
    fn foreign(&mut self, name: &str, expected: &Table, actual: Option<&Table>) {
        let wanted = &self.known.schemas;
        if !wanted.is_empty() && !wanted.iter().any(|schema| schema == super::schema_of(name)) {
            return;
        }
        let Some(actual) = actual else {
            let reason = "no migration makes it, and the other side does not show it";
            return self.undecided(format!("table {name}"), reason);
        };
        for (policy, own) in &expected.policies {
            self.policy(format!("policy {policy} on {name}"), Some(own), actual.policies.get(policy));
        }
        for (trigger, own) in &expected.triggers {
            self.trigger(format!("trigger {trigger} on {name}"), Some(own), actual.triggers.get(trigger));
        }
        for (column, own) in &expected.columns {
            self.column(format!("column {name}.{column}"), Some(own), actual.columns.get(column));
        }
    }

    fn table(&mut self, name: &str, expected: &Table, actual: &Table) {
        let object = format!("table {name}");
        self.owners(&object, [expected.owner.as_deref(), actual.owner.as_deref()]);
        let words = ["has row level security", "has no row level security"];
        let rls = [expected.row_level_security, actual.row_level_security];
        self.flags("row-level-security", &object, rls, words);
        let words = ["forces row level security", "does not force row level security"];
        self.flags("row-level-security", &object, [expected.forced, actual.forced], words);
        self.partition(&object, expected, actual);
        self.traits("table-differs", &object, [&expected.traits, &actual.traits]);
        // two dumps say the same where their servers have the same
        let printed = self.expected.printed && self.actual.printed;
        let open = (expected.open || actual.open) && !printed;
        if open {
            let reason =
                "a query, a parent or LIKE … INCLUDING gives it columns, keys or indexes that are not written down";
            self.undecided(&*object, reason);
        }
        for (column, one, other) in both(&expected.columns, &actual.columns) {
            match (one, other) {
                (Some(one), Some(other)) if open => self.shape(&format!("column {name}.{column}"), one, other),
                _ if open => {}
                _ => self.column(format!("column {name}.{column}"), one, other),
            }
        }
        for (policy, one, other) in both(&expected.policies, &actual.policies) {
            self.policy(format!("policy {policy} on {name}"), one, other);
        }
        let sure = |one: bool, other: bool| !open || one && other;
        for (constraint, one, other) in both(&expected.constraints, &actual.constraints) {
            if !sure(one.is_some(), other.is_some()) {
                continue;
            }
            self.constraint(format!("constraint {constraint} of {name}"), one, other);
        }
        for (key, one, other) in both(&expected.foreign_keys, &actual.foreign_keys) {
            if sure(one.is_some(), other.is_some()) {
                self.foreign_key(format!("foreign key {key} of {name}"), one, other);
            }
        }
        for (index, one, other) in both(&expected.indexes, &actual.indexes) {
            // that of a constraint is said with the constraint
            let constraint = |index: Option<&Index>| index.is_some_and(|index| index.of_constraint);
            if !constraint(one) && !constraint(other) && sure(one.is_some(), other.is_some()) {
                self.index(format!("index {index} on {name}"), one, other);
            }
        }
        for (trigger, one, other) in both(&expected.triggers, &actual.triggers) {
            self.trigger(format!("trigger {trigger} on {name}"), one, other);
        }
    }

    /// Which rows a partition holds of which table, and by what a table is divided.
    fn partition(&mut self, object: &str, expected: &Table, actual: &Table) {
        match (&expected.partition_of, &actual.partition_of) {
            (one, other) if one == other => {}
            (Some(one), None) => {
                self.add("partition-differs", object, &format!("is no partition of {one}, and is expected to be one"));
            }
            (None, Some(other)) => {
                self.add(
                    "partition-differs",
                    object,
                    &format!("is a partition of {other}, and is expected to be none"),
                );
            }
            (Some(one), Some(other)) => {
                let what = format!("is a partition of {other}, and is expected to be one of {one}");
                self.add("partition-differs", object, &what);
            }
            (None, None) => {}
        }
        if !self.is_detailed() {
            return;
        }
        if expected.partition_of == actual.partition_of {
            let sides = [expected.bound.as_ref(), actual.bound.as_ref()];
            self.definitions("partition-differs", object, "bound", sides, bounds);
        }
        let sides = [expected.partitioned_by.as_ref(), actual.partitioned_by.as_ref()];
        self.definitions("partition-differs", object, "partition key", sides, keys);
    }

    fn column(&mut self, object: String, expected: Option<&Column>, actual: Option<&Column>) {
        let (one, other) = match (expected, actual) {
            (Some(one), Some(other)) => (one, other),
            (one, _) => return self.lacks(&COLUMN, object, one.is_some()),
        };
        self.shape(&object, one, other);
        self.words("column-differs", &object, one.identity.as_deref(), other.identity.as_deref());
        self.words("column-differs", &object, one.generated.as_deref(), other.generated.as_deref());
        let defaults = [one.default.as_ref(), other.default.as_ref()];
        self.definitions("default-differs", &object, "default", defaults, expressions);
    }

    /// Type and nullability.
    fn shape(&mut self, object: &str, one: &Column, other: &Column) {
        match (type_of(one), type_of(other)) {
            (Some(one), Some(other)) if one != other => {
                self.add("column-differs", object, &format!("is {other}, and is expected to be {one}"));
            }
            (Some(_), Some(_)) | (None, None) => {}
            _ => self.undecided(object, "one side does not say its type"),
        }
        self.traits("column-differs", object, [&one.traits, &other.traits]);
        let words = ["may be null", "may not be null"];
        self.flags("column-differs", object, [one.nullable, other.nullable], words);
    }

    fn policy(&mut self, object: String, expected: Option<&Policy>, actual: Option<&Policy>) {
        let (one, other) = match (expected, actual) {
            (Some(one), Some(other)) => (one, other),
            (one, _) => return self.lacks(&POLICY, object, one.is_some()),
        };
        // the server keeps who runs the statement under the name of then
        let runs = |role: &String| ["current_user", "session_user", "current_role"].contains(&role.as_str());
        let decided = !one.roles.iter().chain(&other.roles).any(runs) || one.roles == other.roles;
        if !decided {
            self.undecided(
                &*object,
                "it is for the role that runs the migrations, and the texts do not say which that is",
            );
        }
        let roles = |policy: &Policy| policy.roles.clone().into_iter().filter(|_| decided).collect::<Vec<_>>();
        let rest = |policy: &Policy| (roles(policy), policy.command.clone(), policy.permissive);
        if rest(one) != rest(other) {
            return self.add("policy-conflict", object, "is another one under the same name");
        }
        let conditions = [
            ("condition (USING)", [one.using_expression.as_ref(), other.using_expression.as_ref()]),
            ("condition (WITH CHECK)", [one.check_expression.as_ref(), other.check_expression.as_ref()]),
        ];
        for (what, sides) in conditions {
            self.definitions("policy-conflict", &object, what, sides, expressions);
        }
    }

    fn constraint(&mut self, object: String, expected: Option<&Constraint>, actual: Option<&Constraint>) {
        let (one, other) = match (expected, actual) {
            (Some(one), Some(other)) => (one, other),
            (one, _) => return self.lacks(&CONSTRAINT, object, one.is_some()),
        };
        let columns = if one.kind == "check" { Alike::Same } else { all_alike(&one.columns, &other.columns) };
        if one.kind != other.kind || columns == Alike::Differs {
            return self.add("constraint-differs", object, "is another one under the same name");
        }
        if columns == Alike::Unclear {
            self.undecided(&*object, TWO_WAYS);
        }
        self.said("constraint-differs", &object, [one.traits.as_ref(), other.traits.as_ref()]);
        // what a state of an older preflight holds of exclusions has no condition
        if one.kind == "check" || self.is_detailed() {
            let checks = [one.check.as_ref(), other.check.as_ref()];
            self.definitions("constraint-differs", &object, "condition", checks, expressions);
        }
    }

    fn foreign_key(&mut self, object: String, expected: Option<&ForeignKey>, actual: Option<&ForeignKey>) {
        let (one, other) = match (expected, actual) {
            (Some(one), Some(other)) => (one, other),
            (one, _) => return self.lacks(&KEY, object, one.is_some()),
        };
        // the server writes the columns of the other table out
        let named = !one.referenced.is_empty() && !other.referenced.is_empty();
        if one.columns != other.columns
            || one.references != other.references
            || one.on_delete != other.on_delete
            || named && one.referenced != other.referenced
        {
            return self.add("key-differs", object, "is another one under the same name");
        }
        self.said("key-differs", &object, [one.traits.as_ref(), other.traits.as_ref()]);
    }

    fn index(&mut self, object: String, expected: Option<&Index>, actual: Option<&Index>) {
        let (one, other) = match (expected, actual) {
            (Some(one), Some(other)) => (one, other),
            (one, _) => return self.lacks(&INDEX, object, one.is_some()),
        };
        if one.method != other.method || one.unique != other.unique {
            return self.add("index-differs", object, "is another one under the same name");
        }
        match all_alike(&one.columns, &other.columns) {
            Alike::Differs => return self.add("index-differs", object, "is another one under the same name"),
            Alike::Unclear => self.undecided(&*object, TWO_WAYS),
            Alike::Same => {}
        }
        self.said("index-differs", &object, [one.traits.as_ref(), other.traits.as_ref()]);
        let predicates = [one.predicate.as_ref(), other.predicate.as_ref()];
        self.definitions("index-differs", &object, "condition", predicates, expressions);
    }

    /// What two of a kind are besides their columns, where both say it.
    fn said(&mut self, name: &'static str, object: &str, [one, other]: [Option<&Vec<String>>; 2]) {
        if let (Some(one), Some(other)) = (one, other)
            && one != other
        {
            let said = |traits: &[String]| if traits.is_empty() { "nothing".to_owned() } else { traits.join(", ") };
            self.add(
                name,
                object,
                &format!("says {} besides its columns, and is expected to say {}", said(other), said(one)),
            );
        }
    }

    fn trigger(&mut self, object: String, expected: Option<&Trigger>, actual: Option<&Trigger>) {
        let (one, other) = match (expected, actual) {
            (Some(one), Some(other)) => (one, other),
            (one, _) => return self.lacks(&TRIGGER, object, one.is_some()),
        };
        let sides = [Some(&one.definition), Some(&other.definition)];
        self.definitions("trigger-differs", &object, "definition", sides, triggers);
        if self.is_detailed() && one.fires != other.fires {
            let said = |trigger: &Trigger| match trigger.fires.as_deref() {
                Some("always") => "fires on replicas, too",
                Some("replica") => "fires on replicas only",
                Some(_) => "is disabled",
                None => "is enabled",
            };
            let what = format!("{}, and is expected to be one that {}", said(other), said(one));
            self.add("trigger-switched", &*object, &what);
        }
    }
}

const TWO_WAYS: &str = "its columns are written in two ways, and they may mean the same";

/// Compares columns and expressions one by one.
fn all_alike(one: &[String], other: &[String]) -> Alike {
    if one.len() != other.len() {
        return Alike::Differs;
    }
    let parts = one.iter().zip(other).filter(|(one, other)| one != other);
    let parts: Vec<Alike> = parts.map(|(one, other)| expressions(one, other)).collect();
    [Alike::Differs, Alike::Unclear].into_iter().find(|alike| parts.contains(alike)).unwrap_or(Alike::Same)
}

/// A type with its modifier, as the server prints it: `numeric(10,0)` for `numeric(10)`, `character(1)` for `char`.
fn type_of(column: &Column) -> Option<String> {
    Some(with_modifier(column.ty.as_deref()?, column.modifier.as_deref().unwrap_or("")))
}
