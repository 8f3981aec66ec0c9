//! Markers: comments that speak to preflight, and what each stands at. What they say is read elsewhere; a document knows
//! only where they are and which one thing they mean.

use crate::source::{Mapped, Span};
use std::ops::Range;

/// The word that a comment for preflight begins with.
const WORD: &str = "preflight";

/// A comment that speaks to preflight.
#[derive(Clone, Debug)]
pub struct Marker {
    /// What the comment says, without its signs.
    pub text: Mapped,
    /// The whole comment with its signs.
    pub span: Span,
    /// The one thing that it stands at, or why there is none: a clause without a full stop.
    pub reach: Result<Reach, String>,
}

/// The one statement, variable or line that a marker stands at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Its bytes.
    pub span: Span,
    /// Bytes in it that are things of their own: the body of a function, whose statements have markers of theirs.
    pub but: Vec<Span>,
    /// The gap of what may be missing in it, where that is not among its bytes: the end of a table of TOML.
    pub gap: Option<Span>,
    /// The line of the comment itself, in a script: what is found there is about the script as a whole, or about the change
    /// that the comment is part of.
    pub own: Option<Span>,
    /// Whether the gap right behind it belongs to it, or to what it stands in.
    pub ends: bool,
    /// What it is: "statement", "variable", "key".
    pub what: &'static str,
}

impl Reach {
    /// All of some bytes, and the gap behind them.
    pub fn new(span: Span, what: &'static str) -> Self {
        Self { span, but: Vec::new(), gap: None, own: None, ends: true, what }
    }

    /// Whether something stands in it. The gap right before it never does: that is where the file begins.
    pub fn holds(&self, place: Span) -> bool {
        if self.gap == Some(place) || self.own.is_some_and(|own| own.contains(place)) {
            return true;
        }
        let at_edge = place.is_gap() && (place.start == self.span.start || (!self.ends && place.end == self.span.end));
        self.span.contains(place) && !at_edge && !self.but.iter().any(|inner| inner.contains(place))
    }
}

/// Whether a text can hold a marker at all: a search that costs next to nothing.
pub(in crate::document) fn any(text: &str) -> bool {
    text.contains("reflight") || text.contains("REFLIGHT")
}

/// Whether a comment (without its signs) speaks to preflight: `preflight:`, in whatever case, or its name with `allow` behind
/// it. Prose that begins with the name does not.
pub(in crate::document) fn is_marker(comment: &str) -> bool {
    let comment = comment.trim_start();
    let Some((word, rest)) = comment.split_at_checked(WORD.len()) else { return false };
    let next = rest.trim_start_matches([' ', '\t', '-', ':']);
    word.eq_ignore_ascii_case(WORD)
        && (rest.trim_start().starts_with(':')
            || (rest.starts_with([' ', '\t', '-'])
                && next.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("allow"))))
}

/// The bytes of what a comment says, without blanks around it.
pub(in crate::document) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let inner = text.get(range.clone()).unwrap_or("");
    let start = range.start + (inner.len() - inner.trim_start().len());
    start..start + inner.trim().len()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::source::SourceId;

    #[test]
    fn prose_is_no_marker() {
        for (comment, is) in [
            (" preflight: allow no-drop-column", true),
            ("Preflight: alow x", true),
            ("preflight allow x", true),
            ("preflight-allow x", true),
            ("preflight checks run before this", false),
            ("preflights: none", false),
            ("see preflight: allow", false),
            ("", false),
        ] {
            assert_eq!(is_marker(comment), is, "{comment}");
        }
        assert!(any("-- PREFLIGHT: allow") && !any("-- flight: allow p"));
    }

    #[test]
    fn a_reach_ends_where_its_thing_ends() {
        let at = |start: usize, end: usize| Span::new(SourceId(0), start..end);
        let mut reach = Reach { but: vec![at(14, 18)], ..Reach::new(at(10, 20), "statement") };
        assert!(reach.holds(at(10, 12)) && reach.holds(at(20, 20)));
        assert!(!reach.holds(at(10, 10)), "where a file begins, the file as a whole is meant");
        assert!(!reach.holds(at(15, 16)) && !reach.holds(at(19, 21)) && !reach.holds(at(21, 21)));
        reach.ends = false;
        assert!(!reach.holds(at(20, 20)));
    }
}
