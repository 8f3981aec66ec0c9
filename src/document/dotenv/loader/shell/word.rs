//! Words of a shell: quotes, escapes, references and commands in them (POSIX, Shell Command Language, 2.2 and 2.6).

use super::super::brace::{Brace, Outcome};
use super::super::dotenvy::inside;
use super::super::value::{Rewrite, closing, identifier};
use super::super::{Unknown, Value};
use super::{MISSING, Reader, SYNTAX};
use std::ops::Range;

const OPEN: &str = "a shell refuses the whole file: a quote that opens here is never closed";
const BAD_REFERENCE: &str = "a shell refuses the whole file: a reference in this value is none";

/// A word.
pub(super) struct Word {
    /// Its bytes.
    pub range: Range<usize>,
    /// The name before its `=` and the value behind, where it is an assignment.
    pub assigned: Option<(Range<usize>, Value)>,
    /// Whether it is the word `export`.
    pub is_export: bool,
    /// Whether it is a name.
    pub is_name: bool,
}

impl Word {
    pub(super) fn is_assignment(&self) -> bool {
        self.assigned.is_some()
    }
}

impl Reader<'_> {
    /// The word that begins here. `assigns` says whether it may be an assignment.
    pub(super) fn word(&mut self, assigns: bool) -> Result<Word, &'static str> {
        let start = self.at;
        let text = self.rest();
        let name = identifier(text);
        let is_assignment = assigns && name > 0 && text.get(name..).is_some_and(|rest| rest.starts_with('='));
        let from = if is_assignment { name + 1 } else { 0 };
        let end = end_of(text, from)?;
        let raw = start + from..start + end;
        self.at = start + end;
        let written = text.get(..end).unwrap_or("");
        let assigned = if is_assignment { Some((start..start + name, self.value(raw)?)) } else { None };
        Ok(Word {
            range: start..start + end,
            assigned,
            is_export: written == "export",
            is_name: name > 0 && name == end,
        })
    }

    /// What the bytes `raw` of a word come to.
    fn value(&mut self, raw: Range<usize>) -> Result<Value, &'static str> {
        let literal = self.text.literal(raw.clone());
        let text = literal.text();
        let mut out = Rewrite::new(&literal);
        let mut quoted = false;
        let mut at = 0;
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            let next = at + c.len_utf8();
            at = match c {
                '\'' if !quoted => {
                    let close = next + text.get(next..).and_then(|rest| rest.find('\'')).ok_or(OPEN)?;
                    out.put(at..next, "");
                    out.put(close..close + 1, "");
                    close + 1
                }
                '"' => {
                    out.put(at..next, "");
                    quoted = !quoted;
                    next
                }
                '\\' => {
                    let escaped = text.get(next..).and_then(|rest| rest.chars().next());
                    let counts = !quoted || matches!(escaped, Some('$' | '`' | '"' | '\\' | '\n'));
                    let end = next + escaped.map_or(0, char::len_utf8);
                    match escaped {
                        Some('\n') => out.put(at..end, ""),
                        Some(_) if counts => out.put(at..next, ""),
                        _ => {}
                    }
                    end
                }
                '`' => {
                    out.unknown(Unknown::Command);
                    next + text.get(next..).and_then(|rest| rest.find('`')).map_or(0, |close| close + 1)
                }
                '$' => self.reference(text, at, &mut out)?,
                '~' if !quoted && (at == 0 || text.get(..at).is_some_and(|before| before.ends_with(':'))) => {
                    out.unknown(Unknown::Shell);
                    next
                }
                _ => next,
            };
        }
        let raw = inside(text, raw);
        let (text, unknown) = out.end();
        Ok(Value { text, raw, unknown })
    }

    /// What begins with the dollar sign at `at`; gives where reading goes on.
    fn reference(&mut self, text: &str, at: usize, out: &mut Rewrite<'_>) -> Result<usize, &'static str> {
        let rest = text.get(at + 1..).unwrap_or("");
        let name = identifier(rest);
        if let Some(name) = rest.get(..name).filter(|name| !name.is_empty()) {
            let found = self.scope.get(name);
            out.put_lookup(at..at + 1 + name.len(), name, found, "");
            return Ok(at + 1 + name.len());
        }
        match rest.chars().next() {
            Some('(') => {
                out.unknown(Unknown::Command);
                Ok(closing(text, at + 1, (b'(', b')')).map_or(text.len(), |close| close + 1))
            }
            Some('{') => {
                let Some(brace) = Brace::parse(rest) else {
                    let inner = rest.get(1..).unwrap_or("");
                    let more = inner.get(identifier(inner)..).unwrap_or("");
                    let valid = inner.starts_with(|c: char| c.is_ascii_digit() || "#@*?!$-".contains(c))
                        || (more.len() < inner.len() && more.starts_with(['%', '#', ':', '/', '=']));
                    let close = rest.find('}').filter(|_| valid).ok_or(BAD_REFERENCE)?;
                    out.unknown(Unknown::Shell);
                    return Ok(at + 1 + close + 1);
                };
                let range = at..at + 1 + brace.length;
                match brace.resolve(self.scope) {
                    Outcome::Missing => return Err(MISSING),
                    Outcome::Found(found) => out.put_lookup(range.clone(), brace.name, found, ""),
                }
                Ok(range.end)
            }
            Some(c) if c.is_ascii_digit() || "$?!#@*-".contains(c) => {
                out.unknown(Unknown::Shell);
                Ok(at + 2)
            }
            _ => Ok(at + 1),
        }
    }
}

/// Where a word ends that begins at the beginning of a text, and whose first `from` bytes are known.
fn end_of(text: &str, from: usize) -> Result<usize, &'static str> {
    let mut quoted = false;
    let mut at = from;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at + c.len_utf8()..).unwrap_or("");
        at += c.len_utf8();
        match c {
            '\\' => at += rest.chars().next().map_or(0, char::len_utf8),
            '"' => quoted = !quoted,
            '\'' if !quoted => at += rest.find('\'').ok_or(OPEN)? + 1,
            '`' => at += rest.find('`').ok_or(OPEN)? + 1,
            '$' if rest.starts_with('(') => at = closing(text, at, (b'(', b')')).ok_or(SYNTAX)? + 1,
            '$' if rest.starts_with('{') => at = closing(text, at, (b'{', b'}')).ok_or(BAD_REFERENCE)? + 1,
            ' ' | '\t' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' if !quoted => return Ok(at - 1),
            _ => {}
        }
    }
    if quoted { Err(OPEN) } else { Ok(at) }
}
