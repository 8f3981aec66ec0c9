//! The names that PostgreSQL chooses where none is written: `ChooseRelationName`, `ChooseIndexColumnNames` and
//! `makeObjectName` of its source.

use super::database::{Database, Name, bare};
use crate::document::sql::figure;

/// Bytes of a name that count: NAMEDATALEN less one.
pub const LONGEST: usize = 63;

/// `accounts_email_key`: the table without its schema, the columns, and a word; with a number where that is taken.
pub fn chosen(table: &str, columns: &[&str], label: &str, taken: impl Fn(&str) -> bool) -> String {
    let table = bare(table);
    let columns = columns.join("_");
    let mut name = object_name(table, &columns, label);
    let mut count = 0_u32;
    while taken(&name) {
        count += 1;
        name = object_name(table, &columns, &format!("{label}{count}"));
    }
    name
}

/// What the columns and expressions of an index count as in its name, each once: `lower`, `expr`, `expr1`.
pub fn of_columns<'c>(columns: impl Iterator<Item = &'c Name>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for column in columns {
        let own = match column.contains('(') || column.contains('[') {
            true => figure::of_text(column).unwrap_or_else(|| "expr".to_owned()),
            false => column.to_string(),
        };
        let (mut name, mut count) = (own.clone(), 0_u32);
        while names.contains(&name) {
            count += 1;
            let number = count.to_string();
            name = format!("{}{number}", clipped(&own, LONGEST - number.len()));
        }
        names.push(name);
    }
    names
}

impl Database {
    /// Whether a relation of a schema has the name: tables, views, sequences and indexes share theirs.
    pub fn is_relation(&self, schema: &str, name: &str) -> bool {
        let full = format!("{schema}.{name}");
        self.indexes.has(&full) || self.relations.has(&full)
    }

    /// Whether a constraint of any table of a schema has the name.
    pub fn is_constraint(&self, schema: &str, name: &str) -> bool {
        let full = format!("{schema}.{name}");
        // few names were ever given twice
        self.constraint_names.contains(full.as_str())
            && self.relations.iter().any(|(table, relation)| {
                super::database::schema_of(table) == schema
                    && relation.constraints.iter().any(|constraint| *constraint.name == *name)
            })
    }

    /// Notes that a constraint of a table of a schema got a name.
    pub fn name_constraint(&mut self, schema: &str, name: &str) {
        self.constraint_names.insert(format!("{schema}.{name}").into());
    }
}

/// The three parts, the longer of the first two shortened until all fits.
fn object_name(first: &str, second: &str, label: &str) -> String {
    let extra = label.len() + 1 + usize::from(!second.is_empty());
    let room = LONGEST.saturating_sub(extra);
    let (mut one, mut two) = (first.len(), second.len());
    while one + two > room {
        if one > two {
            one -= 1;
        } else {
            two -= 1;
        }
    }
    let (first, second) = (clipped(first, one), clipped(second, two));
    if second.is_empty() { format!("{first}_{label}") } else { format!("{first}_{second}_{label}") }
}

/// The first bytes of a text, whole characters only.
pub fn clipped(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_the_server_chooses() {
        let free = |_: &str| false;
        assert_eq!(chosen("public.accounts", &["email"], "key", free), "accounts_email_key");
        assert_eq!(chosen("public.accounts", &[], "pkey", free), "accounts_pkey");
        assert_eq!(chosen("public.a", &["b", "c"], "idx", |name| name == "a_b_c_idx"), "a_b_c_idx1");
        let long = "a_table_whose_name_is_so_long_that_nothing_fits_behind_it";
        assert_eq!(chosen(long, &["a_column_with_a_long_name"], "fkey", free).len(), LONGEST);
        let all: Vec<Name> = ["(data->>'x')", "email", "(data->>'y')", "lower(email)", "email"].map(Name::from).into();
        assert_eq!(of_columns(all.iter()), ["expr", "email", "expr1", "lower", "email1"]);
    }
}
