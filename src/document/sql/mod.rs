//! Migrations: SQL scripts for PostgreSQL. A script is divided into statements, each is recognised from its tokens, and
//! what stands inside it (DO blocks, function bodies, text that runs as SQL) is read the same way, with places in the file.
//!
//! `split` → `recognise` → `lower`, with `body` and `dynamic` for what stands inside and `fallback` for a second opinion.

mod body;
mod cursor;
pub(crate) mod described;
mod dynamic;
mod fallback;
pub(crate) mod figure;
mod free_text;
mod guard;
mod keyword;
mod later;
mod literal;
mod lock;
mod lower;
mod made;
mod marker;
pub(crate) mod name;
mod psql;
mod recognise;
mod run;
pub mod runner;
mod secret;
mod session;
mod split;
mod statement;
mod template;
pub(crate) mod text;
mod token;
mod unread;

#[cfg(test)]
mod tests;

use crate::document::{Input, Parsed};
use crate::fact::{Fact, Field, Kind};
use crate::source::{Mapped, Span};
use cursor::Cursor;
use lower::Scope;
use made::Made;
use recognise::{Body, BodyText, Language};
use split::{Piece, PieceKind};
use std::ops::Range;
use std::sync::Arc;
use token::{Lexer, Token};

/// Bodies inside bodies deeper than this are not read, and that is said.
const DEEPEST_BODY: usize = 8;
/// For each byte of a script so many bytes of text may be put together that runs as SQL: a short EXECUTE of a long variable
/// costs as much as the text does.
const ROOM: usize = 16;
/// But at least so many.
const LEAST_ROOM: usize = 1 << 20;
/// A script of one byte has so many facts at most, and another one for every two bytes more: each has a token of its own and
/// something before it. Only GRANT can say more, since its facts are a product.
const LEAST_FACTS: usize = 100_000;

/// With the functions that the text of a condition calls for each row, and the keys of JSON values that it reads.
pub(super) fn with_what_a_condition_asks(fact: Fact, text: &Mapped) -> Fact {
    let (tokens, _) = Lexer::new(text.text()).all();
    recognise::with_what_it_asks(fact, &Cursor::new(text, &tokens), 0..tokens.len(), text.whole())
}

/// Reads one migration: the migration fact, then statements and operations in the order of their places.
pub fn parse(input: Input<'_>) -> Parsed {
    let text = Mapped::literal(input.source, input.text, 0);
    let (migrations, halves) = name::migrations(&input);
    let first = migrations.len();
    let mut reader = Reader {
        out: Parsed { facts: migrations, ..Parsed::default() },
        halves,
        half: 0,
        made: Made::default(),
        stated: Vec::new(),
        session: session::Session::default(),
        room: LEAST_ROOM + ROOM * input.text.len(),
        most: LEAST_FACTS + input.text.len() / 2,
        full: false,
        markers: marker::Markers::new(input.text),
    };
    let script = split::split(text.text());
    for piece in &script.pieces {
        reader.piece(&text, piece, script.tokens.get(piece.tokens.clone()).unwrap_or_default());
    }
    let mut out = reader.out;
    out.markers = reader.markers.of_script(&text, &script);
    free_text::scan(&text, &script, input.settings, &mut out);
    free_text::add(reader.stated, &mut out);
    if let Some(rest) = out.facts.get_mut(first..) {
        rest.sort_by_key(|fact| (fact.anchor.start, fact.kind != Kind::Statement));
    }
    out
}

/// What the path of a migration says, and nothing of what stands in it: one fact, or one for each way that it holds.
pub fn migrations(input: Input<'_>) -> Vec<Fact> {
    name::migrations(&input).0
}

/// The bytes of each statement of a script, with the blanks and comments before it and with its semicolon; psql commands,
/// rows of COPY and what is blank are none.
pub fn statements(text: &str) -> Vec<Range<usize>> {
    let pieces = split::split(text).pieces.into_iter();
    pieces.filter(|piece| piece.kind == PieceKind::Statement).map(|piece| piece.range).collect()
}

