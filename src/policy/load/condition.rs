//! Conditions: a scalar, a list of alternatives, or a mapping of words; typed by the field they are asked of.

use super::Loader;
use crate::fact::{Field, Kind, Type};
use crate::policy::grammar::WORDS;
use crate::policy::model::{Condition, Literal, Test};
use crate::policy::name::Glob;
use crate::policy::slot::Slot;
use crate::source::Span;
use crate::tree::{Node, NodeValue};

impl Loader<'_> {
    /// Reads a condition on the field `slot` of facts of `kind`.
    pub(super) fn condition(&mut self, node: &Node, kind: Kind, slot: &Slot) -> Option<Condition> {
        let test = match &node.value {
            NodeValue::Seq(items) => {
                if items.is_empty() {
                    self.problems.error(node.span, "a list of alternatives is empty", "nothing can fit", "");
                    return None;
                }
                Test::Any(items.iter().filter_map(|item| self.condition(item, kind, slot)).collect())
            }
            NodeValue::Map(_) => Test::All(self.words(node, kind, slot)?),
            _ => Test::Is(self.literal(node, slot)?),
        };
        Some(Condition { test, span: node.span })
    }

    fn words(&mut self, node: &Node, kind: Kind, slot: &Slot) -> Option<Vec<Condition>> {
        let what = format!("a condition on `{}`", slot.reference);
        let entries = self.problems.mapping(node, &what, WORDS, |_| false)?;
        if entries.is_empty() {
            self.problems.error(node.span, "a condition is empty", "nothing is asked", "");
        }
        let mut conditions = Vec::new();
        for entry in entries {
            let key = entry.key.span;
            if let Some(test) = self.word(&entry.key.value, key, &entry.value, kind, slot) {
                conditions.push(Condition { test, span: key.to(entry.value.span) });
            }
        }
        Some(conditions)
    }

    fn word(&mut self, word: &str, key: Span, node: &Node, kind: Kind, slot: &Slot) -> Option<Test> {
        match word {
            "not" => Some(Test::Not(Box::new(self.condition(node, kind, slot)?))),
            "any" => match &node.value {
                NodeValue::Seq(_) => self.condition(node, kind, slot).map(|condition| condition.test),
                _ => {
                    self.problems.error(node.span, "`any` is a list of conditions", "not a list", "");
                    None
                }
            },
            "matches" => self.regex(key, node, slot),
            "at_least" => Some(Test::AtLeast(self.rank(key, node, slot)?)),
            "at_most" => Some(Test::AtMost(self.rank(key, node, slot)?)),
            "set" => Some(Test::Set(self.problems.boolean(node, "`set`")?)),
            "same_as" => self.same_as(node, kind, slot),
            "is_a" => self.is_a(key, node, slot),
            "param" => self.param(node, slot),
            "has" if slot.ty() == Type::Names => {
                Some(Test::Has(Box::new(self.condition(node, kind, &slot.as_item())?)))
            }
            "has" => {
                self.wrong_word(key, "has", "list fields", slot);
                None
            }
            _ => None,
        }
    }

    fn regex(&mut self, key: Span, node: &Node, slot: &Slot) -> Option<Test> {
        if !matches!(slot.ty(), Type::Text | Type::Name | Type::Label | Type::Secret) || slot.def.is_none() {
            self.wrong_word(key, "matches", "text, names and values", slot);
            return None;
        }
        let pattern = self.problems.text(node, "a regular expression")?;
        match regex::RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(1 << 20).build() {
            Ok(regex) => Some(Test::Matches(regex)),
            Err(error) => {
                // The error quotes the pattern over several lines; its last line says what is wrong.
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or("").trim_start_matches("error:").trim().to_owned();
                self.problems.error(
                    node.span,
                    "this regular expression cannot be read",
                    reason,
                    "The syntax is that of the Rust crate regex; there is no look-around.",
                );
                None
            }
        }
    }

    fn rank(&mut self, key: Span, node: &Node, slot: &Slot) -> Option<i64> {
        match slot.ty() {
            Type::Number => self.problems.number(node, "the bound"),
            Type::Ordered(_) => match self.literal(node, slot)? {
                Literal::Word(word) => slot.words()?.iter().position(|known| *known == word).map(|rank| rank as i64),
                _ => None,
            },
            _ => {
                self.wrong_word(key, "at_least` and `at_most", "numbers and ordered enums", slot);
                None
            }
        }
    }

    fn same_as(&mut self, node: &Node, kind: Kind, slot: &Slot) -> Option<Test> {
        let name = self.problems.text(node, "`same_as`")?;
        let other = self.slot(kind, &name, node.span)?;
        let comparable = |slot: &Slot| !matches!(slot.ty(), Type::Bool(..) | Type::Number) || slot.def.is_none();
        if comparable(&other) != comparable(slot) {
            let message = format!("`{}` is {}, and `{name}` is {}", slot.reference, slot.ty_words(), other.ty_words());
            self.problems.error(node.span, message, "never equal", "");
            return None;
        }
        Some(Test::SameAs(other.reference))
    }

    fn is_a(&mut self, key: Span, node: &Node, slot: &Slot) -> Option<Test> {
        if slot.owner != Kind::Variable || slot.reference != Field::Value.into() {
            self.wrong_word(key, "is_a", "the `value` of a variable", slot);
            return None;
        }
        let name = self.problems.text(node, "the name of a type")?;
        if let Some(found) = self.types.get(&name) {
            return found.clone().map(Test::IsA);
        }
        let known: Vec<String> = self.types.keys().cloned().collect();
        self.problems.unknown(node.span, format!("there is no type `{name}`"), &name, known.iter().map(String::as_str));
        None
    }

    fn param(&mut self, node: &Node, slot: &Slot) -> Option<Test> {
        let name = self.problems.text(node, "the name of a param")?;
        let param = self.find_param(&name, node.span)?;
        if !param.of.fits(slot.reference.field) {
            let message = format!(
                "param `{name}` holds names of the kind `{}`, and `{}` is not one",
                param.of.as_str(),
                slot.reference
            );
            self.problems.error(node.span, message, "another kind of name", "");
            return None;
        }
        let values = param.values.iter().map(|value| self.name_literal(slot, value)).collect();
        Some(Test::Param(name, values))
    }

    fn wrong_word(&mut self, key: Span, word: &str, of: &str, slot: &Slot) {
        let message = format!("`{word}` asks of {of}, and `{}` is {}", slot.reference, slot.ty_words());
        self.problems.error(key, message, "not for this field", "");
    }

    /// Reads a literal of the field's type.
    pub(super) fn literal(&mut self, node: &Node, slot: &Slot) -> Option<Literal> {
        let what = format!("`{}`", slot.reference);
        if let Some(words) = slot.words() {
            let text = self.problems.text(node, &what)?;
            // Variants may be chosen by a pattern: `supabase-*`.
            if slot.def.is_none() && text.contains('*') {
                let glob = Glob::new(text);
                if words.iter().any(|word| glob.matches(word)) {
                    return Some(Literal::Name(glob));
                }
                self.problems.unknown(
                    node.span,
                    format!("no {} fits `{}`", slot.owner.def().name, glob.as_str()),
                    glob.as_str(),
                    words,
                );
                return None;
            }
            let found = words.iter().copied().find(|word| *word == text);
            if found.is_none() {
                self.problems.unknown(node.span, format!("{what} cannot be `{text}`"), &text, words);
            }
            return found.map(Literal::Word);
        }
        match slot.ty() {
            Type::Bool(..) => self.problems.boolean(node, &what).map(Literal::Bool),
            Type::Number => self.problems.number(node, &what).map(Literal::Number),
            Type::Name | Type::Label => {
                let text = self.problems.text(node, &what)?;
                Some(self.name_literal(slot, &text))
            }
            Type::Names => {
                let message = format!("{what} is {}, and cannot be one name", slot.ty_words());
                self.problems.error(node.span, message, "a list has names", "Write `{ has: … }`.");
                None
            }
            _ => self.problems.text(node, &what).map(Literal::Text),
        }
    }

    /// A name to compare with; a label is taken in the project's own spelling.
    pub(super) fn name_literal(&self, slot: &Slot, text: &str) -> Literal {
        match slot.ty() {
            Type::Label => Literal::Name(Glob::new(self.spellings.normalise(slot.reference.field, text))),
            Type::Name => Literal::Name(Glob::new(text)),
            _ => Literal::Text(text.to_owned()),
        }
    }
}
