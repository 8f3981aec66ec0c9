//! What is reported. Nothing here holds a value of a document: messages are made of names, words and numbers that may be
//! shown, and of places.

use crate::source::{SourceId, Span};
use std::sync::Arc;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Probably wrong.
    Warning,
    /// Wrong.
    Error,
}

impl Severity {
    /// Every severity, from least to worst.
    pub const ALL: &'static [Self] = &[Self::Info, Self::Warning, Self::Error];

    /// The spelling in policies and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The severity that is spelled `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|severity| severity.as_str() == name)
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where a finding points.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Anchor {
    /// At these bytes, or at a gap between two.
    At(Span),
    /// At a file that does not exist: its path, relative to where the command was run.
    Missing(String),
}

/// A place with a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is to be seen there.
    pub text: String,
    /// What the place is.
    pub role: LabelRole,
}

/// What a label points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LabelRole {
    /// A fact: a document says it.
    Fact,
    /// The line of policy that judged it.
    Policy,
    /// A line of the configuration.
    Config,
}

impl LabelRole {
    /// The spelling in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fact => "fact",
            Self::Policy => "policy",
            Self::Config => "config",
        }
    }
}

/// What a policy says of itself, shared by all its findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Advice {
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub fix: String,
    /// Where it is written down.
    pub see: Option<String>,
}

/// Something that a policy forbids. Cannot be built without a primary label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The policy's id, with the sub-id of a matrix: `go-live-matrix/missing`.
    pub policy: String,
    /// How bad it is, here.
    pub severity: Severity,
    /// One sentence without a full stop: the subject, then what is wrong.
    pub message: String,
    /// Where it points.
    pub anchor: Anchor,
    /// What is to be seen there.
    pub note: String,
    /// Other places: facts first, then the policy.
    pub labels: Vec<Label>,
    /// The service it is about, if it is about one.
    pub service: Option<String>,
    /// The environment it is about, if it is about one.
    pub environment: Option<String>,
    /// What it is about, in words that stay when lines move: names, never a value. With the policy and the path it is
    /// what a baseline and other programs know the finding by; empty where the message is all there is.
    pub object: String,
    /// The places that are party to it, where it is about several facts: who looks away from it looks away from all of
    /// them. None where it is about one.
    pub parties: Vec<Span>,
    /// What to do about it, and why.
    pub advice: Arc<Advice>,
}

/// What tells findings apart in one run: policy, place and message.
pub type Key = (String, Anchor, String);

/// A finding that a waiver hides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// What it hides.
    pub finding: Finding,
    /// Where the waiver stands.
    pub span: Span,
    /// Where the policy is named, by each waiver that takes part: several where it is about several facts.
    pub named: Vec<Span>,
    /// Why the exception was made.
    pub reason: String,
    /// The last day on which it holds, in days since 1970-01-01; without one it never ends.
    pub until: Option<i64>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Where it was decided.
    pub ticket: Option<String>,
}

impl Finding {
    /// A finding at `anchor`, where `note` is to be seen.
    pub fn new(
        policy: impl Into<String>,
        severity: Severity,
        message: impl Into<String>,
        anchor: Anchor,
        note: impl Into<String>,
    ) -> Self {
        Self {
            policy: policy.into(),
            severity,
            message: message.into(),
            anchor,
            note: note.into(),
            labels: Vec::new(),
            service: None,
            environment: None,
            object: String::new(),
            parties: Vec::new(),
            advice: Arc::default(),
        }
    }

    /// With another place.
    #[must_use]
    pub fn label(mut self, role: LabelRole, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), role });
        self
    }

    /// With what to do about it.
    #[must_use]
    pub fn advice(mut self, advice: Arc<Advice>) -> Self {
        self.advice = advice;
        self
    }

    /// With the service and the environment that it is about.
    #[must_use]
    pub fn about(mut self, service: Option<&str>, environment: Option<&str>) -> Self {
        self.service = service.map(str::to_owned);
        self.environment = environment.map(str::to_owned);
        self
    }

    /// With what it is about, in words that stay when lines move.
    #[must_use]
    pub fn of(mut self, object: impl Into<String>) -> Self {
        self.object = object.into();
        self
    }

    /// What tells it apart in one run.
    pub fn key(&self) -> Key {
        (self.policy.clone(), self.anchor.clone(), self.message.clone())
    }

    /// The primary span, unless the file does not exist.
    pub fn span(&self) -> Option<Span> {
        match self.anchor {
            Anchor::At(span) => Some(span),
            Anchor::Missing(_) => None,
        }
    }
}

/// A fact that policies ask about and that cannot be known: one for each fact and cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// The policies that could not decide.
    pub policies: Vec<String>,
    /// One sentence without a full stop: the subject, then why it cannot be known.
    pub message: String,
    /// Where it stands, unless it is about a file that does not exist.
    pub span: Option<Span>,
    /// What would decide it; empty where nothing would.
    pub help: String,
}

/// Something that stands in the way of a verdict: an input that cannot be read, a broken policy, bad usage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// What was to be read: `policy`, `config`, `document`, `path`.
    pub about: &'static str,
    /// One sentence without a full stop.
    pub message: String,
    /// Where, if it has a place in a source.
    pub span: Option<Span>,
    /// What is to be seen there.
    pub note: String,
    /// The path it is about, where there is no span.
    pub path: Option<String>,
    /// The way out; empty where the message says it.
    pub help: String,
}

impl Problem {
    /// A problem at a place in a source.
    pub fn at(about: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { about, message: message.into(), span: Some(span), note: String::new(), path: None, help: String::new() }
    }

    /// A problem with a path that has no text.
    pub fn path(about: &'static str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            about,
            message: message.into(),
            span: None,
            note: String::new(),
            path: Some(path.into()),
            help: String::new(),
        }
    }

    /// With what is to be seen at its place.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// With the way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// The source it is in, if any.
    pub fn source(&self) -> Option<SourceId> {
        self.span.map(|span| span.source)
    }
}