/// What is known while one script is read.
struct Reader {
    out: Parsed,
    /// Where the script turns from one way to the other, where it holds both.
    halves: Vec<name::Half>,
    /// The position of the migration that is being read.
    half: usize,
    /// Tables and columns that the script has made so far.
    made: Made,
    /// Literals that statements call secrets.
    stated: Vec<Fact>,
    /// What the script has set so far.
    session: session::Session,
    /// How many bytes of text that runs as SQL may still be put together.
    room: usize,
    /// With so many facts nothing more is read.
    most: usize,
    /// Whether that was said.
    full: bool,
    /// Comments that speak to preflight.
    markers: marker::Markers,
}

impl Reader {
    fn piece(&mut self, text: &Mapped, piece: &Piece, tokens: &[Token]) {
        let start = tokens.first().map_or(piece.range.start, |token| token.start as usize);
        if let Some(half) = self.halves.iter().rev().find(|half| half.start <= start) {
            self.half = half.fact;
        }
        match piece.kind {
            PieceKind::Blank => {
                if let Some(at) = piece.broken {
                    self.unclosed(text, at, tokens);
                }
            }
            PieceKind::Psql => self.psql(text, piece),
            PieceKind::CopyData => {
                let anchor = first_line(text, piece.range.start, piece.range.end);
                let fact = Fact::variant(Kind::Statement, "copy-data", anchor).standing_in(self.half);
                self.out.facts.push(fact.with(Field::Understood, piece.broken.is_none(), anchor));
                if let Some(at) = piece.broken {
                    self.unread(text.span(at..at), "the rows of COPY have no end", "End them with a line `\\.`.");
                }
            }
            PieceKind::Statement => self.top_level(text, piece, tokens),
        }
    }

    fn top_level(&mut self, text: &Mapped, piece: &Piece, tokens: &[Token]) {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
        let anchor = first_line(text, first.start as usize, last.end as usize);
        let position = self.out.facts.len();
        self.out.facts.push(Fact::variant(Kind::Statement, "sql", anchor).standing_in(self.half));
        let mut understood = self.statement(text, tokens, &Scope::top_level(), false);
        if let Some(at) = piece.broken {
            understood = false;
            self.unclosed(text, at, tokens);
            secret::find_to_end(&Cursor::new(text, tokens), piece.range.end, |range| self.out.masks.push(range));
        } else if !understood {
            self.not_understood(anchor, &Cursor::new(text, tokens));
        }
        understood &= !self.full;
        if let Some(fact) = self.out.facts.get_mut(position) {
            fact.set(Field::Understood, crate::fact::State::Stated(understood.into(), anchor));
        }
    }

    /// Reads one statement, wherever it stands. False where not all of it was understood.
    fn statement(&mut self, text: &Mapped, tokens: &[Token], scope: &Scope, procedural: bool) -> bool {
        let tokens = template::without_control(text, tokens);
        let cursor = Cursor::new(text, tokens);
        secret::find(&cursor, |range| self.out.masks.push(range));
        self.stated.append(&mut secret::stated(&cursor));
        if self.out.facts.len() > self.most {
            if !std::mem::replace(&mut self.full, true) {
                let span = cursor.span(0..tokens.len().min(4));
                self.unread(
                    span,
                    "the script does more than is read of one, and from here on nothing is",
                    "Divide it.",
                );
            }
            return true;
        }
        let (reading, whole) = recognise::recognise(cursor, self.session.path(), procedural);
        let known = !reading.operations.is_empty();
        for fact in reading.operations {
            self.place(fact, scope);
        }
        if let Some(span) = reading.escapes.filter(|_| scope.runs) {
            let message = "backslashes in strings are escapes from here on, and strings are not read that way";
            self.unread(span, message, "Leave standard_conforming_strings on, and write E'…' where escapes are meant.");
        }
        if scope.runs {
            reading.open_tables.into_iter().for_each(|table| self.made.open(table.into()));
            if let Some((schemas, local)) = reading.search_path {
                self.session.set_path(schemas, local);
            }
        }
        for mut body in reading.bodies {
            // a routine may bring a path of its own along
            let before = body.search_path.take().map(|schemas| self.session.with_path(schemas));
            self.body(text, &body, scope);
            if let Some(before) = before {
                self.session.put_back(before);
            }
        }
        self.later(&cursor, scope);
        whole || (known && fallback::reads(&cursor))
    }

