//! SARIF 2.1.0, for code scanning and editors. Every policy in force is a rule, every finding a result; what a waiver
//! hides is a result that is suppressed. What stands in the way of a verdict, and what could not be decided, are
//! notifications of the run. There are no snippets: no text of a document is in it.
//!
//! Each rule, result and notification is a line, so that a long report is written, and guarded, piece by piece.

#[cfg(test)]
mod tests;
mod types;

use super::identity::Fingerprints;
use super::spot::{Spot, in_repository, uri};
use super::words::{self, lines, one_line};
use super::{Report, Style, page};
use crate::finding::{Advice, Finding, LabelRole, Problem, Severity, Undecided, Waived};
use crate::source::{Place, Shown, Span, escape_controls};
use serde::Serialize;
use std::collections::HashMap;
use std::io::{self, Write};
use types::*;

/// Where the schema of the standard stands.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What relative paths are relative to.
const ROOT: &str = "%SRCROOT%";

/// What paths of the packs that are a part of the program are relative to.
const PACKS: &str = "%PREFLIGHT_PACKS%";

/// Writes the report as one SARIF log with one run, also when `quiet`.
///
/// # Errors
/// Those of `out`.
pub(super) fn render(report: &Report, shown: Shown<'_>, _: &Style, out: &mut dyn Write) -> io::Result<()> {
    let out = &mut io::BufWriter::new(out);
    let rules = Rules::of(report);
    let log = Log { base: &report.base, shown };
    write!(out, "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\n\"tool\":{{\"driver\":")?;
    let version = env!("CARGO_PKG_VERSION");
    write!(out, "{{\"name\":\"preflight\",\"version\":\"{version}\",\"semanticVersion\":\"{version}\",\"rules\":")?;
    list(out, rules.all.iter())?;
    let successful = report.problems.is_empty() && report.exit != 2;
    write!(out, "}}}},\n\"invocations\":[{{\"executionSuccessful\":{successful},\"exitCode\":{},", report.exit)?;
    out.write_all(b"\"toolExecutionNotifications\":")?;
    let notices = words::foremost(report).map(notice);
    let problems = report.problems.iter().map(|problem| log.problem(problem));
    list(out, notices.chain(problems).chain(report.undecided.iter().map(|doubt| log.undecided(doubt))))?;
    write!(
        out,
        "}}],\n\"originalUriBaseIds\":{{\"{ROOT}\":{{\"description\":{{\"text\":\"The root of the repository, or \
         the folder that preflight was run in.\"}}}},\"{PACKS}\":{{\"description\":{{\"text\":\"The packs that are \
         a part of preflight; no files.\"}}}}}},\n\"columnKind\":\"unicodeCodePoints\",\n\"results\":"
    )?;
    let suppressed = !report.waived.is_empty();
    let mut fingerprints = Fingerprints::default();
    let open = report.findings.iter().map(|finding| (finding, None));
    let all = open.chain(report.waived.iter().map(|waived| (&waived.finding, Some(waived))));
    let results = all.map(|(finding, waived)| {
        let suppressions = suppressed.then(|| waived.map(|waived| log.suppression(waived)).into_iter().collect());
        log.result(finding, rules.index(&finding.policy), fingerprints.next(finding, shown), suppressions)
    });
    list(out, results)?;
    out.write_all(b"}]}\n")?;
    out.flush()
}

/// A list with an item a line.
fn list<T: Serialize>(out: &mut dyn Write, items: impl Iterator<Item = T>) -> io::Result<()> {
    out.write_all(b"[")?;
    for (index, item) in items.enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &item).map_err(io::Error::from)?;
    }
    out.write_all(b"]")
}

/// What is to be read before anything else.
fn notice(said: String) -> Notification {
    Notification {
        level: "note",
        descriptor: Descriptor { id: "notice".to_owned() },
        message: Text::plain(said),
        locations: Vec::new(),
    }
}

/// The spelling of a severity.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// The rules, and where each stands.
struct Rules {
    all: Vec<Rule>,
    places: HashMap<String, usize>,
}

impl Rules {
    /// The policies in force; then the ids of findings that are none: the parts of a matrix, and what preflight itself
    /// reports. A viewer looks for exactly the id of a result.
    fn of(report: &Report) -> Self {
        let mut rules = Self { all: Vec::new(), places: HashMap::new() };
        for rule in &report.rules {
            rules.add(&rule.id, rule.severity, &rule.says, &rule.advice, &rule.pack);
        }
        for finding in report.findings.iter().chain(report.waived.iter().map(|waived| &waived.finding)) {
            if rules.places.contains_key(&finding.policy) {
                continue;
            }
            let base = finding.policy.split('/').next().unwrap_or_default();
            match report.rules.iter().find(|rule| rule.id == base) {
                Some(rule) => rules.add(&finding.policy, finding.severity, &rule.says, &rule.advice, &rule.pack),
                None => rules.add(&finding.policy, finding.severity, "", &finding.advice, ""),
            }
        }
        rules
    }

    fn add(&mut self, id: &str, severity: Severity, says: &str, advice: &Advice, pack: &str) {
        if self.places.contains_key(id) {
            return;
        }
        self.places.insert(id.to_owned(), self.all.len());
        let title = if says.is_empty() { id.replace(['-', '/'], " ") } else { format!("{id}: {says}") };
        let full = if advice.why.trim().is_empty() { title.clone() } else { advice.why.clone() };
        let see = advice.see.as_deref().map(str::trim).filter(|see| !see.is_empty());
        let web = see.filter(|see| page::is_link(see) && see.contains("://"));
        let tags = std::iter::once("preflight").chain(pack.split(' ').next().filter(|pack| !pack.is_empty()));
        self.all.push(Rule {
            id: escape_controls(id),
            short_description: Text::plain(one_line(&title)),
            full_description: Text::plain(one_line(&full)),
            help: help(advice, &title),
            help_uri: web.map(str::to_owned),
            default_configuration: Configuration { level: level(severity) },
            properties: RuleProperties { tags: tags.map(escape_controls).collect() },
        });
    }

