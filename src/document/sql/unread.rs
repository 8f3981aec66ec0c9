//! What could not be read, as findings. No value is quoted: only keywords.

use super::Reader;
use super::cursor::Cursor;
use super::token::{Token, TokenKind};
use crate::document::Unread;
use crate::finding::Severity;
use crate::source::{Mapped, Span};

/// Keywords that are named where they stand in something that was not understood.
const DESTRUCTIVE: &[&str] =
    &["drop", "truncate", "delete", "alter", "update", "revoke", "grant", "disable", "execute"];

impl Reader {
    /// Something that could not be read.
    pub(super) fn unread(&mut self, span: Span, message: &str, help: &str) {
        self.out.unread.push(Unread { span, severity: Severity::Error, message: message.into(), help: help.into() });
    }

    /// A statement that nobody could read, with the destructive words in it.
    pub(super) fn not_understood(&mut self, span: Span, statement: &Cursor<'_>) {
        let words = destructive(statement);
        let message = match words.as_slice() {
            [] => "statement was not understood".to_owned(),
            words => format!("statement was not understood; it holds {}", words.join(", ")),
        };
        self.unread(span, &message, "Correct it, or write it in a form that PostgreSQL documents.");
    }

    /// A quote or comment that opens at `at` and that nothing closes: what follows is part of it.
    pub(super) fn unclosed(&mut self, text: &Mapped, at: usize, tokens: &[Token]) {
        let rest = text.text().get(at..).unwrap_or("");
        let what = match rest.as_bytes().first() {
            Some(b'/') => "comment",
            Some(b'"') => "quoted name",
            Some(b'$') => "dollar quote",
            _ => "string",
        };
        let length = match what {
            "comment" => 2,
            "dollar quote" => rest.get(1..).and_then(|rest| rest.find('$')).map_or(1, |at| at + 2),
            _ => rest.chars().next().map_or(0, char::len_utf8),
        };
        let mut words = destructive(&Cursor::new(text, tokens));
        for word in rest.split(|c: char| !c.is_ascii_alphabetic()) {
            note(word, &mut words);
        }
        let holds = if words.is_empty() { String::new() } else { format!("; it holds {}", words.join(", ")) };
        let message = format!("statement was not understood: a {what} opens here and is never closed{holds}");
        self.unread(text.span(at..at + length), &message, "Close it; everything behind it was taken as part of it.");
    }
}

/// The destructive keywords among the tokens of a statement, in upper case, each once.
pub(super) fn destructive(statement: &Cursor<'_>) -> Vec<String> {
    let mut words = Vec::new();
    for token in statement.tokens.iter().filter(|token| token.kind == TokenKind::Word) {
        note(statement.slice(*token), &mut words);
    }
    words
}

fn note(word: &str, words: &mut Vec<String>) {
    let upper = DESTRUCTIVE.iter().find(|known| known.eq_ignore_ascii_case(word)).map(|known| known.to_uppercase());
    if let Some(upper) = upper.filter(|upper| !words.contains(upper)) {
        words.push(upper);
    }
}
