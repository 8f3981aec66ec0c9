//! The tables of matrix policies with the truth beside them: what a policy asks of each variable of each service, and
//! what is there. The truth is what `check` made of the same cells: nothing is judged here.

mod alike;
mod build;
mod html;
mod human;
mod json;
mod markdown;

pub use build::{Shows, judged, of_policies};
pub use json::schema;

use crate::finding::{Finding, Problem, Undecided};
use crate::policy::matrix::Demand;
use crate::report::{Style, Verdict};
use crate::source::{Shown, Span};
use std::io;

/// All tables of a run, with what stands in the way of a verdict.
#[derive(Debug, Default)]
pub struct Sheet {
    /// The tables: one for each policy and environment, or one for each policy where nothing is compared.
    pub tables: Vec<Table>,
    /// What breaks a policy: of the cells that are shown.
    pub findings: Vec<Finding>,
    /// Lines that were not understood: a variable may stand there.
    pub unread: Vec<Finding>,
    /// What could not be known.
    pub undecided: Vec<Undecided>,
    /// What stands in the way of a verdict.
    pub problems: Vec<Problem>,
    /// What a reader should know besides. One sentence each.
    pub notices: Vec<String>,
    /// The outcome, as `check` has it.
    pub verdict: Verdict,
    /// The exit status.
    pub exit: u8,
}

/// One table.
#[derive(Debug)]
pub struct Table {
    /// The policy's id.
    pub policy: String,
    /// Why the policy is there.
    pub why: String,
    /// Where it is written down, if anywhere.
    pub see: Option<String>,
    /// The environment; none where the policy stands alone.
    pub environment: Option<String>,
    /// The rows.
    pub rows: Vec<Row>,
    /// The columns.
    pub services: Vec<Service>,
    /// How its cells fared; of all, whatever of them is drawn.
    pub counts: Counts,
}

/// How the cells of a table fared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Cells that ask for something, or break the policy.
    pub cells: usize,
    /// Those that break it.
    pub broken: usize,
    /// Those of which nobody knows.
    pub undecided: usize,
    /// Cells, and services as a whole, that break it where a waiver allows that.
    pub waived: usize,
}

/// A variable.
#[derive(Debug)]
pub struct Row {
    /// Its name.
    pub variable: String,
    /// What each column of the policy says of it; empty for a variable in no row of the policy.
    pub asks: Vec<Ask>,
}

/// What a cell of the policy says.
#[derive(Debug)]
pub struct Ask {
    /// What is asked.
    pub demand: Demand,
    /// What the value must be, in words; empty where any will do.
    pub value: String,
    /// Whether that is the very text of the value.
    pub literal: bool,
    /// Why, or where the value comes from, in the policy's words.
    pub because: String,
}

/// A service: a column.
#[derive(Debug)]
pub struct Service {
    /// Its name; of one that is missing what the policy calls it.
    pub name: String,
    /// The column of the policy that speaks of it.
    pub column: Option<usize>,
    /// What is wrong with it as a whole.
    pub note: Option<Said>,
    /// Its documents: where each ends.
    pub documents: Vec<Span>,
    /// Its cells: one for each row, in their order.
    pub cells: Vec<Cell>,
}

/// One variable of one service.
#[derive(Debug)]
pub struct Cell {
    /// What the policy asks.
    pub demand: Demand,
    /// What is there; none where the policy stands alone.
    pub there: Option<Said>,
}

/// What is there, in words.
#[derive(Clone, Debug)]
pub struct Said {
    /// One word, or a few: `set`, `missing`, `wrong: port is 5432`.
    pub word: String,
    /// What the policy makes of it.
    pub standing: Standing,
    /// What is wrong or cannot be known, one sentence each, with its place.
    pub details: Vec<(String, Option<Span>)>,
    /// Where the variable stands: once in each document that says it.
    pub places: Vec<Span>,
}

/// What a policy makes of what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// As it should be.
    Fine,
    /// It breaks the policy.
    Broken,
    /// It breaks the policy, and a waiver hides that.
    Waived,
    /// It cannot be known.
    Undecided,
    /// The policy says nothing of it.
    Unasked,
}

