//! CREATE POLICY and ALTER POLICY.

use super::Recogniser;
use crate::document::sql::cursor::Cursor;
use crate::document::sql::literal;
use crate::fact::{Fact, Field, State, Value};
use crate::source::Span;
use std::ops::Range;

/// What a condition lets through, as far as its tokens say: `true`, `(true)`, `1 = 1`, `NOT false`.
fn condition(c: &Cursor<'_>, range: Range<usize>) -> &'static str {
    let mut range = range;
    while c.symbol_at(range.start, b'(') && c.closing(range.start) == range.end.checked_sub(1) {
        range = range.start + 1..range.end - 1;
    }
    let bounds = range.clone();
    let words: Vec<String> = c
        .tokens
        .get(range)
        .unwrap_or_default()
        .iter()
        .take(4)
        .map(|token| c.slice(*token).trim_matches('\'').to_ascii_lowercase())
        .collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["true"] | ["not", "false"] | ["true", "or", ..] => "always-true",
        ["true", ":", ":", _] if bounds.len() == 4 => "always-true",
        ["false"] | ["not", "true"] => "always-false",
        [left, "=", right] if left == right && left.bytes().all(|byte| byte.is_ascii_digit()) => "always-true",
        _ => "expression",
    }
}

/// Words in front of a bracket that call nothing.
const NO_CALLS: &[&str] = &[
    "and", "or", "not", "in", "any", "all", "some", "exists", "array", "row", "AND", "OR", "NOT", "IN", "ANY", "ALL",
    "SOME", "EXISTS", "ARRAY", "ROW",
];

/// The names that a field lists so far.
fn names(fact: &Fact, field: Field) -> Vec<Value> {
    match fact.own(field).and_then(State::value) {
        Some(Value::List(names)) => names.clone(),
        _ => Vec::new(),
    }
}

/// With the functions that the condition `inner` calls for each row, and the keys of JSON values that it reads, besides those
/// that the fact has; both are at `span`.
pub(in crate::document::sql) fn with_what_it_asks(fact: Fact, c: &Cursor<'_>, inner: Range<usize>, span: Span) -> Fact {
    let (mut calls, mut keys) = (names(&fact, Field::Calls), names(&fact, Field::Keys));
    let add = |list: &mut Vec<Value>, name: String| {
        let name = Value::from(name);
        if !list.contains(&name) {
            list.push(name);
        }
    };
    // where the sub-queries end that the token stands in
    let mut queries: Vec<usize> = Vec::new();
    for at in inner {
        queries.retain(|end| at < *end);
        if c.symbol_at(at, b'(') && c.word_at(at + 1, "select") {
            queries.extend(c.closing(at));
        }
        let Some(token) = c.tokens.get(at).copied() else { break };
        let arrow = at >= 2 && c.symbol_at(at - 1, b'>') && (c.symbol_at(at - 2, b'-') || c.symbol_at(at - 2, b'>'));
        if token.is_text() && arrow {
            add(&mut keys, literal::decode(c.text, token).text().to_lowercase());
        }
        if token.is_name() && c.symbol_at(at + 1, b'(') && queries.is_empty() && !NO_CALLS.contains(&c.slice(token)) {
            let name = c.slice(token).trim_matches('"').to_lowercase();
            let schema = (at >= 2 && c.symbol_at(at - 1, b'.')).then(|| c.tokens.get(at - 2)).flatten();
            let schema = schema.map(|token| c.slice(*token).trim_matches('"').to_lowercase() + ".");
            add(&mut calls, schema.unwrap_or_default() + &name);
        }
    }
    let fact = if calls.is_empty() { fact } else { fact.with(Field::Calls, Value::List(calls), span) };
    if keys.is_empty() { fact } else { fact.with(Field::Keys, Value::List(keys), span) }
}

