//! A POSIX shell that runs the file (`set -a; . ./.env`), as dash does: a line is a command, and only assignments that
//! no command follows stay. Nothing is run here: what a command would give is not known.

mod word;

use super::{Assignment, Item, Scope, Text, Value};
use std::ops::Range;
use word::Word;

const COMMAND: &str = "a shell runs this line as a command, and sets nothing";
const APART: &str = "a shell sets this in a process of its own, so that nothing is set";
const SYNTAX: &str = "a shell refuses the whole file: this is no shell syntax";
const MISSING: &str = "a shell stops here: a variable that this value demands is not set above";

/// Divides an env file.
pub(super) fn read(text: &Text<'_>, scope: &mut Scope) -> Vec<Item> {
    let mut reader = Reader { text, scope, at: 0, items: Vec::new() };
    while reader.at < text.text.len() {
        let (start, before) = (reader.at, reader.items.len());
        if let Err(why) = reader.command() {
            reader.items.truncate(before);
            let rest = text.part(start..text.text.len());
            let line = rest.trim_start().split('\n').next().unwrap_or("");
            let from = start + rest.len() - rest.trim_start().len();
            reader.items.push(Item::Refused(from..from + line.trim_end().len(), why));
            reader.at = from + line.len() + 1;
        }
    }
    reader.items
}

struct Reader<'a> {
    text: &'a Text<'a>,
    scope: &'a mut Scope,
    at: usize,
    items: Vec<Item>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.part(self.at..self.text.text.len())
    }

    /// Past blanks and, at the beginning of a word, a comment.
    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
            if !self.rest().starts_with("\\\n") {
                break;
            }
            self.at += 2;
        }
        if self.rest().starts_with('#') {
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        }
    }

    /// One command: words up to the end of the line, `;`, `&` or `|`.
    fn command(&mut self) -> Result<(), &'static str> {
        self.skip_blanks();
        let start = self.at;
        let mut words: Vec<Word> = Vec::new();
        let mut apart = false;
        loop {
            self.skip_blanks();
            let rest = self.rest();
            let sign = rest.chars().next();
            match sign {
                None => break,
                Some('\n' | ';') => {
                    self.at += 1;
                    break;
                }
                Some('&' | '|') => {
                    if words.is_empty() {
                        return Err(SYNTAX);
                    }
                    let twice = rest.starts_with("&&") || rest.starts_with("||");
                    apart |= !twice;
                    self.at += if twice { 2 } else { 1 };
                    // What a pipe leads to runs apart as well.
                    if !twice && sign == Some('|') {
                        continue;
                    }
                    break;
                }
                Some('(' | ')') => return Err(SYNTAX),
                Some('<' | '>') => self.redirection()?,
                Some(_) => {
                    let assigns = words.iter().all(Word::is_assignment) || words.first().is_some_and(is_export);
                    words.push(self.word(assigns)?);
                }
            }
        }
        if !words.is_empty() {
            let end = words.last().map_or(start, |word| word.range.end);
            self.take(words, start..end, apart);
        }
        Ok(())
    }

    /// A sign, and the word behind it.
    fn redirection(&mut self) -> Result<(), &'static str> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(['<', '>', '&', '|']).len();
        self.skip_blanks();
        if self.rest().starts_with(['\n', ';', '&', '|', '(', ')']) || self.rest().is_empty() {
            return Err(SYNTAX);
        }
        self.word(false).map(drop)
    }

    /// What a command does.
    fn take(&mut self, words: Vec<Word>, range: Range<usize>, apart: bool) {
        if apart {
            self.items.push(Item::Skipped(range, APART));
            return;
        }
        let export = words.first().is_some_and(is_export);
        if !export && !words.iter().all(Word::is_assignment) {
            self.items.push(Item::Skipped(range, COMMAND));
            return;
        }
        for word in words.into_iter().skip(usize::from(export)) {
            match word.assigned {
                Some((name, value)) => {
                    self.scope.define(self.text.part(name.clone()), &value);
                    self.push(name, Some(value), export);
                }
                None if word.is_name => self.push(word.range, None, export),
                None => self.items.push(Item::Skipped(word.range, COMMAND)),
            }
        }
    }

    fn push(&mut self, name: Range<usize>, value: Option<Value>, exported: bool) {
        self.items.push(Item::Assignment(Assignment { name, read_as: None, exported, value }));
    }
}

fn is_export(word: &Word) -> bool {
    word.is_export
}
