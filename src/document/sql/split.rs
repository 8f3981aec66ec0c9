//! Divides a script into statements, psql commands and COPY data, byte-exact: the pieces cover the text.

use super::psql;
use super::token::{Lexer, Token, TokenKind};
use std::ops::Range;

/// What a piece of a script is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// A statement with what stands before it and its semicolon.
    Statement,
    /// A backslash command of psql, to the end of its line.
    Psql,
    /// The rows behind `COPY … FROM stdin`, with their `\.`.
    CopyData,
    /// White space and comments, or a lone semicolon.
    Blank,
}

/// A piece of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Its bytes.
    pub range: Range<usize>,
    /// Its tokens without the semicolon, as positions in [`Script::tokens`].
    pub tokens: Range<usize>,
    /// Where a quote, a comment or COPY data opens that nothing closes.
    pub broken: Option<usize>,
}

/// A script, divided.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// Every token outside COPY data and psql commands.
    pub tokens: Vec<Token>,
    /// The pieces, in order, without gaps.
    pub pieces: Vec<Piece>,
}

/// Divides `text`.
pub(super) fn split(text: &str) -> Script {
    let mut splitter = Splitter {
        text,
        lexer: Lexer::new(text),
        script: Script { tokens: Vec::with_capacity(text.len() / 6), pieces: Vec::new() },
        start: 0,
        first: 0,
        parens: 0,
        atomic: 0,
        skipped: None,
        nests: true,
        copies: 0,
        line_end: 0,
    };
    splitter.run();
    splitter.script
}

struct Splitter<'t> {
    text: &'t str,
    lexer: Lexer<'t>,
    script: Script,
    /// First byte of the piece.
    start: usize,
    /// First token of the piece.
    first: usize,
    parens: usize,
    /// How deep inside `BEGIN ATOMIC … END` and its CASE expressions.
    atomic: usize,
    /// The first semicolon that did not end the statement: tokens before it, and the byte behind it.
    skipped: Option<(usize, usize)>,
    /// Whether semicolons may stand inside a statement; off once that has led nowhere.
    nests: bool,
    /// How many commands on this line wait for their rows.
    copies: usize,
    /// The end of the line of the last psql command.
    line_end: usize,
}

