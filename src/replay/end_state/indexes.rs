//! Indexes, and whether one serves a foreign key.

use super::{Out, list, text};
use crate::fact::{Field, Kind, State, Value};
use crate::replay::database::{Index, Name, bare};

impl Out<'_> {
    /// Whether an index of all rows begins with these columns, in any order.
    pub(super) fn is_indexed(&self, table: &Name, columns: &[Name]) -> bool {
        let begins = |index: &Index| {
            let first = index.columns.get(..columns.len()).unwrap_or_default();
            !columns.is_empty() && !first.is_empty() && columns.iter().all(|column| first.contains(column))
        };
        self.db.indexes.iter().any(|(_, index)| index.table == *table && self.holds_keys(index) && begins(index))
    }

    /// Whether every row is in an index whose first column is not NULL: a foreign key asks for no others.
    fn holds_keys(&self, index: &Index) -> bool {
        let filled = |column: &Name| match index.predicate.value() {
            Some(Value::Secret(predicate)) => predicate.ask(|text| {
                let text = text.trim_start_matches('(').trim_end_matches(')');
                text.strip_suffix(" is not null").is_some_and(|name| name.trim_matches('"') == &**column)
            }),
            _ => false,
        };
        !index.partial || index.columns.first().is_some_and(filled)
    }

    pub(super) fn index(&mut self, name: &Name, index: &Index) {
        let by = index.made_by;
        let span = self.facts.fact(by).anchor;
        let own = |field: Field| self.facts.get(by, field).clone();
        // that of a table which may be gone may be gone, too
        let of_table = self.db.relations.get(&index.table).map(|relation| &relation.presence);
        let presence = of_table.filter(|presence| presence.doubt().is_some()).unwrap_or(&index.presence);
        let mut fact = self
            .of_table(Kind::Index, by, &index.table)
            .with_state(Field::Name, self.sure(presence, span, text(&bare(name).into(), span)))
            .with_state(Field::Columns, list(&index.columns, span))
            .with_state(Field::Unique, State::Stated(Value::Bool(index.unique), span))
            .with_state(Field::OfConstraint, State::Stated(Value::Bool(index.of_constraint), span));
        fact = self.called(fact, presence, bare(name), span);
        if matches!(own(Field::Method), State::Absent(_)) {
            fact.set(Field::Method, State::Defaulted("btree".into(), span.after()));
        } else {
            fact.set(Field::Method, own(Field::Method));
        }
        if let State::Stated(Value::List(traits), at) = index.traits.clone() {
            // the rest is the constraint's
            let of_index = |word: &Value| {
                let said = |text: &str| text.starts_with("include ") || text == "nulls not distinct";
                !index.of_constraint || matches!(word, Value::Text(text) if said(text))
            };
            fact.set(Field::Traits, State::Stated(Value::List(traits.into_iter().filter(of_index).collect()), at));
        }
        if !matches!(index.predicate, State::Absent(_)) {
            fact.set(Field::Predicate, index.predicate.clone());
        }
        self.made.push(fact);
    }
}
