//! Percent-encoding (RFC 3986, section 2.1), as the drivers undo it.

use super::reading::Reading;
use super::reference;
use crate::source::Mapped;

/// Undoes percent-encoding. What is no escape, or no UTF-8, stays as it is written. With `form`, `+` is a blank too (the
/// encoding of HTML forms, which URL libraries use for queries).
pub(super) fn decode(part: &Mapped, form: bool) -> Mapped {
    let text = part.text();
    let plus = form && text.contains('+');
    if !plus && !text.contains('%') {
        return part.clone();
    }
    let mut decoded = Mapped::empty(part.source(), part.whole().start as usize);
    let mut at = 0;
    let next = |at: usize| text.get(at..).and_then(|rest| rest.find(|c| c == '%' || (form && c == '+')));
    while let Some(special) = next(at).map(|offset| at + offset) {
        decoded.push_mapped(part, at..special);
        if text.as_bytes().get(special) == Some(&b'+') {
            decoded.push_escape(" ", part, special..special + 1);
            at = special + 1;
            continue;
        }
        let bytes = escapes_at(text, special);
        if bytes.is_empty() {
            decoded.push_mapped(part, special..special + 1);
            at = special + 1;
            continue;
        }
        at = special + 3 * bytes.len();
        match std::str::from_utf8(&bytes) {
            Ok(characters) => {
                let mut from = special;
                for c in characters.chars() {
                    let to = from + 3 * c.len_utf8();
                    decoded.push_escape(c.encode_utf8(&mut [0; 4]), part, from..to);
                    from = to;
                }
            }
            Err(_) => decoded.push_mapped(part, special..at),
        }
    }
    decoded.push_mapped(part, at..text.len());
    decoded
}

/// Undoes percent-encoding but for the escapes whose two digits `keeps` wants as they are.
pub(super) fn decode_but(part: &Mapped, keeps: impl Fn(&str) -> bool) -> Mapped {
    let text = part.text();
    let mut decoded = Mapped::empty(part.source(), part.whole().start as usize);
    let mut from = 0;
    let mut take = |piece: std::ops::Range<usize>, kept: std::ops::Range<usize>| {
        let piece = decode(&part.slice(piece), false);
        decoded.push_mapped(&piece, 0..piece.text().len());
        decoded.push_mapped(part, kept);
    };
    for (at, _) in text.match_indices('%') {
        let kept = escape_at(text, at).is_some() && text.get(at + 1..at + 3).is_some_and(&keeps);
        if kept {
            take(from..at, at..at + 3);
            from = at + 3;
        }
    }
    take(from..text.len(), text.len()..text.len());
    decoded
}

/// Undoes percent-encoding as libpq 18 does (fe-connect.c, `conninfo_uri_decode`): blanks around the part are dropped;
/// a broken escape, `%00` and a blank inside are refused.
pub(super) fn strict(part: &Mapped, reading: &mut Reading) -> Mapped {
    let text = part.text();
    if reference::any(text) {
        return decode(part, false);
    }
    let end = text.trim_end_matches(' ').len();
    let start = (text.len() - text.trim_start_matches(' ').len()).min(end);
    let inner = text.get(start..end).unwrap_or("");
    for (at, c) in inner.char_indices() {
        let at = start + at;
        if c == ' ' {
            reading.refuse("blank", part.span(at..at + 1));
            break;
        }
        if c == '%' && escape_at(text, at).is_none_or(|byte| byte == 0) {
            let length = 1 + inner.bytes().skip(at - start + 1).take(2).take_while(u8::is_ascii_alphanumeric).count();
            reading.refuse("escape", part.span(at..at + length));
            break;
        }
    }
    decode(&part.slice(start..end), false)
}

/// Where escapes stand that spell no UTF-8.
pub(super) fn no_utf8(text: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(percent) = text.get(at..).and_then(|rest| rest.find('%')).map(|offset| at + offset) {
        let bytes = escapes_at(text, percent);
        if std::str::from_utf8(&bytes).is_err() {
            return Some(percent);
        }
        at = percent + (3 * bytes.len()).max(1);
    }
    None
}

/// The byte of the escape at `at`, if there is one.
fn escape_at(text: &str, at: usize) -> Option<u8> {
    let digit = |at: usize| text.as_bytes().get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let percent = text.as_bytes().get(at) == Some(&b'%');
    percent.then(|| Some((digit(at + 1)? * 16 + digit(at + 2)?) as u8)).flatten()
}

/// The bytes of the escapes that follow one another from `at` on.
fn escapes_at(text: &str, at: usize) -> Vec<u8> {
    (at..).step_by(3).map_while(|at| escape_at(text, at)).collect()
}
