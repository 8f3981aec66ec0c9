use super::super::{export, iac, kv};
use super::*;
use crate::document::Owner;
use serde_json::{Value as Json, json};

const ID: &str = "3f0c1d52-77aa-4c1e-9b0e-0a1b2c3d4e01";
const KINDS: &[&str] =
    &["railway-environment", "railway-status", "railway-graph", "railway-template", "railway-variables"];

fn parse(kind: &'static str, text: &str) -> Parsed {
    let settings = Settings::default();
    export::parse(kind, Input { source: SOURCE, text, path: "x.json", settings: &settings })
}

fn whole() -> Vec<(&'static str, Json)> {
    let service = json!({
        "source": { "repo": "a/b", "image": "redis:8", "rootDirectory": "/x" },
        "networking": { "serviceDomains": { "x.up.railway.app": { "port": 1 } }, "customDomains": {}, "tcpProxies": { "1": {} } },
        "variables": { "A": { "value": "MADEUP ${{shared.B}}", "description": "d" }, "C": { "isSealed": true } },
        "configFile": "/railway.toml", "build": { "builder": "RAILPACK", "watchPatterns": ["a"] },
        "deploy": { "startCommand": "x", "numReplicas": 1, "multiRegionConfig": { "a": { "numReplicas": 1 } } },
    });
    let mut named = service.clone();
    named["name"] = json!("web");
    let instance = json!({ "serviceId": ID, "serviceName": "web", "latestDeployment": { "status": "SUCCESS" }, "source": { "image": "a" },
        "domains": { "serviceDomains": [{ "domain": "a.b" }], "customDomains": [] } });
    let nodes = json!({ "edges": [{ "node": { "name": "prod", "canAccess": true, "serviceInstances": { "edges": [{ "node": instance }] } } }] });
    vec![
        ("railway-environment", json!({ "services": { ID: service }, "sharedVariables": { "B": { "value": "1" } } })),
        ("railway-template", json!({ "services": { ID: named } })),
        (
            "railway-status",
            json!({ "environments": nodes, "services": { "edges": [{ "node": { "id": ID, "name": "web" } }] } }),
        ),
        (
            "railway-graph",
            json!({ "version": 1, "environments": [{ "name": "prod" }], "resources": [
                { "address": "service.web", "type": "service", "name": "web", "deploy": { "startCommand": "x" },
                  "variables": { "A": { "type": "literal", "value": "1" }, "B": { "type": "reference", "resource": "database.d", "output": "URL" } } },
                { "address": "database.d", "type": "database", "name": "d" }] }),
        ),
    ]
}

/// Every place of a tree, as a pointer.
fn places(value: &Json, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Json::Object(map) => {
            map.iter().for_each(|(key, value)| places(value, &format!("{at}/{}", key.replace('/', "~1")), all))
        }
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| places(value, &format!("{at}/{index}"), all))
        }
        _ => {}
    }
}

