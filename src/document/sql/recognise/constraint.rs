//! Constraints of tables and columns.

use super::Recogniser;
use crate::document::sql::cursor::{Cursor, Name, Part};
use crate::fact::{Fact, Field, Kind, State, Value};
use std::ops::Range;

/// First words of what stands in a table's brackets and is no column.
const FIRST_WORDS: &[&str] = &["constraint", "primary", "unique", "check", "foreign", "exclude"];

/// What a referring row does when the other one is deleted.
const ON_DELETE: &[(&[&str], &str)] = &[
    (&["no", "action"], "no-action"),
    (&["restrict"], "restrict"),
    (&["cascade"], "cascade"),
    (&["set", "null"], "set-null"),
    (&["set", "default"], "set-default"),
];

/// Whether a constraint of a table begins here. A column may be called "exclude".
pub(super) fn begins(c: &Cursor<'_>) -> bool {
    let column = c.is("exclude") && !c.word_at(c.at + 1, "using") && !c.symbol_at(c.at + 1, b'(');
    c.is_any(FIRST_WORDS) && !column || c.are(&["not", "null"])
}

impl Recogniser<'_> {
    /// One constraint, from its first keyword on (`PRIMARY KEY …`, `REFERENCES …`): of the table, or of the `column` in
    /// whose definition it stands.
    pub(super) fn emit_constraint(
        &mut self,
        is: &'static str,
        called: Option<&Part>,
        range: Range<usize>,
        column: Option<&Part>,
        table: &Name,
        temporary: bool,
    ) {
        let anchor = self.c.span(range.start..(range.start + 2).min(range.end));
        let fact = Fact::variant(Kind::Operation, is, anchor);
        let mut fact = self.new_table(fact, table, temporary);
        if let Some(name) = called {
            fact = self.plain(fact, Field::Name, name);
        }
        if let Some(column) = column {
            fact = self.plain(fact, Field::Column, column);
        }
        let fact = self.constraint(fact, range, column);
        self.emit(fact);
    }

    /// With what a constraint says.
    pub(super) fn constraint(&self, mut fact: Fact, range: Range<usize>, column: Option<&Part>) -> Fact {
        let end = range.end;
        let mut c = self.c.moved(range.start);
        let from = c.at;
        let word = match c.take_any(&["primary", "unique", "check", "foreign", "exclude", "not", "references"]) {
            Some("primary") => "primary-key",
            Some("unique") => "unique",
            Some("check") => "check",
            Some("foreign" | "references") => "foreign-key",
            Some("exclude") => "exclude",
            Some(_) => "not-null",
            None => return fact,
        };
        if word != "check" && word != "foreign-key" || self.c.word_at(from, "foreign") {
            c.take_any(&["key", "null"]);
        }
        fact = fact.with_word(Field::Constraint, word, self.c.span(from..c.at));
        c.take_all(&["nulls", "not", "distinct"]);
        c.take_all(&["nulls", "distinct"]);
        if ["primary-key", "unique", "foreign-key"].contains(&word)
            && !self.c.word_at(from, "references")
            && let Some(inner) = c.parens()
        {
            fact = fact.with_state(Field::Columns, columns(&self.c, inner));
        } else if word == "exclude" {
            let mut elements = c;
            if elements.take("using") {
                elements.part();
            }
            if let Some(inner) = elements.parens() {
                fact = fact.with_state(Field::Columns, columns(&self.c, inner));
            }
        } else if word == "not-null"
            && column.is_none()
            && let Some(name) = c.part()
        {
            let names = name.text.into_iter().map(Value::from).collect();
            fact = fact.with(Field::Columns, Value::List(names), name.span);
        } else if let Some(column) = column.filter(|_| word != "check") {
            let names = column.text.iter().map(|name| Value::from(name.as_str())).collect();
            fact = fact.with(Field::Columns, Value::List(names), column.span);
        }
        if word == "check"
            && let Some(inner) = c.clone().parens()
        {
            fact = self.asking(fact, [inner.clone()]);
            fact = fact.with_state(Field::Definition, super::names::definition(&self.c, inner));
        }
        if word == "exclude" {
            let at = c.find(end, |c, at| c.word_at(at, "where"));
            if let Some(inner) = self.c.moved(at + 1).parens().filter(|_| at < end) {
                fact = fact.with_state(Field::Definition, super::names::definition(&self.c, inner));
            }
        }
        let using = self.c.moved(c.at).find(end, |c, at| c.word_at(at, "using") && c.word_at(at + 1, "index"));
        let takes_over = using < end && !self.c.word_at(using + 2, "tablespace");
        if let (true, Some(index)) = (takes_over, self.c.moved(using + 2).part()) {
            fact = self.plain(fact, Field::UsingIndex, &index);
        }
        fact = self.reference(fact, from..end);
        fact = fact.with_state(Field::Traits, super::traits::of_constraint(&self.c, from..end));
        if fact.own(Field::Is).and_then(State::text) == Some("create_constraint") {
            return fact;
        }
        let not = self.c.moved(from).find(end, |c, at| c.word_at(at, "not") && c.word_at(at + 1, "valid"));
        let said = (not < end).then(|| self.c.span(not..not + 2));
        fact.with_flag(Field::NotValid, said, self.c.gap_at(end))
    }

    /// `REFERENCES t [(a)] [ON DELETE action]`.
    fn reference(&self, mut fact: Fact, range: Range<usize>) -> Fact {
        let at = self.c.moved(range.start).find(range.end, |c, at| c.word_at(at, "references"));
        let mut c = self.c.moved(at + 1);
        let Some(other) = c.name().filter(|_| at < range.end) else { return fact };
        fact = match self.table_name(&other) {
            Some(table) => fact.with(Field::References, table, other.span),
            None => fact.with_state(Field::References, State::Unknown(other.span, super::names::unknown_name())),
        };
        if let Some(inner) = c.clone().parens() {
            fact = fact.with_state(Field::ReferencedColumns, columns(&self.c, inner));
        }
        let on = c.find(range.end, |c, at| c.word_at(at, "on") && c.word_at(at + 1, "delete"));
        let mut action = c.moved(on + 2);
        let known = ON_DELETE.iter().find(|(words, _)| on < range.end && action.take_all(words).is_some());
        match known {
            Some((_, word)) => fact.with_word(Field::OnDelete, word, self.c.span(on..action.at)),
            None => fact.with_state(Field::OnDelete, State::Defaulted(Value::Word("no-action"), c.gap())),
        }
    }
}

