//! `matrix`: variables by service. All documents of one service and environment are one holder: required is met by one
//! that sets it, forbidden holds in each, and a value is judged in each.

use super::context::{Context, Outcome, Traced};
use super::holder::{Holder, Holders};
use super::require::sealed;
use super::table::{JudgedCell, JudgedService, JudgedTable};
use super::truth::Truth;
use crate::fact::{Cause, FactId, Field, Kind, State};
use crate::finding::{Anchor, Finding, LabelRole};
use crate::policy::Policy;
use crate::policy::matrix::{Cell, Demand, Matrix, Others, Row};
use crate::policy::name::Glob;
use crate::source::{Span, Spanned};
use std::collections::HashSet;
use std::sync::Arc;

pub(super) fn judge(context: &Context<'_>, policy: &Policy, matrix: &Matrix) -> Outcome {
    let holders = Holders::new(context.facts);
    let named = matrix.rows.iter().map(|row| row.variable.value.as_str()).collect();
    let mut judge = Judge { context, policy, matrix, named, holders: &holders, outcome: Outcome::default() };
    let mut services = Vec::new();
    for environment in judge.environments() {
        services.extend(judge.environment(environment));
    }
    judge.unbound();
    let mut outcome = judge.outcome;
    if context.keeps_tables {
        outcome.table = Some(JudgedTable { policy: policy.id.value.clone(), services });
    }
    outcome
}

/// A service in an environment: what a cell speaks of.
#[derive(Clone, Copy)]
struct Of<'j> {
    service: &'j str,
    environment: &'j str,
    holder: &'j Holder<'j>,
}

/// What is wrong with a variable, in words.
struct Wrong {
    /// The sub-id.
    sub: &'static str,
    /// Where.
    span: Span,
    /// The predicate of the message.
    predicate: String,
    /// What is to be seen there.
    note: String,
    /// What the cell wants.
    wants: String,
}

struct Judge<'j, 'a> {
    context: &'j Context<'a>,
    policy: &'j Policy,
    matrix: &'j Matrix,
    /// The variables that have a row.
    named: HashSet<&'j str>,
    holders: &'j Holders<'a>,
    outcome: Outcome,
}

