//! Columns: made, dropped, renamed, retyped; and whether those that are written are there.

use super::cascade::Word;
use super::{Op, OwnedFound, Replay, defaulted};
use crate::fact::{Cause, FactId, Field, State, Value};
use crate::replay::database::{Column, Gone, Name, Presence, Relation, RelationKind, bare, schema_of};
use std::sync::Arc;

/// Columns that every table has: PostgreSQL's manual, "System Columns".
const SYSTEM: &[&str] = &["oid", "tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];

impl Replay {
    /// Operations on columns.
    pub(super) fn column_operation(&mut self, op: &Op<'_>) -> bool {
        match op.is {
            "create_column" | "add_column" => self.new_column(op),
            "drop_column" => self.drop_column(op),
            "rename_column" => self.rename_column(op),
            "alter_column_type" => self.alter_column(op, |column, op| {
                column.ty = op.gives(&column.ty, op.state(Field::ColumnType).clone());
                column.modifier = op.gives(&column.modifier, op.state(Field::Modifier).clone());
                column.traits = super::traits::changed(&column.traits, op);
            }),
            "set_not_null" => self.alter_column(op, |column, op| {
                column.nullable = op.switches(&column.nullable, false);
            }),
            "drop_not_null" => self.alter_column(op, |column, op| {
                column.nullable = op.switches(&column.nullable, true);
            }),
            "set_identity" => {
                self.alter_column(op, |column, op| {
                    column.identity = op.gives(&column.identity, op.state(Field::Identity).clone());
                });
                self.own_sequence(op);
            }
            "set_default" => self.alter_column(op, |column, op| {
                let new = default_of(op.state(Field::Definition), op);
                column.definition = op.gives(&column.definition, new);
            }),
            "drop_default" => self.alter_column(op, |column, op| {
                column.definition = op.gives(&column.definition, State::Absent(None));
            }),
            "drop_expression" => self.alter_column(op, |column, op| {
                column.definition = op.gives(&column.definition, State::Absent(None));
                column.generated = op.gives(&column.generated, State::Absent(None));
            }),
            "drop_identity" => {
                self.alter_column(op, |column, op| {
                    column.identity = op.gives(&column.identity, State::Absent(None));
                });
                self.drop_own_sequence(op);
            }
            "alter_column" => {
                self.alter_column(op, |column, op| column.traits = super::traits::changed(&column.traits, op));
                self.usual_storage(op);
            }
            "write_column" => _ = self.finds_column(op),
            _ => return false,
        }
        true
    }

    /// Notes whether a column of an operation is there, and gives both names where they are known.
    pub(super) fn finds_column(&mut self, op: &Op<'_>) -> Option<(Name, Name)> {
        let table = self.finds_table(op, Field::TargetTable)?;
        let column = op.name(Field::Column)?;
        let found = match self.db.relations.get(&table) {
            None => self.relation(&table).owned(),
            Some(relation) if relation.implied => self.relation(&table).owned(),
            Some(relation) => match column_of(relation, &column) {
                Some(found) => found,
                None => return self.open_column(op, &table).map(|()| (table, column)),
            },
        };
        // a table that may be another one has columns that are not known
        let own = self.db.relations.get(&table).filter(|own| !own.implied);
        let unsure = matches!(own.map(|own| &own.presence), Some(Presence::Perhaps(_)));
        let found = match found {
            OwnedFound::Absent if unsure => OwnedFound::Outside,
            other => other,
        };
        self.finds(op, Field::Target, "column", found.borrowed());
        Some((table, column))
    }

    /// A column that the table may have, since not all of its columns are written down.
    fn open_column(&mut self, op: &Op<'_>, table: &Name) -> Option<()> {
        let relation = self.db.relations.get(table)?;
        if matches!(relation.kind, RelationKind::View | RelationKind::MaterializedView) {
            // which columns a query gives is not followed
            return Some(());
        }
        let cause = relation.open.clone()?;
        self.found.push((op.id, Field::Target, State::Unknown(op.anchor(), cause)));
        Some(())
    }

    fn new_column(&mut self, op: &Op<'_>) {
        // a column of CREATE TABLE comes with its table
        let known = match op.is {
            "create_column" => op.name(Field::Table).zip(op.name(Field::Column)),
            _ => self.finds_column(op),
        };
        let Some((table, name)) = known else {
            let table = op.name(Field::Table);
            if let Some(relation) = table.and_then(|table| self.db.relations.get_mut(&table)) {
                relation.open.get_or_insert_with(unknown_column);
            } else if op.name(Field::Table).is_none() {
                self.doubt("column", &unknown_column(), op);
                let all = self.db.relations.iter_mut().filter(|(_, relation)| relation.kind == RelationKind::Table);
                all.for_each(|(_, relation)| _ = relation.open.get_or_insert_with(unknown_column));
            }
            return;
        };
        let Some(relation) = self.db.relations.get_mut(&table) else { return };
        // the columns of CREATE TABLE IF NOT EXISTS are those of the table that was there
        if op.is == "create_column" && !made_with(op, relation) {
            return;
        }
        if let Some(column) = relation.columns.iter_mut().find(|column| column.name == name) {
            if op.doubt().is_none() {
                column.presence = Presence::Certain;
            }
            if op.is == "create_column" && !column.local {
                column.says_more(op);
            }
            return;
        }
        let nullable = match op.state(Field::Nullable) {
            State::Absent(_) => defaulted(true, op),
            state => state.clone(),
        };
        let added = Column {
            name,
            made_by: op.id,
            presence: op.presence(),
            ty: stored(op.state(Field::ColumnType)),
            nullable,
            modifier: op.state(Field::Modifier).clone(),
            definition: default_of(op.state(Field::Definition), op),
            generated: op.state(Field::Generated).clone(),
            identity: op.state(Field::Identity).clone(),
            traits: super::traits::changed(&State::Absent(None), op),
            local: true,
        };
        relation.columns.push(added.clone());
        self.own_sequence(op);
        if op.is == "add_column" && !op.is_true(Field::Only) {
            self.pass_on(&table, added);
        }
    }

    /// A new column of a table is one of its heirs, too: theirs by the same name is one with it.
    fn pass_on(&mut self, table: &Name, added: Column) {
        let name = Arc::clone(&added.name);
        // a serial one has its sequence by now
        let own = self.db.relations.get(table).and_then(|own| own.columns.iter().find(|column| column.name == name));
        let mut added = own.cloned().unwrap_or(added);
        added.local = false;
        for heir in self.heirs_of(table) {
            let Some(relation) = self.db.relations.get_mut(&heir) else { continue };
            let partition = relation.partition_of.is_some();
            if !relation.columns.iter().any(|column| column.name == name) {
                relation.columns.push(added.clone().inherited(partition));
            }
        }
    }

    fn drop_column(&mut self, op: &Op<'_>) {
        let Some((table, name)) = self.finds_column(op) else {
            let table = op.name(Field::Table);
            if let Some(relation) = table.and_then(|table| self.db.relations.get_mut(&table)) {
                let cause = unknown_column();
                relation.columns.iter_mut().for_each(|column| column.presence = Presence::Perhaps(Arc::clone(&cause)));
            }
            return;
        };
        let Some(relation) = self.db.relations.get_mut(&table) else { return };
        if let Some(cause) = op.doubt() {
            let column = relation.columns.iter_mut().find(|column| column.name == name);
            column.into_iter().for_each(|column| column.presence = Presence::Perhaps(Arc::clone(cause)));
            return self.doubt_those_on(&table, &name, cause);
        }
        self.lose_column(&table, &name, op);
    }

    /// A column goes, with what is made of it.
    pub(super) fn lose_column(&mut self, table: &Name, name: &Name, op: &Op<'_>) {
        self.cascade(name, Some(table), Word::Plain, op);
        let Some(relation) = self.db.relations.get_mut(table) else { return };
        let before = relation.columns.len();
        relation.columns.retain(|column| column.name != *name);
        if relation.columns.len() < before {
            relation.lost.push((Arc::clone(name), Gone::Dropped(op.id)));
        }
        let lost: Vec<Name> = relation
            .constraints
            .iter()
            .filter(|constraint| constraint.columns.contains(name))
            .map(|constraint| Arc::clone(&constraint.name))
            .collect();
        relation.constraints.retain(|constraint| !constraint.columns.contains(name));
        let schema = schema_of(table).to_owned();
        for constraint in lost {
            self.db.indexes.remove(&format!("{schema}.{constraint}"), Gone::Dropped(op.id));
        }
        let indexes =
            self.db.indexes.names_where(|_, index| index.table == *table && super::indexes::stands_on(index, name));
        indexes.iter().for_each(|index| _ = self.db.indexes.remove(index, Gone::Dropped(op.id)));
        let owned = |relation: &Relation| {
            relation.owned_by.as_ref().is_some_and(|(own, column)| own == table && column == name)
        };
        let sequences = self.db.relations.iter().filter(|(_, relation)| owned(relation));
        let sequences: Vec<Name> = sequences.map(|(name, _)| Arc::clone(name)).collect();
        sequences.iter().for_each(|sequence| _ = self.db.relations.remove(sequence, Gone::Dropped(op.id)));
        if !op.is_true(Field::Only) {
            self.heirs_lose(table, name, op);
        }
    }

    /// The heirs of a table lose the column that it loses, but where they have it by themselves or from another table.
    fn heirs_lose(&mut self, table: &Name, name: &Name, op: &Op<'_>) {
        if !self.db.has_heirs {
            return;
        }
        let has = |relation: &Relation| relation.columns.iter().any(|column| column.name == *name);
        let is_heir = |relation: &Relation| {
            let others = relation.parents.iter().filter(|parent| *parent != table);
            let partition = relation.partition_of.as_ref() == Some(table);
            let own = relation.columns.iter().any(|column| column.name == *name && column.local);
            let elsewhere = others.filter_map(|parent| self.db.relations.get(parent)).any(has);
            partition || (relation.parents.contains(table) && !own && !elsewhere)
        };
        let heirs = self.db.relations.names_where(|_, relation| is_heir(relation) && has(relation));
        heirs.iter().for_each(|heir| self.lose_column(heir, name, op));
    }

    /// What stands on a column that may be gone may be gone with it.
    fn doubt_those_on(&mut self, table: &Name, column: &Name, cause: &Arc<Cause>) {
        let doubtful = Presence::Perhaps(Arc::clone(cause));
        let Some(relation) = self.db.relations.get_mut(table) else { return };
        let constraints = relation.constraints.iter_mut().filter(|constraint| constraint.columns.contains(column));
        constraints.for_each(|constraint| constraint.presence = doubtful.clone());
        let indexes = self.db.indexes.iter_mut().map(|(_, index)| index);
        let own = indexes.filter(|index| index.table == *table && super::indexes::stands_on(index, column));
        own.for_each(|index| index.presence = doubtful.clone());
    }

    fn alter_column(&mut self, op: &Op<'_>, change: impl Fn(&mut Column, &Op<'_>)) {
        let Some((table, name)) = self.finds_column(op) else { return };
        // what numbers a column is not inherited
        let own = op.is_true(Field::Only) || matches!(op.is, "set_identity" | "drop_identity");
        let heirs = if own { Vec::new() } else { self.heirs_of(&table) };
        for table in std::iter::once(&table).chain(&heirs) {
            let Some(relation) = self.db.relations.get_mut(table) else { continue };
            if let Some(column) = relation.columns.iter_mut().find(|column| column.name == name) {
                change(column, op);
            }
        }
    }
}

