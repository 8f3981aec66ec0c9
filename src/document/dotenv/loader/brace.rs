//! `${NAME}` with the operators of a shell: `:-`, `-`, `:+`, `+`, `:?`, `?`.

use super::value::{FARTHEST, identifier};
use super::{Lookup, Scope};

/// A reference in braces.
pub(super) struct Brace<'a> {
    pub name: &'a str,
    /// The operator; empty for none.
    pub operator: &'a str,
    /// What stands behind the operator.
    pub word: &'a str,
    /// How many bytes it has, with braces and without the dollar sign.
    pub length: usize,
}

/// What a reference comes to.
pub(super) enum Outcome {
    /// What the name stands for, or what stands for it.
    Found(Lookup),
    /// The value is missing, and the file says that it must not be.
    Missing,
}

impl<'a> Brace<'a> {
    /// The reference at the beginning of a text, which begins with `{`; nothing where it is none. A brace in the word
    /// closes one that opens there.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let inner = text.strip_prefix('{')?;
        let name = inner.get(..identifier(inner)).filter(|name| !name.is_empty())?;
        let behind = inner.get(name.len()..)?;
        if behind.starts_with('}') {
            return Some(Self { name, operator: "", word: "", length: name.len() + 2 });
        }
        let operator = [":-", ":+", ":?", "-", "+", "?"].into_iter().find(|sign| behind.starts_with(sign))?;
        let word = behind.get(operator.len()..)?;
        let mut depth = 0_usize;
        let close = word.bytes().take(FARTHEST).position(|byte| {
            depth += usize::from(byte == b'{');
            let closes = byte == b'}' && depth == 0;
            depth -= usize::from(byte == b'}' && depth > 0);
            closes
        })?;
        let length = 1 + name.len() + operator.len() + close + 1;
        Some(Self { name, operator, word: word.get(..close)?, length })
    }

    /// What it comes to. A word that has to be read itself is not known.
    pub(super) fn resolve(&self, scope: &mut Scope) -> Outcome {
        let found = scope.get(self.name);
        let missing = match &found {
            Lookup::Unknown => return Outcome::Found(if self.operator.is_empty() { found } else { Lookup::Unknown }),
            Lookup::Unset => true,
            Lookup::Value(value) => self.operator.starts_with(':') && value.is_empty(),
        };
        let word = || {
            let plain = !self.word.contains(['$', '`', '\\', '\'', '"']);
            if plain { Lookup::Value(self.word.to_owned()) } else { Lookup::Unknown }
        };
        Outcome::Found(match (self.operator.trim_start_matches(':'), missing) {
            ("-", true) | ("+", false) => word(),
            ("+", true) => Lookup::Unset,
            ("?", true) => return Outcome::Missing,
            _ => found,
        })
    }
}
