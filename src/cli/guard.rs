//! The last thing before the output: every line is searched for secrets once more, whatever it was made of, and a line
//! that a CI runner would obey is broken up.

use crate::document::value::redacted;
use std::io::{self, Write};

/// A writer that passes lines on, guarded.
pub(super) struct Guard<W: Write> {
    inner: W,
    /// The beginning of a line whose end was not written yet.
    line: Vec<u8>,
    /// Whether a CI runner reads the output: it takes `::` at the beginning of a line, and `##[`, for commands.
    runner: bool,
}

impl<W: Write> Guard<W> {
    pub(super) fn new(inner: W, runner: bool) -> Self {
        Self { inner, line: Vec::new(), runner }
    }

    fn pass(&mut self, end: &str) -> io::Result<()> {
        let line = String::from_utf8_lossy(&self.line).into_owned();
        self.line.clear();
        let mut line = redacted(line);
        if self.runner {
            line = broken_up(&line);
        }
        self.inner.write_all(line.as_bytes())?;
        self.inner.write_all(end.as_bytes())
    }
}

/// A line without what a runner takes for a command.
fn broken_up(line: &str) -> String {
    let line = line.replace("##[", "## [");
    let start = line.len() - line.trim_start().len();
    match line.get(start..) {
        Some(rest) if rest.starts_with("::") => format!("{}: :{}", &line[..start], &rest[2..]),
        _ => line,
    }
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
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn guarded(parts: &[&str], runner: bool) -> String {
        let mut guard = Guard::new(Vec::new(), runner);
        for part in parts {
            guard.write_all(part.as_bytes()).unwrap();
        }
        guard.flush().unwrap();
        String::from_utf8(guard.inner).unwrap()
    }

    #[test]
    fn a_runner_obeys_nothing() {
        let text = ["::err", "or::x\n  ::set-env\nname ##[group]\n a::b"];
        assert_eq!(guarded(&text, true), ": :error::x\n  : :set-env\nname ## [group]\n a::b");
        assert_eq!(guarded(&text, false), "::error::x\n  ::set-env\nname ##[group]\n a::b");
    }

    #[test]
    fn a_secret_that_got_this_far_gets_no_farther() {
        let text = ["policy `sb_secret_MADEUPmade", "upMADEUPmade_4e5F6g7H`\npostgres://a:MADEUP-word@b/c 5432\n"];
        assert_eq!(guarded(&text, false), "policy `••••`\npostgres://a:••••@b/c 5432\n");
    }
}
