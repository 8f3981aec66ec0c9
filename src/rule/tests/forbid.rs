//! `forbid`, `unless`, and what is said of every finding: severity, place, policy.

use super::*;
use crate::finding::Severity;

fn truncates() -> World {
    let mut world = World::new();
    world.migration("1_a.sql", vec![op("truncate", "public.jobs", ""), opaque(), op("insert", "public.jobs", "")]);
    world
}

#[test]
fn what_is_selected_is_a_finding_and_what_may_be_is_undecided() {
    let world = truncates();
    assert_eq!(
        world.outcome(&policy("no-truncate", "forbid: { operation: { is: truncate } }\nsays: empties a table")),
        "? no-truncate dynamic SQL runs text that is built at run time\nno-truncate TRUNCATE public.jobs empties a table"
    );
    assert_eq!(
        places(&world.judge(&policy("p", "forbid: { operation: { is: truncate } }"))),
        [("p".to_owned(), 0, 0, 50)]
    );
}

#[test]
fn one_opaque_statement_is_one_line_however_many_policies_ask() {
    let policies = ["truncate", "drop_table", "drop_column"]
        .map(|is| policy(&is.replace('_', "-"), &format!("forbid: {{ operation: {{ is: {is} }} }}")))
        .concat();
    let evaluation = truncates().judge(&policies);
    assert_eq!(evaluation.undecided.len(), 1);
    assert_eq!(evaluation.undecided[0].policies, ["truncate", "drop-table", "drop-column"]);
}

#[test]
fn at_names_the_place_and_a_field_without_one_leaves_the_anchor() {
    let health = |state: State| {
        let mut world = World::new();
        world.deploy("api", "prod", &[(Field::HealthCheckPath, state)]);
        let body = "forbid: { deploy: { service: api } }\nat: health_check_path";
        let findings = world.judge(&policy("p", body)).findings;
        let span = findings[0].span().unwrap();
        (span.start, span.end)
    };
    assert_eq!(health(text("/up")), (20, 24), "the field");
    assert_eq!(health(defaulted(text("/up"))), (24, 24), "the gap where it would stand");
    assert_eq!(health(absent()), (24, 24), "the gap where it would stand");
    assert_eq!(health(unknown()), (20, 24), "what stands in the way");
    assert_eq!(health(State::Absent(None)), (0, 8), "the fact as a whole");
}

#[test]
fn unless_exempts_what_is_known_to_be_exempt() {
    let body = "forbid: { connection: { endpoint: direct } }\nunless:\n  - { role: postgres }\n  - { service: worker }";
    let world = |role: State, service: &'static str| {
        let mut world = World::new();
        let document = world.document("dotenv", "prod/x.env", service, "prod");
        let fact = Fact::new(Kind::Connection, here())
            .with_state(Field::Endpoint, word("direct"))
            .with_state(Field::Role, role);
        world.add(document, vec![fact]);
        world
    };
    for (role, service, findings, notes, what) in [
        (text("postgres"), "api", 0, 0, "the first"),
        (text("anon"), "worker", 0, 0, "the second"),
        (unknown(), "worker", 0, 0, "the second, whatever the first is"),
        (text("anon"), "api", 1, 0, "neither"),
        (absent(), "api", 1, 0, "absent is not exempt"),
        (unknown(), "api", 1, 1, "unknown leaves the finding, with a note"),
        (text("anon"), "?", 1, 1, "a label that nobody bound too"),
    ] {
        let evaluation = world(role, service).judge(&policy("p", body));
        let of_facts =
            |finding: &Finding| finding.labels.iter().filter(|label| label.text.starts_with("may be exempt")).count();
        assert_eq!((evaluation.findings.len(), evaluation.undecided.len()), (findings, 0), "{what}");
        assert_eq!(evaluation.findings.iter().map(of_facts).sum::<usize>(), notes, "{what}");
    }
    // `not` is the other way to leave something out: there unknown is undecided.
    let not = "forbid: { connection: { endpoint: direct, not: { role: postgres } } }";
    for (role, findings, undecided) in [(text("postgres"), 0, 0), (unknown(), 0, 1), (absent(), 1, 0)] {
        let evaluation = world(role, "api").judge(&policy("p", not));
        assert_eq!((evaluation.findings.len(), evaluation.undecided.len()), (findings, undecided));
    }
}

#[test]
fn severity_follows_the_environment() {
    let severity = "  p:\n    severity: { production: error, \"d*\": info, \"*\": warning }\n    why: So.\n    fix: So.\n    \
                    says: is wrong\n    forbid: { deploy: {} }\n";
    for (environment, expected) in
        [("prod", Severity::Error), ("dev", Severity::Info), ("staging", Severity::Warning), ("?", Severity::Warning)]
    {
        let mut world = World::new();
        world.deploy("api", environment, &[]);
        assert_eq!(world.judge(severity).findings[0].severity, expected, "{environment}");
    }
}

#[test]
fn findings_at_one_place_are_one_but_each_service_has_its_own() {
    let grant = |privilege: &str| {
        let mut fact = op("grant", "ops.jobs", "").operation.unwrap();
        fact.set(Field::Privilege, text(privilege));
        fact.set(Field::Grantee, text("anon"));
        fact
    };
    let mut world = World::new();
    let document = world.document("migration", "1_a.sql", "?", "?");
    let facts = [grant("select"), grant("insert"), grant("select")].map(|mut fact| {
        fact.anchor = span(document.source, 0..30);
        fact.set(Field::Grantee, State::Stated("anon".into(), span(document.source, 20..24)));
        fact
    });
    world.add(document, facts.to_vec());
    let text = policy("locked", "forbid: { operation: { is: grant } }\nat: grantee\nsays: opens a locked schema");
    assert_eq!(world.outcome(&text), "locked GRANT select on ops.jobs to anon opens a locked schema (and 1 more here)");

    // One env file that two services share: the same bytes, once for each.
    let mut world = World::new();
    for service in ["api", "worker"] {
        let mut document = world.document("dotenv", "prod/shared.env", service, "prod");
        document.source = SourceId(1_000);
        let facts = vec![variable(document.source, 0, "DEBUG", "MADEUP")];
        world.add(document, facts);
    }
    assert_eq!(
        world.outcome(&policy("p", "forbid: { variable: { name: DEBUG } }")),
        "p DEBUG of api in prod is wrong\np DEBUG of worker in prod is wrong"
    );
}

#[test]
fn a_label_that_nothing_bound_is_one_doubt_of_the_document() {
    let mut world = World::new();
    world.env("dotenv", "?", "prod", &[("A", "MADEUP-1"), ("B", "MADEUP-2"), ("C", "MADEUP-3")]);
    let text = policy("p", "forbid: { variable: { service: api } }");
    assert_eq!(world.outcome(&text), "? p prod/?.env is of no known service");
}
