//! Policies and their shapes.

use super::Loader;
use super::condition::Asked;
use super::reader::{distinct, place_of};
use super::selection::{Chosen, variants_of};
use crate::fact::{Field, FieldRef, Kind, Type};
use crate::finding::{Advice, Severity};
use crate::policy::grammar::{DISTINCT, EXPECT, Key, POLICY, REQUIRE, SAME, SELECTION, SHAPES};
use crate::policy::model::{Distinct, Expect, KindSelection, Literal, Policy, Require, Same, Severities, Shape, Test};
use crate::policy::name::{Glob, did_you_mean};
use crate::policy::slot::Slot;
use crate::policy::waivable::Demand;
use crate::source::Spanned;
use crate::tree::{Entry, Node};
use std::sync::Arc;

impl Loader<'_> {
    /// Reads one policy; what is wrong with it is reported, and it is then not in force.
    pub(super) fn policy(&mut self, entry: &Entry, pack: usize) -> Option<Policy> {
        let (id, node) = (&entry.key, &entry.value);
        let what = format!("policy `{}`", id.value);
        self.id(id);
        self.problems.mapping(node, &what, POLICY, |_| false)?;
        let severity = node.get("severity").and_then(|node| self.severities(node, &[]));
        let advice = self.advice(node);
        let says = node.get("says").and_then(|node| self.problems.sentence(node, "`says`"));
        let waivable = match node.get("waivable") {
            Some(node) => crate::policy::waivable::read(node, &mut self.problems),
            None => Some(Demand::default()),
        };
        let (from, until) = self.term_of_force(node);
        let also_known_as =
            node.get("also_known_as").map(|node| self.problems.texts(node, "an old id")).unwrap_or_default();
        also_known_as.iter().for_each(|id| self.id(id));
        let shape = self.shape(node, &what);
        let (unless, at) = self.exemptions(node, shape.as_ref());
        Some(Policy {
            id: id.clone(),
            pack,
            severity: severity?,
            advice: Arc::new(advice),
            says: says.unwrap_or_default(),
            at,
            from,
            until,
            waivable,
            also_known_as: also_known_as.into_iter().map(|id| id.value).collect(),
            shape: shape?,
            unless,
        })
    }

    fn id(&mut self, id: &Spanned<String>) {
        if !is_id(&id.value) {
            let message = format!("`{}` is no policy id", id.value);
            self.problems.error(id.span, message, "no id", "Ids are lower-case words joined by `-`: no-drop-column.");
        }
    }

    /// The first and the last day on which a policy is in force.
    fn term_of_force(&mut self, node: &Node) -> (Option<i64>, Option<i64>) {
        let mut day = |key: &str| node.get(key).and_then(|node| self.problems.date(node, &format!("`{key}`")));
        let (from, until) = (day("from"), day("until"));
        if let (Some(node), true) = (node.get("until"), from.zip(until).is_some_and(|(from, until)| until < from)) {
            self.problems.error(node.span, "`until` is before `from`", "it would never be in force", "");
        }
        (from, until)
    }

    fn advice(&mut self, node: &Node) -> Advice {
        let mut text = |key: &str| node.get(key).and_then(|node| self.problems.sentence(node, &format!("`{key}`")));
        Advice { why: text("why").unwrap_or_default(), fix: text("fix").unwrap_or_default(), see: text("see") }
    }

    /// A severity, or one by environment. `besides` are words that the caller has read already, for the message.
    pub fn severities(&mut self, node: &Node, besides: &[&str]) -> Option<Severities> {
        let choices: Vec<(&str, Severity)> =
            Severity::ALL.iter().map(|severity| (severity.as_str(), *severity)).collect();
        if node.entries().is_none() {
            let text = self.problems.text(node, "`severity`")?;
            let Some(otherwise) = Severity::named(&text) else {
                let known = choices.iter().map(|(name, _)| *name).chain(besides.iter().copied());
                self.problems.unknown(node.span, format!("`severity` cannot be `{text}`"), &text, known);
                return None;
            };
            return Some(Severities { by_environment: Vec::new(), otherwise });
        }
        let mut by_environment = Vec::new();
        let mut otherwise = None;
        for entry in self.problems.entries(node, "`severity`")? {
            let severity = self.problems.choice(&entry.value, "`severity`", &choices);
            if entry.key.value == "*" {
                otherwise = Some(severity);
            } else if let Some(severity) = severity {
                let name = self.spellings.normalise(Field::Environment, &entry.key.value);
                by_environment.push((Glob::new(name), severity));
            }
        }
        if otherwise.is_none() {
            self.problems.error(
                place_of(node),
                "`severity` lacks \"*\"",
                "and everywhere else?",
                "Add `\"*\": info`, or another level.",
            );
        }
        Some(Severities { by_environment, otherwise: otherwise?? })
    }

    /// The one rule of a policy; a second one is an error, and is read for its own errors.
    fn shape(&mut self, node: &Node, what: &str) -> Option<Shape> {
        let entries = node.entries()?;
        let mut rules = Vec::new();
        for entry in distinct(entries) {
            if let Some(name) = SHAPES.iter().find(|name| **name == entry.key.value) {
                rules.push((*name, entry));
            }
        }
        let Some((first, _)) = rules.first() else {
            // A rule that is spelt wrong was reported as a key.
            let unknown = entries.iter().filter(|entry| !POLICY.iter().any(|key| key.name == entry.key.value));
            if unknown.into_iter().any(|entry| did_you_mean(&entry.key.value, SHAPES.iter().copied()).is_some()) {
                return None;
            }
            let help = format!("Give it one of {}.", SHAPES.join(", "));
            self.problems.error(place_of(node), format!("{what} has no rule"), "no rule in here", help);
            return None;
        };
        for (other, entry) in rules.iter().skip(1) {
            let message = format!("{what} has two rules: `{first}` and `{other}`");
            self.problems.error(entry.key.span, message, "a second rule", "Make two policies of them.");
        }
        if node.get("says").is_none() && !matches!(*first, "expect" | "matrix") {
            let help = "Say what such a fact does, in lower case: \"drops a column\".";
            self.problems.error(place_of(node), format!("{what} lacks `says`"), "`says` is missing", help);
        }
        let mut shapes: Vec<_> = rules.iter().map(|(name, entry)| self.rule_of(name, &entry.value)).collect();
        shapes.swap_remove(0)
    }

    fn rule_of(&mut self, name: &str, node: &Node) -> Option<Shape> {
        Some(match name {
            "forbid" => Shape::Forbid(self.forbid(node)?),
            "expect" => Shape::Expect(self.expect(node)?),
            "require" => Shape::Require(self.require(node)?),
            "distinct" => Shape::Distinct(self.distinct(node)?),
            "same" => Shape::Same(self.same(node)?),
            _ => Shape::Matrix(self.matrix(node)?),
        })
    }

    fn rule<'n>(&mut self, node: &'n Node, what: &str, keys: &[Key]) -> Option<(&'n [Entry], Vec<&'static str>)> {
        let entries = self.problems.mapping(node, what, keys, |_| true)?;
        Some((entries, keys.iter().map(|key| key.name).collect()))
    }

    fn forbid(&mut self, node: &Node) -> Option<Vec<KindSelection>> {
        let (entries, _) = self.rule(node, "`forbid`", &[])?;
        Some(self.kind_selections(entries, &[], "`forbid`", node))
    }

    fn expect(&mut self, node: &Node) -> Option<Expect> {
        let (entries, keys) = self.rule(node, "`expect`", EXPECT)?;
        let facts = self.one_kind(entries, &keys, "`expect`", node)?;
        let chosen = variants_of(&facts);
        let to = self.selection(node.get("to")?, facts.kind.value, &chosen);
        Some(Expect { facts, to })
    }

    fn require(&mut self, node: &Node) -> Option<Require> {
        let (entries, keys) = self.rule(node, "`require`", REQUIRE)?;
        let facts = self.one_kind(entries, &keys, "`require`", node)?;
        let chosen = variants_of(&facts);
        let mut each = Vec::new();
        let Some(node) = node.get("each") else { return Some(Require { facts, each }) };
        let fields = self.problems.entries(node, "`each`")?;
        if fields.is_empty() {
            let help = "For example `each: { service: [api, worker] }`.";
            self.problems.error(node.span, "`each` names no field", "for each of what?", help);
        }
        for entry in distinct(fields) {
            let Some(slot) = self.slot(facts.kind.value, &entry.key.value, entry.key.span) else { continue };
            self.check_variants(&slot, &chosen, entry.key.span);
            if matches!(slot.ty(), Type::Name | Type::SqlType | Type::Label | Type::Text) {
                each.push((slot.reference, self.names(&entry.value, &slot)));
            } else {
                let message = format!("`each` counts names, and `{}` is {}", slot.reference, slot.ty_words());
                self.problems.error(entry.key.span, message, "no name", "");
            }
        }
        Some(Require { facts, each })
    }

    /// Names with their places: a list, or `{ param: … }`.
    pub(super) fn names(&mut self, node: &Node, slot: &Slot) -> Vec<Spanned<Glob>> {
        let asked = Asked { kind: slot.owner, slot, chosen: &None };
        let Some(condition) = self.condition(node, asked) else { return Vec::new() };
        let mut names = Vec::new();
        let mut pending = vec![&condition];
        while let Some(condition) = pending.pop() {
            match &condition.test {
                Test::Is(literal) => names.extend(glob_of(literal).map(|glob| Spanned::new(glob, condition.span))),
                Test::Param(_, literals) => {
                    names.extend(
                        literals.iter().rev().filter_map(glob_of).map(|glob| Spanned::new(glob, condition.span)),
                    );
                }
                Test::Any(conditions) | Test::All(conditions) => pending.extend(conditions),
                _ => self.problems.error(
                    condition.span,
                    "only names can be listed here",
                    "no name",
                    "Write a list of names, or `{ param: … }`.",
                ),
            }
        }
        names.reverse();
        names
    }

    fn distinct(&mut self, node: &Node) -> Option<Distinct> {
        let (entries, keys) = self.rule(node, "`distinct`", DISTINCT)?;
        let facts = self.kind_selections(entries, &keys, "`distinct`", node);
        let kinds = kinds_of(&facts);
        let by = node.get("by").map(|node| self.fields(node, &kinds, "`by`"));
        let across = node.get("across").map(|node| self.field(node, &kinds, "`across`"));
        let at_most = node.get("at_most").map(|node| self.count(node, "`at_most`"));
        let (across, at_most) = (across.map_or(Some(None), |field| field.map(Some))?, at_most.unwrap_or(Some(1))?);
        Some(Distinct { facts, by: by?, across, at_most })
    }

    fn same(&mut self, node: &Node) -> Option<Same> {
        let (entries, keys) = self.rule(node, "`same`", SAME)?;
        let facts = self.kind_selections(entries, &keys, "`same`", node);
        let kinds = kinds_of(&facts);
        let field = node.get("field").and_then(|node| self.field(node, &kinds, "`field`"));
        let within = node.get("within").map(|node| self.fields(node, &kinds, "`within`"));
        Some(Same { facts, field: field?, within: within? })
    }

    fn field(&mut self, node: &Node, kinds: &[(Kind, Chosen)], what: &str) -> Option<Spanned<FieldRef>> {
        let name = Spanned::new(self.problems.text(node, what)?, node.span);
        self.field_of_all(&name, kinds)
    }

    fn count(&mut self, node: &Node, what: &str) -> Option<usize> {
        let count = usize::try_from(self.problems.number(node, what)?).unwrap_or(0);
        if count == 0 {
            self.problems.error(
                node.span,
                format!("{what} must be at least 1"),
                "none could be",
                "To allow none, write `forbid`.",
            );
        }
        (count > 0).then_some(count)
    }

    /// `unless` and `at`: they speak of the kinds that the rule names, also where it is broken.
    fn exemptions(&mut self, node: &Node, shape: Option<&Shape>) -> (Vec<KindSelection>, Option<FieldRef>) {
        let (unless, at) = (node.get("unless"), node.get("at"));
        if node.get("matrix").is_some() && shape.is_none_or(|shape| matches!(shape, Shape::Matrix(_))) {
            let help = "Its cells say what is exempt: `unlisted`, or another environment.";
            for (node, key, help) in [(unless, "unless", help), (at, "at", "")] {
                if let Some(node) = node {
                    self.problems.error(node.span, format!("`{key}` is not for a matrix"), "not here", help);
                }
            }
            return (Vec::new(), None);
        }
        let facts = match shape {
            Some(shape) => {
                let speaks = |facts: &&KindSelection| (facts.kind.clone(), variants_of(facts));
                shape.selections().iter().map(speaks).collect()
            }
            None => kinds_written(node),
        };
        let at = at.and_then(|node| self.at(node, &facts));
        let items = match unless.map(|list| (list, list.items())) {
            None => &[],
            Some((_, Some(items))) => items,
            Some((list, None)) => {
                let help = "Write `unless: [ { … } ]`.";
                self.problems.error(list.span, "`unless` is a list of selections", "not a list", help);
                &[]
            }
        };
        let mut unless = Vec::new();
        for item in items {
            // A selection speaks of each kind that has its fields; of none, it is wrong for the first.
            let speaks: Vec<_> = facts.iter().filter(|(kind, _)| speaks_of(item, kind.value)).collect();
            let all = if speaks.is_empty() { facts.first().into_iter().collect() } else { speaks };
            for (kind, chosen) in all {
                let selection = self.selection(item, kind.value, chosen);
                unless.push(KindSelection { kind: kind.clone(), selection });
            }
        }
        (unless, at)
    }

    /// A field that one of the kinds has; of none, it is wrong for the first.
    fn at(&mut self, node: &Node, facts: &[(Spanned<Kind>, Chosen)]) -> Option<FieldRef> {
        let name = self.problems.text(node, "`at`")?;
        let has = |(kind, _): &&(Spanned<Kind>, Chosen)| Slot::named(kind.value, &name).is_some();
        let (kind, chosen) = facts.iter().find(has).or_else(|| facts.first())?;
        let slot = self.slot(kind.value, &name, node.span)?;
        if facts.len() == 1 {
            self.check_variants(&slot, chosen, node.span);
        }
        Some(slot.reference)
    }
}

