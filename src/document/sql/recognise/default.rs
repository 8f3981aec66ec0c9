//! When the default of a column is worked out: once, or for each row.

use crate::document::sql::cursor::Cursor;
use crate::document::sql::token::TokenKind;
use crate::fact::{Cause, State, Value};
use std::ops::Range;

/// From what is worked out once to what is worked out for each row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Volatility {
    /// NULL.
    Null,
    /// The same for ever.
    Constant,
    /// The same through a statement or a transaction.
    Stable,
    /// Another one for each row.
    Volatile,
}

impl Volatility {
    /// The word of the vocabulary.
    pub fn word(self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Constant => "constant",
            Self::Stable => "stable",
            Self::Volatile => "volatile",
        }
    }
}

/// Functions and words that are worked out for each row: `provolatile = 'v'` in `pg_proc` of PostgreSQL 17, and those of
/// the extensions uuid-ossp and pgcrypto.
const VOLATILE: &[&str] = &[
    "clock_timestamp",
    "currval",
    "gen_random_bytes",
    "gen_random_uuid",
    "gen_salt",
    "lastval",
    "nextval",
    "random",
    "random_normal",
    "setval",
    "timeofday",
    "txid_current",
    "uuid_generate_v1",
    "uuid_generate_v1mc",
    "uuid_generate_v4",
    "uuidv4",
    "uuidv7",
];

/// Likewise `provolatile = 's'`: the same through a statement, so that adding the column stores one value.
const STABLE: &[&str] = &[
    "age",
    "current_catalog",
    "current_database",
    "current_date",
    "current_role",
    "current_schema",
    "current_setting",
    "current_time",
    "current_timestamp",
    "current_user",
    "date_trunc",
    "email",
    "format",
    "inet_client_addr",
    "jwt",
    "json_build_array",
    "json_build_object",
    "jsonb_build_array",
    "jsonb_build_object",
    "localtime",
    "localtimestamp",
    "now",
    "role",
    "row_to_json",
    "session_user",
    "statement_timestamp",
    "timezone",
    "to_char",
    "to_json",
    "to_jsonb",
    "to_timestamp",
    "transaction_timestamp",
    "uid",
    "user",
];

/// Likewise `provolatile = 'i'`, as far as defaults call them, and what looks like a call and is none.
const IMMUTABLE: &[&str] = &[
    "abs",
    "array",
    "array_append",
    "array_cat",
    "array_fill",
    "any",
    "btrim",
    "cast",
    "ceil",
    "char",
    "character",
    "coalesce",
    "concat",
    "date_part",
    "decimal",
    "decode",
    "encode",
    "exists",
    "extract",
    "float",
    "floor",
    "greatest",
    "in",
    "int4range",
    "interval",
    "least",
    "left",
    "length",
    "lower",
    "lpad",
    "ltrim",
    "make_date",
    "make_interval",
    "md5",
    "mod",
    "nullif",
    "numeric",
    "numrange",
    "power",
    "repeat",
    "replace",
    "right",
    "round",
    "row",
    "rpad",
    "rtrim",
    "sha256",
    "split_part",
    "substr",
    "substring",
    "time",
    "timestamp",
    "timestamptz",
    "to_tsvector",
    "translate",
    "trim",
    "upper",
    "values",
    "varchar",
    "varying",
    "bit",
    "quote_literal",
    "setweight",
];

/// When the expression in `range` is worked out; unknown where it calls what PostgreSQL does not bring along.
pub(super) fn state(c: &Cursor<'_>, range: Range<usize>) -> State {
    let span = c.span(range.clone());
    let cast =
        c.symbol_at(range.start + 1, b':') && !c.part_of(range.clone()).tokens.iter().any(|token| token.is_text());
    if c.word_at(range.start, "null") && (range.len() == 1 || cast) {
        return State::Stated(Value::Word(Volatility::Null.word()), span);
    }
    let mut found = Volatility::Constant;
    for at in range.clone() {
        let Some(token) = c.tokens.get(at) else { break };
        if matches!(token.kind, TokenKind::Hole | TokenKind::TextHole) {
            return State::Unknown(span, super::names::unknown_name());
        }
        if !token.is_name() {
            continue;
        }
        let is = |list: &[&str]| {
            let name = c.slice(*token).trim_matches('"');
            list.iter().any(|known| known.eq_ignore_ascii_case(name))
        };
        let called = c.symbol_at(at + 1, b'(') && at + 1 < range.end;
        if is(VOLATILE) && called {
            found = Volatility::Volatile;
        } else if is(STABLE) {
            found = found.max(Volatility::Stable);
        } else if called && !is(IMMUTABLE) && found < Volatility::Volatile {
            let help = "Give the column a default of PostgreSQL's own functions, or waive the statement.";
            return State::Unknown(span, Cause::new("calls a function whose volatility is not known", help));
        }
    }
    State::Stated(Value::Word(found.word()), span)
}

#[cfg(test)]
mod tests {
    use super::super::super::token::Lexer;
    use super::*;
    use crate::source::{Mapped, SourceId};

    fn of(text: &str) -> String {
        let mapped = Mapped::literal(SourceId(0), text, 0);
        let (tokens, _) = Lexer::new(text).all();
        state(&Cursor::new(&mapped, &tokens), 0..tokens.len()).text().unwrap_or("?").to_owned()
    }

    #[test]
    fn a_default_is_worked_out_once_or_for_each_row() {
        for (expression, word) in [
            ("NULL", "nothing"),
            ("NULL::character varying(3)", "nothing"),
            ("'free'::public.plan", "constant"),
            ("'{}'::jsonb", "constant"),
            ("-1", "constant"),
            ("ARRAY['a', 'b']::varchar(20)[]", "constant"),
            ("now()", "stable"),
            ("(now() AT TIME ZONE 'utc')", "stable"),
            ("CURRENT_TIMESTAMP + '1 day'::interval", "stable"),
            ("auth.uid()", "stable"),
            ("gen_random_uuid()", "volatile"),
            ("extensions.uuid_generate_v4()", "volatile"),
            ("nextval('public.orders_id_seq'::regclass)", "volatile"),
            ("lower(md5(random()::text))", "volatile"),
            ("nanoid()", "?"),
            ("${expression}", "?"),
        ] {
            assert_eq!(of(expression), word, "{expression}");
        }
    }
}
