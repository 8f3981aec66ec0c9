//! CSV (RFC 4180) as database tools write it: `,`, `;`, tab or `|` between cells, quotes where they are needed, `\n` or
//! `\r\n`; and the unaligned output of psql, whose `|` knows no quotes. Every cell keeps its bytes, which the libraries for
//! CSV do not say.

use super::table::{Cell, Column, Fault, Row, Table, footer};
use crate::source::{Mapped, SourceId, Span};
use std::ops::Range;

/// What may stand between cells; of those that stand in the first line, the most frequent one does.
const SEPARATORS: &[u8] = b",;\t|";

/// How tools write NULL where it is not an empty cell; in quotes the first two are text.
const NULLS: &[&str] = &["NULL", "null"];
const NULLS_IN_QUOTES: &[&str] = &["[NULL]", "<null>", "(null)"];

/// Why a row of psql's unaligned output falls apart.
const UNALIGNED: &str =
    "Export it with psql --csv: with -A it puts no quotes round cells in which `|` or a line end stands.";

/// A field of a record.
struct Field {
    text: Mapped,
    quoted: bool,
}

/// A record.
struct Record {
    range: Range<usize>,
    fields: Vec<Field>,
    fault: Option<(Range<usize>, &'static str)>,
}

struct Reader<'t> {
    source: SourceId,
    text: &'t str,
    at: usize,
    separator: u8,
    /// Whether cells may stand in quotes.
    quotes: bool,
}

/// Reads a table whose first record names the columns.
pub(super) fn read(source: SourceId, text: &str) -> Table {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let separator = separator(text.get(start..).unwrap_or(""));
    let mut reader = Reader { source, text, at: start, separator, quotes: separator != b'|' };
    let mut table = Table::default();
    let Some(header) = reader.record() else { return table };
    table.columns = columns(&header);
    let fault = |range: Range<usize>, message: &str, help| Fault {
        span: Span::new(source, range),
        message: message.to_owned(),
        help,
    };
    if let Some((range, message)) = header.fault {
        table.faults.push(fault(range, message, "Export it again."));
    }
    while let Some(record) = reader.record() {
        if let (Some(said), true) = (footer(text.get(record.range.clone()).unwrap_or("")), reader.is_done()) {
            let read = table.rows.len() + table.faults.len();
            // rows that fall apart are said already
            if said != read && table.faults.is_empty() {
                let message = format!("psql counts {said} here, and the file has {}", super::count(read, "row"));
                table.faults.push(fault(record.range, &message, "Export it again, and keep all of it."));
            }
            break;
        }
        let span = Span::new(source, record.range.clone());
        if let Some((range, message)) = record.fault {
            table.masks.push(record.range);
            table.faults.push(fault(
                range,
                message,
                "Export it again: a tool that writes CSV doubles the quotes in a cell.",
            ));
        } else if record.fields.len() != table.columns.len() {
            let (have, want) = (record.fields.len(), table.columns.len());
            let message = format!("this row has {}, and the header has {want}", super::count(have, "cell"));
            table.masks.push(record.range.clone());
            let help = if reader.quotes { "Export it again, or mend the row." } else { UNALIGNED };
            table.faults.push(fault(record.range, &message, help));
        } else {
            table.rows.push(Row { span, cells: record.fields.into_iter().map(cell).collect() });
        }
    }
    table
}

/// What stands between the cells of the first line.
fn separator(text: &str) -> u8 {
    let (mut counts, mut quoted) = ([0_usize; SEPARATORS.len()], false);
    for byte in text.trim_start().bytes().take_while(|byte| *byte != b'\n') {
        quoted ^= byte == b'"';
        if let Some(index) = SEPARATORS.iter().position(|separator| *separator == byte && !quoted)
            && let Some(count) = counts.get_mut(index)
        {
            *count += 1;
        }
    }
    // the first of those that are equal
    let most = SEPARATORS.iter().zip(counts).rev().max_by_key(|(_, count)| *count);
    most.filter(|(_, count)| *count > 0).map_or(b',', |(separator, _)| *separator)
}

fn columns(header: &Record) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for field in &header.fields {
        let name = field.text.text().trim().to_lowercase();
        let span = field.text.whole();
        if let Some(first) = columns.iter_mut().find(|column| column.name == name) {
            first.again.get_or_insert(span);
        }
        columns.push(Column { name, span, again: None });
    }
    columns
}

fn cell(field: Field) -> Cell {
    match field.text.text() {
        text if NULLS_IN_QUOTES.contains(&text) => Cell::Null(field.text.whole()),
        text if !field.quoted && (text.is_empty() || NULLS.contains(&text)) => Cell::Null(field.text.whole()),
        _ => Cell::Text(field.text),
    }
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Whether nothing but white space is left.
    fn is_done(&self) -> bool {
        self.text.get(self.at..).is_none_or(|rest| rest.trim().is_empty())
    }

    /// The next record that is no blank line.
    fn record(&mut self) -> Option<Record> {
        while matches!(self.peek(), Some(b'\n' | b'\r')) {
            self.at += 1;
        }
        if self.is_done() {
            return None;
        }
        let start = self.at;
        let (mut fields, mut fault) = (Vec::new(), None);
        loop {
            match self.field() {
                Ok(field) => fields.push(field),
                Err((range, message)) => {
                    fault = Some((range, message));
                    self.skip_line();
                    break;
                }
            }
            match self.peek() {
                Some(byte) if byte == self.separator => self.at += 1,
                _ => break,
            }
        }
        Some(Record { range: start..self.at, fields, fault })
    }

    fn field(&mut self) -> Result<Field, (Range<usize>, &'static str)> {
        if self.quotes && self.peek() == Some(b'"') {
            return self.quoted();
        }
        let start = self.at;
        self.pass(|byte, separator| byte == separator || matches!(byte, b'\n' | b'\r'));
        let written = self.text.get(start..self.at).unwrap_or("");
        let inner = written.trim_matches(' ');
        let before = written.len() - written.trim_start_matches(' ').len();
        let at = if inner.is_empty() { start } else { start + before };
        Ok(Field { text: Mapped::literal(self.source, inner, at), quoted: false })
    }

    /// A field in quotes; two quotes in it are one.
    fn quoted(&mut self) -> Result<Field, (Range<usize>, &'static str)> {
        let open = self.at;
        self.at += 1;
        let mut text = Mapped::empty(self.source, self.at);
        loop {
            let start = self.at;
            self.pass(|byte, _| byte == b'"');
            text.push(self.text.get(start..self.at).unwrap_or(""), start..self.at);
            if self.peek().is_none() {
                return Err((open..self.at, "a quote is not closed, so that all behind it would be one cell"));
            }
            self.at += 1;
            if self.peek() != Some(b'"') {
                break;
            }
            text.push("\"", self.at - 1..self.at + 1);
            self.at += 1;
        }
        match self.peek() {
            None | Some(b'\n' | b'\r') => Ok(Field { text, quoted: true }),
            Some(byte) if byte == self.separator => Ok(Field { text, quoted: true }),
            Some(_) => Err((open..self.at, "something stands behind a closing quote")),
        }
    }

    fn pass(&mut self, ends: impl Fn(u8, u8) -> bool) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|byte| ends(*byte, self.separator)).unwrap_or(rest.len());
    }

    fn skip_line(&mut self) {
        self.pass(|byte, _| matches!(byte, b'\n' | b'\r'));
    }
}
