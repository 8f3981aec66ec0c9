//! EXECUTE: the text it is given is put together and read as statements of its own.

use super::Walker;
use crate::document::sql::cursor::Cursor;
use crate::document::sql::dynamic::Dynamic;
use crate::document::sql::secret;
use crate::document::sql::token::{Lexer, TEXT_HOLE, Token, TokenKind};
use crate::fact::{Cause, Field, Kind, State, Value};
use std::ops::Range;
use std::sync::Arc;

/// Why an operation cannot be known.
fn built_at_run_time() -> Arc<Cause> {
    Cause::new("runs text that is built at run time", "Write the statement out, or waive it.")
}

impl Walker<'_, '_> {
    /// `EXECUTE text [INTO v] [USING a, b]`, behind EXECUTE.
    pub(super) fn execute(&mut self, range: Range<usize>) {
        let ends = ["into", "using"];
        let stop = self.c.moved(range.start).find(range.end, |c, at| ends.iter().any(|word| c.word_at(at, word)));
        let text = range.start..stop;
        self.expression(text.clone());
        let c = self.c;
        for dynamic in self.variables.evaluate(&c, text.clone()) {
            self.run(&dynamic, text.clone());
        }
    }

    /// Reads a text that runs, as far as it is known.
    fn run(&mut self, dynamic: &Dynamic, spelled: Range<usize>) {
        let scope = self.scope.inside("dynamic");
        let anchor = self.c.span(spelled);
        if dynamic.text.text().trim_start().starts_with(TEXT_HOLE) || scope.depth > super::super::DEEPEST_BODY {
            return self.reader.opaque(anchor, &built_at_run_time(), &scope);
        }
        let (tokens, broken) = Lexer::new(dynamic.text.text()).all();
        for statement in tokens.split(|token| token.kind == TokenKind::Symbol(b';')) {
            if !statement.is_empty() {
                self.run_statement(dynamic, statement, &scope);
            }
        }
        let unknown = dynamic.text.text().contains(TEXT_HOLE);
        match broken {
            // a quote that only the unknown part can close
            Some(_) if unknown => {}
            Some(at) => self.reader.unclosed(&dynamic.text, at, &tokens),
            None => {}
        }
    }

    fn run_statement(&mut self, dynamic: &Dynamic, tokens: &[Token], scope: &crate::document::sql::lower::Scope) {
        let statement = Cursor::new(&dynamic.text, tokens);
        for secret in secret::decoded(&statement) {
            let overlaps = |at: &Range<usize>| at.start < secret.end && secret.start < at.end;
            let filled = dynamic.filled.iter().filter(|(at, _)| overlaps(at));
            self.reader.out.masks.extend(filled.map(|(_, source)| source.clone()));
        }
        let before = self.reader.out.facts.len();
        let understood = self.reader.statement(&dynamic.text, tokens, scope, false);
        let unknown = tokens.iter().any(|token| token.kind == TokenKind::TextHole);
        if unknown {
            self.doubt(before);
        }
        let anchor = statement.span(0..tokens.len().min(4));
        match (understood, unknown) {
            (true, _) => {}
            (false, true) => self.reader.opaque(statement.span(0..tokens.len()), &built_at_run_time(), scope),
            (false, false) => self.reader.not_understood(anchor, &statement),
        }
    }

    /// Where unknown text stands in a statement, what is not written in it may be there all the same.
    fn doubt(&mut self, from: usize) {
        for fact in self.reader.out.facts.get_mut(from..).unwrap_or_default() {
            if fact.kind != Kind::Operation {
                continue;
            }
            for field in [Field::Where, Field::Cascade] {
                if let Some(State::Defaulted(Value::Bool(false), gap)) = fact.own(field) {
                    let gap = *gap;
                    fact.set(field, State::Unknown(gap, built_at_run_time()));
                }
            }
        }
    }

    /// `RETURN QUERY [EXECUTE] …`, `RETURN …`.
    pub(super) fn returned(&mut self, range: Range<usize>) {
        if !self.c.word_at(range.start + 1, "query") {
            return self.expression(range);
        }
        if self.c.word_at(range.start + 2, "execute") {
            return self.execute(range.start + 3..range.end);
        }
        self.sql(range.start + 2..range.end);
    }

    /// `OPEN c FOR [EXECUTE] …`.
    pub(super) fn opened(&mut self, range: Range<usize>) {
        let query = self.c.moved(range.start).find(range.end, |c, at| c.word_at(at, "for")) + 1;
        if query >= range.end {
            return self.expression(range);
        }
        if self.c.word_at(query, "execute") {
            return self.execute(query + 1..range.end);
        }
        self.sql(query..range.end);
    }
}
