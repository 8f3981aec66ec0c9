//! Reports: what a run found, and the formats that show it. A format is one file and one row of [`FORMATS`]; evaluation
//! fills in a [`Report`] and knows no format.

mod checkstyle;
mod compact;
pub mod github;
mod gitlab;
mod html;
pub(crate) mod human;
pub mod identity;
pub mod json;
mod junit;
mod markdown;
pub mod ndjson;
pub mod page;
#[cfg(test)]
mod sample;
mod sarif;
mod spot;
#[cfg(test)]
mod tests;
mod words;
mod xml;

use crate::finding::{Advice, Finding, Problem, Severity, Undecided, Waived};
use crate::source::{Shown, Span};
use std::io;
use std::sync::Arc;

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
    /// What of documents is passed over and harms nothing: for people who ask for more.
    pub passed_over: Vec<String>,
    /// How many of the notices, from the first, are to be read before anything else: what a change does to the
    /// configuration that judges it.
    pub foremost: usize,
    /// Counts.
    pub totals: Totals,
    /// The date by which waivers were judged, in days since 1970-01-01; none where none has an end.
    pub today: Option<i64>,
    /// The policies in force, in the order of their files.
    pub rules: Vec<Rule>,
    /// Where the command was run, below the root of the repository: `apps/api`; empty at the root, or where there is
    /// none. Programs that know files by their place in the repository get it before every relative path.
    pub base: String,
}

/// What a policy in force says of itself, for formats that list their rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The policy's id.
    pub id: String,
    /// Its pack, with the version.
    pub pack: String,
    /// How bad its findings are where no environment says otherwise.
    pub severity: Severity,
    /// The predicate of its messages; may be empty.
    pub says: String,
    /// Why it matters, what to do, and where it is written down.
    pub advice: Arc<Advice>,
    /// Where it stands.
    pub span: Span,
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
    /// Whether problems are told too. Where they go to a stream of their own, a text for people leaves them out.
    pub problems: bool,
}

impl Default for Style {
    /// What a file or a pipe gets.
    fn default() -> Self {
        Self { color: false, width: 100, verbose: 0, quiet: false, unicode: true, problems: true }
    }
}

/// Writes a report. Errors are those of the stream, a closed pipe among them.
pub type Render = fn(&Report, Shown<'_>, &Style, &mut dyn io::Write) -> io::Result<()>;

/// What the last guard before the output must know of a text to keep it whole: `src/cli/guard` reads it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Syntax {
    /// Text, also XML, HTML and Markdown: a line may be changed anywhere; JSON, where it begins with a brace.
    #[default]
    Text,
    /// JSON: strings keep their meaning.
    Json,
    /// Lines that a runner of GitHub Actions obeys, and no others.
    Commands,
}

/// One way to show a report.
pub struct Format {
    /// The name on the command line.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// What it is written in.
    pub syntax: Syntax,
    /// Writes a report in it.
    pub render: Render,
}

impl Format {
    const fn new(name: &'static str, doc: &'static str, syntax: Syntax, render: Render) -> Self {
        Self { name, doc, syntax, render }
    }
}

/// The table of formats; the first is the default.
pub const FORMATS: &[Format] = &[
    Format::new("human", "for people: every finding with its source and its policy", Syntax::Text, human::render),
    Format::new(
        "compact",
        "for editors and grep: `path:line:col: severity[policy] message`",
        Syntax::Text,
        compact::render,
    ),
    Format::new("json", "for programs: versioned, one document a run", Syntax::Json, json::render),
    Format::new("ndjson", "for programs that read along: one JSON object a line", Syntax::Json, ndjson::render),
    Format::new("sarif", "SARIF 2.1.0, for code scanning and editors", Syntax::Json, sarif::render),
    Format::new("github", "annotations on a pull request, in GitHub Actions", Syntax::Commands, github::render),
    Format::new("gitlab", "GitLab's Code Quality report, for merge requests", Syntax::Json, gitlab::render),
    Format::new("junit", "JUnit XML, for what shows tests", Syntax::Text, junit::render),
    Format::new("checkstyle", "Checkstyle XML, for Jenkins, reviewdog and others", Syntax::Text, checkstyle::render),
    Format::new("markdown", "a short comment for a pull request or a job summary", Syntax::Text, markdown::render),
    Format::new("html", "one page for reviewers, to be kept or printed", Syntax::Text, html::render),
];

impl Format {
    /// The format called `name`.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }
}

/// Draws the problems alone, for people, with a last line that counts them; nothing where there is none.
///
/// # Errors
/// Those of `out`.
pub fn problems(report: &Report, shown: Shown<'_>, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    human::problems(report, shown, style, out)
}
