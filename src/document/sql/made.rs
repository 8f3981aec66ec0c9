//! What a script has made so far: where the objects of later operations come from.

use super::recognise::{bare_name, changes_rows};
use crate::fact::{Cause, Fact, Field, State, Value, VariantDef};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The columns of a table, with their types as far as they are known.
type Columns = HashMap<Arc<str>, Option<Arc<str>>>;

/// What a script has made so far.
#[derive(Default)]
pub(super) struct Made {
    tables: HashSet<Arc<str>>,
    /// Tables with columns that are not written down.
    open_tables: HashSet<Arc<str>>,
    /// Columns by their tables.
    columns: HashMap<Arc<str>, Columns>,
    /// Other objects: `index public.orders_idx`.
    objects: HashSet<String>,
    /// Temporary tables, by name.
    temporary: HashSet<String>,
    /// How to take back what was made since BEGIN, the last first.
    journal: Vec<Undo>,
    /// How long that was at BEGIN, and at each savepoint.
    marks: Vec<(String, usize)>,
}

/// How one change is taken back.
enum Undo {
    Table(Arc<str>),
    OpenTable(Arc<str>),
    Temporary(String),
    /// A temporary table that was dropped.
    Dropped(String),
    /// A column, with what was known of it before.
    Column(Arc<str>, Arc<str>, Option<Option<Arc<str>>>),
    /// Another object, with whether it was there before.
    Object(String, bool),
}

/// A known text of a field.
fn text(fact: &Fact, field: Field) -> Option<&str> {
    fact.own(field)?.text()
}

impl Made {
    /// A name without a schema is that of a temporary table, where the script has made one.
    pub fn resolve_temporary(&self, fact: &mut Fact) {
        let of_name =
            matches!(text(fact, Field::Is), Some("drop_view" | "alter_view" | "drop_sequence" | "alter_sequence"));
        if let (true, Some(State::Defaulted(_, gap))) = (of_name, fact.own(Field::Schema))
            && text(fact, Field::Name).is_some_and(|name| self.temporary.contains(name))
        {
            let gap = *gap;
            fact.set(Field::Schema, State::Defaulted("pg_temp".into(), gap));
        }
        if self.temporary.is_empty() || !matches!(fact.own(Field::Schema), Some(State::Defaulted(..))) {
            return;
        }
        let Some(State::Stated(Value::Text(table), span)) = fact.own(Field::Table) else { return };
        let (name, span) = (bare_name(table).to_owned(), *span);
        if self.temporary.contains(&name) {
            fact.set(Field::Schema, State::Defaulted("pg_temp".into(), span.before()));
            fact.set(Field::Table, State::Stated(format!("pg_temp.{name}").into(), span));
        }
    }

    /// Whether the script has made a table.
    pub fn has_table(&self, table: &str) -> bool {
        self.tables.contains(table)
    }

    /// A name without a schema is that of a table which the script has made, in whichever schema of the path that is.
    pub fn resolve_path(&self, fact: &mut Fact) {
        let Some(State::Stated(Value::List(said), _)) = fact.own(Field::Unqualified) else { return };
        let Some(State::Stated(Value::Text(table), span)) = fact.own(Field::Table) else { return };
        let Some(dot) = said.iter().position(|word| *word == Value::from(".")) else { return };
        let (schemas, names) = said.split_at(dot);
        let name = Value::from(bare_name(table));
        let makes = matches!(
            text(fact, Field::Is),
            Some("create_table" | "create_column" | "create_constraint" | "like_table")
        );
        if makes || schemas.len() < 2 || !names.contains(&name) {
            return;
        }
        let full = schemas.iter().filter_map(|schema| match schema {
            Value::Text(schema) => Some((Arc::clone(schema), format!("{schema}.{}", bare_name(table)))),
            _ => None,
        });
        let span = *span;
        let made = full.into_iter().find(|(_, full)| self.tables.contains(full.as_str()));
        if let Some((schema, full)) = made {
            fact.set(Field::Schema, State::Defaulted(Value::Text(schema), span.before()));
            fact.set(Field::Table, State::Stated(full.into(), span));
        }
    }

    /// Says where the objects of an operation come from, and what follows from that.
    pub fn complete(&self, fact: &mut Fact, variant: &VariantDef) {
        let has = |field: Field| variant.fields.contains(&field);
        if has(Field::OriginTable)
            && let Some(state) = self.origin_of_table(fact)
        {
            fact.set(Field::OriginTable, state);
        }
        if has(Field::Origin) {
            let state =
                if has(Field::Column) { self.origin_of_column(fact) } else { self.origin_of_object(fact, variant) };
            if let Some(state) = state {
                fact.set(Field::Origin, state);
            }
        }
        if has(Field::FromType) {
            self.type_change(fact);
        }
    }

