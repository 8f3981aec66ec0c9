//! Groups of facts that are equal in some fields: what `distinct` and `same` share.

use super::context::{Context, Outcome};
use super::truth::{Doubt, Truth};
use crate::document::HIDDEN_NAME;
use crate::fact::{Cause, DocumentId, FactId, FieldRef, State, Value};
use crate::finding::{Anchor, Finding, LabelRole};
use crate::policy::Policy;
use crate::policy::model::KindSelection;
use crate::source::{Span, Spanned};
use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, Hash as _, Hasher as _};
use std::num::NonZeroU64;

/// The key of a fact in some fields.
pub(super) enum Key<'a> {
    /// All fields are known.
    Known(Vec<&'a Value>),
    /// A field is not there: the fact equals nothing.
    Absent,
    /// A field cannot be known.
    Unknown(Doubt),
}

/// A fact that takes part in a comparison. Few have a doubt, and every variable there is may take part.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) fact: FactId,
    doubts: Option<Box<Doubts>>,
}

/// What cannot be known of a member.
#[derive(Clone, Default)]
struct Doubts {
    /// Whether it takes part.
    part: Option<Doubt>,
    /// Whether it is exempt.
    exemption: Option<Doubt>,
}

impl Member {
    fn new(fact: FactId, part: Option<Doubt>, exemption: Option<Doubt>) -> Self {
        let is_doubtful = part.is_some() || exemption.is_some();
        Self { fact, doubts: is_doubtful.then(|| Box::new(Doubts { part, exemption })) }
    }

    /// Keeps why it cannot be known whether it takes part: the first reason counts.
    pub(super) fn doubt(&mut self, doubt: impl FnOnce() -> Doubt) {
        self.doubts.get_or_insert_default().part.get_or_insert_with(doubt);
    }

    /// Why it cannot be known whether it takes part.
    pub(super) fn why_doubtful(&self) -> Option<&Doubt> {
        self.doubts.as_ref()?.part.as_ref()
    }

    /// Why it cannot be known whether it is exempt.
    fn exemption(&self) -> Option<&Doubt> {
        self.doubts.as_ref()?.exemption.as_ref()
    }
}

