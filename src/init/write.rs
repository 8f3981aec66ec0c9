//! A matrix as a policy file: aligned, since people read it as a table.

use super::runbook::{Table, TableCell, TableRow};
use super::shape::{TYPES, Wanted};
use crate::policy::matrix::Demand;
use std::fmt::Write as _;

/// What a policy file says around its table.
#[derive(Clone, Debug)]
pub struct Head {
    /// The id of the policy.
    pub id: String,
    /// Where the table comes from: the path of the page.
    pub see: String,
    /// The environments that it speaks of.
    pub environments: Vec<String>,
}

/// Spaces before the name of a row.
const INDENT: usize = 8;

/// The policy file of a table.
pub fn policy_file(table: &Table, head: &Head) -> String {
    let mut out = String::from("version: 1\n");
    let _ = writeln!(
        out,
        "# Made of the tables of {}. A cell asks: ✅ required, ❌ forbidden, ⚪ optional.",
        comment(&head.see)
    );
    types(table, &mut out);
    let _ = write!(
        out,
        "policies:\n  {}:\n    severity: error\n    \
         why: A service that misses a variable does not start, and one that holds more than it needs can leak it.\n    \
         fix: Set or remove the variable where the service gets it from, or change this table by review.\n    \
         see: {}\n    matrix:\n      environments: [{}]\n",
        scalar(&head.id),
        scalar(&head.see),
        head.environments.iter().map(|name| item(name)).collect::<Vec<_>>().join(", ")
    );
    let width = table.rows.iter().map(|row| scalar(&row.variable).chars().count()).max().unwrap_or(0);
    let column = (INDENT + width + 2).max("      services: ".len());
    let services = table.services.iter().map(|name| item(name)).collect::<Vec<_>>().join(", ");
    entry(&mut out, 6, "services", column, &format!("[{services}]"));
    out.push_str("      variables:\n");
    for row in &table.rows {
        let common = common(row);
        let cells: Vec<String> = row.cells.iter().map(|cell| demand(cell, common.is_some())).collect();
        entry(&mut out, INDENT, &scalar(&row.variable), column, &format!("[{}]", cells.join(", ")));
    }
    values(table, column, &mut out);
    reasons(table, column, &mut out);
    out.push_str("      others: { variables: optional, services: ignore }\n");
    out
}

/// pack.yaml of a pack with such a file.
pub fn pack(name: &str, see: &str) -> String {
    format!(
        "pack: {}\nversion: 0.1.0\ntitle: {}\n\nneeds:\n  variable: optional\n",
        scalar(name),
        scalar(&format!("What {see} demands"))
    )
}

/// `key: value`, with the value in a column of its own.
fn entry(out: &mut String, indent: usize, key: &str, column: usize, value: &str) {
    let used = indent + key.chars().count() + 1;
    let gap = column.saturating_sub(used).max(1);
    let _ = writeln!(out, "{:indent$}{key}:{:gap$}{value}", "", "");
}

/// The types that the table uses.
fn types(table: &Table, out: &mut String) {
    let cells = || table.rows.iter().flat_map(|row| &row.cells);
    let used = TYPES.iter().filter(|(name, _)| cells().any(|cell| cell.wanted == Some(Wanted::Type(name))));
    let used: Vec<_> = used.collect();
    if used.is_empty() {
        return;
    }
    out.push_str("types:\n");
    for (name, text) in used {
        let _ = write!(out, "  {name}:\n{text}");
    }
}

/// Whether a cell lets its variable be set: only such a cell can want a value.
fn is_settable(cell: &TableCell) -> bool {
    matches!(cell.demand, Demand::Required | Demand::Optional)
}

/// What every cell of a row wants that lets the variable be set, where they want the same.
fn common(row: &TableRow) -> Option<&Wanted> {
    let mut settable = row.cells.iter().filter(|cell| is_settable(cell)).map(|cell| cell.wanted.as_ref());
    let first = settable.next()??;
    settable.all(|wanted| wanted == Some(first)).then_some(first)
}

fn demand(cell: &TableCell, common: bool) -> String {
    let own = cell.wanted.as_ref().filter(|_| !common && is_settable(cell)).map(wanted);
    match (cell.demand, own) {
        (Demand::Required, None) => "✅".to_owned(),
        (Demand::Required, Some(value)) => format!("{{ required: {value} }}"),
        (Demand::Optional, None) => "⚪".to_owned(),
        (Demand::Optional, Some(value)) => format!("{{ optional: {value} }}"),
        (Demand::Forbidden, _) => "❌".to_owned(),
        (Demand::Unlisted, _) => "unlisted".to_owned(),
    }
}

fn wanted(wanted: &Wanted) -> String {
    match wanted {
        Wanted::Type(name) => format!("{{ is_a: {name} }}"),
        Wanted::Words(words) => match words.as_slice() {
            [only] => item(only),
            words => format!("[{}]", words.iter().map(|word| item(word)).collect::<Vec<_>>().join(", ")),
        },
    }
}

fn values(table: &Table, column: usize, out: &mut String) {
    let rows: Vec<_> = table.rows.iter().filter_map(|row| Some((row, common(row)?))).collect();
    if !rows.is_empty() {
        out.push_str("      values:\n");
    }
    for (row, value) in rows {
        entry(out, INDENT, &scalar(&row.variable), column, &wanted(value));
    }
}

/// Why, by variable: one sentence where all services that give one give the same.
fn reasons(table: &Table, column: usize, out: &mut String) {
    let said = |row: &TableRow| row.cells.iter().any(|cell| !cell.because.is_empty());
    if table.rows.iter().any(said) {
        out.push_str("      because:\n");
    }
    for row in table.rows.iter().filter(|row| said(row)) {
        let all: Vec<(&String, &TableCell)> = table.services.iter().zip(&row.cells).collect();
        let listed: Vec<_> = all.iter().filter(|(_, cell)| cell.demand != Demand::Unlisted).collect();
        let first = listed.first().map(|(_, cell)| cell.because.as_str()).unwrap_or_default();
        if listed.iter().all(|(_, cell)| cell.because == first) {
            entry(out, INDENT, &scalar(&row.variable), column, &scalar(first));
            continue;
        }
        let _ = writeln!(out, "{:INDENT$}{}:", "", scalar(&row.variable));
        let said: Vec<_> = all.into_iter().filter(|(_, cell)| !cell.because.is_empty()).collect();
        let width = said.iter().map(|(service, _)| scalar(service).chars().count()).max().unwrap_or(0);
        for (service, cell) in said {
            entry(out, INDENT + 2, &scalar(service), column.max(INDENT + width + 4), &scalar(&cell.because));
        }
    }
}

/// Text behind `#`, on one line.
fn comment(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as an item of a flow sequence.
fn item(text: &str) -> String {
    if text.contains([',', '[', ']', '{', '}']) { quoted(text) } else { scalar(text) }
}

/// Words that a reader of YAML takes for no text, of 1.1 or 1.2.
const WORDS: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"];

/// A text as a scalar: in quotes where it would mean something else without.
fn scalar(text: &str) -> String {
    let first = text.chars().next();
    let plain = first.is_some_and(|c| c.is_alphabetic() || c == '/')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([':', ' '])
        && !text.chars().any(char::is_control)
        && !WORDS.contains(&text.to_lowercase().as_str());
    if plain { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
