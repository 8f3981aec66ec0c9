//! Words that several formats use: texts on one line, what a finding says, and counts.

use super::{Report, Totals};
use crate::finding::{Finding, Problem, Severity, Undecided};
use crate::source::escape_controls;

/// A text on one line, without control characters.
pub(super) fn one_line(text: &str) -> String {
    let parts: Vec<&str> = text.split(['\n', '\r']).map(str::trim).filter(|part| !part.is_empty()).collect();
    escape_controls(&parts.join(" "))
}

/// A text of several lines, each without control characters.
pub(super) fn lines(text: &str) -> String {
    text.trim().lines().map(|line| escape_controls(line.trim_end())).collect::<Vec<_>>().join("\n")
}

/// What a finding says, on one line: its message, and what is to be seen at its place where the message does not say it.
pub(super) fn said(finding: &Finding) -> String {
    let (message, note) = (one_line(&finding.message), one_line(&finding.note));
    if note.is_empty() || message.contains(&note) { message } else { format!("{message}: {note}") }
}

/// What a problem says, in parts: what is wrong, what is to be seen there, the way out. None is empty.
pub(super) fn problem(problem: &Problem) -> Vec<String> {
    let parts = [&problem.message, &problem.note, &problem.help].map(|text| one_line(text));
    parts.into_iter().filter(|text| !text.is_empty()).collect()
}

/// Sentences one behind the other.
pub(super) fn joined(sentences: &[String]) -> String {
    let mut out = String::new();
    for sentence in sentences.iter().filter(|sentence| !sentence.is_empty()) {
        if !out.is_empty() {
            out.push_str(if out.ends_with(['.', '?', '!', ':']) { " " } else { ". " });
        }
        out.push_str(sentence);
    }
    out
}

/// What something undecided says, on one line, with what would decide it.
pub(super) fn undecided(doubt: &Undecided) -> String {
    joined(&[one_line(&doubt.message), one_line(&doubt.help)])
}

/// What is to be read before anything else, each on one line: no format leaves it out.
pub(super) fn foremost(report: &Report) -> impl Iterator<Item = String> + '_ {
    report.notices.iter().take(report.foremost).map(|notice| one_line(notice))
}

/// `1 policy`, `2 policies`.
pub(super) fn count(number: usize, noun: &str) -> String {
    super::human::count(number, noun)
}

/// A kind of thing that is counted at the end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    Findings(Severity),
    Undecided,
    Waived,
    Known,
}

/// What there is, with its number and its words: `5 errors`, `1 undecided`. Kinds of which there is none are left out.
pub(super) fn counted(totals: &Totals) -> Vec<(Counted, String)> {
    [
        (Counted::Findings(Severity::Error), totals.errors, count(totals.errors, "error")),
        (Counted::Findings(Severity::Warning), totals.warnings, count(totals.warnings, "warning")),
        (Counted::Findings(Severity::Info), totals.infos, format!("{} info", totals.infos)),
        (Counted::Undecided, totals.undecided, format!("{} undecided", totals.undecided)),
        (Counted::Waived, totals.waived, format!("{} waived", totals.waived)),
        (Counted::Known, totals.known, format!("{} known from the baseline", totals.known)),
    ]
    .into_iter()
    .filter(|(_, number, _)| *number > 0)
    .map(|(kind, _, words)| (kind, words))
    .collect()
}

/// The outcome on one line: `clean`, or what there is: `5 errors, 1 undecided`, with problems first.
pub(super) fn outcome(report: &Report) -> String {
    let problems = Some(report.problems.len()).filter(|number| *number > 0);
    let problems = problems.map(|number| format!("no verdict: {}", count(number, "problem")));
    let all: Vec<String> =
        problems.into_iter().chain(counted(&report.totals).into_iter().map(|(_, words)| words)).collect();
    match (all.is_empty(), report.exit) {
        (false, _) => all.join(", "),
        (true, 2) => "no verdict".to_owned(),
        (true, _) => "clean".to_owned(),
    }
}
