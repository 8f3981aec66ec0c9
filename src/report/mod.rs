//! Reports: what a run found, and the formats that show it. A format is one file and one row of [`FORMATS`]; evaluation
//! fills in a [`Report`] and knows no format.

pub(crate) mod human;
pub mod identity;
pub mod json;
pub mod page;
#[cfg(test)]
mod sample;

use crate::finding::{Finding, Problem, Severity, Undecided, Waived};
use crate::source::Shown;
use std::io;

/// All that a run has to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The outcome; set by [`Report::judged`].
    pub verdict: Verdict,
    /// The exit status; set by [`Report::judged`].
    pub exit: u8,
    /// What policies forbid, in the order of places.
    pub findings: Vec<Finding>,
    /// What could not be known.
    pub undecided: Vec<Undecided>,
    /// What a waiver hides, in the order of places.
    pub waived: Vec<Waived>,
    /// What stands in the way of a verdict.
    pub problems: Vec<Problem>,
    /// How each policy fared, in the order of their files.
    pub states: Vec<PolicyState>,
    /// What a reader should know besides: which file was taken for what. One sentence each.
    pub notices: Vec<String>,
    /// How many of the notices, from the first, are to be read before anything else: what a change does to the
    /// configuration that judges it.
    pub foremost: usize,
    /// Counts.
    pub totals: Totals,
    /// The date by which waivers were judged, in days since 1970-01-01; none where none has an end.
    pub today: Option<i64>,
}

impl Report {
    /// The same with its verdict, its exit status, and the counts that follow from its lists (`documents`, `facts`,
    /// `policies`, `packs`, `waived` and `known` stay as they are). Findings at or above `fail_on` fail a run; something
    /// undecided counts as a warning, or as an error when `strict`.
    #[must_use]
    pub fn judged(mut self, fail_on: Severity, strict: bool) -> Self {
        let of = |severity| self.findings.iter().filter(|finding| finding.severity == severity).count();
        let (errors, warnings, infos) = (of(Severity::Error), of(Severity::Warning), of(Severity::Info));
        let in_state =
            |wanted: fn(&RunState) -> bool| self.states.iter().filter(|policy| wanted(&policy.state)).count();
        self.totals = Totals {
            errors,
            warnings,
            infos,
            undecided: self.undecided.len(),
            not_judged: in_state(|state| matches!(state, RunState::NotJudged { .. })),
            out_of_scope: in_state(|state| matches!(state, RunState::OutOfScope { .. })),
            idle: in_state(|state| matches!(state, RunState::Idle)),
            ..self.totals
        };
        let doubt = if strict { Severity::Error } else { Severity::Warning };
        let fails = self.findings.iter().any(|finding| finding.severity >= fail_on)
            || (!self.undecided.is_empty() && doubt >= fail_on);
        self.verdict = if !self.problems.is_empty() {
            Verdict::NoVerdict
        } else if !self.findings.is_empty() {
            Verdict::Findings
        } else if !self.undecided.is_empty() {
            Verdict::Undecided
        } else {
            Verdict::Clean
        };
        self.exit = match self.verdict {
            Verdict::NoVerdict => 2,
            _ if fails => 1,
            _ => 0,
        };
        self
    }
}

/// The outcome of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// Everything was read and judged, and nothing was found.
    Clean,
    /// Policies are broken.
    Findings,
    /// No policy is known to be broken, and not everything could be decided.
    Undecided,
    /// A broken policy or configuration, or an input that could not be read. Until judged, a run has no verdict.
    #[default]
    NoVerdict,
}

impl Verdict {
    /// The spelling in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Findings => "findings",
            Self::Undecided => "undecided",
            Self::NoVerdict => "no-verdict",
        }
    }
}

/// How one policy fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyState {
    /// The policy's id.
    pub policy: String,
    /// How it fared.
    pub state: RunState,
}

/// Whether a policy was judged, and by how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunState {
    /// No document gives the facts that it speaks of.
    NotJudged {
        /// Which documents are not there: a clause without a full stop.
        because: String,
    },
    /// Documents give such facts, and none has the labels that it speaks of: a warning, since it may be a misspelling.
    OutOfScope {
        /// Which labels nothing has: a clause without a full stop.
        because: String,
    },
    /// In scope, and there is no such fact.
    Idle,
    /// This many facts or groups were judged.
    Judged(usize),
}

