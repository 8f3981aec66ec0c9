//! What exports of one database say of each other: which tables have policies, and which policies stand on a table with
//! row level security.

use super::Draft;
use crate::document;
use crate::fact::{Document, Fact, Field, Kind, State, Value};
use std::collections::{HashMap, HashSet};

/// What the exports of one environment say.
#[derive(Default)]
struct Database {
    /// Row level security of each table.
    rls: HashMap<String, State>,
    /// The first policy of each table.
    policies: HashMap<String, State>,
    /// Schemas of which policies are listed: of any other one the query may not have asked.
    listed: HashSet<String>,
    /// Whether a row of policies was not read.
    may_list_more: bool,
}

/// Fills in what one export leaves open and another one of the same environment says.
pub fn catalog(drafts: &mut [Draft]) {
    let mut databases: HashMap<String, Database> = HashMap::new();
    for draft in drafts.iter().filter(|draft| draft.document.kind == document::catalog::KIND) {
        let Some(environment) = environment(&draft.document) else { continue };
        databases.entry(environment).or_default().take(draft);
    }
    if databases.is_empty() {
        return;
    }
    for draft in drafts.iter_mut().filter(|draft| draft.document.kind == document::catalog::KIND) {
        let Some(database) = environment(&draft.document).and_then(|environment| databases.get(&environment)) else {
            continue;
        };
        for fact in &mut draft.facts {
            let table = fact.own(Field::Table).and_then(State::text).map(str::to_owned);
            let (field, known) = match (fact.kind, table) {
                (Kind::Table, Some(table)) => (Field::HasPolicies, database.has_policies(&table, fact)),
                (Kind::RlsPolicy, Some(table)) => (Field::Rls, database.rls.get(&table).cloned()),
                _ => continue,
            };
            if let Some(known) = known {
                fact.set(field, known);
            }
        }
    }
}

/// Which database an export is of; without an environment nobody knows.
fn environment(document: &Document) -> Option<String> {
    document.environment.text().map(str::to_owned)
}

impl Database {
    fn take(&mut self, draft: &Draft) {
        let says = |kind: Kind| document::says(&draft.document, kind);
        self.may_list_more |= says(Kind::RlsPolicy) && !draft.document.unread.is_empty();
        for fact in &draft.facts {
            let Some(table) = fact.own(Field::Table).and_then(State::text) else { continue };
            match (fact.kind, fact.own(Field::Rls)) {
                (Kind::Table, Some(rls)) => _ = self.rls.entry(table.to_owned()).or_insert_with(|| rls.clone()),
                (Kind::RlsPolicy, _) => {
                    let has = State::Stated(Value::Bool(true), fact.anchor);
                    self.policies.entry(table.to_owned()).or_insert(has);
                    self.listed.extend(fact.own(Field::Schema).and_then(State::text).map(str::to_owned));
                }
                _ => {}
            }
        }
    }

    /// Whether a table has a policy; the place where none is listed is that of its row level security.
    fn has_policies(&self, table: &str, row: &Fact) -> Option<State> {
        let listed = row.own(Field::Schema).and_then(State::text).is_some_and(|schema| self.listed.contains(schema));
        let gap = row.own(Field::Rls).and_then(State::span).filter(|_| listed && !self.may_list_more);
        let none = gap.map(|span| State::Defaulted(Value::Bool(false), span.after()));
        self.policies.get(table).cloned().or(none)
    }
}
