//! `expect … to`: such facts must be so. One finding for each field that is not, at that field.

use super::context::{Context, Outcome, Traced};
use super::failure::Failure;
use super::truth::Truth;
use crate::fact::FactId;
use crate::finding::{Finding, LabelRole};
use crate::policy::Policy;
use crate::policy::model::{Expect, Selection, Term};

pub(super) fn judge(context: &Context<'_>, policy: &Policy, rule: &Expect) -> Outcome {
    let mut outcome = Outcome::default();
    for selected in context.select(policy, &rule.facts, &mut outcome) {
        let fact = selected.fact;
        match (selected.truth, context.selection(fact, &rule.to)) {
            (_, Truth::True) => {
                context.trace(&mut outcome, policy, fact, || Traced::Passes(passes(context, fact, &rule.to)));
            }
            // What is wrong is wrong, also where another field cannot be known.
            (Truth::True, Truth::False) => {
                let failures = context.failures(fact, &rule.to);
                context.trace(&mut outcome, policy, fact, || {
                    Traced::Fires(failures.iter().map(Failure::words).collect::<Vec<_>>().join("; "))
                });
                for failure in failures {
                    let finding = report(context, policy, fact, failure);
                    outcome.findings.push(context.note_exemption(finding, selected.exemption.as_ref()));
                }
            }
            (Truth::Unknown(doubt), _) | (_, Truth::Unknown(doubt)) => {
                context.undecided(&mut outcome, policy, fact, doubt);
            }
            (Truth::False, Truth::False) => {}
        }
    }
    outcome
}

fn report(context: &Context<'_>, policy: &Policy, fact: FactId, failure: Failure) -> Finding {
    let subject = context.facts.subject(fact);
    let message = if policy.says.is_empty() {
        format!("{subject}{}", failure.predicate)
    } else {
        format!("{subject} {}", policy.says)
    };
    let span = if policy.at.is_some() { context.place(policy, fact) } else { failure.span };
    let finding = context.finding(policy, fact, span, message, failure.note);
    failure.wanted.into_iter().fold(finding, |finding, (span, wants)| finding.label(LabelRole::Policy, span, wants))
}

/// What is as it should be, in words.
fn passes(context: &Context<'_>, fact: FactId, to: &Selection) -> String {
    let words = to.terms.iter().map(|term| match term {
        Term::Field(term) => context.phrase(fact, term.field),
        Term::Not(_) | Term::Any(..) => "is as it should be".to_owned(),
        Term::Join(join) => format!("is {}", super::describe::join_words(join)),
    });
    words.collect::<Vec<_>>().join(", ")
}
