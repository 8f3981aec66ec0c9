//! What a query gives and calls: the columns of a table that it makes, and the functions that it runs.

use super::Recogniser;
use super::names::{normal_type, squeezed};
use crate::document::sql::cursor::Cursor;
use crate::document::sql::figure;
use crate::document::sql::token::TokenKind;
use crate::fact::{Fact, Field, Value};
use std::ops::Range;

/// So many functions of one query are followed.
const MOST_CALLS: usize = 32;

/// What looks like a call and is none, or calls what PostgreSQL brings along.
const NO_CALLS: &[&str] = &[
    "and",
    "any",
    "array",
    "as",
    "by",
    "char",
    "coalesce",
    "count",
    "distinct",
    "exists",
    "extract",
    "filter",
    "format",
    "from",
    "greatest",
    "in",
    "into",
    "least",
    "lower",
    "max",
    "min",
    "not",
    "now",
    "nullif",
    "numeric",
    "on",
    "or",
    "over",
    "row",
    "select",
    "set_config",
    "setval",
    "some",
    "sum",
    "then",
    "union",
    "upper",
    "using",
    "values",
    "varchar",
    "when",
    "where",
    "with",
];

/// Words that end the list of what a query gives.
const ENDS: &[&str] = &[
    "from",
    "into",
    "where",
    "group",
    "having",
    "window",
    "union",
    "intersect",
    "except",
    "order",
    "limit",
    "offset",
    "fetch",
    "for",
];

/// Words that no name follows as another one.
const NO_ALIAS: &[&str] = &[
    "and", "at", "between", "collate", "distinct", "else", "from", "ilike", "in", "is", "isnull", "like", "not",
    "notnull", "or", "similar", "then", "to", "when", "zone",
];

/// Words that are no other name of what stands before.
const NO_NAME: &[&str] = &["end", "null", "true", "false", "isnull", "notnull", "unknown"];

/// With the functions that a statement calls.
pub(in crate::document::sql) fn with_calls(fact: Fact, c: &Cursor<'_>, range: Range<usize>) -> Fact {
    let mut calls: Vec<Value> = Vec::new();
    for at in range.clone() {
        let Some(token) = c.tokens.get(at).copied() else { break };
        if !token.is_name() || !c.symbol_at(at + 1, b'(') || calls.len() >= MOST_CALLS {
            continue;
        }
        let schema = (at >= 2 && c.symbol_at(at - 1, b'.')).then(|| c.moved(at - 2).part()).flatten();
        let Some(name) = c.moved(at).part().and_then(|part| part.text) else { continue };
        let plain = schema.is_none() && token.kind == TokenKind::Word;
        if plain && NO_CALLS.contains(&name.as_str()) {
            continue;
        }
        let schema = schema.and_then(|part| part.text).map(|schema| schema + ".").unwrap_or_default();
        let call = Value::from(schema + &name);
        if !calls.contains(&call) {
            calls.push(call);
        }
    }
    if calls.is_empty() { fact } else { fact.with(Field::Calls, Value::List(calls), c.span(range)) }
}

/// One column that a query gives.
struct Given {
    name: String,
    source: String,
}

impl Recogniser<'_> {
    /// With the columns that a query gives a new table; `named` is the list of names that stands before AS.
    pub(super) fn yields(&self, fact: Fact, query: Range<usize>, named: Option<Range<usize>>) -> Fact {
        let span = self.c.span(query.start..(query.start + 1).min(query.end));
        let Some(mut given) = self.given(query) else { return fact };
        let names = named.map(|named| self.c.items(named)).unwrap_or_default();
        if !names.is_empty() && given.iter().any(|one| one.name == "*") {
            return fact;
        }
        for (one, item) in given.iter_mut().zip(names) {
            let Some(name) = self.c.moved(item.start).part().and_then(|part| part.text) else { return fact };
            one.name = name;
        }
        let (names, sources): (Vec<Value>, Vec<Value>) =
            given.into_iter().map(|one| (Value::from(one.name), Value::from(one.source))).unzip();
        fact.with(Field::Yields, Value::List(names), span).with(Field::Sources, Value::List(sources), span)
    }

    /// The columns of a query, where all of them can be told.
    fn given(&self, query: Range<usize>) -> Option<Vec<Given>> {
        let mut c = self.c.until(query.end).moved(query.start);
        while let Some(inner) = c.clone().parens().filter(|inner| inner.end + 1 == c.tokens.len()) {
            c = self.c.until(inner.end).moved(inner.start);
        }
        let end = c.tokens.len();
        c.at = c.find(end, |c, at| c.word_at(at, "select") || c.word_at(at, "values") || c.word_at(at, "table"));
        if c.take("table") {
            let name = c.name().filter(|_| c.done())?;
            return Some(vec![Given { name: "*".into(), source: format!("{}.*", self.table_name(&name)?) }]);
        }
        if !c.take("select") {
            return None;
        }
        c.take("all");
        if c.take("distinct") && c.take("on") {
            c.parens()?;
        }
        let stop = c.find(end, |c, at| {
            ENDS.iter().any(|word| c.word_at(at, word)) && !c.word_at(at.saturating_sub(1), "distinct")
        });
        let source = self.only_source(&c.moved(stop), end);
        let items = c.items(c.at..stop);
        items.into_iter().map(|item| given(&c, item, source.as_deref())).collect()
    }

    /// The table that a query reads, where that is the only one; the cursor stands behind what it gives.
    fn only_source(&self, c: &Cursor<'_>, end: usize) -> Option<String> {
        let rest = || c.at..end;
        let many = ["join", "union", "intersect", "except", "with"];
        if rest().any(|at| many.iter().any(|word| c.word_at(at, word))) {
            return None;
        }
        let from = c.find(end, |c, at| c.word_at(at, "from"));
        let mut table = c.moved(from + 1);
        table.take("only");
        let name = table.name()?;
        let stop = table.find(end, |c, at| ENDS.iter().any(|word| c.word_at(at, word)));
        // another name, and nothing else
        let alone =
            !table.is_symbol(b'(') && (table.at..stop).all(|at| !c.symbol_at(at, b',') && !c.symbol_at(at, b'('));
        self.table_name(&name).filter(|_| alone && from < end)
    }
}

