//! Whether a waiver may hide anything: its policy is in force and may be waived, and it says what it must.

use super::Waiver;
use super::ids::{IDS, INCOMPLETE, NOT_ALLOWED, UNKNOWN, UNUSED, fault, is_own};
use crate::date;
use crate::finding::{Finding, LabelRole};
use crate::policy::matrix::SUB_IDS;
use crate::policy::model::Shape;
use crate::policy::waivable::{Demand, Part};
use crate::policy::{Policy, PolicySet, did_you_mean};
use crate::project::NOT_UNDERSTOOD;

/// The policy that a waiver means, by the id that its findings have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meant {
    /// The id of the policy as it is called now.
    pub base: String,
    /// The part of a matrix, where only that is meant.
    pub part: Option<String>,
}

impl Meant {
    /// Whether a finding with this id is meant.
    pub fn is(&self, id: &str) -> bool {
        let (base, part) = id.split_once('/').map_or((id, None), |(base, part)| (base, Some(part)));
        base == self.base && self.part.as_deref().is_none_or(|wanted| part == Some(wanted))
    }
}

/// What waivers of a project must be like, and when it is.
pub(super) struct Rules<'a> {
    pub set: &'a PolicySet,
    /// What the project asks of every waiver.
    pub demand: &'a Demand,
    /// The date that counts as today, where anything depends on it.
    pub today: Option<i64>,
}

impl Rules<'_> {
    /// The policy that a waiver means, or why it hides nothing.
    pub fn resolve(&self, waiver: &Waiver) -> Result<Meant, Box<Finding>> {
        let written = &waiver.policy;
        let (base, part) = written.value.split_once('/').map_or((written.value.as_str(), None), |(a, b)| (a, Some(b)));
        if is_own(base) {
            let message = format!("`{base}` cannot be waived: it is about waivers themselves");
            return Err(Box::new(fault(NOT_ALLOWED, written.span, message, "not waivable")));
        }
        if base == NOT_UNDERSTOOD && part.is_none() {
            // What nobody could read may hold anything: to look away from it needs words.
            let own = Demand { require: vec![Part::Reason], max_days: None };
            self.complete(waiver, &own.and(self.demand))?;
            return Ok(Meant { base: base.to_owned(), part: None });
        }
        let fits = |policy: &&Policy| policy.id.value == base || policy.also_known_as.iter().any(|old| old == base);
        let Some(policy) = self.set.policies.iter().find(fits) else {
            return Err(Box::new(self.unknown(waiver, base)));
        };
        if let Some(part) = part
            && !(matches!(policy.shape, Shape::Matrix(_)) && SUB_IDS.contains(&part))
        {
            let near = did_you_mean(part, SUB_IDS.iter().copied());
            let note = near.map_or_else(|| "not known".to_owned(), |near| format!("did you mean `{base}/{near}`?"));
            let message = format!("policy `{base}` has no part `{part}`");
            return Err(Box::new(fault(UNKNOWN, written.span, message, note)));
        }
        let Some(demand) = &policy.waivable else {
            let message = format!("`{}` cannot be waived", policy.id.value);
            let finding = fault(NOT_ALLOWED, written.span, message, "hides nothing");
            return Err(Box::new(finding.label(LabelRole::Policy, policy.id.span, "says `waivable: false`")));
        };
        self.complete(waiver, &demand.and(self.demand))?;
        Ok(Meant { base: policy.id.value.clone(), part: part.map(str::to_owned) })
    }

    fn unknown(&self, waiver: &Waiver, base: &str) -> Finding {
        let off = self.set.adjusted.iter().find(|adjusted| adjusted.policy == base && adjusted.now.is_none());
        if let Some(off) = off {
            let message = format!("the waiver of `{base}` hides nothing: the policy is switched off");
            let finding = fault(UNUSED, waiver.policy.span, message, "hides nothing");
            return finding.label(LabelRole::Config, off.span, "switched off here");
        }
        let own = IDS.iter().map(|id| id.name).chain([NOT_UNDERSTOOD]);
        let known = self.set.policies.iter().map(|policy| policy.id.value.as_str()).chain(own);
        let near = did_you_mean(base, known);
        let note = near.map_or_else(|| "not in force".to_owned(), |near| format!("did you mean `{near}`?"));
        fault(UNKNOWN, waiver.policy.span, format!("no policy in force is called `{base}`"), note)
    }

    /// Whether a waiver says what it must.
    fn complete(&self, waiver: &Waiver, demand: &Demand) -> Result<(), Box<Finding>> {
        let terms = &waiver.terms;
        let says = |part: &Part| match part {
            Part::Reason => terms.reason.is_some(),
            Part::Until => terms.until.is_some(),
            Part::Owner => terms.owner.is_some(),
            Part::Ticket => terms.ticket.is_some(),
        };
        let missing: Vec<String> =
            demand.require.iter().filter(|part| !says(part)).map(|part| format!("`{}`", part.as_str())).collect();
        if !missing.is_empty() {
            let missing = missing.join(" and ");
            let message = format!("the waiver of `{}` must say {missing}", waiver.policy.value);
            return Err(Box::new(fault(INCOMPLETE, waiver.span, message, format!("lacks {missing}"))));
        }
        let (Some(most), Some(until), Some(today)) = (demand.max_days, &terms.until, self.today) else { return Ok(()) };
        let days = until.value.saturating_sub(today);
        if days <= most {
            return Ok(());
        }
        let message = format!(
            "the waiver of `{}` holds for {days} days from today on, and {most} are the most",
            waiver.policy.value
        );
        let note = format!("{} at the latest", date::text(today.saturating_add(most)));
        Err(Box::new(fault(INCOMPLETE, until.span, message, note)))
    }
}