    fn origin_of_table(&self, fact: &Fact) -> Option<State> {
        let state = fact.own(Field::Table)?;
        match text(fact, Field::Table) {
            Some(table) => {
                let span = state.span().unwrap_or(fact.anchor);
                Some(State::Stated(origin(self.tables.contains(table)), span))
            }
            None => Some(state.clone()),
        }
    }

    fn origin_of_column(&self, fact: &Fact) -> Option<State> {
        let (table, column) = (fact.own(Field::Table).or_else(|| fact.own(Field::Name))?, fact.own(Field::Column)?);
        match (table.text(), column.text()) {
            (Some(table), Some(name)) => {
                let here = self.column(table, name).is_some() || self.open_tables.contains(table);
                Some(State::Stated(origin(here), column.span().unwrap_or(fact.anchor)))
            }
            (None, _) => Some(table.clone()),
            (_, None) => Some(column.clone()),
        }
    }

    fn origin_of_object(&self, fact: &Fact, variant: &VariantDef) -> Option<State> {
        let name = fact.own(Field::Name)?;
        match object(fact, variant.name) {
            Some(object) => {
                Some(State::Stated(origin(self.objects.contains(&object)), name.span().unwrap_or(fact.anchor)))
            }
            None => Some(name.clone()),
        }
    }

    /// The type that a column had, and whether the new one writes its rows anew.
    fn type_change(&self, fact: &mut Fact) {
        let key = text(fact, Field::Table).zip(text(fact, Field::Column));
        let old = key.and_then(|(table, column)| self.column(table, column).cloned().flatten());
        let Some(new) = fact.own(Field::ColumnType) else { return };
        let anchor = fact.anchor;
        let rewrites = changes_rows(old.as_deref(), new, anchor);
        let from = match old {
            Some(old) => State::Defaulted(Value::Text(old), anchor),
            None => {
                let help = "Look at the column in the database, or waive the statement.";
                State::Unknown(anchor, Cause::new("is not said in this migration", help))
            }
        };
        fact.set(Field::FromType, from);
        fact.set(Field::Rewrites, rewrites);
    }

    /// A column that the script has made, with its type.
    fn column(&self, table: &str, column: &str) -> Option<&Option<Arc<str>>> {
        self.columns.get(table)?.get(column)
    }

    /// Remembers a column.
    fn add_column(&mut self, table: Arc<str>, column: Arc<str>, ty: Option<Arc<str>>) {
        let before = self.columns.entry(Arc::clone(&table)).or_default().insert(Arc::clone(&column), ty);
        self.may_undo(|| Undo::Column(table, column, before));
    }

    /// Forgets a column, and gives what was known of it.
    fn drop_column(&mut self, table: &Arc<str>, column: &Arc<str>) -> Option<Option<Arc<str>>> {
        let before = self.columns.get_mut(table)?.remove(column)?;
        let known = before.clone();
        self.may_undo(|| Undo::Column(Arc::clone(table), Arc::clone(column), Some(known)));
        Some(before)
    }

    /// Remembers a table with columns that are not written down.
    pub fn open(&mut self, table: Arc<str>) {
        if self.open_tables.insert(Arc::clone(&table)) {
            self.may_undo(|| Undo::OpenTable(table));
        }
    }

    fn add_table(&mut self, table: Arc<str>) {
        if self.tables.insert(Arc::clone(&table)) {
            self.may_undo(|| Undo::Table(table));
        }
    }

    fn add_temporary(&mut self, name: &str) {
        if self.temporary.insert(name.to_owned()) {
            self.may_undo(|| Undo::Temporary(name.to_owned()));
        }
    }

    /// Notes a change that ROLLBACK takes back; outside of a transaction nothing does.
    fn may_undo(&mut self, undo: impl FnOnce() -> Undo) {
        if !self.marks.is_empty() {
            self.journal.push(undo());
        }
    }

