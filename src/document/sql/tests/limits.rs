//! Scripts that nobody writes by accident: what costs more than its length has a limit, and a limit is one finding.

use super::{does, of, one, read, word};
use crate::fact::{Field, Kind, State};

fn body(text: &str) -> String {
    format!("DO $body$ BEGIN {text} END $body$;")
}

fn messages(text: &str) -> Vec<String> {
    read(text).unread.into_iter().map(|unread| unread.message).collect()
}

#[test]
fn a_long_text_is_not_run_again_and_again() {
    let long = format!("DROP TABLE t; {}", "-- and what it was for\n".repeat(2_000));
    let text = format!("DO $x$ DECLARE v text := '{long}'; BEGIN {} END $x$; TRUNCATE u;", "EXECUTE v; ".repeat(1_000));
    let said = messages(&text);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("more text is put together at run time"), "{said:?}");
    // what came before is read, what comes behind is undecided, and statements that are written out are read as ever
    let dropped = of(&text, "drop_table").len();
    assert!(dropped > 20 && dropped < 100, "{dropped}");
    let parsed = read(&text);
    let undecided = parsed.facts.iter().filter(|fact| matches!(fact.own(Field::Is), Some(State::Unknown(..))));
    assert!(undecided.count() > 900);
    assert_eq!(of(&text, "truncate").len(), 1);
}

#[test]
fn variables_that_grow_are_followed_only_so_far() {
    let declared: String = (0..2_000).map(|n| format!("v{} text := v{n} || ' DROP TABLE t;'; ", n + 1)).collect();
    let text = format!("DO $x$ DECLARE v0 text := ''; {declared} BEGIN EXECUTE v3; EXECUTE v2000; END $x$;");
    let parsed = read(&text);
    let dynamic: Vec<_> = parsed.facts.iter().filter(|fact| word(fact, Field::Stands) == "dynamic").collect();
    assert!(dynamic.len() >= 4, "three tables and something that is undecided: {}", dynamic.len());
    assert!(dynamic.iter().any(|fact| matches!(fact.own(Field::Is), Some(State::Unknown(..)))));
}

#[test]
fn a_script_has_only_so_many_facts() {
    let names = vec!["a"; 140].join(",");
    let text = format!("{} DROP TABLE t;", format!("GRANT SELECT ON {names} TO {names}; ").repeat(30));
    let parsed = read(&text);
    let said: Vec<&str> = parsed.unread.iter().map(|unread| unread.message.as_str()).collect();
    assert_eq!(said, ["the script does more than is read of one, and from here on nothing is"]);
    assert!(parsed.facts.len() < 150_000, "{}", parsed.facts.len());
    let last = parsed.facts.iter().rfind(|fact| fact.kind == Kind::Statement).unwrap();
    assert_eq!(word(last, Field::Understood), word(&one_not_understood(), Field::Understood));
}

/// A statement that is not understood.
fn one_not_understood() -> crate::fact::Fact {
    read("FROBNICATE t;").facts.into_iter().find(|fact| fact.kind == Kind::Statement).unwrap()
}

#[test]
fn handlers_guard_together_and_only_so_deep() {
    let handlers = "WHEN division_by_zero THEN NULL; ".repeat(3_000);
    let text = body(&format!("DROP TABLE t; EXCEPTION {handlers} WHEN undefined_table THEN NULL;"));
    assert_eq!(word(&one(&text, "drop_table"), Field::Guarded), "same-object");
    let raising = body("DROP TABLE t; EXCEPTION WHEN undefined_table THEN RAISE; WHEN others THEN NULL;");
    assert_eq!(word(&one(&raising, "drop_table"), Field::Guarded), "any-error");
    let deep =
        format!("{}DROP TABLE t;{}", "BEGIN ".repeat(3_000), " EXCEPTION WHEN others THEN NULL; END;".repeat(3_000));
    assert_eq!(messages(&body(&deep)), ["blocks are nested too deep to be followed"]);
    assert_eq!(of(&body(&deep), "drop_table").len(), 1);
}

#[test]
fn brackets_that_nothing_closes_end_with_their_statement() {
    for open in ["EXECUTE (; ", "a := ARRAY[; ", "a := (b; ", "EXECUTE format('DROP TABLE %I', (; "] {
        let text = body(&format!("{} DROP TABLE t;", open.repeat(3_000)));
        assert_eq!(
            of(&text, "drop_table").iter().filter(|fact| word(fact, Field::Stands) == "do-block").count(),
            1,
            "{open}"
        );
    }
}

#[test]
fn a_variable_of_many_checks_holds_some_of_them() {
    let checks = vec!["EXISTS (SELECT 1 FROM pg_class WHERE relname = 't')"; 500].join(" AND ");
    let text = body(&format!("v := {checks}; {}", "IF v THEN DROP TABLE t; END IF; ".repeat(500)));
    let dropped = of(&text, "drop_table");
    assert_eq!(dropped.len(), 500);
    assert!(dropped.iter().all(|fact| word(fact, Field::Guarded) == "same-object"));
}

#[test]
fn long_openings_are_one_finding() {
    let tags: String = (0..50_000).map(|n| format!("$a{n}$")).collect();
    for text in ["/*".repeat(50_000), format!("SELECT $x$ {}", "DROP ".repeat(50_000)), tags] {
        assert_eq!(messages(&text).len(), 1, "{}", text.get(..9).unwrap());
    }
    let merge = format!("MERGE INTO t USING s ON a {}", "WHEN MATCHED THEN UPDATE SET a = 1, b = 2 ".repeat(2_000));
    assert_eq!(does(&merge).len(), 4_001);
    assert!(does(&merge.replace("WHEN MATCHED", "")).len() < 4_002);
    // placeholders are found behind others that nothing closes
    assert_eq!(
        messages(&format!("{}{} DROP TABLE {{{{ t }}}};", "SELECT a{{b; ".repeat(300), " ".repeat(600))).len(),
        300
    );
}
