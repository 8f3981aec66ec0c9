//! Run states: what a policy looked at, and what it says where there was nothing to look at.

use super::*;
use crate::report::RunState;

fn state(world: &World, text: &str) -> String {
    match &world.judge(text).states[0].state {
        RunState::NotJudged { because } => format!("not judged: {because}"),
        RunState::OutOfScope { because } => format!("out of scope: {because}"),
        RunState::Idle => "idle".to_owned(),
        RunState::Judged(count) => format!("judged {count}"),
    }
}

#[test]
fn a_policy_that_looked_at_nothing_says_why() {
    let mut world = World::new();
    world.migration("1_a.sql", vec![op("insert", "public.jobs", "")]);
    world.env("dotenv", "dragonfly-api", "prod", &[("A", "MADEUP")]);
    for (body, expected) in [
        ("forbid: { operation: { is: truncate } }", "idle"),
        ("forbid: { operation: { is: insert } }", "judged 1"),
        ("forbid: { deploy: {} }", "not judged: no document gives `deploy`"),
        ("forbid: { deploy: {}, ignored_key: {} }", "not judged: no document gives `deploy` or `ignored_key`"),
        ("forbid: { deploy: {}, variable: { name: B } }", "idle"),
        ("forbid: { connection: { endpoint: direct } }", "idle"),
        (
            "forbid: { variable: { service: dragonfyl-* } }",
            "out of scope: no document has a service that is `dragonfyl-*`",
        ),
        ("forbid: { variable: { service: dragonfly-* } }", "judged 1"),
        ("forbid: { variable: { service: dragonfly-*, name: B } }", "idle"),
        ("forbid: { variable: { environment: dev } }", "out of scope: no document has an environment that is `dev`"),
        ("forbid: { variable: { path: '*.yaml' } }", "out of scope: no document has a path that is `*.yaml`"),
        (
            "forbid: { variable: { document: railway-variables } }",
            "out of scope: no document is of the kind railway-variables",
        ),
        (
            "forbid: { variable: { service: { param: runtime } } }",
            "out of scope: no document has a service that is `api` or `worker-*` (param runtime)",
        ),
        ("forbid: { url: { path: /health } }", "idle"),
        ("require: { variable: {}, each: { service: [dragonfyl-api] } }", "judged 1"),
        (
            "expect:\n  variable: { service: web }\n  to: { state: set }",
            "out of scope: no document has a service that is `web`",
        ),
    ] {
        assert_eq!(state(&world, &policy("p", body)), expected, "{body}");
    }
}

#[test]
fn a_label_that_nothing_bound_may_be_in_scope() {
    let mut world = World::new();
    world.env("dotenv", "?", "prod", &[]);
    assert_eq!(state(&world, &policy("p", "forbid: { variable: { service: api } }")), "idle", "no variable is there");
}

#[test]
fn a_matrix_of_an_environment_that_no_document_has() {
    let body = "matrix:\n  environments: [staging*]\n  services: [api]\n  variables:\n    KEY: [✅]";
    let mut world = World::new();
    world.env("dotenv", "api", "prod", &[]);
    assert_eq!(state(&world, &policy("m", body)), "out of scope: no document has the environment `staging*`");
    let literal = policy("m", &body.replace("staging*", "staging"));
    assert_eq!(
        world.outcome(&literal),
        "m/service api has no document in staging at a document that gives `variable`",
        "a literal environment is demanded"
    );
    let mut world = World::new();
    world.migration("1_a.sql", vec![]);
    assert_eq!(state(&world, &policy("m", body)), "not judged: no document gives `variable`");
}

#[test]
fn dates_need_a_today_and_both_ends_are_in_force() {
    let body = "forbid: { variable: {} }\nfrom: 2026-01-10\nuntil: 2026-01-20";
    let at = |today: Option<&str>| {
        let mut world = World::new();
        world.env("dotenv", "api", "prod", &[("A", "MADEUP")]);
        world.today = today.map(|day| crate::date::parse(day).unwrap());
        state(&world, &policy("p", body))
    };
    for (today, expected) in [
        (None, "not judged: it depends on the date, and none was given (--today)"),
        (Some("2026-01-09"), "not judged: it is not in force yet"),
        (Some("2026-01-10"), "judged 1"),
        (Some("2026-01-20"), "judged 1"),
        (Some("2026-01-21"), "not judged: it is no longer in force"),
    ] {
        assert_eq!(at(today), expected, "{today:?}");
    }
}

#[test]
fn a_required_kind_that_nothing_gives_is_no_verdict() {
    let mut world = World::new();
    world.env("dotenv", "api", "prod", &[]);
    let set = load(&policy("p", "forbid: { variable: {} }"));
    for (kind, need, problems) in [
        (Kind::Operation, Need::Required, 1),
        (Kind::Operation, Need::Optional, 0),
        (Kind::Variable, Need::Required, 0),
        (Kind::Credential, Need::Required, 0),
        (Kind::Document, Need::Required, 0),
    ] {
        let found = world.judge_by(&set, &[(kind, need, here())]).problems;
        assert_eq!(found.len(), problems, "{kind:?} {need:?}");
        assert!(found.iter().all(|problem| problem.message == "no document gives `operation`, which is required"));
    }
}

#[test]
fn the_project_decides_over_the_pack_what_it_needs() {
    let mut world = World::new();
    world.env("dotenv", "api", "prod", &[]);
    let mut set = load(&policy("p", "forbid: { variable: {} }"));
    set.packs[0].needs = vec![(Kind::Deploy, Need::Required, here())];
    assert_eq!(world.judge_by(&set, &[]).problems.len(), 1);
    assert_eq!(world.judge_by(&set, &[(Kind::Deploy, Need::Optional, here())]).problems.len(), 0);
}