    fn index(&self, id: &str) -> usize {
        self.places.get(id).copied().unwrap_or_default()
    }
}

/// Why, what to do, and where it is written down.
fn help(advice: &Advice, title: &str) -> Text {
    let see = advice.see.as_deref().unwrap_or_default();
    let parts = [("Why", advice.why.as_str()), ("Fix", &advice.fix), ("See", see)];
    let parts = || parts.iter().filter(|(_, text)| !text.trim().is_empty());
    let text: Vec<String> = parts().map(|(lead, text)| format!("{lead}: {}", lines(text))).collect();
    let markdown: Vec<String> = parts()
        .map(|(lead, text)| match *lead {
            "See" => format!("**See** {}", page::reference(text.trim())),
            lead => format!("**{lead}** {}", page::prose(text)),
        })
        .collect();
    if text.is_empty() {
        return Text::plain(one_line(title));
    }
    let plain = Text::plain(text.join("\n"));
    Text { markdown: Some(markdown.join("\n\n")), ..plain }
}

/// What places need.
struct Log<'a> {
    base: &'a str,
    shown: Shown<'a>,
}

impl Log<'_> {
    fn result(
        &self,
        finding: &Finding,
        rule_index: usize,
        identity: String,
        suppressions: Option<Vec<Suppression>>,
    ) -> Outcome {
        let spot = Spot::of(finding, self.shown);
        let primary = self.location(&spot.path, Some(spot.place), false, &finding.note);
        // Facts first, the policy at last: the order of the labels.
        let related = finding.labels.iter().enumerate().map(|(index, label)| {
            let mut location = self.at(label.span, &label.text);
            location.id = Some(index + 1);
            if label.role == LabelRole::Policy && location.message.is_none() {
                location.message = Some(Text::plain("the policy"));
            }
            location
        });
        Outcome {
            rule_id: escape_controls(&finding.policy),
            rule_index,
            level: level(finding.severity),
            message: Text::plain(words::said(finding)),
            locations: [primary],
            related_locations: related.collect(),
            partial_fingerprints: Fingerprint { identity },
            suppressions,
            properties: Properties {
                service: finding.service.as_deref().map(escape_controls),
                environment: finding.environment.as_deref().map(escape_controls),
                object: one_line(&finding.object),
            },
        }
    }

    fn suppression(&self, waived: &Waived) -> Suppression {
        // A finding about several places has waivers at each of them: the one that is shown may stand in another file.
        let finding = &waived.finding;
        let mut places = finding.span().into_iter().chain(finding.parties.iter().copied());
        let in_source = places.any(|place| place.source == waived.span.source);
        let until = waived.until.map(|day| format!("until {}", crate::date::text(day)));
        let owner = waived.owner.as_deref().map(|owner| format!("owner {}", one_line(owner)));
        let ticket = waived.ticket.as_deref().map(|ticket| format!("ticket {}", one_line(ticket)));
        let more: Vec<String> = [until, owner, ticket].into_iter().flatten().collect();
        let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join(", ")) };
        Suppression {
            kind: if in_source { "inSource" } else { "external" },
            status: "accepted",
            justification: one_line(&waived.reason) + &more,
            location: self.at(waived.span, ""),
        }
    }

    fn problem(&self, problem: &Problem) -> Notification {
        let said = words::problem(problem);
        let place = problem.span.map(|span| self.at(span, &problem.note));
        let path = problem.path.as_deref().filter(|path| problem.about != "usage" && !path.is_empty());
        let whole = || path.map(|path| self.location(&escape_controls(path), None, false, ""));
        Notification {
            level: "error",
            descriptor: Descriptor { id: escape_controls(problem.about) },
            message: Text::plain(words::joined(&said)),
            locations: place.or_else(whole).into_iter().collect(),
        }
    }

    fn undecided(&self, doubt: &Undecided) -> Notification {
        let policies: Vec<String> = doubt.policies.iter().map(|policy| escape_controls(policy)).collect();
        let asked = if policies.is_empty() { String::new() } else { format!(" (asked by {})", policies.join(", ")) };
        Notification {
            level: "warning",
            descriptor: Descriptor { id: "undecided".to_owned() },
            message: Text::plain(words::undecided(doubt) + &asked),
            locations: doubt.span.map(|span| self.at(span, "")).into_iter().collect(),
        }
    }

    fn at(&self, span: Span, text: &str) -> Location {
        let Spot { path, place, .. } = Spot::at(span, self.shown);
        self.location(&path, Some(place), self.shown.is_built_in(span.source), text)
    }

    fn location(&self, path: &str, place: Option<Place>, built_in: bool, text: &str) -> Location {
        let path = if built_in { path.into() } else { in_repository(self.base, path) };
        let base = if built_in { PACKS } else { ROOT };
        let text = one_line(text);
        let region = |Place { line, column, end_line, end_column }| Region {
            start_line: line,
            start_column: column,
            end_line,
            end_column,
        };
        Location {
            id: None,
            physical_location: Physical {
                artifact_location: Artifact { uri: uri(&path), uri_base_id: (!path.starts_with('/')).then_some(base) },
                region: place.map(region),
            },
            message: (!text.is_empty()).then(|| Text::plain(text)),
        }
    }
}
