//! Env files. What a line means depends on the loader that reads it at run time: thirteen loaders agree on few inputs.
//! A loader is one file in `loader/`; it divides the text, and everything behind that is common.

mod compare;
mod form;
pub mod loader;
mod marker;
mod plain;

use super::value::{self, Name, Reading};
use super::{Input, Parsed, Unread, variable};
use crate::fact::{Cause, Fact, Field, Kind, State, Value};
use crate::finding::Severity;
use crate::source::{Secret, Span};
use compare::Disagreement;
use form::Oddity;
use loader::{Assignment, Item, Outer, Scope, Text, Unknown};
use std::collections::HashMap;
use std::iter::Peekable;
use std::ops::Range;
use std::sync::Arc;
use std::vec::IntoIter;

/// So many lines one below the other that are no assignments are prose, or another kind of file.
const PROSE: usize = 4;

/// Reads an env file as its loader does. Nothing is executed.
pub fn parse(input: Input<'_>) -> Parsed {
    let loader = loader::named(input.settings.loader);
    let bom = input.text.len() - input.text.strip_prefix('\u{feff}').unwrap_or(input.text).len();
    let lines = plain::lines(input.text, bom);
    let text = Text { source: input.source, text: input.text, lines: &lines };
    let items = (loader.read)(&text, &mut Scope::new(Outer::Unknown, input.text));
    let mut reader = Reader {
        input: &input,
        loader: loader.name,
        disagreements: compare::disagreements(loader, input.text, &lines),
        oddities: form::oddities(input.text, &lines, values(&items)).into_iter().peekable(),
        // Few variables hold more than one fact.
        parsed: Parsed {
            facts: Vec::with_capacity(items.len() + items.len() / 2),
            masks: Vec::with_capacity(items.len()),
            listed: Vec::with_capacity(items.len()),
            ..Parsed::default()
        },
        at: 0,
        open_quote: false,
        skipped: Vec::new(),
    };
    for item in &items {
        reader.take(item);
    }
    reader.end();
    let mut parsed = reader.parsed;
    no_text(&input, &mut parsed);
    marker::find(input.source, input.text, &items, loader.name, &mut parsed);
    parsed
}

/// Bytes that are no text stand as U+FFFD. One finding for each line that holds one, but for those that were not
/// understood anyway. It covers the line, since a place inside a value tells something of it.
fn no_text(input: &Input<'_>, parsed: &mut Parsed) {
    const BROKEN: char = '\u{fffd}';
    if !input.text.contains(BROKEN) {
        return;
    }
    let mut known: Vec<Range<usize>> = parsed.unread.iter().map(|unread| unread.span.range()).collect();
    known.sort_by_key(|range| range.end);
    let mut end = 0;
    for line in input.text.split_inclusive('\n') {
        let range = end..end + line.trim_end().len();
        end += line.len();
        let next = known.partition_point(|known| known.end <= range.start);
        let is_known = known.get(next).is_some_and(|known| known.start < range.end);
        if line.contains(BROKEN) && !is_known {
            parsed.unread.push(Unread {
                span: Span::new(input.source, range),
                severity: Severity::Error,
                message: "line holds bytes that are no text: no UTF-8, or NUL".to_owned(),
                help: "Save the file as UTF-8; loaders differ in what they make of such bytes.".to_owned(),
            });
        }
    }
}

/// The values of all assignments.
fn values(items: &[Item]) -> impl Iterator<Item = Range<usize>> {
    let value = |item: &Item| match item {
        Item::Assignment(Assignment { value: Some(value), .. }) => Some(value.raw.clone()),
        _ => None,
    };
    items.iter().filter_map(value)
}

/// Takes in what a loader found, in the order of its places.
struct Reader<'a> {
    input: &'a Input<'a>,
    loader: &'static str,
    /// By the first byte of the name.
    disagreements: HashMap<usize, Vec<Disagreement>>,
    /// In the order of their lines.
    oddities: Peekable<IntoIter<Oddity>>,
    parsed: Parsed,
    /// Up to here everything was taken in.
    at: usize,
    /// Whether a quote was left open: lines below may be parts of a value.
    open_quote: bool,
    /// Lines that were skipped, as long as nothing else follows.
    skipped: Vec<(Range<usize>, &'static str)>,
}

