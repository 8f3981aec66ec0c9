//! `require`: such facts must be there, one for each value, or each product of values, of `each`.

use super::context::{Context, Doubtful, Outcome};
use super::describe::label_words;
use super::truth::{Doubt, Truth};
use crate::fact::{Cause, Document, FactId, Field, FieldRef, Kind, State};
use crate::finding::{Anchor, Finding, LabelRole};
use crate::policy::model::{Policy, Require};
use crate::policy::{Glob, Slot};
use crate::source::{Span, Spanned};

pub(super) fn judge(context: &Context<'_>, policy: &Policy, rule: &Require) -> Outcome {
    let mut outcome = Outcome::default();
    let selected = context.select(policy, &rule.facts, &mut outcome);
    let mut combinations: Vec<Vec<(FieldRef, Spanned<Glob>)>> = vec![Vec::new()];
    for (field, globs) in &rule.each {
        let values: Vec<Spanned<Glob>> =
            globs.iter().flat_map(|glob| context.seen(rule.facts.kind.value, *field, glob)).collect();
        let longer = |combination: &Vec<(FieldRef, Spanned<Glob>)>| {
            let combination = combination.clone();
            values
                .iter()
                .map(move |value| [combination.clone(), vec![(*field, value.clone())]].concat())
                .collect::<Vec<_>>()
        };
        combinations = combinations.iter().flat_map(longer).collect();
    }
    for wanted in combinations {
        let facts = selected.iter().map(|selected| {
            let fields = wanted.iter().map(|(field, glob)| context.has_name(selected.fact, *field, &glob.value));
            Truth::all(std::iter::once(selected.truth.clone()).chain(fields))
        });
        match Truth::any(facts) {
            Truth::True => {}
            Truth::Unknown(doubt) => context.undecided(&mut outcome, policy, doubt.fact, doubt.clone()),
            Truth::False => context.missing(policy, rule, &wanted, &mut outcome),
        }
    }
    outcome
}

impl Context<'_> {
    /// A literal name as it is; a pattern as all names that are seen and fit, or as itself where none is.
    fn seen(&self, kind: Kind, field: FieldRef, glob: &Spanned<Glob>) -> Vec<Spanned<Glob>> {
        if glob.value.is_literal() {
            return vec![glob.clone()];
        }
        let names = self.facts.of_kind(kind).iter().filter_map(|fact| self.facts.get(*fact, field).text());
        let mut fitting: Vec<&str> = names.filter(|name| glob.value.matches(name)).collect();
        fitting.sort_unstable();
        fitting.dedup();
        if fitting.is_empty() {
            return vec![glob.clone()];
        }
        fitting.into_iter().map(|name| Spanned::new(Glob::new(name), glob.span)).collect()
    }

    fn has_name(&self, fact: FactId, field: FieldRef, glob: &Glob) -> Truth {
        match self.facts.get(fact, field) {
            State::Unknown(span, cause) => Truth::Unknown(Doubt { fact, span: *span, cause: cause.clone() }),
            state => state.text().is_some_and(|name| glob.matches(name)).into(),
        }
    }

    fn missing(&self, policy: &Policy, rule: &Require, wanted: &[(FieldRef, Spanned<Glob>)], outcome: &mut Outcome) {
        let kind = rule.facts.kind.value;
        let label =
            |field: Field| wanted.iter().find(|(of, _)| *of == field.into()).map(|(_, glob)| glob.value.as_str());
        let (service, environment) = (label(Field::Service), label(Field::Environment));
        let subject = subject(kind, wanted);
        let group: Vec<&Document> = self.group(kind, service, environment);
        if let Some((document, span)) =
            group.iter().find_map(|document| document.unread.first().map(|span| (document, span)))
        {
            let cause = Cause::new(
                format!("may stand in what was not understood of {}", document.path),
                "Rewrite what was not understood; it is reported too.",
            );
            let doubt = Doubt { fact: FactId(0), span: *span, cause };
            outcome.undecided.push(Doubtful { policy: policy.id.value.clone(), subject, doubt });
            return;
        }
        let message = format!("{subject} {}", policy.says);
        let severity = policy.severity.of(environment);
        let (anchor, config) = self.missing_place(kind, &group, service, environment);
        let mut finding = Finding::new(policy.id.value.clone(), severity, message, anchor, policy.says.clone())
            .about(service, environment)
            .advice(policy.advice.clone());
        if let Some(span) = config {
            finding = finding.label(LabelRole::Config, span, "would stand here");
        }
        let span = wanted.last().map_or(rule.facts.kind.span, |(_, glob)| glob.span);
        outcome.findings.push(finding.label(LabelRole::Policy, span, "required here"));
    }

    /// The documents that could hold such a fact: those of the labels that are asked for.
    pub(super) fn group(&self, kind: Kind, service: Option<&str>, environment: Option<&str>) -> Vec<&Document> {
        let fits = |state: &State, wanted: Option<&str>| {
            wanted.is_none_or(|wanted| state.text().is_some_and(|text| Glob::new(wanted).matches(text)))
        };
        let gives =
            |document: &&Document| crate::document::kind(document.kind).is_some_and(|row| row.gives.contains(&kind));
        self.facts
            .documents()
            .iter()
            .filter(gives)
            .filter(|document| fits(&document.service, service) && fits(&document.environment, environment))
            .collect()
    }

    /// The end of the group's last document; without one, the path that a document would have.
    pub(super) fn missing_place(
        &self,
        kind: Kind,
        group: &[&Document],
        service: Option<&str>,
        environment: Option<&str>,
    ) -> (Anchor, Option<Span>) {
        if let Some(document) = group.last() {
            return (Anchor::At(document.end), None);
        }
        let fill = |pattern: &str| {
            let path = pattern.replace("{service}", service.unwrap_or("*"));
            path.replace("{environment}", environment.unwrap_or("*"))
        };
        let entry = self.expected.iter().find(|entry| entry.gives.contains(&kind));
        match entry {
            Some(entry) => (Anchor::Missing(fill(&entry.pattern)), Some(entry.span)),
            None => (Anchor::Missing(format!("a document that gives `{}`", kind.def().name)), None),
        }
    }
}

/// "deploy of dragonfly-api in prod", "table public.jobs".
fn subject(kind: Kind, wanted: &[(FieldRef, Spanned<Glob>)]) -> String {
    let words = wanted.iter().map(|(field, glob)| match Slot::of_reference(kind, *field) {
        Some(slot) if slot.reference.of.is_none() => label_words(field.field, glob.value.as_str()),
        _ => format!(" {}", glob.value.as_str()),
    });
    format!("{}{}", kind.def().name, words.collect::<String>())
}
