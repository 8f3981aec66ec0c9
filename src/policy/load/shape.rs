//! Policies and their shapes.

use super::Loader;
use super::reader::place_of;
use super::selection::variants_of;
use crate::fact::{Kind, Type};
use crate::finding::{Advice, Severity};
use crate::policy::grammar::{DISTINCT, EXPECT, Key, POLICY, REQUIRE, SAME, SHAPES};
use crate::policy::model::{Distinct, Expect, KindSelection, Literal, Policy, Require, Same, Severities, Shape};
use crate::policy::name::Glob;
use crate::source::Spanned;
use crate::tree::{Entry, Node, NodeValue};
use std::sync::Arc;

impl Loader<'_> {
    /// Reads one policy; what is wrong with it is reported, and it is then not in force.
    pub(super) fn policy(&mut self, entry: &Entry, pack: usize) -> Option<Policy> {
        let (id, node) = (&entry.key, &entry.value);
        let what = format!("policy `{}`", id.value);
        if !is_id(&id.value) {
            let message = format!("`{}` is no policy id", id.value);
            self.problems.error(id.span, message, "an id", "Ids are lower-case words joined by `-`: no-drop-column.");
        }
        self.problems.mapping(node, &what, POLICY, |_| false)?;
        let severity = node.get("severity").and_then(|node| self.severities(node));
        let advice = self.advice(node);
        let says = node.get("says").and_then(|node| self.problems.sentence(node, "`says`"));
        let waivable = node.get("waivable").and_then(|node| self.problems.boolean(node, "`waivable`")).unwrap_or(true);
        let from = node.get("from").and_then(|node| self.problems.date(node, "`from`"));
        let until = node.get("until").and_then(|node| self.problems.date(node, "`until`"));
        let also_known_as =
            node.get("also_known_as").map(|node| self.problems.texts(node, "an old id")).unwrap_or_default();
        let (name, shape) = self.shape(node, &what)?;
        if says.is_none() && node.get("says").is_none() && !matches!(name, "expect" | "matrix") {
            let help = "Say what such a fact does, in lower case: \"drops a column\".";
            self.problems.error(place_of(node), format!("{what} lacks `says`"), "`says` is missing", help);
        }
        let (unless, at) = self.exemptions(node, &shape);
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
            shape,
            unless,
        })
    }

    fn advice(&mut self, node: &Node) -> Advice {
        let mut text = |key: &str| node.get(key).and_then(|node| self.problems.sentence(node, &format!("`{key}`")));
        Advice { why: text("why").unwrap_or_default(), fix: text("fix").unwrap_or_default(), see: text("see") }
    }

    fn severities(&mut self, node: &Node) -> Option<Severities> {
        let choices: Vec<(&str, Severity)> =
            Severity::ALL.iter().map(|severity| (severity.as_str(), *severity)).collect();
        if node.entries().is_none() {
            let otherwise = self.problems.choice(node, "`severity`", &choices)?;
            return Some(Severities { by_environment: Vec::new(), otherwise });
        }
        let mut by_environment = Vec::new();
        let mut otherwise = None;
        for entry in self.problems.entries(node, "`severity`")? {
            let severity = self.problems.choice(&entry.value, "`severity`", &choices)?;
            if entry.key.value == "*" {
                otherwise = Some(severity);
            } else {
                let name = self.spellings.normalise(crate::fact::Field::Environment, &entry.key.value);
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
        Some(Severities { by_environment, otherwise: otherwise? })
    }

    fn shape(&mut self, node: &Node, what: &str) -> Option<(&'static str, Shape)> {
        let entries = node.entries()?;
        let mut found = entries
            .iter()
            .filter_map(|entry| SHAPES.iter().find(|name| **name == entry.key.value).map(|name| (*name, entry)));
        let Some((name, entry)) = found.next() else {
            let help = format!("Give it one of {}.", SHAPES.join(", "));
            self.problems.error(place_of(node), format!("{what} has no rule"), "no rule in here", help);
            return None;
        };
        if let Some((other, second)) = found.next() {
            let message = format!("{what} has two rules: `{name}` and `{other}`");
            self.problems.error(second.key.span, message, "a second rule", "Make two policies of them.");
        }
        let shape = match name {
            "forbid" => Shape::Forbid(self.forbid(&entry.value)?),
            "expect" => Shape::Expect(self.expect(&entry.value)?),
            "require" => Shape::Require(self.require(&entry.value)?),
            "distinct" => Shape::Distinct(self.distinct(&entry.value)?),
            "same" => Shape::Same(self.same(&entry.value)?),
            _ => Shape::Matrix(self.matrix(&entry.value)?),
        };
        Some((name, shape))
    }

    fn rule<'n>(&mut self, node: &'n Node, what: &str, keys: &[Key]) -> Option<(&'n [Entry], Vec<&'static str>)> {
        let entries = self.problems.mapping(node, what, keys, |_| true)?;
        Some((entries, keys.iter().map(|key| key.name).collect()))
    }

    fn forbid(&mut self, node: &Node) -> Option<Vec<KindSelection>> {
        let (entries, _) = self.rule(node, "`forbid`", &[])?;
        let facts = self.kind_selections(entries, &[], "`forbid`", node);
        (!facts.is_empty()).then_some(facts)
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
        let mut each = Vec::new();
        for entry in self.problems.entries(node.get("each")?, "`each`")? {
            let slot = self.slot(facts.kind.value, &entry.key.value, entry.key.span)?;
            if !matches!(slot.ty(), Type::Name | Type::Label | Type::Text) {
                let message = format!("`each` counts names, and `{}` is {}", slot.reference, slot.ty_words());
                self.problems.error(entry.key.span, message, "no name", "");
                return None;
            }
            each.push((slot.reference, self.names(&entry.value, &slot)));
        }
        Some(Require { facts, each })
    }

    /// Names with their places: a list, or `{ param: … }`.
    pub(super) fn names(&mut self, node: &Node, slot: &crate::policy::slot::Slot) -> Vec<Spanned<Glob>> {
        let Some(condition) = self.condition(node, slot.owner, slot) else { return Vec::new() };
        let mut names = Vec::new();
        let mut pending = vec![&condition];
        while let Some(condition) = pending.pop() {
            use crate::policy::model::Test;
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
        let kinds: Vec<Kind> = facts.iter().map(|facts| facts.kind.value).collect();
        let by = self.fields(node.get("by")?, &kinds, "a field of `by`");
        let across = match node.get("across") {
            Some(node) => {
                let name = Spanned::new(self.problems.text(node, "`across`")?, node.span);
                Some(self.field_of_all(&name, &kinds)?)
            }
            None => None,
        };
        let at_most = match node.get("at_most") {
            Some(node) => usize::try_from(self.problems.number(node, "`at_most`")?).unwrap_or(1).max(1),
            None => 1,
        };
        (!facts.is_empty() && !by.is_empty()).then_some(Distinct { facts, by, across, at_most })
    }

    fn same(&mut self, node: &Node) -> Option<Same> {
        let (entries, keys) = self.rule(node, "`same`", SAME)?;
        let facts = self.kind_selections(entries, &keys, "`same`", node);
        let kinds: Vec<Kind> = facts.iter().map(|facts| facts.kind.value).collect();
        let field = node.get("field")?;
        let name = Spanned::new(self.problems.text(field, "`field`")?, field.span);
        let field = self.field_of_all(&name, &kinds)?;
        let within = self.fields(node.get("within")?, &kinds, "a field of `within`");
        (!facts.is_empty()).then_some(Same { facts, field, within })
    }

    /// `unless` and `at`: they speak of the kinds that the shape names.
    fn exemptions(&mut self, node: &Node, shape: &Shape) -> (Vec<KindSelection>, Option<crate::fact::FieldRef>) {
        let facts: Vec<(Kind, super::selection::Chosen, crate::source::Span)> =
            shape.selections().iter().map(|facts| (facts.kind.value, variants_of(facts), facts.kind.span)).collect();
        let at = node.get("at").and_then(|node| {
            let name = self.problems.text(node, "`at`")?;
            let known = facts.iter().find_map(|(kind, ..)| crate::policy::slot::Slot::named(*kind, &name));
            match (known, facts.first()) {
                (Some(slot), _) => Some(slot.reference),
                (None, Some((kind, ..))) => self.slot(*kind, &name, node.span).map(|slot| slot.reference),
                (None, None) => {
                    self.problems.error(node.span, "`at` is not for a matrix", "", "");
                    None
                }
            }
        });
        let mut unless = Vec::new();
        let Some(list) = node.get("unless") else { return (unless, at) };
        let NodeValue::Seq(items) = &list.value else {
            self.problems.error(
                list.span,
                "`unless` is a list of selections",
                "not a list",
                "Write `unless: [ { … } ]`.",
            );
            return (unless, at);
        };
        for item in items {
            // A selection speaks of each kind that has its fields; of none, it is wrong for the first.
            let speaks: Vec<_> = facts.iter().filter(|(kind, ..)| speaks_of(item, *kind)).collect();
            let all = if speaks.is_empty() { facts.first().into_iter().collect() } else { speaks };
            for (kind, chosen, span) in all {
                let selection = self.selection(item, *kind, chosen);
                unless.push(KindSelection { kind: Spanned::new(*kind, *span), selection });
            }
        }
        (unless, at)
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

fn glob_of(literal: &Literal) -> Option<Glob> {
    match literal {
        Literal::Name(glob) => Some(glob.clone()),
        Literal::Text(text) => Some(Glob::new(text.clone())),
        _ => None,
    }
}

/// Whether every plain key of a selection is a field of `kind`.
fn speaks_of(node: &Node, kind: Kind) -> bool {
    let words = crate::policy::grammar::SELECTION;
    let mut keys = node.entries().unwrap_or_default().iter().map(|entry| entry.key.value.as_str());
    keys.all(|key| words.iter().any(|word| word.name == key) || crate::policy::slot::Slot::named(kind, key).is_some())
}

/// Lower-case words joined by `-`.
fn is_id(id: &str) -> bool {
    !id.is_empty()
        && id
            .split('-')
            .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}