#[test]
fn whatever_stands_anywhere_is_read_or_said() {
    for (kind, sample) in whole() {
        let full: usize = parse(kind, &sample.to_string()).parts.iter().map(|part| part.facts.len()).sum();
        let mut all = Vec::new();
        places(&sample, "", &mut all);
        for at in &all {
            for other in [
                json!(null),
                json!(5),
                json!(true),
                json!("MADEUP"),
                json!([]),
                json!(["MADEUP"]),
                json!({}),
                json!({"MADEUP": "MADEUP"}),
            ] {
                let mut changed = sample.clone();
                *changed.pointer_mut(at).unwrap() = other.clone();
                let text = changed.to_string();
                for expected in KINDS {
                    let parsed = parse(expected, &text);
                    let facts: usize =
                        parsed.facts.len() + parsed.parts.iter().map(|part| part.facts.len()).sum::<usize>();
                    let said = !parsed.unread.is_empty() || !parsed.broken.is_empty();
                    // What is missing without a word is only what may be missing.
                    let container =
                        ["", "/services", "/environments", "/resources", "/environments/edges", "/services/edges"]
                            .contains(&at.as_str());
                    if *expected == kind && container && !other.is_object() && other != json!([]) {
                        assert!(said || facts >= full, "{kind} {at} {other}: {facts} of {full}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_text_that_breaks_off_anywhere_is_refused_and_hidden() {
    for (kind, sample) in whole() {
        let text = serde_json::to_string_pretty(&sample).unwrap();
        for end in (0..text.len() - 1).filter(|end| text.is_char_boundary(*end)) {
            let parsed = parse(kind, &text[..end]);
            assert_eq!(parsed.broken.is_empty(), text[..end].trim_end() == text.trim_end(), "{kind} {end}");
            assert_eq!(parsed.masks.first(), Some(&(0..end)));
            assert!(!parsed.broken[0].help.is_empty(), "{kind}: {}", parsed.broken[0].message);
        }
    }
}

#[test]
fn exports_are_told_apart_by_their_content() {
    for (kind, sample) in whole() {
        for expected in KINDS {
            let parsed = parse(expected, &sample.to_string());
            assert_eq!(parsed.kind, (*expected != kind).then_some(kind), "a {kind} in the place of a {expected}");
        }
    }
    let parsed = parse("railway-environment", r#"{"deploy": {"startCommand": "x"}}"#);
    assert_eq!(parsed.kind, Some("railway-config"));
    assert_eq!(of(&parsed, Kind::Deploy).len(), 1);
    let parsed = parse("railway-variables", r#"{"services": "MADEUP", "build": "1", "resources": "x"}"#);
    assert_eq!((parsed.kind, of(&parsed, Kind::Variable).len()), (None, 3), "names of variables may be any");
    let text = whole()[0].1.to_string();
    assert_eq!(json(&text).kind, Some("railway-environment"), "also under the name railway.json");
}

#[test]
fn a_patch_is_no_configuration() {
    let text = format!(r#"{{"services": {{"{ID}": {{"variables": {{"OLD": null, "A": {{"value": "1"}}}}}}}}}}"#);
    let parsed = parse("railway-environment", &text);
    assert!(parsed.parts.iter().all(|part| !part.complete), "what a patch does not say is not gone");
    assert_eq!(parsed.unread.len(), 1);
    assert!(parsed.unread[0].message.starts_with("OLD is taken away here"), "{}", parsed.unread[0].message);
    let parsed = parse("railway-environment", &text.replace("null", "{\"value\": \"2\"}"));
    assert!(parsed.parts.iter().all(|part| part.complete) && parsed.unread.is_empty());
}

#[test]
fn a_sealed_variable_is_set_and_its_value_unknown() {
    let text = format!(
        r#"{{"services": {{"{ID}": {{"variables": {{"DATABASE_URL": {{"isSealed": true, "value": "MADEUP"}}}}}}}}}}"#
    );
    let parsed = parse("railway-environment", &text);
    let facts = &parsed.parts[1].facts;
    let variable = facts.iter().find(|fact| fact.kind == Kind::Variable).unwrap();
    assert_eq!(say(&text, variable, Field::State), "stated sealed \"true\"");
    assert_eq!(say(&text, variable, Field::Value), "unknown - \"true\"");
    let connection = facts.iter().find(|fact| fact.kind == Kind::Connection).unwrap();
    assert!(connection.why_opaque().is_some(), "what may be a connection is undecided, and not passed over");
    assert!(parsed.masks.iter().any(|mask| text[mask.clone()].contains("MADEUP")), "the value is hidden all the same");
}

#[test]
fn a_form_that_nobody_expects_is_said_and_hidden() {
    let text = format!(
        r#"{{"services": {{"{ID}": {{"variables": {{"A": {{"isSealed": "yes", "value": "1"}}}}, "deploy": {{"startCommand": ["x", "MADEUP"]}}}}}}}}"#
    );
    let parsed = parse("railway-environment", &text);
    let said: Vec<&str> = parsed.unread.iter().chain(&parsed.unclear).map(|unread| unread.message.as_str()).collect();
    assert_eq!(
        said,
        [
            "deploy.startCommand is a list, and Railway expects text",
            "isSealed is text, and Railway expects true or false"
        ]
    );
    assert!(parsed.masks.iter().any(|mask| text[mask.clone()].contains("MADEUP")), "nobody knows what it is");
}

#[test]
fn a_resource_that_is_nothing_is_said() {
    let text = r#"{"version": 1, "resources": [null, {"type": "service", "name": "api", "variables": {"A": "b"}}]}"#;
    let parsed = parse("railway-graph", text);
    let said: Vec<&str> = parsed.unread.iter().map(|unread| &text[unread.span.range()]).collect();
    assert_eq!(said, ["null"]);
    assert_eq!(parsed.parts.len(), 1, "the other one is read");
}

#[test]
fn the_query_of_a_health_check_is_hidden() {
    let export = format!(
        r#"{{"services": {{"{ID}": {{"variables": {{}}, "deploy": {{"healthcheckPath": "/health?token=MADEUP"}}}}}}}}"#
    );
    let file = "[deploy]\nhealthcheckPath = \"/health?token=MADEUP\"\n";
    for (parsed, text) in [(parse("railway-environment", &export), export.as_str()), (toml(file), file)] {
        assert!(parsed.masks.iter().any(|mask| &text[mask.clone()] == "?token=MADEUP"), "{:?}", parsed.masks);
        let deploy = parsed.parts.iter().flat_map(|part| &part.facts).chain(&parsed.facts);
        let deploy: Vec<&Fact> = deploy.filter(|fact| fact.kind == Kind::Deploy).collect();
        assert!(deploy.len() == 1 && deploy[0].hidden, "no message says the path either");
    }
}

#[test]
fn an_instance_with_a_name_and_no_id_is_one() {
    let text = json!({ "services": { "edges": [] }, "environments": { "edges": [{ "node": { "name": "prod", "serviceInstances": {
        "edges": [{ "node": { "serviceName": "web", "latestDeployment": { "status": "CRASHED" } } }] } } }] } });
    let parsed = parse("railway-status", &text.to_string());
    assert!(parsed.unread.is_empty(), "{:?}", parsed.unread.iter().map(|unread| &unread.message).collect::<Vec<_>>());
    let of_web = parsed.parts.iter().find(|part| matches!(&part.service, Owner::Named(name) if name.value == "web"));
    assert_eq!(of_web.unwrap().facts[0].own(Field::LastDeployment).and_then(State::text), Some("crashed"));
}

#[test]
fn lines_of_kv_are_divided_by_their_sorted_names() {
    let settings = Settings::default();
    let text = "A=1\r\nB=one\ntwo=2\n\nthree\nAB=MADEUP\nC=\nK=-----BEGIN RSA PRIVATE KEY-----\nZ=MADEUP\n-----END RSA PRIVATE KEY-----\nL=\"q\" # x\n";
    let parsed = kv::parse(Input { source: SOURCE, text, path: "a.kv", settings: &settings });
    let said: Vec<String> = of(&parsed, Kind::Variable)
        .into_iter()
        .map(|fact| {
            let name = fact.own(Field::Name).unwrap().text().unwrap();
            format!("{name} {}", say(text, fact, Field::Value).split(" \"").next().unwrap())
        })
        .collect();
    // `two` comes behind B in the order of bytes, so that it may as well be a variable: then it is one.
    let key = "stated -----BEGIN RSA PRIVATE KEY-----\nZ=MADEUP\n-----END RSA PRIVATE KEY-----";
    let expected = [
        "A stated 1",
        "B stated one",
        "two stated 2\n\nthree\nAB=MADEUP\nC=\nK=-----BEGIN RSA PRIVATE KEY-----\nZ=MADEUP\n-----END RSA PRIVATE KEY-----\nL=",
    ];
    assert_eq!(said[..2], expected[..2]);
    let text = text.replace("two=2", "2=two");
    let parsed = kv::parse(Input { source: SOURCE, text: &text, path: "a.kv", settings: &settings });
    let values: Vec<String> = of(&parsed, Kind::Variable).iter().map(|fact| say(&text, fact, Field::Value)).collect();
    assert_eq!(values.len(), 5);
    assert!(values[1].starts_with("stated one\n2=two\n\nthree\nAB=MADEUP "), "{values:?}");
    assert!(values[3].starts_with(key), "{values:?}");
    assert!(values[4].starts_with("stated \"q\" # x "), "{values:?}");
    for (text, message) in [("{\"A\": 1}", "this is JSON"), ("╔══╗\n", "this is the table")] {
        let parsed = kv::parse(Input { source: SOURCE, text, path: "a.kv", settings: &settings });
        assert!(parsed.broken[0].message.starts_with(message), "{}", parsed.broken[0].message);
    }
}

#[test]
fn a_program_is_noticed_and_answered_with_what_exports_it() {
    let parsed = read(iac::parse, ".railway/railway.ts", "export default 1; // MADEUP\n");
    assert_eq!(parsed.masks.first(), Some(&(0..28)));
    assert!(parsed.unread[0].help.contains("railway config pull --json"), "{}", parsed.unread[0].help);
}

#[test]
fn a_service_with_a_configuration_file_leaves_open_what_that_may_say() {
    let export = |more: &str| format!(r#"{{"services": {{"{ID}": {{"deploy": {{"startCommand": "x"}}{more}}}}}}}"#);
    let deploy = |text: &str| {
        let parsed = parse("railway-environment", text);
        let fact = parsed.parts[1].facts.iter().find(|fact| fact.kind == Kind::Deploy).unwrap().clone();
        (say(text, &fact, Field::StartCommand), say(text, &fact, Field::HealthCheckPath))
    };
    assert!(deploy(&export("")).1.starts_with("absent "));
    let text = export(r#", "configFile": "/railway.toml""#);
    assert_eq!(deploy(&text), ("stated x \"x\"".into(), "unknown - \"/railway.toml\"".into()));
}
