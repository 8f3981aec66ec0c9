//! What may leave the process: places, and text with every hidden byte masked.

use super::{MASK, SourceId, SourceMap, Span, escape};

/// A place as an editor counts it: 1-based lines and columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// First line, from 1.
    pub line: usize,
    /// First column in characters, from 1.
    pub column: usize,
    /// Line of the last character, from 1; the first line for a gap.
    pub end_line: usize,
    /// One past the last column, from 1.
    pub end_column: usize,
}

/// One line as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskedLine {
    /// The text: hidden bytes masked, control characters visible.
    pub text: String,
    /// Where each run begins; growing.
    runs: Vec<Run>,
    /// One past the last byte of the line in the source.
    end: usize,
}

/// A stretch of a shown line: source text as it is, or a replacement (a mask, an escape).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    /// First byte in the source.
    source: usize,
    /// First byte in the shown text.
    shown: usize,
    /// Whether the bytes stand there as they are.
    literal: bool,
}

impl MaskedLine {
    /// Where byte `at` of the source stands in the shown text. A byte inside a mask stands at its beginning.
    pub fn position(&self, at: usize) -> usize {
        if at >= self.end {
            return self.text.len();
        }
        let index = self.runs.partition_point(|run| run.source <= at);
        match index.checked_sub(1).and_then(|index| self.runs.get(index)) {
            None => 0,
            Some(run) if run.literal => run.shown + (at - run.source),
            Some(run) => run.shown,
        }
    }

    /// Where a span that ends before byte `at` of the source ends in the shown text: behind a mask, not in it.
    pub fn end_position(&self, at: usize) -> usize {
        if at >= self.end {
            return self.text.len();
        }
        let index = self.runs.partition_point(|run| run.source < at);
        match index.checked_sub(1).and_then(|index| self.runs.get(index)) {
            None => 0,
            Some(run) if run.literal => run.shown + (at - run.source),
            Some(_) => self.runs.get(index).map_or(self.text.len(), |next| next.shown),
        }
    }
}

/// The masked view of a [`SourceMap`]: all that reports ever see.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    map: &'a SourceMap,
}

impl<'a> Shown<'a> {
    pub(super) fn new(map: &'a SourceMap) -> Self {
        Self { map }
    }

