//! The last thing before the output: every line is searched for secrets once more, whatever it was made of, and what a
//! terminal or a CI runner would obey is broken up. Texts are masked and escaped where they are put together; this is for
//! the one that was forgotten.

mod json;

use crate::document::value::redacted;
use crate::report::Syntax;
use crate::report::github::Command;
use crate::source::escape_controls;
use std::cell::Cell;
use std::io::{self, Write};
use std::rc::Rc;

/// A writer that passes lines on, guarded. A reader that goes away ends the output, and is no error: the exit status still
/// says what was found.
pub(super) struct Guard<W: Write> {
    inner: W,
    /// The beginning of a line whose end was not written yet.
    line: Vec<u8>,
    /// Whether a CI runner reads the output: it takes `::` at the beginning of a line, and `##[`, for commands.
    runner: bool,
    /// What is being written, said by whoever writes it.
    syntax: Rc<Cell<Syntax>>,
    /// Whether a text of which nothing was said is a JSON document; decided by its first byte.
    json: Option<bool>,
    closed: bool,
}

impl<W: Write> Guard<W> {
    pub(super) fn new(inner: W, runner: bool, syntax: Rc<Cell<Syntax>>) -> Self {
        Self { inner, line: Vec::new(), runner, syntax, json: None, closed: false }
    }

    fn pass(&mut self, end: &str) -> io::Result<()> {
        let line = String::from_utf8_lossy(&self.line).into_owned();
        self.line.clear();
        let mut first = || *self.json.get_or_insert_with(|| line.starts_with('{'));
        let syntax = self.syntax.get();
        let json = syntax == Syntax::Json || (syntax == Syntax::Text && first());
        let command = (syntax == Syntax::Commands).then(|| Command::parse(&line)).flatten();
        let mut line = match command {
            // One of those that the format for this runner wrote and escaped: it may pass, and nothing in it does.
            Some(command) => command.map(|text| parted(&without_controls_but_lines(&redacted(text)), " #")).to_string(),
            None if json => json::guarded(&line),
            None => {
                let line = without_controls(&redacted(line));
                if self.runner { broken_up(&line) } else { line }
            }
        };
        if json && self.runner {
            line = parted(&line, "\\u0023");
        }
        line.push_str(end);
        self.unless_closed(|inner| inner.write_all(line.as_bytes()))
    }

    fn unless_closed(&mut self, write: impl FnOnce(&mut W) -> io::Result<()>) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        match write(&mut self.inner) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            result => result,
        }
    }
}

/// A line without control characters but those of our colours: `ESC [ digits m`.
fn without_controls(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        let (before, behind) = rest.split_at(at);
        out.push_str(&escape_controls(before));
        let length = colour(behind).unwrap_or(0);
        if length == 0 {
            out.push_str("\\u{1b}");
        }
        out.push_str(behind.get(..length).unwrap_or(""));
        rest = behind.get(length.max(1)..).unwrap_or("");
    }
    out + &escape_controls(rest)
}

/// A text of several lines without control characters.
fn without_controls_but_lines(text: &str) -> String {
    text.split('\n').map(escape_controls).collect::<Vec<_>>().join("\n")
}

/// How long the colour is that a text begins with.
fn colour(text: &str) -> Option<usize> {
    let digits = text.strip_prefix("\u{1b}[")?;
    let length = digits.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b';').count();
    (digits.as_bytes().get(length) == Some(&b'm')).then_some(length + 3)
}

/// A line without what a runner takes for a command: GitHub Actions looks at the beginning of a line behind blanks for
/// `::`, and anywhere for `##[`; Azure Pipelines for `##[` and `##vso[`; TeamCity for `##teamcity[`.
fn broken_up(line: &str) -> String {
    let start = line.len() - line.trim_start().len();
    match line.get(start..) {
        Some(rest) if rest.starts_with("::") => parted(&format!("{}: :{}", &line[..start], &rest[2..]), " #"),
        _ => parted(line, " #"),
    }
}

/// Puts `second` in the place of the second `#` of each `##[` and `##word[`.
fn parted(text: &str, second: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("##") {
        let word = behind.bytes().take_while(u8::is_ascii_alphanumeric).count();
        out.push_str(before);
        out.push('#');
        if behind.as_bytes().get(word) == Some(&b'[') {
            out.push_str(second);
            rest = behind;
        } else {
            // The second one may be the first of the next pair.
            rest = rest.get(before.len() + 1..).unwrap_or("");
        }
    }
    out + rest
}

