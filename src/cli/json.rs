//! The JSON that commands write themselves; that of reports is in `report::json`.

use super::on_one_line;
use crate::finding::Problem;
use crate::source::{Shown, Span};
use serde_json::{Value, json};
use std::io::{self, Write};

/// Writes a document with a final line end; every string of it is on one line and without control characters.
pub(super) fn write(mut json: Value, out: &mut dyn Write) -> io::Result<()> {
    let mut todo = vec![&mut json];
    while let Some(value) = todo.pop() {
        match value {
            Value::String(text) => *text = on_one_line(text),
            Value::Array(items) => todo.extend(items),
            Value::Object(entries) => todo.extend(entries.values_mut()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    serde_json::to_writer_pretty(&mut *out, &json)?;
    writeln!(out)
}

/// A problem with its place.
pub(super) fn problem(problem: &Problem, shown: Shown<'_>) -> Value {
    let path = problem.span.map(|span| shown.path(span.source)).or(problem.path.as_deref());
    let at = problem.span.map(|span| place(span, shown));
    json!({ "about": problem.about, "message": problem.message, "path": path, "at": at, "help": problem.help })
}

/// A place: lines and columns from 1, columns in characters; the end column is one past the last character.
pub(super) fn place(span: Span, shown: Shown<'_>) -> Value {
    let place = shown.place(span);
    json!({ "line": place.line, "column": place.column, "end_line": place.end_line, "end_column": place.end_column })
}
