//! The matrix: rows with one cell for each service.

use super::Loader;
use crate::fact::{Field, Kind};
use crate::policy::grammar::{CELL, MATRIX, OTHERS};
use crate::policy::matrix::{Cell, Demand, Matrix, Others, Row};
use crate::policy::model::Condition;
use crate::policy::name::{Glob, did_you_mean};
use crate::policy::slot::Slot;
use crate::source::Spanned;
use crate::tree::{Entry, Node, NodeValue};

impl Loader<'_> {
    pub(super) fn matrix(&mut self, node: &Node) -> Option<Matrix> {
        self.problems.mapping(node, "`matrix`", MATRIX, |_| false)?;
        let environments = self.labels(node.get("environments")?, Field::Environment);
        let services = self.labels(node.get("services")?, Field::Service);
        let variables = self.problems.entries(node.get("variables")?, "`variables`")?;
        let values = self.by_variable(node, "values", variables);
        let reasons = self.by_variable(node, "because", variables);
        let mut rows = Vec::new();
        for entry in variables {
            let value = values
                .iter()
                .find(|(name, _)| *name == entry.key.value)
                .and_then(|(_, node)| self.value_condition(node));
            let because = reasons.iter().find(|(name, _)| *name == entry.key.value).map(|(_, node)| *node);
            rows.extend(self.row(entry, &services, value, because));
        }
        let (other_variables, other_services) = self.others(node);
        Some(Matrix { environments, services, rows, other_variables, other_services, span: node.span })
    }

    fn labels(&mut self, node: &Node, label: Field) -> Vec<Spanned<Glob>> {
        match Slot::named(Kind::Variable, label.as_str()) {
            Some(slot) => self.names(node, &slot),
            None => Vec::new(),
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
        self.condition(node, Kind::Variable, &slot)
    }

    fn row(
        &mut self,
        entry: &Entry,
        services: &[Spanned<Glob>],
        value: Option<Condition>,
        because: Option<&Node>,
    ) -> Option<Row> {
        let name = &entry.key.value;
        let cells: Vec<&Node> = match &entry.value.value {
            NodeValue::Seq(cells) => {
                if cells.len() != services.len() {
                    let message = format!(
                        "row `{name}` has {}, and the table has {}",
                        counted(cells.len(), "cell"),
                        counted(services.len(), "service")
                    );
                    let order: Vec<&str> = services.iter().map(|service| service.value.as_str()).collect();
                    let help = format!("One cell for each of {}, in this order.", order.join(", "));
                    self.problems.error(entry.value.span, message, "wrong length", help);
                    return None;
                }
                cells.iter().collect()
            }
            _ => services.iter().map(|_| &entry.value).collect(),
        };
        let reasons = because.map(|node| self.reasons(node)).unwrap_or_default();
        let mut row = Row { variable: entry.key.clone(), cells: Vec::new() };
        for (cell, service) in cells.into_iter().zip(services) {
            let because = reasons
                .iter()
                .find(|(glob, _)| glob.matches(service.value.as_str()) || glob.as_str() == service.value.as_str());
            let because = because.map(|(_, text)| text.clone()).unwrap_or_default();
            row.cells.push(self.cell(cell, value.clone(), because)?);
        }
        Some(row)
    }

    fn reasons(&mut self, node: &Node) -> Vec<(Glob, String)> {
        if node.text().is_some() {
            return self.problems.sentence(node, "`because`").map(|text| (Glob::new("*"), text)).into_iter().collect();
        }
        let entries = self.problems.entries(node, "`because`").unwrap_or_default();
        entries
            .iter()
            .filter_map(|entry| {
                Some((Glob::new(entry.key.value.clone()), self.problems.sentence(&entry.value, "`because`")?))
            })
            .collect()
    }

    fn cell(&mut self, node: &Node, value: Option<Condition>, because: String) -> Option<Cell> {
        let span = node.span;
        if node.entries().is_none() {
            let demand = self.problems.choice(node, "a cell", Demand::SPELLINGS)?;
            let value = value.filter(|_| matches!(demand, Demand::Required | Demand::Optional));
            return Some(Cell { demand, value, because, span });
        }
        let entries = self.problems.mapping(node, "a cell", CELL, |_| false)?;
        let [entry] = entries else {
            self.problems.error(
                span,
                "a cell says one thing",
                "not one key",
                "Write `{ required: value }` or `{ optional: value }`.",
            );
            return None;
        };
        let demand = if entry.key.value == "required" { Demand::Required } else { Demand::Optional };
        let own = self.value_condition(&entry.value)?;
        Some(Cell { demand, value: Some(own), because, span })
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
