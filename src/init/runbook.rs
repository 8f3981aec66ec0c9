//! The tables of a runbook as one matrix: a heading a service, a table below it, rows in the order in which they come.

use super::Complaint;
use super::cell::{self, Legend};
use super::page::{self, Block, Cell};
use super::shape::Wanted;
use crate::document::value;
use crate::policy::matrix::Demand;

/// Variables by service, as a runbook has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns, in the order of the page.
    pub services: Vec<String>,
    /// The rows. A variable that a later table adds stands behind the one that precedes it there.
    pub rows: Vec<TableRow>,
}

/// A variable with one cell for each service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// The variable.
    pub variable: String,
    /// One cell for each service, in their order.
    pub cells: Vec<TableCell>,
}

/// What one service does with one variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableCell {
    /// What is asked.
    pub demand: Demand,
    /// What the value must be, where the page is certain about it.
    pub wanted: Option<Wanted>,
    /// Why, in the words of the page; may be empty.
    pub because: String,
}

impl TableCell {
    fn unlisted() -> Self {
        Self { demand: Demand::Unlisted, wanted: None, because: String::new() }
    }
}

/// Reads the tables of a Markdown page: a table below a heading that names a service, with a column of variables, one that
/// says whether they are required, and one of values or reasons; or one table with a column for each service.
pub fn read(text: &str) -> (Table, Vec<Complaint>) {
    let blocks = page::blocks(text);
    let mut reader = Reader::default();
    // A legend may stand behind the tables that it is about.
    for table in tables(&blocks) {
        reader.legend(table);
    }
    let mut heading = None;
    for block in &blocks {
        match block {
            Block::Heading(cell) => heading = Some(cell),
            Block::Table(rows) => reader.table(heading, rows),
            Block::QuotedTable(line) => {
                reader.complain(*line, true, "this table stands in a quotation, and is not read".to_owned());
            }
        }
    }
    reader.complaints.sort_by_key(|complaint| complaint.line);
    (reader.table, reader.complaints)
}

fn tables(blocks: &[Block]) -> impl Iterator<Item = &Vec<Vec<Cell>>> {
    blocks.iter().filter_map(|block| match block {
        Block::Table(rows) => Some(rows),
        Block::Heading(_) | Block::QuotedTable(_) => None,
    })
}

/// Which columns of a table say what.
struct Columns {
    variable: usize,
    required: usize,
    value: Option<usize>,
    /// Whether a cell without a mark says nothing: so it is where each service has a column.
    blank: bool,
}

/// The words of a head, in lower case.
fn head(row: &[Cell]) -> Vec<String> {
    row.iter().map(|cell| cell.text().to_lowercase()).collect()
}

fn position(head: &[String], words: &[&str]) -> Option<usize> {
    let has = |text: &String| text.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word));
    head.iter().position(has)
}

/// The column in which every row names variables as everybody writes them: of capitals, whatever its head says.
fn by_content(rows: &[Vec<Cell>]) -> Option<usize> {
    let is_name = |name: &String| !name.bytes().any(|byte| byte.is_ascii_lowercase());
    let names = |cell: &Cell| Some(cell::names(cell)).filter(|names| !names.is_empty() && names.iter().all(is_name));
    let fits = |at: &usize| rows.iter().all(|row| row.get(*at).and_then(names).is_some());
    (0..rows.first()?.len()).find(fits)
}

#[derive(Default)]
struct Reader {
    table: Table,
    legend: Legend,
    complaints: Vec<Complaint>,
}

impl Reader {
    fn complain(&mut self, line: usize, lost: bool, message: String) {
        self.complaints.push(Complaint { line, message: value::redacted(message), lost });
    }

