//! Input is text, never control: what a terminal or a reader would obey is shown as a visible escape.

use std::borrow::Cow;

/// Whether a character would steer a terminal, reorder what is read, or hide itself.
fn is_control(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}'        // C0, DEL, C1
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' // zero width, line separators, bidi
        | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The visible form of a control character; a tab is a blank, since a snippet's columns count characters.
pub(super) fn visible(c: char) -> Option<String> {
    match c {
        '\t' => Some(" ".into()),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        c if is_control(c) => Some(format!("\\u{{{:x}}}", c as u32)),
        _ => None,
    }
}

/// A name, path or message with every control character written out.
///
/// ```
/// assert_eq!(preflight::source::escape_controls("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
/// ```
pub fn escape_controls(text: &str) -> String {
    if !text.chars().any(is_control) {
        return text.into();
    }
    text.chars().map(|c| visible(c).map_or_else(|| Cow::Owned(c.to_string()), Cow::Owned)).collect()
}
