//! The matrix: every demand on every state, in every kind of document.

use super::*;

fn table(cells: &str, more: &str) -> String {
    let mut body = format!("matrix:\n  environments: [prod]\n  services: [api]\n  variables:\n    KEY: {cells}");
    for line in more.lines() {
        write!(body, "\n  {line}").unwrap();
    }
    policy("m", &body)
}

/// The sub-ids of what is found, `?` before what is undecided.
fn ids(world: &World, text: &str) -> String {
    let evaluation = world.judge(text);
    let mut ids: Vec<String> =
        evaluation.findings.iter().map(|finding| finding.policy.trim_start_matches("m/").to_owned()).collect();
    let undecided = evaluation.undecided.iter().flat_map(|undecided| &undecided.policies);
    ids.extend(undecided.map(|policy| format!("?{}", policy.trim_start_matches("m/"))));
    ids.sort();
    ids.join(" ")
}

const GOOD: &str = "MADEUP-good";
const BAD: &str = "MADEUP-bad";

#[test]
fn every_demand_on_every_state() {
    let states: [&[(&str, &str)]; 6] = [
        &[("OTHER", GOOD)],
        &[("KEY", GOOD)],
        &[("KEY", BAD)],
        &[("KEY", "")],
        &[("KEY", "changeme")],
        &[("KEY", "${{shared.KEY}}")],
    ];
    let value = format!("values: {{ KEY: {GOOD} }}");
    #[rustfmt::skip]
    let rows = [
        // cell       values   in               nothing     good         another      empty        placeholder  reference
        ("required",  "",      "dotenv",            ["missing",  "",          "",          "empty",     "empty",     ""]),
        ("required",  &value,  "dotenv",            ["missing",  "",          "value",     "empty",     "empty",     "?m"]),
        ("required",  "",      "railway-variables", ["?missing", "",          "",          "empty",     "empty",     ""]),
        ("required",  &value,  "railway-variables", ["?missing", "",          "value",     "empty",     "empty",     "?m"]),
        ("optional",  "",      "dotenv",            ["",         "",          "",          "",          "",          ""]),
        ("optional",  &value,  "dotenv",            ["",         "",          "value",     "empty",     "empty",     "?m"]),
        ("optional",  &value,  "railway-variables", ["",         "",          "value",     "empty",     "empty",     "?m"]),
        ("forbidden", "",      "dotenv",            ["",         "forbidden", "forbidden", "forbidden", "forbidden", "forbidden"]),
        ("forbidden", &value,  "railway-variables", ["",         "forbidden", "forbidden", "forbidden", "forbidden", "forbidden"]),
        ("unlisted",  &value,  "dotenv",            ["",         "",          "",          "",          "",          ""]),
        ("✅",        "",      "dotenv",            ["missing",  "",          "",          "empty",     "empty",     ""]),
        ("❌",        "",      "dotenv",            ["",         "forbidden", "forbidden", "forbidden", "forbidden", "forbidden"]),
        ("⚪",        "",      "dotenv",            ["",         "",          "",          "",          "",          ""]),
    ];
    for (cell, values, kind, expected) in rows {
        let found = states.map(|variables| {
            let mut world = World::new();
            world.env(kind, "api", "prod", variables);
            ids(&world, &table(cell, values))
        });
        assert_eq!(found, expected, "{cell} {values} in {kind}");
    }
}

