//! Where a statement ends among others: rules with several commands, and bodies between BEGIN ATOMIC and END, hold
//! semicolons of their own.

use super::cursor::Cursor;
use super::token::{Token, TokenKind};
use std::ops::Range;

/// The next statements among tokens.
pub(super) struct Statements {
    /// Whether semicolons may stand inside a statement; off once that has led nowhere.
    nests: bool,
}

impl Default for Statements {
    fn default() -> Self {
        Self { nests: true }
    }
}

impl Statements {
    /// The semicolon behind the statement that begins at the cursor; the end if there is none.
    pub fn end(&mut self, c: &Cursor<'_>) -> usize {
        let end = c.tokens.len();
        let next = (c.at..end).find(|at| c.symbol_at(*at, b';')).unwrap_or(end);
        if next == end || !self.nests || !may_hold_semicolons(c) {
            return next;
        }
        let mut parens = 0_usize;
        // how deep inside BEGIN ATOMIC … END and its CASE expressions
        let mut atomic = 0_usize;
        for at in c.at..end {
            match c.tokens.get(at).map(|token| token.kind) {
                Some(TokenKind::Symbol(b'(')) => parens += 1,
                Some(TokenKind::Symbol(b')')) => parens = parens.saturating_sub(1),
                Some(TokenKind::Symbol(b';')) if parens == 0 && atomic == 0 => return at,
                Some(TokenKind::Word) if atomic > 0 && c.word_at(at, "case") => atomic += 1,
                Some(TokenKind::Word) if atomic > 0 && c.word_at(at, "end") => atomic -= 1,
                Some(TokenKind::Word) if atomic == 0 && c.word_at(at, "atomic") => {
                    atomic = usize::from(at > c.at && c.word_at(at - 1, "begin"));
                }
                _ => {}
            }
        }
        if parens > 0 || atomic > 0 {
            self.nests = false;
            return next;
        }
        end
    }
}

/// Whether the statement is `CREATE [OR REPLACE] {RULE | FUNCTION | PROCEDURE}`.
fn may_hold_semicolons(c: &Cursor<'_>) -> bool {
    let mut c = *c;
    c.take("create") && {
        c.take_all(&["or", "replace"]);
        c.is_any(&["rule", "function", "procedure"])
    }
}

/// All statements of a text, without their semicolons and without empty ones.
pub(super) fn all<'t>(c: &Cursor<'t>) -> impl Iterator<Item = &'t [Token]> {
    let tokens = c.tokens;
    ranges(c).into_iter().filter_map(move |range| tokens.get(range)).filter(|tokens| !tokens.is_empty())
}

fn ranges(c: &Cursor<'_>) -> Vec<Range<usize>> {
    let mut statements = Statements::default();
    let mut found = Vec::new();
    let mut at = c.at;
    while at < c.tokens.len() {
        let end = statements.end(&c.moved(at));
        found.push(at..end);
        at = end + 1;
    }
    found
}
