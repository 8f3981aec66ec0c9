//! Holders: all documents of one service and environment, with the variables that they say.

use crate::fact::{Document, FactId, Facts, Field, Kind, State};
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

/// One service in one environment.
#[derive(Default)]
pub(super) struct Holder<'a> {
    /// Its documents, in order.
    pub(super) documents: Vec<&'a Document>,
    /// Its variables, in the order of places.
    pub(super) variables: Vec<FactId>,
    /// Worked out for a holder that is asked for names.
    by_name: OnceCell<HashMap<String, Vec<FactId>>>,
}

impl Holder<'_> {
    /// The variables of a name: one in each document that says it.
    pub(super) fn named(&self, facts: &Facts, name: &str) -> &[FactId] {
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name: HashMap<String, Vec<FactId>> = HashMap::new();
            for id in &self.variables {
                let name = facts.get(*id, Field::Name).text().unwrap_or("");
                by_name.entry(name.to_owned()).or_default().push(*id);
            }
            by_name
        });
        by_name.get(name).map_or(&[], Vec::as_slice)
    }
}

/// All holders of a project, read in one go.
#[derive(Default)]
pub(super) struct Holders<'a> {
    /// By environment, then by service.
    by_labels: BTreeMap<&'a str, BTreeMap<&'a str, Holder<'a>>>,
    /// Documents with a label that nothing bound: each may be of any holder that its other label allows.
    unbound: Vec<&'a Document>,
    /// Variables of unbound documents, by name.
    adrift: HashMap<&'a str, Vec<FactId>>,
}

impl<'a> Holders<'a> {
    pub(super) fn new(facts: &'a Facts) -> Self {
        let mut holders = Self::default();
        let documents = facts.documents().iter();
        for document in documents.filter(|document| crate::document::gives(document.kind, Kind::Variable)) {
            match (document.service.text(), document.environment.text()) {
                (Some(service), Some(environment)) => {
                    holders.holder(service, environment).documents.push(document);
                }
                _ if [&document.service, &document.environment].iter().any(|label| is_unknown(label)) => {
                    holders.unbound.push(document);
                }
                _ => {}
            }
        }
        let labels = |id: FactId| (facts.get(id, Field::Service).text(), facts.get(id, Field::Environment).text());
        // The variables of one document have its labels, unless they give their own.
        let with_own = facts.with_own_labels(Kind::Variable);
        let own = |id: FactId| with_own.binary_search(&id).is_ok();
        let alike = |one: &FactId, other: &FactId| {
            facts.fact(*one).document == facts.fact(*other).document && !own(*one) && !own(*other)
        };
        for ids in facts.of_kind(Kind::Variable).chunk_by(alike) {
            match ids.first().map(|id| labels(*id)) {
                Some((Some(service), Some(environment))) => {
                    holders.holder(service, environment).variables.extend(ids);
                }
                _ => {
                    for id in ids {
                        let name = facts.get(*id, Field::Name).text().unwrap_or("");
                        holders.adrift.entry(name).or_default().push(*id);
                    }
                }
            }
        }
        holders
    }

    fn holder(&mut self, service: &'a str, environment: &'a str) -> &mut Holder<'a> {
        self.by_labels.entry(environment).or_default().entry(service).or_default()
    }

    /// The environments that documents speak of, sorted.
    pub(super) fn environments(&self) -> impl Iterator<Item = &'a str> {
        self.by_labels.keys().copied()
    }

    /// The services of an environment, sorted.
    pub(super) fn services(&self, environment: &str) -> impl Iterator<Item = (&'a str, &Holder<'a>)> {
        let services = self.by_labels.get(environment);
        services.into_iter().flatten().map(|(service, holder)| (*service, holder))
    }

    /// The documents that may be of a service and an environment, and of which that cannot be known.
    pub(super) fn unbound(
        &self,
        service: impl Fn(&str) -> bool,
        environment: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = &'a Document> {
        let may_be = move |document: &&Document| {
            may_be(&document.service, &service) && may_be(&document.environment, &environment)
        };
        self.unbound.iter().copied().filter(may_be)
    }

    /// Whether an unbound document that may be of this holder says a variable.
    pub(super) fn may_hold(&self, facts: &Facts, service: &str, environment: &str, name: &str) -> bool {
        self.adrift.get(name).into_iter().flatten().any(|id| {
            may_be(facts.get(*id, Field::Service), |name| name == service)
                && may_be(facts.get(*id, Field::Environment), |name| name == environment)
        })
    }
}

fn is_unknown(label: &State) -> bool {
    matches!(label, State::Unknown(..))
}

fn may_be(label: &State, fits: impl Fn(&str) -> bool) -> bool {
    is_unknown(label) || label.text().is_some_and(fits)
}
