//! The report for people. All of it is readable without colour, and our own text fits the width.

mod cut;
mod draw;
mod snippet;
mod summary;
#[cfg(test)]
mod tests;
pub(crate) mod text;
mod view;

use super::{Report, Style};
use crate::finding::{Advice, Anchor, Finding, LabelRole, Problem, Severity};
use crate::source::{Shown, escape_controls};
use snippet::Mark;
use std::io;
pub(in crate::report) use summary::closing;
pub(in crate::report) use text::count;
use text::{Ink, hanging, paint, wrap};
pub(in crate::report) use view::View;

/// Columns that are made use of however narrow the terminal is.
const NARROWEST: usize = 40;

/// Writes findings, problems, and the end of the run; nothing at all when `quiet`.
///
/// # Errors
/// Those of `out`.
pub(super) fn render(report: &Report, shown: Shown<'_>, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    if style.quiet {
        return Ok(());
    }
    let style = &Style { width: style.width.max(NARROWEST), ..*style };
    let view = &View::new(shown);
    write(out, &summary::foremost(report, style), style)?;
    for finding in &report.findings {
        write(out, &draw_finding(finding, view, style), style)?;
    }
    for problem in report.problems.iter().filter(|_| style.problems) {
        write(out, &draw_problem(problem, view, style), style)?;
    }
    write(out, &summary::draw(report, shown, style), style)?;
    out.flush()
}

/// Writes the problems, for a stream of their own, and a last line that counts them.
///
/// # Errors
/// Those of `out`.
pub(super) fn problems(report: &Report, shown: Shown<'_>, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    if style.quiet || report.problems.is_empty() {
        return Ok(());
    }
    let style = &Style { width: style.width.max(NARROWEST), ..*style };
    let view = &View::new(shown);
    for problem in &report.problems {
        write(out, &draw_problem(problem, view, style), style)?;
    }
    write(out, &summary::problems(report), style)?;
    out.flush()
}

/// Writes one block; where the drawing is ASCII, so are masks.
fn write(out: &mut dyn io::Write, block: &str, style: &Style) -> io::Result<()> {
    if style.unicode {
        return out.write_all(block.as_bytes());
    }
    out.write_all(block.replace('•', "*").as_bytes())
}

/// One finding: header, the places of facts and configuration, the policy, and what to do. Ends with a blank line.
fn draw_finding(finding: &Finding, view: &View<'_>, style: &Style) -> String {
    let mut block = header(finding.severity, &finding.policy, &finding.message, style);
    let mut marks = Vec::with_capacity(finding.labels.len() + 1);
    match &finding.anchor {
        Anchor::At(span) => marks.push(Mark { span: *span, text: finding.note.clone(), primary: true }),
        Anchor::Missing(path) => block.push_str(&no_text(path, " (missing)", &finding.note, style)),
    }
    let (policy, facts): (Vec<_>, Vec<_>) = finding.labels.iter().partition(|label| label.role == LabelRole::Policy);
    let others = facts.into_iter().chain(policy);
    marks.extend(others.map(|label| Mark { span: label.span, text: label.text.clone(), primary: false }));
    block.push_str(&snippet::draw(&marks, finding.severity, view, style));
    block.push_str(&draw_advice(&finding.advice, style));
    block.push('\n');
    block
}

/// One problem, drawn like a finding. Ends with a blank line.
fn draw_problem(problem: &Problem, view: &View<'_>, style: &Style) -> String {
    let mut block = header(Severity::Error, problem.about, &problem.message, style);
    match (problem.span, &problem.path) {
        (Some(span), _) => {
            let mark = Mark { span, text: problem.note.clone(), primary: true };
            block.push_str(&snippet::draw(&[mark], Severity::Error, view, style));
        }
        // The message names the path already, most of the time.
        (None, Some(path)) if problem.message.contains(path.as_str()) && problem.note.is_empty() => {}
        (None, Some(path)) => block.push_str(&no_text(path, "", &problem.note, style)),
        (None, None) => block.push_str(&hanging("        ", 8, &problem.note, style)),
    }
    block.push_str(&line("help", &problem.help, style));
    block.push('\n');
    block
}

/// `  × error[policy]: message`, wrapped.
fn header(severity: Severity, policy: &str, message: &str, style: &Style) -> String {
    let mark = match (severity, style.unicode) {
        (Severity::Error, true) => "×",
        (Severity::Warning, true) => "⚠",
        (Severity::Info, true) => "☞",
        (Severity::Error, false) => "x",
        (Severity::Warning, false) => "!",
        (Severity::Info, false) => ">",
    };
    let ink = Ink::Severity(severity);
    let title = format!("{severity}[{}]:", escape_controls(policy));
    let text = format!("{title} {}", escape_controls(message.trim()));
    let mut out = String::new();
    for (index, line) in wrap(&text, style.width.saturating_sub(4)).iter().enumerate() {
        let bar = if style.unicode { "│" } else { "|" };
        out.push_str(&format!("  {} ", paint(if index == 0 { mark } else { bar }, ink, style)));
        match line.strip_prefix(&title).filter(|_| index == 0) {
            Some(rest) => out.push_str(&format!("{}{}", paint(&title, ink, style), paint(rest, Ink::Strong, style))),
            None => out.push_str(&paint(line, Ink::Strong, style)),
        }
        out.push('\n');
    }
    out
}

/// The box of a path that has no text to show.
fn no_text(path: &str, state: &str, note: &str, style: &Style) -> String {
    let (top, bar, bottom) = if style.unicode { ("╭─", "│", "╰────") } else { (",-", "|", "`----") };
    let path = paint(&escape_controls(path), Ink::Path, style);
    let note = hanging(&format!("   {bar} "), 5, note, style).replace("\n     ", &format!("\n   {bar} "));
    format!("   {top}[{path}]{state}\n{note}   {bottom}\n")
}

/// `why`, `fix` and `see`.
fn draw_advice(advice: &Advice, style: &Style) -> String {
    let see = advice.see.as_deref().unwrap_or_default();
    [("why", advice.why.as_str()), ("fix", &advice.fix), ("see", see)]
        .iter()
        .map(|(lead, text)| line(lead, text, style))
        .collect()
}

/// One word in front of a text; nothing for no text.
fn line(lead: &str, text: &str, style: &Style) -> String {
    hanging(&format!("  {}  ", paint(lead, Ink::Lead, style)), lead.len() + 4, text, style)
}
