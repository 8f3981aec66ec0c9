//! What Railway reads (config as code) and what its CLI prints.

pub mod config;
pub mod deploy;
mod environment;
pub mod export;
mod graph;
pub mod iac;
pub mod kv;
mod marker;
mod mask;
mod recognise;
mod section;
mod service;
mod status;
#[cfg(test)]
mod tests;
mod variables;

use crate::document::{Broken, Input, Parsed, Unread};
use crate::fact::{Fact, Field};
use crate::finding::Severity;
use crate::source::Span;
use crate::tree::{Entry, Node, TreeError};
use std::ops::Range;

/// The day from which on Railway reads neither railway.toml nor railway.json: 1 December 2026, in days since 1970-01-01
/// (docs.railway.com, config as code).
pub const CONFIG_ENDS: i64 = 20_788;

/// Why a setting that an export leaves out cannot be known: the file of the service goes before.
pub const LEFT_TO_FILE: &str = "may be set by the service's own configuration file";

/// A text that is no tree.
fn broken(errors: Vec<TreeError>) -> Vec<Broken> {
    errors.into_iter().map(|error| Broken { span: error.span, message: error.message, help: error.help }).collect()
}

/// Puts the facts into the order of their places; parents are positions and move along.
fn sort(parsed: &mut Parsed) {
    crate::document::part::sort(&mut parsed.facts, &mut parsed.open);
}

/// Keys that are written twice: the first one is lost.
fn duplicates(entries: &[Entry], unread: &mut Vec<Unread>) {
    let mut later = std::collections::HashSet::new();
    let lost = entries.iter().rev().filter(|entry| !later.insert(entry.key.value.as_str()));
    unread.extend(lost.map(|entry| Unread {
        span: entry.key.span,
        severity: Severity::Warning,
        message: "this key is written twice, and only the last one counts".into(),
        help: "Delete one of them.".into(),
    }));
}

/// Where another entry of a mapping would stand: behind the last one, or behind the bracket that opens it.
fn gap(input: Input<'_>, node: &Node) -> Span {
    let opened = input.text.get(node.span.range()).is_some_and(|text| text.starts_with('{'));
    match node.entries() {
        Some([]) if opened => Span::point(input.source, node.span.range().start + 1),
        _ => node.end_of_entries(),
    }
}

/// Hides the values of facts that messages would show and in which a secret was found.
fn hide_shown<'f>(masks: &[Range<usize>], facts: impl Iterator<Item = &'f mut Fact>) {
    let mut masks = masks.to_vec();
    masks.sort_by_key(|mask| mask.start);
    // Ends grow with starts from here on: a mask inside an earlier one ends where that one does.
    let mut end = 0;
    for mask in &mut masks {
        end = end.max(mask.end);
        mask.end = end;
    }
    for fact in facts {
        let shown = fact.fields().iter().filter(|(field, _)| {
            *field != Field::Environment && fact.kind.def().field(*field).is_some_and(|def| def.show)
        });
        let spans = shown.filter_map(|(_, state)| state.span().map(Span::range));
        let masked = |range: Range<usize>| {
            let first = masks.partition_point(|mask| mask.end <= range.start);
            masks.get(first).is_some_and(|mask| mask.start < range.end)
        };
        fact.hidden = spans.into_iter().any(masked);
    }
}
