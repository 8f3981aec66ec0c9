//! Completes operations with what their surroundings say: where they stand, what guards them, where their objects come
//! from.

use super::Reader;
use super::guard::Guard;
use crate::fact::{Fact, Field, Kind, State, Value};
use std::collections::HashSet;

/// What surrounds a statement.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    /// A word of `stands`.
    pub stands: &'static str,
    /// Whether it runs with the script: the body of a function does not.
    pub runs: bool,
    /// Existence checks that it runs under.
    pub guards: Vec<Guard>,
    /// How many bodies it stands in.
    pub depth: usize,
}

impl Scope {
    /// A statement of the script itself.
    pub fn top_level() -> Self {
        Self { stands: "top-level", runs: true, guards: Vec::new(), depth: 0 }
    }

    /// Inside a body of such a statement.
    pub fn inside(&self, stands: &'static str) -> Self {
        let runs = self.runs && stands != "function-body";
        // a function's body runs long after the check
        let guards = if runs { self.guards.clone() } else { Vec::new() };
        Self { stands, runs, guards, depth: self.depth + 1 }
    }
}

/// What a script has made so far.
#[derive(Default)]
pub(super) struct Made {
    tables: HashSet<String>,
    /// Tables with columns that are not written down.
    pub open_tables: HashSet<String>,
    pub columns: HashSet<(String, String)>,
    /// Temporary tables, by name.
    temporary: HashSet<String>,
}

impl Reader {
    /// Completes an operation and takes it in.
    pub(super) fn place(&mut self, fact: Fact, scope: &Scope) {
        let anchor = fact.anchor;
        let mut fact = fact.standing_in(0).with_word(Field::Stands, scope.stands, anchor);
        self.made.resolve_temporary(&mut fact);
        let (guarded, span) = guarded(&fact, &scope.guards);
        fact.set(Field::Guarded, State::Stated(Value::Word(guarded), span.unwrap_or(anchor)));
        self.made.origins(&mut fact);
        if scope.runs {
            self.made.note(&fact);
        }
        self.out.facts.push(fact);
    }
}

/// How well its guards protect an operation, and where the best of them stands.
fn guarded(fact: &Fact, guards: &[Guard]) -> (&'static str, Option<crate::source::Span>) {
    if let Some(guard) = guards.iter().rev().find(|guard| guard.protects(fact)) {
        return ("same-object", Some(guard.span));
    }
    match guards.last() {
        Some(guard) => ("other-object", Some(guard.span)),
        None => ("no", None),
    }
}

/// A known text of a field.
fn text(fact: &Fact, field: Field) -> Option<&str> {
    fact.own(field)?.text()
}

impl Made {
    /// A name without a schema is that of a temporary table, where the script has made one.
    fn resolve_temporary(&self, fact: &mut Fact) {
        if self.temporary.is_empty() || !matches!(fact.own(Field::Schema), Some(State::Defaulted(..))) {
            return;
        }
        let Some(State::Stated(Value::Text(table), span)) = fact.own(Field::Table) else { return };
        let (name, span) = (super::recognise::bare_name(table).to_owned(), *span);
        if self.temporary.contains(&name) {
            fact.set(Field::Schema, State::Defaulted("pg_temp".into(), span.before()));
            fact.set(Field::Table, State::Stated(format!("pg_temp.{name}").into(), span));
        }
    }

    fn origins(&self, fact: &mut Fact) {
        let Some(variant) = text(fact, Field::Is).and_then(|is| Kind::Operation.def().variant(is)) else { return };
        let word = |here: bool| Value::Word(if here { "same-migration" } else { "elsewhere" });
        if variant.has(Field::OriginTable) {
            let state = match (text(fact, Field::Table), fact.own(Field::Table)) {
                (Some(table), Some(state)) => {
                    State::Stated(word(self.tables.contains(table)), state.span().unwrap_or(fact.anchor))
                }
                (None, Some(state)) => state.clone(),
                _ => return,
            };
            fact.set(Field::OriginTable, state);
        }
        if variant.has(Field::Origin) {
            let state = match (text(fact, Field::Table), text(fact, Field::Column), fact.own(Field::Column)) {
                (Some(table), Some(column), Some(state)) => {
                    let key = (table.to_owned(), column.to_owned());
                    let here = self.columns.contains(&key) || self.open_tables.contains(table);
                    State::Stated(word(here), state.span().unwrap_or(fact.anchor))
                }
                (None, _, _) => match fact.own(Field::Table) {
                    Some(state) => state.clone(),
                    None => return,
                },
                (_, None, Some(state)) => state.clone(),
                _ => return,
            };
            fact.set(Field::Origin, state);
        }
    }

    /// Remembers what an operation makes.
    fn note(&mut self, fact: &Fact) {
        let Some(is) = text(fact, Field::Is) else { return };
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
            "add_column" => _ = column.map(|column| self.columns.insert((table.to_owned(), column.to_owned()))),
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
                if let (true, Some(new)) = (self.columns.contains(&key), text(fact, Field::NewName)) {
                    self.columns.insert((table.to_owned(), new.to_owned()));
                }
            }
            "drop_column" => {
                _ = self.columns.remove(&(table.to_owned(), column.unwrap_or_default().to_owned()));
            }
            _ => {}
        }
    }
}
