//! Joins: which partner counts, and what stands in for one that nobody knows.

use super::*;
use crate::policy::model::Shape;

const DROP_FIRST: &str = "preceded_by: { operation: { is: drop_policy, if_exists: true }, sharing: [table, name] }";

fn drop_policy(table: &str, name: &str) -> Line {
    op("drop_policy", table, name).with(Field::IfExists, yes(true))
}

fn create_policy() -> Line {
    op("create_policy", "public.t", "p")
}

/// What a join says of the fact that `create_policy` makes, in migrations of these lines.
fn judge(join: &str, migrations: Vec<(&str, Vec<Line>)>) -> char {
    let mut world = World::new();
    for (path, lines) in migrations {
        world.migration(path, lines);
    }
    of(&world, join, "create_policy")
}

fn of(world: &World, join: &str, is: &str) -> char {
    let set = load(&policy("p", &format!("forbid:\n  operation:\n    {join}")));
    let Shape::Forbid(facts) = &set.policies[0].shape else { panic!("no forbid") };
    let context = Context::new(&world.facts, &set, &[], HashSet::new());
    let mut ids = world.facts.of_kind(Kind::Operation).iter();
    let id = ids.find(|id| world.facts.get(**id, Field::Is).text() == Some(is)).unwrap();
    letter(&context.selection(*id, &facts[0].selection))
}

fn one(join: &str, lines: Vec<Line>) -> char {
    judge(join, vec![("1_a.sql", lines)])
}

#[test]
fn the_side_counts() {
    let before = || vec![drop_policy("public.t", "p"), create_policy()];
    let behind = || vec![create_policy(), drop_policy("public.t", "p")];
    for (side, first, last) in [("preceded_by", 'T', 'F'), ("followed_by", 'F', 'T'), ("beside", 'T', 'T')] {
        let join = DROP_FIRST.replace("preceded_by", side);
        assert_eq!((one(&join, before()), one(&join, behind())), (first, last), "{side}");
        assert_eq!(one(&format!("not: {{ {join} }}"), before()), if first == 'T' { 'F' } else { 'T' }, "not {side}");
    }
    assert_eq!(one(DROP_FIRST, vec![create_policy()]), 'F', "nobody is there");
    let itself = "beside: { operation: { is: create_policy }, sharing: [table] }";
    assert_eq!(one(itself, vec![create_policy()]), 'F', "nobody stands beside itself");
}

#[test]
fn partners_share_what_is_known_of_both() {
    let bare = |table: State, name: State| {
        op("drop_policy", "", "").with(Field::IfExists, yes(true)).with(Field::Table, table).with(Field::Name, name)
    };
    for (partner, expected, what) in [
        (drop_policy("public.t", "p"), 'T', "the same"),
        (drop_policy("public.other", "p"), 'F', "another table"),
        (drop_policy("public.t", "q"), 'F', "another name"),
        (op("drop_policy", "public.t", "p").with(Field::IfExists, yes(false)), 'F', "without IF EXISTS"),
        (op("drop_policy", "public.t", "p").with(Field::IfExists, unknown()), 'U', "perhaps with IF EXISTS"),
        (bare(unknown(), text("p")), 'U', "a table that cannot be known"),
        (bare(unknown(), text("q")), 'F', "a table that cannot be known, and another name"),
        (bare(absent(), text("p")), 'F', "absent equals nothing"),
        (op("drop_trigger", "public.t", "p").with(Field::IfExists, yes(true)), 'F', "another statement"),
        (opaque(), 'U', "dynamic SQL may be the partner"),
        (unread(), 'U', "a statement that nobody could read may be the partner"),
    ] {
        assert_eq!(one(DROP_FIRST, vec![partner, create_policy()]), expected, "{what}");
    }
    // And the other way round: the judged fact is the one that is not known.
    for (table, expected, what) in [(unknown(), 'U', "its own table is unknown"), (absent(), 'F', "it has no table")] {
        let judged = || op("create_policy", "", "p").with(Field::Table, table.clone());
        assert_eq!(one(DROP_FIRST, vec![drop_policy("public.t", "p"), judged()]), expected, "{what}");
        assert_eq!(one(DROP_FIRST, vec![drop_policy("public.t", "q"), judged()]), 'F', "{what}, another name");
        let unread_first = if expected == 'U' { 'U' } else { 'F' };
        assert_eq!(one(DROP_FIRST, vec![unread(), judged()]), unread_first, "{what}, an unread statement");
    }
}

#[test]
fn one_partner_that_is_known_is_enough() {
    assert_eq!(one(DROP_FIRST, vec![opaque(), unread(), drop_policy("public.t", "p"), create_policy()]), 'T');
    assert_eq!(one(DROP_FIRST, vec![create_policy(), opaque(), unread()]), 'F', "what stands behind is not before");
}

