#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod exports;
mod variables;

use super::config;
use crate::document::{Input, Parsed, Settings};
use crate::fact::{Fact, Field, Kind, State, Value};
use crate::source::{SourceId, SourceMap};

const SOURCE: SourceId = SourceId(0);

fn read(parse: fn(Input<'_>) -> Parsed, path: &str, text: &str) -> Parsed {
    let settings = Settings::default();
    parse(Input { source: SOURCE, text, path, settings: &settings })
}

fn toml(text: &str) -> Parsed {
    read(config::parse, "api/railway.toml", text)
}

fn json(text: &str) -> Parsed {
    read(config::parse, "api/railway.json", text)
}

fn of(parsed: &Parsed, kind: Kind) -> Vec<&Fact> {
    parsed.facts.iter().filter(|fact| fact.kind == kind).collect()
}

/// How a field is known, what it holds, and the bytes it points at.
fn say(text: &str, fact: &Fact, field: Field) -> String {
    let state = fact.own(field).unwrap_or_else(|| panic!("no {field}"));
    let how = match state {
        State::Stated(..) => "stated",
        State::Defaulted(..) => "default",
        State::Absent(_) => "absent",
        State::Unknown(..) => "unknown",
    };
    let value = match state.value() {
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(yes)) => yes.to_string(),
        Some(Value::Secret(secret)) => secret.ask(str::to_owned),
        _ => state.text().unwrap_or("-").to_owned(),
    };
    let span = state.span().unwrap();
    let place = if span.is_gap() {
        let before = text[..span.range().start].chars().rev().take(6).collect::<String>();
        format!("behind {:?}", before.chars().rev().collect::<String>())
    } else {
        format!("{:?}", &text[span.range()])
    };
    format!("{how} {value} {place}")
}

/// The ignored keys with their bytes.
fn ignored(text: &str, parsed: &Parsed) -> Vec<(String, String)> {
    let facts = of(parsed, Kind::IgnoredKey);
    facts
        .iter()
        .map(|fact| (fact.own(Field::Name).unwrap().text().unwrap().to_owned(), text[fact.anchor.range()].to_owned()))
        .collect()
}

/// The whole text as it may be shown.
fn shown(path: &str, text: &str, parsed: &Parsed) -> String {
    let mut map = SourceMap::new();
    let id = map.add(path, text);
    map.mask(id, parsed.masks.iter().cloned());
    map.mask(id, parsed.listed.iter().map(|listed| listed.range.clone()));
    let shown = map.shown();
    (1..=shown.line_count(id)).map(|line| shown.line(id, line).text + "\n").collect()
}

const API: &str = r#"# the API
[build]
builder = "dockerfile"
dockerfilePath = "apps/api/Dockerfile"

[deploy]
startCommand = "node dist/main.js"
preDeployCommand = ["npm run migrate"]
healthcheckPath = "/health"
healthcheckTimeout = "100"
restartPolicyType = "ON_FAILURE"
restartPolicyMaxRetries = 3 # enough

[environments.prod.deploy]
numReplicas = 2
restartPolicyType = "on-failure"

[environments.pr-12.build]
builder = "NIXPACKS"
"#;

#[test]
fn a_railway_toml_says_one_deployment_and_one_for_each_environment() {
    let parsed = toml(API);
    assert!(parsed.unread.is_empty() && parsed.broken.is_empty() && parsed.masks.is_empty());
    let deploys = of(&parsed, Kind::Deploy);
    let [base, prod, pr] = deploys.as_slice() else { panic!("{deploys:?}") };
    let expected = [
        (Field::Builder, "stated dockerfile \"dockerfile\""),
        (Field::DockerfilePath, "stated apps/api/Dockerfile \"apps/api/Dockerfile\""),
        (Field::StartCommand, "stated node dist/main.js \"node dist/main.js\""),
        (Field::PreDeployCommand, "stated npm run migrate \"npm run migrate\""),
        (Field::HealthCheckPath, "stated /health \"/health\""),
        (Field::HealthCheckTimeout, "stated 100 \"100\""),
        (Field::RestartPolicy, "stated on_failure \"ON_FAILURE\""),
        (Field::RestartRetries, "stated 3 \"3\""),
        (Field::Replicas, "default 1 behind \"es = 3\""),
        (Field::CronSchedule, "absent - behind \"es = 3\""),
    ];
    for (field, words) in expected {
        assert_eq!(say(API, base, field), words, "{field}");
    }
    assert_eq!(&API[base.anchor.range()], "deploy");
    assert!(base.own(Field::Environment).is_none());

    assert_eq!(say(API, prod, Field::Environment), "stated prod \"prod\"");
    assert_eq!(say(API, prod, Field::Replicas), "stated 2 \"2\"");
    assert_eq!(say(API, prod, Field::RestartPolicy), "stated other \"on-failure\"", "Railway writes an underscore");
    assert_eq!(say(API, prod, Field::StartCommand), "stated node dist/main.js \"node dist/main.js\"");
    assert_eq!(say(API, prod, Field::CronSchedule), "absent - behind \"ilure\\\"\"");
    assert_eq!(prod.anchor.range().start, API.find("prod.deploy").unwrap() + 5);

    assert_eq!(say(API, pr, Field::Environment), "stated pr-12 \"pr-12\"");
    assert_eq!(say(API, pr, Field::Builder), "stated nixpacks \"NIXPACKS\"");
    assert_eq!(&API[pr.anchor.range()], "pr-12", "it overrides no `deploy`");
}

