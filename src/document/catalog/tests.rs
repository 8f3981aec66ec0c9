//! Exports as tools write them, and as they come when something went wrong.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::cell::{array, condition, is_shown};
use crate::document::{self, Input, Parsed, Settings};
use crate::fact::{Fact, Field, Kind, State, Value};
use crate::source::{Mapped, SourceId};

fn parse_as(text: &str, schema: Option<&str>) -> Parsed {
    let settings = Settings { schema: schema.map(str::to_owned), ..Settings::default() };
    let input = Input { source: SourceId(0), text, path: "exports/prod/x.csv", settings: &settings };
    document::parse(document::kind(super::KIND).unwrap(), input)
}

fn parse(text: &str) -> Parsed {
    parse_as(text, Some("ops"))
}

fn facts(parsed: &Parsed) -> &[Fact] {
    parsed.parts.first().map_or(&[], |part| &part.facts)
}

/// A field as a policy sees it: `anon`, `true`; `?` where it is not known, nothing where it is not there.
fn said(fact: &Fact, field: Field) -> String {
    match fact.own(field) {
        Some(State::Unknown(..)) => "?".to_owned(),
        Some(State::Stated(Value::Bool(yes), _) | State::Defaulted(Value::Bool(yes), _)) => yes.to_string(),
        state => state.and_then(State::text).unwrap_or("").to_owned(),
    }
}

/// `select on ops.jobs to anon` of every grant.
fn grants(text: &str) -> Vec<String> {
    let parsed = parse(text);
    assert!(parsed.broken.is_empty() && parsed.unread.is_empty(), "{text}: {:?} {:?}", parsed.broken, parsed.unread);
    let line = |fact: &Fact| {
        let field = |field: Field| said(fact, field);
        let name = if fact.own(Field::Name).is_some() { field(Field::Name) } else { field(Field::Table) };
        format!(
            "{} on {} {} {name} to {}",
            field(Field::Privilege),
            field(Field::ObjectKind),
            field(Field::Schema),
            field(Field::Grantee)
        )
    };
    facts(&parsed).iter().map(line).collect()
}

/// Every tool's way to write one and the same row.
#[test]
fn a_row_is_the_same_whoever_wrote_it() {
    let expected = ["select on table ops ops.jobs to anon"];
    for text in [
        // psql --csv, \copy … csv header
        "table_schema,table_name,grantee,privilege_type\nops,jobs,anon,SELECT\n",
        // Supabase's editor: no line end behind the last row
        "grantee,privilege_type,table_schema,table_name\r\nanon,SELECT,ops,jobs",
        // DBeaver, pgAdmin: quotes round everything, a BOM, other separators
        "\u{feff}\"GRANTEE\";\"Privilege_Type\";\"table_schema\";\"table_name\"\r\n\"anon\";\"SELECT\";\"ops\";\"jobs\"\r\n",
        "grantee\tprivilege_type\ttable_schema\ttable_name\nanon\tSELECT\tops\tjobs\n",
        // psql -A, with its footer in the language of whoever ran it
        "grantee|privilege_type|table_schema|table_name\nanon|SELECT|ops|jobs\n(1 row)\n",
        "grantee|privilege_type|table_schema|table_name\nanon|SELECT|ops|jobs\n(1 Zeile)\n\n",
        // columns that nobody asks for
        "grantor,grantee,table_catalog,table_schema,table_name,privilege_type,is_grantable,with_hierarchy\npostgres,anon,postgres,ops,jobs,SELECT,NO,YES\n",
        // Copy as JSON, DataGrip, json_agg
        r#"[{"grantee": "anon", "privilege_type": "SELECT", "table_schema": "ops", "table_name": "jobs"}]"#,
        "\u{feff}[\n  {\n    \"table_name\" : \"jobs\",\n    \"table_schema\" : \"ops\",\n    \"PRIVILEGE_TYPE\" : \"SELECT\",\n    \"grantee\" : \"anon\"\n  }\n]\n",
        r#"[{"json_agg":[{"grantee":"anon","privilege_type":"SELECT","table_schema":"ops","table_name":"jobs"}]}]"#,
        // row_to_json, one a line, with the name of the column and a footer, or without
        "row_to_json\n{\"grantee\":\"anon\",\"privilege_type\":\"SELECT\",\"table_schema\":\"ops\",\"table_name\":\"jobs\"}\n(1 row)\n",
        "{\"grantee\":\"anon\",\"privilege_type\":\"SELECT\",\"table_schema\":\"ops\",\"table_name\":\"jobs\"}\n",
        // the runbook's query for one schema, which preflight.yaml says
    ] {
        assert_eq!(grants(text), expected, "{text}");
    }
    let two = "{\"grantee\":\"anon\",\"privilege_type\":\"SELECT\"}\n\n{\"grantee\":\"PUBLIC\",\"privilege_type\":\"INSERT\"}\n";
    assert_eq!(grants(two), ["select on table ops ? to anon", "insert on table ops ? to public"]);
}

