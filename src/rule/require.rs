//! `require`: such facts must be there, one for each value, or each product of values, of `each`; without it, at least one.

use super::context::{Context, Outcome, may_hold};
use super::describe::label_words;
use super::truth::{Doubt, Truth};
use crate::fact::{Cause, Document, FactId, Field, FieldRef, Kind, State};
use crate::finding::{Anchor, Finding, LabelRole};
use crate::policy::model::{KindSelection, Literal, Policy, Require, Term, Test};
use crate::policy::{Glob, Slot};
use crate::source::{Span, Spanned};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A field and the name that it is to have.
type Wanted = (FieldRef, Spanned<Glob>);

pub(super) fn judge(context: &Context<'_>, policy: &Policy, rule: &Require) -> Outcome {
    let mut outcome = Outcome::default();
    let there = There::new(context, policy, rule, &mut outcome);
    for wanted in context.combinations(rule) {
        match there.holds(context, &wanted) {
            Truth::True => {}
            Truth::Unknown(doubt) => context.undecided(&mut outcome, policy, doubt.fact, doubt.clone()),
            Truth::False => context.missing(policy, rule, &wanted, &mut outcome),
        }
    }
    outcome
}

/// The facts that are there, by their names in the fields of `each`.
struct There<'a> {
    known: HashMap<Vec<&'a str>, Truth>,
    /// Those of which a name cannot be known, and whether they are selected.
    unknown: Vec<(FactId, Truth)>,
}

impl<'a> There<'a> {
    fn new(context: &Context<'a>, policy: &Policy, rule: &Require, outcome: &mut Outcome) -> Self {
        let mut there = Self { known: HashMap::new(), unknown: Vec::new() };
        for selected in context.select(policy, &rule.facts, outcome) {
            there.add(context, rule, selected.fact, selected.truth);
        }
        // What is exempt need not be as the rule wants it: that it is there is enough.
        if !policy.unless.is_empty() {
            for fact in context.facts.of_kind(rule.facts.kind.value) {
                if policy.unless.iter().any(|unless| context.selection(*fact, &unless.selection).is_true()) {
                    there.add(context, rule, *fact, Truth::True);
                }
            }
        }
        there
    }

    fn add(&mut self, context: &Context<'a>, rule: &Require, fact: FactId, truth: Truth) {
        let states = || rule.each.iter().map(|(field, _)| context.facts.get(fact, *field));
        if states().any(|state| matches!(state, State::Unknown(..))) {
            self.unknown.push((fact, truth));
            return;
        }
        // A name that is absent is none of those that are wanted.
        let names: Option<Vec<&str>> = states().map(State::text).collect();
        if let Some(names) = names {
            let known = self.known.entry(names).or_insert(Truth::False);
            *known = Truth::any([std::mem::replace(known, Truth::False), truth]);
        }
    }

    /// Whether a fact of these names is there.
    fn holds(&self, context: &Context<'_>, wanted: &[Wanted]) -> Truth {
        let names: Vec<&str> = wanted.iter().map(|(_, glob)| glob.value.as_str()).collect();
        let known = self.known.get(&names).cloned();
        let unknown = self.unknown.iter().map(|(fact, truth)| {
            let fields = wanted.iter().map(|(field, glob)| has_name(context, *fact, *field, &glob.value));
            Truth::all(std::iter::once(truth.clone()).chain(fields))
        });
        Truth::any(known.into_iter().chain(unknown))
    }
}

fn has_name(context: &Context<'_>, fact: FactId, field: FieldRef, glob: &Glob) -> Truth {
    match context.facts.get(fact, field) {
        State::Unknown(span, cause) => Truth::Unknown(Doubt::new(fact, *span, cause)),
        state => state.text().is_some_and(|name| glob.matches(name)).into(),
    }
}

