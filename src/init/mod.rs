//! Beginnings: a runbook's tables as a policy file, and a first preflight.yaml. Pure: texts in, texts and complaints out;
//! `preflight init` reads and writes the files.
//!
//! What of a runbook is not certain is said with its line and never guessed: a value is demanded only where a cell writes it
//! as code, a type only where a cell describes one that is built in here.

mod cell;
mod page;
mod runbook;
mod shape;
mod starter;
#[cfg(test)]
mod tests;
mod write;

pub use runbook::{Table, TableCell, TableRow, read};
pub use shape::Wanted;
pub(crate) use starter::packs as general_packs;
pub use starter::{WellKnown, starter};
pub use write::{Head, pack, policy_file};

/// Something in a runbook that could not be read, or that was read in a way that somebody should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The line, from 1.
    pub line: usize,
    /// One sentence without a full stop. It quotes no value of a cell.
    pub message: String,
    /// Whether something is missing from the result for it; else it is there, and how it was read is said.
    pub lost: bool,
}
