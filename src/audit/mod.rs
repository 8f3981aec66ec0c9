//! The security reviewer's report: every credential with its holders, named by letters, and what follows from where they
//! stand. It judges nothing; facts in, report out. A secret is compared in memory and never named by its text, its
//! length, or anything that is made of them.

mod build;
mod draw;
mod holder;
mod html;
mod human;
mod json;
mod keys;
mod markdown;
mod sections;

pub use build::{Input, Shows, of};
pub use json::schema;

use crate::finding::{Problem, Severity, Waived};
use crate::report::Style;
use crate::source::{Shown, Span};
use std::io;

/// Keys that expire within so many days are said to expire soon.
pub const SOON: i64 = 30;

/// The report.
#[derive(Debug, Default)]
pub struct Audit {
    /// The date that counts as today, in days since 1970-01-01.
    pub today: Option<i64>,
    /// How many documents, services and environments were read.
    pub counts: Counts,
    /// Every credential, in the order of the places where each stands first.
    pub keys: Vec<Key>,
    /// What follows, by question; each is there, also where its answer is "none".
    pub sections: Vec<Section>,
    /// What a waiver hides from `check`.
    pub waived: Vec<Waived>,
    /// Lines and statements that were not understood: a credential may stand there.
    pub unread: Vec<(String, Severity, Option<Span>)>,
    /// Files that could not be read, and all else that stands in the way.
    pub problems: Vec<Problem>,
    /// What a reader should know besides. One sentence each.
    pub notices: Vec<String>,
}

/// What was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Documents.
    pub documents: usize,
    /// Services that documents belong to.
    pub services: usize,
    /// Environments that documents belong to.
    pub environments: usize,
}

/// One credential: equal texts are one.
#[derive(Debug)]
pub struct Key {
    /// `A`, `B`, …, `Z`, `AA`: its name within this report.
    pub letter: String,
    /// Its kind, in the vocabulary's spelling: `supabase-jwt`, `password`, ….
    pub kind: &'static str,
    /// What it is, in words.
    pub title: String,
    /// The roles it acts as, where that is known.
    pub roles: Vec<String>,
    /// The Supabase projects it belongs to, where that is known.
    pub projects: Vec<String>,
    /// Whether it must stay on a server.
    pub secret: bool,
    /// Whether everybody has it: a key of a documentation or a local stack.
    pub demo: bool,
    /// Until when it is good.
    pub expiry: Expiry,
    /// Who holds it, in the order of places.
    pub holders: Vec<Holder>,
}

/// Until when a key is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// It says nothing of an end.
    Never,
    /// So many days are left, fewer than none where it has expired.
    Left(i64),
    /// It has an end that is not known: without a date of today, or because nobody can read it.
    Unknown,
}

/// Where a credential stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The service.
    pub service: Option<String>,
    /// The environment.
    pub environment: Option<String>,
    /// The variable; none in a migration or a command.
    pub variable: Option<String>,
    /// Where it stands in that document: in the value of a variable, a literal, a command, a comment.
    pub stands: &'static str,
    /// The kind of document.
    pub document: &'static str,
    /// The place.
    pub at: Span,
    /// Where it is told, if it stands here by a reference.
    pub via: Vec<Span>,
    /// Why a browser sees it, if one does.
    pub browser: Option<&'static str>,
}

/// One question with its answer.
#[derive(Debug)]
pub struct Section {
    /// A name for programs: `service-role`.
    pub id: &'static str,
    /// The question, as a heading.
    pub title: &'static str,
    /// What to know before reading the answer; may be empty.
    pub note: String,
    /// Why there is no answer: what it takes was not given.
    pub unknown: Option<String>,
    /// The answer; none where it is "none".
    pub entries: Vec<Entry>,
}

/// One line of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The credential that it is about, if it is about one.
    pub letter: Option<String>,
    /// What is to be seen there, in words.
    pub what: String,
    /// Where.
    pub holder: Holder,
}

impl Key {
    /// What it is, and whose: `database password, role postgres, project abcdefghijklmnopqrst`.
    pub fn named(&self) -> String {
        let mut parts = vec![self.title.clone()];
        // The title of a key of Supabase says its role.
        let roles: Vec<&str> =
            self.roles.iter().map(String::as_str).filter(|role| !self.title.contains(role)).collect();
        if !roles.is_empty() {
            parts.push(format!("role {}", roles.join(" and ")));
        }
        if !self.projects.is_empty() {
            parts.push(format!("project {}", self.projects.join(" and ")));
        }
        parts.join(", ")
    }
}

impl Audit {
    /// The exit status: 2 where something could not be read, so that a credential may be missing here; else 0.
    pub fn exit(&self) -> u8 {
        let unread = self.unread.iter().any(|(_, severity, _)| *severity == Severity::Error);
        if self.problems.is_empty() && !unread { 0 } else { 2 }
    }
}

/// Writes a report. Errors are those of the stream.
pub type Render = fn(&Audit, Shown<'_>, &Style, &mut dyn io::Write) -> io::Result<()>;

/// One way to show a report.
pub struct Format {
    /// The name on the command line.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// Writes a report in it.
    pub render: Render,
}

/// The table of formats; the first is the default.
pub const FORMATS: &[Format] = &[
    Format { name: "human", doc: "for people, in a terminal", render: human::render },
    Format { name: "markdown", doc: "for a pull request or a wiki", render: markdown::render },
    Format { name: "json", doc: "for programs: versioned, one document a run", render: json::render },
    Format { name: "html", doc: "one page that loads nothing and can be printed", render: html::render },
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::finding::{Anchor, Finding};
    use crate::source::SourceMap;

    #[test]
    fn waivers_stand_in_every_format_with_their_end_and_their_owner() {
        let mut sources = SourceMap::new();
        let source = sources.add("waivers.yaml", "version: 1\nwaivers: []\n");
        let message = "SUPABASE_DB_URL of api in prod is set, and must not be";
        let finding = Finding::new("table/forbidden", Severity::Error, message, Anchor::Missing("a.env".into()), "");
        let span = Span::new(source, 11..18);
        let waived = Waived {
            finding,
            span,
            reason: "until <b>the</b> move".into(),
            until: Some(20_790),
            owner: Some("platform".into()),
            ticket: None,
            named: vec![span],
        };
        let audit = Audit { waived: vec![waived], ..Audit::default() };
        for format in FORMATS {
            let mut out = Vec::new();
            (format.render)(&audit, sources.shown(), &Style::default(), &mut out).unwrap();
            let text = String::from_utf8(out).unwrap().replace("\n  ", " ");
            for needle in ["table/forbidden", "2026-12-03", "platform", "waivers.yaml"] {
                assert!(text.contains(needle), "{}: {needle}: {text}", format.name);
            }
            let raw = format.name == "html" || format.name == "markdown";
            assert!(!raw || !text.contains("<b>"), "{}: {text}", format.name);
        }
    }

    #[test]
    fn a_line_that_nobody_understood_makes_no_complete_report() {
        let unread = |severity| Audit { unread: vec![("x".into(), severity, None)], ..Audit::default() }.exit();
        assert_eq!([unread(Severity::Error), unread(Severity::Warning), Audit::default().exit()], [2, 0, 0]);
    }
}
