//! Settling: which findings waivers hide, and how each waiver fared.

use super::ids::{AMBIGUOUS, DUPLICATE, EXPIRED, UNUSED, fault};
use super::resolve::{Meant, Rules};
use super::{Target, Waiver, Waivers};
use crate::date;
use crate::finding::{Anchor, Finding, LabelRole, Undecided, Waived};
use crate::policy::PolicySet;
use crate::policy::waivable::Demand;
use crate::project::NOT_UNDERSTOOD;
use crate::report::{PolicyState, RunState};
use crate::source::{SourceId, Span, escape_controls};
use std::collections::HashMap;

/// So many days before its end a waiver is said to end soon.
pub const SOON: i64 = 14;

/// What settling needs to know of a run.
pub struct Ask<'a> {
    /// The policies in force.
    pub set: &'a PolicySet,
    /// What the project asks of every waiver.
    pub demand: &'a Demand,
    /// The date that counts as today, in days since 1970-01-01; none only where no waiver has an end.
    pub today: Option<i64>,
    /// How the policies that were asked for fared.
    pub states: &'a [PolicyState],
    /// What could not be decided.
    pub undecided: &'a [Undecided],
    /// The path of the document that something stands in, relative to the project.
    pub path: &'a dyn Fn(&Anchor) -> String,
    /// Whether everything could be read: else nobody knows what a waiver would hide.
    pub complete: bool,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Settled {
    /// What is not hidden; what an expired waiver hid is labelled.
    pub findings: Vec<Finding>,
    /// What is hidden.
    pub waived: Vec<Waived>,
    /// What is wrong with the waivers, each with the policy that its waiver names, if that is known.
    pub faults: Vec<(Option<String>, Finding)>,
    /// How each waiver fared, in their order.
    pub statuses: Vec<Status>,
}

/// How a waiver fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// Whether it is in force.
    pub state: State,
    /// How many findings it hides.
    pub hides: usize,
    /// How many days it still holds, 0 on its last; below 0 it is over.
    pub days_left: Option<i64>,
}

/// Whether a waiver is in force, or why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It hides something.
    InForce,
    /// It hides something, and will not for much longer.
    ExpiresSoon,
    /// It is over.
    Expired,
    /// It hides nothing.
    Unused,
    /// Another one hides the same.
    Duplicate,
    /// Its policy was not judged, or could not decide.
    Unknown,
    /// It is not written as it must be.
    Invalid,
}

impl State {
    /// The spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InForce => "in force",
            Self::ExpiresSoon => "expires soon",
            Self::Expired => "expired",
            Self::Unused => "unused",
            Self::Duplicate => "duplicate",
            Self::Unknown => "not judged",
            Self::Invalid => "invalid",
        }
    }
}

/// Hides what waivers are for.
pub fn settle(findings: Vec<Finding>, waivers: &Waivers, ask: &Ask<'_>) -> Settled {
    if waivers.list.is_empty() && waivers.faults.is_empty() {
        return Settled { findings, ..Settled::default() };
    }
    let places = Places::new(&findings, ask);
    let rules = Rules { set: ask.set, demand: ask.demand, today: ask.today };
    let mut run = Run { ask, waivers: &waivers.list, findings, places, hidden: HashMap::new(), faults: Vec::new() };
    run.faults.extend(waivers.faults.iter().cloned().map(|finding| (None, finding)));
    let invalid = Status { state: State::Invalid, hides: 0, days_left: None };
    let mut statuses = vec![invalid; waivers.list.len()];
    let mut expired = Vec::new();
    for (index, waiver) in waivers.list.iter().enumerate() {
        let days_left = waiver.terms.until.as_ref().zip(ask.today).map(|(until, today)| until.value - today);
        statuses[index].days_left = days_left;
        match rules.resolve(waiver) {
            Err(finding) => run.faults.push((Some(waiver.policy.value.clone()), *finding)),
            // Those in force go first: what one of them hides, nobody need look at.
            Ok(meant) if days_left.is_some_and(|days| days < 0) => expired.push((index, meant)),
            Ok(meant) => statuses[index] = Status { days_left, ..run.hide(index, waiver, &meant, days_left) },
        }
    }
    for (index, meant) in expired {
        statuses[index].state = State::Expired;
        run.bring_back(&waivers.list[index], &meant);
    }
    run.end(statuses)
}

/// Where findings stand.
struct Places {
    /// By source: (first byte, position), sorted.
    by_source: HashMap<SourceId, Vec<(u32, usize)>>,
    /// By path and object.
    by_object: HashMap<(String, String), Vec<usize>>,
}

