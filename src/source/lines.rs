//! Where lines begin.

use std::ops::Range;

/// Line starts of one text. A line ends at `\n`; a lone `\r` does not end one, since editors disagree and git does not.
pub(super) struct LineIndex {
    /// First byte of each line.
    starts: Vec<u32>,
}

impl LineIndex {
    pub(super) fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at as u32 + 1));
        Self { starts }
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