impl Standing {
    /// The spelling in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Broken => "broken",
            Self::Waived => "waived",
            Self::Undecided => "undecided",
            Self::Unasked => "unasked",
        }
    }
}

/// The symbol of a demand, as runbooks draw it.
pub const fn symbol(demand: Demand) -> &'static str {
    match demand {
        Demand::Required => "✅",
        Demand::Forbidden => "❌",
        Demand::Optional => "⚪",
        Demand::Unlisted => "·",
    }
}

/// The word of a demand.
pub const fn word(demand: Demand) -> &'static str {
    match demand {
        Demand::Required => "required",
        Demand::Forbidden => "forbidden",
        Demand::Optional => "optional",
        Demand::Unlisted => "unlisted",
    }
}

impl Service {
    /// Whether anything of it is broken or undecided.
    fn is_broken(&self) -> bool {
        let wrong = |said: &Said| matches!(said.standing, Standing::Broken | Standing::Undecided);
        self.note.as_ref().is_some_and(wrong) || self.cells.iter().any(|cell| cell.there.as_ref().is_some_and(wrong))
    }
}

impl Counts {
    fn of(services: &[Service]) -> Self {
        let cells = || services.iter().flat_map(|service| &service.cells);
        let of = |standing: Standing| {
            cells().filter(|cell| cell.there.as_ref().is_some_and(|said| said.standing == standing)).count()
        };
        let is_broken = |cell: &&Cell| cell.there.as_ref().is_some_and(|said| said.standing == Standing::Broken);
        let asked = cells().filter(|cell| cell.demand != Demand::Unlisted || is_broken(cell)).count();
        let notes = services.iter().filter_map(|service| service.note.as_ref());
        let waived = of(Standing::Waived) + notes.filter(|said| said.standing == Standing::Waived).count();
        Self { cells: asked, broken: of(Standing::Broken), undecided: of(Standing::Undecided), waived }
    }
}

impl Table {
    /// Services that are broken as a whole: they have no document, or stand in no column.
    pub fn broken_services(&self) -> impl Iterator<Item = &Service> {
        let broken = |service: &&Service| service.note.as_ref().is_some_and(|said| said.standing == Standing::Broken);
        self.services.iter().filter(broken)
    }

    /// Leaves out services and variables of which nothing is broken or undecided.
    pub fn only_broken(&mut self) {
        self.services.retain(Service::is_broken);
        let wrong = |cell: &Cell| {
            cell.there.as_ref().is_some_and(|said| matches!(said.standing, Standing::Broken | Standing::Undecided))
        };
        let keeps: Vec<bool> = (0..self.rows.len())
            .map(|row| self.services.iter().any(|service| service.cells.get(row).is_some_and(wrong)))
            .collect();
        let mut index = 0;
        let mut kept = || {
            index += 1;
            keeps.get(index - 1).copied().unwrap_or(false)
        };
        self.rows.retain(|_| kept());
        for service in &mut self.services {
            let mut row = 0;
            service.cells.retain(|_| {
                row += 1;
                keeps.get(row - 1).copied().unwrap_or(false)
            });
        }
    }
}

/// Writes a sheet. Errors are those of the stream.
pub type Render = fn(&Sheet, Shown<'_>, &Style, &mut dyn io::Write) -> io::Result<()>;

/// One way to show a sheet.
pub struct Format {
    /// The name on the command line.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// Writes a sheet in it.
    pub render: Render,
}

/// The table of formats; the first is the default.
pub const FORMATS: &[Format] = &[
    Format {
        name: "human",
        doc: "for people: the tables, then every broken cell with its place",
        render: human::render,
    },
    Format { name: "markdown", doc: "for runbooks: one heading and one table a service", render: markdown::render },
    Format { name: "json", doc: "for programs: versioned, one document a run", render: json::render },
    Format { name: "html", doc: "one page that loads nothing and can be printed", render: html::render },
];
