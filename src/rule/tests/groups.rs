//! `distinct` and `same`: who is compared with whom.

use super::*;
use crate::finding::Severity;

/// A credential of a service in an environment.
type Key = (&'static str, &'static str, State);

fn credentials(keys: &[Key]) -> World {
    let mut world = World::new();
    for (service, environment, value) in keys {
        let document = world.document("dotenv", &format!("{environment}/{service}.env"), *service, *environment);
        let fact = Fact::variant(Kind::Credential, "supabase-secret", span(document.source, 0..10))
            .with_state(Field::Value, moved(value, document.source));
        world.add(document, vec![fact]);
    }
    world
}

fn key(letter: char) -> State {
    secret(&format!("sb_secret_MADEUP{letter}"))
}

fn counts(world: &World, text: &str) -> (usize, usize) {
    let evaluation = world.judge(text);
    (evaluation.findings.len(), evaluation.undecided.len())
}

#[test]
fn distinct_across_a_label() {
    let text = policy("p", "distinct: { credential: {}, by: [value], across: environment }");
    for (keys, findings, undecided, what) in [
        (vec![("api", "prod", key('a')), ("api", "dev", key('a'))], 1, 0, "one key in two environments"),
        (vec![("api", "prod", key('a')), ("worker", "prod", key('a'))], 0, 0, "one key in one environment"),
        (vec![("api", "prod", key('a')), ("api", "dev", key('b'))], 0, 0, "two keys"),
        (vec![("api", "prod", absent()), ("api", "dev", absent())], 0, 0, "absent equals nothing"),
        (vec![("api", "prod", unknown())], 0, 0, "nobody to compare with"),
        (vec![("api", "prod", unknown()), ("api", "dev", key('a'))], 0, 1, "an unknown key may be any"),
        (
            vec![("api", "prod", unknown()), ("worker", "prod", key('a'))],
            0,
            0,
            "all of one environment: nothing can break",
        ),
        (
            vec![("api", "?", key('a')), ("api", "dev", key('b'))],
            0,
            0,
            "an unknown environment, and nobody has the key",
        ),
        (vec![("api", "?", key('a')), ("api", "dev", key('a'))], 0, 1, "an unknown environment, and dev has the key"),
        (
            vec![("api", "?", key('a')), ("api", "dev", key('a')), ("api", "prod", key('a'))],
            1,
            0,
            "it is broken already",
        ),
        (
            vec![("a", "prod", key('a')), ("a", "dev", key('a')), ("b", "prod", key('b')), ("b", "dev", key('b'))],
            2,
            0,
            "two groups",
        ),
        (vec![("a", "prod", key('a')), ("a", "dev", key('a')), ("b", "dev", key('a'))], 1, 0, "one finding a group"),
    ] {
        assert_eq!(counts(&credentials(&keys), &text), (findings, undecided), "{what}");
    }
}

#[test]
fn distinct_without_a_label_counts_facts() {
    let two = |one: State, other: State| credentials(&[("a", "prod", one), ("b", "prod", other)]);
    let text = policy("p", "distinct: { credential: {}, by: [value] }");
    assert_eq!(counts(&two(key('a'), key('a')), &text), (1, 0), "two facts are equal");
    assert_eq!(counts(&two(key('a'), key('b')), &text), (0, 0));
    assert_eq!(counts(&two(key('a'), unknown()), &text), (0, 1));
    let three = || credentials(&[("a", "prod", key('a')), ("b", "dev", key('a')), ("c", "staging", key('a'))]);
    for (rule, findings) in [
        ("at_most: 2", 1),
        ("at_most: 3", 0),
        ("across: environment, at_most: 2", 1),
        ("across: environment, at_most: 3", 0),
    ] {
        let text = policy("p", &format!("distinct: {{ credential: {{}}, by: [value], {rule} }}"));
        assert_eq!(counts(&three(), &text), (findings, 0), "{rule}");
    }
    let both = policy("p", "distinct: { credential: {}, by: [value, service] }");
    assert_eq!(
        counts(&credentials(&[("a", "prod", key('a')), ("a", "dev", key('a'))]), &both),
        (1, 0),
        "equal in both"
    );
    assert_eq!(counts(&credentials(&[("a", "prod", key('a')), ("b", "dev", key('a'))]), &both), (0, 0), "equal in one");
}

#[test]
fn a_group_is_as_bad_as_for_its_worst_member_and_shows_every_place() {
    let text = "  p:\n    severity: { prod: error, \"*\": info }\n    why: So.\n    fix: So.\n    says: is shared\n    \
                distinct: { credential: {}, by: [value], across: environment }\n";
    let world = credentials(&[("api", "dev", key('a')), ("api", "prod", key('a')), ("worker", "prod", key('a'))]);
    let findings = world.judge(text).findings;
    assert_eq!(findings[0].severity, Severity::Error);
    assert_eq!(findings[0].message, "a supabase-secret of api in dev is shared");
    let labels: Vec<&str> = findings[0].labels.iter().map(|label| label.text.as_str()).collect();
    assert_eq!(
        labels,
        [
            "and here: a supabase-secret of api in prod",
            "and here: a supabase-secret of worker in prod",
            "equal ones must be of one environment"
        ]
    );
}

