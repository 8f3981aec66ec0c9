//! The report for programs. The types are the format: its schema is generated from them. Lines and columns are those of
//! the file, from 1, columns in characters; an end column is one past the last character, and a gap ends where it begins.
//! No text of a document is in it.

pub(super) mod convert;
#[cfg(test)]
mod tests;
pub(super) mod types;

use super::{Report, Style};
use crate::source::Shown;
use std::io::{self, Write as _};
use types::JsonReport;

/// The version that is written.
pub(super) const VERSION: u8 = 1;

/// Writes the report as one JSON document with a final line end, also when `quiet`: who asks for JSON reads it.
///
/// # Errors
/// Those of `out`.
pub(super) fn render(report: &Report, shown: Shown<'_>, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    serde_json::to_writer_pretty(&mut out, &JsonReport::new(report, shown)).map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// The JSON Schema (draft 2020-12) of the `json` format.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(JsonReport).to_value()
}
