//! `require`: what must be there, and what may hide it.

use super::*;

const ONE: &str = "require: { variable: { state: set }, each: { name: [A], service: [api] } }\nsays: is missing";
const EACH: &str = "require: { deploy: {}, each: { service: [api, worker] } }\nsays: is missing";

#[test]
fn literals_are_demanded_each() {
    let mut world = World::new();
    world.deploy("api", "prod", &[]);
    assert_eq!(world.outcome(&policy("p", EACH)), "p deploy of worker is missing at a document that gives `deploy`");
    world.deploy("worker", "prod", &[]);
    assert_eq!(world.outcome(&policy("p", EACH)), "");
}

#[test]
fn a_glob_is_all_that_are_seen_and_at_least_one() {
    let text = policy(
        "p",
        "require: { deploy: { builder: dockerfile }, each: { service: [worker-*] } }\nsays: has no Dockerfile",
    );
    let mut world = World::new();
    world.deploy("api", "prod", &[]);
    assert_eq!(
        world.outcome(&text),
        "p deploy of worker-* has no Dockerfile at a document that gives `deploy`",
        "none is seen"
    );
    world.deploy("worker-a", "prod", &[(Field::Builder, word("dockerfile"))]);
    assert_eq!(world.outcome(&text), "");
    world.deploy("worker-b", "prod", &[(Field::Builder, word("nixpacks"))]);
    assert_eq!(world.outcome(&text), "p deploy of worker-b has no Dockerfile");
}

#[test]
fn a_param_demands_each_of_its_names() {
    let text = policy("p", "require: { deploy: {}, each: { service: { param: runtime } } }\nsays: is missing");
    let mut world = World::new();
    world.deploy("worker-a", "prod", &[]);
    assert_eq!(world.outcome(&text), "p deploy of api is missing at a document that gives `deploy`");
}

#[test]
fn several_fields_make_the_product() {
    let text = policy(
        "p",
        "require: { deploy: {}, each: { service: [api, worker], environment: [production, dev] } }\nsays: is missing",
    );
    let mut world = World::new();
    world.deploy("api", "prod", &[]);
    world.deploy("worker", "dev", &[]);
    let nowhere = "is missing at a document that gives `deploy`";
    assert_eq!(world.outcome(&text), format!("p deploy of api in dev {nowhere}\np deploy of worker in prod {nowhere}"));
}

#[test]
fn a_missing_document_is_shown_at_the_path_it_would_have() {
    let mut world = World::new();
    world.deploy("api", "prod", &[]);
    let entry = |pattern: &str, kind: &str, at: usize| ExpectedDocument {
        pattern: pattern.to_owned(),
        gives: document::kind(kind).unwrap().gives,
        span: Span::point(SourceId(7), at),
    };
    world.expected = vec![
        entry("env/{environment}/{service}.env", "dotenv", 1),
        entry("railway.toml", "railway-config", 2),
        entry("deploy/{service}/railway.toml", "railway-config", 3),
        entry("other/{service}/railway.toml", "railway-config", 4),
    ];
    assert_eq!(world.outcome(&policy("p", EACH)), "p deploy of worker is missing at deploy/worker/railway.toml");
    let findings = world.judge(&policy("p", EACH)).findings;
    assert_eq!(findings[0].labels[0].span, Span::point(SourceId(7), 3), "the entry of the configuration");
}

#[test]
fn what_is_missing_from_a_document_is_shown_at_its_end() {
    let mut world = World::new();
    world.migration("1_a.sql", vec![op("insert", "public.jobs", "")]);
    let text = policy("p", "require: { table: {}, each: { table: [public.jobs] } }\nsays: is made by no migration");
    assert_eq!(world.outcome(&text), "p table public.jobs is made by no migration");
    assert_eq!(places(&world.judge(&text)), [("p".to_owned(), 90, 0, 0)]);
}

#[test]
fn what_may_hide_it_is_undecided() {
    let text = policy("p", ONE);
    let missing = "p variable A of api is missing";
    for (what, build, expected) in [
        (
            "a complete file lacks it",
            (|world: &mut World| world.env("dotenv", "api", "prod", &[("B", "MADEUP")])) as fn(&mut World),
            missing,
        ),
        ("it is there, and not as it must be", |world| world.env("dotenv", "api", "prod", &[("A", "")]), missing),
        (
            "an export leaves sealed variables out",
            |world| world.env("railway-variables", "api", "prod", &[]),
            "? p variable A of api is in none of its exports, and may be sealed",
        ),
        (
            "an export and a complete file",
            |world| {
                world.env("railway-variables", "api", "prod", &[]);
                world.env("dotenv", "api", "prod", &[]);
            },
            missing,
        ),
        (
            "a line was not understood",
            |world| {
                let mut document = world.document("dotenv", "prod/api.env", "api", "prod");
                document.unread.push(Span::point(document.source, 5));
                world.add(document, Vec::new());
            },
            "? p variable A of api may stand in what was not understood of prod/api.env",
        ),
        (
            "a line of another service was not understood",
            |world| {
                let mut document = world.document("dotenv", "prod/web.env", "web", "prod");
                document.unread.push(Span::point(document.source, 5));
                world.add(document, Vec::new());
                world.env("dotenv", "api", "prod", &[]);
            },
            missing,
        ),
    ] {
        let mut world = World::new();
        build(&mut world);
        assert_eq!(world.outcome(&text), expected, "{what}");
    }
}

#[test]
fn a_document_that_nothing_bound_may_be_the_one() {
    for (says, expected) in [("A", "? p prod/?.env is of no known service"), ("B", "p variable A of api is missing")] {
        let mut world = World::new();
        world.env("dotenv", "?", "prod", &[(says, "MADEUP")]);
        world.env("dotenv", "api", "prod", &[]);
        assert_eq!(world.outcome(&policy("p", ONE)), expected, "it says {says}");
    }
}

#[test]
fn what_is_exempt_need_not_be_as_the_rule_wants() {
    let body = "require: { deploy: { health_check_path: { set: true } }, each: { service: [api, cron] } }\nsays: has no health check\n\
                unless:\n  - { cron_schedule: { set: true } }";
    let mut world = World::new();
    world.deploy("api", "prod", &[]);
    world.deploy("cron", "prod", &[(Field::CronSchedule, text("0 * * * *"))]);
    assert_eq!(world.outcome(&policy("p", body)), "p deploy of api has no health check");
}

#[test]
fn many_services_in_many_environments() {
    let mut world = World::new();
    let names: Vec<&'static str> =
        (0..300).map(|number| &*Box::leak(format!("service-{number}").into_boxed_str())).collect();
    for name in &names {
        for environment in ["prod", "dev", "staging"] {
            world.deploy(name, environment, &[]);
        }
    }
    let text = policy(
        "p",
        "require: { deploy: {}, each: { service: [service-*], environment: [prod, dev, staging] } }\nsays: is missing",
    );
    assert_eq!(world.outcome(&text), "");
}
