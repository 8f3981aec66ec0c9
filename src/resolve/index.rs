//! What can be referred to: the variables of every service in every environment, and the shared ones.

use super::Draft;
use crate::document::Open;
use crate::fact::{Cause, Field, Kind, State, Value};
use crate::policy::Spellings;
use crate::source::{Mapped, Secret, SourceId, Span};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Documents by how well they know what a variable is at run time, best first: what is rendered, then what Railway keeps,
/// then what somebody wants it to be.
const RANKS: &[&str] =
    &["railway-variables", "railway-kv", "railway-environment", "railway-template", "railway-graph", "dotenv"];

/// Kinds of documents that name every service of an environment.
const LISTS: &[&str] = &["railway-status", "railway-environment", "railway-template", "railway-graph"];

/// Before the key of a service that nothing names.
pub(super) const UNNAMED: char = '\u{0}';

/// Within what a reference is looked up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Scope {
    /// An environment of the project.
    Environment(String),
    /// A document that belongs to no environment: a template.
    Document(SourceId),
}

/// What one environment holds.
#[derive(Default)]
pub(super) struct Services<'d> {
    pub(super) by_name: BTreeMap<String, Holding<'d>>,
    pub(super) shared: Option<Holding<'d>>,
    /// Whether a service that is not in `by_name` is not there.
    pub(super) all: bool,
}

/// The variables of one service.
#[derive(Default)]
pub(super) struct Holding<'d> {
    pub(super) variables: HashMap<&'d str, Target<'d>>,
    /// What the platform provides, as far as it can be told.
    pub(super) provided: HashMap<&'static str, &'d Mapped>,
    /// Whether a variable that is not in `variables` is not there.
    pub(super) complete: bool,
    /// Where it is named.
    pub(super) span: Option<Span>,
}

/// A variable that may be referred to.
#[derive(Clone)]
pub(super) struct Target<'d> {
    /// Where it is named.
    pub(super) span: Span,
    pub(super) content: Content<'d>,
    rank: usize,
}

/// What a variable holds.
#[derive(Clone)]
pub(super) enum Content<'d> {
    /// A value, known as it is.
    Known(&'d Secret),
    /// A value with references: a position in [`Index::open`].
    Open(usize),
    /// A value that nobody can read back.
    Sealed,
    /// A value that cannot be known.
    Unknown(Arc<Cause>),
}

/// A value with references, and where it stands.
pub(super) struct Place<'d> {
    pub(super) draft: usize,
    pub(super) open: &'d Open,
    pub(super) scope: Option<Scope>,
    pub(super) service: Option<String>,
}

/// Everything that can be referred to, and every value that refers.
pub(super) struct Index<'d> {
    pub(super) scopes: BTreeMap<Scope, Services<'d>>,
    pub(super) open: Vec<Place<'d>>,
    pub(super) drafts: usize,
    pub(super) spellings: &'d Spellings,
}

impl<'d> Index<'d> {
    pub(super) fn new(drafts: &'d [Draft], spellings: &'d Spellings) -> Self {
        let mut index = Self { scopes: BTreeMap::new(), open: Vec::new(), drafts: drafts.len(), spellings };
        let unnamed: HashSet<SourceId> = drafts
            .iter()
            .filter(|draft| matches!(draft.document.service, State::Unknown(..)))
            .map(|draft| draft.document.source)
            .collect();
        for (number, draft) in drafts.iter().enumerate() {
            index.add(number, draft, !unnamed.contains(&draft.document.source));
        }
        index
    }

    fn add(&mut self, number: usize, draft: &'d Draft, all_named: bool) {
        let document = &draft.document;
        let scope = scope(draft);
        let service = key(&document.service, document.source);
        let first = self.open.len();
        self.open.extend(draft.open.iter().map(|open| Place {
            draft: number,
            open,
            scope: scope.clone(),
            service: service.clone(),
        }));
        let Some(scope) = scope else { return };
        let rank = RANKS.iter().position(|kind| *kind == document.kind);
        let lists = LISTS.contains(&document.kind);
        if rank.is_none() && !lists {
            return;
        }
        let whole = document.complete && document.unread.is_empty();
        let services = self.scopes.entry(scope).or_default();
        services.all |= lists && all_named && whole;
        let holding = match (&document.service, service) {
            (State::Absent(_), _) if rank.is_some() => services.shared.get_or_insert_default(),
            (_, Some(name)) => services.by_name.entry(name).or_default(),
            _ => return,
        };
        // An env file holds what its author thought of; only Railway's own exports hold all of a service.
        holding.complete |= whole && rank.is_some() && document.kind != "dotenv";
        holding.span = holding.span.or(document.service.span().filter(|span| !span.is_gap()));
        holding.provided.extend(draft.provided.iter().map(|(name, value)| (*name, value)));
        if let Some(rank) = rank {
            holding.take(draft, first, rank);
        }
    }
}

impl<'d> Holding<'d> {
    /// Takes in the variables of a document; `first` is the position of its first open value.
    fn take(&mut self, draft: &'d Draft, first: usize, rank: usize) {
        let open: HashMap<usize, usize> =
            draft.open.iter().enumerate().map(|(number, open)| (open.variable, first + number)).collect();
        for (position, fact) in draft.facts.iter().enumerate().filter(|(_, fact)| fact.kind == Kind::Variable) {
            let Some(name) = fact.own(Field::Name).and_then(State::text) else { continue };
            let sealed = fact.own(Field::State).and_then(State::text) == Some("sealed");
            let content = match (open.get(&position), fact.own(Field::Value)) {
                (Some(open), _) => Content::Open(*open),
                (None, Some(State::Stated(Value::Secret(value), _))) => Content::Known(value),
                (None, Some(State::Unknown(_, cause))) if !sealed => Content::Unknown(cause.clone()),
                _ if sealed => Content::Sealed,
                _ => continue,
            };
            // Of two definitions in one document the last one counts.
            if self.variables.get(name).is_none_or(|known| rank <= known.rank) {
                self.variables.insert(name, Target { span: fact.anchor, content, rank });
            }
        }
    }
}

/// Under what the variables of a service are kept. One without a name has a key that no reference can spell: it may still
/// refer to itself. None for what belongs to no service.
fn key(service: &State, source: SourceId) -> Option<String> {
    match service {
        State::Unknown(span, _) => Some(format!("{UNNAMED}{}:{}", source.index(), span.start)),
        service => service.text().map(str::to_owned),
    }
}

/// Within what the references of a document are looked up; none where its environment is not known.
fn scope(draft: &Draft) -> Option<Scope> {
    match &draft.document.environment {
        State::Absent(_) => Some(Scope::Document(draft.document.source)),
        environment => environment.text().map(|name| Scope::Environment(name.to_owned())),
    }
}
