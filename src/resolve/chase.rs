//! Following references, from value to value.

use super::index::{Content, Holding, Index, Place, Scope, Services, UNNAMED};
use crate::document::value::reference::{self, Reference};
use crate::fact::{Cause, Field};
use crate::policy::did_you_mean;
use crate::source::{Mapped, Span};
use std::ops::Range;
use std::sync::Arc;

/// So many references are followed one behind the other.
const DEEPEST: usize = 32;

/// So long may a resolved value be, in bytes.
const LONGEST: usize = 64 * 1024;

/// So long may all resolved values be together, in bytes.
const BUDGET: usize = 16 * 1024 * 1024;

/// So long may the reason be that is said within another, in bytes.
const LONGEST_REASON: usize = 120;

/// So many places are shown of one chain.
const MOST_PLACES: usize = 4;

/// Variables that Railway provides to every deployment without a `RAILWAY_` name (docs.railway.com, variables reference).
const PROVIDED: &[&str] = &["PORT"];

/// A value with its references followed.
pub(super) struct Value {
    /// The position of its variable in the document's facts.
    pub(super) variable: usize,
    /// The text, with what could be resolved in the place of each reference.
    pub(super) text: Mapped,
    /// Its references, in order.
    pub(super) links: Vec<Link>,
}

/// One reference, followed.
pub(super) struct Link {
    /// Where it stands in the text as it is written.
    pub(super) range: Range<usize>,
    /// Where it stands in the document.
    pub(super) span: Span,
    pub(super) namespace: Option<Range<usize>>,
    pub(super) name: Option<Range<usize>>,
    /// A word of the vocabulary's `resolves`, or why it cannot be known.
    pub(super) outcome: Result<&'static str, Arc<Cause>>,
    /// Why what it stands for is not wholly known.
    pub(super) open: Option<Arc<Cause>>,
    /// The places that it leads to, or those that were probably meant.
    pub(super) related: Vec<(Span, String)>,
    /// Whether something was put in its place.
    pub(super) replaced: bool,
}

/// Where a reference leads.
struct Found {
    outcome: Result<&'static str, Arc<Cause>>,
    /// What it stands for, as far as that is known.
    text: Option<String>,
    open: Option<Arc<Cause>>,
    related: Vec<(Span, String)>,
}

/// What is known of a value.
enum Visit {
    Not,
    /// On the way; it stands so deep.
    On(usize),
    Done(Value),
}

/// Follows all references; one list a document.
pub(super) fn all(index: &Index<'_>) -> Vec<Vec<Value>> {
    let mut chase = Chase {
        index,
        visits: index.open.iter().map(|_| Visit::Not).collect(),
        way: Vec::new(),
        cycles: std::collections::HashSet::new(),
        budget: BUDGET,
    };
    for number in 0..index.open.len() {
        chase.visit(number);
    }
    let mut all: Vec<Vec<Value>> = (0..index.drafts).map(|_| Vec::new()).collect();
    for (place, visit) in index.open.iter().zip(chase.visits) {
        if let (Visit::Done(mut value), Some(list)) = (visit, all.get_mut(place.draft)) {
            close(&mut value, place, &chase.cycles);
            list.push(value);
        }
    }
    all
}

/// A reference is on a circle also where that was found out from another end of it.
fn close(value: &mut Value, place: &Place<'_>, cycles: &std::collections::HashSet<(Span, usize)>) {
    for (number, link) in value.links.iter_mut().enumerate() {
        if cycles.contains(&(place.open.value.whole(), number)) {
            link.outcome = Ok("cycle");
        }
    }
}

struct Chase<'i, 'd> {
    index: &'i Index<'d>,
    visits: Vec<Visit>,
    /// The values that are being followed, each with the number of the reference in it.
    way: Vec<(usize, usize)>,
    /// References that lead back to their own value.
    cycles: std::collections::HashSet<(Span, usize)>,
    budget: usize,
}

impl Chase<'_, '_> {
    fn visit(&mut self, number: usize) {
        if !matches!(self.visits.get(number), Some(Visit::Not)) {
            return;
        }
        let Some(place) = self.index.open.get(number) else { return };
        self.set(number, Visit::On(self.way.len()));
        let written = &place.open.value;
        let mut text = Mapped::empty(written.source(), written.whole().range().start);
        let (mut at, mut links) = (0, Vec::new());
        for (count, reference) in reference::find(written.text()).into_iter().filter(|found| found.railway).enumerate()
        {
            self.way.push((number, count));
            let found = self.follow(place, written.text(), &reference);
            self.way.pop();
            text.push_mapped(written, at..reference.range.start);
            at = reference.range.end;
            let fits = |found: &String| text.text().len() + found.len() <= LONGEST && found.len() <= self.budget;
            let (replaced, open) = match &found.text {
                Some(found) if fits(found) => (true, None),
                Some(_) => (false, Some(cause(written.text(), &reference, "and what it stands for is too long", ""))),
                None => (false, None),
            };
            match found.text.as_deref().filter(|_| replaced) {
                Some(found) => {
                    self.budget = self.budget.saturating_sub(found.len());
                    text.push_instead(found, written, reference.range.clone());
                }
                None => text.push_mapped(written, reference.range.clone()),
            }
            links.push(Link {
                span: written.span(reference.range.clone()),
                range: reference.range,
                namespace: reference.namespace,
                name: reference.name,
                outcome: found.outcome,
                open: open.or(found.open),
                related: found.related,
                replaced,
            });
        }
        text.push_mapped(written, at..written.text().len());
        self.set(number, Visit::Done(Value { variable: place.open.variable, text, links }));
    }