impl<W: Write> Write for Guard<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            self.line.extend_from_slice(&rest[..end]);
            self.pass("\n")?;
            rest = &rest[end + 1..];
        }
        self.line.extend_from_slice(rest);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.line.is_empty() {
            self.pass("")?;
        }
        self.unless_closed(W::flush)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn guarded(parts: &[&str], runner: bool) -> String {
        guarded_as(Syntax::Text, parts, runner)
    }

    fn guarded_as(syntax: Syntax, parts: &[&str], runner: bool) -> String {
        let mut guard = Guard::new(Vec::new(), runner, Rc::new(Cell::new(syntax)));
        for part in parts {
            guard.write_all(part.as_bytes()).unwrap();
        }
        guard.flush().unwrap();
        String::from_utf8(guard.inner).unwrap()
    }

    #[test]
    fn a_runner_obeys_nothing() {
        let text = ["::err", "or::x\n  ::set-env\nname ### ##[group] ##vso[x]\n a::b"];
        assert_eq!(guarded(&text, true), ": :error::x\n  : :set-env\nname ### # #[group] # #vso[x]\n a::b");
        assert_eq!(guarded(&text, false), text.concat());
    }

    #[test]
    fn annotations_pass_only_where_they_are_the_format_and_letter_for_letter() {
        let good = "::error file=a.env,line=3::DATABASE_URL, 100%25%0Afix: x\n";
        assert_eq!(guarded_as(Syntax::Commands, &[good], true), good);
        assert_eq!(guarded(&[good], true), format!(": :{}", &good[2..]), "in any other format it is a text");
        for bad in ["::set-env name=A::x\n", "::error file=a:b::x\n", " ::error::x\n", "::add-mask::x\n", "::error\n"] {
            let passed = guarded_as(Syntax::Commands, &[bad], true);
            assert!(!passed.trim_start().starts_with("::"), "{passed}");
        }
    }

    #[test]
    fn what_an_annotation_says_is_guarded_too() {
        let key = "sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H";
        let text = Command::new("error", format!("{key}\n##[group]\u{1b}x"))
            .with("file", "postgres://a:MADEUPw@b/c")
            .to_string();
        let passed = guarded_as(Syntax::Commands, &[&text, "\n"], true);
        assert_eq!(passed, "::error file=postgres%3A//a%3A••••@b/c::••••%0A# #[group]\\u{1b}x\n");
    }

    #[test]
    fn a_secret_that_got_this_far_gets_no_farther() {
        let text = ["policy `sb_secret_MADEUPmade", "upMADEUPmade_4e5F6g7H`\npostgres://a:MADEUP-word@b/c 5432\n"];
        assert_eq!(guarded(&text, false), "policy `••••`\npostgres://a:••••@b/c 5432\n");
    }

    #[test]
    fn colours_pass_and_every_other_control_is_escaped() {
        let text = "\u{1b}[31;1merror\u{1b}[0m a\u{1b}]0;title\u{7}\r\u{9b}2J\u{202e}\n";
        assert_eq!(guarded(&[text], false), "\u{1b}[31;1merror\u{1b}[0m a\\u{1b}]0;title\\u{7}\\r\\u{9b}2J\\u{202e}\n");
    }

    #[test]
    fn json_stays_json_and_means_what_it_meant() {
        let json = serde_json::json!({
            "a": "###vso[x] ##[group]\u{85}\u{202e}\u{1b} \\ \" é", "why": "write \"password=\\\"MADEUPword\\\"\", or `x`",
            "b": ["postgres://a:MADEUP\"word@b/c"], "password=\"": 1,
        });
        let text = guarded(&[&serde_json::to_string_pretty(&json).unwrap(), "\n"], true);
        assert!(!text.contains("##[") && !text.contains("##vso[") && !text.contains("MADEUP"), "{text}");
        assert!(!text.contains('\u{85}') && !text.contains('\u{202e}'), "{text}");
        let guarded: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(guarded["a"], json["a"]);
        assert_eq!(guarded["b"][0], "postgres://a:••••@b/c");
    }

    #[test]
    fn a_reader_that_goes_away_is_no_error() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
        let mut guard = Guard::new(Closed, false, Rc::default());
        assert!(guard.write_all(b"a\nb\nc").is_ok() && guard.flush().is_ok());
    }
}
