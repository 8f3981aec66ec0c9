//! Conditions: a scalar, a list of alternatives, or a mapping of words; typed by the field they are asked of.

use super::Loader;
use super::pack::Named;
use super::selection::Chosen;
use crate::document::value::is_redacted;
use crate::fact::{Field, Kind, Type, sql_type};
use crate::policy::Pattern;
use crate::policy::grammar::WORDS;
use crate::policy::model::{Condition, Literal, Test};
use crate::policy::name::Glob;
use crate::policy::slot::Slot;
use crate::source::Span;
use crate::tree::{Node, NodeValue};

/// What a condition is asked of.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The facts.
    pub(super) kind: Kind,
    /// Their field.
    pub(super) slot: &'a Slot,
    /// The variants that the selection around it has chosen.
    pub(super) chosen: &'a Chosen,
}

impl Loader<'_> {
    /// Reads a condition on a field.
    pub(super) fn condition(&mut self, node: &Node, asked: Asked<'_>) -> Option<Condition> {
        let slot = asked.slot;
        if node.text().is_some_and(is_redacted) {
            // It would be compared with a mask, and never fit.
            let help = "Take it out, and ask what it is: its kind, its role, its project, its host.";
            self.problems.error(node.span, "a condition cannot hold a secret", "a secret stands here", help);
            return None;
        }
        let test = match &node.value {
            NodeValue::Seq(items) => {
                if items.is_empty() {
                    self.problems.error(node.span, "a list of alternatives is empty", "nothing can fit", "");
                    return None;
                }
                Test::Any(items.iter().filter_map(|item| self.condition(item, asked)).collect())
            }
            NodeValue::Map(_) => Test::All(self.words(node, asked)?),
            _ => Test::Is(self.literal(node, slot)?),
        };
        Some(Condition { test, span: node.span })
    }

    fn words(&mut self, node: &Node, asked: Asked<'_>) -> Option<Vec<Condition>> {
        let what = format!("a condition on `{}`", asked.slot.reference);
        let entries = self.problems.mapping(node, &what, WORDS, |_| false)?;
        if entries.is_empty() {
            self.problems.error(node.span, "a condition is empty", "nothing is asked", "");
        }
        let mut conditions = Vec::new();
        for entry in entries {
            let key = entry.key.span;
            if let Some(test) = self.word(&entry.key.value, key, &entry.value, asked) {
                conditions.push(Condition { test, span: key.to(entry.value.span) });
            }
        }
        Some(conditions)
    }

    fn word(&mut self, word: &str, key: Span, node: &Node, asked: Asked<'_>) -> Option<Test> {
        let slot = asked.slot;
        match word {
            "not" => Some(Test::Not(Box::new(self.condition(node, asked)?))),
            "any" => match &node.value {
                NodeValue::Seq(_) => self.condition(node, asked).map(|condition| condition.test),
                _ => {
                    let help = "Write `any: [ …, … ]`.";
                    self.problems.error(node.span, "`any` is a list of conditions", "not a list", help);
                    None
                }
            },
            "matches" => self.regex(key, node, slot),
            "at_least" => Some(Test::AtLeast(self.rank(word, key, node, slot)?)),
            "at_most" => Some(Test::AtMost(self.rank(word, key, node, slot)?)),
            "set" => Some(Test::Set(self.problems.boolean(node, "`set`")?)),
            "same_as" => self.same_as(node, asked),
            "is_a" => self.is_a(key, node, slot),
            "param" => self.param(node, slot),
            "has" if slot.ty() == Type::Names => {
                let item = slot.as_item();
                Some(Test::Has(Box::new(self.condition(node, Asked { slot: &item, ..asked })?)))
            }
            "has" => {
                self.wrong_word(key, "has", "list fields", slot);
                None
            }
            _ => None,
        }
    }

    fn regex(&mut self, key: Span, node: &Node, slot: &Slot) -> Option<Test> {
        if !matches!(slot.ty(), Type::Text | Type::Name | Type::SqlType | Type::Label | Type::Secret)
            || slot.def.is_none()
        {
            self.wrong_word(key, "matches", "text, names and values", slot);
            return None;
        }
        let pattern = self.problems.text(node, "a regular expression")?;
        if is_redacted(&pattern) {
            self.problems.error(node.span, "a regular expression cannot hold a secret", "a secret stands here", "");
            return None;
        }
        let pattern = if self.trusted { Ok(Pattern::known(&pattern)) } else { Pattern::new(&pattern) };
        let error = match pattern {
            Ok(pattern) => return Some(Test::Matches(pattern)),
            Err(error) => error,
        };
        let reason = match &error {
            regex::Error::CompiledTooBig(_) => "grows over the size limit".to_owned(),
            // The error quotes the pattern over several lines; its last line says what is wrong.
            error => {
                let text = error.to_string();
                text.lines().last().unwrap_or("").trim_start_matches("error:").trim().to_owned()
            }
        };
        let help = "The syntax is that of the Rust crate regex; there is no look-around and no back-reference.";
        self.problems.error(node.span, "this regular expression cannot be read", reason, help);
        None
    }

    fn rank(&mut self, word: &str, key: Span, node: &Node, slot: &Slot) -> Option<i64> {
        match slot.ty() {
            Type::Number => self.problems.number(node, &format!("`{word}`")),
            Type::Ordered(_) => match self.literal(node, slot)? {
                Literal::Word(word) => slot.words()?.iter().position(|known| *known == word).map(|rank| rank as i64),
                _ => None,
            },
            _ => {
                self.wrong_word(key, word, "numbers and ordered enums", slot);
                None
            }
        }
    }

    fn same_as(&mut self, node: &Node, asked: Asked<'_>) -> Option<Test> {
        let slot = asked.slot;
        let name = self.problems.text(node, "`same_as`")?;
        let other = self.slot(asked.kind, &name, node.span)?;
        self.check_variants(&other, asked.chosen, node.span);
        if family(&other) != family(slot) {
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
        if let Some((found, _)) = self.types.get(&name) {
            return found.clone().map(Test::IsA);
        }
        if let (Some(reading), true) = (self.reading.as_ref(), self.declared.contains(&name)) {
            let message = format!("type `{name}` does not stand above type `{reading}`");
            let help = "A type may use those above it; files are read in the order of their names.";
            self.problems.error(node.span, message, "not read yet", help);
        } else if !self.blind {
            self.unknown_of_pack(node.span, format!("there is no type `{name}`"), &name, Named::Type);
        }
        None
    }

    fn param(&mut self, node: &Node, slot: &Slot) -> Option<Test> {
        let name = self.problems.text(node, "the name of a param")?;
        let param = self.find_param(&name, node.span)?;
        if !param.of.fits(slot.reference.field) {
            let message = format!("param `{name}` names a {}, and `{}` is none", param.of.as_str(), slot.reference);
            self.problems.error(node.span, message, "another kind of name", "");
            return None;
        }
        let values = param.values.iter().map(|value| self.name_literal(slot, value)).collect();
        Some(Test::Param(name, values))
    }

    fn wrong_word(&mut self, key: Span, word: &str, of: &str, slot: &Slot) {
        let message = format!("`{word}` asks of {of}, and `{}` is {}", slot.reference, slot.ty_words());
        let help = match (slot.words(), word) {
            (Some(_), "matches") if slot.def.is_none() => {
                "`is` takes a word, a list of words, or a pattern: `is: \"drop_*\"`."
            }
            (Some(_), _) => "List the words that fit: `[…, …]`.",
            (None, "has") => "Write the condition without `has`.",
            (None, "at_least" | "at_most") => "Text takes `matches`, or a list of what it may be.",
            _ => "",
        };
        self.problems.error(key, message, "not for this field", help);
    }

    /// Reads a literal of the field's type.
    pub(super) fn literal(&mut self, node: &Node, slot: &Slot) -> Option<Literal> {
        let what = format!("`{}`", slot.reference);
        if let Some(words) = slot.words() {
            return self.word_literal(node, slot, words);
        }
        match slot.ty() {
            Type::Bool(..) => self.problems.boolean(node, &what).map(Literal::Bool),
            Type::Number => self.problems.number(node, &what).map(Literal::Number),
            Type::Name | Type::SqlType | Type::Label => {
                let text = self.problems.text(node, &what)?;
                Some(self.name_literal(slot, &text))
            }
            Type::Names => {
                let message = format!("{what} is {}, and cannot be one name", slot.ty_words());
                self.problems.error(node.span, message, "a list has names", "Write `{ has: … }`.");
                None
            }
            Type::Text => {
                let text = self.problems.text(node, &what)?;
                if text.contains('*') {
                    let message = format!("{what} is text, where `*` is a star like any other");
                    let pattern = regex::escape(&text).replace("\\*", ".*");
                    let help = format!("Write `{{ matches: '{pattern}' }}`, or `\\*` in it for a star.");
                    self.problems.error(node.span, message, "no pattern", help);
                }
                Some(Literal::Text(text))
            }
            _ => self.problems.text(node, &what).map(Literal::Text),
        }
    }

    /// A word of an enum. Variants may be chosen by a pattern: `supabase-*`.
    fn word_literal(&mut self, node: &Node, slot: &Slot, words: Vec<&'static str>) -> Option<Literal> {
        let text = self.problems.text(node, &format!("`{}`", slot.reference))?;
        if slot.def.is_none() && text.contains('*') {
            let glob = Glob::new(text);
            if words.iter().any(|word| glob.matches(word)) {
                return Some(Literal::Name(glob));
            }
            let message = format!("no {} fits `{}`", slot.owner.def().name, glob.as_str());
            self.problems.unknown(node.span, message, glob.as_str(), words);
            return None;
        }
        let found = words.iter().copied().find(|word| *word == text);
        if found.is_none() {
            self.problems.unknown(node.span, format!("`{}` cannot be `{text}`", slot.reference), &text, words);
        }
        found.map(Literal::Word)
    }

    /// A name to compare with; a label is taken in the project's own spelling.
    pub(super) fn name_literal(&self, slot: &Slot, text: &str) -> Literal {
        match slot.ty() {
            Type::Label => Literal::Name(Glob::new(self.spellings.normalise(slot.reference.field, text))),
            Type::Name => Literal::Name(Glob::new(text)),
            Type::SqlType => Literal::Name(Glob::new(sql_type::canonical(text))),
            _ => Literal::Text(text.to_owned()),
        }
    }
}

/// Fields of one family can be equal.
fn family(slot: &Slot) -> u8 {
    match slot.ty() {
        Type::Bool(..) => 0,
        Type::Number => 1,
        Type::Names => 2,
        _ => 3,
    }
}
