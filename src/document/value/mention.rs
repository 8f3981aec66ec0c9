//! Words that may be the reference of a Supabase project: 20 small letters, and no letter, digit or `_` beside them.
//!
//! A word alone says nothing: `internationalization` has 20 letters too. Policies compare it with the projects of URLs,
//! connections and keys.

use crate::fact::{Fact, Field, Kind};
use crate::source::Mapped;
use std::ops::Range;

/// How many letters the reference of a project has (Supabase documentation, "Connect to your database").
pub(super) const LENGTH: usize = 20;

/// Every such word, in order. Each holds a byte at a multiple of its length, so that only these are looked at.
pub(super) fn find(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let bytes = text.as_bytes();
    let small = |at: &usize| bytes.get(*at).is_some_and(u8::is_ascii_lowercase);
    let mut done = 0;
    (LENGTH - 1..bytes.len()).step_by(LENGTH).filter_map(move |at| {
        if at < done || !small(&at) {
            return None;
        }
        let start = (done..at).rev().take_while(small).last().unwrap_or(at);
        let end = (at..bytes.len()).take_while(small).last().map_or(at, |last| last + 1);
        done = end;
        let part_of_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let alone = !part_of_word(start.checked_sub(1).and_then(|at| bytes.get(at))) && !part_of_word(bytes.get(end));
        (end - start == LENGTH && alone).then_some(start..end)
    })
}

/// The fact of one of them.
pub(super) fn fact(text: &Mapped, range: Range<usize>, stands: &'static str) -> Fact {
    let word = text.slice(range);
    let span = word.whole();
    Fact::new(Kind::Mention, span).with_word(Field::Stands, stands, span).with(Field::Project, word.text(), span)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        find(text).filter_map(|range| text.get(range)).collect()
    }

    #[test]
    fn a_word_of_twenty_small_letters_is_found_wherever_it_stands() {
        let word = "tsrqponmlkjihgfedcba";
        for length in 0..45 {
            let text = format!("{}{word}.storage", "A-".repeat(length));
            assert_eq!(words(&text), [word], "{text}");
        }
        assert_eq!(words(&format!("{word} {word}/{word}")), [word; 3]);
        assert_eq!(words(&format!("é{word}é")), [word]);
    }

    #[test]
    fn longer_shorter_and_joined_words_are_none() {
        for text in
            ["", "tsrqponmlkjihgfedcb", "tsrqponmlkjihgfedcbaa", "Xtsrqponmlkjihgfedcba", "tsrqponmlkjihgfedcba_x"]
        {
            assert_eq!(words(text), [""; 0], "{text}");
        }
        assert_eq!(words(&"a".repeat(100_000)), [""; 0]);
        assert_eq!(words(&"abcdefghijklmnopqrs ".repeat(1000)), [""; 0]);
    }
}
