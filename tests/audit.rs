//! `preflight audit`: who holds what, by letters, with nothing of any value.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use base64::Engine as _;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Status, standard output, standard error.
fn streams(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("preflight");
    let output = command.current_dir(folder).env_clear().args(arguments).output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    (output.status.code(), out, err)
}

/// Status, and what stands on both streams.
fn preflight(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let (status, out, err) = streams(folder, arguments);
    (status, out + &err)
}

fn audit(folder: &Path, arguments: &[&str]) -> (Option<i32>, Value) {
    let (status, text, _) = streams(folder, &[&["audit", "--format", "json"], arguments].concat());
    (status, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}")))
}

/// A token that nobody signed.
fn jwt(payload: &Value) -> String {
    let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let header = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
    format!("{header}.{}.{}", encode(&payload.to_string()), encode("MADEUP signature, nobody made it"))
}

const PROJECT: &str = "abcdefghijklmnopqrst";

/// A service_role key that ends on a day, in days since 1970-01-01.
fn service_role(day: i64) -> String {
    jwt(
        &json!({ "iss": "supabase", "ref": PROJECT, "role": "service_role", "iat": 1_700_000_000, "exp": day * 86_400 + 3_600 }),
    )
}

/// 2026-11-21.
const TODAY: i64 = 20_778;

/// Three services in two environments, with exports, a migration and a command.
struct Project(tempfile::TempDir);

impl Project {
    /// With documents of these kinds besides env files.
    fn with(more: &str) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        let config = "version: 1\npacks: [dragonfly]\ndocuments:\n  - { files: \"env/{environment}/{service}.env\", kind: dotenv }\n";
        project.write("preflight.yaml", &format!("{config}{more}"));
        project
    }

    fn new() -> Self {
        Self::with("")
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn full() -> Self {
        let project = Self::with(
            "  - { files: \"railway/{environment}/environment.json\", kind: railway-environment }\n  - { files: railway/status.json, kind: railway-status }\n  - { files: \"deploy/{service}/railway.toml\", kind: railway-config }\n  - { files: \"migrations/*.sql\", kind: migration }\n",
        );
        let (soon, gone, later) = (service_role(TODAY + 10), service_role(TODAY - 3), service_role(TODAY + 4_000));
        let direct = format!("postgresql://postgres:MADEUP-direct-1@db.{PROJECT}.supabase.co:5432/postgres");
        let pooled = format!(
            "postgresql://postgres.{PROJECT}:MADEUP-pool-1@aws-0-us-east-1.pooler.supabase.com:6543/postgres?sslmode=require"
        );
        project.write(
            "env/prod/api.env",
            &format!("SUPABASE_SERVICE_ROLE_KEY={soon}\nDATABASE_URL={pooled}\nOLD={gone}\n"),
        );
        project.write(
            "env/dev/api.env",
            &format!("SUPABASE_SERVICE_ROLE_KEY={soon}\nSESSION_SECRET=\nAPI_TOKEN=changeme\n"),
        );
        project.write("env/prod/app-dashboard.env", &format!("SERVICE={later}\nNEXT_PUBLIC_A={later}\n"));
        let id = "3f0c1d52-77aa-4c1e-9b0e-0a1b2c3d4e01";
        let environment = json!({ "services": { id: { "variables": {
            "DIRECT": { "value": "${{shared.DIRECT}}" }, "S": { "isSealed": true }, "LOST": { "value": "${{shared.NOWHERE}}" } } } },
            "sharedVariables": { "DIRECT": { "value": direct } } });
        project.write("railway/prod/environment.json", &environment.to_string());
        let status = json!({ "environments": { "edges": [] }, "services": { "edges": [{ "node": { "id": id, "name": "worker" } }] } });
        project.write("railway/status.json", &status.to_string());
        project.write(
            "deploy/api/railway.toml",
            &format!("[deploy]\npreDeployCommand = [\"psql '{direct}' -c 'select 1'\"]\n"),
        );
        project.write("migrations/20260101000000_a.sql", "ALTER ROLE app PASSWORD 'MADEUP-role-1';\n");
        project
    }
}