#[test]
fn what_is_not_said_is_a_default_or_a_gap() {
    let text = "[build]\nbuilder = \"RAILPACK\"\n\n[deploy]\nhealthcheckPath = \"\"\n";
    let parsed = toml(text);
    let deploy = of(&parsed, Kind::Deploy)[0];
    assert_eq!(say(text, deploy, Field::HealthCheckPath), "absent - behind \"h = \\\"\\\"\"");
    assert_eq!(say(text, deploy, Field::RestartPolicy), "absent - behind \"h = \\\"\\\"\"");
    assert_eq!(say(text, deploy, Field::HealthCheckTimeout), "default 300 behind \"h = \\\"\\\"\"");
    assert_eq!(say(text, deploy, Field::DockerfilePath), "absent - behind \"LPACK\\\"\"");

    let text = "[build]\nbuildCommand = \"make\"\n# nothing else\n\n";
    let parsed = toml(text);
    let deploy = of(&parsed, Kind::Deploy)[0];
    assert_eq!(deploy.anchor.range(), 0..0);
    assert_eq!(say(text, deploy, Field::Builder), "default railpack behind \"\\\"make\\\"\"");
    assert_eq!(say(text, deploy, Field::RestartPolicy), "absent - behind \"g else\"", "the end of the file");

    let text = "{\r\n  \"build\": {},\r\n  \"deploy\": { \"healthcheckPath\": null }\r\n}\r\n";
    let parsed = json(text);
    let deploy = of(&parsed, Kind::Deploy)[0];
    assert_eq!(say(text, deploy, Field::Builder), "default railpack behind \"ld\\\": {\"");
    assert_eq!(say(text, deploy, Field::HealthCheckPath), "absent - behind \": null\"");
    assert_eq!(&text[deploy.anchor.range()], "deploy");
}

#[test]
fn replicas_are_summed_over_regions() {
    let text = r#"{"deploy": {"numReplicas": 1, "multiRegionConfig": {"us-west2": {"numReplicas": 2},
        "europe-west4-drams3a": {}, "us-east4": null}},
        "environments": {"prod": {"deploy": {"multiRegionConfig": {"us-west2": {"numReplicas": 4}}}},
        "dev": {"deploy": {"numReplicas": 0, "multiRegionConfig": {}}}}}"#;
    let parsed = json(text);
    let deploys = of(&parsed, Kind::Deploy);
    assert!(say(text, deploys[0], Field::Replicas).starts_with("stated 3 \"{\\\"us-west2"));
    assert_eq!(say(text, deploys[1], Field::Replicas), "stated 4 \"4\"");
    assert_eq!(say(text, deploys[2], Field::Replicas), "stated 0 \"0\"");
}

