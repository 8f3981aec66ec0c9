//! What the two Go loaders have in common: statements that need not end with their line, names up to `=` or `:`.

use super::Text;
use std::ops::Range;

/// Blanks within a line, as godotenv and compose-go have them.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{85}' | '\u{a0}')
}

/// Where the next statement begins: behind blanks, line ends and comments; nothing at the end of the text.
pub(super) fn statement(text: &str, mut at: usize) -> Option<usize> {
    loop {
        let rest = text.get(at..)?;
        let start = at + rest.len() - rest.trim_start().len();
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        if !rest.starts_with('#') {
            return Some(start);
        }
        at = start + rest.find('\n')?;
    }
}

/// Behind `export` and blanks, if that stands there.
pub(super) fn behind_export(text: &str, at: usize, is_blank: fn(char) -> bool) -> Option<usize> {
    let rest = text.get(at..)?.strip_prefix("export").filter(|rest| rest.starts_with(is_blank))?;
    Some(text.len() - rest.trim_start_matches(is_blank).len())
}

/// A name, and where what follows it begins.
pub(super) struct Name {
    pub range: Range<usize>,
    /// Behind the character that ended it.
    pub next: usize,
    /// The character that ended it; none at the end of the text.
    pub end: Option<char>,
}

/// The name at `start`: up to a character of `ends`. Nothing where a character stands in it that `allowed` does not
/// allow. At the end of the text there is no name, and what follows begins at `start` again: it becomes the value.
pub(super) fn name(text: &str, start: usize, ends: &[char], allowed: fn(char) -> bool) -> Option<Name> {
    for (offset, c) in text.get(start..)?.char_indices() {
        if ends.contains(&c) {
            let written = text.get(start..start + offset)?.trim_end();
            return Some(Name {
                range: start..start + written.len(),
                next: start + offset + c.len_utf8(),
                end: Some(c),
            });
        }
        if !is_space(c) && !allowed(c) {
            return None;
        }
    }
    Some(Name { range: start..start, next: start, end: None })
}

/// The rest of the line at `at`, without blanks at its end.
pub(super) fn rest_of_line(text: &Text<'_>, at: usize) -> Range<usize> {
    let rest = text.part(at..text.text.len());
    let line = rest.split(['\n', '\r']).next().unwrap_or("").trim_end();
    at..at + line.len()
}