impl Context<'_> {
    /// The product of the names that are wanted.
    fn combinations(&self, rule: &Require) -> Vec<Vec<Wanted>> {
        let mut combinations: Vec<Vec<Wanted>> = vec![Vec::new()];
        for (field, globs) in &rule.each {
            let names: Vec<Spanned<Glob>> =
                globs.iter().flat_map(|glob| self.seen(&rule.facts, *field, glob)).collect();
            let names = each_once(names);
            let longer = |combination: &Vec<Wanted>| {
                let with = |name: &Spanned<Glob>| {
                    let mut longer = combination.clone();
                    longer.push((*field, name.clone()));
                    longer
                };
                names.iter().map(with).collect::<Vec<_>>()
            };
            combinations = combinations.iter().flat_map(longer).collect();
        }
        combinations
    }

    /// A literal name as it is; a pattern as all names that are seen and fit, or as itself where none is. An environment
    /// is seen in documents that could hold such facts, too: one that holds none lacks them.
    fn seen(&self, facts: &KindSelection, field: FieldRef, glob: &Spanned<Glob>) -> Vec<Spanned<Glob>> {
        if glob.value.is_literal() {
            return vec![glob.clone()];
        }
        let names = self.facts.of_kind(facts.kind.value).iter().filter_map(|fact| self.facts.get(*fact, field).text());
        let documents = self.facts.documents().iter().filter(|_| field == Field::Environment.into());
        let environments =
            documents.filter(|document| may_hold(document, facts)).filter_map(|document| document.environment.text());
        let mut fitting: Vec<&str> = names.chain(environments).filter(|name| glob.value.matches(name)).collect();
        fitting.sort_unstable();
        fitting.dedup();
        if fitting.is_empty() {
            return vec![glob.clone()];
        }
        fitting.into_iter().map(|name| Spanned::new(Glob::new(name), glob.span)).collect()
    }

    fn missing(&self, policy: &Policy, rule: &Require, wanted: &[Wanted], outcome: &mut Outcome) {
        let kind = rule.facts.kind.value;
        let label =
            |field: Field| wanted.iter().find(|(of, _)| *of == field.into()).map(|(_, glob)| glob.value.as_str());
        // What the selection itself says of labels tells where such a fact would stand, as `each` does.
        let service = label(Field::Service).or_else(|| selected_label(&rule.facts, Field::Service));
        let environment = label(Field::Environment).or_else(|| selected_label(&rule.facts, Field::Environment));
        let subject = subject(kind, wanted);
        let group = self.group(&rule.facts, service, environment);
        if let Some((span, cause)) = not_all_read(&group) {
            outcome.doubt(policy.id.value.clone(), subject, span, cause);
            return;
        }
        let message = format!("{subject} {}", policy.says);
        let severity = policy.severity.of(environment);
        let (anchor, config) = self.missing_place(kind, &group, service, environment);
        let mut finding = Finding::new(policy.id.value.clone(), severity, message, anchor, policy.says.clone())
            .about(service, environment)
            .of(subject)
            .advice(policy.advice.clone());
        if let Some(span) = config {
            finding = finding.label(LabelRole::Config, span, "would be read from here");
        }
        let span = wanted.last().map_or(rule.facts.kind.span, |(_, glob)| glob.span);
        outcome.findings.push(finding.label(LabelRole::Policy, span, "required here"));
    }

    /// The documents that could hold such a fact: those of the labels that are asked for, those without labels, and those
    /// that speak of the environment as a whole.
    fn group(&self, facts: &KindSelection, service: Option<&str>, environment: Option<&str>) -> Vec<&Document> {
        let (service, environment) = (service.map(Glob::new), environment.map(Glob::new));
        let fits = |state: &State, wanted: &Option<Glob>| match (state, wanted) {
            (_, None) | (State::Unknown(..), _) => true,
            (state, Some(wanted)) => state.text().is_some_and(|text| wanted.matches(text)),
        };
        let documents = self.facts.documents().iter();
        documents
            .filter(|document| may_hold(document, facts))
            .filter(|document| fits(&document.service, &service) || speaks_for_all(document))
            .filter(|document| fits(&document.environment, &environment))
            .collect()
    }

    /// The end of the group's last document; without one, the path that a document would have, with the entry of the
    /// configuration that says so.
    pub(super) fn missing_place(
        &self,
        kind: Kind,
        group: &[&Document],
        service: Option<&str>,
        environment: Option<&str>,
    ) -> (Anchor, Option<Span>) {
        let labelled = |document: &&&Document| {
            (service.is_none() || document.service.text().is_some())
                && (environment.is_none() || document.environment.text().is_some())
        };
        let for_all = || group.iter().rev().find(|document| speaks_for_all(document));
        if let Some(document) = group.iter().rev().find(labelled).or_else(for_all) {
            return (Anchor::At(document.end), None);
        }
        let labels = [("{service}", service), ("{environment}", environment)];
        // The entry that tells most of what is asked for: others may be of another service.
        let told = |pattern: &str| {
            labels.iter().filter(|(capture, wanted)| wanted.is_some() && pattern.contains(capture)).count()
        };
        let entries = self.expected.iter().filter(|entry| entry.gives.contains(&kind));
        match entries.rev().max_by_key(|entry| told(&entry.pattern)) {
            Some(entry) => {
                let fill =
                    |path: String, (capture, name): &(&str, Option<&str>)| path.replace(capture, name.unwrap_or("*"));
                (Anchor::Missing(labels.iter().fold(entry.pattern.clone(), fill)), Some(entry.span))
            }
            None => (Anchor::Missing(format!("a document that gives `{}`", kind.def().name)), None),
        }
    }
}

