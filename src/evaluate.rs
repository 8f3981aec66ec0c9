//! Evaluation: all policies on all facts. Every policy gets a run state, so that one that looked at nothing says so.

use crate::fact::{FactId, Field, Kind};
use crate::finding::{Anchor, Finding, Label, Problem, Undecided};
use crate::history;
use crate::policy::model::{KindSelection, Need, Shape, Term};
use crate::policy::{Policy, PolicySet};
use crate::report::{PolicyState, RunState};
use crate::rule::{self, Context, Doubtful, JudgedTable, Outcome, Trace, is_labelled};
use crate::source::Span;
use foldhash::HashSetExt as _;
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};

/// From this many facts on policies are judged in parallel; below, starting threads costs more than it saves.
const PARALLEL: usize = 5_000;

/// What came of all policies.
#[derive(Debug, Default)]
pub struct Evaluation {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What could not be known: one for each fact and cause.
    pub undecided: Vec<Undecided>,
    /// How each policy fared, in the order of their files.
    pub states: Vec<PolicyState>,
    /// Kinds of fact that a pack requires and nothing gives.
    pub problems: Vec<Problem>,
    /// How watched facts fared.
    pub traces: Vec<Trace>,
    /// What came of each cell of each matrix, where that is kept; findings are positions in `findings`.
    pub tables: Vec<JudgedTable>,
}

/// Which policies are judged, and on which day.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// The date that counts as today, in days since 1970-01-01.
    pub today: Option<i64>,
    /// Whether a policy is wanted, by its id.
    pub wanted: &'a (dyn Fn(&str) -> bool + Sync),
    /// What the project needs, over what the packs say.
    pub needs: &'a [(Kind, Need, Span)],
}

/// Judges all facts by all policies.
pub fn evaluate(context: &Context<'_>, run: Run<'_>) -> Evaluation {
    let policies: Vec<&Policy> = context.set.policies.iter().filter(|policy| (run.wanted)(&policy.id.value)).collect();
    let judge = |policy: &&Policy| judge_one(context, policy, run.today);
    let results: Vec<(PolicyState, Outcome)> = if context.facts.len() < PARALLEL {
        policies.iter().map(judge).collect()
    } else {
        policies.par_iter().map(judge).collect()
    };
    let findings = Vec::with_capacity(results.iter().map(|(_, outcome)| outcome.findings.len()).sum());
    let mut evaluation = Evaluation { findings, problems: unmet_needs(context, run.needs), ..Evaluation::default() };
    let mut doubtful = Vec::new();
    for (state, outcome) in results {
        evaluation.states.push(state);
        evaluation.tables.extend(outcome.table.map(|table| table.shifted(evaluation.findings.len())));
        evaluation.findings.extend(outcome.findings);
        evaluation.traces.extend(outcome.traces);
        doubtful.extend(outcome.undecided);
    }
    evaluation.undecided = group(doubtful);
    evaluation
}

fn judge_one(context: &Context<'_>, policy: &Policy, today: Option<i64>) -> (PolicyState, Outcome) {
    let with = |state| PolicyState { policy: policy.id.value.clone(), state };
    let because = not_in_force(policy, today).or_else(|| not_given(context, policy));
    if let Some(because) = because.or_else(|| not_compared(context, policy, today)) {
        return (with(RunState::NotJudged { because }), Outcome::default());
    }
    let mut outcome = rule::judge(context, policy);
    if matches!(policy.shape, Shape::Forbid(_) | Shape::Expect(_)) {
        outcome.findings = merge(outcome.findings);
    }
    let state = if outcome.judged > 0 || !outcome.findings.is_empty() {
        RunState::Judged(outcome.judged)
    } else if let Some(because) = out_of_scope(context, policy) {
        RunState::OutOfScope { because }
    } else if outcome.undecided.is_empty() {
        RunState::Idle
    } else {
        RunState::Judged(0)
    };
    (with(state), outcome)
}

/// Why a policy with dates does not count today.
fn not_in_force(policy: &Policy, today: Option<i64>) -> Option<String> {
    if policy.from.is_none() && policy.until.is_none() {
        return None;
    }
    let Some(today) = today else { return Some("it depends on the date, and none was given (--today)".to_owned()) };
    if policy.from.is_some_and(|from| today < from) {
        return Some("it is not in force yet".to_owned());
    }
    policy.until.is_some_and(|until| today > until).then(|| "it is no longer in force".to_owned())
}

