//! The words of a waiver in a comment: `preflight: allow POLICY… reason="…" until=YYYY-MM-DD owner=… ticket=…`.

use super::ids::{MALFORMED, fault};
use super::{Target, Terms, Waiver, Waivers};
use crate::document::Marker;
use crate::finding::Finding;
use crate::policy::did_you_mean;
use crate::policy::waivable::Part;
use crate::source::{Mapped, Span, Spanned};
use std::ops::Range;

/// The word that a comment begins with.
const WORD: &str = "preflight";

/// Words by which other tools are asked for the same.
const OTHERS: &[&str] = &["ignore", "disable", "waive", "skip", "nolint", "suppress", "off"];

/// No id is longer, nor has more digits: what is may be a key, and is not repeated in a message.
const LONGEST: usize = 64;
const MOST_DIGITS: usize = 12;

/// Reads a marker: a waiver for each policy that it names, or what is wrong with it. With a fault it hides nothing.
pub(super) fn read(marker: &Marker, waivers: &mut Waivers) {
    let mut reader = Reader { text: &marker.text, span: marker.span, at: 0, faults: Vec::new() };
    let said = reader.read();
    let reach = match &marker.reach {
        Ok(reach) => reach,
        Err(why) => {
            let message = format!("this is no waiver: {why}");
            waivers.faults.push(fault(MALFORMED, marker.span, message, "hides nothing"));
            return;
        }
    };
    if !reader.faults.is_empty() {
        return waivers.faults.append(&mut reader.faults);
    }
    let (policies, terms) = said;
    waivers.list.extend(policies.into_iter().map(|policy| Waiver {
        policy,
        span: marker.span,
        target: Target::Here(reach.clone()),
        terms: terms.clone(),
    }));
}

/// Whether a text has the form of a policy's id, with the sub-id of a matrix or without.
pub(super) fn is_id(text: &str) -> bool {
    let (base, part) = text.split_once('/').map_or((text, None), |(base, part)| (base, Some(part)));
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    text.len() <= LONGEST && digits <= MOST_DIGITS && base.split('-').all(is_word) && part.is_none_or(is_word)
}

struct Reader<'a> {
    text: &'a Mapped,
    /// The whole comment.
    span: Span,
    at: usize,
    faults: Vec<Finding>,
}

