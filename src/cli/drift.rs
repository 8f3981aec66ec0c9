//! `preflight drift`: what a database has that its migrations do not make, and the other way round.

use super::args::DriftArgs;
use super::json::problem;
use super::{Terminal, on_one_line};
use crate::discover::{self, Side};
use crate::document::Settings;
use crate::fact::{Fact, Kind};
use crate::finding::{Finding, Problem, Severity};
use crate::policy::Spellings;
use crate::project;
use crate::report::{self, Report, Style};
use crate::source::SourceMap;
use crate::state::{self, Drift, Schema};
use serde_json::json;
use std::io::{self, Write};
use std::path::Path;

/// The page that lists known drift, where no other is named.
const PAGE: &str = "SCHEMA_DRIFT.md";

/// What was read, and what stands in the way.
#[derive(Default)]
struct Sides {
    sources: SourceMap,
    problems: Vec<Problem>,
    /// Statements that could not be read.
    unread: Vec<Finding>,
}

pub(super) fn run(args: &DriftArgs, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
    let mut sides = Sides::default();
    let expected = sides.read(&args.expected, &terminal.folder);
    let actual = sides.read(&args.actual, &terminal.folder);
    for (path, schema) in [(&args.expected, &expected), (&args.actual, &actual)] {
        sides.refuse_nothing(path, schema.as_ref(), &terminal.folder);
    }
    let page = sides.page(args, &terminal.folder);
    let drift = match (&expected, &actual) {
        (Some(expected), Some(actual)) => state::compare(expected, actual, |table| names(&page, table)),
        _ => Drift::default(),
    };
    let status = status(args, &sides, &drift);
    if style.quiet {
        return Ok(status);
    }
    let out = &mut terminal.stdout;
    let written = match args.format.as_str() {
        "json" => sides.json(&drift, out),
        "markdown" => sides.markdown(&drift, style, out),
        _ => sides.human(&drift, style, status, out),
    };
    if !sides.problems.is_empty() {
        terminal.refuse(sides.problems.clone(), sides.sources.shown(), style)?;
    }
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(status),
    }
}

/// As `check`: 2 where a side could not be read, 1 where something is at or above the fail level, or was not understood.
fn status(args: &DriftArgs, sides: &Sides, drift: &Drift) -> u8 {
    let level = args.fail_on.as_deref().and_then(Severity::named).unwrap_or(Severity::Error);
    let doubt = !drift.undecided.is_empty() && (args.strict || level <= Severity::Warning);
    match (sides.problems.is_empty(), drift.worst()) {
        (false, _) => 2,
        (true, Some(worst)) if worst >= level => 1,
        (true, _) if !sides.unread.is_empty() || doubt => 1,
        (true, _) => 0,
    }
}

/// Whether a page names a table, with its schema or without.
fn names(page: &str, table: &str) -> bool {
    let bare = table.split_once('.').map_or(table, |(_, name)| name);
    let word = |character: char| character.is_alphanumeric() || matches!(character, '_' | '.' | '$');
    page.split(|character| !word(character)).any(|found| found == table || found == bare)
}

impl Sides {
    /// Of a side that describes nothing nobody knows whether it is the right one: it would agree with any empty database.
    fn refuse_nothing(&mut self, path: &Path, schema: Option<&Schema>, folder: &Path) {
        let is_nothing =
            |schema: &Schema| schema.tables.is_empty() && schema.views.is_empty() && schema.functions.is_empty();
        if schema.is_some_and(is_nothing) {
            let shown = discover::shown(&discover::absolute(path, folder), folder);
            let message = format!("{shown} leaves no table, view or function: there is nothing to compare");
            let help = "Give the folder of all migrations, or a dump made by pg_dump --schema-only.";
            self.problems.push(Problem::path("path", shown, message).help(help));
        }
    }

