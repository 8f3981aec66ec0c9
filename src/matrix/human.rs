//! Tables for people: the symbol is what the policy asks, the word is what is there. What is too wide for the terminal is
//! divided into groups of services.

use super::alike::{Column, columns};
use super::{Counts, Sheet, Standing, Table, symbol};
use crate::finding::Severity;
use crate::policy::matrix::Demand;
use crate::report::human::text::{Ink, count, hanging, paint, width, wrap};
use crate::report::{Format, Report, Style};
use crate::source::{Shown, Span, escape_controls};
use std::io;

/// Columns that a cell takes at most before it is broken into lines.
const WIDEST: usize = 26;

/// Columns between two cells.
const GAP: usize = 2;

pub(super) fn render(sheet: &Sheet, shown: Shown<'_>, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    if style.quiet {
        return Ok(());
    }
    for notice in &sheet.notices {
        out.write_all(hanging("", 0, notice, style).as_bytes())?;
    }
    for table in &sheet.tables {
        draw(table, style, out)?;
        broken(table, shown, style, out)?;
    }
    for finding in &sheet.unread {
        let at = finding.span().map(|span| format!("{}: ", place(span, shown))).unwrap_or_default();
        out.write_all(hanging("not read   ", 11, &format!("{at}{}", finding.message), style).as_bytes())?;
    }
    for undecided in &sheet.undecided {
        let at = undecided.span.map(|span| format!("{}: ", place(span, shown))).unwrap_or_default();
        out.write_all(hanging("undecided  ", 11, &format!("{at}{}", undecided.message), style).as_bytes())?;
        out.write_all(hanging("           ", 11, &undecided.help, style).as_bytes())?;
    }
    if style.problems && !sheet.problems.is_empty() {
        let report = Report { problems: sheet.problems.clone(), ..Report::default() }.judged(Severity::Error, false);
        if let Some(format) = Format::named("human") {
            (format.render)(&report, shown, style, &mut *out)?;
        }
    }
    out.flush()
}

/// `path:line`.
fn place(span: Span, shown: Shown<'_>) -> String {
    format!("{}:{}", shown.path(span.source), shown.place(span).line)
}

/// A text with what it means, of which every line is painted.
struct Text {
    text: String,
    ink: Option<Ink>,
}

fn draw(table: &Table, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let where_ = table.environment.as_deref().map(escape_controls);
    let policy = escape_controls(&table.policy);
    let title = where_.map_or_else(|| policy.clone(), |environment| format!("{environment}  ({policy})"));
    writeln!(out, "{}", paint(&title, Ink::Strong, style))?;
    let columns = columns(table);
    if table.rows.is_empty() || columns.is_empty() {
        return writeln!(out, "  nothing to show\n");
    }
    let names: Vec<String> = table.rows.iter().map(|row| escape_controls(&row.variable)).collect();
    let first = names.iter().map(|name| width(name)).max().unwrap_or(0).min(style.width / 2);
    let drawn: Vec<(Vec<Text>, usize)> = columns.iter().map(|column| texts(table, column)).collect();
    let mut begin = 0;
    while begin < drawn.len() {
        let mut used = first;
        let mut end = begin;
        while let Some((_, wide)) = drawn.get(end)
            && (end == begin || used + GAP + wide <= style.width)
        {
            used += GAP + wide;
            end += 1;
        }
        group(&names, first, drawn.get(begin..end).unwrap_or_default(), style, out)?;
        writeln!(out)?;
        begin = end;
    }
    Ok(())
}

/// A column's header and cells, and how wide it is.
fn texts(table: &Table, column: &Column<'_>) -> (Vec<Text>, usize) {
    let mut texts = vec![Text { text: escape_controls(&column.title()), ink: Some(Ink::Strong) }];
    for (index, cell) in column.service.cells.iter().enumerate() {
        let sign = symbol(cell.demand);
        // One column where a symbol takes two.
        let pad = if cell.demand == Demand::Unlisted { "  " } else { " " };
        let (word, ink) = match &cell.there {
            Some(said) => (escape_controls(&said.word), ink(said.standing)),
            None => {
                let ask = column.service.column.and_then(|column| table.rows.get(index)?.asks.get(column));
                (ask.map(|ask| escape_controls(&ask.value)).unwrap_or_default(), None)
            }
        };
        texts.push(Text { text: format!("{sign}{pad}{word}"), ink });
    }
    let wide = |text: &Text| wrap(&text.text, WIDEST).iter().map(|line| width(line)).max().unwrap_or(0);
    let widest = texts.iter().map(wide).max().unwrap_or(0);
    (texts, widest)
}

