//! XML: the one place that puts text of an input between tags of it.

use crate::source::escape_controls;

/// Text of an input for XML 1.0, in an element or a quoted attribute: no tag, no control character, no end of a CDATA
/// section, and none of the characters that XML does not have.
pub(super) fn text(text: &str) -> String {
    let special = |character: char| matches!(character, '&' | '<' | '>' | '"' | '\'' | '\u{fffe}' | '\u{ffff}');
    // Once it is escaped, nobody recognises a secret any more.
    let visible = escape_controls(&crate::document::value::redacted(text.to_owned()));
    if !visible.contains(special) {
        return visible;
    }
    let mut out = String::with_capacity(visible.len() + 16);
    for character in visible.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn nothing_of_an_input_is_markup() {
        assert_eq!(text("<a b=\"c\">'&]]>"), "&lt;a b=&quot;c&quot;&gt;&#39;&amp;]]&gt;");
        assert_eq!(text("\u{0}\u{1b}[2J\n\u{ffff}é"), "\\u{0}\\u{1b}[2J\\n\u{fffd}é");
    }
}
