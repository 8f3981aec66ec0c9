//! What a rule sees, and what it gives.

use super::index::Index;
use super::table::JudgedTable;
use super::truth::{Doubt, Truth};
use crate::fact::{Cause, Document, FactId, Facts, Field, FieldRef, Kind, State};
use crate::finding::{Anchor, Finding, LabelRole};
use crate::policy::model::{Condition, KindSelection, Literal, PolicySet, Selection, Term, Test};
use crate::policy::{Glob, Policy, Slot};
use crate::source::Span;
use std::collections::HashSet;
use std::sync::Arc;

/// A `documents:` entry of the configuration: where a document would stand that does not exist.
#[derive(Clone, Debug)]
pub struct ExpectedDocument {
    /// The pattern, with `{service}` and `{environment}`, relative to where the command was run.
    pub pattern: String,
    /// The kinds of fact that such a document gives.
    pub gives: &'static [Kind],
    /// The entry in the configuration.
    pub span: Span,
}

/// What a rule sees.
pub struct Context<'a> {
    /// The facts.
    pub facts: &'a Facts,
    /// The policies in force.
    pub set: &'a PolicySet,
    /// Where documents would stand.
    pub expected: &'a [ExpectedDocument],
    /// The facts whose judgement is wanted in detail (`explain`).
    pub watched: HashSet<FactId>,
    /// Whether what came of each cell of a matrix is kept, for a table.
    pub keeps_tables: bool,
    /// A document of each sort that there is: of a kind, of what it can say, of a service or an environment or of none.
    pub(crate) given: Vec<&'a Document>,
    pub(super) index: Index<'a>,
    /// Whether any document speaks of a database of its own.
    pub(super) has_databases: bool,
}

/// What a rule gives.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What cannot be known.
    pub undecided: Vec<Doubtful>,
    /// How many facts were looked at: selected, or perhaps selected.
    pub judged: usize,
    /// How watched facts fared.
    pub traces: Vec<Trace>,
    /// What came of each cell of a matrix, where it is kept.
    pub table: Option<JudgedTable>,
}

impl Outcome {
    /// Keeps that a policy cannot decide something.
    pub(super) fn doubt(&mut self, policy: String, subject: String, span: Span, cause: Arc<Cause>) {
        self.undecided.push(Doubtful { policy, subject, span, cause });
    }
}

/// Something that one policy could not decide.
#[derive(Clone, Debug)]
pub struct Doubtful {
    /// The policy's id, with its sub-id.
    pub policy: String,
    /// What it is about, in words.
    pub subject: String,
    /// What stands in the way.
    pub span: Span,
    /// Why it cannot be known, and what would decide it.
    pub cause: Arc<Cause>,
}

/// How one watched fact fared under one policy.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The policy's id.
    pub policy: String,
    /// The fact.
    pub fact: FactId,
    /// What came of it.
    pub outcome: Traced,
}

/// What came of a watched fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Traced {
    /// A finding, in words.
    Fires(String),
    /// As it should be, in words.
    Passes(String),
    /// Not spoken of, and why.
    DoesNotApply(String),
    /// Exempt by `unless`.
    Exempt,
    /// Cannot be known, and why.
    Undecided(String),
}

/// A fact that a policy speaks of.
pub(super) struct Selected {
    pub(super) fact: FactId,
    /// Whether it is selected for certain.
    pub(super) truth: Truth,
    /// Whether an exemption could not be decided.
    pub(super) exemption: Option<Doubt>,
}

/// The variants that a selection names: a fact of another one is not selected, whatever else is asked of it.
pub(super) fn variants(selection: &Selection) -> Option<Vec<&'static str>> {
    let word = |condition: &Condition| match &condition.test {
        Test::Is(Literal::Word(word)) => Some(*word),
        _ => None,
    };
    let is = selection.terms.iter().find_map(|term| match term {
        Term::Field(term) if term.field == Field::Is.into() => Some(&term.condition),
        _ => None,
    })?;
    match &is.test {
        Test::Any(conditions) => conditions.iter().map(word).collect(),
        _ => word(is).map(|word| vec![word]),
    }
}