    fn read(&mut self, path: &Path, folder: &Path) -> Option<Schema> {
        match discover::side(path, folder) {
            Ok(Side::State(name, text)) => match serde_json::from_str::<Schema>(&text) {
                Ok(schema) if schema.version == state::VERSION => Some(schema),
                Ok(schema) => {
                    let message = format!("{name} is of version {}, and {} is known", schema.version, state::VERSION);
                    self.problems.push(Problem::path("path", name, message));
                    None
                }
                Err(error) => {
                    let message = format!("{name} is no schema of `preflight state`: line {}", error.line());
                    let help = "Write it with `preflight state --format json`.";
                    self.problems.push(Problem::path("path", name, message).help(help));
                    None
                }
            },
            Ok(Side::Sql(found)) => {
                let (settings, spellings) = (Settings::default(), Spellings::default());
                let name = |found: &discover::Found| found.relative.clone();
                let mut read = project::read(found, &settings, &spellings, name, &mut self.sources);
                self.problems.append(&mut read.problems);
                self.unread.append(&mut read.unread);
                let shown = self.sources.shown();
                let place =
                    |fact: &Fact| format!("{}:{}", shown.path(fact.anchor.source), shown.place(fact.anchor).line);
                let facts = &read.facts;
                let end = state::KINDS.iter().flat_map(|kind: &Kind| facts.of_kind(*kind)).map(|id| facts.fact(*id));
                Some(Schema::of(end, place))
            }
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    /// The page of known drift: the one that was named, or the usual one where it is there.
    fn page(&mut self, args: &DriftArgs, folder: &Path) -> String {
        let named = args.documented.as_deref();
        let path = discover::absolute(named.unwrap_or(Path::new(PAGE)), folder);
        if named.is_none() && !path.is_file() {
            return String::new();
        }
        let shown = discover::shown(&path, folder);
        discover::read_text(&path, &shown, "path").unwrap_or_else(|problem| {
            self.problems.push(problem);
            String::new()
        })
    }

    fn json(&self, drift: &Drift, out: &mut dyn Write) -> io::Result<()> {
        let shown = self.sources.shown();
        let problems: Vec<_> = self.problems.iter().map(|each| problem(each, shown)).collect();
        let unread: Vec<_> = self.unread.iter().map(|finding| finding.message.clone()).collect();
        let document = json!({
            "version": 1,
            "differences": drift.differences,
            "undecided": drift.undecided,
            "not_understood": unread,
            "problems": problems,
        });
        super::json::write(document, out)
    }

    fn human(&self, drift: &Drift, style: &Style, status: u8, out: &mut dyn Write) -> io::Result<()> {
        for difference in &drift.differences {
            writeln!(out, "{:8}{}", difference.severity, on_one_line(&difference.message))?;
            writeln!(out, "        {}", difference.action)?;
        }
        for object in &drift.undecided {
            writeln!(out, "undecided  {}: one side does not say", on_one_line(object))?;
        }
        self.rest(style, out)?;
        let of = |severity: Severity| {
            drift.differences.iter().filter(|difference| difference.severity == severity.as_str()).count()
        };
        let [errors, warnings, infos] = [Severity::Error, Severity::Warning, Severity::Info].map(of);
        if drift.differences.is_empty() && status == 0 {
            return writeln!(out, "no drift: both say the same");
        }
        let undecided = drift.undecided.len();
        writeln!(out, "{errors} errors · {warnings} warnings · {infos} infos · {undecided} undecided   exit {status}")
    }

    fn markdown(&self, drift: &Drift, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        if drift.differences.is_empty() {
            writeln!(out, "No drift.")?;
        } else {
            writeln!(out, "| What | Action |\n| --- | --- |")?;
        }
        for difference in &drift.differences {
            let what = report::page::prose(&difference.message);
            writeln!(out, "| {what} | {} |", report::page::prose(difference.action))?;
        }
        for object in &drift.undecided {
            writeln!(out, "\nUndecided: {}", report::page::code(object))?;
        }
        self.rest(style, out)
    }

    /// What could not be read, in a report of its own.
    fn rest(&self, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        if self.unread.is_empty() {
            return Ok(());
        }
        let report = Report { findings: self.unread.clone(), ..Report::default() }.judged(Severity::Error, false);
        match report::Format::named("human") {
            Some(format) => (format.render)(&report, self.sources.shown(), style, out),
            None => Ok(()),
        }
    }
}
