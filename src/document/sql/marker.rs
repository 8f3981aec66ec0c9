//! Comments that speak to preflight, and the one statement that each stands at: the next one, or the one that it stands in
//! or ends the line of. A comment in a body means a statement of that body.

use super::split::{PieceKind, Script};
use super::token::{Token, TokenKind};
use crate::document::marker::{self, Marker, Reach};
use crate::source::{Mapped, Span};
use std::ops::Range;

/// What is kept of markers while a script is read.
#[derive(Default)]
pub(super) struct Markers {
    /// Whether the script can hold one at all.
    wanted: bool,
    /// Those in bodies that are texts of their own.
    found: Vec<Marker>,
    /// All bodies: what stands in them are things of their own.
    bodies: Vec<Span>,
    /// The statements of each body that is no text of its own (`BEGIN ATOMIC`), by their bytes in the script.
    atomic: Vec<Vec<Range<usize>>>,
}

/// A comment: its bytes, and those of what it says.
struct Comment {
    whole: Range<usize>,
    inner: Range<usize>,
}

impl Markers {
    /// For the script `text`: nothing is looked for where there can be none.
    pub fn new(text: &str) -> Self {
        Self { wanted: marker::any(text), ..Self::default() }
    }

    /// Takes in a body that is the text of a constant.
    pub fn body(&mut self, text: &Mapped, tokens: &[Token]) {
        if !self.wanted {
            return;
        }
        self.bodies.push(text.whole());
        let comments = comments(text.text(), tokens, 0..text.text().len());
        let statements = divided(tokens);
        for comment in comments {
            let reach = meant(text.text(), &comment.whole, &statements);
            self.take(text, comment, reach);
        }
    }

    /// Takes in a body that stands among the tokens of its statement. Those of routines that are made by dynamic SQL have
    /// no markers: their text is not the script's.
    pub fn atomic(&mut self, text: &Mapped, tokens: &[Token]) {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
        let span = text.span(first.start as usize..last.end as usize);
        if self.wanted && span.range() == (first.start as usize..last.end as usize) {
            self.bodies.push(span);
            self.atomic.push(divided(tokens));
        }
    }

    /// Takes in the comments of the script itself, and gives all markers in the order of their places.
    pub fn of_script(mut self, text: &Mapped, script: &Script) -> Vec<Marker> {
        if !self.wanted {
            return Vec::new();
        }
        let (statements, comments) = of_pieces(text.text(), script);
        let mut atomic = std::mem::take(&mut self.atomic);
        atomic.sort_by_key(|body| body.first().map(|first| first.start));
        let mut outer: Vec<Span> = Vec::new();
        self.bodies.sort_by_key(|body| (body.start, std::cmp::Reverse(body.end)));
        for body in &self.bodies {
            if outer.last().is_none_or(|last| !last.contains(*body)) {
                outer.push(*body);
            }
        }
        for comment in comments {
            let inner = inner_statements(text.text(), script, &comment, &atomic);
            let reach = meant(text.text(), &comment.whole, inner.unwrap_or(&statements));
            let line = line_of(text.text(), &comment.whole);
            self.take(text, comment, reach);
            if let Some(Ok(reach)) = self.found.last_mut().map(|marker| &mut marker.reach) {
                reach.own = line.map(|line| text.span(line));
            }
        }
        for marker in &mut self.found {
            if let Ok(reach) = &mut marker.reach {
                let first = self.bodies.partition_point(|body| body.start < reach.span.start);
                let near = self.bodies.iter().skip(first).take_while(|body| body.start < reach.span.end);
                reach.but = near.filter(|body| reach.span != **body && reach.span.contains(**body)).copied().collect();
            }
        }
        self.found.sort_by_key(|marker| marker.span);
        self.found.dedup_by_key(|marker| marker.span);
        self.found
    }

    fn take(&mut self, text: &Mapped, comment: Comment, reach: Option<Range<usize>>) {
        let reach = reach
            .map(|range| Reach::new(text.span(range), "statement"))
            .ok_or_else(|| "no statement follows it".to_owned());
        let inner = marker::trimmed(text.text(), comment.inner);
        self.found.push(Marker { text: text.slice(inner), span: text.span(comment.whole), reach });
    }
}

/// The line of a comment that stands alone on it.
fn line_of(text: &str, comment: &Range<usize>) -> Option<Range<usize>> {
    let start = text.get(..comment.start)?.rfind('\n').map_or(0, |end| end + 1);
    let alone = text.get(start..comment.start)?.trim_start_matches('\u{feff}').trim().is_empty();
    alone.then_some(start..comment.end)
}