impl Splitter<'_> {
    fn run(&mut self) {
        loop {
            let Some(token) = self.lexer.next_token() else {
                if !self.recover() {
                    break;
                }
                continue;
            };
            self.token(token);
        }
        let end = self.text.len();
        let broken = self.lexer.broken;
        let kind = if self.first < self.script.tokens.len() { PieceKind::Statement } else { PieceKind::Blank };
        if self.start < end {
            self.cut(kind, end, broken);
        }
    }

    fn token(&mut self, token: Token) {
        match token.kind {
            TokenKind::Symbol(b';') => self.semicolon(),
            TokenKind::Symbol(b'\\') => self.backslash(token.start as usize),
            _ => {
                self.track(token);
                self.script.tokens.push(token);
            }
        }
    }

    /// Follows brackets and `BEGIN ATOMIC`.
    fn track(&mut self, token: Token) {
        match token.kind {
            TokenKind::Symbol(b'(') => self.parens += 1,
            TokenKind::Symbol(b')') => {
                self.parens = self.parens.saturating_sub(1);
                self.closed();
            }
            TokenKind::Word if self.atomic > 0 => {
                if self.is(token, "case") {
                    self.atomic += 1;
                } else if self.is(token, "end") {
                    self.atomic -= 1;
                    self.closed();
                }
            }
            TokenKind::Word if token.end - token.start == 6 && self.nests => {
                let begins = self.script.tokens.last().is_some_and(|last| self.is(*last, "begin"));
                if begins && self.is(token, "atomic") && self.makes(&["function", "procedure"]) {
                    self.atomic = 1;
                }
            }
            _ => {}
        }
    }

    fn slice(&self, token: Token) -> &str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    fn is(&self, token: Token, word: &str) -> bool {
        token.kind == TokenKind::Word && self.slice(token).eq_ignore_ascii_case(word)
    }

    /// Where nothing is open any more, the semicolons that were passed stood where they may.
    fn closed(&mut self) {
        if self.parens == 0 && self.atomic == 0 {
            self.skipped = None;
        }
    }

    /// Whether the statement is `CREATE [OR REPLACE] <one of these>`.
    fn makes(&self, objects: &[&str]) -> bool {
        let head = self.script.tokens.get(self.first..).unwrap_or_default();
        let word = |at: usize, word: &str| head.get(at).is_some_and(|token| self.is(*token, word));
        let object = if word(1, "or") && word(2, "replace") { 3 } else { 1 };
        word(0, "create") && objects.iter().any(|name| word(object, name))
    }

    fn semicolon(&mut self) {
        let inside = self.atomic > 0 || (self.parens > 0 && self.nests && self.makes(&["rule"]));
        if inside {
            let end = self.lexer.at;
            self.skipped.get_or_insert((self.script.tokens.len(), end));
            let semicolon = Token { kind: TokenKind::Symbol(b';'), start: end as u32 - 1, end: end as u32 };
            self.script.tokens.push(semicolon);
            return;
        }
        let copies = self.copies_from_stdin();
        let empty = self.first == self.script.tokens.len();
        self.cut(if empty { PieceKind::Blank } else { PieceKind::Statement }, self.lexer.at, None);
        if copies {
            self.copied();
        }
    }

    /// At the end of the text inside something that holds semicolons: its first one ended it after all.
    fn recover(&mut self) -> bool {
        let Some((tokens, end)) = self.skipped.take() else { return false };
        if self.lexer.broken.is_some() {
            return false;
        }
        self.nests = false;
        self.script.tokens.truncate(tokens);
        self.lexer.at = end;
        self.cut(PieceKind::Statement, end, None);
        true
    }

    /// A backslash ends what stands before it, and is a command to the end of its line; `\;` is a semicolon.
    fn backslash(&mut self, at: usize) {
        if self.text.as_bytes().get(at + 1) == Some(&b';') {
            self.lexer.at = at + 2;
            return self.semicolon();
        }
        if self.first < self.script.tokens.len() {
            self.cut(PieceKind::Statement, at, None);
        } else if self.start < at {
            self.cut(PieceKind::Blank, at, None);
        }
        if at >= self.line_end {
            let rest = self.text.get(at..).unwrap_or("");
            self.line_end = at + rest.find(['\n', '\r']).unwrap_or(rest.len());
        }
        let line = self.text.get(at..self.line_end).unwrap_or("");
        let line = line.get(..psql::length(line)).unwrap_or(line);
        self.lexer.at = at + line.len();
        self.cut(PieceKind::Psql, at + line.len(), None);
        let mut words = line.split_ascii_whitespace().map(str::to_ascii_lowercase);
        if words.next().as_deref() == Some("\\copy") {
            let words: Vec<String> = words.collect();
            let stdin = words.windows(2).any(|pair| {
                pair.first().is_some_and(|word| word == "from")
                    && pair.get(1).is_some_and(|word| word.trim_end_matches(';') == "stdin")
            });
            if stdin {
                self.copy_data();
            }
        }
    }

    /// Whether the statement is `COPY … FROM stdin`.
    fn copies_from_stdin(&self) -> bool {
        let head = self.script.tokens.get(self.first..).unwrap_or_default();
        head.first().is_some_and(|token| self.is(*token, "copy"))
            // a query in brackets may read a table of that name
            && !head.get(1).is_some_and(|token| token.kind == TokenKind::Symbol(b'('))
            && head.windows(2).any(|pair| match pair {
                [from, stdin] => self.is(*from, "from") && self.is(*stdin, "stdin"),
                _ => false,
            })
    }

    /// COPY … FROM stdin was read: its rows begin on the next line, but what stands behind it on its own line is SQL, which
    /// psql runs once the rows are read.
    fn copied(&mut self) {
        self.copies += 1;
        if self.copies > 1 {
            return;
        }
        let line = self.text.get(self.start..).and_then(|rest| rest.split('\n').next()).unwrap_or("");
        let end = self.start + line.len();
        let mut broken = None;
        while self.lexer.at < end {
            match self.lexer.next_token() {
                Some(token) if token.end as usize <= end => self.token(token),
                Some(token) if (token.start as usize) < end => {
                    self.script.tokens.push(Token { end: end as u32, ..token });
                    broken = Some(token.start as usize);
                }
                _ => break,
            }
        }
        // the rows have no quotes
        let open = self.lexer.broken.take().filter(|at| *at < end);
        self.lexer.at = end;
        if self.start < end {
            let empty = self.first == self.script.tokens.len();
            self.cut(if empty { PieceKind::Blank } else { PieceKind::Statement }, end, broken.or(open));
        }
        for _ in 0..std::mem::take(&mut self.copies) {
            self.copy_data();
        }
    }

    /// The rows from the next line on, to a line that is `\.`.
    fn copy_data(&mut self) {
        let rest = self.text.get(self.start..).unwrap_or("");
        let mut end = self.start;
        let mut closed = false;
        for (number, line) in rest.split_inclusive('\n').enumerate() {
            end += line.len();
            if number > 0 && line.trim_end_matches(['\n', '\r']) == "\\." {
                closed = true;
                break;
            }
        }
        let broken = (!closed).then_some(self.start);
        if end > self.start {
            self.lexer.at = end;
            self.cut(PieceKind::CopyData, end, broken);
        }
    }

    fn cut(&mut self, kind: PieceKind, end: usize, broken: Option<usize>) {
        let tokens = self.first..self.script.tokens.len();
        self.script.pieces.push(Piece { kind, range: self.start..end, tokens, broken });
        (self.start, self.first) = (end, self.script.tokens.len());
        (self.parens, self.atomic, self.skipped) = (0, 0, None);
    }
}
