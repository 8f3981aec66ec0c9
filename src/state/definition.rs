//! Expressions, queries and bodies in a schema: comparable, and shown only where no text stands in them.

use crate::document::sql::text;
use crate::source::Secret;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What stands for a definition that is not shown.
const HIDDEN: &str = "…";

/// An expression, a query or a body. It may hold a password, so that it is written only where it holds no constant of text;
/// then without comments. `…` stands for any other, and for one that cannot be known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definition(Option<Secret>);

impl Definition {
    /// One that is known.
    pub fn new(text: Secret) -> Self {
        Self(Some(text))
    }

    /// One of which only that it is there is known.
    pub fn unknown() -> Self {
        Self(None)
    }

    /// Whether its text is known.
    pub fn is_known(&self) -> bool {
        self.0.is_some()
    }

    /// Its text on one line, where it holds no constant of text.
    pub fn shown(&self) -> Option<String> {
        let text = self.0.as_ref()?.ask(|text| (!text::holds_text(text)).then(|| text::squeezed(text)))?;
        Some(super::one_line(&tidy(&text)))
    }

    /// Answers a question about both texts; none where one of them is not known.
    pub(super) fn with<R>(&self, other: &Self, question: impl FnOnce(&str, &str) -> R) -> Option<R> {
        let (one, other) = (self.0.as_ref()?, other.0.as_ref()?);
        Some(one.ask(|one| other.ask(|other| question(one, other))))
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
        serializer.collect_str(self)
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
            "description": "An expression, a query or a body, where no constant of text stands in it; `…` otherwise."
        })
    }
}
