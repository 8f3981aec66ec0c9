//! The schemas and the loader judge alike: what one accepts the other accepts, but for what no schema can say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "schema/rules.rs"]
mod rules;
#[path = "schema/waivers.rs"]
mod waivers;

use preflight::config;
use preflight::fact::{Field, KINDS, Type};
use preflight::policy::{self, PackText, Slot, Spellings};
use preflight::source::SourceMap;
use preflight::tree::{self, Format, Node, NodeValue};
use rules::{BAD, GOOD, LOADER_ONLY};
use serde_json::Value;
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A YAML text as an editor's schema checker sees it.
fn json(text: &str) -> Value {
    let mut sources = SourceMap::new();
    let source = sources.add("x.yaml", text);
    value(&tree::parse(Format::Yaml, source, text).unwrap())
}

fn value(node: &Node) -> Value {
    match &node.value {
        NodeValue::Null => Value::Null,
        NodeValue::Bool(yes) => (*yes).into(),
        NodeValue::Number(text) => number(text),
        NodeValue::Text(text) => text.text().into(),
        NodeValue::Seq(items) => items.iter().map(value).collect(),
        NodeValue::Map(entries) => entries.iter().map(|entry| (entry.key.value.clone(), value(&entry.value))).collect(),
    }
}

/// A number of YAML's core schema.
fn number(text: &str) -> Value {
    let whole = match text.get(..2) {
        Some("0x") => i64::from_str_radix(&text[2..], 16).ok(),
        Some("0o") => i64::from_str_radix(&text[2..], 8).ok(),
        _ => text.parse().ok(),
    };
    whole.map_or_else(|| text.parse::<f64>().map_or(Value::Null, Value::from), Value::from)
}

/// Compiling a schema takes longer than using it.
static VALIDATORS: LazyLock<Vec<(&str, jsonschema::Validator)>> = LazyLock::new(|| {
    let compile = |name| (name, jsonschema::validator_for(&preflight::schema::schema(name).unwrap()).unwrap());
    preflight::schema::names().into_iter().map(compile).collect()
});

fn schema_accepts(name: &str, text: &str) -> Result<(), String> {
    let validator = &VALIDATORS.iter().find(|(known, _)| *known == name).unwrap().1;
    let errors: Vec<String> =
        validator.iter_errors(&json(text)).map(|error| format!("{}: {error}", error.instance_path())).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors.join("\n")) }
}

fn loader_accepts(files: &[(&str, &str)]) -> Result<(), String> {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let pack = PackText { name: "test".into(), folder: "test".into(), files };
    let problems = policy::load(&[pack], &Spellings::default(), &[], &mut SourceMap::new()).err();
    problems.map_or(Ok(()), |problems| {
        Err(problems.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>().join("\n"))
    })
}

fn config_accepts(text: &str) -> Result<(), String> {
    let mut sources = SourceMap::new();
    let source = sources.add("preflight.yaml", text);
    let problems = config::load(source, text).err();
    problems.map_or(Ok(()), |problems| {
        Err(problems.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>().join("\n"))
    })
}

#[test]
fn schemas_are_schemas() {
    for name in preflight::schema::names() {
        let schema = preflight::schema::schema(name).unwrap();
        jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn everything_that_ships_is_accepted_by_both() {
    let mut seen = 0;
    for pack in policy::built_in_names() {
        let pack = policy::built_in(pack).unwrap();
        for (name, text) in &pack.files {
            let schema = match name.as_str() {
                "pack.yaml" => "pack",
                "cases.yaml" => continue,
                name if name.ends_with(".yaml") => "policy",
                _ => continue,
            };
            schema_accepts(schema, text).unwrap_or_else(|errors| panic!("{name}: {errors}"));
            seen += 1;
        }
        policy::load(&[pack], &Spellings::default(), &[], &mut SourceMap::new()).unwrap();
    }
    assert!(seen >= 7, "{seen}");
    let mut configs = Vec::new();
    find_configs(&root().join("fixtures"), &mut configs);
    configs.push(root().join("src/cli/starter.yaml"));
    assert!(configs.len() >= 3);
    for path in configs {
        let text = fs::read_to_string(&path).unwrap();
        schema_accepts("config", &text).unwrap_or_else(|errors| panic!("{}: {errors}", path.display()));
        config_accepts(&text).unwrap_or_else(|errors| panic!("{}: {errors}", path.display()));
    }
}

fn find_configs(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find_configs(&path, found);
        } else if path.ends_with("preflight.yaml") {
            found.push(path);
        }
    }
}

