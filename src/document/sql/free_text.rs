//! Secrets in the text of a migration, wherever they stand: in comments, literals, COPY rows and psql commands.

use super::split::{PieceKind, Script};
use crate::document::value;
use crate::document::{Parsed, Settings};
use crate::fact::{Fact, Field, Kind, State, Value};
use crate::source::Mapped;

/// Masks connection strings and keys of the whole script and adds them as facts of the migration (position 0).
pub(super) fn scan(text: &Mapped, script: &Script, settings: &Settings, out: &mut Parsed) {
    let first = out.facts.len();
    value::scan(text, "literal", Some(0), settings, out);
    let Some(found) = out.facts.get_mut(first..) else { return };
    for fact in found {
        if is_comment(script, fact.anchor.start as usize) {
            fact.set(Field::Stands, State::Stated(Value::Word("comment"), fact.anchor));
        }
    }
}

/// Adds credentials that statements name, but for those that their content has named already.
pub(super) fn add(stated: Vec<Fact>, out: &mut Parsed) {
    let known: Vec<_> = out.facts.iter().filter(|fact| fact.kind == Kind::Credential).map(|fact| fact.anchor).collect();
    let overlaps = |fact: &Fact| known.iter().any(|span| span.start < fact.anchor.end && fact.anchor.start < span.end);
    out.facts.extend(stated.into_iter().filter(|fact| !overlaps(fact)));
}

/// Whether a byte stands between tokens: what is neither token, COPY row nor psql command is white space or a comment.
fn is_comment(script: &Script, at: usize) -> bool {
    let piece = script.pieces.partition_point(|piece| piece.range.end <= at);
    if script.pieces.get(piece).is_some_and(|piece| matches!(piece.kind, PieceKind::Psql | PieceKind::CopyData)) {
        return false;
    }
    let index = script.tokens.partition_point(|token| token.end as usize <= at);
    script.tokens.get(index).is_none_or(|token| at < token.start as usize)
}
