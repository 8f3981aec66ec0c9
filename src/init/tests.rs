#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::policy::matrix::Demand;

/// `VARIABLE service demand wanted | because` of every cell that says something.
fn lines(text: &str) -> (Vec<String>, Vec<String>) {
    let (table, complaints) = read(text);
    let mut lines = Vec::new();
    for row in &table.rows {
        for (cell, service) in row.cells.iter().zip(&table.services) {
            if cell.demand == Demand::Unlisted && cell.because.is_empty() {
                continue;
            }
            let wanted = match &cell.wanted {
                None => "-".to_owned(),
                Some(Wanted::Words(words)) => words.join("+"),
                Some(Wanted::Type(name)) => format!("<{name}>"),
            };
            lines.push(format!("{} {service} {:?} {wanted} | {}", row.variable, cell.demand, cell.because));
        }
    }
    (lines, complaints.into_iter().map(|complaint| format!("{}: {}", complaint.line, complaint.message)).collect())
}

#[test]
fn columns_may_come_in_any_order_and_case_with_escaped_pipes_and_crlf() {
    let page = "Service: api\r\n---\r\n\r\n| REQUIRED? | Where from | variable |\r\n| :-: | --: | :-- |\r\n| **yes** | a \\| b | A |\r\n| ❌ (never) | x<br>y | `B` |\r\n| optional | | C, D |\r\n";
    let (cells, complaints) = lines(page);
    assert_eq!(cells, ["A api Required - | ", "B api Forbidden - | ", "C api Optional - | ", "D api Optional - | "]);
    assert_eq!(complaints, [""; 0]);
    let (cells, _) = lines(&page.replace("Where from", "Source"));
    assert_eq!(
        cells,
        ["A api Required - | a | b", "B api Forbidden - | x y", "C api Optional - | ", "D api Optional - | "]
    );
}

#[test]
fn a_column_of_names_in_capitals_is_one_of_variables_whatever_its_head_says() {
    let page =
        "## web (Next.js)\n\n| Name | Needed? | Notes |\n|-|-|-|\n| PORT | yes | 8080 |\n| `LOG_LEVEL` | no | |\n";
    let (cells, complaints) = lines(page);
    assert_eq!(cells, ["PORT web Required - | 8080", "LOG_LEVEL web Optional - | "]);
    assert_eq!(complaints, ["6: `no` was read as optional; write forbidden where it must not be set"]);
    let people = "## web\n\n| Name | Needed? |\n|-|-|\n| Ada | yes |\n";
    assert_eq!(lines(people), (vec![], vec![]));
}

#[test]
fn values_are_what_a_cell_writes_as_code_and_nothing_else() {
    let said = |cell: &str| {
        let (cells, complaints) =
            lines(&format!("# `api`\n\n| Variable | Required | Value |\n|-|-|-|\n| NAME | ✅ | {cell} |\n"));
        assert_eq!(complaints, [""; 0], "{cell}");
        cells[0].strip_prefix("NAME api Required ").unwrap().to_owned()
    };
    for (cell, expected) in [
        ("`prod`", "prod | "),
        ("`a` or `b`", "a+b | "),
        ("`a` (default), `b` or `c`", "a+b+c | "),
        ("one of `a`, `b`", "a+b | "),
        ("`prod`: as it is", "prod | as it is"),
        ("`prod` — why", "prod | why"),
        ("`a` or `b`: a is `the` default", "- | a or b: a is the default"),
        ("`a`, `b` or `c`: a is the default", "a+b+c | a is the default"),
        ("`a` and `b`: both", "- | a and b: both"),
        ("prod", "- | prod"),
        ("Use `DATABASE_URL` instead", "- | Use DATABASE_URL instead"),
        ("`DATABASE_URL`", "- | DATABASE_URL"),
        ("`<your-key>`", "- | <your-key>"),
        ("`${{shared.X}}`", "- | ${{shared.X}}"),
        ("`sk_…`", "- | sk_…"),
        ("`https://[ref].supabase.co`", "<supabase-project-url> | "),
        ("`https://<project-ref>.supabase.co/`", "<supabase-project-url> | "),
        ("`https://[ref].example.com`", "- | https://[ref].example.com"),
        ("Pooler string (port 6543, `sslmode=require`)", "<pooler-url> | Pooler string (port 6543, sslmode=require)"),
        ("Pooler string (port 6543)", "- | Pooler string (port 6543)"),
        ("Not the pooler at port 6543 with sslmode=require", "- | Not the pooler at port 6543 with sslmode=require"),
        ("the transaction pooler at port 6543, with TLS: why", "<pooler-url> | why"),
        ("From Supabase Dashboard", "- | From Supabase Dashboard"),
    ] {
        assert_eq!(said(cell), expected, "{cell}");
    }
}

