//! The lock that an operation takes on its table. Source: PostgreSQL's manual, "Explicit Locking", and the reference page
//! of each command (ALTER TABLE names the lock of each of its forms).

use crate::fact::{Fact, Field, State, Value};

/// Operations and their locks; those of ALTER TABLE that are not listed take ACCESS EXCLUSIVE.
const LOCKS: &[(&str, &str)] = &[
    ("insert", "row-exclusive"),
    ("update", "row-exclusive"),
    ("delete", "row-exclusive"),
    ("merge", "row-exclusive"),
    ("validate_constraint", "share-update-exclusive"),
    ("attach_partition", "share-update-exclusive"),
    ("vacuum", "share-update-exclusive"),
    ("create_index", "share"),
    ("alter_constraint", "share-row-exclusive"),
    ("create_trigger", "share-row-exclusive"),
    ("enable_trigger", "share-row-exclusive"),
    ("disable_trigger", "share-row-exclusive"),
];

/// What ALTER TABLE does under SHARE UPDATE EXCLUSIVE.
const MILD_ACTIONS: &[&str] = &["set-options", "reset-options", "cluster-on", "statistics"];

/// The lock that an operation takes when it runs; of those that take one.
pub(super) fn of(fact: &Fact) -> Option<State> {
    let is = fact.own(Field::Is)?.text()?;
    // LOCK TABLE says it itself
    if let Some(said) = fact.own(Field::Lock) {
        return Some(said.clone());
    }
    let said = |field: Field| fact.own(field).and_then(State::value) == Some(&Value::Bool(true));
    let text = |field: Field| fact.own(field).and_then(State::text);
    let word = match is {
        "create_index" | "drop_index" | "reindex" | "detach_partition" if said(Field::Concurrently) => {
            "share-update-exclusive"
        }
        "refresh_materialized_view" if said(Field::Concurrently) => "exclusive",
        "vacuum" if said(Field::Full) => "access-exclusive",
        "add_constraint" if text(Field::Constraint) == Some("foreign-key") => "share-row-exclusive",
        "alter_table" | "alter_column" if text(Field::Action).is_some_and(|action| MILD_ACTIONS.contains(&action)) => {
            "share-update-exclusive"
        }
        _ => LOCKS.iter().find(|(known, _)| *known == is).map_or("access-exclusive", |(_, lock)| lock),
    };
    Some(State::Stated(Value::Word(word), fact.anchor))
}
