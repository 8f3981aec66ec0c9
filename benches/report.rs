//! Seconds, bytes and memory that each format takes for a report of 100,000 findings, with the guard that stands before
//! every output: `cargo bench --bench report [-- FINDINGS]`
//!
//! The findings stand in a hundred files of one line each a finding, and a tenth of them in one line of a few megabytes, as
//! in an export without line ends. `ratio` is against `compact` in the same run; `memory` is what the peak of the process
//! grew by. The status is 1 where a format for programs takes more than two seconds.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use preflight::cli::Terminal;
use preflight::finding::{Advice, Anchor, Finding, LabelRole, Severity};
use preflight::report::{FORMATS, Format, PolicyState, Report, Rule, RunState, Style, Totals};
use preflight::source::{SourceId, SourceMap, Span};
use std::cell::Cell;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

/// Findings without another word.
const USUAL: usize = 100_000;

/// Formats that nobody has a program read.
const FOR_PEOPLE: &[&str] = &["human", "markdown", "html"];

/// Seconds that a format for programs may take.
const LIMIT: f64 = 2.0;

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        eprintln!("nothing is measured: run it with `cargo bench --bench report`");
        return ExitCode::SUCCESS;
    }
    arguments.retain(|argument| !argument.starts_with('-'));
    let count = arguments.first().and_then(|count| count.parse().ok()).unwrap_or(USUAL);
    let (sources, report) = sample(count);
    println!("{} findings\n{:<12} {:>8} {:>7} {:>9} {:>9}", count, "", "seconds", "ratio", "MB", "memory MB");
    let (mut floor, mut held) = (None, true);
    for format in FORMATS.iter().filter(|format| format.name == "compact").chain(FORMATS) {
        let (seconds, bytes, memory) = measure(format, &sources, &report);
        let ratio = seconds / *floor.get_or_insert(seconds);
        let slow = !FOR_PEOPLE.contains(&format.name) && seconds > LIMIT * (count as f64 / USUAL as f64).max(1.0);
        held &= !slow;
        println!(
            "{:<12} {seconds:>8.2} {ratio:>7.2} {:>9.1} {memory:>9.1}{}",
            format.name,
            bytes as f64 / 1e6,
            if slow { "  TOO SLOW" } else { "" }
        );
    }
    if held { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// Bytes that nobody keeps.
struct Counted(Rc<Cell<usize>>);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.set(self.0.get() + bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Seconds that the process has computed for, in steps of ten milliseconds: others may be at work on this machine. Seconds
/// on the clock where the system does not say.
fn computed(start: Instant) -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name, which may hold blanks: the 12th and 13th field are ticks, a hundred a second.
    let ticks = stat.rsplit_once(')').map(|(_, fields)| fields.split(' ').skip(12).take(2).flat_map(str::parse::<f64>));
    ticks
        .map(Iterator::sum::<f64>)
        .filter(|ticks| *ticks > 0.0)
        .map_or(start.elapsed().as_secs_f64(), |ticks| ticks / 100.0)
}

/// Seconds, bytes, and megabytes of memory.
#[allow(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn measure(format: &Format, sources: &SourceMap, report: &Report) -> (f64, usize, f64) {
    let bytes = Rc::new(Cell::new(0));
    let mut terminal = Terminal {
        stdin: Box::new(io::empty()),
        stdout: Box::new(Counted(Rc::clone(&bytes))),
        stderr: Box::new(io::sink()),
        folder: PathBuf::new(),
        color: false,
        width: None,
        around: Default::default(),
        syntax: Default::default(),
    }
    .guarded(true);
    terminal.syntax.set(format.syntax);
    let before = peak();
    let start = Instant::now();
    let computed_before = computed(start);
    let written = (format.render)(report, sources.shown(), &Style::default(), &mut terminal.stdout);
    if let Err(error) = written.and_then(|()| terminal.stdout.flush()) {
        eprintln!("{}: {error}", format.name);
    }
    (computed(start) - computed_before, bytes.get(), peak() - before)
}

/// The most memory that the process ever had, in megabytes; 0 where the system does not say.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or(0.0) / 1e3
}

/// A report of so many findings.
fn sample(count: usize) -> (SourceMap, Report) {
    let mut sources = SourceMap::new();
    let policies_source =
        sources.add("policies/team.yaml", "version: 1\npolicies:\n  one-policy:\n    forbid: { variable: {} }\n");
    let advice = Arc::new(Advice {
        why: "Session connections exhaust Postgres: \"FATAL: too many connections\".".into(),
        fix: "Use port 6543 and add ?sslmode=require.".into(),
        see: Some("go-live runbook 1.1".into()),
    });
    let mut findings = Vec::with_capacity(count);
    let mut finding = |source: SourceId, at: usize, service: &str, number: usize| {
        let severity = Severity::ALL[number % 3];
        let name = format!("DATABASE_URL_{number}");
        let message = format!("{name} of {service} in prod connects past the pooler");
        let anchor = Anchor::At(Span::new(source, at..at + 4));
        let finding = Finding::new(format!("policy-{}", number % 50), severity, message, anchor, "port is 5432");
        let finding = finding.label(LabelRole::Policy, Span::new(policies_source, 39..59), "wants 6543").of(name);
        findings.push(finding.about(Some(service), Some("prod")).advice(Arc::clone(&advice)));
    };
    let long = count / 10;
    let each = (count - long) / 100;
    for file in 0..100 {
        let (mut text, mut places) = (String::new(), Vec::new());
        for line in 0..each {
            let _ = write!(text, "DATABASE_URL_{line}=postgresql://app:MADEUPword@db.example.com:");
            places.push(text.len());
            text.push_str("5432/postgres\n");
        }
        let masks: Vec<_> = text.match_indices("MADEUPword").map(|(at, word)| at..at + word.len()).collect();
        let source = sources.add(format!("env/prod/service-{file}.env"), text);
        sources.mask(source, masks);
        places.iter().enumerate().for_each(|(line, at)| finding(source, *at, &format!("service-{file}"), line));
    }
    let (mut text, mut places) = ("{".to_owned(), Vec::new());
    for number in 0..count - each * 100 {
        let _ = write!(text, "\"DATABASE_URL_{number}\":\"postgresql://app@dé.example.com:");
        places.push(text.len());
        text.push_str("5432/postgres\",");
    }
    let source = sources.add("railway/prod/api.json", text);
    places.iter().enumerate().for_each(|(number, at)| finding(source, *at, "api", number));
    let policies = (0..50).map(|number| format!("policy-{number}"));
    let report = Report {
        states: policies.clone().map(|policy| PolicyState { policy, state: RunState::Judged(count) }).collect(),
        rules: policies
            .map(|id| Rule {
                id,
                pack: "team 1.0.0".into(),
                severity: Severity::Error,
                says: "connects past the pooler".into(),
                advice: Arc::clone(&advice),
                span: Span::point(policies_source, 0),
            })
            .collect(),
        totals: Totals { facts: count, documents: vec![("env", 100)], ..Totals::default() },
        findings,
        ..Report::default()
    };
    (sources, report.judged(Severity::Error, false))
}