/// One column; none where it has no name that can be told.
fn given(c: &Cursor<'_>, item: Range<usize>, source: Option<&str>) -> Option<Given> {
    let last = item.end.checked_sub(1).filter(|last| *last >= item.start)?;
    if c.symbol_at(last, b'*') && (item.len() == 1 || (item.len() == 3 && c.symbol_at(last - 1, b'.'))) {
        return source.map(|source| Given { name: "*".into(), source: format!("{source}.*") });
    }
    let as_name = c.moved(item.start).find(item.end, |c, at| c.word_at(at, "as"));
    let (value, alias) = if as_name < item.end {
        (item.start..as_name, Some(c.moved(as_name + 1).part()?.text?))
    } else if is_alias(c, &item, last) {
        (item.start..last, Some(c.moved(last).part()?.text?))
    } else {
        (item.clone(), None)
    };
    let name = match alias {
        Some(name) => name,
        None => figure::of_column(c, value.clone())?,
    };
    Some(Given { name, source: source_of(c, value, source) })
}

/// Whether the last token gives what stands before it another name.
fn is_alias(c: &Cursor<'_>, item: &Range<usize>, last: usize) -> bool {
    let named = c.tokens.get(last).is_some_and(|token| token.is_name());
    let before = last.checked_sub(1).filter(|before| *before >= item.start).and_then(|before| c.tokens.get(before));
    let Some(before) = before.filter(|_| named) else { return false };
    let closes = matches!(before.kind, TokenKind::Symbol(b')' | b']'));
    let word = |at: usize, words: &[&str]| words.iter().any(|word| c.word_at(at, word));
    let operand = closes || !matches!(before.kind, TokenKind::Symbol(_));
    // `interval '1 day'` and `double precision` have no other name there
    operand && !word(last - 1, NO_ALIAS) && !word(last, NO_NAME) && !c.word_at(last, "precision")
}

/// Where the type of a value comes from, where that can be told.
fn source_of(c: &Cursor<'_>, value: Range<usize>, source: Option<&str>) -> String {
    let mut column = c.moved(value.start);
    let name = column.name();
    if let (Some(name), Some(source)) = (name.filter(|_| column.at == value.end), source) {
        let plain = c.tokens.get(value.end - 1).is_some_and(|token| token.kind == TokenKind::Word);
        return match name.name.text {
            Some(text) if !(plain && figure::is_value(&text)) => format!("{source}.{text}"),
            _ => String::new(),
        };
    }
    let mut cast = None;
    c.moved(value.start).find(value.end, |c, at| {
        if c.symbol_at(at, b':') && c.symbol_at(at + 1, b':') {
            cast = Some(at);
        }
        false
    });
    // what stands before may bind less than the cast does
    let one =
        |at: usize| at == value.start + 1 || c.moved(value.start).parens().is_some_and(|inner| inner.end + 1 == at);
    let ty = cast.filter(|at| one(*at)).map(|at| at + 2..value.end);
    let known = match squeezed(c, value.clone()).as_str() {
        "count(*)" => Some("bigint".to_owned()),
        "now()" => Some("timestamp with time zone".to_owned()),
        _ => None,
    };
    let ty = ty.and_then(|ty| normal_type(&c.part_of(ty))).or(known);
    ty.map(|ty| format!(":{ty}")).unwrap_or_default()
}