/// Why what a policy asks of migrations is not worked out.
fn not_compared(context: &Context<'_>, policy: &Policy, today: Option<i64>) -> Option<String> {
    if !context.facts.is_compared() && history::SINCE.iter().any(|field| policy.asks(*field)) {
        return Some("it compares migrations with a base, and there is none (--base)".to_owned());
    }
    let is_dated = today.is_none() && policy.asks(Field::DaysOld);
    is_dated.then(|| "it depends on the date, and none was given (--today)".to_owned())
}

/// Why no document can give what a policy speaks of.
fn not_given(context: &Context<'_>, policy: &Policy) -> Option<String> {
    let kinds = kinds(policy);
    let given = match &policy.shape {
        Shape::Matrix(_) => is_given(context, Kind::Variable),
        // what is asked of one kind of document is missing in none of the others
        Shape::Require(rule) => {
            let may_hold = context.given.iter().any(|document| rule::may_hold(document, &rule.facts));
            may_hold && can_be_given(context, &rule.facts)
        }
        shape => shape.selections().into_iter().any(|facts| can_be_given(context, facts)),
    };
    if given {
        return None;
    }
    let names: Vec<String> = kinds.iter().map(|kind| format!("`{}`", kind.def().name)).collect();
    let of_others = kinds.iter().all(|kind| is_given(context, *kind));
    let which =
        if of_others && matches!(policy.shape, Shape::Require(_)) { "document of that kind" } else { "document" };
    Some(format!("no {which} gives {}", names.join(" or ")))
}

fn kinds(policy: &Policy) -> Vec<Kind> {
    if matches!(policy.shape, Shape::Matrix(_)) {
        return vec![Kind::Variable];
    }
    let kinds: BTreeSet<Kind> = policy.shape.selections().iter().map(|facts| facts.kind.value).collect();
    kinds.into_iter().collect()
}

fn is_given(context: &Context<'_>, kind: Kind) -> bool {
    context.given.iter().any(|document| crate::document::says(document, kind))
}

/// Whether a document can give what a selection speaks of. A migration belongs to no service, so it never gives the
/// connections of a service.
fn can_be_given(context: &Context<'_>, facts: &KindSelection) -> bool {
    let of_a_service = facts.selection.terms.iter().any(|term| {
        let label =
            matches!(term, Term::Field(term) if matches!(term.field.field, Field::Service | Field::Environment));
        label && is_scope(facts.kind.value, term)
    });
    context
        .given
        .iter()
        .any(|document| crate::document::says(document, facts.kind.value) && (!of_a_service || is_labelled(document)))
}

/// Why no document has the labels that a policy speaks of.
fn out_of_scope(context: &Context<'_>, policy: &Policy) -> Option<String> {
    match &policy.shape {
        Shape::Require(_) => None,
        Shape::Matrix(matrix) => {
            let fits = |name: &str| matrix.environments.iter().any(|glob| glob.value.matches(name));
            let mut environments = context.facts.documents().iter().map(|document| document.environment.text());
            // A document whose environment nobody bound may be of any.
            if environments.any(|environment| environment.is_none_or(fits)) {
                return None;
            }
            let names: Vec<String> =
                matrix.environments.iter().map(|glob| format!("`{}`", glob.value.as_str())).collect();
            Some(format!("no document has the environment {}", names.join(" or ")))
        }
        shape => {
            let mut reasons = shape.selections().into_iter().map(|facts| selection_out_of_scope(context, facts));
            let first = reasons.next()??;
            reasons.all(|reason| reason.is_some()).then_some(first)
        }
    }
}

/// Why no document and no fact has the labels of a selection.
fn selection_out_of_scope(context: &Context<'_>, facts: &KindSelection) -> Option<String> {
    let scope: Vec<&Term> = facts.selection.terms.iter().filter(|term| is_scope(facts.kind.value, term)).collect();
    if scope.is_empty() {
        return None;
    }
    let gives = |fact: &&FactId| crate::document::says(context.facts.document(**fact), facts.kind.value);
    let in_scope = |fact: &FactId| scope.iter().all(|term| !context.term(*fact, term).is_false());
    let mut candidates: Vec<FactId> = context.facts.of_kind(Kind::Document).iter().filter(gives).copied().collect();
    if candidates.iter().any(in_scope) {
        return None;
    }
    let documents = candidates.len();
    // A fact has the labels of its document, but for those that it gives itself.
    let kind = facts.kind.value;
    let others = if candidates.is_empty() { context.facts.of_kind(kind) } else { context.facts.with_own_labels(kind) };
    candidates.extend(others);
    if candidates.iter().skip(documents).any(in_scope) {
        return None;
    }
    let alone = scope.iter().find(|term| candidates.iter().all(|fact| context.term(*fact, term).is_false()));
    Some(match alone.or(scope.first()) {
        Some(Term::Field(term)) => {
            let wanted = context.wanted(facts.kind.value, term);
            match term.field.field {
                Field::Document => format!("no document is of the kind {wanted}"),
                Field::Environment => format!("no document has an environment that is {wanted}"),
                label => format!("no document has a {label} that is {wanted}"),
            }
        }
        _ => "no document has such labels".to_owned(),
    })
}

