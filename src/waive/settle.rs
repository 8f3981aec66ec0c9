//! Settling: which findings waivers hide, and how each waiver fared.

use super::ids::{AMBIGUOUS, DUPLICATE, EXPIRED, UNUSED, fault};
use super::places::{Places, is_of_nothing, object, stands_in};
use super::resolve::{Meant, Rules};
use super::{Target, Terms, Waiver, Waivers};
use crate::date;
use crate::finding::{Anchor, Finding, LabelRole, Undecided, Waived};
use crate::policy::PolicySet;
use crate::policy::waivable::Demand;
use crate::project::NOT_UNDERSTOOD;
use crate::report::{PolicyState, RunState};
use crate::source::{Span, Spanned, escape_controls};
use std::collections::BTreeMap;

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
    /// The path of the document that something stands in, relative to the project; of what is not there (`true`) that of
    /// the folder, where it could stand in any file of it.
    pub path: &'a dyn Fn(&Anchor, bool) -> String,
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
    let mut run = Run { ask, waivers: &waivers.list, findings, places, hidden: BTreeMap::new(), faults: Vec::new() };
    run.faults.extend(waivers.faults.iter().cloned().map(|finding| (None, finding)));
    let (mut claims, mut expired) = (Vec::new(), Vec::new());
    let mut statuses = Vec::new();
    for (index, waiver) in waivers.list.iter().enumerate() {
        let days_left = waiver.terms.until.as_ref().zip(ask.today).map(|(until, today)| until.value - today);
        statuses.push(Status { state: State::Invalid, hides: 0, days_left });
        match rules.resolve(waiver) {
            Err(finding) => run.faults.push((Some(waiver.policy.value.clone()), *finding)),
            Ok(meant) if days_left.is_some_and(|days| days < 0) => expired.push((index, meant)),
            Ok(meant) => claims.extend(run.claim(index, waiver, meant)),
        }
    }
    run.hide(&claims);
    for claim in &claims {
        if let Some(status) = statuses.get_mut(claim.waiver) {
            *status = run.status(claim, status.days_left);
        }
    }
    for (index, meant) in expired {
        if let (Some(status), Some(waiver)) = (statuses.get_mut(index), waivers.list.get(index)) {
            status.state = State::Expired;
            run.bring_back(waiver, &meant);
        }
    }
    run.end(statuses)
}

/// What a waiver that is in force is for.
struct Claim {
    waiver: usize,
    meant: Meant,
    /// The findings.
    targets: Vec<usize>,
}

/// That a waiver stands at one of several places that are all party to its finding.
fn half(waiver: &Waiver, finding: &Finding) -> Finding {
    let message = format!(
        "the waiver of `{}` hides nothing: its finding is about {} places, and each of them needs one",
        waiver.policy.value,
        finding.parties.len()
    );
    let others = finding.parties.iter().filter(|place| match &waiver.target {
        Target::Here(reach) => !reach.holds(**place),
        Target::Named { .. } => false,
    });
    let start = fault(UNUSED, waiver.span, message, "hides nothing alone");
    others.fold(start, |finding, place| finding.label(LabelRole::Fact, *place, "this is party to it"))
}

struct Run<'a> {
    ask: &'a Ask<'a>,
    waivers: &'a [Waiver],
    findings: Vec<Finding>,
    places: Places,
    /// What is hidden, and by which waivers: by one, or by one for each of its parties.
    hidden: BTreeMap<usize, Vec<usize>>,
    faults: Vec<(Option<String>, Finding)>,
}

