//! The replay: migrations in their order build the schema of a database, and say what each operation finds there. Pure:
//! facts in, facts out. What a guard, a condition or text built at run time decides is not known, and said so.

mod acl;
mod apply;
mod catalog;
pub mod database;
mod end_state;
mod joined;
pub(crate) mod names;
#[cfg(test)]
mod tests;
mod transactions;

pub use acl::{Acl, Held};
pub use database::Database;
pub use end_state::end_state;
pub use joined::joined;

use crate::fact::{FactId, Facts, Field, FieldRef, Kind, State, Value};
use crate::source::Span;
use apply::{Op, Replay};
use std::sync::Arc;

/// What came of a replay.
pub struct Replayed {
    /// The history that was replayed: its folder, or the name of its database.
    pub of: Option<Arc<str>>,
    /// The schema at the end.
    pub database: Database,
    /// What operations find, and what becomes of them, as fields of theirs: `target`, `undone`.
    pub found: Vec<(FactId, Field, State)>,
    /// Why they find that: the place that says so, with a few words.
    pub because: Vec<(FactId, Field, Span, String)>,
}

/// Replays the migrations of `facts` in the order in which they are, each history by itself: a database each. Steps down are
/// not run, nor what no runner takes, nor bodies of functions; a revert is a migration like any other.
pub fn replay(facts: &Facts) -> Vec<Replayed> {
    let undone = transactions::Undone::of(facts);
    let mut kept = std::collections::HashMap::new();
    let mut replays: Vec<(Option<Arc<str>>, Replay)> = Vec::new();
    // what a dynamic statement stands in: the operation at the top level before it
    let mut around = "";
    for id in facts.of_kind(Kind::Operation) {
        let direction = FieldRef { of: Some(Kind::Migration), field: Field::Direction };
        let history = facts.document(*id).history.as_ref();
        if facts.get(*id, direction).text() == Some("down") || history.is_some_and(|history| !history.runs) {
            continue;
        }
        let of = history.map(|history| Arc::clone(&history.of));
        if replays.last().is_none_or(|(known, _)| *known != of) {
            replays.push((of, Replay::default()));
        }
        let Some((_, replay)) = replays.last_mut() else { continue };
        match facts.get(*id, Field::Stands).text() {
            Some("top-level") => around = facts.get(*id, Field::Is).text().unwrap_or(""),
            Some("function-body") => continue,
            // what a body of a function or a scheduled command builds does not run here
            _ if around != "do_block" => continue,
            _ => {}
        }
        undone.at(*id, &mut replay.db, &mut kept);
        replay.run(&Op::new(facts, *id));
    }
    let ended = |(of, replay): (Option<Arc<str>>, Replay)| {
        let yes = |id: FactId| State::Stated(Value::Bool(true), facts.fact(id).anchor);
        let undone: Vec<_> = replay.undone().into_iter().map(|id| (id, Field::Undone, yes(id))).collect();
        let Replay { db, mut found, because, .. } = replay;
        found.extend(undone);
        Replayed { of, database: db, found, because }
    };
    replays.into_iter().map(ended).collect()
}
