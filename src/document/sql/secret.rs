//! Literals that are secrets by where they stand: passwords of roles and user mappings, connection strings of
//! subscriptions, what is put into the vault, and values of what is called like a secret.

use super::cursor::Cursor;
use super::literal;
use super::token::{NAME_HOLE, TEXT_HOLE, TokenKind};
use crate::document::value;
use crate::fact::{Fact, Field, Kind};
use crate::source::Secret;
use std::ops::Range;

/// Functions of Supabase's vault that take a secret.
const VAULT: &[&str] = &["create_secret", "update_secret"];

/// Parts of names of variables, settings and columns that hold what nobody may see.
pub(super) const SECRETS: &[&str] = &["password", "passwd", "secret", "token", "api_key", "apikey", "private_key"];

/// Gives the bytes in the file of each such literal, without its quotes.
pub(super) fn find(c: &Cursor<'_>, mut mask: impl FnMut(Range<usize>)) {
    for at in positions(c) {
        if let Some(token) = c.tokens.get(at) {
            mask(c.text.span(literal::inner_range(c.text, *token)).range());
        }
    }
}

/// Gives the bytes in the file from the first such literal to `end`: where a quote was left open, nobody knows which text
/// stands in quotes and which does not.
pub(super) fn find_to_end(c: &Cursor<'_>, end: usize, mask: impl FnOnce(Range<usize>)) {
    let first = positions(c).find_map(|at| c.tokens.get(at));
    if let Some(token) = first {
        let start = literal::inner_range(c.text, *token).start;
        mask(c.text.span(start..end.max(start)).range());
    }
}

/// Gives the decoded bytes of each such literal, without its quotes.
pub(super) fn decoded(c: &Cursor<'_>) -> Vec<Range<usize>> {
    let tokens = positions(c).filter_map(|at| c.tokens.get(at));
    tokens.map(|token| literal::inner_range(c.text, *token)).collect()
}

/// The literals that a statement itself calls a secret, each with its kind of credential: PASSWORD of a role or a user
/// mapping, and what is put into the vault. Empty texts, placeholders and what only run time knows are none.
pub(super) fn stated(c: &Cursor<'_>) -> Vec<Fact> {
    let mut found = Vec::new();
    let roles = (c.is("create") || c.is("alter"))
        && c.tokens
            .iter()
            .take(4)
            .enumerate()
            .any(|(at, _)| ["role", "user", "group"].iter().any(|word| c.word_at(at, word)));
    for (at, token) in c.tokens.iter().enumerate().filter(|(_, token)| token.is_text()) {
        let vault = c.named_at(at.saturating_sub(2), "create_secret") && c.symbol_at(at.saturating_sub(1), b'(');
        let is = match at.checked_sub(1) {
            Some(before) if roles && c.word_at(before, "password") => "password",
            _ if vault => "vault-secret",
            _ => continue,
        };
        let text = literal::decode(c.text, *token);
        let value = text.text();
        if value.is_empty() || value.contains([NAME_HOLE, TEXT_HOLE]) || value::is_placeholder(value) {
            continue;
        }
        let span = text.whole();
        // the password of the local stack, which everybody has
        let demo = value == "postgres";
        let fact = Fact::variant(Kind::Credential, is, span).standing_in(0);
        let fact = fact.with(Field::Value, Secret::new(value), span).with_word(Field::Stands, "literal", span);
        found.push(fact.with(Field::Secret, !demo, span).with(Field::Demo, demo, span));
    }
    found
}

fn positions(c: &Cursor<'_>) -> impl Iterator<Item = usize> {
    // the bracket depth at which a call of the vault was opened
    let mut vault = None;
    let mut last_secret = None;
    let inserts = inserts_secret(c);
    let mut depth = 0_usize;
    c.tokens.iter().enumerate().filter_map(move |(at, token)| {
        match token.kind {
            TokenKind::Symbol(b'(') => {
                depth += 1;
                if at > 0 && vault.is_none() && VAULT.iter().any(|name| c.named_at(at - 1, name)) {
                    vault = Some(depth);
                }
            }
            TokenKind::Symbol(b')') => {
                if vault == Some(depth) {
                    vault = None;
                }
                depth = depth.saturating_sub(1);
            }
            _ if !token.is_text() => {}
            _ => {
                // a literal goes on with the one before it
                let goes_on = at > 0 && last_secret == Some(at - 1);
                if goes_on || inserts || vault.is_some() || follows_password(c, at) || is_setting(c, at) {
                    last_secret = Some(at);
                    return Some(at);
                }
            }
        }
        None
    })
}

/// Whether the literal at `at` stands behind PASSWORD or CONNECTION, or behind a name that says what it is:
/// `SET "app.jwt_secret" TO 'x'`, `api_key = 'x'`.
fn follows_password(c: &Cursor<'_>, at: usize) -> bool {
    let Some(mut last) = at.checked_sub(1) else { return false };
    if c.word_at(last, "to") {
        last = last.saturating_sub(1);
    }
    // `password = 'x'`, `password := 'x'`, `password => 'x'`
    for symbol in [b'>', b'=', b':'] {
        if c.symbol_at(last, symbol) {
            last = last.saturating_sub(1);
        }
    }
    c.word_at(last, "connection") || is_secret(c, last)
}

/// Whether the literal at `at` is the value of `set_config('app.jwt_secret', 'x', …)`.
fn is_setting(c: &Cursor<'_>, at: usize) -> bool {
    let Some(call) = at.checked_sub(4) else { return false };
    let name = c.tokens.get(at - 2).filter(|token| token.is_text());
    c.named_at(call, "set_config")
        && c.symbol_at(at - 1, b',')
        && name.is_some_and(|token| {
            let name = c.slice(*token).to_ascii_lowercase();
            SECRETS.iter().any(|secret| name.contains(secret))
        })
}

/// Whether a name says that what it holds is a secret.
pub(super) fn is_secret(c: &Cursor<'_>, at: usize) -> bool {
    let token = c.tokens.get(at).filter(|token| token.is_name());
    token.is_some_and(|token| {
        let name = c.slice(*token).to_ascii_lowercase();
        SECRETS.iter().any(|secret| name.contains(secret))
    })
}

/// Whether the statement inserts into a column that is called like a secret: what is inserted is one, then.
fn inserts_secret(c: &Cursor<'_>) -> bool {
    if !c.is("insert") {
        return false;
    }
    let mut columns = c.moved(2);
    columns.name();
    columns.parens().is_some_and(|mut inner| inner.any(|at| is_secret(c, at)))
}
