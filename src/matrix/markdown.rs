//! Tables in the shape of a runbook: one heading a service, one row a variable that the policy speaks of.

use super::alike::columns;
use super::{Ask, Sheet, Standing, Table, symbol};
use crate::policy::matrix::Demand;
use crate::report::Style;
use crate::report::page::{code, prose, ticked};
use crate::source::Shown;
use std::io;

pub(super) fn render(sheet: &Sheet, shown: Shown<'_>, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    for table in &sheet.tables {
        draw(table, shown, out)?;
    }
    if !sheet.unread.is_empty() {
        writeln!(out, "### Not understood: a variable may stand there\n")?;
        for finding in &sheet.unread {
            let at = finding.span().map(|span| format!("{}:{}", shown.path(span.source), shown.place(span).line));
            writeln!(out, "- {} {}", code(&at.unwrap_or_default()), ticked(&finding.message))?;
        }
        writeln!(out)?;
    }
    if !sheet.undecided.is_empty() {
        writeln!(out, "### Undecided\n")?;
        for undecided in &sheet.undecided {
            let help = if undecided.help.is_empty() { String::new() } else { format!(". {}", prose(&undecided.help)) };
            writeln!(out, "- {}{help}", ticked(&undecided.message))?;
        }
        writeln!(out)?;
    }
    if !sheet.problems.is_empty() {
        writeln!(out, "### What stands in the way\n")?;
        for problem in &sheet.problems {
            let path = problem.span.map(|span| shown.path(span.source)).or(problem.path.as_deref());
            let path = path.map(|path| format!("{} ", code(path))).unwrap_or_default();
            let help = if problem.help.is_empty() { String::new() } else { format!(". {}", prose(&problem.help)) };
            writeln!(out, "- {path}{}{help}", prose(&problem.message))?;
        }
        writeln!(out)?;
    }
    out.flush()
}

fn draw(table: &Table, shown: Shown<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let policy = code(&table.policy);
    match &table.environment {
        Some(environment) => writeln!(out, "### {} ({policy})\n", prose(environment))?,
        None => writeln!(out, "### {policy}\n")?,
    }
    for service in table.services.iter().filter(|service| table.environment.is_some() && service.documents.is_empty()) {
        let details = service.note.iter().flat_map(|note| note.details.iter().map(move |(text, _)| (note, text)));
        for (note, text) in details {
            writeln!(out, "{} {}\n", mark(note.standing), ticked(text))?;
        }
    }
    for column in columns(table) {
        let service = column.service;
        let names: Vec<String> = column.names.iter().map(|name| code(name)).collect();
        writeln!(out, "#### {}\n", names.join(", "))?;
        if let Some(note) = &service.note {
            let details: Vec<&str> = note.details.iter().map(|(text, _)| text.as_str()).collect();
            let details = if details.is_empty() { note.word.clone() } else { details.join("; ") };
            writeln!(out, "{} {}\n", mark(note.standing), ticked(&details))?;
        }
        let rows = || {
            let cells = table.rows.iter().zip(&service.cells);
            // What the policy says nothing of is no row of a runbook; what breaks it is.
            cells.filter(|(_, cell)| {
                let broken = cell.there.as_ref().is_some_and(|said| said.standing != Standing::Unasked);
                cell.demand != Demand::Unlisted || broken
            })
        };
        if rows().next().is_none() {
            writeln!(out, "The policy says nothing of it.\n")?;
            continue;
        }
        let truth = table.environment.is_some();
        let (head, rule) = if truth { (" What is there |", " --- |") } else { ("", "") };
        writeln!(out, "| Variable | Required | Value / Source |{head}\n| --- | --- | --- |{rule}")?;
        for (row, cell) in rows() {
            let ask = service.column.and_then(|column| row.asks.get(column));
            write!(
                out,
                "| {} | {} | {} |",
                code(&row.variable),
                symbol(cell.demand),
                ask.map(source).unwrap_or_default()
            )?;
            if let (true, Some(said)) = (truth, &cell.there) {
                let places: Vec<String> = said
                    .places
                    .iter()
                    .map(|span| code(&format!("{}:{}", shown.path(span.source), shown.place(*span).line)))
                    .collect();
                // Services that are alike have one row, and places of their own.
                let places = if column.names.len() > 1 { String::new() } else { places.join(", ") };
                // The word of a waived cell says that it is.
                let mark = if said.standing == Standing::Waived { "" } else { mark(said.standing) };
                write!(out, " {} |", format!("{mark} {} {places}", ticked(&said.word)).trim())?;
            }
            writeln!(out)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// What the value is, or where it comes from.
fn source(ask: &Ask) -> String {
    let value = if ask.literal { code(&ask.value) } else { ticked(&ask.value) };
    match (value.is_empty(), ask.because.is_empty()) {
        (false, false) => format!("{value}: {}", ticked(&ask.because)),
        _ => format!("{value}{}", ticked(&ask.because)),
    }
}

/// What stands out in a column of words.
fn mark(standing: Standing) -> &'static str {
    match standing {
        Standing::Broken => "**broken:**",
        Standing::Waived => "waived:",
        Standing::Fine | Standing::Undecided | Standing::Unasked => "",
    }
}
