//! How the lines of an env file are written: what a tidy file does not have. Nothing here depends on the loader, but
//! that the lines inside a value of several lines are left alone.

use super::plain::{self, Line};
use foldhash::{HashSet, HashSetExt as _};
use std::ops::Range;

/// Something odd.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Oddity {
    /// A word of the vocabulary's `is`.
    pub is: &'static str,
    /// Its bytes; a gap where something is missing.
    pub range: Range<usize>,
}

/// The oddities of a text, in the order of its `lines` (behind a BOM). `values` are the values that the loader found, in
/// order.
pub(super) fn oddities(text: &str, lines: &[Line], values: impl Iterator<Item = Range<usize>>) -> Vec<Oddity> {
    let names = HashSet::with_capacity(lines.len());
    let mut form = Form { found: Vec::new(), names, above: "", empty: 0 };
    let mut values = values.peekable();
    for line in lines {
        let (start, end) = (line.range.start, line.range.end);
        let content = text.get(line.range.clone()).unwrap_or("");
        // A value of several lines holds the end of its first line.
        let (mut inside, mut opens) = (false, false);
        while let Some(value) =
            values.next_if(|value| value.start < end && (value.end < end || !content.ends_with('\n')))
        {
            inside |= value.start < start && value.end > start;
        }
        if let Some(value) = values.peek().filter(|value| value.start < end) {
            inside |= value.start < start;
            opens = true;
        }
        if !inside {
            match line.name.filter(|_| !opens) {
                Some(name) => form.plain(content.get(..name).unwrap_or(""), start),
                None => form.line(content, start, opens),
            }
        }
    }
    if !text.is_empty() && !text.ends_with('\n') {
        form.add("no-final-newline", text.len()..text.len());
    }
    form.found
}

struct Form<'a> {
    found: Vec<Oddity>,
    /// The names above.
    names: HashSet<&'a str>,
    /// The name above, as long as no empty line stands between.
    above: &'a str,
    /// How many empty lines stand right above.
    empty: usize,
}

impl<'a> Form<'a> {
    fn add(&mut self, is: &'static str, range: Range<usize>) {
        self.found.push(Oddity { is, range });
    }

    /// A plain assignment: nothing but its name can be odd.
    fn plain(&mut self, name: &'a str, at: usize) {
        self.empty = 0;
        self.lowercase(name, at);
        self.order(name, at);
    }

    /// One line with its line end; `opens` says whether a value of several lines begins in it.
    fn line(&mut self, line: &'a str, at: usize, opens: bool) {
        let content = line.strip_suffix('\n').unwrap_or(line);
        let content = content.strip_suffix('\r').unwrap_or(content);
        if let Some((name, length)) = plain::assignment(content)
            && length == content.len()
        {
            return self.plain(content.get(..name).unwrap_or(""), at);
        }
        let written = content.trim_end_matches([' ', '\t']);
        if written.len() < content.len() && !opens {
            self.add("trailing-blanks", at + written.len()..at + content.len());
        }
        if written.is_empty() {
            self.above = "";
            self.empty += 1;
            if self.empty > 1 {
                self.add("extra-blank-line", at..at);
            }
            return;
        }
        self.empty = 0;
        if written.starts_with('#') {
            return;
        }
        let bare = written.trim_start_matches(|c: char| !c.is_ascii_alphabetic() && c != '_');
        let lead = written.len() - bare.len();
        if written.trim_start().starts_with(['#', '\'', '"']) || bare.is_empty() || bare.starts_with('=') {
            return;
        }
        let (before, value) = match written.split_once('=') {
            Some((before, value)) if before.len() > lead => (before, Some((value, before.len() + 1))),
            _ => (written, None),
        };
        let name = before.get(lead..).unwrap_or("");
        let skipped = name
            .strip_prefix("export")
            .filter(|rest| rest.starts_with([' ', '\t']))
            .map_or(0, |rest| name.len() - rest.trim_start_matches([' ', '\t']).len());
        let name_at = lead + skipped;
        let name = name.get(skipped..).unwrap_or("").trim_end();
        // A sentence is no line of an env file; the loader says so.
        if name.contains(char::is_whitespace) || (value.is_none() && !is_name(name)) {
            return;
        }
        if lead > 0 {
            self.add("leading-character", at..at + lead);
        }
        self.name(name, at + name_at, value.is_none());
        if let Some((value, offset)) = value
            && !opens
        {
            self.value(before, value, at, offset);
        }
    }

    fn name(&mut self, name: &'a str, at: usize, alone: bool) {
        if let Some((offset, c)) = name.char_indices().find(|(_, c)| !c.is_ascii_alphanumeric() && *c != '_') {
            self.add("delimiter", at + offset..at + offset + c.len_utf8());
        }
        self.lowercase(name, at);
        if alone {
            self.add("no-equals-sign", at + name.len()..at + name.len());
            return;
        }
        self.order(name, at);
    }

    fn lowercase(&mut self, name: &str, at: usize) {
        if name.bytes().any(|byte| byte.is_ascii_lowercase()) {
            self.add("lowercase", at..at + name.len());
        }
    }

