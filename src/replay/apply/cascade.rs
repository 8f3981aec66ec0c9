//! CASCADE: what stands on something that is dropped goes with it. What an expression speaks of is known by its words; where
//! those may mean something else, what holds them is there perhaps. PostgreSQL's manual, "Dependency Tracking".

use super::{Op, Replay};
use crate::document::sql::text;
use crate::fact::{Cause, Field, State, Value};
use crate::replay::database::{Gone, Name, Presence, RelationKind, bare, schema_of};
use std::sync::Arc;

/// What the word of a name means in an expression.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// That object, unless a query stands in it.
    Plain,
    /// That object, or another one of the same name.
    Ambiguous,
    /// A table: it can only stand in a query.
    Table,
}

/// How an expression stands to a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Speaks {
    Not,
    Perhaps,
    Surely,
}

/// Whether an expression speaks of a name. One with a query in it may mean a column of another table.
fn speaks(state: &State, name: &str, word: Word) -> Speaks {
    match state {
        State::Stated(Value::Secret(secret), _) | State::Defaulted(Value::Secret(secret), _) => secret.ask(|text| {
            let query = text::mentions(text, "select");
            match (text::mentions(text, name), word) {
                (false, _) => Speaks::Not,
                (true, Word::Plain) if !query => Speaks::Surely,
                (true, Word::Table) if !query => Speaks::Not,
                (true, _) => Speaks::Perhaps,
            }
        }),
        State::Unknown(..) => Speaks::Perhaps,
        _ => Speaks::Not,
    }
}

fn of_both(one: Speaks, other: Speaks) -> Speaks {
    match (one, other) {
        (Speaks::Surely, _) | (_, Speaks::Surely) => Speaks::Surely,
        (Speaks::Not, Speaks::Not) => Speaks::Not,
        _ => Speaks::Perhaps,
    }
}

/// Takes away what surely depends, and doubts what may.
fn fell<T>(all: &mut Vec<T>, depends: impl Fn(&T) -> Speaks, doubt: impl Fn(&mut T)) {
    all.retain(|one| depends(one) != Speaks::Surely);
    all.iter_mut().filter(|one| depends(one) == Speaks::Perhaps).for_each(doubt);
}

fn doubtful() -> Presence {
    Presence::Perhaps(cause())
}

fn cause() -> Arc<Cause> {
    Cause::new(
        "may stand on something that was dropped with CASCADE, and be gone with it",
        "Drop it in a statement of its own.",
    )
}

impl Replay {
    /// What speaks of a name, in one table or in all, goes with it: policies, triggers, checks, defaults and views.
    pub(super) fn cascade(&mut self, name: &str, table: Option<&Name>, word: Word, op: &Op<'_>) {
        if !op.is_true(Field::Cascade) || op.doubt().is_some() {
            return;
        }
        let mut views: Vec<Name> = Vec::new();
        for (own, relation) in self.db.relations.iter_mut() {
            if table.is_none_or(|table| table == own) {
                let of = |state: &State| speaks(state, name, word);
                fell(
                    &mut relation.policies,
                    |policy| of_both(of(&policy.using_definition), of(&policy.check_definition)),
                    |policy| policy.presence = doubtful(),
                );
                fell(&mut relation.triggers, |one| of(&one.definition), |one| one.presence = doubtful());
                fell(&mut relation.constraints, |one| of(&one.definition), |one| one.presence = doubtful());
                for column in &mut relation.columns {
                    match of(&column.definition) {
                        Speaks::Not => {}
                        _ if matches!(column.generated, State::Stated(..)) => column.presence = doubtful(),
                        _ if table.is_some() => {}
                        Speaks::Surely => column.definition = State::Absent(None),
                        Speaks::Perhaps => column.definition = State::Unknown(op.anchor(), cause()),
                    }
                }
            }
            if table.is_none_or(|table| relation.reads.contains(table))
                && speaks(&relation.definition, name, Word::Ambiguous) != Speaks::Not
            {
                views.push(Arc::clone(own));
            }
        }
        for view in views {
            if let Some(view) = self.db.relations.get_mut(&view) {
                view.presence = doubtful();
            }
        }
        for (_, index) in self.db.indexes.iter_mut() {
            let holds = index.columns.iter().any(|column| column.contains('(') && text::mentions(column, name));
            if holds && table.is_none_or(|table| index.table == *table) {
                index.presence = doubtful();
            }
        }
    }