impl Recogniser<'_> {
    /// `p ON t [AS …] [FOR …] [TO …] [USING (…)] [WITH CHECK (…)]`, behind CREATE POLICY.
    pub(super) fn create_policy(&mut self) -> bool {
        self.policy("create_policy")
    }

    /// The same behind ALTER POLICY; `RENAME TO` besides.
    pub(super) fn alter_policy(&mut self) -> bool {
        self.policy("alter_policy")
    }

    fn policy(&mut self, is: &'static str) -> bool {
        let Some(name) = self.c.part() else { return false };
        let on = self.c.take("on");
        let Some(table) = self.c.name() else { return false };
        let fact = self.on_table(self.operation(is, 0), &table);
        let fact = self.plain(fact, Field::Name, &name);
        if self.c.take_all(&["rename", "to"]).is_some() {
            let Some(new) = self.c.part() else { return false };
            let fact = self.plain(fact, Field::NewName, &new);
            self.emit(fact);
            return on && self.c.done();
        }
        let new = is == "create_policy";
        let (fact, mut whole) = self.rules(fact, new);
        let at = self.c.at;
        let fact = self.conditions(fact, new);
        self.emit(fact);
        self.c.at = at;
        while !self.c.done() {
            let using = self.c.take("using") || self.c.take_all(&["with", "check"]).is_some();
            let Some(inner) = self.c.parens() else { return false };
            whole &= using && self.scan(inner, true);
        }
        whole && on
    }

    /// `[AS {PERMISSIVE | RESTRICTIVE}] [FOR command] [TO role, …]`; false where one of them is something else.
    fn rules(&mut self, mut fact: Fact, new: bool) -> (Fact, bool) {
        let gap = self.c.gap();
        let mut whole = true;
        if self.c.take("as") {
            let permissive = self.c.is("permissive");
            whole = permissive || self.c.is("restrictive");
            let span = self.c.span(self.c.at..self.c.at + 1);
            self.c.part();
            fact = fact.with(Field::Permissive, permissive, span);
        } else if new {
            fact = fact.with_state(Field::Permissive, State::Defaulted(true.into(), gap));
        }
        if self.c.take("for") {
            // the command is a keyword of SQL here
            match self.c.take_any(&["all", "select", "insert", "update", "delete"]) {
                Some(word) => fact = fact.with_word(Field::Command, word, self.c.span(self.c.at - 1..self.c.at)),
                None => whole = false,
            }
        } else if new {
            fact = fact.with_state(Field::Command, State::Defaulted(Value::Word("all"), self.c.gap()));
        }
        let gap = self.c.gap();
        if self.c.take("to") {
            let from = self.c.at;
            let names = self.c.names();
            let roles = names.iter().map(|name| name.name.text.as_deref().map(str::to_lowercase));
            let roles: Option<Vec<Value>> = roles.map(|name| name.map(Value::from)).collect();
            let span = self.c.span(from..self.c.at);
            fact = match roles {
                Some(roles) => fact.with(Field::Roles, Value::List(roles), span),
                None => fact.with_state(Field::Roles, State::Unknown(span, super::names::unknown_name())),
            };
        } else if new {
            fact = fact.with_state(Field::Roles, State::Defaulted(Value::List(vec!["public".into()]), gap));
        }
        (fact, whole)
    }

    /// With the functions that a condition calls for each row, and the keys of JSON values that it reads.
    fn asks(&self, fact: Fact, inner: Range<usize>) -> Fact {
        let span = self.c.span(inner.clone());
        with_what_it_asks(fact, &self.c, inner, span)
    }

    /// With what USING and WITH CHECK let through. Where a policy for ALL or UPDATE has only USING, PostgreSQL asks that
    /// of the new rows, too (its manual, CREATE POLICY).
    fn conditions(&mut self, mut fact: Fact, new: bool) -> Fact {
        while !self.c.done() {
            let from = self.c.at;
            let field = if self.c.take("using") {
                Field::Using
            } else if self.c.take_all(&["with", "check"]).is_some() {
                Field::Check
            } else {
                return fact;
            };
            let Some(inner) = self.c.parens() else { return fact };
            let word = condition(&self.c, inner.clone());
            let text = if field == Field::Using { Field::UsingDefinition } else { Field::CheckDefinition };
            fact = fact
                .with_word(field, word, self.c.span(from..self.c.at))
                .with_state(text, super::names::definition(&self.c, inner.clone()));
            if word == "expression" {
                fact = self.asking(self.asks(fact, inner.clone()), [inner]);
            }
        }
        let using = fact.own(Field::Using).and_then(State::value).cloned();
        let writes = matches!(fact.own(Field::Command).and_then(State::text), Some("all" | "update"));
        match using {
            Some(using) if new && writes && fact.own(Field::Check).is_none() => {
                fact.with_state(Field::Check, State::Defaulted(using, self.c.gap()))
            }
            _ => fact,
        }
    }
}
