//! Which one statement a comment for preflight stands at.

use super::read;

/// What each marker of a script stands at, without what is a thing of its own in it.
fn reaches(text: &str) -> Vec<String> {
    let said = |marker: crate::document::Marker| match marker.reach {
        Ok(reach) => {
            let mut said = text.get(reach.span.range()).unwrap().to_owned();
            for inner in &reach.but {
                said = said.replace(text.get(inner.range()).unwrap(), "…");
            }
            said
        }
        Err(why) => format!("! {why}"),
    };
    read(text).markers.into_iter().map(said).collect()
}

#[test]
fn the_next_statement_and_no_other() {
    let text = "-- preflight: allow a\n\n-- prose\nALTER TABLE t DROP COLUMN a;\nALTER TABLE t DROP COLUMN b;\n";
    assert_eq!(reaches(text), ["ALTER TABLE t DROP COLUMN a;"]);
    assert_eq!(reaches("/* preflight: allow a\n   until=2027-01-31 */\nDROP TABLE t;"), ["DROP TABLE t;"]);
    assert_eq!(
        reaches("/* a /* b */ preflight: allow a */ DROP TABLE t;"),
        Vec::<String>::new(),
        "it begins with prose"
    );
    assert_eq!(reaches("-- preflight: allow a\n\\i other.sql\nDROP TABLE t;"), ["\\i other.sql"]);
}

#[test]
fn at_the_end_of_a_line_and_inside() {
    assert_eq!(reaches("DROP TABLE t; -- preflight: allow a\nDROP TABLE u;"), ["DROP TABLE t;"]);
    assert_eq!(reaches("DROP TABLE t; /* preflight: allow a */ DROP TABLE u;"), ["DROP TABLE u;"]);
    let text = "CREATE TABLE t (\n  id serial, -- preflight: allow a\n  n int\n);\nDROP TABLE u;";
    assert_eq!(reaches(text), ["CREATE TABLE t (\n  id serial, -- preflight: allow a\n  n int\n);"]);
    assert_eq!(reaches("DROP TABLE t;\n-- preflight: allow a\n"), ["! no statement follows it"]);
    assert_eq!(reaches("DROP TABLE t\n-- preflight: allow a\n"), ["! no statement follows it"]);
}

#[test]
fn text_that_is_no_comment_is_no_marker() {
    assert_eq!(reaches("SELECT '-- preflight: allow a';\nDROP TABLE t;"), Vec::<String>::new());
    assert_eq!(reaches("COPY t FROM stdin;\n-- preflight: allow a\n\\.\nDROP TABLE t;"), Vec::<String>::new());
}

#[test]
fn a_body_has_statements_of_its_own() {
    let text = "-- preflight: allow outer\nDO $$\nBEGIN\n  -- preflight: allow a\n  DROP TABLE t;\n  IF x THEN\n    DROP TABLE u; -- preflight: allow b\n  END IF;\nEND $$;\nDROP TABLE v;";
    let found = reaches(text);
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[0], "DO $$…$$;", "what stands in the body is not waived with it");
    assert_eq!(found[1], "BEGIN\n  -- preflight: allow a\n  DROP TABLE t;");
    assert_eq!(found[2], "IF x THEN\n    DROP TABLE u;");
    let text = "CREATE FUNCTION f() RETURNS void LANGUAGE sql\nBEGIN ATOMIC\n  -- preflight: allow a\n  DELETE FROM t;\n  DELETE FROM u;\nEND;";
    assert_eq!(reaches(text), ["DELETE FROM t;"]);
    let text = "DO 'BEGIN\n  -- preflight: allow a\n  EXECUTE ''DROP TABLE t''; DROP TABLE u; END';";
    assert_eq!(reaches(text), ["BEGIN\n  -- preflight: allow a\n  EXECUTE ''DROP TABLE t'';"]);
}
