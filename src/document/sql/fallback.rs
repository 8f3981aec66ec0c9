//! A second opinion on one statement: sqlparser's. It abstains where it could be driven too deep.

use super::cursor::Cursor;
use super::token::{Token, TokenKind};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

/// Statements longer than this are left to the recogniser.
const LONGEST: usize = 256 * 1024;
/// So are statements of more tokens: `a AND a AND …` is a tree as deep as it has terms, and it is dropped by recursion. A
/// thread of 2 MiB overflows at 32,000 terms in a debug build.
const MOST_TOKENS: usize = 4_000;
/// So are statements with brackets deeper than this.
const DEEPEST: usize = 64;

/// How deep sqlparser may go. Its own limit of fifty is too much for statements inside statements, whose frames are large:
/// they overflow a thread of 2 MiB in a debug build.
const RECURSION: usize = 24;

/// Whether sqlparser reads the statement. The tree is dropped unseen: its `Debug`, `Clone`, `Eq` and `span` recurse
/// without a limit.
pub(super) fn reads(statement: &Cursor<'_>) -> bool {
    let (Some(first), Some(last)) = (statement.tokens.first(), statement.tokens.last()) else { return false };
    let large = (last.end - first.start) as usize > LONGEST || statement.tokens.len() > MOST_TOKENS;
    if large || too_deep(statement) || statement.is("explain") {
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
    let parser = Parser::new(&PostgreSqlDialect {}).with_recursion_limit(RECURSION).try_with_sql(&text);
    parser.and_then(|mut parser| parser.parse_statements()).is_ok_and(|statements| statements.len() == 1)
}

/// Whether a text with these tokens is one that sqlparser may be asked about.
pub(super) fn is_small(text: &str, tokens: &[Token]) -> bool {
    text.len() <= LONGEST && tokens.len() <= MOST_TOKENS && !deep(tokens)
}

fn too_deep(statement: &Cursor<'_>) -> bool {
    deep(statement.tokens)
}

fn deep(tokens: &[Token]) -> bool {
    let mut depth = 0_usize;
    tokens.iter().any(|token| {
        match token.kind {
            TokenKind::Symbol(b'(' | b'[') => depth += 1,
            TokenKind::Symbol(b')' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEEPEST
    })
}

#[cfg(test)]
mod tests {
    use super::super::token::Lexer;
    use super::{Cursor, MOST_TOKENS, reads};
    use crate::source::{Mapped, SourceId};

    fn reads_text(text: &str) -> bool {
        let (tokens, _) = Lexer::new(text).all();
        reads(&Cursor::new(&Mapped::literal(SourceId(0), text, 0), &tokens))
    }

    #[test]
    fn placeholders_are_names_to_it() {
        assert!(reads_text("SELECT * FROM {{ .Schema }}.jobs WHERE id = :'id' AND a = ${b} AND c = %(d)s"));
        assert!(!reads_text("SELECT * FORM t WHERE"));
    }

    #[test]
    fn the_deepest_tree_it_may_build_can_be_dropped() {
        for operator in ["+1", " AND a", "||'a'"] {
            let terms = MOST_TOKENS / if operator == "||'a'" { 3 } else { 2 } - 2;
            assert!(reads_text(&format!("SELECT a{}", operator.repeat(terms))), "{operator}");
            assert!(!reads_text(&format!("SELECT a{}", operator.repeat(MOST_TOKENS))), "{operator}");
        }
        assert!(!reads_text(&format!("SELECT {}1", "(".repeat(65))));
    }
}
