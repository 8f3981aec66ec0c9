//! What the words of the policy language mean, as tables: facts built by hand, policies read from YAML.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod conditions;
mod databases;
mod expect;
mod forbid;
mod groups;
mod joins;
mod matrix;
mod require;
mod states;
mod words;

use super::{Context, ExpectedDocument, Truth};
use crate::document;
use crate::evaluate::{Evaluation, Run, evaluate};
use crate::fact::{Cause, Document, Fact, FactId, Facts, Field, Kind, State, Value};
use crate::finding::{Anchor, Finding};
use crate::policy::model::Need;
use crate::policy::{self, PackText, PolicySet, Spellings};
use crate::source::{Secret, SourceId, SourceMap, Span};
use std::collections::HashSet;
use std::fmt::Write;

/// The params that every test may use.
const PACK: &str = "
pack: test
version: 1.0.0
params:
  runtime: { of: service, default: [api, worker-*] }
  production: { of: environment, default: [prod] }
  locked: { of: role, default: [service_role, postgres] }
  both: { of: service, default: [api, worker] }
";

/// Facts that are built by hand, and the policies that judge them.
struct World {
    facts: Facts,
    expected: Vec<ExpectedDocument>,
    today: Option<i64>,
}

/// How a label of a document is bound.
#[derive(Clone, Copy)]
enum Label {
    Of(&'static str),
    Unbound,
}

impl From<&'static str> for Label {
    fn from(name: &'static str) -> Self {
        if name == "?" { Self::Unbound } else { Self::Of(name) }
    }
}

impl World {
    fn new() -> Self {
        Self { facts: Facts::new(), expected: Vec::new(), today: None }
    }

    /// The source of the next document.
    fn source(&self) -> SourceId {
        SourceId(1_000 + self.facts.documents().len() as u32)
    }

    /// A document; a label `?` is one that nothing bound.
    fn document(&self, kind: &str, path: &str, service: impl Into<Label>, environment: impl Into<Label>) -> Document {
        let row = document::kind(kind).unwrap();
        let (source, start) = (self.source(), Span::point(self.source(), 0));
        let label = |label: Label, name: &str| match label {
            _ if !row.labelled => State::Absent(None),
            Label::Of(name) => State::Stated(name.into(), start),
            Label::Unbound => State::Unknown(start, Cause::new(format!("is of no known {name}"), "Bind it.")),
        };
        let (service, environment) = (label(service.into(), "service"), label(environment.into(), "environment"));
        let mut document = Document::new(source, row.name, path, service, environment);
        document.complete = row.complete;
        document.end = Span::point(source, 9_000);
        document
    }

    /// Takes in a document as the reader does: with the fact that it is one.
    fn add(&mut self, document: Document, mut facts: Vec<Fact>) {
        let start = Span::point(document.source, 0);
        let name = document.path.rsplit('/').next().unwrap().to_owned();
        facts.push(Fact::new(Kind::Document, start).with(Field::Name, name, start));
        self.facts.add(document, facts);
    }

    /// An env file or an export with its variables.
    fn env(&mut self, kind: &str, service: &'static str, environment: &'static str, variables: &[(&str, &str)]) {
        let path = format!("{environment}/{service}.env");
        let document = self.document(kind, &path, service, environment);
        let facts =
            variables.iter().enumerate().map(|(line, (name, value))| variable(document.source, line, name, value));
        let facts = facts.collect();
        self.add(document, facts);
    }

    /// A railway.toml with the settings of one service.
    fn deploy(&mut self, service: &'static str, environment: &'static str, settings: &[(Field, State)]) {
        let document = self.document("railway-config", &format!("{service}/railway.toml"), service, environment);
        let mut fact = Fact::new(Kind::Deploy, span(document.source, 0..8));
        for (field, state) in settings {
            fact.set(*field, moved(state, document.source));
        }
        self.add(document, vec![fact]);
    }

