//! Histories: the migrations that build one database, in the order in which their runner takes them, and what became of them
//! since a base. Pure: drafts and texts in, facts out.

mod order;
mod since;
mod unknown;

pub use order::{is_beside, order};
pub use since::{Base, Known, Migrations, Odd, since};
pub use unknown::unknown;

use crate::fact::Field;

/// The fields that only a base tells.
pub const SINCE: &[Field] = &[Field::Change, Field::SortsBeforeBase, Field::Restored];
