//! Control structures of templates: `{{ if … }}`, `{{ else }}`, `{{ end }}`. What stands between them is read as if it ran.

use super::token::{Token, TokenKind};
use crate::source::Mapped;

/// Words that begin a control structure of Go's templates. Source: the documentation of `text/template`, "Actions".
const CONTROL: &[&str] = &["if", "else", "end", "range", "with", "define", "block", "break", "continue"];

/// A statement without the control structures that stand before it and behind it.
pub(super) fn without_control<'t>(text: &Mapped, mut tokens: &'t [Token]) -> &'t [Token] {
    while let Some((_, rest)) = tokens.split_first().filter(|(first, _)| is_control(text, **first)) {
        tokens = rest;
    }
    while let Some((_, rest)) = tokens.split_last().filter(|(last, _)| is_control(text, **last)) {
        tokens = rest;
    }
    tokens
}

fn is_control(text: &Mapped, token: Token) -> bool {
    if token.kind != TokenKind::Hole {
        return false;
    }
    let written = text.text().get(token.start as usize..token.end as usize).unwrap_or("");
    let inner = written.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
    inner.is_some_and(|inner| {
        let inner = inner.strip_prefix('-').unwrap_or(inner).trim_start();
        let word = inner.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
        CONTROL.contains(&word)
    })
}
