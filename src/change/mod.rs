//! What a change does to what judges: the configuration, the packs, waivers and the baseline. It is said in clauses, what
//! makes the judgement milder first. Pure: texts and what was loaded from them in, words out.

mod config;
mod entries;
mod policies;
#[cfg(test)]
mod tests;

pub use entries::{BASELINE_FILE, WAIVERS_FILE, baseline_entries, inline_waivers, waiver_entries};

use crate::config::Config;
use crate::document::value::redacted;
use crate::policy::{PackText, PolicySet};
use crate::source::{SourceMap, escape_controls};
use crate::tree::{self, Format, Node, NodeValue};

/// All that judges a project, before or after a change.
#[derive(Debug)]
pub struct Judges {
    /// What preflight.yaml says.
    pub config: Config,
    /// Its text.
    pub text: String,
    /// The policies in force.
    pub set: PolicySet,
    /// The texts that they come from.
    pub packs: Vec<PackText>,
    /// The text of the file of waivers, where there is one.
    pub waivers: Option<String>,
    /// The text of the baseline, where there is one.
    pub baseline: Option<String>,
}

/// A part of what a change does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// How much milder it makes the judgement: clauses stand in this order.
    pub weight: Weight,
    /// A predicate without a full stop: "drops policy no-drop-column".
    pub words: String,
}

/// What a clause means for the judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Less is found than before.
    Milder,
    /// Whether less or more is found nobody can say.
    Other,
    /// More is found than before.
    Stricter,
}

/// What a change does to what judges; nothing where it judges as before.
pub fn clauses(before: &Judges, after: &Judges) -> Vec<Clause> {
    let mut clauses = Clauses::default();
    policies::compare(before, after, &mut clauses);
    config::compare(before, after, &mut clauses);
    let waivers = |judges: &Judges| judges.waivers.as_deref().map(waiver_entries);
    clauses.entries(waivers(before), waivers(after), WAIVERS_FILE, &waiver_words);
    let baseline = |judges: &Judges| judges.baseline.as_deref().map(baseline_entries);
    clauses.entries(baseline(before), baseline(after), BASELINE_FILE, &baseline_words);
    clauses.0.sort_by_key(|clause| clause.weight);
    clauses.0
}

/// How many waivers were added or withdrawn between two lists of them, in words.
pub fn waived(before: &[String], after: &[String]) -> Vec<Clause> {
    let mut clauses = Clauses::default();
    clauses.counted(before, after, &waiver_words);
    clauses.0
}

fn waiver_words(count: usize, added: bool) -> String {
    match (added, count) {
        (true, count) => format!("waives {count} more"),
        (false, 1) => "withdraws 1 waiver".to_owned(),
        (false, count) => format!("withdraws {count} waivers"),
    }
}

fn baseline_words(count: usize, added: bool) -> String {
    let entries = if count == 1 { "1 baseline entry".to_owned() } else { format!("{count} baseline entries") };
    if added { format!("adds {entries}") } else { format!("removes {entries}") }
}

#[derive(Default)]
struct Clauses(Vec<Clause>);

impl Clauses {
    fn add(&mut self, weight: Weight, words: String) {
        self.0.push(Clause { weight, words });
    }

    /// Compares two files of entries, each of which may be missing (`None`) or unreadable (`Some(None)`).
    fn entries(
        &mut self,
        before: Option<Option<Vec<String>>>,
        after: Option<Option<Vec<String>>>,
        file: &str,
        words: &dyn Fn(usize, bool) -> String,
    ) {
        if matches!(before, Some(None)) || matches!(after, Some(None)) {
            if before != after {
                self.add(Weight::Milder, format!("changes {file}, of which one version cannot be read"));
            }
            return;
        }
        let (before, after) = (before.flatten().unwrap_or_default(), after.flatten().unwrap_or_default());
        self.counted(&before, &after, words);
    }

    fn counted(&mut self, before: &[String], after: &[String], words: &dyn Fn(usize, bool) -> String) {
        let (added, removed) = (surplus(after, before), surplus(before, after));
        if added > 0 {
            self.add(Weight::Milder, words(added, true));
        }
        if removed > 0 {
            self.add(Weight::Stricter, words(removed, false));
        }
    }
}

/// How many entries of `some` are not in `others`, each counted as often as it stands there.
fn surplus(some: &[String], others: &[String]) -> usize {
    let mut left: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
    others.iter().for_each(|entry| *left.entry(entry).or_default() += 1);
    let is_new = |entry: &&String| match left.get_mut(entry.as_str()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    some.iter().filter(is_new).count()
}

/// A name out of a file, as it may be shown.
fn named(name: &str) -> String {
    redacted(escape_controls(name))
}

/// The tree of a text of YAML; none where it has faults.
fn yaml(text: &str) -> Option<Node> {
    let source = SourceMap::new().add("", "");
    tree::parse(Format::Yaml, source, text).ok()
}

/// A node as one text that does not depend on where it stands, or on the order of keys. Never shown.
fn canonical(node: &Node) -> String {
    match &node.value {
        NodeValue::Null => "null".to_owned(),
        NodeValue::Bool(truth) => truth.to_string(),
        NodeValue::Number(number) => number.clone(),
        NodeValue::Text(text) => format!("{:?}", text.text()),
        // The tree is at most as deep as its reader lets it be.
        NodeValue::Seq(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        NodeValue::Map(entries) => {
            let pair = |entry: &tree::Entry| format!("{:?}:{}", entry.key.value, canonical(&entry.value));
            let mut pairs: Vec<String> = entries.iter().map(pair).collect();
            pairs.sort();
            format!("{{{}}}", pairs.join(","))
        }
    }
}
