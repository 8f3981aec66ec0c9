//! pack.yaml and value types.

use super::Loader;
use super::reader::place_of;
use crate::fact::{Field, KINDS, Kind};
use crate::policy::PackText;
use crate::policy::grammar::{PACK, PARAM, TYPE};
use crate::policy::model::{Judge, KindSelection, Need, Pack, Param, ParamOf, ValueType};
use crate::policy::name::did_you_mean;
use crate::policy::slot::Slot;
use crate::source::{Span, Spanned};
use crate::tree::{Entry, Node};
use std::sync::Arc;

impl Loader<'_> {
    /// Reads pack.yaml; a pack without one is called after its folder.
    pub(super) fn pack(&mut self, node: Option<&Node>, name: &str) -> Pack {
        let mut pack = Pack { name: name.to_owned(), ..Pack::default() };
        let Some(node) = node else { return pack };
        if self.problems.mapping(node, "pack.yaml", PACK, |_| false).is_none() {
            return pack;
        }
        if let Some(name) = node.get("pack").and_then(|node| self.problems.sentence(node, "the name of the pack")) {
            pack.name = name;
        }
        pack.version = node
            .get("version")
            .and_then(|node| self.problems.text(node, "the version of the pack"))
            .unwrap_or_default();
        pack.title =
            node.get("title").and_then(|node| self.problems.text(node, "the title of the pack")).unwrap_or_default();
        if let Some(params) = node.get("params") {
            let entries = self.problems.entries(params, "`params`").unwrap_or_default();
            pack.params = entries.iter().filter_map(|entry| self.param_def(entry)).collect();
        }
        pack.needs = self.needs(node.get("needs"));
        pack.directions = self.directions(node.get("directions"));
        pack
    }

    fn param_def(&mut self, entry: &Entry) -> Option<Param> {
        let what = format!("param `{}`", entry.key.value);
        self.problems.mapping(&entry.value, &what, PARAM, |_| false)?;
        let of = self.problems.choice(entry.value.get("of")?, "`of`", ParamOf::ALL)?;
        let default =
            self.problems.texts(entry.value.get("default")?, "a default").into_iter().map(|text| text.value).collect();
        let values = self
            .overrides
            .iter()
            .find(|(name, _)| name.value == entry.key.value)
            .map_or(default, |(_, values)| values.clone());
        Some(Param { name: entry.key.value.clone(), of, values })
    }

    /// `needs:` of a pack or of preflight.yaml.
    pub fn needs(&mut self, node: Option<&Node>) -> Vec<(Kind, Need, Span)> {
        let Some(node) = node else { return Vec::new() };
        let choices = [("required", Need::Required), ("optional", Need::Optional)];
        let entries = self.problems.entries(node, "`needs`").unwrap_or_default();
        let read = |loader: &mut Self, entry: &Entry| {
            let kind = loader.kind(&entry.key)?;
            Some((kind, loader.problems.choice(&entry.value, "a need", &choices)?, entry.key.span))
        };
        entries.iter().filter_map(|entry| read(self, entry)).collect()
    }

    /// `directions:` of a pack or of preflight.yaml.
    pub fn directions(&mut self, node: Option<&Node>) -> Vec<(&'static str, Vec<String>)> {
        let Some(node) = node else { return Vec::new() };
        let words =
            Slot::named(Kind::Migration, Field::Direction.as_str()).and_then(|slot| slot.words()).unwrap_or_default();
        let mut directions = Vec::new();
        for entry in self.problems.entries(node, "`directions`").unwrap_or_default() {
            match words.iter().find(|word| **word == entry.key.value) {
                Some(word) => directions.push((
                    *word,
                    self.problems
                        .texts(&entry.value, "a file-name pattern")
                        .into_iter()
                        .map(|text| text.value)
                        .collect(),
                )),
                None => self.problems.unknown(
                    entry.key.span,
                    format!("`{}` is no direction", entry.key.value),
                    &entry.key.value,
                    words.iter().copied(),
                ),
            }
        }
        directions
    }

    /// Reads one value type; a broken one is known by name, so that its users are not reported too.
    pub(super) fn value_type(&mut self, entry: &Entry, files: &PackText) {
        let read = self.read_type(entry, files);
        if self.types.insert(entry.key.value.clone(), read.map(Arc::new)).is_some() {
            let message = format!("type `{}` is there already", entry.key.value);
            self.problems.error(entry.key.span, message, "a second one", "Give it another name.");
        }
    }

    fn read_type(&mut self, entry: &Entry, files: &PackText) -> Option<ValueType> {
        let (name, node) = (&entry.key.value, &entry.value);
        let what = format!("type `{name}`");
        let entries = self.problems.mapping(node, &what, TYPE, |key| Kind::named(key).is_some())?;
        let says = node
            .get("says")
            .and_then(|node| self.problems.sentence(node, "`says`"))
            .unwrap_or_else(|| format!("is a {name}"));
        let kinds: Vec<&Entry> = entries.iter().filter(|entry| Kind::named(&entry.key.value).is_some()).collect();
        let judge = match (kinds.as_slice(), node.get("value"), node.get("json_schema")) {
            ([entry], None, None) => self.fact_judge(entry)?,
            ([], Some(value), None) => {
                let slot = Slot::named(Kind::Variable, Field::Value.as_str())?;
                Judge::Value(self.condition(value, Kind::Variable, &slot)?)
            }
            ([], None, Some(path)) => self.json_schema(path, files)?,
            _ => {
                let help = "Give it one kind of fact (`url: { … }`), or `value`, or `json_schema`.";
                self.problems.error(
                    place_of(node),
                    format!("{what} must ask exactly one thing"),
                    "not one thing",
                    help,
                );
                return None;
            }
        };
        Some(ValueType { name: name.clone(), says, judge })
    }

    fn fact_judge(&mut self, entry: &Entry) -> Option<Judge> {
        let kind = self.kind(&entry.key)?;
        if kind.def().parent != Some(Kind::Variable) {
            let known = KINDS.iter().filter(|def| def.parent == Some(Kind::Variable)).map(|def| def.name);
            self.problems.unknown(
                entry.key.span,
                format!("a value holds no `{}`", entry.key.value),
                &entry.key.value,
                known,
            );
            return None;
        }
        let selection = self.selection(&entry.value, kind, &None);
        Some(Judge::Fact(KindSelection { kind: Spanned::new(kind, entry.key.span), selection }))
    }

    fn json_schema(&mut self, node: &Node, files: &PackText) -> Option<Judge> {
        let path = self.problems.text(node, "`json_schema`")?;
        let Some((_, text)) = files.files.iter().find(|(name, _)| *name == path) else {
            let near = did_you_mean(&path, files.files.iter().map(|(name, _)| name.as_str()));
            let note = near.map_or_else(|| "no such file".to_owned(), |near| format!("did you mean `{near}`?"));
            self.problems.error(
                node.span,
                format!("the pack has no file `{path}`"),
                note,
                "The path is relative to the pack.",
            );
            return None;
        };
        let validator = serde_json::from_str(text)
            .ok()
            .and_then(|schema: serde_json::Value| jsonschema::validator_for(&schema).ok());
        if validator.is_none() {
            self.problems.error(node.span, format!("`{path}` is no JSON Schema"), "cannot be used", "");
        }
        Some(Judge::JsonSchema(Box::new(validator?)))
    }

    /// The param called `name`, or an error.
    pub(super) fn find_param(&mut self, name: &str, span: Span) -> Option<Param> {
        let found = self.params.iter().find(|param| param.name == name).cloned();
        if found.is_none() {
            let known: Vec<String> = self.params.iter().map(|param| param.name.clone()).collect();
            self.problems.unknown(
                span,
                format!("the pack has no param `{name}`"),
                name,
                known.iter().map(String::as_str),
            );
        }
        found
    }
}
