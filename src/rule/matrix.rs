//! `matrix`: variables by service. All documents of one service and environment are one holder: set in any is set,
//! forbidden in any is present, and a value is judged in each.

use super::context::{Context, Doubtful, Outcome, Traced};
use super::truth::{Doubt, Truth};
use crate::fact::{Cause, Document, FactId, Field, Kind, State};
use crate::finding::{Anchor, Finding, Label, LabelRole};
use crate::policy::Policy;
use crate::policy::matrix::{Cell, Demand, Matrix, Others, Row};
use crate::policy::model::Condition;
use crate::policy::name::Glob;
use crate::source::{Span, Spanned};
use std::sync::Arc;

/// One service in one environment, with its documents and variables.
struct Holder<'a> {
    service: &'a str,
    environment: &'a str,
    documents: Vec<&'a Document>,
    variables: Vec<FactId>,
}

pub(super) fn judge(context: &Context<'_>, policy: &Policy, matrix: &Matrix) -> Outcome {
    let mut judge = Judge { context, policy, matrix, outcome: Outcome::default() };
    for environment in judge.environments() {
        judge.environment(&environment);
    }
    judge.outcome
}

struct Judge<'a> {
    context: &'a Context<'a>,
    policy: &'a Policy,
    matrix: &'a Matrix,
    outcome: Outcome,
}

impl<'a> Judge<'a> {
    /// The environments of the table that documents speak of; a literal one always.
    fn environments(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for glob in &self.matrix.environments {
            if glob.value.is_literal() {
                names.push(glob.value.as_str().to_owned());
            } else {
                names.extend(
                    self.labels(Field::Environment, None).filter(|name| glob.value.matches(name)).map(str::to_owned),
                );
            }
        }
        names.dedup();
        names
    }

