//! The recogniser: names what a statement does from its tokens, and says whether it read all of it. One file a family of
//! statements; the forms are those of PostgreSQL 17's reference pages.

mod alter;
mod alter_table;
mod asked;
mod column;
mod constraint;
mod create;
mod default;
mod described;
mod drop;
mod maintain;
mod names;
mod object;
mod policy;
mod privilege;
mod query;
mod role;
mod routine;
mod setting;
mod table;
mod traits;
mod utility;
mod view;
mod write;
mod yields;

pub(super) use column::changes_rows;
pub(super) use names::{bare_name, has_name, modifier, normal_type, squeezed};
pub(super) use policy::with_what_it_asks;
pub(super) use yields::with_calls;

use super::cursor::{Cursor, Name};
use super::keyword::Keywords;
use super::session::Path;
use super::token::Token;
use crate::fact::{Fact, Field, Kind, State};
use crate::source::Span;
use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

/// Statements inside statements deeper than this are not read.
const DEEPEST: usize = 12;

/// The languages that bodies are read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// PL/pgSQL.
    Plpgsql,
    /// SQL.
    Sql,
    /// Any other: nothing inside can be known.
    Other,
}

/// A body to be read besides the statement.
pub(super) struct Body<'t> {
    /// What it is written in.
    pub language: Language,
    /// `do-block` or `function-body`.
    pub stands: &'static str,
    /// Its text.
    pub text: BodyText<'t>,
    /// The search path that it runs with, where it has one of its own.
    pub search_path: Option<Vec<String>>,
}

/// Where the text of a body is.
pub(super) enum BodyText<'t> {
    /// In a string constant.
    Constant(Token),
    /// In the statement itself: `BEGIN ATOMIC … END`.
    Tokens(&'t [Token]),
}

/// What was read in one statement.
#[derive(Default)]
pub(super) struct Reading<'t> {
    /// What it does; without where it stands, its guard and its origins.
    pub operations: Vec<Fact>,
    /// Tables that it makes with columns that are not written down (`CREATE TABLE … AS`, `LIKE`).
    pub open_tables: Vec<String>,
    /// Bodies in it.
    pub bodies: Vec<Body<'t>>,
    /// The search path that it sets, and whether for the transaction only.
    pub search_path: Option<(Vec<String>, bool)>,
    /// Where it makes backslashes in strings escapes: the strings behind it are read as if they were none.
    pub escapes: Option<Span>,
}

/// Reads one statement.
pub(super) struct Recogniser<'t> {
    c: Cursor<'t>,
    /// The schema of names without one: the first of the path.
    schema: Arc<str>,
    /// The schemas that names without one are looked for in.
    path: Path,
    /// Names that were written without a schema.
    unqualified: RefCell<Vec<String>>,
    /// Whether it stands in PL/pgSQL, where INTO names variables.
    procedural: bool,
    depth: usize,
    /// Where ONLY stands before the table that was named last.
    only: Option<Span>,
    /// Where IF EXISTS stands behind ALTER TABLE.
    if_table: Option<Span>,
    /// The table that was named last, with what its facts say of it.
    last_table: RefCell<Option<(Span, State, State)>>,
    out: Reading<'t>,
}

/// Names what a statement does, and says whether all of it was understood.
pub(super) fn recognise<'t>(c: Cursor<'t>, path: &Path, procedural: bool) -> (Reading<'t>, bool) {
    let mut recogniser = Recogniser {
        c,
        schema: path.first(),
        path: path.clone(),
        unqualified: RefCell::default(),
        procedural,
        depth: 0,
        only: None,
        if_table: None,
        last_table: RefCell::default(),
        out: Reading::default(),
    };
    let whole = recogniser.statement();
    if let Some(names) = path.with(&recogniser.unqualified.borrow()) {
        for fact in &mut recogniser.out.operations {
            fact.set(Field::Unqualified, State::Stated(names.clone(), fact.anchor));
        }
    }
    (recogniser.out, whole)
}

/// What a query of PL/pgSQL sets with `set_config`.
pub(super) fn performed<'t>(c: Cursor<'t>, path: &Path) -> Reading<'t> {
    let mut recogniser = Recogniser {
        c,
        schema: path.first(),
        path: path.clone(),
        unqualified: RefCell::default(),
        procedural: true,
        depth: 0,
        only: None,
        if_table: None,
        last_table: RefCell::default(),
        out: Reading::default(),
    };
    recogniser.set_config(0);
    recogniser.out
}

/// Keywords that begin a command of SQL that changes something, and need to be explained wherever they stand.
pub(super) static COMMANDS: Keywords =
    Keywords::new(&["alter", "create", "delete", "drop", "grant", "insert", "merge", "revoke", "truncate", "update"]);

