//! libpq's `key=value` strings: blanks around `=` allowed, values in single quotes, `\'` and `\\` as escapes.

use super::super::reading::Reading;
use super::super::text::Text;
use super::{KEYS, Options};
use crate::source::Mapped;
use std::ops::Range;

/// A key with its value: where both stand, and the value as it is read.
pub(in super::super) struct Token {
    /// Where the key stands.
    pub key: Range<usize>,
    /// Where the value stands, without quotes.
    pub value: Range<usize>,
    /// Behind the value and its quotes.
    pub end: usize,
    /// The value as it is read.
    pub read: Mapped,
    /// Whether it stands in quotes.
    pub quoted: bool,
}

/// White space as C's `isspace` knows it.
fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}

/// Every parameter of a string up to what cannot be divided: a word of `refused`, and where.
pub(in super::super) fn tokens(text: &Text<'_>) -> (Vec<Token>, Option<(&'static str, Range<usize>)>) {
    let mut tokens = Vec::new();
    let mut at = skip_blanks(text, 0);
    while at < text.len() {
        match token_at(text, at) {
            Ok(token) => {
                at = skip_blanks(text, token.end);
                tokens.push(token);
            }
            Err(broken) => return (tokens, Some(broken)),
        }
    }
    (tokens, None)
}

/// The options of a string.
pub(in super::super) fn options(text: &Text<'_>, reading: &mut Reading) -> Options {
    let (tokens, broken) = tokens(text);
    let mut options = Options::default();
    for token in tokens {
        if !options.store(text.get(token.key.clone()), token.read) {
            reading.refuse("parameter", text.span(token.key));
        }
    }
    if let Some((why, range)) = broken {
        reading.refuse(why, text.span(range));
    }
    options
}

/// Where the next character stands that is no blank.
pub(in super::super) fn skip_blanks(text: &Text<'_>, at: usize) -> usize {
    at + text.rest(at).bytes().take_while(|byte| is_blank(*byte)).count()
}

/// The parameter at `at`, whatever its key is.
pub(in super::super) fn token_at(text: &Text<'_>, at: usize) -> Result<Token, (&'static str, Range<usize>)> {
    let length = text.rest(at).bytes().take_while(|byte| !is_blank(*byte) && *byte != b'=').count();
    let key = at..at + length;
    let equals = skip_blanks(text, key.end);
    if !text.rest(equals).starts_with('=') {
        return Err(("equals", key));
    }
    let start = skip_blanks(text, equals + 1);
    let quoted = text.rest(start).starts_with('\'');
    value_at(text, key, start + usize::from(quoted), quoted).ok_or(("quote", start..text.len()))
}

/// The value that begins at `start`; nothing where its quote is not closed.
fn value_at(text: &Text<'_>, key: Range<usize>, start: usize, quoted: bool) -> Option<Token> {
    let mut read = Mapped::empty(text.mapped.source(), text.span(start..start).start as usize);
    let (mut at, mut from) = (start, start);
    loop {
        let Some(byte) = text.plain.as_bytes().get(at).copied() else {
            if quoted {
                return None;
            }
            break;
        };
        if (quoted && byte == b'\'') || (!quoted && is_blank(byte)) {
            break;
        }
        if byte == b'\\' {
            read.push_mapped(text.mapped, from..at);
            let escaped = text.rest(at + 1).chars().next();
            let end = at + 1 + escaped.map_or(0, char::len_utf8);
            if let Some(escaped) = escaped {
                read.push_escape(escaped.encode_utf8(&mut [0; 4]), text.mapped, at..end);
            }
            (at, from) = (end, end);
        } else {
            at += 1;
        }
    }
    read.push_mapped(text.mapped, from..at);
    Some(Token { key, value: start..at, end: at + usize::from(quoted), read, quoted })
}

/// Whether a whole value is meant as such a string: it begins with a known key, and names a host, a database or a
/// service, and has `least` keys.
pub(in super::super) fn is_one(text: &Text<'_>, least: usize) -> bool {
    let (mut count, mut named, mut at) = (0, false, 0);
    while let Some(start) = next_key(text, at) {
        let key = key_at(text, start);
        let known = key.as_ref().map(|key| text.get(key.clone()));
        if count == 0 && (known.is_none() || start != skip_blanks(text, 0)) {
            return false;
        }
        if let (Some(key), Some(name)) = (key, known) {
            count += 1;
            named |= matches!(name, "host" | "hostaddr" | "dbname" | "service");
            at = key.end;
        } else {
            at = start + 1;
        }
    }
    named && count >= least
}

/// The known key at `at`, if an `=` follows it.
fn key_at(text: &Text<'_>, at: usize) -> Option<Range<usize>> {
    let letter = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'_';
    let length = text.rest(at).bytes().take_while(letter).take(32).count();
    let key = at..at + length;
    let equals = skip_blanks(text, key.end);
    (KEYS.contains(&text.get(key.clone())) && text.rest(equals).starts_with('=')).then_some(key)
}

/// Where the next word that may be a key begins: at the beginning, or behind a blank or a quote.
fn next_key(text: &Text<'_>, at: usize) -> Option<usize> {
    let bytes = text.plain.as_bytes();
    let begins = |index: &usize| {
        let before = index.checked_sub(1).and_then(|before| bytes.get(before));
        let here = bytes.get(*index).is_some_and(u8::is_ascii_lowercase);
        here && before.is_none_or(|byte| is_blank(*byte) || matches!(byte, b'"' | b'\'' | b'`' | b'('))
    };
    (at..bytes.len()).find(begins)
}

/// Every run of known parameters in a text that names a host or a database and something else.
pub(in super::super) fn find(value: &Mapped) -> Vec<Range<usize>> {
    let text = Text::new(value);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = next_key(&text, at) {
        let (mut next, mut end, mut count, mut named) = (start, start, 0, false);
        while let Some(key) = key_at(&text, next) {
            let Ok(token) = token_at(&text, next) else { break };
            named |= matches!(text.get(key), "host" | "dbname");
            (count, end) = (count + 1, token.end);
            next = skip_blanks(&text, token.end);
        }
        at = end.max(start + 1);
        if count >= 2 && named {
            found.push(start..end);
        }
    }
    found
}
