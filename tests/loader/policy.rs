//! The keys of a policy and the shapes.

use super::broken::{assert_rules, assert_said, file_of, pack};

#[test]
fn keys_of_a_policy() {
    assert_rules(&[
        (
            "forbid: { url: {} }\n    severty: error",
            &[("severty", "policy `a-policy` has no key `severty`", "did you mean `severity`?")],
        ),
        (
            "forbid: { url: {} }\n    why: It breaks.",
            &[("why", "policy `a-policy` has the key `why` twice", "Keep one of the two")],
        ),
        ("forbid: { url: {} }\n    see: 4.4", &[("4.4", "`see` is a number, and must be text", "quote it")]),
        (
            "forbid: { url: {} }\n    waivable: sometimes",
            &[("sometimes", "`waivable` is text, and must be true or false", "")],
        ),
        ("forbid: { url: {} }\n    from: yesterday", &[("yesterday", "`from` must be a date", "YYYY-MM-DD")]),
        ("forbid: { url: {} }\n    until: 2026-02-29", &[("2026-02-29", "`until` must be a date", "YYYY-MM-DD")]),
        (
            "forbid: { url: {} }\n    from: 2026-12-01\n    until: 2026-11-01",
            &[("2026-11-01", "`until` is before `from`", "never be in force")],
        ),
        ("forbid: { url: {} }\n    also_known_as: [Old_Name]", &[("Old_Name", "`Old_Name` is no policy id", "")]),
        ("forbid: { url: {} }\n    at: hst", &[("hst", "no fact `url` has a field `hst`", "did you mean `host`?")]),
        (
            "forbid: { url: {} }\n    unless: { host: a }",
            &[("{ host: a }", "`unless` is a list of selections", "Write `unless: [ { … } ]`")],
        ),
        ("forbid: { url: {} }\n    unless: [{ rls: true }]", &[("rls", "no fact `url` has a field `rls`", "")]),
    ]);
}

#[test]
fn what_must_be_there() {
    let file = file_of("forbid: { url: {} }");
    for (line, at, message) in [
        ("    severity: error\n", "why", "policy `a-policy` lacks `severity`"),
        ("    why: It breaks the service.\n", "severity", "policy `a-policy` lacks `why`"),
        ("    fix: Mend it.\n", "severity", "policy `a-policy` lacks `fix`"),
        ("    says: breaks it\n", "severity", "policy `a-policy` lacks `says`"),
        ("    forbid: { url: {} }\n", "severity", "policy `a-policy` has no rule"),
        ("version: 1\n", "policies", "a policy file lacks `version`"),
    ] {
        assert!(file.contains(line));
        assert_said(line, &pack(&[("a.yaml", &file.replace(line, ""))]), &[(at, message, "")]);
    }
}

#[test]
fn severities() {
    let file =
        |severity: &str| file_of("forbid: { url: {} }").replace("severity: error", &format!("severity: {severity}"));
    for (severity, at, message, hint) in [
        ("warn", "warn", "`severity` cannot be `warn`", "did you mean `warning`?"),
        ("fatal", "fatal", "`severity` cannot be `fatal`", "Known are: info, warning, error"),
        ("[error]", "[error]", "`severity` is a list", "not text"),
        ("{ prod: error }", "prod", "`severity` lacks \"*\"", "everywhere else"),
    ] {
        assert_said(severity, &pack(&[("a.yaml", &file(severity))]), &[(at, message, hint)]);
    }
    let both = file("{ prod: eror, dev: inf, \"*\": wraning }");
    let wanted = [
        ("eror", "cannot be `eror`", "`error`"),
        ("inf", "cannot be `inf`", "`info`"),
        ("wraning", "`wraning`", "`warning`"),
    ];
    assert_said("all levels", &pack(&[("a.yaml", &both)]), &wanted);
}

#[test]
fn ids() {
    let one = file_of("forbid: { url: {} }");
    assert_said(
        "an id",
        &pack(&[("a.yaml", &one.replace("a-policy", "A_Policy"))]),
        &[("A_Policy", "`A_Policy` is no policy id", "lower-case words")],
    );
    let again = one.lines().skip(2).collect::<Vec<_>>().join("\n");
    let said = pack(&[("a.yaml", &format!("{one}{again}\n"))]);
    assert_said("twice in a file", &said, &[("a-policy", "`policies` has the key `a-policy` twice", "")]);
    assert_eq!(said[0].line, 9, "the second one");
    let said = pack(&[("a.yaml", &one), ("b.yaml", &one)]);
    assert_said(
        "in two files",
        &said,
        &[("a-policy", "policy `a-policy` is there already, in test/a.yaml", "another id")],
    );
    assert_eq!(said[0].file, "test/b.yaml");
    let said = super::broken::packs(&[("one", &[("a.yaml", &one)]), ("two", &[("a.yaml", &one)])]);
    assert_said("in two packs", &said, &[("a-policy", "is there already, in one/a.yaml", "")]);
    let said = super::broken::packs(&[("one", &[("a.yaml", &one)]), ("one", &[("a.yaml", &one)])]);
    assert_said("a pack that is read twice", &said, &[("a-policy", "is there already, in one/a.yaml", "")]);
}

