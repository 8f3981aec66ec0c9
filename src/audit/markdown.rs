//! The report for a pull request or a wiki.

use super::{Audit, Holder, Section, draw};
use crate::report::Style;
use crate::report::page::{code, prose, ticked};
use crate::source::Shown;
use std::io;

pub(super) fn render(audit: &Audit, shown: Shown<'_>, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "# Secret separation\n")?;
    unread(audit, shown, out)?;
    writeln!(out, "{}. {}. {}\n", draw::counts(audit), prose(&draw::today(audit)), draw::LETTERS)?;
    writeln!(out, "## {}\n", draw::KEYS)?;
    if audit.keys.is_empty() {
        writeln!(out, "none\n")?;
    } else {
        head("| | Credential |", out)?;
    }
    for key in &audit.keys {
        let what = prose(&draw::key(key, audit.today));
        for holder in &key.holders {
            row(&format!("| {} | {what} |", key.letter), holder, shown, out)?;
        }
    }
    writeln!(out)?;
    for section in &audit.sections {
        draw_section(section, shown, out)?;
    }
    writeln!(out, "## {}\n", draw::WAIVED)?;
    if audit.waived.is_empty() {
        writeln!(out, "none")?;
    }
    for waived in &audit.waived {
        writeln!(out, "- {} {}", ticked(&draw::waived(waived)), code(&draw::place(waived.span, shown)))?;
    }
    out.flush()
}

/// What is missing in this report, on top.
fn unread(audit: &Audit, shown: Shown<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    if audit.problems.is_empty() && audit.unread.is_empty() {
        return Ok(());
    }
    writeln!(out, "## {}\n", draw::UNREAD)?;
    for problem in &audit.problems {
        let at = problem.span.map(|span| draw::place(span, shown)).or_else(|| problem.path.clone());
        let at = at.map(|at| format!("{} ", code(&at))).unwrap_or_default();
        writeln!(out, "- {at}{}", ticked(&problem.message))?;
    }
    for (text, _, span) in &audit.unread {
        let at = span.map(|span| format!("{} ", code(&draw::place(span, shown)))).unwrap_or_default();
        writeln!(out, "- {at}{}", ticked(text))?;
    }
    writeln!(out)
}

fn head(first: &str, out: &mut dyn io::Write) -> io::Result<()> {
    let rule = "| --- ".repeat(first.matches('|').count() - 1);
    writeln!(out, "{first} Environment | Service | Variable | Place | Remark |\n{rule}| --- | --- | --- | --- | --- |")
}

fn row(first: &str, holder: &Holder, shown: Shown<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(
        out,
        "{first} {} | {} | {} | {} | {} |",
        prose(draw::environment(holder)),
        prose(draw::service(holder)),
        code(draw::variable(holder)),
        code(&draw::place(holder.at, shown)),
        prose(&draw::remark(holder, true, shown))
    )
}

fn draw_section(section: &Section, shown: Shown<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "## {}\n", section.title)?;
    if !section.note.is_empty() {
        writeln!(out, "{}\n", prose(&section.note))?;
    }
    match &section.unknown {
        Some(unknown) => writeln!(out, "{}\n", prose(unknown))?,
        None if section.entries.is_empty() => writeln!(out, "none\n")?,
        None => {}
    }
    if section.entries.is_empty() {
        return Ok(());
    }
    head("| | What |", out)?;
    for entry in &section.entries {
        let letter = entry.letter.as_deref().unwrap_or("");
        row(&format!("| {letter} | {} |", ticked(&entry.what)), &entry.holder, shown, out)?;
    }
    writeln!(out)
}
