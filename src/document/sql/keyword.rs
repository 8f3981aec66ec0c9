//! Sets of keywords that are asked for every word of a script.

/// Keywords, found by their first letter.
pub(super) struct Keywords {
    /// In lower case, sorted.
    words: &'static [&'static str],
    /// Where the words of each letter begin; one more for the end.
    starts: [usize; 27],
}

impl Keywords {
    /// The set of some words, which are sorted and in lower case.
    pub const fn new(words: &'static [&'static str]) -> Self {
        let mut starts = [0; 27];
        let mut at = 0;
        let mut letter = 0;
        while letter < 26 {
            starts[letter] = at;
            while at < words.len() && words[at].as_bytes()[0] == b'a' + letter as u8 {
                at += 1;
            }
            letter += 1;
        }
        starts[26] = at;
        Self { words, starts }
    }

    /// Whether a word is one of them, in any case.
    pub fn has(&self, word: &str) -> bool {
        let Some(first) = word.bytes().next().filter(u8::is_ascii_alphabetic) else { return false };
        let letter = usize::from(first.to_ascii_lowercase() - b'a');
        let ends = (self.starts.get(letter), self.starts.get(letter + 1));
        let (Some(from), Some(to)) = ends else { return false };
        let known = self.words.get(*from..*to).unwrap_or_default();
        known.iter().any(|known| known.len() == word.len() && known.eq_ignore_ascii_case(word))
    }
}

#[cfg(test)]
impl Keywords {
    /// Whether every word can be found.
    pub fn are_sorted(&self) -> bool {
        self.words.is_sorted() && self.words.iter().all(|word| self.has(word) && self.has(&word.to_uppercase()))
    }
}

#[cfg(test)]
mod tests {
    use super::Keywords;

    #[test]
    fn words_are_found_in_any_case_and_only_whole() {
        let words = Keywords::new(&["and", "as", "by", "zone"]);
        assert!(words.are_sorted());
        for other in ["an", "asc", "", "b", "_as", "\u{e9}", "x", "zones"] {
            assert!(!words.has(other), "{other}");
        }
        assert!(words.has("Zone") && words.has("AS"));
    }
}
