//! The report for programs. The types are the format: its schema is generated from them. No value, no length and no hash
//! of one is in it.

use super::{Audit, Expiry, Holder, Key, Section};
use crate::date;
use crate::finding::{Severity, Waived};
use crate::report::Style;
use crate::source::{Shown, Span, escape_controls};
use schemars::JsonSchema;
use serde::Serialize;
use std::io;

/// The version that is written.
const VERSION: u8 = 1;

/// Every credential with its holders, and what follows from where they stand.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "preflight audit")]
struct JsonAudit {
    /// The version of this format: 1. Fields may be added under it; none is taken away or changes its meaning.
    version: u8,
    /// Whether everything was read; where it was not, a credential may be missing here.
    complete: bool,
    /// The date that counts as today; null where none was given.
    today: Option<String>,
    /// How many documents were read.
    documents: usize,
    /// Every credential, in the order of the places where each stands first.
    credentials: Vec<JsonKey>,
    /// What follows, by question; each is there, also where its answer is empty.
    sections: Vec<JsonSection>,
    /// What a waiver hides from `check`.
    waivers: Vec<JsonWaiver>,
    /// What could not be read: files, lines and statements.
    unread: Vec<JsonUnread>,
    /// What a reader should know besides.
    notices: Vec<String>,
}

/// One credential: equal texts are one.
#[derive(Serialize, JsonSchema)]
struct JsonKey {
    /// Its name within this report: `A`, `B`, …, `Z`, `AA`.
    letter: String,
    /// Its kind, as policies spell it.
    kind: String,
    /// What it is, in words.
    title: String,
    /// The roles it acts as, where that is known.
    roles: Vec<String>,
    /// The Supabase projects it belongs to, where that is known.
    projects: Vec<String>,
    /// Whether it must stay on a server.
    secret: bool,
    /// Whether everybody has it: a key of a documentation or a local stack.
    demo: bool,
    /// `never`, `known` or `unknown`: whether it expires, and whether it is known when.
    expiry: String,
    /// The day on which it expires or expired, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    /// Who holds it.
    holders: Vec<JsonHolder>,
}

/// Where something stands.
#[derive(Serialize, JsonSchema)]
struct JsonHolder {
    /// The service; null where it belongs to none.
    service: Option<String>,
    /// The environment; null where it belongs to none.
    environment: Option<String>,
    /// The variable; null in a migration or a command.
    variable: Option<String>,
    /// `value`, `literal`, `command`, `comment`.
    stands: String,
    /// The kind of document.
    document: String,
    /// The place.
    #[serde(flatten)]
    at: JsonLine,
    /// Where it is told, if it stands here by a reference.
    via: Vec<JsonLine>,
    /// Why a browser sees it; null where none does.
    browser: Option<String>,
}

/// A line of a file.
#[derive(Serialize, JsonSchema)]
struct JsonLine {
    /// The file.
    path: String,
    /// The line, from 1.
    #[schemars(range(min = 1))]
    line: usize,
}

/// One question with its answer.
#[derive(Serialize, JsonSchema)]
struct JsonSection {
    /// `service-role`, `database`, `browser`, `environments`, `services`, `written`, `expired`, `expiring`, `sealed`,
    /// `unset`.
    id: String,
    /// The question, as a heading.
    title: String,
    /// What to know before reading the answer; may be empty.
    note: String,
    /// Why there is no answer; null where there is one.
    unknown: Option<String>,
    /// The answer.
    entries: Vec<JsonEntry>,
}

/// One line of an answer.
#[derive(Serialize, JsonSchema)]
struct JsonEntry {
    /// The credential that it is about; null where it is about none.
    letter: Option<String>,
    /// What is to be seen there, in words.
    what: String,
    /// Where.
    holder: JsonHolder,
}

/// A waiver in force, with what it hides.
#[derive(Serialize, JsonSchema)]
struct JsonWaiver {
    /// The policy.
    policy: String,
    /// What is waived.
    message: String,
    /// Why.
    reason: String,
    /// The last day on which it holds; null where it never ends.
    until: Option<String>,
    /// Who answers for it.
    owner: Option<String>,
    /// Where it was decided.
    ticket: Option<String>,
    /// Where the waiver stands.
    #[serde(flatten)]
    at: JsonLine,
}

