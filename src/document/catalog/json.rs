//! Rows as JSON: a list of objects (`json_agg`, "Copy as JSON", DataGrip), or one object a line (`row_to_json`).

use super::table::{Cell, Column, Fault, Row, Table, footer};
use crate::document::value::name_may_be_shown;
use crate::source::{SourceId, Span};
use crate::tree::{self, Entry, Format, Node, NodeValue, TreeError};
use std::collections::HashMap;
use std::ops::Range;

/// Where the JSON of a text begins and ends: without a BOM, and without what psql writes above and below it. None where the
/// text is no JSON.
pub(super) fn part(text: &str) -> Option<Range<usize>> {
    let opens = |rest: &str| rest.trim_start().starts_with(['[', '{']);
    let mut start = text.len() - text.trim_start_matches('\u{feff}').len();
    let whole = text.get(start..)?;
    if !opens(whole) {
        let (first, rest) = whole.trim_start().split_once('\n')?;
        let word = first.trim().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !word || !opens(rest) {
            return None;
        }
        start = text.len() - rest.len();
    }
    let end = text.trim_end().len();
    let last = text.get(..end)?.rfind('\n').map_or(start, |at| at + 1);
    let said = text.get(last..end).and_then(footer);
    Some(start..if said.is_some() { last.max(start) } else { end })
}

/// Reads the rows of `part`; one error where it is no JSON or no rows stand in it.
pub(super) fn read(source: SourceId, text: &str, part: Range<usize>) -> Result<Table, TreeError> {
    let whole = text.get(part.clone()).unwrap_or("");
    let mut table = Table::default();
    let mut known = HashMap::new();
    if whole.trim_start().starts_with('[') {
        let node = tree::parse_part(Format::Json, source, text, part).map_err(|errors| first(source, errors))?;
        for item in node.items().unwrap_or_default() {
            take(item, &mut table, &mut known);
        }
        return Ok(table);
    }
    // one object over several lines is no line of objects
    if let Ok(node) = tree::parse_part(Format::Json, source, text, part.clone()) {
        take(&node, &mut table, &mut known);
        return Ok(table);
    }
    let mut at = part.start;
    for line in whole.split_inclusive('\n') {
        let range = at..at + line.trim_end().len();
        at += line.len();
        if line.trim().is_empty() {
            continue;
        }
        match tree::parse_part(Format::Json, source, text, range.clone()) {
            Ok(node) => take(&node, &mut table, &mut known),
            // the text as a whole is no rows where its first line is none
            Err(errors) if table.rows.is_empty() && table.faults.is_empty() => return Err(first(source, errors)),
            Err(errors) => {
                let error = first(source, errors);
                table.masks.push(range);
                table.faults.push(Fault { span: error.span, message: error.message, help: "Export it again." });
            }
        }
    }
    Ok(table)
}

fn first(source: SourceId, errors: Vec<TreeError>) -> TreeError {
    let none =
        || TreeError { span: Span::point(source, 0), message: "this is not JSON".to_owned(), help: String::new() };
    errors.into_iter().next().unwrap_or_else(none)
}

/// Takes in a row. One whose only value is a row or a list of rows (`row_to_json`, `json_agg`) is what stands in it.
fn take(node: &Node, table: &mut Table, known: &mut HashMap<String, usize>) {
    match &node.value {
        NodeValue::Map(entries) => match entries.as_slice() {
            [Entry { value: inner @ Node { value: NodeValue::Map(_), .. }, .. }] => take(inner, table, known),
            [Entry { value: Node { value: NodeValue::Seq(items), .. }, .. }]
                if items.iter().all(|item| item.entries().is_some()) =>
            {
                items.iter().for_each(|item| take(item, table, known));
            }
            entries => row(node.span, entries, table, known),
        },
        _ => {
            table.masks.push(node.span.range());
            table.faults.push(Fault {
                span: node.span,
                message: format!("this is {}, and a row is a mapping of its columns", node.describe()),
                help: "Export the rows themselves, each as an object.",
            });
        }
    }
}

fn row(span: Span, entries: &[Entry], table: &mut Table, known: &mut HashMap<String, usize>) {
    let mut cells: Vec<Cell> = Vec::new();
    for entry in entries {
        let name = entry.key.value.to_lowercase();
        if !name_may_be_shown(&name) {
            table.masks.push(entry.key.span.range());
        }
        let index = *known.entry(name.clone()).or_insert_with(|| {
            table.columns.push(Column { name, span: entry.key.span, again: None });
            table.columns.len() - 1
        });
        while cells.len() <= index {
            cells.push(Cell::Missing);
        }
        let Some(slot) = cells.get_mut(index) else { continue };
        if !matches!(slot, Cell::Missing) {
            // of two keys that are the same nobody knows which one is meant
            if let Some(before) = slot.span() {
                table.masks.push(before.range());
            }
            if let Some(column) = table.columns.get_mut(index) {
                column.again.get_or_insert(entry.key.span);
            }
        }
        *slot = cell(&entry.value);
        if matches!(slot, Cell::Other(_)) {
            table.masks.push(entry.value.span.range());
        }
    }
    table.rows.push(Row { span, cells });
}

fn cell(node: &Node) -> Cell {
    match &node.value {
        NodeValue::Null => Cell::Null(node.span),
        NodeValue::Bool(yes) => Cell::Bool(*yes, node.span),
        NodeValue::Text(text) => Cell::Text(text.clone()),
        NodeValue::Seq(items) => {
            let text = |item: &Node| match &item.value {
                NodeValue::Text(text) => Some(text.clone()),
                _ => None,
            };
            let texts: Option<Vec<_>> = items.iter().map(text).collect();
            texts.map_or(Cell::Other(node.span), |texts| Cell::List(texts, node.span))
        }
        NodeValue::Number(_) | NodeValue::Map(_) => Cell::Other(node.span),
    }
}
