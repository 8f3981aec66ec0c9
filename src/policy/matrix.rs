//! The matrix: variables by service, as reviewers read it.

use super::model::Condition;
use super::name::Glob;
use crate::finding::Severity;
use crate::source::{Span, Spanned};

/// A table of variables by service, for some environments.
#[derive(Debug)]
pub struct Matrix {
    /// The environments that it speaks of, by the project's own names.
    pub environments: Vec<Spanned<Glob>>,
    /// The columns. A literal service must have a document; a pattern at least one.
    pub services: Vec<Spanned<Glob>>,
    /// The rows.
    pub rows: Vec<Row>,
    /// What a variable outside of the table means.
    pub other_variables: Others,
    /// What a service outside of the table means.
    pub other_services: Others,
    /// Where the table stands.
    pub span: Span,
}

/// A variable with one cell for each column.
#[derive(Debug)]
pub struct Row {
    /// The variable.
    pub variable: Spanned<String>,
    /// One cell for each service, in their order.
    pub cells: Vec<Cell>,
}

/// What one service does with one variable.
#[derive(Clone, Debug)]
pub struct Cell {
    /// What is asked.
    pub demand: Demand,
    /// What the value must be, where anything is said of it.
    pub value: Option<Condition>,
    /// Why, in the words of the table.
    pub because: String,
    /// Where the cell stands.
    pub span: Span,
}

impl Cell {
    /// What it wants, with the table's own reason.
    pub fn reason(&self, wants: &str) -> String {
        if self.because.is_empty() { wants.to_owned() } else { format!("{wants}: {}", self.because) }
    }
}

/// What a cell asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Demand {
    /// ✅: must be set.
    Required,
    /// ❌: must not be there.
    Forbidden,
    /// ⚪: may be set.
    Optional,
    /// Nothing is said.
    Unlisted,
}

impl Demand {
    /// Every spelling, the symbols of runbooks included.
    pub const SPELLINGS: &'static [(&'static str, Self)] = &[
        ("required", Self::Required),
        ("forbidden", Self::Forbidden),
        ("optional", Self::Optional),
        ("unlisted", Self::Unlisted),
        ("✅", Self::Required),
        ("❌", Self::Forbidden),
        ("⚪", Self::Optional),
    ];
}

/// What stands outside of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// Fine.
    Allowed,
    /// A finding, as bad as the policy says.
    Forbidden,
    /// A finding of this severity.
    Level(Severity),
}

impl Others {
    /// The spellings for variables.
    pub const VARIABLES: &'static [(&'static str, Self)] = &[
        ("optional", Self::Allowed),
        ("forbidden", Self::Forbidden),
        ("error", Self::Level(Severity::Error)),
        ("warning", Self::Level(Severity::Warning)),
        ("info", Self::Level(Severity::Info)),
    ];
    /// The spellings for services.
    pub const SERVICES: &'static [(&'static str, Self)] = &[
        ("ignore", Self::Allowed),
        ("forbidden", Self::Forbidden),
        ("error", Self::Level(Severity::Error)),
        ("warning", Self::Level(Severity::Warning)),
        ("info", Self::Level(Severity::Info)),
    ];

    /// Whether what stands outside is a finding.
    pub fn is_found(self) -> bool {
        self != Self::Allowed
    }

    /// How bad that is, where the policy itself says `usual`.
    pub fn severity(self, usual: Severity) -> Severity {
        match self {
            Self::Level(severity) => severity,
            Self::Allowed | Self::Forbidden => usual,
        }
    }
}

/// The sub-ids of a matrix's findings: `go-live-matrix/missing`.
pub const SUB_IDS: &[&str] = &["missing", "empty", "forbidden", "value", "service", "unlisted"];
