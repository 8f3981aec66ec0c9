//! Statements that touch no object that policies speak of, and those that stand around others.

use super::Recogniser;
use super::object::Named;
use crate::document::sql::cursor::{Name, Part};
use crate::fact::{Fact, Field};

/// Statements of which only the first word matters, with the operation that they are.
const KNOWN: &[(&str, &str)] = &[
    ("analyse", "analyze"),
    ("analyze", "analyze"),
    ("checkpoint", "other"),
    ("close", "other"),
    ("deallocate", "other"),
    ("discard", "other"),
    ("fetch", "other"),
    ("listen", "other"),
    ("load", "other"),
    ("move", "other"),
    ("notify", "other"),
    ("security", "security_label"),
    ("show", "other"),
    ("unlisten", "other"),
    ("begin", "begin"),
    ("commit", "commit"),
    ("end", "commit"),
    ("abort", "rollback"),
    ("rollback", "rollback"),
];

impl Recogniser<'_> {
    /// A statement that begins with `word`.
    pub(super) fn utility(&mut self, word: &str) -> bool {
        match word {
            "set" | "reset" => return self.setting(),
            "start" => return self.start(),
            "explain" => return self.explain(),
            "prepare" => return self.prepare(),
            "declare" => return self.cursor(),
            "execute" => return self.execute_prepared(),
            "savepoint" | "release" => return self.savepoint(),
            "rollback" if self.c.are(&["rollback", "to"]) => return self.savepoint(),
            "rollback" if self.c.word_at(self.c.at + 2, "to") => return self.savepoint(),
            "call" => return self.call(),
            "lock" => return self.lock(),
            "vacuum" => return self.vacuum(),
            "cluster" => return self.cluster(),
            "reindex" => return self.reindex(),
            "refresh" => return self.refresh(),
            "reassign" => return self.reassign(),
            "import" => return self.import(),
            _ => {}
        }
        if word == "comment" {
            return self.comment();
        }
        let Some((_, is)) = KNOWN.iter().find(|(known, _)| *known == word) else { return false };
        let start = self.c.at;
        self.c.at += 1;
        let fact = self.operation(is, start);
        self.emit(fact);
        match word {
            "commit" | "end" | "abort" | "rollback" => self.ended(),
            "begin" | "checkpoint" => self.brief(),
            _ => self.options(),
        }
    }

    /// `COMMENT ON <object> IS 'text' | NULL`: the object may hold anything, the text is never SQL.
    fn comment(&mut self) -> bool {
        let end = self.c.tokens.len();
        self.c.at += 1;
        let on = self.c.take("on");
        let from = self.c.at;
        let fact = self.commented();
        self.emit(fact);
        self.c.at = from;
        let is = self.c.find(end, |c, at| c.word_at(at, "is"));
        let named = is > self.c.at;
        self.c.at = is + 1;
        let said = self.c.take("null") || self.c.take_text().is_some();
        while self.c.take_text().is_some() {}
        on && named && said && self.c.done()
    }

    /// A comment on an object, with its name as far as policies speak of it; the cursor stands behind ON.
    fn commented(&mut self) -> Fact {
        let from = self.c.at;
        let bare = self.operation("comment", 0);
        if let Some(word) = self.c.take_any(&["column", "policy", "trigger", "constraint"]) {
            let whole = if word == "column" { self.column_path() } else { self.part_of_table() };
            let Some((table, field, part)) = whole else { return bare };
            let fact = self.on_table(self.operation("comment", 0), &table);
            let kind = if word == "constraint" { "other" } else { word };
            let fact = fact.with_word(Field::ObjectKind, kind, self.c.span(from..from + 1));
            return self.plain(fact, field, &part);
        }
        let Some(object) = self.take_object() else { return bare };
        let words = self.c.span(from..self.c.at);
        let Some(name) = self.c.name() else { return bare };
        let fact = self.object_name(self.operation("comment", 0), object, &name);
        let fact = fact.with_word(Field::ObjectKind, object.kind, words);
        match self.c.parens().filter(|_| object.named == Named::Signed) {
            Some(inner) => self.arguments(fact, inner),
            None => fact,
        }
    }

    /// `schema.table.column`: the table, and the column.
    fn column_path(&mut self) -> Option<(Name, Field, Part)> {
        let start = self.c.at;
        let mut parts = vec![self.c.part()?];
        while self.c.take_symbol(b'.') {
            parts.push(self.c.part()?);
        }
        let column = parts.pop()?;
        let name = parts.pop()?;
        let end = self.c.at - 2;
        Some((Name { schema: parts.pop(), name, span: self.c.span(start..end), end }, Field::Column, column))
    }

    /// `name ON table`: the table, and the name.
    fn part_of_table(&mut self) -> Option<(Name, Field, Part)> {
        let part = self.c.part()?;
        let on = self.c.take("on") && !self.c.is("domain");
        Some((self.c.name().filter(|_| on)?, Field::Name, part))
    }

    /// Statements of a few words: what is longer is another statement without its semicolon.
    pub(super) fn brief(&mut self) -> bool {
        let few = self.c.tokens.len() - self.c.at <= 12;
        few && self.options()
    }

    /// `[WORK | TRANSACTION] [AND [NO] CHAIN]`: with AND CHAIN another transaction begins.
    fn ended(&mut self) -> bool {
        self.c.take_any(&["work", "transaction"]);
        let from = self.c.at;
        if self.c.take_all(&["and", "chain"]).is_some() {
            let fact = self.operation("begin", from);
            self.emit(fact);
        }
        self.brief()
    }

    fn start(&mut self) -> bool {
        let start = self.c.at;
        let known = self.c.take_all(&["start", "transaction"]).is_some();
        if known {
            let fact = self.operation("begin", start);
            self.emit(fact);
        }
        known && self.brief()
    }

    /// `EXPLAIN [ANALYZE] <statement>`: with ANALYZE it runs.
    fn explain(&mut self) -> bool {
        let start = self.c.at;
        self.c.at += 1;
        let fact = self.operation("other", start);
        self.emit(fact);
        let mut runs = false;
        if let Some(inner) = self.c.parens() {
            runs = inner.clone().any(|at| self.c.word_at(at, "analyze") || self.c.word_at(at, "analyse"));
        }
        while let Some(word) = self.c.take_any(&["analyze", "analyse", "verbose"]) {
            runs |= word != "verbose";
        }
        let rest = self.c.at..self.c.tokens.len();
        if runs {
            return self.nested(rest);
        }
        let before = self.out.operations.len();
        let whole = self.nested(rest);
        self.out.operations.truncate(before);
        whole
    }

    /// `PREPARE name [(types)] AS <statement>`, or `PREPARE TRANSACTION 'id'`.
    fn prepare(&mut self) -> bool {
        let start = self.c.at;
        self.c.at += 1;
        let fact = self.operation("other", start);
        self.emit(fact);
        if self.c.take("transaction") {
            return self.c.take_text().is_some() && self.c.done();
        }
        let named = self.c.part().is_some();
        self.c.parens();
        named && self.c.take("as") && self.nested(self.c.at..self.c.tokens.len())
    }

    /// `DECLARE name … CURSOR … FOR <query>`.
    fn cursor(&mut self) -> bool {
        let start = self.c.at;
        self.c.at += 1;
        let fact = self.operation("other", start);
        self.emit(fact);
        let end = self.c.tokens.len();
        let query = self.c.find(end, |c, at| c.word_at(at, "for"));
        query < end && self.nested(query + 1..end)
    }

    /// `EXECUTE name (…)` of a prepared statement, which was read where it was prepared.
    fn execute_prepared(&mut self) -> bool {
        let start = self.c.at;
        self.c.at += 1;
        let fact = self.operation("other", start);
        self.emit(fact);
        let named = self.c.part().is_some();
        self.c.parens();
        named && self.c.done()
    }
}
