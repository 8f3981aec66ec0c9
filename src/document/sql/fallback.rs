//! A second opinion on one statement: sqlparser's. It abstains where it could be driven too deep.

use super::cursor::Cursor;
use super::token::TokenKind;
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

/// Statements longer than this are left to the recogniser: trees are dropped by recursion, as deep as they are.
const LONGEST: usize = 64 * 1024;
/// So are statements with brackets deeper than this.
const DEEPEST: usize = 64;

/// Whether sqlparser reads the statement. The tree is dropped unseen: its `Debug`, `Clone`, `Eq` and `span` recurse
/// without a limit.
pub(super) fn reads(statement: &Cursor<'_>) -> bool {
    let (Some(first), Some(last)) = (statement.tokens.first(), statement.tokens.last()) else { return false };
    if (last.end - first.start) as usize > LONGEST || too_deep(statement) {
        return false;
    }
    let whole = statement.text.text();
    let mut text = String::with_capacity((last.end - first.start) as usize);
    let mut from = first.start as usize;
    for token in statement.tokens {
        if matches!(token.kind, TokenKind::Hole | TokenKind::TextHole) {
            text.push_str(whole.get(from..token.start as usize).unwrap_or(""));
            text.push_str(" placeholder ");
            from = token.end as usize;
        }
    }
    text.push_str(whole.get(from..last.end as usize).unwrap_or(""));
    Parser::parse_sql(&PostgreSqlDialect {}, &text).is_ok_and(|statements| statements.len() == 1)
}

fn too_deep(statement: &Cursor<'_>) -> bool {
    let mut depth = 0_usize;
    statement.tokens.iter().any(|token| {
        match token.kind {
            TokenKind::Symbol(b'(' | b'[') => depth += 1,
            TokenKind::Symbol(b')' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEEPEST
    })
}
