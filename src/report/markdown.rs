//! Markdown for a comment on a pull request or a job summary: the outcome first, then what matters most, and never more
//! than such a place takes. Text of an input goes through [`page`] only.

use super::page::{code, prose, reference};
use super::spot::Spot;
use super::{Report, Style, words};
use crate::finding::{Finding, Severity};
use crate::source::{Shown, escape_controls};
use std::io::{self, Write as _};

/// Rows of the table of findings.
const ROWS: usize = 50;

/// Other things that are listed, of each kind.
const ITEMS: usize = 10;

/// Characters that are written at most: a comment of GitHub holds 65,536.
const ROOM: usize = 60_000;

/// Writes the report, also when `quiet`.
///
/// # Errors
/// Those of `out`.
pub(super) fn render(report: &Report, shown: Shown<'_>, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut text = format!("### preflight: {}\n\n", prose(&words::outcome(report)));
    let plain = Style { color: false, problems: true, ..*style };
    for line in super::human::closing(report, &plain).lines().take(1) {
        text.push_str(&format!("{}\n", prose(line)));
    }
    for notice in words::foremost(report) {
        text.push_str(&format!("\n**{}**\n", prose(&notice)));
    }
    text.push_str(&items(
        "No verdict",
        report.problems.len(),
        report.problems.iter().map(|problem| {
            let place = problem.span.map(|span| at(&Spot::at(span, shown)));
            let place = place.or_else(|| problem.path.as_deref().map(|path| code(&escape_controls(path))));
            let help = if problem.help.trim().is_empty() {
                String::new()
            } else {
                format!(" {}", prose(first(&problem.help)))
            };
            let place = place.map(|place| format!("{place}: ")).unwrap_or_default();
            format!("{place}{}.{help}", prose(&problem.message))
        }),
    ));
    let rest = undecided(report, shown) + &waived(report, shown);
    text.push_str(&findings(report, shown, ROOM.saturating_sub(text.chars().count() + rest.chars().count())));
    text.push_str(&rest);
    let mut out = io::BufWriter::new(out);
    out.write_all(text.trim_end().as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()
}

/// The first line of a text: a long help is a file to paste, and stands in the log.
fn first(text: &str) -> &str {
    text.trim().lines().next().unwrap_or_default()
}

/// The table of findings, the worst first, in so many characters.
fn findings(report: &Report, shown: Shown<'_>, room: usize) -> String {
    if report.findings.is_empty() {
        return String::new();
    }
    let mut text = "\n| | policy | where | what |\n| --- | --- | --- | --- |\n".to_owned();
    let mut used = text.chars().count() + 100;
    let mut rows = 0;
    let worst_first = [Severity::Error, Severity::Warning, Severity::Info];
    let all = worst_first
        .iter()
        .flat_map(|severity| report.findings.iter().filter(move |finding| finding.severity == *severity));
    for finding in all.take(ROWS) {
        let row = row(finding, shown);
        used += row.chars().count();
        if used > room {
            break;
        }
        text.push_str(&row);
        rows += 1;
    }
    text + &more(report.findings.len() - rows)
}

fn row(finding: &Finding, shown: Shown<'_>) -> String {
    let severity = match finding.severity {
        Severity::Error => "❌ error",
        Severity::Warning => "⚠️ warning",
        Severity::Info => "ℹ️ info",
    };
    let see = finding.advice.see.as_deref().map(str::trim).filter(|see| super::page::is_link(see));
    let see = see.map(|see| format!(" {}", reference(see))).unwrap_or_default();
    let fix = words::one_line(&finding.advice.fix);
    let fix = if fix.is_empty() { String::new() } else { format!("<br>{}", prose(&fix)) };
    let (policy, place) = (code(&finding.policy), at(&Spot::of(finding, shown)));
    format!("| {severity} | {policy} | {place} | {}{fix}{see} |\n", prose(&words::said(finding)))
}

fn undecided(report: &Report, shown: Shown<'_>) -> String {
    items(
        "Undecided",
        report.undecided.len(),
        report.undecided.iter().map(|doubt| {
            let place = doubt.span.map(|span| format!("{}: ", at(&Spot::at(span, shown)))).unwrap_or_default();
            format!("{place}{}", prose(&words::undecided(doubt)))
        }),
    )
}

fn waived(report: &Report, shown: Shown<'_>) -> String {
    items(
        "Waived",
        report.waived.len(),
        report.waived.iter().map(|waived| {
            let until = waived.until.map(|day| format!(", until {}", crate::date::text(day))).unwrap_or_default();
            let place = at(&Spot::of(&waived.finding, shown));
            format!("{} at {place}: {}{until}", code(&waived.finding.policy), prose(&waived.reason))
        }),
    )
}

/// A list under a heading; nothing where there is nothing.
fn items(heading: &str, count: usize, all: impl Iterator<Item = String>) -> String {
    if count == 0 {
        return String::new();
    }
    let list: String = all.take(ITEMS).map(|item| format!("- {item}\n")).collect();
    format!("\n**{heading}**\n\n{list}{}", more(count.saturating_sub(ITEMS)))
}

fn more(left: usize) -> String {
    if left > 0 { format!("\nand {left} more\n") } else { String::new() }
}

/// `path:line:column` as code.
fn at(spot: &Spot<'_>) -> String {
    if spot.missing {
        return format!("{} (missing)", code(&spot.path));
    }
    code(&format!("{}:{}:{}", spot.path, spot.place.line, spot.place.column))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::super::tests::{rendered, samples};
    use super::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    #[test]
    fn the_outcome_stands_first_and_findings_are_rows() {
        let sample = &samples()[0];
        let text = rendered("markdown", sample);
        assert!(text.starts_with("### preflight: 7 errors, 1 warning, 1 info, 2 undecided\n"), "{text}");
        let mut rows = 0;
        for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
            rows += usize::from(matches!(event, Event::Start(Tag::TableRow)));
        }
        assert_eq!(rows, sample.report.findings.len());
        assert!(text.contains("| `no-drop-column` | `supabase/migrations/20260112093000_cleanup.sql:7:1` |"), "{text}");
        let broken = rendered("markdown", &samples()[1]);
        assert!(
            broken.starts_with("### preflight: no verdict: 3 problems\n") && broken.contains("if\\_exist"),
            "{broken}"
        );
    }

    #[test]
    fn it_is_never_longer_than_a_comment() {
        let mut sample = samples().swap_remove(0);
        let one = sample.report.findings[5].clone();
        let mut long = one.clone();
        long.message = format!("{} drops", "漢字".repeat(20_000));
        sample.report.findings = std::iter::repeat_n(one, 60).chain(std::iter::repeat_n(long, 60)).collect();
        sample.report = sample.report.judged(Severity::Error, false);
        let text = rendered("markdown", &sample);
        assert!(text.chars().count() < 65_536, "{}", text.chars().count());
        assert!(text.contains("\nand 70 more\n"), "50 of 120");
        sample.report.findings.reverse();
        let text = rendered("markdown", &sample);
        assert!(text.chars().count() < 65_536);
        assert!(text.contains("\nand 119 more\n"), "one of them has nearly all the room");
    }
}
