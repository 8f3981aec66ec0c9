//! The JSON that Railway's CLI prints: one entry for all of it, since what a file is stands in it and not in its name;
//! and how exports are read, whatever they hold: nothing of them is public but what is known to be.

use super::recognise::{self, CONFIG, ENVIRONMENT, GRAPH, STATUS, TEMPLATE};
use super::section::{Section, wrong};
use super::{broken, config, environment, graph, mask, status, variables};
use crate::document::{Broken, HIDDEN_NAME, Input, Parsed, Unread};
use crate::finding::Severity;
use crate::source::{Mapped, Span, Spanned};
use crate::tree::{self, Entry, Format, Node, NodeValue};

/// Reads an export that is of the kind `expected` by its path.
pub fn parse(expected: &'static str, input: Input<'_>) -> Parsed {
    let root = match tree::parse(Format::Json, input.source, input.text) {
        Ok(root) => root,
        Err(errors) => {
            let mut errors = broken(errors);
            if let (Some(what), Some(first)) = (variables::other_output(input.text), errors.first_mut()) {
                first.message = format!("this is {what}, and no JSON");
            }
            for error in errors.iter_mut().filter(|error| error.help.is_empty()) {
                command(expected).clone_into(&mut error.help);
            }
            return refuse(input, errors);
        }
    };
    if root.entries().is_none() {
        let message = format!("this is {}, and {} is a mapping", root.describe(), what(expected));
        let help = command(expected).to_owned();
        return refuse(input, vec![Broken { span: root.span.before(), message, help }]);
    }
    let found = recognise::kind(&root);
    let kind = match (expected, found) {
        // Nothing in it says that it is one of the others, and it does not look like what it should be.
        (STATUS | GRAPH, None) if root.entries().is_some_and(|entries| !entries.is_empty()) => {
            let message = format!("this does not look like {}", what(expected));
            let help = command(expected).to_owned();
            return refuse(input, vec![Broken { span: root.span.before(), message, help }]);
        }
        (expected, found) => found.unwrap_or(expected),
    };
    let mut parsed = read(kind, &root, input);
    if kind != expected {
        parsed.kind = Some(kind);
    }
    parsed
}

/// Reads a tree as a document of a kind.
pub(super) fn read(kind: &str, root: &Node, input: Input<'_>) -> Parsed {
    match kind {
        ENVIRONMENT => environment::read(root, input, false),
        TEMPLATE => environment::read(root, input, true),
        STATUS => status::read(root, input),
        GRAPH => graph::read(root, input),
        CONFIG => config::parse(input),
        _ => variables::read(root, input),
    }
}

/// A text that is none: all of it is hidden.
pub(super) fn refuse(input: Input<'_>, broken: Vec<Broken>) -> Parsed {
    let all = 0..input.text.len();
    Parsed { masks: vec![all], broken, ..Parsed::default() }
}

/// What an export of a kind is, for messages.
fn what(kind: &str) -> &'static str {
    match kind {
        ENVIRONMENT => "the configuration of an environment",
        STATUS => "a status",
        GRAPH => "a graph of resources",
        TEMPLATE => "the configuration of a template",
        _ => "an export of variables",
    }
}

/// How to get an export of a kind.
fn command(kind: &str) -> &'static str {
    match kind {
        ENVIRONMENT => "Export it with `railway environment config --json`.",
        STATUS => "Export it with `railway status --json`.",
        GRAPH => "Export it with `railway config pull --json`.",
        TEMPLATE => "Export the template's serializedConfig as JSON.",
        _ => variables::EXPORT,
    }
}

/// Reads an export piece by piece.
pub(super) struct Reader<'a> {
    pub(super) input: Input<'a>,
    pub(super) parsed: Parsed,
}

impl<'a> Reader<'a> {
    pub(super) fn new(input: Input<'a>) -> Self {
        Self { input, parsed: Parsed::default() }
    }

