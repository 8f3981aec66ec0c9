//! What texts of definitions say that facts keep whole: the parts of a type, and the parameters of a routine.

use super::cursor::Cursor;
use super::recognise::{has_name, modifier, normal_type, squeezed};
use super::token::{Lexer, TokenKind};
use crate::source::{Mapped, SourceId};
use std::collections::BTreeMap;
use std::ops::Range;

/// What a domain, a composite or another type is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TypeParts {
    /// `domain`, `composite`, `other`.
    pub kind: &'static str,
    /// The type under a domain, with its modifier.
    pub base: Option<String>,
    /// The collation of a domain, where it has one of its own.
    pub collation: Option<String>,
    /// Whether a domain may not be null.
    pub not_null: bool,
    /// The default of a domain.
    pub default: Option<String>,
    /// The checks of a domain, by name.
    pub checks: BTreeMap<String, String>,
    /// Which of them are NOT VALID.
    pub not_valid: Vec<String>,
    /// The attributes of a composite type in order: name and type.
    pub attributes: Vec<(String, String)>,
    /// Anything else, as it is written.
    pub rest: Option<String>,
}

/// A parameter of a routine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parameter {
    /// Mode, name and type: `variadic ids integer[]`.
    pub shown: String,
    /// The expression of its default.
    pub default: Option<String>,
}

/// Chooses a name for a check that has none, by what is taken.
pub(crate) type Choose<'c> = &'c dyn Fn(&str, &dyn Fn(&str) -> bool) -> String;

