//! The name that PostgreSQL gives to an expression: to the column of an index, a view or a table that a query makes.
//! `FigureColnameInternal` of its source (parse_target.c).

use super::cursor::Cursor;
use super::recognise::normal_type;
use super::token::{Lexer, TokenKind};
use crate::source::{Mapped, SourceId};
use std::ops::Range;

/// Expressions in expressions deeper than this have no name.
const DEEPEST: usize = 16;

/// What names an expression, and how strong that is: a type is weaker than a column or a function.
enum Figure {
    Strong(String),
    Weak(String),
    /// Nothing does.
    Nothing,
    /// A query in it may.
    Unsure,
}

/// What stands between operands, symbols besides.
const OPERATORS: &[&str] = &[
    "and", "or", "not", "is", "in", "like", "ilike", "similar", "between", "isnull", "notnull", "operator", "overlaps",
];

/// Words that are functions without brackets.
const VALUES: &[&str] = &[
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "localtime",
    "localtimestamp",
    "session_user",
    "user",
];

/// Types by their names in `pg_type`, where the server prints another one.
const INTERNAL: &[(&str, &str)] = &[
    ("bigint", "int8"),
    ("bit varying", "varbit"),
    ("boolean", "bool"),
    ("character", "bpchar"),
    ("character varying", "varchar"),
    ("double precision", "float8"),
    ("integer", "int4"),
    ("real", "float4"),
    ("smallint", "int2"),
    ("time with time zone", "timetz"),
    ("time without time zone", "time"),
    ("timestamp with time zone", "timestamptz"),
    ("timestamp without time zone", "timestamp"),
];

/// Whether a word without quotes is a value and no column.
pub(super) fn is_value(word: &str) -> bool {
    VALUES.contains(&word) || matches!(word, "true" | "false" | "null" | "default")
}

/// The name of the expression in a text; none where nothing names it.
pub(crate) fn of_text(text: &str) -> Option<String> {
    let mapped = Mapped::literal(SourceId(0), text, 0);
    let (tokens, _) = Lexer::new(text).all();
    match figure(&Cursor::new(&mapped, &tokens), 0..tokens.len(), 0) {
        Figure::Strong(name) | Figure::Weak(name) => Some(name),
        Figure::Nothing | Figure::Unsure => None,
    }
}

/// The name of the expression in `range`, where that can be said: `?column?` where nothing names it.
pub(super) fn of_column(c: &Cursor<'_>, range: Range<usize>) -> Option<String> {
    match figure(&c.until(range.end), range, 0) {
        Figure::Strong(name) | Figure::Weak(name) => Some(name),
        Figure::Nothing => Some("?column?".to_owned()),
        Figure::Unsure => None,
    }
}

fn figure(c: &Cursor<'_>, range: Range<usize>, depth: usize) -> Figure {
    if range.is_empty() || depth > DEEPEST {
        return Figure::Nothing;
    }
    let holes =
        |at: usize| c.tokens.get(at).is_some_and(|token| matches!(token.kind, TokenKind::Hole | TokenKind::TextHole));
    if range.clone().any(holes) {
        return Figure::Unsure;
    }
    let mut inner = c.moved(range.start);
    if let Some(brackets) = inner.parens() {
        if inner.at == range.end {
            return in_brackets(c, brackets, depth);
        }
        // `(value).field`
        if c.symbol_at(inner.at, b'.') {
            return name_at_end(c, range);
        }
    }
    let ahead = c.moved(range.start);
    if c.word_at(range.start, "case") {
        return case(c, range, depth);
    }
    let operator = |c: &Cursor<'_>, at: usize| {
        let symbol = c
            .tokens
            .get(at)
            .is_some_and(|token| matches!(token.kind, TokenKind::Symbol(byte) if !b".,:".contains(&byte)));
        symbol || OPERATORS.iter().any(|word| c.word_at(at, word))
    };
    if ahead.find(range.end, operator) < range.end {
        return Figure::Nothing;
    }
    let zone = |c: &Cursor<'_>, at: usize| c.moved(at).are(&["at", "time", "zone"]);
    if ahead.find(range.end, zone) < range.end {
        return Figure::Strong("timezone".to_owned());
    }
    let collate = ahead.find(range.end, |c, at| c.word_at(at, "collate"));
    if collate < range.end {
        return figure(c, range.start..collate, depth + 1);
    }
    let mut cast = None;
    ahead.find(range.end, |c, at| {
        if c.symbol_at(at, b':') && c.symbol_at(at + 1, b':') {
            cast = Some(at);
        }
        false
    });
    match cast {
        Some(at) => typed(c, range.start..at, at + 2..range.end, depth),
        None => primary(c, range, depth),
    }
}

/// What stands in brackets: an expression, a query or a row.
fn in_brackets(c: &Cursor<'_>, inner: Range<usize>, depth: usize) -> Figure {
    if c.moved(inner.start).is_any(&["select", "with", "values", "table"]) {
        return Figure::Unsure;
    }
    match c.items(inner.clone()).len() {
        1 => figure(c, inner, depth + 1),
        _ => Figure::Strong("row".to_owned()),
    }
}

