//! `distinct`: facts that are equal in all of `by` are one fact or, with `across`, have one value of that label.

use super::context::{Context, Outcome, Traced};
use super::group::Key;
use crate::fact::{FactId, Value};
use crate::finding::LabelRole;
use crate::policy::Policy;
use crate::policy::model::Distinct;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn judge(context: &Context<'_>, policy: &Policy, rule: &Distinct) -> Outcome {
    let mut outcome = Outcome::default();
    let (members, mut doubtful) = context.members(policy, &rule.facts, &mut outcome);
    let mut groups: BTreeMap<Vec<Value>, Vec<(FactId, Option<Value>)>> = BTreeMap::new();
    let mut compared = 0;
    for fact in members {
        let label = rule.across.as_ref().map(|field| context.key(fact, std::slice::from_ref(field)));
        match (context.key(fact, &rule.by), label) {
            (Key::Absent, _) | (_, Some(Key::Absent)) => {}
            (Key::Unknown(doubt), _) | (_, Some(Key::Unknown(doubt))) => doubtful.push((fact, doubt)),
            (Key::Known(key), label) => {
                compared += 1;
                let label = match label {
                    Some(Key::Known(values)) => values.into_iter().next(),
                    _ => None,
                };
                groups.entry(key).or_default().push((fact, label));
            }
        }
    }
    let mut broken: Vec<Vec<FactId>> = Vec::new();
    for group in groups.into_values() {
        let distinct: BTreeSet<&Value> = group.iter().filter_map(|(_, label)| label.as_ref()).collect();
        let count = if rule.across.is_some() { distinct.len() } else { group.len() };
        let facts: Vec<FactId> = group.iter().map(|(fact, _)| *fact).collect();
        if count > rule.at_most {
            broken.push(facts);
        } else {
            for fact in facts {
                context.trace(&mut outcome, policy, fact, || Traced::Passes("equals no other".to_owned()));
            }
        }
    }
    broken.sort_by_key(|group| group.first().map(|fact| context.facts.fact(*fact).anchor));
    for group in broken {
        report(context, policy, rule, &group, &mut outcome);
    }
    // Without somebody to compare with, an unknown value breaks nothing.
    let others = |count: usize| compared + count > 1;
    if others(doubtful.len()) {
        for (fact, doubt) in doubtful {
            context.undecided(&mut outcome, policy, fact, doubt);
        }
    }
    outcome
}

fn report(context: &Context<'_>, policy: &Policy, rule: &Distinct, group: &[FactId], outcome: &mut Outcome) {
    let Some((first, rest)) = group.split_first() else { return };
    let compared = rule.by.first().map(|field| field.value).filter(|_| rule.by.len() == 1);
    let place = |fact: FactId| context.member_place(policy, fact, compared);
    let message = format!("{} {}", context.facts.subject(*first), policy.says);
    let mut finding = context.finding(policy, *first, place(*first), message, policy.says.clone());
    for fact in rest {
        finding = finding.label(LabelRole::Fact, place(*fact), format!("and here: {}", context.facts.subject(*fact)));
    }
    let span = rule.across.as_ref().map(|field| field.span).or_else(|| rule.by.first().map(|field| field.span));
    if let Some(span) = span {
        let wants = match &rule.across {
            Some(label) if rule.at_most == 1 => format!("one {} each", label.value),
            Some(label) => format!("at most {} of {} each", rule.at_most, label.value),
            None => "must differ in this".to_owned(),
        };
        finding = finding.label(LabelRole::Policy, span, wants);
    }
    for fact in group {
        context.trace(outcome, policy, *fact, || Traced::Fires(policy.says.clone()));
    }
    outcome.findings.push(finding);
}