/// The names that a selection of variables asks for: a variable of another one is not selected, whatever else is asked
/// of it.
fn names(facts: &KindSelection) -> Option<Vec<&Glob>> {
    if facts.kind.value != Kind::Variable {
        return None;
    }
    facts.selection.terms.iter().find_map(|term| match term {
        Term::Field(term) if term.field == Field::Name.into() => globs(&term.condition),
        _ => None,
    })
}

/// The names that a condition lists, where it says nothing else.
fn globs(condition: &Condition) -> Option<Vec<&Glob>> {
    match &condition.test {
        Test::Is(Literal::Name(glob)) => Some(vec![glob]),
        Test::Any(conditions) => {
            let all: Option<Vec<Vec<&Glob>>> = conditions.iter().map(globs).collect();
            Some(all?.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// Whether a document belongs to a service or an environment.
pub(crate) fn is_labelled(document: &Document) -> bool {
    !matches!((&document.service, &document.environment), (State::Absent(_), State::Absent(_)))
}

/// Whether a document can hold a fact of a selection, by its kind: what a selection says of that at its top.
pub(crate) fn may_hold(document: &Document, facts: &KindSelection) -> bool {
    let mut kinds = facts.selection.terms.iter().filter_map(|term| match term {
        Term::Field(term) if term.field == Field::Document.into() => Some(&term.condition),
        _ => None,
    });
    crate::document::says(document, facts.kind.value) && kinds.all(|kinds| is_of(document.kind, kinds))
}

/// Whether a condition on kinds of documents takes this one.
fn is_of(kind: &str, condition: &Condition) -> bool {
    match &condition.test {
        Test::Is(Literal::Word(word)) => *word == kind,
        Test::Any(conditions) => conditions.iter().any(|each| is_of(kind, each)),
        Test::All(conditions) => conditions.iter().all(|each| is_of(kind, each)),
        Test::Not(inner) => !is_of(kind, inner),
        _ => true,
    }
}

impl<'a> Context<'a> {
    /// What rules see: all facts and all policies of a project. `expected` says where documents would stand, `watched`
    /// of which facts the judgement is wanted in detail.
    pub fn new(
        facts: &'a Facts,
        set: &'a PolicySet,
        expected: &'a [ExpectedDocument],
        watched: HashSet<FactId>,
    ) -> Self {
        let mut given: Vec<&Document> = Vec::new();
        let sort = |document: &Document| (document.kind, document.only, is_labelled(document));
        for document in facts.documents() {
            if !given.iter().any(|known| sort(known) == sort(document)) {
                given.push(document);
            }
        }
        let has_databases = super::database::any(facts.documents());
        Self { facts, set, expected, watched, keeps_tables: false, given, index: Index::default(), has_databases }
    }

    /// The facts that are selected, or perhaps selected, and not known to be exempt.
    pub(super) fn select(&self, policy: &Policy, facts: &KindSelection, outcome: &mut Outcome) -> Vec<Selected> {
        let mut all = Vec::new();
        self.each_selected(policy, facts, outcome, |selected| all.push(selected));
        all
    }

    /// Gives each of them to `take`, in order: a selection may be of every variable that there is.
    pub(super) fn each_selected(
        &self,
        policy: &Policy,
        facts: &KindSelection,
        outcome: &mut Outcome,
        mut take: impl FnMut(Selected),
    ) {
        let kind = facts.kind.value;
        // what is of another variant is not selected: only a reader of traces wants to hear of it
        let chosen = variants(&facts.selection)
            .filter(|_| self.watched.is_empty())
            .map(|variants| self.index.of_variants(self.facts, kind, &variants));
        let named = || names(facts).filter(|_| self.watched.is_empty());
        let chosen = chosen.or_else(|| named().map(|names| self.index.of_names(self.facts, &names)));
        for id in chosen.as_deref().unwrap_or_else(|| self.facts.of_kind(kind)) {
            let truth = self.selection(*id, &facts.selection);
            if truth.is_false() {
                self.trace(outcome, policy, *id, || Traced::DoesNotApply(self.why_not(*id, &facts.selection)));
                continue;
            }
            let exempt = policy
                .unless
                .iter()
                .filter(|unless| unless.kind.value == kind)
                .map(|unless| self.selection(*id, &unless.selection));
            match Truth::any(exempt) {
                Truth::True => {
                    outcome.judged += 1;
                    self.trace(outcome, policy, *id, || Traced::Exempt);
                }
                Truth::False => {
                    outcome.judged += 1;
                    take(Selected { fact: *id, truth, exemption: None });
                }
                Truth::Unknown(doubt) => {
                    outcome.judged += 1;
                    take(Selected { fact: *id, truth, exemption: Some(doubt) });
                }
            }
        }
    }

    /// Keeps how a watched fact fared.
    pub(super) fn trace(&self, outcome: &mut Outcome, policy: &Policy, fact: FactId, traced: impl FnOnce() -> Traced) {
        if self.watched.contains(&fact) {
            outcome.traces.push(Trace { policy: policy.id.value.clone(), fact, outcome: traced() });
        }
    }

    /// Keeps that something cannot be known. A label that nothing bound is the document's: one cause, however many facts
    /// stand in it.
    pub(super) fn undecided(&self, outcome: &mut Outcome, policy: &Policy, fact: FactId, doubt: Doubt) {
        self.trace(outcome, policy, fact, || Traced::Undecided(doubt.cause.reason.clone()));
        let document = self.facts.document(doubt.fact);
        let of_document = [&document.service, &document.environment]
            .into_iter()
            .any(|label| matches!(label, State::Unknown(span, cause) if *span == doubt.span && *cause == doubt.cause));
        // what an export leaves out, it leaves out of all its rows
        let of_document = of_document || document.only.is_some() && doubt.span == Span::point(document.source, 0);
        let subject = if of_document { document.path.clone() } else { self.facts.subject(doubt.fact) };
        outcome.doubt(policy.id.value.clone(), subject, doubt.span, doubt.cause);
    }

    /// Where a finding about a fact points: at the field that the policy names, else at the fact as a whole.
    pub(super) fn place(&self, policy: &Policy, fact: FactId) -> Span {
        let named = policy.at.and_then(|field| self.facts.get(fact, field).span());
        named.unwrap_or(self.facts.fact(fact).anchor)
    }

    /// A finding about one fact at `span`, with the line of policy that judged it.
    pub(super) fn finding(&self, policy: &Policy, fact: FactId, span: Span, message: String, note: String) -> Finding {
        self.finding_of(policy, fact, self.facts.subject(fact), span, message, note)
    }

    /// The same, where the subject is there already.
    pub(super) fn finding_of(
        &self,
        policy: &Policy,
        fact: FactId,
        subject: String,
        span: Span,
        message: String,
        note: String,
    ) -> Finding {
        let environment = self.facts.get(fact, Field::Environment).text();
        let service = self.facts.get(fact, Field::Service).text();
        let severity = policy.severity.of(environment);
        let finding = Finding::new(policy.id.value.clone(), severity, message, Anchor::At(span), note)
            .about(service, environment)
            .of(subject)
            .advice(policy.advice.clone());
        let said = self.facts.fact(fact);
        if said.related().is_empty() && said.because().is_empty() {
            return finding;
        }
        let related = said.related().iter().map(|(span, text)| (*span, text));
        let because = said.because().iter().filter(|(field, ..)| policy.asks(*field));
        let because = because.map(|(_, span, text)| (*span, text)).filter(|(_, text)| **text != finding.note);
        let all: Vec<_> = related.chain(because).collect();
        all.into_iter().fold(finding, |finding, (span, text)| finding.label(LabelRole::Fact, span, text.clone()))
    }

    /// Why the field that a policy points at is as it is, where the fact says so at that place.
    pub(super) fn because(&self, policy: &Policy, fact: FactId, place: Span) -> Option<&str> {
        let at = policy.at?.field;
        let mut because = self.facts.fact(fact).because().iter();
        because.find(|(field, span, _)| *field == at && *span == place).map(|(.., words)| words.as_str())
    }

    /// A note on a finding whose exemption could not be decided.
    pub(super) fn note_exemption(&self, finding: Finding, exemption: Option<&Doubt>) -> Finding {
        match exemption {
            Some(doubt) => {
                let text = format!("may be exempt: {} {}", self.facts.subject(doubt.fact), doubt.cause.reason);
                finding.label(LabelRole::Fact, doubt.span, text)
            }
            None => finding,
        }
    }

    /// The slot of a field of a fact.
    pub(super) fn slot(&self, fact: FactId, field: FieldRef) -> Option<Slot> {
        Slot::of_reference(self.facts.fact(fact).kind, field)
    }
}
