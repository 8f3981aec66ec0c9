//! What is generated is current: schemas, the README's tables, the paths that documents name. `UPDATE=1 cargo test`
//! rewrites what can be rewritten.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use preflight::document::DOCUMENT_KINDS;
use preflight::fact::{Field, KINDS};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Compares a file with what it should hold, or rewrites it.
fn fresh(path: &Path, expected: &str) {
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, expected).unwrap();
        return;
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(found == expected, "{} is not current: run `UPDATE=1 cargo test --test fresh`", path.display());
}

#[test]
fn schemas_are_current() {
    for name in preflight::schema::names() {
        let path = root().join(format!("schemas/{name}.schema.json"));
        fresh(&path, &preflight::schema::text(name).unwrap());
    }
    let known = preflight::schema::names().len();
    assert_eq!(fs::read_dir(root().join("schemas")).unwrap().count(), known, "a schema that nothing makes");
}

#[test]
fn the_generated_parts_of_the_readme_are_current() {
    let path = root().join("README.md");
    let text = fs::read_to_string(&path).unwrap();
    fresh(&path, &refreshed(&text).unwrap_or_else(|fault| panic!("README.md: {fault}")));
}

/// A text with its generated parts as they should be: what stands between `<!-- generated: NAME -->` and `<!-- end -->`.
fn refreshed(text: &str) -> Result<String, String> {
    let mut expected = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(BEGIN) {
        let (name, after) = after.split_once(" -->").ok_or("a marker does not end")?;
        let (old, after) = after.split_once(END).ok_or_else(|| format!("`{name}` does not end"))?;
        if old.contains(BEGIN) {
            return Err(format!("`{name}` does not end before the next one begins"));
        }
        let part = generated(name).ok_or_else(|| format!("nothing makes `{name}`"))?;
        let _ = write!(expected, "{before}{BEGIN}{name} -->\n{part}{END}");
        rest = after;
    }
    if expected.is_empty() {
        return Err("it has no generated part".to_owned());
    }
    Ok(expected + rest)
}

const BEGIN: &str = "<!-- generated: ";
const END: &str = "<!-- end -->";

#[test]
fn markers_that_would_generate_nothing_are_faults() {
    for (text, fault) in [
        ("# A README without tables\n", "no generated part"),
        ("<!-- generated: knids -->\n<!-- end -->\n", "`knids`"),
        ("<!-- generated: kinds -->\n| a | b |\n", "does not end"),
        ("<!-- generated: kinds -->\n<!-- generated: formats -->\n<!-- end -->\n", "does not end"),
    ] {
        let found = refreshed(text).unwrap_err();
        assert!(found.contains(fault), "{text}: {found}");
    }
    let stale = "before\n<!-- generated: formats -->\nold\n<!-- end -->\nbehind\n";
    let fresh = refreshed(stale).unwrap();
    assert!(fresh.starts_with("before\n<!-- generated: formats -->\n| format |"), "{fresh}");
    assert!(fresh.ends_with("<!-- end -->\nbehind\n") && !fresh.contains("old"), "{fresh}");
    assert_eq!(refreshed(&fresh).unwrap(), fresh, "what is fresh stays as it is");
}

#[test]
fn every_generated_part_says_what_the_program_has() {
    for (name, needle) in [
        ("kinds", "| `operation` |"),
        ("documents", "| `dotenv` |"),
        ("formats", "| `sarif` |"),
        ("queries", "| pg_roles | `SELECT rolname, rolsuper, rolbypassrls, rolcanlogin FROM pg_roles` |"),
        ("policies of dragonfly", "| `no-drop-column` | error |"),
        ("policies of postgres", "| `rows-are-chosen` | warning |"),
        ("loaders", "| `python-dotenv` |"),
        ("runners", "| `supabase` |"),
        ("variables", "| `PREFLIGHT_FAIL_ON` | `--fail-on` |"),
        ("waivers", "| `waiver-expired` | warning |"),
        ("help", "--fail-on <LEVEL>"),
        ("matrix", "❌ present, forbidden"),
        ("audit", "← a browser sees it"),
    ] {
        let part = generated(name).unwrap();
        assert!(part.contains(needle), "{name}: {part}");
        assert!(part.lines().all(|line| !line.ends_with(' ')), "{name} has a blank at the end of a line");
    }
}

