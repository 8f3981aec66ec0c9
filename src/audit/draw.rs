//! Words that every format uses.

use super::{Audit, Expiry, Holder, Key};
use crate::date;
use crate::finding::Waived;
use crate::report::human::text::count;
use crate::source::{Shown, Span};

/// `path:line`.
pub(super) fn place(span: Span, shown: Shown<'_>) -> String {
    format!("{}:{}", shown.path(span.source), shown.place(span).line)
}

/// What was read: `18 documents of 4 services in 2 environments`.
pub(super) fn counts(audit: &Audit) -> String {
    let counts = audit.counts;
    format!(
        "{} of {} in {}",
        count(counts.documents, "document"),
        count(counts.services, "service"),
        count(counts.environments, "environment")
    )
}

/// The date that counts as today, or that there is none.
pub(super) fn today(audit: &Audit) -> String {
    match audit.today {
        Some(today) => format!("On {}", date::text(today)),
        None => "Without a date of today (--today): what depends on one is not known".to_owned(),
    }
}

/// A key in words: what it is, whose, until when.
pub(super) fn key(key: &Key, today: Option<i64>) -> String {
    let mut parts = vec![key.named()];
    match (key.expiry, today) {
        (Expiry::Never, _) => {}
        (Expiry::Unknown, None) => parts.push("has an end (--today says whether it is past)".to_owned()),
        (Expiry::Unknown, Some(_)) => parts.push("expires on a day that cannot be read".to_owned()),
        (Expiry::Left(days), Some(today)) if days < 0 => {
            parts.push(format!("expired {}", date::text(today.saturating_add(days))));
        }
        (Expiry::Left(days), Some(today)) => {
            parts.push(format!("expires {}", date::text(today.saturating_add(days))));
        }
        (Expiry::Left(days), None) => parts.push(format!("{days} days left")),
    }
    if key.demo {
        parts.push("a published demo key".to_owned());
    } else if !key.secret {
        parts.push("public by design".to_owned());
    }
    parts.join(", ")
}

/// The service, or what stands for none.
pub(super) fn service(holder: &Holder) -> &str {
    holder.service.as_deref().unwrap_or(match holder.document {
        "migration" => "(migration)",
        _ => "(no known service)",
    })
}

/// The environment, or what stands for none.
pub(super) fn environment(holder: &Holder) -> &str {
    holder.environment.as_deref().unwrap_or("(any)")
}

/// The variable, or where else it stands.
pub(super) fn variable(holder: &Holder) -> &str {
    holder.variable.as_deref().unwrap_or(match (holder.stands, holder.document) {
        ("value", "migration") => "(in the text)",
        ("value", _) => "(the document)",
        ("literal", _) => "(in a literal)",
        ("command", _) => "(in a command)",
        _ => "(in a comment)",
    })
}

/// What else is to be said of a holder; empty where nothing is. That a browser sees it is said where all holders stand,
/// and has a section of its own.
pub(super) fn remark(holder: &Holder, all: bool, shown: Shown<'_>) -> String {
    let mut parts = Vec::new();
    if let (Some(because), true) = (holder.browser, all) {
        parts.push(format!("a browser sees it {because}"));
    }
    if !holder.via.is_empty() {
        let places: Vec<String> = holder.via.iter().map(|span| place(*span, shown)).collect();
        parts.push(format!("by a reference to {}", places.join(", ")));
    }
    parts.join("; ")
}

/// A waiver in words.
pub(super) fn waived(waived: &Waived) -> String {
    let until = waived.until.map_or_else(|| "without an end".to_owned(), |day| format!("until {}", date::text(day)));
    let mut parts = vec![waived.finding.policy.clone(), until];
    parts.extend(waived.owner.as_ref().map(|owner| format!("owner {owner}")));
    parts.extend(waived.ticket.as_ref().map(|ticket| format!("ticket {ticket}")));
    parts.push(waived.reason.clone());
    format!("{}: {}", parts.join(", "), waived.finding.message)
}

/// The heading of all credentials.
pub(super) const KEYS: &str = "Who holds what";

/// What a reader must know of the letters.
pub(super) const LETTERS: &str = "A letter names one secret within this report: the same letter is the same text. No value, length or hash is shown.";

/// The heading of what is missing in this report.
pub(super) const UNREAD: &str = "Could not be read: a credential may stand there";

/// The heading of the waivers.
pub(super) const WAIVED: &str = "Waivers in force";
