//! Queries and expressions: they are not parsed, but held against what could hide in them. Brackets must match, a
//! command's keyword must be explained, and operands cannot follow each other without end.

use super::{COMMANDS, Recogniser};
use crate::document::sql::cursor::Cursor;
use crate::document::sql::keyword::Keywords;
use crate::document::sql::literal;
use crate::document::sql::token::{Lexer, Token, TokenKind};
use crate::fact::{Fact, Field, Kind};
use crate::source::Secret;
use std::ops::Range;

/// Words that stand between operands, or are part of a longer form; sorted.
#[rustfmt::skip]
static GLUE: Keywords = Keywords::new(&[
    "all", "always", "analyze", "and", "any", "array", "as", "asc", "at", "between", "both", "by", "case", "cast",
    "check", "collate", "columns", "concurrently", "conflict", "constraint", "cross", "current", "cycle", "date",
    "default", "desc", "distinct", "do", "double", "else", "end", "escape", "except", "exclude", "exists", "extract",
    "fetch", "filter", "first", "following", "for", "foreign", "from", "full", "generated", "group", "grouping",
    "groups", "having", "ilike", "in", "inner", "insert", "intersect", "interval", "into", "is", "isnull", "join",
    "key", "last", "lateral", "leading", "left", "like", "limit", "local", "locked", "matched", "materialized",
    "merge", "natural", "no", "not", "nothing", "notnull", "nowait", "null", "nulls", "of", "offset", "on", "only",
    "or", "order", "ordinality", "outer", "over", "overlaps", "overlay", "overriding", "partition", "path", "placing",
    "position", "preceding", "precision", "primary", "range", "recursive", "references", "replace", "returning",
    "right", "rollup", "row", "rows", "search", "select", "set", "sets", "share", "similar", "skip", "some",
    "substring", "symmetric", "table", "tablesample", "then", "ties", "time", "timestamp", "to", "trailing", "trim",
    "unbounded", "union", "unique", "update", "user", "using", "value", "values", "varying", "when", "where",
    "window", "with", "within", "without", "xmltable", "zone",
]);

/// Words before a command's keyword that make it part of a clause: `ON DELETE`, `FOR UPDATE`, `DO UPDATE`, `THEN INSERT`.
const EXPLAINS: &[&str] =
    &["on", "for", "key", "do", "then", "or", "before", "after", "of", "instead", "as", "also", "with"];

