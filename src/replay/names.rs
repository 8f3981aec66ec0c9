//! The names that PostgreSQL chooses where none is written: `ChooseRelationName` and `makeObjectName` of its source.

/// Bytes of a name that count: NAMEDATALEN less one.
const LONGEST: usize = 63;

/// `accounts_email_key`: the table without its schema, the columns, and a word; with a number where that is taken.
pub fn chosen(table: &str, columns: &[&str], label: &str, taken: impl Fn(&str) -> bool) -> String {
    let table = super::database::bare(table);
    let columns = columns.join("_");
    let mut name = object_name(table, &columns, label);
    let mut count = 0_u32;
    while taken(&name) {
        count += 1;
        name = object_name(table, &columns, &format!("{label}{count}"));
    }
    name
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
fn clipped(text: &str, bytes: usize) -> &str {
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
    }
}
