//! Statements that PostgreSQL accepts: each must be understood, and do what it says.

use super::{does, read};

/// Forms that sqlparser 0.63 refuses.
const REFUSED: &str = include_str!("../../../../fixtures/sql/statements/refused.txt");
/// Forms that it reads.
const READ: &str = include_str!("../../../../fixtures/sql/statements/read.txt");
/// Forms beside those.
const MORE: &str = include_str!("../../../../fixtures/sql/statements/more.txt");

/// The statements of such a file: what is not indented.
fn forms(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter(|line| !line.is_empty() && !line.starts_with([' ', '#']))
}

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    [REFUSED, READ, MORE].into_iter().flat_map(forms)
}

#[test]
fn every_form_is_understood() {
    let unread: Vec<&str> = all().filter(|form| !read(form).unread.is_empty()).collect();
    assert!(unread.is_empty(), "{unread:#?}");
    for form in all() {
        assert!(!super::operations(form).is_empty(), "{form} does nothing");
    }
}

#[test]
fn the_recogniser_vouches_for_all_of_them_by_itself() {
    for form in all() {
        let text = crate::source::Mapped::literal(crate::source::SourceId(0), form, 0);
        let (tokens, _) = super::super::token::Lexer::new(form).all();
        let cursor = super::super::cursor::Cursor::new(&text, &tokens);
        assert!(super::super::recognise::recognise(cursor, &Default::default(), false).1, "{form}");
    }
}

#[test]
fn sqlparser_refuses_what_is_said_to_be_refused() {
    use sqlparser::{dialect::PostgreSqlDialect, parser::Parser};
    let reads = |form: &str| Parser::parse_sql(&PostgreSqlDialect {}, form).is_ok();
    let now_read: Vec<&str> = forms(REFUSED).filter(|form| reads(form)).collect();
    let now_refused: Vec<&str> = forms(READ).filter(|form| !reads(form)).collect();
    assert!(now_read.is_empty() && now_refused.is_empty(), "reads {now_read:#?}, refuses {now_refused:#?}");
}

#[test]
fn nonsense_is_not_understood() {
    for broken in [
        "ALTER TABEL foo DROP COLUMN bar",
        "DROP foo",
        "DROP TABLE",
        "CREATE TABLE (a int)",
        "CREATE TABLE t (a int",
        "UPDATE t SET a = 1 DROP TABLE x",
        "UPDATE t",
        "TRUNCATE t WHERE a",
        "REPLACE INTO t VALUES (1)",
        "{{ .Body }}",
        "SELECT a)",
        "GRANT SELECT ON t",
        "DELETE t",
        "CREATE INDEX i ON t",
        "ALTER TABLE t DESTROY COLUMN a",
        "SELECT 1 DROP TABLE x",
        "CREATE POLICY p ON t USING true DROP TABLE x",
    ] {
        assert_eq!(read(broken).unread.len(), 1, "{broken}");
    }
    let unread = read("ALTER TABEL foo DROP COLUMN bar;").unread;
    assert!(unread[0].message.contains("DROP") && unread[0].message.contains("ALTER"), "{}", unread[0].message);
    assert_eq!(does("SELEC 1; DROP TABLE a;"), ["drop_table"], "one broken statement does not take the next along");
}
