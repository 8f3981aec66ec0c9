//! The sole owner of bytes. Parsers read the text of a source; everything that shows something to a person or a machine
//! gets [`Shown`], which knows places and masked text only.

mod escape;
mod lines;
mod mapped;
mod secret;
mod shown;
mod span;

pub use escape::escape_controls;
pub use mapped::Mapped;
pub use secret::{MASK, Secret};
pub use shown::{MaskedLine, Place, Shown};
pub use span::{SourceId, Span, Spanned};

use lines::LineIndex;
use std::ops::Range;
use std::sync::OnceLock;

/// One text with its name.
struct Source {
    path: String,
    text: String,
    /// Worked out for a text of which something is shown.
    lines: OnceLock<LineIndex>,
    /// Byte ranges that nobody may see: sorted, not overlapping.
    masks: Vec<Range<usize>>,
    /// Whether it is a part of the program, and no file that a reader could open.
    built_in: bool,
}

impl Source {
    fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }
}

/// Every text of a run: documents, policies, configurations.
#[derive(Default)]
pub struct SourceMap {
    sources: Vec<Source>,
}

impl SourceMap {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes room for so many texts more.
    pub fn reserve(&mut self, texts: usize) {
        self.sources.reserve(texts);
    }

    /// Takes a text in. `path` is what is shown: relative to where the command was run, or a pack's name and file.
    /// Whole texts over 4 GiB are refused by the reader, before this.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> SourceId {
        let id = SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        let path = escape_controls(&path.into());
        self.sources.push(Source {
            path,
            text: text.into(),
            lines: OnceLock::new(),
            masks: Vec::new(),
            built_in: false,
        });
        id
    }

    /// The text, for parsers. `src/report` and `src/cli` are kept from calling this by a test.
    pub(crate) fn text(&self, id: SourceId) -> &str {
        self.sources.get(id.index()).map_or("", |source| &source.text)
    }

    /// The name under which a source is shown.
    pub fn path(&self, id: SourceId) -> &str {
        self.sources.get(id.index()).map_or("", |source| &source.path)
    }

    /// Hides more bytes of a source, besides those hidden already.
    pub fn mask(&mut self, id: SourceId, ranges: impl IntoIterator<Item = Range<usize>>) {
        let Some(source) = self.sources.get_mut(id.index()) else { return };
        let limit = source.text.len();
        let ranges = ranges.into_iter().map(|range| range.start.min(limit)..range.end.min(limit));
        let ranges = ranges.filter(|range| !range.is_empty());
        if source.masks.is_empty() {
            // A list that comes first is kept where it is.
            source.masks = ranges.collect();
        } else {
            source.masks.extend(ranges);
        }
        source.masks.sort_by_key(|range| (range.start, range.end));
        source.masks.dedup_by(|range, last| {
            let overlap = range.start < last.end;
            if overlap {
                last.end = last.end.max(range.end);
            }
            overlap
        });
    }

    /// How the bytes of a source that hold secrets by content are hidden: `find` gives their ranges.
    pub fn mask_found(&mut self, id: SourceId, find: impl Fn(&str) -> Vec<Range<usize>>) {
        let ranges = find(self.text(id));
        self.mask(id, ranges);
    }

    /// Hides a whole source.
    pub fn mask_all(&mut self, id: SourceId) {
        let all = 0..self.text(id).len();
        self.mask(id, [all]);
    }

    /// Says that a source is a part of the program, and no file.
    pub fn mark_built_in(&mut self, id: SourceId) {
        if let Some(source) = self.sources.get_mut(id.index()) {
            source.built_in = true;
        }
    }

    /// How many sources there are.
    pub fn len(&self) -> usize {
        self.sources.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// What may be shown of it.
    pub fn shown(&self) -> Shown<'_> {
        Shown::new(self)
    }
}
