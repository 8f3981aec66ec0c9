//! Conditions on one field.

use super::Changes;
use preflight::fact::Type;
use preflight::policy::Slot;
use serde_json::{Value, json};

impl Changes<'_> {
    /// A condition: each alternative dropped, each word dropped, each literal another.
    pub(super) fn condition(&mut self, at: &str, slot: &Slot) {
        match self.get(at) {
            Some(Value::Array(_)) => {
                self.drop_items(at);
                (0..self.len(at)).for_each(|index| self.condition(&format!("{at}/{index}"), slot));
            }
            Some(Value::Object(_)) => {
                let words = self.keys(at);
                for word in &words {
                    if words.len() > 1 {
                        self.remove(&format!("{at}/{word}"));
                    }
                    self.word(at, word, slot);
                }
            }
            Some(_) => self.literal(at, slot),
            None => {}
        }
    }

    fn word(&mut self, parent: &str, word: &str, slot: &Slot) {
        let at = format!("{parent}/{word}");
        match word {
            "not" => {
                if let Some(inner) = self.get(&at) {
                    self.replace(parent, inner.clone());
                }
                self.condition(&at, slot);
            }
            "any" => self.condition(&at, slot),
            "matches" => self.regex(&at),
            "at_least" | "at_most" => self.bound(&at, slot),
            "set" => self.replace(&at, json!(self.get(&at) != Some(&Value::Bool(true)))),
            "same_as" => self.replace(parent, json!({ "set": true })),
            "is_a" => {
                let now = self.text(&at);
                for other in self.types.iter().filter(|name| *name != now) {
                    self.replace(&at, other.as_str().into());
                }
                self.replace(parent, json!({ "set": true }));
            }
            "param" => self.param(&at),
            _ => {}
        }
    }

    /// A list of names, or a param.
    pub(super) fn names_or_param(&mut self, at: &str) {
        if self.get(&format!("{at}/param")).is_some() { self.param(&format!("{at}/param")) } else { self.names(at) }
    }

    /// Another param of the same type.
    fn param(&mut self, at: &str) {
        let now = self.text(at);
        let of = self.params.iter().find(|(name, _)| name == now).map(|(_, of)| of);
        for (other, _) in self.params.iter().filter(|(name, its)| name != now && Some(its) == of) {
            self.replace(at, other.as_str().into());
        }
    }

    fn literal(&mut self, at: &str, slot: &Slot) {
        let Some(now) = self.get(at) else { return };
        match (now, slot.words(), slot.ty()) {
            (Value::Bool(yes), ..) => self.replace(at, json!(!yes)),
            (Value::Number(_), ..) => self.number(at),
            (Value::String(word), Some(words), _) if words.contains(&word.as_str()) => {
                let here = words.iter().position(|known| known == word).unwrap_or(0);
                for (index, other) in words.iter().enumerate().filter(|(_, known)| *known != word) {
                    // Of a long list the neighbours will do.
                    if words.len() <= 10 || index.abs_diff(here) == 1 {
                        self.replace(at, (*other).into());
                    }
                }
            }
            (Value::String(_), _, Type::Name | Type::Label) => self.name(at),
            (Value::String(text), ..) => self.replace(at, format!("{text}-mutant").into()),
            _ => {}
        }
    }

    /// A number: one more, one less.
    pub(super) fn number(&mut self, at: &str) {
        let Some(now) = self.get(at).and_then(Value::as_i64) else { return };
        self.replace(at, json!(now - 1));
        self.replace(at, json!(now + 1));
    }

    fn bound(&mut self, at: &str, slot: &Slot) {
        let Some(words) = slot.words() else { return self.number(at) };
        let now = self.text(at);
        let Some(here) = words.iter().position(|word| *word == now) else { return };
        for (index, other) in words.iter().enumerate() {
            if index.abs_diff(here) == 1 {
                self.replace(at, (*other).into());
            }
        }
    }

    /// A regular expression: anything at all, and without each of its alternatives.
    fn regex(&mut self, at: &str) {
        let now = self.text(at);
        self.replace(at, "(?s).*".into());
        let bars: Vec<usize> = now.match_indices('|').map(|(bar, _)| bar).collect();
        let ends = ['(', ')', '|'];
        for (number, bar) in bars.iter().enumerate() {
            // What stands before a bar, and behind the last one of its group.
            let before = now[..*bar].rfind(ends).map_or(0, |open| open + 1);
            self.replace(at, format!("{}{}", &now[..before], &now[bar + 1..]).into());
            let end = now[bar + 1..].find(ends).map_or(now.len(), |end| bar + 1 + end);
            if bars.get(number + 1) != Some(&end) && !now[end..].starts_with('(') {
                self.replace(at, format!("{}{}", &now[..*bar], &now[end..]).into());
            }
        }
    }
}
