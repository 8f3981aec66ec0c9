//! Loading: the one typed reader of policy files, built in or not. All errors at once, each with its place.

mod condition;
mod matrix;
mod pack;
pub mod reader;
mod selection;
mod shape;

use super::PackText;
use super::grammar::{FILE, VERSION};
use super::model::{Param, PolicySet, ValueType};
use super::name::Spellings;
use crate::document::value::{redact_tree, secrets_of_yaml};
use crate::finding::Problem;
use crate::source::{SourceId, SourceMap, Spanned};
use crate::tree::{self, Entry, Format, Node, NodeValue, Recorded};
use reader::{Problems, place_of};
use std::collections::HashMap;
use std::sync::Arc;

/// Reads the files of packs.
pub struct Loader<'a> {
    /// What was wrong so far.
    pub problems: Problems,
    spellings: &'a Spellings,
    /// Values of params that the project sets.
    overrides: &'a [(Spanned<String>, Vec<String>)],
    /// The params of the pack that is being read; a broken one is there without its meaning.
    params: Vec<(String, Option<Param>)>,
    /// The types of the pack that is being read; a broken one is there without its meaning,
    /// so that its users are not reported too.
    types: HashMap<String, (Option<Arc<ValueType>>, SourceId)>,
    /// The types of that pack, read or not, in the order of their files.
    declared: Vec<String>,
    /// The type that is being read.
    reading: Option<String>,
    /// Whether that pack is one of the program itself: no secret stands in it, and every pattern of it is one.
    trusted: bool,
    /// Whether a file of that pack cannot be read: what is not known may stand there, and is not reported.
    blind: bool,
}

impl<'a> Loader<'a> {
    /// A loader for packs of a project with these spellings and param values.
    pub fn new(about: &'static str, spellings: &'a Spellings, overrides: &'a [(Spanned<String>, Vec<String>)]) -> Self {
        Self {
            problems: Problems::new(about),
            spellings,
            overrides,
            params: Vec::new(),
            types: HashMap::new(),
            declared: Vec::new(),
            reading: None,
            trusted: false,
            blind: false,
        }
    }
}

/// Loads packs. Their texts become sources, so that findings can show the line of policy that judged.
///
/// # Errors
/// Every error of every file; a policy set with errors is never in force.
pub fn load(
    packs: &[PackText],
    spellings: &Spellings,
    overrides: &[(Spanned<String>, Vec<String>)],
    sources: &mut SourceMap,
) -> Result<PolicySet, Vec<Problem>> {
    let mut loader = Loader::new("policy", spellings, overrides);
    let mut set = PolicySet { spellings: spellings.clone(), ..PolicySet::default() };
    let mut ids = HashMap::new();
    let (mut params, mut blind) = (Vec::new(), false);
    for text in packs {
        loader.read_pack(text, sources, &mut set, &mut ids);
        params.append(&mut loader.params);
        blind |= loader.blind;
    }
    if !blind {
        loader.check_overrides(&params);
    }
    let problems = loader.problems.into_vec();
    if problems.is_empty() { Ok(set) } else { Err(problems) }
}

/// Where each policy id stands, and whether in a built-in pack.
type Ids = HashMap<String, (SourceId, bool)>;

