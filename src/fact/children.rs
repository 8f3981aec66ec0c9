//! What stands in each fact, worked out from the parents.

use super::{Fact, FactId};

/// What stands in each fact.
#[derive(Default)]
pub(super) struct Children {
    /// By the fact that they stand in; those of one in order.
    all: Vec<FactId>,
    /// For each fact where its own begin in `all`, and one past the last.
    starts: Vec<u32>,
}

impl Children {
    pub(super) fn new(facts: &[Fact]) -> Self {
        // How many each has, then where each ends; filled from the back, where each begins is what is left.
        let mut starts = vec![0_u32; facts.len() + 1];
        for parent in facts.iter().filter_map(|fact| fact.parent) {
            starts.get_mut(parent.0 as usize).into_iter().for_each(|count| *count += 1);
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut all = vec![FactId(0); sum as usize];
        for (id, fact) in facts.iter().enumerate().rev() {
            let Some(start) = fact.parent.and_then(|parent| starts.get_mut(parent.0 as usize)) else { continue };
            *start -= 1;
            if let Some(slot) = all.get_mut(*start as usize) {
                *slot = FactId(id as u32);
            }
        }
        Self { all, starts }
    }

    pub(super) fn of(&self, id: FactId) -> &[FactId] {
        let at = |index: usize| self.starts.get(index).map_or(0, |start| *start as usize);
        self.all.get(at(id.0 as usize)..at(id.0 as usize + 1)).unwrap_or_default()
    }
}
