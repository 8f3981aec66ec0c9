//! What hides in places that scripts seldom use.

use super::{anchor, does, of, one, read, spelled, word};
use crate::fact::{Field, Kind};

#[test]
fn what_stands_behind_copy_on_its_line_is_sql() {
    let text = "COPY t FROM stdin; DROP TABLE a; -- rows\nDROP TABLE row;\n\\.\nDROP TABLE b;\n";
    let dropped: Vec<_> = of(text, "drop_table").iter().map(|fact| anchor(text, fact).to_owned()).collect();
    assert_eq!(dropped, ["DROP TABLE a", "DROP TABLE b"]);
    let two = "COPY t FROM stdin; COPY u FROM stdin;\n1\n\\.\n2\n\\.\nDROP TABLE b;\n";
    assert_eq!(does(two), ["insert", "insert", "drop_table"]);
    assert!(read(two).unread.is_empty());
    // what opens on that line and goes on behind it would swallow the rows
    let open = read("COPY t FROM stdin; SELECT 'a\n1\n\\.\nDROP TABLE b;\n");
    assert_eq!(open.unread.len(), 1);
    assert!(open.facts.iter().any(|fact| word(fact, Field::Is) == "drop_table"));
    // a table may have that name
    assert_eq!(does("COPY (SELECT a FROM stdin) TO stdout;\nDROP TABLE b;"), ["drop_table"]);
}

#[test]
fn a_line_of_psql_may_hold_several_commands_and_sql() {
    let text =
        "\\set a 'x \\\\ y' \\\\ DROP TABLE a;\n\\echo \"\\\\\" on \\i other.sql\n\\! echo \\\\ DROP TABLE no;\n";
    let parsed = read(text);
    let names = |kind: Kind| parsed.facts.iter().filter(move |fact| fact.kind == kind);
    let commands: Vec<_> = names(Kind::Statement).map(|fact| word(fact, Field::Name)).collect();
    assert_eq!(commands, ["\\set", "-", "\\echo", "\\i", "\\!"]);
    assert_eq!(anchor(text, &one(text, "drop_table")), "DROP TABLE a");
    let unread: Vec<_> = parsed.unread.iter().map(|unread| unread.message.as_str()).collect();
    assert_eq!(
        unread,
        [
            "`\\i` runs another file, which nobody has read here",
            "`\\!` runs a command of the shell, which nobody has read here"
        ]
    );
    assert_eq!(does("SELECT 1 \\g | cat \\\\ DROP TABLE no;"), [""; 0]);
}

#[test]
fn statements_with_semicolons_of_their_own_stand_in_bodies_too() {
    let text = "DO $$ BEGIN
        CREATE RULE r AS ON INSERT TO t DO INSTEAD (DELETE FROM a; DELETE FROM b);
        CREATE OR REPLACE FUNCTION f() RETURNS void BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; DELETE FROM c; END;
        EXECUTE 'CREATE RULE r AS ON INSERT TO t DO (DELETE FROM d; DELETE FROM e)';
        DROP TABLE x;
    END $$;";
    assert!(read(text).unread.is_empty(), "{:?}", read(text).unread);
    let stands = |is: &str| of(text, is).iter().map(|fact| word(fact, Field::Stands)).collect::<Vec<_>>();
    assert_eq!(stands("delete"), ["function-body"; 5]);
    assert_eq!(stands("drop_table"), ["do-block"]);
    // where nothing closes, every semicolon counts
    let open = "DO $$ BEGIN CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DROP TABLE x; END $$;";
    assert_eq!(word(&one(open, "drop_table"), Field::Stands), "do-block");
}

#[test]
fn quoted_names_of_functions_are_no_disguise() {
    let text = "SELECT \"vault\".\"create_secret\"('MADEUP-in-the-vault');
        SELECT \"pg_catalog\".\"set_config\"('search_path', 'ops', false);
        DO $$ BEGIN
            EXECUTE \"format\"('DROP TABLE %I', 'a');
            EXECUTE pg_catalog.concat('DROP TABLE ', pg_catalog.quote_ident('b'));
        END $$;";
    let parsed = read(text);
    assert_eq!(parsed.masks.iter().map(|mask| &text[mask.clone()]).collect::<Vec<_>>(), ["MADEUP-in-the-vault"]);
    let tables: Vec<_> = of(text, "drop_table").iter().map(|fact| word(fact, Field::Table)).collect();
    assert_eq!(tables, ["ops.a", "ops.b"]);
}

