//! The rules that a table has: constraints and triggers.

use super::{Out, list, text, with_those_there};
use crate::fact::{Field, Kind};
use crate::replay::database::{Constraint, Name, Trigger};

impl Out<'_> {
    pub(super) fn constraint(&mut self, table: &Name, constraint: &Constraint) {
        let at = self.facts.fact(constraint.made_by).anchor;
        let mut fact = self
            .of_table(Kind::Constraint, constraint.made_by, table)
            .with_state(Field::Name, self.sure(&constraint.presence, at, text(&constraint.name, at)))
            .with_word(Field::Constraint, constraint.kind, at);
        if !constraint.columns.is_empty() {
            fact.set(Field::Columns, list(&constraint.columns, at));
        }
        let fact = self.called(fact, &constraint.presence, &constraint.name, at);
        self.made.push(with_those_there(
            fact,
            &[(Field::Definition, &constraint.definition), (Field::Traits, &constraint.traits)],
        ));
    }

    pub(super) fn trigger(&mut self, table: &Name, trigger: &Trigger) {
        let at = self.span(trigger.made_by, Field::Name);
        let fact = self
            .of_table(Kind::Trigger, trigger.made_by, table)
            .with_state(Field::Name, self.sure(&trigger.presence, at, text(&trigger.name, at)));
        let fact = self.called(fact, &trigger.presence, &trigger.name, at);
        let others = [
            (Field::Executes, &trigger.executes),
            (Field::Definition, &trigger.definition),
            (Field::Traits, &trigger.fires),
        ];
        self.made.push(with_those_there(fact, &others));
    }
}
