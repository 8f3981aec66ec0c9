//! Which lines of which source are drawn together, and where their labels stand.

use super::cut::{Cut, Focus, STEM, cut};
use super::draw::{self, Drawn, Picture};
use super::text::{width, wrap};
use super::view::View;
use crate::finding::Severity;
use crate::report::Style;
use crate::source::{MaskedLine, Place, SourceId, Span, escape_controls};

/// Lines without a label that may stand between two labels of one box.
const BRIDGE: usize = 2;
/// Lines of a box, at most.
const TALLEST: usize = 12;
/// A span of more lines is drawn at its first.
const LONGEST_SPAN: usize = 8;
/// Labels of a box, at most.
const MOST_LABELS: usize = 8;
/// A label's text is wrapped no narrower than this, even where it leaves the width.
const NARROWEST: usize = 20;

/// A place with a few words.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    /// Where.
    pub span: Span,
    /// What is to be seen there.
    pub text: String,
    /// Whether it is what the finding is about.
    pub primary: bool,
}

/// A mark in the shown text of its source.
#[derive(Clone, Debug)]
struct Placed {
    source: SourceId,
    /// True line and column.
    place: Place,
    /// First and last line drawn, from 1.
    lines: (usize, usize),
    /// Byte in the shown text of the first line.
    start: usize,
    /// Byte in the shown text of the last line.
    end: usize,
    texts: Vec<String>,
    primary: bool,
}

/// Draws marks in the order given, those of neighbouring lines in one box. Ends with a line end.
pub(super) fn draw(marks: &[Mark], severity: Severity, view: &View<'_>, style: &Style) -> String {
    let mut frames: Vec<Frame> = Vec::new();
    for mark in marks {
        let mark = place(mark, view);
        if !frames.iter_mut().any(|known| known.take(&mark, view, style)) {
            frames.push(Frame { marks: vec![mark] });
        }
    }
    frames.iter().map(|known| known.draw(severity, view, style)).collect()
}

/// Finds a mark's bytes in the shown lines.
fn place(mark: &Mark, view: &View<'_>) -> Placed {
    let place = view.place(mark.span);
    let count = view.line_count(mark.span.source).max(1);
    let (first, mut last) = (place.line.min(count), place.end_line.clamp(place.line.min(count), count));
    let mut texts = vec![escape_controls(mark.text.trim())];
    let first_line = view.line(mark.span.source, first);
    // Behind the final line end there is no line: the last line's end stands for it.
    let start = if place.line > count {
        first_line.text.len()
    } else {
        floor(&first_line.text, first_line.position(mark.span.start as usize))
    };
    if last - first >= LONGEST_SPAN {
        texts.push(format!("(down to line {})", place.end_line));
        last = first;
    }
    let mut line = if last == first { first_line } else { view.line(mark.span.source, last) };
    let mut end = end_in(&line, mark.span);
    // A span that ends with a line end covers nothing of the next line.
    while last > first && end == 0 {
        last -= 1;
        line = view.line(mark.span.source, last);
        end = line.text.len();
    }
    let end = if last == first { end.max(start) } else { end };
    texts.retain(|text| !text.is_empty());
    Placed { source: mark.span.source, place, lines: (first, last), start, end, texts, primary: mark.primary }
}

/// The end of a span in the shown text of a line.
fn end_in(line: &MaskedLine, span: Span) -> usize {
    let at = if span.is_gap() { line.position(span.end as usize) } else { line.end_position(span.end as usize) };
    ceil(&line.text, at)
}

