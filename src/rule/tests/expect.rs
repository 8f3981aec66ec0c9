//! `expect … to`: where S is the selection and T is `to`.

use super::*;

fn connection(port: State, mode: State, service: &'static str) -> World {
    let mut world = World::new();
    let document = world.document("dotenv", "prod/x.env", service, "prod");
    let at = |state: State, from: usize| match state {
        State::Stated(value, _) => State::Stated(value, span(here().source, from..from + 4)),
        State::Defaulted(value, _) => State::Defaulted(value, Span::point(here().source, from)),
        State::Absent(_) => State::Absent(Some(Span::point(here().source, from))),
        State::Unknown(_, cause) => State::Unknown(span(here().source, from..from + 4), cause),
    };
    let fact = Fact::new(Kind::Connection, span(here().source, 0..90))
        .with_state(Field::Port, at(port, 10))
        .with_state(Field::Sslmode, at(mode, 20))
        .with_word(Field::Endpoint, "session-pooler", span(here().source, 0..14));
    world.add(document, vec![fact]);
    world
}

#[test]
fn verdicts_of_selection_and_demand() {
    let text =
        policy("p", "expect:\n  connection: { service: api }\n  to: { port: 6543, sslmode: { at_least: require } }");
    let good = || number(6543);
    let bad = || number(5432);
    let strong = || word("require");
    for (port, mode, service, findings, undecided, what) in [
        (good(), strong(), "api", 0, 0, "S true, T true"),
        (bad(), strong(), "api", 1, 0, "S true, T false"),
        (bad(), word("prefer"), "api", 2, 0, "S true, two fields fail"),
        (bad(), unknown(), "api", 1, 0, "S true, one fails and the other is unknown"),
        (unknown(), strong(), "api", 0, 1, "S true, T unknown"),
        (unknown(), unknown(), "api", 0, 1, "S true, T unknown twice: the first"),
        (absent(), strong(), "api", 1, 0, "absent fails"),
        (good(), strong(), "?", 0, 0, "S unknown, T true"),
        (bad(), strong(), "?", 0, 1, "S unknown, T false"),
        (unknown(), strong(), "?", 0, 1, "S unknown, T unknown"),
        (bad(), word("prefer"), "web", 0, 0, "S false"),
    ] {
        let evaluation = connection(port, mode, service).judge(&text);
        assert_eq!((evaluation.findings.len(), evaluation.undecided.len()), (findings, undecided), "{what}");
    }
}

#[test]
fn each_failing_field_is_shown_where_it_stands_or_would_stand() {
    let text = policy("p", "expect:\n  connection: {}\n  to: { port: 6543, sslmode: { at_least: require } }");
    let evaluation = connection(number(5432), defaulted(word("prefer")), "api").judge(&text);
    let shown: Vec<(u32, u32, &str)> = evaluation
        .findings
        .iter()
        .map(|finding| (finding.span().unwrap().start, finding.span().unwrap().end, finding.note.as_str()))
        .collect();
    assert_eq!(shown, [(10, 14, "port is 5432"), (20, 20, "sslmode is prefer (not written: the driver's default)")]);
}

#[test]
fn a_derived_field_is_the_same_mistake_as_its_base() {
    for (to, expected, what) in [
        ("{ port: 6543, endpoint: transaction-pooler }", vec![10], "the port fails, and the endpoint with it"),
        ("{ endpoint: transaction-pooler, port: 6543 }", vec![10], "whatever the order"),
        ("{ endpoint: transaction-pooler }", vec![0], "alone it is shown"),
        ("{ endpoint: transaction-pooler, port: 5432 }", vec![0], "its base is as it should be"),
    ] {
        let text = policy("p", &format!("expect:\n  connection: {{}}\n  to: {to}"));
        let evaluation = connection(number(5432), word("require"), "api").judge(&text);
        let starts: Vec<u32> = evaluation.findings.iter().map(|finding| finding.span().unwrap().start).collect();
        assert_eq!(starts, expected, "{what}");
    }
}

