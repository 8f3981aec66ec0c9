//! What a change does to what judges: the configuration, the packs, waivers and the baseline. It is said in clauses, what
//! makes the judgement milder first. Pure: texts and what was loaded from them in, words out.

mod config;
mod entries;
mod policies;
#[cfg(test)]
mod tests;

use crate::config::Config;
use crate::document::value::redacted;
use crate::policy::{PackText, PolicySet};
use crate::source::{SourceMap, escape_controls};
use crate::tree::{self, Format, Node, NodeValue};
use crate::waive::Waivers;

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
    let versions = (before.waivers.as_deref(), after.waivers.as_deref());
    if let Some((old, new)) = clauses.versions(versions, after.config.waivers_name(), entries::waivers) {
        clauses.counted(&old, &new, &waiver_words);
    }
    let versions = (before.baseline.as_deref(), after.baseline.as_deref());
    if let Some((old, new)) = clauses.versions(versions, "the baseline", entries::known) {
        let (added, gone) = old.difference(&new.counts());
        clauses.differs((added, gone), &baseline_words);
    }
    clauses.0.sort_by_key(|clause| clause.weight);
    clauses.0
}

/// How many waivers in comments were added or withdrawn, in words.
pub fn waived(before: &Waivers, after: &Waivers) -> Vec<Clause> {
    let comments = |waivers: &Waivers| -> Vec<String> {
        waivers.list.iter().filter(|waiver| waiver.is_comment()).map(entries::waiver).collect()
    };
    let mut clauses = Clauses::default();
    clauses.counted(&comments(before), &comments(after), &waiver_words);
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
    let findings = if count == 1 { "1 finding".to_owned() } else { format!("{count} findings") };
    if added { format!("adds {findings} to the baseline") } else { format!("removes {findings} from the baseline") }
}

#[derive(Default)]
struct Clauses(Vec<Clause>);

impl Clauses {
    fn add(&mut self, weight: Weight, words: String) {
        self.0.push(Clause { weight, words });
    }

    /// What two versions of a file say, either of which may be missing; none where they are the same, or where one cannot
    /// be read, and then that is said.
    fn versions<T: Default>(
        &mut self,
        (before, after): (Option<&str>, Option<&str>),
        file: &str,
        read: fn(&str) -> Option<T>,
    ) -> Option<(T, T)> {
        if before == after {
            return None;
        }
        let version = |text: Option<&str>| text.map_or_else(|| Some(T::default()), read);
        let both = version(before).zip(version(after));
        if both.is_none() {
            self.add(Weight::Milder, format!("changes {}, of which one version cannot be read", named(file)));
        }
        both
    }

    fn counted(&mut self, before: &[String], after: &[String], words: &dyn Fn(usize, bool) -> String) {
        self.differs((surplus(after, before), surplus(before, after)), words);
    }

    fn differs(&mut self, (added, removed): (usize, usize), words: &dyn Fn(usize, bool) -> String) {
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
