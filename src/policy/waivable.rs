//! What a policy, or a project, asks of the waivers that are made: what they must say, and how long they may hold.

use super::grammar::WAIVABLE;
use super::load::reader::Problems;
use crate::tree::{Node, NodeValue};

/// A part of a waiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Why the exception is made.
    Reason,
    /// The last day on which it holds.
    Until,
    /// Who answers for it.
    Owner,
    /// Where it was decided.
    Ticket,
}

impl Part {
    /// Every part, with its spelling.
    pub const ALL: &'static [(&'static str, Self)] =
        &[("reason", Self::Reason), ("until", Self::Until), ("owner", Self::Owner), ("ticket", Self::Ticket)];

    /// The spelling.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, part)| *part == self).map_or("reason", |(name, _)| name)
    }
}

/// What waivers must be like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// What they must say, sorted.
    pub require: Vec<Part>,
    /// How many days from today on they may hold at most.
    pub max_days: Option<i64>,
}

impl Demand {
    /// Both demands at once: all that either asks for, and the shorter of the two terms.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut require: Vec<Part> = self.require.iter().chain(&other.require).copied().collect();
        require.sort_unstable();
        require.dedup();
        let max_days = self.max_days.into_iter().chain(other.max_days).min();
        Self { require, max_days }
    }

    /// Reads `require` and `max_days` of a mapping.
    pub fn read(node: &Node, problems: &mut Problems) -> Self {
        let mut require = Vec::new();
        if let Some(list) = node.get("require") {
            for item in problems.list(list, "`require`").unwrap_or_default() {
                require.extend(problems.choice(item, "what a waiver must say", Part::ALL));
            }
        }
        let max_days = node.get("max_days").and_then(|node| {
            let days = problems.number(node, "`max_days`")?;
            if days < 1 {
                problems.error(node.span, "`max_days` must be 1 or more", "no waiver could be made", "");
            }
            Some(days)
        });
        // A term cannot be kept without an end.
        require.extend(max_days.map(|_| Part::Until));
        require.sort_unstable();
        require.dedup();
        Self { require, max_days }
    }
}

/// Whether a policy may be waived: not at all, or by waivers that are like this.
pub(super) fn read(node: &Node, problems: &mut Problems) -> Option<Demand> {
    match &node.value {
        NodeValue::Map(_) => {
            problems.mapping(node, "`waivable`", WAIVABLE, |_| false);
            Some(Demand::read(node, problems))
        }
        _ => problems.boolean(node, "`waivable`").unwrap_or(true).then(Demand::default),
    }
}