    fn set(&mut self, number: usize, visit: Visit) {
        if let Some(slot) = self.visits.get_mut(number) {
            *slot = visit;
        }
    }

    /// Where one reference of a value leads.
    fn follow(&mut self, place: &Place<'_>, text: &str, reference: &Reference) -> Found {
        let why = |why: &str, help: &str| cause(text, reference, why, help);
        let Some(name) = reference.name.clone().and_then(|range| text.get(range)) else {
            return Found::broken("generated", why("which is made when the template is deployed", ""));
        };
        let namespace = reference.namespace.clone().and_then(|range| text.get(range)).map(str::trim);
        let Some(scope) = &place.scope else { return Found::undecided(reference::cause(text)) };
        let none = Services::default();
        let services = self.index.scopes.get(scope).unwrap_or(&none);
        let holding = match namespace {
            Some("shared") => services.shared.as_ref(),
            Some(service) => services.by_name.get(self.index.spellings.normalise(Field::Service, service)),
            None => match &place.service {
                Some(own) => services.by_name.get(own),
                None => services.shared.as_ref(),
            },
        };
        match holding {
            Some(holding) => self.variable(scope, holding, namespace, name, text, reference),
            None => self.no_service(scope, services, namespace, text, reference),
        }
    }

    /// Where a reference leads whose service is there.
    fn variable(
        &mut self,
        scope: &Scope,
        holding: &Holding<'_>,
        namespace: Option<&str>,
        name: &str,
        text: &str,
        reference: &Reference,
    ) -> Found {
        let why = |why: &str, help: &str| cause(text, reference, why, help);
        if let Some(target) = holding.variables.get(name) {
            let said = match namespace {
                _ if reference::shown(text, reference).is_none() => "the variable that it names".to_owned(),
                Some("shared") => format!("the shared variable {name}"),
                Some(service) => format!("{name} of {service}"),
                None => format!("{name} of the same service"),
            };
            let related = vec![(target.span, said)];
            return match &target.content {
                Content::Known(value) => {
                    Found { outcome: Ok("resolved"), text: Some(value.ask(str::to_owned)), open: None, related }
                }
                Content::Sealed => {
                    let sealed = why("which is sealed", "Check it where it was made: nobody can read it back.");
                    Found { outcome: Ok("sealed"), text: None, open: Some(sealed), related }
                }
                Content::Unknown(inner) => {
                    let unknown = why("whose value is not known", &inner.help);
                    Found { outcome: Ok("resolved"), text: None, open: Some(unknown), related }
                }
                Content::Open(next) => self.next(*next, related, text, reference),
            };
        }
        if let Some(value) = holding.provided.get(name) {
            let related = vec![(value.whole(), format!("{name} is told here"))];
            return Found { outcome: Ok("resolved"), text: Some(value.text().to_owned()), open: None, related };
        }
        if namespace != Some("shared") && (name.starts_with("RAILWAY_") || PROVIDED.contains(&name)) {
            let help = "Export what it is at run time:  railway variable list --json";
            return Found::broken("provided", why("which Railway provides", help));
        }
        if holding.complete {
            return no_variable(holding, name, text, reference);
        }
        Found::undecided(undefined(scope, text, reference))
    }

    /// What a reference stands for that leads to a value with references of its own.
    fn next(&mut self, next: usize, mut related: Vec<(Span, String)>, text: &str, reference: &Reference) -> Found {
        let why = |why: &str| cause(text, reference, why, "");
        if let Some(Visit::On(depth)) = self.visits.get(next) {
            for (number, link) in self.way.iter().skip(*depth) {
                let span = self.index.open.get(*number).map(|place| place.open.value.whole());
                self.cycles.extend(span.map(|span| (span, *link)));
            }
            return Found { related, ..Found::broken("cycle", why("which leads back to itself")) };
        }
        if self.way.len() >= DEEPEST {
            return Found { related, ..Found::undecided(why("which leads through too many others")) };
        }
        self.visit(next);
        let Some(Visit::Done(value)) = self.visits.get(next) else {
            return Found::undecided(why("which cannot be followed"));
        };
        related.extend(value.links.iter().flat_map(|link| link.related.iter().cloned()));
        related.truncate(MOST_PLACES);
        let open = value.links.iter().find_map(|link| link.open.as_ref()).map(|inner| {
            // Each step of the way is said, as long as a line can be read.
            let reason = if inner.reason.len() <= LONGEST_REASON { inner.reason.as_str() } else { "leads to more" };
            cause(text, reference, &format!("which {reason}"), &inner.help)
        });
        Found { outcome: Ok("resolved"), text: Some(value.text.text().to_owned()), open, related }
    }

