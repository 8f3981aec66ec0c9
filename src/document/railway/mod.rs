//! What Railway reads (config as code) and what its CLI prints.

pub mod config;
pub mod deploy;
mod mask;
mod section;
#[cfg(test)]
mod tests;
pub mod variables;

use crate::document::{Broken, Parsed};
use crate::tree::TreeError;

/// A text that is no tree.
fn broken(errors: Vec<TreeError>) -> Vec<Broken> {
    errors.into_iter().map(|error| Broken { span: error.span, message: error.message, help: error.help }).collect()
}

/// Puts the facts into the order of their places; parents are positions and move along.
fn sort(parsed: &mut Parsed) {
    let mut order: Vec<usize> = (0..parsed.facts.len()).collect();
    let place = |index: &usize| parsed.facts.get(*index).map(|fact| (fact.anchor.start, fact.anchor.end));
    order.sort_by_key(place);
    let mut moved = vec![0_usize; order.len()];
    for (to, from) in order.iter().enumerate() {
        if let Some(slot) = moved.get_mut(*from) {
            *slot = to;
        }
    }
    let mut facts: Vec<_> = std::mem::take(&mut parsed.facts).into_iter().map(Some).collect();
    for from in order {
        let Some(fact) = facts.get_mut(from).and_then(Option::take) else { continue };
        let parent = fact.parent.and_then(|parent| moved.get(parent.0 as usize).copied());
        parsed.facts.push(match parent {
            Some(parent) => fact.standing_in(parent),
            None => fact,
        });
    }
}