    /// Holds a name against those above.
    fn order(&mut self, name: &'a str, at: usize) {
        if !self.names.insert(name) {
            self.add("duplicate", at..at + name.len());
        }
        if name < self.above {
            self.add("out-of-order", at..at + name.len());
        }
        self.above = name;
    }

    /// The value behind an `=` that stands at `offset - 1` of the line at `at`.
    fn value(&mut self, before: &str, value: &str, at: usize, offset: usize) {
        let blanks = before.len() - before.trim_end().len();
        let bare = value.trim_start_matches([' ', '\t']);
        let after = value.len() - bare.len();
        if blanks > 0 || (after > 0 && !bare.starts_with('#')) {
            let start = if blanks > 0 { at + offset - 1 - blanks } else { at + offset };
            let end = if after > 0 { at + offset + after } else { at + offset - 1 };
            self.add("blanks-around-equals", start..end);
        }
        let start = at + offset + after;
        let quote = bare.chars().next().filter(|c| matches!(c, '"' | '\''));
        let whole = start..start + bare.len();
        match quote {
            Some(quote) => {
                let close = bare.get(1..).and_then(|rest| rest.find(quote));
                let inner = close.and_then(|close| bare.get(1..1 + close));
                if inner.is_some_and(|inner| inner.bytes().all(plain::is_plain)) {
                    self.add("needless-quotes", start..start + 1);
                }
            }
            None => {
                let comment = bare.match_indices('#').map(|(at, _)| at);
                let mut comment = comment.filter(|at| {
                    bare.get(..*at).is_none_or(|before| before.is_empty() || before.ends_with([' ', '\t']))
                });
                let shown = bare.get(..comment.next().unwrap_or(bare.len())).unwrap_or("").trim_end();
                if shown.contains([' ', '\t']) && !shown.contains("${{") {
                    self.add("no-quotes", start..start + shown.len());
                }
                if shown.contains(['"', '\'']) {
                    self.add("quote-inside", start..start + shown.len());
                }
            }
        }
        if quote != Some('\'') && has_half_reference(bare) {
            self.add("substitution", whole);
        }
    }
}

fn is_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether a reference lacks one of its braces.
fn has_half_reference(value: &str) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let last_brace = value.rfind('}');
    value.match_indices('$').any(|(at, _)| {
        let rest = value.get(at + 1..).unwrap_or("");
        let (open, inner) = rest.strip_prefix('{').map_or((false, rest), |inner| (true, inner));
        let length = inner.bytes().take_while(is_name).count();
        let behind = inner.get(length..).unwrap_or("");
        let end = value.len() - behind.len();
        if open {
            length > 0 && last_brace.is_none_or(|brace| brace < end)
        } else {
            length > 0 && behind.starts_with('}')
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, values: &[Range<usize>]) -> Vec<Oddity> {
        oddities(text, &plain::lines(text, 0), values.iter().cloned())
    }

    /// What is odd about a text: the word, and the bytes.
    fn odd(text: &str) -> Vec<(&'static str, &str)> {
        found(text, &[]).into_iter().map(|oddity| (oddity.is, text.get(oddity.range).unwrap_or("?"))).collect()
    }

    #[test]
    fn every_oddity_points_at_its_bytes() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("FOO=bar\nZED=1\n\nBAR=2\n", &[]),
            (" FOO=bar\n", &[("leading-character", " ")]),
            (".FOO=bar\n1BAR=2\n", &[("leading-character", "."), ("leading-character", "1"), ("out-of-order", "BAR")]),
            ("FOO-BAR=1\n", &[("delimiter", "-")]),
            ("foo_Bar=1\n", &[("lowercase", "foo_Bar")]),
            ("FOO=1\nFOO=2\n", &[("duplicate", "FOO")]),
            ("FOO=1\nBAR=2\n", &[("out-of-order", "BAR")]),
            ("FOO\n", &[("no-equals-sign", "")]),
            (
                "FOO = bar\nGUM= x\nHAT =x\n",
                &[("blanks-around-equals", " = "), ("blanks-around-equals", " "), ("blanks-around-equals", " ")],
            ),
            ("FOO=\"bar\"\nGUM='a b'\nHAT='a#b'\n", &[("needless-quotes", "\"")]),
            ("FOO=it's\n", &[("quote-inside", "it's")]),
            ("FOO=a b # c\n", &[("no-quotes", "a b")]),
            ("FOO=${BAR\nGUM=$BAR}\nHAT=${BAR}$BAR\n", &[("substitution", "${BAR"), ("substitution", "$BAR}")]),
            ("FOO=1  \n# note \n", &[("trailing-blanks", "  "), ("trailing-blanks", " ")]),
            ("FOO=1\n\n\nGUM=2", &[("extra-blank-line", ""), ("no-final-newline", "")]),
            ("export FOO=1\r\nexport GUM=2\r\n", &[]),
            ("This is no env file.\nNeither is this = one\n", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(odd(text), *expected, "{text:?}");
        }
    }

    #[test]
    fn lines_inside_a_value_are_left_alone() {
        let text = "KEY=\"one \n\n\n two = three\nend\"\nMODE=x\n";
        let value = 5..text.find("end").map_or(0, |at| at + 3);
        assert_eq!(found(text, &[value]), []);
    }
}
