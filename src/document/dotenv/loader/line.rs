//! The grammar that dotenv for npm and dotenvx share: an optional `export`, a name, `=` or `:` with a blank, and a value
//! that is in quotes over as many lines as it takes, or goes up to `#`. What does not fit is passed over in silence.

use super::{SKIPPED, Text};
use crate::source::Mapped;
use std::ops::Range;

/// A line that fits.
pub(super) struct Line {
    /// The name, in the flat text.
    pub name: Range<usize>,
    /// The value without blanks around it, in the flat text.
    pub value: Range<usize>,
    pub exported: bool,
}

/// What a text holds: lines that fit, and lines that do not.
pub(super) enum Part {
    Line(Line),
    Skipped(Range<usize>, &'static str),
}

/// A text in which `\r\n` and a lone `\r` are `\n`.
pub(super) fn flat(text: &Text<'_>) -> Mapped {
    let mut flat = Mapped::empty(text.source, 0);
    let mut at = 0;
    while let Some(here) = text.part(at..text.text.len()).find('\r').map(|offset| at + offset) {
        let length = if text.part(here..text.text.len()).starts_with("\r\n") { 2 } else { 1 };
        flat.push(text.part(at..here), at..here);
        flat.push("\n", here..here + length);
        at = here + length;
    }
    flat.push(text.part(at..text.text.len()), at..text.text.len());
    flat
}

/// Blanks as JavaScript's `\s` has them.
fn is_space(c: char) -> bool {
    c == '\u{feff}' || (c.is_whitespace() && c != '\u{85}')
}

fn blanks(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    at + rest.len() - rest.trim_start_matches(is_space).len()
}

/// Divides a flat text.
pub(super) fn divide(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = blanks(text, at);
        if start >= text.len() {
            break;
        }
        let next = match line(text, start) {
            Some((line, end)) => {
                parts.push(Part::Line(line));
                end
            }
            None => {
                let end = line_end(text, start);
                let skipped = text.get(start..end).unwrap_or("").trim_end();
                if !skipped.starts_with('#') {
                    parts.push(Part::Skipped(start..start + skipped.len(), SKIPPED));
                }
                end
            }
        };
        at = next + 1;
    }
    parts
}

fn line_end(text: &str, at: usize) -> usize {
    at + text.get(at..).and_then(|rest| rest.find('\n')).unwrap_or(text.len().saturating_sub(at))
}

/// The line that begins at `start`, and the line end behind it.
fn line(text: &str, start: usize) -> Option<(Line, usize)> {
    let behind = text.get(start..).and_then(|rest| rest.strip_prefix("export")).map(|_| start + "export".len());
    let exported = behind.map(|at| (at, blanks(text, at))).filter(|(at, name)| name > at).map(|(_, name)| name);
    let found = exported.and_then(|at| assignment(text, at)).map(|found| (found, true));
    let ((name, value, end), exported) = found.or_else(|| Some((assignment(text, start)?, false)))?;
    Some((Line { name, value, exported }, end))
}

/// Name and value at `start`, and the line end behind them.
fn assignment(text: &str, start: usize) -> Option<(Range<usize>, Range<usize>, usize)> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let name = start..start + text.get(start..)?.bytes().take_while(is_name).count();
    if name.is_empty() {
        return None;
    }
    let equals = blanks(text, name.end);
    let behind = |at: usize| text.get(at..).unwrap_or("");
    let from = if behind(equals).starts_with('=') {
        equals + 1
    } else {
        let blank = behind(name.end).strip_prefix(':')?.chars().next().filter(|c| is_space(*c))?;
        name.end + 1 + blank.len_utf8()
    };
    let (value, end) = value(text, from);
    Some((name, value, end))
}

/// The value at `from`, without blanks around it, and the line end behind it.
fn value(text: &str, from: usize) -> (Range<usize>, usize) {
    let open = blanks(text, from);
    if let Some(quote) = text.get(open..).and_then(|rest| rest.chars().next()).filter(|c| "'\"`".contains(*c))
        && let Some((close, end)) = quoted(text, open, quote)
    {
        return (open..close, end);
    }
    let rest = text.get(from..).unwrap_or("");
    let bare = rest.get(..rest.find(['#', '\n']).unwrap_or(rest.len())).unwrap_or("");
    let start = from + bare.len() - bare.trim_start_matches(is_space).len();
    let end = start.max(from + bare.trim_end_matches(is_space).len());
    (start..end, tail(text, from + bare.len()).unwrap_or_else(|| line_end(text, from)))
}

/// Where the quotes that open at `open` are closed by one behind which nothing but a comment stands: the first that has
/// no backslash before it, else the last that has.
fn quoted(text: &str, open: usize, quote: char) -> Option<(usize, usize)> {
    let mut escaped = Vec::new();
    let mut first = None;
    for (offset, _) in text.get(open + 1..)?.match_indices(quote) {
        let at = open + 1 + offset;
        if offset > 0 && text.as_bytes().get(at - 1) == Some(&b'\\') {
            escaped.push(at);
        } else {
            first = Some(at);
            break;
        }
    }
    let candidates = first.into_iter().chain(escaped.into_iter().rev());
    candidates.map(|close| close + 1).find_map(|close| Some((close, tail(text, close)?)))
}

/// The line end behind blanks and a comment.
fn tail(text: &str, at: usize) -> Option<usize> {
    let end = blanks(text, at);
    match text.get(end..).and_then(|rest| rest.chars().next()) {
        None => Some(text.len()),
        Some('#') => Some(line_end(text, end)),
        Some(_) => text.get(at..end).and_then(|run| run.rfind('\n')).map(|offset| at + offset),
    }
}

/// A value without the quotes around it, and the character that it begins with, if that is one.
pub(super) fn unquoted(text: &str, value: Range<usize>) -> (Range<usize>, Option<char>) {
    let written = text.get(value.clone()).unwrap_or("");
    let quote = written.chars().next().filter(|c| "'\"`".contains(*c));
    match quote {
        Some(quote) if written.len() >= 2 && written.ends_with(quote) => (value.start + 1..value.end - 1, Some(quote)),
        quote => (value, quote),
    }
}
