//! Facts of two databases are never compared, nor partners of each other.

use super::*;
use crate::fact::History;

/// A world of two histories of migrations and exports of two environments, each with facts of a kind.
fn world(documents: &[(&'static str, &'static str, Vec<Fact>)]) -> World {
    let mut world = World::new();
    for (number, (kind, of, facts)) in documents.iter().enumerate() {
        let environment = if *kind == "catalog-export" { *of } else { "?" };
        let mut document = world.document(kind, &format!("{of}/{number}"), "?", environment);
        let source = document.source;
        if *kind == "migration" {
            document.history = Some(History { of: (*of).into(), runs: true });
        }
        let place = |line: usize| span(source, line * 100..line * 100 + 10);
        let moved_fact = |(line, fact): (usize, &Fact)| {
            let new = Fact::new(fact.kind, place(line));
            fact.fields().iter().fold(new, |new, (field, state)| new.with_state(*field, moved(state, source)))
        };
        let facts = facts.iter().enumerate().map(moved_fact).collect();
        world.add(document, facts);
    }
    world
}

fn table(name: &str, rls: bool) -> Fact {
    let place = Span::point(SourceId(0), 0);
    Fact::new(Kind::Table, place).with(Field::Table, name, place).with(Field::Rls, rls, place)
}

fn grant(on: &str, to: &str) -> Fact {
    let place = Span::point(SourceId(0), 0);
    Fact::new(Kind::Grant, place).with(Field::Table, on, place).with(Field::Grantee, to, place)
}

#[test]
fn groups_are_of_one_database() {
    let distinct = policy("p", "distinct: { table: {}, by: [table] }");
    let same = policy("p", "same: { table: {}, field: rls, within: [table] }");
    let (a, b) = (|rls| ("migration", "a", vec![table("t", rls)]), |rls| ("migration", "b", vec![table("t", rls)]));
    let export = |of, rls| ("catalog-export", of, vec![table("t", rls)]);
    #[rustfmt::skip]
    let cases = [
        ("two histories", vec![a(true), b(false)], 0, 0),
        ("two migrations of one history", vec![a(true), a(false)], 1, 1),
        ("both, and another history", vec![a(true), a(false), b(true)], 1, 1),
        ("exports of two environments", vec![export("prod", true), export("dev", false)], 0, 0),
        ("two exports of one environment", vec![export("prod", true), export("prod", false)], 1, 1),
        ("a history and an export", vec![a(true), export("prod", false)], 1, 1),
        ("a history, an export that says the same, and one that does not", vec![a(true), export("prod", true), export("dev", false)], 2, 1),
        ("two histories and what differs in one of them, beside exports without such facts", vec![a(true), a(false), b(true), ("catalog-export", "prod", vec![table("u", true)]), ("catalog-export", "dev", vec![table("u", true)])], 1, 1),
    ];
    for (what, documents, equal, differ) in cases {
        let world = world(&documents);
        assert_eq!(world.judge(&distinct).findings.len(), equal, "distinct: {what}");
        assert_eq!(world.judge(&same).findings.len(), differ, "same: {what}");
    }
}

#[test]
fn facts_of_no_database_are_compared_across_everything() {
    let text = policy("p", "distinct: { mention: {}, by: [project] }");
    let place = Span::point(SourceId(0), 0);
    let mention = || vec![Fact::new(Kind::Mention, place).with(Field::Project, "abcdefghijklmnopqrst", place)];
    let world = world(&[("migration", "a", mention()), ("migration", "b", mention())]);
    assert_eq!(world.judge(&text).findings.len(), 1);
}

#[test]
fn partners_are_of_one_database() {
    let text = policy(
        "p",
        "forbid: { table: { rls: false, beside: { grant: { grantee: anon }, sharing: [table], in: history } } }",
    );
    for (what, first, second, found) in [
        ("two histories", ("migration", "a"), ("migration", "b"), 0),
        ("one history", ("migration", "a"), ("migration", "a"), 1),
        ("two environments", ("catalog-export", "prod"), ("catalog-export", "dev"), 0),
        ("one environment", ("catalog-export", "prod"), ("catalog-export", "prod"), 1),
        ("a history and an environment", ("migration", "a"), ("catalog-export", "prod"), 1),
    ] {
        let world =
            world(&[(first.0, first.1, vec![table("t", false)]), (second.0, second.1, vec![grant("t", "anon")])]);
        assert_eq!(world.judge(&text).findings.len(), found, "{what}");
    }
}