#[test]
fn all_documents_of_a_service_are_one_holder() {
    let value = format!("values: {{ KEY: {GOOD} }}");
    for (cell, first, second, expected, what) in [
        ("required", Some(GOOD), None, "", "one complete document sets it"),
        ("required", None, Some(GOOD), "", "the export sets it"),
        ("required", None, None, "missing", "the complete one lacks it, so the export says nothing"),
        ("required", Some(""), Some(GOOD), "", "empty in the template, set on the platform"),
        ("required", Some(""), None, "empty", "empty is the only one"),
        ("required", Some(GOOD), Some(BAD), "value", "a value is judged in each"),
        ("required", Some(BAD), Some(BAD), "value value", "a value is judged in each"),
        ("forbidden", None, Some(GOOD), "forbidden", "forbidden holds in each"),
        ("forbidden", Some(GOOD), Some(""), "forbidden forbidden", "forbidden holds in each"),
    ] {
        let mut world = World::new();
        let variables = |value: Option<&'static str>| value.map(|value| ("KEY", value)).into_iter().collect::<Vec<_>>();
        world.env("dotenv", "api", "prod", &variables(first));
        world.env("railway-variables", "api", "prod", &variables(second));
        assert_eq!(ids(&world, &table(cell, &value)), expected, "{what}");
    }
    let mut world = World::new();
    world.env("railway-variables", "api", "prod", &[]);
    world.env("dotenv", "api", "dev", &[("KEY", GOOD)]);
    world.env("dotenv", "web", "prod", &[("KEY", GOOD)]);
    assert_eq!(ids(&world, &table("required", "")), "?missing", "others' documents decide nothing");
}

#[test]
fn a_line_that_was_not_understood_may_hold_what_is_missing() {
    let mut world = World::new();
    let mut document = world.document("dotenv", "prod/api.env", "api", "prod");
    document.unread.push(Span::point(document.source, 5));
    world.add(document, Vec::new());
    assert_eq!(
        world.outcome(&table("required", "")),
        "? m/missing KEY of api in prod may stand in a line that was not understood"
    );
}

#[test]
fn a_cell_may_have_a_value_of_its_own() {
    let body = "matrix:\n  environments: [prod]\n  services: [worker-a, worker-b]\n  variables:\n    \
                WORKER: [{ required: a }, { optional: b }]\n  values: { WORKER: c }";
    let mut world = World::new();
    world.env("dotenv", "worker-a", "prod", &[("WORKER", "a")]);
    world.env("dotenv", "worker-b", "prod", &[("WORKER", "a")]);
    assert_eq!(world.outcome(&policy("m", body)), "m/value WORKER of worker-b in prod is not `b`");
}

#[test]
fn a_value_that_must_not_be_is_said_in_so_many_words() {
    let mut world = World::new();
    world.env("dotenv", "api", "prod", &[("KEY", "dev")]);
    let found = world.judge(&table("required", "values: { KEY: { not: dev } }")).findings;
    let messages: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(messages, ["KEY of api in prod is `dev`, and must not be"]);
}

#[test]
fn a_service_has_one_column_and_a_column_has_a_service() {
    let body = |services: &str, cells: &str| {
        policy("m", &format!("matrix:\n  environments: [prod]\n  services: {services}\n  variables:\n    KEY: {cells}"))
    };
    let world = |services: &[&'static str]| {
        let mut world = World::new();
        services.iter().for_each(|service| world.env("dotenv", service, "prod", &[("KEY", GOOD)]));
        world
    };
    let nowhere = "at a document that gives `variable`";
    for (services, cells, there, expected, what) in [
        ("[api]", "[✅]", vec![], format!("m/service api has no document in prod {nowhere}"), "a literal service"),
        ("[worker-*]", "[✅]", vec!["api"], format!("m/service worker-* has no document in prod {nowhere}"), "a pattern"),
        ("[worker-*]", "[✅]", vec!["worker-a", "worker-b"], String::new(), "a pattern: at least one"),
        ("[worker-*]", "[❌]", vec!["worker-a", "worker-b"], "m/forbidden KEY of worker-a in prod is set, and must not be\nm/forbidden KEY of worker-b in prod is set, and must not be".into(), "a pattern: all"),
        ("{ param: both }", "✅", vec!["api"], String::new(), "a param: at least one"),
        ("{ param: both }", "✅", vec!["web"], format!("m/service none of api, worker has a document in prod {nowhere}"), "a param: none"),
        ("[worker-*, worker-a]", "[❌, ✅]", vec!["worker-a"], String::new(), "the column that names it, before a pattern"),
        ("[worker-*, worker-a]", "[❌, ✅]", vec!["worker-a", "worker-b"], "m/forbidden KEY of worker-b in prod is set, and must not be".into(), "the pattern is for the rest"),
        ("['*', worker-*]", "[✅, ❌]", vec!["worker-a"], String::new(), "the first pattern that fits"),
    ] {
        // Another environment, so that there is a document at all.
        let mut world = world(&there);
        world.env("dotenv", "api", "dev", &[]);
        assert_eq!(world.outcome(&body(services, cells)), expected, "{what}");
    }
}