#[test]
fn each_query_is_told_by_its_columns() {
    for (text, expected) in [
        (
            "table_schema,table_name,column_name,grantee,privilege_type\nops,jobs,id,anon,UPDATE\n",
            "update on column ops ops.jobs to anon",
        ),
        (
            "grantee,specific_schema,specific_name,routine_schema,routine_name,privilege_type,is_grantable\nPUBLIC,ops,claim_1,ops,claim,EXECUTE,NO\n",
            "execute on function ops claim to public",
        ),
        (
            "object_schema,object_name,object_type,grantee,privilege_type\nops,jobs_id_seq,SEQUENCE,anon,USAGE\n",
            "usage on sequence ops ops.jobs_id_seq to anon",
        ),
        ("nspname,grantee,privilege_type,is_grantable\nops,anon,USAGE,f\n", "usage on schema ops  to anon"),
        ("nspname,relname,grantee,privilege_type\nops,jobs,anon,SELECT\n", "select on table ops ops.jobs to anon"),
    ] {
        assert_eq!(grants(text), [expected], "{text}");
    }
    let roles = parse("rolname,rolpassword,rolsuper,rolcanlogin\nreporting,********,f,t\n");
    let [role] = facts(&roles) else { panic!("one role") };
    let fields = [Field::Name, Field::Superuser, Field::Login, Field::BypassRls].map(|field| said(role, field));
    assert_eq!((role.kind, fields), (Kind::Role, ["reporting", "false", "true", "?"].map(str::to_owned)));
    assert_eq!(roles.gives, Some(&[Kind::Role][..]));
    let session = parse("current_user,current_setting,session_user\ndragonfly_app,none,postgres\n");
    let [session] = facts(&session) else { panic!("one session") };
    assert_eq!(
        (said(session, Field::Role), said(session, Field::SessionUser)),
        ("dragonfly_app".into(), "postgres".into())
    );
}

/// The relations of pg_class are not all tables.
#[test]
fn an_index_is_no_table() {
    let parsed = parse(
        "nspname,relname,relkind,relrowsecurity,relforcerowsecurity\nops,jobs,r,t,f\nops,jobs_pkey,i,f,f\nops,old,v,f,f\n",
    );
    let tables: Vec<String> = facts(&parsed).iter().map(|fact| said(fact, Field::Table)).collect();
    assert_eq!((tables, parsed.unread.len()), (vec!["ops.jobs".to_owned()], 0));
    assert_eq!(said(&facts(&parsed)[0], Field::Forced), "false");
    assert_eq!(said(&facts(&parsed)[0], Field::PrimaryKey), "?");
}

