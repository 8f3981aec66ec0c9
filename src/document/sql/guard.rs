//! Existence checks around statements of PL/pgSQL: what an IF asks of the catalogues, and whether that protects an
//! operation under it.

mod protection;

pub(super) use protection::Protection;

use super::cursor::Cursor;
use super::literal;
use crate::fact::{Fact, Field};
use crate::source::Span;
use protection::ANY;
use std::collections::HashMap;
use std::ops::Range;

/// Conditions in brackets deeper than this are not taken apart.
const DEEPEST: usize = 8;
/// No more checks are held at a time: every statement is compared with all of them.
pub(super) const MOST: usize = 64;

/// A check that holds where a statement runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Guard {
    /// The condition.
    pub span: Span,
    /// Whether the object is there (else it is not).
    pub exists: bool,
    /// What was looked for; none where more than one thing was, or it cannot be said.
    pub check: Option<Check>,
}

/// The object that a check looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Check {
    schema: Option<String>,
    table: Option<String>,
    column: Option<String>,
    /// A policy, an index, a constraint, a type, a function, …
    object: Option<String>,
}

/// Checks that variables hold (`SELECT EXISTS (…) INTO found`), and, under [`counted`], what they have counted.
pub(super) type Known = HashMap<String, Vec<Guard>>;

/// Where the check stands that a variable with the result of a query holds (`SELECT count(*) INTO n`): it must be compared.
pub(super) fn counted(variable: &str) -> String {
    ["count(", variable, ")"].concat()
}

/// Whether a comparison says that a query has found something; none for one that does not say.
fn found(compared: &[&str]) -> Option<bool> {
    let lower: Vec<String> = compared.iter().map(|word| word.to_ascii_lowercase()).collect();
    match lower.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["=", "0"] | ["<", "1"] | ["is", "null"] => Some(false),
        [">", "0"] | [">", "=", "1"] | ["<", ">", "0"] | ["!", "=", "0"] | ["=", "1"] | ["is", "not", "null"] => {
            Some(true)
        }
        _ => None,
    }
}

impl Guard {
    /// The same where the condition does not hold.
    pub fn negated(mut self) -> Self {
        self.exists = !self.exists;
        self
    }
}

/// The checks that hold where the condition `range` does.
pub(super) fn conditions(c: &Cursor<'_>, range: Range<usize>, known: &Known) -> Vec<Guard> {
    let mut guards = parse(&c.until(range.end), range, known, 0);
    guards.truncate(MOST);
    guards
}

fn parse(c: &Cursor<'_>, range: Range<usize>, known: &Known, depth: usize) -> Vec<Guard> {
    let span = c.span(range.clone());
    if let Some(inner) = bracketed(c, &range)
        && depth < DEEPEST
        && !c.word_at(inner.start, "select")
    {
        return parse(c, inner, known, depth + 1);
    }
    let alternatives = parts(c, range.clone(), "or");
    if alternatives.len() > 1 {
        let any = depth < DEEPEST && alternatives.into_iter().any(|part| !parse(c, part, known, depth + 1).is_empty());
        return if any { vec![Guard { span, exists: true, check: None }] } else { Vec::new() };
    }
    let all = parts(c, range.clone(), "and");
    if all.len() > 1 {
        let mut guards = Vec::new();
        if depth < DEEPEST {
            all.into_iter().for_each(|part| guards.extend(parse(c, part, known, depth + 1)));
        }
        return guards;
    }
    if c.word_at(range.start, "not") && depth < DEEPEST {
        let inner = parse(c, range.start + 1..range.end, known, depth + 1);
        return negate(inner, span);
    }
    atom(c, range, known).into_iter().map(|guard| Guard { span, ..guard }).collect()
}

/// The checks that hold where these do not hold together.
pub(super) fn negate(mut guards: Vec<Guard>, span: Span) -> Vec<Guard> {
    if guards.len() > 1 {
        return vec![Guard { span, exists: true, check: None }];
    }
    guards.pop().map(|guard| Guard { span, ..guard.negated() }).into_iter().collect()
}

/// What stands inside brackets, where they are all there is.
fn bracketed(c: &Cursor<'_>, range: &Range<usize>) -> Option<Range<usize>> {
    let mut cursor = c.moved(range.start);
    let inner = cursor.parens()?;
    (cursor.at == range.end).then_some(inner)
}

/// The stretches between these words outside brackets.
fn parts(c: &Cursor<'_>, range: Range<usize>, word: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut from = range.start;
    loop {
        let to = c.moved(from).find(range.end, |c, at| c.word_at(at, word));
        parts.push(from..to);
        if to >= range.end {
            return parts;
        }
        from = to + 1;
    }
}

