//! `preflight state`: the schema that the migrations leave.

use super::Terminal;
use super::args::StateArgs;
use super::json::problem;
use super::session::{Bare, Options, Session};
use crate::fact::Fact;
use crate::finding::Problem;
use crate::report::Style;
use crate::source::Shown;
use crate::state::{self, Schema};
use std::io::{self, Write};

pub(super) fn run(args: &StateArgs, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
    let options =
        Options { paths: &args.paths, project: &args.project, stdin: None, bare: Bare::Seen, documents: true };
    let mut session = Session::load(&options, terminal);
    let history = match session.history("preflight state") {
        Ok(history) => history,
        Err(problem) => {
            session.problems.push(*problem);
            None
        }
    };
    if session.problems.is_empty() && history.is_none() {
        let help = "Add an entry to `documents:` with kind migration.";
        session.problems.push(Problem::path("path", ".", "no migration was found").help(help));
    }
    let status = if session.problems.is_empty() { 0 } else { 2 };
    if style.quiet {
        return Ok(status);
    }
    let written = write(args, &session, history.as_deref(), &mut terminal.stdout);
    if !session.problems.is_empty() {
        terminal.refuse(session.problems.clone(), session.sources.shown(), style)?;
    }
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(status),
    }
}

fn write(args: &StateArgs, session: &Session, history: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    let shown = session.sources.shown();
    let schema = schema_of(session, history, shown);
    match args.format.as_str() {
        "json" => {
            let mut json = serde_json::to_value(&schema).map_err(io::Error::from)?;
            let problems: Vec<_> = session.problems.iter().map(|each| problem(each, shown)).collect();
            if let (Some(object), false) = (json.as_object_mut(), problems.is_empty()) {
                object.insert("problems".into(), problems.into());
            }
            return super::json::write(json, out);
        }
        "sql" => state::sql(&schema, out)?,
        _ => state::human(&schema, out)?,
    }
    Ok(())
}

/// The schema that the migrations of one history leave: not what an export says of a database.
pub(super) fn schema_of(session: &Session, history: Option<&str>, shown: Shown<'_>) -> Schema {
    let place = |fact: &Fact| format!("{}:{}", shown.path(fact.anchor.source), shown.place(fact.anchor).line);
    let read = session.projects.iter().map(|project| (&project.read.facts, project.read.doubts.as_slice()));
    Schema::of(read, history, place)
}
