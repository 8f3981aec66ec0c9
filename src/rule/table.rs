//! What a matrix made of each of its cells, kept where a table is to be drawn: the findings are those that `check`
//! reports, so that no cell is judged twice or otherwise.

use super::describe::wants;
use crate::fact::{Cause, FactId, Field, Kind};
use crate::policy::Slot;
use crate::policy::matrix::{self, Demand};
use crate::policy::model::{Condition, Judge, Literal, Test};
use crate::source::Span;
use std::ops::Range;
use std::sync::Arc;

/// One matrix, judged.
#[derive(Debug, Default)]
pub struct JudgedTable {
    /// The policy's id.
    pub policy: String,
    /// The services of each environment, in the order of environments, then of names; those that are missing come last.
    pub services: Vec<JudgedService>,
}

/// A service in an environment, judged: a column of the table.
#[derive(Debug)]
pub struct JudgedService {
    /// Its name; of a service that is missing the name, or the pattern, that the policy has.
    pub service: String,
    /// Its environment.
    pub environment: String,
    /// The column of the policy that speaks of it; none for a service in no column.
    pub column: Option<usize>,
    /// Its documents; none for a service that is missing.
    pub documents: Vec<Span>,
    /// Whether what none of its documents says is not there.
    pub complete: bool,
    /// What is wrong with the service as a whole: positions among the findings.
    pub findings: Range<usize>,
    /// Whether a document whose labels nobody knows may be its own.
    pub doubtful: bool,
    /// Its cells, in the order of rows; then variables that no row names and that may not be there.
    pub cells: Vec<JudgedCell>,
}

/// One variable of one service, judged.
#[derive(Debug)]
pub struct JudgedCell {
    /// The row of the policy; none for a variable in no row.
    pub row: Option<usize>,
    /// The variable.
    pub variable: String,
    /// What the policy asks.
    pub demand: Demand,
    /// What is there: one fact in each document that says the variable.
    pub facts: Vec<FactId>,
    /// What is wrong: positions among the findings.
    pub findings: Range<usize>,
    /// What cannot be known.
    pub doubts: Vec<Arc<Cause>>,
}

impl JudgedCell {
    /// What came of a cell. What is required, not there, and neither wrong nor in doubt by itself may stand in a document
    /// whose labels nobody knows: that is the document's doubt, and this cell's.
    pub(super) fn new(
        row: Option<usize>,
        variable: &str,
        demand: Demand,
        facts: &[FactId],
        findings: Range<usize>,
        mut doubts: Vec<Arc<Cause>>,
    ) -> Self {
        if demand == Demand::Required && facts.is_empty() && findings.is_empty() && doubts.is_empty() {
            doubts.push(Cause::new("may stand in a document whose labels nothing binds", ""));
        }
        Self { row, variable: variable.to_owned(), demand, facts: facts.to_vec(), findings, doubts }
    }
}

impl JudgedTable {
    /// The same where `before` findings stand before its own.
    pub(crate) fn shifted(mut self, before: usize) -> Self {
        let shift = |range: &mut Range<usize>| *range = range.start + before..range.end + before;
        for service in &mut self.services {
            shift(&mut service.findings);
            service.cells.iter_mut().for_each(|cell| shift(&mut cell.findings));
        }
        self
    }
}

/// What a cell wants of a value, in the words of messages; empty where any value will do. A type that lists texts is
/// those texts: so they stand in a table as what they are, and come back from it.
pub fn wanted_value(cell: &matrix::Cell) -> String {
    let slot = Slot::of_reference(Kind::Variable, Field::Value.into());
    match (slot, &cell.value) {
        (Some(slot), Some(condition)) => wants(&slot, listed(condition).unwrap_or(condition)),
        _ => String::new(),
    }
}

/// The texts that a type lists, if it does no more than that.
fn listed(condition: &Condition) -> Option<&Condition> {
    let ty = match &condition.test {
        Test::IsA(ty) => ty,
        // `{ is_a: … }` is a map of one word.
        Test::All(words) => match words.as_slice() {
            [Condition { test: Test::IsA(ty), .. }] => ty,
            _ => return None,
        },
        _ => return None,
    };
    let Judge::Value(inner) = &ty.judge else { return None };
    let is_text = |condition: &Condition| matches!(&condition.test, Test::Is(Literal::Text(_)));
    match &inner.test {
        Test::Is(Literal::Text(_)) => Some(inner),
        Test::Any(conditions) if conditions.iter().all(is_text) => Some(inner),
        _ => None,
    }
}
