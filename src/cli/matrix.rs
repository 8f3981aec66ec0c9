//! `preflight matrix`: the tables of matrix policies, with the truth beside them.

use super::Terminal;
use super::args::{CheckArgs, MatrixArgs};
use super::check;
use super::exceptions::{self, Judged, State};
use super::session::{Bare, Options, Project, Session};
use crate::discover::{self, Fence, Files, Place};
use crate::document::value::redacted;
use crate::evaluate::{Evaluation, Run};
use crate::fact::Field;
use crate::finding::{Finding, Key, Problem, Severity};
use crate::matrix::{FORMATS, Sheet, Shows, Table, judged, of_policies};
use crate::policy::model::Shape;
use crate::policy::{self, PolicySet, Spellings};
use crate::project;
use crate::report::{Report, RunState, Style};
use crate::rule::JudgedService;
use crate::source::{Shown, Span, Spanned};
use std::collections::HashSet;
use std::io;
use std::path::Path;

pub(super) fn run(args: &MatrixArgs, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
    let (mut sheet, session) = if args.pack.is_empty() { of_project(args, terminal) } else { of_packs(args, terminal) };
    if args.broken {
        sheet.tables.iter_mut().for_each(Table::only_broken);
    }
    if let Some(format) = FORMATS.iter().find(|format| format.name == args.format)
        && !style.quiet
    {
        let style = Style { problems: false, ..*style };
        match (format.render)(&sheet, session.sources.shown(), &style, &mut terminal.stdout) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            result => result?,
        }
    }
    terminal.say(&sheet.problems, session.sources.shown(), style)?;
    let exit = sheet.exit;
    // The command ends here: to give every fact back one by one would only take time.
    std::mem::forget((sheet, session));
    Ok(exit)
}

/// The same question as `check` would ask.
fn as_check(args: &MatrixArgs) -> CheckArgs {
    CheckArgs {
        paths: args.paths.clone(),
        project: args.project.clone(),
        stdin: args.labels.clone().into(),
        strict: args.strict,
        fail_on: args.fail_on.clone(),
        policy: args.policy.clone(),
        ..CheckArgs::default()
    }
}

fn of_project(args: &MatrixArgs, terminal: &mut Terminal) -> (Sheet, Session) {
    let options = Options {
        paths: &args.paths,
        project: &args.project,
        stdin: None,
        bare: Bare::Judged,
        documents: !args.policy_only,
    };
    let mut session = Session::load(&options, terminal);
    let check = as_check(args);
    if args.policy_only {
        check::check_policies_named(&check, &mut session);
    } else {
        check::check_filters(&check, &mut session);
    }
    let fail_on = check::fail_level(&check, &session);
    let mut sheet = Sheet { notices: session.notices.clone(), ..Sheet::default() };
    let mut report = Report { problems: session.problems.clone(), ..Report::default() };
    let mut judged_any = false;
    let mut because = None;
    for project in &session.projects {
        if args.policy_only {
            sheet.tables.extend(of_policies(&project.set, |id| is_wanted(args, id)));
            continue;
        }
        let evaluation = evaluate(args, project);
        report.problems.extend(evaluation.problems.iter().cloned());
        for state in &evaluation.states {
            match &state.state {
                RunState::NotJudged { because: reason } | RunState::OutOfScope { because: reason } => {
                    sheet.notices.push(format!("{} was not judged: {reason}", state.policy));
                    because.get_or_insert_with(|| reason.clone());
                }
                RunState::Idle | RunState::Judged(_) => judged_any = true,
            }
        }
        let waived = waived(project, &evaluation, session.sources.shown());
        let is_waived = |finding: &Finding| waived.contains(&finding.key());
        let shows = Shows { service: &|service| is_shown(args, project, service), waived: &is_waived };
        let (tables, findings) = judged(&project.read.facts, &project.set, &evaluation, &shows);
        sheet.tables.extend(tables);
        report.findings.extend(findings);
        let unread = project.read.unread.iter();
        let unread: Vec<Finding> =
            unread.filter(|finding| check::is_shown(&check, project, finding)).cloned().collect();
        sheet.unread.extend(unread.iter().cloned());
        report.findings.extend(unread);
        let undecided = evaluation.undecided.into_iter();
        report.undecided.extend(undecided.filter(|doubt| check::undecided_is_shown(&check, project, doubt)));
    }
    if report.problems.is_empty() && sheet.tables.is_empty() {
        report.problems.push(if judged_any { nothing_asked_for() } else { nothing(because) });
    }
    judge(&mut sheet, report, fail_on, args.strict);
    (sheet, session)
}

