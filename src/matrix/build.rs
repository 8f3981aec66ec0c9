//! From what was judged to tables.

use super::{Ask, Cell, Counts, Row, Said, Service, Standing, Table};
use crate::evaluate::Evaluation;
use crate::fact::{FactId, Facts, Field};
use crate::finding::Finding;
use crate::policy::matrix::{self, Demand};
use crate::policy::model::{Condition, Literal, Shape, Test};
use crate::policy::{Policy, PolicySet};
use crate::rule::{JudgedCell, JudgedService, JudgedTable, wanted_value};
use std::collections::HashMap;

/// What of the judged tables is shown.
pub struct Shows<'a> {
    /// Whether a service in its environment is.
    pub service: &'a dyn Fn(&JudgedService) -> bool,
    /// Whether a waiver hides a finding.
    pub waived: &'a dyn Fn(&Finding) -> bool,
}

/// The tables of every matrix that was judged, one for each environment, and the findings of their cells.
pub fn judged(
    facts: &Facts,
    set: &PolicySet,
    evaluation: &Evaluation,
    shows: &Shows<'_>,
) -> (Vec<Table>, Vec<Finding>) {
    let (mut tables, mut findings) = (Vec::new(), Vec::new());
    for judged in &evaluation.tables {
        let policy = set.policies.iter().find(|policy| policy.id.value == judged.policy);
        let Some((policy, matrix)) = policy.and_then(|policy| Some((policy, matrix_of(policy)?))) else { continue };
        let builder = Builder { facts, findings: &evaluation.findings, waived: shows.waived };
        for environment in environments(judged) {
            let of = |service: &&JudgedService| service.environment == environment && (shows.service)(service);
            let services: Vec<&JudgedService> = judged.services.iter().filter(of).collect();
            let ranges = services.iter().flat_map(|service| {
                std::iter::once(&service.findings).chain(service.cells.iter().map(|cell| &cell.findings))
            });
            let own = ranges.flat_map(|range| evaluation.findings.get(range.clone()).unwrap_or_default());
            findings.extend(own.filter(|finding| !(shows.waived)(finding)).cloned());
            if !services.is_empty() {
                tables.push(builder.table(policy, matrix, environment, &services));
            }
        }
    }
    (tables, findings)
}

/// The tables of matrix policies as they stand, compared with nothing.
pub fn of_policies(set: &PolicySet, wanted: impl Fn(&str) -> bool) -> Vec<Table> {
    let policies = set.policies.iter().filter(|policy| wanted(&policy.id.value));
    let table = |(policy, matrix): (&Policy, &matrix::Matrix)| {
        let column = |(index, glob): (usize, &crate::source::Spanned<crate::policy::Glob>)| Service {
            name: glob.value.as_str().to_owned(),
            column: Some(index),
            note: None,
            documents: Vec::new(),
            cells: demands(matrix, index).map(|demand| Cell { demand, there: None }).collect(),
        };
        let services = matrix.services.iter().enumerate().map(column).collect();
        blank(policy, matrix, None, services)
    };
    policies.filter_map(|policy| Some(table((policy, matrix_of(policy)?)))).collect()
}

/// The table of a policy, if it is a matrix.
fn matrix_of(policy: &Policy) -> Option<&matrix::Matrix> {
    match &policy.shape {
        Shape::Matrix(matrix) => Some(matrix),
        _ => None,
    }
}

fn environments(judged: &JudgedTable) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for service in &judged.services {
        if names.last() != Some(&service.environment.as_str()) && !names.contains(&service.environment.as_str()) {
            names.push(&service.environment);
        }
    }
    names
}

/// A table with the rows of its policy.
fn blank(policy: &Policy, matrix: &matrix::Matrix, environment: Option<&str>, services: Vec<Service>) -> Table {
    let ask = |cell: &matrix::Cell| {
        let (value, literal) = (wanted_value(cell), cell.value.as_ref().is_some_and(is_literal));
        // Messages set a literal off by backticks; here the format does.
        let value = if literal { value.trim_matches('`').to_owned() } else { value };
        Ask { demand: cell.demand, value, literal, because: cell.because.clone() }
    };
    let row =
        |row: &matrix::Row| Row { variable: row.variable.value.clone(), asks: row.cells.iter().map(ask).collect() };
    Table {
        policy: policy.id.value.clone(),
        why: policy.advice.why.clone(),
        see: policy.advice.see.clone(),
        environment: environment.map(str::to_owned),
        rows: matrix.rows.iter().map(row).collect(),
        counts: Counts::of(&services),
        services,
    }
}

fn is_literal(condition: &Condition) -> bool {
    match &condition.test {
        Test::Is(Literal::Text(_)) => true,
        Test::Is(Literal::Name(name)) => name.is_literal(),
        _ => false,
    }
}

/// What a column asks of each row.
fn demands(matrix: &matrix::Matrix, column: usize) -> impl Iterator<Item = Demand> {
    matrix.rows.iter().map(move |row| row.cells.get(column).map_or(Demand::Unlisted, |cell| cell.demand))
}

struct Builder<'a> {
    facts: &'a Facts,
    findings: &'a [Finding],
    waived: &'a dyn Fn(&Finding) -> bool,
}