#[test]
fn a_policy_is_one_fact_for_each_role() {
    let text = "schemaname,tablename,policyname,permissive,roles,cmd,qual,with_check\n\
                public,notes,all,PERMISSIVE,\"{anon,\"\"odd role\"\"}\",ALL,true,\n\
                public,notes,mine,RESTRICTIVE,{public},SELECT,\"(owner = auth.uid())\",\n";
    let parsed = parse(text);
    let line = |fact: &Fact| {
        let fields = [Field::Role, Field::Command, Field::Permissive, Field::Using, Field::Check, Field::Rls];
        fields.map(|field| said(fact, field)).join(" ")
    };
    let lines: Vec<String> = facts(&parsed).iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "anon all true always-true always-true ?",
            "odd role all true always-true always-true ?",
            "public select false expression  ?"
        ]
    );
    let role = facts(&parsed)[1].own(Field::Role).and_then(State::span).unwrap().range();
    assert_eq!(text.get(role), Some("odd role"));
    let hidden: Vec<&str> = parsed.masks.iter().filter_map(|range| text.get(range.clone())).collect();
    assert!(hidden.contains(&"(owner = auth.uid())"), "{hidden:?}");
    let json = r#"[{"schemaname":"public","tablename":"notes","policyname":"all","roles":["anon"],"cmd":"ALL","qual":null,"with_check":"false"}]"#;
    let parsed = parse(json);
    assert_eq!(facts(&parsed).iter().map(line).collect::<Vec<_>>(), ["anon all ?  always-false ?"]);
}

/// What is not said is not known: of which schema, of which table, whether it may be passed on.
#[test]
fn what_a_query_leaves_out_is_unknown() {
    let parsed = parse_as("grantee,privilege_type\nanon,SELECT\n", None);
    let [grant] = facts(&parsed) else { panic!("one grant") };
    for (field, help) in [
        (Field::Schema, "Write `schema:` beside `files:`"),
        (Field::Table, "Export it too: SELECT table_schema, table_name, grantee"),
        (Field::GrantOption, "Export it too: SELECT table_schema"),
    ] {
        let Some(State::Unknown(span, cause)) = grant.own(field) else { panic!("{field} is known") };
        assert!(span.range() == (0..0) && cause.help.starts_with(help), "{field}: {cause:?}");
    }
    let parsed = parse_as("tablename,rowsecurity\njobs,t\n", None);
    assert_eq!(said(&facts(&parsed)[0], Field::Table), "?");
}

#[test]
fn a_row_of_another_schema_is_said_once() {
    let parsed = parse(
        "table_schema,table_name,grantee,privilege_type\nops,jobs,a,SELECT\npublic,a,a,SELECT\npublic,b,a,SELECT\n",
    );
    assert_eq!(facts(&parsed).len(), 3);
    let messages: Vec<&str> = parsed.unread.iter().map(|unread| unread.message.as_str()).collect();
    assert_eq!(messages, ["this row is of another schema than preflight.yaml says, which is `ops`"]);
    assert_eq!(parsed.unread[0].span.range().start, 65);
}

/// What a text is instead of an export, each with one sentence.
#[test]
fn what_is_no_export_is_refused() {
    for (text, message) in [
        ("", "this is empty: not even the names of columns stand in it"),
        ("\u{feff}\n \n", "this is empty: not even the names of columns stand in it"),
        (
            " grantee | privilege_type \n---------+----------------\n anon    | SELECT\n(1 row)\n",
            "this is a table for people, as psql prints it, and no CSV or JSON",
        ),
        (
            "-[ RECORD 1 ]--+-----\ngrantee | anon\n",
            "this is a table for people, as psql prints it, and no CSV or JSON",
        ),
        (
            "| grantee | privilege_type |\n| --- | --- |\n",
            "this is a table for people, as psql prints it, and no CSV or JSON",
        ),
        ("┌─────────┐\n│ grantee │\n", "this is a table for people, as psql prints it, and no CSV or JSON"),
        ("anon|SELECT\nanon|INSERT\n", "its first line names no column of a query that is known"),
        ("id,name\n1,x\n", "its first line names no column of a query that is known"),
        (
            "grantee,table_name\nanon,x\n",
            "the column `privilege_type` of information_schema.table_privileges is not in it",
        ),
        ("policyname,roles\nx,{a}\n", "the columns `table_name`, `cmd` of pg_policies are not in it"),
        ("grantee,privilege_type,Grantee\nanon,SELECT,x\n", "the column `grantee` stands in it twice"),
        ("[]", "this list is empty, and nothing says which query it answers"),
        ("[1, 2]", "this is a number, and a row is a mapping of its columns"),
        ("[{\"grantee\": \"anon\", ", "this is not JSON: an object is not closed"),
        ("{\"rows\": 1}", "its first line names no column of a query that is known"),
    ] {
        let parsed = parse(text);
        let messages: Vec<&str> = parsed.broken.iter().map(|broken| broken.message.as_str()).collect();
        assert_eq!(messages, [message], "{text}");
        assert!(parsed.broken[0].help.len() > 10 && facts(&parsed).is_empty(), "{text}");
    }
    let twice = parse("grantee,privilege_type,x,x\nanon,SELECT,1,2\n");
    assert_eq!((twice.broken.len(), facts(&twice).len()), (0, 1), "what nobody reads may stand there twice");
}