    /// Takes a table of marks and their meanings.
    fn legend(&mut self, rows: &[Vec<Cell>]) {
        let Some((first, rest)) = rows.split_first() else { return };
        let head = head(first);
        let symbol = position(&head, &["symbol", "mark", "sign", "icon"]);
        let meaning = position(&head, &["meaning", "means", "description"]);
        let (Some(symbol), Some(meaning)) = (symbol, meaning) else { return };
        for row in rest {
            let (Some(mark), Some(words)) = (row.get(symbol), row.get(meaning)) else { continue };
            let text = cell::bare(&mark.text());
            match cell::demand_of_words(&words.text()) {
                Some(demand) if !text.is_empty() => self.legend.push((text, demand)),
                _ => {
                    let message = "the legend says neither required nor forbidden nor optional here".to_owned();
                    self.complain(mark.line, true, message);
                }
            }
        }
        // `✅✅` before `✅`.
        self.legend.sort_by_key(|(mark, _)| std::cmp::Reverse(mark.len()));
    }

    fn table(&mut self, heading: Option<&Cell>, rows: &[Vec<Cell>]) {
        let Some((first, rest)) = rows.split_first() else { return };
        let line = first.first().map_or(0, |cell| cell.line);
        let head = head(first);
        let required = position(&head, &["required", "requirement", "needed", "demand", "status"]);
        let named = position(&head, &["variable", "variables", "var", "vars"]);
        let variable = named.or_else(|| required.and_then(|_| by_content(rest)));
        let Some(variable) = variable else { return };
        let value = position(&head, &["value", "values", "source", "notes", "note", "description", "reason", "why"]);
        match required {
            Some(required) => match heading.map(services) {
                Some(names) if !names.is_empty() => {
                    let columns = Columns { variable, required, value, blank: false };
                    names.into_iter().for_each(|service| self.narrow(service, &columns, rest));
                }
                Some(_) => {
                    let heading = heading.map_or(0, |heading| heading.line);
                    let message = format!(
                        "this table of variables stands below line {heading}, which names no service: write its name as code"
                    );
                    self.complain(line, true, message);
                }
                None => {
                    let message = "this table of variables stands below no heading that names a service".to_owned();
                    self.complain(line, true, message);
                }
            },
            None => self.wide(first, variable, value, rest, line),
        }
    }

    /// One service: a row for each variable.
    fn narrow(&mut self, service: String, columns: &Columns, rows: &[Vec<Cell>]) {
        let column = self.column(&service);
        let mut before = None;
        let mut no = 0;
        for row in rows {
            let Some((names, demand)) = self.row(row, columns) else { continue };
            if row.get(columns.required).is_some_and(|cell| cell::is_no(cell, &self.legend)) {
                no += 1;
                if no == 1 {
                    let line = row.first().map_or(0, |cell| cell.line);
                    let message = "`no` was read as optional; write forbidden where it must not be set".to_owned();
                    self.complain(line, false, message);
                }
            }
            for name in names {
                let cell = self.cell(&name, demand, columns.value.and_then(|value| row.get(value)));
                before = Some(self.put(column, &name, cell, before, row));
            }
        }
    }

    /// The names and the demand of a row, or a complaint.
    fn row(&mut self, row: &[Cell], columns: &Columns) -> Option<(Vec<String>, Demand)> {
        let (first, demanded) = (row.get(columns.variable)?, row.get(columns.required)?);
        let names = cell::names(first);
        if names.is_empty() {
            let message = "the first cell of this row is no name of a variable".to_owned();
            self.complain(first.line, true, message);
            return None;
        }
        if columns.blank && demanded.text().is_empty() {
            return None;
        }
        let demand = cell::demand(demanded, &self.legend);
        if demand.is_none() {
            let message = format!("{}: neither required nor forbidden nor optional", names.join(", "));
            self.complain(first.line, true, message);
        }
        Some((names, demand?))
    }

    fn cell(&mut self, variable: &str, demand: Demand, value: Option<&Cell>) -> TableCell {
        let settable = matches!(demand, Demand::Required | Demand::Optional);
        let said = value.map(|value| cell::said(value, variable, settable)).unwrap_or_default();
        if let Some(value) = value.filter(|_| said.secret) {
            let message =
                format!("{variable}: a secret stands here, and was left out; take it out of the page and rotate it");
            self.complain(value.line, true, message);
        }
        TableCell { demand, wanted: said.wanted, because: said.because }
    }