impl Reader<'_> {
    fn fault(&mut self, range: Range<usize>, message: impl Into<String>, note: impl Into<String>) {
        let span = if range.is_empty() { self.span } else { self.text.span(range) };
        self.faults.push(fault(MALFORMED, span, format!("this is no waiver: {}", message.into()), note));
    }

    fn rest(&self) -> &str {
        self.text.text().get(self.at..).unwrap_or("")
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',').len();
    }

    /// The bytes up to the next blank, comma or `=`.
    fn word(&mut self) -> Range<usize> {
        let length = self.rest().find(|c: char| c.is_whitespace() || matches!(c, ',' | '='));
        let start = self.at;
        self.at = length.map_or(self.text.text().len(), |length| start + length);
        start..self.at
    }

    fn part(&self, range: &Range<usize>) -> String {
        self.text.text().get(range.clone()).unwrap_or("").to_owned()
    }

    fn read(&mut self) -> (Vec<Spanned<String>>, Terms) {
        let (mut policies, mut terms) = (Vec::new(), Terms::default());
        if !self.head() {
            return (policies, terms);
        }
        let mut last_key: Option<&'static str> = None;
        loop {
            self.blanks();
            if self.rest().is_empty() {
                break;
            }
            let word = self.word();
            if self.rest().starts_with('=') {
                self.at += 1;
                if let Some(key) = self.term(&word, &mut terms) {
                    last_key = Some(key);
                }
            } else if let Some(key) = last_key {
                let message = format!("a word stands behind `{key}=…` that belongs to nothing");
                self.fault(word, message, "put a text of several words in double quotes");
                break;
            } else {
                self.policy(&word, &mut policies);
            }
        }
        if policies.is_empty() && self.faults.is_empty() {
            self.fault(0..0, "it names no policy", "write the id of a policy behind `allow`");
        }
        (policies, terms)
    }

    /// `preflight: allow`; false where it is something else, and that is said.
    fn head(&mut self) -> bool {
        let written = self.part(&(0..WORD.len()));
        self.at = WORD.len();
        if written != WORD {
            self.fault(0..WORD.len(), "`preflight` is written in lower case", "write `preflight`");
            return false;
        }
        self.at += self.rest().len() - self.rest().trim_start().len();
        if !self.rest().starts_with(':') {
            self.fault(0..WORD.len(), "a colon is missing", "write `preflight: allow`");
            return false;
        }
        self.at += 1;
        self.blanks();
        let range = self.word();
        let word = self.part(&range);
        if word == "allow" {
            return true;
        }
        let meant = OTHERS.contains(&word.to_ascii_lowercase().as_str()) || did_you_mean(&word, ["allow"]).is_some();
        let note = if meant { "write `allow`" } else { "`allow` and the id of a policy stand here" };
        self.fault(range, "`preflight:` is followed by `allow`", note);
        false
    }

    fn policy(&mut self, range: &Range<usize>, policies: &mut Vec<Spanned<String>>) {
        let word = self.part(range);
        if word.contains('*') {
            return self.fault(range.clone(), "it names a pattern, and a waiver names single policies", "a pattern");
        }
        if !is_id(&word) {
            return self.fault(range.clone(), "this is no id of a policy", "ids are like `no-drop-column`");
        }
        let span = self.text.span(range.clone());
        if policies.iter().any(|known| known.value == word) {
            return self.fault(range.clone(), format!("it names `{word}` twice"), "a second time");
        }
        policies.push(Spanned::new(word, span));
    }

    /// Reads the value behind `key=`.
    fn term(&mut self, key: &Range<usize>, terms: &mut Terms) -> Option<&'static str> {
        let name = self.part(key);
        let value = self.value()?;
        let Some((name, part)) = Part::ALL.iter().find(|(known, _)| *known == name) else {
            let near = did_you_mean(&name, Part::ALL.iter().map(|(name, _)| *name));
            let note = near.map_or_else(
                || "known are reason, until, owner and ticket".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            self.fault(key.clone(), "it has a word before `=` that is not known", note);
            return None;
        };
        if value.value.trim().is_empty() {
            self.fault(key.clone(), format!("`{name}` is empty"), "nothing is said");
            return Some(name);
        }
        let twice = match part {
            Part::Reason => terms.reason.replace(value).is_some(),
            Part::Owner => terms.owner.replace(value).is_some(),
            Part::Ticket => terms.ticket.replace(value).is_some(),
            Part::Until => match crate::date::parse(&value.value) {
                Some(day) => terms.until.replace(Spanned::new(day, value.span)).is_some(),
                None => {
                    self.faults.push(fault(
                        MALFORMED,
                        value.span,
                        "this is no waiver: `until` must be a date",
                        "write it as YYYY-MM-DD",
                    ));
                    false
                }
            },
        };
        if twice {
            self.fault(key.clone(), format!("it says `{name}` twice"), "a second time");
        }
        Some(name)
    }

    /// A text in double quotes, in which `\"` and `\\` stand for `"` and `\`, or everything to the next blank.
    fn value(&mut self) -> Option<Spanned<String>> {
        let start = self.at;
        if self.rest().starts_with(['“', '”', '\'', '‘']) {
            let end = start + self.rest().chars().next().map_or(0, char::len_utf8);
            self.fault(start..end, "a text stands in double quotes", "write `\"`");
            self.at = self.text.text().len();
            return None;
        }
        if !self.rest().starts_with('"') {
            let length = self.rest().find(char::is_whitespace).unwrap_or(self.rest().len());
            self.at = start + length;
            let bare = self.part(&(start..self.at));
            let bare = bare.trim_end_matches(',');
            return Some(Spanned::new(bare.to_owned(), self.text.span(start..start + bare.len())));
        }
        let (mut value, mut escaped) = (String::new(), false);
        for (offset, c) in self.rest().char_indices().skip(1) {
            match c {
                _ if std::mem::take(&mut escaped) => {
                    if !matches!(c, '"' | '\\') {
                        value.push('\\');
                    }
                    value.push(c);
                }
                '\\' => escaped = true,
                '"' => {
                    self.at = start + offset + 1;
                    let words: Vec<&str> = value.split_whitespace().collect();
                    return Some(Spanned::new(words.join(" "), self.text.span(start..self.at)));
                }
                c => value.push(c),
            }
        }
        self.fault(start..start + 1, "a quote is not closed", "opens here");
        self.at = self.text.text().len();
        None
    }
}