impl Places {
    fn new(findings: &[Finding], ask: &Ask<'_>) -> Self {
        let mut places = Self { by_source: HashMap::new(), by_object: HashMap::new() };
        for (index, finding) in findings.iter().enumerate() {
            if let Some(span) = finding.span() {
                places.by_source.entry(span.source).or_default().push((span.start, index));
            }
            let key = ((ask.path)(&finding.anchor), escape_controls(object(finding)));
            places.by_object.entry(key).or_default().push(index);
        }
        places.by_source.values_mut().for_each(|list| list.sort_unstable());
        places
    }

    /// The findings that begin in a span, or in the gap behind it.
    fn within(&self, span: Span) -> impl Iterator<Item = usize> {
        let list = self.by_source.get(&span.source).map(Vec::as_slice).unwrap_or_default();
        let first = list.partition_point(|(start, _)| *start < span.start);
        list.iter().skip(first).take_while(move |(start, _)| *start <= span.end).map(|(_, index)| *index)
    }
}

/// What a finding is about: its message, where it says no more.
fn object(finding: &Finding) -> &str {
    if finding.object.is_empty() { &finding.message } else { &finding.object }
}

struct Run<'a> {
    ask: &'a Ask<'a>,
    waivers: &'a [Waiver],
    findings: Vec<Finding>,
    places: Places,
    /// What is hidden, and by which waiver.
    hidden: HashMap<usize, usize>,
    faults: Vec<(Option<String>, Finding)>,
}

