//! Names as fields of facts, and the types of arguments.

use super::Recogniser;
use crate::document::sql::cursor::{Cursor, Name, Part};
use crate::document::sql::token::{NAME_HOLE, TEXT_HOLE, Token, TokenKind};
use crate::fact::{Cause, Fact, Field, State, Value, sql_type};
use crate::source::Secret;
use std::ops::Range;
use std::sync::Arc;

/// Why a name cannot be known.
pub(super) fn unknown_name() -> Arc<Cause> {
    Cause::new("is built at run time, and the name cannot be known", "Write the name out, or waive the statement.")
}

/// A view that reads more tables than this is held to read these.
const MOST_READ: usize = 256;

/// A name as a field.
fn state(part: &Part) -> State {
    match &part.text {
        Some(text) => State::Stated(text.as_str().into(), part.span),
        None => State::Unknown(part.span, unknown_name()),
    }
}

/// The last part of a `table` field.
pub(in crate::document::sql) fn bare_name(table: &str) -> &str {
    table.split_once('.').map_or(table, |(_, name)| name)
}

impl Recogniser<'_> {
    /// The schema and the full name of a table; `None` where a placeholder stands.
    pub(super) fn table_name(&self, name: &Name) -> Option<String> {
        let schema = match &name.schema {
            Some(part) => part.text.as_deref()?,
            None => {
                self.unqualified(name);
                &self.schema
            }
        };
        Some([schema, ".", name.name.text.as_deref()?].concat())
    }

    /// With the schema of a name; the search path's where none is written.
    pub(super) fn in_schema(&self, fact: Fact, name: &Name) -> Fact {
        match &name.schema {
            Some(part) => fact.with_state(Field::Schema, state(part)),
            // A name that is built at run time may bring its schema along.
            None if name.name.text.is_none() => {
                fact.with_state(Field::Schema, State::Unknown(name.span, unknown_name()))
            }
            None => {
                self.unqualified(name);
                fact.with_state(Field::Schema, State::Defaulted((&*self.schema).into(), name.span.before()))
            }
        }
    }

    /// Notes a name that is written without a schema, where more than one may be meant.
    fn unqualified(&self, name: &Name) {
        if let (true, Some(text)) = (self.path.is_special(), &name.name.text) {
            self.unqualified.borrow_mut().push(text.clone());
        }
    }

    /// With the table, and its schema. The operations on one table share both.
    pub(super) fn on_table(&self, fact: Fact, name: &Name) -> Fact {
        let mut last = self.last_table.borrow_mut();
        if let Some((span, schema, table)) = &*last
            && *span == name.span
        {
            return fact.with_state(Field::Schema, schema.clone()).with_state(Field::Table, table.clone());
        }
        let table = match self.table_name(name) {
            Some(table) => State::Stated(table.into(), name.span),
            None => State::Unknown(name.span, unknown_name()),
        };
        let fact = self.in_schema(fact, name).with_state(Field::Table, table.clone());
        *last = fact.own(Field::Schema).map(|schema| (name.span, schema.clone(), table));
        fact
    }

    /// With a name that has a schema of its own.
    pub(super) fn called(&self, fact: Fact, name: &Name) -> Fact {
        self.in_schema(fact, name).with_state(Field::Name, state(&name.name))
    }

    /// With a name inside a table or without a schema.
    pub(super) fn plain(&self, fact: Fact, field: Field, part: &Part) -> Fact {
        fact.with_state(field, state(part))
    }

    /// With the tables that a query reads: the names behind FROM and JOIN that are no parts of a WITH and no functions.
    pub(super) fn reads(&self, fact: Fact, query: Range<usize>) -> Fact {
        let (mut found, mut parts): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        // whether each open bracket holds a query
        let mut open = vec![true];
        let mut at = query.start;
        while at < query.end {
            let behind = at + 1;
            if self.c.symbol_at(at, b'(') {
                open.push(["select", "with", "values", "table"].iter().any(|word| self.c.word_at(behind, word)));
            } else if self.c.symbol_at(at, b')') {
                open.pop();
            } else if self.c.word_at(at, "with") || (self.c.symbol_at(at, b',') && !parts.is_empty()) {
                let mut c = self.c.moved(behind);
                c.take("recursive");
                let name = c.part().and_then(|part| part.text);
                c.parens();
                parts.extend(name.filter(|_| c.is("as")));
            } else if self.c.word_at(at, "join") || (self.c.word_at(at, "from") && self.is_clause(at, &open)) {
                at = self.sources(behind, &mut found);
                continue;
            }
            at = behind;
        }
        let names = found.into_iter().filter(|name| {
            let bare = name.strip_prefix(&*self.schema).and_then(|rest| rest.strip_prefix('.'));
            !bare.is_some_and(|bare| parts.iter().any(|part| part == bare))
        });
        let names: Vec<Value> = names.map(Value::from).collect();
        let span = self.c.span(query.start..(query.start + 1).min(query.end));
        if names.is_empty() { fact } else { fact.with(Field::Reads, Value::List(names), span) }
    }

    /// Whether FROM begins a clause: not that of `extract(… FROM …)`, nor `IS DISTINCT FROM`.
    fn is_clause(&self, at: usize, open: &[bool]) -> bool {
        let distinct = at > 1
            && self.c.word_at(at - 1, "distinct")
            && (self.c.word_at(at - 2, "is") || self.c.word_at(at - 2, "not"));
        open.last().is_none_or(|query| *query) && !distinct
    }

    /// The tables of a FROM clause from `at` on, as far as they stand behind commas; gives where it stopped.
    fn sources(&self, at: usize, found: &mut Vec<String>) -> usize {
        let mut c = self.c.moved(at);
        loop {
            c.take("lateral");
            c.take("only");
            // a query in brackets is come by later; a join in brackets goes on
            while c.is_symbol(b'(') {
                c.at += 1;
                if c.is_any(&["select", "with", "values", "table"]) {
                    return c.at - 1;
                }
            }
            let Some(name) = c.name() else { return c.at.max(at) };
            if c.is_symbol(b'(') {
                return c.at;
            }
            let more = self.table_name(&name).filter(|name| found.len() < MOST_READ && !found.contains(name));
            found.extend(more);
            c.take_symbol(b'*');
            c.take("as");
            if !c.is_any(&["join", "inner", "left", "right", "full", "cross", "natural", "where", "group", "order"]) {
                let before = c.at;
                if c.part().is_none() {
                    c.at = before;
                }
            }
            if !c.take_symbol(b',') {
                return c.at;
            }
        }
    }

    /// With the types of the arguments in brackets, as they make up the signature.
    pub(super) fn arguments(&self, fact: Fact, inner: Range<usize>) -> Fact {
        let span = self.c.span(inner.start.saturating_sub(1)..inner.end + 1);
        match normal_types(&self.c, inner) {
            Some(types) => fact.with(Field::Arguments, types, span),
            None => fact.with_state(Field::Arguments, State::Unknown(span, unknown_name())),
        }
    }
}