/// A generated part of the README; none of that name.
fn generated(name: &str) -> Option<String> {
    let mut text = String::new();
    match name {
        "kinds" => {
            text.push_str("| kind of fact | what it is | fields |\n| --- | --- | --- |\n");
            for def in KINDS {
                let is = (!def.variants.is_empty()).then_some(Field::Is);
                let fields = is.into_iter().chain(def.fields.iter().map(|field| field.field));
                let fields: Vec<String> = fields.map(|field| format!("`{field}`")).collect();
                let _ = writeln!(text, "| `{}` | {} | {} |", def.name, def.doc, fields.join(" "));
            }
        }
        "documents" => {
            text.push_str("| kind of document | what it is | facts |\n| --- | --- | --- |\n");
            for kind in DOCUMENT_KINDS {
                let gives: Vec<&str> = kind.gives.iter().map(|kind| kind.def().name).collect();
                let _ = writeln!(text, "| `{}` | {} | {} |", kind.name, kind.doc, gives.join(", "));
            }
        }
        "formats" => {
            text.push_str("| format | for |\n| --- | --- |\n");
            for format in preflight::report::FORMATS {
                let _ = writeln!(text, "| `{}` | {} |", format.name, format.doc);
            }
        }
        "variables" => {
            text.push_str("| variable | in place of |\n| --- | --- |\n");
            for variable in preflight::cli::variables() {
                let _ = writeln!(text, "| `{}` | `{}` |", variable.name, variable.flag);
            }
        }
        "waivers" => {
            text.push_str("| finding | severity | what it means | what to do |\n| --- | --- | --- | --- |\n");
            for id in preflight::waive::IDS {
                let fix = id.fix.replace('|', "\\|");
                let _ = writeln!(text, "| `{}` | {} | {} | {fix} |", id.name, id.severity, id.why);
            }
        }
        "runners" => {
            text.push_str("| runner | which it is, and what it takes for a migration | where one is added before others have run |\n| --- | --- | --- |\n");
            for runner in preflight::document::sql::runner::RUNNERS {
                let _ = writeln!(text, "| `{}` | {} | {} |", runner.name, runner.doc, runner.late);
            }
        }
        "loaders" => {
            text.push_str("| loader | what it is |\n| --- | --- |\n");
            for loader in preflight::document::dotenv::loader::LOADERS {
                let _ = writeln!(text, "| `{}` | {} |", loader.name, loader.doc);
            }
        }
        _ if name.starts_with("policies of ") => {
            let output = assert_cmd::cargo::cargo_bin_cmd!("preflight")
                .current_dir("/")
                .args(["policies", "--format", "json"])
                .output()
                .unwrap();
            let list: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            text.push_str("| policy | severity | why |\n| --- | --- | --- |\n");
            let of_pack = |policy: &&serde_json::Value| policy["pack"].as_str() == name.strip_prefix("policies of ");
            for policy in list["policies"].as_array().unwrap().iter().filter(of_pack) {
                let field = |name: &str| policy[name].as_str().unwrap_or("").replace('|', "\\|");
                let _ = writeln!(text, "| `{}` | {} | {} |", field("id"), field("severity"), field("why"));
            }
        }
        "queries" => {
            text.push_str("| what is asked | query |\n| --- | --- |\n");
            for (name, sql) in preflight::document::catalog::queries() {
                let _ = writeln!(text, "| {name} | `{sql}` |");
            }
        }
        "matrix" => text = shown(&["matrix", "--environment", "prod"]),
        "audit" => text = shown(&["audit", "--environment", "prod", "--service", "dragonfly-dashboard"]),
        "help" => {
            for arguments in [&["--help"][..], &["check", "--help"][..]] {
                let _ = writeln!(text, "```\n$ preflight {}\n{}```", arguments.join(" "), help(arguments));
            }
        }
        _ => return None,
    }
    Some(text)
}

/// A command on the project of violations with what it shows there.
fn shown(arguments: &[&str]) -> String {
    let folder = "fixtures/dragonfly/violations";
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
    let output = command.current_dir(root().join(folder)).env_clear().args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let most = if arguments.contains(&"matrix") { 20 } else { 37 };
    let lines = text.trim_end().lines().take(most).map(|line| line.trim_end().to_owned() + "\n");
    let lines: String = lines.chain(["…\n".to_owned()]).collect();
    format!("```\n$ cd {folder} && preflight {}\n{lines}```\n", arguments.join(" "))
}

/// What the program says of itself, 100 columns wide.
fn help(arguments: &[&str]) -> String {
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
    let output = command.env("COLUMNS", "100").args(arguments).output().unwrap();
    assert!(output.status.success());
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// A path of the project named in a document exists.
#[test]
fn paths_that_documents_name_exist() {
    for document in ["README.md", "src/lib.rs"] {
        let text = fs::read_to_string(root().join(document)).unwrap();
        let mut named = 0;
        for word in text.split(|c: char| c.is_whitespace() || "`'\"()|,;".contains(c)) {
            let word = word.trim_end_matches(['.', ':']).trim_end_matches('/');
            let ours = ["fixtures/", "policies/", "schemas/", "src/", "tests/", ".ci/"]
                .iter()
                .any(|folder| word.starts_with(folder));
            if !ours || word.contains(['{', '*', '<', '…']) {
                continue;
            }
            named += 1;
            let path = word.split(':').next().unwrap();
            assert!(root().join(path).exists(), "{document} names {path}");
        }
        assert!(named > 0 || document != "README.md", "{document} names no path");
    }
}

/// The two commands at the top of the README are the ones that CI runs.
#[test]
fn ci_runs_the_commands_of_the_readme() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let ci = fs::read_to_string(root().join(".ci/run")).unwrap();
    let top: Vec<&str> =
        readme.lines().skip_while(|line| *line != "```").skip(1).take_while(|line| *line != "```").collect();
    assert_eq!(top.len(), 2, "two commands stand at the top");
    assert!(top[0].starts_with("cargo run --release -- check fixtures/dragonfly/violations"), "{top:?}");
    assert!(top[1].starts_with("cargo test"), "{top:?}");
    assert!(ci.contains("-- check fixtures/dragonfly/violations") && ci.contains("cargo test"));
}