impl<'a> Reader<'a> {
    fn text(&self, range: Range<usize>) -> &'a str {
        self.input.text.get(range).unwrap_or("")
    }

    fn take(&mut self, item: &Item) {
        match item {
            Item::Assignment(assignment) => self.assign(assignment),
            Item::Skipped(range, why) => self.skip(range.clone(), why),
            Item::Refused(range, why) => {
                self.tell_skipped();
                self.pass(range.clone());
                self.open_quote |= self.text(range.clone()).contains(['"', '\'']);
                self.unread(range.clone(), Severity::Error, (*why).to_owned());
            }
        }
    }

    /// Lines that the loader skips.
    fn skip(&mut self, range: Range<usize>, why: &'static str) {
        let adjoins = self
            .skipped
            .last()
            .is_none_or(|(before, reason)| *reason == why && self.text(before.end..range.start).trim().is_empty());
        if !adjoins {
            self.tell_skipped();
        }
        self.pass(range.clone());
        self.open_quote |= self.text(range.clone()).contains(['"', '\'']);
        self.skipped.push((range, why));
    }

    /// A few lines are a finding each. Many, one below the other, are a text that is no env file: one finding.
    fn tell_skipped(&mut self) {
        let skipped = std::mem::take(&mut self.skipped);
        match skipped.as_slice() {
            [(first, why), .., (last, _)] if skipped.len() >= PROSE => {
                let message = format!("{why} ({} lines)", skipped.len());
                self.unread(first.start..last.end, Severity::Warning, message);
            }
            _ => skipped.into_iter().for_each(|(range, why)| self.unread(range, Severity::Warning, why.to_owned())),
        }
    }

    /// What could not be read: hidden, since nobody knows what it holds.
    fn unread(&mut self, range: Range<usize>, severity: Severity, message: String) {
        self.parsed.masks.push(range.clone());
        self.parsed.unread.push(Unread {
            span: Span::new(self.input.source, range),
            severity,
            message,
            help: "Write NAME=value, close every quote, and put `#` before a comment.".to_owned(),
        });
    }

    /// Hides whatever stands between what was taken in and `range`, but for the signs that make an env file.
    fn pass(&mut self, range: Range<usize>) {
        let mut at = self.at;
        let between = self.text(self.at..range.start.max(self.at));
        if between.bytes().all(|byte| matches!(byte, b'\n' | b'\r' | b'=' | b' ' | b'"' | b'\'')) {
            self.at = self.at.max(range.end);
            return;
        }
        for line in between.split('\n') {
            let signs = line.trim_start();
            let signs =
                signs.strip_prefix("export").filter(|rest| rest.starts_with(char::is_whitespace)).unwrap_or(signs);
            let signs = signs.trim_start_matches(|c: char| c.is_whitespace() || "='\"`:\u{feff}".contains(c));
            let comment = signs.strip_prefix('#').unwrap_or(signs).trim_end_matches('\r');
            if !comment.trim().is_empty() {
                let start = at + line.trim_end_matches('\r').len() - comment.len();
                self.parsed.masks.push(start..start + comment.len());
            }
            at += line.len() + 1;
        }
        self.at = self.at.max(range.end);
    }

    fn end(&mut self) {
        self.tell_skipped();
        let end = self.input.text.len();
        self.pass(end..end);
        self.oddities_before(usize::MAX, None);
    }

    /// What is odd before a byte, about a variable or about no variable.
    fn oddities_before(&mut self, end: usize, variable: Option<usize>) {
        while let Some(oddity) = self.oddities.next_if(|oddity| oddity.range.start < end) {
            let fact = Fact::variant(Kind::Oddity, oddity.is, Span::new(self.input.source, oddity.range));
            self.parsed.facts.push(match variable {
                Some(variable) => fact.standing_in(variable),
                None => fact,
            });
        }
    }

    /// Takes in one assignment, or a name without one.
    fn assign(&mut self, assignment: &Assignment) {
        let name = self.text(assignment.name.clone());
        let span = Span::new(self.input.source, assignment.name.clone());
        let mut known = Name::of(name);
        if self.open_quote && known.shown && !value::is_conventional_name(name) {
            known = known.hidden();
        }
        let Some(written) = &assignment.value else {
            if !assignment.exported && !value::bare_name_may_be_shown(name) {
                return self.skip(assignment.name.clone(), "line was not understood");
            }
            self.begin(assignment, known.shown);
            self.parsed.facts.push(without_value(&known, span));
            self.oddities_of(assignment, self.parsed.facts.len() - 1);
            return;
        };
        self.begin(assignment, known.shown);
        self.pass(written.raw.clone());
        self.open_quote |= ends_in_an_assignment(self.text(written.raw.clone()));
        let variable = self.parsed.facts.len();
        self.parsed.facts.push(variable::named(&known, span));
        let mut reading = value::read(&written.text, &known, variable, self.input.settings, &mut self.parsed);
        decide(&mut reading, written);
        let raw = written.raw.clone();
        let as_written = raw.len() == written.text.text().len() && written.text.whole().range() == raw;
        variable::hide(&known, raw, as_written, &reading, &mut self.parsed);
        if let Some(fact) = self.parsed.facts.get_mut(variable) {
            value::describe(fact, &mut reading);
        }
        self.disagree(assignment, variable, &reading.shown);
        self.oddities_of(assignment, variable);
    }

    /// What is odd about the lines of an assignment.
    fn oddities_of(&mut self, assignment: &Assignment, variable: usize) {
        if self.oddities.peek().is_none() {
            return;
        }
        let end = assignment.value.as_ref().map_or(assignment.name.end, |value| value.raw.end.max(assignment.name.end));
        let rest = self.input.text.get(end..).unwrap_or("");
        let line_end = end + rest.find('\n').unwrap_or(rest.len());
        // The gap at the end of the text is no part of its last line.
        self.oddities_before((line_end + 1).min(self.input.text.len()), Some(variable));
    }

    /// What other loaders make of a line. A sign is pointed at where it may be seen; else the value as a whole is, since
    /// a place inside a secret tells something of it.
    fn disagree(&mut self, assignment: &Assignment, variable: usize, shown: &[Range<usize>]) {
        if self.disagreements.is_empty() {
            return;
        }
        let value = assignment.value.as_ref().map(|value| value.raw.clone()).filter(|raw| !raw.is_empty());
        let whole = value.clone().unwrap_or(assignment.name.clone());
        for found in self.disagreements.remove(&assignment.name.start).unwrap_or_default() {
            let visible = |sign: &Range<usize>| {
                let outside = value.as_ref().is_none_or(|raw| sign.end <= raw.start || raw.end <= sign.start);
                outside || shown.iter().any(|shown| shown.start <= sign.start && sign.end <= shown.end)
            };
            let place = match found.how {
                "byte-order-mark" | "name" => assignment.name.clone(),
                _ => found.sign.filter(visible).unwrap_or(whole.clone()),
            };
            let span = Span::new(self.input.source, place);
            let loaders = Value::List(found.loaders.into_iter().map(Value::from).collect());
            let fact = Fact::new(Kind::Disagreement, span).with_word(Field::How, found.how, span);
            let fact = fact.with(Field::Loaders, loaders, span).with(Field::Loader, self.loader, span);
            self.parsed.facts.push(fact.standing_in(variable));
        }
    }

    /// Passes the name of an assignment.
    fn begin(&mut self, assignment: &Assignment, visible: bool) {
        self.tell_skipped();
        if self.oddities.peek().is_some() {
            let rest = self.text(0..assignment.name.start);
            self.oddities_before(rest.rfind('\n').map_or(0, |at| at + 1), None);
        }
        self.pass(assignment.name.clone());
        if !visible {
            self.parsed.masks.push(assignment.name.clone());
        }
    }
}

