//! Rules: what each shape of policy asks of the facts. One file a shape; conditions are judged with three values.

mod condition;
mod context;
mod database;
mod describe;
mod distinct;
mod expect;
mod failure;
mod forbid;
mod group;
mod holder;
mod index;
mod join;
mod matrix;
mod require;
mod same;
mod table;
#[cfg(test)]
mod tests;
mod truth;

pub use context::{Context, Doubtful, ExpectedDocument, Outcome, Trace, Traced};
pub(crate) use context::{is_labelled, may_hold};
pub use table::{JudgedCell, JudgedService, JudgedTable, wanted_value};
pub use truth::{Doubt, Truth};

use crate::policy::Policy;
use crate::policy::model::Shape;

/// Judges all facts by one policy.
pub fn judge(context: &Context<'_>, policy: &Policy) -> Outcome {
    match &policy.shape {
        Shape::Forbid(facts) => forbid::judge(context, policy, facts),
        Shape::Expect(rule) => expect::judge(context, policy, rule),
        Shape::Require(rule) => require::judge(context, policy, rule),
        Shape::Distinct(rule) => distinct::judge(context, policy, rule),
        Shape::Same(rule) => same::judge(context, policy, rule),
        Shape::Matrix(matrix) => matrix::judge(context, policy, matrix),
    }
}