#[test]
fn shapes() {
    assert_rules(&[
        ("forbd: { url: {} }", &[("forbd", "policy `a-policy` has no key `forbd`", "did you mean `forbid`?")]),
        (
            "forbid: { url: {} }\n    expect: { url: {}, to: { hst: a } }",
            &[
                ("expect", "policy `a-policy` has two rules: `forbid` and `expect`", "Make two policies"),
                ("hst", "no fact `url` has a field `hst`", ""),
            ],
        ),
        ("forbid: {}", &[("{}", "`forbid` names no kind of fact", "For example")]),
        ("forbid: { url: {}, url: {} }", &[("url", "`forbid` has the key `url` twice", "")]),
        ("expect: { deploy: {} }", &[("deploy", "`expect` lacks `to`", "how the selected facts must be")]),
        ("expect: { deploy: {}, url: {}, to: { replicas: 1 } }", &[("url", "`expect` speaks of one kind of fact", "")]),
        (
            "expect: { deploy: {}, deploy: {}, to: { replicas: 1 } }",
            &[("deploy", "`expect` has the key `deploy` twice", "")],
        ),
        (
            "expect: { deploy: {}, too: { replicas: 1 } }",
            &[("too", "`too` is neither a kind of fact nor a key of `expect`", "did you mean `to`?")],
        ),
        (
            "require: { deploy: {}, each: { replicas: [1] } }",
            &[("replicas", "`each` counts names, and `replicas` is a number", "")],
        ),
        ("require: { deploy: {}, each: {} }", &[("{}", "`each` names no field", "")]),
        (
            "require: { deploy: {}, each: { servce: [api], bulder: [a] } }",
            &[
                ("servce", "has a field `servce`", "did you mean `service`?"),
                ("bulder", "has a field `bulder`", "did you mean `builder`?"),
            ],
        ),
        (
            "require: { deploy: {}, each: { service: [{ not: api }] } }",
            &[("not: api", "only names can be listed here", "{ param: … }")],
        ),
        ("distinct: { credential: {} }", &[("credential", "`distinct` lacks `by`", "")]),
        ("distinct: { credential: {}, by: [] }", &[("[]", "`by` names no field", "")]),
        (
            "distinct: { credential: {}, by: [valu], across: enviroment, at_most: 0 }",
            &[
                ("valu", "has a field `valu`", "did you mean `value`?"),
                ("enviroment", "has a field `enviroment`", "did you mean `environment`?"),
                ("0", "`at_most` must be at least 1", ""),
            ],
        ),
        (
            "distinct: { credential: {}, url: {}, by: [host] }",
            &[("host", "no fact `credential` has a field `host`", "")],
        ),
        ("same: { credential: {}, field: value }", &[("credential", "`same` lacks `within`", "")]),
        (
            "same: { credential: {}, feild: value, within: [servce] }",
            &[
                ("feild", "`feild` is neither a kind of fact nor a key of `same`", "did you mean `field`?"),
                ("servce", "has a field `servce`", "did you mean `service`?"),
            ],
        ),
    ]);
}

#[test]
fn a_broken_rule_hides_nothing_beside_it() {
    assert_rules(&[(
        "forbid: { url: { hst: a }, conection: { port: 1 } }\n    at: prt\n    from: never\n    unless: [{ hots: b }]",
        &[
            ("hst", "has a field `hst`", "`host`"),
            ("conection", "no kind of fact `conection`", "did you mean `connection`?"),
            ("prt", "has a field `prt`", ""),
            ("never", "`from` must be a date", ""),
            ("hots", "has a field `hots`", "`host`"),
        ],
    )]);
    let without = file_of("matrx: {}\n    unless: {}").replace("    fix: Mend it.\n", "");
    assert_said(
        "no shape",
        &pack(&[("a.yaml", &without)]),
        &[
            ("severity", "lacks `fix`", ""),
            ("matrx", "has no key `matrx`", "did you mean `matrix`?"),
            ("{}", "`unless` is a list of selections", ""),
        ],
    );
}
