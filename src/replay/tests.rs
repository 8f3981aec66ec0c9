#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::*;
use crate::document::{Input, Settings, kind};
use crate::fact::{Document, Fact, Value};
use crate::source::SourceId;

/// The facts of migrations, one script each, with what the replay says of them.
fn facts(scripts: &[&str]) -> (Facts, Vec<Fact>) {
    let mut facts = Facts::new();
    for (number, text) in scripts.iter().enumerate() {
        let (path, settings) = (format!("m/{number:03}_x.sql"), Settings::default());
        let input = Input { source: SourceId(0), text, path: &path, settings: &settings };
        let parsed = (kind("migration").unwrap().parse)(input);
        let absent = State::Absent(None);
        facts.add(Document::new(SourceId(0), "migration", &path, absent.clone(), absent), parsed.facts);
    }
    let replayed = replay(&facts);
    let end = replayed.iter().flat_map(|replayed| end_state(&facts, replayed)).collect();
    for (fact, field, state) in replayed.into_iter().flat_map(|replayed| replayed.found) {
        facts.complete(fact, field, state);
    }
    (facts, end)
}

fn word(state: &State) -> String {
    match state {
        State::Unknown(..) => "?".into(),
        State::Absent(_) => "-".into(),
        state => match state.value() {
            Some(Value::Bool(yes)) => yes.to_string(),
            Some(Value::List(items)) => items
                .iter()
                .map(|item| word(&State::Stated(item.clone(), crate::source::Span::point(SourceId(0), 0))))
                .collect::<Vec<_>>()
                .join("+"),
            _ => state.text().unwrap_or("•").into(),
        },
    }
}

/// What each operation of the last script finds: `drop_table=there`; with the table's and the other table's target.
fn finds(scripts: &[&str]) -> Vec<String> {
    let (facts, _) = facts(scripts);
    let last = facts.documents().len() - 1;
    let ids = facts.in_document(crate::fact::DocumentId(last as u32));
    let of = |id: FactId| {
        let is = facts.get(id, Field::Is).text().unwrap_or("?").to_owned();
        let targets = [Field::Target, Field::TargetTable, Field::TargetReferenced];
        let said: Vec<String> = targets.iter().map(|field| word(facts.get(id, *field))).collect();
        let said = said.join(" ").trim_end_matches([' ', '-']).to_owned();
        format!("{is}={said}")
    };
    ids.filter(|id| facts.fact(*id).kind == Kind::Operation).map(of).filter(|line| !line.ends_with('=')).collect()
}

/// One field of each fact of a kind at the end.
fn end(scripts: &[&str], kind: Kind, fields: &[Field]) -> Vec<String> {
    let (_, end) = facts(scripts);
    let absent = State::Absent(None);
    let line = |fact: &Fact| {
        let words: Vec<String> = fields.iter().map(|field| word(fact.own(*field).unwrap_or(&absent))).collect();
        words.join(" ")
    };
    end.iter().filter(|fact| fact.kind == kind).map(line).collect()
}

const MADE: &str = "CREATE TABLE jobs (id int PRIMARY KEY, note text); CREATE TABLE users (id int);";

#[test]
fn a_column_that_is_written_is_there_or_it_is_said_why_not() {
    let changed = "ALTER TABLE jobs DROP COLUMN note; ALTER TABLE users RENAME COLUMN id TO uid;";
    assert_eq!(finds(&[MADE, "UPDATE jobs SET note = 'x';"]), ["update=there", "write_column=there there"]);
    assert_eq!(finds(&[MADE, "UPDATE jobs SET nope = 1;"])[1], "write_column=absent there");
    assert_eq!(finds(&[MADE, changed, "UPDATE jobs SET note = '';"])[1], "write_column=dropped there");
    assert_eq!(finds(&[MADE, changed, "INSERT INTO users (id) VALUES (1);"])[1], "write_column=renamed there");
    assert_eq!(finds(&[MADE, changed, "INSERT INTO users (uid) VALUES (1);"])[1], "write_column=there there");
    assert_eq!(finds(&[MADE, "UPDATE nothing SET a = 1;"]), ["update=absent", "write_column=absent absent"]);
    assert_eq!(finds(&[MADE, "UPDATE auth.users SET a = 1;"]), ["update=outside", "write_column=outside outside"]);
}

