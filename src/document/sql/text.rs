//! Texts of definitions, for who compares or follows them: expressions, queries and bodies that facts keep as values that
//! are never printed.

use super::token::{Lexer, Token, TokenKind};

/// A text is asked by tokens only up to so many bytes.
const LONGEST: usize = 256 * 1024;

fn tokens(text: &str) -> Vec<Token> {
    Lexer::new(text).all().0
}

fn slice(text: &str, token: Token) -> &str {
    text.get(token.start as usize..token.end as usize).unwrap_or("")
}

/// The name that a token spells, folded unless it is quoted.
fn name(text: &str, token: Token) -> Option<String> {
    let written = slice(text, token);
    match token.kind {
        TokenKind::Word => Some(written.to_ascii_lowercase()),
        TokenKind::Quoted => {
            let inner = written.strip_prefix('"')?.strip_suffix('"')?;
            Some(inner.replace("\"\"", "\""))
        }
        _ => None,
    }
}

/// A name as SQL spells it: in quotes where it needs them.
fn spelled(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let begins = name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    if begins && name.bytes().all(plain) { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// The names in a text that may be those of columns, each once: neither called nor behind `::`.
pub(crate) fn columns(text: &str) -> Vec<String> {
    let tokens = tokens(text);
    let symbol = |at: Option<usize>, byte: u8| {
        at.and_then(|at| tokens.get(at)).is_some_and(|token| token.kind == TokenKind::Symbol(byte))
    };
    let mut names: Vec<String> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let called = symbol(Some(at + 1), b'(');
        let cast = symbol(at.checked_sub(1), b':') && symbol(at.checked_sub(2), b':');
        names.extend(name(text, *token).filter(|_| !called && !cast));
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// Names with commas between them.
pub(crate) fn listed(text: &str) -> Vec<String> {
    tokens(text).into_iter().filter_map(|token| name(text, token)).collect()
}

/// Whether a text holds a name, in any spelling.
pub(crate) fn mentions(text: &str, wanted: &str) -> bool {
    let may = text.len() <= LONGEST && contains_folded(text, wanted);
    may && tokens(text).into_iter().any(|token| name(text, token).as_deref() == Some(wanted))
}

/// Whether the letters stand in the text, whatever their case: most texts hold no name that is looked for.
fn contains_folded(text: &str, wanted: &str) -> bool {
    let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
    !wanted.is_empty() && text.windows(wanted.len()).any(|part| part.eq_ignore_ascii_case(wanted))
}

/// The text with another name in place of one.
pub(crate) fn renamed(text: &str, old: &str, new: &str) -> String {
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for token in tokens(text) {
        if name(text, token).as_deref() == Some(old) {
            out.push_str(text.get(from..token.start as usize).unwrap_or(""));
            out.push_str(&spelled(new));
            from = token.end as usize;
        }
    }
    out.push_str(text.get(from..).unwrap_or(""));
    out
}

/// The text with another name of a type, both with their schemas; none where the old one stands elsewhere than behind `::`.
pub(crate) fn with_type(text: &str, old: &str, new: &str) -> Option<String> {
    let ((old_schema, old), (new_schema, new)) = (old.split_once('.')?, new.split_once('.')?);
    let tokens = tokens(text);
    let symbol = |at: Option<usize>, byte: u8| {
        at.and_then(|at| tokens.get(at)).is_some_and(|token| token.kind == TokenKind::Symbol(byte))
    };
    let new = match new_schema {
        "public" => spelled(new),
        schema => format!("{}.{}", spelled(schema), spelled(new)),
    };
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for (at, token) in tokens.iter().enumerate() {
        if name(text, *token).as_deref() != Some(old) {
            continue;
        }
        let qualified = symbol(at.checked_sub(1), b'.');
        let first = if qualified { at.checked_sub(2)? } else { at };
        let schema = tokens.get(first).and_then(|token| name(text, *token)).filter(|_| qualified);
        let behind = symbol(first.checked_sub(1), b':') && symbol(first.checked_sub(2), b':');
        if !behind || schema.is_some_and(|schema| schema != old_schema) || (!qualified && old_schema != "public") {
            return None;
        }
        out.push_str(text.get(from..tokens.get(first)?.start as usize)?);
        out.push_str(&new);
        from = token.end as usize;
    }
    out.push_str(text.get(from..)?);
    Some(out)
}

/// The text without comments and white space, keywords and plain names in lower case: two texts that are the same so are
/// the same to the server.
pub(crate) fn squeezed(text: &str) -> String {
    // an operator is divided into its characters: those that stand together belong together
    let operator = |token: Token| matches!(token.kind, TokenKind::Symbol(byte) if !b"(),;.[]".contains(&byte));
    let (mut out, mut before) = (String::with_capacity(text.len()), None);
    for token in tokens(text) {
        let joined = |before: Token| before.end == token.start && operator(before) && operator(token);
        if before.is_some_and(|before| !joined(before)) {
            out.push(' ');
        }
        match name(text, token) {
            Some(name) => out.push_str(&spelled(&name)),
            None => out.push_str(slice(text, token)),
        }
        before = Some(token);
    }
    out
}

/// What stands for a constant of text that is left out.
pub(crate) const LEFT_OUT: &str = "'…'";

/// Types whose constants the server prints in quotes although they are written as numbers.
const NUMBERS: &[&str] = &["smallint", "integer", "bigint", "numeric", "real", "double"];

/// As [`squeezed`], with [`LEFT_OUT`] for each constant of text: of a secret neither a letter is left nor its length. Those
/// that say nothing (`''`, `'{}'`) stay, and numbers that the server prints in quotes.
pub(crate) fn without_texts(text: &str) -> String {
    let all = tokens(text);
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for (at, token) in all.iter().enumerate() {
        let cast = all.get(at + 1..at + 4).map(|behind| {
            matches!(behind, [one, two, ty] if slice(text, *one) == ":" && slice(text, *two) == ":"
                && NUMBERS.contains(&slice(text, *ty).to_ascii_lowercase().as_str()))
        });
        let number = slice(text, *token).trim_matches('\'').parse::<f64>().is_ok() && cast == Some(true);
        if holds(text, *token) && !number {
            out.push_str(text.get(from..token.start as usize).unwrap_or(""));
            out.push_str(LEFT_OUT);
            from = token.end as usize;
        }
    }
    out.push_str(text.get(from..).unwrap_or(""));
    squeezed(&out)
}

/// Whether any string constant of more than nothing stands in the text: such a text may hold a secret.
pub(crate) fn holds_text(text: &str) -> bool {
    tokens(text).into_iter().any(|token| holds(text, token))
}

/// Whether a token is a constant of text that says something.
fn holds(text: &str, token: Token) -> bool {
    let empty = |token: Token| matches!(slice(text, token), "''" | "'{}'" | "'[]'" | "'t'" | "'f'" | "$$$$");
    match token.kind {
        TokenKind::Bits | TokenKind::Hole | TokenKind::TextHole => true,
        _ => token.is_text() && !empty(token),
    }
}

/// Whether sqlparser may be asked about the text: neither too long nor too deep for it.
pub(crate) fn is_readable(text: &str) -> bool {
    super::fallback::is_small(text, &tokens(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_comments_and_case_are_no_difference_and_text_is() {
        let one = "BEGIN\n  -- why\n  UPDATE public.\"jobs\" SET a = a||'X  y' WHERE b<>1 ; RETURN NEW;\nEND";
        let other = "begin update public . jobs set a = a||'X  y' where b<>1; /* so */ return new ;end";
        assert_eq!(squeezed(one), squeezed(other));
        assert_ne!(squeezed(one), squeezed(&one.replace("X  y", "x  y")));
        assert_ne!(squeezed("a - 1"), squeezed("a -- 1\n"));
        assert_ne!(squeezed("SELECT ab"), squeezed("SELECT a b"));
    }

    #[test]
    fn a_type_is_renamed_where_it_can_be_nothing_else() {
        let renamed = |text: &str| with_type(text, "public.mood", "ops.Feeling");
        assert_eq!(renamed("ARRAY['a'::mood]").as_deref(), Some("ARRAY['a'::ops.\"Feeling\"]"));
        assert_eq!(renamed("'a'::public.mood").as_deref(), Some("'a'::ops.\"Feeling\""));
        assert_eq!(renamed("mood = 'a'::mood"), None);
    }

    #[test]
    fn names_are_found_and_replaced_in_any_spelling_and_not_in_texts() {
        assert!(mentions("coalesce(Note, 'note')", "note") && !mentions("'note' || notes", "note"));
        assert_eq!(
            renamed("Note > 0 AND \"note\" <> 'note'", "note", "Re mark"),
            "\"Re mark\" > 0 AND \"Re mark\" <> 'note'"
        );
        assert_eq!(
            without_texts("a = 'MADEUP' AND b = E'x\\'y' -- MADEUP\n AND c > '-1'::integer OR d = $x$MADEUP$x$"),
            "a = '…' and b = '…' and c > '-1' :: integer or d = '…'"
        );
        assert_eq!(columns("a > lower(B) AND c::mood = d"), ["a", "and", "b", "c", "d"]);
        assert!(holds_text("'x'::text") && !holds_text("'{}'::jsonb") && !holds_text("now()"));
    }
}
