//! Where findings stand: by place and by what they are about.

use super::settle::Ask;
use crate::document::Reach;
use crate::finding::Finding;
use crate::policy::PolicySet;
use crate::policy::model::Shape;
use crate::source::{SourceId, Span, escape_controls};
use std::collections::HashMap;

/// Where findings stand.
pub(super) struct Places {
    /// By source: (first byte, position), sorted.
    by_source: HashMap<SourceId, Vec<(u32, usize)>>,
    /// By path and object.
    pub by_object: HashMap<(String, String), Vec<usize>>,
    /// By policy, without its part.
    by_policy: HashMap<String, Vec<usize>>,
}

impl Places {
    pub fn new(findings: &[Finding], ask: &Ask<'_>) -> Self {
        let mut places = Self { by_source: HashMap::new(), by_object: HashMap::new(), by_policy: HashMap::new() };
        for (index, finding) in findings.iter().enumerate() {
            for span in finding.span().iter().chain(&finding.parties) {
                places.by_source.entry(span.source).or_default().push((span.start, index));
            }
            let key = ((ask.path)(&finding.anchor, is_of_nothing(finding, ask.set)), escape_controls(object(finding)));
            places.by_object.entry(key).or_default().push(index);
            let base = finding.policy.split('/').next().unwrap_or_default();
            match places.by_policy.get_mut(base) {
                Some(list) => list.push(index),
                None => _ = places.by_policy.insert(base.to_owned(), vec![index]),
            }
        }
        places.by_source.values_mut().for_each(|list| list.sort_unstable());
        places
    }

    /// The findings of a policy.
    pub fn of_policy(&self, base: &str) -> &[usize] {
        self.by_policy.get(base).map(Vec::as_slice).unwrap_or_default()
    }

    /// The findings that begin in a span, or in the gap behind it.
    pub fn within(&self, span: Span) -> impl Iterator<Item = usize> {
        let list = self.by_source.get(&span.source).map(Vec::as_slice).unwrap_or_default();
        let first = list.partition_point(|(start, _)| *start < span.start);
        list.iter().skip(first).take_while(move |(start, _)| *start <= span.end).map(|(_, index)| *index)
    }
}

/// What a finding is about: its message, where it says no more.
pub(super) fn object(finding: &Finding) -> &str {
    if finding.object.is_empty() { &finding.message } else { &finding.object }
}

/// Whether a finding, or a party to it, stands in a reach.
pub(super) fn stands_in(finding: &Finding, reach: &Reach) -> bool {
    match finding.parties.as_slice() {
        [] => finding.span().is_some_and(|span| reach.holds(span)),
        parties => parties.iter().any(|span| reach.holds(*span)),
    }
}

/// Whether a finding is about something that is not there: it stands where that would stand, which is no line of its own
/// but the end of whatever is last.
pub fn is_of_nothing(finding: &Finding, set: &PolicySet) -> bool {
    let (base, part) = finding.policy.split_once('/').unwrap_or((&finding.policy, ""));
    let policy = set.policies.iter().find(|policy| policy.id.value == base);
    policy.is_some_and(|policy| match policy.shape {
        Shape::Require(_) => true,
        Shape::Matrix(_) => matches!(part, "missing" | "service") && finding.span().is_none_or(Span::is_gap),
        _ => false,
    })
}
