//! Kind `catalog-export`: what a query of the database's own catalog said, as CSV or JSON. It is the truth of one moment:
//! who holds which privilege, where row level security is on, which roles there are. Which query it was follows from its
//! columns; what a query leaves out is unknown and not absent.

mod cell;
mod csv;
mod facts;
mod json;
mod query;
mod rows;
mod table;
#[cfg(test)]
mod tests;

use super::value::name_may_be_shown;
use super::{Broken, Input, Owner, Parsed, Unread};
use crate::finding::Severity;
use crate::source::Span;
use query::{QUERIES, Query};
use rows::Rows;
use table::Table;

/// The kind.
pub const KIND: &str = "catalog-export";

/// The editor of Supabase's dashboard stops at so many rows where nobody chooses another number.
const EDITOR_STOPS_AT: usize = 100;

/// How to get an export.
const EXPORT: &str = "Export it with `psql --csv -o FILE -c QUERY`, or run the query in Supabase's SQL editor without a limit and download the CSV.";

/// What is said of an answer without rows and columns.
const NO_ROWS: &str = "this list is empty, and nothing says which query it answers";

/// The way out of it.
fn no_rows() -> String {
    let named: Vec<&str> = queries().filter_map(|(name, _)| query::view(name)).collect();
    format!(
        "Name the file after what was asked, such as pg_policies.json ({}), or export CSV, which names the columns even where there is no row.",
        named.join(", ")
    )
}

/// What may be asked: a name, and the query that asks for all that is read of it.
pub fn queries() -> impl Iterator<Item = (&'static str, &'static str)> {
    let first = |at: usize, query: &Query| QUERIES.iter().position(|other| other.name == query.name) == Some(at);
    QUERIES.iter().enumerate().filter(move |(at, query)| first(*at, query)).map(|(_, query)| (query.name, query.sql))
}

/// Reads one export.
pub fn parse(input: Input<'_>) -> Parsed {
    let refuse = |span: Span, message: String, help: String| {
        let broken = Broken { span, message, help };
        let all = 0..input.text.len();
        Parsed { masks: vec![all], broken: vec![broken], ..Parsed::default() }
    };
    let start = Span::point(input.source, 0);
    if let Some(message) = other_output(input.text) {
        return refuse(start, message.to_owned(), EXPORT.to_owned());
    }
    let table = match json::part(input.text) {
        Some(part) => match json::read(input.source, input.text, part) {
            // Of no rows JSON does not say what they would be: the name of the file may.
            Ok(table) if table.columns.is_empty() && table.faults.is_empty() => {
                return match query::of_path(input.path) {
                    Some(query) => rows(input, &table, query),
                    None => refuse(start, NO_ROWS.to_owned(), no_rows()),
                };
            }
            Ok(table) => match table.faults.first().filter(|_| table.columns.is_empty()) {
                Some(fault) => return refuse(fault.span, fault.message.clone(), fault.help.to_owned()),
                None => table,
            },
            Err(error) => {
                let help = if error.help.is_empty() { EXPORT.to_owned() } else { error.help };
                return refuse(error.span, error.message, help);
            }
        },
        None => csv::read(input.source, input.text),
    };
    let query = match query::of(&table) {
        Ok(query) => query,
        Err(near) => {
            let (message, help) = unknown(near);
            return refuse(table.columns.first().map_or(start, |column| column.span), message, help);
        }
    };
    let read = query.needs.iter().chain(query.reads).filter_map(|names| query::position(&table, names));
    let twice = read.filter_map(|index| table.columns.get(index)).find(|column| column.again.is_some());
    if let Some((name, again)) = twice.and_then(|column| Some((&column.name, column.again?))) {
        return refuse(again, format!("the column `{name}` stands in it twice"), format!("Run: {}", query.sql));
    }
    rows(input, &table, query)
}