impl Shape {
    /// The selections of facts that the shape begins with; none for a matrix.
    pub fn selections(&self) -> Vec<&KindSelection> {
        match self {
            Self::Forbid(facts) => facts.iter().collect(),
            Self::Expect(rule) => vec![&rule.facts],
            Self::Require(rule) => vec![&rule.facts],
            Self::Distinct(rule) => rule.facts.iter().collect(),
            Self::Same(rule) => rule.facts.iter().collect(),
            Self::Matrix(_) => Vec::new(),
        }
    }
}

fn kinds_of(facts: &[KindSelection]) -> Vec<(Kind, Chosen)> {
    facts.iter().map(|facts| (facts.kind.value, variants_of(facts))).collect()
}

/// The kinds that a broken rule names.
fn kinds_written(policy: &Node) -> Vec<(Spanned<Kind>, Chosen)> {
    let rules = policy.entries().unwrap_or_default().iter().filter(|entry| SHAPES.contains(&entry.key.value.as_str()));
    let keys = rules.flat_map(|rule| rule.value.entries().unwrap_or_default()).map(|entry| &entry.key);
    keys.filter_map(|key| Some((Spanned::new(Kind::named(&key.value)?, key.span), None))).collect()
}

fn glob_of(literal: &Literal) -> Option<Glob> {
    match literal {
        Literal::Name(glob) => Some(glob.clone()),
        Literal::Text(text) => Some(Glob::new(text.clone())),
        _ => None,
    }
}

/// Whether every plain key of a selection is a field of `kind`.
fn speaks_of(node: &Node, kind: Kind) -> bool {
    let mut keys = node.entries().unwrap_or_default().iter().map(|entry| entry.key.value.as_str());
    keys.all(|key| SELECTION.iter().any(|word| word.name == key) || Slot::named(kind, key).is_some())
}

/// Lower-case words joined by `-`.
fn is_id(id: &str) -> bool {
    !id.is_empty()
        && id
            .split('-')
            .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}
