//! What is no credential, and belongs to the picture: ways to the database, variables that nobody can read or that hold
//! nothing yet, exports that leave something out.

use super::build::{Input, in_order, state_of};
use super::{Entry, Holder, Section, holder};
use crate::document::value::promises_secret;
use crate::fact::kinds::connection::ENDPOINTS;
use crate::fact::{FactId, Facts, Field, Kind, State, Value};
use crate::policy::Glob;
use crate::source::Span;
use std::collections::HashSet;

/// Endpoints that are no way past a pooler of transactions: the pooler itself, and what is on the machine of a developer.
const POOLED: &[&str] = &["transaction-pooler", "dedicated-pooler", "pgbouncer", "local", "local-stack"];

/// What was found besides credentials.
#[derive(Default)]
pub(super) struct Found {
    database: Vec<Entry>,
    sealed: Vec<Entry>,
    unset: Vec<Entry>,
}

impl Found {
    /// A credential whose text nobody knows.
    pub(super) fn unknown_credential(&mut self, input: &Input<'_>, id: FactId, holder: Holder) {
        if let State::Unknown(_, cause) = input.facts.get(id, Field::Value) {
            self.sealed.push(Entry { letter: None, what: format!("a credential that {}", cause.reason), holder });
        }
    }

    pub(super) fn read(&mut self, input: &Input<'_>, frontends: &[Glob]) {
        let facts = input.facts;
        for id in in_order(facts, Kind::Connection) {
            self.connection(facts, id, holder::of(facts, id, frontends));
        }
        for id in in_order(facts, Kind::Credential) {
            if matches!(facts.get(id, Field::Demo).value(), Some(Value::Bool(true))) {
                let what = "a published demo key: everybody has it".to_owned();
                self.unset.push(Entry { letter: None, what, holder: holder::of(facts, id, frontends) });
            }
        }
        let names = names_of_credentials(facts);
        for id in in_order(facts, Kind::Variable) {
            let name = state_of(facts, id, Field::Name);
            let state = state_of(facts, id, Field::State);
            let entry = |what: String| Entry { letter: None, what, holder: holder::of(facts, id, frontends) };
            if let State::Unknown(_, cause) = facts.get(id, Field::Value) {
                self.sealed.push(entry(cause.reason.clone()));
            } else if state == "sealed" {
                self.sealed.push(entry("is sealed: nobody can read it back".to_owned()));
            }
            let promises = || names.contains(name) || promises_secret(name);
            if is_unset(state) && promises() {
                let what = if state == "empty" { "is empty" } else { "is a placeholder" };
                self.unset.push(entry(what.to_owned()));
            }
        }
        self.incomplete(facts);
    }

    fn connection(&mut self, facts: &Facts, id: FactId, holder: Holder) {
        let endpoint = facts.get(id, Field::Endpoint);
        let password = state_of(facts, id, Field::Password);
        // A variable that is a placeholder or empty as a whole is said as such.
        let is_set = holder::variable(facts, id).is_none_or(|id| !is_unset(state_of(facts, id, Field::State)));
        if is_unset(password) && is_set {
            let what = if password == "empty" {
                "a connection with an empty password"
            } else {
                "a connection whose password is a placeholder"
            };
            self.unset.push(Entry { letter: None, what: what.to_owned(), holder: holder.clone() });
        }
        let what = match (endpoint.text(), endpoint) {
            (Some(word), _) if POOLED.contains(&word) => return,
            (Some(word), _) => {
                let words =
                    ENDPOINTS.iter().find(|known| known.name == word).map_or("another host", |known| known.means);
                let shown = |field: Field, noun: &str| {
                    let value = facts.get(id, field).value().and_then(|_| facts.shown_field(id, field).value);
                    value.map(|value| format!("{noun}{value}"))
                };
                let parts = [shown(Field::Role, "as "), shown(Field::Project, "project "), shown(Field::Port, "port ")];
                let parts: Vec<String> = parts.into_iter().flatten().collect();
                let rest = if parts.is_empty() { String::new() } else { format!(", {}", parts.join(", ")) };
                format!("{words}{rest}")
            }
            (None, State::Unknown(_, cause)) => format!("not known: {}", cause.reason),
            (None, _) => "not known: the connection names no endpoint".to_owned(),
        };
        self.database.push(Entry { letter: None, what, holder });
    }

    /// Exports that leave sealed variables out: who holds those stands nowhere.
    fn incomplete(&mut self, facts: &Facts) {
        for document in facts.documents().iter().filter(|document| !document.complete) {
            let holder = Holder {
                service: document.service.text().map(str::to_owned),
                environment: document.environment.text().map(str::to_owned),
                variable: None,
                stands: "value",
                document: document.kind,
                at: Span::point(document.source, 0),
                via: Vec::new(),
                browser: None,
            };
            let what = "sealed variables are left out of this export".to_owned();
            self.sealed.push(Entry { letter: None, what, holder });
        }
    }

    pub(super) fn sections(mut self, shown: &dyn Fn(&Holder) -> bool) -> Vec<Section> {
        for entries in [&mut self.database, &mut self.sealed, &mut self.unset] {
            entries.sort_by(|one, other| one.what.cmp(&other.what));
        }
        let section = |id, title, note: &str, entries: Vec<Entry>| Section {
            id,
            title,
            note: note.to_owned(),
            unknown: None,
            entries: entries.into_iter().filter(|entry| shown(&entry.holder)).collect(),
        };
        vec![
            section("database", "Who reaches the database past a transaction pooler", "", self.database),
            section("sealed", "Sealed or undecided: nobody can say what they hold", "", self.sealed),
            section("unset", "Placeholders, empties and demo keys", "", self.unset),
        ]
    }
}

/// Whether a word says that nothing stands there yet.
fn is_unset(word: &str) -> bool {
    matches!(word, "empty" | "placeholder")
}

/// The names of variables that hold a credential somewhere.
fn names_of_credentials(facts: &Facts) -> HashSet<&str> {
    let kinds = [Kind::Credential, Kind::Connection];
    let ids = kinds.iter().flat_map(|kind| facts.of_kind(*kind));
    let variables = ids.filter_map(|id| holder::variable(facts, *id));
    variables.filter_map(|id| facts.get(id, Field::Name).text()).collect()
}
