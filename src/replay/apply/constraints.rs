//! Constraints, with the indexes that they own.

use super::{Op, OwnedFound, Replay};
use crate::document::sql::text;
use crate::fact::{Cause, Field, State, Value};
use crate::replay::database::{Constraint, Gone, Index, Name, Presence, schema_of};
use crate::replay::names::{chosen, of_columns};
use std::sync::Arc;

impl Replay {
    /// Operations on constraints.
    pub(super) fn constraint_operation(&mut self, op: &Op<'_>) -> bool {
        match op.is {
            "create_constraint" | "add_constraint" => self.new_constraint(op),
            "drop_constraint" => self.drop_constraint(op),
            "rename_constraint" => self.rename_constraint(op),
            "validate_constraint" => self.validate_constraint(op),
            "alter_constraint" => self.alter_constraint(op),
            _ => return false,
        }
        true
    }

    fn finds_constraint(&mut self, op: &Op<'_>) -> Option<(Name, Name)> {
        let table = self.finds_table(op, Field::TargetTable)?;
        let name = op.name(Field::Name)?;
        let found = match self.db.relations.get(&table) {
            None => self.relation(&table).owned(),
            Some(relation) if relation.implied => self.relation(&table).owned(),
            Some(relation) => match relation.constraints.iter().find(|constraint| constraint.name == name) {
                Some(constraint) => OwnedFound::There(constraint.presence.clone()),
                // names of checks over expressions, and what LIKE brings along, are not followed to the end
                None if relation.open.is_some() => OwnedFound::Outside,
                None => OwnedFound::Absent,
            },
        };
        self.finds(op, Field::Target, "constraint", found.borrowed());
        Some((table, name))
    }

    /// VALIDATE CONSTRAINT: rows that were there before are checked, too.
    fn validate_constraint(&mut self, op: &Op<'_>) {
        self.change_traits(op, |traits, op| {
            let State::Stated(Value::List(before), span) = &*traits else { return };
            let left = before.iter().filter(|word| **word != Value::from("not valid")).cloned().collect();
            *traits = op.gives(traits, State::Stated(Value::List(left), *span));
        });
    }

    /// ALTER CONSTRAINT says anew when a foreign key is checked: as by default where it does not say it.
    fn alter_constraint(&mut self, op: &Op<'_>) {
        self.change_traits(op, |traits, op| {
            let (State::Stated(Value::List(before), span), State::Stated(Value::List(new), _)) =
                (&*traits, op.state(Field::Traits))
            else {
                return;
            };
            let when = |word: &Value| ["deferrable", "initially deferred"].iter().any(|own| *word == Value::from(*own));
            let kept = before.iter().filter(|word| !when(word)).chain(new.iter().filter(|word| when(word)));
            let mut words: Vec<Value> = kept.cloned().collect();
            words.sort();
            *traits = op.gives(traits, State::Stated(Value::List(words), *span));
        });
    }

