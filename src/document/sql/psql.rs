//! Backslash commands of psql: a line each, which the server never sees.

use super::Reader;
use super::secret::SECRETS;
use super::split::Piece;
use crate::fact::{Fact, Field, Kind};
use crate::source::Mapped;

/// Commands that run what does not stand in the script, or decide whether what stands there runs. Source: psql's
/// reference page, "Meta-Commands".
const UNSEEN: &[(&str, &str)] = &[
    ("\\i", "runs another file"),
    ("\\ir", "runs another file"),
    ("\\include", "runs another file"),
    ("\\include_relative", "runs another file"),
    ("\\c", "goes on with another database"),
    ("\\connect", "goes on with another database"),
    ("\\copy", "reads or writes another file"),
    ("\\!", "runs a command of the shell"),
    ("\\gexec", "runs the result of a query"),
    ("\\if", "decides whether what follows runs"),
    ("\\elif", "decides whether what follows runs"),
    ("\\else", "decides whether what follows runs"),
];

/// Commands that take all that follows on their line, backslashes and all.
const WHOLE_LINE: &[&str] = &["\\!", "\\copy", "\\ef", "\\ev", "\\h", "\\help", "\\sf", "\\sv"];
/// Commands that hand the line to a command of the shell, where a bar begins it.
const PIPES: &[&str] = &["\\g", "\\gx", "\\o", "\\out", "\\w", "\\write"];

/// The bytes of the command that a line begins with, with the `\\` that ends it: another command, or SQL, may follow on the
/// line. Source: psql's reference page, "Meta-Commands", and `psqlscanslash.l`.
pub(super) fn length(line: &str) -> usize {
    let named = name_length(line);
    let (name, rest) = (line.get(..named).unwrap_or(""), line.get(named..).unwrap_or(""));
    let piped = PIPES.contains(&name) && rest.trim_start().starts_with('|');
    if name == "\\" || piped || WHOLE_LINE.contains(&name) {
        return if name == "\\" { line.len().min(2) } else { line.len() };
    }
    let mut quote = None;
    let mut skips = false;
    for (at, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            _ if skips => skips = false,
            (Some(b'\''), b'\\') => skips = true,
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"' | b'`') => quote = Some(byte),
            (None, b'\\') => {
                let separates = rest.as_bytes().get(at + 1) == Some(&b'\\');
                return named + at + if separates { 2 } else { 0 };
            }
            (None, _) => {}
        }
    }
    line.len()
}

/// How many bytes the name of the command has that a line begins with.
fn name_length(line: &str) -> usize {
    let ends = |c: char| c == '\\' || c.is_ascii_whitespace();
    line.get(1..).and_then(|rest| rest.find(ends)).map_or(line.len(), |at| at + 1)
}

impl Reader {
    /// One command. What runs something that nobody sees here is said to be unread.
    pub(super) fn psql(&mut self, text: &Mapped, piece: &Piece) {
        let line = text.text().get(piece.range.clone()).unwrap_or("");
        let start = piece.range.start + line.find('\\').unwrap_or(0);
        let line = text.text().get(start..piece.range.end).unwrap_or("").trim_end();
        let name = line.get(..name_length(line)).unwrap_or("\\");
        // a name only: what follows may be a connection string
        let name = name.get(..name.find(['\'', '"', ':', ';', '=']).unwrap_or(name.len())).unwrap_or("\\");
        self.mask_arguments(text, start, line);
        let anchor = text.span(start..start + name.len());
        let runs = UNSEEN.iter().find(|(command, _)| *command == name).map(|(_, runs)| *runs);
        // text in backquotes is a command of the shell, and text behind a bar goes to one
        let shell = line.contains('`') || line.get(name.len()..).is_some_and(|rest| rest.trim_start().starts_with('|'));
        let runs = runs.or(shell.then_some("runs a command of the shell"));
        if let Some(runs) = runs {
            let message = format!("`{name}` {runs}, which nobody has read here");
            self.unread(anchor, &message, "Write the SQL into the migration.");
        }
        let fact = Fact::variant(Kind::Statement, "psql", anchor).standing_in(self.half);
        self.out.facts.push(fact.with(Field::Understood, runs.is_none(), anchor).with(Field::Name, name, anchor));
    }

    /// A connection string is masked whole, whatever it holds, and so is all that follows a secret's name.
    fn mask_arguments(&mut self, text: &Mapped, start: usize, line: &str) {
        let mut at = start;
        let mut named = false;
        for word in line.split_inclusive(|c: char| c.is_ascii_whitespace()) {
            let lower = word.to_ascii_lowercase();
            let trimmed = word.trim_end();
            if !trimmed.is_empty() && (named || word.contains("://") || lower.contains("password=")) {
                self.out.masks.push(text.span(at..at + trimmed.len()).range());
            }
            named |= at > start && SECRETS.iter().any(|secret| lower.contains(secret));
            at += word.len();
        }
    }
}
