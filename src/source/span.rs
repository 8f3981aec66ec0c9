//! Places: which bytes of which source.

use std::ops::Range;

/// One source of a [`SourceMap`](super::SourceMap). Ordered by the moment of adding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub(crate) u32);

impl SourceId {
    /// The position in the map, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A half-open range of bytes in one source. An empty span is a gap: the place where something missing would stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The source that holds the bytes.
    pub source: SourceId,
    /// First byte, from 0.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `range` of `source`. Sources are limited to 4 GiB by [`SourceMap::add`](super::SourceMap::add).
    pub fn new(source: SourceId, range: Range<usize>) -> Self {
        Self { source, start: to_u32(range.start), end: to_u32(range.end.max(range.start)) }
    }

    /// The gap before byte `at`.
    pub fn point(source: SourceId, at: usize) -> Self {
        Self::new(source, at..at)
    }

    /// From the first byte of `self` to the last byte of `other`; both must be of one source, else `self`.
    pub fn to(self, other: Self) -> Self {
        if self.source != other.source {
            return self;
        }
        Self { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The gap right before the span.
    pub fn before(self) -> Self {
        Self { end: self.start, ..self }
    }

    /// The gap right behind the span.
    pub fn after(self) -> Self {
        Self { start: self.end, ..self }
    }

    /// Whether it covers no byte.
    pub fn is_gap(self) -> bool {
        self.start == self.end
    }

    /// The bytes as indices.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies wholly inside.
    pub fn contains(self, other: Self) -> bool {
        self.source == other.source && self.start <= other.start && other.end <= self.end
    }
}

/// A value and the place it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// What was read.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A value with its place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// The same place with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: f(self.value), span: self.span }
    }
}

fn to_u32(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
