//! Conditions on one field: every word in every state of the field.

use super::*;
use crate::policy::model::Shape;

/// What a condition says of a fact of `kind` with these fields.
fn truth(kind: &str, fields: &[(Field, State)], selection: &str) -> char {
    let mut world = World::new();
    let document = world.document("dotenv", "prod/api.env", "api", "prod");
    let mut fact = Fact::new(Kind::named(kind).unwrap(), here());
    fields.iter().for_each(|(field, state)| fact.set(*field, state.clone()));
    world.add(document, vec![fact]);
    judge(&world, kind, selection)
}

/// What a selection says of the first fact of its kind.
fn judge(world: &World, kind: &str, selection: &str) -> char {
    let types = "
  one-of-two: { says: is one of two, value: [INFO, WARNING] }
  settings: { says: is JSON with a level, json_schema: schema.json }
  pooler: { says: is the pooler, connection: { port: 6543 } }
";
    let set = load_with(&policy("p", &format!("forbid: {{ {kind}: {selection} }}")), types);
    let Shape::Forbid(facts) = &set.policies[0].shape else { panic!("no forbid") };
    let context = Context::new(&world.facts, &set, &[], HashSet::new());
    letter(&context.selection(world.facts.of_kind(Kind::named(kind).unwrap())[0], &facts[0].selection))
}

/// The states of a table, in its columns: a value that fits, one that does not, the fitting one where nothing is written,
/// nothing, and something that cannot be known.
fn columns(fits: State, other: State) -> [State; 5] {
    [fits.clone(), other, defaulted(fits), absent(), unknown()]
}

#[test]
fn every_word_in_every_state_of_its_field() {
    let port = || columns(number(6543), number(5432));
    let mode = || columns(word("require"), word("prefer"));
    let host = || columns(text("db.example.com"), text("other.example.com"));
    let role = || columns(text("service_role"), text("anon"));
    #[rustfmt::skip]
    let table: Vec<(Field, &str, [State; 5], &str)> = vec![
        //                                                            fits, other, defaulted, absent, unknown
        (Field::Port, "6543", port(),                                         "TFTFU"),
        (Field::Port, "[6543, 6544]", port(),                                 "TFTFU"),
        (Field::Port, "{ any: [6543, { at_least: 7000 }] }", port(),          "TFTFU"),
        (Field::Port, "{ not: 5432 }", port(),                                "TFTFU"),
        (Field::Port, "{ not: [5432, 5433] }", port(),                        "TFTFU"),
        (Field::Port, "{ not: { not: 6543 } }", port(),                       "TFTFU"),
        (Field::Port, "{ at_least: 6543 }", port(),                           "TFTFU"),
        (Field::Port, "{ at_least: 6000, at_most: 7000 }", port(),            "TFTFU"),
        (Field::Port, "{ at_most: 6543 }", columns(number(1), number(7000)),  "TFTFU"),
        (Field::Sslmode, "require", mode(),                                   "TFTFU"),
        (Field::Sslmode, "{ at_least: allow }", mode(),                       "TTTFU"),
        (Field::Sslmode, "{ at_least: require }", mode(),                     "TFTFU"),
        (Field::Sslmode, "{ at_most: prefer }", mode(),                       "FTFFU"),
        (Field::Sslmode, "{ not: { at_least: require } }", mode(),            "FTFFU"),
        (Field::Host, "db.example.com", host(),                               "TFTFU"),
        (Field::Host, "{ matches: 'db\\..*' }", host(),                       "TFTFU"),
        (Field::Host, "{ matches: 'db' }", host(),                            "FFFFU"),
        (Field::Host, "{ matches: 'b\\.example\\.com' }", host(),             "FFFFU"),
        (Field::Role, "service_*", role(),                                    "TFTFU"),
        (Field::Role, "{ param: locked }", role(),                            "TFTFU"),
        (Field::Role, "{ not: { param: locked } }", role(),                   "FTFFU"),
        (Field::Role, "{ same_as: project }", role(),                         "FFFFU"),
        // Nothing but `set: false` is true of what is not there, also where it is one of several words.
        (Field::Role, "{ set: true }", role(),                                "TTFFU"),
        (Field::Role, "{ set: false }", role(),                               "FFTTU"),
        (Field::Role, "{ not: { set: true } }", role(),                       "FFTFU"),
        (Field::Role, "{ not: { set: false } }", role(),                      "TTFFU"),
        (Field::Role, "[anon, { set: false }]", role(),                       "FTTTU"),
        (Field::Role, "{ set: false, not: anon }", role(),                    "FFTFU"),
        (Field::Role, "{ set: true, not: anon }", role(),                     "TFFFU"),
    ];
    for (field, condition, states, expected) in table {
        let selection = format!("{{ {field}: {condition} }}");
        let found: String =
            states.iter().map(|state| truth("connection", &[(field, state.clone())], &selection)).collect();
        assert_eq!(found, expected, "{field}: {condition}");
    }
}