#[test]
fn several_commands_are_one_text() {
    let text = r#"{"deploy": {"preDeployCommand": ["make migrate", "", "make seed"], "startCommand": " "}}"#;
    let parsed = json(text);
    let deploy = of(&parsed, Kind::Deploy)[0];
    assert_eq!(
        say(text, deploy, Field::PreDeployCommand),
        "stated make migrate && make seed \"[\\\"make migrate\\\", \\\"\\\", \\\"make seed\\\"]\""
    );
    assert_eq!(say(text, deploy, Field::StartCommand), r#"absent - behind "\": \" \""#.to_owned() + "\"");
}

#[test]
fn keys_that_railway_ignores_are_facts_and_their_values_are_hidden() {
    let text = r#"[build]
installCommand = "npm ci"
[build.env]
NODE_ENV = "production"
[deploy]
startCommand = "npm start"
[deploy.env]
API_TOKEN = "MADEUP-token-one"
sb_secret_MADEUPMADEUPMADEUP1234_MADEUP12 = 1
[variables]
DATABASE_URL = """
postgresql://u:MADEUP-two@h/d"""
[start]
command = "npm start"
[[services]]
name = "api"
[services.env]
TOKEN = "MADEUP-three"
[environments.prod.deploy.envVars]
TOKEN = "MADEUP-four"
[environments.prod.variables]
TOKEN = { value = "MADEUP-five" }
"#;
    let parsed = toml(text);
    let found = ignored(text, &parsed);
    let found: Vec<_> = found.iter().map(|(name, key)| (name.as_str(), key.as_str())).collect();
    assert_eq!(
        found,
        [
            ("build.installCommand", "installCommand"),
            ("build.env", "env"),
            ("deploy.env", "env"),
            ("variables", "variables"),
            ("start", "start"),
            ("services", "services"),
            ("environments.prod.deploy.envVars", "envVars"),
            ("environments.prod.variables", "variables"),
        ]
    );
    let seen = shown("railway.toml", text, &parsed);
    assert!(!seen.contains("MADEUP"), "{seen}");
    assert!(seen.contains("startCommand = \"npm start\"\n") && seen.contains("API_TOKEN = \"••••\"\n"), "{seen}");
    assert_eq!(of(&parsed, Kind::Deploy).len(), 2);
    let places: Vec<_> = parsed.facts.iter().map(|fact| fact.anchor.start).collect();
    assert!(places.is_sorted(), "facts stand in the order of their places");
}

#[test]
fn a_key_that_may_be_a_secret_is_not_named() {
    let text = "{\"deploy\": {\"sb_secret_MADEUPMADEUPMADEUP1234_MADEUP12\": 1}, \"environments\": {\"sb_secret_MADEUPMADEUPMADEUP1234_MADEUP12\": {\"x\": 1}}}";
    let parsed = json(text);
    let names: Vec<_> = ignored(text, &parsed).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["deploy.(hidden name)", "environments.(hidden name).x"]);
    assert!(!shown("railway.json", text, &parsed).contains("MADEUP"));
    assert!(!format!("{parsed:?}").contains("MADEUP"));
}

#[test]
fn values_of_a_wrong_form_are_said_and_unknown() {
    let text = "[build]\nbuilder = 1\nwatchPatterns = \"a\"\n[deploy]\nnumReplicas = \"two\"\nsleepApplication = \"no\"\npreDeployCommand = [1]\nmultiRegionConfig = { a = 1, b = { numReplicas = true } }\nhealthcheckTimeout = 2026-01-01\n[environments]\nprod = 1\n";
    let parsed = toml(text);
    let said: Vec<_> =
        parsed.unread.iter().map(|unread| (&text[unread.span.range()], unread.message.as_str())).collect();
    assert_eq!(
        said,
        [
            ("1", "build.builder is a number, and Railway expects text"),
            ("\"a\"", "build.watchPatterns is text, and Railway expects a list of texts"),
            ("\"two\"", "deploy.numReplicas is text, and Railway expects a whole number"),
            ("\"no\"", "deploy.sleepApplication is text, and Railway expects true or false"),
            ("[1]", "deploy.preDeployCommand is a list, and Railway expects text or a list of texts"),
            ("1", "a region of deploy.multiRegionConfig is a number, and Railway expects a mapping"),
            (
                "true",
                "numReplicas of a region of deploy.multiRegionConfig is true or false, and Railway expects a whole number"
            ),
            ("2026-01-01", "deploy.healthcheckTimeout is a number, and Railway expects a whole number"),
            ("1", "environments.prod is a number, and Railway expects a mapping"),
        ]
    );
    let deploy = of(&parsed, Kind::Deploy)[0];
    assert_eq!(say(text, deploy, Field::Builder), "unknown - \"1\"");
    assert_eq!(say(text, deploy, Field::Replicas), "unknown - \"1\"");
    assert_eq!(say(text, deploy, Field::HealthCheckTimeout), "unknown - \"2026-01-01\"");
}

