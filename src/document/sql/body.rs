//! Bodies of PL/pgSQL: their control structures are followed, and the statements of SQL between them are read as those
//! of the script are.

mod control;
mod execute;

use super::Reader;
use super::cursor::Cursor;
use super::dynamic::{Dynamic, Variables};
use super::guard::{self, Guard, Known};
use super::keyword::Keywords;
use super::lower::Scope;
use super::statement::Statements;
use super::token::{Token, TokenKind};
use crate::source::Mapped;
use std::ops::Range;

/// Control structures inside each other deeper than this are not read.
const DEEPEST: usize = 64;
/// Keywords that begin a command of SQL: one that cannot be read is said.
static COMMANDS: Keywords = Keywords::new(&[
    "alter", "comment", "copy", "create", "delete", "do", "drop", "grant", "insert", "lock", "merge", "reassign",
    "refresh", "reindex", "revoke", "truncate", "update", "with",
]);

/// An open control structure.
struct Block {
    kind: BlockKind,
    /// How many guards held outside.
    guards: usize,
    /// How many other conditions it stands under.
    conditions: usize,
    /// How many facts there were when it began.
    facts: usize,
    /// Whether the last statement read in it was RETURN.
    returns: bool,
}

enum BlockKind {
    /// `BEGIN … EXCEPTION …`.
    Begin {
        handlers: Option<Handlers>,
    },
    /// `IF … ELSIF … ELSE`: what does not hold any more.
    If {
        negated: Vec<Guard>,
        alternatives: bool,
    },
    Loop,
    Case,
}

/// The handlers of a block.
struct Handlers {
    /// One past the facts of the block itself.
    facts: usize,
    /// The conditions of the handler that is read now.
    conditions: Vec<String>,
    /// Whether it raises the error again.
    raises: bool,
    /// The conditions that the handlers before swallow.
    swallowed: Vec<String>,
}

/// Reads one body.
struct Walker<'r, 't> {
    reader: &'r mut Reader,
    c: Cursor<'t>,
    scope: Scope,
    blocks: Vec<Block>,
    variables: Variables,
    known: Known,
    statements: Statements,
    /// Whether declarations are read.
    declares: bool,
    /// Whether a nesting too deep was said.
    deep: bool,
}

/// Reads a body of PL/pgSQL from its tokens.
pub(super) fn read(reader: &mut Reader, text: &Mapped, tokens: &[Token], scope: Scope) {
    let c = Cursor::new(text, tokens);
    let (variables, known) = (Variables::default(), Known::new());
    let (blocks, statements) = (Vec::new(), Statements::default());
    let mut walker = Walker { reader, c, scope, blocks, variables, known, statements, declares: false, deep: false };
    while !walker.c.done() {
        let before = walker.c.at;
        walker.step();
        // whatever is there, every step reads something
        walker.c.at = walker.c.at.max(before + 1);
    }
}

impl Walker<'_, '_> {
    /// One statement, or one part of a control structure.
    fn step(&mut self) {
        if self.c.take_symbol(b';') {
            return;
        }
        // a label, or a compiler option
        if self.c.is_symbol(b'<') && self.c.symbol_at(self.c.at + 1, b'<') {
            self.c.at = self.c.find(self.c.tokens.len(), |c, at| c.symbol_at(at, b'>')) + 2;
            return;
        }
        if self.c.is_symbol(b'#') {
            self.c.at += 3;
            return;
        }
        if self.control() {
            return;
        }
        let statement = self.c.at..self.semicolon();
        let returns =
            self.c.is("return") && !self.c.word_at(self.c.at + 1, "query") && !self.c.word_at(self.c.at + 1, "next");
        if let Some(block) = self.blocks.last_mut() {
            block.returns = self.c.is("return");
        }
        // what stands behind RETURN does not run
        if returns
            && !self.declares
            && self.blocks.iter().all(|block| matches!(block.kind, BlockKind::Begin { handlers: None }))
        {
            self.scope.conditions += 1;
        }
        if self.declares {
            self.declaration(statement.clone());
        } else {
            self.statement(statement.clone());
        }
        self.c.at = statement.end + 1;
    }

