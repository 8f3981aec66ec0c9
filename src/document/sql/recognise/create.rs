//! CREATE, but for tables, policies and routines, which have their own files.

use super::object::{Named, Object};
use super::{Body, BodyText, Language, Recogniser, flag};
use crate::document::sql::cursor::Name;
use crate::document::sql::literal;
use crate::fact::{Fact, Field, Kind, State, Value};
use crate::source::{Secret, Span};
use std::ops::Range;

impl Recogniser<'_> {
    /// Any CREATE.
    pub(super) fn create(&mut self) -> bool {
        self.c.at += 1;
        let gap = self.c.gap();
        let replace = (self.c.take_all(&["or", "replace"]), gap);
        let temporary = self.take_modifiers();
        match self.c.take_any(&["index", "schema", "sequence", "view", "extension", "type", "domain"]) {
            Some("index") => return self.create_index(None),
            Some("schema") => return self.create_schema(),
            Some("sequence") => return self.create_named("create_sequence", true, temporary),
            Some("extension") => return self.create_extension(),
            Some("view") => return self.create_view("create_view", Some(replace), temporary),
            Some(_) => return self.create_type(),
            None => {}
        }
        if self.c.is("table") {
            return self.create_table(temporary);
        }
        if self.c.are(&["unique", "index"]) {
            let unique = self.c.span(self.c.at..self.c.at + 1);
            self.c.at += 2;
            return self.create_index(Some(unique));
        }
        if self.c.take_all(&["materialized", "view"]).is_some() {
            return self.create_view("create_materialized_view", None, false);
        }
        match self.c.take_any(&["policy", "function", "procedure", "role", "user", "group", "trigger"]) {
            Some("policy") => self.create_policy(),
            Some("function") => self.create_routine("create_function", replace),
            Some("procedure") => self.create_routine("create_procedure", replace),
            Some("trigger") => self.create_trigger(replace),
            Some("user") if self.c.is("mapping") => {
                self.c.at -= 1;
                self.create_other(replace)
            }
            Some(_) => self.role("create_role"),
            None if self.c.take_all(&["constraint", "trigger"]).is_some() => self.create_trigger(replace),
            None => self.create_other(replace),
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

    fn create_index(&mut self, unique: Option<Span>) -> bool {
        let keyword = self.c.gap();
        let concurrently = (self.c.take_all(&["concurrently"]), keyword);
        let missing = self.if_not_exists();
        let name = if self.c.is("on") { None } else { self.c.name() };
        let anchor = self.so_far();
        let on = self.c.take("on");
        let table = self.relation();
        let anchor = if name.is_some() { anchor } else { self.so_far() };
        let mut fact = Fact::variant(Kind::Operation, "create_index", anchor);
        if let Some(table) = &table {
            fact = self.on_table(fact, table);
        }
        if let Some(name) = &name {
            fact = self.plain(fact, Field::Name, &name.name);
        }
        let fact = flag(flag(fact, Field::IfNotExists, missing), Field::Concurrently, concurrently);
        let fact = self.index(flag(fact, Field::Unique, (unique, self.c.gap_at(1))));
        self.emit(fact);
        let shaped = self.c.is("using") || self.c.is_symbol(b'(');
        on && table.is_some() && shaped && self.options()
    }

    /// With what an index is made of; the cursor stands behind the table.
    fn index(&self, fact: Fact) -> Fact {
        let end = self.c.tokens.len();
        let mut c = self.c;
        let gap = c.gap();
        let method = if c.take("using") { c.part() } else { None };
        let fact = match &method {
            Some(method) => self.plain(fact, Field::Method, method),
            None => fact.with_state(Field::Method, State::Defaulted("btree".into(), gap)),
        };
        let fact = fact.with_state(Field::Traits, super::traits::of_index(&c, c.at..end));
        let inner = c.parens();
        let fact = match &inner {
            Some(inner) => fact.with_state(Field::Columns, super::constraint::columns(&c, inner.clone())),
            None => fact,
        };
        let at = c.find(end, |c, at| c.word_at(at, "where"));
        let expressions = inner.map(|inner| super::constraint::expressions(&c, inner)).unwrap_or_default();
        let fact = self.asking(fact, expressions.into_iter().chain(std::iter::once((at + 1).min(end)..end)));
        let fact = fact.with_flag(Field::Where, (at < end).then(|| c.span(at..at + 1)), self.end_gap());
        if at >= end {
            return fact;
        }
        let predicate = super::names::squeezed(&c, super::constraint::unwrapped(&c, at + 1..end));
        fact.with(Field::Predicate, Secret::new(&predicate), c.span(at + 1..end))
    }

    fn create_schema(&mut self) -> bool {
        let missing = self.if_not_exists();
        let unnamed = self.c.take("authorization");
        let Some(name) = self.c.part() else { return false };
        let fact = self.operation("create_schema", 0);
        let mut fact = self.plain(self.plain(fact, Field::Schema, &name), Field::Name, &name);
        if unnamed {
            fact = self.plain(fact, Field::Owner, &name);
        } else if self.c.take("authorization")
            && let Some(owner) = self.c.part()
        {
            fact = self.plain(fact, Field::Owner, &owner);
        }
        self.emit(flag(fact, Field::IfNotExists, missing));
        // elements of the schema stand in the same statement: they are read as statements of their own, inside it
        if let Some(schema) = &name.text {
            self.schema = schema.as_str().into();
            self.path = self.path.behind(schema);
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

    fn create_named(&mut self, is: &'static str, with_missing: bool, temporary: bool) -> bool {
        let missing = self.if_not_exists();
        let Some(name) = self.c.name() else { return false };
        let fact = self.owned_by(self.new_object(self.operation(is, 0), &name, temporary));
        self.emit(if with_missing { flag(fact, Field::IfNotExists, missing) } else { fact });
        self.options()
    }

    /// With the column that a sequence goes with: `OWNED BY t.a`.
    pub(super) fn owned_by(&self, fact: Fact) -> Fact {
        let at = self.c.find(self.c.tokens.len(), |c, at| c.word_at(at, "owned") && c.word_at(at + 1, "by"));
        let mut c = self.c.moved(at + 2);
        let from = c.at;
        let mut parts: Vec<String> = Vec::new();
        while let Some(part) = c.part().and_then(|part| part.text) {
            parts.push(part);
            if !c.take_symbol(b'.') {
                break;
            }
        }
        let owner = match parts.as_slice() {
            [none] if none == "none" => String::new(),
            [table, column] => format!("{}.{table}.{column}", self.schema),
            [schema, table, column] => format!("{schema}.{table}.{column}"),
            _ => return fact,
        };
        fact.with(Field::OwnedBy, owner, self.c.span(from..c.at))
    }

    /// With the name of an object; a temporary one stands in a schema of its own.
    pub(super) fn new_object(&self, fact: Fact, name: &Name, temporary: bool) -> Fact {
        let fact = self.called(fact, name);
        if temporary { fact.with(Field::Schema, "pg_temp", name.span) } else { fact }
    }

    /// An extension's own schema is an option; its name has none.
    fn create_extension(&mut self) -> bool {
        let missing = self.if_not_exists();
        let Some(name) = self.c.part() else { return false };
        let fact = self.plain(self.operation("create_extension", 0), Field::Name, &name);
        let fact = flag(fact, Field::IfNotExists, missing);
        let at = self.c.find(self.c.tokens.len(), |c, at| c.word_at(at, "schema"));
        let fact = match self.c.moved(at + 1).part() {
            Some(schema) => self.plain(fact, Field::Schema, &schema),
            None => fact,
        };
        self.emit(fact);
        self.options()
    }

    fn create_type(&mut self) -> bool {
        let domain = self.c.word_at(self.c.at - 1, "domain");
        let Some(name) = self.c.name() else { return false };
        let fact = self.called(self.operation("create_type", 0), &name);
        let fact = match self.c.are(&["as", "enum"]) {
            true => self.labels(fact),
            false => {
                let rest = super::names::definition(&self.c, self.c.at..self.c.tokens.len());
                let kind = if domain { "domain" } else { "type" };
                fact.with_word(Field::ObjectKind, kind, name.span).with_state(Field::Definition, rest)
            }
        };
        self.emit(fact);
        self.options()
    }

    /// With the labels of `AS ENUM ('a', 'b')`; the cursor stands before it.
    fn labels(&self, fact: Fact) -> Fact {
        let Some(inner) = self.c.moved(self.c.at + 2).parens() else { return fact };
        let span = self.c.span(inner.clone());
        let mut labels = Vec::new();
        for item in self.c.items(inner) {
            match self.c.moved(item.start).take_text() {
                Some(token) if !super::names::holds_hole(self.c.slice(token)) => {
                    labels.push(Value::from(literal::decode(self.c.text, token).text()))
                }
                _ => return fact.with_state(Field::Labels, State::Unknown(span, super::names::unknown_name())),
            }
        }
        fact.with(Field::Labels, Value::List(labels), span)
    }

    fn create_trigger(&mut self, replace: (Option<Span>, Span)) -> bool {
        let Some(name) = self.c.part() else { return false };
        let end = self.c.tokens.len();
        let on = self.c.find(end, |c, at| c.word_at(at, "on"));
        let columns = self.updated(self.c.at..on);
        let events = self.scan(self.c.at..on, false);
        let mut after = self.c.moved(on + 1);
        let Some(table) = after.name() else { return false };
        let fact = self.on_table(self.operation("create_trigger", 0), &table);
        let fact = self.plain(fact, Field::Name, &name);
        let fact = match columns {
            Some(columns) => fact.with_state(Field::Columns, columns),
            None => fact,
        };
        let fact = fact.with_state(
            Field::Definition,
            super::names::definition_without(&self.c, self.c.at..end, on + 1..table.end),
        );
        let runs = after.find(end, |c, at| c.word_at(at, "execute"));
        let fact = self.executes(flag(fact, Field::OrReplace, replace), runs);
        self.emit(fact);
        self.c.at = end;
        events && runs + 2 < end && self.scan(table.end..end, false)
    }

    /// The columns of `UPDATE OF a, b` among the events of a trigger.
    fn updated(&self, events: Range<usize>) -> Option<State> {
        let at = events.clone().find(|at| self.c.word_at(*at, "update") && self.c.word_at(at + 1, "of"))?;
        let mut c = self.c.until(events.end).moved(at + 2);
        let names = c.names().into_iter().map(|name| name.name.text.map(Value::from)).collect::<Option<Vec<_>>>();
        let span = self.c.span(at + 2..c.at);
        Some(match names {
            Some(names) => State::Stated(Value::List(names), span),
            None => State::Unknown(span, super::names::unknown_name()),
        })
    }

    /// With the function of `EXECUTE FUNCTION f(…)` at `at`.
    fn executes(&self, fact: Fact, at: usize) -> Fact {
        // functions of triggers that the server brings along
        const OWN: &[&str] = &[
            "suppress_redundant_updates_trigger",
            "tsvector_update_trigger",
            "tsvector_update_trigger_column",
            "unique_key_recheck",
        ];
        match self.c.moved(at + 2).name() {
            Some(function) if function.schema.is_none() && OWN.iter().any(|own| self.c.named_at(at + 2, own)) => {
                let name = function.name.text.unwrap_or_default();
                fact.with(Field::Executes, format!("pg_catalog.{name}"), function.span)
            }
            Some(function) => match self.table_name(&function) {
                Some(name) => fact.with(Field::Executes, name, function.span),
                None => fact.with_state(Field::Executes, State::Unknown(function.span, super::names::unknown_name())),
            },
            None => fact,
        }
    }

    /// Any other object: its keywords, then its name.
    fn create_other(&mut self, replace: (Option<Span>, Span)) -> bool {
        if self.c.take("rule") {
            return self.create_rule(replace);
        }
        let Some(object) = self.take_object() else {
            let fact = self.operation("create_other", 0).with_word(Field::ObjectKind, "other", self.so_far());
            self.emit(fact);
            return false;
        };
        let missing = self.if_not_exists();
        let name = self.c.name();
        let fact = self.operation(object.create, 0);
        let fact = match &name {
            Some(name) => self.object_name(fact, object, name),
            None => fact,
        };
        match object.create {
            "create_foreign_table" => {
                self.emit(flag(fact, Field::IfNotExists, missing));
                return name.is_some_and(|name| self.foreign_table(&name));
            }
            "create_other" => self.emit(fact.with_word(Field::ObjectKind, object.kind, self.so_far())),
            "create_publication" => {
                let gap = self.c.gap();
                let all = self.c.are(&["for", "all", "tables"]).then(|| self.c.span(self.c.at..self.c.at + 3));
                self.emit(fact.with_flag(Field::AllTables, all, gap));
            }
            "create_event_trigger" => {
                let runs = self.c.find(self.c.tokens.len(), |c, at| c.word_at(at, "execute"));
                let fact = self.executes(fact, runs);
                self.emit(fact);
            }
            _ => self.emit(fact),
        }
        self.options()
    }

    /// The columns of a foreign table, and its server.
    fn foreign_table(&mut self, name: &Name) -> bool {
        let columns = self.c.parens();
        let whole = columns.is_none_or(|inner| self.elements(inner, name, false));
        whole && self.options()
    }

    /// With the name of an object, as its kind is named.
    pub(super) fn object_name(&self, fact: Fact, object: &Object, name: &Name) -> Fact {
        match object.named {
            Named::Plain if object.kind == "schema" => {
                self.plain(self.plain(fact, Field::Schema, &name.name), Field::Name, &name.name)
            }
            Named::Plain => self.plain(fact, Field::Name, &name.name),
            Named::Table => self.on_table(fact, name),
            Named::InSchema | Named::Signed => self.called(fact, name),
        }
    }

    /// `r AS ON event TO t … DO …`, behind RULE.
    fn create_rule(&mut self, replace: (Option<Span>, Span)) -> bool {
        let Some(name) = self.c.part() else { return false };
        let to = self.c.find(self.c.tokens.len(), |c, at| c.word_at(at, "to"));
        let fact = self.operation("create_rule", 0);
        let fact = flag(self.plain(fact, Field::Name, &name), Field::OrReplace, replace);
        let fact = match self.c.moved(to + 1).name() {
            Some(table) => self.on_table(fact, &table),
            None => fact,
        };
        self.emit(fact);
        self.rule()
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
        let (text, search_path) = (BodyText::Tokens(tokens), None);
        self.out.bodies.push(Body { language: Language::Sql, stands: "function-body", text, search_path });
        head && action < end
    }
}
