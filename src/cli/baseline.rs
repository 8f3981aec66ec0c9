//! `preflight baseline write`: take what is found today as known.

use super::args::{BaselineAction, BaselineArgs, BaselineWriteArgs};
use super::exceptions::Excepted;
use super::session::{Bare, Options, Project, Session};
use super::{Terminal, atomic, check, exceptions, on_one_line};
use crate::discover;
use crate::finding::Problem;
use crate::report::Style;
use crate::source::Shown;
use crate::waive::baseline;
use std::io::{self, Write};

pub(super) fn run(args: &BaselineArgs, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
    match &args.action {
        BaselineAction::Write(args) => write(args, style, terminal),
    }
}

fn write(args: &BaselineWriteArgs, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
    let paths: Vec<_> = args.path.iter().cloned().collect();
    let options = Options { paths: &paths, project: &args.project, stdin: None, bare: Bare::Judged, documents: true };
    // What `check` would report is known: in CI it compares migrations without being told to.
    let mut session = Session::load_since(&options, args.since.base.as_deref(), true, terminal);
    check::check_policies(&mut session);
    if let (true, Some(_)) = (session.projects.len() > 1, &args.output) {
        let message = "--output names one file, and the path holds several projects";
        session.problems.push(Problem::path("usage", "--output", message).help("Write one project at a time."));
    }
    if !session.problems.is_empty() || session.projects.is_empty() {
        return refuse(session, style, terminal);
    }
    let (shown, mut judged) = (session.sources.shown(), Vec::new());
    for project in &session.projects {
        let (excepted, problems) = exceptions::judge(project, shown, true);
        session.problems.extend(problems);
        judged.push(excepted);
    }
    if !session.problems.is_empty() {
        return refuse(session, style, terminal);
    }
    for (project, excepted) in session.projects.iter().zip(judged) {
        if let Err(problem) = write_one(args, project, &excepted, shown, style, terminal)? {
            session.problems.push(problem);
            return refuse(session, style, terminal);
        }
    }
    Ok(0)
}

/// Writes the baseline of one project, and says what is in it.
fn write_one(
    args: &BaselineWriteArgs,
    project: &Project,
    excepted: &Excepted,
    shown: Shown<'_>,
    style: &Style,
    terminal: &mut Terminal,
) -> io::Result<Result<(), Problem>> {
    let now = exceptions::counted(&excepted.findings, project, shown);
    let path = match &args.output {
        Some(path) => discover::absolute(path, &terminal.folder),
        None => project.exceptions.baseline.clone(),
    };
    let name = discover::shown(&path, &terminal.folder);
    let old = discover::read_text(&path, &name, "config").ok().and_then(|text| {
        let source = crate::source::SourceMap::new().add(name.clone(), "");
        baseline::load(source, &text).ok()
    });
    let text = baseline::text(&now);
    if let Err(error) = atomic::write(&path, |out| out.write_all(text.as_bytes())) {
        let message = format!("{name} cannot be written: {}", error.kind());
        return Ok(Err(Problem::path("path", name, message)));
    }
    if !style.quiet {
        let all: usize = now.values().sum();
        let change = match old.map(|old| old.difference(&now)) {
            Some((0, 0)) => ", as before".to_owned(),
            Some((new, gone)) => format!(", {new} new and {gone} gone"),
            None => String::new(),
        };
        let noun = if all == 1 { "finding" } else { "findings" };
        writeln!(terminal.stdout, "{}: {all} {noun} known{change}", on_one_line(&name))?;
        if !excepted.waived.is_empty() {
            writeln!(terminal.stdout, "What waivers hide ({}) is not in it.", excepted.waived.len())?;
        }
        if project.exceptions.configured.is_none() && args.output.is_none() {
            writeln!(terminal.stdout, "Use it: preflight check --baseline, or `baseline:` in preflight.yaml.")?;
        }
    }
    Ok(Ok(()))
}

/// Where something could not be read, nobody knows what is to be known.
fn refuse(session: Session, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
    let status = terminal.refuse(session.problems.clone(), session.sources.shown(), style)?;
    if !style.quiet {
        writeln!(terminal.stderr, "No baseline was written.")?;
    }
    Ok(status)
}
