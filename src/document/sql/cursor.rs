//! A place among the tokens of one statement, and the small forms that every statement is made of.

use super::literal;
use super::token::{NAME_HOLE, TEXT_HOLE, Token, TokenKind};
use crate::source::{Mapped, Span};
use std::ops::Range;

/// Reads the tokens of one statement from left to right.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    /// The text that the tokens stand in.
    pub text: &'t Mapped,
    /// The tokens of the statement.
    pub tokens: &'t [Token],
    /// The next token.
    pub at: usize,
}

/// One part of a name.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// The name, folded to lower case unless quoted; none where a placeholder stands.
    pub text: Option<String>,
    /// Where.
    pub span: Span,
}

/// A name, with its schema if it has one.
#[derive(Clone, Debug)]
pub(super) struct Name {
    /// The part before the last.
    pub schema: Option<Part>,
    /// The last part.
    pub name: Part,
    /// The whole name.
    pub span: Span,
    /// One past its last token.
    pub end: usize,
}

impl Name {
    /// The name of a setting, which is whole with what stands before the dot.
    pub fn whole(&self) -> Part {
        let text = match &self.schema {
            Some(schema) => schema.text.as_deref().zip(self.name.text.as_deref()).map(|(a, b)| [a, ".", b].concat()),
            None => self.name.text.clone(),
        };
        Part { text, span: self.span }
    }
}

impl<'t> Cursor<'t> {
    /// At the first of `tokens`.
    pub fn new(text: &'t Mapped, tokens: &'t [Token]) -> Self {
        Self { text, tokens, at: 0 }
    }

    /// The token `ahead` of the next one.
    pub fn peek(&self, ahead: usize) -> Option<Token> {
        self.tokens.get(self.at + ahead).copied()
    }

