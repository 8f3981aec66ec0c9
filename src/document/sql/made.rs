//! What a script has made so far: where the objects of later operations come from.

use super::recognise::{bare_name, changes_rows};
use crate::fact::{Cause, Fact, Field, Kind, State, Value, VariantDef};
use std::collections::{HashMap, HashSet};

/// What a script has made so far.
#[derive(Default)]
pub(super) struct Made {
    tables: HashSet<String>,
    /// Tables with columns that are not written down.
    pub open_tables: HashSet<String>,
    /// Columns, with their types as far as they are known.
    columns: HashMap<(String, String), Option<Box<str>>>,
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

    /// Says where the objects of an operation come from, and what follows from that.
    pub fn complete(&self, fact: &mut Fact) {
        let Some(variant) = text(fact, Field::Is).and_then(|is| Kind::Operation.def().variant(is)) else { return };
        if variant.has(Field::OriginTable)
            && let Some(state) = self.origin_of_table(fact)
        {
            fact.set(Field::OriginTable, state);
        }
        if variant.has(Field::Origin) {
            let state = if variant.has(Field::Column) {
                self.origin_of_column(fact)
            } else {
                self.origin_of_object(fact, variant)
            };
            if let Some(state) = state {
                fact.set(Field::Origin, state);
            }
        }
        if variant.has(Field::FromType) {
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
                let key = (table.to_owned(), name.to_owned());
                let here = self.columns.contains_key(&key) || self.open_tables.contains(table);
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
        let key = key.map(|(table, column)| (table.to_owned(), column.to_owned()));
        let old = key.and_then(|key| self.columns.get(&key).cloned().flatten());
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

    /// Remembers what an operation makes.
    pub fn note(&mut self, fact: &Fact) {
        let Some(is) = text(fact, Field::Is) else { return };
        self.note_object(fact, is);
        let Some(table) = text(fact, Field::Table) else { return };
        let column = text(fact, Field::Column);
        match is {
            "create_table" => {
                self.tables.insert(table.to_owned());
                if let Some(name) = table.strip_prefix("pg_temp.") {
                    self.temporary.insert(name.to_owned());
                    self.open_tables.insert(table.to_owned());
                }
            }
            "add_column" | "create_column" | "alter_column_type" => {
                let key = (table.to_owned(), column.unwrap_or_default().to_owned());
                if is != "alter_column_type" || self.columns.contains_key(&key) {
                    self.columns.insert(key, text(fact, Field::ColumnType).map(Into::into));
                }
            }
            "rename_table" | "move_table" => {
                let Some(new) = text(fact, Field::NewName) else { return };
                let (schema, bare) = table.split_once('.').unwrap_or(("public", table));
                let new = if is == "move_table" { format!("{new}.{bare}") } else { format!("{schema}.{new}") };
                if self.tables.contains(table) {
                    self.open_tables.insert(new.clone());
                    self.tables.insert(new);
                }
            }
            "rename_column" => {
                let key = (table.to_owned(), column.unwrap_or_default().to_owned());
                if let (Some(new), Some(ty)) = (text(fact, Field::NewName), self.columns.remove(&key)) {
                    self.columns.insert((table.to_owned(), new.to_owned()), ty);
                }
            }
            "drop_column" => {
                _ = self.columns.remove(&(table.to_owned(), column.unwrap_or_default().to_owned()));
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
