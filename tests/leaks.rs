//! No value of a document reaches any output, field by field: marked secrets stand in every kind of document, in broken
//! ones and in our own YAML; policies point at every field of every fact; every command runs, and both streams are
//! searched as they are before the guard that `tests/secrets.rs` sees the program behind. What a terminal or a CI runner
//! would obey does not reach them either.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "leaks/controls.rs"]
mod controls;
#[path = "leaks/exports.rs"]
mod exports;
#[path = "leaks/leak.rs"]
mod leak;
#[path = "leaks/marks.rs"]
mod marks;
#[path = "leaks/plants.rs"]
mod plants;
#[path = "leaks/project.rs"]
mod project;
#[path = "leaks/run.rs"]
mod run;
#[path = "leaks/waivers.rs"]
mod waivers;

use leak::Needles;
use marks::Marks;
use plants::Plant;
use preflight::document::DOCUMENT_KINDS;
use project::Project;
use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Where documents of a kind stand.
fn entry(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "dotenv" => ("env/{environment}/{service}.env", ""),
        "railway-variables" => ("railway/{environment}/{service}.json", ""),
        "railway-environment" => ("railway/{environment}/environment*.json", ""),
        "catalog-export" => ("exports/{environment}/*", ""),
        "railway-status" => ("railway/status*.json", ""),
        "railway-graph" => ("railway/graph*.json", ""),
        "railway-template" => ("railway/template*.json", ""),
        "railway-kv" => ("railway/{environment}/{service}.kv", ""),
        "railway-iac" => (".railway/railway.*", ""),
        "railway-config" => ("deploy/{service}/railway.*", "    environment: prod\n"),
        "migration" => ("migrations/*.sql", ""),
        other => panic!("plant secrets in documents of kind {other}: add it here and in tests/leaks/plants.rs"),
    }
}

/// A project with documents of one kind, judged by these packs besides a policy that fires on everything.
fn project(kind: &str, packs: &str, plants: &[Plant]) -> Project {
    let (files, more) = entry(kind);
    let config = format!(
        "version: 1\npacks: [few.yaml{packs}]\ndocuments:\n  - files: \"{files}\"\n    kind: {kind}\n{more}today: 2026-11-21\n"
    );
    let kinds: Vec<String> = preflight::fact::KINDS.iter().map(|def| format!("{}: {{}}", def.name)).collect();
    let few = format!(
        "version: 1\npolicies:\n  everything:\n    severity: error\n    why: All.\n    fix: None.\n    says: is seen\n    forbid: {{ {} }}\n",
        kinds.join(", ")
    );
    let all = policies_on_everything();
    let project = Project::empty().file("preflight.yaml", config).file("few.yaml", few).file("all.yaml", all);
    for plant in plants {
        project.write(&plant.path, &plant.content);
    }
    project
}