    /// The values of a label among the documents that give variables, sorted.
    fn labels(&self, label: Field, environment: Option<&str>) -> impl Iterator<Item = &'a str> {
        let documents = self.context.group(Kind::Variable, None, environment);
        let mut names: Vec<&'a str> = documents
            .into_iter()
            .filter_map(|document| match label {
                Field::Service => document.service.text(),
                _ => document.environment.text(),
            })
            .collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter()
    }

    fn environment(&mut self, environment: &str) {
        let services: Vec<&str> = self.labels(Field::Service, Some(environment)).collect();
        for (column, glob) in self.matrix.services.iter().enumerate() {
            let fitting: Vec<&str> = services.iter().copied().filter(|service| glob.value.matches(service)).collect();
            if fitting.is_empty() {
                self.missing_service(glob, environment);
            }
            for service in fitting {
                self.holder(service, environment, column);
            }
        }
        if self.matrix.other_services == Others::Forbidden {
            let listed = |service: &str| self.matrix.services.iter().any(|glob| glob.value.matches(service));
            for service in services.into_iter().filter(|service| !listed(service)) {
                self.unlisted_service(service, environment);
            }
        }
    }

    fn holder(&mut self, service: &str, environment: &str, column: usize) {
        let facts = self.context.facts;
        let documents = self.context.group(Kind::Variable, Some(service), Some(environment));
        let is_of = |id: &FactId| {
            facts.get(*id, Field::Service).text() == Some(service)
                && facts.get(*id, Field::Environment).text() == Some(environment)
        };
        let variables: Vec<FactId> = facts.of_kind(Kind::Variable).iter().copied().filter(is_of).collect();
        self.outcome.judged += variables.len();
        let holder = Holder { service, environment, documents, variables };
        for row in &self.matrix.rows {
            if let Some(cell) = row.cells.get(column) {
                self.cell(&holder, row, cell);
            }
        }
        self.unlisted(&holder);
    }

    fn cell(&mut self, holder: &Holder<'_>, row: &Row, cell: &Cell) {
        let facts = self.context.facts;
        let named = |id: &&FactId| facts.get(**id, Field::Name).text() == Some(row.variable.value.as_str());
        let present: Vec<FactId> = holder.variables.iter().filter(named).copied().collect();
        match cell.demand {
            Demand::Unlisted => {
                for fact in present {
                    self.context.trace(&mut self.outcome, self.policy, fact, || {
                        Traced::DoesNotApply("the table says nothing of it here".to_owned())
                    });
                }
            }
            Demand::Forbidden => present.into_iter().for_each(|fact| self.forbidden(fact, cell)),
            Demand::Required => {
                let set: Vec<FactId> = present.iter().copied().filter(|fact| self.is_set(*fact)).collect();
                match (set.is_empty(), present.is_empty()) {
                    (true, true) => self.missing(holder, row, cell),
                    (true, false) => present.into_iter().for_each(|fact| self.empty(fact, cell)),
                    (false, _) => set.into_iter().for_each(|fact| self.value(fact, cell)),
                }
            }
            Demand::Optional => {
                for fact in present {
                    if self.is_set(fact) || cell.value.is_none() {
                        self.value(fact, cell);
                    } else {
                        self.empty(fact, cell);
                    }
                }
            }
        }
    }

    /// Whether a variable holds something that may be what it should: a reference counts, its value is judged by itself.
    fn is_set(&self, fact: FactId) -> bool {
        !matches!(self.context.facts.get(fact, Field::State).text(), Some("empty" | "placeholder"))
    }

    fn forbidden(&mut self, fact: FactId, cell: &Cell) {
        let span = self.context.facts.fact(fact).anchor;
        self.report(
            fact,
            "forbidden",
            span,
            " is set, and must not be".to_owned(),
            "must not be set".to_owned(),
            cell,
            "forbidden here",
        );
    }

    fn empty(&mut self, fact: FactId, cell: &Cell) {
        let state = self.context.facts.get(fact, Field::State);
        let what = if state.text() == Some("placeholder") { "is a placeholder" } else { "is empty" };
        let span = state.span().unwrap_or(self.context.facts.fact(fact).anchor);
        self.report(fact, "empty", span, format!(" {what}"), what.to_owned(), cell, "required here");
    }

    fn value(&mut self, fact: FactId, cell: &Cell) {
        let (context, policy) = (self.context, self.policy);
        let Some(condition) = &cell.value else {
            context.trace(&mut self.outcome, policy, fact, || Traced::Passes("may be set".to_owned()));
            return;
        };
        let state = context.facts.get(fact, Field::Value);
        match context.condition(fact, Field::Value.into(), state, condition) {
            Truth::True => {
                context.trace(&mut self.outcome, policy, fact, || Traced::Passes("as the table says".to_owned()))
            }
            Truth::Unknown(doubt) => context.undecided(&mut self.outcome, policy, fact, doubt),
            Truth::False => self.wrong_value(fact, cell, condition),
        }
    }

    /// A finding for each place of the value that is not as the cell says; fields that fail in one place are one thing to
    /// mend.
    fn wrong_value(&mut self, fact: FactId, cell: &Cell, condition: &Condition) {
        let first = self.outcome.findings.len();
        for failure in self.context.field_failures(fact, Field::Value.into(), condition, condition.span) {
            let here = Anchor::At(failure.span);
            let known = self.outcome.findings.iter_mut().skip(first).find(|finding| finding.anchor == here);
            match known {
                Some(finding) => {
                    let label = Label { span: cell.span, text: failure.wants, role: LabelRole::Policy };
                    finding.labels.push(label);
                }
                None => self.report(fact, "value", failure.span, failure.predicate, failure.note, cell, &failure.wants),
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "one finding: what, where, and its words")]
    fn report(
        &mut self,
        fact: FactId,
        sub: &str,
        span: Span,
        predicate: String,
        note: String,
        cell: &Cell,
        wants: &str,
    ) {
        let (context, policy) = (self.context, self.policy);
        let message = format!("{}{predicate}", context.facts.subject(fact));
        let mut finding = context.finding(policy, fact, span, message, note);
        finding.policy = format!("{}/{sub}", policy.id.value);
        context.trace(&mut self.outcome, policy, fact, || {
            Traced::Fires(predicate.trim_start_matches([':', ' ']).to_owned())
        });
        self.outcome.findings.push(finding.label(LabelRole::Policy, cell.span, reason(wants, &cell.because)));
    }

    /// A required variable that nobody sets: missing where a complete document speaks for the service, undecided where
    /// only exports do that leave sealed variables out.
    fn missing(&mut self, holder: &Holder<'_>, row: &Row, cell: &Cell) {
        let subject = format!("{} of {} in {}", row.variable.value, holder.service, holder.environment);
        let Some(document) = holder.documents.iter().rev().find(|document| document.complete) else {
            let help = format!(
                "Export the environment too: railway environment config --json > railway/{}/environment.json",
                holder.environment
            );
            let cause = Cause::new("is in none of its exports, and may be sealed", help);
            let span = holder.documents.last().map_or(cell.span, |document| document.end);
            self.doubt("missing", subject, span, cause);
            return;
        };
        if let Some(span) = holder.documents.iter().find_map(|document| document.unread.first()) {
            let cause =
                Cause::new("may stand in a line that was not understood", "Rewrite that line; it is reported too.");
            self.doubt("missing", subject, *span, cause);
            return;
        }
        let severity = self.policy.severity.of(Some(holder.environment));
        let message = format!("{subject} is missing");
        let finding = Finding::new(
            format!("{}/missing", self.policy.id.value),
            severity,
            message,
            Anchor::At(document.end),
            format!("{} is missing", row.variable.value),
        )
        .about(Some(holder.service), Some(holder.environment))
        .advice(self.policy.advice.clone())
        .label(LabelRole::Policy, cell.span, reason("required here", &cell.because));
        self.outcome.findings.push(finding);
    }

    fn doubt(&mut self, sub: &str, subject: String, span: Span, cause: Arc<Cause>) {
        let doubt = Doubt { fact: FactId(0), span, cause };
        self.outcome.undecided.push(Doubtful { policy: format!("{}/{sub}", self.policy.id.value), subject, doubt });
    }

    fn missing_service(&mut self, glob: &Spanned<Glob>, environment: &str) {
        let name = glob.value.as_str();
        // A document whose labels nobody bound may be the one.
        let unbound = self.context.group(Kind::Variable, None, None).into_iter().find_map(|document| {
            match (&document.service, &document.environment) {
                (State::Unknown(span, cause), _) | (_, State::Unknown(span, cause)) => Some((*span, cause.clone())),
                _ => None,
            }
        });
        if let Some((span, cause)) = unbound {
            self.doubt("service", format!("{name} in {environment}"), span, cause);
            return;
        }
        let (anchor, config) = self.context.missing_place(Kind::Variable, &[], Some(name), Some(environment));
        let severity = self.policy.severity.of(Some(environment));
        let message = format!("{name} has no document in {environment}");
        let mut finding =
            Finding::new(format!("{}/service", self.policy.id.value), severity, message, anchor, "does not exist")
                .about(Some(name), Some(environment))
                .advice(self.policy.advice.clone());
        if let Some(span) = config {
            finding = finding.label(LabelRole::Config, span, "would be read from here");
        }
        self.outcome.findings.push(finding.label(LabelRole::Policy, glob.span, "required here"));
    }

    fn unlisted_service(&mut self, service: &str, environment: &str) {
        let documents = self.context.group(Kind::Variable, Some(service), Some(environment));
        let Some(document) = documents.first() else { return };
        let severity = self.policy.severity.of(Some(environment));
        let finding = Finding::new(
            format!("{}/unlisted", self.policy.id.value),
            severity,
            format!("{service} is in no column of the table"),
            Anchor::At(Span::point(document.source, 0)),
            "an unlisted service",
        );
        let finding = finding.about(Some(service), Some(environment)).advice(self.policy.advice.clone());
        self.outcome.findings.push(finding.label(LabelRole::Policy, self.services_span(), "the columns"));
    }

    fn unlisted(&mut self, holder: &Holder<'_>) {
        if self.matrix.other_variables == Others::Allowed {
            return;
        }
        for fact in &holder.variables {
            let name = self.context.facts.get(*fact, Field::Name).text().unwrap_or("");
            if self.matrix.rows.iter().any(|row| row.variable.value == name) {
                continue;
            }
            let message = format!("{} is in no row of the table", self.context.facts.subject(*fact));
            let span = self.context.facts.fact(*fact).anchor;
            let mut finding =
                self.context.finding(self.policy, *fact, span, message, "an unlisted variable".to_owned());
            finding.policy = format!("{}/unlisted", self.policy.id.value);
            let rows = self.matrix.rows.first().map_or(self.matrix.span, |row| row.variable.span);
            self.outcome.findings.push(finding.label(LabelRole::Policy, rows, "the rows"));
        }
    }

    fn services_span(&self) -> Span {
        match (self.matrix.services.first(), self.matrix.services.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => self.matrix.span,
        }
    }
}

/// What a cell says, with the table's own reason.
fn reason(wants: &str, because: &str) -> String {
    if because.is_empty() { wants.to_owned() } else { format!("{wants}: {because}") }
}
