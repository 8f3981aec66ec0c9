//! Reading mappings, lists and scalars of a policy file: every error is kept, with its place.

use crate::fact::Kind;
use crate::finding::Problem;
use crate::policy::grammar::Key;
use crate::policy::name::did_you_mean;
use crate::source::{Span, Spanned};
use crate::tree::{Entry, Node, NodeValue};
use std::collections::HashSet;

/// The errors of a load; reading goes on after each.
#[derive(Debug)]
pub struct Problems {
    about: &'static str,
    list: Vec<Problem>,
    /// What was said where: a node that is read for several kinds or columns has one error.
    said: HashSet<(Span, String)>,
}

impl Problems {
    /// No errors yet, about policies or about the configuration.
    pub fn new(about: &'static str) -> Self {
        Self { about, list: Vec::new(), said: HashSet::new() }
    }

    /// All of them, in the order of the files and their lines; what has no place comes first.
    pub fn into_vec(mut self) -> Vec<Problem> {
        self.list.sort_by_key(|problem| problem.span.map(|span| (span.source, span.start)));
        self.list
    }

    /// How many there are so far.
    #[allow(clippy::len_without_is_empty, reason = "asked before and after a part is read")]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Takes in one that was made elsewhere.
    pub fn push(&mut self, problem: Problem) {
        self.list.push(problem);
    }

    /// Keeps an error.
    pub fn error(&mut self, span: Span, message: impl Into<String>, note: impl Into<String>, help: impl Into<String>) {
        let message = message.into();
        if self.said.insert((span, message.clone())) {
            self.list.push(Problem::at(self.about, span, message).note(note).help(help));
        }
    }

