//! The schemas and the loader judge alike: what one accepts the other accepts, but for what no schema can say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use preflight::config;
use preflight::policy::{self, PackText, Spellings};
use preflight::source::SourceMap;
use preflight::tree::{self, Format, Node, NodeValue};
use serde_json::Value;
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
        NodeValue::Number(number) => serde_json::from_str(number).unwrap_or_else(|_| number.clone().into()),
        NodeValue::Text(text) => text.text().into(),
        NodeValue::Seq(items) => items.iter().map(value).collect(),
        NodeValue::Map(entries) => entries.iter().map(|entry| (entry.key.value.clone(), value(&entry.value))).collect(),
    }
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

/// Rules that both accept.
const GOOD: &[&str] = &[
    "forbid: { operation: { is: drop_column } }",
    "forbid: { operation: { is: [grant, revoke], schema: ops, grantee: { not: [service_role, postgres] } } }",
    "forbid: { credential: { secret: true }, connection: { password: set } }",
    "forbid: { credential: { is: \"supabase-*\", role: anon } }",
    "forbid: { variable: { name: { matches: 'A.*', not: { any: [ABC, \"AB*\"] } }, value: [x, { matches: y }] } }",
    "forbid: { connection: { port: { at_least: 1, at_most: 5432 }, sslmode: { at_most: prefer } } }",
    "forbid: { connection: { variable.name: DATABASE_URL, project: { set: false } } }",
    "forbid: { deploy: { watch_patterns: { not: { has: \"apps/*\" } } } }",
    "forbid: { table: { not: { rls: true }, any: [{ schema: public }, { schema: ops }] } }",
    "forbid: { operation: { is: create_policy, preceded_by: { operation: { is: drop_policy, if_exists: true }, sharing: [table, name], in: document } } }",
    "forbid: { variable: { value: { same_as: environment } } }",
    "expect: { deploy: {}, to: { replicas: { at_least: 1 } } }",
    "require: { deploy: {}, each: { service: [api, \"worker-*\"], environment: prod } }",
    "distinct: { credential: { secret: true }, by: [value], across: environment, at_most: 2 }",
    "same: { connection: {}, url: {}, field: project, within: [service, environment] }",
    "matrix: { environments: [prod], services: [a, b], variables: { X: [✅, ❌], Y: optional, Z: [{ required: z }, unlisted] }, values: { X: [1x, 2x] }, because: { X: why, Z: { a: for a } }, others: { variables: forbidden, services: ignore } }",
];

/// Rules that both refuse.
const BAD: &[&str] = &[
    "forbid: { operaton: { is: drop_column } }",
    "forbid: { operation: { is: drop_colum } }",
    "forbid: { operation: { if_exist: true } }",
    "forbid: { operation: { is: create_policy, if_exists: true } }",
    "forbid: { operation: { is: [drop_table, create_policy], if_exists: true } }",
    "forbid: { operation: { is: drop_column, if_exists: yes } }",
    "forbid: { operation: drop_column }",
    "forbid: {}",
    "forbid: { connection: { port: \"5432\" } }",
    "forbid: { connection: { port: { matches: '5.*' } } }",
    "forbid: { connection: { host: { at_least: a } } }",
    "forbid: { connection: { sslmode: { at_least: required } } }",
    "forbid: { connection: { sslmode: [] } }",
    "forbid: { connection: { sslmode: {} } }",
    "forbid: { variable: { name: 5 } }",
    "forbid: { variable: { name: { has: A } } }",
    "forbid: { variable: { name: { mathces: A } } }",
    "forbid: { deploy: { watch_patterns: \"apps/*\" } }",
    "forbid: { credential: { name: A } }",
    "forbid: { operation: { preceded_by: { operation: {}, in: file } } }",
    "forbid: { operation: { preceded_by: { sharing: [table] } } }",
    "expect: { deploy: {} }",
    "expect: { deploy: {}, url: {}, to: { replicas: 1 } }",
    "require: { deploy: {}, each: { replicas: [1] } }",
    "distinct: { credential: {} }",
    "same: { credential: {}, field: value }",
    "matrix: { environments: [prod], services: [a], variables: { X: [yes] } }",
    "matrix: { environments: [prod], services: [a], variables: { X: [{ requires: a }] } }",
    "matrix: { environments: [prod], services: [a] }",
    "matrix: { environments: [prod], services: [a], variables: { X: ✅ }, others: { variables: ignore } }",
    "nothing: {}",
    "forbid: { url: {} }\n    expect: { url: {}, to: { host: a } }",
    "forbid: { url: {} }\n    severty: error",
    "forbid: { url: {} }\n    from: yesterday",
    "forbid: { url: {} }\n    unless: { host: a }",
    "forbid: { url: {} }\n    waivable: sometimes",
];

/// Rules that only the loader can refuse, and why a schema cannot.
const LOADER_ONLY: &[(&str, &str)] = &[
    ("forbid: { variable: { value: { is_a: no-such-type } } }", "types stand in other files"),
    ("forbid: { variable: { service: { param: no_such_param } } }", "params stand in pack.yaml"),
    ("forbid: { variable: { name: { matches: '(' } } }", "a schema does not compile regular expressions"),
    ("forbid: { variable: { name: { same_as: nothing } } }", "a field is named by text"),
    ("forbid: { operation: { is: \"create_x*\" } }", "a pattern that fits no variant"),
    ("forbid: { url: {} }\n    at: nowhere", "a field is named by text"),
    ("distinct: { credential: {}, by: [nothing] }", "a field is named by text"),
    ("expect: { operation: { is: create_policy }, to: { if_exists: true } }", "the variant is chosen outside of `to`"),
    ("forbid: { operation: { preceded_by: { operation: {}, sharing: [nothing] } } }", "a field is named by text"),
    ("matrix: { environments: [prod], services: [a, b], variables: { X: [✅] } }", "the length of a row"),
    (
        "matrix: { environments: [prod], services: [a], variables: { X: ✅ }, values: { Y: a } }",
        "a value without a row",
    ),
    ("forbid: { url: {} }\n    unless: [{ rls: true }]", "which kind a selection of `unless` speaks of"),
    ("forbid: { url: {}, url: {} }", "a key that stands twice"),
];

#[test]
fn rules_are_judged_alike() {
    for text in GOOD {
        let file = rule(text);
        loader_accepts(&[("a.yaml", &file)]).unwrap_or_else(|errors| panic!("the loader refuses {text}: {errors}"));
        schema_accepts("policy", &file).unwrap_or_else(|errors| panic!("the schema refuses {text}: {errors}"));
    }
    for text in BAD {
        let file = rule(text);
        assert!(loader_accepts(&[("a.yaml", &file)]).is_err(), "the loader accepts {text}");
        assert!(schema_accepts("policy", &file).is_err(), "the schema accepts {text}");
    }
    for (text, why) in LOADER_ONLY {
        let file = rule(text);
        assert!(loader_accepts(&[("a.yaml", &file)]).is_err(), "the loader accepts {text}");
        assert!(schema_accepts("policy", &file).is_ok(), "the schema refuses {text} after all: {why}");
    }
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
    ] {
        assert_eq!(loader_accepts(&[("pack.yaml", &text)]).is_ok(), accepted, "{text}");
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
    ] {
        assert_eq!(config_accepts(&text).is_ok(), accepted, "{text}");
        assert_eq!(schema_accepts("config", &text).is_ok(), accepted, "{text}");
    }
    // What only the loader can see.
    let captures = good.replace("{service}", "{servce}");
    assert!(config_accepts(&captures).is_err() && schema_accepts("config", &captures).is_ok());
}