fn ink(standing: Standing) -> Option<Ink> {
    match standing {
        Standing::Fine => Some(Ink::Good),
        Standing::Broken => Some(Ink::Severity(Severity::Error)),
        Standing::Undecided | Standing::Waived => Some(Ink::Severity(Severity::Warning)),
        Standing::Unasked => None,
    }
}

/// One group of columns, with the names of the rows before it.
fn group(
    names: &[String],
    first: usize,
    columns: &[(Vec<Text>, usize)],
    style: &Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    for row in 0..=names.len() {
        let name = row.checked_sub(1).and_then(|row| names.get(row)).map_or("", String::as_str);
        let cells: Vec<(Vec<String>, Option<Ink>, usize)> = columns
            .iter()
            .filter_map(|(texts, wide)| {
                let text = texts.get(row)?;
                Some((wrap(&text.text, WIDEST), text.ink, *wide))
            })
            .collect();
        let lines = cells.iter().map(|(lines, ..)| lines.len()).max().unwrap_or(1);
        for line in 0..lines {
            let lead = if line == 0 { name } else { "" };
            let mut text = format!("{lead}{}", " ".repeat(first.saturating_sub(width(lead)) + GAP));
            for (lines, ink, wide) in &cells {
                let mut part = lines.get(line).cloned().unwrap_or_default();
                // What goes on stands below the word, not below the symbol.
                if line > 0 && row > 0 && !part.is_empty() {
                    part = format!("   {part}");
                }
                let pad = " ".repeat(wide.saturating_sub(width(&part)) + GAP);
                let painted = ink.map_or_else(|| part.clone(), |ink| paint(&part, ink, style));
                text.push_str(&format!("{painted}{pad}"));
            }
            writeln!(out, "{}", text.trim_end())?;
        }
    }
    Ok(())
}

/// How many cells are broken, and each of them with its place.
fn broken(table: &Table, shown: Shown<'_>, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    if table.environment.is_none() {
        return Ok(());
    }
    let Counts { cells, broken, undecided, waived } = table.counts;
    let services = table.broken_services().count();
    let mut parts = vec![match broken {
        0 => format!("none of {} breaks the policy", count(cells, "cell")),
        1 => format!("1 of {} breaks the policy", count(cells, "cell")),
        _ => format!("{broken} of {} break the policy", count(cells, "cell")),
    }];
    if services > 0 {
        parts.push(format!("{} missing or in no column", count(services, "service")));
    }
    if undecided > 0 {
        parts.push(format!("{undecided} undecided"));
    }
    if waived > 0 {
        parts.push(format!("{waived} waived"));
    }
    let ink = match (broken + services, undecided) {
        (0, 0) => Ink::Good,
        (0, _) => Ink::Severity(Severity::Warning),
        _ => Ink::Severity(Severity::Error),
    };
    writeln!(out, "{}", paint(&parts.join(" · "), ink, style))?;
    for service in &table.services {
        let cells = service.cells.iter().filter_map(|cell| cell.there.as_ref());
        for said in service.note.iter().chain(cells) {
            let lead = match said.standing {
                Standing::Broken => "  ",
                Standing::Waived => "  waived  ",
                Standing::Fine | Standing::Undecided | Standing::Unasked => continue,
            };
            for (text, span) in &said.details {
                let at = span.map(|span| format!("{}: ", place(span, shown))).unwrap_or_default();
                out.write_all(hanging(lead, lead.len(), &format!("{at}{text}"), style).as_bytes())?;
            }
        }
    }
    writeln!(out)
}
