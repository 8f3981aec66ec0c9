//! Columns: made, dropped, renamed, retyped; and whether those that are written are there.

use super::cascade::Word;
use super::{Op, OwnedFound, Replay, defaulted};
use crate::fact::{Cause, FactId, Field, State, Value};
use crate::replay::database::{Column, Gone, Name, Presence, Relation, RelationKind, bare, schema_of};
use crate::replay::names::chosen;
use crate::source::Secret;
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
            "alter_column" => self.alter_column(op, |_, _| {}),
            "write_column" => _ = self.finds_column(op),
            _ => return false,
        }
        true
    }

    /// Notes whether a column of an operation is there, and gives both names where they are known.
    fn finds_column(&mut self, op: &Op<'_>) -> Option<(Name, Name)> {
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
        };
        relation.columns.push(added.clone());
        if op.is == "add_column" && !op.is_true(Field::Only) {
            for partition in self.partitions_of(&table) {
                if let Some(relation) = self.db.relations.get_mut(&partition) {
                    relation.columns.push(added.clone());
                }
            }
        }
        self.own_sequence(op);
    }

    /// The sequence of a serial column, or of one that numbers itself.
    fn own_sequence(&mut self, op: &Op<'_>) {
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
        let taken = |name: &str| self.db.relations.has(&format!("{schema}.{name}"));
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
    fn drop_own_sequence(&mut self, op: &Op<'_>) {
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
        let indexes = self.db.indexes.iter().filter(|(_, index)| index.table == *table && index.columns.contains(name));
        let indexes: Vec<Name> = indexes.map(|(index, _)| Arc::clone(index)).collect();
        indexes.iter().for_each(|index| _ = self.db.indexes.remove(index, Gone::Dropped(op.id)));
        let owned = |relation: &Relation| {
            relation.owned_by.as_ref().is_some_and(|(own, column)| own == table && column == name)
        };
        let sequences = self.db.relations.iter().filter(|(_, relation)| owned(relation));
        let sequences: Vec<Name> = sequences.map(|(name, _)| Arc::clone(name)).collect();
        sequences.iter().for_each(|sequence| _ = self.db.relations.remove(sequence, Gone::Dropped(op.id)));
        self.partitions_follow(table, |partition| partition.columns.retain(|column| column.name != *name));
    }

    /// What stands on a column that may be gone may be gone with it.
    fn doubt_those_on(&mut self, table: &Name, column: &Name, cause: &Arc<Cause>) {
        let doubtful = Presence::Perhaps(Arc::clone(cause));
        let Some(relation) = self.db.relations.get_mut(table) else { return };
        let constraints = relation.constraints.iter_mut().filter(|constraint| constraint.columns.contains(column));
        constraints.for_each(|constraint| constraint.presence = doubtful.clone());
        let indexes = self.db.indexes.iter_mut().map(|(_, index)| index);
        let own = indexes.filter(|index| index.table == *table && index.columns.contains(column));
        own.for_each(|index| index.presence = doubtful.clone());
    }

    /// What happens to a column of a partitioned table happens to those of its partitions.
    fn partitions_follow(&mut self, table: &Name, change: impl Fn(&mut Relation)) {
        let partitions = self.db.relations.iter_mut().map(|(_, relation)| relation);
        partitions.filter(|relation| relation.partition_of.as_ref() == Some(table)).for_each(change);
    }

    fn rename_column(&mut self, op: &Op<'_>) {
        let Some((table, name)) = self.finds_column(op) else { return };
        let Some(relation) = self.db.relations.get_mut(&table) else { return };
        let Some(new) = op.name(Field::NewName) else {
            relation.open.get_or_insert_with(unknown_column);
            return;
        };
        let Some(at) = relation.columns.iter().position(|column| column.name == name) else { return };
        if let Some(cause) = op.doubt() {
            let doubtful = Presence::Perhaps(Arc::clone(cause));
            let mut copy = relation.columns.get(at).cloned();
            relation.columns.iter_mut().skip(at).take(1).for_each(|column| column.presence = doubtful.clone());
            if let Some(copy) = copy.as_mut() {
                (copy.name, copy.presence) = (new, doubtful);
            }
            relation.columns.extend(copy);
            return;
        }
        relation.columns.iter_mut().skip(at).take(1).for_each(|column| column.name = Arc::clone(&new));
        relation.lost.push((Arc::clone(&name), Gone::Renamed(op.id)));
        let of_constraints = relation.constraints.iter_mut().flat_map(|constraint| &mut constraint.columns);
        of_constraints.filter(|column| **column == name).for_each(|column| *column = Arc::clone(&new));
        let of_indexes = self.db.indexes.iter_mut().filter(|(_, index)| index.table == table);
        let of_indexes = of_indexes.flat_map(|(_, index)| &mut index.columns);
        of_indexes.filter(|column| **column == name).for_each(|column| *column = Arc::clone(&new));
        self.name_in_definitions(&table, &name, &new, op);
    }

    /// Columns of a type follow its new name.
    pub(super) fn rename_type(&mut self, old: &Name, new: &Name) {
        let (old, new) = (printed(old), Value::from(printed(new)));
        let columns = self.db.relations.iter_mut().flat_map(|(_, relation)| &mut relation.columns);
        for column in columns.filter(|column| column.ty.text() == Some(&*old)) {
            if let State::Stated(ty, _) | State::Defaulted(ty, _) = &mut column.ty {
                *ty = new.clone();
            }
        }
    }

    fn alter_column(&mut self, op: &Op<'_>, change: impl Fn(&mut Column, &Op<'_>)) {
        let Some((table, name)) = self.finds_column(op) else { return };
        let partitions = if op.is_true(Field::Only) { Vec::new() } else { self.partitions_of(&table) };
        for table in std::iter::once(&table).chain(&partitions) {
            let Some(relation) = self.db.relations.get_mut(table) else { continue };
            if let Some(column) = relation.columns.iter_mut().find(|column| column.name == name) {
                change(column, op);
            }
        }
    }
}

/// The expression of a default: none where it is NULL, which is what a column without one has.
fn default_of(definition: &State, op: &Op<'_>) -> State {
    if op.text(Field::Default) == Some("nothing") { State::Absent(None) } else { definition.clone() }
}

/// The default of a serial column, as the server says it.
fn next_of(sequence: &str, op: &Op<'_>) -> State {
    let text = format!("nextval('{sequence}'::regclass)");
    State::Stated(Value::Secret(Secret::new(&text)), op.anchor())
}

/// Whether a column of CREATE TABLE belongs to the table that is there: that statement made it. Its columns stand right
/// behind it.
pub(super) fn made_with(op: &Op<'_>, relation: &Relation) -> bool {
    let same = op.facts.fact(relation.made_by).document == op.facts.fact(op.id).document;
    let makes = |id: u32| {
        let is = op.facts.get(FactId(id), Field::Is).text();
        matches!(is, Some("create_table" | "create_foreign_table"))
    };
    same && !(relation.made_by.0 + 1..op.id.0).any(makes)
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
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let quoted = |part: &str| if part.bytes().all(plain) { part.to_owned() } else { format!("\"{part}\"") };
    let name_itself = quoted(bare(name));
    match schema_of(name) {
        "public" => name_itself,
        schema => format!("{}.{name_itself}", quoted(schema)),
    }
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

fn unknown_column() -> Arc<Cause> {
    Cause::new("may have columns whose names are built at run time", "Write the statement out.")
}
