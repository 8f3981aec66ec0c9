//! Expressions follow the names that stand in them: the server keeps what they mean, and says it with the names of now.

use super::{Op, Replay};
use crate::document::sql::text;
use crate::fact::{Cause, State, Value};
use crate::replay::database::{Name, Relation, bare};
use crate::source::Secret;
use std::sync::Arc;

/// Everything of a relation that is an expression or a query.
fn of_relation(relation: &mut Relation) -> impl Iterator<Item = &mut State> {
    let columns = relation.columns.iter_mut().map(|column| &mut column.definition);
    let constraints = relation.constraints.iter_mut().map(|constraint| &mut constraint.definition);
    let policies =
        relation.policies.iter_mut().flat_map(|policy| [&mut policy.using_definition, &mut policy.check_definition]);
    let triggers = relation.triggers.iter_mut().map(|trigger| &mut trigger.definition);
    columns.chain(constraints).chain(policies).chain(triggers).chain(std::iter::once(&mut relation.definition))
}

impl Replay {
    /// A column got another name: the expressions of its table say it with that. What other tables and views ask may mean
    /// the column or another one of the same name.
    pub(super) fn name_in_definitions(&mut self, table: &Name, old: &str, new: &str, op: &Op<'_>) {
        for (name, relation) in self.db.relations.iter_mut() {
            let own = name == table;
            for state in of_relation(relation) {
                match state {
                    // who asks a column of another table names that table
                    State::Stated(Value::Secret(secret), _)
                        if secret
                            .ask(|text| (own || text::mentions(text, bare(table))) && text::mentions(text, old)) =>
                    {
                        if own {
                            *secret = Secret::new(&secret.ask(|text| text::renamed(text, old, new)));
                        } else {
                            *state = State::Unknown(op.anchor(), renamed());
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// A type got another name: where a text names it behind `::` only, the text follows.
    pub(super) fn type_in_definitions(&mut self, old: &Name, new: &Name, op: &Op<'_>) {
        for (_, relation) in self.db.relations.iter_mut() {
            for state in of_relation(relation) {
                let State::Stated(Value::Secret(secret), _) = state else { continue };
                if !secret.ask(|text| text::mentions(text, bare(old))) {
                    continue;
                }
                match secret.ask(|text| text::with_type(text, old, new)) {
                    Some(text) => *secret = Secret::new(&text),
                    None => *state = State::Unknown(op.anchor(), renamed()),
                }
            }
        }
    }

    /// Something got another name or schema: what an expression means that holds the old one is not known.
    pub(super) fn doubt_definitions(&mut self, old: &str, op: &Op<'_>) {
        for (_, relation) in self.db.relations.iter_mut() {
            for state in of_relation(relation) {
                let mentions = |secret: &Secret| secret.ask(|text| text::mentions(text, old));
                if matches!(state, State::Stated(Value::Secret(secret), _) if mentions(secret)) {
                    *state = State::Unknown(op.anchor(), renamed());
                }
            }
        }
    }
}

fn renamed() -> Arc<Cause> {
    Cause::new("may speak of something that got another name since", "Compare it by hand.")
}
