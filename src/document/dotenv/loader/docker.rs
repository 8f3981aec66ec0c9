//! `docker run --env-file`: a line is a name, `=`, and everything behind it: quotes, blanks and `#` too.

use super::{Assignment, Item, Outer, Scope, Text, Value};
use crate::source::Mapped;

const BLANK: &str = "docker refuses the whole file: a blank stands before the `=`";
const NO_EQUALS: &str = "docker refuses the whole file: a blank stands in a line without `=`";
const NO_NAME: &str = "docker refuses the whole file: no name stands before the `=`";

/// Divides an env file.
pub(super) fn read(text: &Text<'_>, scope: &mut Scope) -> Vec<Item> {
    let mut items = Vec::new();
    let mut at = text.text.len() - text.text.strip_prefix('\u{feff}').unwrap_or(text.text).len();
    for line in text.part(at..text.text.len()).split('\n') {
        let start = at + line.len() - line.trim_start().len();
        let end = at + line.strip_suffix('\r').unwrap_or(line).len();
        at += line.len() + 1;
        let written = text.part(start..end);
        if written.is_empty() || written.starts_with('#') {
            continue;
        }
        let (name, value) = written.split_once('=').map_or((written, None), |(name, value)| (name, Some(value)));
        items.push(if name.contains([' ', '\t']) {
            Item::Refused(start..start + written.trim_end().len(), if value.is_some() { BLANK } else { NO_EQUALS })
        } else if name.is_empty() {
            Item::Refused(start..start + written.trim_end().len(), NO_NAME)
        } else {
            let value = match value {
                Some(value) => Some(Value::new(text.literal(end - value.len()..end), end - value.len()..end)),
                // Whoever runs docker may have one.
                None if scope.outer == Outer::Unknown => Some(Value::inherited(Mapped::empty(text.source, end))),
                None => None,
            };
            Assignment::item(start..start + name.len(), value)
        });
    }
    items
}

#[cfg(test)]
mod tests {
    use super::super::Item;
    use super::{BLANK, NO_EQUALS, NO_NAME, Outer, Scope, Text};
    use crate::source::SourceId;

    #[test]
    fn a_refused_line_says_what_is_wrong_with_it() {
        for (line, expected) in [("A B=1", BLANK), ("some prose", NO_EQUALS), ("=1", NO_NAME)] {
            let text = Text { source: SourceId(0), text: line, lines: &[] };
            let items = super::read(&text, &mut Scope::new(Outer::Empty, line));
            assert_eq!(items, [Item::Refused(0..line.len(), expected)], "{line}");
        }
    }
}
