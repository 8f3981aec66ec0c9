//! `preflight-baseline.json`: the findings that were there when it was written, by what they are known by (document, policy
//! and object, never a line, a value or a hash of one) and how many of each. One entry a line, sorted, so that two branches
//! merge like two lists.

use super::ids::{STALE, fault};
use crate::document::value::{redact_tree, redacted};
use crate::finding::{Finding, Problem};
use crate::policy::PolicySet;
use crate::policy::grammar::Key;
use crate::policy::load::reader::Problems;
use crate::project::NOT_UNDERSTOOD;
use crate::report::{PolicyState, RunState};
use crate::source::{SourceId, Span, escape_controls};
use crate::tree::{self, Format, Node};
use std::collections::BTreeMap;

/// The name that it is written under.
pub const FILE_NAME: &str = "preflight-baseline.json";

/// The newest version that is understood.
pub const VERSION: i64 = 1;

const fn must(name: &'static str, doc: &'static str) -> Key {
    Key { name, required: true, doc }
}

/// The keys of the file.
pub const FILE: &[Key] = &[
    must("version", "the version of this file: 1"),
    must("findings", "what is known, sorted by path, policy and object; `preflight baseline write` writes it"),
];

/// The keys of an entry.
pub const ENTRY: &[Key] = &[
    must("path", "the document, relative to preflight.yaml"),
    must("policy", "the id of the policy, of a matrix with its part"),
    must("object", "what the findings are about: names, never a value"),
    must("count", "how many findings there are"),
];

/// What findings are known by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Known {
    /// The document, relative to the project.
    pub path: String,
    /// The policy's id, with the sub-id of a matrix.
    pub policy: String,
    /// What they are about.
    pub object: String,
}

impl Known {
    /// What a finding is known by; `path` gives the document relative to the project.
    pub fn of(finding: &Finding, path: &dyn Fn(&Finding) -> String) -> Self {
        let object = if finding.object.is_empty() { &finding.message } else { &finding.object };
        let text = |text: &str| redacted(escape_controls(text));
        Self { path: text(&path(finding)), policy: text(&finding.policy), object: text(object) }
    }
}

/// What is known.
#[derive(Debug, Default)]
pub struct Baseline {
    /// How many of each, and where it is written.
    entries: BTreeMap<Known, (usize, Span)>,
}

/// What a baseline leaves of a run.
#[derive(Debug, Default)]
pub struct New {
    /// What it does not know: of more than are known the last.
    pub findings: Vec<Finding>,
    /// What it knows.
    pub known: Vec<Finding>,
    /// Entries that are not there any more, each with its policy.
    pub stale: Vec<(Option<String>, Finding)>,
}

impl Baseline {
    /// How many findings are known.
    pub fn count(&self) -> usize {
        self.entries.values().map(|(count, _)| count).sum()
    }

    /// How many findings of each are known.
    pub fn counts(&self) -> BTreeMap<Known, usize> {
        self.entries.iter().map(|(known, (count, _))| (known.clone(), *count)).collect()
    }

    /// Takes what is known out of findings, which stand in the order of their places. `states` are the policies that were
    /// judged; `complete` says whether everything could be read: else nobody knows what is gone.
    pub fn apply(
        &self,
        findings: Vec<Finding>,
        path: &dyn Fn(&Finding) -> String,
        (set, states): (&PolicySet, &[PolicyState]),
        complete: bool,
    ) -> New {
        let mut left: BTreeMap<&Known, usize> =
            self.entries.iter().map(|(known, (count, _))| (known, *count)).collect();
        let mut new = New::default();
        for finding in findings {
            match left.get_mut(&Known::of(&finding, path)).filter(|left| **left > 0) {
                Some(left) => {
                    *left -= 1;
                    new.known.push(finding);
                }
                None => new.findings.push(finding),
            }
        }
        let judged = |policy: &str| {
            let base = policy.split('/').next().unwrap_or("");
            let state = states.iter().find(|state| state.policy == base);
            let exists = set.policies.iter().any(|policy| policy.id.value == base);
            base == NOT_UNDERSTOOD
                || !exists
                || state.is_some_and(|state| !matches!(state.state, RunState::NotJudged { .. }))
        };
        for (known, left) in left.into_iter().filter(|(known, left)| *left > 0 && complete && judged(&known.policy)) {
            let Some((count, span)) = self.entries.get(known) else { continue };
            let message = match count - left {
                0 => format!("the baseline knows a finding of `{}` that is gone: {}", known.policy, known.object),
                there => format!(
                    "the baseline knows {count} findings of `{}`, and {there} {} left: {}",
                    known.policy,
                    if there == 1 { "is" } else { "are" },
                    known.object
                ),
            };
            new.stale.push((
                Some(known.policy.clone()),
                fault(STALE, *span, message, "not there any more")
                    .of(format!("{} {} {}", known.path, known.policy, known.object)),
            ));
        }
        new
    }

