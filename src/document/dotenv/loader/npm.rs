//! The npm package dotenv: single quotes, double quotes (`\n` and `\r` count in them) and backticks; nothing is
//! interpolated.

use super::line::{self, Part};
use super::value::{table, unescape};
use super::{Assignment, Item, Scope, Text, Value};

/// Escapes of double quotes.
const DOUBLE: &[(char, char)] = &[('n', '\n'), ('r', '\r')];

/// Divides an env file.
pub(super) fn read(text: &Text<'_>, _: &mut Scope) -> Vec<Item> {
    let flat = line::flat(text);
    let item = |part: Part| match part {
        Part::Skipped(range, why) => Item::Skipped(flat.span(range).range(), why),
        Part::Line(line) => {
            let (value, quote) = line::unquoted(flat.text(), line.value);
            let raw = flat.span(value.clone()).range();
            let text = flat.slice(value);
            let text = if quote == Some('"') { unescape(text, table(DOUBLE)) } else { text };
            Item::Assignment(Assignment {
                name: flat.span(line.name).range(),
                read_as: None,
                exported: line.exported,
                value: Some(Value::new(text, raw)),
            })
        }
    };
    line::divide(flat.text()).into_iter().map(item).collect()
}
