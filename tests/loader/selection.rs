//! Kinds, fields, words and their arguments.

use super::broken::assert_rules;

#[test]
fn names_that_are_not_known() {
    assert_rules(&[
        (
            "forbid: { operaton: { is: truncate } }",
            &[("operaton", "no kind of fact `operaton`", "did you mean `operation`?")],
        ),
        ("forbid: { is: truncate }", &[("is", "no kind of fact `is`", "Known are: variable")]),
        (
            "forbid: { operation: { if_exist: true } }",
            &[("if_exist", "`operation` has a field `if_exist`", "did you mean `if_exists`?")],
        ),
        (
            "forbid: { operation: { colour: red } }",
            &[("colour", "has a field `colour`", "`preflight explain operation` lists its fields")],
        ),
        (
            "forbid: { operation: { is: drop_colum } }",
            &[("drop_colum", "`is` cannot be `drop_colum`", "did you mean `drop_column`?")],
        ),
        (
            "forbid: { operation: { is: [truncate, drop_tabel] } }",
            &[("drop_tabel", "cannot be `drop_tabel`", "`drop_table`")],
        ),
        (
            "forbid: { connection: { endpoint: sesion-pooler } }",
            &[("sesion-pooler", "`endpoint` cannot be", "did you mean `session-pooler`?")],
        ),
        (
            "forbid: { connection: { sslmode: tls } }",
            &[("tls", "`sslmode` cannot be `tls`", "Known are: disable, allow")],
        ),
        ("forbid: { variable: { document: dotnev } }", &[("dotnev", "`document` cannot be", "did you mean `dotenv`?")]),
        ("forbid: { variable: { name: { mathces: 'A.*' } } }", &[("mathces", "`mathces`", "did you mean `matches`?")]),
        ("forbid: { credential: { is: \"supbase-*\" } }", &[("\"supbase-*\"", "no credential fits `supbase-*`", "")]),
        ("forbid: { operation: { is: \"create_x*\" } }", &[("\"create_x*\"", "no operation fits `create_x*`", "")]),
        (
            "forbid: { variable: { name: { same_as: servce } } }",
            &[("servce", "has a field `servce`", "did you mean `service`?")],
        ),
    ]);
}

#[test]
fn what_a_fact_stands_in_is_offered() {
    assert_rules(&[
        (
            "forbid: { operation: { direction: revert } }",
            &[("direction", "has a field `direction`", "did you mean `migration.direction`?")],
        ),
        (
            "forbid: { connection: { name: DATABASE_URL } }",
            &[("name", "`connection` has a field `name`", "did you mean `variable.name`?")],
        ),
        (
            "forbid: { connection: { variable.nam: A } }",
            &[("variable.nam", "has a field `variable.nam`", "did you mean `variable.name`?")],
        ),
    ]);
}

#[test]
fn a_field_that_the_chosen_variant_lacks() {
    assert_rules(&[
        (
            "forbid: { operation: { is: create_policy, if_exists: true } }",
            &[("if_exists", "`create_policy` has no field `if_exists`", "It has: stands")],
        ),
        (
            "forbid: { operation: { if_exists: true, is: [drop_table, create_policy] } }",
            &[("if_exists", "`create_policy` has no field", "")],
        ),
        (
            "forbid: { operation: { is: { any: [create_policy] }, not: { cascade: true } } }",
            &[("cascade", "`create_policy` has no field `cascade`", "")],
        ),
        (
            "forbid: { operation: { is: create_policy, any: [{ name: a }, { cascade: true }] } }",
            &[("cascade", "`create_policy`", "")],
        ),
        (
            "expect: { operation: { is: create_policy }, to: { if_exists: true } }",
            &[("if_exists", "`create_policy` has no field", "")],
        ),
        (
            "forbid: { operation: { is: truncate } }\n    unless: [{ column: a }]",
            &[("column", "`truncate` has no field `column`", "")],
        ),
        (
            "forbid: { operation: { is: truncate } }\n    at: column",
            &[("column", "`truncate` has no field `column`", "")],
        ),
        (
            "distinct: { operation: { is: create_role }, by: [name, table] }",
            &[("table", "`create_role` has no field `table`", "")],
        ),
        (
            "same: { operation: { is: create_role }, field: table, within: [grantee] }",
            &[
                ("table", "`create_role` has no field `table`", ""),
                ("grantee", "`create_role` has no field `grantee`", ""),
            ],
        ),
        (
            "require: { operation: { is: create_role }, each: { table: [a.b] } }",
            &[("table", "`create_role` has no field `table`", "")],
        ),
        (
            "forbid: { operation: { is: create_policy, preceded_by: { operation: { is: drop_function }, sharing: [table, name] } } }",
            &[("table", "`drop_function` has no field `table`", "")],
        ),
        (
            "forbid: { operation: { is: create_policy, name: { same_as: column } } }",
            &[("column", "`create_policy` has no field `column`", "")],
        ),
    ]);
}

