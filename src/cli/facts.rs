//! `preflight facts`: what the program sees.

use super::args::FactsArgs;
use super::json::{self as document, place, problem};
use super::session::{Bare, Options, Project, Session};
use super::{Terminal, on_one_line};
use crate::fact::{FactId, Field, ShownField};
use crate::report::Style;
use crate::source::Shown;
use serde_json::{Map, Value, json};
use std::io::{self, Write};

pub(super) fn run(args: &FactsArgs, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
    let options = Options {
        paths: &args.paths,
        project: &args.project,
        stdin: Some(&args.stdin),
        bare: Bare::Seen,
        documents: true,
    };
    let mut session = Session::load_since(&options, args.since.base.as_deref(), false, terminal);
    if !args.paths.iter().any(|path| path.as_os_str() == "-") {
        super::check::check_labels(&args.stdin, &mut session);
    }
    let status = if session.problems.is_empty() { 0 } else { 2 };
    if style.quiet {
        return Ok(status);
    }
    // A reader that went away changes nothing of what could not be read.
    match write(args, style, &session, &mut terminal.stdout) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
        _ => {}
    }
    if status > 0 {
        return terminal.refuse(session.problems.clone(), session.sources.shown(), style);
    }
    Ok(status)
}

fn write(args: &FactsArgs, style: &Style, session: &Session, out: &mut dyn Write) -> io::Result<()> {
    let shown = session.sources.shown();
    if args.format == "json" {
        let facts: Vec<Value> = wanted(args, session).map(|(project, id)| fact_json(project, id, shown)).collect();
        let problems: Vec<Value> = session.problems.iter().map(|each| problem(each, shown)).collect();
        return document::write(json!({ "version": 1, "facts": facts, "problems": problems }), out);
    }
    for notice in &session.notices {
        writeln!(out, "{}", on_one_line(notice))?;
    }
    for (project, id) in wanted(args, session) {
        out.write_all(fact_text(project, id, shown, style.width).as_bytes())?;
    }
    Ok(())
}

/// The facts below the paths, with the labels that were asked for.
fn wanted<'a>(args: &'a FactsArgs, session: &'a Session) -> impl Iterator<Item = (&'a Project, FactId)> {
    session.projects.iter().flat_map(|project| project.read.facts.all().map(move |id| (project, id))).filter(
        |(project, id)| {
            let facts = &project.read.facts;
            let stdin = args.paths.iter().any(|path| path.as_os_str() == "-");
            let is = |label: Field, name: &Option<String>| {
                name.as_ref().is_none_or(|name| {
                    facts.get(*id, label).text().is_some_and(|own| project.set.spellings.same(label, own, name))
                })
            };
            let labels =
                stdin || (is(Field::Service, &args.stdin.service) && is(Field::Environment, &args.stdin.environment));
            labels && project.scope.holds(facts.fact(*id).anchor.source)
        },
    )
}

/// One fact for people: kind and place, whose it is, then its fields.
pub(super) fn fact_text(project: &Project, id: FactId, shown: Shown<'_>, width: usize) -> String {
    let facts = &project.read.facts;
    let fact = facts.fact(id);
    let at = shown.place(fact.anchor);
    let mut text = format!("{}  {}:{}:{}\n", fact.kind.def().name, shown.path(fact.anchor.source), at.line, at.column);
    let whose = [Field::Service, Field::Environment]
        .into_iter()
        .filter_map(|label| facts.get(id, label).text().map(|name| format!("{label} {}", on_one_line(name))));
    let variable = fact
        .parent
        .map(|parent| facts.get(parent, Field::Name))
        .and_then(|state| state.text())
        .map(|name| format!("in {}", on_one_line(name)));
    let first: Vec<String> = whose.chain(variable).collect();
    let rest = fact.why_opaque().map(|cause| format!("the rest unknown: {}", on_one_line(&cause.reason)));
    let fields: Vec<String> = facts.shown_fields(id).iter().filter_map(field_text).chain(rest).collect();
    for parts in [first, fields] {
        text.push_str(&wrapped(&parts, width));
    }
    text
}

/// "port 5432", "sslmode prefer (not written: the driver's default)"; nothing for what is absent.
fn field_text(field: &ShownField) -> Option<String> {
    let name = if field.field == Field::Is { "is" } else { field.field.as_str() };
    match (&field.value, field.state) {
        (Some(value), "defaulted") if field.note.is_empty() => Some(format!("{name} {value} (not written)")),
        (Some(value), "defaulted") => Some(format!("{name} {value} (not written: {})", field.note)),
        (Some(value), _) => Some(format!("{name} {value}")),
        (None, "unknown") => Some(format!("{name} unknown: {}", on_one_line(&field.note))),
        (None, _) => None,
    }
}

/// Parts joined by dots, in lines of at most `width` columns.
fn wrapped(parts: &[String], width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if line.chars().count() + part.chars().count() + 3 <= width => {
                line.push_str(" · ");
                line.push_str(part);
            }
            _ => lines.push(format!("    {part}")),
        }
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

fn fact_json(project: &Project, id: FactId, shown: Shown<'_>) -> Value {
    let facts = &project.read.facts;
    let fact = facts.fact(id);
    let mut fields = Map::new();
    for field in facts.shown_fields(id) {
        let mut entry = Map::new();
        entry.insert("state".into(), field.state.into());
        if let Some(value) = field.value {
            entry.insert("value".into(), value.into());
        }
        if !field.note.is_empty() {
            entry.insert("note".into(), field.note.into());
        }
        if let Some(span) = field.span {
            entry.insert("at".into(), place(span, shown));
        }
        fields.insert(field.field.as_str().into(), entry.into());
    }
    let label = |label: Field| facts.get(id, label).text().map(str::to_owned);
    json!({
        "kind": fact.kind.def().name,
        "path": shown.path(fact.anchor.source),
        "at": place(fact.anchor, shown),
        "document": facts.document(id).kind,
        "service": label(Field::Service),
        "environment": label(Field::Environment),
        "variable": fact.parent.and_then(|parent| facts.get(parent, Field::Name).text()),
        "fields": fields,
    })
}
