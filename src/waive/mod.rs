//! Waivers and the baseline: which findings are known and hidden, by whom and for how long. Pure; it stands between
//! evaluation and report. A waiver hides one thing: the statement or variable that its comment stands at, or the one object
//! of one document that a file names. What is wrong with a waiver is a finding itself, and no waiver hides that.

pub mod baseline;
pub mod file;
mod hush;
mod ids;
mod inline;
mod places;
mod resolve;
mod settle;

pub use hush::Hush;
pub use ids::{IDS, Id, STALE, fault, is_own};
pub use places::is_of_nothing;
pub use settle::{Ask, SOON, Settled, State, Status, settle};

use crate::document::{Marker, Reach};
use crate::finding::Finding;
use crate::source::{Span, Spanned};

/// A reviewed exception.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// The policy that it names, as it is written.
    pub policy: Spanned<String>,
    /// The whole of it: a comment, or an entry of the file.
    pub span: Span,
    /// What it is for.
    pub target: Target,
    /// What else it says.
    pub terms: Terms,
}

impl Waiver {
    /// Whether it is a comment beside what it is for.
    pub const fn is_comment(&self) -> bool {
        matches!(self.target, Target::Here(_))
    }
}

/// What a waiver says of itself.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// Why the exception is made.
    pub reason: Option<Spanned<String>>,
    /// The last day on which it holds, in days since 1970-01-01.
    pub until: Option<Spanned<i64>>,
    /// Who answers for it.
    pub owner: Option<Spanned<String>>,
    /// Where it was decided.
    pub ticket: Option<Spanned<String>>,
}

/// What a waiver is for.
#[derive(Clone, Debug)]
pub enum Target {
    /// The one thing that its comment stands at.
    Here(Reach),
    /// One object of one document.
    Named {
        /// The document, relative to the project.
        path: Spanned<String>,
        /// What its findings say that they are about.
        object: Spanned<String>,
        /// How many findings the policy has there.
        findings: usize,
    },
}

impl Target {
    /// In words: "a statement", "DATABASE_URL of api in prod of railway/prod/api.json".
    pub fn words(&self) -> String {
        match self {
            Self::Here(reach) => format!("this {}", reach.what),
            Self::Named { path, object, .. } => format!("{} ({})", object.value, path.value),
        }
    }
}

/// Every waiver of a project, with what is wrong with how they are written.
#[derive(Debug, Default)]
pub struct Waivers {
    /// Those that can be read: of comments in the order of their places, then of the file.
    pub list: Vec<Waiver>,
    /// What cannot be read.
    pub faults: Vec<Finding>,
}

impl Waivers {
    /// Reads the markers of documents; what of them is a value of a document is hidden.
    pub fn new(markers: &[Marker], hush: &Hush) -> Self {
        let mut waivers = Self::default();
        markers.iter().for_each(|marker| inline::read(marker, &mut waivers));
        waivers.hide(hush);
        waivers
    }

    /// With those of a file behind.
    pub fn add(&mut self, list: Vec<Waiver>, hush: &Hush) {
        self.list.extend(list);
        self.hide(hush);
    }

    /// Whether any of them ends.
    pub fn depend_on_the_date(&self) -> bool {
        self.list.iter().any(|waiver| waiver.terms.until.is_some())
    }

    /// Whoever gives a reason may repeat a value: it is hidden there too.
    fn hide(&mut self, hush: &Hush) {
        for waiver in &mut self.list {
            let terms = &mut waiver.terms;
            let texts = [&mut terms.reason, &mut terms.owner, &mut terms.ticket].into_iter().flatten();
            let mut texts: Vec<&mut String> = texts.map(|text| &mut text.value).collect();
            texts.push(&mut waiver.policy.value);
            if let Target::Named { path, object, .. } = &mut waiver.target {
                texts.extend([&mut path.value, &mut object.value]);
            }
            texts.into_iter().for_each(|text| *text = hush.hidden(std::mem::take(text)));
        }
        for fault in &mut self.faults {
            fault.message = hush.hidden(std::mem::take(&mut fault.message));
            fault.note = hush.hidden(std::mem::take(&mut fault.note));
        }
    }
}

#[cfg(test)]
mod tests;
