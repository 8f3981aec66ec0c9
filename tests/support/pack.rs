//! A pack as values: what a mutant changes, and the part of it that is loaded again.

use super::yaml;
use preflight::config::Config;
use preflight::policy::{self, PackText, PolicySet};
use preflight::source::SourceMap;
use serde_json::{Map, Value, json};

/// A pack with its policies taken out of their files.
#[derive(Clone)]
pub struct Pack {
    /// Its name.
    pub name: String,
    /// `pack.yaml`.
    pub header: Value,
    /// Types by name, of all files.
    pub types: Map<String, Value>,
    /// Policies by id, of all files, in their order.
    pub policies: Map<String, Value>,
    /// Files that are no YAML: JSON Schemas of types.
    other_files: Vec<(String, String)>,
    /// `cases.yaml`.
    pub cases: Option<String>,
}

impl Pack {
    /// Takes a pack apart.
    pub fn read(text: &PackText) -> Result<Self, String> {
        let mut pack = Self {
            name: text.name.clone(),
            header: Value::Null,
            types: Map::new(),
            policies: Map::new(),
            other_files: Vec::new(),
            cases: None,
        };
        for (file, content) in &text.files {
            match file.as_str() {
                "cases.yaml" => pack.cases = Some(content.clone()),
                "pack.yaml" => pack.header = yaml::read(file, content)?,
                _ if file.ends_with(".yaml") || file.ends_with(".yml") => {
                    let content = yaml::read(file, content)?;
                    let part = |key: &str| content.get(key).and_then(Value::as_object).cloned().unwrap_or_default();
                    pack.types.extend(part("types"));
                    pack.policies.extend(part("policies"));
                }
                _ => pack.other_files.push((file.clone(), content.clone())),
            }
        }
        Ok(pack)
    }

    /// The pack with these policies only, as files.
    pub fn text(&self, policies: &[String]) -> PackText {
        let kept: Map<String, Value> = self
            .policies
            .iter()
            .filter(|(id, _)| policies.contains(id))
            .map(|(id, policy)| (id.clone(), policy.clone()))
            .collect();
        let mut files = self.other_files.clone();
        files.push(("pack.yaml".to_owned(), yaml::write(&self.header)));
        files.push(("policies.yaml".to_owned(), yaml::write(&json!({ "version": 1, "policies": kept }))));
        files.push(("types.yaml".to_owned(), yaml::write(&json!({ "version": 1, "types": self.types }))));
        PackText { name: self.name.clone(), folder: self.name.clone(), files }
    }

    /// The policies in which `{ key: name }` stands: those that use a param or a type.
    pub fn users(&self, key: &str, name: &str) -> Vec<String> {
        self.policies.iter().filter(|(_, policy)| says(policy, key, name)).map(|(id, _)| id.clone()).collect()
    }
}

fn says(value: &Value, key: &str, name: &str) -> bool {
    match value {
        Value::Object(map) => {
            map.get(key).is_some_and(|found| found == name) || map.values().any(|inner| says(inner, key, name))
        }
        Value::Array(items) => items.iter().any(|inner| says(inner, key, name)),
        _ => false,
    }
}

/// Loads a pack for a project; the error holds all problems, each with its place.
pub fn load(text: &PackText, config: &Config) -> Result<PolicySet, String> {
    let mut sources = SourceMap::new();
    policy::load(std::slice::from_ref(text), &config.spellings, &config.params, &mut sources).map_err(|problems| {
        let line = |problem: &preflight::finding::Problem| match problem.span {
            Some(span) if span.source.index() < sources.len() => {
                let place = sources.shown().place(span);
                format!("{}:{}:{}: {problem}", sources.path(span.source), place.line, place.column)
            }
            _ => problem.to_string(),
        };
        problems.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}
