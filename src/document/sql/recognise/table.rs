//! CREATE TABLE.

use super::{Recogniser, constraint, flag};
use crate::document::sql::cursor::Name;
use crate::fact::{Fact, Field, Kind, State, Value};
use std::ops::Range;

/// What LIKE may bring along besides columns and their types.
const WITH_LIKE: &[&str] = &[
    "all",
    "comments",
    "compression",
    "constraints",
    "defaults",
    "generated",
    "identity",
    "indexes",
    "statistics",
    "storage",
];

impl Recogniser<'_> {
    /// `CREATE [TEMP | UNLOGGED] TABLE [IF NOT EXISTS] t …`, from the word TABLE on.
    pub(super) fn create_table(&mut self, temporary: bool) -> bool {
        let end = self.c.tokens.len();
        let unlogged = self.c.word_at(self.c.at.saturating_sub(1), "unlogged");
        self.c.at += 1;
        let missing = self.if_not_exists();
        let Some(name) = self.c.name() else { return false };
        let fact = self.operation("create_table", 0);
        let fact = flag(self.new_table(fact, &name, temporary), Field::IfNotExists, missing);
        let fact = self.described_table(self.contents(fact), unlogged);
        self.emit(fact);
        let open = self.c.find(end, |c, at| ["as", "of", "inherits"].iter().any(|word| c.word_at(at, word)));
        let partition = self.c.are(&["partition", "of"]);
        // a typed table, or a partition, may say more of its columns
        if self.c.take("of") || self.c.take_all(&["partition", "of"]).is_some() {
            self.c.name();
        }
        let columns = self.c.parens();
        if open < end {
            self.open_table(&name, temporary);
        }
        let elements = columns.is_none_or(|inner| self.elements(inner, &name, temporary));
        let rest = self.c.at;
        self.c.at = end;
        let tail = self.scan(rest..end, false);
        let described = rest > name.end || open < end || partition;
        elements && tail && described
    }

    /// With where the columns come from that are not written down; the cursor stands behind the name.
    fn contents(&self, fact: Fact) -> Fact {
        let end = self.c.tokens.len();
        let mut of = self.c;
        if of.take_all(&["partition", "of"]).is_some() {
            return self.after(fact, "partition", of.at);
        }
        if self.c.is("of") {
            return fact.with_word(Field::Contents, "type", self.c.span(self.c.at..self.c.at + 1));
        }
        let inherits = self.c.find(end, |c, at| c.word_at(at, "inherits"));
        if inherits < end {
            let fact = self.after(fact, "inherits", inherits + 2);
            return self.parents(fact, inherits + 1);
        }
        let query = self.c.find(end, |c, at| c.word_at(at, "as"));
        if query < end {
            let fact = fact.with_word(Field::Contents, "query", self.c.span(query..query + 1));
            return self.yields(fact, query + 1..self.without_data(end), self.c.clone().parens());
        }
        let mut behind = self.c;
        let Some(columns) = behind.parens() else { return fact };
        match self.c.items(columns).into_iter().find(|item| self.c.word_at(item.start, "like")) {
            Some(item) => {
                let brings = |word: &str| item.clone().any(|at| self.c.word_at(at, word));
                let more = ["all", "indexes", "constraints", "defaults", "generated", "identity"];
                let keys = brings("including") && more.into_iter().any(brings);
                self.after(fact, if keys { "like-including" } else { "like" }, item.start + 1)
            }
            None => fact,
        }
    }

    /// With the tables of INHERITS, whose bracket stands at `at`.
    fn parents(&self, fact: Fact, at: usize) -> Fact {
        let mut c = self.c.moved(at);
        let Some(inner) = c.parens() else { return fact };
        let span = self.c.span(inner.clone());
        let names = self.c.until(inner.end).moved(inner.start).names();
        let names: Option<Vec<Value>> = names.iter().map(|name| self.table_name(name).map(Value::from)).collect();
        match names {
            Some(names) => fact.with(Field::Parents, Value::List(names), span),
            None => fact.with_state(Field::Parents, State::Unknown(span, super::names::unknown_name())),
        }
    }

    /// `LIKE t [{INCLUDING | EXCLUDING} what] …` among the columns of a new table.
    fn like(&mut self, item: Range<usize>, table: &Name, temporary: bool) {
        let c = self.c.moved(item.start + 1);
        let Some(other) = c.clone().name() else { return };
        let anchor = self.c.span(item.start..other.end.min(item.end));
        let fact = self.new_table(Fact::variant(Kind::Operation, "like_table", anchor), table, temporary);
        let fact = match self.table_name(&other) {
            Some(name) => fact.with(Field::Parent, name, other.span),
            None => fact.with_state(Field::Parent, State::Unknown(other.span, super::names::unknown_name())),
        };
        let mut brings: Vec<&str> = Vec::new();
        for at in other.end..item.end {
            let Some(what) = WITH_LIKE.iter().find(|word| self.c.word_at(at + 1, word)) else { continue };
            let one = [*what];
            let all = if *what == "all" { WITH_LIKE } else { &one[..] };
            brings.retain(|known| !all.contains(known));
            if self.c.word_at(at, "including") {
                brings.extend(all.iter().filter(|word| **word != "all"));
            }
        }
        let brings: Vec<Value> = brings.into_iter().map(Value::from).collect();
        self.emit(fact.with(Field::Traits, Value::List(brings), anchor));
    }

    /// With the table that another is made after, whose name stands at `at`.
    fn after(&self, fact: Fact, word: &'static str, at: usize) -> Fact {
        let Some(parent) = self.c.moved(at).name() else { return fact };
        let fact = fact.with_word(Field::Contents, word, parent.span);
        match self.table_name(&parent) {
            Some(name) => fact.with(Field::Parent, name, parent.span),
            None => fact,
        }
    }

    /// The columns of a new table. Names of columns may be commands' keywords.
    pub(super) fn elements(&mut self, inner: Range<usize>, table: &Name, temporary: bool) -> bool {
        let mut whole = true;
        for item in self.c.items(inner) {
            let mut c = self.c.moved(item.start);
            if item.is_empty() {
                whole = false;
            } else if c.is("like") {
                self.open_table(table, temporary);
                self.like(item.clone(), table, temporary);
                whole &= self.scan(item, false);
            } else if constraint::begins(&c) {
                let called = if c.take("constraint") { c.part() } else { None };
                self.emit_constraint("create_constraint", called.as_ref(), c.at..item.end, None, table, temporary);
                whole &= self.scan(item, false);
            } else if let Some(part) = c.part() {
                let column = self.column(c.at, item.end);
                let fact = Fact::variant(Kind::Operation, "create_column", part.span);
                let fact = self.plain(self.new_table(fact, table, temporary), Field::Column, &part);
                self.emit_column(fact, column, &part, table, temporary);
                whole &= self.scan(item.start + 1..item.end, false);
            } else {
                whole = false;
            }
        }
        whole
    }

    /// With the table that a statement makes; a temporary one stands in a schema of its own.
    pub(super) fn new_table(&self, fact: Fact, name: &Name, temporary: bool) -> Fact {
        if !temporary {
            return self.on_table(fact, name);
        }
        let fact = self.on_table(fact, name).with(Field::Schema, "pg_temp", name.span);
        match &name.name.text {
            Some(text) => fact.with(Field::Table, format!("pg_temp.{text}"), name.span),
            None => fact,
        }
    }

    fn open_table(&mut self, name: &Name, temporary: bool) {
        if let (false, Some(table)) = (temporary, self.table_name(name)) {
            self.out.open_tables.push(table);
        }
    }

    /// A table that a query makes (`SELECT … INTO t`); its own tokens begin at `from`.
    pub(super) fn made_table(&mut self, query: usize, from: usize, name: &Name, temporary: bool) {
        let fact = Fact::variant(Kind::Operation, "create_table", self.c.span(from..name.end));
        let fact = flag(self.new_table(fact, name, temporary), Field::IfNotExists, (None, self.c.gap_at(from + 1)));
        let fact = fact.with_word(Field::Contents, "query", name.span);
        let fact = self.yields(fact, query..self.c.tokens.len(), None);
        self.emit(fact);
        self.open_table(name, temporary);
    }
}