impl Loader<'_> {
    fn read_pack(&mut self, text: &PackText, sources: &mut SourceMap, set: &mut PolicySet, ids: &mut Ids) {
        self.blind = false;
        self.trusted = text.is_built_in();
        let before = self.problems.len();
        let mut pack_file = None;
        let mut trees = Vec::new();
        for (name, content) in &text.files {
            if !is_yaml(name) || name == "cases.yaml" {
                continue;
            }
            let source = sources.add(text.shown_path(name), content.as_str());
            let recorded = if self.trusted { super::recorded(&text.name, name) } else { None };
            let Some(mut tree) = self.tree(source, content, recorded) else {
                sources.mask_found(source, secrets_of_yaml);
                continue;
            };
            if !self.trusted {
                sources.mask(source, redact_tree(content, &mut tree));
            }
            if tree.get("version").is_none() {
                // No policy file: whatever it is, its values are nobody's business.
                sources.mask_all(source);
            }
            if name == "pack.yaml" {
                pack_file = Some(tree);
            } else {
                trees.push(tree);
            }
        }
        let pack = self.pack(pack_file.as_ref(), &text.name);
        set.packs.push(pack);
        trees.retain(|tree| self.check_file(tree));
        self.read_types(&trees, text);
        let (mut is_empty, built_in) = (true, text.is_built_in());
        for policies in trees.iter().filter_map(|tree| tree.get("policies")) {
            let entries = self.problems.entries(policies, "`policies`").unwrap_or_default();
            for entry in entries {
                is_empty = false;
                if !self.check_unique(entry, built_in, ids, sources) {
                    continue;
                }
                let policy = self.policy(entry, set.packs.len() - 1);
                set.policies.extend(policy);
            }
        }
        // Nothing would be judged by it, in silence.
        if is_empty && self.problems.len() == before {
            let help = "A pack is a folder of YAML files with `policies:`, or one such file.";
            let problem = Problem::path("policy", text.shown_place(), format!("pack {} holds no policy", text.name));
            self.problems.push(problem.help(help));
        }
    }

    /// Whether a policy is to be read: it has one place; a second one in the same file is a key that stands twice. Built-in
    /// packs share rules, each under one id: the first pack that `packs:` names judges by it, and nothing is found twice.
    fn check_unique(&mut self, entry: &Entry, built_in: bool, ids: &mut Ids, sources: &SourceMap) -> bool {
        let source = entry.key.span.source;
        let before = ids.get(&entry.key.value).copied().filter(|(other, _)| *other != source);
        if matches!(before, Some((_, true))) && built_in {
            return false;
        }
        ids.insert(entry.key.value.clone(), (source, built_in));
        if let Some((other, _)) = before {
            let message = format!("policy `{}` is there already, in {}", entry.key.value, sources.path(other));
            self.problems.error(entry.key.span, message, "a second one", "Give it another id.");
        }
        true
    }

    fn read_types(&mut self, trees: &[Node], text: &PackText) {
        self.types = HashMap::new();
        let all = || trees.iter().filter_map(|tree| tree.get("types"));
        let entries = all().flat_map(|types| types.entries().unwrap_or_default());
        self.declared = entries.map(|entry| entry.key.value.clone()).collect();
        for types in all() {
            for entry in self.problems.entries(types, "`types`").unwrap_or_default() {
                self.value_type(entry, text);
            }
        }
    }

    /// Parses a file of a pack, or keeps why it cannot be.
    fn tree(&mut self, source: SourceId, content: &str, recorded: Option<&Recorded>) -> Option<Node> {
        let tree = match recorded {
            Some(recorded) => tree::replay(source, content, recorded),
            None => tree::parse(Format::Yaml, source, content),
        };
        match tree {
            Ok(tree) => Some(tree),
            Err(errors) => {
                self.blind = true;
                for error in errors {
                    self.problems.error(error.span, error.message, "here", error.help);
                }
                None
            }
        }
    }

    /// Reads the frame of a policy file; false where there is nothing in it to read.
    fn check_file(&mut self, tree: &Node) -> bool {
        if tree.value == NodeValue::Null {
            let help = "Begin it with `version: 1` and `policies:`, or remove the file.";
            self.problems.error(tree.span, "this policy file is empty", "nothing stands here", help);
            return false;
        }
        if self.problems.mapping(tree, "a policy file", FILE, |_| false).is_none() {
            return false;
        }
        let is_content = |entry: &Entry| entry.key.value != "version";
        if !tree.entries().unwrap_or_default().iter().any(is_content) {
            let message = "a policy file has neither `policies` nor `types`";
            self.problems.error(
                place_of(tree),
                message,
                "nothing else is said",
                "Add one of them, or remove the file.",
            );
        }
        if let Some(node) = tree.get("policies").filter(|node| node.entries().is_some_and(<[Entry]>::is_empty)) {
            self.problems.error(node.span, "`policies` is empty", "no policy", "Add one, or remove the key.");
        }
        let version = tree.get("version").and_then(|node| Some((node, self.problems.number(node, "`version`")?)));
        if let Some((node, version)) = version.filter(|(_, version)| *version != VERSION) {
            let message = format!("version {version} of the policy language is not known");
            self.problems.error(node.span, message, "not known", format!("The newest that is known is {VERSION}."));
        }
        true
    }

    /// A param that preflight.yaml sets and no pack has is an error there.
    fn check_overrides(&mut self, params: &[(String, Option<Param>)]) {
        let known: Vec<&str> = params.iter().map(|(name, _)| name.as_str()).collect();
        for (name, _) in self.overrides.iter().filter(|(name, _)| !known.contains(&name.value.as_str())) {
            self.problems.unknown(
                name.span,
                format!("no pack has a param `{}`", name.value),
                &name.value,
                known.iter().copied(),
            );
        }
    }
}

/// Whether a file of a pack is read as YAML.
fn is_yaml(name: &str) -> bool {
    name.ends_with(".yaml") || name.ends_with(".yml")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::policy::{BUILT_IN, recorded};

    #[test]
    fn what_was_recorded_of_a_built_in_file_is_what_its_text_says() {
        let files = BUILT_IN.iter().flat_map(|(pack, files)| files.iter().map(move |(name, text)| (pack, name, text)));
        for (pack, name, text) in files.filter(|(_, name, _)| is_yaml(name) && **name != "cases.yaml") {
            let parsed = tree::parse(Format::Yaml, SourceId(3), text).unwrap();
            assert_eq!(
                tree::replay(SourceId(3), text, recorded(pack, name).unwrap()).unwrap(),
                parsed,
                "{pack}/{name}"
            );
        }
    }
}