#[test]
fn what_a_condition_decides_is_perhaps_there_and_an_existence_check_decides_nothing() {
    let perhaps =
        "DO $$ BEGIN IF current_setting('x') = 'y' THEN ALTER TABLE jobs ADD COLUMN later int; END IF; END $$;";
    let checked = "DO $$ BEGIN IF NOT EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'jobs' AND column_name = 'later') THEN ALTER TABLE jobs ADD COLUMN later int; END IF; END $$;";
    let other = checked.replace("column_name = 'later'", "column_name = 'else'");
    let write = "UPDATE jobs SET later = 1;";
    assert_eq!(finds(&[MADE, perhaps, write])[1], "write_column=perhaps there");
    assert_eq!(finds(&[MADE, checked, write])[1], "write_column=there there");
    assert_eq!(finds(&[MADE, &other, write])[1], "write_column=perhaps there");
    let dropped = "DO $$ BEGIN IF now() > '2026-01-01' THEN DROP TABLE jobs; ELSE DROP TABLE users; END IF; END $$;";
    assert_eq!(finds(&[MADE, dropped, "TRUNCATE jobs; TRUNCATE users;"]), ["truncate=perhaps", "truncate=perhaps"]);
    let unknown = "DO $$ BEGIN EXECUTE current_setting('what'); END $$;";
    assert_eq!(finds(&[MADE, unknown, "DROP TABLE gone; TRUNCATE jobs;"]), ["drop_table=?", "truncate=there"]);
}

#[test]
fn making_what_is_there_and_dropping_what_is_not_is_seen() {
    assert_eq!(finds(&[MADE, "CREATE TABLE jobs (id int);"])[0], "create_table=there");
    assert_eq!(finds(&[MADE, "ALTER TABLE jobs ADD COLUMN note text;"]), ["add_column=there there"]);
    assert_eq!(finds(&[MADE, "DROP TABLE users; DROP TABLE users;"]), ["drop_table=there", "drop_table=dropped"]);
    assert_eq!(finds(&[MADE, "DROP POLICY p ON jobs;"]), ["drop_policy=absent there"]);
    assert_eq!(finds(&[MADE, "ALTER TABLE jobs RENAME TO tasks; DROP TABLE jobs;"])[1], "drop_table=renamed");
    let function = "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';";
    assert_eq!(finds(&[function, "DROP FUNCTION f(integer);"]), ["drop_function=there"]);
    assert_eq!(finds(&[function, "DROP FUNCTION g();"]), ["drop_function=absent"]);
    assert_eq!(finds(&[MADE, "ALTER TABLE jobs DROP CONSTRAINT jobs_pkey;"]), ["drop_constraint=there there"]);
    assert_eq!(finds(&[MADE, "ALTER TABLE jobs DROP CONSTRAINT jobs_key;"]), ["drop_constraint=absent there"]);
}

#[test]
fn a_foreign_key_to_nothing_is_seen_and_one_without_index_too() {
    let key = "ALTER TABLE jobs ADD COLUMN user_id int REFERENCES people (id);";
    assert_eq!(finds(&[MADE, key]), ["add_column=absent there", "add_constraint=- there absent"]);
    let good = key.replace("people", "users");
    assert_eq!(finds(&[MADE, &good])[1], "add_constraint=- there there");
    let fields = [Field::Name, Field::Columns, Field::Indexed];
    assert_eq!(end(&[MADE, &good], Kind::ForeignKey, &fields), ["jobs_user_id_fkey user_id false"]);
    let index = "CREATE INDEX ON jobs (user_id, note);";
    assert_eq!(end(&[MADE, &good, index], Kind::ForeignKey, &fields), ["jobs_user_id_fkey user_id true"]);
    let partial = "CREATE INDEX ON jobs (user_id) WHERE note IS NULL;";
    assert_eq!(end(&[MADE, &good, partial], Kind::ForeignKey, &fields), ["jobs_user_id_fkey user_id false"]);
}

