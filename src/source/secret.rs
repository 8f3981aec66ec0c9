//! A value that can be asked questions and never printed.

use std::fmt;
use std::sync::Arc;

/// What stands for a hidden value; the same for every value, so that it tells neither text nor length.
pub const MASK: &str = "••••";

/// A value of a document; a copy of it costs nothing. `Debug` and `Display` print [`MASK`]; only questions are answered.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Takes the value in.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// Whether there is no character in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is exactly `text`.
    pub fn is(&self, text: &str) -> bool {
        *self.0 == *text
    }

    /// Answers one question about the text. The answer must not hold any of it: `src/report` and `src/cli` are kept
    /// from calling this by a test.
    pub(crate) fn ask<R>(&self, question: impl FnOnce(&str) -> R) -> R {
        question(&self.0)
    }

    /// Whether it has so many bytes that two places have it by no chance.
    pub(crate) fn is_long(&self) -> bool {
        self.0.len() >= LONG
    }
}

/// A text of so many bytes is nobody's user name, port or password by habit.
const LONG: usize = 16;

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_a_mask_that_tells_no_length() {
        let (short, long) = (Secret::new("a"), Secret::new(&"MADEUP".repeat(50)));
        assert_eq!(format!("{short:?}{short}"), format!("{long:?}{long}"));
        assert!(!format!("{long:?}").contains("MADE"));
    }
}