#[test]
fn what_fails_at_one_place_is_one_finding() {
    let text = policy("p", "expect:\n  connection: {}\n  to: { port: 6543, sslmode: { at_least: require } }");
    let mut world = World::new();
    let document = world.document("dotenv", "prod/x.env", "api", "prod");
    let fact = Fact::new(Kind::Connection, here())
        .with_state(Field::Port, number(5432))
        .with_state(Field::Sslmode, word("prefer"));
    world.add(document, vec![fact]);
    let evaluation = world.judge(&text);
    assert_eq!(evaluation.findings.len(), 1);
    assert_eq!(evaluation.findings[0].note, "port is 5432 and sslmode is prefer");
    let wanted: Vec<&str> = evaluation.findings[0].labels.iter().map(|label| label.text.as_str()).collect();
    assert_eq!(wanted, ["wants 6543", "wants at least require"]);
}

#[test]
fn a_failed_any_not_or_join_is_shown_at_the_anchor() {
    for (to, note, what) in [
        ("{ any: [{ port: 6543 }, { sslmode: require }] }", "port is 5432 and sslmode is prefer", "any"),
        ("{ not: { port: 5432, endpoint: session-pooler } }", "port is 5432 and endpoint is the session pooler", "not"),
        ("{ beside: { url: {}, sharing: [service] } }", "is not beside url of the same service", "join"),
    ] {
        let text = policy("p", &format!("expect:\n  connection: {{}}\n  to: {to}"));
        let evaluation = connection(number(5432), word("prefer"), "api").judge(&text);
        let shown: Vec<(u32, u32, &str)> = evaluation
            .findings
            .iter()
            .map(|finding| (finding.span().unwrap().start, finding.span().unwrap().end, finding.note.as_str()))
            .collect();
        assert_eq!(shown, [(0, 90, note)], "{what}");
    }
}

#[test]
fn a_value_that_is_the_wrong_fact_is_shown_field_by_field() {
    let types = "  pooler: { says: is the pooler, connection: { port: 6543, sslmode: { at_least: require } } }\n";
    let set = |to: &str| load_with(&policy("p", &format!("expect:\n  variable: {{}}\n  to: {{ value: {to} }}")), types);
    let notes = |inner: Vec<Fact>, to: &str| {
        let mut world = World::new();
        let document = world.document("dotenv", "prod/x.env", "api", "prod");
        let whole = variable(document.source, 0, "DATABASE_URL", "postgresql://MADEUP");
        world.add(document, [vec![whole], inner].concat());
        let findings = world.judge_by(&set(to), &[]).findings;
        findings.into_iter().map(|finding| finding.message).collect::<Vec<_>>()
    };
    let inner = || {
        let mut fact = Fact::new(Kind::Connection, here())
            .with_state(Field::Port, number(5432))
            .with_state(Field::Sslmode, defaulted(word("prefer")))
            .standing_in(0);
        fact.whole = true;
        fact
    };
    assert_eq!(
        notes(vec![inner()], "{ is_a: pooler }"),
        [
            "DATABASE_URL of api in prod: port is 5432, wants 6543",
            "DATABASE_URL of api in prod: sslmode is prefer (not written: the driver's default), wants at least require"
        ]
    );
    assert_eq!(notes(vec![], "{ is_a: pooler }"), ["DATABASE_URL of api in prod is not the pooler"]);
    assert_eq!(
        notes(vec![inner()], "[{ is_a: pooler }, local]"),
        ["DATABASE_URL of api in prod is not the pooler or `local`"]
    );
}

#[test]
fn at_gathers_all_failures_in_one_place() {
    let text =
        policy("p", "expect:\n  connection: {}\n  to: { port: 6543, sslmode: { at_least: require } }\nat: endpoint");
    let evaluation = connection(number(5432), word("prefer"), "api").judge(&text);
    assert_eq!(evaluation.findings.len(), 1);
    assert_eq!(evaluation.findings[0].labels.len(), 2, "both lines of policy");
}
