//! One page for reviewers: nothing is loaded and nothing runs, so that it can be kept, sent and printed. Source lines are
//! those that may be shown, masked as in the report for people.

use super::page::{self, html as escaped};
use super::spot::Spot;
use super::{Report, RunState, Style, human, words};
use crate::finding::{Anchor, Finding, LabelRole, Problem, Severity};
use crate::source::{Shown, Span};
use human::View;
use std::io::{self, Write};

/// Lines of a snippet, at most.
const LINES: usize = 6;

/// Characters of a line that are shown before and behind what is marked.
const AROUND: usize = 100;

/// Writes the page, also when `quiet`.
///
/// # Errors
/// Those of `out`.
pub(super) fn render(report: &Report, shown: Shown<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let out = &mut io::BufWriter::new(out);
    let view = &View::new(shown);
    let title = format!("preflight: {}", words::outcome(report));
    page::write(&title, &mut *out, |out| {
        let plain = Style { color: false, problems: true, ..*style };
        for notice in words::foremost(report) {
            writeln!(out, "<p><strong>{}</strong></p>", escaped(&notice))?;
        }
        for line in human::closing(report, &plain).lines() {
            writeln!(out, "<p>{}</p>", escaped(line))?;
        }
        for notice in report.notices.iter().skip(report.foremost) {
            writeln!(out, "<p class=\"dim\">{}</p>", escaped(&words::one_line(notice)))?;
        }
        problems(report, view, out)?;
        if !report.findings.is_empty() {
            writeln!(out, "<h2>Findings</h2>")?;
        }
        for finding in &report.findings {
            write_finding(finding, view, out)?;
        }
        undecided(report, view, out)?;
        waived(report, view, out)?;
        states(report, out)
    })?;
    out.flush()
}

fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "bad",
        Severity::Warning => "warn",
        Severity::Info => "dim",
    }
}

fn write_finding(finding: &Finding, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let severity = finding.severity;
    let (class, policy) = (class(severity), escaped(&finding.policy));
    let message = escaped(&words::one_line(&finding.message));
    writeln!(out, "<h3><span class=\"{class}\">{severity}[{policy}]</span> {message}</h3>")?;
    match &finding.anchor {
        Anchor::At(span) => snippet(*span, &finding.note, view, out)?,
        Anchor::Missing(path) => {
            let note = escaped(&words::one_line(&finding.note));
            writeln!(out, "<div class=\"place\">{} (missing) <span class=\"dim\">{note}</span></div>", escaped(path))?;
        }
    }
    let (policy, facts): (Vec<_>, Vec<_>) = finding.labels.iter().partition(|label| label.role == LabelRole::Policy);
    for label in facts.into_iter().chain(policy) {
        snippet(label.span, &label.text, view, out)?;
    }
    let see = finding.advice.see.as_deref().unwrap_or_default().trim();
    let see = match page::is_link(see) {
        true => format!("<a href=\"{0}\">{0}</a>", escaped(see)),
        false => escaped(&words::one_line(see)),
    };
    let parts = [("why", advice(&finding.advice.why)), ("fix", advice(&finding.advice.fix)), ("see", see)];
    let parts: Vec<String> =
        parts.iter().filter(|(_, text)| !text.is_empty()).map(|(lead, text)| format!("<b>{lead}</b> {text}")).collect();
    if parts.is_empty() { Ok(()) } else { writeln!(out, "<p>{}</p>", parts.join("<br>\n")) }
}

fn advice(text: &str) -> String {
    let lines: Vec<String> = text.trim().lines().map(|line| escaped(line.trim_end())).collect();
    lines.join("<br>")
}

/// A place with its lines, what it covers marked, and a few words.
fn snippet(span: Span, text: &str, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (path, place) = (view.path(span.source), view.place(span));
    let text = escaped(&words::one_line(text));
    write!(
        out,
        "<div class=\"place\">{}:{}:{} <span class=\"dim\">{text}</span></div>\n<pre>",
        escaped(path),
        place.line,
        place.column
    )?;
    let last = place.end_line.min(view.line_count(span.source)).max(place.line);
    for number in (place.line..=last).take(LINES) {
        let line = view.line(span.source, number);
        let start = if number == place.line { line.position(span.start as usize) } else { 0 };
        let end = if number == place.end_line { line.end_position(span.end as usize) } else { line.text.len() };
        let before = line.text.get(..start).unwrap_or("");
        let marked = line.text.get(start..end.max(start)).unwrap_or("");
        let behind = line.text.get(end.max(start)..).unwrap_or("");
        writeln!(
            out,
            "{number} {}<mark>{}</mark>{}",
            tail(before),
            escaped(&head(marked, 4 * AROUND)),
            escaped(&head(behind, AROUND))
        )?;
    }
    let left = (last + 1 - place.line).saturating_sub(LINES);
    if left > 0 {
        writeln!(out, "… {}", words::count(left, "more line"))?;
    }
    writeln!(out, "</pre>")
}

