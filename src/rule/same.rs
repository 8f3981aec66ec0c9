//! `same`: facts that are equal in `within` have one value of `field`.

use super::context::{Context, Outcome, Traced};
use super::group::Key;
use super::truth::Doubt;
use crate::fact::{FactId, State, Value};
use crate::finding::LabelRole;
use crate::policy::Policy;
use crate::policy::model::Same;
use std::collections::BTreeMap;

/// Facts that must agree.
#[derive(Default)]
struct Group {
    known: Vec<(FactId, Value)>,
    unknown: Vec<(FactId, Doubt)>,
}

pub(super) fn judge(context: &Context<'_>, policy: &Policy, rule: &Same) -> Outcome {
    let mut outcome = Outcome::default();
    let (members, mut doubtful) = context.members(policy, &rule.facts, &mut outcome);
    let mut groups: BTreeMap<Vec<Value>, Group> = BTreeMap::new();
    for fact in members {
        match context.key(fact, &rule.within) {
            Key::Absent => {}
            Key::Unknown(doubt) => doubtful.push((fact, doubt)),
            Key::Known(key) => {
                let group = groups.entry(key).or_default();
                match context.facts.get(fact, rule.field.value) {
                    State::Stated(value, _) | State::Defaulted(value, _) => group.known.push((fact, value.clone())),
                    State::Absent(_) => {}
                    State::Unknown(span, cause) => {
                        group.unknown.push((fact, Doubt { fact, span: *span, cause: cause.clone() }))
                    }
                }
            }
        }
    }
    let somebody = groups.values().any(|group| !group.known.is_empty());
    let mut broken = Vec::new();
    for group in groups.into_values() {
        let agree = group.known.windows(2).all(|pair| pair[0].1 == pair[1].1);
        if !agree {
            broken.push(group);
            continue;
        }
        for (fact, _) in &group.known {
            context.trace(&mut outcome, policy, *fact, || Traced::Passes(agreement(context, *fact, &group)));
        }
        if group.known.len() + group.unknown.len() > 1 {
            doubtful.extend(group.unknown);
        }
    }
    broken.sort_by_key(|group| group.known.first().map(|(fact, _)| context.facts.fact(*fact).anchor));
    for group in broken {
        report(context, policy, rule, &group, &mut outcome);
    }
    for (fact, doubt) in doubtful.into_iter().filter(|_| somebody) {
        context.undecided(&mut outcome, policy, fact, doubt);
    }
    outcome
}

/// "agrees with SUPABASE_URL and DATABASE_URL", for `explain`.
fn agreement(context: &Context<'_>, fact: FactId, group: &Group) -> String {
    let others: Vec<String> = group
        .known
        .iter()
        .filter(|(other, _)| *other != fact)
        .map(|(other, _)| context.facts.subject(*other))
        .collect();
    if others.is_empty() { "nobody to compare with".to_owned() } else { format!("agrees with {}", others.join(", ")) }
}

/// One finding a group: at the first member that holds the rarest value, with every other place labelled.
fn report(context: &Context<'_>, policy: &Policy, rule: &Same, group: &Group, outcome: &mut Outcome) {
    let count = |value: &Value| group.known.iter().filter(|(_, other)| other == value).count();
    let rarest = group.known.iter().map(|(_, value)| count(value)).min().unwrap_or(0);
    let Some((first, value)) = group.known.iter().find(|(_, value)| count(value) == rarest) else { return };
    let place = |fact: FactId| context.member_place(policy, fact, Some(rule.field.value));
    let message = format!("{} {}", context.facts.subject(*first), policy.says);
    let mut finding = context.finding(policy, *first, place(*first), message, context.phrase(*first, rule.field.value));
    for (fact, other) in group.known.iter().filter(|(fact, _)| fact != first) {
        let relation = if other == value { "the same in" } else { "another in" };
        finding = finding.label(LabelRole::Fact, place(*fact), format!("{relation} {}", context.facts.subject(*fact)));
    }
    finding = finding.label(LabelRole::Policy, rule.field.span, "must be the same");
    for (fact, _) in &group.known {
        context.trace(outcome, policy, *fact, || Traced::Fires(policy.says.clone()));
    }
    outcome.findings.push(finding);
}
