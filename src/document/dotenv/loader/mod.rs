//! How loaders divide an env file.

pub(super) mod python;

use crate::source::{Mapped, SourceId};
use std::ops::Range;

/// One part of an env file that is more than a blank.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// A name, with its value if it has one.
    Assignment(Assignment),
    /// What stands behind a `#`, up to the end of the line.
    Comment(Range<usize>),
    /// What the loader skips with a warning.
    Unread(Range<usize>),
}

/// A name with its value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    /// The name without quotes.
    pub name: Range<usize>,
    /// Whether `export` stands before it.
    pub exported: bool,
    /// The value, where an `=` follows.
    pub value: Option<Written>,
}

/// A value as it is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// Its bytes, without quotes.
    pub raw: Range<usize>,
    /// Which backslash escapes count in it: the escaped character and what it means.
    pub escapes: &'static [(char, char)],
    /// Whether `\r\n` and a lone `\r` in it are read as `\n`.
    pub newlines: bool,
}

impl Written {
    /// The value as it is read, before references are looked at.
    pub(super) fn decode(&self, source: SourceId, text: &str) -> Mapped {
        let raw = text.get(self.raw.clone()).unwrap_or("");
        let mut value = Mapped::empty(source, self.raw.start);
        let mut literal = 0;
        let mut at = 0;
        while let Some(offset) = raw.get(at..).and_then(|rest| rest.find(['\\', '\r'])) {
            let here = at + offset;
            let Some((decoded, length)) = self.escape(raw.get(here..).unwrap_or("")) else {
                at = here + 1;
                continue;
            };
            value.push(raw.get(literal..here).unwrap_or(""), self.raw.start + literal..self.raw.start + here);
            let start = self.raw.start + here;
            value.push(decoded.encode_utf8(&mut [0; 4]), start..start + length);
            at = here + length;
            literal = at;
        }
        value.push(raw.get(literal..).unwrap_or(""), self.raw.start + literal..self.raw.end);
        value
    }

    /// What the text begins with, if that is an escape or a line end: the character and its bytes in the source.
    fn escape(&self, rest: &str) -> Option<(char, usize)> {
        if self.newlines && rest.starts_with('\r') {
            return Some(('\n', if rest.starts_with("\r\n") { 2 } else { 1 }));
        }
        let escaped = rest.strip_prefix('\\')?.chars().next()?;
        let (_, decoded) = self.escapes.iter().find(|(written, _)| *written == escaped)?;
        Some((*decoded, 2))
    }
}
