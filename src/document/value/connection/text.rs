//! A connection string while it is divided: its text, and the same text with its references veiled, so that what stands
//! in a reference divides nothing.

use super::reference;
use crate::source::{Mapped, Span};
use std::borrow::Cow;
use std::ops::Range;

/// A connection string.
pub(super) struct Text<'a> {
    /// What is written.
    pub mapped: &'a Mapped,
    /// The same with every reference veiled; as long.
    pub plain: Cow<'a, str>,
}

/// How a connection string begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `scheme://…`: the bytes of the scheme, and where the authority begins.
    Uri(Range<usize>, usize),
    /// `jdbc:postgresql:…`: the bytes of the scheme; the rest begins behind its colon.
    Jdbc(Range<usize>),
    /// `key=value …`.
    Keyword,
}

impl Form {
    /// The bytes of the scheme.
    pub(super) fn scheme(&self) -> Range<usize> {
        match self {
            Self::Uri(scheme, _) | Self::Jdbc(scheme) => scheme.clone(),
            Self::Keyword => 0..0,
        }
    }
}

impl<'a> Text<'a> {
    /// Veils the references of a string.
    pub(super) fn new(mapped: &'a Mapped) -> Self {
        Self { mapped, plain: reference::veil(mapped.text()) }
    }

    /// A part, veiled.
    pub(super) fn get(&self, range: Range<usize>) -> &str {
        self.plain.get(range).unwrap_or("")
    }

    /// Everything from `at` on, veiled.
    pub(super) fn rest(&self, at: usize) -> &str {
        self.plain.get(at..).unwrap_or("")
    }

    /// Where the first of `ends` stands, which are ASCII, from `at` on; else the end.
    pub(super) fn find<const N: usize>(&self, at: usize, ends: &[char; N]) -> usize {
        let is_end = |byte: u8| ends.contains(&char::from(byte));
        self.rest(at).bytes().position(is_end).map_or(self.len(), |offset| at + offset)
    }

    /// The same, before `end`.
    pub(super) fn find_in<const N: usize>(&self, range: Range<usize>, ends: &[char; N]) -> Option<usize> {
        let is_end = |byte: u8| ends.contains(&char::from(byte));
        self.get(range.clone()).bytes().position(is_end).map(|offset| range.start + offset)
    }

    /// A part with its places, as it is written.
    pub(super) fn part(&self, range: Range<usize>) -> Mapped {
        self.mapped.slice(range)
    }

    /// Where a part stands in the source.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        self.mapped.span(range)
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> usize {
        self.plain.len()
    }

    /// The scheme of a form, as written.
    pub(super) fn scheme(&self, form: &Form) -> &str {
        self.get(form.scheme())
    }

    /// The parts of a range between separators.
    pub(super) fn split(&self, range: Range<usize>, separator: char) -> Vec<Range<usize>> {
        let mut start = range.start;
        let parts = self.get(range).split(separator).map(|part| {
            let here = start..start + part.len();
            start = here.end + separator.len_utf8();
            here
        });
        parts.collect()
    }
}

/// Parts as one list, with commas between them.
pub(super) fn join(parts: &[Mapped], gap: Mapped) -> Mapped {
    let mut joined = gap;
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            joined.push_escape(",", part, 0..0);
        }
        joined.push_mapped(part, 0..part.text().len());
    }
    joined
}

/// The parts of a list between commas.
pub(super) fn list(value: &Mapped) -> Vec<Mapped> {
    let text = Text::new(value);
    text.split(0..text.len(), ',').into_iter().map(|range| value.slice(range)).collect()
}
