//! python-dotenv's grammar, measured with versions 1.2: a binding is an optional `export`, a name (bare or in single
//! quotes), `=`, and a value that is bare up to ` #`, or in quotes over as many lines as it takes. What does not fit is
//! skipped up to the end of its line.

use super::super::plain;
use super::value::{Dollar, expand, table, unescape};
use super::{Assignment, Item, SKIPPED, Scope, Text, Value};
use crate::source::Mapped;
use std::ops::Range;

/// Escapes of double quotes.
const DOUBLE: &[(char, char)] = &[
    ('\\', '\\'),
    ('\'', '\''),
    ('"', '"'),
    ('a', '\u{7}'),
    ('b', '\u{8}'),
    ('f', '\u{c}'),
    ('n', '\n'),
    ('r', '\r'),
    ('t', '\t'),
    ('v', '\u{b}'),
];

/// Escapes of single quotes.
const SINGLE: &[(char, char)] = &[('\\', '\\'), ('\'', '\'')];

/// Divides an env file.
pub(super) fn read(text: &Text<'_>, scope: &mut Scope) -> Vec<Item> {
    let start = text.text.len() - text.text.strip_prefix('\u{feff}').unwrap_or(text.text).len();
    let mut reader = Reader {
        source: text,
        scope,
        text: text.text,
        at: start,
        line: 0,
        items: Vec::with_capacity(text.text.len() / 32),
    };
    loop {
        reader.at += usize::from(reader.rest().starts_with('\n'));
        if !reader.rest().starts_with(|c: char| c.is_ascii_graphic()) {
            reader.skip(is_space);
        }
        let start = reader.at;
        if start >= reader.text.len() {
            return reader.items;
        }
        let before = reader.items.len();
        if reader.plain() {
            // Nothing in it is to be resolved, and mostly nobody asks for it.
            if reader.scope.asked {
                reader.define(before);
            }
        } else if reader.binding().is_none() {
            reader.items.truncate(before);
            reader.skip(|c| !is_line_end(c));
            reader.items.push(Item::Skipped(start..reader.at, SKIPPED));
        } else {
            reader.define(before);
        }
    }
}

/// Blanks as Python's `\s` has them.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

fn is_blank(c: char) -> bool {
    is_space(c) && !is_line_end(c)
}

struct Reader<'a> {
    source: &'a Text<'a>,
    scope: &'a mut Scope,
    text: &'a str,
    at: usize,
    /// The first line that does not begin before `at`, of those that are divided already.
    line: usize,
    items: Vec<Item>,
}