    /// The bytes of a token.
    pub fn slice(&self, token: Token) -> &'t str {
        self.text.text().get(token.start as usize..token.end as usize).unwrap_or("")
    }

    /// Whether the token at position `at` is this keyword.
    #[inline]
    pub fn word_at(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| {
            token.kind == TokenKind::Word
                && (token.end - token.start) as usize == word.len()
                && self.slice(*token).eq_ignore_ascii_case(word)
        })
    }

    /// Whether the token at position `at` is this name, with quotes or without.
    pub fn named_at(&self, at: usize, name: &str) -> bool {
        let quoted = || self.tokens.get(at).filter(|token| token.kind == TokenKind::Quoted);
        self.word_at(at, name) || quoted().is_some_and(|token| self.quoted(*token) == Some(name))
    }

    /// Whether the next token is this keyword.
    pub fn is(&self, word: &str) -> bool {
        self.word_at(self.at, word)
    }

    /// Whether the next tokens are these keywords.
    pub fn are(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(ahead, word)| self.word_at(self.at + ahead, word))
    }

    /// Whether the next token is one of these keywords.
    pub fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// Moves behind this keyword, if it is next.
    pub fn take(&mut self, word: &str) -> bool {
        let is = self.is(word);
        self.at += usize::from(is);
        is
    }

    /// Moves behind one of these keywords, and says which.
    pub fn take_any(&mut self, words: &[&'static str]) -> Option<&'static str> {
        let word = words.iter().copied().find(|word| self.is(word))?;
        self.at += 1;
        Some(word)
    }

    /// Moves behind these keywords, if all of them are next.
    pub fn take_all(&mut self, words: &[&str]) -> Option<Span> {
        if !self.are(words) {
            return None;
        }
        let from = self.at;
        self.at += words.len();
        Some(self.span(from..self.at))
    }

    /// Whether the next token is this character.
    pub fn is_symbol(&self, symbol: u8) -> bool {
        self.symbol_at(self.at, symbol)
    }

    /// Whether the token at position `at` is this character.
    pub fn symbol_at(&self, at: usize, symbol: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Symbol(symbol))
    }

    /// Moves behind this character, if it is next.
    pub fn take_symbol(&mut self, symbol: u8) -> bool {
        let is = self.is_symbol(symbol);
        self.at += usize::from(is);
        is
    }

    /// Moves behind a string constant, if one is next.
    pub fn take_text(&mut self) -> Option<Token> {
        let token = self.peek(0).filter(|token| token.is_text())?;
        self.at += 1;
        Some(token)
    }

    /// Whether every token was read.
    pub fn done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Where these tokens stand; the gap behind the token before them if there is none.
    pub fn span(&self, range: Range<usize>) -> Span {
        let inner = self.tokens.get(range.clone()).unwrap_or_default();
        match (inner.first(), inner.last()) {
            (Some(first), Some(last)) => self.text.span(first.start as usize..last.end as usize),
            _ => self.gap_at(range.start),
        }
    }

    /// The gap behind the token that was read last.
    pub fn gap(&self) -> Span {
        self.gap_at(self.at)
    }

    /// The gap behind the token before position `at`.
    pub fn gap_at(&self, at: usize) -> Span {
        match at.checked_sub(1).and_then(|last| self.tokens.get(last)) {
            Some(last) => self.text.span(last.start as usize..last.end as usize).after(),
            None => {
                let first = self.tokens.first().map_or(self.text.text().len(), |token| token.start as usize);
                self.text.span(first..first)
            }
        }
    }

    /// A part of a name.
    pub fn part(&mut self) -> Option<Part> {
        let token = self.peek(0).filter(|token| token.is_name())?;
        let from = self.at;
        self.at += 1;
        if token.kind == TokenKind::UnicodeQuoted && self.take("uescape") {
            let escape = self.take_text().and_then(|text| literal::decode(self.text, text).text().chars().next());
            let text = escape.map(|escape| literal::unicode_name(self.text, token, escape));
            return Some(Part { text, span: self.span(from..self.at) });
        }
        Some(Part { text: self.fold(token), span: self.span(from..self.at) })
    }

    /// The name that a token spells; none for a placeholder.
    fn fold(&self, token: Token) -> Option<String> {
        let holds_template =
            |text: &str| text.contains([NAME_HOLE, TEXT_HOLE]) || text.contains("{{") || text.contains("${");
        // most quoted names hold nothing that needs a second look
        let is_plain = |byte: u8| byte.is_ascii() && !matches!(byte, b'"' | b'{');
        match token.kind {
            TokenKind::Word => Some(self.slice(token).to_ascii_lowercase()),
            TokenKind::Quoted if self.quoted(token).is_some_and(|name| name.bytes().all(is_plain)) => {
                self.quoted(token).map(str::to_owned)
            }
            TokenKind::Quoted | TokenKind::UnicodeQuoted => {
                let decoded = literal::decode(self.text, token);
                (!holds_template(decoded.text())).then(|| decoded.text().to_owned())
            }
            _ => None,
        }
    }

    /// What stands between the quotes of a quoted name.
    fn quoted(&self, token: Token) -> Option<&'t str> {
        self.slice(token).strip_prefix('"')?.strip_suffix('"')
    }

    /// A name of one to three parts.
    pub fn name(&mut self) -> Option<Name> {
        let from = self.at;
        let mut name = self.part()?;
        let mut schema = None;
        while self.is_symbol(b'.') && self.peek(1).is_some_and(Token::is_name) {
            self.at += 1;
            schema = Some(name);
            name = self.part()?;
        }
        Some(Name { schema, name, span: self.span(from..self.at), end: self.at })
    }

    /// Names with commas between them.
    pub fn names(&mut self) -> Vec<Name> {
        let mut names = Vec::new();
        while let Some(name) = self.name() {
            names.push(name);
            if !self.take_symbol(b',') {
                break;
            }
        }
        names
    }

    /// Moves behind a bracketed group and gives what stands inside; none where no bracket is next or nothing closes it.
    pub fn parens(&mut self) -> Option<Range<usize>> {
        if !self.is_symbol(b'(') {
            return None;
        }
        let close = self.closing(self.at)?;
        let inner = self.at + 1..close;
        self.at = close + 1;
        Some(inner)
    }

    /// The position of the bracket that closes the one at `open`.
    pub fn closing(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (at, token) in self.tokens.iter().enumerate().skip(open) {
            match token.kind {
                TokenKind::Symbol(b'(' | b'[') => depth += 1,
                TokenKind::Symbol(b')' | b']') => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        return Some(at);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// The first position from here on, outside brackets, where `found` holds; the end if there is none.
    pub fn find(&self, to: usize, mut found: impl FnMut(&Self, usize) -> bool) -> usize {
        let mut depth = 0_usize;
        let to = to.min(self.tokens.len());
        for (at, token) in self.tokens.iter().enumerate().take(to).skip(self.at) {
            match token.kind {
                TokenKind::Symbol(b'(' | b'[') => depth += 1,
                TokenKind::Symbol(b')' | b']') => depth = depth.saturating_sub(1),
                _ if depth == 0 && found(self, at) => return at,
                _ => {}
            }
        }
        to
    }

    /// The stretches of `range` between commas outside brackets.
    pub fn items(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut items = Vec::new();
        let mut at = Self { at: range.start, ..*self };
        while at.at < range.end {
            let comma = at.find(range.end, |cursor, at| cursor.symbol_at(at, b','));
            items.push(at.at..comma);
            at.at = comma + 1;
        }
        items
    }

    /// The same statement from position `at` on.
    pub fn moved(&self, at: usize) -> Self {
        Self { at, ..*self }
    }

    /// The same statement without what stands at position `end` and behind it: a bracket that nothing closes is looked for
    /// no further.
    pub fn until(&self, end: usize) -> Self {
        Self { tokens: self.tokens.get(..end).unwrap_or(self.tokens), ..*self }
    }

    /// The tokens `range` as a statement of their own.
    pub fn part_of(&self, range: Range<usize>) -> Self {
        Self::new(self.text, self.tokens.get(range).unwrap_or_default())
    }
}
