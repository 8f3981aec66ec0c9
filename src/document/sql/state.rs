//! The end state: which tables exist once every migration has run in order, and whether row level security is on.

use crate::fact::{Cause, Fact, FactId, Facts, Field, FieldRef, Kind, State, Value};
use crate::source::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A table while migrations are replayed.
struct Table {
    /// The operation that made it.
    made_by: FactId,
    rls: State,
    /// Where the table comes in the order of making.
    position: usize,
}

/// The tables at the end, one fact each, in the order in which they are made. `facts` hold the migrations in the order
/// in which the runner takes them; steps down are not run, nor are bodies of functions.
pub fn end_state(facts: &Facts) -> Vec<Fact> {
    let mut replay = Replay { facts, tables: BTreeMap::new(), switched: [Vec::new(), Vec::new()], count: 0 };
    // what a dynamic statement stands in: the operation at the top level before it
    let mut around = "";
    for id in facts.of_kind(Kind::Operation) {
        let direction = FieldRef { of: Some(Kind::Migration), field: Field::Direction };
        // A revert is a new migration that runs like any other; a step down stands beside its step up and does not.
        if facts.get(*id, direction).text() == Some("down") {
            continue;
        }
        let is = facts.get(*id, Field::Is).text().unwrap_or("");
        match facts.get(*id, Field::Stands).text() {
            Some("top-level") => around = is,
            Some("function-body") => continue,
            // what a body of a function or a scheduled command builds does not run here
            _ if around != "do_block" => continue,
            _ => {}
        }
        replay.operation(*id, is);
    }
    let mut tables: Vec<(String, Table)> = replay.tables.into_iter().collect();
    tables.sort_by_key(|(_, table)| table.position);
    tables.into_iter().map(|(name, table)| table_fact(facts, &name, table)).collect()
}

fn table_fact(facts: &Facts, name: &str, table: Table) -> Fact {
    let made_by = facts.fact(table.made_by);
    let schema = name.split_once('.').map_or("public", |(schema, _)| schema);
    let span = facts.get(table.made_by, Field::Table).span().unwrap_or(made_by.anchor);
    let mut fact = Fact::new(Kind::Table, made_by.anchor)
        .with(Field::Schema, schema, span)
        .with(Field::Table, name, span)
        .with_state(Field::Rls, table.rls);
    fact.document = made_by.document;
    fact
}

struct Replay<'f> {
    facts: &'f Facts,
    tables: BTreeMap<String, Table>,
    /// Tables whose row level security was off, and on, at some time since it was last doubted.
    switched: [Vec<String>; 2],
    count: usize,
}

impl Replay<'_> {
    fn operation(&mut self, id: FactId, is: &str) {
        let fact = self.facts.fact(id);
        let Some(name) = self.facts.get(id, Field::Table).text() else {
            match is {
                "drop_schema" => self.drop_schema(id),
                // its table cannot be known: any table without it may be meant
                "enable_rls" => self.doubt(fact.anchor, false),
                "disable_rls" => self.doubt(fact.anchor, true),
                "" => self.doubt(fact.anchor, false),
                _ => {}
            }
            return;
        };
        match is {
            "create_table" => self.create(id, name),
            "drop_table" => _ = self.tables.remove(name),
            "rename_table" | "move_table" => self.rename(id, name, is == "move_table"),
            "enable_rls" | "disable_rls" => self.switch(id, name, is == "enable_rls"),
            _ => {}
        }
    }

    fn create(&mut self, id: FactId, name: &str) {
        if name.starts_with("pg_temp.") || self.tables.contains_key(name) {
            return;
        }
        let gap = self.facts.fact(id).anchor.after();
        self.count += 1;
        let rls = State::Defaulted(Value::Bool(false), gap);
        self.tables.insert(name.to_owned(), Table { made_by: id, rls, position: self.count });
        self.note(name);
    }

    fn rename(&mut self, id: FactId, name: &str, moves: bool) {
        let (Some(new), Some((schema, bare))) = (self.facts.get(id, Field::NewName).text(), name.split_once('.'))
        else {
            return;
        };
        if let Some(table) = self.tables.remove(name) {
            let new = if moves { format!("{new}.{bare}") } else { format!("{schema}.{new}") };
            self.tables.insert(new.clone(), table);
            self.note(&new);
        }
    }

    /// Notes in which state a table is, for what may change it.
    fn note(&mut self, name: &str) {
        let on = self.tables.get(name).and_then(|table| table.rls.value());
        if let Some(names) = self.switched.get_mut(usize::from(on == Some(&Value::Bool(true)))) {
            names.push(name.to_owned());
        }
    }

    /// DROP SCHEMA takes the tables along only with CASCADE; without, it fails unless the schema is empty.
    fn drop_schema(&mut self, id: FactId) {
        let cascades = matches!(self.facts.get(id, Field::Cascade).value(), Some(Value::Bool(true)));
        if let (true, Some(schema)) = (cascades, self.facts.get(id, Field::Schema).text()) {
            let prefix = format!("{schema}.");
            let behind = self.tables.range(prefix.clone()..).take_while(|(name, _)| name.starts_with(&prefix));
            let own = behind.filter(|(name, _)| name.split_once('.').is_some_and(|(own, _)| own == schema));
            let own: Vec<String> = own.map(|(name, _)| name.clone()).collect();
            own.iter().for_each(|name| _ = self.tables.remove(name));
        }
    }

    fn switch(&mut self, id: FactId, name: &str, on: bool) {
        let fact = self.facts.fact(id);
        let guarded = self.facts.get(id, Field::Guarded).text();
        let Some(table) = self.tables.get_mut(name) else { return };
        // switching it to what it is already changes nothing, whoever decides
        if table.rls.value() == Some(&Value::Bool(on)) {
            if on && matches!(table.rls, State::Defaulted(..)) {
                table.rls = State::Stated(Value::Bool(on), fact.anchor);
            }
            return;
        }
        table.rls = match guarded {
            Some("other-object") => State::Unknown(
                fact.anchor,
                Cause::new(
                    "is switched under a check of another object, and whether it runs cannot be known",
                    "Write ALTER TABLE … ENABLE ROW LEVEL SECURITY without a condition.",
                ),
            ),
            _ => State::Stated(Value::Bool(on), fact.anchor),
        };
        self.note(name);
    }

    /// Tables whose row level security is `on` may have been switched by something unknown.
    fn doubt(&mut self, span: Span, on: bool) {
        let cause: Arc<Cause> = Cause::new(
            "may be switched by text that is built at run time",
            "Write ALTER TABLE … ENABLE ROW LEVEL SECURITY for each table.",
        );
        let switched = self.switched.get_mut(usize::from(on)).map(std::mem::take).unwrap_or_default();
        for name in switched {
            if let Some(table) = self.tables.get_mut(&name).filter(|table| table.rls.value() == Some(&Value::Bool(on)))
            {
                table.rls = State::Unknown(span, Arc::clone(&cause));
            }
        }
    }
}