/// The tables of packs, without a project.
fn of_packs(args: &MatrixArgs, terminal: &mut Terminal) -> (Sheet, Session) {
    let mut session = Session::default();
    let names: Vec<Spanned<String>> = args
        .pack
        .iter()
        .map(|name| {
            // What is a secret is no pack, and is repeated by no message.
            let name = redacted(name.clone());
            let source = session.sources.add("--pack", name.as_str());
            let span = Span::new(source, 0..name.len());
            Spanned::new(name, span)
        })
        .collect();
    // Who names a pack on the command line may name any.
    let fence = Fence::around(Path::new("/"));
    let place = Place { folder: &terminal.folder, base: &terminal.folder, files: &Files::Disk, fence: &fence };
    let loaded = discover::packs(&names, place)
        .and_then(|packs| policy::load(&packs, &Spellings::default(), &[], &mut session.sources));
    let (mut sheet, mut report) = (Sheet::default(), Report::default());
    match loaded {
        Ok(set) => {
            sheet.tables = of_policies(&set, |id| is_wanted(args, id));
            report.problems.extend(unknown_policies(args, &set));
            if report.problems.is_empty() && sheet.tables.is_empty() {
                report.problems.push(nothing(None));
            }
        }
        Err(problems) => report.problems = problems,
    }
    judge(&mut sheet, report, Severity::Error, false);
    (sheet, session)
}

fn judge(sheet: &mut Sheet, report: Report, fail_on: Severity, strict: bool) {
    let report = report.judged(fail_on, strict);
    (sheet.verdict, sheet.exit) = (report.verdict, report.exit);
    (sheet.findings, sheet.undecided, sheet.problems) = (report.findings, report.undecided, report.problems);
}

fn evaluate(args: &MatrixArgs, project: &Project) -> Evaluation {
    let expected = project.config.as_ref().map(|config| project::expected(config, &project.prefix)).unwrap_or_default();
    let is_matrix = |id: &str| {
        let policy = project.set.policies.iter().find(|policy| policy.id.value == id);
        policy.is_some_and(|policy| matches!(policy.shape, Shape::Matrix(_)))
    };
    let wanted = |id: &str| is_matrix(id) && is_wanted(args, id);
    let run = Run { today: project.today, wanted: &wanted, needs: &[] };
    project.read.judge_tables(project.config.as_ref(), &project.set, &expected, run)
}

/// The findings that waivers hide.
fn waived(project: &Project, evaluation: &Evaluation, shown: Shown<'_>) -> HashSet<Key> {
    let judged = Judged { states: &evaluation.states, undecided: &evaluation.undecided, complete: false };
    let excepted = exceptions::except(evaluation.findings.clone(), State::now(project), shown, &judged, None, true);
    excepted.waived.iter().map(|waived| waived.finding.key()).collect()
}

fn is_wanted(args: &MatrixArgs, id: &str) -> bool {
    args.policy.is_empty() || args.policy.iter().any(|wanted| wanted.split('/').next() == Some(id))
}

/// Policies that were asked for and that no pack has.
fn unknown_policies(args: &MatrixArgs, set: &PolicySet) -> Vec<Problem> {
    let known = |id: &&String| set.policies.iter().any(|policy| policy.id.value == **id);
    let unknown = args.policy.iter().filter(|id| !known(id));
    unknown.map(|id| Problem::path("usage", "--policy", format!("there is no policy `{id}`"))).collect()
}

/// Whether a service is asked for: by its labels, and by a document below the paths.
fn is_shown(args: &MatrixArgs, project: &Project, service: &JudgedService) -> bool {
    let is = |label: Field, own: &str, wanted: &Option<String>| {
        wanted.as_ref().is_none_or(|wanted| project.set.spellings.same(label, own, wanted))
    };
    let below = project.scope.whole || service.documents.iter().any(|document| project.scope.holds(document.source));
    below
        && is(Field::Service, &service.service, &args.labels.service)
        && is(Field::Environment, &service.environment, &args.labels.environment)
}

/// What is said where every table speaks of others.
fn nothing_asked_for() -> Problem {
    Problem::path("usage", "matrix", "no table speaks of what was asked for")
        .help("`preflight matrix` alone shows every service and environment that a table speaks of.")
}

/// What is said where there is no table.
fn nothing(because: Option<String>) -> Problem {
    match because {
        Some(because) => Problem::path("usage", "matrix", format!("no matrix policy could be judged: {because}")),
        None => Problem::path("usage", "matrix", "there is no policy of the shape `matrix`")
            .help("`preflight policies` lists the policies in force with their shapes."),
    }
}