impl Column {
    /// The same as an heir has it. What numbers a column is not inherited, but by partitions of a server that is new enough.
    pub(super) fn inherited(mut self, partition: bool) -> Self {
        self.local = false;
        if let State::Stated(_, span) | State::Defaulted(_, span) = self.identity {
            let cause = Cause::new(
                "is that of its table from PostgreSQL 17 on, and none before",
                "Look at the column in the database.",
            );
            self.identity = if partition { State::Unknown(span, cause) } else { State::Absent(None) };
        }
        self
    }

    /// CREATE TABLE says more of a column that it inherits.
    fn says_more(&mut self, op: &Op<'_>) {
        self.local = true;
        if matches!(op.state(Field::Nullable).value(), Some(Value::Bool(false))) {
            self.nullable = op.state(Field::Nullable).clone();
        }
        for (field, own) in [(Field::Generated, &mut self.generated), (Field::Identity, &mut self.identity)] {
            if !matches!(op.state(field), State::Absent(_)) {
                *own = op.state(field).clone();
            }
        }
        if !matches!(op.state(Field::Definition), State::Absent(_)) {
            self.definition = default_of(op.state(Field::Definition), op);
        }
    }
}

/// The expression of a default: none where it is NULL, which is what a column without one has.
fn default_of(definition: &State, op: &Op<'_>) -> State {
    if op.text(Field::Default) == Some("nothing") { State::Absent(None) } else { definition.clone() }
}