fn rows(input: Input<'_>, table: &Table, query: &'static Query) -> Parsed {
    let mut rows = Rows::new(input, table, query);
    let mark = rows.parsed.mark();
    for row in &table.rows {
        rows.take(row);
    }
    let mut parsed = rows.parsed;
    let fault = |span, severity, message, help: &str| Unread { span, severity, message, help: help.to_owned() };
    for each in &table.faults {
        parsed.unread.push(fault(each.span, Severity::Error, each.message.clone(), each.help));
    }
    if let (Some(last), EDITOR_STOPS_AT) = (table.rows.last(), table.rows.len()) {
        let message = format!(
            "exactly {EDITOR_STOPS_AT} rows stand here: Supabase's SQL editor stops there where nobody says otherwise, and more may be left out"
        );
        let help = "Choose \"No limit\" beside Run, or export it with psql.";
        parsed.unread.push(fault(last.span.after(), Severity::Warning, message, help));
    }
    parsed.masks.extend(table.masks.iter().cloned());
    parsed.masks.extend(
        table.columns.iter().filter(|column| !name_may_be_shown(&column.name)).map(|column| column.span.range()),
    );
    parsed.gives = Some(query.gives);
    parsed.passed_over.extend(columns_not_read(input.path, table, query));
    let end = Span::point(input.source, input.text.trim_end().len());
    parsed.part(mark, Owner::Nobody, Owner::Document, end);
    parsed
}

/// Which columns stand in an export and are not read: no policy asks them, and their cells are hidden.
fn columns_not_read(path: &str, table: &Table, query: &Query) -> Option<String> {
    let read: Vec<usize> =
        query.needs.iter().chain(query.reads).filter_map(|names| query::position(table, names)).collect();
    let others = table.columns.iter().enumerate().filter(|(at, _)| !read.contains(at)).map(|(_, column)| column);
    let (named, unnamed): (Vec<_>, Vec<_>) = others.partition(|column| name_may_be_shown(&column.name));
    let mut words: Vec<String> = named.iter().map(|column| format!("`{}`", column.name)).collect();
    match unnamed.len() {
        0 => {}
        1 => words.push("one whose name is not shown".to_owned()),
        many => words.push(format!("{many} whose names are not shown")),
    }
    let verb = if named.len() + unnamed.len() == 1 { "this column is" } else { "these columns are" };
    (!words.is_empty()).then(|| format!("of {path}, read as {}, {verb} not read: {}", query.name, words.join(", ")))
}

/// What is said of columns that no query has, and what to do.
fn unknown(near: Option<(&'static Query, Vec<&'static str>)>) -> (String, String) {
    match near {
        Some((query, lacks)) => {
            let lacks: Vec<String> = lacks.iter().map(|name| format!("`{name}`")).collect();
            let columns = if lacks.len() == 1 { "the column" } else { "the columns" };
            let message = format!("{columns} {} of {} are not in it", lacks.join(", "), query.name);
            let message = if lacks.len() == 1 { message.replace(" are not in it", " is not in it") } else { message };
            (message, format!("Run: {}", query.sql))
        }
        None => {
            let known: Vec<&str> = queries().map(|(name, _)| name).collect();
            let message = "its first line names no column of a query that is known".to_owned();
            (message, format!("Known are {}. psql leaves the names out with -t.", known.join(", ")))
        }
    }
}

/// What else tools write of a table, by its beginning.
fn other_output(text: &str) -> Option<&'static str> {
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).map(str::trim);
    let Some(first) = lines.next() else { return Some("this is empty: not even the names of columns stand in it") };
    let ruled = |line: &str| {
        line.len() > 1
            && line.contains('-')
            && line.bytes().all(|byte| matches!(byte, b'-' | b'+' | b'|' | b' ' | b':'))
    };
    let framed = |line: &str| line.starts_with(|c: char| ('\u{2500}'..='\u{257f}').contains(&c));
    let is_table = first.starts_with('|') || ruled(first) || framed(first) || lines.next().is_some_and(ruled);
    let expanded = first.starts_with("-[ RECORD");
    (is_table || expanded).then_some("this is a table for people, as psql prints it, and no CSV or JSON")
}

/// "1 cell", "3 cells".
fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
