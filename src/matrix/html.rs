//! Tables on one page: services above, variables beside, and every broken cell with its place below.

use super::alike::{Column, columns};
use super::{Cell, Counts, Sheet, Standing, Table, word};
use crate::policy::matrix::Demand;
use crate::report::Style;
use crate::report::human::text::count;
use crate::report::page::{self, html, html_ticked};
use crate::source::{Shown, Span};
use std::io;

pub(super) fn render(sheet: &Sheet, shown: Shown<'_>, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    page::write("Variables by service", out, |out| {
        for problem in &sheet.problems {
            let path = problem.span.map(|span| shown.path(span.source)).or(problem.path.as_deref()).unwrap_or("");
            writeln!(
                out,
                "<p class=\"bad\"><strong>No verdict:</strong> {} <code>{}</code> {}</p>",
                html(&problem.message),
                html(path),
                html(&problem.help)
            )?;
        }
        for notice in &sheet.notices {
            writeln!(out, "<p class=\"dim\">{}</p>", html(notice))?;
        }
        if sheet.tables.iter().any(|table| table.environment.is_some()) {
            writeln!(
                out,
                "<p class=\"dim\">The symbol is what the policy asks ({} required, {} forbidden, {} optional, {} nothing), \
                 the word is what is there.</p>",
                sign(Demand::Required),
                sign(Demand::Forbidden),
                sign(Demand::Optional),
                sign(Demand::Unlisted)
            )?;
        }
        for table in &sheet.tables {
            draw(table, shown, out)?;
        }
        undecided(sheet, shown, out)
    })?;
    out.flush()
}

fn undecided(sheet: &Sheet, shown: Shown<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    if !sheet.unread.is_empty() {
        writeln!(out, "<h2>Not understood: a variable may stand there</h2>\n<ul>")?;
        for finding in &sheet.unread {
            let at = finding.span().map(|span| place(span, shown)).unwrap_or_default();
            writeln!(out, "<li><span class=\"place dim\">{at}</span> {}</li>", html_ticked(&finding.message))?;
        }
        writeln!(out, "</ul>")?;
    }
    if sheet.undecided.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>Undecided</h2>\n<ul>")?;
    for undecided in &sheet.undecided {
        let at = undecided.span.map(|span| place(span, shown)).unwrap_or_default();
        writeln!(
            out,
            "<li><span class=\"warn\">{}</span> <span class=\"place\">{at}</span><br><span class=\"dim\">{}</span></li>",
            html_ticked(&undecided.message),
            html(&undecided.help)
        )?;
    }
    writeln!(out, "</ul>")
}

/// `path:line`, escaped.
fn place(span: Span, shown: Shown<'_>) -> String {
    html(&format!("{}:{}", shown.path(span.source), shown.place(span).line))
}

fn draw(table: &Table, shown: Shown<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let environment = table.environment.as_deref().map(|environment| format!("{} · ", html(environment)));
    writeln!(out, "<h2>{}<code>{}</code></h2>", environment.unwrap_or_default(), html(&table.policy))?;
    let see = table.see.as_deref().map(|see| format!(" <span class=\"dim\">({})</span>", html(see)));
    writeln!(out, "<p>{}{}</p>", html(&table.why), see.unwrap_or_default())?;
    summary(table, out)?;
    let columns = columns(table);
    if table.rows.is_empty() || columns.is_empty() {
        writeln!(out, "<p>Nothing to show.</p>")?;
        return broken(table, shown, out);
    }
    for group in columns.chunks(WIDEST) {
        grid(table, group, out)?;
    }
    alike(&columns, out)?;
    broken(table, shown, out)
}

/// Columns that one table has at most: paper is narrow.
const WIDEST: usize = 6;

