//! Text that runs as SQL: what EXECUTE is given. Constants, `||`, `format()` and variables with known values are put
//! together into text that knows where each byte stands; what cannot be known is a placeholder in it.

use super::cursor::Cursor;
use super::literal;
use super::token::{NAME_HOLE, TEXT_HOLE};
use crate::source::Mapped;
use std::collections::HashMap;
use std::ops::Range;

/// Calls in calls deeper than this are taken as unknown.
const DEEPEST: usize = 8;
/// Longer text is not put together: variables that are appended to themselves could double it again and again.
const LONGEST: usize = 64 * 1024;
/// Nor is text of more terms: it is copied with each of them, wherever its variable is used.
const MOST_PARTS: usize = 512;
/// What the shortest text costs, in bytes.
const LEAST_SIZE: usize = 64;
/// No more values of one variable are followed.
pub(super) const MOST_VALUES: usize = 64;

/// A text, as far as it is known.
#[derive(Clone)]
pub(super) struct Dynamic {
    /// The text, with placeholders.
    pub text: Mapped,
    /// Constants that were filled in by `format()`: where in the text, and where they stand in the file.
    pub filled: Vec<(Range<usize>, Range<usize>)>,
    /// How many terms it was put together of.
    parts: usize,
}

impl Dynamic {
    /// A text of which nothing is known, where the tokens `range` spell it.
    pub fn unknown(c: &Cursor<'_>, range: Range<usize>) -> Self {
        let variables = Variables::default();
        let evaluation = Evaluation { c, variables: &variables, bound: None };
        let mut out = evaluation.empty(range.start);
        evaluation.hole(range, TEXT_HOLE, &mut out);
        out
    }

    /// How much it costs to copy and to read it, in bytes.
    pub fn size(&self) -> usize {
        self.text.text().len() + LEAST_SIZE
    }
}

/// Variables with the texts that they may hold.
#[derive(Default)]
pub(super) struct Variables {
    /// Texts, and how deep in control structures they were given.
    texts: HashMap<String, (Vec<Dynamic>, usize)>,
    /// Arrays of texts.
    lists: HashMap<String, Vec<Dynamic>>,
}

impl Variables {
    /// `name := ARRAY[…]`.
    pub fn assign_list(&mut self, name: String, list: Vec<Dynamic>) {
        self.lists.insert(name, list);
    }

    /// `name := expression`, at a depth in control structures. A value given no deeper than the last one replaces it.
    pub fn assign(&mut self, name: String, mut texts: Vec<Dynamic>, depth: usize) {
        let total = |size: fn(&Dynamic) -> usize| texts.iter().map(size).sum::<usize>();
        if total(|text| text.text.text().len()) > LONGEST || total(|text| text.parts) > MOST_PARTS {
            self.texts.remove(&name);
            return;
        }
        if let Some((before, known_depth)) = self.texts.remove(&name)
            && known_depth < depth
            && before.len() + texts.len() <= MOST_VALUES
        {
            texts.extend(before);
            self.texts.insert(name, (texts, known_depth));
            return;
        }
        self.texts.insert(name, (texts, depth));
    }

    /// A loop's variable takes each of the elements; without any it is unknown.
    pub fn iterate(&mut self, name: String, elements: Option<Vec<Dynamic>>) {
        match elements {
            Some(elements) if !elements.is_empty() => _ = self.texts.insert(name, (elements, 0)),
            _ => _ = self.texts.remove(&name),
        }
    }

    /// The elements of `ARRAY['a', 'b']`, `'{a,b}'`, or of a variable that holds such an array.
    pub fn list(&self, c: &Cursor<'_>, range: Range<usize>) -> Option<Vec<Dynamic>> {
        let c = &c.until(range.end);
        let single = (range.len() == 1).then(|| c.moved(range.start).part()?.text).flatten();
        if let Some(list) = single.and_then(|name| self.lists.get(&name)) {
            return Some(list.clone());
        }
        if !c.word_at(range.start, "array") || !c.symbol_at(range.start + 1, b'[') {
            return None;
        }
        let close = c.closing(range.start + 1)?;
        let items = c.items(range.start + 2..close);
        let constants = items.into_iter().map(|item| self.constant(c, item.start..item.start + 1));
        let constants: Option<Vec<_>> = constants.collect();
        let size = |constants: &[Dynamic]| constants.iter().map(Dynamic::size).sum::<usize>();
        constants.filter(|constants| constants.len() <= MOST_VALUES && size(constants) <= LONGEST)
    }

