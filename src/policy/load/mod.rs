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
use crate::finding::Problem;
use crate::source::{SourceId, SourceMap, Spanned};
use crate::tree::{self, Format, Node};
use reader::Problems;
use std::collections::HashMap;
use std::sync::Arc;

/// Reads the files of packs.
pub struct Loader<'a> {
    /// What was wrong so far.
    pub problems: Problems,
    spellings: &'a Spellings,
    /// Values of params that the project sets.
    overrides: &'a [(Spanned<String>, Vec<String>)],
    /// The params of the pack that is being read.
    params: Vec<Param>,
    /// The types of the pack that is being read; a broken one is there without its meaning.
    types: HashMap<String, Option<Arc<ValueType>>>,
}

impl<'a> Loader<'a> {
    /// A loader for packs of a project with these spellings and param values.
    pub fn new(about: &'static str, spellings: &'a Spellings, overrides: &'a [(Spanned<String>, Vec<String>)]) -> Self {
        Self { problems: Problems::new(about), spellings, overrides, params: Vec::new(), types: HashMap::new() }
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
    let mut ids: HashMap<String, String> = HashMap::new();
    for text in packs {
        loader.read_pack(text, sources, &mut set, &mut ids);
    }
    loader.check_overrides(&set);
    let problems = loader.problems.into_vec();
    if problems.is_empty() { Ok(set) } else { Err(problems) }
}

impl Loader<'_> {
    fn read_pack(
        &mut self,
        text: &PackText,
        sources: &mut SourceMap,
        set: &mut PolicySet,
        ids: &mut HashMap<String, String>,
    ) {
        let mut pack_file = None;
        let mut trees = Vec::new();
        for (name, content) in &text.files {
            if !is_yaml(name) || name == "cases.yaml" {
                continue;
            }
            let source = sources.add(text.shown_path(name), content.as_str());
            sources.mask_found(source, crate::document::value::secrets);
            let Some(tree) = self.tree(source, content) else { continue };
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
        self.params = pack.params.clone();
        self.types = HashMap::new();
        set.packs.push(pack);
        for tree in &trees {
            self.check_version(tree);
        }
        for types in trees.iter().filter_map(|tree| tree.get("types")) {
            for entry in self.problems.entries(types, "`types`").unwrap_or_default() {
                self.value_type(entry, text);
            }
        }
        for policies in trees.iter().filter_map(|tree| tree.get("policies")) {
            for entry in self.problems.entries(policies, "`policies`").unwrap_or_default() {
                let place = sources.path(entry.key.span.source).to_owned();
                if let Some(other) = ids.insert(entry.key.value.clone(), place.clone())
                    && other != place
                {
                    let message = format!("policy `{}` is there already, in {other}", entry.key.value);
                    self.problems.error(entry.key.span, message, "a second one", "Give it another id.");
                }
                let policy = self.policy(entry, set.packs.len() - 1);
                set.policies.extend(policy);
            }
        }
    }

    /// Parses a file of a pack, or keeps why it cannot be.
    fn tree(&mut self, source: SourceId, content: &str) -> Option<Node> {
        match tree::parse(Format::Yaml, source, content) {
            Ok(tree) => Some(tree),
            Err(errors) => {
                for error in errors {
                    self.problems.error(error.span, error.message, "", error.help);
                }
                None
            }
        }
    }

    fn check_version(&mut self, tree: &Node) {
        if self.problems.mapping(tree, "a policy file", FILE, |_| false).is_none() {
            return;
        }
        let Some(node) = tree.get("version") else { return };
        if let Some(version) = self.problems.number(node, "`version`").filter(|version| *version != VERSION) {
            let message = format!("version {version} of the policy language is not known");
            self.problems.error(node.span, message, "not known", format!("The newest that is known is {VERSION}."));
        }
    }

    /// A param that preflight.yaml sets and no pack has is an error there.
    fn check_overrides(&mut self, set: &PolicySet) {
        let known: Vec<&str> =
            set.packs.iter().flat_map(|pack| &pack.params).map(|param| param.name.as_str()).collect();
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