#[test]
fn arguments_of_the_wrong_type() {
    assert_rules(&[
        (
            "forbid: { connection: { port: \"5432\" } }",
            &[("\"5432\"", "`port` is text, and must be a whole number", "without quotes")],
        ),
        ("forbid: { connection: { port: 54.5 } }", &[("54.5", "`port`", "not a whole number")]),
        ("forbid: { connection: { port: pooler } }", &[("pooler", "`port` is text, and must be a whole number", "")]),
        (
            "forbid: { operation: { is: truncate, cascade: yes } }",
            &[("yes", "`cascade` is text, and must be true or false", "write `true`")],
        ),
        ("forbid: { operation: { is: truncate, cascade: 1 } }", &[("1", "`cascade` is a number", "not true or false")]),
        ("forbid: { variable: { name: 5 } }", &[("5", "`name` is a number, and must be text", "quote it")]),
        (
            "forbid: { variable: { value: true } }",
            &[("true", "`value` is true or false, and must be text", "quote it")],
        ),
        (
            "forbid: { migration: { version: 0001 } }",
            &[("0001", "`version` is a number, and must be text", "quote it")],
        ),
        ("forbid: { connection: { host: } }", &[("", "`host` is nothing", "")]),
        (
            "forbid: { deploy: { watch_patterns: \"apps/*\" } }",
            &[("\"apps/*\"", "`watch_patterns` is a list of names", "Write `{ has: … }`")],
        ),
        (
            "forbid: { operation: truncate }",
            &[("truncate", "a selection of `operation` is text, and must be a mapping", "")],
        ),
        ("forbid: truncate", &[("truncate", "`forbid` is text, and must be a mapping", "")]),
        ("forbid: { connection: { sslmode: [] } }", &[("[]", "a list of alternatives is empty", "")]),
        ("forbid: { connection: { sslmode: {} } }", &[("{}", "a condition is empty", "")]),
        (
            "forbid: { connection: { port: { set: yes } } }",
            &[("yes", "`set` is text, and must be true or false", "write `true`")],
        ),
    ]);
}

#[test]
fn words_that_do_not_fit_the_field() {
    assert_rules(&[
        (
            "forbid: { connection: { host: { at_least: a } } }",
            &[("at_least", "`at_least` asks of numbers and ordered enums, and `host` is text", "not for this field")],
        ),
        (
            "forbid: { connection: { endpoint: { at_most: direct } } }",
            &[("at_most", "`at_most` asks of numbers and ordered enums, and `endpoint` is an enum", "")],
        ),
        (
            "forbid: { connection: { sslmode: { at_least: required } } }",
            &[("required", "`sslmode` cannot be `required`", "did you mean `require`?")],
        ),
        ("forbid: { connection: { port: { at_least: low } } }", &[("low", "whole number", "")]),
        (
            "forbid: { variable: { name: { has: A } } }",
            &[("has", "`has` asks of list fields, and `name` is a name", "")],
        ),
        ("forbid: { connection: { port: { matches: '5.*' } } }", &[("matches", "`matches` asks of text", "")]),
        (
            "forbid: { operation: { is: { matches: 'drop_.*' } } }",
            &[("matches", "`matches` asks of text", "is: \"drop_*\"")],
        ),
        (
            "forbid: { connection: { host: { is_a: pooler } } }",
            &[("is_a", "`is_a` asks of the `value` of a variable", "")],
        ),
        (
            "forbid: { connection: { host: { same_as: port } } }",
            &[("port", "`host` is text, and `port` is a number", "never equal")],
        ),
        (
            "forbid: { variable: { public: { same_as: name } } }",
            &[("name", "`public` is true or false, and `name` is a name", "never equal")],
        ),
        ("forbid: { connection: { host: { any: a } } }", &[("a", "`any` is a list of conditions", "")]),
        (
            "forbid: { connection: { host: \"*.supabase.co\" } }",
            &[(
                "\"*.supabase.co\"",
                "`host` is text, where `*` is a star like any other",
                "{ matches: '.*\\.supabase\\.co' }",
            )],
        ),
    ]);
}

#[test]
fn regular_expressions_that_cannot_be_read() {
    assert_rules(&[
        (
            "forbid: { variable: { name: { matches: '(A' } } }",
            &[("'(A'", "regular expression cannot be read", "unclosed group")],
        ),
        (
            "forbid: { variable: { name: { matches: 'A)|(B' } } }",
            &[("'A)|(B'", "regular expression cannot be read", "unopened group")],
        ),
        ("forbid: { variable: { name: { matches: '(?=A)' } } }", &[("'(?=A)'", "cannot be read", "look-around")]),
        (
            "forbid: { variable: { name: { matches: 'A{100000}{100000}' } } }",
            &[("'A{100000}{100000}'", "cannot be read", "size")],
        ),
        ("forbid: { variable: { name: { matches: 5 } } }", &[("5", "a regular expression is a number", "quote it")]),
    ]);
}

#[test]
fn joins() {
    assert_rules(&[
        (
            "forbid: { operation: { precede_by: { operation: {} } } }",
            &[("precede_by", "has a field `precede_by`", "did you mean `preceded_by`?")],
        ),
        (
            "forbid: { operation: { preceded_by: { sharing: [table] } } }",
            &[("{ sharing: [table] }", "`preceded_by` names no kind of fact", "")],
        ),
        (
            "forbid: { operation: { beside: { operation: {}, in: file } } }",
            &[("file", "`in` cannot be `file`", "statement, transaction, document, history")],
        ),
        (
            "forbid: { operation: { followed_by: { operaton: {}, sharing: [tabel], within: document } } }",
            &[
                (
                    "operaton",
                    "`operaton` is neither a kind of fact nor a key of `followed_by`",
                    "did you mean `operation`?",
                ),
                ("tabel", "has a field `tabel`", "did you mean `table`?"),
                ("within", "`within` is neither a kind of fact nor a key of `followed_by`", "Known are: sharing, in"),
            ],
        ),
    ]);
}