    /// The semicolon that ends the statement that begins here.
    fn semicolon(&mut self) -> usize {
        self.statements.end(&self.c)
    }

    /// `name [CONSTANT] type [NOT NULL] [{DEFAULT | := | =} value]`.
    fn declaration(&mut self, range: Range<usize>) {
        let Some(name) = self.c.moved(range.start).part().and_then(|part| part.text) else { return };
        let value =
            self.c.moved(range.start + 1).find(range.end, |c, at| c.word_at(at, "default") || c.symbol_at(at, b'='));
        if value < range.end {
            // in the block that begins behind the declarations
            self.assign(name, value + 1..range.end, self.blocks.len() + 1);
        }
    }

    fn assign(&mut self, name: String, range: Range<usize>, depth: usize) {
        if super::secret::SECRETS.iter().any(|secret| name.contains(secret)) {
            let texts = range.clone().filter_map(|at| self.c.tokens.get(at)).filter(|token| token.is_text());
            let inner = texts.map(|token| super::literal::inner_range(self.c.text, *token));
            self.reader.out.masks.extend(inner.map(|inner| self.c.text.span(inner).range()));
        }
        let guards = guard::conditions(&self.c, range.clone(), &self.known);
        self.known.remove(&guard::counted(&name));
        if guards.is_empty() {
            self.known.remove(&name);
        } else {
            self.known.insert(name.clone(), guards);
        }
        self.keep(name, range, depth);
    }

    fn statement(&mut self, range: Range<usize>) {
        let start = self.c.moved(range.start);
        let Some(first) = start.peek(0).filter(|token| token.is_name() || token.kind == TokenKind::Param) else {
            return self.sql(range);
        };
        if let Some(end) = self.assigned(&range) {
            if let (Some(name), true) = (start.clone().part().and_then(|part| part.text), end == range.start + 1) {
                let value = if self.c.symbol_at(end, b':') { end + 2 } else { end + 1 };
                self.assign(name, value..range.end, self.blocks.len());
            }
            self.called(range.clone());
            return self.expression(range);
        }
        let word = if first.kind == TokenKind::Word { self.c.slice(first).to_ascii_lowercase() } else { String::new() };
        match word.as_str() {
            "execute" => self.execute(range.start + 1..range.end),
            "perform" => self.perform(range),
            "return" => self.returned(range),
            "raise" => self.raised(range),
            "open" | "for" => self.opened(range),
            "null" | "exit" | "continue" | "get" | "fetch" | "move" | "close" | "assert" | "commit" | "rollback" => {
                self.expression(range);
            }
            _ => self.sql(range),
        }
    }

    /// The position of `:=` or `=` where the statement is an assignment to a variable, a field or an element.
    fn assigned(&self, range: &Range<usize>) -> Option<usize> {
        let mut c = self.c.moved(range.start);
        if c.peek(0).is_some_and(|token| token.kind == TokenKind::Param) {
            c.at += 1;
        } else {
            c.name()?;
        }
        c.tokens = c.tokens.get(..range.end)?;
        while c.is_symbol(b'[') {
            c.at = c.closing(c.at)? + 1;
            if c.take_symbol(b'.') {
                c.name()?;
            }
        }
        let assigns = c.is_symbol(b'=') || (c.is_symbol(b':') && c.symbol_at(c.at + 1, b'='));
        (assigns && c.at < range.end).then_some(c.at)
    }

    /// Notes the functions that an expression calls.
    fn called(&mut self, range: Range<usize>) {
        let fact = crate::fact::Fact::variant(
            crate::fact::Kind::Operation,
            "select",
            self.c.span(range.start..range.start + 1),
        );
        let fact = super::recognise::with_calls(fact, &self.c, range);
        if fact.own(crate::fact::Field::Calls).is_some() {
            self.reader.place(fact, &self.scope);
        }
    }