#[test]
fn privileges_are_what_is_left_of_all_grants() {
    let fields = [Field::Table, Field::Privilege, Field::Grantee];
    let grants = "GRANT SELECT, INSERT ON jobs TO anon, reader; REVOKE INSERT ON jobs FROM anon;";
    assert_eq!(
        end(&[MADE, grants], Kind::Grant, &fields),
        ["public.jobs select anon", "public.jobs select reader", "public.jobs insert reader"]
    );
    assert_eq!(end(&[MADE, grants, "DROP TABLE jobs;"], Kind::Grant, &fields), [""; 0]);
    let by_default =
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO anon; CREATE TABLE late (id int);";
    assert_eq!(end(&[MADE, by_default], Kind::Grant, &fields), ["public.late select anon"]);
    let unknown = "DO $$ BEGIN EXECUTE format('GRANT SELECT ON jobs TO %I', current_setting('role')); END $$;";
    assert_eq!(end(&[MADE, unknown], Kind::Grant, &fields), ["public.jobs select ?"]);
    let function = "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';";
    let callers = |more: &str| {
        end(&[function, more], Kind::Function, &[Field::SecurityDefiner, Field::SearchPath, Field::ExecutableBy])
    };
    assert_eq!(callers(""), ["true - public"]);
    assert_eq!(
        callers("REVOKE ALL ON FUNCTION f() FROM PUBLIC; GRANT EXECUTE ON FUNCTION f() TO anon;"),
        ["true - anon"]
    );
    assert_eq!(callers("ALTER FUNCTION f() SET search_path = '';"), ["true  public"]);
}

#[test]
fn row_level_security_and_its_policies() {
    let policy = "CREATE POLICY p ON jobs TO anon, authenticated USING (true);";
    let table = [Field::Table, Field::Rls, Field::HasPolicies];
    assert_eq!(end(&[MADE, policy], Kind::Table, &table), ["public.jobs false true", "public.users false false"]);
    let fields = [Field::Name, Field::Role, Field::Command, Field::Using, Field::Rls];
    assert_eq!(
        end(&[MADE, policy], Kind::RlsPolicy, &fields),
        ["p anon all always-true false", "p authenticated all always-true false"]
    );
    let on = "DO $$ BEGIN ALTER TABLE jobs ENABLE ROW LEVEL SECURITY; END $$; ALTER POLICY p ON jobs TO anon USING (id = 1);";
    assert_eq!(end(&[MADE, policy, on], Kind::RlsPolicy, &fields), ["p anon all expression true"]);
    let view = "CREATE VIEW v AS WITH parts AS (SELECT 1) SELECT extract(year FROM now()) FROM jobs j, parts p;";
    let read = [Field::Table, Field::SecurityInvoker, Field::Reads, Field::ReadsRls];
    assert_eq!(end(&[MADE, policy, on, view], Kind::View, &read), ["public.v false public.jobs true"]);
    assert_eq!(end(&[MADE, view], Kind::View, &read), ["public.v false public.jobs false"]);
    let nested = "CREATE VIEW w AS SELECT * FROM (SELECT id FROM v) AS inner_one;";
    assert_eq!(end(&[MADE, policy, on, view, nested], Kind::View, &read)[1], "public.w false public.v true");
}

#[test]
fn a_table_that_was_there_keeps_its_own_columns() {
    let again = "CREATE TABLE IF NOT EXISTS jobs (id int, other text);";
    assert_eq!(
        end(&[MADE, again], Kind::Column, &[Field::Table, Field::Name]),
        ["public.jobs id", "public.jobs note", "public.users id"]
    );
}