    /// DROP TYPE … CASCADE: columns of the type, and functions that take it.
    pub(super) fn cascade_type(&mut self, ty: &Name, op: &Op<'_>) {
        if !op.is_true(Field::Cascade) || op.doubt().is_some() {
            return;
        }
        let printed = super::columns::printed(ty);
        let of_type = |text: &str| text.trim_end_matches("[]") == printed;
        let mut lost: Vec<(Name, Name)> = Vec::new();
        for (table, relation) in self.db.relations.iter() {
            let own = relation.columns.iter().filter(|column| column.ty.text().is_some_and(of_type));
            lost.extend(own.map(|column| (Arc::clone(table), Arc::clone(&column.name))));
        }
        for (table, column) in lost {
            self.lose_column(&table, &column, op);
        }
        let of = |own: &Name| of_type(own.strip_prefix("setof ").unwrap_or(own));
        for routine in self.db.routines.names_where(|_, routine| routine.types.iter().any(of)) {
            self.db.routines.remove(&routine, Gone::Dropped(op.id));
        }
    }

    /// DROP SCHEMA … CASCADE: what stands elsewhere on its types, functions and sequences.
    pub(super) fn cascade_schema(&mut self, schema: &str, op: &Op<'_>) {
        let own = |name: &Name| name.contains('.') && schema_of(name) == schema;
        for ty in self.db.types.names_where(|name, _| own(name)) {
            self.cascade_type(&ty, op);
            self.cascade(bare(&ty), None, Word::Ambiguous, op);
        }
        for relation in self.db.relations.names_where(|name, _| own(name)) {
            match self.db.relations.get(&relation).map(|own| own.kind) {
                Some(RelationKind::Sequence) => self.cascade_sequence(&relation, op),
                _ => self.cascade_type(&relation, op),
            }
        }
        let routines: Vec<Name> = self.db.routines.iter().map(|(_, routine)| Arc::clone(&routine.name)).collect();
        for name in routines.iter().filter(|name| own(name)) {
            let alike = routines.iter().any(|other| bare(other) == bare(name) && !own(other));
            self.cascade(bare(name), None, if alike { Word::Ambiguous } else { Word::Plain }, op);
        }
    }

    /// DROP EXTENSION … CASCADE: columns of a type of its name, and perhaps indexes with operator classes of their own.
    pub(super) fn cascade_extension(&mut self, extension: &Name, op: &Op<'_>) {
        if !op.is_true(Field::Cascade) || op.doubt().is_some() {
            return;
        }
        self.cascade_type(&format!("public.{extension}").into(), op);
        let classed = |traits: &State| match traits.value() {
            Some(Value::List(said)) => said.iter().any(|word| match word {
                Value::Text(word) => word.starts_with("column ") && word.contains("_ops"),
                _ => false,
            }),
            _ => false,
        };
        for (_, index) in self.db.indexes.iter_mut().filter(|(_, index)| classed(&index.traits)) {
            index.presence = doubtful();
        }
    }

    /// DROP SEQUENCE … CASCADE: defaults that ask it for the next number.
    pub(super) fn cascade_sequence(&mut self, sequence: &Name, op: &Op<'_>) {
        if !op.is_true(Field::Cascade) || op.doubt().is_some() {
            return;
        }
        let spelled = [format!("'{sequence}'"), format!("'{}'", bare(sequence))];
        let spelled = if schema_of(sequence) == "public" { &spelled[..] } else { &spelled[..1] };
        for column in self.db.relations.iter_mut().flat_map(|(_, relation)| &mut relation.columns) {
            let asks = match column.definition.value() {
                Some(Value::Secret(said)) => {
                    said.ask(|text| text.contains("nextval") && spelled.iter().any(|name| text.contains(name)))
                }
                _ => false,
            };
            if asks {
                column.definition = State::Absent(None);
            }
        }
    }

    /// DROP CONSTRAINT … CASCADE of a key: the foreign keys that stand on it.
    pub(super) fn cascade_key(&mut self, table: &Name, columns: &[Name], primary: bool, op: &Op<'_>) {
        if !op.is_true(Field::Cascade) || op.doubt().is_some() {
            return;
        }
        for (_, relation) in self.db.relations.iter_mut() {
            relation.constraints.retain(|constraint| {
                let on_key = primary && constraint.referenced.is_empty() || constraint.referenced == columns;
                constraint.references.as_ref() != Some(table) || !on_key
            });
        }
    }

    /// DROP OWNED BY: privileges of the role go, and what it owns.
    pub(super) fn drop_owned(&mut self, op: &Op<'_>) {
        let (Some(role), None) = (op.name(Field::Name), op.doubt()) else { return };
        self.forget_role(&role);
        let owned = self.db.relations.iter().filter(|(_, relation)| relation.owner.as_ref() == Some(&role));
        let owned: Vec<Name> = owned.map(|(name, _)| Arc::clone(name)).collect();
        owned.iter().for_each(|name| self.take_relation(name, op));
        let routines = self.db.routines.iter().filter(|(_, routine)| routine.owner.as_ref() == Some(&role));
        let routines: Vec<Name> = routines.map(|(name, _)| Arc::clone(name)).collect();
        routines.iter().for_each(|name| _ = self.db.routines.remove(name, Gone::Dropped(op.id)));
    }
}