    /// `PERFORM …` runs a query, and leaves whether it found anything.
    fn perform(&mut self, range: Range<usize>) {
        self.found(range.clone());
        let Some(tokens) = self.c.tokens.get(range.start..range.end) else { return };
        let fact = crate::fact::Fact::variant(
            crate::fact::Kind::Operation,
            "select",
            self.c.span(range.start..range.start + 1),
        );
        let c = Cursor::new(self.c.text, tokens);
        let fact = super::recognise::with_calls(fact, &c, 0..tokens.len());
        self.reader.place(fact, &self.scope);
        let reading = super::recognise::performed(c, self.reader.session.path());
        self.reader.take_settings(reading, &self.scope);
        super::secret::find(&c, |mask| self.reader.out.masks.push(mask));
        self.reader.later(&c, &self.scope);
    }

    /// Notes what FOUND says behind a query of the catalogues.
    fn found(&mut self, range: Range<usize>) {
        let span = self.c.span(range.clone());
        self.known.remove("found");
        if let Some(Some(check)) = guard::query(&self.c, range) {
            self.known.insert("found".into(), vec![Guard { span, exists: true, check: Some(check) }]);
        }
    }

    /// Masks what is secret in an expression; nothing in it runs as a statement.
    fn expression(&mut self, range: Range<usize>) {
        let c = self.c.part_of(range);
        super::secret::find(&c, |mask| self.reader.out.masks.push(mask));
    }

    /// A statement of SQL.
    fn sql(&mut self, range: Range<usize>) {
        let Some(tokens) = self.c.tokens.get(range.clone()).filter(|tokens| !tokens.is_empty()) else { return };
        if self.c.word_at(range.start, "select") || self.c.word_at(range.start, "with") {
            self.select_into(range.clone());
        }
        let text = self.c.text;
        if self.reader.statement(text, tokens, &self.scope, true) {
            return;
        }
        let statement = Cursor::new(text, tokens);
        let holds = super::unread::destructive(&statement);
        let begins = statement.peek(0).is_some_and(|first| COMMANDS.has(statement.slice(first)));
        if begins || !holds.is_empty() {
            self.reader.not_understood(statement.span(0..tokens.len().min(4)), &statement);
        }
    }

    /// `SELECT EXISTS (…) INTO found`, `SELECT … INTO … FROM <catalogue>`.
    fn select_into(&mut self, range: Range<usize>) {
        let into = self.c.moved(range.start).find(range.end, |c, at| c.word_at(at, "into"));
        if into >= range.end {
            return;
        }
        let mut target = self.c.moved(into + 1);
        target.take("strict");
        let Some(name) = target.part().and_then(|part| part.text) else { return };
        let behind = target.at;
        // the expression stands before INTO, or behind it
        let before = guard::conditions(&self.c, range.start + 1..into, &self.known);
        let guards = match before.is_empty() {
            true => guard::conditions(&self.c, behind..range.end, &self.known),
            false => before,
        };
        self.found(range.clone());
        self.known.remove(&name);
        self.known.remove(&guard::counted(&name));
        if !guards.is_empty() {
            self.known.insert(name.clone(), guards);
        } else if let Some(Some(check)) = guard::query(&self.c, range.clone()) {
            let span = self.c.span(range.clone());
            self.known.insert(guard::counted(&name), vec![Guard { span, exists: true, check: Some(check) }]);
        }
        // `SELECT 'text' || x INTO q` without a table is an assignment
        let expression = if into > range.start + 1 { range.start + 1..into } else { behind..range.end };
        let from = self.c.moved(expression.start).find(range.end, |c, at| c.word_at(at, "from"));
        let comma = self.c.moved(expression.start).find(range.end, |c, at| c.symbol_at(at, b','));
        if from < range.end || comma < range.end {
            return self.variables.iterate(name, None);
        }
        self.keep(name, expression, self.blocks.len());
    }

    /// Keeps the text or the list that a variable is given.
    fn keep(&mut self, name: String, range: Range<usize>, depth: usize) {
        match self.list(range.clone()) {
            Some(list) => self.variables.assign_list(name, list),
            None => {
                let texts = self.reader.texts(&self.variables, &self.c, range, false);
                self.variables.assign(name, texts, depth);
            }
        }
    }

    /// The elements of an array, if all are known and there is room for them.
    fn list(&mut self, range: Range<usize>) -> Option<Vec<Dynamic>> {
        let list = self.variables.list(&self.c, range.clone())?;
        let span = self.c.span(range);
        self.reader.has_room(&list, span, false).then_some(list)
    }
}