/// The expressions among the elements of an index.
pub(super) fn expressions(c: &Cursor<'_>, inner: Range<usize>) -> Vec<Range<usize>> {
    let items = c.items(inner).into_iter().filter_map(|item| {
        let open = item.clone().find(|at| c.symbol_at(*at, b'('))?;
        // what stands behind the first word is an operator class with parameters, or a collation
        let close = c.closing(open).filter(|_| open <= item.start + 1)?;
        Some(item.start..close + 1)
    });
    items.collect()
}

/// An expression of an index without white space: a call without brackets around it, anything else in one pair of them, as
/// the server says it.
fn expression(c: &Cursor<'_>, range: Range<usize>) -> String {
    let mut inner = unwrapped(c, range.clone());
    let mut call = c.moved(inner.start);
    let calls = call.name().is_some() && call.parens().is_some() && call.at == inner.end;
    if !calls && inner != range {
        inner = inner.start - 1..inner.end + 1;
    }
    super::names::squeezed(c, inner)
}

/// What stands in the brackets around all of it, however many there are.
pub(super) fn unwrapped(c: &Cursor<'_>, mut range: Range<usize>) -> Range<usize> {
    while c.symbol_at(range.start, b'(') && range.end > 1 && c.closing(range.start) == Some(range.end - 1) {
        range = range.start + 1..range.end - 1;
    }
    range
}

/// The columns of a list in brackets, in order. An expression is its text without white
/// space, order and operator class.
pub(super) fn columns(c: &Cursor<'_>, inner: Range<usize>) -> State {
    let span = c.span(inner.start.saturating_sub(1)..inner.end + 1);
    let mut names = Vec::new();
    for item in c.items(inner) {
        // `(name COLLATE "C")` is the column in brackets
        let wrapped = c.symbol_at(item.start, b'(')
            && (c.symbol_at(item.start + 2, b')') || c.word_at(item.start + 2, "collate"));
        let mut first = c.moved(item.start + usize::from(wrapped));
        let part = first.part();
        match part {
            Some(part) if !c.symbol_at(first.at, b'(') && !c.symbol_at(first.at, b'.') => match part.text {
                Some(name) => names.push(Value::from(name)),
                None => return State::Unknown(part.span, super::names::unknown_name()),
            },
            _ => {
                // what follows the expression is its operator class and order
                let bracket = item.clone().find(|at| c.symbol_at(*at, b'('));
                let close = bracket.and_then(|at| c.closing(at)).map_or(item.end, |at| at + 1);
                names.push(Value::from(expression(c, item.start..close.min(item.end))));
            }
        }
    }
    State::Stated(Value::List(names), span)
}