/// One table of a few services.
fn grid(table: &Table, columns: &[Column<'_>], out: &mut dyn io::Write) -> io::Result<()> {
    write!(out, "<div class=\"scroll\"><table class=\"grid\">\n<thead><tr><th scope=\"col\">Variable</th>")?;
    for column in columns {
        write!(out, "<th scope=\"col\">{}</th>", html(&column.title()))?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for (index, row) in table.rows.iter().enumerate() {
        write!(out, "<tr><th scope=\"row\"><code>{}</code></th>", html(&row.variable))?;
        for column in columns {
            match column.service.cells.get(index) {
                Some(cell) => draw_cell(table, index, column, cell, out)?,
                None => write!(out, "<td></td>")?,
            }
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table></div>")
}

/// The symbol of a demand, drawn without a font for it: a printer's machine may have none.
fn sign(demand: Demand) -> String {
    let glyph = match demand {
        Demand::Required => "✔\u{fe0e}",
        Demand::Forbidden => "✘\u{fe0e}",
        Demand::Optional => " ",
        Demand::Unlisted => "·",
    };
    let word = word(demand);
    format!("<span class=\"ask {word}\" role=\"img\" aria-label=\"{word}\" title=\"{word}\">{glyph}</span>")
}

fn draw_cell(table: &Table, row: usize, column: &Column<'_>, cell: &Cell, out: &mut dyn io::Write) -> io::Result<()> {
    let (sign, label) = (sign(cell.demand), html(&column.title()));
    match &cell.there {
        Some(said) => {
            let (class, word) = (class(said.standing), html_ticked(&said.word));
            write!(out, "<td class=\"{class}\" data-label=\"{label}\">{sign}<span>{word}</span></td>")
        }
        None => {
            let ask = column.service.column.and_then(|column| table.rows.get(row)?.asks.get(column));
            let text = ask.map(|ask| match (ask.literal, ask.because.is_empty()) {
                (true, true) => format!("<code>{}</code>", html(&ask.value)),
                (true, false) => format!("<code>{}</code>: {}", html(&ask.value), html(&ask.because)),
                (false, true) => html(&ask.value),
                (false, false) if ask.value.is_empty() => html(&ask.because),
                (false, false) => format!("{}: {}", html(&ask.value), html(&ask.because)),
            });
            write!(out, "<td data-label=\"{label}\">{sign}<span>{}</span></td>", text.unwrap_or_default())
        }
    }
}

const fn class(standing: Standing) -> &'static str {
    match standing {
        Standing::Fine => "good",
        Standing::Broken => "bad",
        Standing::Waived | Standing::Undecided => "warn",
        Standing::Unasked => "dim",
    }
}

fn summary(table: &Table, out: &mut dyn io::Write) -> io::Result<()> {
    if table.environment.is_none() {
        return Ok(());
    }
    let Counts { cells, broken, undecided, waived } = table.counts;
    let services = table.broken_services().count();
    let class = match (broken + services, undecided) {
        (0, 0) => "good",
        (0, _) => "warn",
        _ => "bad",
    };
    write!(out, "<p class=\"{class}\"><strong>{broken} of {} broken</strong>", count(cells, "cell"))?;
    if services > 0 {
        write!(out, ", {} missing or in no column", count(services, "service"))?;
    }
    if undecided > 0 {
        write!(out, ", {undecided} undecided")?;
    }
    if waived > 0 {
        write!(out, ", {waived} waived")?;
    }
    writeln!(out, ".</p>")
}

/// The names behind columns that stand for several services.
fn alike(columns: &[Column<'_>], out: &mut dyn io::Write) -> io::Result<()> {
    for column in columns.iter().filter(|column| column.names.len() > 1) {
        let names: Vec<String> = column.names.iter().map(|name| html(name)).collect();
        writeln!(out, "<p class=\"dim\">Alike: {}</p>", names.join(", "))?;
    }
    Ok(())
}

fn broken(table: &Table, shown: Shown<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    listed(table, Standing::Broken, "What is broken", shown, out)?;
    listed(table, Standing::Waived, "What waivers allow", shown, out)
}

/// What stands so, each with its place, below a heading; nothing where nothing does.
fn listed(table: &Table, standing: Standing, title: &str, shown: Shown<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let details = || {
        let of = |service: &'_ super::Service| -> Vec<(String, String)> {
            let cells = service.cells.iter().filter_map(|cell| cell.there.as_ref());
            let broken = service.note.iter().chain(cells).filter(|said| said.standing == standing);
            let details = broken.flat_map(|said| &said.details);
            details
                .map(|(text, span)| (html_ticked(text), span.map(|span| place(span, shown)).unwrap_or_default()))
                .collect()
        };
        table.services.iter().flat_map(of)
    };
    if details().next().is_none() {
        return Ok(());
    }
    writeln!(out, "<h3>{title}</h3>\n<ul>")?;
    for (text, at) in details() {
        writeln!(out, "<li><span class=\"place dim\">{at}</span> {text}</li>")?;
    }
    writeln!(out, "</ul>")
}