    /// Takes in what a query of PL/pgSQL sets.
    fn take_settings(&mut self, reading: recognise::Reading<'_>, scope: &Scope) {
        for fact in reading.operations {
            self.place(fact, scope);
        }
        if let Some((schemas, local)) = reading.search_path.filter(|_| scope.runs) {
            self.session.set_path(schemas, local);
        }
    }

    /// Reads what stands inside a DO block or a routine.
    fn body(&mut self, text: &Mapped, body: &Body<'_>, scope: &Scope) {
        let inner = scope.inside(body.stands);
        let first = match body.text {
            BodyText::Tokens(tokens) => tokens.first().copied(),
            BodyText::Constant(token) => Some(token),
        };
        let at = first.map_or(0, |token| token.start as usize);
        if scope.depth >= DEEPEST_BODY {
            return self.unread(
                text.span(at..at),
                "bodies are nested too deep to be read",
                "Write the statements out.",
            );
        }
        let token = match body.text {
            BodyText::Tokens(tokens) => {
                self.markers.atomic(text, tokens);
                return self.statements(text, tokens, &inner);
            }
            BodyText::Constant(token) => token,
        };
        let decoded = literal::decode(text, token);
        if body.language == Language::Other {
            let cause =
                crate::fact::Cause::new("runs code in a language that is not read", "Write it in SQL or PL/pgSQL.");
            let anchor = decoded.span(0..decoded.text().len().min(2));
            return self.opaque(anchor, &cause, &inner);
        }
        let (tokens, broken) = Lexer::new(decoded.text()).all();
        self.markers.body(&decoded, &tokens);
        match body.language {
            Language::Plpgsql => body::read(self, &decoded, &tokens, inner),
            _ => self.statements(&decoded, &tokens, &inner),
        }
        // where nothing closes the body itself, that is said already
        let closed = literal::inner_range(text, token).end < token.end as usize;
        if let Some(at) = broken {
            if closed {
                self.unclosed(&decoded, at, &tokens);
            }
            let cursor = Cursor::new(&decoded, &tokens);
            secret::find_to_end(&cursor, decoded.text().len(), |range| self.out.masks.push(range));
        }
    }

    /// Reads statements with semicolons between them.
    fn statements(&mut self, text: &Mapped, tokens: &[Token], scope: &Scope) {
        for tokens in statement::all(&Cursor::new(text, tokens)) {
            if !self.statement(text, tokens, scope, false) {
                let cursor = Cursor::new(text, tokens);
                self.not_understood(cursor.span(0..tokens.len().min(4)), &cursor);
            }
        }
    }

    /// An operation of which nothing can be known.
    fn opaque(&mut self, anchor: Span, cause: &Arc<crate::fact::Cause>, scope: &Scope) {
        let unknown = crate::fact::State::Unknown(anchor, Arc::clone(cause));
        let fact = Fact::new(Kind::Operation, anchor).opaque(Arc::clone(cause)).with_state(Field::Is, unknown);
        self.place(fact, scope);
    }
}

/// The bytes from `start` to the end of its line, but not past `end`.
fn first_line(text: &Mapped, start: usize, end: usize) -> Span {
    let rest = text.text().get(start..end).unwrap_or("");
    let line = rest.split(['\n', '\r']).next().unwrap_or("");
    text.span(start..start + line.trim_end().len())
}
