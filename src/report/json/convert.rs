//! From the model to the types that are written: places become numbers, and whatever a user wrote is escaped.

use super::types::*;
use crate::finding::{Anchor, Finding, Label, LabelRole, Problem, Severity, Undecided, Waived};
use crate::report::{Report, RunState, Totals, Verdict};
use crate::source::{Place, Shown, Span, escape_controls};

/// Text of several lines, each with its control characters made visible.
fn lines(text: &str) -> String {
    text.trim().lines().map(|line| escape_controls(line.trim_end())).collect::<Vec<_>>().join("\n")
}

impl JsonReport {
    pub fn new(report: &Report, shown: Shown<'_>) -> Self {
        Self {
            version: super::VERSION,
            verdict: report.verdict.into(),
            findings: report.findings.iter().map(|finding| JsonFinding::new(finding, shown)).collect(),
            undecided: report.undecided.iter().map(|doubt| JsonUndecided::new(doubt, shown)).collect(),
            waived: report.waived.iter().map(|waived| JsonWaived::new(waived, report.today, shown)).collect(),
            problems: report.problems.iter().map(|problem| JsonProblem::new(problem, shown)).collect(),
            policies: report.states.iter().map(|policy| JsonPolicy::new(&policy.policy, &policy.state)).collect(),
            notices: report.notices.iter().map(|notice| lines(notice)).collect(),
            foremost: report.foremost,
            totals: JsonTotals::new(&report.totals),
        }
    }
}

impl JsonFinding {
    fn new(finding: &Finding, shown: Shown<'_>) -> Self {
        let (path, missing, at) = match &finding.anchor {
            Anchor::At(span) => (path(*span, shown), false, JsonPlace::new(*span, shown)),
            Anchor::Missing(path) => {
                (escape_controls(path), true, JsonPlace { line: 1, column: 1, end_line: 1, end_column: 1 })
            }
        };
        let advice = &finding.advice;
        Self {
            policy: escape_controls(&finding.policy),
            severity: finding.severity.into(),
            message: lines(&finding.message),
            path,
            missing,
            at,
            note: lines(&finding.note),
            object: lines(if finding.object.is_empty() { &finding.message } else { &finding.object }),
            service: finding.service.as_deref().map(escape_controls),
            environment: finding.environment.as_deref().map(escape_controls),
            labels: finding.labels.iter().map(|label| JsonLabel::new(label, shown)).collect(),
            help: lines(&advice.fix),
            why: lines(&advice.why),
            see: advice.see.as_deref().map(lines),
        }
    }
}

impl JsonWaived {
    fn new(waived: &Waived, today: Option<i64>, shown: Shown<'_>) -> Self {
        let waiver = JsonWaiver {
            path: path(waived.span, shown),
            at: JsonPlace::new(waived.span, shown),
            reason: lines(&waived.reason),
            until: waived.until.map(crate::date::text),
            days_left: waived.until.zip(today).map(|(until, today)| until - today),
            owner: waived.owner.as_deref().map(lines),
            ticket: waived.ticket.as_deref().map(lines),
        };
        Self { finding: JsonFinding::new(&waived.finding, shown), waiver }
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
    fn new(doubt: &Undecided, shown: Shown<'_>) -> Self {
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
    fn new(problem: &Problem, shown: Shown<'_>) -> Self {
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
    fn new(id: &str, state: &RunState) -> Self {
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
    fn new(totals: &Totals) -> Self {
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