    /// A migration with its operations, one statement a line.
    fn migration(&mut self, path: &str, lines: Vec<Line>) {
        let mut document = self.document("migration", path, "?", "?");
        let source = document.source;
        let mut facts = vec![Fact::new(Kind::Migration, Span::point(source, 0)).with_word(
            Field::Direction,
            if path.contains("revert") { "revert" } else { "up" },
            Span::point(source, 0),
        )];
        for (line, content) in lines.into_iter().enumerate() {
            let anchor = span(source, line * 100..line * 100 + 50);
            if content.starts_statement {
                facts.push(Fact::variant(Kind::Statement, "sql", anchor).standing_in(0));
            }
            match content.operation {
                Some(mut operation) => {
                    operation.anchor = anchor;
                    let fields: Vec<(Field, State)> =
                        operation.fields().iter().map(|(field, state)| (*field, moved(state, source))).collect();
                    fields.into_iter().for_each(|(field, state)| operation.set(field, state));
                    facts.push(operation.standing_in(0));
                }
                None => document.unread.push(anchor),
            }
        }
        self.add(document, facts);
    }

    fn judge(&self, policies: &str) -> Evaluation {
        self.judge_by(&load(policies), &[])
    }

    fn judge_by(&self, set: &PolicySet, needs: &[(Kind, Need, Span)]) -> Evaluation {
        let context = Context::new(&self.facts, set, &self.expected, HashSet::new());
        evaluate(&context, Run { today: self.today, wanted: &|_| true, needs })
    }

    /// Findings as `policy message`, undecided as `? policies message`, one a line, sorted.
    fn outcome(&self, policies: &str) -> String {
        let evaluation = self.judge(policies);
        let mut lines: Vec<String> = evaluation.findings.iter().map(line).collect();
        lines.extend(
            evaluation
                .undecided
                .iter()
                .map(|undecided| format!("? {} {}", undecided.policies.join(","), undecided.message)),
        );
        lines.sort();
        lines.join("\n")
    }
}

fn line(finding: &Finding) -> String {
    let place = match &finding.anchor {
        Anchor::At(_) => String::new(),
        Anchor::Missing(path) => format!(" at {path}"),
    };
    format!("{} {}{place}", finding.policy, finding.message)
}

/// The places of findings: (policy, line from 0, first byte in the line, length).
fn places(evaluation: &Evaluation) -> Vec<(String, u32, u32, u32)> {
    let spans = evaluation.findings.iter().filter_map(|finding| Some((finding.policy.clone(), finding.span()?)));
    spans.map(|(policy, span)| (policy, span.start / 100, span.start % 100, span.end - span.start)).collect()
}

/// A line of a migration.
struct Line {
    operation: Option<Fact>,
    starts_statement: bool,
}

/// An operation at the top level; its name and table are given as `table.name`, either may be empty.
fn op(is: &'static str, table: &str, name: &str) -> Line {
    let place = Span::point(SourceId(0), 0);
    let mut fact = Fact::variant(Kind::Operation, is, place).with_word(Field::Stands, "top-level", place).with_word(
        Field::Guarded,
        "no",
        place,
    );
    if !table.is_empty() {
        fact = fact.with(Field::Table, table, place);
    }
    if !name.is_empty() {
        fact = fact.with(Field::Name, name, place);
    }
    Line { operation: Some(fact), starts_statement: true }
}

impl Line {
    fn with(mut self, field: Field, state: State) -> Self {
        if let Some(operation) = &mut self.operation {
            operation.set(field, state);
        }
        self
    }

    /// The same inside the statement of the line before.
    fn inside(mut self, stands: &'static str) -> Self {
        self.starts_statement = false;
        self.with(Field::Stands, word(stands))
    }
}

/// EXECUTE of a text that nobody knows.
fn opaque() -> Line {
    let place = Span::point(SourceId(0), 0);
    let cause = Cause::new("runs text that is built at run time", "Write it out.");
    let fact = Fact::new(Kind::Operation, place)
        .opaque(cause.clone())
        .with_state(Field::Is, State::Unknown(place, cause))
        .with_word(Field::Stands, "dynamic", place);
    Line { operation: Some(fact), starts_statement: true }
}

