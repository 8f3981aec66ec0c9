//! SET and RESET, and what settings change for the reader of a script.

use super::Recogniser;
use super::alter::is_off;
use crate::document::sql::cursor::Cursor;
use crate::document::sql::literal;
use crate::document::sql::token::Token;
use crate::fact::{Fact, Field, State};
use crate::source::{Secret, Span};

/// Settings whose names are more than one word.
const SPECIAL: &[&[&str]] = &[
    &["time", "zone"],
    &["session", "characteristics"],
    &["session", "authorization"],
    &["authorization"],
    &["transaction"],
    &["constraints"],
];

impl Recogniser<'_> {
    /// `SET [LOCAL | SESSION] name {TO | =} value`, `RESET name`, from the first keyword on.
    pub(super) fn setting(&mut self) -> bool {
        let start = self.c.at;
        let reset = self.c.is("reset");
        self.c.at += 1;
        let gap = self.c.gap();
        let local = self.c.is("local").then(|| self.c.span(self.c.at..self.c.at + 1));
        self.c.take_any(&["local", "session"]);
        let from = self.c.at;
        let words = SPECIAL.iter().find(|words| self.c.take_all(words).is_some());
        let name = if words.is_some() { None } else { self.c.name() };
        let fact = self.operation("set", start).with_flag(Field::Local, local, gap);
        let (fact, setting) = match (words, name) {
            (Some(words), _) => (fact.with(Field::Name, words.join(" "), self.c.span(from..self.c.at)), None),
            (None, Some(name)) => {
                let mut name = name.whole();
                if name.text.as_deref() == Some("schema") && self.c.peek(0).is_some_and(Token::is_text) {
                    name.text = Some("search_path".into());
                }
                (self.plain(fact, Field::Name, &name), name.text)
            }
            (None, None) => return false,
        };
        let fact = if reset { default(fact, self.so_far()) } else { self.setting_value(fact) };
        self.emit(fact);
        // SET LOCAL lasts to the end of the transaction, which is the end of the file
        match setting.as_deref() {
            Some("search_path") => self.search_path(local.is_some()),
            Some("all") if reset => self.out.search_path = Some((Vec::new(), false)),
            Some("standard_conforming_strings") if is_off(&self.c) => self.out.escapes = Some(self.so_far()),
            _ => {}
        }
        self.options()
    }

    /// With what stands behind `TO` or `=`, texts without their quotes.
    pub(super) fn setting_value(&self, fact: Fact) -> Fact {
        let mut c = self.c;
        // SET ROLE r and SET TIME ZONE 'UTC' have neither
        if !c.take("to") {
            c.take_symbol(b'=');
        }
        if c.done() {
            return fact;
        }
        let range = c.at..c.tokens.len();
        let span = c.span(range.clone());
        if c.is("default") {
            return default(fact, span);
        }
        let value = match c.take_text() {
            Some(token) if c.done() => literal::decode(c.text, token).text().to_owned(),
            _ => super::names::squeezed(&c, range),
        };
        fact.with(Field::Value, Secret::new(&value), span)
    }

    /// Notes the schemas that names without one are looked for in.
    fn search_path(&mut self, local: bool) {
        let mut c = self.c;
        // SET SCHEMA 'ops' has neither
        let said = c.take("to") || c.take_symbol(b'=') || c.peek(0).is_some_and(Token::is_text);
        let default = !said || c.is("default");
        self.out.search_path = Some((if default { Vec::new() } else { schemas(&mut c) }, local));
    }
}

/// Schemas with commas between them, as names or as texts; `?` for one that is built at run time.
pub(super) fn schemas(c: &mut Cursor<'_>) -> Vec<String> {
    let mut schemas = Vec::new();
    loop {
        match c.take_text() {
            Some(token) => schemas.push(literal::decode(c.text, token).text().to_owned()),
            None => match c.part() {
                Some(part) => schemas.push(part.text.unwrap_or_else(|| "?".into())),
                None => break,
            },
        }
        if !c.take_symbol(b',') {
            break;
        }
    }
    schemas
}

/// With the value that RESET gives.
fn default(fact: Fact, span: Span) -> Fact {
    fact.with_state(Field::Value, State::Stated(Secret::new("DEFAULT").into(), span))
}
