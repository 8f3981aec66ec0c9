//! ALTER TABLE: each action is an operation of its own.

use super::{Recogniser, default, flag};
use crate::document::sql::cursor::{Name, Part};
use crate::document::sql::token::TokenKind;
use crate::fact::{Fact, Field, State};
use std::ops::Range;

/// Actions that have no operation of their own, by their first words.
const ACTIONS: &[(&[&str], &str)] = &[
    (&["set", "logged"], "set-logged"),
    (&["set", "unlogged"], "set-unlogged"),
    (&["set", "tablespace"], "set-tablespace"),
    (&["set", "access", "method"], "set-access-method"),
    (&["set", "without", "cluster"], "cluster-on"),
    (&["set", "without", "oids"], "other"),
    (&["set"], "set-options"),
    (&["reset"], "reset-options"),
    (&["replica", "identity"], "replica-identity"),
    (&["inherit"], "inherit"),
    (&["no", "inherit"], "no-inherit"),
    (&["cluster", "on"], "cluster-on"),
    (&["enable", "rule"], "rule"),
    (&["enable", "always", "rule"], "rule"),
    (&["enable", "replica", "rule"], "rule"),
    (&["disable", "rule"], "rule"),
    (&["of"], "other"),
    (&["not", "of"], "other"),
    (&["options"], "other"),
];

/// What ALTER COLUMN does, by its first words.
const COLUMN_ACTIONS: &[(&[&str], &str)] = &[
    (&["set", "data", "type"], "alter_column_type"),
    (&["type"], "alter_column_type"),
    (&["set", "not", "null"], "set_not_null"),
    (&["drop", "not", "null"], "drop_not_null"),
    (&["set", "default"], "set_default"),
    (&["drop", "default"], "drop_default"),
    (&["add", "generated"], "set_identity"),
    (&["set", "generated"], "set_identity"),
    (&["drop", "identity"], "drop_identity"),
    (&["drop", "expression"], "drop_expression"),
    (&["set"], "alter_column"),
    (&["reset"], "alter_column"),
    (&["restart"], "alter_column"),
    (&["options"], "alter_column"),
];

/// What ALTER COLUMN sets, where that is no operation of its own; storage parameters in brackets otherwise.
const COLUMN_SETTINGS: &[(&str, &str)] =
    &[("statistics", "statistics"), ("storage", "storage"), ("compression", "compression")];