/// Each name once. A pattern that nothing fits asks for no more than a name beside it that it fits.
fn each_once(names: Vec<Spanned<Glob>>) -> Vec<Spanned<Glob>> {
    let listed: HashSet<String> = names.iter().map(|name| name.value.as_str().to_owned()).collect();
    let mut known = HashSet::new();
    let is_new = |name: &Spanned<Glob>| {
        let fits = |other: &String| name.value.as_str() != other && name.value.matches(other);
        known.insert(name.value.as_str().to_owned()) && (name.value.is_literal() || !listed.iter().any(fits))
    };
    names.into_iter().filter(is_new).collect()
}

/// Whether a document speaks of an environment as a whole, and of no service: the list of a status, shared variables.
fn speaks_for_all(document: &Document) -> bool {
    matches!(document.service, State::Absent(_)) && document.environment.text().is_some()
}

/// Why a group of documents may hold more than was read of it.
fn not_all_read(group: &[&Document]) -> Option<(Span, Arc<Cause>)> {
    if let Some((document, span)) = group.iter().find_map(|document| Some((document, document.unread.first()?))) {
        let cause = Cause::new(
            format!("may stand in what was not understood of {}", document.path),
            "Rewrite what was not understood; it is reported too.",
        );
        return Some((*span, cause));
    }
    let last = group.last().filter(|_| group.iter().all(|document| !document.complete))?;
    Some((last.end, sealed(last.environment.text())))
}

/// Why something that no rendered export of an environment holds may be there all the same.
pub(super) fn sealed(environment: Option<&str>) -> Arc<Cause> {
    let help = format!(
        "Export the environment too: railway environment config --json > railway/{}/environment.json",
        environment.unwrap_or("<environment>")
    );
    Cause::new("is in none of its exports, and may be sealed", help)
}

/// The one name that a selection asks of a label, if it asks for one.
fn selected_label(facts: &KindSelection, label: Field) -> Option<&str> {
    facts.selection.terms.iter().find_map(|term| match term {
        Term::Field(term) if term.field == label.into() => match &term.condition.test {
            Test::Is(Literal::Name(glob)) => Some(glob.as_str()),
            Test::Param(_, literals) => match literals.as_slice() {
                [Literal::Name(glob)] => Some(glob.as_str()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    })
}

/// "deploy of dragonfly-api in prod", "table public.jobs".
fn subject(kind: Kind, wanted: &[Wanted]) -> String {
    let words = wanted.iter().map(|(field, glob)| match Slot::of_reference(kind, *field) {
        Some(slot) if slot.reference.of.is_none() => label_words(field.field, glob.value.as_str()),
        _ => format!(" {}", glob.value.as_str()),
    });
    format!("{}{}", kind.def().name, words.collect::<String>())
}