#[test]
fn members_that_may_be_exempt_stay_with_a_note() {
    let body = "distinct: { credential: {}, by: [value], across: environment }\nunless:\n  - { demo: true }";
    let world = |demo: State| {
        let mut world = World::new();
        for environment in ["dev", "prod"] {
            let document = world.document("dotenv", environment, "api", environment);
            let fact = Fact::variant(Kind::Credential, "password", here())
                .with_state(Field::Value, key('a'))
                .with_state(Field::Demo, demo.clone());
            world.add(document, vec![fact]);
        }
        world
    };
    for (demo, findings, notes) in [(yes(true), 0, 0), (yes(false), 1, 0), (unknown(), 1, 2)] {
        let findings_found = world(demo).judge(&policy("p", body)).findings;
        let labels = findings_found.iter().flat_map(|finding| &finding.labels);
        let noted = labels.filter(|label| label.text.starts_with("may be exempt")).count();
        assert_eq!((findings_found.len(), noted), (findings, notes));
    }
}

/// URLs of services, each with its Supabase project.
fn projects(urls: &[(&'static str, State)]) -> World {
    let mut world = World::new();
    for (number, (service, project)) in urls.iter().enumerate() {
        let document = world.document("dotenv", &format!("prod/{number}.env"), *service, "prod");
        let variable = variable(document.source, 0, &format!("URL_{number}"), "MADEUP");
        let url = Fact::new(Kind::Url, span(document.source, 40..46))
            .with_state(Field::Project, moved(project, document.source))
            .standing_in(0);
        world.add(document, vec![variable, url]);
    }
    world
}

const SAME: &str = "same: { url: {}, field: project, within: [service] }\nsays: is of another project";

#[test]
fn same_compares_within_a_group() {
    let project = |letter: char| text(&letter.to_string().repeat(20));
    for (urls, findings, undecided, what) in [
        (vec![("api", project('a')), ("api", project('a'))], 0, 0, "they agree"),
        (vec![("api", project('a')), ("api", project('b'))], 1, 0, "they disagree"),
        (vec![("api", project('a')), ("worker", project('b'))], 0, 0, "two groups"),
        (vec![("api", project('a')), ("api", absent())], 0, 0, "absent equals nothing, and contradicts nothing"),
        (vec![("api", unknown())], 0, 0, "nobody to compare with"),
        (vec![("api", unknown()), ("worker", project('a'))], 0, 0, "nobody in its group"),
        (vec![("api", unknown()), ("api", project('a'))], 0, 1, "an unknown value"),
        (vec![("api", unknown()), ("api", project('a')), ("api", project('b'))], 1, 0, "it is broken already"),
        (vec![("?", project('a')), ("api", project('b'))], 0, 1, "an unknown group"),
        (vec![("?", project('a'))], 0, 0, "an unknown group, and nobody else"),
        (vec![("?", absent()), ("api", project('b'))], 0, 0, "an unknown group, and nothing to say in it"),
    ] {
        assert_eq!(counts(&projects(&urls), &policy("p", SAME)), (findings, undecided), "{what}");
    }
}

#[test]
fn hidden_names_are_not_one_name() {
    let mut world = World::new();
    world.env("dotenv", "api", "prod", &[("(hidden name)", "MADEUP-one"), ("(hidden name)", "MADEUP-two"), ("A", "1")]);
    let text = policy("p", "same: { variable: {}, field: value, within: [service, environment, name] }\nsays: differs");
    assert_eq!(counts(&world, &text), (0, 2));
}

#[test]
fn the_minority_is_the_primary_place() {
    let project = |letter: char| text(&letter.to_string().repeat(20));
    for (urls, primary) in [
        (vec![project('a'), project('b'), project('b')], "URL_0"),
        (vec![project('b'), project('a'), project('b')], "URL_1"),
        (vec![project('b'), project('b'), project('a')], "URL_2"),
        (vec![project('a'), project('b')], "URL_0"),
    ] {
        let urls: Vec<(&'static str, State)> = urls.into_iter().map(|url| ("api", url)).collect();
        let findings = projects(&urls).judge(&policy("p", SAME)).findings;
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, format!("{primary} of api in prod is of another project"));
        assert_eq!(findings[0].labels.len(), urls.len(), "every other place, and the policy");
    }
}

#[test]
fn labels_of_same_tell_what_may_be_told() {
    let project = |letter: char| text(&letter.to_string().repeat(20));
    let urls = [("api", project('a')), ("api", project('b')), ("api", project('b'))];
    let findings = projects(&urls).judge(&policy("p", SAME)).findings;
    assert_eq!(findings[0].note, "project is `aaaaaaaaaaaaaaaaaaaa`");
    assert_eq!(findings[0].labels[0].text, "project is `bbbbbbbbbbbbbbbbbbbb` in URL_1 of api in prod");
    let mut world = World::new();
    world.env("dotenv", "api", "prod", &[("KEY", "MADEUP-one")]);
    world.env("railway-variables", "api", "prod", &[("KEY", "MADEUP-two")]);
    let text = policy("p", "same: { variable: {}, field: value, within: [service, environment, name] }\nsays: differs");
    let findings = world.judge(&text).findings;
    assert_eq!(findings[0].note, "this one differs");
    assert_eq!(findings[0].labels[0].text, "another in KEY of api in prod");
}
