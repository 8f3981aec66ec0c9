//! Lines that mean the same to whoever reads them, as most do: one look at each byte tells them from all others.

use std::ops::Range;

/// The bytes that mean themselves in a bare value: no blank, no quote, nothing of a comment, a reference or an escape.
const PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    let (signs, mut at) = (b"_-./:@%+,=?", 0);
    while at < signs.len() {
        table[signs[at] as usize] = true;
        at += 1;
    }
    table
};

/// Whether a byte means itself in a bare value, whoever reads it.
pub(super) fn is_plain(byte: u8) -> bool {
    PLAIN[usize::from(byte)]
}

/// The line at the beginning of a text, if it is a name, `=` and plain bytes up to `\n` or the end of the text: how long
/// the name is, and how long the line is without its end.
pub(super) fn assignment(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let name = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    if name == 0 || bytes.first()?.is_ascii_digit() || bytes.get(name) != Some(&b'=') {
        return None;
    }
    let value = bytes.get(name..)?.iter().take_while(|byte| is_plain(**byte)).count();
    matches!(bytes.get(name + value), None | Some(b'\n')).then_some((name, name + value))
}

/// A line of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Its bytes, with its line end.
    pub range: Range<usize>,
    /// How long its name is, where it is a plain assignment.
    pub name: Option<usize>,
}

/// The lines of a text from a byte on.
pub(super) fn lines(text: &str, start: usize) -> Vec<Line> {
    let mut at = start;
    let mut lines = Vec::with_capacity((text.len() - start.min(text.len())) / 24);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (name, length) = match assignment(rest) {
            Some((name, length)) => (Some(name), (length + 1).min(rest.len())),
            None => (None, rest.find('\n').map_or(rest.len(), |end| end + 1)),
        };
        lines.push(Line { range: at..at + length, name });
        at += length;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{Line, assignment, lines};

    #[test]
    fn lines_are_divided_and_plain_ones_are_known() {
        let text = "\u{feff}A=1\n\n# B=2\nC=3\r\nLONG=x";
        let line = |range, name| Line { range, name };
        let expected =
            [line(3..7, Some(1)), line(7..8, None), line(8..14, None), line(14..19, None), line(19..25, Some(4))];
        assert_eq!(lines(text, 3), expected);
        assert_eq!(lines("", 0), []);
    }

    #[test]
    fn only_plain_lines_are_taken() {
        for (text, expected) in [
            ("A=1\nB=2", Some((1, 3))),
            ("_a9=", Some((3, 4))),
            ("URL=https://a.example.com/?b=c\n", Some((3, 30))),
            ("=1", None),
            ("", None),
            ("1A=1", None),
            ("A = 1", None),
            ("A=1\r\n", None),
            ("A=b c", None),
            ("A='b'", None),
            ("A=$B", None),
            ("A=b#c", None),
            ("A=b\\n", None),
            ("export A=1", None),
            ("Ä=1", None),
            ("A=ä", None),
        ] {
            assert_eq!(assignment(text), expected, "{text:?}");
        }
    }
}