impl Run<'_> {
    /// The findings that a waiver is for.
    fn targets(&self, waiver: &Waiver, meant: &Meant) -> Vec<usize> {
        let is_meant = |index: &usize| self.findings.get(*index).is_some_and(|finding| meant.is(&finding.policy));
        match &waiver.target {
            Target::Here(reach) => {
                let near = self.places.within(reach.span);
                let gap = reach.gap.filter(|gap| !reach.span.contains(*gap));
                let all = near.chain(gap.into_iter().flat_map(|gap| self.places.within(gap)));
                let holds = |index: &usize| {
                    self.findings.get(*index).and_then(Finding::span).is_some_and(|span| reach.holds(span))
                };
                all.filter(|index| is_meant(index) && holds(index)).collect()
            }
            Target::Named { path, object, .. } => {
                let found = self.places.by_object.get(&(path.value.clone(), object.value.clone()));
                found.into_iter().flatten().copied().filter(is_meant).collect()
            }
        }
    }

    fn hide(&mut self, index: usize, waiver: &Waiver, meant: &Meant, days_left: Option<i64>) -> Status {
        let targets = self.targets(waiver, meant);
        let status = |state, hides| Status { state, hides, days_left };
        if let Target::Named { findings, object, .. } = &waiver.target
            && !targets.is_empty()
            && targets.len() != *findings
        {
            let (found, wanted) = (targets.len(), *findings);
            let plural = if wanted == 1 { "" } else { "s" };
            let message = format!(
                "the waiver of `{}` is for {wanted} finding{plural} about {}, and there {} {found}",
                waiver.policy.value,
                object.value,
                if found == 1 { "is" } else { "are" }
            );
            let finding = fault(AMBIGUOUS, object.span, message, format!("{found} found"));
            self.faults.push((Some(meant.base.clone()), finding));
            return status(State::Invalid, 0);
        }
        let open: Vec<usize> = targets.iter().copied().filter(|target| !self.hidden.contains_key(target)).collect();
        self.hidden.extend(open.iter().map(|target| (*target, index)));
        if !open.is_empty() {
            let soon = days_left.is_some_and(|days| days <= SOON);
            return status(if soon { State::ExpiresSoon } else { State::InForce }, open.len());
        }
        let first = targets.first().and_then(|target| self.waivers.get(*self.hidden.get(target)?));
        if let Some(first) = first {
            let message = format!("another waiver of `{}` hides the same", waiver.policy.value);
            let finding = fault(DUPLICATE, waiver.span, message, "hides nothing more");
            self.faults.push((Some(meant.base.clone()), finding.label(LabelRole::Config, first.span, "this one")));
            return status(State::Duplicate, 0);
        }
        if !self.is_decided(waiver, meant) {
            return status(State::Unknown, 0);
        }
        let finding = self.unused(waiver, meant);
        self.faults.push((Some(meant.base.clone()), finding));
        status(State::Unused, 0)
    }

    /// Whether it is known what the policy finds at the target.
    fn is_decided(&self, waiver: &Waiver, meant: &Meant) -> bool {
        let state = self.ask.states.iter().find(|state| state.policy == meant.base);
        let judged = meant.base == NOT_UNDERSTOOD
            || state.is_some_and(|state| !matches!(state.state, RunState::NotJudged { .. }));
        let is_there = |span: Span| match &waiver.target {
            Target::Here(reach) => reach.holds(span),
            Target::Named { path, .. } => (self.ask.path)(&Anchor::At(span)) == path.value,
        };
        let is_meant = |doubt: &&Undecided| doubt.policies.iter().any(|policy| meant.is(policy));
        let doubtful = self.ask.undecided.iter().filter(is_meant).any(|doubt| doubt.span.is_none_or(is_there));
        judged && self.ask.complete && !doubtful
    }

    /// That a waiver hides nothing, and where what it may mean stands.
    fn unused(&self, waiver: &Waiver, meant: &Meant) -> Finding {
        let policy = &waiver.policy.value;
        let of_policy = || self.findings.iter().filter(|finding| meant.is(&finding.policy));
        match &waiver.target {
            Target::Here(reach) => {
                let message =
                    format!("the waiver of `{policy}` hides nothing: nothing is found at this {}", reach.what);
                let finding = fault(UNUSED, waiver.span, message, "hides nothing");
                let inside = of_policy()
                    .filter_map(Finding::span)
                    .find(|span| reach.but.iter().any(|inner| inner.contains(*span)));
                if let Some(span) = inside {
                    let words = "found in the body: the comment stands before that statement";
                    return finding.label(LabelRole::Fact, span, words);
                }
                let elsewhere = of_policy().find(|finding| {
                    finding.labels.iter().any(|label| label.role == LabelRole::Fact && reach.holds(label.span))
                });
                match elsewhere.and_then(Finding::span) {
                    Some(span) => finding.label(LabelRole::Fact, span, "its finding stands here"),
                    None => finding,
                }
            }
            Target::Named { path, object: wanted, .. } => {
                let message = format!("the waiver of `{policy}` hides nothing: no finding is about {}", wanted.value);
                let there = of_policy().filter(|finding| (self.ask.path)(&finding.anchor) == path.value);
                let mut objects: Vec<&str> = there.map(object).collect();
                objects.sort_unstable();
                objects.dedup();
                let note = match objects.as_slice() {
                    [] => format!("it finds nothing in {}", path.value),
                    [one] => format!("found there: {one}"),
                    [one, rest @ ..] => format!("found there: {one}, and {} more", rest.len()),
                };
                fault(UNUSED, wanted.span, message, note)
            }
        }
    }

    /// A waiver that is over: what it hid is back, and says so.
    fn bring_back(&mut self, waiver: &Waiver, meant: &Meant) {
        let Some(until) = &waiver.terms.until else { return };
        let day = date::text(until.value);
        let mut back = 0;
        for target in self.targets(waiver, meant) {
            if self.hidden.contains_key(&target) {
                continue;
            }
            if let Some(finding) = self.findings.get_mut(target) {
                back += 1;
                let label = format!("was waived until {day}");
                *finding = finding.clone().label(LabelRole::Config, waiver.span, label);
            }
        }
        let rest = match back {
            0 => "and nothing is found there any more",
            1 => "and its finding is back",
            _ => "and its findings are back",
        };
        let message = format!("the waiver of `{}` ended on {day}, {rest}", waiver.policy.value);
        self.faults.push((Some(meant.base.clone()), fault(EXPIRED, until.span, message, "this day is over")));
    }

    fn end(self, statuses: Vec<Status>) -> Settled {
        let mut settled = Settled { faults: self.faults, statuses, ..Settled::default() };
        for (index, finding) in self.findings.into_iter().enumerate() {
            match self.hidden.get(&index).and_then(|waiver| self.waivers.get(*waiver)) {
                None => settled.findings.push(finding),
                Some(waiver) => {
                    let text =
                        |part: &Option<crate::source::Spanned<String>>| part.as_ref().map(|text| text.value.clone());
                    let terms = &waiver.terms;
                    settled.waived.push(Waived {
                        finding,
                        span: waiver.span,
                        named: waiver.policy.span,
                        reason: text(&terms.reason).unwrap_or_default(),
                        until: terms.until.as_ref().map(|until| until.value),
                        owner: text(&terms.owner),
                        ticket: text(&terms.ticket),
                    });
                }
            }
        }
        settled
    }
}