/// The first characters of a text.
fn head(text: &str, room: usize) -> String {
    match text.char_indices().nth(room) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text.to_owned(),
    }
}

/// The last characters of a text, for a page.
fn tail(text: &str) -> String {
    match text.char_indices().rev().nth(AROUND) {
        Some((at, _)) => format!("…{}", escaped(text.get(at..).unwrap_or(""))),
        None => escaped(text),
    }
}

fn problems(report: &Report, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    if report.problems.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>No verdict</h2>")?;
    for Problem { about, message, span, note, path, help } in &report.problems {
        let message = escaped(&words::one_line(message));
        writeln!(out, "<h3><span class=\"bad\">{}</span> {message}</h3>", escaped(about))?;
        match (span, path) {
            (Some(span), _) => snippet(*span, note, view, out)?,
            (None, Some(path)) => writeln!(out, "<div class=\"place\">{}</div>", escaped(path))?,
            (None, None) => {}
        }
        if !help.trim().is_empty() {
            writeln!(out, "<pre>{}</pre>", escaped_lines(help))?;
        }
    }
    Ok(())
}

fn escaped_lines(text: &str) -> String {
    text.trim().lines().map(escaped).collect::<Vec<_>>().join("\n")
}

fn undecided(report: &Report, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    if report.undecided.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>Undecided</h2>")?;
    for doubt in &report.undecided {
        let policies = escaped(&doubt.policies.join(", "));
        let said = escaped(&words::undecided(doubt));
        writeln!(
            out,
            "<h3><span class=\"warn\">undecided</span> {said}</h3>\n<p class=\"dim\">asked by {policies}</p>"
        )?;
        if let Some(span) = doubt.span {
            snippet(span, "", view, out)?;
        }
    }
    Ok(())
}

fn waived(report: &Report, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    if report.waived.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>Waived</h2>\n<div class=\"scroll\"><table><tr><th>policy</th><th>what</th><th>where</th>")?;
    writeln!(out, "<th>reason</th><th>until</th><th>owner</th></tr>")?;
    for waived in &report.waived {
        let spot = Spot::of(&waived.finding, view.shown());
        let until = waived.until.map(crate::date::text).unwrap_or_default();
        writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{}:{}:{}</td><td>{}</td><td>{until}</td><td>{}</td></tr>",
            escaped(&waived.finding.policy),
            escaped(&words::said(&waived.finding)),
            escaped(&spot.path),
            spot.place.line,
            spot.place.column,
            escaped(&words::one_line(&waived.reason)),
            escaped(waived.owner.as_deref().unwrap_or_default())
        )?;
    }
    writeln!(out, "</table></div>")
}

/// How each policy fared.
fn states(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if report.states.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>Policies</h2>\n<div class=\"scroll\"><table><tr><th>policy</th><th>how it fared</th></tr>")?;
    for policy in &report.states {
        let (class, fared) = match &policy.state {
            RunState::NotJudged { because } => ("dim", format!("not judged: {}", words::one_line(because))),
            RunState::OutOfScope { because } => ("warn", format!("out of scope: {}", words::one_line(because))),
            RunState::Idle => ("dim", "idle: in scope, and there is no such fact".to_owned()),
            RunState::Judged(number) => ("", format!("judged {number}")),
        };
        writeln!(out, "<tr><td>{}</td><td class=\"{class}\">{}</td></tr>", escaped(&policy.policy), escaped(&fared))?;
    }
    writeln!(out, "</table></div>")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::super::tests::{elements, rendered, samples};

    #[test]
    fn a_page_has_only_our_own_elements() {
        for sample in samples() {
            let page = rendered("html", &sample);
            let elements = elements(&page);
            let known = [
                "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "span", "div", "pre",
                "mark", "b", "br", "table", "tbody", "tr", "th", "td", "a",
            ];
            for (name, attributes) in &elements {
                assert!(known.contains(&name.as_str()), "<{name}>");
                assert!(attributes.iter().all(|(name, _)| !name.starts_with("on") && name != "src"), "{attributes:?}");
            }
            let count = |name: &str| elements.iter().filter(|(known, _)| known == name).count();
            let report = &sample.report;
            assert_eq!(count("h3"), report.findings.len() + report.undecided.len() + report.problems.len());
        }
    }

    #[test]
    fn both_ends_are_shown_and_the_secret_is_not() {
        let page = rendered("html", &samples()[0]);
        assert!(page.contains("postgres.abcdefghijklmnopqrst:••••@aws-0"), "{page}");
        assert!(page.contains("<mark>5432</mark>/postgres") && page.contains("<mark>port: 6543</mark>"), "{page}");
        assert!(page.contains("env/prod/dragonfly-worker\\u{1b}[2J-enforcement.env (missing)"), "{page}");
        let longest = page.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(longest < 1_500, "long lines are cut: {longest}");
    }
}
