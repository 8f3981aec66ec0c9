//! What `railway variable list --kv` prints: one `NAME=value` a line, nothing quoted and nothing escaped. A value of
//! several lines goes on where no name begins.
//!
//! Source: railwayapp/cli, `src/controllers/variables.rs`. Not measured against a loader, since none reads it.

use super::value::identifier;
use super::{Assignment, Item, SKIPPED, Scope, Text, Value};
use std::ops::Range;

/// Divides such a list.
pub(super) fn read(text: &Text<'_>, _: &mut Scope) -> Vec<Item> {
    let mut items = Vec::new();
    let mut open: Option<(Range<usize>, Range<usize>)> = None;
    let mut at = text.text.len() - text.text.strip_prefix('\u{feff}').unwrap_or(text.text).len();
    for line in text.part(at..text.text.len()).split_inclusive('\n') {
        let content = line.strip_suffix('\n').unwrap_or(line);
        let content = content.strip_suffix('\r').unwrap_or(content);
        let name = identifier(content);
        let end = at + content.len();
        if name > 0 && content.get(name..).is_some_and(|rest| rest.starts_with('=')) {
            items.extend(open.take().map(|done| assignment(text, done)));
            open = Some((at..at + name, at + name + 1..end));
        } else if let Some((_, value)) = &mut open {
            value.end = end;
        } else if !content.trim().is_empty() {
            let start = at + content.len() - content.trim_start().len();
            items.push(Item::Skipped(start..at + content.trim_end().len(), SKIPPED));
        }
        at += line.len();
    }
    items.extend(open.map(|done| assignment(text, done)));
    items
}

/// Empty lines behind a value are none of it.
fn assignment(text: &Text<'_>, (name, value): (Range<usize>, Range<usize>)) -> Item {
    let written = text.part(value.clone()).trim_end_matches(['\n', '\r']);
    let value = value.start..value.start + written.len();
    Assignment::plain(name, Some(Value::new(text.literal(value.clone()), value)))
}