/// One check: `EXISTS (…)`, `to_regclass('t') IS NULL`, `(SELECT count(*) …) = 0`, or a variable that holds one.
fn atom(c: &Cursor<'_>, range: Range<usize>, known: &Known) -> Vec<Guard> {
    let span = c.span(range.clone());
    let guard = |exists: bool, check: Check| vec![Guard { span, exists, check: Some(check) }];
    let mut cursor = c.moved(range.start);
    if cursor.take("exists") {
        let check = cursor.parens().and_then(|inner| query(c, inner));
        return check.map(|check| vec![Guard { span, exists: true, check }]).unwrap_or_default();
    }
    if let Some(at) = range.clone().find(|at| {
        ["to_regclass", "to_regtype", "to_regproc", "to_regprocedure"].iter().any(|name| c.named_at(*at, name))
    }) {
        let table = c.word_at(at, "to_regclass");
        let check = c.tokens.get(at + 2).filter(|token| token.is_text()).map(|token| {
            let text = literal::decode(c.text, *token);
            registered(text.text(), table)
        });
        let missing = !range.clone().any(|at| c.word_at(at, "not"));
        return check.map(|check| guard(!missing, check)).unwrap_or_default();
    }
    // `(SELECT EXISTS (…))`
    let mut selected = c.moved(range.start);
    if let Some(inner) = selected.parens()
        && selected.at == range.end
        && c.word_at(inner.start, "select")
        && c.word_at(inner.start + 1, "exists")
        && c.closing(inner.start + 2) == inner.end.checked_sub(1)
    {
        let check = query(c, inner.start + 3..inner.end - 1);
        return check.map(|check| vec![Guard { span, exists: true, check }]).unwrap_or_default();
    }
    if let Some(inner) = cursor.parens().filter(|inner| c.word_at(inner.start, "select"))
        && let Some(Some(check)) = query(c, inner)
    {
        let compared: Vec<&str> =
            c.tokens.get(cursor.at..range.end).unwrap_or_default().iter().map(|t| c.slice(*t)).collect();
        return match found(&compared) {
            Some(exists) => guard(exists, check),
            None => vec![Guard { span, exists: true, check: None }],
        };
    }
    let mut behind = c.moved(range.start);
    let variable = behind.part().and_then(|part| part.text);
    if let Some(guards) = variable.as_deref().and_then(|name| known.get(&counted(name))) {
        let compared = c.tokens.get(behind.at..range.end).unwrap_or_default().iter().map(|token| c.slice(*token));
        return match found(&compared.collect::<Vec<_>>()) {
            Some(true) => guards.clone(),
            Some(false) => negate(guards.clone(), span),
            None => Vec::new(),
        };
    }
    let plain = range.len() == 1 || (range.len() == 3 && c.word_at(range.start + 1, "is"));
    let flipped = range.len() == 3 && (c.word_at(range.start + 2, "false") || c.word_at(range.start + 2, "null"));
    match variable.filter(|_| plain).and_then(|name| known.get(&name)) {
        Some(guards) if flipped => negate(guards.clone(), span),
        Some(guards) => guards.clone(),
        None => Vec::new(),
    }
}

/// A name as `to_regclass` takes it.
fn registered(text: &str, table: bool) -> Check {
    let fold = |name: &str| match name.strip_prefix('"') {
        Some(quoted) => quoted.trim_end_matches('"').to_owned(),
        None => name.to_ascii_lowercase(),
    };
    let text = text.split('(').next().unwrap_or("").trim();
    let (schema, name) = match text.rsplit_once('.') {
        Some((schema, name)) => (Some(fold(schema)), fold(name)),
        None => (None, fold(text)),
    };
    let (table, object) = if table { (Some(name), None) } else { (None, Some(name)) };
    Check { schema, table, column: None, object }
}

/// What a query of the catalogues looks for: none if it reads no catalogue, an inner none if it cannot be said.
pub(super) fn query(c: &Cursor<'_>, range: Range<usize>) -> Option<Option<Check>> {
    let tokens = || range.clone().filter_map(|at| Some((at, *c.tokens.get(at)?)));
    let catalogue = tokens().any(|(_, token)| {
        let word = c.slice(token).trim_matches('"');
        token.is_name()
            && (word.eq_ignore_ascii_case("information_schema")
                || word.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("pg_")))
    });
    if !catalogue {
        return None;
    }
    // `NOT (a = b)`, `NOT EXISTS (…)`, `NOT a = b`; NOT before a column that is true or false says nothing of the name
    let denies = |at: usize| {
        let compared = || c.moved(at + 1).name().is_some_and(|name| c.symbol_at(name.end, b'='));
        c.word_at(at, "not") && (c.symbol_at(at + 1, b'(') || c.word_at(at + 1, "exists") || compared())
    };
    if tokens().any(|(at, _)| c.word_at(at, "or") || c.word_at(at, "union") || denies(at)) {
        return Some(None);
    }
    let mut check = Check::default();
    for (at, _) in tokens().filter(|(at, _)| c.symbol_at(*at, b'=')) {
        let compares =
            at.checked_sub(1).is_none_or(|last| [b'<', b'>', b'!', b'~'].iter().any(|s| c.symbol_at(last, *s)));
        if !compares {
            equality(c, at, &mut check);
        }
    }
    Some((check != Check::default()).then_some(check))
}

