//! `distinct`: facts that are equal in all of `by` are one fact or, with `across`, have one value of that label.

use super::context::{Context, Outcome, Traced};
use super::group::{Key, Member};
use super::truth::Doubt;
use crate::fact::{Field, Kind, Value};
use crate::finding::LabelRole;
use crate::policy::Policy;
use crate::policy::model::Distinct;
use foldhash::HashMap;
use std::collections::BTreeSet;

/// A fact among those that it equals, or may equal.
struct Entry<'a> {
    member: Member,
    /// The value of the label `across`; none where there is no such label, or it cannot be known.
    label: Option<&'a Value>,
}

/// Facts that are equal in all of `by`.
type Group<'a> = Vec<Entry<'a>>;

pub(super) fn judge(context: &Context<'_>, policy: &Policy, rule: &Distinct) -> Outcome {
    let mut outcome = Outcome::default();
    let members = context.members(policy, &rule.facts, &mut outcome);
    context.each_database(members, &mut outcome, |members, outcome| compare(context, policy, rule, members, outcome));
    outcome
}

/// Compares the facts of one database.
fn compare(context: &Context<'_>, policy: &Policy, rule: &Distinct, members: Vec<Member>, outcome: &mut Outcome) {
    // In the order of their first members.
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut positions: HashMap<Vec<&Value>, usize> = HashMap::default();
    let mut adrift: Group<'_> = Vec::new();
    for mut member in members {
        let label = match &rule.across {
            None => None,
            Some(label) => match context.key(member.fact, std::slice::from_ref(label)) {
                Key::Absent => continue,
                Key::Known(values) => values.into_iter().next(),
                Key::Unknown(doubt) => {
                    member.doubt(|| doubt);
                    None
                }
            },
        };
        match context.key(member.fact, &rule.by) {
            Key::Absent => {}
            Key::Known(key) => {
                let position = *positions.entry(key).or_insert(groups.len());
                match groups.get_mut(position) {
                    Some(group) => group.push(Entry { member, label }),
                    None => groups.push(vec![Entry { member, label }]),
                }
            }
            Key::Unknown(doubt) => {
                member.doubt(|| doubt);
                adrift.push(Entry { member, label });
            }
        }
    }
    // Without somebody to compare with, an unknown value breaks nothing.
    if differing(rule, groups.iter().flatten().chain(&adrift)) > rule.at_most {
        doubt(context, policy, &adrift, outcome);
    }
    let mut broken = Vec::new();
    for group in groups {
        if differing(rule, group.iter().filter(|entry| entry.member.why_doubtful().is_none())) > rule.at_most {
            broken.push(group);
        } else if differing(rule, &group) > rule.at_most {
            doubt(context, policy, &group, outcome);
        } else {
            let words = match (&rule.across, group.len()) {
                (_, 1) => "equals no other".to_owned(),
                (Some(label), _) if rule.at_most == 1 => format!("equals others of the same {} only", label.value),
                _ => format!("equals no more than the {} that are allowed", rule.at_most),
            };
            for entry in group {
                let passes = || Traced::Passes(words.clone());
                context.trace(outcome, policy, entry.member.fact, passes);
            }
        }
    }
    broken.sort_by_key(|group| group.first().map(|entry| context.facts.fact(entry.member.fact).anchor));
    for group in broken {
        report(context, policy, rule, &group, outcome);
    }
}

/// How many facts there are or, with `across`, how many values of that label; one that cannot be known may be another.
fn differing<'e, 'a: 'e>(rule: &Distinct, entries: impl IntoIterator<Item = &'e Entry<'a>>) -> usize {
    let (mut labels, mut unlabelled) = (BTreeSet::new(), 0);
    for entry in entries {
        match entry.label {
            Some(label) if rule.across.is_some() => _ = labels.insert(label),
            _ => unlabelled += 1,
        }
    }
    labels.len() + unlabelled
}

fn is_migration(context: &Context<'_>, member: &Member) -> bool {
    context.facts.fact(member.fact).kind == Kind::Migration
}

/// Migrations with that one first which the base does not have, else with the one that runs last: what was there before is
/// as it has to be. Other facts stay in the order of their places.
fn youngest_first<'m>(context: &Context<'_>, mut members: Vec<&'m Member>) -> Vec<&'m Member> {
    if !members.iter().all(|member| is_migration(context, member)) {
        return members;
    }
    let is_new = |member: &Member| {
        let change = context.facts.get(member.fact, Field::Change);
        matches!(change.text(), Some("added" | "renamed"))
    };
    // Facts of a history stand in the order in which its runner takes them.
    let youngest = (0..members.len()).max_by_key(|at| members.get(*at).map(|member| (is_new(member), member.fact)));
    if let Some(upto) = youngest.and_then(|at| members.get_mut(..=at)) {
        upto.rotate_right(1);
    }
    members
}

fn doubt(context: &Context<'_>, policy: &Policy, entries: &[Entry<'_>], outcome: &mut Outcome) {
    let doubts = entries.iter().filter_map(|entry| Some((entry.member.fact, entry.member.why_doubtful()?.clone())));
    for (fact, doubt) in doubts.collect::<Vec<(_, Doubt)>>() {
        context.undecided(outcome, policy, fact, doubt);
    }
}

/// One finding a group, at its first place, with every other place labelled. Of migrations the youngest is at fault, and
/// the message names the others: who reads nothing else must know what to compare it with.
fn report(context: &Context<'_>, policy: &Policy, rule: &Distinct, group: &[Entry<'_>], outcome: &mut Outcome) {
    let members: Vec<&Member> =
        group.iter().map(|entry| &entry.member).filter(|member| member.why_doubtful().is_none()).collect();
    let members = youngest_first(context, members);
    let Some((first, rest)) = members.split_first() else { return };
    let compared = rule.by.first().map(|field| field.value).filter(|_| rule.by.len() == 1);
    let place = |member: &Member| context.member_place(policy, member.fact, compared);
    let mut message = format!("{} {}", context.facts.subject(first.fact), policy.says);
    if is_migration(context, first) {
        let others: Vec<String> = rest.iter().map(|member| context.facts.subject(member.fact)).collect();
        message = format!("{message}: {}", others.join(", "));
    }
    let mut finding = context.finding(policy, first.fact, place(first), message, policy.says.clone());
    for member in rest {
        let subject = context.facts.subject(member.fact);
        finding = finding.label(LabelRole::Fact, place(member), format!("and here: {subject}"));
    }
    finding = context.of_group(finding, policy, &members);
    finding = context.parties(finding, members.iter().map(|member| (member.fact, place(member))));
    let wants = match (&rule.across, rule.at_most) {
        (Some(label), 1) => format!("equal ones must be of one {}", label.value),
        (Some(label), most) => format!("equal ones may be of at most {most} {}s", label.value),
        (None, 1) => "no two may be equal in this".to_owned(),
        (None, most) => format!("at most {most} may be equal in this"),
    };
    if let Some(field) = rule.across.as_ref().or_else(|| rule.by.first()) {
        finding = finding.label(LabelRole::Policy, field.span, wants);
    }
    for member in &members {
        context.trace(outcome, policy, member.fact, || Traced::Fires(policy.says.clone()));
    }
    outcome.findings.push(finding);
}
