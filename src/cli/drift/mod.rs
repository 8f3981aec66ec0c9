//! `preflight drift`: what a database has that its migrations do not make, and the other way round.

mod sides;

use super::args::DriftArgs;
use super::json::problem;
use super::{Terminal, on_one_line};
use crate::discover;
use crate::finding::{Problem, Severity};
use crate::report::{self, Report, Style};
use crate::state::drift::Known;
use crate::state::{self, Drift, Undecided};
use serde_json::json;
use sides::Part;
use std::io::{self, Write};
use std::path::Path;

/// The page that lists known drift, where no other is named.
const PAGE: &str = "SCHEMA_DRIFT.md";

/// What was read: both sides, and the page.
type Parts = [Part; 3];

pub(super) fn run(args: &DriftArgs, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
    let mut rest = Part::default();
    if args.expected.as_os_str() == "-" && args.actual.as_os_str() == "-" {
        let help = "Give one of them as a path.";
        let message = "both sides are standard input, and one would be empty";
        rest.problems.push(Problem::path("usage", "-", message).help(help));
    }
    let page = read_page(args, &terminal.folder, &mut rest);
    let parts = match rest.problems.is_empty() {
        true => [Part::read(&args.expected, terminal), Part::read(&args.actual, terminal), rest],
        false => [Part::default(), Part::default(), rest],
    };
    let drift = match (&parts[0].schema, &parts[1].schema) {
        // what was read in part would differ in all the rest
        (Some(expected), Some(actual)) if parts.iter().all(|part| part.problems.is_empty()) => {
            let documented = |name: &str| names(&page, name);
            let called = args.documented.as_deref().unwrap_or(Path::new(PAGE)).display().to_string();
            let known = Known { page: &on_one_line(&called), documented: &documented, schemas: &args.schemas };
            state::compare(expected, actual, &known)
        }
        _ => Drift::default(),
    };
    let status = status(args, &parts, &drift);
    if style.quiet {
        return Ok(status);
    }
    let out = &mut terminal.stdout;
    let written = match args.format.as_str() {
        "json" => write_json(&parts, &drift, out),
        "markdown" => markdown(&parts, &drift, style, out),
        _ => human(&parts, &drift, style, status, out),
    };
    for part in parts.iter().filter(|part| !part.problems.is_empty()) {
        terminal.refuse(part.problems.clone(), part.sources.shown(), style)?;
    }
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(status),
    }
}

/// As `check`: 2 where a side could not be read, 1 where something is at or above the fail level, or was not understood.
fn status(args: &DriftArgs, parts: &Parts, drift: &Drift) -> u8 {
    let level = args.fail_on.as_deref().and_then(Severity::named).unwrap_or(Severity::Error);
    let doubt = !drift.undecided.is_empty() && (args.strict || level <= Severity::Warning);
    let unread = parts.iter().any(|part| !part.unread.is_empty());
    match (parts.iter().all(|part| part.problems.is_empty()), drift.worst()) {
        (false, _) => 2,
        (true, Some(worst)) if worst >= level => 1,
        (true, _) if unread || doubt => 1,
        (true, _) => 0,
    }
}

/// Whether a page names a table or a schema; a table with its schema or without.
fn names(page: &str, wanted: &str) -> bool {
    let bare = wanted.split_once('.').map_or(wanted, |(_, name)| name);
    let word = |character: char| character.is_alphanumeric() || matches!(character, '_' | '.' | '$');
    let words = page.split(|character| !word(character)).map(|word| word.trim_matches('.'));
    words.filter(|word| !word.is_empty()).any(|found| found == wanted || found == bare)
}

