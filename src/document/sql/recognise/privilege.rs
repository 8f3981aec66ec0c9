//! GRANT, REVOKE and ALTER DEFAULT PRIVILEGES: one fact for each privilege, object and grantee.

use super::{Recogniser, flag};
use crate::document::sql::cursor::{Name, Part};
use crate::fact::{Fact, Field, Kind, State, Value};
use crate::source::Span;
use std::ops::Range;

/// A privilege with its place; whether it is on columns.
struct Privilege {
    name: String,
    span: Span,
    /// The columns that it is on; none for all of an object.
    columns: Option<State>,
}

/// What a privilege is on.
struct Object {
    kind: &'static str,
    kind_span: Span,
    name: Option<Name>,
    /// Whether `name` is a schema and stands for everything in it.
    schema_wide: bool,
    /// The types of a function's arguments, in brackets behind its name.
    arguments: Option<Range<usize>>,
}

/// A statement that grants more than this is not taken apart, and that is said: the facts are a product of three lists.
const MOST: usize = 20_000;

/// The keywords of objects behind ON, with the kind of object.
const OBJECTS: &[(&[&str], &str)] = &[
    (&["table"], "table"),
    (&["sequence"], "sequence"),
    (&["function"], "function"),
    (&["procedure"], "function"),
    (&["routine"], "function"),
    (&["schema"], "schema"),
    (&["database"], "database"),
    (&["type"], "type"),
    (&["domain"], "type"),
    (&["language"], "other"),
    (&["foreign", "data", "wrapper"], "other"),
    (&["foreign", "server"], "other"),
    (&["large", "object"], "other"),
    (&["tablespace"], "other"),
    (&["parameter"], "other"),
];

/// Objects of ON ALL … IN SCHEMA and of default privileges.
const PLURALS: &[(&str, &str)] = &[
    ("tables", "table"),
    ("sequences", "sequence"),
    ("functions", "function"),
    ("procedures", "function"),
    ("routines", "function"),
    ("types", "type"),
    ("schemas", "schema"),
    ("large", "other"),
];