#[test]
fn a_legend_wins_over_what_marks_usually_mean_wherever_it_stands() {
    let table = "## `api`\n\n| Variable | Required |\n|-|-|\n| A | ✅ |\n| B | X |\n| C | ❓ |\n| D | ⚪\u{fe0f} |\n";
    let legend = "\n## Legend\n\n| Symbol | Meaning |\n|-|-|\n| ✅ | Optional, really |\n| X | must not be set |\n| ❓ | nobody knows |\n";
    let (cells, complaints) = lines(&format!("{table}{legend}"));
    assert_eq!(cells, ["A api Optional - | ", "B api Forbidden - | ", "D api Optional - | "]);
    let expected = [
        "7: C: neither required nor forbidden nor optional",
        "16: the legend says neither required nor forbidden nor optional here",
    ];
    assert_eq!(complaints, expected);
}

#[test]
fn a_variable_that_a_later_service_adds_stands_behind_its_neighbour() {
    let page = "# a\n\n| Variable | Required |\n|-|-|\n| A | ✅ |\n| B | ✅ |\n\n# b\n\n| Variable | Required |\n|-|-|\n| B | ✅ |\n| X | ❌ |\n| A | ⚪ |\n";
    let (table, complaints) = read(page);
    let rows: Vec<&str> = table.rows.iter().map(|row| row.variable.as_str()).collect();
    assert_eq!((rows, table.services), (vec!["A", "B", "X"], vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(complaints, []);
}

#[test]
fn one_table_may_have_a_column_for_each_service_and_one_heading_several() {
    let wide = "# Matrix\n\n| Variable | api | `worker` | Notes |\n|-|-|-|-|\n| A | ✅ | ❌ | why |\n| B | | ⚪ | |\n";
    let (cells, complaints) = lines(wide);
    assert_eq!(cells, ["A api Required - | why", "A worker Forbidden - | why", "B worker Optional - | "]);
    assert_eq!(complaints, [""; 0]);
    let several = "#### `api`, `worker`\n\n| Variable | Required |\n|-|-|\n| A | ✅ |\n";
    assert_eq!(lines(several).0, ["A api Required - | ", "A worker Required - | "]);
}

#[test]
fn what_is_no_table_of_the_page_is_not_read_and_what_has_no_service_is_said() {
    let table = "| Variable | Required |\n|-|-|\n| A | ✅ |\n";
    let quoted: String = table.lines().map(|line| format!("> {line}\n")).collect();
    for (page, complaints) in [
        (format!("# `api`\n\n```\n{table}```\n"), vec![]),
        (format!("# `api`\n\n<!--\n{table}-->\n"), vec![]),
        (format!("# `api`\n\n{quoted}"), vec!["3: this table stands in a quotation, and is not read"]),
        (table.to_owned(), vec!["1: this table of variables stands below no heading that names a service"]),
        (
            format!("# All about it\n\n{table}"),
            vec!["3: this table of variables stands below line 1, which names no service: write its name as code"],
        ),
        (
            "# `api`\n\n| Variable | Purpose |\n|-|-|\n| A | logs |\n".to_owned(),
            vec!["3: this table of variables has no column that says what is required"],
        ),
    ] {
        assert_eq!(lines(&page), (vec![], complaints.into_iter().map(str::to_owned).collect()), "{page}");
    }
}

#[test]
fn two_rows_that_disagree_are_said_and_the_first_counts() {
    let page = "# `api`\n\n| Variable | Required |\n|-|-|\n| A | ✅ |\n| A | ❌ |\n| A | ✅ |\n";
    let (cells, complaints) = lines(page);
    assert_eq!(cells, ["A api Required - | "]);
    assert_eq!(complaints, ["6: A of api has a row already, which says otherwise"]);
}

#[test]
fn no_secret_leaves_the_page() {
    let page = "# `api`\n\n| Variable | Required | Value |\n|-|-|-|\n\
        | KEY | ✅ | `sb_secret_MADEUPmadeupMADEUPpage_0a1B2c3D` |\n\
        | DB_PASSWORD | ✅ | `MADEUP-pw` |\n\
        | URL | ❌ | not postgresql://u:MADEUP-pw@db.example.com/d |\n\
        | HOOK_SECRET | ✅ | MADEUPwebhook0a1b2c3d4e5f6a7b |\n\
        | PASSWORD | ✅ | `hunter2MADEUP` |\n\
        | SMTP_PASS | ⚪ | MADEUP1 |\n\
        | APP_SECRET | ✅ | `openssl rand -hex 32` |\n\
        | API_TOKEN | ✅ | Dashboard |\n\
        | OTHER_SECRET | ✅ | `<generate-1>` |\n";
    let (table, complaints) = read(page);
    let head = Head { id: "x".into(), see: "x.md".into(), environments: vec!["prod".into()] };
    let said = format!("{}{complaints:?}{table:?}", policy_file(&table, &head));
    assert!(!said.contains("MADEUP"), "{said}");
    assert_eq!(complaints.len(), 6, "{complaints:?}");
}

#[test]
fn texts_that_yaml_would_misread_are_quoted_and_come_back_as_they_were() {
    let odd = [
        "no",
        "8080",
        "1.0",
        "true",
        "a: b",
        "a #b",
        "- a",
        "\"q\"",
        "back\\slash",
        "it's",
        "*x",
        "&y",
        "a, b",
        "null",
        "~",
        "@a",
        "é",
    ];
    let rows: String = odd
        .iter()
        .enumerate()
        .map(|(at, text)| format!("| V{at} | ❌ | {} |\n", text.replace('\\', "\\\\").replace('*', "\\*")))
        .collect();
    let values: String = odd
        .iter()
        .enumerate()
        .filter(|(_, text)| !text.contains(['*', '\\']))
        .map(|(at, text)| format!("| W{at} | ✅ | `{text}` |\n"))
        .collect();
    let (table, complaints) = read(&format!("# `no`\n\n| Variable | Required | Value |\n|-|-|-|\n{rows}{values}"));
    assert_eq!(complaints, []);
    let head = Head { id: "x".into(), see: "a: b.md".into(), environments: vec!["on".into()] };
    let text = policy_file(&table, &head);
    let pack =
        crate::policy::PackText { name: "p".into(), folder: "p".into(), files: vec![("p.yaml".into(), text.clone())] };
    let spellings = crate::policy::Spellings::default();
    let set = crate::policy::load(&[pack], &spellings, &[], &mut crate::source::SourceMap::new())
        .unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
    let crate::policy::model::Shape::Matrix(matrix) = &set.policies[0].shape else { panic!("a matrix") };
    let because: Vec<&str> = matrix.rows.iter().take(odd.len()).map(|row| row.cells[0].because.as_str()).collect();
    assert_eq!(because, odd);
    assert_eq!(matrix.services[0].value.as_str(), "no");
}
