//! The columns that an expression asks, as far as its tokens leave no doubt: what a policy, a check or an index says of its
//! own table. Sub-queries may mean columns of other tables and are passed over; so is whatever may be a keyword, a type, a
//! function or a table.

use super::{Recogniser, bare_name};
use crate::document::sql::cursor::Cursor;
use crate::document::sql::figure;
use crate::document::sql::keyword::Keywords;
use crate::fact::{Fact, Field, State, Value};
use std::ops::Range;

/// Words that are never columns where they stand without quotes, besides those that are values by themselves.
static WORDS: Keywords = Keywords::new(&[
    "all",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "at",
    "between",
    "both",
    "case",
    "cast",
    "collate",
    "desc",
    "distinct",
    "else",
    "end",
    "exists",
    "filter",
    "for",
    "from",
    "ilike",
    "in",
    "is",
    "isnull",
    "leading",
    "like",
    "not",
    "notnull",
    "of",
    "on",
    "operator",
    "or",
    "over",
    "overlaps",
    "row",
    "similar",
    "some",
    "symmetric",
    "system_user",
    "table",
    "then",
    "to",
    "trailing",
    "unknown",
    "using",
    "value",
    "variadic",
    "when",
    "where",
    "with",
    "within",
]);

/// Words that a column may stand behind.
const BEFORE: &[&str] = &["and", "between", "case", "else", "like", "ilike", "not", "or", "then", "when"];
/// Words that may stand behind a column.
const BEHIND: &[&str] = &[
    "and", "between", "else", "end", "ilike", "in", "is", "isnull", "like", "not", "notnull", "or", "similar", "then",
    "when",
];
/// Functions whose arguments are divided by words.
const OWN_GRAMMAR: &[&str] = &[
    "cast",
    "extract",
    "grouping",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "normalize",
    "operator",
    "overlay",
    "position",
    "substring",
    "treat",
    "trim",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];

impl Recogniser<'_> {
    /// With the columns that these expressions ask, besides those that the fact has, at the first of them.
    pub(super) fn asking(&self, fact: Fact, ranges: impl IntoIterator<Item = Range<usize>>) -> Fact {
        let mut fact = fact;
        for range in ranges {
            let own = fact.own(Field::Table).and_then(State::text).map(|table| bare_name(table).to_owned());
            let names = columns(&self.c, range.clone(), own.as_deref());
            if names.is_empty() {
                continue;
            }
            let (mut all, span) = match fact.own(Field::Asks) {
                Some(State::Stated(Value::List(names), span)) => (names.clone(), *span),
                _ => (Vec::new(), self.c.span(range)),
            };
            for name in names.into_iter().map(Value::from) {
                if !all.contains(&name) {
                    all.push(name);
                }
            }
            fact = fact.with(Field::Asks, Value::List(all), span);
        }
        fact
    }
}

/// The columns of the table `own` that the expression asks, each once, in order.
pub(super) fn columns(c: &Cursor<'_>, range: Range<usize>, own: Option<&str>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut at = range.start;
    while at < range.end {
        // a sub-query, or what has a grammar of its own
        let passed = c.symbol_at(at, b'(')
            && (["select", "with", "values", "table"].iter().any(|word| c.word_at(at + 1, word))
                || at.checked_sub(1).is_some_and(|last| OWN_GRAMMAR.iter().any(|word| c.word_at(last, word))));
        if passed {
            at = c.closing(at).map_or(range.end, |close| close + 1);
            continue;
        }
        if let Some(name) = column(c, at, &range).filter(|name| Some(name.as_str()) != own)
            && !found.contains(&name)
        {
            found.push(name);
        }
        at += 1;
    }
    found
}

/// The name at `at`, if it can be nothing but a column.
fn column(c: &Cursor<'_>, at: usize, range: &Range<usize>) -> Option<String> {
    let token = c.tokens.get(at).filter(|token| token.is_name())?;
    let word = c.slice(*token);
    let is_word = WORDS.has(word) || figure::is_value(&word.to_ascii_lowercase());
    if is_word || !can_begin(c, at, range.start) || !can_end(c, at + 1, range.end) {
        return None;
    }
    c.moved(at).part()?.text
}