/// A policy file of one policy with this rule.
fn rule(rule: &str) -> String {
    format!(
        "version: 1\npolicies:\n  a-policy:\n    severity: error\n    why: because\n    fix: mend it\n    says: is so\n    {rule}\n"
    )
}

/// What the rules may name that stands in other files of their pack.
const PACK: &[(&str, &str)] = &[
    (
        "pack.yaml",
        "pack: test\nversion: 1.0.0\nparams: { runtime_services: { of: service, default: [dragonfly-api] } }\n",
    ),
    ("types.yaml", "version: 1\ntypes: { log-level: { value: [INFO, WARNING] } }\n"),
];

fn loader_accepts_rule(file: &str) -> Result<(), String> {
    let files: Vec<(&str, &str)> = PACK.iter().copied().chain([("a.yaml", file)]).collect();
    loader_accepts(&files)
}

#[test]
fn rules_are_judged_alike() {
    for text in GOOD {
        let file = rule(text);
        loader_accepts_rule(&file).unwrap_or_else(|errors| panic!("the loader refuses {text}: {errors}"));
        schema_accepts("policy", &file).unwrap_or_else(|errors| panic!("the schema refuses {text}: {errors}"));
    }
    for text in BAD {
        let file = rule(text);
        assert!(loader_accepts_rule(&file).is_err(), "the loader accepts {text}");
        assert!(schema_accepts("policy", &file).is_err(), "the schema accepts {text}");
    }
    for (text, why) in LOADER_ONLY {
        let file = rule(text);
        assert!(loader_accepts_rule(&file).is_err(), "the loader accepts {text}");
        assert!(schema_accepts("policy", &file).is_ok(), "the schema refuses {text} after all: {why}");
    }
}

/// A literal that fits a field, and one that does not.
fn literals(slot: &Slot) -> (String, &'static str) {
    if let Some(words) = slot.words() {
        return (words[0].to_owned(), "no-such-word");
    }
    match slot.ty() {
        Type::Bool(..) => ("true".into(), "\"true\""),
        Type::Number => ("1".into(), "\"1\""),
        Type::Names => ("{ has: a }".into(), "a"),
        _ => ("a".into(), "1"),
    }
}

/// Both must say the same, and this.
#[track_caller]
fn both(rule_text: &str, accepted: Option<bool>) {
    let file = rule(rule_text);
    let (loader, schema) = (loader_accepts_rule(&file), schema_accepts("policy", &file));
    assert_eq!(loader.is_ok(), schema.is_ok(), "{rule_text}: the loader says {loader:?}, the schema {schema:?}");
    if let Some(accepted) = accepted {
        assert_eq!(loader.is_ok(), accepted, "{rule_text}: {loader:?}");
    }
}

#[test]
fn every_field_of_the_vocabulary_is_judged_alike() {
    let mut tried = 0;
    for def in KINDS {
        for name in Slot::names(def.kind) {
            let slot = Slot::named(def.kind, &name).unwrap();
            let (good, bad) = literals(&slot);
            both(&format!("forbid: {{ {}: {{ {name}: {good} }} }}", def.name), Some(true));
            both(&format!("forbid: {{ {}: {{ {name}: {bad} }} }}", def.name), Some(false));
            both(&format!("forbid: {{ {}: {{}} }}\n    at: {name}", def.name), Some(true));
            both(&format!("distinct: {{ {}: {{}}, by: [{name}] }}", def.name), Some(true));
            for (word, argument) in [
                ("not", good.as_str()),
                ("not", bad),
                ("any", "[]"),
                ("any", good.as_str()),
                ("matches", "'a+'"),
                ("at_least", good.as_str()),
                ("at_most", bad),
                ("set", "true"),
                ("set", "1"),
                ("same_as", "service"),
                ("same_as", "nothing"),
                ("is_a", "log-level"),
                ("has", "a"),
                ("hsa", "a"),
            ] {
                both(&format!("forbid: {{ {}: {{ {name}: {{ {word}: {argument} }} }} }}", def.name), None);
                tried += 1;
            }
        }
    }
    assert!(tried > 1000, "{tried}");
}