/// The statements of a script with what else runs in it, and the comments between their tokens that are markers.
fn of_pieces(text: &str, script: &Script) -> (Vec<Range<usize>>, Vec<Comment>) {
    let (mut statements, mut found) = (Vec::new(), Vec::new());
    for piece in &script.pieces {
        let tokens = script.tokens.get(piece.tokens.clone()).unwrap_or_default();
        match (piece.kind, tokens.first(), tokens.last()) {
            (PieceKind::Statement, Some(first), Some(last)) => {
                let closed = text.get(..piece.range.end).is_some_and(|before| before.ends_with(';'));
                let end = if closed { piece.range.end } else { last.end as usize };
                statements.push(first.start as usize..end);
            }
            (PieceKind::Psql | PieceKind::CopyData, ..) => {
                statements.push(piece.range.clone());
                continue;
            }
            _ => {}
        }
        found.extend(comments(text, tokens, piece.range.clone()));
    }
    (statements, found)
}

/// The statements of the `BEGIN ATOMIC` body that a comment stands in: before one of its tokens, or on the line of one.
fn inner_statements<'a>(
    text: &str,
    script: &Script,
    comment: &Comment,
    atomic: &'a [Vec<Range<usize>>],
) -> Option<&'a Vec<Range<usize>>> {
    let next = script.tokens.partition_point(|token| (token.start as usize) < comment.whole.end);
    let before = next.checked_sub(1).and_then(|at| script.tokens.get(at));
    let on_its_line =
        before.filter(|token| text.get(token.end as usize..comment.whole.start).is_some_and(|gap| !gap.contains('\n')));
    let near = [script.tokens.get(next), on_its_line];
    near.into_iter().flatten().find_map(|token| {
        let (at, end) = (token.start as usize, token.end as usize);
        let starts_before = |body: &Vec<Range<usize>>| body.first().is_some_and(|first| first.start <= at);
        let body = atomic.get(atomic.partition_point(starts_before).checked_sub(1)?)?;
        body.last().is_some_and(|last| end <= last.end).then_some(body)
    })
}

/// Statements by their semicolons, which belong to them: of PL/pgSQL one stands with the words of control before it.
fn divided(tokens: &[Token]) -> Vec<Range<usize>> {
    let mut statements = Vec::new();
    let mut start = None;
    let mut end = 0;
    for token in tokens {
        let begin = *start.get_or_insert(token.start as usize);
        end = token.end as usize;
        if token.kind == TokenKind::Symbol(b';') {
            statements.push(begin..end);
            start = None;
        }
    }
    statements.extend(start.map(|start| start..end));
    statements
}

/// The statement that a comment means: the one it stands in or ends the line of, else the next one.
fn meant(text: &str, comment: &Range<usize>, statements: &[Range<usize>]) -> Option<Range<usize>> {
    let index = statements.partition_point(|statement| statement.start <= comment.start);
    let one_line = |range: Range<usize>| text.get(range).is_some_and(|gap| !gap.contains('\n'));
    let next = statements.get(index);
    let Some(before) = index.checked_sub(1).and_then(|at| statements.get(at)) else { return next.cloned() };
    let followed = next.is_some_and(|next| one_line(comment.end..next.start));
    let trails = one_line(before.end..comment.start) && !followed;
    if comment.start < before.end || trails { Some(before.clone()) } else { next.cloned() }
}

/// The comments between tokens that are markers.
fn comments(text: &str, tokens: &[Token], within: Range<usize>) -> Vec<Comment> {
    let mut found = Vec::new();
    let mut at = within.start;
    let ends = tokens.iter().map(|token| (token.start as usize, token.end as usize));
    for (start, behind) in ends.chain([(within.end, within.end)]) {
        gap(text, at..start, &mut found);
        at = behind;
    }
    let is_marker = |comment: &Comment| text.get(comment.inner.clone()).is_some_and(marker::is_marker);
    found.retain(is_marker);
    found
}

/// The comments of a text that holds no token.
fn gap(text: &str, range: Range<usize>, found: &mut Vec<Comment>) {
    let bytes = text.as_bytes();
    let byte = |at: usize| if at < range.end { bytes.get(at).copied().unwrap_or(0) } else { 0 };
    let mut at = range.start;
    while at < range.end {
        match (byte(at), byte(at + 1)) {
            (b'-', b'-') => {
                let rest = bytes.get(at..range.end).unwrap_or_default();
                let end = at + rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
                found.push(Comment { whole: at..end, inner: at + 2..end });
                at = end;
            }
            (b'/', b'*') => {
                let start = at;
                let mut depth = 0_usize;
                loop {
                    match (byte(at), byte(at + 1)) {
                        _ if at >= range.end => break,
                        (b'/', b'*') => (depth, at) = (depth + 1, at + 2),
                        (b'*', b'/') => (depth, at) = (depth - 1, at + 2),
                        _ => at += 1,
                    }
                    if depth == 0 {
                        break;
                    }
                }
                let inner = start + 2..at.saturating_sub(2).max(start + 2);
                found.push(Comment { whole: start..at.min(range.end), inner });
            }
            _ => at += 1,
        }
    }
}
