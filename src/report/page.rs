//! Pages and Markdown: the only place that puts text of an input between tags or into a table. A page is one file that
//! loads nothing and runs nothing, and can be printed.

use std::io;

/// Text of an input for HTML, in an element or a quoted attribute. The result holds no tag and no control character.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in crate::source::escape_controls(&plain(text)).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// Text of an input as a code span of Markdown, safe in a cell of a table: what would end the span or the cell, mention
/// somebody or begin a tag is shown by a look-alike of its own.
pub fn code(text: &str) -> String {
    let text = neutral(text);
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

/// Our own words with names of an input in them, for running Markdown text or a cell of a table.
pub fn prose(text: &str) -> String {
    let text = neutral(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(character) = rest.chars().next() {
        let behind = rest.get(character.len_utf8()..).unwrap_or("");
        // A colon or a dot of what GitHub would make a link of by itself; an entity can spell any character.
        let link = (character == ':' && behind.starts_with("//")) || (character == '.' && out.ends_with("www"));
        if link || matches!(character, '\\' | '*' | '_' | '[' | ']' | '~' | '!' | '&') {
            out.push('\\');
        }
        // `#1` is a link to an issue, and leaves a mark there.
        out.push(if character == '#' { '＃' } else { character });
        rest = behind;
    }
    out
}

/// Our own words for HTML, in which names and words of an input stand between backticks.
pub fn html_ticked(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return html(text);
    }
    let part = |(index, part): (usize, &&str)| match index % 2 {
        0 => html(part),
        _ => format!("<code>{}</code>", html(part)),
    };
    parts.iter().enumerate().map(part).collect()
}

/// Our own words, in which names and words of an input stand between backticks, for running Markdown text or a cell.
pub fn ticked(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // A backtick without its twin is no code.
    if parts.len().is_multiple_of(2) {
        return prose(text);
    }
    let part = |(index, part): (usize, &&str)| match index % 2 {
        0 => spaced(part, prose(part)),
        _ => code(part),
    };
    parts.iter().enumerate().map(part).collect()
}

/// With the blanks that a text had at its ends.
fn spaced(text: &str, shown: String) -> String {
    let before = if text.starts_with(' ') { " " } else { "" };
    let behind = if text.ends_with(' ') && !shown.is_empty() { " " } else { "" };
    format!("{before}{shown}{behind}")
}

/// A text without what is recognised as a secret: once it is escaped, nobody recognises it any more.
fn plain(text: &str) -> String {
    crate::document::value::redacted(text.to_owned())
}

/// On one line, and without the characters that Markdown reads even within a code span of a table.
fn neutral(text: &str) -> String {
    let replace = |character: char| match character {
        '`' => 'ˋ',
        '|' => '¦',
        '@' => '＠',
        '<' => '‹',
        '>' => '›',
        '\n' | '\r' | '\t' => ' ',
        other => other,
    };
    let text: String = plain(text).chars().map(replace).collect();
    crate::source::escape_controls(text.trim())
}

/// Whether `see` of a policy may become a link: http(s), or a path relative to the page.
pub fn is_link(see: &str) -> bool {
    let plain = !see.contains(|character: char| character.is_whitespace() || character.is_control());
    let web = see.starts_with("https://") || see.starts_with("http://");
    let path = see.split(['/', '?', '#']).next().unwrap_or("");
    let relative = !path.contains(':') && !see.starts_with("//") && see.contains('/') && !see.contains('\\');
    plain && (web || relative)
}

/// `see` of a policy for Markdown: a link where it may be one.
pub fn reference(see: &str) -> String {
    if !is_link(see) {
        return prose(see);
    }
    // What would end the target, or begin a tag, is encoded.
    let target: String = see
        .chars()
        .map(|character| match character {
            '(' => "%28".to_owned(),
            ')' => "%29".to_owned(),
            '<' => "%3C".to_owned(),
            '>' => "%3E".to_owned(),
            '\\' => "%5C".to_owned(),
            '|' => "%7C".to_owned(),
            '`' => "%60".to_owned(),
            other => other.to_string(),
        })
        .collect();
    format!("[{}](<{target}>)", prose(see))
}

/// The look of every page: readable on a phone, in the dark and on paper.
const STYLE: &str = include_str!("page.css");

/// Writes one self-contained page; `body` writes what stands in it, and escapes what it was given with [`html`].
///
/// # Errors
/// Those of `out`.
pub fn write(
    title: &str,
    out: &mut dyn io::Write,
    body: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> io::Result<()> {
    let title = html(title);
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    )?;
    body(&mut *out)?;
    out.write_all(b"</main>\n</body>\n</html>\n")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn no_text_of_an_input_is_a_tag_a_mention_or_the_end_of_a_cell() {
        assert_eq!(html("<b a=\"x\">'&\u{1b}[0m"), "&lt;b a=&quot;x&quot;&gt;&#39;&amp;\\u{1b}[0m");
        let secret = "postgres://app:MADEUP-word@db.example.com/x";
        for shown in [html(secret), code(secret), prose(secret)] {
            assert!(shown.contains("••••") && !shown.contains("MADEUP"), "{shown}");
        }
        assert_eq!(code("a|b`c\n@team <img>"), "`a¦bˋc ＠team ‹img›`");
        assert_eq!(prose("*a* [b](c)"), "\\*a\\* \\[b\\](c)");
        assert_eq!(ticked("is not `a_b`, is `c|d`"), "is not `a_b`, is `c¦d`");
        assert_eq!(html_ticked("is `a<b`, `"), "is `a&lt;b`, `");
        assert_eq!(html_ticked("is `a<b` &"), "is <code>a&lt;b</code> &amp;");
        assert_eq!(ticked("an odd ` and <b>"), "an odd ˋ and ‹b›");
        assert_eq!(prose("http://x www.x &#64;team #1"), "http\\://x www\\.x \\&＃64;team ＃1");
        assert_eq!(
            reference("https://example.com/a_(b)"),
            "[https\\://example.com/a\\_(b)](<https://example.com/a_%28b%29>)"
        );
        assert_eq!(reference("go-live [runbook](x)"), "go-live \\[runbook\\](x)");
    }

    #[test]
    fn only_web_addresses_and_relative_paths_are_links() {
        for see in ["https://example.com/a", "docs/go-live.md#pooler", "./docs/a.md"] {
            assert!(is_link(see), "{see}");
        }
        for see in ["javascript:alert(1)", "data:text/html,x", "//evil.example/x", "go-live runbook 1.1", "a:b/c"] {
            assert!(!is_link(see), "{see}");
        }
    }

    #[test]
    fn a_page_loads_and_runs_nothing() {
        let mut out = Vec::new();
        write("a <b>", &mut out, |out| out.write_all(b"<p>x</p>\n")).unwrap();
        let page = String::from_utf8(out).unwrap();
        assert!(page.contains("<title>a &lt;b&gt;</title>") && page.contains("default-src 'none'"));
        assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"));
    }
}