fn section<'a>(audit: &'a Value, id: &str) -> &'a Value {
    audit["sections"].as_array().unwrap().iter().find(|section| section["id"] == id).unwrap()
}

/// `letter service/environment variable path:line` of each entry of a section.
fn entries(audit: &Value, id: &str) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let entries = section(audit, id)["entries"].as_array().unwrap().iter();
    entries
        .map(|entry| {
            let holder = &entry["holder"];
            format!(
                "{} {}/{} {} {}:{}",
                text(&entry["letter"]),
                text(&holder["service"]),
                text(&holder["environment"]),
                text(&holder["variable"]),
                text(&holder["path"]),
                holder["line"]
            )
        })
        .collect()
}

#[test]
fn each_question_is_answered_from_what_stands_in_the_documents() {
    let project = Project::full();
    let (status, audit) = audit(project.0.path(), &["--today", "2026-11-21"]);
    assert_eq!((status, &audit["complete"]), (Some(0), &Value::Bool(true)), "{audit:#}");
    let keys = audit["credentials"].as_array().unwrap();
    let letter = |path: &str, line: u64| {
        let of = |key: &&Value| {
            key["holders"].as_array().unwrap().iter().any(|holder| holder["path"] == path && holder["line"] == line)
        };
        keys.iter().find(of).unwrap()["letter"].as_str().unwrap().to_owned()
    };
    let (soon, gone) = (letter("env/prod/api.env", 1), letter("env/prod/api.env", 3));
    let (later, direct) = (letter("env/prod/app-dashboard.env", 1), letter("deploy/api/railway.toml", 2));
    assert_eq!(
        entries(&audit, "service-role"),
        [
            format!("{soon} api/dev SUPABASE_SERVICE_ROLE_KEY env/dev/api.env:1"),
            format!("{soon} api/prod SUPABASE_SERVICE_ROLE_KEY env/prod/api.env:1"),
            format!("{gone} api/prod OLD env/prod/api.env:3"),
            format!("{later} app-dashboard/prod SERVICE env/prod/app-dashboard.env:1"),
            format!("{later} app-dashboard/prod NEXT_PUBLIC_A env/prod/app-dashboard.env:2"),
        ]
    );
    assert_eq!(
        entries(&audit, "environments"),
        [
            format!("{soon} api/dev SUPABASE_SERVICE_ROLE_KEY env/dev/api.env:1"),
            format!("{soon} api/prod SUPABASE_SERVICE_ROLE_KEY env/prod/api.env:1"),
        ]
    );
    let browser = entries(&audit, "browser");
    assert_eq!(browser.len(), 2, "by its prefix, and as a frontend: {browser:?}");
    assert_eq!(entries(&audit, "expired"), [format!("{gone} api/prod OLD env/prod/api.env:3")]);
    assert_eq!(entries(&audit, "expiring").len(), 2);
    let expires = keys.iter().find(|key| key["letter"] == gone.as_str()).unwrap();
    assert_eq!(expires["expires"], "2026-11-18");
    let database = entries(&audit, "database");
    assert!(
        database.iter().any(|line| line.starts_with("- worker/prod DIRECT railway/prod/environment.json:")),
        "{database:?}"
    );
    assert!(database.iter().any(|line| line.contains("deploy/api/railway.toml:2")), "{database:?}");
    assert!(!database.iter().any(|line| line.contains("DATABASE_URL")), "the pooler is no direct way: {database:?}");
    let holders = keys.iter().find(|key| key["letter"] == direct.as_str()).unwrap()["holders"].as_array().unwrap();
    let by_reference =
        holders.iter().find(|holder| holder["variable"] == "DIRECT" && holder["service"] == "worker").unwrap();
    assert_eq!(by_reference["via"][0]["path"], "railway/prod/environment.json", "the same letter, through a reference");
    let written = entries(&audit, "written");
    assert!(written.iter().any(|line| line.contains("migrations/20260101000000_a.sql:1")), "{written:?}");
    assert!(written.iter().any(|line| line.contains("deploy/api/railway.toml:2")), "{written:?}");
    let sealed = entries(&audit, "sealed");
    assert!(sealed.iter().any(|line| line.contains("worker/prod S ")), "{sealed:?}");
    assert!(sealed.iter().any(|line| line.contains("worker/prod LOST ")), "{sealed:?}");
    let mut unset = entries(&audit, "unset");
    unset.sort();
    assert_eq!(unset, ["- api/dev API_TOKEN env/dev/api.env:3", "- api/dev SESSION_SECRET env/dev/api.env:2"]);
}