#[test]
fn booleans_and_secrets() {
    for (condition, expected) in [("true", "TFTFU"), ("{ not: false }", "TFTFU"), ("[true, false]", "TTTFU")] {
        let states = columns(yes(true), yes(false));
        let found = states.iter().map(|state| {
            truth(
                "credential",
                &[(Field::Is, word("password")), (Field::Secret, state.clone())],
                &format!("{{ secret: {condition} }}"),
            )
        });
        assert_eq!(found.collect::<String>(), expected, "{condition}");
    }
    for (condition, expected) in [
        ("INFO", "TFTFU"),
        ("[INFO, WARNING]", "TFTFU"),
        ("{ matches: 'I.*' }", "TFTFU"),
        ("{ is_a: one-of-two }", "TFTFU"),
        ("{ not: { is_a: one-of-two } }", "FTFFU"),
    ] {
        let states = columns(secret("INFO"), secret("MADEUP-level"));
        let found = states
            .iter()
            .map(|state| truth("variable", &[(Field::Value, state.clone())], &format!("{{ value: {condition} }}")));
        assert_eq!(found.collect::<String>(), expected, "{condition}");
    }
}

#[test]
fn a_list_has_an_item_that_is_so() {
    let list = |items: &[&str]| State::Stated(Value::List(items.iter().map(|item| (*item).into()).collect()), here());
    let states = || columns(list(&["src/**", "Cargo.toml"]), list(&["docs/**"]));
    for (condition, expected) in [
        ("{ has: 'src/**' }", "TFTFU"),
        ("{ has: ['src/**', 'web/**'] }", "TFTFU"),
        ("{ has: { not: 'docs/**' } }", "TFTFU"),
        ("{ not: { has: 'src/**' } }", "FTFFU"),
        ("{ set: true }", "TTFFU"),
    ] {
        let found = states().map(|state| {
            truth("deploy", &[(Field::WatchPatterns, state)], &format!("{{ watch_patterns: {condition} }}"))
        });
        assert_eq!(found.iter().collect::<String>(), expected, "{condition}");
    }
    assert_eq!(
        truth("deploy", &[(Field::WatchPatterns, list(&[]))], "{ watch_patterns: { has: '*' } }"),
        'F',
        "of none"
    );
}

