//! python-dotenv's grammar, measured with versions 1.2: a binding is an optional `export`, a name (bare or in single
//! quotes), `=`, and a value that is bare up to ` #`, or in quotes over as many lines as it takes. What does not fit is
//! skipped up to the end of its line.

use super::{Assignment, Item, Written};
use crate::document::value::reference;
use crate::source::Mapped;
use std::collections::HashMap;
use std::ops::Range;

/// Escapes of double quotes.
const DOUBLE: &[(char, char)] = &[
    ('\\', '\\'), ('\'', '\''), ('"', '"'), ('a', '\u{7}'), ('b', '\u{8}'), ('f', '\u{c}'), ('n', '\n'), ('r', '\r'),
    ('t', '\t'), ('v', '\u{b}'),
];

/// Escapes of single quotes.
const SINGLE: &[(char, char)] = &[('\\', '\\'), ('\'', '\'')];

/// How many bytes the references of one document may resolve to, all together.
pub(in crate::document::dotenv) const RESOLVED: usize = 256 * 1024;

/// Divides an env file.
pub(in crate::document::dotenv) fn divide(text: &str) -> Vec<Item> {
    let mut reader = Reader { text, at: text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len(), items: Vec::new() };
    loop {
        reader.skip(is_space);
        let start = reader.at;
        if start >= text.len() {
            return reader.items;
        }
        let before = reader.items.len();
        if reader.binding().is_none() {
            reader.items.truncate(before);
            reader.skip(|c| !is_line_end(c));
            reader.items.push(Item::Unread(start..reader.at));
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
    text: &'a str,
    at: usize,
    items: Vec<Item>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
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
            self.items.push(Item::Assignment(Assignment { name, exported, value }));
        }
        self.comment();
        self.skip(is_blank);
        self.peek().is_none_or(is_line_end).then_some(())
    }

    /// `export` with blanks behind it.
    fn export(&mut self) -> bool {
        let behind = self.rest().strip_prefix("export").map(|rest| rest.len() - rest.trim_start_matches(is_blank).len());
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
            self.at += blanks + 1;
            let range = self.skip(|c| !is_line_end(c));
            self.items.push(Item::Comment(range));
        }
    }

    /// A value; `spaced` says whether a blank stands before it.
    fn value(&mut self, spaced: bool) -> Option<Written> {
        match self.peek() {
            Some('\'') => self.quoted('\'', SINGLE),
            Some('"') => self.quoted('"', DOUBLE),
            _ => Some(self.bare(spaced)),
        }
    }

    /// The rest of the line, without a comment and the blanks before it.
    fn bare(&mut self, spaced: bool) -> Written {
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
        Written { raw: start..start + value.len(), escapes: &[], newlines: false }
    }

    /// A value in quotes. An escaped quote does not close it, unless no other does: the last one then counts.
    fn quoted(&mut self, quote: char, escapes: &'static [(char, char)]) -> Option<Written> {
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
        Some(Written { raw: start..start + length, escapes, newlines: true })
    }
}

/// The value with every `${NAME}` replaced that is known: defined above in the same file, and no reference itself. Others
/// stay as they are, since the environment may define them. `${{…}}` is Railway's, and stays too.
///
/// `budget` is how many bytes the document may still grow by: references to references grow exponentially otherwise.
pub(in crate::document::dotenv) fn interpolate(value: &Mapped, defined: &HashMap<String, Mapped>, budget: &mut usize) -> Mapped {
    let text = value.text();
    let mut resolved = Mapped::empty(value.source(), value.whole().start as usize);
    let mut at = 0;
    for found in reference::find(text) {
        let name = found.name.clone().filter(|_| !found.railway).and_then(|range| text.get(range));
        let exact = name.is_some_and(|name| {
            let written = text.get(found.range.clone()).unwrap_or("");
            written.len() == name.len() + 3 || written.get(name.len() + 2..).is_some_and(|rest| rest.starts_with(":-"))
        });
        let known = name.filter(|_| exact).and_then(|name| defined.get(name)).filter(|known| known.text().len() <= *budget);
        let Some(known) = known else { continue };
        *budget -= known.text().len();
        resolved.push_mapped(value, at..found.range.start);
        resolved.push_escape(known.text(), value, found.range.clone());
        at = found.range.end;
    }
    resolved.push_mapped(value, at..text.len());
    resolved
}