impl Recogniser<'_> {
    /// GRANT or REVOKE.
    pub(super) fn grant(&mut self, revoke: bool) -> bool {
        self.c.at += 1;
        let option = if revoke { self.revoked_option() } else { None };
        let end = self.c.tokens.len();
        let to = if revoke { "from" } else { "to" };
        let on = self.c.find(end, |c, at| c.word_at(at, "on"));
        let stop = self.c.find(end, |c, at| c.word_at(at, to));
        if stop >= end {
            return false;
        }
        if on > stop {
            return self.membership(stop, revoke, option);
        }
        let Some(privileges) = self.privileges(self.c.at..on) else { return false };
        self.c.at = on + 1;
        let Some(objects) = self.objects() else { return false };
        let whole = self.c.at == stop;
        self.c.at = stop + 1;
        let grantees = self.grantees();
        if privileges.len().saturating_mul(objects.len()).saturating_mul(grantees.len()) > MOST {
            return false;
        }
        let option = option.or_else(|| self.c.take_all(&["with", "grant", "option"]));
        let rest = self.tail();
        let is = if revoke { "revoke" } else { "grant" };
        self.emit_grants(is, &privileges, &objects, &grantees, option);
        whole && rest && !grantees.is_empty() && !objects.is_empty()
    }

    /// `GRANT OPTION FOR`, `ADMIN OPTION FOR`.
    fn revoked_option(&mut self) -> Option<Span> {
        ["grant", "admin", "inherit", "set"].iter().find_map(|word| self.c.take_all(&[word, "option", "for"]))
    }

    fn tail(&mut self) -> bool {
        if self.c.take_all(&["granted", "by"]).is_some() {
            self.c.part();
        }
        self.cascade();
        self.c.done()
    }

    fn emit_grants(
        &mut self,
        is: &'static str,
        privileges: &[Privilege],
        objects: &[Object],
        grantees: &[Part],
        option: Option<Span>,
    ) {
        let gap = self.end_gap();
        for (index, object) in objects.iter().enumerate() {
            let anchor = match &object.name {
                Some(name) if index == 0 => self.c.span(0..name.end),
                Some(name) => name.span,
                None => self.so_far(),
            };
            for privilege in privileges {
                for grantee in grantees {
                    let fact = Fact::variant(Kind::Operation, is, anchor);
                    let fact = self.on_object(fact, object, privilege.columns.as_ref());
                    let fact = fact.with(Field::Privilege, privilege.name.as_str(), privilege.span);
                    let fact = self.plain(fact, Field::Grantee, &lower(grantee));
                    self.emit(flag(fact, Field::GrantOption, (option, gap)));
                }
            }
        }
    }

    fn on_object(&self, fact: Fact, object: &Object, columns: Option<&State>) -> Fact {
        let columns = columns.filter(|_| object.kind == "table");
        let kind = if columns.is_some() { "column" } else { object.kind };
        let fact = match columns {
            Some(columns) => fact.with_state(Field::Columns, columns.clone()),
            None => fact,
        };
        let fact = fact.with_word(Field::ObjectKind, kind, object.kind_span);
        let Some(name) = &object.name else { return fact };
        match object.kind {
            _ if object.schema_wide => self.plain(fact, Field::Schema, &name.name),
            "table" => self.on_table(fact, name),
            "function" => match &object.arguments {
                Some(inner) => self.arguments(self.called(fact, name), inner.clone()),
                None => self.called(fact, name),
            },
            "sequence" | "type" => self.called(fact, name),
            // a setting of an extension has a dot in its name
            _ => self.plain(fact, Field::Name, &name.whole()),
        }
    }

    /// Privileges with commas between them; those on columns name the columns in brackets.
    fn privileges(&self, range: Range<usize>) -> Option<Vec<Privilege>> {
        let mut found = Vec::new();
        for item in self.c.items(range) {
            let bracket = self.c.tokens.iter().enumerate().take(item.end).skip(item.start);
            let columns = bracket.map(|(at, _)| at).find(|at| self.c.symbol_at(*at, b'('));
            let words = item.start..columns.unwrap_or(item.end);
            let mut name = String::new();
            for token in self.c.tokens.get(words.clone())? {
                if !name.is_empty() {
                    name.push(' ');
                }
                name.push_str(&self.c.slice(*token).to_ascii_lowercase());
            }
            if name == "all privileges" {
                name = "all".into();
            }
            let known = name.split(' ').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()));
            if !known {
                return None;
            }
            let inner = columns.and_then(|open| self.c.moved(open).parens());
            let columns = inner.map(|inner| super::constraint::columns(&self.c, inner));
            found.push(Privilege { name, span: self.c.span(words), columns });
        }
        (!found.is_empty()).then_some(found)
    }

    /// What stands behind ON.
    fn objects(&mut self) -> Option<Vec<Object>> {
        let start = self.c.at;
        if self.c.take("all") {
            let kind = PLURALS.iter().find(|(word, _)| self.c.take(word)).map(|(_, kind)| *kind)?;
            let kind_span = self.c.span(start..self.c.at);
            self.c.take_all(&["in", "schema"])?;
            let schemas = self.c.names().into_iter();
            return Some(
                schemas
                    .map(|name| Object { kind, kind_span, name: Some(name), schema_wide: true, arguments: None })
                    .collect(),
            );
        }
        // a word that is followed by another name says the kind; alone it is a table
        let followed = |words: &[&str]| self.c.tokens.get(start + words.len()).is_some_and(|token| token.is_name());
        let said = OBJECTS.iter().find(|(words, _)| {
            self.c.are(words) && (followed(words) && !self.c.word_at(start + words.len(), "to") || words.len() > 1)
        });
        let kind = said.map_or("table", |(_, kind)| kind);
        self.c.at += said.map_or(0, |(words, _)| words.len());
        let said_span = self.c.span(start..self.c.at);
        let mut objects = Vec::new();
        loop {
            if kind == "other" && self.c.peek(0).is_some_and(|token| !token.is_name()) {
                // a large object has a number
                self.c.at += 1;
                objects.push(Object { kind, kind_span: said_span, name: None, schema_wide: false, arguments: None });
            } else {
                let name = self.c.name()?;
                let kind_span = if said.is_some() { said_span } else { name.span };
                let arguments = self.c.parens();
                objects.push(Object { kind, kind_span, name: Some(name), schema_wide: kind == "schema", arguments });
            }
            if !self.c.take_symbol(b',') {
                return Some(objects);
            }
        }
    }

    fn grantees(&mut self) -> Vec<Part> {
        let mut grantees = Vec::new();
        loop {
            if self.c.is("group") && self.c.peek(1).is_some_and(|token| token.is_name()) {
                self.c.at += 1;
            }
            let Some(part) = self.c.part() else { return grantees };
            grantees.push(part);
            if !self.c.take_symbol(b',') {
                return grantees;
            }
        }
    }

    /// `GRANT admin TO bob`: membership in a role.
    fn membership(&mut self, stop: usize, revoke: bool, option: Option<Span>) -> bool {
        let roles = self.c.names();
        let whole = self.c.at == stop && !roles.is_empty();
        self.c.at = stop + 1;
        let grantees = self.grantees();
        let mut admin = option;
        if self.c.is("with") {
            let from = self.c.at;
            let end = self.c.tokens.len();
            let stop = self.c.find(end, |c, at| c.word_at(at, "granted"));
            // ADMIN OPTION, or ADMIN TRUE with other options besides
            let items = self.c.items(from + 1..stop);
            let given = |at: usize| self.c.word_at(at, "admin") && !self.c.word_at(at + 1, "false");
            admin = items.iter().any(|item| given(item.start)).then(|| self.c.span(from..stop));
            self.c.at = stop;
        }
        let rest = self.tail();
        if roles.len().saturating_mul(grantees.len()) > MOST {
            return false;
        }
        let gap = self.end_gap();
        for (index, role) in roles.iter().enumerate() {
            for grantee in &grantees {
                let fact = self.listed(if revoke { "revoke" } else { "grant" }, 0, index == 0, role);
                let fact = self.plain(fact, Field::Name, &role.name).with_word(Field::ObjectKind, "role", role.span);
                let fact = self.plain(fact, Field::Grantee, &lower(grantee));
                self.emit(flag(fact, Field::GrantOption, (admin, gap)));
            }
        }
        whole && rest && !grantees.is_empty()
    }

    /// `ALTER DEFAULT PRIVILEGES [FOR ROLE r] [IN SCHEMA s] GRANT … ON TABLES TO …`, behind PRIVILEGES.
    pub(super) fn default_privileges(&mut self) -> bool {
        let end = self.c.tokens.len();
        let (mut schemas, mut roles) = (Vec::new(), None);
        // in either order
        loop {
            if self.c.take("for") {
                self.c.take_any(&["role", "user"]);
                let from = self.c.at;
                let names = self.c.names();
                roles = Some((names, self.c.span(from..self.c.at)));
            } else if self.c.take_all(&["in", "schema"]).is_some() {
                schemas.extend(self.c.names());
            } else {
                break;
            }
        }
        let revoke = match self.c.take_any(&["grant", "revoke"]) {
            Some(word) => word == "revoke",
            None => return false,
        };
        let option = if revoke { self.revoked_option() } else { None };
        let on = self.c.find(end, |c, at| c.word_at(at, "on"));
        let Some(privileges) = self.privileges(self.c.at..on) else { return false };
        self.c.at = on + 1;
        let from = self.c.at;
        let Some((_, kind)) = PLURALS.iter().find(|(word, _)| self.c.take(word)) else { return false };
        self.c.take("objects");
        let kind_span = self.c.span(from..self.c.at);
        let anchor = self.so_far();
        let to = self.c.take(if revoke { "from" } else { "to" });
        let grantees = self.grantees();
        if privileges.len().saturating_mul(schemas.len().max(1)).saturating_mul(grantees.len()) > MOST {
            return false;
        }
        let option = option.or_else(|| self.c.take_all(&["with", "grant", "option"]));
        let rest = self.tail();
        let is = if revoke { "alter_default_privileges_revoke" } else { "alter_default_privileges_grant" };
        let gap = self.end_gap();
        let places: Vec<Option<&Name>> =
            if schemas.is_empty() { vec![None] } else { schemas.iter().map(Some).collect() };
        for schema in places {
            for privilege in &privileges {
                for grantee in &grantees {
                    let fact = Fact::variant(Kind::Operation, is, anchor).with_word(Field::ObjectKind, kind, kind_span);
                    let fact = match schema {
                        Some(schema) => self.plain(fact, Field::Schema, &schema.name),
                        // without IN SCHEMA it holds for every schema
                        None => fact.with_state(Field::Schema, State::Absent(Some(self.c.gap_at(3)))),
                    };
                    let fact = for_roles(fact, roles.as_ref());
                    let fact = fact.with(Field::Privilege, privilege.name.as_str(), privilege.span);
                    let fact = self.plain(fact, Field::Grantee, &lower(grantee));
                    self.emit(flag(fact, Field::GrantOption, (option, gap)));
                }
            }
        }
        to && rest && !grantees.is_empty()
    }
}

/// With the roles of FOR ROLE, in lower case.
fn for_roles(fact: Fact, roles: Option<&(Vec<Name>, Span)>) -> Fact {
    let Some((names, span)) = roles else { return fact };
    let all: Option<Vec<Value>> = names.iter().map(|name| Some(lower(&name.name).text?.into())).collect();
    match all {
        Some(all) => fact.with(Field::Roles, Value::List(all), *span),
        None => fact.with_state(Field::Roles, State::Unknown(*span, super::names::unknown_name())),
    }
}

/// A grantee in lower case.
fn lower(part: &Part) -> Part {
    Part { text: part.text.as_ref().map(|text| text.to_lowercase()), span: part.span }
}
