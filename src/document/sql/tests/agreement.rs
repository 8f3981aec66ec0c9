//! The recogniser held against sqlparser: on every statement of the fixtures that both read, the same operations on the
//! same objects. They share nothing: a test below holds that, too.

mod deep;
mod tree;

use super::super::cursor::Cursor;
use super::super::recognise::recognise;
use super::super::split::{PieceKind, split};
use super::word;
use crate::fact::{Fact, Field};
use crate::source::{Mapped, SourceId};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// First words of statements that sqlparser reads and that are no operation on an object, or that it knows too little of.
const NOT_COMPARED: &[&str] = &[
    "ALTER SCHEMA",
    "ANALYZE",
    "BEGIN",
    "CALL",
    "COMMENT",
    "COMMIT",
    "CREATE COLLATION",
    "CREATE SERVER",
    "DEALLOCATE",
    "DISCARD",
    "DROP COLLATION",
    "EXECUTE",
    "LISTEN",
    "LOCK",
    "NOTIFY",
    "RELEASE",
    "RESET",
    "ROLLBACK",
    "SAVEPOINT",
    "SET",
    "START",
    "VACUUM",
];

/// Statements that sqlparser reads as something else: it takes ONLY for the name of the table.
const MISREAD: &[&str] = &["DELETE FROM ONLY t", "DELETE FROM ONLY (t) WHERE a = 1"];

/// The same from the recogniser's facts.
fn recognised(fact: &Fact) -> Option<String> {
    let is = word(fact, Field::Is);
    const LEFT_OUT: &[&str] = &[
        "select",
        "other",
        "set",
        "begin",
        "commit",
        "rollback",
        "do_block",
        "savepoint",
        "comment",
        "analyze",
        "like_table",
    ];
    if LEFT_OUT.contains(&is.as_str()) {
        return None;
    }
    let [table, column, schema, name] =
        [Field::Table, Field::Column, Field::Schema, Field::Name].map(|field| word(fact, field));
    let object = match (table.as_str(), column.as_str(), schema.as_str(), name.as_str()) {
        (table, "-", _, "-") if table != "-" => table.to_owned(),
        ("-", "-", schema, "-") => format!("schema {schema}"),
        ("-", "-", "-", name) => name.to_owned(),
        ("-", "-", schema, name) if schema == name => name.to_owned(),
        ("-", "-", schema, name) => format!("{schema}.{name}"),
        (table, "-", _, name) => format!("{name} on {table}"),
        (table, column, ..) => format!("{table}.{column}"),
    };
    match (word(fact, Field::Privilege), word(fact, Field::Grantee)) {
        (privilege, grantee) if privilege != "-" => Some(format!("{is} {privilege} on {object} to {grantee}")),
        _ => Some(format!("{is} {object}{}", deep::detail(fact))),
    }
}

fn sql_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sql_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            found.push(path);
        }
    }
}

/// The statements of a script, as they stand in it.
fn statements(script: &str) -> Vec<String> {
    let split = split(script);
    let pieces = split.pieces.iter().filter(|piece| piece.kind == PieceKind::Statement && piece.broken.is_none());
    pieces.map(|piece| script[piece.range.clone()].trim_start_matches('\u{feff}').to_owned()).collect()
}

/// Both lists for a statement; none where sqlparser does not read it, or reads nothing that can be compared.
fn both(statement: &str, not_compared: &mut BTreeSet<String>) -> Option<(Vec<String>, Vec<String>)> {
    let trees = Parser::parse_sql(&PostgreSqlDialect {}, statement).ok()?;
    let [tree] = trees.as_slice() else { return None };
    let text = Mapped::literal(SourceId(0), statement, 0);
    let (mut tokens, _) = super::super::token::Lexer::new(statement).all();
    tokens.retain(|token| token.kind != super::super::token::TokenKind::Symbol(b';'));
    let cursor = Cursor::new(&text, &tokens);
    let first = tokens.first().map(|token| cursor.slice(*token).to_uppercase()).unwrap_or_default();
    let Some(mut theirs) = tree::parsed(tree) else {
        let words: Vec<String> = tokens.iter().take(2).map(|token| cursor.slice(*token).to_uppercase()).collect();
        let objects = ["ALTER", "CREATE", "DROP"].contains(&first.as_str());
        not_compared.insert(if objects { words.join(" ") } else { first });
        return None;
    };
    let (reading, _) = recognise(cursor, &Default::default(), false);
    let mut ours: Vec<String> = reading.operations.iter().filter_map(recognised).collect();
    ours.sort();
    theirs.sort();
    Some((ours, theirs))
}

#[test]
fn both_readers_say_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut files = Vec::new();
    sql_files(&root, &mut files);
    // those of the replay hold expressions that the other reader spells without blanks
    files.retain(|file| !file.starts_with(root.join("replay")));
    let scripts = files.iter().map(|file| std::fs::read_to_string(file).unwrap());
    let forms = super::forms::all().map(str::to_owned);
    let all: Vec<String> = scripts.flat_map(|script| statements(&script)).chain(forms).collect();
    let (mut compared, mut not_compared, mut differ) = (0, BTreeSet::new(), Vec::new());
    for statement in &all {
        let Some((ours, theirs)) = both(statement, &mut not_compared) else { continue };
        compared += 1;
        if MISREAD.contains(&statement.as_str()) {
            assert_ne!(ours, theirs, "sqlparser reads {statement} now");
        } else if ours != theirs {
            differ.push(format!("{}\n  recogniser {ours:?}\n  sqlparser  {theirs:?}", statement.trim()));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    assert!(compared >= 330, "{compared} of {}", all.len());
    let unknown = not_compared.iter().filter(|word| !NOT_COMPARED.contains(&word.as_str()));
    assert_eq!(unknown.collect::<Vec<_>>(), [""; 0], "statements that nobody compares");
}

#[test]
fn only_the_second_opinion_and_the_comparison_of_definitions_use_sqlparser() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![folder];
    let mut users = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.ends_with("state/meaning") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") && std::fs::read_to_string(&path).unwrap().contains("sqlparser::") {
                users.push(name);
            }
        }
    }
    users.sort();
    assert_eq!(users, ["agreement.rs", "deep.rs", "fallback.rs", "forms.rs", "tree.rs"]);
}