/// Whether an operand may begin at `at`.
fn can_begin(c: &Cursor<'_>, at: usize, start: usize) -> bool {
    let Some(last) = at.checked_sub(1).filter(|last| *last >= start) else { return true };
    match c.tokens.get(last) {
        Some(token) if token.is_name() => BEFORE.iter().any(|word| c.word_at(last, word)),
        Some(token) if token.is_text() => false,
        _ => {
            let operator =
                ["=", "<", ">", "+", "-", "*", "/", "%", "|", "&", "~", "!", "@", "#", "^", "?", "(", ",", "["];
            let symbol = |at: usize| c.tokens.get(at).map(|token| c.slice(*token)).unwrap_or_default();
            // `f(a => b)` names an argument; that is no reason against b
            operator.contains(&symbol(last))
        }
    }
}

/// Whether an operand may end before `at`.
fn can_end(c: &Cursor<'_>, at: usize, end: usize) -> bool {
    if at >= end {
        return true;
    }
    match c.tokens.get(at) {
        Some(token) if token.is_name() => BEHIND.iter().any(|word| c.word_at(at, word)),
        Some(token) if token.is_text() => false,
        Some(token) => match c.slice(*token) {
            // `a => 1` and `a := 1` name an argument; `a::text` is a
            "=" => !c.symbol_at(at + 1, b'>'),
            ":" => c.symbol_at(at + 1, b':'),
            "(" | "." | "{" | ";" => false,
            _ => true,
        },
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::{WORDS, columns};
    use crate::document::sql::cursor::Cursor;
    use crate::document::sql::token::Lexer;
    use crate::source::{Mapped, SourceId};

    fn asked(text: &str) -> Vec<String> {
        let (tokens, _) = Lexer::new(text).all();
        columns(&Cursor::new(&Mapped::literal(SourceId(0), text, 0), &tokens), 0..tokens.len(), Some("notes"))
    }

    #[test]
    fn columns_are_those_that_can_be_nothing_else() {
        assert!(WORDS.are_sorted());
        assert_eq!(
            asked("owner = Current_User AND made < LOCALTIMESTAMP AND done = TRUE AND \"user\" = a"),
            ["owner", "made", "done", "user", "a"]
        );
        assert_eq!(asked("owner_id = (select auth.uid()) AND NOT done"), ["owner_id", "done"]);
        assert_eq!(asked("auth.uid() = \"Owner\" OR (a IS NOT NULL and b::text like 'x%')"), ["Owner", "a", "b"]);
        assert_eq!(asked("coalesce(a, b) > 1 AND c IN ('x', 'y') AND d = ANY (e)"), ["a", "b", "c", "d", "e"]);
        assert_eq!(asked("CASE WHEN a THEN b ELSE c END"), ["a", "b", "c"]);
        assert_eq!(asked("data->>'kind' = kind AND tags[1] = 'x'"), ["data", "kind", "tags"]);
        assert_eq!(asked("a BETWEEN b AND c"), ["a", "b", "c"]);
    }

    #[test]
    fn what_may_be_something_else_is_passed_over() {
        let none: [&str; 0] = [];
        for text in [
            "EXISTS (SELECT 1 FROM members WHERE member_id = id)",
            "current_user = 'x' AND session_user <> 'y' AND CURRENT_DATE > now()",
            "extract(epoch FROM now()) > 1",
            "notes.owner_id = 1 AND (notes).owner_id = 1",
            "notes IS NOT NULL",
            "f(arg => 1, other := 2)",
            "'x'::double precision > 1 AND '1'::public.mood = 'x'::timestamp with time zone",
            "now() at time zone 'utc' > interval '1 day'",
            "cast('1' AS bigint) = 1",
            "'a' COLLATE \"C\" = 'b'",
            "date '2026-01-01' < now()",
            "1 OPERATOR(pg_catalog.=) 1",
        ] {
            assert_eq!(asked(text), none, "{text}");
        }
    }
}
