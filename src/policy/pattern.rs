//! Regular expressions of `matches`: anchored to the whole text, and built when one is first asked where it is known to
//! be one, as in the packs of the program itself.

use regex::{Error, Regex, RegexBuilder};
use std::sync::OnceLock;

/// The most that a pattern may need when it is built, in bytes.
const LARGEST: usize = 1 << 20;

/// A regular expression.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    regex: OnceLock<Result<Regex, Error>>,
}

impl Pattern {
    /// A pattern that is known to be one; it is built when it is first asked.
    pub(super) fn known(text: &str) -> Self {
        Self { text: text.to_owned(), regex: OnceLock::new() }
    }

    /// A pattern that somebody wrote; it is built at once.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn new(text: &str) -> Result<Self, Error> {
        // By itself first: `a)|(b` would be two halves inside of the anchors.
        Regex::new(text)?;
        let pattern = Self::known(text);
        match pattern.regex() {
            Ok(_) => Ok(pattern),
            Err(error) => Err(error.clone()),
        }
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the whole of a text fits.
    pub fn matches(&self, text: &str) -> bool {
        self.regex().as_ref().is_ok_and(|regex| regex.is_match(text))
    }

    fn regex(&self) -> &Result<Regex, Error> {
        self.regex.get_or_init(|| RegexBuilder::new(&format!("^(?:{})$", self.text)).size_limit(LARGEST).build())
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn a_pattern_is_anchored_and_whole() {
        assert!(Pattern::known("a|b").matches("b") && !Pattern::known("a|b").matches("ab"));
        assert!(
            Pattern::new("a)|(b").is_err()
                && Pattern::new("(").is_err()
                && Pattern::new("a{9}{9}{9}{9}{9}{9}{9}").is_err()
        );
        assert!(Pattern::new("[a-z]+").is_ok_and(|pattern| pattern.matches("abc") && pattern.as_str() == "[a-z]+"));
    }
}