#[test]
fn secrets_in_commands_comments_and_credentials_are_hidden() {
    let text = "# sb_secret_MADEUPMADEUPMADEUP1234_MADEUP12\n[deploy] # fine\nstartCommand = \"run --key sb_secret_MADEUPMADEUPMADEUP1234_MADEUP12\"\nhealthcheckPath = \"/h?k=sb_secret_MADEUPMADEUPMADEUP1234_MADEUP12\"\nregistryCredentials = { username = \"MADEUP-me\", password = \"MADEUP-pw\" }\n";
    let parsed = toml(text);
    let seen = shown("railway.toml", text, &parsed);
    assert!(!seen.contains("MADEUP"), "{seen}");
    assert!(seen.contains("startCommand = \"run --key ••••\"") && seen.contains("[deploy] # fine"), "{seen}");
    assert!(of(&parsed, Kind::Deploy)[0].hidden, "a message would print the path");
    let stands: Vec<_> = of(&parsed, Kind::Credential)
        .iter()
        .map(|fact| (fact.own(Field::Stands).unwrap().text().unwrap().to_owned(), text[fact.anchor.range()].to_owned()))
        .collect();
    let key = |stands: &str| (stands.to_owned(), "sb_secret_MADEUPMADEUPMADEUP1234_MADEUP12".to_owned());
    assert_eq!(stands, [key("comment"), key("command"), key("literal")]);

    let text = r#"{"environments": {"prod": {"deploy": {"preDeployCommand": ["psql 'postgresql://app:MADEUP-pw@db.example.com:6543/app'"]}}}}"#;
    let parsed = json(text);
    let connection = of(&parsed, Kind::Connection)[0];
    assert_eq!(say(text, connection, Field::Stands).split(' ').nth(1), Some("command"));
    assert_eq!(say(text, connection, Field::Port), "stated 6543 \"6543\"");
    let seen = shown("railway.json", text, &parsed);
    assert!(seen.contains("psql 'postgresql://app:••••@db.example.com:6543/app'"), "{seen}");
}

#[test]
fn a_key_that_is_written_twice_is_said() {
    let text = "{\"deploy\": {\"numReplicas\": 0, \"numReplicas\": 2}, \"build\": {\"builder\": 1}, \"build\": {}}";
    let parsed = json(text);
    let places: Vec<_> = parsed.unread.iter().map(|unread| unread.span.range().start).collect();
    let (replicas, build) = (text.find("numReplicas").unwrap(), text.find("build\"").unwrap());
    assert!(places.contains(&replicas) && places.contains(&build) && parsed.unread.len() == 3, "{:?}", parsed.unread);
    assert_eq!(say(text, of(&parsed, Kind::Deploy)[0], Field::Replicas), "stated 2 \"2\"");
}

#[test]
fn a_text_that_cannot_be_read_is_broken_and_shows_names_only() {
    let text = "[deploy]\nstartCommand = node MADEUP\n[variables]\nMADEUPab==\nTOKEN = \"\"\"\nMADEUPabc = 1\n\"\"\"\nX = 'MADEUP\n";
    let parsed = toml(text);
    assert!(parsed.facts.is_empty());
    assert_eq!(&text[parsed.broken[0].span.range()], "node MADEUP");
    assert_eq!(parsed.broken[0].message, "this is not TOML: text must stand in quotes");
    let seen = shown("railway.toml", text, &parsed);
    assert!(seen.starts_with("[deploy]\nstartCommand =••••\n[variables]\n••••\nTOKEN =••••\n••••\n"), "{seen}");
    assert!(!seen.contains("node") && !seen.contains("\"\"\""), "{seen}");

    let text = "{\"deploy\": [\n\"MADEUP:x\",\n\"a\": \"MADEUP\"";
    assert_eq!(shown("railway.json", text, &json(text)), "{\"deploy\":••••\n••••\n\"a\":••••\n");

    let parsed = json("{\"deploy\": {\"startCommand\": \"MADEUP\",},\n \"a\": \"MADEUP\"}");
    assert_eq!(parsed.broken[0].message, "this is not JSON: a comma separates nothing");
    let parsed = json("[1]");
    assert_eq!(parsed.broken[0].message, "this is a list, and a Railway configuration is a mapping");
}

#[test]
fn many_environments_and_masks_are_read() {
    let environments: String = (0..5_000).map(|n| format!("[environments.e{n}.deploy]\nbad = 'MADEUP'\n")).collect();
    let parsed = toml(&environments);
    assert_eq!(of(&parsed, Kind::Deploy).len(), 5_001);
}
