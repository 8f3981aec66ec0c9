//! What a finding is known by from one run to the next: its policy, its document and its object, never its line. Where
//! several are the same in all three, they are counted in the order of their places.

use super::Report;
use crate::finding::{Anchor, Finding};
use crate::source::{Shown, escape_controls};
use std::collections::HashMap;

/// What one finding is known by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The policy's id, with the sub-id of a matrix.
    pub policy: String,
    /// The document, as it is shown.
    pub path: String,
    /// What the finding is about: names, never a value.
    pub object: String,
    /// Which of those that are the same otherwise, from 0.
    pub nth: usize,
}

impl Identity {
    /// The path of the document that a finding points at.
    pub fn path(finding: &Finding, shown: Shown<'_>) -> String {
        match &finding.anchor {
            Anchor::At(span) => shown.path(span.source).to_owned(),
            Anchor::Missing(path) => escape_controls(path),
        }
    }

    /// A fingerprint for other programs: 32 hexadecimal digits that are the same wherever and whenever they are made.
    /// It is made of names only, so it tells nothing of a value.
    pub fn fingerprint(&self) -> String {
        let (one, other) = self.hashes();
        format!("{one:016x}{other:016x}")
    }

    fn hashes(&self) -> (u64, u64) {
        let text = format!("{}\u{1f}{}\u{1f}{}\u{1f}{}", self.policy, self.path, self.object, self.nth);
        (fnv(text.bytes()), fnv(text.bytes().rev()))
    }
}

/// FNV-1a of 64 bits: a fingerprint is no seal, so nothing stronger is needed.
fn fnv(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The fingerprints of findings, one after the other: those of their identities, with no identity kept.
#[derive(Default)]
pub struct Fingerprints {
    /// How many findings there were of each, by the hash of what they have in common.
    seen: HashMap<(u64, u64), usize>,
}

impl Fingerprints {
    /// The fingerprint of the next finding.
    pub fn next(&mut self, finding: &Finding, shown: Shown<'_>) -> String {
        let mut identity = Identity {
            policy: escape_controls(&finding.policy),
            path: Identity::path(finding, shown),
            object: object(finding),
            nth: 0,
        };
        let count = self.seen.entry(identity.hashes()).or_default();
        identity.nth = *count;
        *count += 1;
        identity.fingerprint()
    }
}

/// What a finding is about; its message where nothing says it better.
fn object(finding: &Finding) -> String {
    escape_controls(if finding.object.is_empty() { &finding.message } else { &finding.object })
}

/// The identity of every finding of a report, in their order.
pub fn identities(report: &Report, shown: Shown<'_>) -> Vec<Identity> {
    identify(report.findings.iter(), shown)
}

/// The identity of each finding, in their order.
pub fn identify<'f>(findings: impl Iterator<Item = &'f Finding>, shown: Shown<'_>) -> Vec<Identity> {
    let mut seen: HashMap<(String, String, String), usize> = HashMap::new();
    let mut identity = |finding: &Finding| {
        let (policy, path, object) =
            (escape_controls(&finding.policy), Identity::path(finding, shown), object(finding));
        let count = seen.entry((policy.clone(), path.clone(), object.clone())).or_default();
        *count += 1;
        Identity { policy, path, object, nth: *count - 1 }
    };
    findings.map(&mut identity).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::finding::Severity;

    fn finding(policy: &str, path: &str, object: &str, message: &str) -> Finding {
        Finding::new(policy, Severity::Error, message, Anchor::Missing(path.into()), "").of(object)
    }

    #[test]
    fn the_same_thing_twice_is_counted_and_a_message_stands_in_for_an_object() {
        let findings = [
            finding("p", "a.env", "DATABASE_URL of api", "is at port 5432"),
            finding("p", "a.env", "DATABASE_URL of api", "has no TLS"),
            finding("p", "b.env", "", "is not read"),
        ];
        let sources = crate::source::SourceMap::new();
        let found = identify(findings.iter(), sources.shown());
        assert_eq!(found.iter().map(|one| one.nth).collect::<Vec<_>>(), [0, 1, 0]);
        assert_eq!(found[2].object, "is not read");
        let mut next = Fingerprints::default();
        for (finding, identity) in findings.iter().zip(&found) {
            assert_eq!(next.next(finding, sources.shown()), identity.fingerprint());
        }
        let again = findings[0].clone();
        assert_eq!(Identity { nth: 2, ..found[0].clone() }.fingerprint(), next.next(&again, sources.shown()));
        let prints: std::collections::BTreeSet<String> = found.iter().map(Identity::fingerprint).collect();
        assert_eq!(prints.len(), 3);
        assert!(prints.iter().all(|print| print.len() == 32));
    }
}
