//! `node --env-file`, read by Node itself: `\r` does not exist, a value in quotes ends at the next such quote whatever
//! stands before it, and what follows up to the end of the line is dropped; nothing is interpolated. A BOM becomes a
//! part of the first name.

use super::value::{table, unescape};
use super::{Assignment, Item, SKIPPED, Scope, Text, Value};
use crate::source::Mapped;
use std::ops::Range;

/// Divides an env file.
pub(super) fn read(text: &Text<'_>, _: &mut Scope) -> Vec<Item> {
    let flat = without_returns(text);
    let mut reader = Reader { flat: &flat, text: flat.text(), at: 0, items: Vec::new() };
    while reader.at < reader.text.len() {
        reader.line();
    }
    reader.items
}

/// The text without any `\r`.
fn without_returns(text: &Text<'_>) -> Mapped {
    let mut flat = Mapped::empty(text.source, 0);
    let mut at = 0;
    for (here, _) in text.text.match_indices('\r') {
        flat.push(text.part(at..here), at..here);
        at = here + 1;
    }
    flat.push(text.part(at..text.text.len()), at..text.text.len());
    flat
}

struct Reader<'a> {
    flat: &'a Mapped,
    text: &'a str,
    at: usize,
    items: Vec<Item>,
}

impl Reader<'_> {
    /// Reads one line, or the lines of one value.
    fn line(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or("");
        let blank = rest.len() - rest.trim_start_matches(is_space).len();
        self.at += blank;
        let start = self.at;
        let end = self.line_end(start);
        let line = self.text.get(start..end).unwrap_or("");
        if line.is_empty() || line.starts_with('#') {
            self.at = end + 1;
            return;
        }
        let Some(equals) = line.find('=') else { return self.skip(start, end) };
        let written = line.get(..equals).unwrap_or("").trim_matches(is_space);
        let (name, exported) = match written.strip_prefix("export ") {
            Some(name) => (name.trim_start_matches(is_space), true),
            None => (written, false),
        };
        if name.is_empty() {
            return self.skip(start, end);
        }
        let name_end = start + line.get(..equals).unwrap_or("").trim_end_matches(is_space).len();
        let name = name_end - name.len()..name_end;
        let value = self.value(start + equals + 1);
        let name = self.flat.span(name).range();
        self.items.push(Item::Assignment(Assignment { name, read_as: None, exported, value: Some(value) }));
    }

    fn skip(&mut self, start: usize, end: usize) {
        let line = self.text.get(start..end).unwrap_or("").trim_end();
        self.items.push(Item::Skipped(self.flat.span(start..start + line.len()).range(), SKIPPED));
        self.at = end + 1;
    }

    fn line_end(&self, at: usize) -> usize {
        at + self.text.get(at..).map_or(0, |rest| rest.find('\n').unwrap_or(rest.len()))
    }

    /// The value behind the `=`.
    fn value(&mut self, from: usize) -> Value {
        let end = self.line_end(from);
        let line = self.text.get(from..end).unwrap_or("");
        let start = from + line.len() - line.trim_start_matches(is_space).len();
        let rest = self.text.get(start..).unwrap_or("");
        let quote = rest.chars().next().filter(|c| "'\"`".contains(*c));
        let close = quote.and_then(|quote| rest.get(1..)?.find(quote));
        if let Some(length) = close {
            let value = self.take(start + 1..start + 1 + length);
            self.at = self.line_end(start + 2 + length) + 1;
            let decoded = if quote == Some('"') { unescape(value.text, table(&[('n', '\n')])) } else { value.text };
            return Value::new(decoded, value.raw);
        }
        self.at = end + 1;
        let bare = self.text.get(start..end).unwrap_or("");
        // An open quote keeps what looks like a comment.
        let comment = if quote.is_some() { None } else { bare.find('#') };
        let bare = bare.get(..comment.unwrap_or(bare.len())).unwrap_or("").trim_end_matches(is_space);
        self.take(start..start + bare.len())
    }

    fn take(&self, range: Range<usize>) -> Value {
        Value::new(self.flat.slice(range.clone()), self.flat.span(range).range())
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n')
}