impl<'t> Recogniser<'t> {
    /// Reads the statement from its first keyword on.
    fn statement(&mut self) -> bool {
        if self.c.is_symbol(b'(') {
            return self.select();
        }
        let Some(first) = self.c.peek(0) else { return true };
        let word = self.c.slice(first).to_ascii_lowercase();
        match word.as_str() {
            "select" | "values" | "table" => self.select(),
            "with" => self.with(),
            "update" => self.update(),
            "delete" => self.delete(),
            "insert" => self.insert(),
            "merge" => self.merge(),
            "truncate" => self.truncate(),
            "create" => self.create(),
            "alter" => self.alter(),
            "drop" => self.drop(),
            "grant" => self.grant(false),
            "revoke" => self.grant(true),
            "do" => self.do_block(),
            "copy" => self.copy(),
            other => self.utility(other),
        }
    }

    /// Reads a statement that stands inside this one.
    fn nested(&mut self, range: Range<usize>) -> bool {
        if self.depth >= DEEPEST {
            return false;
        }
        let mut inner = Recogniser {
            c: self.c.part_of(range),
            schema: Arc::clone(&self.schema),
            path: self.path.clone(),
            unqualified: RefCell::default(),
            procedural: self.procedural,
            depth: self.depth + 1,
            only: None,
            if_table: None,
            last_table: RefCell::default(),
            out: Reading::default(),
        };
        let whole = inner.statement();
        self.out.operations.append(&mut inner.out.operations);
        self.out.open_tables.append(&mut inner.out.open_tables);
        self.out.bodies.append(&mut inner.out.bodies);
        self.unqualified.borrow_mut().append(&mut inner.unqualified.borrow_mut());
        whole
    }

    /// An operation whose own tokens are those from `from` to the last one read.
    fn operation(&self, is: &'static str, from: usize) -> Fact {
        Fact::variant(Kind::Operation, is, self.c.span(from..self.c.at))
    }

    /// An operation of a list (`DROP TABLE a, b`): the first takes the keywords along, the others are their names.
    fn listed(&self, is: &'static str, from: usize, first: bool, name: &Name) -> Fact {
        let anchor = if first { self.c.span(from..name.end) } else { name.span };
        Fact::variant(Kind::Operation, is, anchor)
    }

    fn emit(&mut self, mut fact: Fact) {
        for (field, said) in [(Field::Only, self.only), (Field::TableIfExists, self.if_table)] {
            if let Some(span) = said
                && let Some(is) = fact.own(Field::Is).and_then(State::text)
                && Kind::Operation.def().variant(is).is_some_and(|variant| variant.fields.contains(&field))
            {
                fact.set(field, State::Stated(true.into(), span));
            }
        }
        self.out.operations.push(fact);
    }

    /// Moves behind the name of a table: `t`, `ONLY t`, `ONLY (t)`, `t *`.
    fn relation(&mut self) -> Option<Name> {
        let only = self.c.take("only");
        self.only = only.then(|| self.c.span(self.c.at - 1..self.c.at));
        let bracket = only && self.c.take_symbol(b'(');
        let name = self.c.name()?;
        if bracket && !self.c.take_symbol(b')') {
            return None;
        }
        self.c.take_symbol(b'*');
        Some(name)
    }

    /// Moves behind `IF EXISTS`: its place, and the gap where it would stand.
    fn if_exists(&mut self) -> (Option<Span>, Span) {
        let gap = self.c.gap();
        (self.c.take_all(&["if", "exists"]), gap)
    }

    /// Moves behind `IF NOT EXISTS`: its place, and the gap where it would stand.
    fn if_not_exists(&mut self) -> (Option<Span>, Span) {
        let gap = self.c.gap();
        (self.c.take_all(&["if", "not", "exists"]), gap)
    }

    /// Moves behind CASCADE or RESTRICT: where CASCADE stands, and the gap where it would.
    fn cascade(&mut self) -> (Option<Span>, Span) {
        let gap = self.c.gap();
        let said = self.c.take_all(&["cascade"]);
        if said.is_none() {
            self.c.take("restrict");
        }
        (said, gap)
    }

    /// The bytes from the first token to the last one read.
    fn so_far(&self) -> Span {
        self.c.span(0..self.c.at)
    }

    /// The gap behind the last token of the statement.
    fn end_gap(&self) -> Span {
        self.c.gap_at(self.c.tokens.len())
    }

    /// Reads the rest as options of which only the brackets and the commands in it matter.
    fn options(&mut self) -> bool {
        let whole = self.scan(self.c.at..self.c.tokens.len(), false);
        self.c.at = self.c.tokens.len();
        whole
    }
}

/// A yes or no that a pair of place and gap says.
fn flag(fact: Fact, field: Field, (said, gap): (Option<Span>, Span)) -> Fact {
    fact.with_flag(field, said, gap)
}
