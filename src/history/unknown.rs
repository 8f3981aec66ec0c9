//! Migrations of which nobody can say what became of them.

use super::SINCE;
use super::order::migration_mut;
use crate::fact::{Cause, State};
use crate::resolve::Draft;
use std::sync::Arc;

/// Says that what became of migrations cannot be known: once for each history, at its first migration.
pub fn unknown(drafts: &mut [Draft], cause: &Arc<Cause>) {
    unknown_of(drafts, |_| Some(Arc::clone(cause)));
}

/// The same of those for which `why` gives a cause: once for each history, with the cause of its first one.
pub(super) fn unknown_of(drafts: &mut [Draft], why: impl Fn(&Draft) -> Option<Arc<Cause>>) {
    let mut counts: Vec<(Arc<str>, usize)> = Vec::new();
    let of = |draft: &Draft| {
        let history = draft.document.history.as_ref()?;
        why(draft).map(|cause| (Arc::clone(&history.of), cause))
    };
    for (history, _) in drafts.iter().filter_map(of) {
        match counts.iter_mut().find(|(known, _)| *known == history) {
            Some((_, count)) => *count += 1,
            None => counts.push((history, 1)),
        }
    }
    for (history, count) in counts {
        let first = drafts.iter_mut().find_map(|draft| {
            let (own, cause) = of(draft)?;
            (own == history).then_some((draft, cause))
        });
        let Some((first, cause)) = first else { continue };
        let reason = match count {
            1 => format!("cannot be compared with what it was: {}", cause.reason),
            2 => format!("and 1 other cannot be compared with what they were: {}", cause.reason),
            _ => format!("and {} others cannot be compared with what they were: {}", count - 1, cause.reason),
        };
        let cause = Cause::new(reason, cause.help.clone());
        let Some(fact) = migration_mut(first) else { continue };
        for field in SINCE {
            fact.set(*field, State::Unknown(fact.anchor, Arc::clone(&cause)));
        }
    }
}
