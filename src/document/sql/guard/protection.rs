//! How well a check protects an operation: whether it names the object, what holds the object, or something else.

use super::Guard;
use crate::document::sql::recognise::bare_name;
use crate::fact::{Fact, Field, State};

/// What a check looks for whose name a variable holds: it may be any.
pub(in crate::document::sql::guard) const ANY: &str = "\0";
/// The name of an object whose name is not known.
const UNKNOWN: &str = "\u{1}";

/// How well a check protects an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::document::sql) enum Protection {
    /// It asks for something else.
    Other,
    /// It asks for what holds the object: its table, or its schema.
    Holder,
    /// It names the object, and lets the operation run only where it can.
    Same,
}

impl Guard {
    /// How well it protects an operation; `made` says whether the script made the operation's table.
    pub fn protection(&self, fact: &Fact, made: bool) -> Protection {
        if self.protects(fact) {
            Protection::Same
        } else if self.holds(fact, made) {
            Protection::Holder
        } else {
            Protection::Other
        }
    }

    /// Whether the check names what holds the object of the operation: what is there can be changed, and what is made on a
    /// table that the same script makes goes with it.
    fn holds(&self, fact: &Fact, made: bool) -> bool {
        let Some(check) = &self.check else { return false };
        let text = |field: Field| known(fact, field);
        let Some(is) = text(Field::Is) else { return false };
        if !fits(&check.schema, text(Field::Schema), true) {
            return false;
        }
        let makes = is.starts_with("create_") || is.starts_with("add_");
        let bare = check.column.is_none() && check.object.is_none();
        let itself = fits(&check.column, text(Field::Column), false) || fits(&check.object, text(Field::Name), false);
        match &check.table {
            None => self.exists && bare && check.schema.is_some(),
            Some(_) if !fits(&check.table, text(Field::Table).map(bare_name), false) => false,
            // one thing may be made because another one is there
            Some(_) if self.exists => bare || makes && !itself,
            Some(_) => bare && made,
        }
    }

    /// Whether the check names the object of the operation, and lets it run only where it can.
    fn protects(&self, fact: &Fact) -> bool {
        let Some(check) = &self.check else { return false };
        let text = |field: Field| known(fact, field);
        let Some(is) = text(Field::Is) else { return false };
        let makes = is.starts_with("create_") || is.starts_with("add_");
        let renames = is.starts_with("rename_");
        // a new name must not be taken: a rename may ask either way
        if makes == self.exists && (self.exists || !renames) {
            return false;
        }
        if !fits(&check.schema, text(Field::Schema), true) {
            return false;
        }
        let table = text(Field::Table).map(bare_name);
        let same_table = fits(&check.table, table, false);
        // what a new table has comes with it
        if is == "create_column" || is == "create_constraint" {
            return check.column.is_none() && same_table;
        }
        if is.ends_with("_schema") {
            return check.schema.is_some() && check.table.is_none();
        }
        let wanted = if renames && !self.exists { Field::NewName } else { Field::Column };
        match (text(Field::Column), text(Field::Name)) {
            (Some(_), _) => same_table && fits(&check.column, text(wanted), false),
            // `relname` holds the names of indexes, views and sequences, too
            (None, Some(name)) => {
                let named = fits(&check.object, Some(name), false)
                    || (check.object.is_none() && fits(&check.table, Some(name), false));
                let table_agrees = check.table.is_none() || table.is_none() || same_table || check.object.is_none();
                named && check.column.is_none() && table_agrees
            }
            // a column or a policy that is there has a table that is there
            (None, None) => same_table && (self.exists || (check.column.is_none() && check.object.is_none())),
        }
    }
}

/// A text of an operation; a word that no check looks for where it is not known.
fn known(fact: &Fact, field: Field) -> Option<&str> {
    match fact.own(field)? {
        State::Unknown(..) => Some(UNKNOWN),
        state => state.text(),
    }
}

/// Whether a check looks for this name; `unsaid` where it says nothing, or the operation does not.
fn fits(wanted: &Option<String>, name: Option<&str>, unsaid: bool) -> bool {
    match (wanted.as_deref(), name) {
        (None, _) | (_, None) => unsaid,
        (Some(wanted), Some(name)) => wanted == ANY || wanted == name,
    }
}
