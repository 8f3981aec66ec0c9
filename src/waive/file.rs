//! `preflight-waivers.yaml`: waivers of what cannot hold a comment, beside preflight.yaml.

use super::inline::is_id;
use super::{Target, Terms, Waiver};
use crate::document::value::redact_tree;
use crate::finding::Problem;
use crate::policy::grammar::Key;
use crate::policy::load::reader::{Problems, place_of};
use crate::source::{SourceId, Spanned};
use crate::tree::{self, Format, Node, NodeValue};

/// The file that is looked for beside preflight.yaml.
pub const FILE_NAME: &str = "preflight-waivers.yaml";

/// The newest version that is understood.
pub const VERSION: i64 = 1;

const fn must(name: &'static str, doc: &'static str) -> Key {
    Key { name, required: true, doc }
}

const fn may(name: &'static str, doc: &'static str) -> Key {
    Key { name, required: false, doc }
}

/// The keys of the file.
pub const FILE: &[Key] = &[must("version", "the version of this file: 1"), must("waivers", "the waivers")];

/// The keys of a waiver.
pub const WAIVER: &[Key] = &[
    must("policy", "the id of one policy; of a matrix perhaps with its part: `go-live-matrix/missing`"),
    must("target", "the one object that it is for"),
    may("reason", "why the exception is made"),
    may("owner", "who answers for it"),
    may("ticket", "where it was decided"),
    may("until", "the last day on which it holds: YYYY-MM-DD"),
];

/// The keys of `target`.
pub const TARGET: &[Key] = &[
    must("path", "the document, relative to preflight.yaml; no pattern"),
    must(
        "object",
        "what its finding is about, as `object` of `--format json` says it: \"DATABASE_URL of api in prod\"",
    ),
    may("findings", "how many findings the policy has there: 1 where nothing is said"),
];

/// Reads the file.
///
/// # Errors
/// Every error of it, each with its place.
pub fn load(source: SourceId, text: &str) -> Result<Vec<Waiver>, Vec<Problem>> {
    let tree = match tree::parse(Format::Yaml, source, text) {
        Ok(mut tree) => {
            redact_tree(text, &mut tree);
            tree
        }
        Err(errors) => {
            let problem =
                |error: tree::TreeError| Problem::at("config", error.span, error.message).note("here").help(error.help);
            return Err(errors.into_iter().map(problem).collect());
        }
    };
    let mut problems = Problems::new("config");
    let waivers = read(&tree, &mut problems);
    let problems = problems.into_vec();
    if problems.is_empty() { Ok(waivers) } else { Err(problems) }
}

fn read(tree: &Node, problems: &mut Problems) -> Vec<Waiver> {
    if tree.value == NodeValue::Null {
        let help = "Begin it with `version: 1` and `waivers:`, or remove the file.";
        problems.error(tree.span, format!("{FILE_NAME} is empty"), "nothing stands here", help);
        return Vec::new();
    }
    if problems.mapping(tree, FILE_NAME, FILE, |_| false).is_none() {
        return Vec::new();
    }
    if let Some(node) = tree.get("version")
        && let Some(version) = problems.number(node, "`version`").filter(|version| *version != VERSION)
    {
        let message = format!("version {version} of {FILE_NAME} is not known");
        problems.error(node.span, message, "not known", format!("The newest that is known is {VERSION}."));
    }
    let Some(node) = tree.get("waivers") else { return Vec::new() };
    let Some(items) = node.items() else {
        let message = format!("`waivers` is {}, and must be a list", node.describe());
        problems.error(node.span, message, "not a list", "");
        return Vec::new();
    };
    items.iter().filter_map(|node| waiver(node, problems)).collect()
}

fn waiver(node: &Node, problems: &mut Problems) -> Option<Waiver> {
    problems.mapping(node, "a waiver", WAIVER, |_| false)?;
    let policy = node.get("policy").and_then(|node| spanned(node, "`policy`", problems));
    if let Some(policy) = policy.as_ref().filter(|policy| !is_id(&policy.value)) {
        let help = "Ids are lower-case words joined by `-`, of a matrix with a part: go-live-matrix/missing.";
        problems.error(policy.span, "`policy` is no id of one policy", "no id", help);
    }
    let target = node.get("target").and_then(|node| target(node, problems));
    let mut text = |key: &str| node.get(key).and_then(|node| spanned(node, &format!("`{key}`"), problems));
    let (reason, owner, ticket) = (text("reason"), text("owner"), text("ticket"));
    let until = node.get("until").and_then(|node| Some(Spanned::new(problems.date(node, "`until`")?, node.span)));
    let terms = Terms { reason, until, owner, ticket };
    Some(Waiver {
        span: policy.as_ref().map_or(place_of(node), |policy| policy.span),
        policy: policy?,
        target: target?,
        terms,
    })
}

fn target(node: &Node, problems: &mut Problems) -> Option<Target> {
    problems.mapping(node, "`target`", TARGET, |_| false)?;
    let path = node.get("path").and_then(|node| spanned(node, "`path`", problems));
    if let Some(path) = &path {
        let outside = path.value.starts_with('/') || path.value.split('/').any(|part| part == "..");
        if outside {
            problems.error(path.span, "`path` lies outside of the project", "not below preflight.yaml", "");
        } else if path.value.contains('*') {
            let help = "A waiver is for one object of one document: write its path.";
            problems.error(path.span, "`path` is a pattern", "not one document", help);
        }
    }
    let object = node.get("object").and_then(|node| spanned(node, "`object`", problems));
    let findings = node.get("findings").and_then(|node| {
        let number = problems.number(node, "`findings`")?;
        if number < 1 {
            problems.error(node.span, "`findings` must be 1 or more", "hides nothing", "");
        }
        usize::try_from(number).ok()
    });
    let path = path?;
    let path = path.map(|path| path.strip_prefix("./").map_or_else(|| path.clone(), str::to_owned));
    Some(Target::Named { path, object: object?, findings: findings.unwrap_or(1) })
}

fn spanned(node: &Node, what: &str, problems: &mut Problems) -> Option<Spanned<String>> {
    Some(Spanned::new(problems.sentence(node, what)?, node.span))
}