#[test]
fn the_reach_counts() {
    let join = |reach: &str| DROP_FIRST.replace("sharing", &format!("in: {reach}, sharing"));
    let (begin, commit) = (|| op("begin", "", ""), || op("commit", "", ""));
    let before = || drop_policy("public.t", "p");
    #[rustfmt::skip]
    let table = [
        //                                                    statement transaction document history
        ("in the same statement", vec![begin(), op("do_block", "", ""), before().inside("do-block"), create_policy().inside("do-block"), commit()], "TTTT"),
        ("in the same transaction", vec![begin(), before(), create_policy(), commit()], "FTTT"),
        ("in another transaction", vec![begin(), before(), commit(), begin(), create_policy(), commit()], "FFTT"),
        ("after the commit", vec![begin(), before(), commit(), create_policy()], "FFTT"),
        ("behind", vec![create_policy(), before()], "FFFF"),
    ];
    for (what, lines, expected) in table {
        let mut world = World::new();
        world.migration("1_a.sql", lines);
        let found: String = ["statement", "transaction", "document", "history"]
            .map(|reach| of(&world, &join(reach), "create_policy"))
            .iter()
            .collect();
        assert_eq!(found, expected, "{what}");
    }
    let files = |first: Vec<Line>, second: Vec<Line>| vec![("1_a.sql", first), ("2_b.sql", second)];
    for (reach, earlier, later) in
        [("statement", 'F', 'F'), ("transaction", 'F', 'F'), ("document", 'F', 'F'), ("history", 'T', 'F')]
    {
        assert_eq!(
            judge(&join(reach), files(vec![before()], vec![create_policy()])),
            earlier,
            "{reach}, an older file"
        );
        assert_eq!(judge(&join(reach), files(vec![create_policy()], vec![before()])), later, "{reach}, a newer file");
    }
}

#[test]
fn what_is_unread_counts_as_far_as_the_join_reaches() {
    let join = |reach: &str| DROP_FIRST.replace("sharing", &format!("in: {reach}, sharing"));
    for (reach, same_file, older_file) in [("statement", 'F', 'F'), ("document", 'U', 'F'), ("history", 'U', 'U')] {
        assert_eq!(one(&join(reach), vec![unread(), create_policy()]), same_file, "{reach}, the same file");
        let files = vec![("1_a.sql", vec![unread()]), ("2_b.sql", vec![create_policy()])];
        assert_eq!(judge(&join(reach), files), older_file, "{reach}, an older file");
    }
    assert_eq!(
        one(&join("transaction"), vec![unread(), op("commit", "", ""), create_policy()]),
        'F',
        "it was committed"
    );
    let mut world = World::new();
    let mut env = world.document("dotenv", "prod/api.env", "api", "prod");
    env.unread.push(Span::point(env.source, 5));
    world.add(env, Vec::new());
    world.migration("1_a.sql", vec![create_policy()]);
    assert_eq!(of(&world, &join("history"), "create_policy"), 'F', "no operation stands in an env file");
}

#[test]
fn a_function_body_has_partners_in_that_body_only() {
    let function = || op("create_function", "", "f");
    let body = |line: Line| line.inside("function-body");
    let dynamic = |line: Line| line.inside("dynamic");
    let before = || drop_policy("public.t", "p");
    #[rustfmt::skip]
    let table = [
        ("both in one body", vec![function(), body(before()), body(create_policy())], 'T'),
        ("the partner at the top level", vec![before(), function(), body(create_policy())], 'F'),
        ("the judged one at the top level", vec![function(), body(before()), create_policy()], 'F'),
        ("two bodies", vec![function(), body(before()), function(), body(create_policy())], 'F'),
        ("dynamic SQL of a body, for the top level", vec![function(), dynamic(before()), create_policy()], 'F'),
        ("dynamic SQL of the same body", vec![function(), dynamic(before()), body(create_policy())], 'T'),
        ("a DO block runs where it stands", vec![op("do_block", "", ""), before().inside("do-block"), create_policy()], 'T'),
        ("dynamic SQL of a DO block too", vec![op("do_block", "", ""), dynamic(before()), create_policy()], 'T'),
        ("unread at the top level, for a body", vec![unread(), function(), body(create_policy())], 'F'),
        ("unread in the body of another", vec![function(), Line { starts_statement: false, ..unread() }, create_policy()], 'F'),
        ("unread in the same body", vec![function(), Line { starts_statement: false, ..unread() }, body(create_policy())], 'U'),
    ];
    for (what, lines, expected) in table {
        let mut world = World::new();
        world.migration("1_a.sql", lines);
        for reach in ["document", "history"] {
            let join = DROP_FIRST.replace("sharing", &format!("in: {reach}, sharing"));
            assert_eq!(of(&world, &join, "create_policy"), expected, "{what}, in: {reach}");
        }
    }
}

#[test]
fn a_long_script_is_judged_in_linear_time() {
    let mut world = World::new();
    let names: Vec<String> = (0..20_000).map(|number| format!("p{number}")).collect();
    let pairs = names.iter().flat_map(|name| [drop_policy("public.t", name), op("create_policy", "public.t", name)]);
    world.migration("1_a.sql", pairs.collect());
    let text = policy("idempotent", &format!("expect:\n  operation: {{ is: create_policy }}\n  to:\n    {DROP_FIRST}"));
    let evaluation = world.judge(&text);
    assert!(evaluation.findings.is_empty() && evaluation.undecided.is_empty());
}