#[test]
fn every_field_of_every_variant_is_judged_alike() {
    let mut refused = 0;
    for def in KINDS {
        let mut families = HashSet::new();
        for variant in def.variants {
            // Variants of the same fields are one family: the first is tried with every field, another one with one field
            // that it has and one that it has not.
            let family: BTreeSet<&str> = variant.fields.iter().map(|field| field.as_str()).collect();
            let is_first = families.insert(family);
            let mut tried = HashSet::new();
            for name in Slot::names(def.kind).iter().filter(|name| *name != Field::Is.as_str()) {
                let slot = Slot::named(def.kind, name).unwrap();
                let has = slot.reference.of.is_some() || variant.has(slot.reference.field);
                if !is_first && !tried.insert((has, slot.reference.of.is_some())) {
                    continue;
                }
                let (good, _) = literals(&slot);
                both(&format!("forbid: {{ {}: {{ is: {}, {name}: {good} }} }}", def.name, variant.name), Some(has));
                both(
                    &format!("expect: {{ {}: {{ is: [{}] }}, to: {{ {name}: {good} }} }}", def.name, variant.name),
                    Some(has),
                );
                refused += usize::from(!has);
            }
        }
    }
    assert!(refused > 100, "{refused}");
}

#[test]
fn whole_files_are_judged_alike() {
    let good = rule("forbid: { url: {} }");
    for (bad, what) in [
        (good.replace("version: 1", "version: 2"), "a version of tomorrow"),
        (good.replace("version: 1\n", ""), "no version"),
        (good.replace("policies:", "polices:"), "a misspelt key"),
        (good.replace("a-policy", "A_Policy"), "no id"),
        (good.replace("severity: error", "severity: warn"), "no severity"),
        (good.replace("severity: error", "severity: { prod: error }"), "no severity elsewhere"),
        (good.replace("why: because", "why: ''"), "no why"),
        (good.replace("fix: mend it", "fix: 4.4"), "a number for text"),
        (good.replace("    says: is so\n", ""), "no says"),
        ("version: 1\ntypes: { a: { value: x, url: {} } }\n".to_owned(), "a type of two things"),
        ("version: 1\ntypes: { a: { operation: {} } }\n".to_owned(), "a type of what no value holds"),
        ("version: 1\ntypes: { a: { says: is nothing } }\n".to_owned(), "a type that asks nothing"),
        ("version: 1\ntypes: { a: }\n".to_owned(), "a type of nothing"),
        ("version: 1\npolicies:\n".to_owned(), "no mapping of policies"),
        ("version: 1\npolicies: []\n".to_owned(), "a list of policies"),
        ("version: 1\npolicies: { a: }\n".to_owned(), "a policy of nothing"),
        ("version: \"1\"\n".to_owned(), "a version that is text"),
        (good.replace("severity: error", "severity: { prod: warn, \"*\": info }"), "no severity in prod"),
        (String::new(), "an empty file"),
        ("- no-drop-column\n".to_owned(), "a list"),
    ] {
        assert!(loader_accepts(&[("a.yaml", &bad)]).is_err(), "the loader accepts {what}");
        assert!(schema_accepts("policy", &bad).is_err(), "the schema accepts {what}");
    }
    let pack = "pack: x\nversion: 1.0.0\nparams: { a: { of: service, default: [b] } }\nneeds: { variable: required }\ndirections: { down: [\"*.down.sql\"] }\n";
    for (text, accepted) in [
        (pack.to_owned(), true),
        (pack.replace("version: 1.0.0", "version: 1.0"), false),
        (pack.replace("of: service", "of: services"), false),
        (pack.replace("variable: required", "variables: required"), false),
        (pack.replace("required", "needed"), false),
        (pack.replace("down:", "downward:"), false),
        (pack.replace("pack: x\n", ""), false),
        (pack.replace("pack: x\n", "pack: ''\n"), false),
        (pack.replace("default: [b]", "default: b"), true),
        (pack.replace("default: [b]", "default: [1]"), false),
        (pack.replace("{ of: service, default: [b] }", "[b]"), false),
        (pack.replace("[\"*.down.sql\"]", "\"*.down.sql\""), true),
        (format!("{pack}title: 5\n"), false),
    ] {
        let files = [("a.yaml", &*rule("forbid: { url: {} }")), ("pack.yaml", &text)];
        assert_eq!(loader_accepts(&files).is_ok(), accepted, "{text}");
        assert_eq!(schema_accepts("pack", &text).is_ok(), accepted, "{text}");
    }
}