/// Whether a term speaks of what a document is, and not of what it says: of a common field that the kind does not have
/// itself (a URL has a path of its own).
fn is_scope(kind: Kind, term: &Term) -> bool {
    let own = |field: Field| kind.def().fields.iter().any(|def| def.field == field);
    matches!(term, Term::Field(term) if term.field.of.is_none()
        && !own(term.field.field)
        && matches!(term.field.field, Field::Service | Field::Environment | Field::Document | Field::Path))
}

fn unmet_needs(context: &Context<'_>, needs: &[(Kind, Need, Span)]) -> Vec<Problem> {
    let of_packs = context.set.packs.iter().flat_map(|pack| &pack.needs);
    let own = |kind: Kind| needs.iter().any(|(of, ..)| *of == kind);
    let all = of_packs.filter(|(kind, ..)| !own(*kind)).chain(needs);
    let unmet = all.filter(|(kind, need, _)| *need == Need::Required && !is_given(context, *kind));
    let problem = |(kind, _, span): &(Kind, Need, Span)| {
        let name = kind.def().name;
        Problem::at("config", *span, format!("no document gives `{name}`, which is required"))
            .note("required here")
            .help("Add the documents to `documents:` of preflight.yaml, or make the need `optional`.")
    };
    unmet.map(problem).collect()
}

/// Findings of one policy on one span are one: `GRANT a, b TO x` is two facts and one place to mend. A document that
/// several services share is still one finding for each of them.
fn merge(findings: Vec<Finding>) -> Vec<Finding> {
    // Mostly each stands alone.
    let is_alone = {
        let mut seen = foldhash::HashSet::with_capacity(findings.len());
        findings.iter().all(|finding| {
            let Finding { anchor, service, environment, .. } = finding;
            seen.insert((anchor, service, environment))
        })
    };
    if is_alone {
        return findings;
    }
    let mut merged: Vec<(Finding, BTreeSet<String>)> = Vec::new();
    let mut seen: HashMap<(Anchor, Option<String>, Option<String>), usize> = HashMap::new();
    for finding in findings {
        let key = (finding.anchor.clone(), finding.service.clone(), finding.environment.clone());
        match seen.get(&key).and_then(|index| merged.get_mut(*index)) {
            Some((first, others)) => {
                first.severity = first.severity.max(finding.severity);
                let new: Vec<Label> =
                    finding.labels.into_iter().filter(|label| !first.labels.contains(label)).collect();
                first.labels.extend(new);
                if finding.message != first.message {
                    others.insert(finding.message);
                }
            }
            None => {
                seen.insert(key, merged.len());
                merged.push((finding, BTreeSet::new()));
            }
        }
    }
    let counted = |(mut finding, others): (Finding, BTreeSet<String>)| {
        if !others.is_empty() {
            finding.message = format!("{} (and {} more here)", finding.message, others.len());
        }
        finding
    };
    merged.into_iter().map(counted).collect()
}

/// One line for each place and cause, naming the policies.
fn group(doubtful: Vec<Doubtful>) -> Vec<Undecided> {
    let mut grouped: Vec<Undecided> = Vec::new();
    let mut seen: HashMap<(Span, String), usize> = HashMap::new();
    for doubtful in doubtful {
        let message = format!("{} {}", doubtful.subject, doubtful.cause.reason);
        let key = (doubtful.span, message.clone());
        match seen.get(&key).and_then(|index| grouped.get_mut(*index)) {
            Some(known) if known.policies.contains(&doubtful.policy) => {}
            Some(known) => known.policies.push(doubtful.policy),
            None => {
                seen.insert(key, grouped.len());
                let help = doubtful.cause.help.clone();
                grouped.push(Undecided { policies: vec![doubtful.policy], message, span: Some(doubtful.span), help });
            }
        }
    }
    grouped
}

/// The policies whose id is not known among those asked for, with what was probably meant.
pub fn unknown_policy<'a>(set: &'a PolicySet, id: &str) -> Option<Option<&'a str>> {
    let known = || set.policies.iter().map(|policy| policy.id.value.as_str());
    if known().any(|policy| policy == id) { None } else { Some(crate::policy::did_you_mean(id, known())) }
}
