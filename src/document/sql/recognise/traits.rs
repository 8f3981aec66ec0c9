//! What constraints and indexes are besides their columns, in the words in which the server says it: what is as by default is
//! not said.

use super::names::squeezed;
use crate::document::sql::cursor::Cursor;
use crate::fact::{State, Value};
use std::ops::Range;

/// What a foreign key, a key or a check may say behind itself, by its keywords.
const OF_CONSTRAINT: &[(&[&str], &str)] = &[
    (&["nulls", "not", "distinct"], "nulls not distinct"),
    (&["no", "inherit"], "no inherit"),
    (&["match", "full"], "match full"),
    (&["on", "update", "restrict"], "on update restrict"),
    (&["on", "update", "cascade"], "on update cascade"),
    (&["on", "update", "set", "null"], "on update set null"),
    (&["on", "update", "set", "default"], "on update set default"),
    (&["initially", "deferred"], "initially deferred"),
    (&["not", "valid"], "not valid"),
];

/// Operator classes that are those of their type anyway.
const USUAL: &[&str] = &[
    "array_ops",
    "bool_ops",
    "date_ops",
    "int2_ops",
    "int4_ops",
    "int8_ops",
    "jsonb_ops",
    "numeric_ops",
    "text_ops",
    "timestamp_ops",
    "timestamptz_ops",
    "tsvector_ops",
    "uuid_ops",
    "varchar_ops",
];

/// Those of a constraint.
pub(super) fn of_constraint(c: &Cursor<'_>, range: Range<usize>) -> State {
    let here = c.moved(range.start);
    let has = |words: &[&str]| here.find(range.end, |c, at| c.moved(at).are(words)) < range.end;
    let mut found: Vec<String> =
        OF_CONSTRAINT.iter().filter(|(words, _)| has(words)).map(|(_, said)| (*said).to_owned()).collect();
    let deferrable =
        here.find(range.end, |c, at| c.word_at(at, "deferrable") && (at == 0 || !c.word_at(at - 1, "not")));
    if deferrable < range.end || has(&["initially", "deferred"]) {
        found.push("deferrable".into());
    }
    found.extend(included(&here, range.end));
    found.extend(excluded(&here, range.end));
    said(c, range, found)
}

/// Which method an exclusion uses, and by which operators its columns are compared.
fn excluded(c: &Cursor<'_>, end: usize) -> Vec<String> {
    let mut here = *c;
    here.take("constraint");
    if !here.take("exclude") {
        return Vec::new();
    }
    let mut found = Vec::new();
    if here.take("using") {
        found.extend(
            here.part().and_then(|part| part.text).filter(|name| name != "btree").map(|name| format!("using {name}")),
        );
    }
    let Some(inner) = here.parens().filter(|inner| inner.end < end) else { return found };
    for (at, item) in c.items(inner).into_iter().enumerate() {
        let with = c.moved(item.start).find(item.end, |c, at| c.word_at(at, "with"));
        let column = of_column(c, item.clone()).map(|said| format!("{said} ")).unwrap_or_default();
        let mut operator = c.moved(with + 1);
        // OPERATOR(schema.=) is the operator with its schema
        let written = match operator.take("operator").then(|| operator.parens()).flatten() {
            Some(inner) => squeezed(c, inner),
            None => squeezed(c, with + 1..item.end),
        };
        let bare = written.rsplit_once('.').map_or(written.as_str(), |(_, operator)| operator);
        let bare = if bare.contains(['\'', '"']) { "…" } else { bare };
        found.push(format!("column {} {column}with {bare}", at + 1));
    }
    found
}

/// Those of an index: from the bracket round its columns on.
pub(super) fn of_index(c: &Cursor<'_>, range: Range<usize>) -> State {
    let mut here = c.moved(range.start);
    let mut found = Vec::new();
    if let Some(inner) = here.parens() {
        let items = c.items(inner);
        found.extend(
            items
                .into_iter()
                .enumerate()
                .filter_map(|(at, item)| Some(format!("column {} {}", at + 1, of_column(c, item)?))),
        );
    }
    if here.take_all(&["nulls", "not", "distinct"]).is_some()
        || here.find(range.end, |c, at| c.moved(at).are(&["nulls", "not", "distinct"])) < range.end
    {
        found.push("nulls not distinct".into());
    }
    found.extend(included(&here, range.end));
    let at = here.find(range.end, |c, at| c.word_at(at, "with") && c.symbol_at(at + 1, b'('));
    if at < range.end {
        found.extend(super::described::parameters(&c.moved(at + 1), "with"));
    }
    let at = here.find(range.end, |c, at| c.word_at(at, "tablespace"));
    found.extend(
        c.moved(at + 1)
            .part()
            .and_then(|part| part.text)
            .filter(|_| at < range.end)
            .map(|name| format!("tablespace {name}")),
    );
    said(c, range, found)
}

/// `INCLUDE (a, b)`.
fn included(c: &Cursor<'_>, end: usize) -> Option<String> {
    let at = c.find(end, |c, at| c.word_at(at, "include"));
    let inner = c.moved(at + 1).parens().filter(|_| at < end)?;
    Some(format!("include {}", squeezed(c, inner)))
}

/// What stands behind the column or expression of an index: its operator class, and its order where that is not the usual.
fn of_column(c: &Cursor<'_>, item: Range<usize>) -> Option<String> {
    let mut rest = c.moved(item.start);
    if rest.parens().is_none() {
        rest.part()?;
    }
    while rest.at < item.end && rest.take_symbol(b'.') {
        rest.part()?;
    }
    rest.parens();
    let mut said = Vec::new();
    if rest.take("collate") {
        said.extend(
            rest.name().and_then(|name| super::described::collation(&name)).filter(|word| !word.starts_with("no ")),
        );
    }
    if rest.at < item.end && !rest.is_any(&["asc", "desc", "nulls", "with"]) {
        let class = rest.name()?.name.text?;
        let parameters = rest.parens().map(|inner| format!("({})", squeezed(c, inner))).unwrap_or_default();
        if !USUAL.contains(&class.as_str()) || !parameters.is_empty() {
            said.push(format!("{class}{parameters}"));
        }
    }
    let descends = rest.take_any(&["asc", "desc"]) == Some("desc");
    if descends {
        said.push("desc".into());
    }
    let first = match rest.take("nulls") {
        true => rest.take_any(&["first", "last"]) == Some("first"),
        false => descends,
    };
    if first != descends {
        said.push(format!("nulls {}", if first { "first" } else { "last" }));
    }
    (!said.is_empty()).then(|| said.join(" "))
}

fn said(c: &Cursor<'_>, range: Range<usize>, mut found: Vec<String>) -> State {
    found.sort();
    State::Stated(Value::List(found.into_iter().map(Value::from).collect()), c.span(range))
}