/// Of no rows JSON does not say what they would be; the name of the file may.
#[test]
fn an_empty_list_answers_what_its_file_is_named_after() {
    let read = |path: &str| {
        let settings = Settings::default();
        document::parse(
            document::kind(super::KIND).unwrap(),
            Input { source: SourceId(0), text: "[]\n", path, settings: &settings },
        )
    };
    for (path, gives) in [
        ("exports/prod/pg_policies.json", Some(Kind::RlsPolicy)),
        ("exports/prod/ops.Table_Privileges.json", Some(Kind::Grant)),
        ("pg_roles-2026-03-01.json", Some(Kind::Role)),
        ("exports/pg_policies/x.json", None),
        ("pg_policies-and-pg_tables.json", None),
        ("privileges on schemas.json", None),
    ] {
        let parsed = read(path);
        let said = parsed.gives.and_then(|gives| gives.first().copied());
        assert_eq!((said, parsed.broken.is_empty(), facts(&parsed).len()), (gives, gives.is_some(), 0), "{path}");
    }
    assert!(read("x.json").broken[0].help.contains("pg_policies.json (column_privileges, "));
}

/// One fault each, at its place; the other rows are read.
#[test]
fn a_row_that_cannot_be_read_leaves_the_others() {
    let header = "table_schema,grantee,privilege_type\n";
    for (row, at, message) in [
        ("ops,anon", "ops,anon", "this row has 2 cells, and the header has 3"),
        ("ops,anon,SELECT,x", "ops,anon,SELECT,x", "this row has 4 cells, and the header has 3"),
        ("ops,\"a\"x,SELECT", "\"a\"", "something stands behind a closing quote"),
        (",anon,SELECT", "", "this row has no `table_schema`"),
        ("ops,NULL,SELECT", "NULL", "this row has no `grantee`"),
        ("ops,\"[NULL]\",SELECT", "[NULL]", "this row has no `grantee`"),
        ("ops,\"\",SELECT", "", "this is no name"),
        ("ops,anon,EXECUTE", "EXECUTE", "this is no privilege on such an object"),
    ] {
        let text = format!("{header}ops,a,SELECT\n{row}\nops,b,SELECT\n");
        let parsed = parse(&text);
        let [unread] = parsed.unread.as_slice() else { panic!("{row}: {:?}", parsed.unread) };
        assert_eq!((text.get(unread.span.range()), unread.message.as_str()), (Some(at), message), "{row}");
        let grantees: Vec<String> = facts(&parsed).iter().map(|fact| said(fact, Field::Grantee)).collect();
        assert_eq!(grantees, ["a", "b"], "{row}");
        assert_eq!(parsed.parts[0].unread.len(), 1, "{row}: what is asked of the whole is not known");
    }
    let open = parse(&format!("{header}ops,a,SELECT\nops,\"b,SELECT\nops,c,SELECT\n"));
    assert_eq!((facts(&open).len(), open.unread.len()), (1, 1));
    let flags = parse("tablename,rowsecurity\na,1\nb,true\nc,maybe\n");
    assert_eq!((facts(&flags).len(), flags.unread.len()), (1, 2));
    let json = parse(
        r#"[{"tablename":"a","rowsecurity":1},{"tablename":"b","rowsecurity":true},{"tablename":"c"},{"tablename":["d"],"rowsecurity":true}]"#,
    );
    assert_eq!((facts(&json).len(), json.unread.len()), (1, 3), "{:?}", json.unread);
}

