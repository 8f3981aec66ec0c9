//! Secrets in texts that are shown but are no documents: policy files, configurations, and messages that repeat a name.

use super::{Parsed, Settings, scan};
use crate::source::{MASK, Mapped, SourceId};
use std::ops::Range;

/// The bytes of `text` that nobody may see, by content: keys, passwords of connection strings, private keys.
pub fn secrets(text: &str) -> Vec<Range<usize>> {
    // What no recogniser could begin at costs nothing.
    let may_hold = ["sb_", "sbp_", "://", "PRIVATE KEY", "password", "ey"].iter().any(|sign| text.contains(sign));
    if !may_hold {
        return Vec::new();
    }
    let mut parsed = Parsed::default();
    scan(&Mapped::literal(SourceId(0), text, 0), "literal", None, &Settings::default(), &mut parsed);
    parsed.masks.sort_by_key(|range| (range.start, range.end));
    parsed.masks
}

/// A message with every secret in it masked.
pub fn redacted(text: String) -> String {
    let secrets = secrets(&text);
    if secrets.is_empty() {
        return text;
    }
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for secret in secrets {
        if secret.start >= at {
            shown.push_str(text.get(at..secret.start).unwrap_or(""));
            shown.push_str(MASK);
        }
        at = at.max(secret.end);
    }
    shown.push_str(text.get(at..).unwrap_or(""));
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_repeats_a_secret_is_masked() {
        let key = "sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H";
        let text = redacted(format!("`{key}` and postgresql://app:MADEUP-word@example.com/app are no severity"));
        assert_eq!(text, "`••••` and postgresql://app:••••@example.com/app are no severity");
        assert_eq!(redacted("port is 5432, wants 6543".into()), "port is 5432, wants 6543");
    }
}