/// The page of known drift: the one that was named, or the usual one where it is there: beside the migrations' project, or
/// where the command is run.
fn read_page(args: &DriftArgs, folder: &Path, rest: &mut Part) -> String {
    let path = match args.documented.as_deref() {
        Some(named) => discover::absolute(named, folder),
        None => {
            let expected = discover::absolute(&args.expected, folder);
            let above = expected.ancestors().take_while(|above| above.starts_with(folder));
            let page = above.map(|above| above.join(PAGE)).find(|page| page.is_file());
            match page.or_else(|| Some(folder.join(PAGE)).filter(|page| page.is_file())) {
                Some(page) => page,
                None => return String::new(),
            }
        }
    };
    let shown = discover::shown(&path, folder);
    discover::read_text(&path, &shown, "path").unwrap_or_else(|problem| {
        rest.problems.push(problem);
        String::new()
    })
}

fn write_json(parts: &Parts, drift: &Drift, out: &mut dyn Write) -> io::Result<()> {
    let problems = parts.iter().flat_map(|part| part.problems.iter().map(|each| problem(each, part.sources.shown())));
    let unread = parts.iter().flat_map(|part| part.unread.iter().map(|finding| finding.message.clone()));
    let document = json!({
        "version": 1,
        "differences": drift.differences,
        "undecided": drift.undecided,
        "not_understood": unread.collect::<Vec<_>>(),
        "not_compared": drift.not_compared,
        "problems": problems.collect::<Vec<_>>(),
    });
    super::json::write(document, out)
}

fn human(parts: &Parts, drift: &Drift, style: &Style, status: u8, out: &mut dyn Write) -> io::Result<()> {
    for difference in &drift.differences {
        writeln!(out, "{:8}{}", difference.severity, on_one_line(&difference.message))?;
        writeln!(out, "        {}", on_one_line(&difference.action))?;
    }
    for Undecided { object, reason } in &drift.undecided {
        writeln!(out, "undecided  {}: {}", on_one_line(object), on_one_line(reason))?;
    }
    unread(parts, style, out)?;
    not_compared(drift, out)?;
    let of = |severity: Severity| {
        drift.differences.iter().filter(|difference| difference.severity == severity.as_str()).count()
    };
    let [errors, warnings, infos] = [Severity::Error, Severity::Warning, Severity::Info].map(of);
    if drift.differences.is_empty() && drift.undecided.is_empty() && status == 0 {
        return match drift.not_compared.is_empty() {
            true => writeln!(out, "no drift: both say the same"),
            false => writeln!(out, "no drift in what is compared"),
        };
    }
    let undecided = drift.undecided.len();
    writeln!(out, "{errors} errors · {warnings} warnings · {infos} infos · {undecided} undecided   exit {status}")
}

fn markdown(parts: &Parts, drift: &Drift, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if drift.differences.is_empty() {
        let sure = drift.undecided.is_empty() && parts.iter().all(|part| part.problems.is_empty());
        writeln!(out, "{}", if sure { "No drift." } else { "No drift that is known." })?;
    } else {
        writeln!(out, "| What | Action |\n| --- | --- |")?;
    }
    for difference in &drift.differences {
        let what = report::page::prose(&difference.message);
        writeln!(out, "| {what} | {} |", report::page::prose(&difference.action))?;
    }
    for Undecided { object, reason } in &drift.undecided {
        writeln!(out, "\nUndecided: {}: {}", report::page::code(object), report::page::prose(reason))?;
    }
    if !drift.not_compared.is_empty() {
        writeln!(out)?;
    }
    not_compared(drift, out)?;
    unread(parts, style, out)
}

/// What a side has and nobody looks at.
fn not_compared(drift: &Drift, out: &mut dyn Write) -> io::Result<()> {
    match drift.not_compared.is_empty() {
        true => Ok(()),
        false => writeln!(out, "not compared: {}", drift.not_compared.join(", ")),
    }
}

/// What could not be read, in a report of its own.
fn unread(parts: &Parts, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for part in parts.iter().filter(|part| !part.unread.is_empty()) {
        let report = Report { findings: part.unread.clone(), ..Report::default() }.judged(Severity::Error, false);
        if let Some(format) = report::Format::named("human") {
            (format.render)(&report, part.sources.shown(), style, out)?;
        }
    }
    Ok(())
}
