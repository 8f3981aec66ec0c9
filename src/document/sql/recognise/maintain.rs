//! Statements that lock, rebuild or run something: LOCK, VACUUM, CLUSTER, REINDEX, REFRESH, REASSIGN, IMPORT, CALL,
//! savepoints.

use super::{Recogniser, flag};
use crate::document::sql::cursor::Name;
use crate::fact::{Field, State, Value};
use crate::source::Span;

/// Modes of LOCK TABLE, with the words of the vocabulary; the longer ones before those that begin alike.
const MODES: &[(&[&str], &str)] = &[
    (&["access", "share"], "access-share"),
    (&["row", "share"], "row-share"),
    (&["row", "exclusive"], "row-exclusive"),
    (&["share", "update", "exclusive"], "share-update-exclusive"),
    (&["share", "row", "exclusive"], "share-row-exclusive"),
    (&["share"], "share"),
    (&["exclusive"], "exclusive"),
    (&["access", "exclusive"], "access-exclusive"),
];

impl Recogniser<'_> {
    /// Names of tables, each with ONLY and `*` around it.
    fn tables(&mut self) -> Vec<Name> {
        let mut names = Vec::new();
        loop {
            let Some(name) = self.relation() else { return names };
            names.push(name);
            if !self.c.take_symbol(b',') {
                return names;
            }
        }
    }

    /// `LOCK [TABLE] a, b [IN mode MODE] [NOWAIT]`, one fact a table.
    pub(super) fn lock(&mut self) -> bool {
        let start = self.c.at;
        self.c.at += 1;
        self.c.take("table");
        let names = self.tables();
        let gap = self.c.gap();
        let mut mode = State::Defaulted(Value::Word("access-exclusive"), gap);
        let mut whole = !names.is_empty();
        if self.c.take("in") {
            let from = self.c.at;
            let known = MODES.iter().find(|(words, _)| self.c.take_all(words).is_some());
            match known {
                Some((_, word)) => mode = State::Stated(Value::Word(word), self.c.span(from..self.c.at)),
                None => whole = false,
            }
            whole &= self.c.take("mode");
        }
        self.c.take("nowait");
        for (index, name) in names.iter().enumerate() {
            let fact = self.on_table(self.listed("lock_table", start, index == 0, name), name);
            self.emit(fact.with_state(Field::Lock, mode.clone()));
        }
        whole && self.c.done()
    }

    /// `VACUUM [FULL] [FREEZE] [VERBOSE] [ANALYZE] [t, …]`, or with options in brackets; one fact a table.
    pub(super) fn vacuum(&mut self) -> bool {
        let start = self.c.at;
        self.c.at += 1;
        let mut full: Option<Span> = None;
        let mut whole = true;
        if let Some(inner) = self.c.parens() {
            full = self.option("full", inner.clone());
            whole = self.scan(inner, false);
        } else {
            full = full.or_else(|| self.c.take_all(&["full"]));
            while self.c.take_any(&["freeze", "verbose", "analyze", "analyse"]).is_some() {}
        }
        let gap = self.c.gap();
        let mut any = false;
        while let Some(name) = self.c.name() {
            let fact = self.on_table(self.listed("vacuum", start, !any, &name), &name);
            self.emit(flag(fact, Field::Full, (full, gap)));
            any = true;
            // columns to analyze
            self.c.parens();
            if !self.c.take_symbol(b',') {
                break;
            }
        }
        if !any {
            let fact = self.operation("vacuum", start);
            self.emit(flag(fact, Field::Full, (full, gap)));
        }
        whole && self.c.done()
    }

    /// An option in brackets that is not switched off.
    fn option(&self, word: &str, inner: std::ops::Range<usize>) -> Option<Span> {
        let items = self.c.items(inner);
        let item = items.into_iter().find(|item| self.c.word_at(item.start, word))?;
        let off = item.len() > 1 && super::alter::is_off(&self.c.part_of(item.start + 1..item.end));
        (!off).then(|| self.c.span(item))
    }

    /// `CLUSTER [VERBOSE] [t [USING i]]`, or the old `CLUSTER i ON t`.
    pub(super) fn cluster(&mut self) -> bool {
        let start = self.c.at;
        self.c.at += 1;
        let options = self.c.parens().is_none_or(|inner| self.scan(inner, false));
        self.c.take("verbose");
        let mut name = self.c.name();
        if self.c.take("on") {
            name = self.c.name();
        }
        let fact = self.operation("cluster", start);
        let fact = match &name {
            Some(name) => self.on_table(fact, name),
            None => fact,
        };
        self.emit(fact);
        if self.c.take("using") {
            self.c.part();
        }
        options && self.c.done()
    }

    /// `REINDEX [(options)] {INDEX | TABLE | SCHEMA | DATABASE | SYSTEM} [CONCURRENTLY] name`.
    pub(super) fn reindex(&mut self) -> bool {
        let start = self.c.at;
        self.c.at += 1;
        let mut said = None;
        let mut whole = true;
        if let Some(inner) = self.c.parens() {
            said = self.option("concurrently", inner.clone());
            whole = self.scan(inner, false);
        }
        let from = self.c.at;
        let Some(word) = self.c.take_any(&["index", "table", "schema", "database", "system"]) else { return false };
        let kind = self.c.span(from..self.c.at);
        let gap = self.c.gap();
        let said = said.or_else(|| self.c.take_all(&["concurrently"]));
        let name = self.c.name();
        let mut fact = self.operation("reindex", start).with_word(Field::ObjectKind, word, kind);
        if let Some(name) = &name {
            fact = match word {
                "table" => self.on_table(fact, name),
                "index" => self.called(fact, name),
                "schema" => self.plain(fact, Field::Schema, &name.name),
                _ => self.plain(fact, Field::Name, &name.name),
            };
        }
        self.emit(flag(fact, Field::Concurrently, (said, gap)));
        whole && self.c.done()
    }

    /// `REFRESH MATERIALIZED VIEW [CONCURRENTLY] v [WITH [NO] DATA]`.
    pub(super) fn refresh(&mut self) -> bool {
        let start = self.c.at;
        let known = self.c.take_all(&["refresh", "materialized", "view"]).is_some();
        let gap = self.c.gap();
        let said = self.c.take_all(&["concurrently"]);
        let Some(name) = self.c.name() else { return false };
        let fact = self.called(self.operation("refresh_materialized_view", start), &name);
        self.emit(flag(fact, Field::Concurrently, (said, gap)));
        known && self.brief()
    }

    /// `REASSIGN OWNED BY a, b TO c`: one fact for each old owner.
    pub(super) fn reassign(&mut self) -> bool {
        let start = self.c.at;
        let known = self.c.take_all(&["reassign", "owned", "by"]).is_some();
        let names = self.c.names();
        let to = self.c.take("to");
        let Some(owner) = self.c.part() else { return false };
        for (index, name) in names.iter().enumerate() {
            let fact = self.listed("change_owner", start, index == 0, name);
            let fact = self.plain(fact.with_word(Field::ObjectKind, "role", name.span), Field::Name, &name.name);
            let fact = self.plain(fact, Field::Owner, &owner);
            self.emit(fact);
        }
        known && to && !names.is_empty() && self.c.done()
    }

    /// `IMPORT FOREIGN SCHEMA remote [LIMIT TO (…)] FROM SERVER s INTO local`.
    pub(super) fn import(&mut self) -> bool {
        let start = self.c.at;
        let known = self.c.take_all(&["import", "foreign", "schema"]).is_some();
        let Some(remote) = self.c.part() else { return false };
        let into = self.c.find(self.c.tokens.len(), |c, at| c.word_at(at, "into"));
        let fact = self.plain(self.operation("import_foreign_schema", start), Field::Name, &remote);
        let local = self.c.moved(into + 1).part();
        let fact = match &local {
            Some(local) => self.plain(fact, Field::Schema, local),
            None => fact,
        };
        self.emit(fact);
        known && local.is_some() && self.options()
    }

    /// `CALL p(…)`.
    pub(super) fn call(&mut self) -> bool {
        let start = self.c.at;
        self.c.at += 1;
        let Some(name) = self.c.name() else { return false };
        let fact = self.called(self.operation("call", start), &name);
        self.emit(fact);
        let rest = self.c.at..self.c.tokens.len();
        self.c.at = rest.end;
        !rest.is_empty() && self.scan(rest, true)
    }

    /// `SAVEPOINT s`, `RELEASE [SAVEPOINT] s`, `ROLLBACK [WORK] TO [SAVEPOINT] s`.
    pub(super) fn savepoint(&mut self) -> bool {
        let start = self.c.at;
        let is = match self.c.take_any(&["rollback", "release"]) {
            Some("rollback") => "rollback_to_savepoint",
            Some(_) => "release_savepoint",
            None => "savepoint",
        };
        self.c.at = start + 1;
        while self.c.take_any(&["work", "transaction", "to", "savepoint"]).is_some() {}
        let Some(name) = self.c.part() else { return false };
        let fact = self.plain(self.operation(is, start), Field::Name, &name);
        self.emit(fact);
        self.c.done()
    }
}