    fn change_traits(&mut self, op: &Op<'_>, change: impl Fn(&mut State, &Op<'_>)) {
        let Some((table, name)) = self.finds_constraint(op) else { return };
        let relation = self.db.relations.get_mut(&table);
        let own = relation.and_then(|own| own.constraints.iter_mut().find(|constraint| constraint.name == name));
        own.into_iter().for_each(|constraint| change(&mut constraint.traits, op));
    }

    fn new_constraint(&mut self, op: &Op<'_>) {
        let Some(kind) = op.word(Field::Constraint) else { return };
        // a constraint of CREATE TABLE comes with its table
        let own = op.is == "create_constraint";
        let table = if own { op.name(Field::Table) } else { self.finds_table(op, Field::TargetTable) };
        self.finds_referenced(op);
        let Some(table) = table else {
            if !own && op.name(Field::Table).is_none() {
                let cause = Cause::new("may be made on a table whose name is built at run time", "Write it out.");
                self.doubt("constraint", &cause, op);
            }
            return;
        };
        if !own && op.name(Field::Name).is_some() {
            self.finds_constraint(op);
        }
        let there = self.db.relations.get(&table);
        if there.is_some_and(|relation| !own || super::columns::made_with(op, relation)) {
            self.constrain(op, kind, &table);
        }
    }

    /// Gives a table a constraint, with the index that it owns.
    fn constrain(&mut self, op: &Op<'_>, kind: &'static str, table: &Name) {
        let columns = op.names(Field::Columns).or_else(|| op.name(Field::Column).map(|column| vec![column]));
        let columns = match kind {
            "check" => self.asked(table, op),
            _ => columns.unwrap_or_default(),
        };
        if kind == "not-null" {
            return self.not_null(table, &columns, op);
        }
        if kind == "primary-key" {
            self.replace_key(table, op);
        }
        if self.is_said_twice(table, kind, &columns, op) {
            return;
        }
        let taken_over = op.name(Field::UsingIndex);
        let name = op.name(Field::Name).or_else(|| taken_over.clone());
        let name = name.unwrap_or_else(|| self.choose(op, kind, table, &columns));
        let Some(relation) = self.db.relations.get_mut(table) else { return };
        if let Some(constraint) = relation.constraints.iter_mut().find(|constraint| constraint.name == name) {
            if op.doubt().is_none() {
                constraint.presence = Presence::Certain;
            }
            constraint.local = true;
            return;
        }
        // of a table whose columns are not all known, what a check asks is not known, nor is its name then
        let presence = match &relation.open {
            Some(cause) if kind == "check" && op.name(Field::Name).is_none() => Presence::Perhaps(Arc::clone(cause)),
            _ => op.presence(),
        };
        self.db.constraint_names.insert(format!("{}.{name}", schema_of(table)).into());
        relation.constraints.push(Constraint {
            name: Arc::clone(&name),
            kind,
            made_by: op.id,
            presence,
            columns: columns.clone(),
            references: op.name(Field::References),
            referenced: op.names(Field::ReferencedColumns).unwrap_or_default(),
            definition: op.state(Field::Definition).clone(),
            traits: op.state(Field::Traits).clone(),
            local: true,
        });
        if kind == "primary-key" {
            self.not_null(table, &columns, op);
        }
        match taken_over {
            Some(index) => self.take_over(table, &index, &name, op),
            None if matches!(kind, "primary-key" | "unique" | "exclude") => {
                let (presence, table) = (op.presence(), Arc::clone(table));
                let own: Name = format!("{}.{name}", schema_of(&table)).into();
                let of = Arc::clone(&table);
                let index = Index {
                    made_by: op.id,
                    presence,
                    table,
                    columns,
                    unique: kind != "exclude",
                    of_constraint: true,
                    partial: kind == "exclude",
                    predicate: op.state(Field::Predicate).clone(),
                    traits: op.state(Field::Traits).clone(),
                    parent: None,
                };
                self.db.indexes.insert(Arc::clone(&own), index);
                self.index_partitions(&of, &own, op);
            }
            None if kind == "check" && !op.is_true(Field::Only) => {
                for heir in self.heirs_of(table) {
                    self.inherit(&heir, op);
                }
            }
            None => {}
        }
    }

    /// The columns of a table that a check asks, as far as they are there yet.
    fn asked(&self, table: &Name, op: &Op<'_>) -> Vec<Name> {
        let Some(Value::Secret(text)) = op.state(Field::Definition).value() else { return Vec::new() };
        let names = text.ask(text::columns);
        let columns = self.db.relations.get(table).map(|relation| relation.columns.as_slice()).unwrap_or_default();
        let asked = columns.iter().filter(|column| names.iter().any(|name| *name == *column.name));
        asked.map(|column| Arc::clone(&column.name)).collect()
    }

    /// An index that stood by itself becomes that of the constraint that the table got last, and gets its name.
    fn take_over(&mut self, table: &Name, index: &Name, name: &Name, op: &Op<'_>) {
        let schema = schema_of(table);
        let own: Name = format!("{schema}.{index}").into();
        let Some(index) = self.db.indexes.get_mut(&own) else { return };
        index.of_constraint = true;
        let columns = index.columns.clone();
        self.db.indexes.rename(&own, format!("{schema}.{name}").into(), Gone::Renamed(op.id));
        let relation = self.db.relations.get_mut(table);
        let Some(constraint) = relation.and_then(|relation| relation.constraints.last_mut()) else { return };
        constraint.columns.clone_from(&columns);
        if constraint.kind == "primary-key" {
            self.not_null(table, &columns, op);
        }
    }

    /// CREATE TABLE makes one index of two keys of the same columns: the first, with the name that either has.
    fn is_said_twice(&mut self, table: &Name, kind: &str, columns: &[Name], op: &Op<'_>) -> bool {
        if op.is != "create_constraint" || !matches!(kind, "primary-key" | "unique") {
            return false;
        }
        let Some(relation) = self.db.relations.get_mut(table) else { return false };
        let traits = op.state(Field::Traits).value();
        let same = |own: &&mut Constraint| {
            matches!(own.kind, "primary-key" | "unique")
                && own.columns == columns
                && own.traits.value() == traits
                && own.made_by > relation.made_by
        };
        let Some(own) = relation.constraints.iter_mut().find(same) else { return false };
        let chosen = matches!(op.facts.get(own.made_by, Field::Name), State::Absent(_));
        if let (true, Some(name)) = (chosen, op.name(Field::Name)) {
            let schema = schema_of(table);
            let index = format!("{schema}.{}", own.name);
            self.db.indexes.rename(&index, format!("{schema}.{name}").into(), Gone::Renamed(op.id));
            own.name = name;
        }
        true
    }

    /// A table has one primary key: where another can be added, the one that may have been dropped is gone.
    fn replace_key(&mut self, table: &Name, op: &Op<'_>) {
        let Some(relation) = self.db.relations.get_mut(table) else { return };
        let unknown = self.db.doubts.contains_key("constraint");
        let doubtful = |constraint: &&Constraint| {
            constraint.kind == "primary-key" && (unknown || matches!(constraint.presence, Presence::Perhaps(_)))
        };
        let Some(name) = relation.constraints.iter().find(doubtful).map(|constraint| Arc::clone(&constraint.name))
        else {
            return;
        };
        if op.doubt().is_none() {
            relation.constraints.retain(|constraint| constraint.name != name);
            self.db.indexes.remove(&format!("{}.{name}", schema_of(table)), Gone::Dropped(op.id));
        }
    }

    /// Whether the table that a foreign key refers to is there.
    fn finds_referenced(&mut self, op: &Op<'_>) {
        let Some(name) = op.name(Field::References) else { return };
        let found = self.relation(&name).owned();
        self.finds(op, Field::TargetReferenced, "table", found.borrowed());
    }

    /// The name that PostgreSQL chooses.
    fn choose(&self, op: &Op<'_>, kind: &str, table: &Name, columns: &[Name]) -> Name {
        let included = super::indexes::included(op.state(Field::Traits));
        let columns: Vec<String> = match kind {
            "primary-key" => Vec::new(),
            "check" => columns.iter().take(usize::from(columns.len() == 1)).map(|column| column.to_string()).collect(),
            "unique" | "exclude" => of_columns(columns.iter().chain(&included)),
            _ => columns.iter().map(|column| column.to_string()).collect(),
        };
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let label = match kind {
            "primary-key" => "pkey",
            "unique" => "key",
            "foreign-key" => "fkey",
            "exclude" => "excl",
            "not-null" => "not_null",
            _ => "check",
        };
        let schema = schema_of(table);
        let taken = |name: &str| {
            self.db.is_constraint(schema, name)
                || (matches!(label, "pkey" | "key" | "excl") && self.db.is_relation(schema, name))
        };
        chosen(table, &columns, label, taken).into()
    }

    fn not_null(&mut self, table: &Name, columns: &[Name], op: &Op<'_>) {
        let heirs = if op.is_true(Field::Only) { Vec::new() } else { self.heirs_of(table) };
        for table in std::iter::once(table).chain(&heirs) {
            let Some(relation) = self.db.relations.get_mut(table) else { continue };
            for column in relation.columns.iter_mut().filter(|column| columns.contains(&column.name)) {
                column.nullable = op.switches(&column.nullable, false);
            }
        }
    }

    fn drop_constraint(&mut self, op: &Op<'_>) {
        let Some((table, name)) = self.finds_constraint(op) else {
            if op.name(Field::Name).is_none() {
                let cause = Cause::new("may be dropped under a name that is built at run time", "Write it out.");
                self.doubt_constraints(op, &cause);
            }
            return;
        };
        let Some(relation) = self.db.relations.get_mut(&table) else { return };
        if let Some(cause) = op.doubt() {
            let constraint = relation.constraints.iter_mut().find(|constraint| constraint.name == name);
            constraint.into_iter().for_each(|constraint| constraint.presence = Presence::Perhaps(Arc::clone(cause)));
            return;
        }
        let key =
            relation.constraints.iter().find(|own| own.name == name && matches!(own.kind, "primary-key" | "unique"));
        let key = key.map(|constraint| (constraint.columns.clone(), constraint.kind == "primary-key"));
        relation.constraints.retain(|constraint| constraint.name != name);
        if let Some((columns, primary)) = key {
            self.cascade_key(&table, &columns, primary, op);
        }
        let index = format!("{}.{name}", schema_of(&table));
        if self.db.indexes.get(&index).is_some_and(|index| index.of_constraint && index.table == table) {
            self.db.indexes.remove(&index, Gone::Dropped(op.id));
            self.drop_inherited(&index.as_str().into(), op);
        }
        for heir in self.heirs_of(&table) {
            // a check is inherited under its name
            if let Some(relation) = self.db.relations.get_mut(&heir) {
                relation.constraints.retain(|own| own.kind != "check" || own.name != name || own.local);
            }
        }
    }

    /// Any constraint of a table, or of any table, may have been dropped.
    fn doubt_constraints(&mut self, op: &Op<'_>, cause: &Arc<Cause>) {
        let doubtful = Presence::Perhaps(Arc::clone(cause));
        let Some(table) = op.name(Field::Table) else { return self.doubt("constraint", cause, op) };
        let Some(relation) = self.db.relations.get_mut(&table) else { return };
        relation.constraints.iter_mut().for_each(|constraint| constraint.presence = doubtful.clone());
        let indexes = self.db.indexes.iter_mut().map(|(_, index)| index);
        let own = indexes.filter(|index| index.of_constraint && index.table == table);
        own.for_each(|index| index.presence = doubtful.clone());
    }

    fn rename_constraint(&mut self, op: &Op<'_>) {
        let Some((table, name)) = self.finds_constraint(op) else { return };
        let Some(new) = op.name(Field::NewName) else { return };
        let Some(relation) = self.db.relations.get_mut(&table) else { return };
        let Some(constraint) = relation.constraints.iter_mut().find(|constraint| constraint.name == name) else {
            return;
        };
        if let Some(cause) = op.doubt() {
            // it has one of the two names
            constraint.presence = Presence::Perhaps(Arc::clone(cause));
            let other = Constraint { name: new, ..constraint.clone() };
            return relation.constraints.push(other);
        }
        constraint.name = Arc::clone(&new);
        let is_check = constraint.kind == "check";
        let schema = schema_of(&table);
        self.db.name_constraint(schema, &new);
        for heir in if is_check { self.heirs_of(&table) } else { Vec::new() } {
            let constraints = self.db.relations.get_mut(&heir).map(|relation| relation.constraints.iter_mut());
            let own = constraints.into_iter().flatten().filter(|own| own.kind == "check" && own.name == name);
            own.for_each(|own| own.name = Arc::clone(&new));
            self.db.name_constraint(schema_of(&heir), &new);
        }
        let index = format!("{schema}.{name}");
        if self.db.indexes.get(&index).is_some_and(|index| index.of_constraint) {
            self.db.indexes.rename(&index, format!("{schema}.{new}").into(), Gone::Renamed(op.id));
        }
    }
}
