//! DROP: one fact for each object.

use super::object::{Named, OBJECTS, Object};
use super::{Recogniser, flag};
use crate::document::sql::cursor::Name;
use crate::fact::{Fact, Field, Kind};
use crate::source::Span;

impl Recogniser<'_> {
    /// Any DROP.
    pub(super) fn drop(&mut self) -> bool {
        self.c.at += 1;
        match self.c.take_any(&["policy", "trigger", "rule"]) {
            Some("policy") => return self.drop_on_table("drop_policy"),
            Some("trigger") => return self.drop_on_table("drop_trigger"),
            Some(_) => return self.drop_on_table("drop_rule"),
            None => {}
        }
        if self.c.take_all(&["owned", "by"]).is_some() {
            return self.drop_owned();
        }
        if self.c.is("user") && !self.c.are(&["user", "mapping"]) {
            self.c.at += 1;
            return OBJECTS.iter().find(|object| object.kind == "role").is_some_and(|role| self.drop_listed(role));
        }
        match self.take_object() {
            Some(object) if ["function", "procedure"].contains(&object.kind) => self.drop_routines(object.drop),
            Some(object) if object.kind == "database" => self.drop_database(),
            Some(object) if object.named == Named::Signed || object.kind == "user-mapping" => {
                self.drop_other(object.kind)
            }
            Some(object) => self.drop_listed(object),
            None => {
                self.drop_other("other");
                false
            }
        }
    }

    fn drop_listed(&mut self, object: &Object) -> bool {
        let keyword = self.c.gap();
        let concurrently = (if object.kind == "index" { self.c.take_all(&["concurrently"]) } else { None }, keyword);
        let exists = self.if_exists();
        let names = self.c.names();
        let cascade = self.cascade();
        for (index, name) in names.iter().enumerate() {
            let fact = self.object_name(self.listed(object.drop, 0, index == 0, name), object, name);
            let fact = flag(flag(fact, Field::IfExists, exists), Field::Cascade, cascade);
            self.emit(match object.drop {
                "drop_index" => flag(fact, Field::Concurrently, concurrently),
                "drop_other" => fact.with_word(Field::ObjectKind, object.kind, name.span),
                _ => fact,
            });
        }
        !names.is_empty() && self.c.done()
    }

    /// Names with or without their argument types.
    fn drop_routines(&mut self, is: &'static str) -> bool {
        let exists = self.if_exists();
        let mut routines: Vec<(Name, Option<std::ops::Range<usize>>)> = Vec::new();
        while let Some(name) = self.c.name() {
            let arguments = self.c.parens();
            routines.push((name, arguments));
            if !self.c.take_symbol(b',') {
                break;
            }
        }
        let cascade = self.cascade();
        for (index, (name, arguments)) in routines.iter().enumerate() {
            let fact = self.called(self.listed(is, 0, index == 0, name), name);
            let fact = match arguments {
                Some(inner) => self.arguments(fact, inner.clone()),
                None => fact,
            };
            self.emit(flag(flag(fact, Field::IfExists, exists), Field::Cascade, cascade));
        }
        !routines.is_empty() && self.c.done()
    }

    /// `DROP POLICY p ON t`: the anchor holds both.
    fn drop_on_table(&mut self, is: &'static str) -> bool {
        let exists = self.if_exists();
        let Some(name) = self.c.part() else { return false };
        let on = self.c.take("on");
        let Some(table) = self.c.name() else { return false };
        let fact = self.on_table(self.plain(self.operation(is, 0), Field::Name, &name), &table);
        let fact = flag(fact, Field::IfExists, exists);
        let cascade = self.cascade();
        self.emit(if is == "drop_policy" { fact } else { flag(fact, Field::Cascade, cascade) });
        on && self.c.done()
    }

    fn drop_database(&mut self) -> bool {
        let exists = self.if_exists();
        let Some(name) = self.c.part() else { return false };
        let gap = self.c.gap();
        let fact = self.plain(self.operation("drop_database", 0), Field::Name, &name);
        self.emit(flag(flag(fact, Field::IfExists, exists), Field::Cascade, (None, gap)));
        self.options()
    }

    fn drop_owned(&mut self) -> bool {
        let names = self.c.names();
        let cascade = self.cascade();
        for (index, name) in names.iter().enumerate() {
            let fact = self.plain(self.listed("drop_owned", 0, index == 0, name), Field::Name, &name.name);
            self.emit(flag(fact, Field::Cascade, cascade));
        }
        !names.is_empty() && self.c.done()
    }

    /// Objects whose form behind the keywords matters to nobody: their name, and the rest.
    fn drop_other(&mut self, kind: &'static str) -> bool {
        let exists = self.if_exists();
        let name = self.c.name();
        let end = self.c.tokens.len();
        let cascade = self.c.find(end, |c, at| c.word_at(at, "cascade"));
        let said: Option<Span> = (cascade < end).then(|| self.c.span(cascade..cascade + 1));
        let mut fact = Fact::variant(Kind::Operation, "drop_other", self.so_far());
        if let Some(name) = &name {
            fact = if kind == "user-mapping" {
                self.plain(fact, Field::Name, &name.name)
            } else {
                self.called(fact, name)
            };
        }
        let fact = fact.with_word(Field::ObjectKind, kind, self.so_far());
        self.emit(flag(flag(fact, Field::IfExists, exists), Field::Cascade, (said, self.end_gap())));
        self.options()
    }
}