#[test]
fn text_that_goes_on_further_up_in_the_file_stands_where_it_begins() {
    let text = "DO $$ DECLARE name text := 'jobs'; BEGIN EXECUTE 'DROP TABLE ' || name; END $$;";
    let fact = one(text, "drop_table");
    assert_eq!((word(&fact, Field::Table).as_str(), anchor(text, &fact)), ("public.jobs", "DROP TABLE "));
    assert_eq!(spelled(text, &fact, Field::Table), "jobs");
}

#[test]
fn guards_that_count_and_guards_that_deny() {
    let query = "FROM pg_tables WHERE schemaname = 'public' AND tablename = 't'";
    let guarded = |body: &str| {
        let text = format!("DO $$ DECLARE n int; found_it text; BEGIN {body} END $$;");
        word(&one(&text, "drop_table"), Field::Guarded)
    };
    for (body, expected) in [
        (format!("SELECT count(*) INTO n {query}; IF n > 0 THEN DROP TABLE t; END IF;"), "same-object"),
        (format!("SELECT count(*) INTO n {query}; IF n = 0 THEN NULL; ELSE DROP TABLE t; END IF;"), "same-object"),
        (format!("SELECT count(*) INTO n {query}; IF n > 0 THEN DROP TABLE u; END IF;"), "other-object"),
        (format!("SELECT count(*) INTO n {query}; n := 1; IF n > 0 THEN DROP TABLE t; END IF;"), "no"),
        (
            format!("SELECT tablename INTO found_it {query}; IF found_it IS NOT NULL THEN DROP TABLE t; END IF;"),
            "same-object",
        ),
        (format!("IF (SELECT EXISTS (SELECT 1 {query})) THEN DROP TABLE t; END IF;"), "same-object"),
        (format!("IF NOT (SELECT EXISTS (SELECT 1 {query})) THEN RETURN; END IF; DROP TABLE t;"), "same-object"),
        (
            "IF EXISTS (SELECT 1 FROM pg_tables WHERE NOT (tablename = 't')) THEN DROP TABLE t; END IF;".into(),
            "other-object",
        ),
        (
            "IF EXISTS (SELECT 1 FROM pg_tables WHERE NOT tablename = 't') THEN DROP TABLE t; END IF;".into(),
            "other-object",
        ),
        (
            "IF EXISTS (SELECT 1 FROM \"pg_tables\" WHERE \"tablename\" = 't') THEN DROP TABLE t; END IF;".into(),
            "same-object",
        ),
    ] {
        assert_eq!(guarded(&body), expected, "{body}");
    }
}

#[test]
fn a_quote_left_open_around_a_body_is_one_finding() {
    let parsed = read("DROP TABLE a; DO $x$ BEGIN DROP TABLE b; SELECT 'c; END $y$;");
    assert_eq!(parsed.unread.len(), 1, "{:?}", parsed.unread);
}

#[test]
fn a_detached_partition_that_is_finalized_takes_the_milder_lock() {
    assert_eq!(
        word(&one("ALTER TABLE t DETACH PARTITION p FINALIZE;", "detach_partition"), Field::Lock),
        "share-update-exclusive"
    );
}

#[test]
fn control_structures_of_templates_stand_around_statements() {
    let text = "{{- if .Reset }}\nDROP TABLE {{ .Schema }}.jobs;\n{{ else }} TRUNCATE jobs {{ end }}";
    assert_eq!(does(text), ["drop_table", "truncate"]);
    assert!(read(text).unread.is_empty());
    // what any other placeholder stands for may be anything
    assert_eq!(read("{{ .Statement }} DROP TABLE jobs;").unread.len(), 1);
}