#[test]
fn every_environment_of_the_table_is_judged_once() {
    let body = |environments: &str| {
        policy("m", &format!("matrix:\n  environments: {environments}\n  services: [api]\n  variables:\n    KEY: [✅]"))
    };
    let mut world = World::new();
    for environment in ["prod", "dev", "staging"] {
        world.env("dotenv", "api", environment, &[]);
    }
    for (environments, expected) in [
        ("[prod]", vec!["prod"]),
        ("[production]", vec!["prod"]),
        ("[prod, dev]", vec!["dev", "prod"]),
        ("['*']", vec!["dev", "prod", "staging"]),
        ("[prod, '*']", vec!["dev", "prod", "staging"]),
        ("{ param: production }", vec!["prod"]),
    ] {
        let lines: Vec<String> =
            expected.iter().map(|environment| format!("m/missing KEY of api in {environment} is missing")).collect();
        assert_eq!(world.outcome(&body(environments)), lines.join("\n"), "{environments}");
    }
}

#[test]
fn others_say_what_stands_outside_of_the_table() {
    let mut world = World::new();
    world.env("dotenv", "api", "prod", &[("KEY", GOOD), ("EXTRA", GOOD)]);
    world.env("dotenv", "cron", "prod", &[("KEY", GOOD)]);
    assert_eq!(world.outcome(&table("✅", "")), "", "others are allowed where nothing is said");
    assert_eq!(
        world.outcome(&table("✅", "others: { variables: forbidden }")),
        "m/unlisted EXTRA of api in prod is in no row of the table, and other variables are forbidden"
    );
    assert_eq!(
        world.outcome(&table("✅", "others: { services: forbidden }")),
        "m/unlisted cron in prod is in no column of the table, and other services are forbidden"
    );
    assert_eq!(
        world.outcome(&table("unlisted", "others: { variables: forbidden }").replace("KEY", "EXTRA")),
        "m/unlisted KEY of api in prod is in no row of the table, and other variables are forbidden",
        "an unlisted cell is a row"
    );
}

#[test]
fn a_document_that_nothing_bound_is_undecided_once() {
    let unbound = |service: &'static str, environment: &'static str, api: bool| {
        let mut world = World::new();
        world.env("dotenv", service, environment, &[("KEY", GOOD), ("OTHER", GOOD)]);
        if api {
            world.env("dotenv", "api", "prod", &[]);
        }
        world.outcome(&table("✅", ""))
    };
    let missing = "m/missing KEY of api in prod is missing";
    assert_eq!(unbound("?", "prod", true), "? m prod/?.env is of no known service", "it may set what is missing");
    assert_eq!(unbound("?", "prod", false), "? m prod/?.env is of no known service", "it may be the service");
    assert_eq!(unbound("api", "?", false), "? m ?/api.env is of no known environment");
    assert_eq!(unbound("web", "?", true), missing, "no column is its service");
    assert_eq!(unbound("?", "dev", true), missing, "the table does not speak of its environment");
}

#[test]
fn three_hundred_services() {
    let mut world = World::new();
    let names: Vec<String> = (0..60).map(|number| format!("KEY_{number}")).collect();
    let variables: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), GOOD)).collect();
    for number in 0..300 {
        let service = &*Box::leak(format!("service-{number}").into_boxed_str());
        for environment in ["prod", "dev", "staging"] {
            world.env("dotenv", service, environment, &variables);
        }
    }
    let rows: String = names.iter().map(|name| format!("\n    {name}: ✅")).collect();
    let body = format!("matrix:\n  environments: ['*']\n  services: [service-*]\n  variables:{rows}\n    GONE: ✅");
    assert_eq!(world.judge(&policy("m", &body)).findings.len(), 900);
}
