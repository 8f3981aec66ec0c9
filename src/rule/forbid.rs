//! `forbid`: such facts must not be. Every selected fact is a finding.

use super::context::{Context, Outcome, Traced};
use super::truth::Truth;
use crate::fact::FactId;
use crate::finding::{Finding, LabelRole};
use crate::policy::Policy;
use crate::policy::model::{KindSelection, Term};

pub(super) fn judge(context: &Context<'_>, policy: &Policy, facts: &[KindSelection]) -> Outcome {
    let mut outcome = Outcome::default();
    for kind in facts {
        let all = context.select(policy, kind, &mut outcome);
        outcome.findings.reserve(all.len());
        for selected in all {
            let fact = selected.fact;
            match selected.truth {
                Truth::True => {
                    let subject = context.facts.subject(fact);
                    let message = [&*subject, &*policy.says].join(" ");
                    let place = context.place(policy, fact);
                    let (message, note) = match context.because(policy, fact, place) {
                        Some(words) => (format!("{message}: {words}"), words.to_owned()),
                        None => (message, policy.says.clone()),
                    };
                    let finding = context.finding_of(policy, fact, subject, place, message, note);
                    let finding = with_partners(context, finding, fact, kind);
                    let finding = finding.label(LabelRole::Policy, kind.kind.span.to(end_of(kind)), "forbidden here");
                    context.trace(&mut outcome, policy, fact, || Traced::Fires(policy.says.clone()));
                    outcome.findings.push(context.note_exemption(finding, selected.exemption.as_ref()));
                }
                Truth::False => {}
                Truth::Unknown(doubt) => context.undecided(&mut outcome, policy, fact, doubt),
            }
        }
    }
    outcome
}

/// So many other ends are shown; how many more there are is said.
const SHOWN: usize = 3;

/// The other end of what is forbidden beside something in another document.
fn with_partners(context: &Context<'_>, finding: Finding, fact: FactId, kind: &KindSelection) -> Finding {
    let partners = context.partners_elsewhere(fact, &kind.selection);
    let more = match partners.len().saturating_sub(SHOWN) {
        0 => String::new(),
        1 => ", and in 1 more document".to_owned(),
        more => format!(", and in {more} more documents"),
    };
    let last = partners.len().min(SHOWN).saturating_sub(1);
    partners.into_iter().take(SHOWN).enumerate().fold(finding, |finding, (index, (other, span))| {
        let more = if index == last { more.as_str() } else { "" };
        let words = format!("and here: {}{more}", context.facts.subject(other));
        finding.label(LabelRole::Fact, span, words)
    })
}

/// The end of the selection's first condition: the line that says what is forbidden, not the whole block.
fn end_of(kind: &KindSelection) -> crate::source::Span {
    match kind.selection.terms.first() {
        Some(Term::Field(term)) => term.span,
        _ => kind.kind.span,
    }
}