    /// Follows a transaction: what was made since its beginning, or since a savepoint, may be taken back.
    fn note_transaction(&mut self, fact: &Fact, is: &str) {
        let name = || text(fact, Field::Name).unwrap_or_default().to_owned();
        match is {
            "begin" if self.marks.is_empty() => self.marks.push((String::new(), 0)),
            "savepoint" if !self.marks.is_empty() => self.marks.push((name(), self.journal.len())),
            "rollback_to_savepoint" => {
                let name = name();
                let at = self.marks.iter().rposition(|(own, _)| *own == name).filter(|at| *at > 0);
                if let Some((at, length)) = at.and_then(|at| Some((at, self.marks.get(at)?.1))) {
                    self.take_back(length);
                    self.marks.truncate(at + 1);
                }
            }
            "commit" | "rollback" => {
                if is == "rollback" {
                    self.take_back(0);
                }
                self.marks.clear();
                self.journal.clear();
            }
            _ => {}
        }
    }

    fn take_back(&mut self, length: usize) {
        for undo in self.journal.drain(length.min(self.journal.len())..).rev() {
            match undo {
                Undo::Table(table) => _ = self.tables.remove(&table),
                Undo::OpenTable(table) => _ = self.open_tables.remove(&table),
                Undo::Temporary(table) => _ = self.temporary.remove(&table),
                Undo::Dropped(table) => _ = self.temporary.insert(table),
                Undo::Column(table, column, before) => {
                    let columns = self.columns.entry(table).or_default();
                    match before {
                        Some(before) => _ = columns.insert(column, before),
                        None => _ = columns.remove(&column),
                    }
                }
                Undo::Object(object, true) => _ = self.objects.insert(object),
                Undo::Object(object, false) => _ = self.objects.remove(&object),
            }
        }
    }

    /// Remembers what an operation makes.
    pub fn note(&mut self, fact: &Fact) {
        let Some(is) = text(fact, Field::Is) else { return };
        self.note_transaction(fact, is);
        self.note_object(fact, is);
        let shared = |field: Field| match fact.own(field).and_then(State::value) {
            Some(Value::Text(text)) => Some(Arc::clone(text)),
            _ => None,
        };
        if matches!(is, "create_view" | "create_sequence") && text(fact, Field::Schema) == Some("pg_temp") {
            self.add_temporary(text(fact, Field::Name).unwrap_or_default());
        }
        let Some(table) = shared(Field::Table) else { return };
        let column = || shared(Field::Column).unwrap_or_default();
        match is {
            "create_table" => {
                if let Some(name) = table.strip_prefix("pg_temp.") {
                    self.add_temporary(name);
                    self.open(Arc::clone(&table));
                }
                self.add_table(table);
            }
            "drop_table" => {
                if let Some(name) = table.strip_prefix("pg_temp.")
                    && self.temporary.remove(name)
                {
                    let name = name.to_owned();
                    self.may_undo(|| Undo::Dropped(name));
                }
            }
            "add_column" | "create_column" => self.add_column(table, column(), shared(Field::ColumnType)),
            "alter_column_type" if self.column(&table, &column()).is_some() => {
                self.add_column(table, column(), shared(Field::ColumnType));
            }
            "rename_table" | "move_table" => {
                let Some(new) = text(fact, Field::NewName) else { return };
                let (schema, bare) = table.split_once('.').unwrap_or(("public", &table));
                let new: Arc<str> =
                    if is == "move_table" { format!("{new}.{bare}") } else { format!("{schema}.{new}") }.into();
                if self.tables.contains(&table) {
                    self.open(Arc::clone(&new));
                    self.add_table(new);
                }
            }
            "rename_column" => {
                let old = self.drop_column(&table, &column());
                if let (Some(new), Some(ty)) = (shared(Field::NewName), old) {
                    self.add_column(table, new, ty);
                }
            }
            "drop_column" => _ = self.drop_column(&table, &column()),
            _ => {}
        }
    }

    fn note_object(&mut self, fact: &Fact, is: &str) {
        let Some(object) = object(fact, is) else { return };
        if is.starts_with("create_") && self.objects.insert(object.clone()) {
            self.may_undo(|| Undo::Object(object, false));
        } else if is.starts_with("drop_") && self.objects.remove(&object) {
            self.may_undo(|| Undo::Object(object, true));
        }
    }
}

fn origin(here: bool) -> Value {
    Value::Word(if here { "same-migration" } else { "elsewhere" })
}

/// An object that is neither a table nor a column: `index public.orders_idx`.
fn object(fact: &Fact, is: &str) -> Option<String> {
    let noun = match is {
        "add_enum_value" | "rename_enum_value" | "drop_attribute" => "type",
        "create_materialized_view" => "view",
        _ => is.split_once('_')?.1,
    };
    let name = text(fact, Field::Name)?;
    Some(format!("{noun} {}.{name}", text(fact, Field::Schema).unwrap_or("")))
}
