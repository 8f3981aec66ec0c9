//! Decoded text that remembers where each byte came from: through quotes, escapes, doubled quotes and
//! percent-encoding, nested as deep as needed. It is what lets a finding point at the port inside a URL inside a JSON
//! string, or at a `DROP COLUMN` inside a quoted function body.

use super::{SourceId, Span};
use std::ops::Range;

/// One run of decoded bytes and the source bytes that spell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    /// First decoded byte.
    at: u32,
    /// Decoded bytes.
    len: u32,
    /// The source bytes that spell it; as long as `len` where the text stands there literally.
    source: (u32, u32),
}

/// The runs of a text, in order. Most texts stand there literally: their one run costs no allocation.
#[derive(Clone, PartialEq, Eq)]
enum Pieces {
    None,
    One(Piece),
    Many(Vec<Piece>),
}

impl Pieces {
    fn all(&self) -> &[Piece] {
        match self {
            Self::None => &[],
            Self::One(piece) => std::slice::from_ref(piece),
            Self::Many(pieces) => pieces,
        }
    }

    fn last_mut(&mut self) -> Option<&mut Piece> {
        match self {
            Self::None => None,
            Self::One(piece) => Some(piece),
            Self::Many(pieces) => pieces.last_mut(),
        }
    }

    fn push(&mut self, piece: Piece) {
        match self {
            Self::None => *self = Self::One(piece),
            Self::One(first) => *self = Self::Many(vec![*first, piece]),
            Self::Many(pieces) => pieces.push(piece),
        }
    }
}

/// Text decoded out of one source.
#[derive(Clone, PartialEq, Eq)]
pub struct Mapped {
    source: SourceId,
    text: String,
    pieces: Pieces,
    /// Where an empty text, or its end, stands.
    end: u32,
}

impl std::fmt::Debug for Mapped {
    /// Never prints the text: it may hold a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mapped").field("source", &self.source).finish_non_exhaustive()
    }
}

impl Mapped {
    /// Text that stands literally at `start` of `source`.
    pub fn literal(source: SourceId, text: &str, start: usize) -> Self {
        let span = Span::new(source, start..start + text.len());
        let len = span.end - span.start;
        let piece = Piece { at: 0, len, source: (span.start, span.end) };
        let pieces = if text.is_empty() { Pieces::None } else { Pieces::One(piece) };
        Self { source, text: text.to_owned(), pieces, end: span.end }
    }

    /// No text, standing at `at`.
    pub fn empty(source: SourceId, at: usize) -> Self {
        Self { source, text: String::new(), pieces: Pieces::None, end: Span::point(source, at).start }
    }

    /// Appends `decoded`, which the source spells as the bytes `spelled`.
    pub fn push(&mut self, decoded: &str, spelled: Range<usize>) {
        let span = Span::new(self.source, spelled);
        self.push_span(decoded, span);
    }

    /// Appends `decoded`, spelled by `span`; adjoining literal runs are joined.
    fn push_span(&mut self, decoded: &str, span: Span) {
        let (at, len) = (self.text.len() as u32, decoded.len() as u32);
        self.text.push_str(decoded);
        self.end = span.end;
        if decoded.is_empty() {
            return;
        }
        let literal = len == span.end - span.start;
        if let Some(last) = self.pieces.last_mut() {
            let last_literal = last.len == last.source.1 - last.source.0;
            if literal && last_literal && last.source.1 == span.start {
                last.len += len;
                last.source.1 = span.end;
                return;
            }
        }
        self.pieces.push(Piece { at, len, source: (span.start, span.end) });
    }

    /// Appends the part `range` of another mapped text, keeping its places.
    pub fn push_mapped(&mut self, other: &Self, range: Range<usize>) {
        for (decoded, span) in other.runs(range) {
            self.push_span(decoded, span);
        }
    }

    /// Appends `decoded`, spelled by the part `range` of another mapped text (an escape in it).
    pub fn push_escape(&mut self, decoded: &str, other: &Self, range: Range<usize>) {
        self.push_span(decoded, other.span(range));
    }

    /// Appends text that stands somewhere else, in place of the part `range` of another mapped text: each byte of it is
    /// spelled by all of that part.
    pub fn push_instead(&mut self, decoded: &str, other: &Self, range: Range<usize>) {
        let span = other.span(range);
        // As many bytes as the part has would be taken for that part itself; two runs never are.
        let first = decoded.chars().next().map_or(0, char::len_utf8);
        let (first, rest) = decoded.split_at(if decoded.len() as u32 == span.end - span.start { first } else { 0 });
        self.push_span(first, span);
        self.push_span(rest, span);
    }