/// `name = 'text'`, either way round.
fn equality(c: &Cursor<'_>, at: usize, check: &mut Check) {
    let text_at = |at: usize| c.tokens.get(at).copied().filter(|token| token.is_text());
    let (text, name) = match text_at(at + 1) {
        Some(token) => (token, at.saturating_sub(1)),
        None => {
            // the text may have a type behind it: `'t'::text = relname`
            let back = if c.symbol_at(at.saturating_sub(2), b':') { 4 } else { 1 };
            let Some(token) = at.checked_sub(back).and_then(text_at) else { return by_variable(c, at, check) };
            let last = if c.symbol_at(at + 2, b'.') { at + 3 } else { at + 1 };
            (token, last)
        }
    };
    // `name::text = 't'`
    let name = if name >= 3 && c.symbol_at(name - 1, b':') { name - 3 } else { name };
    let Some(column) = c.tokens.get(name).map(|token| c.slice(*token).trim_matches('"').to_ascii_lowercase()) else {
        return;
    };
    let decoded = literal::decode(c.text, text);
    let value = || Some(decoded.text().to_owned());
    match column.as_str() {
        "table_name" | "tablename" | "relname" | "event_object_table" | "viewname" | "matviewname" | "sequencename" => {
            check.table = value();
        }
        "column_name" | "attname" => check.column = value(),
        "table_schema"
        | "schemaname"
        | "nspname"
        | "schema_name"
        | "constraint_schema"
        | "routine_schema"
        | "event_object_schema" => check.schema = value(),
        "conrelid" | "attrelid" | "polrelid" | "tgrelid" | "indrelid" | "oid" => {
            let named = registered(decoded.text(), true);
            check.table = named.table;
            check.schema = named.schema.or(check.schema.take());
        }
        "policyname" | "polname" | "indexname" | "conname" | "constraint_name" | "typname" | "proname"
        | "routine_name" | "tgname" | "trigger_name" | "extname" | "rolname" | "usename" | "pubname" => {
            check.object = value()
        }
        _ => {}
    }
}

/// `name = variable`, or `name = record.field`: whatever the variable holds is looked for.
fn by_variable(c: &Cursor<'_>, at: usize, check: &mut Check) {
    let mut behind = c.moved(at + 1);
    let Some(other) = behind.name().filter(|_| !behind.is_symbol(b'(')) else { return };
    let Some(column) = at.checked_sub(1).and_then(|at| c.moved(at).part()).and_then(|part| part.text) else { return };
    let slot = match column.as_str() {
        "table_name" | "tablename" | "relname" | "event_object_table" | "viewname" | "matviewname" | "sequencename" => {
            &mut check.table
        }
        "column_name" | "attname" => &mut check.column,
        "table_schema" | "schemaname" | "nspname" | "schema_name" => &mut check.schema,
        "policyname" | "polname" | "indexname" | "conname" | "constraint_name" | "typname" | "proname"
        | "routine_name" | "tgname" | "trigger_name" | "extname" | "rolname" | "usename" | "pubname" => {
            &mut check.object
        }
        _ => return,
    };
    if slot.is_none() && other.name.text.is_some() {
        *slot = Some(ANY.to_owned());
    }
}

/// Whether a condition of a handler can make any operation harmless.
pub(super) fn may_swallow(condition: &str) -> bool {
    let object = condition.strip_prefix("duplicate_").or_else(|| condition.strip_prefix("undefined_"));
    condition == "others"
        || object.is_some_and(|object| ["column", "function", "object", "schema", "table"].contains(&object))
}

/// Whether a handler for these conditions makes an operation harmless where its object is, or is not, there already.
pub(super) fn swallows(conditions: &[String], fact: &Fact) -> bool {
    let text = |field: Field| fact.own(field).and_then(|state| state.text());
    let Some(is) = text(Field::Is) else { return false };
    let makes = is.starts_with("create_") || is.starts_with("add_") || is.starts_with("rename_");
    let prefix = if makes { "duplicate_" } else { "undefined_" };
    let about = match is {
        _ if text(Field::Column).is_some() => &["column"][..],
        "create_function" | "create_procedure" | "drop_function" | "drop_procedure" => &["function", "object"],
        "create_schema" | "drop_schema" => &["schema", "object"],
        // an index is a relation
        "create_index" | "add_constraint" | "create_view" | "create_sequence" => &["table", "object"],
        _ if text(Field::Name).is_some() => &["object"],
        _ => &["table"],
    };
    conditions.iter().any(|condition| condition.strip_prefix(prefix).is_some_and(|object| about.contains(&object)))
}