/// An expression without white space and in lower case outside quotes, so that one expression has one spelling.
pub(in crate::document::sql) fn squeezed(c: &Cursor<'_>, range: Range<usize>) -> String {
    let mut out = String::new();
    let mut after_word = false;
    for token in c.tokens.get(range).unwrap_or_default() {
        let word = token.is_name() || !matches!(token.kind, TokenKind::Symbol(_));
        if word && after_word {
            out.push(' ');
        }
        let slice = c.slice(*token);
        match token.kind {
            TokenKind::Word => out.push_str(&slice.to_ascii_lowercase()),
            _ => out.push_str(slice),
        }
        after_word = word;
    }
    out
}

/// Whether something of a text is only known at run time.
pub(super) fn holds_hole(text: &str) -> bool {
    text.contains([NAME_HOLE, TEXT_HOLE])
}

/// What is written, with one blank for any white space or comment: comparable, and read again only where two of them are
/// compared. Unknown where a placeholder stands.
pub(super) fn definition(c: &Cursor<'_>, range: Range<usize>) -> State {
    let end = range.end;
    definition_without(c, range, end..end)
}

/// The same without some of its tokens.
pub(super) fn definition_without(c: &Cursor<'_>, range: Range<usize>, without: Range<usize>) -> State {
    let span = c.span(range.clone());
    let mut out = String::new();
    let mut behind = None;
    let first = range.start;
    for (at, token) in c.tokens.get(range).unwrap_or_default().iter().enumerate() {
        if without.contains(&(first + at)) {
            continue;
        }
        if matches!(token.kind, TokenKind::Hole | TokenKind::TextHole) || holds_hole(c.slice(*token)) {
            return State::Unknown(span, unknown_name());
        }
        if behind.is_some_and(|end| end < token.start) && !out.ends_with(' ') {
            out.push(' ');
        }
        out.push_str(c.slice(*token));
        behind = Some(token.end);
    }
    State::Stated(Value::Secret(Secret::new(&out)), span)
}

/// The modifier of a type: `(10,2)`; that of `timestamp (3) with time zone` too.
pub(in crate::document::sql) fn modifier(c: &Cursor<'_>, range: Range<usize>) -> Option<State> {
    let open = range.clone().find(|at| c.symbol_at(*at, b'('))?;
    let close = c.closing(open).filter(|close| *close < range.end)?;
    Some(State::Stated(squeezed(c, open..close + 1).into(), c.span(open..close + 1)))
}

/// First words of types that have more than one word.
const LONG_TYPES: &[&str] = &["double", "character", "char", "timestamp", "time", "bit", "national", "interval"];
/// Second words of such types.
const LONG_TYPE_ENDS: &[&str] = &[
    "precision",
    "varying",
    "with",
    "without",
    "character",
    "char",
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
];