    /// Keeps the error that `name` is not known here.
    pub fn unknown<'a>(&mut self, span: Span, message: String, name: &str, known: impl IntoIterator<Item = &'a str>) {
        let known: Vec<&str> = known.into_iter().collect();
        let near = did_you_mean(name, known.iter().copied());
        let note = near.map_or_else(|| "not known".to_owned(), |near| format!("did you mean `{near}`?"));
        let help = if near.is_some() || known.is_empty() {
            String::new()
        } else {
            format!("Known are: {}.", known.join(", "))
        };
        self.error(span, message, note, help);
    }

    /// A mapping with known keys; `more` says whether another key is left to the caller, who reports those that are no
    /// kind of fact.
    pub fn mapping<'n>(
        &mut self,
        node: &'n Node,
        what: &str,
        keys: &[Key],
        more: impl Fn(&str) -> bool,
    ) -> Option<&'n [Entry]> {
        let entries = self.entries(node, what)?;
        let is_unknown = |name: &str| !keys.iter().any(|key| key.name == name) && Kind::named(name).is_none();
        for entry in entries {
            let name = entry.key.value.as_str();
            if !keys.iter().any(|key| key.name == name) && !more(name) {
                let message = format!("{what} has no key `{name}`");
                self.unknown(entry.key.span, message, name, keys.iter().map(|key| key.name));
            }
        }
        for key in keys.iter().filter(|key| key.required && node.get(key.name).is_none()) {
            // A key that is spelt wrong is one error, at the place of the key.
            let mut names = entries.iter().map(|entry| entry.key.value.as_str());
            if names.any(|name| is_unknown(name) && did_you_mean(name, [key.name]).is_some()) {
                continue;
            }
            self.error(
                place_of(node),
                format!("{what} lacks `{}`", key.name),
                format!("`{}` is missing", key.name),
                format!("`{}`: {}.", key.name, key.doc),
            );
        }
        Some(entries)
    }

    /// A mapping with any keys, none of them twice.
    pub fn entries<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [Entry]> {
        let Some(entries) = node.entries() else {
            self.error(node.span, format!("{what} is {}, and must be a mapping", node.describe()), "not a mapping", "");
            return None;
        };
        let mut seen = std::collections::HashMap::new();
        for entry in entries {
            if seen.insert(entry.key.value.as_str(), entry.key.span).is_some() {
                self.error(
                    entry.key.span,
                    format!("{what} has the key `{}` twice", entry.key.value),
                    "stands here again",
                    "Keep one of the two.",
                );
            }
        }
        Some(entries)
    }

    /// Text. A bare number or boolean is refused: YAML would have changed how it is written.
    pub fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        match &node.value {
            NodeValue::Text(text) => Some(text.text().to_owned()),
            NodeValue::Number(_) | NodeValue::Bool(_) => {
                self.error(node.span, format!("{what} is {}, and must be text", node.describe()), "quote it", "");
                None
            }
            _ => {
                self.error(node.span, format!("{what} is {}, and must be text", node.describe()), "not text", "");
                None
            }
        }
    }

    /// Text that is not empty.
    pub fn sentence(&mut self, node: &Node, what: &str) -> Option<String> {
        let text = self.text(node, what)?;
        if text.trim().is_empty() {
            self.error(node.span, format!("{what} is empty"), "nothing is said", "");
            return None;
        }
        Some(text.trim().to_owned())
    }

    /// True or false.
    pub fn boolean(&mut self, node: &Node, what: &str) -> Option<bool> {
        if let NodeValue::Bool(value) = node.value {
            return Some(value);
        }
        let note = match node.text().map(str::to_ascii_lowercase).as_deref() {
            Some("yes" | "on" | "y" | "true") => "write `true`",
            Some("no" | "off" | "n" | "false") => "write `false`",
            _ => "not true or false",
        };
        self.error(node.span, format!("{what} is {}, and must be true or false", node.describe()), note, "");
        None
    }

    /// A whole number.
    pub fn number(&mut self, node: &Node, what: &str) -> Option<i64> {
        let (is, note) = match &node.value {
            NodeValue::Number(text) => match text.parse() {
                Ok(number) => return Some(number),
                Err(_) => ("no whole number", "not a whole number"),
            },
            NodeValue::Text(text) if text.text().parse::<i64>().is_ok() => ("text", "write it without quotes"),
            _ => (node.describe(), "not a whole number"),
        };
        self.error(node.span, format!("{what} is {is}, and must be a whole number"), note, "");
        None
    }

    /// A date, as days since 1970-01-01.
    pub fn date(&mut self, node: &Node, what: &str) -> Option<i64> {
        let day = node.text().and_then(crate::date::parse);
        if day.is_none() {
            self.error(node.span, format!("{what} must be a date"), "not a date", "Write it as YYYY-MM-DD.");
        }
        day
    }

    /// A list; one item may stand for a list of one.
    pub fn list<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [Node]> {
        match &node.value {
            NodeValue::Seq(items) => Some(items),
            NodeValue::Null | NodeValue::Map(_) => {
                self.error(node.span, format!("{what} is {}, and must be a list", node.describe()), "not a list", "");
                None
            }
            _ => Some(std::slice::from_ref(node)),
        }
    }

    /// A list of texts with their places.
    pub fn texts(&mut self, node: &Node, what: &str) -> Vec<Spanned<String>> {
        let items = self.list(node, what).unwrap_or_default();
        items.iter().filter_map(|item| self.text(item, what).map(|text| Spanned::new(text, item.span))).collect()
    }

    /// One of some words.
    pub fn choice<T: Copy>(&mut self, node: &Node, what: &str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(node, what)?;
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            let message = format!("{what} cannot be `{text}`");
            self.unknown(node.span, message, &text, choices.iter().map(|(name, _)| *name));
        }
        found
    }
}

/// Where to point at for a mapping as a whole: its first key, since a whole block is too much to underline.
pub fn place_of(node: &Node) -> Span {
    node.entries().and_then(<[Entry]>::first).map_or(node.span, |entry| entry.key.span)
}

/// The entries of a mapping, of each key the first: that a key stands twice is an error of its own.
pub fn distinct(entries: &[Entry]) -> impl Iterator<Item = &Entry> {
    let mut seen = HashSet::new();
    entries.iter().filter(move |entry| seen.insert(entry.key.value.as_str()))
}