/// Policies whose findings point at every fact and every field of every kind, and say what they are.
fn policies_on_everything() -> String {
    let mut text = String::from("version: 1\npolicies:\n");
    let mut policy = |id: &str, rule: &str| {
        write!(text, "  {id}:\n    severity: error\n    why: All.\n    fix: None.\n    says: is seen\n    {rule}\n")
            .unwrap();
    };
    for def in preflight::fact::KINDS {
        let kind = def.name;
        let id = kind.replace('_', "-");
        policy(&format!("all-{id}"), &format!("forbid: {{ {kind}: {{}} }}"));
        for field in def.fields {
            use preflight::fact::Type;
            let name = field.field.as_str();
            let id = format!("{id}-{}", name.replace(['_', '.'], "-"));
            policy(
                &format!("at-{id}"),
                &format!("forbid: {{ {kind}: {{ {name}: {{ set: true }} }} }}\n    at: {name}"),
            );
            let wanted = match field.ty {
                Type::Text | Type::Name | Type::SqlType | Type::Label | Type::Secret => "zzz",
                Type::Number => "987654",
                Type::Names => "{ has: zzz }",
                Type::Enum(_) | Type::Ordered(_) | Type::DocumentKind | Type::Bool(..) => "{ set: false }",
            };
            policy(&format!("is-{id}"), &format!("expect: {{ {kind}: {{}}, to: {{ {name}: {wanted} }} }}"));
        }
    }
    text.push_str("  all-in-a-table:\n    severity: error\n    why: All.\n    fix: None.\n    matrix:\n");
    text.push_str("      environments: [\"*\"]\n      services: [\"*\"]\n      variables: { DEBUG: [{ required: zzz }], A: [forbidden], B: [optional] }\n");
    text.push_str("      others: { variables: forbidden, services: forbidden }\n");
    let mut policy = |id: &str, rule: &str| {
        write!(text, "  {id}:\n    severity: error\n    why: All.\n    fix: None.\n    says: is seen\n    {rule}\n")
            .unwrap();
    };
    for kind in ["credential", "variable", "connection"] {
        for field in ["value", "project", "name"] {
            let has = preflight::fact::KINDS
                .iter()
                .any(|def| def.name == kind && def.fields.iter().any(|known| known.field.as_str() == field));
            if has {
                policy(&format!("one-{kind}-{field}"), &format!("distinct: {{ {kind}: {{}}, by: [{field}] }}"));
            }
        }
    }
    text
}

/// How much every command says of documents of one kind, and what of that is a secret.
fn of_kind(kind: &'static str) -> (usize, Vec<String>) {
    let mut marks = Marks::new(kind);
    let plants = plants::of(kind, &mut marks);
    assert!(!plants.is_empty(), "no secrets are planted in documents of kind {kind}");
    let needles = Needles::new(&marks);
    let mut shown = run::judging_commands(&project(kind, ", all.yaml, dragonfly, separation, git", &plants), &needles);
    // Each alone, so that nothing else hides what it says.
    for plant in &plants {
        let alone = std::slice::from_ref(plant);
        shown += run::checks(&project(kind, ", all.yaml", alone), &needles);
        shown += run::everything(&project(kind, "", alone), kind, plant, &needles);
    }
    (shown, needles.leaks())
}

#[test]
fn no_output_holds_a_secret_of_a_document() {
    let (next, shown, leaks) = (AtomicUsize::new(0), AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        // The last ones say most: they come first.
        while let Some(kind) = DOCUMENT_KINDS.iter().rev().nth(next.fetch_add(1, Ordering::Relaxed)) {
            let (said, found) = of_kind(kind.name);
            shown.fetch_add(said, Ordering::Relaxed);
            leaks.lock().unwrap().extend(found);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, NonZeroUsize::get) {
            scope.spawn(work);
        }
    });
    let (shown, leaks) = (shown.into_inner(), leaks.into_inner().unwrap());
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    assert!(shown > 500_000, "outputs were searched, and they were no empty ones: {shown} bytes");
}