impl<'a> Context<'a> {
    /// The values of some fields of a fact.
    pub(super) fn key(&self, fact: FactId, fields: &[Spanned<FieldRef>]) -> Key<'a> {
        let mut values = Vec::with_capacity(fields.len());
        let mut doubt = None;
        for field in fields {
            match self.facts.get(fact, field.value) {
                state @ State::Stated(_, span) if state.text() == Some(HIDDEN_NAME) => {
                    doubt = doubt.or_else(|| Some(Doubt::new(fact, *span, &hidden())));
                }
                State::Stated(value, _) | State::Defaulted(value, _) => values.push(value),
                State::Absent(_) => return Key::Absent,
                State::Unknown(span, cause) => doubt = doubt.or_else(|| Some(Doubt::new(fact, *span, cause))),
            }
        }
        doubt.map_or(Key::Known(values), Key::Unknown)
    }

    /// Which members are alone with what they are in some fields, as most are: they need no group. Where facts are
    /// watched, none is.
    pub(super) fn alone(&self, members: &[Member], fields: &[Spanned<FieldRef>]) -> Vec<bool> {
        if !self.watched.is_empty() {
            return vec![false; members.len()];
        }
        let digests = self.digests(members, fields);
        // So many places that two members that differ seldom meet.
        let mask = (members.len() * 8).next_power_of_two() - 1;
        let mut seen = vec![0_u8; mask + 1];
        for digest in digests.iter().flatten() {
            let seen = &mut seen[digest.get() as usize & mask];
            *seen = seen.saturating_add(1);
        }
        let meets = |digest: &NonZeroU64| seen[digest.get() as usize & mask] > 1;
        let mut met: Vec<NonZeroU64> = digests.iter().flatten().copied().filter(meets).collect();
        met.sort_unstable();
        let first = |digest: NonZeroU64| met.partition_point(|other| *other < digest);
        let is_alone = |digest: NonZeroU64| !meets(&digest) || met.get(first(digest) + 1) != Some(&digest);
        digests.into_iter().map(|digest| digest.is_some_and(is_alone)).collect()
    }

    /// For each member a number that facts share which are equal in some fields; none where a field is not known or not
    /// there, and, once in 2^64, where there is one. Most facts have the labels of their document, which are looked at once.
    fn digests(&self, members: &[Member], fields: &[Spanned<FieldRef>]) -> Vec<Option<NonZeroU64>> {
        let fields = fields.iter().map(|field| field.value);
        let (labels, own): (Vec<FieldRef>, Vec<FieldRef>) = fields.partition(|field| field.is_common());
        let mut known: Option<(DocumentId, Option<u64>)> = None;
        let digest = |member: &Member| {
            let fact = self.facts.fact(member.fact);
            let of_labels = match known {
                _ if fact.has_own_labels() => self.digest(member.fact, &labels, 0),
                Some((document, digest)) if document == fact.document => digest,
                _ => {
                    let digest = self.digest(member.fact, &labels, 0);
                    known = Some((fact.document, digest));
                    digest
                }
            };
            self.digest(member.fact, &own, of_labels?).and_then(NonZeroU64::new)
        };
        members.iter().map(digest).collect()
    }

    /// The digest of some fields, after that of others.
    fn digest(&self, fact: FactId, fields: &[FieldRef], others: u64) -> Option<u64> {
        // The same in every run: a report never changes by itself.
        let mut hasher = foldhash::quality::FixedState::with_seed(others).build_hasher();
        for field in fields {
            self.facts.get(fact, *field).text()?.hash(&mut hasher);
        }
        Some(hasher.finish())
    }

    /// The facts that take part in a comparison, in the order of places.
    pub(super) fn members(&self, policy: &Policy, facts: &[KindSelection], outcome: &mut Outcome) -> Vec<Member> {
        let mut members = Vec::new();
        for kind in facts {
            if kind.selection.terms.is_empty() {
                members.reserve(self.facts.of_kind(kind.kind.value).len());
            }
            self.each_selected(policy, kind, outcome, |selected| {
                let doubt = match selected.truth {
                    Truth::Unknown(doubt) => Some(doubt),
                    Truth::True | Truth::False => None,
                };
                members.push(Member::new(selected.fact, doubt, selected.exemption));
            });
        }
        // Facts of one kind mostly are in order.
        let place = |member: &Member| (self.facts.fact(member.fact).anchor, member.fact);
        if !members.is_sorted_by_key(place) {
            members.sort_by_cached_key(place);
        }
        members
    }

    /// Where a member of a group is shown: at the policy's field, else at the field that is compared, else as a whole.
    pub(super) fn member_place(&self, policy: &Policy, fact: FactId, compared: Option<FieldRef>) -> Span {
        let compared = compared.and_then(|field| match self.facts.get(fact, field) {
            State::Stated(_, span) => Some(*span),
            _ => None,
        });
        match (policy.at, compared) {
            (None, Some(span)) => span,
            _ => self.place(policy, fact),
        }
    }

    /// With the facts that are party to a finding: it is known by all of them, so that one more makes another finding.
    pub(super) fn parties(&self, mut finding: Finding, parties: impl Iterator<Item = (FactId, Span)>) -> Finding {
        let mut names = Vec::new();
        for (fact, place) in parties {
            let (subject, document) = (self.facts.subject(fact), self.facts.document(fact));
            names.push(match finding.anchor {
                Anchor::At(own) if own.source == document.source => subject,
                _ if subject == document.path => subject,
                _ => format!("{subject} ({})", document.path),
            });
            finding.parties.push(place);
        }
        names.sort();
        finding.object = names.join(", ");
        finding
    }

    /// A finding about a group: as bad as it is for the worst of its members, with what may exempt one.
    pub(super) fn of_group<'m>(&self, finding: Finding, policy: &Policy, members: &[&'m Member]) -> Finding {
        let environment = |member: &&'m Member| self.facts.get(member.fact, crate::fact::Field::Environment).text();
        let worst = members.iter().map(|member| policy.severity.of(environment(member))).max();
        let mut finding =
            members.iter().fold(finding, |finding, member| self.note_exemption(finding, member.exemption()));
        finding.severity = worst.unwrap_or(finding.severity);
        // What a member says may stand somewhere else: its reference leads there.
        let mut seen: BTreeSet<Span> = finding.labels.iter().map(|label| label.span).collect();
        let related = members.iter().flat_map(|member| self.facts.fact(member.fact).related());
        for (span, text) in related.filter(|(span, _)| seen.insert(*span)) {
            finding = finding.label(LabelRole::Fact, *span, text.clone());
        }
        finding
    }
}

/// Why nobody can say which others have a name that is hidden: what stands for it stands for every such name.
fn hidden() -> std::sync::Arc<Cause> {
    Cause::new("has a name that is not shown", "Give it a name of capitals, digits and `_`.")
}
