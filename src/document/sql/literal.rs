//! Text of string constants and quoted names, with the place of each byte.

use super::token::{Token, TokenKind};
use crate::source::Mapped;
use std::ops::Range;

/// The text that a string constant holds. Its bytes know where the file spells them.
pub(super) fn decode(text: &Mapped, token: Token) -> Mapped {
    let inner = inner_range(text, token);
    match token.kind {
        TokenKind::Dollar => text.slice(inner),
        TokenKind::Escaped => unescape(text, inner, escaped),
        TokenKind::UnicodeText | TokenKind::UnicodeQuoted => unescape(text, inner, unicode),
        _ => unescape(text, inner, |_| None),
    }
}

/// The bytes of a quoted token without its quotes; those of any other token as they are.
pub(super) fn inner_range(text: &Mapped, token: Token) -> Range<usize> {
    let (start, end) = (token.start as usize, token.end as usize);
    let slice = text.text().get(start..end).unwrap_or("");
    let (open, close) = match token.kind {
        TokenKind::Dollar => {
            let tag = slice.get(1..).and_then(|rest| rest.find('$')).map_or(0, |at| at + 2);
            let closed = slice.len() >= 2 * tag && slice.get(..tag).is_some_and(|tag| slice.ends_with(tag));
            (tag, if closed { tag } else { 0 })
        }
        TokenKind::Quoted | TokenKind::Text if slice.starts_with(['\'', '"']) => (1, 1),
        TokenKind::Text | TokenKind::Bits => (2, 1),
        // behind an escaped text on an earlier line, a plain quote goes on with its rules
        TokenKind::Escaped => (if slice.starts_with('\'') { 1 } else { 2 }, 1),
        TokenKind::UnicodeText | TokenKind::UnicodeQuoted => (3, 1),
        _ => (0, 0),
    };
    // where nothing closes the constant, its last byte belongs to it
    let closed = slice.len() >= open + close && (close != 1 || slice.ends_with(['\'', '"']));
    let start = (start + open).min(end);
    start..end.saturating_sub(if closed { close } else { 0 }).max(start)
}

/// One escape: what it stands for and how many bytes spell it.
type Escape = fn(&str) -> Option<(Option<char>, usize)>;

/// Copies runs, halves doubled quotes and resolves escapes.
fn unescape(text: &Mapped, range: Range<usize>, escape: Escape) -> Mapped {
    let whole = text.text();
    let quote = range.start.checked_sub(1).and_then(|at| whole.as_bytes().get(at)).copied().unwrap_or(b'\'');
    let bytes = whole.as_bytes();
    let mut out = text.slice(range.start..range.start);
    let (mut from, mut at) = (range.start, range.start);
    while at < range.end {
        let byte = bytes.get(at).copied().unwrap_or(0);
        let doubled = byte == quote && bytes.get(at + 1) == Some(&quote) && at + 1 < range.end;
        let found = match byte {
            _ if doubled => Some((Some(char::from(quote)), 2)),
            b'\\' => whole.get(at..range.end).and_then(escape),
            _ => None,
        };
        let Some((decoded, length)) = found else {
            at += 1;
            continue;
        };
        out.push_mapped(text, from..at);
        let end = (at + length).min(range.end);
        if let Some(decoded) = decoded {
            out.push_escape(decoded.encode_utf8(&mut [0; 4]), text, at..end);
        }
        (from, at) = (end, end.max(at + 1));
    }
    out.push_mapped(text, from..range.end);
    out
}

/// An escape of `E'…'`.
fn escaped(text: &str) -> Option<(Option<char>, usize)> {
    let next = text.get(1..)?.chars().next()?;
    let plain = |c: char| Some((Some(c), 1 + next.len_utf8()));
    match next {
        'n' => plain('\n'),
        't' => plain('\t'),
        'r' => plain('\r'),
        'b' => plain('\u{8}'),
        'f' => plain('\u{c}'),
        'u' => digits(text, 2, 4, 4, 16),
        'U' => digits(text, 2, 8, 8, 16),
        'x' => digits(text, 2, 1, 2, 16).or(plain('x')),
        '0'..='7' => digits(text, 1, 1, 3, 8),
        other => plain(other),
    }
}

/// An escape of `U&'…'` with the usual escape character.
fn unicode(text: &str) -> Option<(Option<char>, usize)> {
    match text.as_bytes().get(1)? {
        b'\\' => Some((Some('\\'), 2)),
        b'+' => digits(text, 2, 6, 6, 16),
        _ => digits(text, 1, 4, 4, 16),
    }
}

/// The name that `U&"…" UESCAPE 'c'` spells.
pub(super) fn unicode_name(text: &Mapped, token: Token, escape: char) -> String {
    let raw = text.text().get(inner_range(text, token)).unwrap_or("").replace("\"\"", "\"");
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw.as_str();
    while let Some(at) = rest.find(escape) {
        out.push_str(rest.get(..at).unwrap_or(""));
        rest = rest.get(at + escape.len_utf8()..).unwrap_or("");
        if rest.starts_with(escape) {
            out.push(escape);
            rest = rest.get(escape.len_utf8()..).unwrap_or("");
            continue;
        }
        let found = if rest.starts_with('+') { digits(rest, 1, 6, 6, 16) } else { digits(rest, 0, 4, 4, 16) };
        if let Some((decoded, length)) = found {
            out.extend(decoded);
            rest = rest.get(length..).unwrap_or("");
        }
    }
    out.push_str(rest);
    out
}

/// A character given by its number, in `least` to `most` digits behind `skip` bytes.
fn digits(text: &str, skip: usize, least: usize, most: usize, radix: u32) -> Option<(Option<char>, usize)> {
    let rest = text.get(skip..)?;
    let count = rest.bytes().take(most).take_while(|byte| char::from(*byte).is_digit(radix)).count();
    if count < least {
        return None;
    }
    let number = u32::from_str_radix(rest.get(..count)?, radix).ok()?;
    Some((char::from_u32(number), skip + count))
}
