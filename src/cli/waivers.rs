//! `preflight waivers`: the waivers of a project, with how each fares and the days it still holds.

use super::args::WaiversArgs;
use super::exceptions::{self, Excepted};
use super::json as document;
use super::session::{Bare, Options, Project, Session};
use super::{Terminal, on_one_line};
use crate::finding::{Finding, Waived};
use crate::report::Style;
use crate::source::Shown;
use crate::waive::{State, Status, Target, Waiver};
use serde_json::{Value, json};
use std::io::{self, Write};

/// One waiver with how it fares.
struct Line<'a> {
    waiver: &'a Waiver,
    status: Status,
    /// What it hides.
    hides: Vec<&'a Finding>,
}

pub(super) fn run(args: &WaiversArgs, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
    let paths: Vec<_> = args.path.iter().cloned().collect();
    let options = Options { paths: &paths, project: &args.project, stdin: None, bare: Bare::Judged, documents: true };
    let mut session = Session::load(&options, terminal);
    let shown = session.sources.shown();
    let mut problems = Vec::new();
    let mut all: Vec<(&Project, Excepted)> = Vec::new();
    for project in &session.projects {
        let (excepted, own) = exceptions::judge(project, shown, session.problems.is_empty());
        problems.extend(own);
        all.push((project, excepted));
    }
    session.problems.extend(problems);
    let status = if session.problems.is_empty() { 0 } else { 2 };
    if style.quiet {
        return Ok(status);
    }
    let lines: Vec<Line<'_>> = all.iter().flat_map(|(project, excepted)| lines(project, excepted)).collect();
    let faults: Vec<&Finding> =
        all.iter().flat_map(|(_, excepted)| excepted.faults.iter().map(|(_, finding)| finding)).collect();
    let out = &mut terminal.stdout;
    if args.format == "json" {
        let waivers: Vec<Value> = lines.iter().map(|line| line_json(line, shown)).collect();
        let faults: Vec<Value> = faults.iter().map(|finding| fault_json(finding, shown)).collect();
        let problems: Vec<Value> = session.problems.iter().map(|each| document::problem(each, shown)).collect();
        document::write(json!({ "version": 1, "waivers": waivers, "findings": faults, "problems": problems }), out)?;
    } else {
        human(&lines, &faults, shown, out)?;
    }
    if !session.problems.is_empty() {
        terminal.refuse(session.problems.clone(), shown, style)?;
    }
    Ok(status)
}

/// One line a waiver, what is wrong with them, and the count.
fn human(lines: &[Line<'_>], faults: &[&Finding], shown: Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
    for line in lines {
        out.write_all(text(line, shown).as_bytes())?;
    }
    for finding in faults {
        let place = finding.span().map(|span| place(span, shown)).unwrap_or_default();
        writeln!(out, "{}[{}] {place}: {}", finding.severity, finding.policy, on_one_line(&finding.message))?;
    }
    writeln!(out, "{}", total(lines))
}

fn lines<'a>(project: &'a Project, excepted: &'a Excepted) -> Vec<Line<'a>> {
    let waivers = project.exceptions.waivers.list.iter().zip(&excepted.statuses);
    let hides = |waiver: &Waiver| {
        let is_its = |waived: &&Waived| waived.named.contains(&waiver.policy.span);
        excepted.waived.iter().filter(is_its).map(|waived| &waived.finding).collect()
    };
    waivers.map(|(waiver, status)| Line { waiver, status: *status, hides: hides(waiver) }).collect()
}

/// `path:line:column`.
fn place(span: crate::source::Span, shown: Shown<'_>) -> String {
    let at = shown.place(span);
    format!("{}:{}:{}", shown.path(span.source), at.line, at.column)
}

/// `until 2027-01-31 (12 days left)`.
fn until(line: &Line<'_>) -> String {
    let Some(until) = &line.waiver.terms.until else { return "never ends".to_owned() };
    let day = crate::date::text(until.value);
    match line.status.days_left {
        Some(0) => format!("until {day} (its last day)"),
        Some(1) => format!("until {day} (1 day left)"),
        Some(days) if days > 0 => format!("until {day} ({days} days left)"),
        Some(-1) => format!("until {day} (1 day ago)"),
        Some(days) => format!("until {day} ({} days ago)", -days),
        None => format!("until {day}"),
    }
}

fn text(line: &Line<'_>, shown: Shown<'_>) -> String {
    let terms = &line.waiver.terms;
    let said = |lead: &str, text: Option<&crate::source::Spanned<String>>| {
        text.map(|text| format!("  {lead} {}", on_one_line(&text.value))).unwrap_or_default()
    };
    let mut out = format!(
        "{:12}  {}  {}  {}{}{}\n",
        line.status.state.as_str(),
        on_one_line(&line.waiver.policy.value),
        place(line.waiver.span, shown),
        until(line),
        said("owner", terms.owner.as_ref()),
        said("ticket", terms.ticket.as_ref()),
    );
    if let Some(reason) = &terms.reason {
        out.push_str(&format!("{:14}reason  {}\n", "", on_one_line(&reason.value)));
    }
    if line.hides.is_empty() && matches!(line.waiver.target, Target::Named { .. }) {
        out.push_str(&format!("{:14}for     {}\n", "", on_one_line(&line.waiver.target.words())));
    }
    for finding in &line.hides {
        out.push_str(&format!("{:14}hides   {}\n", "", on_one_line(&finding.message)));
    }
    out
}

/// `4 waivers: 2 in force, 1 expires soon, 1 expired`.
fn total(lines: &[Line<'_>]) -> String {
    const STATES: &[State] = &[
        State::InForce,
        State::ExpiresSoon,
        State::Expired,
        State::Unused,
        State::Duplicate,
        State::Unknown,
        State::Invalid,
    ];
    let of = |state: &State| (lines.iter().filter(|line| line.status.state == *state).count(), state.as_str());
    let counts: Vec<String> =
        STATES.iter().map(of).filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    match lines.len() {
        0 => "no waivers".to_owned(),
        1 => format!("1 waiver: {}", counts.join(", ")),
        all => format!("{all} waivers: {}", counts.join(", ")),
    }
}

fn line_json(line: &Line<'_>, shown: Shown<'_>) -> Value {
    let (waiver, terms) = (line.waiver, &line.waiver.terms);
    let text = |text: &Option<crate::source::Spanned<String>>| text.as_ref().map(|text| text.value.clone());
    let target = match &waiver.target {
        Target::Here(reach) => json!({ "is": reach.what, "at": document::place(reach.span, shown) }),
        Target::Named { path, object, findings } => {
            json!({ "is": "object", "path": path.value, "object": object.value, "findings": findings })
        }
    };
    json!({
        "policy": waiver.policy.value,
        "state": line.status.state.as_str().replace(' ', "-"),
        "path": shown.path(waiver.span.source),
        "at": document::place(waiver.span, shown),
        "target": target,
        "reason": text(&terms.reason),
        "until": terms.until.as_ref().map(|until| crate::date::text(until.value)),
        "days_left": line.status.days_left,
        "owner": text(&terms.owner),
        "ticket": text(&terms.ticket),
        "hides": line.hides.iter().map(|finding| finding.message.clone()).collect::<Vec<_>>(),
    })
}

fn fault_json(finding: &Finding, shown: Shown<'_>) -> Value {
    let span = finding.span();
    json!({
        "policy": finding.policy,
        "severity": finding.severity.as_str(),
        "message": finding.message,
        "path": span.map(|span| shown.path(span.source)),
        "at": span.map(|span| document::place(span, shown)),
    })
}
