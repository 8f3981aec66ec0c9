//! ALTER, but for tables and policies.

use super::object::{Named, Object};
use super::{Recogniser, flag};
use crate::document::sql::cursor::{Cursor, Name};
use crate::fact::{Fact, Field, Kind, State, Value};

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
        if let Some(is) = self.c.take_any(&["trigger", "rule"]) {
            return self.alter_on_table(if is == "trigger" { "alter_trigger" } else { "alter_other" });
        }
        let Some(object) = self.take_object() else {
            let fact = self.operation("alter_other", 0).with_word(Field::ObjectKind, "other", self.so_far());
            self.emit(fact);
            self.actions();
            return false;
        };
        if object.kind == "system" {
            return self.alter_system();
        }
        let exists = self.if_exists();
        let name = self.c.name();
        if name.is_none() && object.kind == "large-object" {
            // it has a number
            self.c.at += 1;
        }
        let anchor = self.so_far();
        let arguments = if object.named == Named::Signed { self.c.parens() } else { None };
        self.object_action(object, anchor, name.as_ref(), arguments, exists);
        self.actions()
    }

    /// `t ON name RENAME TO …` of triggers and rules.
    fn alter_on_table(&mut self, is: &'static str) -> bool {
        let Some(name) = self.c.part() else { return false };
        let on = self.c.take("on");
        let Some(table) = self.c.name() else { return false };
        let fact = self.operation(is, 0);
        let fact = match is {
            "alter_other" => self.in_schema(fact, &table).with_word(Field::ObjectKind, "rule", name.span),
            _ => self.on_table(fact, &table),
        };
        let fact = self.plain(fact, Field::Name, &name);
        let fact = self.renamed(fact);
        self.emit(fact);
        on && self.options()
    }

    /// `RENAME TO name`, `SET SCHEMA name`: the new name or schema, where one is next.
    fn renamed(&self, fact: Fact) -> Fact {
        let mut c = self.c;
        let moves = c.take_all(&["set", "schema"]).is_some();
        let takes = moves || c.take_all(&["rename", "to"]).is_some();
        // an extension has no name of its own to change
        let field = match fact.own(Field::Is).and_then(State::text) {
            Some("alter_extension") | None => Field::NewName,
            Some(_) if moves => Field::NewSchema,
            Some(_) => Field::NewName,
        };
        match c.part().filter(|_| takes) {
            Some(new) => self.plain(fact, field, &new),
            None => fact,
        }
    }

    /// The operation of what is done to an object; the cursor stands behind its name.
    fn object_action(
        &mut self,
        object: &Object,
        anchor: crate::source::Span,
        name: Option<&Name>,
        arguments: Option<std::ops::Range<usize>>,
        exists: (Option<crate::source::Span>, crate::source::Span),
    ) {
        let owner = self.c.are(&["owner", "to"]);
        let is = match object.alter {
            _ if owner => "change_owner",
            "alter_type" if self.c.are(&["add", "value"]) => "add_enum_value",
            "alter_type" if self.c.are(&["rename", "value"]) => "rename_enum_value",
            "alter_type" if self.drop_attributes(anchor, name) => return,
            is => is,
        };
        let mut fact = Fact::variant(Kind::Operation, is, anchor);
        if let Some(name) = name {
            fact = self.object_name(fact, object, name);
        }
        if Kind::Operation.def().variant(is).is_some_and(|variant| variant.fields.contains(&Field::IfExists)) {
            fact = flag(fact, Field::IfExists, exists);
        }
        if owner || is == "alter_other" {
            fact = fact.with_word(Field::ObjectKind, object.kind, anchor);
        }
        if let Some(inner) = arguments
            && ["alter_function", "alter_procedure"].contains(&is)
        {
            fact = self.arguments(fact, inner);
        }
        let mut c = self.c;
        if owner {
            c.at += 2;
            if let Some(owner) = c.part() {
                fact = self.plain(fact, Field::Owner, &owner);
            }
        }
        fact = match is {
            "add_enum_value" | "rename_enum_value" => self.enum_value(fact),
            "alter_view" => {
                let whole = self.c.at..self.c.tokens.len();
                let fact = match self.c.is("alter") {
                    true => fact.with_word(Field::Action, "other", self.c.span(self.c.at..self.c.at + 1)),
                    false => fact,
                };
                self.renamed(self.described_view(self.security_invoker(fact, whole.clone(), false), whole, None))
            }
            "alter_type" => self.renamed(self.changed_type(fact)),
            "alter_index" if self.c.is_any(&["set", "reset", "alter"]) && !self.c.are(&["set", "schema"]) => {
                let span = self.c.span(self.c.at..self.c.at + 1);
                fact.with_word(Field::Action, "set-options", span)
            }
            "alter_function" | "alter_procedure" => self.renamed(self.routine_options(fact, false)),
            "change_owner" => fact,
            "alter_sequence" => self.renamed(self.owned_by(fact)),
            _ => self.renamed(fact),
        };
        self.emit(fact);
    }

    /// With what changes of a domain or a composite type, unless that is its name or schema.
    fn changed_type(&self, fact: Fact) -> Fact {
        let named = self.c.are(&["rename", "to"]) || self.c.are(&["set", "schema"]);
        match named {
            true => fact,
            false => {
                fact.with_state(Field::Definition, super::names::definition(&self.c, self.c.at..self.c.tokens.len()))
            }
        }
    }

    /// `ADD VALUE [IF NOT EXISTS] 'new'`, `RENAME VALUE 'old' TO 'new'`.
    fn enum_value(&self, fact: Fact) -> Fact {
        let mut c = self.c.moved(self.c.at + 2);
        let gap = c.gap();
        let missing = c.take_all(&["if", "not", "exists"]);
        let label = |c: &Cursor<'_>, token| Value::from(super::super::literal::decode(c.text, token).text());
        let first = c.take_text();
        let place = match first {
            // the second label is the new one
            Some(old) if c.take("to") => Some((Field::Labels, Value::List(vec![label(&c, old)]), c.at - 2)),
            _ => {
                let mut behind = c;
                c.at = c.at.saturating_sub(usize::from(first.is_some()));
                let word = behind.take_any(&["before", "after"]);
                let neighbour = behind.take_text().map(|token| label(&c, token));
                let field = if word == Some("before") { Field::Before } else { Field::After };
                neighbour.filter(|_| word.is_some()).map(|neighbour| (field, neighbour, behind.at - 1))
            }
        };
        let fact = match place {
            Some((field, value, at)) => fact.with(field, value, c.span(at..at + 1)),
            None => fact,
        };
        let fact = match fact.own(Field::Is).and_then(|is| is.text()) {
            Some("add_enum_value") => fact.with_flag(Field::IfNotExists, missing, gap),
            _ => fact,
        };
        match c.take_text() {
            Some(token) => {
                let label = super::super::literal::decode(c.text, token);
                let span = c.span(c.at - 1..c.at);
                match super::names::holds_hole(label.text()) {
                    true => fact.with_state(Field::NewName, State::Unknown(span, super::names::unknown_name())),
                    false => fact.with(Field::NewName, label.text(), span),
                }
            }
            None => fact,
        }
    }

    /// `DROP ATTRIBUTE [IF EXISTS] a [CASCADE], …` of a composite type: its values are gone. Whether that is all that is
    /// done to it.
    fn drop_attributes(&mut self, anchor: crate::source::Span, name: Option<&Name>) -> bool {
        let mut all = !self.c.done();
        for item in self.c.items(self.c.at..self.c.tokens.len()) {
            let mut c = self.c.moved(item.start);
            if c.take_all(&["drop", "attribute"]).is_none() {
                all = false;
                continue;
            }
            let gap = c.gap();
            let exists = c.take_all(&["if", "exists"]);
            let Some(part) = c.part() else { continue };
            let anchor = if item.start == self.c.at { anchor.to(part.span) } else { c.span(item.start..c.at) };
            let mut fact = Fact::variant(Kind::Operation, "drop_attribute", anchor);
            if let Some(name) = name {
                fact = self.called(fact, name);
            }
            let fact = self.plain(fact, Field::Column, &part).with_flag(Field::IfExists, exists, gap);
            let gap = c.gap();
            let cascade = c.take_all(&["cascade"]);
            self.emit(fact.with_flag(Field::Cascade, cascade, gap));
        }
        all
    }

    /// `ALTER SYSTEM SET name = value`, `ALTER SYSTEM RESET name`.
    fn alter_system(&mut self) -> bool {
        let known = self.c.take_any(&["set", "reset"]).is_some();
        let Some(name) = self.c.name() else { return false };
        let fact = self.operation("alter_system", 0);
        let fact = self.plain(fact, Field::Name, &name.whole());
        let fact = self.setting_value(fact);
        self.emit(fact);
        known && self.options()
    }

    /// The rest: actions with commas between them. They may be commands' keywords (ADD, DROP, ALTER), with objects behind.
    fn actions(&mut self) -> bool {
        let end = self.c.tokens.len();
        while !self.c.done() {
            let stop = self.c.find(end, |c, at| c.symbol_at(at, b','));
            self.c.take_any(&["alter", "drop", "add", "rename", "update"]);
            if !self.scan(self.c.at..stop, false) {
                return false;
            }
            self.c.at = stop + 1;
        }
        true
    }
}

/// Whether a setting is switched off: `TO off`, `= 'false'`, `= 0`.
pub(super) fn is_off(c: &Cursor<'_>) -> bool {
    let mut words = c.tokens.get(c.at..).unwrap_or_default().iter().map(|token| c.slice(*token).trim_matches('\''));
    let off = ["off", "false", "no", "0", "f", "n", "of", "fal", "fals", "fa"];
    words.next_back().is_some_and(|word| off.iter().any(|known| known.eq_ignore_ascii_case(word)))
}
