//! DROP: one fact for each object.

use super::{Recogniser, flag};
use crate::document::sql::cursor::Name;
use crate::fact::{Fact, Field, Kind};
use crate::source::Span;

/// Objects that are dropped by a list of names, with the operation that this is.
const LISTED: &[(&[&str], &str)] = &[
    (&["table"], "drop_table"),
    (&["index"], "drop_index"),
    (&["view"], "drop_view"),
    (&["materialized", "view"], "drop_view"),
    (&["type"], "drop_type"),
    (&["domain"], "drop_type"),
    (&["sequence"], "drop_sequence"),
    (&["schema"], "drop_schema"),
    (&["extension"], "drop_extension"),
    (&["role"], "drop_role"),
    (&["group"], "drop_role"),
    (&["foreign", "table"], "drop_other"),
    (&["access", "method"], "drop_other"),
    (&["collation"], "drop_other"),
    (&["conversion"], "drop_other"),
    (&["event", "trigger"], "drop_other"),
    (&["foreign", "data", "wrapper"], "drop_other"),
    (&["language"], "drop_other"),
    (&["procedural", "language"], "drop_other"),
    (&["publication"], "drop_other"),
    (&["server"], "drop_other"),
    (&["statistics"], "drop_other"),
    (&["subscription"], "drop_other"),
    (&["tablespace"], "drop_other"),
    (&["text", "search", "configuration"], "drop_other"),
    (&["text", "search", "dictionary"], "drop_other"),
    (&["text", "search", "parser"], "drop_other"),
    (&["text", "search", "template"], "drop_other"),
];

/// Objects that have signatures, or a form of their own behind their name.
const SIGNED: &[&[&str]] =
    &[&["aggregate"], &["operator", "class"], &["operator", "family"], &["operator"], &["cast"], &["transform", "for"]];

impl Recogniser<'_> {
    /// Any DROP.
    pub(super) fn drop(&mut self) -> bool {
        self.c.at += 1;
        if let Some((words, is)) = LISTED.iter().find(|(words, _)| self.c.take_all(words).is_some()) {
            return self.drop_listed(is, words);
        }
        match self.c.take_any(&["function", "procedure", "routine", "policy", "trigger", "rule", "user", "database"]) {
            Some("function" | "routine") => self.drop_routines("drop_function"),
            Some("procedure") => self.drop_routines("drop_procedure"),
            Some("policy") => self.drop_on_table("drop_policy", Field::Name),
            Some("trigger") => self.drop_on_table("drop_trigger", Field::Name),
            Some("rule") => self.drop_on_table("drop_other", Field::Name),
            Some("user") if self.c.is("mapping") => self.drop_other(),
            Some("user") => self.drop_listed("drop_role", &["role"]),
            Some(_) => self.drop_database(),
            None if self.c.take_all(&["owned", "by"]).is_some() => self.drop_owned(),
            None => {
                let known = SIGNED.iter().any(|words| self.c.take_all(words).is_some());
                self.drop_other() && known
            }
        }
    }

    fn drop_listed(&mut self, is: &'static str, kind: &[&str]) -> bool {
        let keyword = self.c.gap();
        let concurrently = (if is == "drop_index" { self.c.take_all(&["concurrently"]) } else { None }, keyword);
        let exists = self.if_exists();
        let names = self.c.names();
        let cascade = self.cascade();
        for (index, name) in names.iter().enumerate() {
            let fact = self.listed(is, 0, index == 0, name);
            let fact = match is {
                "drop_table" => self.on_table(fact, name),
                "drop_schema" => self.plain(self.plain(fact, Field::Schema, &name.name), Field::Name, &name.name),
                "drop_role" | "drop_extension" => self.plain(fact, Field::Name, &name.name),
                _ => self.named(fact, kind, name),
            };
            let fact = flag(flag(fact, Field::IfExists, exists), Field::Cascade, cascade);
            self.emit(if is == "drop_index" { flag(fact, Field::Concurrently, concurrently) } else { fact });
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
    fn drop_on_table(&mut self, is: &'static str, field: Field) -> bool {
        let exists = self.if_exists();
        let Some(name) = self.c.part() else { return false };
        let on = self.c.take("on");
        let Some(table) = self.c.name() else { return false };
        let fact = self.plain(self.operation(is, 0), field, &name);
        let fact = flag(fact, Field::IfExists, exists);
        let cascade = self.cascade();
        self.emit(match is {
            "drop_policy" => self.on_table(fact, &table),
            "drop_trigger" => flag(self.on_table(fact, &table), Field::Cascade, cascade),
            _ => flag(self.in_schema(fact, &table), Field::Cascade, cascade),
        });
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
    fn drop_other(&mut self) -> bool {
        self.c.take("mapping");
        let exists = self.if_exists();
        let name = self.c.name();
        let end = self.c.tokens.len();
        let cascade = self.c.find(end, |c, at| c.word_at(at, "cascade"));
        let said: Option<Span> = (cascade < end).then(|| self.c.span(cascade..cascade + 1));
        let mut fact = Fact::variant(Kind::Operation, "drop_other", self.so_far());
        if let Some(name) = &name {
            fact = self.called(fact, name);
        }
        self.emit(flag(flag(fact, Field::IfExists, exists), Field::Cascade, (said, self.end_gap())));
        self.options()
    }
}