/// Counts of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Documents that were read, by the word under which they are counted (`env`, `Railway`, `migrations`).
    pub documents: Vec<(&'static str, usize)>,
    /// How many of the documents the change that is judged touches; none where everything is judged.
    pub changed: Option<usize>,
    /// How many documents it removes.
    pub gone: usize,
    /// Facts found in them.
    pub facts: usize,
    /// Policies in force that were asked for.
    pub policies: usize,
    /// Policies that were judged, or had nothing to judge in their scope.
    pub decided: usize,
    /// Packs in force, with versions: `dragonfly 1.0.0`.
    pub packs: Vec<String>,
    /// Findings that are errors.
    pub errors: usize,
    /// Findings that are warnings.
    pub warnings: usize,
    /// Findings that are good to know.
    pub infos: usize,
    /// Things that could not be known.
    pub undecided: usize,
    /// Findings that a waiver hides.
    pub waived: usize,
    /// Findings that the baseline knows.
    pub known: usize,
    /// Policies without documents.
    pub not_judged: usize,
    /// Policies without documents of their labels.
    pub out_of_scope: usize,
    /// Policies without facts.
    pub idle: usize,
}

/// How to write for a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to use ANSI colour.
    pub color: bool,
    /// Columns to fit our own text into.
    pub width: usize,
    /// How much more to say than usual: 0, or how often `-v` was given.
    pub verbose: u8,
    /// Whether the exit status is all that is wanted.
    pub quiet: bool,
    /// Whether the drawing may leave ASCII.
    pub unicode: bool,
}

impl Default for Style {
    /// What a file or a pipe gets.
    fn default() -> Self {
        Self { color: false, width: 100, verbose: 0, quiet: false, unicode: true }
    }
}

/// Writes a report. Errors are those of the stream, a closed pipe among them.
pub type Render = fn(&Report, Shown<'_>, &Style, &mut dyn io::Write) -> io::Result<()>;

/// One way to show a report.
pub struct Format {
    /// The name on the command line.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// Writes a report in it.
    pub render: Render,
}

/// The table of formats; the first is the default.
pub const FORMATS: &[Format] = &[
    Format { name: "human", doc: "for people: every finding with its source and its policy", render: human::render },
    Format { name: "json", doc: "for programs: versioned, one document a run", render: json::render },
];

impl Format {
    /// The format called `name`.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::finding::Anchor;

    fn finding(severity: Severity) -> Finding {
        Finding::new("p", severity, "m", Anchor::Missing("a.env".into()), "")
    }

    fn exit(report: Report, fail_on: Severity, strict: bool) -> (&'static str, u8) {
        let report = report.judged(fail_on, strict);
        (report.verdict.as_str(), report.exit)
    }

    #[test]
    fn the_exit_status_follows_the_fail_level_and_doubt_is_never_clean() {
        let warned = Report { findings: vec![finding(Severity::Warning)], ..Report::default() };
        assert_eq!(exit(warned.clone(), Severity::Error, false), ("findings", 0));
        assert_eq!(exit(warned, Severity::Warning, false), ("findings", 1));
        let cause = Undecided { policies: vec!["p".into()], message: "m".into(), span: None, help: String::new() };
        let doubtful = Report { undecided: vec![cause], ..Report::default() };
        assert_eq!(exit(doubtful.clone(), Severity::Error, false), ("undecided", 0));
        assert_eq!(exit(doubtful.clone(), Severity::Error, true), ("undecided", 1));
        assert_eq!(exit(doubtful, Severity::Warning, false), ("undecided", 1));
        let broken = Problem::path("path", "env/prod", "does not exist");
        let broken = Report { problems: vec![broken], findings: vec![finding(Severity::Error)], ..Report::default() };
        assert_eq!(exit(broken, Severity::Error, false), ("no-verdict", 2));
        assert_eq!(exit(Report::default(), Severity::Info, true), ("clean", 0));
        assert_eq!(Report::default().verdict, Verdict::NoVerdict, "nobody judged it");
    }

    #[test]
    fn counts_follow_the_lists() {
        let states = [RunState::Idle, RunState::Judged(3), RunState::NotJudged { because: "no migration".into() }];
        let report = Report {
            findings: vec![finding(Severity::Error), finding(Severity::Info), finding(Severity::Error)],
            states: states.into_iter().map(|state| PolicyState { policy: "p".into(), state }).collect(),
            totals: Totals { facts: 9, waived: 1, ..Totals::default() },
            ..Report::default()
        };
        let totals = report.judged(Severity::Error, false).totals;
        assert_eq!((totals.errors, totals.warnings, totals.infos), (2, 0, 1));
        assert_eq!((totals.idle, totals.not_judged, totals.out_of_scope), (1, 1, 0));
        assert_eq!((totals.facts, totals.waived), (9, 1), "what the lists do not tell stays");
    }

    #[test]
    fn every_format_is_found_by_its_name() {
        for format in FORMATS {
            assert_eq!(Format::named(format.name).map(|found| found.doc), Some(format.doc));
        }
    }
}
