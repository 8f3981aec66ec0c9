//! The findings that are about waivers and the baseline themselves: one table. None of them can be waived.

use crate::finding::{Advice, Anchor, Finding, Severity};
use crate::source::Span;
use std::sync::Arc;

/// A kind of finding about waivers.
pub struct Id {
    /// The id under which it is reported.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Why it matters.
    pub why: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

pub(super) const MALFORMED: &str = "waiver-malformed";
pub(super) const UNKNOWN: &str = "waiver-unknown-policy";
pub(super) const NOT_ALLOWED: &str = "waiver-not-allowed";
pub(super) const INCOMPLETE: &str = "waiver-incomplete";
pub(super) const AMBIGUOUS: &str = "waiver-ambiguous";
pub(super) const EXPIRED: &str = "waiver-expired";
pub(super) const DUPLICATE: &str = "waiver-duplicate";
pub(super) const UNUSED: &str = "waiver-unused";
/// What the baseline knows and is not there any more.
pub const STALE: &str = "baseline-stale";

const fn id(name: &'static str, severity: Severity, why: &'static str, fix: &'static str) -> Id {
    Id { name, severity, why, fix }
}

/// The table.
pub const IDS: &[Id] = &[
    id(
        MALFORMED,
        Severity::Error,
        "It reads like an exception and is none: nothing is hidden by it.",
        "Write: preflight: allow POLICY reason=\"…\" until=YYYY-MM-DD",
    ),
    id(
        UNKNOWN,
        Severity::Error,
        "No policy in force has this id, so nothing is hidden by it.",
        "Correct the id (`preflight policies` lists them), or remove the waiver.",
    ),
    id(
        NOT_ALLOWED,
        Severity::Error,
        "Whoever wrote the policy allows no exception to it, so nothing is hidden by this one.",
        "Remove the waiver, and mend what the policy found.",
    ),
    id(
        INCOMPLETE,
        Severity::Error,
        "The policy, or the project, asks more of a waiver than this one says, so nothing is hidden by it.",
        "Add what is missing.",
    ),
    id(
        AMBIGUOUS,
        Severity::Error,
        "Which of them was reviewed is not known, so none is hidden.",
        "Write a comment beside the one that is meant, or `findings:` with their number.",
    ),
    id(
        EXPIRED,
        Severity::Warning,
        "The exception was made for a time, and that is over.",
        "Mend what it hid, or have it reviewed again and give it another date.",
    ),
    id(
        DUPLICATE,
        Severity::Warning,
        "Another waiver hides the same already; whoever removes one of them is surprised.",
        "Remove one of the two.",
    ),
    id(
        UNUSED,
        Severity::Warning,
        "It hides nothing now, and would hide in silence what comes later.",
        "Remove it, or put it where the finding points.",
    ),
    id(
        STALE,
        Severity::Warning,
        "What is gone from the documents may come back, and the baseline would hide it.",
        "Write the baseline anew: preflight baseline write",
    ),
];

/// Whether an id is one of the table.
pub fn is_own(name: &str) -> bool {
    IDS.iter().any(|id| id.name == name)
}

/// A finding about a waiver or the baseline: `name` is of the table.
pub fn fault(name: &'static str, span: Span, message: impl Into<String>, note: impl Into<String>) -> Finding {
    let id = IDS.iter().find(|id| id.name == name);
    let severity = id.map_or(Severity::Error, |id| id.severity);
    let (why, fix) = id.map_or(("", ""), |id| (id.why, id.fix));
    let advice = Advice { why: why.to_owned(), fix: fix.to_owned(), see: None };
    Finding::new(name, severity, message, Anchor::At(span), note).advice(Arc::new(advice))
}
