//! Tables for programs. The types are the format: its schema is generated from them. No text of a value is in it.

use super::{Counts, Sheet, Table, word};
use crate::report::Style;
use crate::source::{Shown, Span, escape_controls};
use schemars::JsonSchema;
use serde::Serialize;
use std::io;

/// The version that is written.
const VERSION: u8 = 1;

/// The tables of matrix policies with what is there.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "preflight matrix")]
struct JsonSheet {
    /// The version of this format: 1. Fields may be added under it; none is taken away or changes its meaning.
    version: u8,
    /// The outcome, as `check` has it: `clean`, `findings`, `undecided`, `no-verdict`.
    verdict: String,
    /// The tables: one for each policy and environment, or one for each policy where nothing is compared.
    tables: Vec<JsonTable>,
    /// Lines that were not understood: a variable may stand there.
    unread: Vec<JsonUnread>,
    /// What could not be known, one sentence each.
    undecided: Vec<String>,
    /// What stands in the way of a verdict.
    problems: Vec<JsonProblem>,
    /// What a reader should know besides.
    notices: Vec<String>,
}

/// One table.
#[derive(Serialize, JsonSchema)]
struct JsonTable {
    /// The policy's id.
    policy: String,
    /// The environment; null where the policy stands alone.
    environment: Option<String>,
    /// How many cells say something.
    cells: usize,
    /// How many of them break the policy.
    broken: usize,
    /// How many of them cannot be known.
    undecided: usize,
    /// How many cells, and services as a whole, break it where a waiver allows that.
    waived: usize,
    /// The services, in the order of their names; those without a document come last.
    services: Vec<JsonService>,
}

/// A service in the environment.
#[derive(Serialize, JsonSchema)]
struct JsonService {
    /// Its name; of one that is missing what the policy calls it.
    service: String,
    /// What is wrong with it as a whole: it has no document, or stands in no column.
    note: Option<JsonSaid>,
    /// Its variables, in the order of the policy's rows.
    cells: Vec<JsonCell>,
}

/// One variable of one service.
#[derive(Serialize, JsonSchema)]
struct JsonCell {
    /// The variable.
    variable: String,
    /// What the policy asks: `required`, `forbidden`, `optional`, `unlisted`.
    asks: String,
    /// What the value must be, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// Why, or where the value comes from, in the policy's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<String>,
    /// What is there; null where the policy stands alone.
    there: Option<JsonSaid>,
}

/// What is there.
#[derive(Serialize, JsonSchema)]
struct JsonSaid {
    /// A few words: `set`, `empty`, `placeholder`, `reference`, `sealed`, `absent`, `not seen`, `missing`, `present,
    /// forbidden`, `wrong: …`, `undecided`, `no document`, `in no column`.
    word: String,
    /// What the policy makes of it: `fine`, `broken`, `waived`, `undecided`, `unasked`.
    standing: String,
    /// What is wrong or cannot be known, one sentence each.
    details: Vec<String>,
    /// Where the variable stands: once in each document that says it.
    places: Vec<JsonLine>,
}

/// A line of a file.
#[derive(Serialize, JsonSchema)]
struct JsonLine {
    /// The file.
    path: String,
    /// The line, from 1.
    #[schemars(range(min = 1))]
    line: usize,
}

/// A line that was not understood.
#[derive(Serialize, JsonSchema)]
struct JsonUnread {
    /// One sentence without a full stop.
    message: String,
    /// How bad that is: `error`, `warning`, `info`.
    severity: String,
    /// The place; null where there is none.
    at: Option<JsonLine>,
}

/// Something that stands in the way of a verdict.
#[derive(Serialize, JsonSchema)]
struct JsonProblem {
    /// One sentence without a full stop.
    message: String,
    /// The file that it is about, if it is about one.
    path: Option<String>,
    /// What to do about it.
    help: String,
}

/// The JSON Schema (draft 2020-12) of `matrix --format json`.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(JsonSheet).to_value()
}

pub(super) fn render(sheet: &Sheet, shown: Shown<'_>, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let text = |text: &String| lines(text);
    let sheet = JsonSheet {
        version: VERSION,
        verdict: sheet.verdict.as_str().to_owned(),
        tables: sheet.tables.iter().map(|table| JsonTable::new(table, shown)).collect(),
        unread: sheet
            .unread
            .iter()
            .map(|finding| JsonUnread {
                message: lines(&finding.message),
                severity: finding.severity.as_str().to_owned(),
                at: finding.span().map(|span| JsonLine::new(span, shown)),
            })
            .collect(),
        undecided: sheet.undecided.iter().map(|undecided| lines(&undecided.message)).collect(),
        problems: sheet
            .problems
            .iter()
            .map(|problem| JsonProblem {
                message: lines(&problem.message),
                path: problem.span.map(|span| shown.path(span.source)).or(problem.path.as_deref()).map(escape_controls),
                help: lines(&problem.help),
            })
            .collect(),
        notices: sheet.notices.iter().map(text).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &sheet).map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Text of several lines, each with its control characters made visible.
fn lines(text: &str) -> String {
    text.trim().lines().map(|line| escape_controls(line.trim_end())).collect::<Vec<_>>().join("\n")
}

impl JsonTable {
    fn new(table: &Table, shown: Shown<'_>) -> Self {
        let Counts { cells, broken, undecided, waived } = table.counts;
        let services = table.services.iter().map(|service| JsonService {
            service: escape_controls(&service.name),
            note: service.note.as_ref().map(|said| JsonSaid::new(said, shown)),
            cells: table
                .rows
                .iter()
                .zip(&service.cells)
                .map(|(row, cell)| {
                    let ask = service.column.and_then(|column| row.asks.get(column));
                    let said = |text: &String| Some(lines(text)).filter(|text| !text.is_empty());
                    JsonCell {
                        variable: escape_controls(&row.variable),
                        asks: word(cell.demand).to_owned(),
                        value: ask.and_then(|ask| said(&ask.value)),
                        because: ask.and_then(|ask| said(&ask.because)),
                        there: cell.there.as_ref().map(|said| JsonSaid::new(said, shown)),
                    }
                })
                .collect(),
        });
        Self {
            policy: escape_controls(&table.policy),
            environment: table.environment.as_deref().map(escape_controls),
            cells,
            broken,
            undecided,
            waived,
            services: services.collect(),
        }
    }
}

impl JsonLine {
    fn new(span: Span, shown: Shown<'_>) -> Self {
        Self { path: shown.path(span.source).to_owned(), line: shown.place(span).line }
    }
}

impl JsonSaid {
    fn new(said: &super::Said, shown: Shown<'_>) -> Self {
        let line = |span: &Span| JsonLine::new(*span, shown);
        Self {
            word: escape_controls(&said.word),
            standing: said.standing.as_str().to_owned(),
            details: said.details.iter().map(|(text, _)| lines(text)).collect(),
            places: said.places.iter().map(line).collect(),
        }
    }
}