#[test]
fn json_is_judged_by_its_schema() {
    for (value, expected) in [
        (secret(r#"{"level": "MADEUP"}"#), 'T'),
        (secret("{}"), 'F'),
        (secret("level: MADEUP"), 'F'),
        (secret(""), 'F'),
        (absent(), 'F'),
        (unknown(), 'U'),
    ] {
        assert_eq!(
            truth("variable", &[(Field::Value, value.clone())], "{ value: { is_a: settings } }"),
            expected,
            "{value:?}"
        );
    }
}

#[test]
fn a_value_is_a_fact_where_it_is_exactly_one_and_nothing_else() {
    let connection = |port: State, whole: bool| {
        let mut fact = Fact::new(Kind::Connection, here()).with_state(Field::Port, port).standing_in(0);
        fact.whole = whole;
        fact
    };
    let known = || secret("postgresql://MADEUP");
    for (value, inner, expected, what) in [
        (known(), vec![connection(number(6543), true)], 'T', "the whole value"),
        (known(), vec![connection(number(5432), true)], 'F', "another port"),
        (known(), vec![connection(unknown(), true)], 'U', "a port that cannot be known"),
        (known(), vec![connection(number(6543), false)], 'F', "a part of the value"),
        (known(), vec![], 'F', "no connection at all"),
        (known(), vec![connection(number(6543), true), connection(number(6543), true)], 'F', "two hosts are two facts"),
        (unknown(), vec![connection(number(6543), true)], 'T', "a reference somewhere else in it"),
        (unknown(), vec![connection(number(5432), true)], 'F', "wrong whatever the reference is"),
        (unknown(), vec![], 'U', "a reference"),
        (absent(), vec![], 'F', "nothing"),
    ] {
        let mut world = World::new();
        let document = world.document("dotenv", "prod/api.env", "api", "prod");
        let variable = Fact::new(Kind::Variable, here()).with_state(Field::Value, value);
        world.add(document, [vec![variable], inner].concat());
        assert_eq!(judge(&world, "variable", "{ value: { is_a: pooler } }"), expected, "{what}");
        let negated = match expected {
            'T' => 'F',
            'F' if what != "nothing" => 'T',
            other => other,
        };
        assert_eq!(judge(&world, "variable", "{ value: { not: { is_a: pooler } } }"), negated, "not: {what}");
    }
}

#[test]
fn labels_are_compared_in_all_their_spellings() {
    let world = |value: State, environment: &'static str| {
        let mut world = World::new();
        let document = world.document("dotenv", "prod/api.env", "api", environment);
        world.add(document, vec![Fact::new(Kind::Variable, here()).with_state(Field::Value, value)]);
        world
    };
    for (value, environment, expected) in [
        (secret("prod"), "prod", 'T'),
        (secret("production"), "prod", 'T'),
        (secret("Production"), "prod", 'F'),
        (secret("production"), "dev", 'F'),
        (secret("dev"), "dev", 'T'),
        (absent(), "prod", 'F'),
        (unknown(), "prod", 'U'),
        (secret("prod"), "?", 'U'),
    ] {
        let world = world(value.clone(), environment);
        for selection in ["{ value: { same_as: environment } }", "{ environment: { same_as: value } }"] {
            assert_eq!(judge(&world, "variable", selection), expected, "{selection}: {value:?} in {environment}");
        }
    }
    for (condition, environment, expected) in [
        ("production", "prod", 'T'),
        ("{ param: production }", "prod", 'T'),
        ("pro*", "prod", 'T'),
        ("{ not: production }", "prod", 'F'),
        ("production", "dev", 'F'),
        ("production", "?", 'U'),
        ("{ not: production }", "?", 'U'),
    ] {
        let world = world(secret("MADEUP"), environment);
        let found = judge(&world, "variable", &format!("{{ environment: {condition} }}"));
        assert_eq!(found, expected, "{condition} in {environment}");
    }
}

#[test]
fn kleene() {
    let values = ['T', 'F', 'U'];
    let doubt =
        || Truth::Unknown(crate::rule::Doubt { fact: FactId(0), span: here(), cause: Cause::new("is unknown", "") });
    let of = |letter: char| match letter {
        'T' => Truth::True,
        'F' => Truth::False,
        _ => doubt(),
    };
    let and = ["TFU", "FFF", "UFU"];
    let or = ["TTT", "TFU", "TUU"];
    for (row, one) in values.iter().enumerate() {
        let all: String = values.iter().map(|other| letter(&Truth::all([of(*one), of(*other)]))).collect();
        let any: String = values.iter().map(|other| letter(&Truth::any([of(*one), of(*other)]))).collect();
        assert_eq!((all.as_str(), any.as_str()), (and[row], or[row]), "{one}");
    }
    let not: String = values.iter().map(|value| letter(&!of(*value))).collect();
    assert_eq!(not, "FTU");
    assert_eq!((letter(&Truth::all([])), letter(&Truth::any([]))), ('T', 'F'), "of nothing");
}

#[test]
fn selections_combine_as_kleene_says() {
    let states = |port: State, role: State| vec![(Field::Port, port), (Field::Role, role)];
    // port is 6543 in T, 5432 in F; role is anon in T, postgres in F.
    let port = |letter: char| match letter {
        'T' => number(6543),
        'F' => number(5432),
        'A' => absent(),
        _ => unknown(),
    };
    let role = |letter: char| match letter {
        'T' => text("anon"),
        'F' => text("postgres"),
        'A' => absent(),
        _ => unknown(),
    };
    for (one, other, and, or) in [
        ('T', 'T', 'T', 'T'),
        ('T', 'F', 'F', 'T'),
        ('T', 'U', 'U', 'T'),
        ('F', 'F', 'F', 'F'),
        ('F', 'U', 'F', 'U'),
        ('U', 'U', 'U', 'U'),
        ('A', 'T', 'F', 'T'),
        ('A', 'U', 'F', 'U'),
        ('A', 'A', 'F', 'F'),
    ] {
        let fields = states(port(one), role(other));
        let flipped = |letter: char| match letter {
            'T' => 'F',
            'F' => 'T',
            other => other,
        };
        let judge = |selection: &str| truth("connection", &fields, selection);
        assert_eq!(judge("{ port: 6543, role: anon }"), and, "{one}{other}");
        assert_eq!(judge("{ any: [{ port: 6543 }, { role: anon }] }"), or, "any {one}{other}");
        // A selection's `not` is of the selection: what is absent does not fit, and that is what was asked.
        assert_eq!(judge("{ not: { port: 6543, role: anon } }"), flipped(and), "not both {one}{other}");
        assert_eq!(judge("{ not: { any: [{ port: 6543 }, { role: anon }] } }"), flipped(or), "neither {one}{other}");
    }
    assert_eq!(
        truth("connection", &states(absent(), absent()), "{ not: { port: 6543 } }"),
        'T',
        "the selection's `not`"
    );
    assert_eq!(truth("connection", &states(absent(), absent()), "{ port: { not: 6543 } }"), 'F', "the field's `not`");
    assert_eq!(truth("connection", &states(absent(), absent()), "{}"), 'T', "nothing is asked");
}