    /// The numbers of `1..12`, where there are not too many.
    pub fn numbers(&self, c: &Cursor<'_>, range: Range<usize>) -> Option<Vec<Dynamic>> {
        let tokens = c.tokens.get(range.clone())?;
        let (first, last) = (tokens.first()?, tokens.last()?);
        let spelled = first.start as usize..last.end as usize;
        let (from, to) = c.text.text().get(spelled.clone())?.split_once("..")?;
        let (from, to): (i64, i64) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
        if to < from || to - from >= MOST_VALUES as i64 {
            return None;
        }
        let number = |number: i64| {
            let mut text = c.text.slice(spelled.start..spelled.start);
            text.push_escape(&number.to_string(), c.text, spelled.clone());
            Dynamic { text, filled: Vec::new(), parts: 0 }
        };
        Some((from..=to).map(number).collect())
    }

    /// A constant by itself.
    pub fn constant(&self, c: &Cursor<'_>, range: Range<usize>) -> Option<Dynamic> {
        let token = c.tokens.get(range.start).copied().filter(|token| range.len() == 1 && token.is_text())?;
        Some(Dynamic { text: literal::decode(c.text, token), filled: Vec::new(), parts: 0 })
    }

    /// Every text that an expression may give; a variable with several values is followed through all of them, further
    /// ones are unknown.
    pub fn evaluate(&self, c: &Cursor<'_>, range: Range<usize>) -> Vec<Dynamic> {
        let c = &c.until(range.end);
        let several = range.clone().find_map(|at| {
            let name = c.moved(at).part()?.text?;
            let known = self.texts.get(&name)?;
            (known.0.len() > 1).then_some((name, &known.0))
        });
        let evaluation = |bound| Evaluation { c, variables: self, bound };
        match several {
            Some((name, values)) => {
                let each = values.iter().map(|value| evaluation(Some((name.as_str(), value))).whole(range.clone()));
                each.collect()
            }
            None => vec![evaluation(None).whole(range)],
        }
    }
}

struct Evaluation<'e, 't> {
    c: &'e Cursor<'t>,
    variables: &'e Variables,
    /// The variable that is followed through its values, with one of them.
    bound: Option<(&'e str, &'e Dynamic)>,
}

impl Evaluation<'_, '_> {
    fn whole(&self, range: Range<usize>) -> Dynamic {
        let mut out = self.empty(range.start);
        self.expression(range, &mut out, 0);
        out
    }

    /// No text yet, where the token at position `at` stands.
    fn empty(&self, at: usize) -> Dynamic {
        let start = self.c.tokens.get(at).map_or(0, |token| token.start as usize);
        Dynamic { text: self.c.text.slice(start..start), filled: Vec::new(), parts: 0 }
    }

    /// Appends the text of terms with `||` between them.
    fn expression(&self, range: Range<usize>, out: &mut Dynamic, depth: usize) {
        let c = self.c;
        let mut from = range.start;
        loop {
            let to = c.moved(from).find(range.end, |c, at| c.symbol_at(at, b'|') && c.symbol_at(at + 1, b'|'));
            self.term(from..to, out, depth);
            if to >= range.end {
                return;
            }
            from = to + 2;
        }
    }

