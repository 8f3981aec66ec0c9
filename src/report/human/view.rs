//! The shown text with a memory for long lines: a thousand findings in one line of a megabyte are masked once.

use crate::source::{MaskedLine, Place, Shown, SourceId, Span};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Lines of so many bytes are worth remembering.
const LONG: usize = 1024;

/// What may be shown, during one rendering.
pub(in crate::report) struct View<'a> {
    shown: Shown<'a>,
    long: RefCell<HashMap<(SourceId, usize), Rc<MaskedLine>>>,
}

impl<'a> View<'a> {
    pub fn new(shown: Shown<'a>) -> Self {
        Self { shown, long: RefCell::default() }
    }

    /// What it looks at.
    pub fn shown(&self) -> Shown<'a> {
        self.shown
    }

    pub fn path(&self, id: SourceId) -> &'a str {
        self.shown.path(id)
    }

    pub fn place(&self, span: Span) -> Place {
        self.shown.place(span)
    }

    pub fn line_count(&self, id: SourceId) -> usize {
        self.shown.line_count(id)
    }

    /// Line `number` (from 1) as it may be shown.
    pub fn line(&self, id: SourceId, number: usize) -> Rc<MaskedLine> {
        if let Some(line) = self.long.borrow().get(&(id, number)) {
            return Rc::clone(line);
        }
        let line = Rc::new(self.shown.line(id, number));
        if line.text.len() >= LONG {
            self.long.borrow_mut().insert((id, number), Rc::clone(&line));
        }
        line
    }
}
