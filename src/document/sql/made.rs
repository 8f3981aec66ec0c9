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
    pub open_tables: HashSet<Arc<str>>,
    /// Columns by their tables.
    columns: HashMap<Arc<str>, Columns>,
    /// Other objects: `index public.orders_idx`.
    objects: HashSet<String>,
    /// Temporary tables, by name.
    temporary: HashSet<String>,
}

/// A known text of a field.
fn text(fact: &Fact, field: Field) -> Option<&str> {
    fact.own(field)?.text()
}

impl Made {
    /// A name without a schema is that of a temporary table, where the script has made one.
    pub fn resolve_temporary(&self, fact: &mut Fact) {
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
        self.columns.entry(table).or_default().insert(column, ty);
    }

    /// Remembers what an operation makes.
    pub fn note(&mut self, fact: &Fact) {
        let Some(is) = text(fact, Field::Is) else { return };
        self.note_object(fact, is);
        let shared = |field: Field| match fact.own(field).and_then(State::value) {
            Some(Value::Text(text)) => Some(Arc::clone(text)),
            _ => None,
        };
        let Some(table) = shared(Field::Table) else { return };
        let column = || shared(Field::Column).unwrap_or_default();
        match is {
            "create_table" => {
                if let Some(name) = table.strip_prefix("pg_temp.") {
                    self.temporary.insert(name.to_owned());
                    self.open_tables.insert(Arc::clone(&table));
                }
                self.tables.insert(table);
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
                    self.open_tables.insert(Arc::clone(&new));
                    self.tables.insert(new);
                }
            }
            "rename_column" => {
                let old = self.columns.get_mut(&table).and_then(|columns| columns.remove(&column()));
                if let (Some(new), Some(ty)) = (shared(Field::NewName), old) {
                    self.add_column(table, new, ty);
                }
            }
            "drop_column" => {
                if let Some(columns) = self.columns.get_mut(&table) {
                    columns.remove(&column());
                }
            }
            _ => {}
        }
    }

    fn note_object(&mut self, fact: &Fact, is: &str) {
        let Some(object) = object(fact, is) else { return };
        if is.starts_with("create_") {
            self.objects.insert(object);
        } else if is.starts_with("drop_") {
            self.objects.remove(&object);
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
