//! pack.yaml and value types.

use super::Loader;
use super::condition::Asked;
use super::reader::{distinct, place_of};
use crate::document::sql::runner;
use crate::fact::kinds::connection::DRIVERS;
use crate::fact::{Field, KINDS, Kind};
use crate::policy::PackText;
use crate::policy::grammar::{PACK, PARAM, TYPE};
use crate::policy::model::{Judge, KindSelection, Need, Pack, Param, ParamOf, ValueType};
use crate::policy::name::did_you_mean;
use crate::policy::slot::Slot;
use crate::source::{Span, Spanned};
use crate::tree::{Entry, Node, NodeValue};
use std::sync::Arc;

impl Loader<'_> {
    /// Reads pack.yaml; a pack without one is called after its folder.
    pub(super) fn pack(&mut self, node: Option<&Node>, name: &str) -> Pack {
        let mut pack = Pack { name: name.to_owned(), ..Pack::default() };
        self.params = Vec::new();
        let Some(node) = node else { return pack };
        if node.value == NodeValue::Null {
            let help = "Begin it with `pack:` and `version:`, or remove the file.";
            self.problems.error(node.span, "pack.yaml is empty", "nothing stands here", help);
            return pack;
        }
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
            self.params = entries.iter().map(|entry| (entry.key.value.clone(), self.param_def(entry))).collect();
            pack.params = self.params.iter().filter_map(|(_, param)| param.clone()).collect();
        }
        pack.needs = self.needs(node.get("needs"));
        pack.directions = self.directions(node.get("directions"));
        let drivers: Vec<_> = DRIVERS.iter().map(|word| (word.name, word.name)).collect();
        let runners: Vec<_> = runner::NAMES.iter().map(|name| (*name, *name)).collect();
        pack.runner = node.get("runner").and_then(|node| self.problems.choice(node, "`runner`", &runners));
        pack.driver = node.get("driver").and_then(|node| self.problems.choice(node, "`driver`", &drivers));
        pack
    }

    fn param_def(&mut self, entry: &Entry) -> Option<Param> {
        let what = format!("param `{}`", entry.key.value);
        self.problems.mapping(&entry.value, &what, PARAM, |_| false)?;
        let of = entry.value.get("of").and_then(|node| self.problems.choice(node, "`of`", ParamOf::ALL));
        let default = self.problems.texts(entry.value.get("default")?, "a default");
        let default = default.into_iter().map(|text| text.value).collect();
        let values = self
            .overrides
            .iter()
            .find(|(name, _)| name.value == entry.key.value)
            .map_or(default, |(_, values)| values.clone());
        Some(Param { name: entry.key.value.clone(), of: of?, values })
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
        self.reading = Some(entry.key.value.clone());
        let read = self.read_type(entry, files);
        self.reading = None;
        let place = entry.key.span.source;
        if let Some((_, other)) = self.types.insert(entry.key.value.clone(), (read.map(Arc::new), place)) {
            // A second one in the same file is a key that stands twice.
            if other != place {
                let message = format!("type `{}` is there already, in another file", entry.key.value);
                self.problems.error(entry.key.span, message, "a second one", "Give it another name.");
            }
        }
    }

    fn read_type(&mut self, entry: &Entry, files: &PackText) -> Option<ValueType> {
        let (name, node) = (&entry.key.value, &entry.value);
        let what = format!("type `{name}`");
        let entries = self.problems.mapping(node, &what, TYPE, |_| true)?;
        let says = node.get("says").and_then(|node| self.problems.sentence(node, "`says`"));
        let keys: Vec<&str> = TYPE.iter().map(|key| key.name).collect();
        let mut asks = Vec::new();
        for entry in distinct(entries).filter(|entry| entry.key.value != "says") {
            match entry.key.value.as_str() {
                "value" => asks.push(self.value_judge(&entry.value)),
                "json_schema" => asks.push(self.json_schema(&entry.value, files)),
                name if Kind::named(name).is_some() => asks.push(self.fact_judge(entry)),
                _ => {
                    self.unknown_kind(&entry.key, &keys, &what);
                    asks.push(None);
                }
            }
        }
        if asks.len() != 1 {
            let help = "Give it one kind of fact (`url: { … }`), or `value`, or `json_schema`.";
            let message = format!("{what} must ask exactly one thing");
            self.problems.error(place_of(node), message, "not one thing", help);
            return None;
        }
        let says = says.unwrap_or_else(|| format!("is a {name}"));
        Some(ValueType { name: name.clone(), says, judge: asks.pop()?? })
    }

    fn value_judge(&mut self, node: &Node) -> Option<Judge> {
        let slot = Slot::named(Kind::Variable, Field::Value.as_str())?;
        let asked = Asked { kind: Kind::Variable, slot: &slot, chosen: &None };
        self.condition(node, asked).map(Judge::Value)
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

    /// The param called `name`, or an error; a broken one was reported where it stands.
    pub(super) fn find_param(&mut self, name: &str, span: Span) -> Option<Param> {
        if let Some((_, param)) = self.params.iter().find(|(known, _)| known == name) {
            return param.clone();
        }
        if !self.blind {
            self.unknown_of_pack(span, format!("the pack has no param `{name}`"), name, Named::Param);
        }
        None
    }

    /// Reports a name that no file of the pack gives a meaning.
    pub(super) fn unknown_of_pack(&mut self, span: Span, message: String, name: &str, what: Named) {
        let (known, help): (Vec<String>, _) = match what {
            Named::Type => (self.declared.clone(), "Types stand under `types:` of a file of the same pack."),
            Named::Param => (
                self.params.iter().map(|(name, _)| name.clone()).collect(),
                "Params stand under `params:` of pack.yaml, in the same folder.",
            ),
        };
        match known.is_empty() {
            true => self.problems.error(span, message, "not known", help),
            false => self.problems.unknown(span, message, name, known.iter().map(String::as_str)),
        }
    }
}

/// What a pack gives names to.
#[derive(Clone, Copy)]
pub(super) enum Named {
    /// Judgements of one value.
    Type,
    /// Lists of names.
    Param,
}