/// The character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// The character boundary at or behind `at`.
fn ceil(text: &str, at: usize) -> usize {
    (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

impl Placed {
    fn is_single(&self) -> bool {
        self.lines.0 == self.lines.1
    }

    /// Whether two marks would be drawn over each other.
    fn overlaps(&self, other: &Self) -> bool {
        if !self.is_single() || !other.is_single() {
            return !self.is_single() && !other.is_single();
        }
        // A gap is drawn one column wide.
        let ends = (self.end.max(self.start + 1), other.end.max(other.start + 1));
        self.lines == other.lines && self.start < ends.1 && other.start < ends.0
    }

    /// Columns of the widest of its texts.
    fn label(&self) -> usize {
        self.texts.iter().map(|text| width(text)).max().unwrap_or(0)
    }

    /// What of it is to be seen on a line.
    fn focus(&self, number: usize, text: &str) -> Option<Focus> {
        let (start, end) = (self.start.min(text.len()), self.end.min(text.len()));
        match self.lines {
            (first, last) if first == last => {
                (number == first).then(|| Focus { start, end: end.max(start), label: self.label() })
            }
            (first, _) if number == first => Some(Focus { start, end: start, label: 0 }),
            (_, last) if number == last => Some(Focus { start: end, end, label: 0 }),
            _ => None,
        }
    }
}

/// Neighbouring lines with their marks.
struct Frame {
    marks: Vec<Placed>,
}

/// The lines of a box as they are drawn.
struct Layout {
    /// Number of the first, from 1.
    first: usize,
    /// The lines.
    lines: Vec<Cut>,
    /// The lines with their line ends, in one.
    text: String,
    /// Where each line begins in the text.
    offsets: Vec<usize>,
    /// Columns for a line's text.
    room: usize,
}

impl Layout {
    fn new(first: usize, lines: Vec<Cut>, room: usize) -> Self {
        let (mut text, mut offsets) = (String::new(), Vec::with_capacity(lines.len()));
        for line in &lines {
            offsets.push(text.len());
            text.push_str(&line.text);
            text.push('\n');
        }
        Self { first, lines, text, offsets, room }
    }

    /// Where line `number` begins in the text.
    fn offset(&self, number: usize) -> usize {
        self.offsets.get(number.saturating_sub(self.first)).copied().unwrap_or(0)
    }

    /// Where byte `at` of line `number` stands in the text.
    fn position(&self, number: usize, at: usize) -> usize {
        let line = self.lines.get(number.saturating_sub(self.first));
        self.offset(number) + line.map_or(0, |line| line.position(at))
    }

    /// The mark with its words wrapped to the room that they have.
    fn label(&self, mark: &Placed) -> Drawn {
        let (start, end) = (self.position(mark.lines.0, mark.start), self.position(mark.lines.1, mark.end));
        let columns = |part: std::ops::Range<usize>| width(self.text.get(part).unwrap_or(""));
        let middle = match mark.is_single() {
            true => columns(self.offset(mark.lines.0)..start) + columns(start..end) / 2,
            false => 0,
        };
        let room = self.room.saturating_sub(middle + STEM).max(NARROWEST);
        let words: Vec<String> = mark.texts.iter().flat_map(|text| wrap(text, room)).collect();
        Drawn { range: start..end.max(start), text: words.join("\n"), primary: mark.primary, place: mark.place }
    }
}

impl Frame {
    /// Takes a mark in, if it can be drawn together with the others.
    fn take(&mut self, mark: &Placed, view: &View<'_>, style: &Style) -> bool {
        if self.marks.iter().any(|known| known.source != mark.source) {
            return false;
        }
        let same = |known: &Placed| (known.lines, known.start, known.end) == (mark.lines, mark.start, mark.end);
        if let Some(index) = self.marks.iter().position(same) {
            return self.join(index, mark, view, style);
        }
        let (first, last) = self.range();
        let apart = mark.lines.0 > last + BRIDGE + 1 || first > mark.lines.1 + BRIDGE + 1;
        let tall = last.max(mark.lines.1) - first.min(mark.lines.0) >= TALLEST;
        let full = self.marks.len() >= MOST_LABELS;
        if apart || tall || full || self.marks.iter().any(|known| known.overlaps(mark)) {
            return false;
        }
        self.marks.push(mark.clone());
        let fits = self.lay_out(view, style).is_some();
        if !fits {
            self.marks.pop();
        }
        fits
    }

    /// Adds the words of a mark to those of another at the same place, if there is still room for all labels.
    fn join(&mut self, index: usize, mark: &Placed, view: &View<'_>, style: &Style) -> bool {
        let before = self.marks.clone();
        if let Some(known) = self.marks.get_mut(index) {
            known.primary |= mark.primary;
            for text in &mark.texts {
                if !known.texts.contains(text) {
                    known.texts.push(text.clone());
                }
            }
        }
        let fits = self.lay_out(view, style).is_some();
        if !fits {
            self.marks = before;
        }
        fits
    }

    /// First and last labelled line.
    fn range(&self) -> (usize, usize) {
        let first = self.marks.iter().map(|mark| mark.lines.0).min().unwrap_or(1);
        (first, self.marks.iter().map(|mark| mark.lines.1).max().unwrap_or(first))
    }

    fn source(&self) -> Option<SourceId> {
        self.marks.first().map(|mark| mark.source)
    }

    /// Cuts the lines; none where the marks of one line cannot be seen at once.
    fn lay_out(&self, view: &View<'_>, style: &Style) -> Option<Layout> {
        let source = self.source()?;
        let (first, last) = self.range();
        let gutter = if self.marks.iter().all(Placed::is_single) { 0 } else { 4 };
        let room = style.width.saturating_sub(last.to_string().len() + 4 + gutter).max(NARROWEST);
        let above = first.checked_sub(1).filter(|line| *line > 0 && !view.line(source, *line).text.trim().is_empty());
        let from = above.unwrap_or(first);
        let mut lines = Vec::with_capacity(last - from + 1);
        for number in from..=last {
            let line = view.line(source, number);
            let foci: Vec<Focus> = self.marks.iter().filter_map(|mark| mark.focus(number, &line.text)).collect();
            lines.push(cut(&line.text, &foci, room, if style.unicode { "…" } else { "..." })?);
        }
        Some(Layout::new(from, lines, room))
    }

    fn draw(&self, severity: Severity, view: &View<'_>, style: &Style) -> String {
        let path = self.source().map_or("", |source| view.path(source));
        let Some(layout) = self.lay_out(view, style) else {
            let places = self.marks.iter().map(|mark| (mark.place, mark.texts.join(", ")));
            return draw::plainly(path, places);
        };
        let mut labels: Vec<Drawn> = self.marks.iter().map(|mark| layout.label(mark)).collect();
        labels.sort_by_key(|label| (label.range.start, label.range.end));
        draw::draw(&Picture { path, first: layout.first, text: layout.text, labels }, severity, style)
    }
}
