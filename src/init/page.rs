//! A Markdown page as headings and tables, each with its line (CommonMark, with the tables of GitHub).

use crate::source::escape_controls;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A part of a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// A heading of any level.
    Heading(Cell),
    /// A table: its first row is the head.
    Table(Vec<Vec<Cell>>),
    /// A table inside of a quotation: it quotes another page.
    QuotedTable(usize),
}

/// A heading, or a cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    /// The line it begins on, from 1.
    pub line: usize,
    /// What stands in it.
    pub pieces: Vec<Piece>,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Written as code.
    Code(String),
    /// Anything else; emphasis and links are the text in them.
    Text(String),
}

impl Cell {
    /// Everything in it as one line of text.
    pub(super) fn text(&self) -> String {
        let parts = self.pieces.iter().map(|piece| match piece {
            Piece::Code(text) | Piece::Text(text) => text.as_str(),
        });
        parts.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The code in it, where it is written in so many words as `each` allows between the pieces of code.
    pub(super) fn codes(&self, between: impl Fn(&str) -> bool) -> Option<Vec<&str>> {
        let mut codes = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Code(code) => codes.push(code.as_str()),
                Piece::Text(text) if between(text.trim()) => {}
                Piece::Text(_) => return None,
            }
        }
        (!codes.is_empty()).then_some(codes)
    }

    fn push(&mut self, piece: Piece) {
        match (self.pieces.last_mut(), piece) {
            (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
            (_, piece) => self.pieces.push(piece),
        }
    }
}

/// Divides a page; what is neither a heading nor a table is left out.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let line = |offset: usize| starts.partition_point(|start| *start <= offset);
    let mut reader = Reader::default();
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        reader.event(event, line(range.start));
    }
    reader.blocks
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    /// How many quotations we are in.
    quoted: usize,
    rows: Vec<Vec<Cell>>,
    /// The heading or cell that is being read.
    cell: Option<Cell>,
}

impl Reader {
    fn event(&mut self, event: Event<'_>, line: usize) {
        match event {
            Event::Start(Tag::BlockQuote(_)) => self.quoted += 1,
            Event::End(TagEnd::BlockQuote(_)) => self.quoted = self.quoted.saturating_sub(1),
            Event::Start(Tag::Heading { .. } | Tag::TableCell) => self.cell = Some(Cell { line, pieces: Vec::new() }),
            Event::End(TagEnd::Heading(_)) => {
                let heading = self.cell.take().filter(|_| self.quoted == 0);
                self.blocks.extend(heading.map(Block::Heading));
            }
            Event::Start(Tag::Table(_)) if self.quoted > 0 => self.blocks.push(Block::QuotedTable(line)),
            Event::Start(Tag::TableHead | Tag::TableRow) => self.rows.push(Vec::new()),
            Event::End(TagEnd::TableCell) => {
                if let (Some(row), Some(cell)) = (self.rows.last_mut(), self.cell.take()) {
                    row.push(cell);
                }
            }
            Event::End(TagEnd::Table) => {
                let rows = std::mem::take(&mut self.rows);
                if self.quoted == 0 {
                    self.blocks.push(Block::Table(rows));
                }
            }
            Event::Code(code) => self.push(Piece::Code(code.into_string())),
            Event::Text(text) => self.push(Piece::Text(text.into_string())),
            // `<br>` and its like part words.
            Event::SoftBreak | Event::HardBreak | Event::InlineHtml(_) => self.push(Piece::Text(" ".to_owned())),
            _ => {}
        }
    }

    /// What a terminal or an editor would obey is made visible: it goes into files that people read.
    fn push(&mut self, piece: Piece) {
        let piece = match piece {
            Piece::Code(text) => Piece::Code(escape_controls(&text)),
            Piece::Text(text) => Piece::Text(escape_controls(&text)),
        };
        if let Some(cell) = &mut self.cell {
            cell.push(piece);
        }
    }
}