#[test]
fn one_character_makes_another_secret_and_what_is_not_set_is_never_shared() {
    let project = Project::new();
    project
        .write("env/prod/a.env", "APP_SECRET=sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H\nX_TOKEN=changeme\nY_TOKEN=\n");
    project
        .write("env/dev/a.env", "APP_SECRET=sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7I\nX_TOKEN=changeme\nY_TOKEN=\n");
    let (_, other) = audit(project.0.path(), &[]);
    assert_eq!(other["credentials"].as_array().unwrap().len(), 2);
    assert!(entries(&other, "environments").is_empty());
    assert_eq!(entries(&other, "unset").len(), 4);
    project.write("env/dev/a.env", "APP_SECRET=sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H\n");
    let (_, same) = audit(project.0.path(), &[]);
    assert_eq!(same["credentials"].as_array().unwrap().len(), 1);
    assert_eq!(entries(&same, "environments").len(), 2);
    let (_, narrowed) = audit(project.0.path(), &["--environment", "dev"]);
    assert_eq!(narrowed["credentials"][0]["holders"].as_array().unwrap().len(), 1);
    assert_eq!(entries(&narrowed, "environments").len(), 2, "who asks about one side sees the other");
}

#[test]
fn without_a_date_nothing_is_said_of_days_and_that_is_said() {
    let project = Project::full();
    let (status, undated) = audit(project.0.path(), &[]);
    assert_eq!(status, Some(0));
    for id in ["expired", "expiring"] {
        assert!(section(&undated, id)["unknown"].as_str().unwrap().contains("--today"), "{undated:#}");
        assert!(entries(&undated, id).is_empty());
    }
    let (_, text) = preflight(project.0.path(), &["audit"]);
    assert!(text.contains("no date of today was given"), "{text}");
}

/// A secret under a name that promises nothing is the same secret; what differs by one character is another, and what is
/// empty or a placeholder is nobody's.
#[test]
fn a_copy_under_an_innocent_name_is_held_all_the_same() {
    let project = Project::new();
    project
        .write("env/prod/a.env", "SMTP_PASSWORD=MADEUP-smtp-77aa66bb55cc44\nSESSION_SECRET=changeme\nHOOK_SECRET=\n");
    let copies = "NEXT_PUBLIC_THING=MADEUP-smtp-77aa66bb55cc44\nCOPY=MADEUP-smtp-77aa66bb55cc44\n\
                  NEXT_PUBLIC_OTHER=MADEUP-smtp-77aa66bb55cc45\nNEXT_PUBLIC_A=changeme\nNEXT_PUBLIC_B=\n";
    project.write("env/prod/b.env", copies);
    let (_, json) = audit(project.0.path(), &[]);
    let held = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|holder| holder["variable"].as_str().unwrap().to_owned()).collect()
    };
    let keys = json["credentials"].as_array().unwrap();
    assert_eq!(keys.len(), 1, "{json}");
    assert_eq!(held(&keys[0]["holders"]), ["SMTP_PASSWORD", "NEXT_PUBLIC_THING", "COPY"]);
    let section = |id: &str| json["sections"].as_array().unwrap().iter().find(|section| section["id"] == id).unwrap();
    assert!(section("browser").to_string().contains("NEXT_PUBLIC_THING"), "{json}");
    assert!(!section("browser").to_string().contains("\"COPY\""), "{json}");
}

