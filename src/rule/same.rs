//! `same`: facts that are equal in `within` have one value of `field`.

use super::context::{Context, Outcome, Traced};
use super::group::{Key, Member};
use super::truth::Doubt;
use crate::fact::{State, Value};
use crate::finding::LabelRole;
use crate::policy::Policy;
use crate::policy::model::Same;
use foldhash::HashMap;
use std::collections::BTreeMap;

/// Facts that must agree.
#[derive(Default)]
struct Group<'a> {
    /// Those that take part for certain, with their values.
    known: Vec<(Member, &'a Value)>,
    /// Those that may take part, or whose value cannot be known.
    doubtful: Vec<(Member, Option<&'a Value>)>,
}

impl Group<'_> {
    /// Whether those that are known disagree.
    fn is_broken(&self) -> bool {
        self.known.windows(2).any(|pair| matches!(pair, [(_, one), (_, other)] if one != other))
    }

    /// Whether those that are not known may disagree with somebody.
    fn may_break(&self) -> bool {
        let first = self.known.first().map(|(_, value)| *value).or_else(|| self.doubtful.first()?.1);
        self.known.len() + self.doubtful.len() > 1
            && self.doubtful.iter().any(|(_, value)| *value != first || first.is_none())
    }
}

pub(super) fn judge(context: &Context<'_>, policy: &Policy, rule: &Same) -> Outcome {
    let mut outcome = Outcome::default();
    let members = context.members(policy, &rule.facts, &mut outcome);
    context.each_database(members, &mut outcome, |members, outcome| compare(context, policy, rule, members, outcome));
    outcome
}

/// Compares the facts of one database.
fn compare(context: &Context<'_>, policy: &Policy, rule: &Same, members: Vec<Member>, outcome: &mut Outcome) {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut positions: HashMap<Vec<&Value>, usize> = HashMap::default();
    let mut adrift: Vec<Member> = Vec::new();
    let mut compared = 0;
    let alone = context.alone(&members, &rule.within);
    for (mut member, alone) in members.into_iter().zip(alone) {
        let value = match context.facts.get(member.fact, rule.field.value) {
            State::Absent(_) => continue,
            State::Stated(value, _) | State::Defaulted(value, _) => Some(value),
            State::Unknown(span, cause) => {
                let fact = member.fact;
                member.doubt(|| Doubt::new(fact, *span, cause));
                None
            }
        };
        if alone {
            compared += 1;
            continue;
        }
        match context.key(member.fact, &rule.within) {
            Key::Absent => continue,
            Key::Unknown(doubt) => {
                member.doubt(|| doubt);
                adrift.push(member);
            }
            Key::Known(key) => {
                let position = *positions.entry(key).or_insert(groups.len());
                if position == groups.len() {
                    groups.push(Group::default());
                }
                let Some(group) = groups.get_mut(position) else { continue };
                match value {
                    Some(value) if member.why_doubtful().is_none() => group.known.push((member, value)),
                    value => group.doubtful.push((member, value)),
                }
            }
        }
        compared += 1;
    }
    if compared > 1 {
        adrift.iter().for_each(|member| doubt(context, policy, member, outcome));
    }
    let mut broken = Vec::new();
    for group in groups {
        if group.is_broken() {
            broken.push(group);
            continue;
        }
        for (member, _) in &group.known {
            let passes = || Traced::Passes(agreement(context, member, &group));
            context.trace(outcome, policy, member.fact, passes);
        }
        if group.may_break() {
            group.doubtful.iter().for_each(|(member, _)| doubt(context, policy, member, outcome));
        }
    }
    broken.sort_by_key(|group| group.known.first().map(|(member, _)| context.facts.fact(member.fact).anchor));
    for group in broken {
        report(context, policy, rule, &group, outcome);
    }
}

fn doubt(context: &Context<'_>, policy: &Policy, member: &Member, outcome: &mut Outcome) {
    if let Some(doubt) = member.why_doubtful() {
        context.undecided(outcome, policy, member.fact, doubt.clone());
    }
}

/// "agrees with SUPABASE_URL and DATABASE_URL", for `explain`.
fn agreement(context: &Context<'_>, member: &Member, group: &Group<'_>) -> String {
    let others = group.known.iter().filter(|(other, _)| other.fact != member.fact);
    let others: Vec<String> = others.map(|(other, _)| context.facts.subject(other.fact)).collect();
    if others.is_empty() { "nobody to compare with".to_owned() } else { format!("agrees with {}", others.join(", ")) }
}

/// One finding a group: at the first member that holds the rarest value, with every other place labelled.
fn report(context: &Context<'_>, policy: &Policy, rule: &Same, group: &Group<'_>, outcome: &mut Outcome) {
    let mut counts: BTreeMap<&Value, usize> = BTreeMap::new();
    for (_, value) in &group.known {
        *counts.entry(value).or_default() += 1;
    }
    let Some((first, value)) = group.known.iter().min_by_key(|(_, value)| counts.get(value)) else { return };
    let field = rule.field.value;
    let place = |member: &Member| context.member_place(policy, member.fact, Some(field));
    let shown = |member: &Member| {
        let slot = context.slot(member.fact, field)?;
        let value = context.facts.get(member.fact, field).value()?;
        context.show(member.fact, &slot, value).map(|_| context.phrase(member.fact, field))
    };
    let message = format!("{} {}", context.facts.subject(first.fact), policy.says);
    let note = shown(first).unwrap_or_else(|| "this one differs".to_owned());
    let mut finding = context.finding(policy, first.fact, place(first), message, note);
    for (member, other) in group.known.iter().filter(|(member, _)| member.fact != first.fact) {
        let subject = context.facts.subject(member.fact);
        let words = match shown(member) {
            _ if other == value => format!("the same in {subject}"),
            Some(phrase) => format!("{phrase} in {subject}"),
            None => format!("another in {subject}"),
        };
        finding = finding.label(LabelRole::Fact, place(member), words);
    }
    let members: Vec<&Member> = group.known.iter().map(|(member, _)| member).collect();
    finding = context.of_group(finding, policy, &members);
    // Those that agree with most are no party to it.
    let most =
        counts.iter().filter(|(other, _)| *other != value).max_by_key(|(_, count)| **count).map(|(other, _)| other);
    let parties = group.known.iter().filter(|(_, other)| Some(other) != most);
    finding = context.parties(finding, parties.map(|(member, _)| (member.fact, place(member))));
    finding = finding.label(LabelRole::Policy, rule.field.span, "must be the same");
    for (member, other) in &group.known {
        context.trace(outcome, policy, member.fact, || match other == value {
            true => Traced::Fires(policy.says.clone()),
            false => Traced::Fires(format!("disagrees with {}", context.facts.subject(first.fact))),
        });
    }
    outcome.findings.push(finding);
}
