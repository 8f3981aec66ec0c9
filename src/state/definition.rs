//! Expressions, queries and bodies in a schema: comparable, and shown only where no text stands in them.

use crate::document::sql::text;
use crate::source::Secret;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What stands for a definition that is not shown.
const HIDDEN: &str = "…";

/// An expression, a query or a body. It may hold a password, so that no constant of text in it is ever written: where it is
/// shown, `…` stands for all of it; where it is kept, `'…'` for each constant, without its length. Comments go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definition {
    text: Option<Secret>,
    /// Whether it is of a language that is not SQL's: nobody here knows where its constants begin and end.
    other: bool,
}

/// An answer about two definitions.
pub(super) struct Answer<R> {
    /// What was found.
    pub found: R,
    /// Whether constants of text in them were left out, because one side does not hold them.
    pub without_texts: bool,
}

impl Definition {
    /// One that is known.
    pub fn new(text: Secret) -> Self {
        Self { text: Some(text), other: false }
    }

    /// One of which only that it is there is known.
    pub fn unknown() -> Self {
        Self::default()
    }

    /// The same in a language that is not SQL's.
    pub fn of_another_language(self) -> Self {
        Self { other: true, ..self }
    }

    /// Whether its text is known.
    pub fn is_known(&self) -> bool {
        self.text.is_some()
    }

    /// Whether its text is not known.
    pub fn is_unknown(&self) -> bool {
        self.text.is_none()
    }

    /// Its text on one line, where it holds no constant of text.
    pub fn shown(&self) -> Option<String> {
        let text = self.text.as_ref().filter(|_| !self.other)?;
        let text = text.ask(|text| (!text::holds_text(text)).then(|| text::squeezed(text)))?;
        Some(super::one_line(&tidy(&text)))
    }

    /// Its text as it is kept: `'…'` for each constant of text. None where it is not known, or in another language.
    fn kept(&self) -> Option<String> {
        let text = self.text.as_ref().filter(|_| !self.other)?;
        Some(super::one_line(&tidy(&text.ask(text::without_texts))))
    }

    /// Answers a question about both texts; none where one of them is not known. Where one of them was kept without its
    /// constants, the other is asked without them, too.
    pub(super) fn with<R>(&self, other: &Self, question: impl FnOnce(&str, &str) -> R) -> Option<Answer<R>> {
        let (one, other) = (self.text.as_ref()?, other.text.as_ref()?);
        let is_kept = |text: &Secret| text.ask(|text| text.contains(text::LEFT_OUT));
        if !is_kept(one) && !is_kept(other) {
            let found = one.ask(|one| other.ask(|other| question(one, other)));
            return Some(Answer { found, without_texts: false });
        }
        let [one, other] = [one, other].map(|text| text.ask(text::without_texts));
        Some(Answer { found: question(&one, &other), without_texts: true })
    }
}

/// Without the blanks that nobody writes round brackets, dots and commas.
fn tidy(squeezed: &str) -> String {
    const TIDY: &[(&str, &str)] = &[
        ("( ", "("),
        (" )", ")"),
        (" (", "("),
        (" ,", ","),
        (" . ", "."),
        (" :: ", "::"),
        (" [", "["),
        ("[ ", "["),
        (" ]", "]"),
    ];
    TIDY.iter().fold(squeezed.to_owned(), |text, (blanks, tight)| text.replace(blanks, tight))
}

impl std::fmt::Display for Definition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.shown().as_deref().unwrap_or(HIDDEN))
    }
}

impl Serialize for Definition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.kept().as_deref().unwrap_or(HIDDEN))
    }
}

impl<'de> Deserialize<'de> for Definition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(if text == HIDDEN { Self::unknown() } else { Self::new(Secret::new(&text)) })
    }
}

impl JsonSchema for Definition {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Definition".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "An expression, a query or a body, without comments; `'…'` stands for each constant of text in it. `…` for all of one that cannot be known, or that is in another language than SQL."
        })
    }
}
