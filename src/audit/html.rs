//! The report as one page that loads nothing, can be read on a phone and printed.

use super::{Audit, Holder, Section, draw};
use crate::report::Style;
use crate::report::page::{self, html, html_ticked};
use crate::source::Shown;
use std::io;

pub(super) fn render(audit: &Audit, shown: Shown<'_>, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    page::write("Secret separation", out, |out| {
        unread(audit, shown, out)?;
        let today = html(&draw::today(audit));
        writeln!(out, "<p>{}. {today}. <span class=\"dim\">{}</span></p>", draw::counts(audit), draw::LETTERS)?;
        for notice in &audit.notices {
            writeln!(out, "<p class=\"dim\">{}</p>", html(notice))?;
        }
        writeln!(out, "<h2>{}</h2>", draw::KEYS)?;
        if audit.keys.is_empty() {
            none(out)?;
        }
        for key in &audit.keys {
            let class = if key.secret && !key.demo { "" } else { " class=\"dim\"" };
            let text = html(&draw::key(key, audit.today));
            writeln!(out, "<h3{class}><span class=\"letter\">{}</span> {text}</h3>", key.letter)?;
            let holders: Vec<&Holder> = key.holders.iter().collect();
            table(&holders, Some(key.secret), shown, out)?;
        }
        for section in &audit.sections {
            draw_section(section, shown, out)?;
        }
        writeln!(out, "<h2>{}</h2>", draw::WAIVED)?;
        if audit.waived.is_empty() {
            return none(out);
        }
        writeln!(out, "<ul>")?;
        for waived in &audit.waived {
            let (text, at) = (html(&draw::waived(waived)), html(&draw::place(waived.span, shown)));
            writeln!(out, "<li>{text} <span class=\"place\">{at}</span></li>")?;
        }
        writeln!(out, "</ul>")
    })?;
    out.flush()
}

fn none(out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "<p class=\"good\">none</p>")
}

/// What is missing in this report, on top.
fn unread(audit: &Audit, shown: Shown<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    if audit.problems.is_empty() && audit.unread.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2 class=\"bad\">{}</h2>\n<ul>", draw::UNREAD)?;
    for problem in &audit.problems {
        let at = problem.span.map(|span| draw::place(span, shown)).or_else(|| problem.path.clone()).unwrap_or_default();
        writeln!(out, "<li>{} <span class=\"place\">{}</span></li>", html_ticked(&problem.message), html(&at))?;
    }
    for (text, _, span) in &audit.unread {
        let at = span.map(|span| draw::place(span, shown)).unwrap_or_default();
        writeln!(out, "<li>{} <span class=\"place\">{}</span></li>", html_ticked(text), html(&at))?;
    }
    writeln!(out, "</ul>")
}

fn draw_section(section: &Section, shown: Shown<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "<h2>{}</h2>", html(section.title))?;
    if !section.note.is_empty() {
        writeln!(out, "<p class=\"dim\">{}</p>", html(&section.note))?;
    }
    match &section.unknown {
        Some(unknown) => writeln!(out, "<p class=\"warn\">{}</p>", html(unknown))?,
        None if section.entries.is_empty() => none(out)?,
        None => {}
    }
    let same = |one: &super::Entry, other: &super::Entry| one.letter == other.letter && one.what == other.what;
    for entries in section.entries.chunk_by(same) {
        let Some(first) = entries.first() else { continue };
        let letter = first.letter.as_ref().map(|letter| format!("<span class=\"letter\">{letter}</span> "));
        writeln!(out, "<h3>{}{}</h3>", letter.unwrap_or_default(), html_ticked(&first.what))?;
        let holders: Vec<&Holder> = entries.iter().map(|entry| &entry.holder).collect();
        table(&holders, None, shown, out)?;
    }
    Ok(())
}

/// Holders below each other; `secret` says, where all holders of a key stand, whether it must stay on a server.
fn table(holders: &[&Holder], secret: Option<bool>, shown: Shown<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(
        out,
        "<table class=\"stack\"><thead><tr><th scope=\"col\">Environment</th><th scope=\"col\">Service</th>\
         <th scope=\"col\">Variable</th><th scope=\"col\">Place</th></tr></thead>\n<tbody>"
    )?;
    let class = if secret == Some(true) { "bad" } else { "dim" };
    for holder in holders {
        let remark = draw::remark(holder, secret.is_some(), shown);
        let remark =
            if remark.is_empty() { remark } else { format!("<br><span class=\"{class}\">{}</span>", html(&remark)) };
        writeln!(
            out,
            "<tr><td data-label=\"Environment\">{}</td><td data-label=\"Service\">{}</td>\
             <td data-label=\"Variable\"><code>{}</code></td><td data-label=\"Place\"><span class=\"place\">{}</span>{remark}</td></tr>",
            html(draw::environment(holder)),
            html(draw::service(holder)),
            html(draw::variable(holder)),
            html(&draw::place(holder.at, shown))
        )?;
    }
    writeln!(out, "</tbody></table>")
}