impl Recogniser<'_> {
    /// `ALTER TABLE [IF EXISTS] [ONLY] t action, …`, from the word TABLE on.
    pub(super) fn alter_table(&mut self) -> bool {
        self.c.at += 1;
        if self.c.are(&["all", "in", "tablespace"]) {
            let fact = self.operation("alter_other", 0).with_word(Field::ObjectKind, "tablespace", self.so_far());
            self.emit(fact);
            return self.options();
        }
        self.if_table = self.c.take_all(&["if", "exists"]);
        let Some(name) = self.relation() else { return false };
        let items = self.c.items(self.c.at..self.c.tokens.len());
        let mut whole = !items.is_empty();
        for item in items {
            whole &= self.action(item, &name);
        }
        self.c.at = self.c.tokens.len();
        whole
    }

    /// One action.
    fn action(&mut self, item: Range<usize>, table: &Name) -> bool {
        self.c.at = item.start;
        if self.c.peek(0).is_some_and(|token| matches!(token.kind, TokenKind::Hole | TokenKind::TextHole)) {
            return false;
        }
        let whole = match self.c.take_any(&["add", "drop", "alter", "rename", "enable", "disable", "force", "no"]) {
            Some("add") => self.add(item.clone(), table),
            Some("drop") => self.drop_action(item.start, table),
            Some("alter") => self.alter_action(item.clone(), table),
            Some("rename") => self.rename(item.start, table),
            Some(word) if self.c.are(&["row", "level", "security"]) || (word == "no" && self.c.is("force")) => {
                self.row_security(word, item.start, table)
            }
            _ => self.other_action(item.clone(), table),
        };
        whole && self.c.at <= item.end && self.scan(self.c.at..item.end, false)
    }

    fn on(&self, is: &'static str, from: usize, table: &Name) -> Fact {
        self.on_table(self.operation(is, from), table)
    }

    fn add(&mut self, item: Range<usize>, table: &Name) -> bool {
        let from = item.start;
        let named = self.c.take("constraint");
        if named || super::constraint::begins(&self.c) {
            let called = if named { self.c.part() } else { None };
            let start = self.c.at;
            if !named {
                self.c.at += 1;
            }
            let mut fact = self.on("add_constraint", from, table);
            if let Some(name) = &called {
                fact = self.plain(fact, Field::Name, name);
            }
            let fact = self.constraint(fact, start..item.end, None);
            let known = fact.own(Field::Constraint).is_some();
            self.emit(fact);
            return known && named == called.is_some();
        }
        self.c.take("column");
        let missing = self.if_not_exists();
        let Some(part) = self.c.part() else { return false };
        let fact = flag(self.on("add_column", from, table), Field::IfNotExists, missing);
        let fact = self.plain(fact, Field::Column, &part);
        let column = self.column(self.c.at, item.end);
        self.emit_column(fact, column, &part, table, false);
        self.c.at < item.end
    }

    fn drop_action(&mut self, from: usize, table: &Name) -> bool {
        let constraint = self.c.take("constraint");
        // `DROP COLUMN a` and `DROP a` are one form; a column may be called "column" only in quotes
        if !constraint {
            self.c.take("column");
        }
        let exists = self.if_exists();
        let Some(part) = self.c.part() else { return false };
        let fact = self.on(if constraint { "drop_constraint" } else { "drop_column" }, from, table);
        let fact = self.plain(fact, if constraint { Field::Name } else { Field::Column }, &part);
        let cascade = self.cascade();
        self.emit(flag(flag(fact, Field::IfExists, exists), Field::Cascade, cascade));
        true
    }

    fn alter_action(&mut self, item: Range<usize>, table: &Name) -> bool {
        if self.c.take("constraint") {
            let Some(name) = self.c.part() else { return false };
            let fact = self.on("alter_constraint", item.start, table);
            let fact = self.plain(fact, Field::Name, &name);
            let fact = fact.with_state(Field::Traits, super::traits::of_constraint(&self.c, self.c.at..item.end));
            self.emit(fact);
            return self.c.is_any(&["deferrable", "not", "initially", "enforced", "no", "inherit", "set"]);
        }
        self.c.take("column");
        let Some(column) = self.c.part() else { return false };
        let named = self.c.at;
        let known = COLUMN_ACTIONS.iter().find(|(words, _)| self.c.take_all(words).is_some()).map(|(_, is)| *is);
        let behind = self.c.at;
        self.c.at = named;
        let fact = self.on(known.unwrap_or("alter_column"), item.start, table);
        let fact = self.plain(fact, Field::Column, &column);
        self.c.at = behind;
        self.alter_column(fact, known.unwrap_or_default(), item.end);
        known.is_some()
    }

    /// Completes what happens to a column, and adds it; the cursor stands behind its first words.
    fn alter_column(&mut self, fact: Fact, is: &str, end: usize) {
        let from = self.c.at;
        let fact = match is {
            "alter_column_type" => {
                let stop = self.c.find(end, |c, at| c.word_at(at, "using") || c.word_at(at, "collate"));
                let span = self.c.span(from..stop);
                let ty = match super::names::normal_type(&self.c.part_of(from..stop)) {
                    Some(name) => State::Stated(name.into(), span),
                    None => State::Unknown(span, super::names::unknown_name()),
                };
                let fact = fact.with_state(Field::ColumnType, ty);
                let fact = self.new_collation(fact, stop, end);
                match super::names::modifier(&self.c, from..stop) {
                    Some(modifier) => fact.with_state(Field::Modifier, modifier),
                    None => fact,
                }
            }
            "alter_column" => {
                let first = COLUMN_SETTINGS.iter().find(|(word, _)| self.c.is(word)).map(|(_, action)| *action);
                // SET and RESET have storage parameters in brackets; OPTIONS, RESTART and what SET says of a sequence have not
                let bracket = self.c.is_symbol(b'(') && !self.c.word_at(from.saturating_sub(1), "options");
                let action = first.unwrap_or(if bracket { "set-options" } else { "other" });
                let fact = fact.with_word(Field::Action, action, self.c.span(from..from + 1));
                if action == "other" { fact } else { self.redescribed_column(fact, end) }
            }
            "set_default" => fact
                .with_state(Field::Default, default::state(&self.c, from..end))
                .with_state(Field::Definition, super::names::definition(&self.c, from..end)),
            "set_identity" => {
                let always = self.c.is("always");
                let word = if always { "always" } else { "by-default" };
                let fact = fact.with_word(Field::Identity, word, self.c.span(from..from + if always { 1 } else { 2 }));
                let called = (from..end).find(|at| self.c.word_at(*at, "sequence") && self.c.word_at(at + 1, "name"));
                match called.and_then(|at| self.c.moved(at + 2).name()) {
                    Some(name) => self.plain(fact, Field::NewName, &name.name),
                    None => fact,
                }
            }
            "drop_identity" | "drop_expression" => {
                self.c.take_all(&["if", "exists"]);
                fact
            }
            _ => fact,
        };
        self.emit(fact);
    }

    /// With the collation that goes along with a new type: that of the type where COLLATE does not stand at `at`.
    fn new_collation(&self, fact: Fact, at: usize, end: usize) -> Fact {
        let mut c = self.c.moved(at);
        let said = if at < end && c.take("collate") { c.name() } else { None };
        let word = said.and_then(|name| super::described::collation(&name)).unwrap_or_else(|| "no collate".to_owned());
        fact.with_state(Field::Traits, super::described::words(vec![word], self.c.span(at..c.at)))
    }

    fn rename(&mut self, from: usize, table: &Name) -> bool {
        let constraint = self.c.take("constraint");
        let to_table = !constraint && self.c.is("to");
        let mut old: Option<Part> = None;
        if !to_table {
            if !constraint {
                self.c.take("column");
            }
            old = self.c.part();
        }
        if !self.c.take("to") {
            return false;
        }
        let Some(new) = self.c.part() else { return false };
        let (is, field) = match (&old, constraint) {
            (None, _) => ("rename_table", Field::Table),
            (Some(_), true) => ("rename_constraint", Field::Name),
            (Some(_), false) => ("rename_column", Field::Column),
        };
        let mut fact = self.on(is, from, table);
        if let Some(old) = &old {
            fact = self.plain(fact, field, old);
        }
        let fact = self.plain(fact, Field::NewName, &new);
        self.emit(fact);
        true
    }

    fn row_security(&mut self, word: &str, from: usize, table: &Name) -> bool {
        if word == "no" {
            self.c.take("force");
        }
        let said = self.c.take_all(&["row", "level", "security"]).is_some();
        let is = match word {
            "enable" => "enable_rls",
            "disable" => "disable_rls",
            "force" => "force_rls",
            _ => "no_force_rls",
        };
        let fact = self.on(is, from, table);
        self.emit(fact);
        said
    }

    /// Actions that change neither columns nor row level security.
    fn other_action(&mut self, item: Range<usize>, table: &Name) -> bool {
        let from = item.start;
        self.c.at = from;
        if self.c.take_all(&["set", "schema"]).is_some() {
            let Some(schema) = self.c.part() else { return false };
            let fact = self.on("move_table", from, table);
            let fact = self.plain(fact, Field::NewName, &schema);
            self.emit(fact);
            return true;
        }
        if self.c.take_all(&["owner", "to"]).is_some() {
            let Some(owner) = self.c.part() else { return false };
            let fact = self.on("change_owner", from, table).with_word(Field::ObjectKind, "table", table.span);
            let fact = self.plain(fact, Field::Owner, &owner);
            self.emit(fact);
            return true;
        }
        if self.c.take_all(&["validate", "constraint"]).is_some() {
            let Some(name) = self.c.part() else { return false };
            let fact = self.on("validate_constraint", from, table);
            let fact = self.plain(fact, Field::Name, &name);
            self.emit(fact);
            return true;
        }
        if let Some(word) = self.c.take_any(&["attach", "detach"]) {
            return self.partition(word == "attach", from, table);
        }
        if self.c.is_any(&["enable", "disable"]) && self.trigger_switch(from, table) {
            return true;
        }
        self.c.at = from;
        let known = ACTIONS.iter().find(|(words, _)| self.c.take_all(words).is_some());
        self.c.at = (from + 4).min(item.end);
        let word = known.map_or("other", |(_, word)| word);
        let fact = self.on("alter_table", from, table).with_word(Field::Action, word, self.c.span(from..self.c.at));
        let fact = self.redescribed_table(fact, word, from, item.end);
        let parent = known.filter(|(_, word)| word.ends_with("inherit")).map(|(words, _)| from + words.len());
        let fact = match parent.and_then(|at| self.c.moved(at).name()) {
            Some(parent) => match self.table_name(&parent) {
                Some(name) => fact.with(Field::Parent, name, parent.span),
                None => fact.with_state(Field::Parent, State::Unknown(parent.span, super::names::unknown_name())),
            },
            None => fact,
        };
        self.emit(fact);
        self.c.at = from + 1;
        known.is_some()
    }

    /// `ATTACH PARTITION p …`, `DETACH PARTITION p [CONCURRENTLY | FINALIZE]`.
    fn partition(&mut self, attach: bool, from: usize, table: &Name) -> bool {
        let said = self.c.take("partition");
        let Some(name) = self.c.name() else { return false };
        let fact = self.on(if attach { "attach_partition" } else { "detach_partition" }, from, table);
        let fact = match self.table_name(&name) {
            Some(full) => fact.with(Field::Partition, full, name.span),
            None => fact.with_state(Field::Partition, State::Unknown(name.span, super::names::unknown_name())),
        };
        let gap = self.c.gap();
        let fact = if attach {
            let bound = super::described::bound(&mut self.c);
            fact.with_state(Field::Bound, bound)
        } else {
            let concurrently = self.c.take_all(&["concurrently"]);
            let fact = flag(fact, Field::Concurrently, (concurrently, gap));
            match self.c.take_all(&["finalize"]) {
                // it ends what CONCURRENTLY began
                Some(span) => fact.with_word(Field::Lock, "share-update-exclusive", span),
                None => fact,
            }
        };
        self.emit(fact);
        said
    }

    /// `{ENABLE [REPLICA | ALWAYS] | DISABLE} TRIGGER {name | ALL | USER}`.
    fn trigger_switch(&mut self, from: usize, table: &Name) -> bool {
        let enable = self.c.take("enable");
        if !enable {
            self.c.at += 1;
        }
        let mode = self.c.take_any(&["replica", "always"]).filter(|_| enable).or((!enable).then_some("disabled"));
        if !self.c.take("trigger") {
            return false;
        }
        let all = self.c.is_any(&["all", "user"]);
        let Some(name) = self.c.part() else { return false };
        let fact = self.on(if enable { "enable_trigger" } else { "disable_trigger" }, from, table);
        let fact = if all { fact } else { self.plain(fact, Field::Name, &name) };
        let mode = mode.map(str::to_owned).into_iter().collect();
        self.emit(fact.with_state(Field::Traits, super::described::words(mode, self.c.span(from..self.c.at))));
        true
    }
}