/// Whether a column of CREATE TABLE belongs to the table that is there: that statement made it, and none of the same table
/// stands between. Its columns stand behind it; those of a table that the same text makes under another name may, too.
pub(super) fn made_with(op: &Op<'_>, relation: &Relation) -> bool {
    let table = op.facts.get(op.id, Field::Table).text();
    let makes = |id: u32| {
        let is = op.facts.get(FactId(id), Field::Is).text();
        matches!(is, Some("create_table" | "create_foreign_table"))
            && op.facts.get(FactId(id), Field::Table).text() == table
    };
    let same = op.facts.fact(relation.made_by).document == op.facts.fact(op.id).document;
    same && (relation.made_by.0..op.id.0).rev().find(|id| makes(*id)) == Some(relation.made_by.0)
}

/// The type that a column has: a serial one is an integer with a sequence.
fn stored(written: &State) -> State {
    let stored = match written.text() {
        Some("smallserial") => "smallint",
        Some("serial") => "integer",
        Some("bigserial") => "bigint",
        _ => return written.clone(),
    };
    match written {
        State::Stated(_, span) => State::Stated(stored.into(), *span),
        other => other.clone(),
    }
}

/// The name of a type as the server prints it: without `public`, in quotes where it needs them.
pub(super) fn printed(name: &str) -> String {
    let name_itself = printed_part(bare(name));
    match schema_of(name) {
        "public" => name_itself,
        schema => format!("{}.{name_itself}", printed_part(schema)),
    }
}

/// One part of a name, likewise.
pub(super) fn printed_part(part: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if part.bytes().all(plain) { part.to_owned() } else { format!("\"{part}\"") }
}

/// What a table says of a column; nothing where it may have it without saying so.
pub(super) fn column_of(relation: &Relation, name: &str) -> Option<OwnedFound> {
    if let Some(column) = relation.columns.iter().find(|column| *column.name == *name) {
        return Some(OwnedFound::There(column.presence.clone()));
    }
    if SYSTEM.contains(&name) {
        return Some(OwnedFound::There(Presence::Certain));
    }
    if let Some((_, gone)) = relation.lost.iter().rev().find(|(lost, _)| **lost == *name) {
        return Some(OwnedFound::Gone(gone.clone()));
    }
    if relation.open.is_some() { None } else { Some(OwnedFound::Absent) }
}

pub(super) fn unknown_column() -> Arc<Cause> {
    Cause::new("may have columns whose names are built at run time", "Write the statement out.")
}