    /// The part `range` with its places.
    pub fn slice(&self, range: Range<usize>) -> Self {
        if let Pieces::One(Piece { len, source: (start, end), .. }) = self.pieces
            && end - start == len
            && let Some(text) = self.text.get(range.clone()).filter(|text| !text.is_empty())
        {
            return Self::literal(self.source, text, start as usize + range.start);
        }
        let mut part = Self::empty(self.source, self.span(range.start..range.start).start as usize);
        part.push_mapped(self, range);
        part
    }

    /// The decoded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The source it was decoded from.
    pub fn source(&self) -> SourceId {
        self.source
    }

    /// The source bytes that spell the decoded bytes `range`, or the first of them where the text goes on further up in the
    /// file; for an empty range the gap where it stands.
    pub fn span(&self, range: Range<usize>) -> Span {
        if let Pieces::One(Piece { len, source: (start, end), .. }) = self.pieces
            && end - start == len
            && range.start < range.end
            && range.end <= len as usize
        {
            return Span { source: self.source, start: start + range.start as u32, end: start + range.end as u32 };
        }
        let start = self.position(range.start);
        if range.end <= range.start {
            return Span { source: self.source, start, end: start };
        }
        let end = match self.piece_of(range.end - 1) {
            Some(piece) if piece.len == piece.source.1 - piece.source.0 => {
                piece.source.0 + (range.end as u32 - piece.at)
            }
            Some(piece) => piece.source.1,
            None => self.end,
        };
        if end >= start {
            return Span { source: self.source, start, end };
        }
        // text that goes on further up in the file: its first stretch
        let end = self.piece_of(range.start).map_or(start, |piece| piece.source.1);
        Span { source: self.source, start, end: end.max(start) }
    }

    /// The source bytes of the whole text.
    pub fn whole(&self) -> Span {
        if let Pieces::One(Piece { source: (start, end), .. }) = self.pieces {
            return Span { source: self.source, start, end };
        }
        self.span(0..self.text.len())
    }

    /// Where the decoded byte `at` is spelled.
    fn position(&self, at: usize) -> u32 {
        match self.piece_of(at) {
            Some(piece) if piece.len == piece.source.1 - piece.source.0 => piece.source.0 + (at as u32 - piece.at),
            Some(piece) => piece.source.0,
            None => self.end,
        }
    }

    fn piece_of(&self, at: usize) -> Option<&Piece> {
        let at = at as u32;
        let pieces = self.pieces.all();
        pieces.get(pieces.partition_point(|piece| piece.at + piece.len <= at))
    }

    /// The runs of `range` with the source bytes that spell each.
    fn runs(&self, range: Range<usize>) -> impl Iterator<Item = (&str, Span)> {
        let pieces = self.pieces.all();
        let first = pieces.partition_point(|piece| (piece.at + piece.len) as usize <= range.start);
        pieces[first..].iter().take_while(move |piece| (piece.at as usize) < range.end).filter_map(move |piece| {
            let from = (piece.at as usize).max(range.start);
            let to = ((piece.at + piece.len) as usize).min(range.end);
            self.text.get(from..to).map(|text| (text, self.span(from..to)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: SourceId = SourceId(0);

    #[test]
    fn spans_survive_escapes_and_slices() {
        // source: x="a\nb%41c"
        let mut mapped = Mapped::empty(SOURCE, 3);
        mapped.push("a", 3..4);
        mapped.push("\n", 4..6);
        mapped.push("b", 6..7);
        mapped.push("A", 7..10);
        mapped.push("c", 10..11);
        assert_eq!(mapped.text(), "a\nbAc");
        assert_eq!(mapped.span(0..1).range(), 3..4);
        assert_eq!(mapped.span(1..2).range(), 4..6, "an escape is spelled by all its bytes");
        assert_eq!(mapped.span(2..4).range(), 6..10);
        assert_eq!(mapped.span(5..5).range(), 11..11, "the end is a gap behind the last byte");
        let part = mapped.slice(2..5);
        assert_eq!(part.text(), "bAc");
        assert_eq!(part.span(1..2).range(), 7..10);
        assert_eq!(part.whole().range(), 6..11);
    }

    #[test]
    fn what_stands_instead_is_spelled_by_all_of_the_part() {
        // source: u:${{PW}}@h with a value that is as long as the reference
        let written = Mapped::literal(SOURCE, "u:${{PW}}@h", 10);
        for value in ["MADEUP1", "MADEUP", "MADEUPlonger"] {
            let mut resolved = written.slice(0..2);
            resolved.push_instead(value, &written, 2..9);
            resolved.push_mapped(&written, 9..11);
            assert_eq!(resolved.text(), format!("u:{value}@h"));
            assert_eq!(resolved.span(3..4).range(), 12..19, "{value}");
            assert_eq!(resolved.span(2..2 + value.len()).range(), 12..19, "{value}");
            assert_eq!(resolved.whole().range(), 10..21);
        }
    }

    #[test]
    fn an_empty_text_stands_somewhere() {
        assert_eq!(Mapped::empty(SOURCE, 9).whole().range(), 9..9);
    }
}
