//! Whether two definitions say the same. A server keeps what an expression means and prints it in its own words: brackets
//! round everything, types behind constants, `= ANY (ARRAY[…])` for IN. So both are read into pieces that are the same for
//! the same meaning, as far as that is safe; beyond that the answer is that nobody can tell.

mod expression;
mod literal;
mod partition;
mod query;
mod trigger;

use crate::document::sql::text;
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

pub use partition::{bounds, keys};
pub use trigger::triggers;

/// How deep sqlparser may go: as for statements.
const RECURSION: usize = 24;

/// Whether two texts say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alike {
    /// They do.
    Same,
    /// They do not.
    Differs,
    /// Nobody can tell from the texts.
    Unclear,
}

/// What an expression is made of, in an order of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// A column or a table, with what stands before the dot.
    Name(Option<String>, String),
    /// A function, with its schema.
    Called(Option<String>, String),
    /// An operator, a bracket, a keyword.
    Word(String),
    /// A constant as it is written, and its type where that is said.
    Constant(String, Option<String>),
    /// The type that what stands before is made: the server adds some.
    Cast(String),
    /// The name that what stands before gets: the server adds some.
    Alias(String),
}

/// The pieces of a text, and whether all of it was understood.
#[derive(Debug, Default)]
struct Pieces {
    pieces: Vec<Piece>,
    partly: bool,
}

/// The columns of a table, in order, where they are known: what `*` means.
pub type Columns<'c> = &'c dyn Fn(&str) -> Option<Vec<String>>;

/// Compares two expressions.
pub fn expressions(one: &str, other: &str) -> Alike {
    if text::squeezed(one) == text::squeezed(other) {
        return Alike::Same;
    }
    match (expression_of(one), expression_of(other)) {
        (Some(one), Some(other)) => match compare(&one.pieces, &other.pieces) {
            Alike::Differs if one.partly || other.partly => Alike::Unclear,
            alike => alike,
        },
        _ => Alike::Unclear,
    }
}

/// What the columns of a view are called besides what its query says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<'n> {
    /// The names in brackets behind its own.
    pub columns: &'n [String],
    /// Names that got others later.
    pub renamed: Vec<(&'n str, &'n str)>,
}

/// Compares the queries of two views; `called` are the names that each gives its columns in brackets. Where their texts
/// differ the server may have put the one into the words of the other, unless they give or ask other columns, or hold other
/// texts.
pub fn queries(one: &str, other: &str, called: [Named<'_>; 2], columns: Columns<'_>) -> Alike {
    if text::squeezed(one) == text::squeezed(other) && called[0] == called[1] {
        return Alike::Same;
    }
    let (Some((one, first)), Some((other, second))) = (query_of(one, columns), query_of(other, columns)) else {
        return Alike::Unclear;
    };
    match query::same_outputs((first, &called[0]), (second, &called[1])) {
        Some(false) => return Alike::Differs,
        Some(true) if compare(&one.pieces, &other.pieces) == Alike::Same => return Alike::Same,
        Some(true) => {}
        None => return Alike::Unclear,
    }
    let loose = |pieces: &Pieces| {
        pieces.pieces.iter().any(|piece| matches!(piece, Piece::Constant(_, Some(ty)) if literal::is_loose(ty)))
    };
    if one.partly || other.partly {
        return Alike::Unclear;
    }
    let names = |pieces: &Pieces| {
        let names = pieces.pieces.iter().filter_map(|piece| match piece {
            Piece::Name(_, name) => Some(name.clone()),
            _ => None,
        });
        names.collect::<std::collections::BTreeSet<_>>()
    };
    let texts = |pieces: &Pieces| {
        let texts = pieces.pieces.iter().filter_map(|piece| match piece {
            Piece::Constant(text, _) => Some(text.clone()),
            _ => None,
        });
        texts.collect::<std::collections::BTreeSet<_>>()
    };
    let other_texts = !loose(&one) && !loose(&other) && texts(&one) != texts(&other);
    if names(&one) != names(&other) || other_texts { Alike::Differs } else { Alike::Unclear }
}

/// Compares what two routines do: the text of a body is kept by the server as it is written, `RETURN …` and `BEGIN ATOMIC …`
/// are not. In a language that is not SQL's, white space may mean something.
pub fn bodies(one: &str, other: &str, language: &str) -> Alike {
    if !matches!(language, "sql" | "plpgsql") {
        return if one.trim() == other.trim() { Alike::Same } else { Alike::Differs };
    }
    let (one, other) = (text::squeezed(one), text::squeezed(other));
    let returns = |text: &str| text.strip_prefix("return ").map(str::to_owned);
    let is_parsed = |text: &str| text.starts_with("return ") || text.starts_with("begin atomic ");
    match (returns(&one), returns(&other)) {
        _ if one == other => Alike::Same,
        (Some(one), Some(other)) => expressions(&one, &other),
        _ if is_parsed(&one) || is_parsed(&other) => Alike::Unclear,
        _ => Alike::Differs,
    }
}

/// Forms that the server prints and sqlparser does not read, by what is the same.
const PRINTED: &[(&str, &str)] =
    &[("trim ( both from ", "btrim ( "), ("trim ( leading from ", "ltrim ( "), ("trim ( trailing from ", "rtrim ( ")];

/// A parser of a text without comments.
fn parser(written: &str) -> Option<Parser<'static>> {
    let text = PRINTED.iter().fold(text::squeezed(written), |text, (printed, same)| text.replace(printed, same));
    Parser::new(&PostgreSqlDialect {}).with_recursion_limit(RECURSION).try_with_sql(&text).ok()
}