    /// One table for all: a column for each service.
    fn wide(&mut self, first: &[Cell], variable: usize, value: Option<usize>, rows: &[Vec<Cell>], line: usize) {
        let columns: Vec<usize> = (0..first.len()).filter(|at| *at != variable && Some(*at) != value).collect();
        let one = |cell: &Cell| services(cell).into_iter().next();
        let services: Option<Vec<String>> = columns.iter().map(|at| first.get(*at).and_then(one)).collect();
        let marks = |row: &Vec<Cell>| {
            columns.iter().any(|at| row.get(*at).is_some_and(|cell| cell::demand(cell, &self.legend).is_some()))
        };
        let services = services.filter(|services| !services.is_empty() && rows.iter().any(marks));
        let Some(services) = services else {
            let message = "this table of variables has no column that says what is required".to_owned();
            return self.complain(line, true, message);
        };
        for (at, service) in columns.into_iter().zip(services) {
            self.narrow(service, &Columns { variable, required: at, value, blank: true }, rows);
        }
    }

    /// The column of a service; a new one is unlisted in all rows.
    fn column(&mut self, service: &str) -> usize {
        if let Some(column) = self.table.services.iter().position(|known| known == service) {
            return column;
        }
        self.table.services.push(service.to_owned());
        self.table.rows.iter_mut().for_each(|row| row.cells.push(TableCell::unlisted()));
        self.table.services.len() - 1
    }

    /// Puts a cell in; gives the position of its row. `before` is the row of the line above.
    fn put(&mut self, column: usize, variable: &str, cell: TableCell, before: Option<usize>, row: &[Cell]) -> usize {
        let known = self.table.rows.iter().position(|row| row.variable == variable);
        let at = known.unwrap_or_else(|| {
            let at = before.map_or(self.table.rows.len(), |before| before + 1);
            let cells = vec![TableCell::unlisted(); self.table.services.len()];
            self.table.rows.insert(at, TableRow { variable: variable.to_owned(), cells });
            at
        });
        let slot = self.table.rows.get_mut(at).and_then(|row| row.cells.get_mut(column));
        if let Some(slot) = slot {
            if *slot == TableCell::unlisted() {
                *slot = cell;
            } else if *slot != cell {
                let service = self.table.services.get(column).cloned().unwrap_or_default();
                let line = row.first().map_or(0, |cell| cell.line);
                self.complain(line, true, format!("{variable} of {service} has a row already, which says otherwise"));
            }
        }
        at
    }
}

/// The services that a heading names: its pieces of code, or a name of one word, perhaps behind `Service:`. None where it
/// names none for certain.
fn services(heading: &Cell) -> Vec<String> {
    let between = |text: &str| {
        matches!(text.to_lowercase().as_str(), "" | "," | "/" | "&" | "and" | "service" | "service:" | "services:")
    };
    let text = heading.text();
    let codes = heading.codes(between).or_else(|| {
        // Words around the one name are no names.
        heading.codes(|_| true).filter(|codes| codes.len() == 1)
    });
    let names: Vec<&str> = codes.unwrap_or_else(|| {
        let behind = text.split_once(':').filter(|(before, _)| before.eq_ignore_ascii_case("service"));
        let name = behind.map_or(text.as_str(), |(_, name)| name.trim());
        // `web (Next.js)` is the service web.
        let bare = name.strip_suffix(')').and_then(|name| name.split_once(" (")).map(|(name, _)| name);
        vec![bare.unwrap_or(name)]
    });
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '*' | '/');
    let is_name = |name: &&str| {
        !name.is_empty()
            && name.chars().all(fits)
            && name.chars().any(char::is_alphanumeric)
            && value::secrets(name).is_empty()
    };
    if names.iter().all(is_name) { names.into_iter().map(str::to_owned).collect() } else { Vec::new() }
}
