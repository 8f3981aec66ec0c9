//! Transactions that are taken back: what stands between BEGIN, or SAVEPOINT, and ROLLBACK was never made. PostgreSQL's
//! manual, "ROLLBACK" and "ROLLBACK TO SAVEPOINT".

use super::database::Database;
use crate::fact::{Cause, DocumentId, FactId, Facts, Field, FieldRef, Kind};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Where a database has to be kept, and where it has to be put back.
#[derive(Default)]
pub struct Undone {
    /// BEGIN or SAVEPOINT that something goes back to.
    kept: HashSet<FactId>,
    /// ROLLBACK, with the one that it goes back to.
    back: HashMap<FactId, FactId>,
    /// The BEGIN of a script that neither COMMIT nor ROLLBACK follows.
    unended: HashMap<DocumentId, FactId>,
}

/// Runners that hold each script in a transaction of their own and commit it: a BEGIN in it only gives a warning.
/// golang-migrate commits behind the script.
const COMMITS: &[&str] = &["sqlx", "diesel", "flyway", "dbmate", "golang-migrate"];

impl Undone {
    /// Reads the transactions of each script: only statements of a script begin and end them.
    pub fn of(facts: &Facts) -> Self {
        let mut undone = Self::default();
        let mut open: Option<(DocumentId, FactId)> = None;
        let mut savepoints: Vec<(&str, FactId)> = Vec::new();
        for id in facts.of_kind(Kind::Operation) {
            let is = facts.get(*id, Field::Is).text().unwrap_or_default();
            if !matches!(is, "begin" | "commit" | "rollback" | "savepoint" | "rollback_to_savepoint")
                || facts.get(*id, Field::Stands).text() != Some("top-level")
            {
                continue;
            }
            let document = facts.fact(*id).document;
            // a transaction ends with its script
            if open.is_some_and(|(own, _)| own != document) {
                open = None;
            }
            if open.is_none() {
                savepoints.clear();
            }
            let name = facts.get(*id, Field::Name).text().unwrap_or_default();
            match is {
                "begin" => {
                    open = open.or(Some((document, *id)));
                    undone.unended.entry(document).or_insert(*id);
                }
                "savepoint" => savepoints.push((name, *id)),
                "rollback_to_savepoint" => {
                    let to = savepoints.iter().rposition(|(own, _)| *own == name);
                    if let Some((at, (_, to))) = to.and_then(|at| Some((at, *savepoints.get(at)?))) {
                        savepoints.truncate(at + 1);
                        undone.goes_back(*id, to);
                    }
                }
                _ => {
                    undone.unended.remove(&document);
                    if let (Some((_, begin)), "rollback") = (open.take(), is) {
                        undone.goes_back(*id, begin);
                    }
                }
            }
        }
        undone
    }

    /// Why an operation may be taken back although nothing says so: its script does not end the transaction that it stands in.
    pub fn doubt(&self, facts: &Facts, id: FactId) -> Option<Arc<Cause>> {
        let begin = self.unended.get(&facts.fact(id).document)?;
        let runner = facts.get(id, FieldRef { of: Some(Kind::Migration), field: Field::Runner }).text();
        if *begin >= id || runner.is_some_and(|runner| COMMITS.contains(&runner)) {
            return None;
        }
        Some(Cause::new(
            "stands behind a BEGIN that no COMMIT follows, and what runs the script decides whether it is kept",
            "Add COMMIT at the end of the script.",
        ))
    }

    fn goes_back(&mut self, rollback: FactId, to: FactId) {
        self.kept.insert(to);
        self.back.insert(rollback, to);
    }

    /// Keeps the database where that is needed, and puts it back.
    pub fn at(&self, id: FactId, db: &mut Database, kept: &mut HashMap<FactId, Database>) {
        if self.kept.contains(&id) {
            kept.insert(id, db.clone());
        }
        if let Some(before) = self.back.get(&id).and_then(|to| kept.get(to)) {
            db.clone_from(before);
        }
    }
}
