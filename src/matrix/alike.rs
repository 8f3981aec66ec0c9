//! Services of which a table says the same: three hundred services have few columns.

use super::{Service, Standing, Table};
use crate::policy::matrix::Demand;
use std::collections::HashMap;

/// From this many services on those that are alike stand in one column.
const MANY: usize = 7;

/// A column as it is drawn: one service, or several of which the table says the same.
pub(super) struct Column<'t> {
    /// The first of them.
    pub service: &'t Service,
    /// The names of all.
    pub names: Vec<&'t str>,
}

impl Column<'_> {
    /// The name of the first one, with how many more there are.
    pub fn title(&self) -> String {
        match self.names.len() {
            0 | 1 => self.service.name.clone(),
            count => format!("{} (and {} alike)", self.service.name, count - 1),
        }
    }
}

/// What a column says, for comparison.
type Says<'t> = (Option<usize>, Vec<(Demand, &'t str, Standing)>);

/// The columns of a table. A service without a document has nothing to show in one: it stands among what is broken.
pub(super) fn columns(table: &Table) -> Vec<Column<'_>> {
    fn alone(service: &Service) -> Column<'_> {
        Column { service, names: vec![service.name.as_str()] }
    }
    let there = |service: &&Service| table.environment.is_none() || !service.documents.is_empty();
    let services = || table.services.iter().filter(there);
    if services().count() < MANY {
        return services().map(alone).collect();
    }
    let mut columns: Vec<Column<'_>> = Vec::new();
    let mut seen: HashMap<Says<'_>, usize> = HashMap::new();
    for service in services() {
        let cells = service
            .cells
            .iter()
            .filter_map(|cell| cell.there.as_ref().map(|there| (cell.demand, there.word.as_str(), there.standing)));
        let mut says: Vec<(Demand, &str, Standing)> = cells.collect();
        says.extend(service.note.iter().map(|note| (Demand::Unlisted, note.word.as_str(), note.standing)));
        let key = (service.column, says);
        match seen.get(&key).and_then(|index| columns.get_mut(*index)) {
            Some(column) if table.environment.is_some() => column.names.push(&service.name),
            _ => {
                seen.insert(key, columns.len());
                columns.push(alone(service));
            }
        }
    }
    columns
}