    fn term(&self, range: Range<usize>, out: &mut Dynamic, depth: usize) {
        let c = self.c;
        let qualified = c.named_at(range.start, "pg_catalog") && c.symbol_at(range.start + 1, b'.');
        let range = if qualified { (range.start + 2).min(range.end)..range.end } else { range };
        out.parts += 1;
        if depth >= DEEPEST || out.text.text().len() > LONGEST || out.parts > MOST_PARTS {
            return self.hole(range, TEXT_HOLE, out);
        }
        let mut inner = c.moved(range.start);
        if let Some(brackets) = inner.parens() {
            if inner.at == range.end || c.symbol_at(inner.at, b':') {
                return self.expression(brackets, out, depth + 1);
            }
            return self.hole(range, TEXT_HOLE, out);
        }
        if c.tokens.get(range.start).is_some_and(|token| token.is_text()) {
            return self.constant(range, out);
        }
        if c.symbol_at(range.start + 1, b'(') {
            let mut call = c.moved(range.start + 1);
            if let Some(arguments) = call.parens()
                && (call.at == range.end || c.symbol_at(call.at, b':'))
            {
                return self.call(range, arguments, out, depth);
            }
            return self.hole(range, TEXT_HOLE, out);
        }
        if range.len() == 1 || c.symbol_at(range.start + 1, b':') {
            let name = c.moved(range.start).part().and_then(|part| part.text);
            if let Some(value) = name.and_then(|name| self.value(&name)) {
                append(out, value);
                return;
            }
        }
        // a cast to regclass prints a name
        let name = range.end > range.start && c.word_at(range.end - 1, "regclass");
        self.hole(range, if name { NAME_HOLE } else { TEXT_HOLE }, out);
    }

    fn value(&self, name: &str) -> Option<&Dynamic> {
        match self.bound {
            Some((bound, value)) if bound == name => Some(value),
            _ => self.variables.texts.get(name).and_then(|(values, _)| match values.as_slice() {
                [value] => Some(value),
                _ => None,
            }),
        }
    }

    /// Constants that go on with each other, and a cast that changes nothing.
    fn constant(&self, range: Range<usize>, out: &mut Dynamic) {
        let tokens = self.c.tokens.get(range.clone()).unwrap_or_default();
        let texts = tokens.iter().take_while(|token| token.is_text());
        let mut count = 0;
        for token in texts {
            let text = literal::decode(self.c.text, *token);
            out.text.push_mapped(&text, 0..text.text().len());
            count += 1;
        }
        if tokens.len() > count && !self.c.symbol_at(range.start + count, b':') {
            self.hole(range.start + count..range.end, TEXT_HOLE, out);
        }
    }

    fn hole(&self, range: Range<usize>, hole: char, out: &mut Dynamic) {
        let tokens = self.c.tokens.get(range).unwrap_or_default();
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
        let spelled = first.start as usize..last.end as usize;
        out.text.push_escape(hole.encode_utf8(&mut [0; 4]), self.c.text, spelled);
    }

    fn call(&self, range: Range<usize>, arguments: Range<usize>, out: &mut Dynamic, depth: usize) {
        let c = self.c;
        let name = c.tokens.get(range.start).map_or("", |token| c.slice(*token)).trim_matches('"').to_ascii_lowercase();
        match name.as_str() {
            "format" => self.format(arguments, out, depth),
            "concat" => {
                c.items(arguments).into_iter().for_each(|item| self.expression(item, out, depth + 1));
            }
            "quote_ident" => match self.known(arguments, depth) {
                Some(text) => self.fill(&identifier(text.text.text()), &text, range, out),
                None => self.hole(range, NAME_HOLE, out),
            },
            "quote_literal" | "quote_nullable" => match self.known(arguments, depth) {
                Some(text) => self.fill(&quoted(text.text.text(), '\''), &text, range, out),
                None => {
                    let spelled = self.bytes(range);
                    out.text.push_escape("''", c.text, spelled);
                }
            },
            _ => self.hole(range, TEXT_HOLE, out),
        }
    }

