//! Statements that write rows: UPDATE, DELETE, INSERT, MERGE, TRUNCATE, COPY.

use super::{Recogniser, flag};
use crate::document::sql::cursor::{Name, Part};
use crate::fact::{Fact, Field, Kind};
use crate::source::Span;
use std::ops::Range;

impl Recogniser<'_> {
    /// `UPDATE t SET a = 1, (b, c) = (…) [FROM …] [WHERE …] [RETURNING …]`.
    pub(super) fn update(&mut self) -> bool {
        let start = self.c.at;
        let end = self.c.tokens.len();
        self.c.at += 1;
        let Some(name) = self.relation() else { return false };
        let fact = Fact::variant(Kind::Operation, "update", self.c.span(start..name.end));
        let fact = self.on_table(fact, &name).with_flag(Field::Where, self.where_clause(), self.end_gap());
        self.emit(fact);
        let rest = self.c.at;
        let set = self.c.find(end, |c, at| c.word_at(at, "set"));
        let written = self.assignments(set + 1, &name, "update");
        self.c.at = end;
        self.scan(rest..end, true) && written
    }

    /// The place of WHERE, outside brackets.
    fn where_clause(&self) -> Option<Span> {
        let end = self.c.tokens.len();
        let at = self.c.find(end, |c, at| c.word_at(at, "where"));
        (at < end).then(|| self.c.span(at..at + 1))
    }

    /// The columns that a SET list writes, one fact each. False where there is no list.
    fn assignments(&mut self, from: usize, table: &Name, command: &'static str) -> bool {
        let end = self.c.tokens.len();
        let ends = ["from", "where", "returning", "when", "then"];
        // what stands in CASE … END ends nothing
        let mut cases = 0_usize;
        let stop = self.c.moved(from).find(end, |c, at| {
            if c.word_at(at, "case") {
                cases += 1;
            } else if c.word_at(at, "end") {
                cases = cases.saturating_sub(1);
            }
            cases == 0 && ends.iter().any(|word| c.word_at(at, word)) && !c.word_at(at.saturating_sub(1), "distinct")
        });
        let mut any = false;
        for item in self.c.items(from..stop) {
            let mut c = self.c.moved(item.start);
            if let Some(inner) = c.parens() {
                self.columns(inner, table, command);
                any = true;
            } else if let Some(column) = c.part() {
                self.written(&column, table, command);
                any = true;
            }
        }
        any
    }

    /// A list of columns.
    fn columns(&mut self, inner: Range<usize>, table: &Name, command: &'static str) {
        for item in self.c.items(inner) {
            if let Some(column) = self.c.moved(item.start).part() {
                self.written(&column, table, command);
            }
        }
    }

    fn written(&mut self, column: &Part, table: &Name, command: &'static str) {
        let fact = Fact::variant(Kind::Operation, "write_column", column.span);
        let fact = self.on_table(fact, table);
        let fact = self.plain(fact, Field::Column, column).with_word(Field::Command, command, column.span);
        self.emit(fact);
    }

    /// `DELETE FROM t [USING …] [WHERE …]`.
    pub(super) fn delete(&mut self) -> bool {
        let start = self.c.at;
        let end = self.c.tokens.len();
        self.c.at += 1;
        let from = self.c.take("from");
        let Some(name) = self.relation() else { return false };
        let fact = Fact::variant(Kind::Operation, "delete", self.c.span(start..name.end));
        let fact = self.on_table(fact, &name).with_flag(Field::Where, self.where_clause(), self.end_gap());
        self.emit(fact);
        let rest = self.c.at;
        self.c.at = end;
        self.scan(rest..end, true) && from
    }

    /// `INSERT INTO t (a, b) … [ON CONFLICT … DO UPDATE SET …]`.
    pub(super) fn insert(&mut self) -> bool {
        let start = self.c.at;
        let end = self.c.tokens.len();
        self.c.at += 1;
        let into = self.c.take("into");
        let Some(name) = self.c.name() else { return false };
        let fact = self.operation("insert", start);
        let fact = self.on_table(fact, &name);
        self.emit(fact);
        if self.c.take("as") {
            self.c.part();
        }
        let rest = self.c.at;
        let query = self.c.moved(rest + 1).is_any(&["select", "values", "with", "table"]);
        if !query && let Some(inner) = self.c.parens() {
            self.columns(inner, &name, "insert");
        }
        let update = self.c.find(end, |c, at| c.word_at(at, "do") && c.word_at(at + 1, "update"));
        let written = update >= end || self.assignments(update + 3, &name, "insert");
        self.c.at = end;
        self.scan(rest..end, true) && into && written && rest < end
    }

    /// `MERGE INTO t USING s ON … WHEN MATCHED THEN UPDATE SET … | DELETE WHEN NOT MATCHED THEN INSERT (…) VALUES (…)`.
    pub(super) fn merge(&mut self) -> bool {
        let start = self.c.at;
        let end = self.c.tokens.len();
        self.c.at += 1;
        let into = self.c.take("into");
        let Some(name) = self.relation() else { return false };
        let fact = Fact::variant(Kind::Operation, "merge", self.c.span(start..name.end));
        let fact = self.on_table(fact, &name);
        self.emit(fact);
        let rest = self.c.at;
        loop {
            let then = self.c.find(end, |c, at| c.word_at(at, "then"));
            if then >= end {
                break;
            }
            self.c.at = then + 1;
            self.merge_action(then + 1, &name);
        }
        self.c.at = end;
        self.scan(rest..end, true) && into
    }

    fn merge_action(&mut self, at: usize, name: &Name) {
        if self.c.word_at(at, "update") {
            self.assignments(at + 2, name, "merge");
        } else if self.c.word_at(at, "insert") {
            if let Some(inner) = self.c.moved(at + 1).parens() {
                self.columns(inner, name, "merge");
            }
        } else if self.c.word_at(at, "delete") {
            let span = self.c.span(at..at + 1);
            let fact = Fact::variant(Kind::Operation, "delete", span);
            // the rows are chosen by the condition of MERGE
            let fact = self.on_table(fact, name).with_flag(Field::Where, Some(span), span);
            self.emit(fact);
        }
    }

    /// `TRUNCATE [TABLE] [ONLY] a, b [RESTART IDENTITY] [CASCADE]`, one fact a table.
    pub(super) fn truncate(&mut self) -> bool {
        let start = self.c.at;
        self.c.at += 1;
        self.c.take("table");
        let mut names = Vec::new();
        loop {
            let Some(name) = self.relation() else { return false };
            names.push(name);
            if !self.c.take_symbol(b',') {
                break;
            }
        }
        if self.c.take_any(&["restart", "continue"]).is_some() {
            self.c.take("identity");
        }
        let cascade = self.cascade();
        for (index, name) in names.iter().enumerate() {
            let fact = self.listed("truncate", start, index == 0, name);
            let fact = flag(self.on_table(fact, name), Field::Cascade, cascade);
            self.emit(fact);
        }
        self.c.done()
    }

    /// `COPY t (a, b) FROM …` inserts; `COPY … TO` reads, and `COPY (DELETE … RETURNING …) TO` does what it says.
    pub(super) fn copy(&mut self) -> bool {
        let start = self.c.at;
        let end = self.c.tokens.len();
        self.c.at += 1;
        if self.c.is_symbol(b'(') {
            let open = self.c.at;
            let writes =
                ["insert", "update", "delete", "merge", "with"].iter().any(|word| self.c.word_at(open + 1, word));
            if let (true, Some(inner)) = (writes, self.c.parens()) {
                return self.nested(inner) && self.options();
            }
            let fact = self.operation("select", start);
            self.emit(fact);
            return self.options();
        }
        let Some(name) = self.c.name() else { return false };
        let named = self.c.at;
        let columns = self.c.parens();
        let from = self.c.take("from");
        if !from && !self.c.take("to") {
            return false;
        }
        let is = if from { "insert" } else { "select" };
        let fact = Fact::variant(Kind::Operation, is, self.c.span(start..named));
        let fact = if from { self.on_table(fact, &name) } else { fact };
        self.emit(fact);
        if let (true, Some(inner)) = (from, columns) {
            self.columns(inner, &name, "insert");
        }
        let rest = self.c.at;
        self.c.at = end;
        self.scan(rest..end, false) && rest < end
    }
}
