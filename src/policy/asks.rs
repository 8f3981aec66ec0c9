//! Which fields policies ask of: what costs something to find out is found out where it is asked for.

use super::PolicySet;
use super::matrix::Matrix;
use super::model::{Condition, Judge, KindSelection, Policy, Selection, Shape, Term, Test};
use crate::fact::Field;

impl PolicySet {
    /// Whether a policy asks of a field, wherever it stands in it.
    pub fn asks(&self, field: Field) -> bool {
        self.policies.iter().any(|policy| policy.asks(field))
    }
}

impl Policy {
    /// Whether the policy asks of a field, wherever it stands in it.
    pub fn asks(&self, field: Field) -> bool {
        let is = |asked: &crate::fact::FieldRef| asked.field == field;
        let all = |facts: &[KindSelection]| facts.iter().any(|facts| asks(&facts.selection, field));
        let own = match &self.shape {
            Shape::Forbid(facts) => all(facts),
            Shape::Expect(rule) => asks(&rule.facts.selection, field) || asks(&rule.to, field),
            Shape::Require(rule) => asks(&rule.facts.selection, field) || rule.each.iter().any(|(each, _)| is(each)),
            Shape::Distinct(rule) => {
                let mut fields = rule.by.iter().chain(&rule.across);
                all(&rule.facts) || fields.any(|by| is(&by.value))
            }
            Shape::Same(rule) => {
                let mut fields = rule.within.iter().chain([&rule.field]);
                all(&rule.facts) || fields.any(|within| is(&within.value))
            }
            Shape::Matrix(matrix) => matrix_asks(matrix, field),
        };
        own || all(&self.unless) || self.at.as_ref().is_some_and(is)
    }
}

fn matrix_asks(matrix: &Matrix, field: Field) -> bool {
    let mut cells = matrix.rows.iter().flat_map(|row| &row.cells);
    cells.any(|cell| cell.value.as_ref().is_some_and(|value| condition_asks(value, field)))
}

/// As deep as a policy file is: the reader of YAML bounds that.
fn asks(selection: &Selection, field: Field) -> bool {
    selection.terms.iter().any(|term| match term {
        Term::Field(term) => term.field.field == field || condition_asks(&term.condition, field),
        Term::Not(inner) => asks(inner, field),
        Term::Any(inner, _) => inner.iter().any(|inner| asks(inner, field)),
        Term::Join(join) => {
            join.sharing.iter().any(|shared| shared.value.field == field) || asks(&join.facts.selection, field)
        }
    })
}

fn condition_asks(condition: &Condition, field: Field) -> bool {
    match &condition.test {
        Test::Any(inner) | Test::All(inner) => inner.iter().any(|inner| condition_asks(inner, field)),
        Test::Not(inner) | Test::Has(inner) => condition_asks(inner, field),
        Test::SameAs(other) => other.field == field,
        Test::IsA(ty) => match &ty.judge {
            Judge::Fact(facts) => asks(&facts.selection, field),
            Judge::Value(condition) => condition_asks(condition, field),
            Judge::JsonSchema(_) => false,
        },
        Test::Is(_) | Test::Matches(_) | Test::AtLeast(_) | Test::AtMost(_) | Test::Set(_) | Test::Param(..) => false,
    }
}