#[test]
fn a_section_without_an_answer_says_none_in_every_format() {
    let project = Project::new();
    project.write("env/prod/a.env", "DEBUG=1\n");
    let (status, text) = preflight(project.0.path(), &["audit"]);
    assert_eq!(status, Some(0), "{text}");
    assert_eq!(text.matches("none").count(), 12, "{text}");
    let (_, text) = preflight(project.0.path(), &["audit", "--format", "markdown"]);
    assert_eq!(text.lines().filter(|line| *line == "none").count(), 12, "{text}");
    let (_, text) = preflight(project.0.path(), &["audit", "--format", "html"]);
    assert_eq!(text.matches(">none<").count(), 12, "{text}");
    let (_, json) = audit(project.0.path(), &[]);
    assert_eq!(json["sections"].as_array().unwrap().len(), 10);
}

#[test]
fn what_could_not_be_read_stands_on_top_and_is_no_complete_report() {
    let project =
        Project::with("  - { files: \"railway/{environment}/environment.json\", kind: railway-environment }\n");
    project.write("env/prod/a.env", "A=1\n");
    project.write("railway/prod/environment.json", "{ \"services\": ");
    let (status, text) = preflight(project.0.path(), &["audit"]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.find("This report is not complete").unwrap() < text.find("Who holds what").unwrap(), "{text}");
    assert!(text.contains("environment.json") && text.ends_with("exit 2\n"), "{text}");
    for format in ["markdown", "html"] {
        let (status, text) = preflight(project.0.path(), &["audit", "--format", format]);
        assert_eq!(status, Some(2));
        assert!(text.find("environment.json").unwrap() < text.find("Who holds what").unwrap(), "{text}");
    }
    let (status, json) = audit(project.0.path(), &[]);
    assert_eq!((status, &json["complete"]), (Some(2), &Value::Bool(false)));
    assert_eq!(json["unread"][0]["path"], "railway/prod/environment.json");
    assert_eq!(audit(project.0.path(), &["--service", "nobody"]).0, Some(2), "a label that nothing has");
    let nowhere = tempfile::tempdir().unwrap();
    assert_eq!(preflight(nowhere.path(), &["audit"]).0, Some(2), "nothing to read");
}

#[test]
fn json_is_valid_by_its_schema() {
    let schema: Value = serde_json::from_str(&preflight(&root(), &["schema", "audit"]).1).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let project = Project::full();
    let folders = ["fixtures/dragonfly/violations", "fixtures/dragonfly/clean", "fixtures/dotenv/clean"];
    for folder in folders.map(|path| root().join(path)).into_iter().chain([project.0.path().to_path_buf()]) {
        for more in [&[][..], &["--today", "2026-11-21"]] {
            let (_, audit) = audit(&folder, more);
            let errors: Vec<String> = schema.iter_errors(&audit).map(|error| error.to_string()).collect();
            assert_eq!(errors, Vec::<String>::new(), "{}", folder.display());
        }
    }
    let (_, good) = audit(project.0.path(), &[]);
    for (pointer, value) in [
        ("/complete", json!("yes")),
        ("/credentials/0/letter", json!(1)),
        ("/credentials/0/holders/0/line", json!(0)),
        ("/sections/0/entries", Value::Null),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        assert!(!schema.is_valid(&bad), "{pointer}");
    }
}

#[test]
fn a_project_without_configuration_is_read_by_well_known_names() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".env"), "APP_SECRET=sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H\n").unwrap();
    let (status, text) = preflight(folder.path(), &["audit"]);
    assert_eq!(status, Some(0), "{text}");
    assert!(text.contains("Supabase secret key") && text.contains(".env:1"), "{text}");
    assert!(text.contains("no pack in force names frontend services"), "{text}");
    assert_eq!(preflight(folder.path(), &["audit", "-q"]), (Some(0), String::new()));
}

#[test]
fn text_of_an_input_is_no_tag_and_no_mention() {
    let project = Project::new();
    project.write("env/pr<o>d/a<b>|@x.env", "APP_SECRET=sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H\n");
    let (_, page) = preflight(project.0.path(), &["audit", "--format", "html"]);
    assert!(page.contains("a&lt;b&gt;|@x") && !page.contains("a<b>"), "{page}");
    let (_, text) = preflight(project.0.path(), &["audit", "--format", "markdown"]);
    assert!(!text.contains("<b>") && !text.contains("@x"), "{text}");
    let row = text.lines().find(|line| line.starts_with("| A |")).unwrap();
    assert_eq!(row.matches('|').count(), 8, "{row}");
}
