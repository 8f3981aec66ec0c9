//! The replay: migrations in their order build the schema of a database, and say what each operation finds there. Pure:
//! facts in, facts out. What a guard, a condition or text built at run time decides is not known, and said so.

mod acl;
mod apply;
mod catalog;
pub mod database;
mod defaults;
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
use apply::{Bodies, Op, Replay, Runs};
use std::collections::HashMap;
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
/// not run, nor what no runner takes, nor bodies of functions, but where one is called; a revert is a migration like any
/// other.
pub fn replay(facts: &Facts) -> Vec<Replayed> {
    let mut course = Course {
        facts,
        undone: transactions::Undone::of(facts),
        bodies: Bodies::of(facts),
        kept: HashMap::new(),
        replays: Vec::new(),
        pending: Vec::new(),
    };
    // what a dynamic statement stands in: the operation at the top level before it
    let mut around = "";
    for id in facts.of_kind(Kind::Operation) {
        let direction = FieldRef { of: Some(Kind::Migration), field: Field::Direction };
        let history = facts.document(*id).history.as_ref();
        if facts.get(*id, direction).text() == Some("down") || history.is_some_and(|history| !history.runs) {
            continue;
        }
        let of = history.map(|history| Arc::clone(&history.of));
        if course.replays.last().is_none_or(|(known, _)| *known != of) {
            course.table_is_made();
            course.replays.push((of, Replay::default()));
        }
        match facts.get(*id, Field::Stands).text() {
            Some("top-level") => around = facts.get(*id, Field::Is).text().unwrap_or(""),
            Some("function-body") => continue,
            // what a body of a function or a scheduled command builds does not run here
            _ if around != "do_block" => continue,
            _ => {}
        }
        course.run(*id);
    }
    course.table_is_made();
    let ended = |(of, replay): (Option<Arc<str>>, Replay)| {
        let yes = |id: FactId| State::Stated(Value::Bool(true), facts.fact(id).anchor);
        let undone: Vec<_> = replay.undone().into_iter().map(|id| (id, Field::Undone, yes(id))).collect();
        let Replay { db, mut found, because, .. } = replay;
        found.extend(undone);
        Replayed { of, database: db, found, because }
    };
    course.replays.into_iter().map(ended).collect()
}

/// A replay on its way.
struct Course<'f> {
    facts: &'f Facts,
    undone: transactions::Undone,
    bodies: Bodies,
    kept: HashMap<FactId, Database>,
    replays: Vec<(Option<Arc<str>>, Replay)>,
    /// The constraints of a new table: they wait for all of its columns.
    pending: Vec<Op<'f>>,
}

impl<'f> Course<'f> {
    fn run(&mut self, id: FactId) {
        let mut op = Op::new(self.facts, id);
        let more = matches!(op.is, "create_column" | "create_constraint" | "like_table");
        if !more {
            self.table_is_made();
        }
        let Some((_, replay)) = self.replays.last_mut() else { return };
        self.undone.at(id, &mut replay.db, &mut self.kept);
        if let (Some(cause), None) = (self.undone.doubt(self.facts, id), op.doubt()) {
            op.runs = Runs::Perhaps(cause);
        }
        replay.resolve(&mut op);
        if op.path().is_some() {
            replay.found.extend(op.given.iter().map(|(field, state)| (id, *field, state.clone())));
        }
        if op.is != "create_constraint" {
            replay.run(&op);
            replay.follow(&op, &self.bodies, 0);
        }
        if matches!(op.is, "create_constraint" | "like_table") {
            self.pending.push(op);
        }
    }

    /// The columns of a new table are all there: its constraints are made in the order in which PostgreSQL makes them, which
    /// decides about their names (`transformCreateStmt` of its source).
    fn table_is_made(&mut self) {
        let Some((_, replay)) = self.replays.last_mut() else { return };
        let mut pending = std::mem::take(&mut self.pending);
        pending.sort_by_key(|op| match (op.is, op.text(Field::Constraint)) {
            ("like_table", _) => 3,
            (_, Some("check" | "not-null")) => 0,
            (_, Some("primary-key")) => 1,
            (_, Some("foreign-key")) => 4,
            _ => 2,
        });
        for op in &pending {
            match op.is {
                "like_table" => replay.like_keys(op),
                _ => replay.run(op),
            }
        }
    }
}