/// A statement that nobody could read.
fn unread() -> Line {
    Line { operation: None, starts_statement: true }
}

/// A variable; `${…}` is a reference and `changeme` a placeholder.
fn variable(source: SourceId, line: usize, name: &str, value: &str) -> Fact {
    let start = line * 100;
    let at = span(source, start + 40..start + 40 + value.len());
    let fact = Fact::new(Kind::Variable, span(source, start..start + name.len())).with(
        Field::Name,
        name,
        span(source, start..start + name.len()),
    );
    let state = match value {
        "" => "empty",
        "changeme" => "placeholder",
        _ if value.starts_with("${") => "reference",
        _ => "set",
    };
    let fact = fact.with_word(Field::State, state, at);
    if state == "reference" {
        let cause = Cause::new("is a reference that no document defines", "Export the environment.");
        return fact.with_state(Field::Value, State::Unknown(at, cause));
    }
    fact.with(Field::Value, Secret::new(value), at)
}

/// A state at its place in another source, the same bytes.
fn moved(state: &State, source: SourceId) -> State {
    let there = |span: &Span| Span { source, ..*span };
    match state {
        State::Stated(value, span) => State::Stated(value.clone(), there(span)),
        State::Defaulted(value, span) => State::Defaulted(value.clone(), there(span)),
        State::Absent(gap) => State::Absent(gap.as_ref().map(there)),
        State::Unknown(span, cause) => State::Unknown(there(span), cause.clone()),
    }
}

fn span(source: SourceId, range: std::ops::Range<usize>) -> Span {
    Span::new(source, range)
}

fn here() -> Span {
    span(SourceId(1_000), 20..24)
}

fn gap() -> Span {
    here().after()
}

fn text(text: &str) -> State {
    State::Stated(text.into(), here())
}

fn word(word: &'static str) -> State {
    State::Stated(Value::Word(word), here())
}

fn number(number: i64) -> State {
    State::Stated(number.into(), here())
}

fn yes(yes: bool) -> State {
    State::Stated(yes.into(), here())
}

fn secret(text: &str) -> State {
    State::Stated(Secret::new(text).into(), here())
}

/// The same value where nothing is written.
fn defaulted(state: State) -> State {
    match state {
        State::Stated(value, _) => State::Defaulted(value, gap()),
        other => other,
    }
}

fn absent() -> State {
    State::Absent(Some(gap()))
}

fn unknown() -> State {
    State::Unknown(here(), Cause::new("is a reference", "Export it."))
}

/// A policy with its head; the body is one shape and what goes with it, indented by nothing.
fn policy(id: &str, body: &str) -> String {
    let mut text = format!("  {id}:\n    severity: error\n    why: Because it is so.\n    fix: Mend it.\n");
    if !body.contains("says:") && !body.starts_with("expect:") && !body.starts_with("matrix:") {
        text.push_str("    says: is wrong\n");
    }
    for line in body.lines() {
        writeln!(text, "    {line}").unwrap();
    }
    text
}

fn load(policies: &str) -> PolicySet {
    load_with(policies, "")
}

fn load_with(policies: &str, types: &str) -> PolicySet {
    let mut spellings = Spellings::default();
    spellings.add(Field::Environment, "prod", vec!["production".into()]);
    let types = if types.is_empty() { String::new() } else { format!("types:\n{types}\n") };
    let files = vec![
        ("pack.yaml".to_owned(), PACK.to_owned()),
        ("policies.yaml".to_owned(), format!("version: 1\n{types}policies:\n{policies}")),
        ("schema.json".to_owned(), r#"{"type":"object","required":["level"]}"#.to_owned()),
    ];
    let pack = PackText { name: "test".to_owned(), folder: "test".to_owned(), files };
    let loaded = policy::load(&[pack], &spellings, &[], &mut SourceMap::new());
    loaded.unwrap_or_else(|problems| panic!("{problems:#?}\n{policies}"))
}

/// T, F or U.
fn letter(truth: &Truth) -> char {
    match truth {
        Truth::True => 'T',
        Truth::False => 'F',
        Truth::Unknown(_) => 'U',
    }
}
