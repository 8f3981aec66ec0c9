//! The sequences of columns that number themselves.

use super::{Op, Replay};
use crate::fact::{Field, State, Value};
use crate::replay::database::{Gone, Name, Relation, RelationKind, schema_of};
use crate::replay::names::chosen;
use crate::source::Secret;
use std::sync::Arc;

impl Replay {
    /// The sequence of a serial column, or of one that numbers itself.
    pub(super) fn own_sequence(&mut self, op: &Op<'_>) {
        let serial = op
            .text(Field::ColumnType)
            .is_some_and(|ty| matches!(ty, "serial" | "bigserial" | "smallserial" | "serial4" | "serial8" | "serial2"));
        let numbered = matches!(op.state(Field::Identity), State::Stated(..));
        let (Some(table), Some(column)) = (op.name(Field::Table), op.name(Field::Column)) else { return };
        if !serial && !numbered {
            return;
        }
        let schema = schema_of(&table).to_owned();
        let said = op.text(Field::NewName).filter(|_| op.is == "set_identity").map(str::to_owned);
        let taken = |name: &str| self.db.is_relation(&schema, name);
        let name = said.unwrap_or_else(|| chosen(&table, &[&column], "seq", taken));
        let mut sequence = self.new_relation(op, RelationKind::Sequence, &schema);
        sequence.owned_by = Some((Arc::clone(&table), Arc::clone(&column)));
        let full = format!("{schema}.{name}");
        if let (true, Some(relation)) = (serial, self.db.relations.get_mut(&table)) {
            let of_column = relation.columns.iter_mut().filter(|own| own.name == column);
            of_column.for_each(|column| column.definition = next_of(&full, op));
        }
        self.db.relations.insert(full.into(), sequence);
    }

    /// DROP IDENTITY takes the sequence of the column along.
    pub(super) fn drop_own_sequence(&mut self, op: &Op<'_>) {
        let (Some(table), Some(column), None) = (op.name(Field::Table), op.name(Field::Column), op.doubt()) else {
            return;
        };
        let owned = |relation: &Relation| {
            relation.owned_by.as_ref().is_some_and(|(own, named)| *own == table && *named == column)
        };
        let sequences = self.db.relations.iter().filter(|(_, relation)| owned(relation));
        let sequences: Vec<Name> = sequences.map(|(name, _)| Arc::clone(name)).collect();
        sequences.iter().for_each(|sequence| _ = self.db.relations.remove(sequence, Gone::Dropped(op.id)));
    }
}

/// The default of a serial column, as the server says it.
fn next_of(sequence: &str, op: &Op<'_>) -> State {
    let text = format!("nextval('{sequence}'::regclass)");
    State::Stated(Value::Secret(Secret::new(&text)), op.anchor())
}
