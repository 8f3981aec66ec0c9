//! The matrix: rows with one cell for each service.

use super::Loader;
use super::condition::Asked;
use crate::fact::{Field, Kind};
use crate::policy::grammar::{CELL, MATRIX, OTHERS};
use crate::policy::matrix::{Cell, Demand, Matrix, Others, Row};
use crate::policy::model::Condition;
use crate::policy::name::{Glob, did_you_mean};
use crate::policy::slot::Slot;
use crate::source::{Span, Spanned};
use crate::tree::{Entry, Node, NodeValue};
use std::collections::HashSet;

impl Loader<'_> {
    pub(super) fn matrix(&mut self, node: &Node) -> Option<Matrix> {
        self.problems.mapping(node, "`matrix`", MATRIX, |_| false)?;
        let environments = node.get("environments").and_then(|node| self.labels(node, Field::Environment));
        let services = node.get("services").and_then(|node| self.labels(node, Field::Service));
        let (other_variables, other_services) = self.others(node);
        let table = node.get("variables")?;
        let variables = self.problems.entries(table, "`variables`")?;
        if variables.is_empty() {
            self.problems.error(
                table.span,
                "`variables` names no variable",
                "no row",
                "Add a row: `PORT: [required]`.",
            );
        }
        self.columns(services.as_deref().unwrap_or_default());
        let values = self.by_variable(node, "values", variables);
        let values: Vec<_> = values.into_iter().map(|(name, node)| (name, self.value_condition(node))).collect();
        let reasons = self.by_variable(node, "because", variables);
        let reasons: Vec<_> =
            reasons.into_iter().map(|(name, node)| (name, self.reasons(node, services.as_deref()))).collect();
        let mut rows = Vec::new();
        for entry in variables {
            let cells = self.cells(entry, services.as_deref());
            let value = values.iter().find(|(name, _)| *name == entry.key.value).and_then(|(_, value)| value.as_ref());
            let reasons = reasons.iter().find(|(name, _)| *name == entry.key.value).map(|(_, reasons)| reasons);
            let (Some(cells), Some(services)) = (cells, &services) else { continue };
            let because = |service: &Glob| {
                let fits = |(glob, _): &&(Glob, String)| fits(glob, service);
                reasons.into_iter().flatten().find(fits).map(|(_, text)| text.clone()).unwrap_or_default()
            };
            let cells = cells.into_iter().zip(services);
            let cells = cells.map(|(cell, service)| cell.into_cell(value, because(&service.value))).collect();
            rows.push(Row { variable: entry.key.clone(), cells });
        }
        let (environments, services) = (environments?, services?);
        Some(Matrix { environments, services, rows, other_variables, other_services, span: node.span })
    }

    /// The names of columns or environments; none where one of them is broken, so that no row is measured by the rest.
    fn labels(&mut self, node: &Node, label: Field) -> Option<Vec<Spanned<Glob>>> {
        let slot = Slot::named(Kind::Variable, label.as_str())?;
        let before = self.problems.len();
        let names = self.names(node, &slot);
        (self.problems.len() == before && !names.is_empty()).then_some(names)
    }

    /// A service with two columns would have two demands.
    fn columns(&mut self, services: &[Spanned<Glob>]) {
        let mut seen = HashSet::new();
        for service in services.iter().filter(|service| !seen.insert(service.value.as_str())) {
            let message = format!("service `{}` has two columns", service.value.as_str());
            self.problems.error(service.span, message, "a second one", "Keep one of the two.");
        }
    }

    /// The entries of `values` or `because`; a name without a row is an error.
    fn by_variable<'n>(&mut self, node: &'n Node, key: &str, variables: &[Entry]) -> Vec<(&'n str, &'n Node)> {
        let Some(map) = node.get(key) else { return Vec::new() };
        let entries = self.problems.entries(map, &format!("`{key}`")).unwrap_or_default();
        for entry in entries {
            let name = entry.key.value.as_str();
            if !variables.iter().any(|row| row.key.value == name) {
                let near = did_you_mean(name, variables.iter().map(|row| row.key.value.as_str()));
                let note = near.map_or_else(|| "no such row".to_owned(), |near| format!("did you mean `{near}`?"));
                self.problems.error(entry.key.span, format!("`{key}` names `{name}`, and no row does"), note, "");
            }
        }
        entries.iter().map(|entry| (entry.key.value.as_str(), &entry.value)).collect()
    }

    fn value_condition(&mut self, node: &Node) -> Option<Condition> {
        let slot = Slot::named(Kind::Variable, Field::Value.as_str())?;
        self.condition(node, Asked { kind: Kind::Variable, slot: &slot, chosen: &None })
    }

    /// The cells of a row, each read for its errors; none where one is broken or the row has another length.
    fn cells(&mut self, entry: &Entry, services: Option<&[Spanned<Glob>]>) -> Option<Vec<ReadCell>> {
        let NodeValue::Seq(nodes) = &entry.value.value else {
            let cell = self.cell(&entry.value)?;
            return Some(services?.iter().map(|_| cell.clone()).collect());
        };
        let cells: Option<Vec<_>> = nodes.iter().map(|node| self.cell(node)).collect::<Vec<_>>().into_iter().collect();
        let services = services?;
        if nodes.len() != services.len() {
            let message = format!(
                "row `{}` has {}, and the table has {}",
                entry.key.value,
                counted(nodes.len(), "cell"),
                counted(services.len(), "service")
            );
            let order: Vec<&str> = services.iter().map(|service| service.value.as_str()).collect();
            let help = format!("One cell for each of {}, in this order.", order.join(", "));
            self.problems.error(entry.value.span, message, "wrong length", help);
            return None;
        }
        cells
    }

    /// Reasons by service; a service without a column is an error.
    fn reasons(&mut self, node: &Node, services: Option<&[Spanned<Glob>]>) -> Vec<(Glob, String)> {
        if node.entries().is_none() {
            return self.problems.sentence(node, "`because`").map(|text| (Glob::new("*"), text)).into_iter().collect();
        }
        let mut reasons = Vec::new();
        for entry in self.problems.entries(node, "`because`").unwrap_or_default() {
            let glob = Glob::new(entry.key.value.clone());
            if let Some(services) = services.filter(|all| !all.iter().any(|service| fits(&glob, &service.value))) {
                let near = did_you_mean(glob.as_str(), services.iter().map(|service| service.value.as_str()));
                let note = near.map_or_else(|| "no such column".to_owned(), |near| format!("did you mean `{near}`?"));
                let message = format!("`because` names service `{}`, and no column does", glob.as_str());
                self.problems.error(entry.key.span, message, note, "");
            }
            reasons.extend(self.problems.sentence(&entry.value, "`because`").map(|text| (glob, text)));
        }
        reasons
    }

    fn cell(&mut self, node: &Node) -> Option<ReadCell> {
        let span = node.span;
        if node.entries().is_none() {
            let demand = self.problems.choice(node, "a cell", Demand::SPELLINGS)?;
            return Some(ReadCell { demand, own: None, span });
        }
        let entries = self.problems.mapping(node, "a cell", CELL, |_| false)?;
        let [entry] = entries else {
            let help = "Write `{ required: value }` or `{ optional: value }`.";
            self.problems.error(span, "a cell says one thing", "not one key", help);
            return None;
        };
        let demand = if entry.key.value == "required" { Demand::Required } else { Demand::Optional };
        Some(ReadCell { demand, own: Some(self.value_condition(&entry.value)?), span })
    }

    fn others(&mut self, node: &Node) -> (Others, Others) {
        let mut both = (Others::Allowed, Others::Allowed);
        let Some(others) = node.get("others") else { return both };
        if self.problems.mapping(others, "`others`", OTHERS, |_| false).is_none() {
            return both;
        }
        if let Some(node) = others.get("variables") {
            both.0 = self.problems.choice(node, "`variables`", Others::VARIABLES).unwrap_or(both.0);
        }
        if let Some(node) = others.get("services") {
            both.1 = self.problems.choice(node, "`services`", Others::SERVICES).unwrap_or(both.1);
        }
        both
    }
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// A cell before it meets what is said of its row.
#[derive(Clone)]
struct ReadCell {
    demand: Demand,
    /// What the cell itself says of the value.
    own: Option<Condition>,
    span: Span,
}

impl ReadCell {
    fn into_cell(self, of_row: Option<&Condition>, because: String) -> Cell {
        let settable = matches!(self.demand, Demand::Required | Demand::Optional);
        let value = self.own.or_else(|| of_row.filter(|_| settable).cloned());
        Cell { demand: self.demand, value, because, span: self.span }
    }
}

/// Whether a reason for `pattern` is one for the column `service`, which may be a pattern too.
fn fits(pattern: &Glob, service: &Glob) -> bool {
    pattern.matches(service.as_str()) || pattern.as_str() == service.as_str()
}
