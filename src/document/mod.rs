//! Documents: text in, facts out. Pure: no file system, no policy, no terminal. A kind of document is one module and one
//! row of [`DOCUMENT_KINDS`].

pub mod catalog;
pub mod dotenv;
mod kinds;
mod marker;
mod part;
pub mod railway;
pub mod sql;
pub mod value;
mod variable;

pub use kinds::{DOCUMENT_KINDS, gives, kind, says};
pub use marker::{Marker, Reach};
pub use part::{Name, Open, Owner, Part};
pub(crate) use variable::HIDDEN_NAME;

use crate::fact::{Fact, Kind};
use crate::finding::Severity;
use crate::source::{SourceId, Span};
use std::ops::Range;

/// What a parser gets.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The source of the text.
    pub source: SourceId,
    /// The text, with its BOM if it has one.
    pub text: &'a str,
    /// The path relative to the configuration, with `/`.
    pub path: &'a str,
    /// What the project says about reading.
    pub settings: &'a Settings,
}

/// What the project says about reading, whatever the document.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The date that counts as today, as days since 1970-01-01; without one no field that depends on it is known.
    pub today: Option<i64>,
    /// The driver that reads connection strings of the document, where the project names one: a name of
    /// the table of drivers.
    pub driver: Option<&'static str>,
    /// The driver that a pack names for strings whose scheme says nothing.
    pub usual_driver: Option<&'static str>,
    /// File-name globs of migrations that go back (`down`, `revert`).
    pub directions: Vec<(&'static str, Vec<String>)>,
    /// The loader of the document, where its entry names one; else the first of its kind.
    pub loader: Option<&'static str>,
    /// The runner of the document, where its entry names one: a name of the table of runners.
    pub runner: Option<&'static str>,
    /// The runner that a pack names for migrations whose entry names none.
    pub usual_runner: Option<&'static str>,
    /// The schema that the document speaks of, where its rows do not say it.
    pub schema: Option<String>,
    /// The words that policies in force list for some variable, where they are known: any other value is hidden at once.
    pub listed: Option<std::sync::Arc<std::collections::HashSet<String>>>,
}

/// What a parser gives.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The facts in the order of their places; a parent stands before its children.
    pub facts: Vec<Fact>,
    /// Bytes that nobody may see.
    pub masks: Vec<Range<usize>>,
    /// Bytes that nobody may see unless they are, whole, a word that a policy in force lists for that variable.
    pub listed: Vec<ListedMask>,
    /// Lines and statements that could not be read, in a text that was divided: findings.
    pub unread: Vec<Unread>,
    /// What of a value was not understood: findings too, but nothing else can stand there that is missed.
    pub unclear: Vec<Unread>,
    /// Why the text is not of its kind at all: problems, and no verdict.
    pub broken: Vec<Broken>,
    /// What it is, where its content says more than its path did: a name of the table of kinds.
    pub kind: Option<&'static str>,
    /// The kinds of fact that it can give, where its content makes them fewer than those of its kind.
    pub gives: Option<&'static [Kind]>,
    /// What of it belongs to services or environments of their own; none where it belongs to one as a whole.
    pub parts: Vec<Part>,
    /// What of it is passed over and harms nothing: said to who asks for more.
    pub passed_over: Vec<String>,
    /// What it calls ids.
    pub names: Vec<Name>,
    /// Values that hold references of Railway.
    pub open: Vec<Open>,
    /// Variables of the part that is being read that the platform provides.
    pub provided: Vec<(&'static str, crate::source::Mapped)>,
    /// Its comments that speak to preflight, in the order of their places.
    pub markers: Vec<Marker>,
    /// The labels that it gives itself: service and environment. What preflight.yaml says goes before.
    pub says: (Option<crate::source::Spanned<String>>, Option<crate::source::Spanned<String>>),
}

/// A value that may be shown where a policy lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedMask {
    /// The variable.
    pub name: std::sync::Arc<str>,
    /// The value as it is read.
    pub value: crate::source::Secret,
    /// Its bytes.
    pub range: Range<usize>,
}

/// A line or a statement that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Where.
    pub span: Span,
    /// How bad that is: an error in SQL, a warning in an env file.
    pub severity: Severity,
    /// One sentence without a full stop: what was not understood. It quotes no value.
    pub message: String,
    /// The way out.
    pub help: String,
}

/// A text that is not of its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Where.
    pub span: Span,
    /// One sentence without a full stop. It quotes no value.
    pub message: String,
    /// The way out; may be empty.
    pub help: String,
}

/// Reads one document of a kind.
pub fn parse(kind: &DocumentKind, input: Input<'_>) -> Parsed {
    let mut parsed = (kind.parse)(input);
    value::fall_back(&mut parsed.facts);
    parsed.parts.iter_mut().for_each(|part| value::fall_back(&mut part.facts));
    parsed
}

/// A row of the table of document kinds.
#[derive(Debug)]
pub struct DocumentKind {
    /// The name in preflight.yaml and in policies.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// The word under which such documents are counted: "env", "Railway", "migrations".
    pub counted_as: &'static str,
    /// Paths under which such a document is looked for when there is no configuration.
    pub well_known: &'static [&'static str],
    /// Whether nothing of it is public but what the parser frees: a text that cannot be parsed is then hidden whole.
    pub sensitive: bool,
    /// Whether what it does not say is not there. A rendered export leaves sealed variables out.
    pub complete: bool,
    /// Whether such a document belongs to a service and an environment; where it does not, its labels are absent and not
    /// unknown.
    pub labelled: bool,
    /// The loaders that may be named for it; the first is the default. None where there is only one way to read it.
    pub loaders: &'static [&'static str],
    /// The runners that may be named for it; the first is the default. None where it is no migration.
    pub runners: &'static [&'static str],
    /// The kinds of fact that such a document can give; every document gives a `document`.
    pub gives: &'static [Kind],
    /// Reads one; [`parse`] completes what it gives.
    pub parse: fn(Input<'_>) -> Parsed,
}
