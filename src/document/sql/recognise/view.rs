//! CREATE VIEW, and what of it ALTER VIEW says, too.

use super::{Recogniser, flag};
use crate::document::sql::cursor::Name;
use crate::fact::{Fact, Field, State, Value};
use crate::source::{Secret, Span};
use std::ops::Range;

impl Recogniser<'_> {
    pub(super) fn create_view(
        &mut self,
        is: &'static str,
        replace: Option<(Option<Span>, Span)>,
        temporary: bool,
    ) -> bool {
        let missing = self.if_not_exists();
        let Some(name) = self.c.name() else { return false };
        let fact = self.new_object(self.operation(is, 0), &name, temporary);
        let end = self.c.tokens.len();
        let query = self.c.find(end, |c, at| c.word_at(at, "as"));
        let recursive = self.c.word_at(name.end.saturating_sub(3), "recursive").then_some(&name);
        let (stop, check) = self.check_option(self.without_data(end));
        let fact = self.reads(fact, query + 1..end);
        let fact = self.query(fact, query + 1..stop, recursive);
        let fact = self.described_view(fact, self.c.at..query, check);
        self.emit(match replace {
            Some(replace) => self.security_invoker(flag(fact, Field::OrReplace, replace), self.c.at..query, true),
            None => flag(fact, Field::IfNotExists, missing),
        });
        let head = self.scan(self.c.at..query, false);
        self.c.at = end;
        head && query + 1 < end && self.scan(query + 1..end, true)
    }

    /// With the query of a view and the names that its columns get in brackets behind its own.
    fn query(&self, fact: Fact, range: Range<usize>, recursive: Option<&Name>) -> Fact {
        let query = super::names::definition(&self.c, range);
        let inner = self.c.clone().parens();
        let named = inner.clone().map(|inner| super::constraint::columns(&self.c, inner));
        if let (Some(view), Some(inner), State::Stated(Value::Secret(text), span)) = (recursive, inner, &query) {
            // the server keeps it as a query over a part of WITH that is called as the view
            let (called, columns) = (view.name.text.as_deref().unwrap_or("?"), super::names::squeezed(&self.c, inner));
            let whole = text
                .ask(|text| format!("WITH RECURSIVE {called}({columns}) AS ({text}) SELECT {columns} FROM {called}"));
            let itself = self.table_name(view).map(Value::from);
            let fact = match fact.own(Field::Reads) {
                Some(State::Stated(Value::List(reads), at)) => {
                    let others = reads.iter().filter(|name| Some(*name) != itself.as_ref()).cloned().collect();
                    let at = *at;
                    fact.with(Field::Reads, Value::List(others), at)
                }
                _ => fact,
            };
            return fact.with(Field::Definition, Secret::new(&whole), *span);
        }
        let fact = match named {
            Some(named) => fact.with_state(Field::Columns, named),
            None => fact,
        };
        fact.with_state(Field::Definition, query)
    }

    /// Where a query ends that `WITH [LOCAL | CASCADED] CHECK OPTION` may stand behind, and which.
    fn check_option(&self, end: usize) -> (usize, Option<&'static str>) {
        let at = |back: usize, word: &str| end >= back && self.c.word_at(end - back, word);
        if !at(1, "option") || !at(2, "check") {
            return (end, None);
        }
        match (at(3, "with"), at(3, "local"), at(3, "cascaded")) {
            (true, ..) => (end - 3, Some("cascaded")),
            (_, true, _) => (end - 4, Some("local")),
            (.., true) => (end - 4, Some("cascaded")),
            _ => (end, None),
        }
    }

    /// With `security_invoker` of `WITH (…)` or `SET (…)` in `range`; false where nothing says it, if it is `complete`.
    pub(super) fn security_invoker(&self, fact: Fact, range: Range<usize>, complete: bool) -> Fact {
        let Some(at) = range.clone().find(|at| self.c.named_at(*at, "security_invoker")) else {
            let gap = State::Defaulted(false.into(), self.c.gap_at(range.start));
            return if complete { fact.with_state(Field::SecurityInvoker, gap) } else { fact };
        };
        let reset = self.c.word_at(range.start, "reset");
        let value = at + 2;
        let off = !self.c.symbol_at(at + 1, b'=') && reset
            || self.c.symbol_at(at + 1, b'=') && super::alter::is_off(&self.c.part_of(value..value + 1));
        let end = if self.c.symbol_at(at + 1, b'=') { value + 1 } else { at + 1 };
        fact.with(Field::SecurityInvoker, !off, self.c.span(at..end))
    }

    /// Where a query ends that WITH [NO] DATA may stand behind.
    pub(super) fn without_data(&self, end: usize) -> usize {
        let is = |words: &[&str]| {
            end >= words.len()
                && words.iter().enumerate().all(|(at, word)| self.c.word_at(end - words.len() + at, word))
        };
        if is(&["with", "no", "data"]) {
            end - 3
        } else if is(&["with", "data"]) {
            end - 2
        } else {
            end
        }
    }
}