fn expression_of(written: &str) -> Option<Pieces> {
    if !text::is_readable(written) {
        return None;
    }
    let mut parser = parser(written)?;
    let expr = parser.parse_expr().ok()?;
    let whole = parser.peek_token().token == sqlparser::tokenizer::Token::EOF;
    let mut pieces = Pieces::default();
    pieces.expression(&expr);
    whole.then_some(pieces)
}

/// The pieces of a query, and the names of the columns that it gives where they are known.
fn query_of(written: &str, columns: Columns<'_>) -> Option<(Pieces, query::Outputs)> {
    if !text::is_readable(written) {
        return None;
    }
    let mut parser = parser(written)?;
    let query = parser.parse_query().ok()?;
    let whole = parser.peek_token().token == sqlparser::tokenizer::Token::EOF;
    let mut pieces = Pieces::default();
    pieces.query(&query, columns);
    whole.then(|| (pieces, query::outputs(&query.body, columns)))
}

/// Compares piece by piece; casts and aliases that one side alone has are passed over.
fn compare(one: &[Piece], other: &[Piece]) -> Alike {
    let is_cast_of_call = |pieces: &[Piece]| {
        matches!(pieces, [.., Piece::Word(word), Piece::Cast(_)] if word == ")")
            && matches!(pieces.first(), Some(Piece::Called(..)))
    };
    let ends_with_cast_of_call = is_cast_of_call(one) != is_cast_of_call(other);
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    let added = |piece: Option<&&Piece>| matches!(piece, Some(Piece::Cast(_) | Piece::Alias(_)));
    loop {
        match (one.peek(), other.peek()) {
            (None, None) => return Alike::Same,
            (Some(first), Some(second)) if alike(first, second) => {
                one.next();
                other.next();
            }
            (Some(Piece::Cast(_)), Some(Piece::Cast(_))) => return Alike::Differs,
            // a cast of what a function gives, at the end of all, is no server's
            (Some(Piece::Cast(_)), None) | (None, Some(Piece::Cast(_))) if ends_with_cast_of_call => {
                return Alike::Unclear;
            }
            (first, _) if added(first) => _ = one.next(),
            (_, second) if added(second) => _ = other.next(),
            (first, second) => {
                return differs(first.copied(), second.copied());
            }
        }
    }
}

/// What two pieces that are not alike say of the whole.
fn differs(one: Option<&Piece>, other: Option<&Piece>) -> Alike {
    let left_out = |piece: Option<&Piece>| matches!(piece, Some(Piece::Constant(text, _)) if text == "…");
    match (one, other) {
        // a constant that was left out may be any
        _ if left_out(one) || left_out(other) => Alike::Unclear,
        (Some(Piece::Constant(one, first)), Some(Piece::Constant(other, second))) => {
            let ty = first.as_deref().or(second.as_deref()).unwrap_or("");
            let known = literal::printed(one, ty).is_some() && literal::printed(other, ty).is_some();
            if known || !literal::is_loose(ty) { Alike::Differs } else { Alike::Unclear }
        }
        // '{1,2}' may be ARRAY[1, 2]
        (Some(Piece::Constant(_, Some(ty))), _) | (_, Some(Piece::Constant(_, Some(ty)))) if ty.ends_with("[]") => {
            Alike::Unclear
        }
        // the search_path decides which function that is
        (Some(Piece::Called(first, one)), Some(Piece::Called(second, other)))
            if one == other && (first.is_none() || second.is_none()) =>
        {
            Alike::Unclear
        }
        _ => Alike::Differs,
    }
}

fn alike(one: &Piece, other: &Piece) -> bool {
    match (one, other) {
        // a name without its schema or table is taken for the one that has it
        (Piece::Name(first, one), Piece::Name(second, other)) => {
            one == other && (first.is_none() || second.is_none() || first == second)
        }
        (Piece::Called(first, one), Piece::Called(second, other)) => {
            let usual = |schema: &Option<String>| {
                schema.as_deref().is_none_or(|schema| matches!(schema, "public" | "extensions"))
            };
            let unsaid = first.is_none() || second.is_none();
            one == other && (first == second || unsaid && usual(first) && usual(second))
        }
        (Piece::Constant(one, first), Piece::Constant(other, second)) => {
            one == other || same_number(one, other) || {
                let ty = first.as_deref().or(second.as_deref()).unwrap_or("");
                literal::printed(one, ty).is_some_and(|one| literal::printed(other, ty) == Some(one))
            }
        }
        (Piece::Cast(one), Piece::Cast(other)) => one == other || literal::both_text(one, other),
        _ => one == other,
    }
}

/// Whether both are one number, as `1e3` is printed as `1000`; of many digits nobody says it.
fn same_number(one: &str, other: &str) -> bool {
    let number = |text: &str| {
        let plain = text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
        text.parse::<f64>().ok().filter(|_| plain)
    };
    number(one).zip(number(other)).is_some_and(|(one, other)| one.total_cmp(&other).is_eq())
}

impl Pieces {
    fn word(&mut self, word: impl Into<String>) {
        self.pieces.push(Piece::Word(word.into()));
    }

    /// Something that is not taken apart: as it is printed, and no difference by itself.
    fn whole(&mut self, printed: &dyn std::fmt::Display) {
        self.partly = true;
        self.word(printed.to_string().to_lowercase());
    }
}

#[cfg(test)]
mod tests;