    /// What was not understood.
    pub(super) fn say(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let (message, help) = (message.into(), help.into());
        self.parsed.unread.push(Unread { span, severity: Severity::Warning, message, help });
    }

    /// The entries of a mapping; `null` is an empty one. `path` names it, in known words only.
    pub(super) fn map<'n>(&mut self, node: Option<&'n Node>, path: &str) -> &'n [Entry] {
        let Some(node) = node else { return &[] };
        match node.entries() {
            Some(entries) => {
                super::duplicates(entries, &mut self.parsed.unread);
                entries
            }
            None => {
                self.refuse_form(node, path, "a mapping");
                &[]
            }
        }
    }

    /// The items of a list; `null` is an empty one.
    pub(super) fn list<'n>(&mut self, node: Option<&'n Node>, path: &str) -> &'n [Node] {
        let Some(node) = node else { return &[] };
        if node.items().is_none() {
            self.refuse_form(node, path, "a list");
        }
        node.items().unwrap_or_default()
    }

    /// A text that says something; `null` and an empty one are none.
    pub(super) fn text<'n>(&mut self, node: Option<&'n Node>, path: &str) -> Option<&'n Mapped> {
        let node = node?;
        match &node.value {
            NodeValue::Text(text) => Some(text).filter(|text| !text.text().is_empty()),
            _ => {
                self.refuse_form(node, path, "text");
                None
            }
        }
    }

    /// The name of a service or an environment; hidden where it may be a secret, and still another one each time.
    pub(super) fn label(&mut self, text: &Mapped) -> Spanned<String> {
        let span = text.whole();
        if mask::is_label(text.text()) {
            return Spanned::new(text.text().to_owned(), span);
        }
        self.parsed.masks.push(span.range());
        Spanned::new(format!("{HIDDEN_NAME} {}", self.parsed.names.len() + 1), span)
    }

    fn refuse_form(&mut self, node: &Node, path: &str, expected: &str) {
        if node.value != NodeValue::Null {
            self.parsed.unread.push(wrong(node, path, expected));
            self.hide(node);
        }
    }

    /// Hides a node whole.
    pub(super) fn hide(&mut self, node: &Node) {
        mask::leaves(node, &mut self.parsed.masks);
    }

    /// Hides what stands under keys that are not read.
    pub(super) fn hide_others(&mut self, entries: &[Entry], known: &[&str]) {
        for entry in entries.iter().filter(|entry| !known.contains(&entry.key.value.as_str())) {
            mask::name(&entry.key.value, entry.key.span, &mut self.parsed.masks);
            self.hide(&entry.value);
        }
    }

    /// Looks for secrets in a node that is public otherwise.
    pub(super) fn scan(&mut self, node: &Node, stands: &'static str) {
        mask::scan(node, stands, self.input.settings, &mut self.parsed);
    }

    /// Reads `build` or `deploy`. A key that is not known is no mistake in an export: nobody wrote it by hand.
    pub(super) fn section<'n>(&mut self, node: Option<&'n Node>, section: &Section) -> Option<&'n Node> {
        let node = node?;
        if node.entries().is_none() {
            self.refuse_form(node, section.name, "a mapping");
            return None;
        }
        for entry in self.map(Some(node), section.name) {
            let key = entry.key.value.as_str();
            match section.form(key) {
                Some(form) => {
                    let before = self.parsed.unread.len();
                    form.check(&entry.value, &format!("{}.{key}", section.name), &mut self.parsed.unread);
                    form.hide(&entry.value, self.input.settings, &mut self.parsed);
                    // Nobody knows what a value is that has another form.
                    if self.parsed.unread.len() > before {
                        self.hide(&entry.value);
                    }
                }
                None => {
                    mask::name(key, entry.key.span, &mut self.parsed.masks);
                    self.hide(&entry.value);
                }
            }
        }
        Some(node)
    }

    /// Where another entry of a mapping would stand: behind the last one, or behind the bracket that opens it.
    pub(super) fn gap(&self, node: &Node) -> Span {
        super::gap(self.input, node)
    }
}
