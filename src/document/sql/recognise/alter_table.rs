//! ALTER TABLE: each action is an operation of its own.

use super::{Recogniser, flag};
use crate::document::sql::cursor::Name;
use crate::document::sql::token::TokenKind;
use crate::fact::{Fact, Field, Kind};
use std::ops::Range;

impl Recogniser<'_> {
    /// `ALTER TABLE [IF EXISTS] [ONLY] t action, …`, from the word TABLE on.
    pub(super) fn alter_table(&mut self) -> bool {
        self.c.at += 1;
        if self.c.are(&["all", "in", "tablespace"]) {
            let fact = self.operation("alter_other", 0);
            self.emit(fact);
            return self.options();
        }
        self.c.take_all(&["if", "exists"]);
        self.c.take("only");
        let Some(name) = self.c.name() else { return false };
        self.c.take_symbol(b'*');
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

    fn emit_on(&mut self, is: &'static str, from: usize, table: &Name) {
        let fact = self.operation(is, from);
        let fact = self.on_table(fact, table);
        self.emit(fact);
    }

    fn add(&mut self, item: Range<usize>, table: &Name) -> bool {
        let from = item.start;
        if self.c.take("constraint") {
            let Some(name) = self.c.part() else { return false };
            let fact = self.on_table(self.operation("add_constraint", from), table);
            let fact = self.plain(fact, Field::Name, &name);
            self.emit(fact);
            return self.c.is_any(&["primary", "unique", "check", "foreign", "exclude", "not"]);
        }
        if self.c.is_any(&["primary", "unique", "check", "foreign", "exclude"]) {
            self.c.at += 1;
            self.emit_on("add_constraint", from, table);
            return true;
        }
        self.c.take("column");
        let missing = self.if_not_exists();
        let Some(column) = self.c.part() else { return false };
        let fact = self.on_table(self.operation("add_column", from), table);
        let fact = flag(self.plain(fact, Field::Column, &column), Field::IfNotExists, missing);
        self.emit(fact);
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
        let is = if constraint { "drop_constraint" } else { "drop_column" };
        let fact = self.on_table(self.operation(is, from), table);
        let fact = self.plain(fact, if constraint { Field::Name } else { Field::Column }, &part);
        let cascade = self.cascade();
        self.emit(flag(flag(fact, Field::IfExists, exists), Field::Cascade, cascade));
        true
    }

    fn alter_action(&mut self, item: Range<usize>, table: &Name) -> bool {
        if self.c.take("constraint") {
            let named = self.c.part().is_some();
            self.emit_on("alter_table", item.start, table);
            return named && self.c.is_any(&["deferrable", "not", "initially", "enforced", "no", "inherit", "set"]);
        }
        self.c.take("column");
        let Some(column) = self.c.part() else { return false };
        let fact = self.on_table(self.operation("alter_column", item.start), table);
        let fact = self.plain(fact, Field::Column, &column);
        self.emit(fact);
        // DROP here takes a property of the column away, never the column
        if self.c.take("drop") {
            let known = self.c.take_all(&["not", "null"]).is_some()
                || self.c.take_any(&["default", "identity", "expression"]).is_some();
            self.c.take_all(&["if", "exists"]);
            return known;
        }
        self.c.take_any(&["set", "reset", "add", "type", "restart"]).is_some()
    }

    fn rename(&mut self, from: usize, table: &Name) -> bool {
        let constraint = self.c.take("constraint");
        let to_table = !constraint && self.c.is("to");
        let old = if to_table {
            None
        } else {
            if !constraint {
                self.c.take("column");
            }
            self.c.part()
        };
        if !self.c.take("to") {
            return false;
        }
        let Some(new) = self.c.part() else { return false };
        let is = match (&old, constraint) {
            (None, _) => "rename_table",
            (Some(_), true) => "alter_table",
            (Some(_), false) => "rename_column",
        };
        let mut fact = self.on_table(self.operation(is, from), table);
        if let (Some(old), false) = (&old, constraint) {
            fact = self.plain(fact, Field::Column, old);
        }
        if !constraint {
            fact = self.plain(fact, Field::NewName, &new);
        }
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
        self.emit_on(is, from, table);
        said
    }

    /// Actions that change neither columns nor row level security.
    fn other_action(&mut self, item: Range<usize>, table: &Name) -> bool {
        self.c.at = item.start + 1;
        if self.c.word_at(item.start, "set") && self.c.take("schema") {
            let Some(schema) = self.c.part() else { return false };
            let fact = self.on_table(self.operation("move_table", item.start), table);
            let fact = self.plain(fact, Field::NewName, &schema);
            self.emit(fact);
            return true;
        }
        let known = ["attach", "cluster", "detach", "disable", "enable", "inherit", "no", "not", "of", "options"]
            .iter()
            .chain(&["owner", "replica", "reset", "set", "validate"])
            .any(|word| self.c.word_at(item.start, word));
        let last = (item.start + 4).min(item.end);
        let fact = Fact::variant(Kind::Operation, "alter_table", self.c.span(item.start..last));
        let fact = self.on_table(fact, table);
        self.emit(fact);
        known
    }
}