impl Recogniser<'_> {
    /// `SELECT`, `VALUES`, `TABLE`, or one of them in brackets.
    pub(super) fn select(&mut self) -> bool {
        let start = self.c.at;
        let end = self.c.tokens.len();
        let fact = Fact::variant(Kind::Operation, "select", self.c.span(start..start + 1));
        self.emit(super::yields::with_calls(fact, &self.c, start..end));
        if !self.procedural {
            self.select_into(start);
        }
        self.set_config(start);
        self.c.at = end;
        self.scan(start..end, true)
    }

    /// `SELECT set_config('search_path', 'ops, public', …)` is SET in other words; pg_dump writes it.
    pub(super) fn set_config(&mut self, start: usize) {
        let end = self.c.tokens.len();
        let called = self.c.moved(start).find(end, |c, at| c.named_at(at, "set_config") && c.symbol_at(at + 1, b'('));
        let mut c = self.c.moved(called + 2);
        let from = c.at;
        let texts = (c.take_text(), c.take_symbol(b','), c.take_text());
        let (Some(name), true, Some(value)) = texts else { return };
        let setting = literal::decode(c.text, name).text().trim().to_ascii_lowercase();
        let local = (c.take_symbol(b',') && c.is("true")).then(|| c.span(c.at..c.at + 1));
        let (named, valued) = (c.span(from..from + 1), c.span(from + 2..from + 3));
        let path = literal::decode(c.text, value);
        let fact = Fact::variant(Kind::Operation, "set", c.span(called..from + 1));
        let fact = fact.with(Field::Name, setting.as_str(), named).with_flag(Field::Local, local, valued.after());
        self.emit(fact.with(Field::Value, Secret::new(path.text()), valued));
        if setting == "search_path" {
            let (tokens, _) = Lexer::new(path.text()).all();
            self.out.search_path = Some((super::setting::schemas(&mut Cursor::new(&path, &tokens)), local.is_some()));
        }
    }

    /// `SELECT … INTO [TABLE] t` makes a table.
    fn select_into(&mut self, start: usize) {
        let end = self.c.tokens.len();
        let into = self.c.moved(start).find(end, |c, at| c.word_at(at, "into"));
        if into >= end {
            return;
        }
        self.c.at = into + 1;
        let temporary = self.c.take_any(&["temporary", "temp"]).is_some();
        self.c.take("unlogged");
        self.c.take("table");
        if let Some(name) = self.c.name() {
            self.made_table(start, into, &name, temporary);
        }
    }

    /// `WITH name AS (…), … <statement>`: what the parts write counts, too.
    pub(super) fn with(&mut self) -> bool {
        let start = self.c.at;
        let end = self.c.tokens.len();
        let main = self.c.moved(start + 1).find(end, |c, at| {
            ["select", "insert", "update", "delete", "merge", "values", "table"].iter().any(|word| c.word_at(at, word))
        });
        let parts = self.scan(start..main, true);
        self.c.at = main;
        if main >= end {
            self.emit(Fact::variant(Kind::Operation, "select", self.c.span(start..start + 1)));
            return parts && main > start + 3;
        }
        let whole = self.statement();
        parts && whole
    }

    /// Whether a stretch can be read as expressions and clauses with nothing hidden in it; statements in brackets that
    /// write are read on their own. `dense` also asks that operands do not pile up, which names of options do.
    pub(super) fn scan(&mut self, range: Range<usize>, dense: bool) -> bool {
        let mut open: Vec<u8> = Vec::new();
        let mut operands = 0;
        let mut whole = true;
        let mut at = range.start;
        while at < range.end {
            let Some(token) = self.c.tokens.get(at).copied() else { break };
            match token.kind {
                TokenKind::Symbol(symbol @ (b'(' | b'[')) => {
                    operands = 0;
                    if symbol == b'(' && self.begins_write(at + 1) {
                        let Some(close) = self.c.closing(at) else { return false };
                        whole &= self.nested(at + 1..close);
                        at = close + 1;
                        continue;
                    }
                    open.push(symbol);
                }
                TokenKind::Symbol(symbol @ (b')' | b']')) => {
                    let opened = if symbol == b')' { b'(' } else { b'[' };
                    if open.pop() != Some(opened) {
                        return false;
                    }
                    operands = 1;
                }
                TokenKind::Symbol(b';' | b'{' | b'}' | b'\\') => whole = false,
                TokenKind::Symbol(_) => operands = 0,
                TokenKind::Word => {
                    if self.is_glue(token) {
                        operands = 0;
                    } else {
                        operands += 1;
                    }
                    // options in brackets are set, added and dropped
                    let option = !dense && !open.is_empty() && self.begins_item(at);
                    whole &= option || self.is_explained(at);
                }
                // a constant behind a type's name, or behind another constant, goes on with it
                _ if token.is_text() && operands > 0 => {}
                _ => operands += 1,
            }
            whole &= !dense || operands < 4;
            at += 1;
        }
        whole && open.is_empty() && !(dense && self.ends_open(range.end))
    }

    /// Whether a statement that writes begins here: only a part of WITH can.
    fn begins_write(&self, at: usize) -> bool {
        let writes = ["insert", "update", "delete", "merge"].iter().any(|word| self.c.word_at(at, word));
        let before = |word: &str| at >= 2 && self.c.word_at(at - 2, word);
        writes && (before("as") || before("materialized"))
            || (self.c.word_at(at, "with") && (before("as") || before("materialized")))
    }

    /// Whether an item of a list begins here.
    fn begins_item(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|last| self.c.symbol_at(last, b'(') || self.c.symbol_at(last, b','))
    }

    fn is_glue(&self, token: Token) -> bool {
        GLUE.has(self.c.slice(token))
    }

    /// Whether a command's keyword at `at` is part of a clause, or a name.
    fn is_explained(&self, at: usize) -> bool {
        let is_command = |token: &Token| token.kind == TokenKind::Word && COMMANDS.has(self.c.slice(*token));
        if !self.c.tokens.get(at).is_some_and(is_command) {
            return true;
        }
        let Some(before) = at.checked_sub(1) else { return false };
        if EXPLAINS.iter().any(|word| self.c.word_at(before, word)) || self.c.symbol_at(before, b'.') {
            return true;
        }
        // a function of that name, or a name by itself
        self.c.symbol_at(at + 1, b'(')
            || [b',', b')', b'=', b'.', b'<', b'>', b'!', b':'].iter().any(|symbol| self.c.symbol_at(at + 1, *symbol))
    }

    /// Whether an operand is missing at the end.
    fn ends_open(&self, end: usize) -> bool {
        let Some(last) = end.checked_sub(1) else { return false };
        let words = ["and", "or", "not", "where", "from", "set", "select", "in", "like", "join", "on", "by", "as"];
        let symbols = [b',', b'=', b'<', b'>', b'+', b'-', b'/', b'|', b'.'];
        words.iter().any(|word| self.c.word_at(last, word))
            || symbols.iter().any(|symbol| self.c.symbol_at(last, *symbol))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_word_of_the_lists_is_found() {
        assert!(super::GLUE.are_sorted() && super::COMMANDS.are_sorted());
    }
}