    /// How many entries' findings differ: those that `now` has more, and those that it has less.
    pub fn difference(&self, now: &BTreeMap<Known, usize>) -> (usize, usize) {
        let more =
            |known: &Known, count: usize| count.saturating_sub(self.entries.get(known).map_or(0, |(old, _)| *old));
        let added = now.iter().map(|(known, count)| more(known, *count)).sum();
        let less = |known: &Known, count: usize| count.saturating_sub(now.get(known).copied().unwrap_or(0));
        let gone = self.entries.iter().map(|(known, (count, _))| less(known, *count)).sum();
        (added, gone)
    }
}

/// Counts findings by what they are known by.
pub fn counted<'f>(
    findings: impl Iterator<Item = &'f Finding>,
    path: &dyn Fn(&Finding) -> String,
) -> BTreeMap<Known, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry(Known::of(finding, path)).or_default() += 1;
    }
    counts
}

/// The text of the file.
pub fn text(counts: &BTreeMap<Known, usize>) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let line = |(known, count): (&Known, &usize)| {
        format!(
            "    {{ \"path\": {}, \"policy\": {}, \"object\": {}, \"count\": {count} }}",
            quoted(&known.path),
            quoted(&known.policy),
            quoted(&known.object)
        )
    };
    let lines: Vec<String> = counts.iter().map(line).collect();
    let list = if lines.is_empty() { "[]".to_owned() } else { format!("[\n{}\n  ]", lines.join(",\n")) };
    format!("{{\n  \"version\": {VERSION},\n  \"findings\": {list}\n}}\n")
}

/// Reads the file.
///
/// # Errors
/// Every error of it, each with its place.
pub fn load(source: SourceId, text: &str) -> Result<Baseline, Vec<Problem>> {
    let help = "Write it anew: preflight baseline write";
    let mut tree = tree::parse(Format::Json, source, text).map_err(|errors| {
        let problem = |error: tree::TreeError| {
            let message = format!("this is no baseline: {}", error.message);
            Problem::at("config", error.span, message).note("here").help(help)
        };
        errors.into_iter().map(problem).collect::<Vec<_>>()
    })?;
    // What is written into it by hand may hold anything, and stands in messages.
    redact_tree(text, &mut tree);
    let mut problems = Problems::new("config");
    let mut baseline = Baseline::default();
    let is_one = tree.get("version").is_some() && tree.get("findings").is_some();
    if !is_one {
        let at = Span::point(source, tree.span.range().start);
        problems.error(at, "this is no baseline", "a `version` and `findings` stand in one", help);
    } else if problems.mapping(&tree, "the baseline", FILE, |_| false).is_some() {
        read(&tree, &mut baseline, &mut problems);
    }
    let problems = problems.into_vec();
    if problems.is_empty() { Ok(baseline) } else { Err(problems) }
}

fn read(tree: &Node, baseline: &mut Baseline, problems: &mut Problems) {
    if let Some(node) = tree.get("version")
        && let Some(version) = problems.number(node, "`version`").filter(|version| *version != VERSION)
    {
        let message = format!("version {version} of the baseline is not known");
        problems.error(node.span, message, "not known", format!("The newest that is known is {VERSION}."));
        return;
    }
    let Some(node) = tree.get("findings") else { return };
    let Some(items) = node.items() else {
        problems.error(node.span, "`findings` must be a list", "not a list", "");
        return;
    };
    let mut last: Option<Known> = None;
    for node in items {
        let Some((known, count)) = entry(node, problems) else { continue };
        if last.as_ref().is_some_and(|last| *last == known) || baseline.entries.contains_key(&known) {
            let message = format!("the baseline has `{}` for this object twice", known.policy);
            problems.error(node.span, message, "stands here again", "Keep one of the two, or write it anew.");
        } else if last.as_ref().is_some_and(|last| known < *last) {
            let help = "Sort it by path, policy and object, or write it anew: preflight baseline write";
            problems.error(node.span, "the baseline is not sorted", "stands before the one above", help);
        }
        baseline.entries.insert(known.clone(), (count, node.span));
        last = Some(known);
    }
}

fn entry(node: &Node, problems: &mut Problems) -> Option<(Known, usize)> {
    problems.mapping(node, "an entry of the baseline", ENTRY, |_| false)?;
    let mut text = |key: &str| node.get(key).and_then(|node| problems.text(node, &format!("`{key}`")));
    let (path, policy, object) = (text("path"), text("policy"), text("object"));
    let count = node.get("count").and_then(|node| {
        let count = problems.number(node, "`count`")?;
        if count < 1 {
            problems.error(node.span, "`count` must be 1 or more", "knows nothing", "");
        }
        usize::try_from(count).ok()
    });
    Some((Known { path: path?, policy: policy?, object: object? }, count?))
}