/// The types of the arguments in `inner`, without names, modes and defaults, each with whether it is OUT. None where a
/// placeholder stands.
pub(super) fn typed(c: &Cursor<'_>, inner: Range<usize>) -> Option<Vec<(bool, String)>> {
    let mut types = Vec::new();
    for item in c.items(inner) {
        let default = c.moved(item.start).find(item.end, |c, at| c.word_at(at, "default") || c.symbol_at(at, b'='));
        let mut argument = c.part_of(item.start..default);
        if matches!(argument.tokens.last(), Some(last) if last.kind == TokenKind::Symbol(b':')) {
            argument.tokens = argument.tokens.split_last().map_or(&[], |(_, rest)| rest);
        }
        let mut mode = argument.take_any(MODES);
        if has_name(&argument) {
            argument.at += 1;
            mode = mode.or_else(|| argument.take_any(MODES));
        }
        types.push((mode == Some("out"), normal_type(&argument)?));
    }
    Some(types)
}

/// The types of the values that a function gives by OUT and INOUT.
pub(super) fn results(c: &Cursor<'_>, inner: Range<usize>) -> Option<Vec<String>> {
    let mut types = Vec::new();
    for item in c.items(inner.clone()) {
        let gives = |at: usize| c.word_at(at, "out") || c.word_at(at, "inout");
        if gives(item.start) || gives(item.start + 1) {
            types.extend(typed(c, item)?.into_iter().map(|(_, ty)| ty));
        }
    }
    Some(types)
}

/// How arguments are passed; the word stands before the name or behind it.
const MODES: &[&str] = &["in", "out", "inout", "variadic"];

/// The types of the arguments that make up the signature: those of OUT are no part of it.
fn normal_types(c: &Cursor<'_>, inner: Range<usize>) -> Option<String> {
    let types: Vec<String> = typed(c, inner)?.into_iter().filter(|(out, _)| !out).map(|(_, ty)| ty).collect();
    Some(types.join(","))
}

/// Whether the first of the tokens names the argument: its type follows.
pub(in crate::document::sql) fn has_name(argument: &Cursor<'_>) -> bool {
    let Some(second) = argument.peek(1) else { return false };
    if !second.is_name() {
        return false;
    }
    let long = argument.is_any(LONG_TYPES) && argument.moved(argument.at + 1).is_any(LONG_TYPE_ENDS);
    !long
}

/// One type, in the spelling that the server prints; its modifier is no part of a signature.
pub(in crate::document::sql) fn normal_type(c: &Cursor<'_>) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    let mut array = false;
    let mut depth = 0_usize;
    let mut after_dot = false;
    for token in c.tokens.get(c.at..).unwrap_or_default() {
        match token.kind {
            TokenKind::Symbol(b'(') => depth += 1,
            TokenKind::Symbol(b')') => depth = depth.saturating_sub(1),
            TokenKind::Symbol(b'[') => array = true,
            _ if depth > 0 => {}
            // `table.column%TYPE` is a type that only the server knows
            TokenKind::Symbol(b'%') => return None,
            TokenKind::Symbol(b'.') => after_dot = true,
            TokenKind::Hole | TokenKind::TextHole => return None,
            TokenKind::Word | TokenKind::Quoted => {
                let word = type_word(c, *token);
                if after_dot {
                    // well-known schemas are left out, so that `public.mood` and `mood` are one type
                    match words.last().map(String::as_str) {
                        Some("pg_catalog" | "public") => _ = words.pop(),
                        Some(_) => words.push(".".into()),
                        None => {}
                    }
                    after_dot = false;
                }
                words.push(word);
            }
            _ => {}
        }
    }
    if words.last().is_some_and(|word| word == "array") {
        words.pop();
        array = true;
    }
    // what an interval counts in is its modifier
    if words.first().is_some_and(|word| word == "interval") {
        words.truncate(1);
    }
    // `float(24)` is another type than `float(25)`: PostgreSQL's manual, "Floating-Point Types"
    if words == ["float"] && precision(c).is_some_and(|bits| bits <= 24) {
        words = vec!["real".into()];
    }
    let name = words.join(" ").replace(" . ", ".");
    let name = sql_type::canonical(&name);
    Some(if array { name + "[]" } else { name })
}

/// The first number in brackets.
fn precision(c: &Cursor<'_>) -> Option<u32> {
    let open = (c.at..c.tokens.len()).find(|at| c.symbol_at(*at, b'('))?;
    c.tokens.get(open + 1).and_then(|token| c.slice(*token).parse().ok())
}

fn type_word(c: &Cursor<'_>, token: Token) -> String {
    let written = c.slice(token);
    let Some(name) = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return written.to_ascii_lowercase();
    };
    // in quotes "char" is another type, of one byte: PostgreSQL's manual, "Character Types"
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let kept =
        matches!(name, "char" | "any" | "user" | "order" | "group" | "table" | "default" | "end" | "all" | "check");
    if kept || !name.bytes().all(plain) { written.to_owned() } else { name.to_owned() }
}