    fn bytes(&self, range: Range<usize>) -> Range<usize> {
        let tokens = self.c.tokens.get(range).unwrap_or_default();
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => first.start as usize..last.end as usize,
            _ => 0..0,
        }
    }

    /// The text of an expression in which nothing is unknown.
    fn known(&self, range: Range<usize>, depth: usize) -> Option<Dynamic> {
        let mut out = self.empty(range.start);
        self.expression(range.clone(), &mut out, depth + 1);
        (!range.is_empty() && !out.text.text().contains([NAME_HOLE, TEXT_HOLE])).then_some(out)
    }

    /// Appends `written` for a known text, where the tokens `range` spell it.
    fn fill(&self, written: &str, known: &Dynamic, range: Range<usize>, out: &mut Dynamic) {
        let from = out.text.text().len();
        out.text.push_escape(written, self.c.text, self.bytes(range));
        out.filled.push((from..out.text.text().len(), known.text.whole().range()));
    }

    /// `format(template, arguments…)` with `%I`, `%L`, `%s` and `%%`, also with positions and widths.
    fn format(&self, arguments: Range<usize>, out: &mut Dynamic, depth: usize) {
        let items = self.c.items(arguments.clone());
        let template = items.first().and_then(|item| self.known(item.clone(), depth));
        let Some(template) = template else { return self.hole(arguments, TEXT_HOLE, out) };
        let text = template.text.text();
        let (mut from, mut next) = (0, 1);
        let mut values: HashMap<usize, Option<Dynamic>> = HashMap::new();
        let longest = LONGEST + text.len();
        while let Some(at) = text.get(from..).and_then(|rest| rest.find('%')).map(|at| from + at) {
            out.text.push_mapped(&template.text, from..at);
            let Some((length, position, kind)) = directive(text.get(at + 1..).unwrap_or("")) else {
                from = at + 1;
                continue;
            };
            from = at + 1 + length;
            if kind == '%' {
                out.text.push_escape("%", &template.text, at..from);
                continue;
            }
            let argument = position.unwrap_or(next);
            next = argument + 1;
            if out.text.text().len() > longest {
                return self.hole(arguments, TEXT_HOLE, out);
            }
            let value = || items.get(argument).and_then(|item| self.known(item.clone(), depth));
            let known = values.entry(argument).or_insert_with(value).as_ref();
            let start = out.text.text().len();
            let written = match (known, kind) {
                (Some(known), 'I') => identifier(known.text.text()),
                (Some(known), 'L') => quoted(known.text.text(), '\''),
                (Some(known), _) => known.text.text().to_owned(),
                (None, 'I') => NAME_HOLE.to_string(),
                (None, 'L') => format!("'{TEXT_HOLE}'"),
                (None, _) => TEXT_HOLE.to_string(),
            };
            out.text.push_escape(&written, &template.text, at..from);
            if let Some(known) = known {
                out.filled.push((start..out.text.text().len(), known.text.whole().range()));
            }
        }
        out.text.push_mapped(&template.text, from..text.len());
    }
}

/// One directive behind `%`: how long it is, the argument's position, and its kind.
fn directive(text: &str) -> Option<(usize, Option<usize>, char)> {
    let mut rest = text;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let mut position = None;
    if rest.as_bytes().get(digits) == Some(&b'$') {
        position = rest.get(..digits).and_then(|digits| digits.parse().ok());
        rest = rest.get(digits + 1..)?;
    }
    let rest = rest.trim_start_matches(|c: char| c == '-' || c == '*' || c.is_ascii_digit());
    let kind = rest.chars().next().filter(|kind| matches!(kind, 'I' | 'L' | 's' | '%'))?;
    Some((text.len() - rest.len() + 1, position, kind))
}

/// A name as `%I` writes it.
fn identifier(name: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !name.is_empty() && name.chars().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit()) {
        return name.to_owned();
    }
    quoted(name, '"')
}

/// Text in quotes, with its own quotes doubled.
fn quoted(text: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        if c == quote {
            out.push(quote);
        }
        out.push(c);
    }
    out.push(quote);
    out
}

fn append(out: &mut Dynamic, value: &Dynamic) {
    let base = out.text.text().len();
    out.text.push_mapped(&value.text, 0..value.text.text().len());
    let filled = value.filled.iter().map(|(at, source)| (at.start + base..at.end + base, source.clone()));
    out.filled.extend(filled);
    out.parts += value.parts;
}
