//! The matrix.

use super::broken::assert_rules;

#[test]
fn rows_and_cells() {
    assert_rules(&[
        (
            "matrix: { environments: [prod], services: [api, worker], variables: { A: [✅], B: [✅, ❌, ❌] } }",
            &[
                ("[✅]", "row `A` has 1 cell, and the table has 2 services", "One cell for each of api, worker"),
                ("[✅, ❌, ❌]", "row `B` has 3 cells, and the table has 2 services", ""),
            ],
        ),
        (
            "matrix: { environments: [prod], services: [api, worker], variables: { A: [requird, optinal], B: requird } }",
            &[
                ("requird", "a cell cannot be `requird`", "did you mean `required`?"),
                ("optinal", "a cell cannot be `optinal`", "did you mean `optional`?"),
                ("requird", "a cell cannot be `requird`", "did you mean `required`?"),
            ],
        ),
        (
            "matrix: { environments: [prod], services: [api], variables: { A: [yes], B: [{ requires: b }], C: [{}], D: [] } }",
            &[
                ("yes", "a cell cannot be `yes`", "Known are: "),
                ("requires", "a cell has no key `requires`", "did you mean `required`?"),
                ("{}", "a cell says one thing", "{ required: value }"),
                ("[]", "row `D` has 0 cells", ""),
            ],
        ),
        (
            "matrix: { environments: [prod], services: [api], variables: { PORT: [{ required: 8080 }] }, values: { PORT: 8080 } }",
            &[
                ("8080", "`value` is a number, and must be text", "quote it"),
                ("8080", "`value` is a number, and must be text", "quote it"),
            ],
        ),
        (
            "matrix: { environments: [prod], services: [api], variables: { A: ✅, A: ❌ } }",
            &[("A", "`variables` has the key `A` twice", "")],
        ),
        (
            "matrix: { environments: [prod], services: [api], variables: {} }",
            &[("{}", "`variables` names no variable", "")],
        ),
        (
            "matrix: { environments: [prod], services: [api, worker, api], variables: { A: ✅ } }",
            &[("api", "service `api` has two columns", "")],
        ),
    ]);
}

#[test]
fn what_stands_beside_the_table() {
    assert_rules(&[
        (
            "matrix: { environments: [prod], services: [api], variables: { WORKER_TYPE: ✅ }, values: { WORKR_TYPE: a }, because: { PORT: it is set } }",
            &[
                ("WORKR_TYPE", "`values` names `WORKR_TYPE`, and no row does", "did you mean `WORKER_TYPE`?"),
                ("PORT", "`because` names `PORT`, and no row does", "no such row"),
            ],
        ),
        (
            "matrix: { environments: [prod], services: [api, worker-a], variables: { A: ✅ }, because: { A: { \"worker-*\": a reason, wroker-a: another } } }",
            &[("wroker-a", "`because` names service `wroker-a`, and no column does", "did you mean `worker-a`?")],
        ),
        (
            "matrix: { environments: [prod], services: [api], variables: { A: ✅ }, others: { variables: ignore, services: forbiden, files: a } }",
            &[
                ("ignore", "`variables` cannot be `ignore`", "Known are: "),
                ("forbiden", "`services` cannot be `forbiden`", "did you mean `forbidden`?"),
                ("files", "`others` has no key `files`", ""),
            ],
        ),
        (
            "matrix: { environments: [prod], services: [api], variables: { A: ✅ } }\n    unless: [{ service: api }]",
            &[("[{ service: api }]", "`unless` is not for a matrix", "")],
        ),
        (
            "matrix: { environments: [prod], services: [api], variables: { A: ✅ } }\n    at: value",
            &[("value", "`at` is not for a matrix", "")],
        ),
    ]);
}

#[test]
fn a_broken_column_gives_one_error_and_not_one_for_each_row() {
    assert_rules(&[
        (
            "matrix: { enviroments: [prod], services: { param: wrkers }, variables: { A: [✅, ✅], B: [❌, requird] } }",
            &[
                ("enviroments", "`matrix` has no key `enviroments`", "did you mean `environments`?"),
                ("wrkers", "no param `wrkers`", ""),
                ("requird", "a cell cannot be `requird`", ""),
            ],
        ),
        (
            "matrix: { environments: [prod], services: [api, 5], variables: { A: [✅, ✅] } }",
            &[("5", "`service` is a number", "quote it")],
        ),
        (
            "matrix: { environments: [prod], variables: { A: [✅, requird] } }",
            &[("environments", "`matrix` lacks `services`", ""), ("requird", "a cell cannot be `requird`", "")],
        ),
    ]);
}