/// Something that could not be read.
#[derive(Serialize, JsonSchema)]
struct JsonUnread {
    /// One sentence without a full stop.
    message: String,
    /// `error`, `warning` or `info`: only errors make the report incomplete.
    severity: String,
    /// The file, if it is about one.
    path: Option<String>,
    /// The line, if it is about one.
    #[schemars(range(min = 1))]
    line: Option<usize>,
}

/// The JSON Schema (draft 2020-12) of `audit --format json`.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(JsonAudit).to_value()
}

pub(super) fn render(audit: &Audit, shown: Shown<'_>, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut unread: Vec<JsonUnread> = Vec::new();
    for problem in &audit.problems {
        let path = problem.span.map(|span| shown.path(span.source)).or(problem.path.as_deref());
        unread.push(JsonUnread {
            message: one(&problem.message),
            severity: Severity::Error.as_str().to_owned(),
            path: path.map(escape_controls),
            line: problem.span.map(|span| shown.place(span).line),
        });
    }
    unread.extend(audit.unread.iter().map(|(text, severity, span)| JsonUnread {
        message: one(text),
        severity: severity.as_str().to_owned(),
        path: span.map(|span| shown.path(span.source).to_owned()),
        line: span.map(|span| shown.place(span).line),
    }));
    let json = JsonAudit {
        version: VERSION,
        complete: audit.exit() == 0,
        today: audit.today.map(date::text),
        documents: audit.counts.documents,
        credentials: audit.keys.iter().map(|key| JsonKey::new(key, audit.today, shown)).collect(),
        sections: audit.sections.iter().map(|section| JsonSection::new(section, shown)).collect(),
        waivers: audit.waived.iter().map(|waived| JsonWaiver::new(waived, shown)).collect(),
        unread,
        notices: audit.notices.iter().map(|notice| one(notice)).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &json).map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Text on one line, its control characters made visible.
fn one(text: &str) -> String {
    escape_controls(&text.split(['\n', '\r']).map(str::trim).collect::<Vec<_>>().join(" "))
}

impl JsonKey {
    fn new(key: &Key, today: Option<i64>, shown: Shown<'_>) -> Self {
        let (expiry, left) = match key.expiry {
            Expiry::Never => ("never", None),
            Expiry::Unknown => ("unknown", None),
            Expiry::Left(days) => ("known", Some(days)),
        };
        let expires = today.zip(left).map(|(today, left)| date::text(today.saturating_add(left)));
        Self {
            letter: key.letter.clone(),
            kind: key.kind.to_owned(),
            title: one(&key.title),
            roles: key.roles.iter().map(|role| one(role)).collect(),
            projects: key.projects.iter().map(|project| one(project)).collect(),
            secret: key.secret,
            demo: key.demo,
            expiry: expiry.to_owned(),
            expires,
            holders: key.holders.iter().map(|holder| JsonHolder::new(holder, shown)).collect(),
        }
    }
}

impl JsonLine {
    fn new(span: Span, shown: Shown<'_>) -> Self {
        Self { path: shown.path(span.source).to_owned(), line: shown.place(span).line }
    }
}

impl JsonHolder {
    fn new(holder: &Holder, shown: Shown<'_>) -> Self {
        let text = |text: &Option<String>| text.as_deref().map(escape_controls);
        Self {
            service: text(&holder.service),
            environment: text(&holder.environment),
            variable: text(&holder.variable),
            stands: holder.stands.to_owned(),
            document: holder.document.to_owned(),
            at: JsonLine::new(holder.at, shown),
            via: holder.via.iter().map(|span| JsonLine::new(*span, shown)).collect(),
            browser: holder.browser.map(str::to_owned),
        }
    }
}

impl JsonSection {
    fn new(section: &Section, shown: Shown<'_>) -> Self {
        let entries = section.entries.iter().map(|entry| JsonEntry {
            letter: entry.letter.clone(),
            what: one(&entry.what),
            holder: JsonHolder::new(&entry.holder, shown),
        });
        Self {
            id: section.id.to_owned(),
            title: section.title.to_owned(),
            note: one(&section.note),
            unknown: section.unknown.as_deref().map(one),
            entries: entries.collect(),
        }
    }
}

impl JsonWaiver {
    fn new(waived: &Waived, shown: Shown<'_>) -> Self {
        Self {
            policy: one(&waived.finding.policy),
            message: one(&waived.finding.message),
            reason: one(&waived.reason),
            until: waived.until.map(date::text),
            owner: waived.owner.as_deref().map(one),
            ticket: waived.ticket.as_deref().map(one),
            at: JsonLine::new(waived.span, shown),
        }
    }
}
