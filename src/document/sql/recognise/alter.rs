//! ALTER, but for tables and policies.

use super::Recogniser;
use crate::document::sql::cursor::Cursor;
use crate::fact::{Fact, Field, Kind};

/// Objects that ALTER knows besides tables, policies and roles.
const OBJECTS: &[&[&str]] = &[
    &["aggregate"],
    &["collation"],
    &["conversion"],
    &["database"],
    &["domain"],
    &["event", "trigger"],
    &["extension"],
    &["foreign", "data", "wrapper"],
    &["foreign", "table"],
    &["function"],
    &["index"],
    &["language"],
    &["procedural", "language"],
    &["large", "object"],
    &["materialized", "view"],
    &["operator", "class"],
    &["operator", "family"],
    &["operator"],
    &["procedure"],
    &["publication"],
    &["routine"],
    &["rule"],
    &["schema"],
    &["sequence"],
    &["server"],
    &["statistics"],
    &["subscription"],
    &["system"],
    &["tablespace"],
    &["text", "search", "configuration"],
    &["text", "search", "dictionary"],
    &["text", "search", "parser"],
    &["text", "search", "template"],
    &["trigger"],
    &["type"],
    &["user", "mapping", "for"],
    &["view"],
];

/// Whether a setting is switched off: `TO off`, `= 'false'`, `= 0`.
fn is_off(c: &Cursor<'_>) -> bool {
    let mut words = c.tokens.get(c.at..).unwrap_or_default().iter().map(|token| c.slice(*token).trim_matches('\''));
    let off = ["off", "false", "no", "0", "f", "n", "of", "fal", "fals", "fa"];
    words.next_back().is_some_and(|word| off.iter().any(|known| known.eq_ignore_ascii_case(word)))
}

impl Recogniser<'_> {
    /// Any ALTER.
    pub(super) fn alter(&mut self) -> bool {
        self.c.at += 1;
        // A foreign table has columns that can be dropped like any other's.
        if self.c.are(&["foreign", "table"]) {
            self.c.at += 1;
        }
        if self.c.is("table") {
            return self.alter_table();
        }
        if self.c.take("policy") {
            return self.alter_policy();
        }
        if self.c.take_all(&["default", "privileges"]).is_some() {
            return self.default_privileges();
        }
        if self.c.is_any(&["role", "user", "group"]) && !self.c.are(&["user", "mapping"]) {
            self.c.at += 1;
            return self.role("alter_role");
        }
        let known = OBJECTS.iter().find(|words| self.c.take_all(words).is_some());
        self.c.take_all(&["if", "exists"]);
        let name = self.c.name();
        let mut fact = Fact::variant(Kind::Operation, "alter_other", self.so_far());
        if let Some(name) = &name {
            fact = self.named(fact, known.copied().unwrap_or_default(), name);
        }
        self.emit(fact);
        // the actions of views, types and publications may be commands' keywords: ADD, DROP, ALTER, with objects behind
        let end = self.c.tokens.len();
        while !self.c.done() {
            let stop = self.c.find(end, |c, at| c.symbol_at(at, b','));
            self.c.take_any(&["alter", "drop", "add", "rename", "update"]);
            if !self.scan(self.c.at..stop, false) {
                return false;
            }
            self.c.at = stop + 1;
        }
        known.is_some()
    }

    /// `ALTER SYSTEM` and others have no name: nothing to add.
    pub(super) fn named_setting(&mut self, is: &'static str) -> bool {
        let start = self.c.at;
        self.c.at += 1;
        self.c.take_any(&["local", "session"]);
        let special: &[&[&str]] = &[
            &["time", "zone"],
            &["session", "characteristics"],
            &["session", "authorization"],
            &["authorization"],
            &["transaction"],
            &["constraints"],
        ];
        let from = self.c.at;
        let words = special.iter().find(|words| self.c.take_all(words).is_some());
        let name = if words.is_some() { None } else { self.c.name() };
        let fact = self.operation(is, start);
        let (fact, setting) = match (words, name) {
            (Some(words), _) => (fact.with(Field::Name, words.join(" "), self.c.span(from..self.c.at)), None),
            (None, Some(name)) => (self.plain(fact, Field::Name, &name.name), name.name.text),
            (None, None) => return false,
        };
        self.emit(fact);
        // SET LOCAL lasts to the end of the transaction, which is the end of the file
        match setting.as_deref() {
            Some("search_path") => self.search_path(),
            Some("standard_conforming_strings") if is_off(&self.c) => self.out.escapes = Some(self.so_far()),
            _ => {}
        }
        self.options()
    }

    /// Notes the schema that names without one are looked for first.
    fn search_path(&mut self) {
        let mut c = self.c;
        if !c.take("to") && !c.take_symbol(b'=') {
            self.out.search_path = Some("public".into());
            return;
        }
        let text = match c.take_text() {
            Some(token) => Some(super::super::literal::decode(c.text, token).text().trim().to_owned()),
            None => c.part().and_then(|part| part.text),
        };
        self.out.search_path = match text.as_deref() {
            // the user's own schema hardly exists; the next one counts
            Some("default" | "" | "$user") | None => Some("public".into()),
            Some(schema) => Some(schema.to_owned()),
        };
    }
}