impl<'a> Reader<'a> {
    /// Resolves the value of the item at `index`, and takes the definition in.
    fn define(&mut self, index: usize) {
        let Some(Item::Assignment(assignment)) = self.items.get_mut(index) else { return };
        let name = self.text.get(assignment.name.clone()).unwrap_or("");
        match assignment.value.take() {
            Some(value) => {
                let value = interpolate(value, self.scope);
                self.scope.define(name, &value);
                assignment.value = Some(value);
            }
            None => self.scope.forget(name),
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Moves past the characters of a class; gives their bytes.
    fn skip(&mut self, class: impl Fn(char) -> bool) -> Range<usize> {
        let start = self.at;
        self.at += self.rest().find(|c| !class(c)).unwrap_or(self.rest().len());
        start..self.at
    }

    /// How long the name and the whole of a plain assignment are that begins here.
    fn assignment(&mut self) -> Option<(usize, usize)> {
        let lines = self.source.lines;
        while lines.get(self.line).is_some_and(|line| line.range.start < self.at) {
            self.line += 1;
        }
        match lines.get(self.line).filter(|line| line.range.start == self.at) {
            Some(line) => line.name.map(|name| (name, line.range.len() - usize::from(self.ends_at(line.range.end)))),
            None => plain::assignment(self.rest()),
        }
    }

    /// Whether a line ends right before a byte.
    fn ends_at(&self, end: usize) -> bool {
        end.checked_sub(1).and_then(|last| self.text.as_bytes().get(last)) == Some(&b'\n')
    }

    /// A line that every loader reads alike, if one begins here.
    fn plain(&mut self) -> bool {
        let Some((name, length)) = self.assignment() else { return false };
        let start = self.at;
        let raw = start + name + 1..start + length;
        self.at = raw.end;
        let value = Value::new(self.source.literal(raw.clone()), raw);
        self.items.push(Assignment::item(start..start + name, Some(value)));
        true
    }

    /// A binding or a comment up to the end of its line; nothing where the loader gives up, at the byte where it does.
    fn binding(&mut self) -> Option<()> {
        let exported = self.export();
        let name = match self.peek() {
            Some('#') => None,
            Some('\'') => Some(self.quoted_name()?),
            _ => Some(self.skip(|c| c != '=' && c != '#' && !is_space(c))).filter(|name| !name.is_empty()).map(Some)?,
        };
        self.skip(is_blank);
        let value = if name.is_some() && self.peek() == Some('=') {
            self.at += 1;
            let spaced = !self.skip(is_blank).is_empty();
            Some(self.value(spaced)?)
        } else {
            None
        };
        if let Some(name) = name {
            self.items.push(Item::Assignment(Assignment { name, read_as: None, exported, value }));
        }
        self.comment();
        self.skip(is_blank);
        self.peek().is_none_or(is_line_end).then_some(())
    }

    /// `export` with blanks behind it.
    fn export(&mut self) -> bool {
        let behind =
            self.rest().strip_prefix("export").map(|rest| rest.len() - rest.trim_start_matches(is_blank).len());
        let blanks = behind.filter(|blanks| *blanks > 0);
        self.at += blanks.map_or(0, |blanks| "export".len() + blanks);
        blanks.is_some()
    }

    fn quoted_name(&mut self) -> Option<Range<usize>> {
        let start = self.at + 1;
        let length = self.text.get(start..)?.find('\'').filter(|length| *length > 0)?;
        self.at = start + length + 1;
        Some(start..start + length)
    }

    /// A comment, if one follows.
    fn comment(&mut self) {
        let blanks = self.rest().len() - self.rest().trim_start_matches(is_blank).len();
        if self.text.get(self.at + blanks..).is_some_and(|rest| rest.starts_with('#')) {
            self.skip(|c| !is_line_end(c));
        }
    }

    /// A value; `spaced` says whether a blank stands before it.
    fn value(&mut self, spaced: bool) -> Option<Value> {
        match self.peek() {
            Some('\'') => self.quoted('\'', SINGLE),
            Some('"') => self.quoted('"', DOUBLE),
            _ => Some(self.bare(spaced)),
        }
    }

    /// The rest of the line, without a comment and the blanks before it.
    fn bare(&mut self, spaced: bool) -> Value {
        let start = self.at;
        let text = self.text;
        let line = text.get(start..).and_then(|rest| rest.split(is_line_end).next()).unwrap_or("");
        let blank_before = |at: usize| match line.get(..at).and_then(|before| before.chars().next_back()) {
            Some(c) => is_blank(c),
            None => spaced,
        };
        let comment = line.match_indices('#').map(|(at, _)| at).find(|at| blank_before(*at));
        let value = line.get(..comment.unwrap_or(line.len())).unwrap_or("").trim_end_matches(is_space);
        self.at += value.len();
        let raw = start..start + value.len();
        Value::new(self.source.literal(raw.clone()), raw)
    }

    /// A value in quotes. An escaped quote does not close it, unless no other does: the last one then counts.
    fn quoted(&mut self, quote: char, escapes: &'static [(char, char)]) -> Option<Value> {
        let start = self.at + 1;
        let rest = self.text.get(start..)?;
        let mut fallback = None;
        let mut close = None;
        let mut at = 0;
        while let Some(offset) = rest.get(at..).and_then(|rest| rest.find([quote, '\\'])) {
            let here = at + offset;
            let next = rest.get(here + 1..).unwrap_or("");
            if rest.get(here..).is_some_and(|rest| rest.starts_with(quote)) {
                close = Some(here);
                break;
            }
            let escaped = next.starts_with(quote);
            if escaped {
                fallback = Some(here + 1);
            }
            at = here + 1 + usize::from(escaped);
        }
        let length = close.or(fallback)?;
        self.at = start + length + 1;
        let raw = start..start + length;
        Some(Value::new(unescape(with_newlines(self.source, raw.clone()), table(escapes)), raw))
    }
}

/// A value in which every line end is `\n`: the file is opened as text.
fn with_newlines(text: &Text<'_>, range: Range<usize>) -> Mapped {
    let raw = text.part(range.clone());
    let mut value = Mapped::empty(text.source, range.start);
    let mut at = 0;
    while let Some(here) = raw.get(at..).and_then(|rest| rest.find('\r')).map(|offset| at + offset) {
        let length = if raw.get(here..).is_some_and(|rest| rest.starts_with("\r\n")) { 2 } else { 1 };
        value.push(raw.get(at..here).unwrap_or(""), range.start + at..range.start + here);
        value.push("\n", range.start + here..range.start + here + length);
        at = here + length;
    }
    value.push(raw.get(at..).unwrap_or(""), range.start + at..range.end);
    value
}

/// `${NAME}` and `${NAME:-default}`, in every kind of quotes. A name is whatever stands before `:` or `}`, so that of
/// Railway's `${{…}}` the last brace stays.
fn interpolate(value: Value, scope: &mut Scope) -> Value {
    // A closing brace that is not there is looked for once, so that many openings cost linear time.
    let mut may_close = true;
    expand(value, scope, |text, at, _| {
        let Some(inner) = text.get(at..).and_then(|rest| rest.strip_prefix("${")) else { return Dollar::Plain(at + 1) };
        let close = may_close.then(|| inner.find('}')).flatten();
        let Some(close) = close else {
            may_close = false;
            return Dollar::Plain(at + 1);
        };
        let body = inner.get(..close).unwrap_or("");
        let range = at..at + 2 + close + 1;
        match body.split_once(':') {
            None => Dollar::Name(range, body.to_owned(), String::new()),
            Some((name, default)) => match default.strip_prefix('-') {
                Some(default) => Dollar::Name(range, name.to_owned(), default.to_owned()),
                None => Dollar::Plain(at + 1),
            },
        }
    })
}
