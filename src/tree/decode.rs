//! Decoded scalars with the place of each byte. The library of each notation decodes; this module only finds out which
//! source bytes spell what, and falls back to one piece for the whole where it cannot.

use crate::source::{Mapped, SourceId};
use std::ops::Range;

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Nothing is escaped: plain, block and literal scalars.
    Literal,
    /// YAML's single quotes: `''` is a quote.
    YamlSingle,
    /// YAML's double quotes.
    YamlDouble,
    /// A JSON string.
    Json,
    /// TOML's basic strings.
    TomlBasic,
}

/// A text with a base: what its first byte is in the source, since a BOM is cut off before parsing.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    pub(super) source: SourceId,
    pub(super) text: &'a str,
    pub(super) base: usize,
}

impl<'a> Text<'a> {
    /// The text without its BOM.
    pub(super) fn new(source: SourceId, text: &'a str) -> Self {
        match text.strip_prefix('\u{feff}') {
            Some(rest) => Self { source, text: rest, base: text.len() - rest.len() },
            None => Self { source, text, base: 0 },
        }
    }

    /// The span of the bytes `range` of the text, moved to character boundaries.
    pub(super) fn span(self, range: Range<usize>) -> crate::source::Span {
        let start = self.floor(range.start);
        let end = self.floor(range.end).max(start);
        crate::source::Span::new(self.source, start + self.base..end + self.base)
    }

    /// The character that holds byte `at`; the gap at the end of the text behind the last one.
    pub(super) fn character(self, at: usize) -> crate::source::Span {
        let start = self.floor(at);
        let len = self.text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        self.span(start..start + len)
    }

    fn floor(self, at: usize) -> usize {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// `decoded`, which the bytes `raw` (without quotes) spell.
    pub(super) fn mapped(self, raw: Range<usize>, style: Style, decoded: &str) -> Mapped {
        let written = self.text.get(raw.clone()).unwrap_or("");
        if written == decoded {
            return Mapped::literal(self.source, decoded, raw.start + self.base);
        }
        self.align(raw.clone(), written, style, decoded).unwrap_or_else(|| {
            let mut whole = Mapped::empty(self.source, raw.start + self.base);
            whole.push(decoded, raw.start + self.base..raw.end + self.base);
            whole
        })
    }

    /// Lines of the written text against the decoded one: between their contents stands white space only, however the
    /// notation folds and indents it. None where that does not hold.
    fn align(self, raw: Range<usize>, written: &str, style: Style, decoded: &str) -> Option<Mapped> {
        let mut mapped = Mapped::empty(self.source, raw.start + self.base);
        let (mut rest, mut gap, mut line_start) = (decoded, raw.start, raw.start);
        for line in written.split('\n') {
            let content = line.trim_matches(is_blank);
            let start = line_start + (line.len() - line.trim_start_matches(is_blank).len());
            line_start += line.len() + 1;
            let pieces = unescape(style, content, start)?;
            let joined: String = pieces.iter().map(|(text, _)| text.as_str()).collect();
            if joined.is_empty() {
                continue;
            }
            let blank = if joined.starts_with(is_blank) { 0 } else { blanks(rest) };
            mapped.push(rest.get(..blank)?, gap + self.base..start + self.base);
            rest = rest.get(blank..)?.strip_prefix(&joined)?;
            for (text, range) in &pieces {
                mapped.push(text, range.start + self.base..range.end + self.base);
            }
            gap = start + content.len();
        }
        if blanks(rest) != rest.len() {
            return None;
        }
        mapped.push(rest, gap + self.base..raw.end + self.base);
        Some(mapped)
    }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches(is_blank).len()
}

/// The runs of one line with their bytes: literal ones, and escapes one by one.
fn unescape(style: Style, content: &str, start: usize) -> Option<Vec<(String, Range<usize>)>> {
    let mark = match style {
        Style::Literal => return Some(vec![(content.to_owned(), start..start + content.len())]),
        Style::YamlSingle => '\'',
        Style::YamlDouble | Style::Json | Style::TomlBasic => '\\',
    };
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(rest) = content.get(at..).filter(|rest| !rest.is_empty()) {
        let literal = rest.find(mark).unwrap_or(rest.len());
        if literal > 0 {
            pieces.push((rest.get(..literal)?.to_owned(), start + at..start + at + literal));
            at += literal;
            continue;
        }
        // A backslash at the end of a line joins it to the next one.
        if rest.len() == 1 {
            break;
        }
        let (c, len) = if style == Style::YamlSingle { ('\'', 2) } else { escape(style, rest)? };
        pieces.push((c.to_string(), start + at..start + at + len));
        at += len;
    }
    Some(pieces)
}

/// The escape that `text` begins with, and how many bytes spell it.
fn escape(style: Style, text: &str) -> Option<(char, usize)> {
    let letter = text.chars().nth(1)?;
    let digits = match (letter, style) {
        ('x', Style::YamlDouble | Style::TomlBasic) => 2,
        ('u', _) => 4,
        ('U', Style::YamlDouble | Style::TomlBasic) => 8,
        _ => 0,
    };
    if digits == 0 {
        return Some((simple_escape(letter)?, 1 + letter.len_utf8()));
    }
    let code = hex(text, 2, digits)?;
    if style == Style::Json && (0xd800..0xdc00).contains(&code) {
        let low = hex(text.get(6..)?.strip_prefix("\\u")?, 0, 4)?.checked_sub(0xdc00)?;
        return char::from_u32(0x10000 + ((code - 0xd800) << 10) + low).map(|c| (c, 12));
    }
    char::from_u32(code).map(|c| (c, 2 + digits))
}

fn hex(text: &str, from: usize, digits: usize) -> Option<u32> {
    u32::from_str_radix(text.get(from..from + digits)?, 16).ok()
}

/// Escapes of one letter: the union of the three notations, since each library refuses those that are not its own.
fn simple_escape(letter: char) -> Option<char> {
    Some(match letter {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        ' ' | '"' | '/' | '\\' => letter,
        _ => return None,
    })
}