impl Run<'_> {
    /// The findings that a waiver is for, each once.
    fn targets(&self, waiver: &Waiver, meant: &Meant) -> Vec<usize> {
        let is_meant = |index: &usize| self.findings.get(*index).is_some_and(|finding| meant.is(&finding.policy));
        match &waiver.target {
            Target::Here(reach) => {
                let near = self.places.within(reach.span);
                let gap = reach.gap.filter(|gap| !reach.span.contains(*gap));
                let besides = gap.into_iter().chain(reach.own);
                let all = near.chain(besides.flat_map(|place| self.places.within(place)));
                let here = |finding: &Finding| stands_in(finding, reach) && !is_of_nothing(finding, self.ask.set);
                let holds = |index: &usize| self.findings.get(*index).is_some_and(here);
                let mut targets: Vec<usize> = all.filter(|index| is_meant(index) && holds(index)).collect();
                targets.sort_unstable();
                targets.dedup();
                targets
            }
            Target::Named { path, object, .. } => {
                let key = (path.value.clone(), escape_controls(&object.value));
                self.places.by_object.get(&key).into_iter().flatten().copied().filter(is_meant).collect()
            }
        }
    }

    /// What a waiver in force is for; none where that is not clear, and then it is said.
    fn claim(&mut self, index: usize, waiver: &Waiver, meant: Meant) -> Option<Claim> {
        let targets = self.targets(waiver, &meant);
        if let Target::Named { findings: wanted, object, .. } = &waiver.target
            && !targets.is_empty()
            && targets.len() != *wanted
        {
            let (found, plural) = (targets.len(), if *wanted == 1 { "" } else { "s" });
            let message = format!(
                "the waiver of `{}` is for {wanted} finding{plural} about {}, and there {} {found}",
                waiver.policy.value,
                object.value,
                if found == 1 { "is" } else { "are" }
            );
            let finding = fault(AMBIGUOUS, object.span, message, format!("{found} found"));
            self.faults.push((Some(meant.base), finding));
            return None;
        }
        Some(Claim { waiver: index, meant, targets })
    }

    /// Hides every finding that is claimed: one about several facts when each of them is.
    fn hide(&mut self, claims: &[Claim]) {
        let mut by_finding: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for claim in claims {
            for target in &claim.targets {
                by_finding.entry(*target).or_default().push(claim.waiver);
            }
        }
        for (target, claimed) in by_finding {
            let Some(finding) = self.findings.get(target) else { continue };
            let reaches = |waiver: &usize, place: &Span| match self.waivers.get(*waiver).map(|waiver| &waiver.target) {
                Some(Target::Here(reach)) => reach.holds(*place),
                _ => true,
            };
            let whole = claimed.iter().find(|waiver| finding.parties.iter().all(|place| reaches(waiver, place)));
            let by = match whole {
                Some(waiver) => Some(vec![*waiver]),
                None => {
                    finding.parties.iter().map(|place| claimed.iter().copied().find(|w| reaches(w, place))).collect()
                }
            };
            if let Some(mut by) = by {
                by.dedup();
                self.hidden.insert(target, by);
            }
        }
    }

    /// How a waiver in force fares, once it is known what is hidden.
    fn status(&mut self, claim: &Claim, days_left: Option<i64>) -> Status {
        let status = |state, hides| Status { state, hides, days_left };
        let Some(waiver) = self.waivers.get(claim.waiver) else { return status(State::Unused, 0) };
        let by = |target: &usize| self.hidden.get(target).is_some_and(|by| by.contains(&claim.waiver));
        let hides = claim.targets.iter().filter(|target| by(target)).count();
        if hides > 0 {
            let soon = days_left.is_some_and(|days| days <= SOON);
            return status(if soon { State::ExpiresSoon } else { State::InForce }, hides);
        }
        let first = claim.targets.iter().find_map(|target| self.waivers.get(*self.hidden.get(target)?.first()?));
        let (state, finding) = if let Some(first) = first {
            let message = format!("another waiver of `{}` hides the same", waiver.policy.value);
            let finding = fault(DUPLICATE, waiver.span, message, "hides nothing more");
            (State::Duplicate, finding.label(LabelRole::Config, first.span, "this one"))
        } else if let Some(open) = claim.targets.first().and_then(|target| self.findings.get(*target)) {
            (State::Unused, half(waiver, open))
        } else if self.is_decided(waiver, &claim.meant) {
            (State::Unused, self.unused(waiver, &claim.meant))
        } else {
            return status(State::Unknown, 0);
        };
        self.faults.push((Some(claim.meant.base.clone()), finding));
        status(state, 0)
    }

    /// Whether it is known what the policy finds at the target.
    fn is_decided(&self, waiver: &Waiver, meant: &Meant) -> bool {
        let state = self.ask.states.iter().find(|state| state.policy == meant.base);
        let judged = meant.base == NOT_UNDERSTOOD
            || state.is_some_and(|state| !matches!(state.state, RunState::NotJudged { .. }));
        let is_there = |span: Span| match &waiver.target {
            Target::Here(reach) => reach.holds(span),
            Target::Named { path, .. } => {
                [false, true].iter().any(|nothing| (self.ask.path)(&Anchor::At(span), *nothing) == path.value)
            }
        };
        let is_meant = |doubt: &&Undecided| doubt.policies.iter().any(|policy| meant.is(policy));
        let doubtful = self.ask.undecided.iter().filter(is_meant).any(|doubt| doubt.span.is_none_or(is_there));
        judged && self.ask.complete && !doubtful
    }

    /// That a waiver hides nothing, and where what it may mean stands.
    fn unused(&self, waiver: &Waiver, meant: &Meant) -> Finding {
        let policy = &waiver.policy.value;
        let all = self.places.of_policy(&meant.base);
        let of_policy = || {
            let findings = all.iter().filter_map(|index| self.findings.get(*index));
            findings.filter(|finding| meant.is(&finding.policy))
        };
        match &waiver.target {
            Target::Here(reach) => {
                let message =
                    format!("the waiver of `{policy}` hides nothing: nothing is found at this {}", reach.what);
                let finding = fault(UNUSED, waiver.span, message, "hides nothing");
                let near = reach.but.iter().flat_map(|inner| self.places.within(*inner));
                let near = near.filter_map(|index| self.findings.get(index)).filter(|near| meant.is(&near.policy));
                let inside = near.filter_map(Finding::span).next();
                if let Some(span) = inside {
                    let words = "found in the body: the comment stands before that statement";
                    return finding.label(LabelRole::Fact, span, words);
                }
                // Of one policy all findings are of that kind, but for a matrix, which has few.
                let first = of_policy()
                    .next()
                    .filter(|finding| finding.policy.contains('/') || is_of_nothing(finding, self.ask.set));
                let nothing =
                    first.into_iter().flat_map(|_| of_policy()).filter(|finding| is_of_nothing(finding, self.ask.set));
                let here = |span: &Span| span.source == reach.span.source;
                match nothing.filter_map(Finding::span).find(here) {
                    Some(span) => {
                        finding.label(LabelRole::Fact, span, "what is not there is waived in preflight-waivers.yaml")
                    }
                    None => finding,
                }
            }
            Target::Named { path, object: wanted, .. } => {
                let message = format!("the waiver of `{policy}` hides nothing: no finding is about {}", wanted.value);
                let place = |finding: &Finding| (self.ask.path)(&finding.anchor, is_of_nothing(finding, self.ask.set));
                let there = of_policy().filter(|finding| place(finding) == path.value);
                let mut objects: Vec<&str> = there.map(object).collect();
                objects.sort_unstable();
                objects.dedup();
                let elsewhere = of_policy().find(|finding| object(finding) == wanted.value);
                let note = match (objects.as_slice(), elsewhere) {
                    (_, Some(finding)) => format!("its path is {}", place(finding)),
                    ([], None) => format!("nothing is found in {}", path.value),
                    ([one], None) => format!("found there: {one}"),
                    ([one, rest @ ..], None) => format!("found there: {one}, and {} more", rest.len()),
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
            let by = self.hidden.get(&index).map(Vec::as_slice).unwrap_or_default();
            let waivers = by.iter().filter_map(|waiver| self.waivers.get(*waiver));
            let until = waivers.clone().filter_map(|waiver| waiver.terms.until.as_ref()).map(|until| until.value).min();
            let Some(waiver) = waivers.clone().next() else {
                settled.findings.push(finding);
                continue;
            };
            let text = |part: fn(&Terms) -> &Option<Spanned<String>>| {
                waivers.clone().find_map(|waiver| part(&waiver.terms).as_ref()).map(|text| text.value.clone())
            };
            settled.waived.push(Waived {
                finding,
                span: waiver.span,
                named: waivers.clone().map(|waiver| waiver.policy.span).collect(),
                reason: text(|terms| &terms.reason).unwrap_or_default(),
                until,
                owner: text(|terms| &terms.owner),
                ticket: text(|terms| &terms.ticket),
            });
        }
        settled
    }
}
