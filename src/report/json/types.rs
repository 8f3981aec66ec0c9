//! The types that are written. Their docs are the descriptions of the schema.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// A list that is made while it is written: a long report is never there twice.
pub(in crate::report) struct Seq<'a, T>(Box<dyn Fn() -> Box<dyn Iterator<Item = T> + 'a> + 'a>);

impl<'a, T> Seq<'a, T> {
    /// What `items` gives.
    pub fn new<I: Iterator<Item = T> + 'a>(items: impl Fn() -> I + 'a) -> Self {
        Self(Box::new(move || Box::new(items())))
    }
}

impl<T: Serialize> Serialize for Seq<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// What one run of preflight found.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "preflight report")]
pub(in crate::report) struct JsonReport<'a> {
    /// The version of this format: 1. Fields may be added under it; none is taken away or changes its meaning.
    pub version: u8,
    /// The outcome.
    pub verdict: JsonVerdict,
    /// What policies forbid, in the order of places.
    #[schemars(with = "Vec<JsonFinding>")]
    pub findings: Seq<'a, JsonFinding>,
    /// What policies ask about and what cannot be known: one for each fact and cause.
    #[schemars(with = "Vec<JsonUndecided>")]
    pub undecided: Seq<'a, JsonUndecided>,
    /// What would be findings but for a waiver.
    #[schemars(with = "Vec<JsonWaived>")]
    pub waived: Seq<'a, JsonWaived>,
    /// What stands in the way of a verdict.
    #[schemars(with = "Vec<JsonProblem>")]
    pub problems: Seq<'a, JsonProblem>,
    /// How each policy fared.
    pub policies: Vec<JsonPolicy>,
    /// What a reader should know besides, such as which file was taken for what; what a change does to the configuration
    /// stands first.
    pub notices: Vec<String>,
    /// How many of the notices, from the first, say what the change that is judged does to the configuration.
    pub foremost: usize,
    /// Counts.
    pub totals: JsonTotals,
}

/// The outcome of a run.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) enum JsonVerdict {
    /// Everything was read and judged, and nothing was found.
    Clean,
    /// Policies are broken.
    Findings,
    /// No policy is known to be broken, and not everything could be decided.
    Undecided,
    /// A broken policy or configuration, or an input that could not be read.
    NoVerdict,
}

/// How bad a finding is.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) enum JsonSeverity {
    /// Good to know.
    Info,
    /// Probably wrong.
    Warning,
    /// Wrong.
    Error,
}

/// What a label points at.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) enum JsonRole {
    /// A fact: a document says it.
    Fact,
    /// The line of policy that judged it.
    Policy,
    /// A line of the configuration.
    Config,
}

/// How a policy fared.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) enum JsonState {
    /// No document gives the facts that it speaks of.
    NotJudged,
    /// Documents give such facts, and none has the labels that it speaks of.
    OutOfScope,
    /// In scope, and there is no such fact.
    Idle,
    /// Facts or groups were judged.
    Judged,
}

/// Something that a policy forbids.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct JsonFinding {
    /// The policy's id, with the sub-id of a matrix: `go-live-matrix/missing`.
    pub policy: String,
    /// How bad it is, here.
    pub severity: JsonSeverity,
    /// One sentence without a full stop.
    pub message: String,
    /// The file that it is about.
    pub path: String,
    /// Whether there is no such file; lines and columns are then 1.
    pub missing: bool,
    /// The place in the file.
    #[serde(flatten)]
    pub at: JsonPlace,
    /// What is to be seen there.
    pub note: String,
    /// What it is about, in words that stay when lines move: names, never a value. A waiver of a file names it.
    pub object: String,
    /// The service that it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The environment that it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// Other places: facts, the configuration, the line of policy.
    pub labels: Vec<JsonLabel>,
    /// What to do about it.
    pub help: String,
    /// Why it matters.
    pub why: String,
    /// Where it is written down, if anywhere.
    pub see: Option<String>,
    /// 32 hexadecimal digits that stay when lines move: they are made of the policy, the path and the object, and tell
    /// nothing of a value.
    pub fingerprint: String,
}

/// A finding that a waiver hides.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct JsonWaived {
    /// What it hides.
    #[serde(flatten)]
    pub finding: JsonFinding,
    /// Who hides it.
    pub waiver: JsonWaiver,
}

/// A reviewed exception.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct JsonWaiver {
    /// The file that it stands in.
    pub path: String,
    /// The place in the file.
    #[serde(flatten)]
    pub at: JsonPlace,
    /// Why the exception was made.
    pub reason: String,
    /// The last day on which it holds: YYYY-MM-DD; null where it never ends.
    pub until: Option<String>,
    /// How many days it still holds: 0 on its last; null where it never ends.
    pub days_left: Option<i64>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Where it was decided.
    pub ticket: Option<String>,
}

/// A place in a file.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct JsonPlace {
    /// First line, from 1.
    #[schemars(range(min = 1))]
    pub line: usize,
    /// First column in characters, from 1.
    #[schemars(range(min = 1))]
    pub column: usize,
    /// Line of the end, from 1.
    #[schemars(range(min = 1))]
    pub end_line: usize,
    /// One past the last column, from 1; the first column for a gap.
    #[schemars(range(min = 1))]
    pub end_column: usize,
}

/// Another place of a finding.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct JsonLabel {
    /// What it points at.
    pub role: JsonRole,
    /// The file.
    pub path: String,
    /// The place in the file.
    #[serde(flatten)]
    pub at: JsonPlace,
    /// What is to be seen there.
    pub text: String,
}

/// Something that cannot be known.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct JsonUndecided {
    /// The policies that could not decide.
    pub policies: Vec<String>,
    /// One sentence without a full stop.
    pub message: String,
    /// The file, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The place in the file; together with `path`.
    #[serde(flatten)]
    pub at: Option<JsonPlace>,
    /// What would decide it; empty where nothing would.
    pub help: String,
}

/// Something that stands in the way of a verdict.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct JsonProblem {
    /// What was to be read: `policy`, `config`, `document`, `path`.
    pub about: String,
    /// One sentence without a full stop.
    pub message: String,
    /// The file or path, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The place in the file, where it has one.
    #[serde(flatten)]
    pub at: Option<JsonPlace>,
    /// What is to be seen there; may be empty.
    pub note: String,
    /// The way out; empty where the message says it.
    pub help: String,
}

/// How one policy fared.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct JsonPolicy {
    /// Its id.
    pub id: String,
    /// How it fared.
    pub state: JsonState,
    /// Why it was not judged or out of scope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// How many facts or groups were judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judged: Option<usize>,
}

/// Counts of a run.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct JsonTotals {
    /// Documents that were read, by the word under which they are counted (`env`, `Railway`, `migrations`).
    pub documents: Vec<JsonCount>,
    /// How many of the documents the change that is judged touches; none where everything is judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<usize>,
    /// How many documents the change that is judged removes; none where everything is judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone: Option<usize>,
    /// Facts found in them.
    pub facts: usize,
    /// Policies in force that were asked for.
    pub policies: usize,
    /// Policies that were judged, or had nothing to judge in their scope.
    pub decided: usize,
    /// Packs in force, with versions.
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

/// A number of documents.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct JsonCount {
    /// The word under which they are counted.
    pub kind: String,
    /// How many there are.
    pub count: usize,
}