#[test]
fn no_rows_is_an_answer_and_too_few_are_none() {
    let none = parse("grantee,privilege_type\n");
    assert_eq!((facts(&none).len(), none.broken.len(), none.unread.len(), none.parts.len()), (0, 0, 0, 1));
    let cut = parse("grantee,privilege_type\nanon,SELECT\n(3 rows)\n");
    assert_eq!(cut.unread[0].message, "psql counts 3 here, and the file has 1 row");
    // psql -A with a line end in a cell: the rows that fall apart are said, and how to help it
    let torn = parse("rolname|rolsuper\na\nb|f\nc|f\n(2 rows)\n");
    assert_eq!((facts(&torn).len(), torn.unread.len()), (2, 1));
    assert!(torn.unread[0].help.contains("psql --csv"), "{:?}", torn.unread);
    // where Supabase's editor stops
    let rows = |count: usize| format!("grantee,privilege_type\n{}", "anon,SELECT\n".repeat(count));
    for (count, unread) in [(99, 0), (100, 1), (101, 0)] {
        let parsed = parse(&rows(count));
        assert_eq!((facts(&parsed).len(), parsed.unread.len()), (count, unread));
    }
}

/// Cells that are no names, words, yes or no are hidden, and so are names that may be secrets.
#[test]
fn only_what_has_a_known_shape_is_shown() {
    let key = "sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H";
    let text = format!(
        "grantee,privilege_type,comment,{key}\nanon,SELECT,MADEUP words,1\n\"{key}\",INSERT,x,2\n{key},MADEUPword,x\n"
    );
    let parsed = parse(&text);
    let mut masks = parsed.masks.clone();
    masks.sort_by_key(|range| range.start);
    let shown: String =
        text.char_indices().filter(|(at, _)| !masks.iter().any(|mask| mask.contains(at))).map(|(_, c)| c).collect();
    assert_eq!(shown, "grantee,privilege_type,comment,\nanon,SELECT,,\n\"\",INSERT,,\n\n");
    assert_eq!(said(&facts(&parsed)[1], Field::Grantee), "(hidden name) 1");
    for (name, shows) in [
        ("ops", true),
        ("Judgments of own plaintiffs", true),
        ("jobs_2026_01", true),
        ("orders 2026", true),
        ("straße", true),
        (key, false),
        ("", false),
        ("a\nb", false),
        ("-", false),
    ] {
        assert_eq!(is_shown(name), shows, "{name}");
    }
}

#[test]
fn arrays_and_conditions_of_postgresql_are_read() {
    let items = |text: &str| {
        let items = array(&Mapped::literal(SourceId(0), text, 0))?;
        Some(items.iter().map(|item| item.text().to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(items("{}"), Some(vec![]));
    assert_eq!(items("{anon,authenticated}").unwrap(), ["anon", "authenticated"]);
    assert_eq!(items(r#"{"a b","c\"d",e}"#).unwrap(), ["a b", "c\"d", "e"]);
    for broken in ["", "anon", "{", "{\"a", "{\"a\"b}"] {
        assert_eq!(items(broken), None, "{broken}");
    }
    for (text, word) in [
        ("true", "always-true"),
        ("(true)", "always-true"),
        ("(1 = 1)", "always-true"),
        ("false", "always-false"),
        ("(1 = 2)", "expression"),
        ("(owner = auth.uid())", "expression"),
        ("(true OR false)", "expression"),
        ("", "expression"),
    ] {
        assert_eq!(condition(text), word, "{text}");
    }
}