#[test]
fn no_output_holds_a_secret_of_our_own_yaml() {
    let mut marks = Marks::new("yaml");
    let mut leaks = Vec::new();
    for (name, files) in plants::yaml(&mut marks) {
        let mut needles = Needles::new(&marks);
        // A password of a URL may be a pattern and stays in the tree; where a message repeats it the guard hides it.
        needles.guard = Some(false);
        let project = Project::empty()
            .file(
                "preflight.yaml",
                "version: 1\npacks: [rules.yaml]\ndocuments: [{ files: \"*.env\", kind: dotenv }]\n",
            )
            .file("rules.yaml", "version: 1\npolicies: {}\n")
            .file("a.env", "DEBUG=true\nLEVEL=x\n");
        for (path, text) in &files {
            project.write(path, text);
        }
        let said = run::main_commands(&project, &needles);
        assert!(said > 0, "{name}");
        for (path, text) in &files {
            run::explain_lines(&project, path, text, &needles);
        }
        leaks.extend(needles.leaks());
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}

#[test]
fn the_search_finds_what_is_there() {
    let mut marks = Marks::new("self");
    let key = marks.key();
    let password = marks.odd_password();
    let needles = Needles::new(&marks);
    let body = key.strip_prefix("sb_secret_").unwrap();
    assert!(needles.find("error[x]: sb_secret_ keys are not shown").is_none());
    assert!(needles.find(&format!("a {} b", &body[3..11])).is_some(), "any eight characters");
    assert!(needles.find(&body[3..10]).is_none(), "seven are too few");
    assert!(needles.find(&serde_json::json!({ "a": password }).to_string()).is_some());
    assert!(
        needles
            .find(&percent_encoding::utf8_percent_encode(&password, percent_encoding::NON_ALPHANUMERIC).to_string())
            .is_some()
    );
    use base64::Engine as _;
    for prefix in ["", "x", "xy"] {
        let encoded = base64::engine::general_purpose::STANDARD.encode(format!("{prefix}{body}"));
        assert!(needles.find(&encoded).is_some(), "{prefix}");
    }
}

#[test]
fn policies_on_everything_load() {
    let project = Project::empty()
        .file(
            "preflight.yaml",
            "version: 1\npacks: [dragonfly, all.yaml]\ndocuments: [{ files: \"*.env\", kind: dotenv }]\n",
        )
        .file("all.yaml", policies_on_everything())
        .file("a.env", "DEBUG=true\n");
    let (status, said) = run::say(&project.path(), &["policies"], b"", None);
    assert_eq!(status, 0, "{said}");
}

/// A runbook is a document too: whoever wrote a key into it does not find it in a policy file that everybody reads.
#[test]
fn no_secret_of_a_runbook_reaches_a_policy_file_or_a_complaint() {
    let mut marks = Marks::new("a runbook");
    let mut secrets =
        vec![marks.key(), marks.jwt(), marks.token(), marks.url(Marks::password), marks.url(Marks::odd_password)];
    secrets.push(format!("redis://:{}@cache.example.com", marks.password()));
    let head = "| Variable | Required | Value / Source |\n|-|-|-|\n";
    let mut pages = Vec::new();
    for secret in &secrets {
        for row in [
            format!("| A | ✅ | `{secret}` |"),
            format!("| A | ❌ | {secret} |"),
            format!("| A | ✅ | see `{secret}` or so |"),
            format!("| `{secret}` | ✅ | x |"),
            format!("| {secret} | ✅ | x |"),
            format!("| A | {secret} | x |"),
            format!("| A | ✅ | `x`: {secret} |"),
        ] {
            pages.push(format!("# `api`\n\n{head}| Z | ✅ | z |\n{row}\n"));
        }
        pages.push(format!("# `{secret}`\n\n{head}| A | ✅ | x |\n\n# `api`\n\n{head}| B | ✅ | x |\n"));
        pages.push(format!("# `api`\n\n| Variable | {secret} |\n|-|-|\n| A | ✅ |\n\n{head}| B | ✅ | x |\n"));
        pages.push(format!(
            "# `api`\n\n| Symbol | Meaning |\n|-|-|\n| {secret} | {secret} |\n\n{head}| B | {secret} | x |\n"
        ));
    }
    let needles = Needles::new(&marks);
    let project = Project::empty();
    let mut made = 0;
    for page in &pages {
        project.write("page.md", page);
        let args = ["init", "--from", "page.md", "--pack", "out", "--force"];
        let (_, said) = run::say(&project.path(), &args, b"", None);
        needles.search(&args, &said);
        let (_, said) = run::say(&project.path(), &args[..3], b"", None);
        needles.search(&args[..3], &said);
        if let Ok(text) = std::fs::read_to_string(project.at("out/matrix.yaml")) {
            made += 1;
            needles.search(&["out/matrix.yaml"], &text);
            std::fs::remove_file(project.at("out/matrix.yaml")).unwrap();
        }
    }
    assert_eq!(needles.leaks(), Vec::<String>::new());
    assert!(made > 40, "{made} policy files were made");
}
