//! `preflight audit`: who holds which secret, on one page.

use super::Terminal;
use super::args::{AuditArgs, CheckArgs};
use super::check;
use super::session::{Bare, Options, Project, Session};
use crate::audit::{self, Audit, FORMATS, Input};
use crate::fact::Field;
use crate::finding::Problem;
use crate::report::Style;
use crate::source::{SourceId, Span};
use std::collections::HashSet;
use std::io;

pub(super) fn run(args: &AuditArgs, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
    let options =
        Options { paths: &args.paths, project: &args.project, stdin: None, bare: Bare::Seen, documents: true };
    let mut session = Session::load(&options, terminal);
    check::check_labels(&args.labels.clone().into(), &mut session);
    let audit = of_session(args, &session);
    if let Some(format) = FORMATS.iter().find(|format| format.name == args.format)
        && !style.quiet
    {
        let style = Style { problems: false, ..*style };
        match (format.render)(&audit, session.sources.shown(), &style, &mut terminal.stdout) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            result => result?,
        }
    }
    terminal.say(&audit.problems, session.sources.shown(), style)?;
    let exit = audit.exit();
    // The command ends here: to give every fact back one by one would only take time.
    std::mem::forget((audit, session));
    Ok(exit)
}

fn of_session(args: &AuditArgs, session: &Session) -> Audit {
    let shows: Vec<_> = session
        .projects
        .iter()
        .map(|project| {
            let own: HashSet<SourceId> =
                project.read.facts.documents().iter().map(|document| document.source).collect();
            move |service: Option<&str>, environment: Option<&str>, at: Span| {
                own.contains(&at.source) && is_shown(args, project, service, environment, at)
            }
        })
        .collect();
    let inputs: Vec<Input<'_>> = session
        .projects
        .iter()
        .zip(&shows)
        .map(|(project, shows)| Input { facts: &project.read.facts, set: &project.set, shows })
        .collect();
    let today = session.projects.iter().find_map(|project| project.today);
    let mut audit = audit::of(&inputs, today);
    audit.problems = session.problems.clone();
    audit.notices = session.notices.clone();
    for project in &session.projects {
        let unread = project.read.unread.iter();
        audit.unread.extend(unread.map(|finding| (finding.message.clone(), finding.severity, finding.span())));
    }
    if session.projects.is_empty() && audit.problems.is_empty() {
        audit.problems.push(Problem::path("path", ".", "nothing to read"));
    }
    // What waivers hide is what `check` says that they hide.
    let check = CheckArgs {
        paths: args.paths.clone(),
        project: args.project.clone(),
        stdin: args.labels.clone().into(),
        ..CheckArgs::default()
    };
    audit.waived = check::judge(&check, session.sources.shown(), session, &[]).waived;
    audit
}

/// Whether a holder is asked for: by its labels, and by its place.
fn is_shown(args: &AuditArgs, project: &Project, service: Option<&str>, environment: Option<&str>, at: Span) -> bool {
    let is = |label: Field, own: Option<&str>, wanted: &Option<String>| {
        wanted.as_ref().is_none_or(|wanted| own.is_some_and(|own| project.set.spellings.same(label, own, wanted)))
    };
    project.scope.holds(at.source)
        && is(Field::Service, service, &args.labels.service)
        && is(Field::Environment, environment, &args.labels.environment)
}
