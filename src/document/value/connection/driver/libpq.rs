//! libpq 18, and what hands strings to it as they are: psql, psycopg 3, psycopg2, and the libraries of most languages.

use super::grammar::{interpret, keyword as tokens, uri};
use super::reading::Reading;
use super::text::{Form, Text};

/// Reads a string as libpq does: exact schemes in lower case, or `key=value`.
pub(super) fn read(text: &Text<'_>, form: &Form) -> Reading {
    match form {
        Form::Uri(scheme, start) if scheme.start == 0 && matches!(text.scheme(form), "postgresql" | "postgres") => {
            let mut reading = Reading::default();
            let options = uri::options(text, *start, &mut reading);
            interpret(&options, text.span(host_gap(text, *start)..host_gap(text, *start)), &mut reading);
            reading
        }
        Form::Uri(..) | Form::Jdbc(_) => super::refused(text, form, "scheme"),
        Form::Keyword => keyword(text),
    }
}

/// Where a host would stand: behind the user info.
fn host_gap(text: &Text<'_>, start: usize) -> usize {
    let end = text.find(start, &['@', '/']);
    if text.rest(end).starts_with('@') { end + 1 } else { start }
}

/// Reads a `key=value` string.
pub(super) fn keyword(text: &Text<'_>) -> Reading {
    let mut reading = Reading::default();
    let options = tokens::options(text, &mut reading);
    interpret(&options, text.span(0..text.len()).after(), &mut reading);
    reading
}
