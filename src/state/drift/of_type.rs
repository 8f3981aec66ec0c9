//! Types and domains.

use super::super::Type;
use super::super::meaning::{Alike, expressions};
use super::{Compare, Lack, both};

/// Ranges say what is not as usual, as they are printed; base types say more when they are printed.
fn others(one: &str, other: &str) -> Alike {
    match one == other {
        true => Alike::Same,
        false if one.starts_with("range") && other.starts_with("range") => Alike::Differs,
        false => Alike::Unclear,
    }
}

const TYPE: Lack = Lack { scenarios: ["type-only-expected", "type-only-actual"], family: "plain" };
const CHECK: Lack = Lack { scenarios: ["constraint-only-expected", "constraint-only-actual"], family: "plain" };

impl Compare<'_> {
    pub(super) fn types(&mut self) {
        let (expected, actual) = (self.expected, self.actual);
        for (name, one, other) in both(&expected.types, &actual.types) {
            let object = format!("type {name}");
            match (one, other) {
                _ if !self.compares(name) => {}
                (Some(one), Some(other)) => self.ty(object, name, one, other),
                (one, _) => self.lacks(&TYPE, object, one.is_some()),
            }
        }
    }

    fn ty(&mut self, object: String, name: &str, one: &Type, other: &Type) {
        match (&one.labels, &other.labels) {
            (Some(one), Some(other)) if one != other => return self.labels(object, one, other),
            (Some(_), Some(_)) => return,
            _ => {}
        }
        if !self.is_detailed() {
            return;
        }
        let kind = |ty: &Type| if ty.labels.is_some() { Some("enum".to_owned()) } else { ty.kind.clone() };
        let words = |kind: &str| match kind {
            "domain" => "a domain",
            "composite" => "a composite type",
            "enum" => "an enum",
            _ => "a type of another kind",
        };
        match (kind(one), kind(other)) {
            (Some(one), Some(other)) if one != other => {
                let what = format!("is {}, and is expected to be {}", words(&other), words(&one));
                return self.add("type-remade", object, &what);
            }
            (Some(_), Some(_)) => {}
            (None, None) => return self.undecided(object, "no side says what it is made of"),
            _ => return self.undecided(object, "one side does not say what it is made of"),
        }
        match one.kind.as_deref() {
            Some("domain") => self.domain(&object, name, one, other),
            Some("composite") => self.attributes(object, &one.attributes, &other.attributes),
            _ => {
                let sides = [one.definition.as_ref(), other.definition.as_ref()];
                self.definitions("type-remade", &object, "definition", sides, others);
            }
        }
    }

    fn domain(&mut self, object: &str, name: &str, one: &Type, other: &Type) {
        self.words("domain-differs", object, one.base.as_deref(), other.base.as_deref());
        let collation = |ty: &Type| ty.collation.as_ref().map(|name| format!("of collation {name}"));
        self.words("domain-differs", object, collation(one).as_deref(), collation(other).as_deref());
        let words = ["may not be null", "may be null"];
        self.flags("domain-differs", object, [Some(one.not_null), Some(other.not_null)], words);
        let defaults = [one.default.as_ref(), other.default.as_ref()];
        self.definitions("domain-differs", object, "default", defaults, expressions);
        for (check, own, others) in both(&one.checks, &other.checks) {
            let object = format!("constraint {check} of domain {name}");
            if own.is_some() != others.is_some() {
                self.lacks(&CHECK, object, own.is_some());
                continue;
            }
            self.definitions("constraint-differs", &object, "check", [own, others], expressions);
            let valid = |ty: &Type| Some(!ty.not_valid.iter().any(|own| own == check));
            self.flags("constraint-differs", &object, [valid(one), valid(other)], ["is valid", "is NOT VALID"]);
        }
    }

    fn attributes(&mut self, object: String, expected: &[String], actual: &[String]) {
        if expected == actual {
            return;
        }
        let (missing, added) = (besides(expected, actual), besides(actual, expected));
        let what = match (missing.is_empty(), added.is_empty()) {
            (true, true) => "has its attributes in another order than is expected".to_owned(),
            (false, true) => format!("lacks the attribute {missing}"),
            (true, false) => format!("has the attribute {added}, and no migration adds it"),
            (false, false) => format!("has the attribute {added}, and {missing} is expected"),
        };
        self.add("composite-differs", object, &what);
    }

    fn labels(&mut self, object: String, expected: &[String], actual: &[String]) {
        let (missing, added) = (besides(expected, actual), besides(actual, expected));
        let what = match (missing.is_empty(), added.is_empty()) {
            (true, true) => "has its labels in another order than is expected".to_owned(),
            (false, true) => format!("lacks {missing}"),
            (true, false) => format!("has {added}, and no migration adds it"),
            (false, false) => format!("lacks {missing}, and has {added}, which no migration adds"),
        };
        self.add("type-differs", object, &what);
    }
}

/// What one side has and the other one has not, as words.
fn besides(own: &[String], others: &[String]) -> String {
    let own: Vec<&str> = own.iter().filter(|one| !others.contains(one)).map(String::as_str).collect();
    own.join(", ")
}