impl Builder<'_> {
    fn table(&self, policy: &Policy, matrix: &matrix::Matrix, environment: &str, services: &[&JudgedService]) -> Table {
        // Variables in no row that may not be there get rows of their own, behind the others.
        let mut more: Vec<&str> = Vec::new();
        let mut at: HashMap<&str, usize> = HashMap::new();
        for cell in services.iter().flat_map(|service| &service.cells).filter(|cell| cell.row.is_none()) {
            at.entry(&cell.variable).or_insert_with(|| {
                more.push(&cell.variable);
                matrix.rows.len() + more.len() - 1
            });
        }
        let rows = matrix.rows.len() + more.len();
        let columns = services.iter().map(|service| self.service(matrix, service, rows, &at)).collect();
        let mut table = blank(policy, matrix, Some(environment), columns);
        table.rows.extend(more.into_iter().map(|name| Row { variable: name.to_owned(), asks: Vec::new() }));
        table
    }

    fn service(
        &self,
        matrix: &matrix::Matrix,
        judged: &JudgedService,
        rows: usize,
        at: &HashMap<&str, usize>,
    ) -> Service {
        let mut cells: Vec<Cell> = match judged.column {
            Some(column) => demands(matrix, column).map(|demand| Cell { demand, there: None }).collect(),
            None => Vec::new(),
        };
        cells.resize_with(rows, || Cell { demand: Demand::Unlisted, there: None });
        for cell in &judged.cells {
            let row = cell.row.or_else(|| at.get(cell.variable.as_str()).copied());
            if let Some(place) = row.and_then(|row| cells.get_mut(row)) {
                place.there = Some(match place.there.take() {
                    Some(said) => joined(said, self.said(judged, cell)),
                    None => self.said(judged, cell),
                });
            }
        }
        let nothing = if judged.documents.is_empty() { "no document" } else { "absent" };
        for cell in &mut cells {
            cell.there.get_or_insert_with(|| plain(nothing, Standing::Unasked));
        }
        let (name, documents) = (judged.service.clone(), judged.documents.clone());
        Service { name, column: judged.column, note: self.note(judged), documents, cells }
    }

    /// What is wrong with a service as a whole.
    fn note(&self, judged: &JudgedService) -> Option<Said> {
        let findings = self.findings.get(judged.findings.clone()).unwrap_or_default();
        if judged.doubtful {
            return Some(plain("may be a document whose labels nothing binds", Standing::Undecided));
        }
        if findings.is_empty() {
            return None;
        }
        let word = if judged.documents.is_empty() { "no document" } else { "in no column" };
        let standing = self.broken(findings);
        let word = if standing == Standing::Waived { format!("{word}, waived") } else { word.to_owned() };
        Some(Said { details: details(findings), ..plain(&word, standing) })
    }

    /// Broken, or waived where all of it is.
    fn broken(&self, findings: &[Finding]) -> Standing {
        if findings.iter().all(self.waived) { Standing::Waived } else { Standing::Broken }
    }

    fn said(&self, judged: &JudgedService, cell: &JudgedCell) -> Said {
        let findings = self.findings.get(cell.findings.clone()).unwrap_or_default();
        let places = cell.facts.iter().map(|fact| self.facts.fact(*fact).anchor).collect();
        let mut details = details(findings);
        details.extend(cell.doubts.iter().map(|cause| {
            let at = cell.facts.first().map(|fact| self.facts.fact(*fact).anchor);
            (format!("{} {}", cell.variable, cause.reason), at)
        }));
        let (word, standing) = if !findings.is_empty() {
            let (word, standing) = (self.wrong(cell, findings), self.broken(findings));
            // Whoever reads the table must see that it is not as the policy asks, and that somebody allowed it.
            (if standing == Standing::Waived { format!("{word}, waived") } else { word }, standing)
        } else if !cell.doubts.is_empty() {
            ("undecided".to_owned(), Standing::Undecided)
        } else {
            let standing = if cell.demand == Demand::Unlisted { Standing::Unasked } else { Standing::Fine };
            (self.state(&cell.facts, judged.complete).to_owned(), standing)
        };
        Said { word, standing, details, places }
    }

    /// The state of what is there, the best of all documents of the service. What only incomplete documents could say, and
    /// do not, is not seen.
    fn state(&self, facts: &[FactId], complete: bool) -> &'static str {
        const BEST_FIRST: [&str; 5] = ["set", "reference", "sealed", "placeholder", "empty"];
        let states: Vec<Option<&str>> = facts.iter().map(|fact| self.facts.get(*fact, Field::State).text()).collect();
        match BEST_FIRST.into_iter().find(|state| states.contains(&Some(state))) {
            Some(state) => state,
            None if !facts.is_empty() => "set",
            None if complete => "absent",
            None => "not seen",
        }
    }

    fn wrong(&self, cell: &JudgedCell, findings: &[Finding]) -> String {
        let is = |sub: &str| findings.iter().any(|finding| finding.policy.ends_with(sub));
        if is("/missing") {
            "missing".to_owned()
        } else if is("/forbidden") {
            match self.state(&cell.facts, true) {
                state @ ("empty" | "placeholder" | "sealed") => format!("{state}, forbidden"),
                _ => "present, forbidden".to_owned(),
            }
        } else if is("/empty") {
            self.state(&cell.facts, true).to_owned()
        } else if is("/unlisted") {
            "present, in no row".to_owned()
        } else {
            let mut notes: Vec<&str> = findings.iter().map(|finding| finding.note.as_str()).collect();
            notes.sort_unstable();
            notes.dedup();
            format!("wrong: {}", notes.join(", "))
        }
    }
}

fn details(findings: &[Finding]) -> Vec<(String, Option<crate::source::Span>)> {
    findings.iter().map(|finding| (finding.message.clone(), finding.span())).collect()
}

fn plain(word: &str, standing: Standing) -> Said {
    Said { word: word.to_owned(), standing, details: Vec::new(), places: Vec::new() }
}

/// Two facts in one cell: a variable in no row that two documents say.
fn joined(mut first: Said, second: Said) -> Said {
    first.details.extend(second.details);
    first.places.extend(second.places);
    first
}
