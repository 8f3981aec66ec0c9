//! Three values: what is known to be so, known not to be so, and what cannot be known.

use crate::fact::{Cause, FactId};
use crate::source::Span;
use std::sync::Arc;

/// Why something cannot be known, of which fact, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The fact that is not known well enough.
    pub fact: FactId,
    /// What stands in the way.
    pub span: Span,
    /// Why, and what would decide it.
    pub cause: Arc<Cause>,
}

impl Doubt {
    /// A doubt about a field of a fact that cannot be known.
    pub fn new(fact: FactId, span: Span, cause: &Arc<Cause>) -> Self {
        Self { fact, span, cause: Arc::clone(cause) }
    }
}

/// The value of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It is so.
    True,
    /// It is not so.
    False,
    /// It cannot be known; the first doubt that stands in the way.
    Unknown(Doubt),
}

impl Truth {
    /// Kleene's AND of all: false where one is false, else unknown where one is unknown.
    pub fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut doubt = None;
        for truth in truths {
            match truth {
                Self::True => {}
                Self::False => return Self::False,
                Self::Unknown(first) => doubt = doubt.or(Some(first)),
            }
        }
        doubt.map_or(Self::True, Self::Unknown)
    }

    /// Kleene's OR of all: true where one is true, else unknown where one is unknown.
    pub fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut doubt = None;
        for truth in truths {
            match truth {
                Self::True => return Self::True,
                Self::False => {}
                Self::Unknown(first) => doubt = doubt.or(Some(first)),
            }
        }
        doubt.map_or(Self::False, Self::Unknown)
    }

    /// Whether it is known to be so.
    pub fn is_true(&self) -> bool {
        matches!(self, Self::True)
    }

    /// Whether it is known not to be so.
    pub fn is_false(&self) -> bool {
        matches!(self, Self::False)
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown(doubt) => Self::Unknown(doubt),
        }
    }
}

impl From<bool> for Truth {
    fn from(yes: bool) -> Self {
        if yes { Self::True } else { Self::False }
    }
}
