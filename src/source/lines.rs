//! Where lines begin.

use std::ops::Range;

/// Line starts of one text. A line ends at `\n`; a lone `\r` does not end one, since editors disagree and git does not.
pub(super) struct LineIndex {
    /// First byte of each line.
    starts: Vec<u32>,
    /// How many characters begin before each multiple of [`STEP`] bytes: a thousand columns of one line of a megabyte
    /// are counted once.
    characters: Vec<u32>,
}

/// Bytes whose characters are counted anew for each column.
const STEP: usize = 1024;

/// How many characters begin in these bytes of UTF-8.
fn beginnings(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count()
}

impl LineIndex {
    pub(super) fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at as u32 + 1));
        let mut characters = Vec::with_capacity(text.len() / STEP + 1);
        let mut sum = 0;
        for step in text.as_bytes().chunks(STEP) {
            characters.push(sum);
            sum += beginnings(step) as u32;
        }
        characters.push(sum);
        Self { starts, characters }
    }

    /// How many characters begin in these bytes.
    pub(super) fn characters(&self, range: Range<usize>, text: &str) -> usize {
        self.before(range.end, text).saturating_sub(self.before(range.start, text))
    }

    /// How many characters begin before byte `at`.
    fn before(&self, at: usize, text: &str) -> usize {
        let at = at.min(text.len());
        let step = at / STEP;
        let counted = self.characters.get(step).map_or(0, |count| *count as usize);
        counted + text.as_bytes().get(step * STEP..at).map_or(0, beginnings)
    }

    /// The line that holds byte `at`, from 0.
    pub(super) fn line_of(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start as usize <= at).saturating_sub(1)
    }

    /// The bytes of line `line` without its line end.
    pub(super) fn range(&self, line: usize, text: &str) -> Range<usize> {
        let start = self.starts.get(line).map_or(text.len(), |start| *start as usize);
        let end = self.starts.get(line + 1).map_or(text.len(), |next| *next as usize);
        let body = text.get(start..end).unwrap_or("");
        let body = body.strip_suffix('\n').unwrap_or(body);
        let body = body.strip_suffix('\r').unwrap_or(body);
        start..start + body.len()
    }

    /// How many lines there are; the empty text has one.
    pub(super) fn count(&self) -> usize {
        self.starts.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_alike_from_every_byte() {
        let text = "aé漢🦀\n".repeat(700) + "end";
        let index = LineIndex::new(&text);
        let edges: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        for (number, at) in edges.iter().enumerate().step_by(7) {
            assert_eq!(index.characters(0..*at, &text), number, "before byte {at}");
            let start = edges[number / 2];
            assert_eq!(index.characters(start..*at, &text), number - number / 2);
        }
    }
}