/// A value of a type: what names the value, if that is strong, and the type else.
fn typed(c: &Cursor<'_>, value: Range<usize>, ty: Range<usize>, depth: usize) -> Figure {
    match figure(c, value, depth + 1) {
        Figure::Weak(_) | Figure::Nothing => match normal_type(&c.part_of(ty)) {
            Some(name) => Figure::Weak(internal(&name)),
            None => Figure::Unsure,
        },
        other => other,
    }
}

/// `CASE … ELSE value END`.
fn case(c: &Cursor<'_>, range: Range<usize>, depth: usize) -> Figure {
    let weak = || Figure::Weak("case".to_owned());
    let Some(last) = range.end.checked_sub(1).filter(|last| c.word_at(*last, "end")) else { return Figure::Nothing };
    let mut open = 0_usize;
    let otherwise = c.moved(range.start + 1).find(last, |c, at| {
        if c.word_at(at, "case") {
            open += 1;
        } else if c.word_at(at, "end") {
            open = open.saturating_sub(1);
        }
        open == 0 && c.word_at(at, "else")
    });
    if otherwise >= last {
        return weak();
    }
    match figure(c, otherwise + 1..last, depth + 1) {
        Figure::Weak(_) | Figure::Nothing => weak(),
        other => other,
    }
}

/// A column, a call, a constant or a word that is a function.
fn primary(c: &Cursor<'_>, range: Range<usize>, depth: usize) -> Figure {
    let mut head = c.moved(range.start);
    let Some(name) = head.name() else { return Figure::Nothing };
    let Some(text) = name.name.text.clone() else { return Figure::Unsure };
    let bare = name.schema.is_none() && c.tokens.get(range.start).is_some_and(|token| token.kind == TokenKind::Word);
    if head.at >= range.end {
        return match bare {
            true if is_value(&text) && !VALUES.contains(&text.as_str()) => Figure::Nothing,
            _ => Figure::Strong(text),
        };
    }
    if c.symbol_at(head.at, b'[') {
        // an array, or an element of one
        return Figure::Strong(text);
    }
    let call = c.moved(head.at).parens();
    let Some(arguments) = call else {
        // `interval '1 day'`
        let constant = c.tokens.get(range.end - 1).is_some_and(|token| token.is_text());
        return if constant { Figure::Weak(internal(&text)) } else { Figure::Unsure };
    };
    match text.as_str() {
        "cast" if bare => {
            let as_type = c.moved(arguments.start).find(arguments.end, |c, at| c.word_at(at, "as"));
            typed(c, arguments.start..as_type, as_type + 1..arguments.end, depth)
        }
        "trim" if bare => Figure::Strong(
            match c.moved(arguments.start).take_any(&["leading", "trailing"]) {
                Some("leading") => "ltrim",
                Some(_) => "rtrim",
                None => "btrim",
            }
            .to_owned(),
        ),
        _ => Figure::Strong(text),
    }
}

/// The last name of `(value).field`.
fn name_at_end(c: &Cursor<'_>, range: Range<usize>) -> Figure {
    let last = c.moved(range.end - 1).part().and_then(|part| part.text);
    last.map_or(Figure::Unsure, Figure::Strong)
}

/// The last part of a type's name in `pg_type`.
fn internal(name: &str) -> String {
    let name = name.trim_end_matches("[]");
    let known = INTERNAL.iter().find(|(server, _)| *server == name).map(|(_, internal)| *internal);
    let last = name.rsplit('.').next().unwrap_or(name).trim_matches('"');
    known.unwrap_or(last).to_owned()
}

#[cfg(test)]
mod tests {
    use super::of_text;

    #[test]
    fn an_expression_has_the_name_that_the_server_gives_it() {
        for (expression, name) in [
            ("lower(email)", "lower"),
            ("(lower(email))", "lower"),
            ("(data->>'x')", "-"),
            ("((data->>'x')::int)", "int4"),
            ("(email::varchar)", "email"),
            ("(coalesce(a,1))", "coalesce"),
            ("(a+1)", "-"),
            ("(d at time zone 'utc')", "timezone"),
            ("extract(year from d)", "extract"),
            ("(case when a=1 then 1 else c end)", "c"),
            ("(case when a=1 then 1 else 2 end)", "case"),
            ("array[a,c]", "array"),
            ("trim(email)", "btrim"),
            ("cast(a as bigint)", "a"),
            ("cast(data->>'x' as bigint)", "int8"),
            ("(email collate \"C\")", "email"),
            ("(a is null)", "-"),
            ("(-a)", "-"),
            ("app.f(a)", "f"),
            ("\"Note\"", "Note"),
        ] {
            assert_eq!(of_text(expression).as_deref().unwrap_or("-"), name, "{expression}");
        }
    }
}
