//! CREATE, but for tables, policies and routines, which have their own files.

use super::{Body, BodyText, Language, Recogniser, flag};
use crate::fact::{Fact, Field, Kind};

impl Recogniser<'_> {
    /// Any CREATE.
    pub(super) fn create(&mut self) -> bool {
        self.c.at += 1;
        let gap = self.c.gap();
        let replace = (self.c.take_all(&["or", "replace"]), gap);
        let temporary = self.take_modifiers();
        match self.c.take_any(&["index", "schema", "sequence", "view", "extension", "type", "domain"]) {
            Some("index") => return self.create_index(),
            Some("schema") => return self.create_schema(),
            Some("sequence") => return self.create_named("create_sequence", true),
            Some("extension") => return self.create_extension(),
            Some("view") => return self.create_view("create_view", Some(replace)),
            Some(_) => return self.create_type(),
            None => {}
        }
        if self.c.is("table") {
            return self.create_table(temporary);
        }
        if self.c.take_all(&["unique", "index"]).is_some() {
            return self.create_index();
        }
        if self.c.take_all(&["materialized", "view"]).is_some() {
            return self.create_view("create_materialized_view", None);
        }
        match self.c.take_any(&["policy", "function", "procedure", "role", "user", "group", "trigger"]) {
            Some("policy") => self.create_policy(),
            Some("function") => self.create_routine("create_function", replace),
            Some("procedure") => self.create_routine("create_procedure", replace),
            Some("trigger") => self.create_trigger(replace),
            Some("user") if self.c.are(&["mapping", "for"]) => self.create_other(),
            Some(_) => self.role("create_role"),
            None if self.c.take_all(&["constraint", "trigger"]).is_some() => self.create_trigger(replace),
            None => self.create_other(),
        }
    }

    /// Moves behind TEMP, UNLOGGED, RECURSIVE and the like; whether the object is temporary.
    fn take_modifiers(&mut self) -> bool {
        let mut temporary = false;
        while let Some(word) = self.c.take_any(&["global", "local", "temporary", "temp", "unlogged", "recursive"]) {
            temporary |= word.starts_with("temp");
        }
        temporary
    }

    fn create_index(&mut self) -> bool {
        let keyword = self.c.gap();
        let concurrently = (self.c.take_all(&["concurrently"]), keyword);
        let missing = self.if_not_exists();
        let name = if self.c.is("on") { None } else { self.c.name() };
        let anchor = self.so_far();
        let on = self.c.take("on");
        self.c.take("only");
        let table = self.c.name();
        let anchor = if name.is_some() { anchor } else { self.so_far() };
        let mut fact = Fact::variant(Kind::Operation, "create_index", anchor);
        if let Some(table) = &table {
            fact = self.on_table(fact, table);
        }
        if let Some(name) = &name {
            fact = self.plain(fact, Field::Name, &name.name);
        }
        self.emit(flag(flag(fact, Field::IfNotExists, missing), Field::Concurrently, concurrently));
        let shaped = self.c.is("using") || self.c.is_symbol(b'(');
        on && table.is_some() && shaped && self.options()
    }

    fn create_schema(&mut self) -> bool {
        let missing = self.if_not_exists();
        let unnamed = self.c.take("authorization");
        let Some(name) = self.c.part() else { return false };
        let fact = self.operation("create_schema", 0);
        let fact = self.plain(self.plain(fact, Field::Schema, &name), Field::Name, &name);
        self.emit(flag(fact, Field::IfNotExists, missing));
        if !unnamed && self.c.take("authorization") {
            self.c.part();
        }
        // elements of the schema stand in the same statement: they are read as statements of their own, inside it
        if let Some(schema) = &name.text {
            self.schema = schema.as_str().into();
        }
        let mut whole = true;
        while !self.c.done() {
            let next = self.c.moved(self.c.at + 1);
            let stop = next.find(self.c.tokens.len(), |c, at| {
                c.word_at(at, "create") || (c.word_at(at, "grant") && !c.word_at(at - 1, "with"))
            });
            if !self.c.is_any(&["create", "grant"]) {
                return false;
            }
            whole &= self.nested(self.c.at..stop);
            self.c.at = stop;
        }
        whole
    }

    fn create_named(&mut self, is: &'static str, with_missing: bool) -> bool {
        let missing = self.if_not_exists();
        let Some(name) = self.c.name() else { return false };
        let fact = self.called(self.operation(is, 0), &name);
        self.emit(if with_missing { flag(fact, Field::IfNotExists, missing) } else { fact });
        self.options()
    }

    /// An extension's own schema is an option; its name has none.
    fn create_extension(&mut self) -> bool {
        let missing = self.if_not_exists();
        let Some(name) = self.c.part() else { return false };
        let fact = self.plain(self.operation("create_extension", 0), Field::Name, &name);
        self.emit(flag(fact, Field::IfNotExists, missing));
        self.options()
    }

    fn create_view(
        &mut self,
        is: &'static str,
        replace: Option<(Option<crate::source::Span>, crate::source::Span)>,
    ) -> bool {
        let missing = self.if_not_exists();
        let Some(name) = self.c.name() else { return false };
        let fact = self.called(self.operation(is, 0), &name);
        self.emit(match replace {
            Some(replace) => flag(fact, Field::OrReplace, replace),
            None => flag(fact, Field::IfNotExists, missing),
        });
        let end = self.c.tokens.len();
        let query = self.c.find(end, |c, at| c.word_at(at, "as"));
        let head = self.scan(self.c.at..query, false);
        self.c.at = end;
        head && query + 1 < end && self.scan(query + 1..end, true)
    }

    fn create_type(&mut self) -> bool {
        let Some(name) = self.c.name() else { return false };
        let fact = self.called(self.operation("create_type", 0), &name);
        self.emit(fact);
        self.options()
    }

    fn create_trigger(&mut self, replace: (Option<crate::source::Span>, crate::source::Span)) -> bool {
        let Some(name) = self.c.part() else { return false };
        let end = self.c.tokens.len();
        let on = self.c.find(end, |c, at| c.word_at(at, "on"));
        let events = self.scan(self.c.at..on, false);
        let mut after = self.c.moved(on + 1);
        let Some(table) = after.name() else { return false };
        let fact = self.on_table(self.operation("create_trigger", 0), &table);
        let fact = self.plain(fact, Field::Name, &name);
        self.emit(flag(fact, Field::OrReplace, replace));
        let runs = after.find(end, |c, at| c.word_at(at, "execute"));
        self.c.at = end;
        events && runs + 2 < end && self.scan(table.end..end, false)
    }

    /// `CREATE ROLE`, `ALTER ROLE` and their other spellings, behind the keyword.
    pub(super) fn role(&mut self, is: &'static str) -> bool {
        self.c.take_all(&["if", "exists"]);
        let Some(name) = self.c.part() else { return false };
        let fact = self.plain(self.operation(is, 0), Field::Name, &name);
        self.emit(fact);
        self.options()
    }

    /// Any other object: its keywords, then its name.
    fn create_other(&mut self) -> bool {
        const KINDS: &[&[&str]] = &[
            &["access", "method"],
            &["aggregate"],
            &["cast"],
            &["collation"],
            &["conversion"],
            &["default", "conversion"],
            &["database"],
            &["event", "trigger"],
            &["foreign", "data", "wrapper"],
            &["foreign", "table"],
            &["language"],
            &["trusted", "language"],
            &["procedural", "language"],
            &["trusted", "procedural", "language"],
            &["mapping", "for"],
            &["operator", "class"],
            &["operator", "family"],
            &["operator"],
            &["publication"],
            &["rule"],
            &["server"],
            &["statistics"],
            &["subscription"],
            &["tablespace"],
            &["text", "search", "configuration"],
            &["text", "search", "dictionary"],
            &["text", "search", "parser"],
            &["text", "search", "template"],
            &["transform", "for"],
        ];
        let known = KINDS.iter().find(|words| self.c.take_all(words).is_some());
        self.c.take_all(&["if", "not", "exists"]);
        let name = self.c.name();
        let mut fact = self.operation("create_other", 0);
        if let Some(name) = &name {
            fact = match known {
                // a rule stands in its table's schema
                Some(&["rule"]) => {
                    let to = self.c.find(self.c.tokens.len(), |c, at| c.word_at(at, "to"));
                    let table = self.c.moved(to + 1).name();
                    let fact = self.plain(fact, Field::Name, &name.name);
                    table.map_or(fact.clone(), |table| self.in_schema(fact, &table))
                }
                _ => self.named(fact, known.copied().unwrap_or_default(), name),
            };
        }
        self.emit(fact);
        match known {
            Some(&["rule"]) => self.rule(),
            Some(_) => self.options(),
            None => false,
        }
    }

    /// What a rule does, in brackets or not: statements that run with others, later.
    fn rule(&mut self) -> bool {
        let end = self.c.tokens.len();
        let action = self.c.find(end, |c, at| c.word_at(at, "do")) + 1;
        let head = self.scan(self.c.at..action, false);
        self.c.at = action;
        self.c.take_any(&["instead", "also"]);
        if self.c.is("nothing") {
            self.c.at += 1;
            return head && self.c.done();
        }
        let open = self.c.at + usize::from(self.c.is_symbol(b'('));
        let inner = self.c.parens().unwrap_or(open..end);
        self.c.at = end;
        let tokens = self.c.tokens.get(inner).unwrap_or_default();
        self.out.bodies.push(Body { language: Language::Sql, stands: "function-body", text: BodyText::Tokens(tokens) });
        head && action < end
    }
}