impl<'j> Judge<'j, '_> {
    /// The environments of the table that documents speak of; a literal one always.
    fn environments(&self) -> Vec<&'j str> {
        let mut names: Vec<&'j str> = Vec::new();
        for glob in &self.matrix.environments {
            let literal = glob.value.is_literal().then(|| glob.value.as_str());
            let seen = self.holders.environments().filter(|name| literal.is_none() && glob.value.matches(name));
            for name in literal.into_iter().chain(seen) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }

    fn environment(&mut self, environment: &'j str) -> Vec<JudgedService> {
        let (matrix, holders) = (self.matrix, self.holders);
        let mut services = Vec::new();
        for (service, holder) in holders.services(environment) {
            let before = self.outcome.findings.len();
            let (column, cells) = match column(matrix, service) {
                Some(column) => (Some(column), self.holder(Of { service, environment, holder }, column)),
                None if matrix.other_services.is_found() => {
                    self.unlisted_service(service, environment, holder);
                    (None, Vec::new())
                }
                None => continue,
            };
            let whole = if column.is_some() { before } else { self.outcome.findings.len() };
            services.push(JudgedService {
                service: service.to_owned(),
                environment: environment.to_owned(),
                column,
                documents: holder.documents.iter().map(|document| document.end).collect(),
                complete: holder.documents.iter().all(|document| document.unread.is_empty())
                    && holder.documents.iter().any(|document| document.complete),
                findings: before..whole,
                doubtful: false,
                cells,
            });
        }
        services.extend(self.missing_services(environment));
        services
    }

    /// The columns of the table that no document belongs to.
    fn missing_services(&mut self, environment: &str) -> Vec<JudgedService> {
        let (matrix, holders) = (self.matrix, self.holders);
        let mut services = Vec::new();
        let mut column = 0;
        // The names of one param stand at one place: one of them is enough.
        for columns in matrix.services.chunk_by(|one, other| one.span == other.span) {
            let there = |glob: &Spanned<Glob>| holders.services(environment).any(|(name, _)| glob.value.matches(name));
            if !columns.iter().any(there) {
                let before = self.outcome.findings.len();
                self.missing_service(columns, environment);
                let findings = before..self.outcome.findings.len();
                let names: Vec<&str> = columns.iter().map(|glob| glob.value.as_str()).collect();
                services.push(JudgedService {
                    service: names.join(" or "),
                    environment: environment.to_owned(),
                    column: Some(column),
                    documents: Vec::new(),
                    complete: true,
                    doubtful: findings.is_empty(),
                    findings,
                    cells: Vec::new(),
                });
            }
            column += columns.len();
        }
        services
    }

    fn holder(&mut self, of: Of<'j>, column: usize) -> Vec<JudgedCell> {
        self.outcome.judged += of.holder.variables.len();
        let mut cells = Vec::new();
        for (index, row) in self.matrix.rows.iter().enumerate() {
            if let Some(cell) = row.cells.get(column) {
                let before = (self.outcome.findings.len(), self.outcome.undecided.len());
                self.cell(of, row, cell);
                if self.context.keeps_tables {
                    let facts = of.holder.named(self.context.facts, &row.variable.value);
                    cells.push(self.kept(before, Some(index), &row.variable.value, cell.demand, facts));
                }
            }
        }
        for fact in &of.holder.variables {
            let name = self.context.facts.get(*fact, Field::Name).text().unwrap_or("");
            if !self.named.contains(name) {
                let before = (self.outcome.findings.len(), self.outcome.undecided.len());
                self.unlisted(*fact);
                if self.context.keeps_tables && self.matrix.other_variables.is_found() {
                    cells.push(self.kept(before, None, name, Demand::Unlisted, &[*fact]));
                }
            }
        }
        cells
    }

    /// What came of a cell since so many findings and doubts.
    fn kept(
        &self,
        before: (usize, usize),
        row: Option<usize>,
        name: &str,
        asks: Demand,
        facts: &[FactId],
    ) -> JudgedCell {
        let doubts = self.outcome.undecided.get(before.1..).unwrap_or_default();
        let doubts = doubts.iter().map(|doubtful| Arc::clone(&doubtful.cause)).collect();
        JudgedCell::new(row, name, asks, facts, before.0..self.outcome.findings.len(), doubts)
    }

    fn cell(&mut self, of: Of<'_>, row: &Row, cell: &Cell) {
        let present = of.holder.named(self.context.facts, &row.variable.value);
        let set = || present.iter().copied().filter(|fact| self.is_set(*fact));
        match cell.demand {
            Demand::Unlisted => present.iter().for_each(|fact| self.says_nothing(*fact)),
            Demand::Forbidden => present.iter().for_each(|fact| self.forbidden(*fact, cell)),
            Demand::Required => match (set().collect::<Vec<_>>(), present) {
                (_, []) => self.missing(of, row, cell),
                (set, empty) if set.is_empty() => empty.iter().for_each(|fact| self.empty(*fact, cell)),
                (set, _) => set.into_iter().for_each(|fact| self.value(fact, cell)),
            },
            Demand::Optional => {
                for fact in present {
                    if self.is_set(*fact) || cell.value.is_none() {
                        self.value(*fact, cell);
                    } else {
                        self.empty(*fact, cell);
                    }
                }
            }
        }
    }

    fn says_nothing(&mut self, fact: FactId) {
        let nothing = || Traced::DoesNotApply("the table says nothing of it here".to_owned());
        self.context.trace(&mut self.outcome, self.policy, fact, nothing);
    }

    /// Whether a variable holds something that may be what it should: a reference counts, its value is judged by itself.
    fn is_set(&self, fact: FactId) -> bool {
        !matches!(self.context.facts.get(fact, Field::State).text(), Some("empty" | "placeholder"))
    }

    fn forbidden(&mut self, fact: FactId, cell: &Cell) {
        let span = self.context.facts.fact(fact).anchor;
        let (predicate, note) = match self.context.facts.get(fact, Field::State).text() {
            Some("empty") => (" is there, though empty, and must not be", "must not be there"),
            _ => (" is set, and must not be", "must not be set"),
        };
        let wants = "forbidden here".to_owned();
        self.report(
            fact,
            cell,
            Wrong { sub: "forbidden", span, predicate: predicate.into(), note: note.into(), wants },
        );
    }

    fn empty(&mut self, fact: FactId, cell: &Cell) {
        let state = self.context.facts.get(fact, Field::State);
        let note = if state.text() == Some("placeholder") { "is a placeholder" } else { "is empty" };
        let span = state.span().unwrap_or(self.context.facts.fact(fact).anchor);
        let wants = if cell.demand == Demand::Required { "required here" } else { "set or left out here" };
        let predicate = format!(" {note}");
        self.report(fact, cell, Wrong { sub: "empty", span, predicate, note: note.into(), wants: wants.into() });
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
            Truth::False => {
                for failure in context.field_failures(fact, Field::Value.into(), condition, condition.span) {
                    let wants: Vec<String> = failure.wanted.into_iter().map(|(_, wants)| wants).collect();
                    let (span, predicate, note) = (failure.span, failure.predicate, failure.note);
                    let wants = wants.join(" and ").replace(" and wants ", " and ");
                    self.report(fact, cell, Wrong { sub: "value", span, predicate, note, wants });
                }
            }
        }
    }

    fn report(&mut self, fact: FactId, cell: &Cell, wrong: Wrong) {
        let (context, policy) = (self.context, self.policy);
        let message = format!("{}{}", context.facts.subject(fact), wrong.predicate);
        let mut finding = context.finding(policy, fact, wrong.span, message, wrong.note);
        finding.policy = self.id(wrong.sub);
        context.trace(&mut self.outcome, policy, fact, || {
            Traced::Fires(wrong.predicate.trim_start_matches([':', ' ']).to_owned())
        });
        self.outcome.findings.push(finding.label(LabelRole::Policy, cell.span, cell.reason(&wrong.wants)));
    }

    /// A required variable that no document of its holder says: missing where a complete document speaks for the service,
    /// undecided where only exports do that leave sealed variables out.
    fn missing(&mut self, of: Of<'_>, row: &Row, cell: &Cell) {
        let Of { service, environment, holder } = of;
        let name = &row.variable.value;
        if self.holders.may_hold(self.context.facts, service, environment, name) {
            return;
        }
        let subject = format!("{name} of {service} in {environment}");
        let Some(document) = holder.documents.iter().rev().find(|document| document.complete) else {
            let span = holder.documents.last().map_or(cell.span, |document| document.end);
            return self.doubt("missing", subject, span, sealed(Some(environment)));
        };
        if let Some(span) = holder.documents.iter().find_map(|document| document.unread.first()) {
            let cause =
                Cause::new("may stand in a line that was not understood", "Rewrite that line; it is reported too.");
            return self.doubt("missing", subject, *span, cause);
        }
        let (message, note) = (format!("{subject} is missing"), format!("{name} is missing"));
        let finding = self.finding("missing", message, Anchor::At(document.end), note, Some(service), environment);
        self.outcome.findings.push(finding.label(LabelRole::Policy, cell.span, cell.reason("required here")));
    }

    /// Columns that stand for one demand, of which no service has a document.
    fn missing_service(&mut self, columns: &[Spanned<Glob>], environment: &str) {
        // A document whose labels nobody bound may be the one; that is undecided already.
        let wanted = |name: &str| columns.iter().any(|glob| glob.value.matches(name));
        if self.holders.unbound(wanted, |name| name == environment).next().is_some() {
            return;
        }
        let Some((first, rest)) = columns.split_first() else { return };
        let name = first.value.as_str();
        let message = match rest.iter().map(|glob| glob.value.as_str()).collect::<Vec<_>>().as_slice() {
            [] => format!("{name} has no document in {environment}"),
            others => format!("none of {name}, {} has a document in {environment}", others.join(", ")),
        };
        let (anchor, config) = self.context.missing_place(Kind::Variable, &[], Some(name), Some(environment));
        let service = Some(name).filter(|_| rest.is_empty());
        let mut finding = self.finding("service", message, anchor, "does not exist".to_owned(), service, environment);
        if let Some(span) = config {
            finding = finding.label(LabelRole::Config, span, "would be read from here");
        }
        self.outcome.findings.push(finding.label(LabelRole::Policy, first.span, "required here"));
    }

    fn unlisted_service(&mut self, service: &str, environment: &str, holder: &Holder<'_>) {
        let Some(document) = holder.documents.first() else { return };
        let forbidden = match self.matrix.other_services {
            Others::Level(_) => "",
            Others::Allowed | Others::Forbidden => ", and other services are forbidden",
        };
        let message = format!("{service} in {environment} is in no column of the table{forbidden}");
        let place = Anchor::At(Span::point(document.source, 0));
        let note = "the variables of a service that is not in the table".to_owned();
        let mut finding = self.finding("unlisted", message, place, note, Some(service), environment);
        finding.severity = self.matrix.other_services.severity(finding.severity);
        let columns = match (self.matrix.services.first(), self.matrix.services.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => self.matrix.span,
        };
        self.outcome.findings.push(finding.label(LabelRole::Policy, columns, "the columns of the table"));
    }

    fn unlisted(&mut self, fact: FactId) {
        if !self.matrix.other_variables.is_found() {
            let nothing = || Traced::DoesNotApply("no row of the table names it".to_owned());
            return self.context.trace(&mut self.outcome, self.policy, fact, nothing);
        }
        let span = self.context.facts.fact(fact).anchor;
        let wrong = match self.matrix.other_variables {
            Others::Level(_) => "is in no row of the table",
            Others::Allowed | Others::Forbidden => "is in no row of the table, and other variables are forbidden",
        };
        let message = format!("{} {wrong}", self.context.facts.subject(fact));
        let mut finding =
            self.context.finding(self.policy, fact, span, message, "no row of the table names it".to_owned());
        finding.policy = self.id("unlisted");
        finding.severity = self.matrix.other_variables.severity(finding.severity);
        let rows = self.matrix.rows.first().map_or(self.matrix.span, |row| row.variable.span);
        self.context.trace(&mut self.outcome, self.policy, fact, || Traced::Fires(wrong.to_owned()));
        self.outcome.findings.push(finding.label(LabelRole::Policy, rows, "the rows of the table begin here"));
    }

    /// Documents that the table may speak of: nobody knows which cells are theirs.
    fn unbound(&mut self) {
        let matrix = self.matrix;
        let listed = |name: &str| matrix.other_services.is_found() || column(matrix, name).is_some();
        let named = |name: &str| matrix.environments.iter().any(|glob| glob.value.matches(name));
        for document in self.holders.unbound(listed, named) {
            for label in [&document.service, &document.environment] {
                if let State::Unknown(span, cause) = label {
                    self.outcome.doubt(self.policy.id.value.clone(), document.path.clone(), *span, Arc::clone(cause));
                }
            }
        }
    }

    /// A finding that is about no variable.
    fn finding(
        &self,
        sub: &str,
        message: String,
        anchor: Anchor,
        note: String,
        service: Option<&str>,
        environment: &str,
    ) -> Finding {
        let severity = self.policy.severity.of(Some(environment));
        Finding::new(self.id(sub), severity, message, anchor, note)
            .about(service, Some(environment))
            .advice(self.policy.advice.clone())
    }

    fn doubt(&mut self, sub: &str, subject: String, span: Span, cause: Arc<Cause>) {
        let id = self.id(sub);
        self.outcome.doubt(id, subject, span, cause);
    }

    /// The policy's id with a sub-id.
    fn id(&self, sub: &str) -> String {
        format!("{}/{sub}", self.policy.id.value)
    }
}

/// The column of a service: the one that names it, else the first pattern that fits.
fn column(matrix: &Matrix, service: &str) -> Option<usize> {
    let fitting = || matrix.services.iter().enumerate().filter(|(_, glob)| glob.value.matches(service));
    let named = fitting().find(|(_, glob)| glob.value.is_literal());
    named.or_else(|| fitting().next()).map(|(column, _)| column)
}
