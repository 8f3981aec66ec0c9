//! Values of documents in the words of people: a reason that repeats a password shows it no more than the env file does.

use crate::document::value::redacted;
use crate::fact::{Facts, Field, Value};
use crate::policy::PolicySet;
use crate::source::{MASK, Secret};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Shorter values are words that any text may hold: a level, a port, a name of a database.
const SHORTEST: usize = 8;

/// The values of all documents, by their first bytes.
#[derive(Default)]
pub struct Hush {
    values: HashMap<[u8; SHORTEST], Vec<Secret>>,
}

impl std::fmt::Debug for Hush {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hush")
    }
}

impl Hush {
    /// Knows every value of these facts, but for words that are shown anyway: names of services and environments, and
    /// what a policy in force lists.
    pub fn new(facts: &Facts, set: &PolicySet) -> Self {
        let mut hush = Self::default();
        let listed = crate::project::listed(set);
        let labels = facts.documents().iter().flat_map(|document| [&document.service, &document.environment]);
        let labels: HashSet<&str> = labels.filter_map(|label| label.text()).collect();
        let spells = |word: &str, label: Field| set.spellings.normalise(label, word) != word;
        let is_shown = |word: &str| {
            listed.contains(word)
                || labels.contains(word)
                || spells(word, Field::Service)
                || spells(word, Field::Environment)
        };
        for id in facts.all() {
            for (_, state) in facts.fact(id).fields() {
                if let Some(Value::Secret(value)) = state.value()
                    && !value.ask(is_shown)
                {
                    hush.take(value);
                }
            }
        }
        hush
    }

    fn take(&mut self, value: &Secret) {
        let first = value.ask(|text| text.as_bytes().first_chunk::<SHORTEST>().copied());
        let Some(first) = first else { return };
        let known = self.values.entry(first).or_default();
        if !known.contains(value) {
            known.push(value.clone());
        }
    }

    /// The bytes of a text that are a value, in order.
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for (at, window) in text.as_bytes().windows(SHORTEST).enumerate() {
            let Some(values) = window.first_chunk().and_then(|first| self.values.get(first)) else { continue };
            let rest = text.as_bytes().get(at..).unwrap_or_default();
            let longest = values
                .iter()
                .filter_map(|value| value.ask(|value| rest.starts_with(value.as_bytes()).then_some(value.len())));
            if let Some(length) = longest.max() {
                match found.last_mut() {
                    Some(last) if at < last.end => last.end = last.end.max(at + length),
                    _ => found.push(at..at + length),
                }
            }
        }
        found
    }

    /// A text without values and without what is recognised as a key or a password.
    pub fn hidden(&self, text: String) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut at = 0;
        for range in self.ranges(&text) {
            shown.push_str(text.get(at..range.start).unwrap_or(""));
            shown.push_str(MASK);
            at = range.end;
        }
        shown.push_str(text.get(at..).unwrap_or(""));
        redacted(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_hidden_wherever_it_is_repeated() {
        let mut hush = Hush::default();
        for value in ["MADEUPhunter2", "MADEUPhunter2andMore", "INFO"] {
            hush.take(&Secret::new(value));
        }
        let text = "the old one (MADEUPhunter2), the new one MADEUPhunter2andMore; level INFO";
        assert_eq!(hush.hidden(text.into()), "the old one (••••), the new one ••••; level INFO");
        assert_eq!(hush.hidden("nothing of it".into()), "nothing of it");
    }
}
