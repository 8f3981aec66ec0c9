//! Text that runs as SQL, once it is put together: its statements are read as far as they are known.

use super::Reader;
use super::cursor::Cursor;
use super::dynamic::{Dynamic, Variables};
use super::lower::Scope;
use super::secret;
use super::statement;
use super::token::{Lexer, TEXT_HOLE, Token, TokenKind};
use crate::fact::{Cause, Field, Kind, State, Value};
use crate::source::Span;
use std::ops::Range;
use std::sync::Arc;

/// So much cheaper it is to keep a text in a variable than to read it.
const KEPT: usize = 16;

/// Why an operation cannot be known.
fn built_at_run_time() -> Arc<Cause> {
    Cause::new("runs text that is built at run time", "Write the statement out, or waive it.")
}

impl Reader {
    /// Every text that an expression may give, as long as there is room. `runs` says whether it is read, too.
    pub(super) fn texts(
        &mut self,
        variables: &Variables,
        c: &Cursor<'_>,
        range: Range<usize>,
        runs: bool,
    ) -> Vec<Dynamic> {
        if self.room > 0 {
            let texts = variables.evaluate(c, range.clone());
            if self.has_room(&texts, c.span(range.clone()), runs) {
                return texts;
            }
        }
        vec![Dynamic::unknown(c, range)]
    }

    /// Takes room for texts that are put together; where there is none any more, that is said once.
    pub(super) fn has_room(&mut self, texts: &[Dynamic], span: Span, runs: bool) -> bool {
        let size: usize = texts.iter().map(Dynamic::size).sum();
        let size = if runs { size } else { size / KEPT };
        if self.room > 0 && size > self.room {
            let message = "more text is put together at run time than is read, and from here on none of it is";
            self.unread(span, message, "Write the statements out, or divide the script.");
        }
        let has_room = size <= self.room;
        self.room = if has_room { self.room - size } else { 0 };
        has_room
    }

    /// Reads a text that runs, as far as it is known; `anchor` is what spells all of it.
    pub(super) fn run(&mut self, dynamic: &Dynamic, anchor: Span, scope: &Scope) {
        if dynamic.text.text().trim_start().starts_with(TEXT_HOLE) || scope.depth > super::DEEPEST_BODY {
            return self.opaque(anchor, &built_at_run_time(), scope);
        }
        let (tokens, broken) = Lexer::new(dynamic.text.text()).all();
        for statement in statement::all(&Cursor::new(&dynamic.text, &tokens)) {
            self.run_statement(dynamic, statement, scope);
        }
        let unknown = dynamic.text.text().contains(TEXT_HOLE);
        match broken {
            // a quote that only the unknown part can close
            Some(_) if unknown => {}
            Some(at) => self.unclosed(&dynamic.text, at, &tokens),
            None => {}
        }
    }

    fn run_statement(&mut self, dynamic: &Dynamic, tokens: &[Token], scope: &Scope) {
        let statement = Cursor::new(&dynamic.text, tokens);
        for secret in secret::decoded(&statement) {
            let overlaps = |at: &Range<usize>| at.start < secret.end && secret.start < at.end;
            let filled = dynamic.filled.iter().filter(|(at, _)| overlaps(at));
            self.out.masks.extend(filled.map(|(_, source)| source.clone()));
        }
        let before = self.out.facts.len();
        let understood = self.statement(&dynamic.text, tokens, scope, false);
        let unknown = tokens.iter().any(|token| token.kind == TokenKind::TextHole);
        if unknown {
            self.doubt(before);
        }
        let anchor = statement.span(0..tokens.len().min(4));
        match (understood, unknown) {
            (true, _) => {}
            (false, true) => self.opaque(statement.span(0..tokens.len()), &built_at_run_time(), scope),
            (false, false) => self.not_understood(anchor, &statement),
        }
    }

    /// Where unknown text stands in a statement, what is not written in it may be there all the same.
    fn doubt(&mut self, from: usize) {
        for fact in self.out.facts.get_mut(from..).unwrap_or_default() {
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
}
