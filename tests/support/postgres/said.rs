//! What preflight says about a migration: its statements and operations, by line.

use preflight::document::{Input, Settings, kind};
use preflight::fact::{Fact, Field, Kind, State, Value};
use preflight::source::SourceMap;

/// A statement, or a command of psql.
pub(super) struct Statement {
    /// First byte.
    pub start: usize,
    /// Line of its first byte, from 1.
    pub line: usize,
    /// Line of the last byte before the next one.
    pub last: usize,
    /// The backslash command.
    pub psql: Option<String>,
    /// Whether it only prepares what EXECUTE runs later.
    pub prepares: bool,
}

/// What is known of a field.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Known {
    Text(String),
    Unknown,
    None,
}

/// An operation.
#[derive(Clone)]
pub(super) struct Operation {
    pub line: usize,
    /// Position in [`Script::statements`].
    pub statement: usize,
    pub is: Known,
    pub stands: &'static str,
    pub schema: Known,
    /// Without its schema.
    pub table: Known,
    pub column: Known,
    pub name: Known,
    pub grantee: Known,
    pub privilege: Known,
    pub object_kind: Known,
    pub cascade: Known,
    pub if_exists: Known,
    /// Whether anything not said may be so.
    pub opaque: bool,
}

/// A migration as preflight sees it.
pub(super) struct Script {
    pub statements: Vec<Statement>,
    pub operations: Vec<Operation>,
    /// Line, statement and message of what was not understood.
    pub unread: Vec<(usize, usize, String)>,
}

impl Script {
    pub fn read(text: &str) -> Self {
        let mut sources = SourceMap::new();
        let source = sources.add("migration.sql", text);
        let settings = Settings::default();
        let parse = kind("migration").map(|kind| kind.parse);
        let parsed = parse
            .map(|parse| parse(Input { source, text, path: "migration.sql", settings: &settings }))
            .unwrap_or_default();
        let line_of = |at: u32| text.as_bytes().iter().take(at as usize).filter(|byte| **byte == b'\n').count() + 1;
        let mut statements: Vec<Statement> = Vec::new();
        for fact in parsed.facts.iter().filter(|fact| fact.kind == Kind::Statement) {
            let start = fact.anchor.start as usize;
            let head = text.get(start..).unwrap_or("");
            let prepares = head.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("prepare"));
            let psql = match known(fact, Field::Name) {
                Known::Text(name) => Some(name),
                _ => None,
            };
            let is_copy = matches!(known(fact, Field::Is), Known::Text(is) if is == "copy-data");
            if !is_copy {
                statements.push(Statement { start, line: line_of(fact.anchor.start), last: 0, psql, prepares });
            }
        }
        let mut end = text.lines().count().max(1);
        for statement in statements.iter_mut().rev() {
            (statement.last, end) = (end, statement.line);
        }
        let statement_of =
            |at: u32| statements.partition_point(|statement| statement.start <= at as usize).saturating_sub(1);
        let operations = parsed.facts.iter().filter(|fact| fact.kind == Kind::Operation);
        let operations = operations
            .map(|fact| operation(fact, line_of(fact.anchor.start), statement_of(fact.anchor.start)))
            .collect();
        let unread = parsed
            .unread
            .iter()
            .map(|unread| (line_of(unread.span.start), statement_of(unread.span.start), unread.message.clone()))
            .collect();
        Self { statements, operations, unread }
    }

    /// The statements whose semicolon may be the one on `line`: more than one where several end there.
    pub fn ending_on(&self, line: usize) -> Vec<usize> {
        let behind = self.statements.partition_point(|statement| statement.line <= line);
        let mut found: Vec<usize> = (0..behind)
            .rev()
            .take_while(|at| self.statements.get(*at).is_some_and(|statement| statement.line == line))
            .collect();
        // one that began before may end here, too
        found.extend((behind - found.len()).checked_sub(1));
        found
    }
}

fn known(fact: &Fact, field: Field) -> Known {
    match fact.own(field) {
        Some(State::Stated(value, _) | State::Defaulted(value, _)) => match value {
            Value::Text(text) => Known::Text(text.to_string()),
            Value::Word(word) => Known::Text((*word).to_owned()),
            Value::Bool(yes) => Known::Text(yes.to_string()),
            _ => Known::None,
        },
        Some(State::Unknown(..)) => Known::Unknown,
        Some(State::Absent(_)) | None => Known::None,
    }
}

fn operation(fact: &Fact, line: usize, statement: usize) -> Operation {
    let stands = match known(fact, Field::Stands) {
        Known::Text(text) if text == "top-level" => "top-level",
        Known::Text(text) if text == "do-block" => "do-block",
        Known::Text(text) if text == "function-body" => "function-body",
        _ => "dynamic",
    };
    let table = match known(fact, Field::Table) {
        Known::Text(table) => Known::Text(table.split_once('.').map_or(table.clone(), |(_, name)| name.to_owned())),
        other => other,
    };
    Operation {
        line,
        statement,
        is: known(fact, Field::Is),
        stands,
        schema: known(fact, Field::Schema),
        table,
        column: known(fact, Field::Column),
        name: known(fact, Field::Name),
        grantee: known(fact, Field::Grantee),
        privilege: known(fact, Field::Privilege),
        object_kind: known(fact, Field::ObjectKind),
        cascade: known(fact, Field::Cascade),
        if_exists: known(fact, Field::IfExists),
        opaque: fact.why_opaque().is_some(),
    }
}

impl Operation {
    /// For people: `drop_column public.accounts.email`.
    pub fn describe(&self) -> String {
        let text = |known: &Known| match known {
            Known::Text(text) => Some(text.clone()),
            Known::Unknown => Some("?".to_owned()),
            Known::None => None,
        };
        let object: Vec<String> =
            [&self.schema, &self.table, &self.column, &self.name].into_iter().filter_map(text).collect();
        let rest: Vec<String> = [&self.privilege, &self.grantee].into_iter().filter_map(text).collect();
        let rest = if rest.is_empty() { String::new() } else { format!(" ({})", rest.join(" to ")) };
        format!("{}: {} {}{rest}", self.line, text(&self.is).unwrap_or_else(|| "?".into()), object.join("."))
    }
}
