//! From the model to the types that are written: places become numbers, and whatever a user wrote is escaped.

use super::types::*;
use crate::finding::{Finding, Label, LabelRole, Problem, Severity, Undecided};
use crate::report::identity::Fingerprints;
use crate::report::spot::Spot;
use crate::report::words::lines;
use crate::report::{Report, RunState, Totals, Verdict};
use crate::source::{Place, Shown, Span, escape_controls};

impl<'a> JsonReport<'a> {
    pub fn new(report: &'a Report, shown: Shown<'a>) -> Self {
        Self {
            version: super::VERSION,
            verdict: report.verdict.into(),
            findings: Seq::new(move || findings(report, shown)),
            undecided: Seq::new(move || report.undecided.iter().map(move |doubt| JsonUndecided::new(doubt, shown))),
            waived: Seq::new(move || waived(report, shown)),
            problems: Seq::new(move || report.problems.iter().map(move |problem| JsonProblem::new(problem, shown))),
            policies: report.states.iter().map(|policy| JsonPolicy::new(&policy.policy, &policy.state)).collect(),
            notices: report.notices.iter().map(|notice| lines(notice)).collect(),
            foremost: report.foremost,
            totals: JsonTotals::new(&report.totals),
        }
    }
}

/// The findings of a report, one after the other.
pub fn findings<'a>(report: &'a Report, shown: Shown<'a>) -> impl Iterator<Item = JsonFinding> + 'a {
    let mut fingerprints = Fingerprints::default();
    report.findings.iter().map(move |finding| JsonFinding::new(finding, fingerprints.next(finding, shown), shown))
}

/// What waivers hide, one after the other; their fingerprints are counted apart from those of the findings.
pub fn waived<'a>(report: &'a Report, shown: Shown<'a>) -> impl Iterator<Item = JsonWaived> + 'a {
    let mut fingerprints = Fingerprints::default();
    report.waived.iter().map(move |waived| {
        let finding = &waived.finding;
        JsonWaived {
            finding: JsonFinding::new(finding, fingerprints.next(finding, shown), shown),
            waiver: JsonWaiver {
                path: path(waived.span, shown),
                at: JsonPlace::new(waived.span, shown),
                reason: lines(&waived.reason),
                until: waived.until.map(crate::date::text),
                days_left: waived.until.zip(report.today).map(|(until, today)| until - today),
                owner: waived.owner.as_deref().map(lines),
                ticket: waived.ticket.as_deref().map(lines),
            },
        }
    })
}

impl JsonFinding {
    pub fn new(finding: &Finding, fingerprint: String, shown: Shown<'_>) -> Self {
        let Spot { path, place, missing } = Spot::of(finding, shown);
        let Place { line, column, end_line, end_column } = place;
        let (path, at) = (path.into_owned(), JsonPlace { line, column, end_line, end_column });
        let advice = &finding.advice;
        Self {
            policy: escape_controls(&finding.policy),
            severity: finding.severity.into(),
            message: lines(&finding.message),
            path,
            missing,
            at,
            note: lines(&finding.note),
            service: finding.service.as_deref().map(escape_controls),
            environment: finding.environment.as_deref().map(escape_controls),
            labels: finding.labels.iter().map(|label| JsonLabel::new(label, shown)).collect(),
            help: lines(&advice.fix),
            why: lines(&advice.why),
            see: advice.see.as_deref().map(lines),
            object: lines(if finding.object.is_empty() { &finding.message } else { &finding.object }),
            fingerprint,
        }
    }
}

/// The name of a span's source.
fn path(span: Span, shown: Shown<'_>) -> String {
    shown.path(span.source).to_owned()
}

impl JsonPlace {
    fn new(span: Span, shown: Shown<'_>) -> Self {
        let Place { line, column, end_line, end_column } = shown.place(span);
        Self { line, column, end_line, end_column }
    }
}

impl JsonLabel {
    fn new(label: &Label, shown: Shown<'_>) -> Self {
        let role = label.role.into();
        Self { role, path: path(label.span, shown), at: JsonPlace::new(label.span, shown), text: lines(&label.text) }
    }
}

impl JsonUndecided {
    pub fn new(doubt: &Undecided, shown: Shown<'_>) -> Self {
        Self {
            policies: doubt.policies.iter().map(|policy| escape_controls(policy)).collect(),
            message: lines(&doubt.message),
            path: doubt.span.map(|span| path(span, shown)),
            at: doubt.span.map(|span| JsonPlace::new(span, shown)),
            help: lines(&doubt.help),
        }
    }
}

impl JsonProblem {
    pub fn new(problem: &Problem, shown: Shown<'_>) -> Self {
        let place = problem.span.map(|span| path(span, shown));
        Self {
            about: escape_controls(problem.about),
            message: lines(&problem.message),
            path: place.or_else(|| problem.path.as_deref().map(escape_controls)),
            at: problem.span.map(|span| JsonPlace::new(span, shown)),
            note: lines(&problem.note),
            help: lines(&problem.help),
        }
    }
}

impl JsonPolicy {
    pub fn new(id: &str, state: &RunState) -> Self {
        let (state, because, judged) = match state {
            RunState::NotJudged { because } => (JsonState::NotJudged, Some(lines(because)), None),
            RunState::OutOfScope { because } => (JsonState::OutOfScope, Some(lines(because)), None),
            RunState::Idle => (JsonState::Idle, None, None),
            RunState::Judged(number) => (JsonState::Judged, None, Some(*number)),
        };
        Self { id: escape_controls(id), state, because, judged }
    }
}

impl JsonTotals {
    pub fn new(totals: &Totals) -> Self {
        let documents = totals.documents.iter();
        Self {
            documents: documents.map(|(kind, count)| JsonCount { kind: (*kind).into(), count: *count }).collect(),
            changed: totals.changed,
            gone: totals.changed.map(|_| totals.gone),
            facts: totals.facts,
            policies: totals.policies,
            decided: totals.decided,
            packs: totals.packs.iter().map(|pack| escape_controls(pack)).collect(),
            errors: totals.errors,
            warnings: totals.warnings,
            infos: totals.infos,
            undecided: totals.undecided,
            waived: totals.waived,
            known: totals.known,
            not_judged: totals.not_judged,
            out_of_scope: totals.out_of_scope,
            idle: totals.idle,
        }
    }
}

impl From<Verdict> for JsonVerdict {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Clean => Self::Clean,
            Verdict::Findings => Self::Findings,
            Verdict::Undecided => Self::Undecided,
            Verdict::NoVerdict => Self::NoVerdict,
        }
    }
}

impl From<Severity> for JsonSeverity {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Info => Self::Info,
            Severity::Warning => Self::Warning,
            Severity::Error => Self::Error,
        }
    }
}

impl From<LabelRole> for JsonRole {
    fn from(role: LabelRole) -> Self {
        match role {
            LabelRole::Fact => Self::Fact,
            LabelRole::Policy => Self::Policy,
            LabelRole::Config => Self::Config,
        }
    }
}