#[test]
fn configurations_are_judged_alike() {
    let good = "version: 1\npacks: [dragonfly]\ndocuments:\n  - { files: \"env/{environment}/{service}.env\", kind: dotenv, loader: python-dotenv }\nlabels: { environment: { prod: [production] } }\nparams: { a: [b] }\nneeds: { deploy: optional }\nexclude: [tmp/**]\nfail_on: warning\ntoday: 2026-11-21\n";
    for (text, accepted) in [
        (good.to_owned(), true),
        (good.replace("today: 2026-11-21", "today: now"), true),
        (good.replace("today: 2026-11-21", "today: tomorrow"), false),
        (good.replace("version: 1", "version: 3"), false),
        (good.replace("packs: [dragonfly]\n", ""), false),
        (good.replace("kind: dotenv", "kind: dotnev"), false),
        (good.replace("loader: python-dotenv", "loader: perl"), false),
        (good.replace("kind: dotenv", "kind: migration"), false),
        (good.replace("fail_on: warning", "fail_on: warn"), false),
        (good.replace("labels: { environment:", "labels: { environments:"), false),
        (good.replace("needs: { deploy:", "needs: { deploys:"), false),
        (good.replace("exclude", "excludes"), false),
        (good.replace("exclude: [tmp/**]", "exclude: tmp"), true),
        (good.replace("[production]", "production"), true),
        (good.replace("params: { a: [b] }", "params: { a: 5 }"), false),
        (good.replace("{environment}/{service}", "{environment}/{servce}"), false),
        (good.replace("env/{environment}", "../env/{environment}"), false),
        (good.replace("env/{environment}", "/env/{environment}"), false),
        (good.replace("env/{environment}", "env/..{environment}"), true),
        (good.replace("env/{environment}", "./env/*/**/{environment}"), true),
        (good.replace("\"env/{environment}/{service}.env\"", "''"), false),
        (
            good.replace("{environment}/{service}", "all")
                .replace("kind: dotenv", "kind: dotenv, service: [api, worker], environment: prod"),
            true,
        ),
        (good.replace("kind: dotenv", "kind: dotenv, service: 5"), false),
        (good.replace("kind: dotenv", "kind: dotenv, environment: [prod]"), false),
        (good.replace("kind: dotenv,", ""), false),
        (good.replace("today: 2026-11-21", "today: 2026-13-01"), false),
        (good.replace("fail_on: warning", "fail_on: [warning]"), false),
        ("version: 1\npacks: [dragonfly]\ndocuments: []\n".to_owned(), false),
        ("version: 1\npacks: [dragonfly]\ndocuments: { files: .env, kind: dotenv }\n".to_owned(), false),
        (String::new(), false),
    ] {
        assert_eq!(config_accepts(&text).is_ok(), accepted, "{text}");
        assert_eq!(schema_accepts("config", &text).is_ok(), accepted, "{text}");
    }
    // What only the loader can see.
    for (text, why) in [
        (good.replace("2026-11-21", "2026-02-30"), "how many days a month has"),
        (good.replace("version: 1", "version: 1.0"), "to a schema this is a whole number"),
        (format!("{good}today: now\n"), "a key that stands twice"),
        (good.replace("kind: dotenv", "kind: dotenv, service: api"), "a label that path and key say"),
    ] {
        assert!(config_accepts(&text).is_err(), "the loader accepts {text}");
        assert!(schema_accepts("config", &text).is_ok(), "the schema refuses {text} after all: {why}");
    }
}