/// Whether the value is known is for the loader to say: one takes `${X}` as it stands, another one runs `$(…)`. What is
/// Railway's (`${{…}}`) is replaced before any loader reads it.
fn decide(reading: &mut Reading, value: &loader::Value) {
    let text = value.text.text();
    let span = value.text.whole();
    let by_text = reading.value.value().is_none();
    if let Some(why) = value.unknown.as_ref().filter(|_| !by_text) {
        reading.state = State::Stated(Value::Word("reference"), span);
        reading.value = State::Unknown(span, cause(why));
    } else if value.unknown.is_none() && by_text && value::reference::find(text).iter().all(|found| !found.railway) {
        reading.state = State::Stated(Value::Word("set"), span);
        reading.value = State::Stated(Value::Secret(Secret::new(text)), span);
    }
}

/// Why a loader's value cannot be known, and what would make it known.
fn cause(why: &Unknown) -> Arc<Cause> {
    match why {
        Unknown::Reference(name) if value::name_may_be_shown(name) => Cause::new(
            format!("holds `${name}`, and no line above defines it"),
            "Define it above in the same file, or write the value out.",
        ),
        Unknown::Reference(_) => Cause::new(
            "holds a reference, and no line above defines it",
            "Define it above in the same file, or write the value out.",
        ),
        Unknown::Command => Cause::new(
            "is what a command prints that its loader runs; preflight runs none",
            "Write the value out, or put single quotes around what is no command.",
        ),
        Unknown::Inherited => {
            Cause::new("has no `=`: its loader takes it from the environment that it runs in", "Write the value out.")
        }
        Unknown::Encrypted => Cause::new("is encrypted, and the key is not here", ""),
        Unknown::Shell => Cause::new(
            "is something that a shell replaces: `~`, `$1`, `$$` or the like",
            "Put single quotes around the value.",
        ),
    }
}

/// Whether a quoted value of several lines ends like `NAME=`: its quote then closed where another one was to open.
fn ends_in_an_assignment(raw: &str) -> bool {
    if !raw.trim_end().ends_with('=') {
        return false;
    }
    let last = raw.rsplit_once(['\n', '\r']).map(|(_, last)| last.trim_end());
    last.and_then(|last| last.strip_suffix('=')).is_some_and(|name| value::name_may_be_shown(name.trim()))
}

/// A name without `=`: the loader sets nothing.
fn without_value(name: &Name, span: Span) -> Fact {
    let gap = span.after();
    variable::named(name, span)
        .with_state(Field::Value, State::Absent(Some(gap)))
        .with_state(Field::State, State::Stated(Value::Word("empty"), gap))
        .with(Field::HoldsSecret, false, gap)
}

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod carry;
#[cfg(test)]
mod tests;