    /// The name under which a source is shown.
    pub fn path(self, id: SourceId) -> &'a str {
        self.map.path(id)
    }

    /// Whether a source is a part of the program, and no file that a reader could open.
    pub fn is_built_in(self, id: SourceId) -> bool {
        self.map.sources.get(id.index()).is_some_and(|source| source.built_in)
    }

    /// Where a span stands, in the true lines and columns of the file.
    pub fn place(self, span: Span) -> Place {
        let (line, column) = self.line_and_column(span, span.start as usize);
        if span.is_gap() {
            return Place { line, column, end_line: line, end_column: column };
        }
        let (end_line, end_column) = self.line_and_column(span, span.end as usize);
        Place { line, column, end_line, end_column }
    }

    fn line_and_column(self, span: Span, at: usize) -> (usize, usize) {
        let Some(source) = self.map.sources.get(span.source.index()) else { return (1, 1) };
        let at = at.min(source.text.len());
        let line = source.lines().line_of(at);
        let start = source.lines().range(line, &source.text).start;
        let column = source.lines().characters(start..at, &source.text);
        let bom = usize::from(source.text.get(start..at).is_some_and(|before| before.starts_with('\u{feff}')));
        (line + 1, column - bom + 1)
    }

    /// How many lines a source has, for a snippet: the empty line behind a final newline does not count.
    pub fn line_count(self, id: SourceId) -> usize {
        let Some(source) = self.map.sources.get(id.index()) else { return 0 };
        let count = source.lines().count();
        if source.text.ends_with('\n') { count - 1 } else { count }
    }

    /// Line `line` (from 1) as it may be shown.
    pub fn line(self, id: SourceId, line: usize) -> MaskedLine {
        let Some(source) = self.map.sources.get(id.index()) else {
            return MaskedLine { text: String::new(), runs: Vec::new(), end: 0 };
        };
        let range = source.lines().range(line.saturating_sub(1), &source.text);
        let mut shown = MaskedLine { text: String::new(), runs: Vec::new(), end: range.end };
        let first = source.masks.partition_point(|mask| mask.end <= range.start);
        let mut at = range.start;
        for mask in source.masks[first..].iter().take_while(|mask| mask.start < range.end) {
            push_visible(&mut shown, &source.text, at, mask.start.max(at));
            let (from, to) = (mask.start.max(range.start), mask.end.min(range.end));
            if from < to {
                shown.runs.push(Run { source: from, shown: shown.text.len(), literal: false });
                shown.text.push_str(MASK);
            }
            at = to.max(at);
        }
        push_visible(&mut shown, &source.text, at, range.end);
        shown
    }

    /// The shown text of a span, for JSON and for tests: masked, control characters visible, lines joined by `\n`.
    pub fn text(self, span: Span) -> String {
        let place = self.place(span);
        let lines = (place.line..=place.end_line).map(|number| {
            let line = self.line(span.source, number);
            let from = if number == place.line { line.position(span.start as usize) } else { 0 };
            let to = if number == place.end_line { line.end_position(span.end as usize) } else { line.text.len() };
            line.text.get(from..to.max(from)).unwrap_or("").to_owned()
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Appends the source bytes `from..to`, control characters made visible.
fn push_visible(shown: &mut MaskedLine, text: &str, from: usize, to: usize) {
    let Some(part) = text.get(from..to).filter(|part| !part.is_empty()) else { return };
    let mut fresh = true;
    for (offset, c) in part.char_indices() {
        match escape::visible(c) {
            Some(escaped) => {
                shown.runs.push(Run { source: from + offset, shown: shown.text.len(), literal: false });
                // A BOM says nothing to a reader.
                if c != '\u{feff}' {
                    shown.text.push_str(&escaped);
                }
                fresh = true;
            }
            None => {
                if fresh {
                    shown.runs.push(Run { source: from + offset, shown: shown.text.len(), literal: true });
                    fresh = false;
                }
                shown.text.push(c);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::single_range_in_vec_init, reason = "one mask is a list of one range")]
    use super::super::SourceMap;
    use super::*;

    fn map(text: &str, masks: &[std::ops::Range<usize>]) -> (SourceMap, SourceId) {
        let mut map = SourceMap::new();
        let id = map.add("a.env", text);
        map.mask(id, masks.iter().cloned());
        (map, id)
    }

    #[test]
    fn a_mask_hides_text_and_length_and_spans_follow() {
        let text = "KEY=secretsecret:5432 # é\n";
        let (map, id) = map(text, &[4..16]);
        let line = map.shown().line(id, 1);
        assert_eq!(line.text, "KEY=••••:5432 # é");
        assert_eq!(&line.text[line.position(17)..line.end_position(21)], "5432");
        assert_eq!(
            &line.text[line.position(8)..line.end_position(10)],
            "••••",
            "a span inside the mask covers the mask"
        );
        let place = map.shown().place(Span::new(id, 17..21));
        assert_eq!((place.line, place.column, place.end_column), (1, 18, 22), "columns are those of the file");
    }

    #[test]
    fn a_value_of_three_lines_stays_three_lines() {
        let (map, id) = map("A=\"one\ntwo\nthree\" \nB=1\n", &[3..16]);
        let shown = map.shown();
        assert_eq!(shown.line(id, 1).text, "A=\"••••");
        assert_eq!(shown.line(id, 2).text, "••••");
        assert_eq!(shown.line(id, 3).text, "••••\" ");
        assert_eq!(shown.line(id, 4).text, "B=1");
        assert_eq!(shown.line_count(id), 4);
    }

    #[test]
    fn controls_are_visible_and_a_bom_and_crlf_do_not_move_columns() {
        let (map, id) = map("\u{feff}A=\u{1b}[31m\r\nB=\u{202e}x\r\n", &[]);
        let shown = map.shown();
        assert_eq!(shown.line(id, 1).text, "A=\\u{1b}[31m");
        assert_eq!(shown.line(id, 2).text, "B=\\u{202e}x");
        assert_eq!(shown.place(Span::new(id, 3..4)).column, 1);
    }

    #[test]
    fn overlapping_masks_are_one() {
        let (map, id) = map("0123456789", &[2..5, 4..8, 0..1]);
        assert_eq!(map.shown().line(id, 1).text, "••••1••••89");
    }
}
