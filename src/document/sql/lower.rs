//! Completes operations with what their surroundings say: where they stand, what guards them, where their objects come
//! from.

use super::Reader;
use super::guard::{Guard, Protection};
use super::lock;
use crate::fact::{Fact, Field, Kind, State, Value};

/// What surrounds a statement.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    /// A word of `stands`.
    pub stands: &'static str,
    /// Whether it runs with the script: the body of a function does not.
    pub runs: bool,
    /// Existence checks that it runs under.
    pub guards: Vec<Guard>,
    /// How many bodies it stands in.
    pub depth: usize,
    /// How many conditions it runs under that are no existence checks.
    pub conditions: usize,
}

impl Scope {
    /// A statement of the script itself.
    pub fn top_level() -> Self {
        Self { stands: "top-level", runs: true, guards: Vec::new(), depth: 0, conditions: 0 }
    }

    /// Inside a body of such a statement.
    pub fn inside(&self, stands: &'static str) -> Self {
        let runs = self.runs && stands != "function-body";
        // a function's body runs long after the check
        let within = stands != "function-body";
        let guards = if within { self.guards.clone() } else { Vec::new() };
        let conditions = if within { self.conditions } else { 0 };
        Self { stands, runs, guards, depth: self.depth + 1, conditions }
    }
}

impl Reader {
    /// Completes an operation and takes it in.
    pub(super) fn place(&mut self, fact: Fact, scope: &Scope) {
        let anchor = fact.anchor;
        let mut fact = fact.standing_in(self.half).with_word(Field::Stands, scope.stands, anchor);
        self.made.resolve_path(&mut fact);
        self.made.resolve_temporary(&mut fact);
        let made = fact.own(Field::Table).and_then(State::text).is_some_and(|table| self.made.has_table(table));
        let (guarded, span) = guarded(&fact, &scope.guards, made);
        fact.set(Field::Guarded, State::Stated(Value::Word(guarded), span.unwrap_or(anchor)));
        if scope.conditions > 0 {
            fact.set(Field::Conditional, State::Stated(Value::Bool(true), anchor));
        }
        let is = fact.own(Field::Is).and_then(State::text);
        if let Some(variant) = is.and_then(|is| Kind::Operation.def().variant(is)) {
            self.made.complete(&mut fact, variant);
            let locks = scope.runs && variant.fields.contains(&Field::Lock);
            if let Some(lock) = lock::of(&fact).filter(|_| locks) {
                fact.set(Field::Lock, lock);
            }
            if scope.runs && variant.fields.contains(&Field::InTransaction) {
                self.session.complete(&mut fact, variant);
            }
        }
        if scope.runs {
            self.session.note(&fact);
            self.made.note(&fact);
        }
        self.out.facts.push(fact);
    }
}

/// How well its guards protect an operation, and where the best of them stands.
fn guarded(fact: &Fact, guards: &[Guard], made: bool) -> (&'static str, Option<crate::source::Span>) {
    // of those that protect it as well the innermost
    let best =
        guards.iter().map(|guard| (guard.protection(fact, made), guard)).max_by_key(|(protection, _)| *protection);
    match best {
        Some((Protection::Same, guard)) => ("same-object", Some(guard.span)),
        Some((Protection::Holder, guard)) => ("holder", Some(guard.span)),
        Some((Protection::Other, guard)) => ("other-object", Some(guard.span)),
        None => ("no", None),
    }
}