    /// Why the service of a reference is not there.
    fn no_service(
        &self,
        scope: &Scope,
        services: &Services<'_>,
        namespace: Option<&str>,
        text: &str,
        reference: &Reference,
    ) -> Found {
        let why = |why: &str| cause(text, reference, why, "");
        let Some(service) = namespace.filter(|_| services.all).filter(|namespace| *namespace != "shared") else {
            return Found::undecided(undefined(scope, text, reference));
        };
        let names = || services.by_name.keys().map(String::as_str).filter(|name| !name.starts_with(UNNAMED));
        let known = || names().chain(["shared"]);
        let related = |near: &str| {
            let span = services.by_name.get(near).and_then(|holding| holding.span);
            let span = span.unwrap_or_else(|| self.here(reference));
            vec![(span, format!("did you mean `{near}`?"))]
        };
        if let Some(near) = known().find(|known| known.eq_ignore_ascii_case(service)) {
            return Found { related: related(near), ..Found::broken("wrong-case", why("which has another case")) };
        }
        let others = || self.index.scopes.iter().filter(|(other, _)| *other != scope);
        let elsewhere = others().find_map(|(other, services)| Some((other, services.by_name.get(service)?)));
        let first = self.index.spellings.normalise(Field::Environment, service.split('.').next().unwrap_or(""));
        let is_environment = others().any(|(other, _)| *other == Scope::Environment(first.to_owned()));
        if is_environment || matches!(elsewhere, Some((Scope::Environment(_), _))) {
            let span = elsewhere.and_then(|(_, holding)| holding.span);
            let related =
                span.map(|span| (span, "the service is there in another environment".to_owned())).into_iter().collect();
            return Found { related, ..Found::broken("other-environment", why("which is in another environment")) };
        }
        let related = did_you_mean(service, known()).map(related).unwrap_or_default();
        Found { related, ..Found::broken("unknown-service", why("and there is no such service")) }
    }

    /// Where the reference that is being followed stands.
    fn here(&self, reference: &Reference) -> Span {
        let place = self.way.last().and_then(|(number, _)| self.index.open.get(*number));
        place.map_or(Span::point(crate::source::SourceId(0), 0), |place| place.open.value.span(reference.range.clone()))
    }
}

impl Found {
    /// A reference of which it is known that it leads to no value.
    fn broken(outcome: &'static str, why: Arc<Cause>) -> Self {
        Self { outcome: Ok(outcome), text: None, open: Some(why), related: Vec::new() }
    }

    /// A reference of which no document says where it leads.
    fn undecided(why: Arc<Cause>) -> Self {
        Self { outcome: Err(why.clone()), text: None, open: Some(why), related: Vec::new() }
    }
}

/// Why a variable is not there of whose service all are known.
fn no_variable(holding: &Holding<'_>, name: &str, text: &str, reference: &Reference) -> Found {
    let why = |why: &str| cause(text, reference, why, "");
    let known = || holding.variables.keys().copied();
    let related = |near: &str| {
        let span = holding.variables.get(near).map(|target| target.span);
        span.map(|span| (span, format!("did you mean `{near}`?"))).into_iter().collect()
    };
    match known().find(|known| known.eq_ignore_ascii_case(name)) {
        Some(near) => Found { related: related(near), ..Found::broken("wrong-case", why("which has another case")) },
        None => {
            let mut sorted: Vec<&str> = known().collect();
            sorted.sort_unstable();
            let related = did_you_mean(name, sorted).map(related).unwrap_or_default();
            Found { related, ..Found::broken("unknown-variable", why("and there is no such variable")) }
        }
    }
}

/// Why nobody knows what a reference leads to.
fn undefined(scope: &Scope, text: &str, reference: &Reference) -> Arc<Cause> {
    let environment = match scope {
        Scope::Environment(name) => name,
        Scope::Document(_) => "<environment>",
    };
    let help = format!(
        "Export the environment too:  railway environment config --json > railway/{environment}/environment.json"
    );
    cause(text, reference, "and no document defines it", &help)
}

fn cause(text: &str, reference: &Reference, why: &str, help: &str) -> Arc<Cause> {
    reference::cause_of(text, reference, why, help)
}
