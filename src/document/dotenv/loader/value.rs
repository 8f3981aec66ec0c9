//! A value as a loader reads it, and the steps by which it gets there: each keeps the places of what it leaves alone.

use super::{Lookup, Scope};
use crate::source::Mapped;
use std::ops::Range;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::document::dotenv) struct Value {
    /// The text; what cannot be resolved stands in it as it is written.
    pub text: Mapped,
    /// The bytes that spell it, without quotes around all of it.
    pub raw: Range<usize>,
    /// Why a part of it cannot be known.
    pub unknown: Option<Unknown>,
}

/// Why a value cannot be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::document::dotenv) enum Unknown {
    /// It takes the value of a variable that no line above defines. The name.
    Reference(String),
    /// The loader runs a command.
    Command,
    /// The whole variable comes from the environment of whoever reads the file.
    Inherited,
    /// It is encrypted, and the key is not here.
    Encrypted,
    /// A shell makes something of it that depends on the machine: `~`, `$1`, `$$`.
    Shell,
}

impl Value {
    /// A value that is read as `text`.
    pub(super) fn new(text: Mapped, raw: Range<usize>) -> Self {
        Self { text, raw, unknown: None }
    }

    /// A value that stands nowhere, since the environment gives it.
    pub(super) fn inherited(text: Mapped) -> Self {
        let at = text.whole().range().start;
        Self { text, raw: at..at, unknown: Some(Unknown::Inherited) }
    }
}

/// A text that is rewritten from left to right.
pub(super) struct Rewrite<'a> {
    from: &'a Mapped,
    to: Mapped,
    at: usize,
    unknown: Option<Unknown>,
}

impl<'a> Rewrite<'a> {
    pub(super) fn new(from: &'a Mapped) -> Self {
        Self { from, to: Mapped::empty(from.source(), from.whole().range().start), at: 0, unknown: None }
    }

    /// Puts `with` in the place of a range; what stands before it stays.
    pub(super) fn put(&mut self, range: Range<usize>, with: &str) {
        self.to.push_mapped(self.from, self.at..range.start);
        if !with.is_empty() {
            self.to.push_escape(with, self.from, range.clone());
        }
        self.at = range.end;
    }

    /// Puts what a name stands for in the place of a reference. One that cannot be known stays as it is.
    pub(super) fn put_lookup(&mut self, range: Range<usize>, name: &str, found: Lookup, unset: &str) {
        match found {
            Lookup::Value(value) => self.put(range, &value),
            Lookup::Unset => self.put(range, unset),
            Lookup::Unknown => self.unknown(Unknown::Reference(name.to_owned())),
        }
    }

    /// Notes that a part cannot be known; the first reason is kept.
    pub(super) fn unknown(&mut self, why: Unknown) {
        self.unknown.get_or_insert(why);
    }

    /// The rest, and why it cannot be known.
    pub(super) fn end(mut self) -> (Mapped, Option<Unknown>) {
        self.to.push_mapped(self.from, self.at..self.from.text().len());
        (self.to, self.unknown)
    }
}

/// Replaces backslash escapes: `decode` gets the characters behind a backslash, and gives what the escape stands for and
/// how many bytes of them belong to it.
pub(super) fn unescape(value: Mapped, decode: impl Fn(&str) -> Option<(String, usize)>) -> Mapped {
    let text = value.text();
    if !text.contains('\\') {
        return value;
    }
    let mut rewrite = Rewrite::new(&value);
    let mut at = 0;
    while let Some(here) = text.get(at..).and_then(|rest| rest.find('\\')).map(|offset| at + offset) {
        match decode(text.get(here + 1..).unwrap_or("")) {
            Some((decoded, length)) => {
                rewrite.put(here..here + 1 + length, &decoded);
                at = here + 1 + length;
            }
            None => at = here + 1,
        }
    }
    rewrite.end().0
}

/// The escapes of a table of characters.
pub(super) fn table(escapes: &[(char, char)]) -> impl Fn(&str) -> Option<(String, usize)> {
    move |rest| {
        let written = rest.chars().next()?;
        let (_, decoded) = escapes.iter().find(|(known, _)| *known == written)?;
        Some((decoded.to_string(), written.len_utf8()))
    }
}

/// Replaces every `$…` of a value: `at_dollar` gets the text and the place of a dollar sign, and gives what follows.
pub(super) fn expand(
    value: Value,
    scope: &mut Scope,
    mut at_dollar: impl FnMut(&str, usize, &mut Scope) -> Dollar,
) -> Value {
    let text = value.text.text();
    if !text.contains('$') {
        return value;
    }
    let mut rewrite = Rewrite::new(&value.text);
    let mut at = 0;
    while let Some(here) = text.get(at..).and_then(|rest| rest.find('$')).map(|offset| at + offset) {
        at = match at_dollar(text, here, scope) {
            Dollar::Plain(end) => end,
            Dollar::Put(range, with) => {
                let end = range.end;
                rewrite.put(range, &with);
                end
            }
            Dollar::Name(range, name, unset) => {
                let end = range.end;
                let found = scope.get(&name);
                rewrite.put_lookup(range, &name, found, &unset);
                end
            }
            Dollar::Escaped(end) => {
                rewrite.put(here.saturating_sub(1)..here, "");
                end
            }
            Dollar::Unknown(end, why) => {
                rewrite.unknown(why);
                end
            }
        };
    }
    let (text, unknown) = rewrite.end();
    Value { text, raw: value.raw, unknown: value.unknown.or(unknown) }
}

/// What a dollar sign is.
pub(super) enum Dollar {
    /// Itself; reading goes on at that byte.
    Plain(usize),
    /// Something that is replaced by a text.
    Put(Range<usize>, String),
    /// The value of a name, or what stands for it where it is not set.
    Name(Range<usize>, String, String),
    /// Itself, and the backslash before it goes away; reading goes on at that byte.
    Escaped(usize),
    /// Something that ends at that byte and cannot be known.
    Unknown(usize, Unknown),
}

/// The bytes of a name as shells have it, at the beginning of a text: `[A-Za-z_][A-Za-z0-9_]*`; 0 for none.
pub(super) fn identifier(text: &str) -> usize {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return 0;
    }
    text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
}

/// How far away the end of a reference or of a command is looked for, in bytes: many that never end would take
/// quadratic time otherwise.
pub(super) const FARTHEST: usize = 1024;

/// Where the bracket that opens at `open` of a text is closed, if that is near.
pub(super) fn closing(text: &str, open: usize, pair: (u8, u8)) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate().skip(open).take(FARTHEST) {
        if byte == pair.0 {
            depth += 1;
        } else if byte == pair.1 {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// Escapes of godotenv and of the gem dotenv: `\n` and `\r` count, and every other backslash goes away but before a dollar sign.
pub(super) fn backslash(rest: &str) -> Option<(String, usize)> {
    let c = rest.chars().next().filter(|c| *c != '$')?;
    let decoded = match c {
        'n' => '\n',
        'r' => '\r',
        c => c,
    };
    Some((decoded.to_string(), c.len_utf8()))
}
