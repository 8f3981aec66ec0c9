//! JSON: every string is guarded as the text that it means, and the document stays one.

use crate::document::value::redacted;
use crate::source::escape_controls;
use std::borrow::Cow;

/// A line of JSON, each of its strings guarded as the text that it means.
pub(super) fn guarded(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once('"') {
        out.push_str(before);
        let mut escaped = false;
        let close = behind.bytes().position(|byte| {
            let closes = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            closes
        });
        let literal =
            rest.get(before.len()..before.len() + close.map_or(behind.len() + 1, |close| close + 2)).unwrap_or("");
        out.push_str(&string(literal));
        rest = rest.get(before.len() + literal.len().max(1)..).unwrap_or("");
    }
    out + rest
}

/// A string of JSON without DEL, C1, zero width and bidi characters, which JSON lets stand as they are.
fn json_string(text: &str) -> String {
    let escape = |c: char| match escape_controls(c.encode_utf8(&mut [0; 4])) {
        same if same.chars().eq([c]) => same,
        _ => format!("\\u{:04x}", u32::from(c)),
    };
    serde_json::Value::from(text).to_string().chars().map(escape).collect()
}

/// A literal of a string, guarded. One that holds nothing to hide stays as it is written, which most do.
fn string(literal: &str) -> Cow<'_, str> {
    let inner = literal.get(1..literal.len().saturating_sub(1)).unwrap_or("");
    let text = match inner.contains('\\') {
        true => serde_json::from_str::<String>(literal).ok(),
        false => Some(inner.to_owned()),
    };
    let Some(text) = text else { return Cow::Borrowed(literal) };
    let length = text.len();
    let guarded = redacted(text);
    let plain = inner.bytes().all(|byte| byte.is_ascii() && byte != 0x7f) || escape_controls(inner) == inner;
    // What is hidden is replaced by a mask, which is no letter of JSON's escapes.
    let same = guarded.len() == length && !guarded.contains(crate::source::MASK);
    if same && plain { Cow::Borrowed(literal) } else { Cow::Owned(json_string(&guarded)) }
}
