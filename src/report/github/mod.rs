//! Annotations of GitHub Actions: a line a finding, which the runner puts at its place in a pull request.

mod command;

pub use command::Command;

use super::spot::{Spot, in_repository};
use super::{Report, Style, words};
use crate::finding::{Finding, Problem, Severity, Undecided};
use crate::source::{Shown, Span, escape_controls};
use std::collections::HashMap;
use std::io::{self, Write as _};

/// So many annotations of a level GitHub shows for a step.
pub const SHOWN: usize = 10;

/// Writes an annotation for each finding, problem and thing that is undecided, and what was checked at last; nothing at all
/// when `quiet`.
///
/// # Errors
/// Those of `out`.
pub(super) fn render(report: &Report, shown: Shown<'_>, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    if style.quiet {
        return Ok(());
    }
    annotate(report, shown, None, out)?;
    // A plain line, which a runner only shows: a log without a word could be taken for a run that never was.
    out.write_all(super::human::closing(report, &Style { color: false, problems: true, ..*style }).as_bytes())?;
    out.flush()
}

/// Writes annotations beside another report: at most `limit` of each level, and how many more there are.
///
/// # Errors
/// Those of `out`.
pub fn annotate(report: &Report, shown: Shown<'_>, limit: Option<usize>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let annotations = Annotations { base: &report.base, shown };
    let problems = report.problems.iter().map(|problem| annotations.problem(problem));
    let findings = report.findings.iter().map(|finding| annotations.finding(finding));
    let undecided = report.undecided.iter().map(|doubt| annotations.undecided(doubt));
    let notices = words::foremost(report).map(|notice| Command::new("notice", notice).with("title", "preflight"));
    let (mut written, mut left): (HashMap<&str, usize>, usize) = (HashMap::new(), 0);
    for command in notices.chain(problems).chain(findings).chain(undecided) {
        let count = written.entry(command.level()).or_default();
        if limit.is_some_and(|limit| *count >= limit) {
            left += 1;
            continue;
        }
        *count += 1;
        writeln!(out, "{command}")?;
    }
    if left > 0 {
        let more =
            Command::new("notice", format!("{left} more stand in the log of this step")).with("title", "preflight");
        writeln!(out, "{more}")?;
    }
    out.flush()
}

/// What places need.
struct Annotations<'a> {
    base: &'a str,
    shown: Shown<'a>,
}

impl Annotations<'_> {
    fn finding(&self, finding: &Finding) -> Command {
        let level = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let fix = words::one_line(&finding.advice.fix);
        let fix = if fix.is_empty() { fix } else { format!("\nfix: {fix}") };
        let command = Command::new(level, words::said(finding) + &fix).with("title", escape_controls(&finding.policy));
        self.placed(command, &Spot::of(finding, self.shown))
    }

    fn undecided(&self, doubt: &Undecided) -> Command {
        let command = Command::new("warning", words::undecided(doubt));
        self.at(command.with("title", "undecided"), doubt.span)
    }

    fn problem(&self, problem: &Problem) -> Command {
        let said = words::problem(problem);
        let command = Command::new("error", said.join("\n")).with("title", format!("no verdict: {}", problem.about));
        self.at(command, problem.span)
    }

    fn at(&self, command: Command, span: Option<Span>) -> Command {
        match span {
            // What is a part of the program is no file of the repository.
            Some(span) if !self.shown.is_built_in(span.source) => self.placed(command, &Spot::at(span, self.shown)),
            _ => command,
        }
    }

    /// With a file, lines and columns. GitHub takes columns for a place of one line only.
    fn placed(&self, command: Command, spot: &Spot<'_>) -> Command {
        let place = spot.place;
        let command = command.with("file", in_repository(self.base, &spot.path));
        if spot.missing {
            return command;
        }
        let command = command.with("line", place.line).with("endLine", place.end_line);
        if place.line != place.end_line {
            return command;
        }
        command.with("col", place.column).with("endColumn", place.end_column)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::super::tests::{rendered, samples};
    use super::*;

    #[test]
    fn every_finding_is_an_annotation_at_its_place() {
        let sample = &samples()[0];
        let text = rendered("github", sample);
        let commands: Vec<Command> = text.lines().filter_map(Command::parse).collect();
        assert_eq!(commands.len(), sample.report.findings.len() + sample.report.undecided.len());
        assert_eq!(
            text.lines().next().unwrap(),
            "::error title=runtime-goes-through-the-pooler,file=env/prod/dragonfly-api.env,line=3,endLine=3,col=108,\
             endColumn=112::DATABASE_URL of dragonfly-api in prod connects past the pooler: port 5432 is the session \
             pooler%0Afix: Use port 6543 and add ?sslmode=require."
        );
        assert!(text.contains("::warning title=undecided,file=env/prod/dragonfly-worker-ingest.env,line=3,"), "{text}");
        assert!(text.contains("::notice title=tables-have-row-security,"), "{text}");
        let several = text.lines().find(|line| line.contains("one statement")).unwrap();
        assert!(several.contains("line=7,endLine=9::"), "columns are for one line only: {several}");
        assert!(text.ends_with("exit 1\n") && text.contains("\nChecked 14 documents"), "{text}");
    }

    #[test]
    fn beside_another_report_there_are_no_more_than_github_shows() {
        let sample = &samples()[0];
        let mut out = Vec::new();
        annotate(&sample.report, sample.sources.map.shown(), Some(2), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().filter(|line| line.starts_with("::error ")).count(), 2);
        let left = sample.report.totals.errors - 2 + (sample.report.totals.warnings + 2 - 2);
        assert!(
            text.ends_with(&format!("::notice title=preflight::{left} more stand in the log of this step\n")),
            "{text}"
        );
    }

    #[test]
    fn paths_are_those_of_the_repository() {
        let mut sample = samples().swap_remove(0);
        sample.report.base = "deploy/prod".into();
        assert!(rendered("github", &sample).contains("file=deploy/prod/env/prod/dragonfly-api.env,"));
    }
}