/// A text as a statement.
fn with_cursor<R>(text: &str, read: impl FnOnce(Cursor<'_>) -> R) -> R {
    let (tokens, _) = Lexer::new(text).all();
    let mapped = Mapped::literal(SourceId(0), text, 0);
    read(Cursor::new(&mapped, &tokens))
}

/// A text between tokens.
fn text_of(c: &Cursor<'_>, range: Range<usize>) -> String {
    let (first, last) = (c.tokens.get(range.start), range.end.checked_sub(1).and_then(|end| c.tokens.get(end)));
    match (first, last) {
        (Some(first), Some(last)) if range.start < range.end => {
            c.text.text().get(first.start as usize..last.end as usize).unwrap_or("").to_owned()
        }
        _ => String::new(),
    }
}

/// A type with its modifier, as the server prints both.
fn type_of(c: &Cursor<'_>, range: Range<usize>) -> String {
    let name = normal_type(&c.part_of(range.clone())).unwrap_or_else(|| "?".into());
    let found = modifier(c, range).and_then(|state| state.text().map(str::to_owned));
    with_modifier(&name, found.as_deref().unwrap_or(""))
}

/// A type with a modifier as the server prints them: `numeric(10,0)` for `numeric(10)`, `character(1)` for `char`.
pub(crate) fn with_modifier(ty: &str, modifier: &str) -> String {
    let modifier = match (ty.trim_end_matches("[]"), modifier) {
        ("character" | "bit", "") => "(1)".to_owned(),
        ("numeric", modifier) if !modifier.is_empty() && !modifier.contains(',') => modifier.replace(')', ",0)"),
        (_, modifier) => modifier.to_owned(),
    };
    format!("{ty}{modifier}")
}

/// What a type is made of: `parts` are what stood behind its kind and name when it was made, and with its name in each
/// change since. None where it cannot be read.
pub(crate) fn type_parts(parts: &[&str], choose: Choose<'_>) -> Option<TypeParts> {
    let (first, changes) = parts.split_first()?;
    let mut found = with_cursor(first, |mut c| {
        let domain = c.is("domain");
        c.at += 1;
        let name = c.part()?.text?;
        Some(if domain { domain_of(c, &name, choose) } else { composite_of(c) })
    })?;
    for change in changes {
        with_cursor(change, |mut c| {
            // its name of then
            let name = c.part().and_then(|part| part.text).unwrap_or_default();
            for item in c.items(c.at..c.tokens.len()) {
                change_type(&mut found, c.part_of(item), &name, choose);
            }
        });
    }
    Some(found)
}

/// Words that begin what is said of a domain behind its type.
const CLAUSES: &[&str] = &["collate", "default", "constraint", "not", "null", "check"];

fn clause(c: &Cursor<'_>, from: usize) -> usize {
    c.moved(from).find(c.tokens.len(), |c, at| CLAUSES.iter().any(|word| c.word_at(at, word)))
}

fn domain_of(mut c: Cursor<'_>, name: &str, choose: Choose<'_>) -> TypeParts {
    c.take("as");
    let stop = clause(&c, c.at);
    let mut found = TypeParts { kind: "domain", base: Some(type_of(&c, c.at..stop)), ..TypeParts::default() };
    c.at = stop;
    while !c.done() {
        let before = c.at;
        say(&mut found, &mut c, name, choose);
        if c.at == before {
            c.at += 1;
        }
    }
    found
}

/// One clause of a domain, behind which the cursor moves.
fn say(found: &mut TypeParts, c: &mut Cursor<'_>, name: &str, choose: Choose<'_>) {
    let called = if c.take("constraint") { c.part().and_then(|part| part.text) } else { None };
    match c.take_any(CLAUSES) {
        Some("collate") => {
            let collation = c.name().and_then(|name| name.name.text);
            found.collation = collation.filter(|name| name != "default");
        }
        Some("default") => {
            // DEFAULT NULL begins with a word of the others
            let stop = clause(c, c.at + 1);
            found.default = Some(text_of(c, c.at..stop)).filter(|text| !text.eq_ignore_ascii_case("null"));
            c.at = stop;
        }
        Some("not") if c.take("null") => found.not_null = true,
        Some("null") => found.not_null = false,
        Some("check") => {
            let Some(inner) = c.parens() else { return };
            let taken = |wanted: &str| found.checks.contains_key(wanted);
            let called = called.unwrap_or_else(|| choose(name, &taken));
            if c.take_all(&["not", "valid"]).is_some() {
                found.not_valid.push(called.clone());
            }
            found.checks.insert(called, text_of(c, inner));
        }
        _ => {}
    }
}

fn composite_of(mut c: Cursor<'_>) -> TypeParts {
    if c.take("as")
        && let Some(inner) = c.clone().parens()
    {
        let attributes = c.items(inner).into_iter().filter_map(|item| attribute(c.part_of(item)));
        return TypeParts { kind: "composite", attributes: attributes.collect(), ..TypeParts::default() };
    }
    let rest = c.at..c.tokens.len();
    TypeParts { kind: "other", rest: Some(others(&c, rest)), ..TypeParts::default() }
}

/// `AS RANGE (subtype = float8, …)`: each option, in the order of names. What the server writes besides is its own.
fn others(c: &Cursor<'_>, rest: Range<usize>) -> String {
    let open = rest.clone().find(|at| c.symbol_at(*at, b'('));
    let Some((open, inner)) = open.and_then(|open| Some((open, c.moved(open).parens()?))) else {
        return squeezed(c, rest);
    };
    let mut options: Vec<String> = Vec::new();
    for item in c.items(inner) {
        let equals = c.moved(item.start).find(item.end, |c, at| c.symbol_at(at, b'='));
        let name = squeezed(c, item.start..equals);
        if name == "multirange_type_name" {
            continue;
        }
        let value = normal_type(&c.part_of(equals + 1..item.end)).filter(|_| equals < item.end);
        options.push(value.map_or(name.clone(), |value| format!("{name}={}", value.trim_start_matches("pg_catalog."))));
    }
    options.sort();
    format!("{} ({})", squeezed(c, rest.start..open), options.join(", "))
}

/// `name type [COLLATE c]`.
fn attribute(mut c: Cursor<'_>) -> Option<(String, String)> {
    let name = c.part()?.text?;
    Some((name, attribute_type(&c, c.at)))
}

fn attribute_type(c: &Cursor<'_>, from: usize) -> String {
    let words = |c: &Cursor<'_>, at| ["collate", "cascade", "restrict"].iter().any(|word| c.word_at(at, word));
    let stop = c.moved(from).find(c.tokens.len(), words);
    let mut behind = c.moved(stop);
    let collation = if behind.take("collate") { behind.name().and_then(|name| name.name.text) } else { None };
    let ty = type_of(c, from..stop);
    match collation.filter(|name| name != "default") {
        Some(collation) => format!("{ty} collate {collation}"),
        None => ty,
    }
}

/// One action of ALTER DOMAIN or ALTER TYPE.
fn change_type(found: &mut TypeParts, mut c: Cursor<'_>, name: &str, choose: Choose<'_>) {
    let word = c.take_any(&["set", "drop", "add", "rename", "validate", "alter"]);
    let attribute_or_constraint = c.take_any(&["attribute", "constraint"]);
    let part = |c: &mut Cursor<'_>| c.part().and_then(|part| part.text);
    match (word, attribute_or_constraint) {
        (Some("add"), Some("attribute")) => found.attributes.extend(attribute(c.part_of(c.at..c.tokens.len()))),
        (Some("drop"), Some("attribute")) => {
            c.take_all(&["if", "exists"]);
            let gone = part(&mut c);
            found.attributes.retain(|(own, _)| Some(own) != gone.as_ref());
        }
        (Some("rename"), Some("attribute")) => {
            let (old, _, new) = (part(&mut c), c.take("to"), part(&mut c));
            let own = found.attributes.iter_mut().find(|(own, _)| Some(own) == old.as_ref());
            if let (Some((own, _)), Some(new)) = (own, new) {
                *own = new;
            }
        }
        (Some("alter"), Some("attribute")) => {
            let named = part(&mut c);
            c.take_all(&["set", "data"]);
            c.take("type");
            let ty = attribute_type(&c, c.at);
            let own = found.attributes.iter_mut().find(|(own, _)| Some(own) == named.as_ref());
            own.into_iter().for_each(|(_, own)| own.clone_from(&ty));
        }
        (Some("drop"), Some(_)) => {
            c.take_all(&["if", "exists"]);
            if let Some(gone) = part(&mut c) {
                found.checks.remove(&gone);
                found.not_valid.retain(|own| *own != gone);
            }
        }
        (Some("rename"), Some(_)) => {
            let (old, _, new) = (part(&mut c), c.take("to"), part(&mut c));
            if let (Some(old), Some(new)) = (old, new)
                && let Some(check) = found.checks.remove(&old)
            {
                found.not_valid.iter_mut().filter(|own| **own == old).for_each(|own| own.clone_from(&new));
                found.checks.insert(new, check);
            }
        }
        (Some("validate"), _) => {
            let named = part(&mut c);
            found.not_valid.retain(|own| Some(own) != named.as_ref());
        }
        (Some("add"), which) => {
            if which.is_some() {
                c.at -= 1;
            }
            say(found, &mut c, name, choose);
        }
        (Some("set"), None) if c.is_symbol(b'(') => {
            let changed = squeezed(&c, c.at..c.tokens.len());
            found.rest = Some(format!("{} {changed}", found.rest.as_deref().unwrap_or("")));
        }
        (Some("set"), None) => say(found, &mut c, name, choose),
        (Some("drop"), None) if c.take("default") => found.default = None,
        (Some("drop"), None) => found.not_null = false,
        _ => {}
    }
}

/// The parameters that stand in the brackets behind the name of a routine.
pub(crate) fn parameters(text: &str) -> Vec<Parameter> {
    with_cursor(text, |c| {
        let items = c.items(0..c.tokens.len()).into_iter().filter(|item| !item.is_empty());
        items.map(|item| parameter(c.part_of(item))).collect()
    })
}

fn parameter(c: Cursor<'_>) -> Parameter {
    const MODES: &[&str] = &["in", "out", "inout", "variadic", "table"];
    let end = c.tokens.len();
    let stop = c.find(end, |c, at| c.word_at(at, "default") || c.symbol_at(at, b'='));
    let colon = stop > 0 && c.tokens.get(stop - 1).is_some_and(|token| token.kind == TokenKind::Symbol(b':'));
    let default = (stop < end).then(|| text_of(&c, stop + 1..end));
    let mut typed = c.part_of(0..stop - usize::from(colon && stop < end));
    let mut mode = typed.take_any(MODES);
    let name = if has_name(&typed) { typed.part().and_then(|part| part.text) } else { None };
    mode = mode.or(typed.take_any(MODES));
    let ty = normal_type(&typed).unwrap_or_else(|| "?".into());
    let shown: Vec<&str> =
        mode.filter(|mode| *mode != "in").into_iter().chain(name.as_deref()).chain([ty.as_str()]).collect();
    Parameter { shown: shown.join(" "), default }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parts: &[&str]) -> TypeParts {
        let choose = |name: &str, taken: &dyn Fn(&str) -> bool| {
            let first = format!("{name}_check");
            if taken(&first) { format!("{first}1") } else { first }
        };
        type_parts(parts, &choose).unwrap_or_default()
    }

    #[test]
    fn a_domain_is_what_its_statements_make_of_it() {
        let made = read(&[
            "domain price AS decimal(10) DEFAULT 0 NOT NULL CONSTRAINT pos CHECK (VALUE >= 0) CHECK (VALUE < 9)",
            "price DROP NOT NULL",
            "price SET DEFAULT 1 + 1",
            "price ADD CHECK (VALUE <> 5) NOT VALID",
            "price DROP CONSTRAINT IF EXISTS pos",
            "price RENAME CONSTRAINT price_check TO small",
        ]);
        assert_eq!((made.kind, made.base.as_deref()), ("domain", Some("numeric(10,0)")));
        assert_eq!((made.not_null, made.default.as_deref()), (false, Some("1 + 1")));
        let checks: Vec<(&str, &str)> = made.checks.iter().map(|(name, check)| (&**name, &**check)).collect();
        assert_eq!(checks, [("price_check1", "VALUE <> 5"), ("small", "VALUE < 9")]);
        assert_eq!(made.not_valid, ["price_check1"]);
        let collated = read(&["domain code varchar(10) COLLATE pg_catalog.\"C\" DEFAULT NULL"]);
        assert_eq!((collated.collation.as_deref(), collated.default), (Some("C"), None));
    }

    #[test]
    fn a_composite_type_has_the_attributes_that_are_left() {
        let made = read(&[
            "type addr AS (street text, zip varchar(5), n int)",
            "addr ADD ATTRIBUTE city text COLLATE \"C\", DROP ATTRIBUTE n CASCADE",
            "addr RENAME ATTRIBUTE zip TO postcode",
            "addr ALTER ATTRIBUTE street SET DATA TYPE varchar(80)",
        ]);
        let said: Vec<String> = made.attributes.iter().map(|(name, ty)| format!("{name} {ty}")).collect();
        assert_eq!(said, ["street character varying(80)", "postcode character varying(5)", "city text collate C"]);
        let range = read(&["type r AS RANGE (SUBTYPE = float8, subtype_diff = float8mi)"]);
        assert_eq!(range.rest.as_deref(), Some("range (subtype=double precision, subtype_diff=float8mi)"));
    }

    #[test]
    fn parameters_have_modes_names_types_and_defaults() {
        let read = parameters("a int, INOUT b text DEFAULT 'x, y', double precision = 1, c variadic int[]");
        let shown: Vec<&str> = read.iter().map(|one| one.shown.as_str()).collect();
        assert_eq!(shown, ["a integer", "inout b text", "double precision", "variadic c integer[]"]);
        let defaults: Vec<Option<&str>> = read.iter().map(|one| one.default.as_deref()).collect();
        assert_eq!(defaults, [None, Some("'x, y'"), Some("1"), None]);
    }
}
