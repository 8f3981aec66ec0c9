//! The report in a terminal.

use super::{Audit, Entry, Holder, Section, draw};
use crate::finding::Severity;
use crate::report::human::text::{Ink, count, hanging, paint, width};
use crate::report::{Format, Report, Style};
use crate::source::{Shown, escape_controls};
use std::io;

pub(super) fn render(audit: &Audit, shown: Shown<'_>, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    if style.quiet {
        return Ok(());
    }
    for notice in &audit.notices {
        out.write_all(hanging("", 0, notice, style).as_bytes())?;
    }
    unread(audit, shown, style, out)?;
    let head = format!("{}. {}. {}", draw::counts(audit), draw::today(audit), draw::LETTERS);
    writeln!(out, "{}", hanging("", 0, &head, style))?;
    heading(draw::KEYS, style, out)?;
    if audit.keys.is_empty() {
        none(style, out)?;
    }
    for key in &audit.keys {
        let letter = paint(&key.letter, Ink::Strong, style);
        let lead = format!(" {letter}  ");
        let ink = if key.secret && !key.demo { Ink::Strong } else { Ink::Lead };
        let text = hanging(&lead, 3 + key.letter.len(), &draw::key(key, audit.today), style);
        out.write_all(if style.color { paint(text.trim_end(), ink, style) + "\n" } else { text }.as_bytes())?;
        let holders: Vec<&Holder> = key.holders.iter().collect();
        table(&holders, None, shown, style, out)?;
    }
    writeln!(out)?;
    for section in &audit.sections {
        draw_section(section, shown, style, out)?;
    }
    heading(&format!("{}: {}", draw::WAIVED, counted(audit.waived.len())), style, out)?;
    for waived in &audit.waived {
        let text = format!("{} ({})", draw::waived(waived), draw::place(waived.span, shown));
        out.write_all(hanging("  ", 2, &text, style).as_bytes())?;
    }
    out.flush()
}

/// A number, or "none".
fn counted(number: usize) -> String {
    if number == 0 { "none".to_owned() } else { number.to_string() }
}

fn heading(text: &str, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "{}", paint(text, Ink::Strong, style))
}

fn none(style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "  {}", paint("none", Ink::Good, style))
}

fn problems(count: usize) -> String {
    if count == 1 { "problem".to_owned() } else { format!("{count} problems") }
}

/// What is missing in this report, on top.
fn unread(audit: &Audit, shown: Shown<'_>, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    if !style.problems && !audit.problems.is_empty() {
        // Who keeps this text alone must not take it for all that there is.
        let text =
            format!("This report is not complete: see the {} on standard error.", problems(audit.problems.len()));
        writeln!(out, "{}\n", paint(&text, Ink::Strong, style))?;
    } else if !audit.problems.is_empty() {
        let report = Report { problems: audit.problems.clone(), ..Report::default() }.judged(Severity::Error, false);
        if let Some(format) = Format::named("human") {
            (format.render)(&report, shown, style, &mut *out)?;
        }
        writeln!(out)?;
    }
    if !audit.unread.is_empty() {
        heading(draw::UNREAD, style, out)?;
        for (text, _, span) in &audit.unread {
            let at = span.map(|span| format!("{}: ", draw::place(span, shown))).unwrap_or_default();
            out.write_all(hanging("  ", 2, &format!("{at}{text}"), style).as_bytes())?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn draw_section(section: &Section, shown: Shown<'_>, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    if let (None, true) = (&section.unknown, section.entries.is_empty()) {
        writeln!(out, "{}: {}", paint(section.title, Ink::Strong, style), paint("none", Ink::Good, style))?;
        out.write_all(hanging("  ", 2, &section.note, style).as_bytes())?;
        return writeln!(out);
    }
    heading(section.title, style, out)?;
    out.write_all(hanging("  ", 2, &section.note, style).as_bytes())?;
    if let Some(unknown) = &section.unknown {
        let text = hanging("  ", 2, unknown, style);
        out.write_all(paint(text.trim_end(), Ink::Severity(Severity::Warning), style).as_bytes())?;
        writeln!(out)?;
    }
    // What is said of several holders in a row is said once.
    let same = |one: &Entry, other: &Entry| one.letter == other.letter && one.what == other.what;
    for entries in section.entries.chunk_by(same) {
        let Some(first) = entries.first() else { continue };
        let lead = first.letter.as_ref().map_or_else(|| "  ".to_owned(), |letter| format!(" {}  ", letter));
        out.write_all(hanging(&lead, width(&lead), &first.what, style).as_bytes())?;
        let holders: Vec<&Holder> = entries.iter().map(|entry| &entry.holder).collect();
        table(&holders, Some(MOST), shown, style, out)?;
    }
    writeln!(out)
}

/// How many holders of one thing a section names, where all of them stand above.
const MOST: usize = 12;

/// Holders below each other, in columns.
fn table(
    holders: &[&Holder],
    most: Option<usize>,
    shown: Shown<'_>,
    style: &Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let limit = if style.verbose > 0 { holders.len() } else { most.unwrap_or(holders.len()) };
    let rows: Vec<([String; 3], String, String)> = holders
        .iter()
        .take(limit)
        .map(|holder| {
            let columns = [draw::environment(holder), draw::service(holder), draw::variable(holder)];
            (columns.map(escape_controls), draw::place(holder.at, shown), draw::remark(holder, most.is_none(), shown))
        })
        .collect();
    let widest = |column: usize| {
        rows.iter().map(|(columns, ..)| columns.get(column).map_or(0, |text| width(text))).max().unwrap_or(0)
    };
    let widths = [widest(0), widest(1), widest(2)];
    for (columns, place, remark) in &rows {
        let mut line = "      ".to_owned();
        for (text, wide) in columns.iter().zip(widths) {
            line.push_str(text);
            line.push_str(&" ".repeat(wide.saturating_sub(width(text)) + 2));
        }
        // A place that does not fit stands below, whole, so that it can be copied.
        let break_ = if width(&line) + width(place) > style.width { "\n          " } else { "" };
        let line = if break_.is_empty() { line } else { line.trim_end().to_owned() };
        writeln!(out, "{line}{break_}{place}")?;
        if !remark.is_empty() {
            let text = hanging("          ← ", 12, remark, style);
            out.write_all(paint(text.trim_end(), Ink::Severity(Severity::Error), style).as_bytes())?;
            writeln!(out)?;
        }
    }
    if holders.len() > limit {
        writeln!(out, "      and {} (-v shows all)", count(holders.len() - limit, "more place"))?;
    }
    Ok(())
}
