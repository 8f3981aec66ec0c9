//! Comments of an env file that speak to preflight, and the one variable that each stands at: the one whose line it ends,
//! else the next one. What is a comment says the loader: where `#` is part of a value, it is none.

use super::loader::Item;
use crate::document::marker::{self, Marker, Reach};
use crate::document::{Parsed, value};
use crate::source::{Mapped, SourceId, Span};
use std::ops::Range;

/// What of a marker may be seen: its first words. The rest is hidden like every comment.
const SHOWN: &str = "preflight: allow";

/// The bytes that an item takes.
fn bytes(item: &Item) -> Range<usize> {
    match item {
        Item::Assignment(assignment) => {
            let end = assignment.value.as_ref().map_or(0, |value| value.raw.end);
            assignment.name.start..end.max(assignment.name.end)
        }
        Item::Skipped(range, _) | Item::Refused(range, _) => range.clone(),
    }
}

/// Finds the markers of a text that a loader has divided, and frees their first words.
pub(super) fn find(source: SourceId, text: &str, items: &[Item], loader: &str, parsed: &mut Parsed) {
    if !marker::any(text) {
        return;
    }
    let items: Vec<(Range<usize>, &Item)> = items.iter().map(|item| (bytes(item), item)).collect();
    let (mut start, mut shown) = (0, Vec::new());
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        if let Some(comment) = comment(content) {
            let range = start + comment.start..start + comment.end;
            let marker = marker(source, text, range, &items, loader);
            shown.extend(first_words(text, &marker));
            parsed.markers.push(marker);
        }
        start += line.len();
    }
    if !shown.is_empty() {
        free(&shown, &mut parsed.masks);
    }
}

/// The comment of a line that is a marker: its bytes with the `#`. The first `#` that one stands behind counts.
fn comment(line: &str) -> Option<Range<usize>> {
    let signs = line.match_indices('#').map(|(at, _)| at);
    let mut signs = signs.filter(|at| line.get(at + 1..).is_some_and(marker::is_marker));
    signs.next().map(|at| at..line.trim_end().len())
}

fn marker(source: SourceId, text: &str, range: Range<usize>, items: &[(Range<usize>, &Item)], loader: &str) -> Marker {
    let next = items.partition_point(|(item, _)| item.start <= range.start);
    let before = next.checked_sub(1).and_then(|at| items.get(at));
    let inner = marker::trimmed(text, range.start + 1..range.end);
    let said = Mapped::literal(source, text.get(inner.clone()).unwrap_or(""), inner.start);
    let span = Span::new(source, range.clone());
    if let Some((_, item)) = before.filter(|(item, _)| range.start < item.end) {
        // A place inside a value tells something of it: the name is pointed at.
        let (span, why) = match item {
            Item::Assignment(assignment) => {
                let name = text.get(assignment.name.clone()).unwrap_or("");
                let name = if value::name_may_be_shown(name) { name } else { "a variable" };
                let why = format!("{loader} reads it as part of the value of {name}");
                (Span::new(source, assignment.name.clone()), why)
            }
            _ => (span, format!("{loader} does not read this line as a comment")),
        };
        return Marker { text: said, span, reach: Err(why) };
    }
    let one_line = |range: Range<usize>| text.get(range).is_some_and(|gap| !gap.contains('\n'));
    let index = match before {
        Some((item, _)) if one_line(item.end..range.start) => next - 1,
        _ => next,
    };
    let reach = match items.get(index) {
        Some((_, item)) => {
            let what = if matches!(item, Item::Assignment(_)) { "variable" } else { "line" };
            Ok(Reach::new(Span::new(source, lines(text, items, index)), what))
        }
        None => Err("no variable follows it".to_owned()),
    };
    Marker { text: said, span, reach }
}

/// The lines of an item, without what other items say on them: blanks before a name belong to it.
fn lines(text: &str, items: &[(Range<usize>, &Item)], index: usize) -> Range<usize> {
    let Some((item, _)) = items.get(index) else { return 0..0 };
    let before = index.checked_sub(1).and_then(|at| items.get(at)).map_or(0, |(item, _)| item.end);
    let behind = items.get(index + 1).map_or(text.len(), |(item, _)| item.start);
    let start = text.get(..item.start).and_then(|text| text.rfind('\n')).map_or(0, |at| at + 1);
    let end = text.get(item.end..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| item.end + at);
    start.max(before).min(item.start)..end.min(behind).max(item.end)
}

/// The first words of a marker with the sign before them; they say nothing of anybody. None of what is no waiver.
fn first_words(text: &str, marker: &Marker) -> Option<Range<usize>> {
    let start = marker.text.whole().range().start;
    let said = start..start + SHOWN.len();
    if marker.reach.is_err() || text.get(said.clone()) != Some(SHOWN) {
        return None;
    }
    let blank = usize::from(text.get(said.end..).is_some_and(|rest| rest.starts_with(' ')));
    Some(marker.span.range().start..said.end + blank)
}

/// Takes bytes out of what is hidden; `shown` are in order.
fn free(shown: &[Range<usize>], masks: &mut Vec<Range<usize>>) {
    let mut left = Vec::with_capacity(masks.len() + shown.len());
    for mask in masks.drain(..) {
        let mut at = mask.start;
        let first = shown.partition_point(|range| range.end <= mask.start);
        for range in shown.iter().skip(first).take_while(|range| range.start < mask.end) {
            left.push(at..range.start);
            at = range.end;
        }
        left.push(at..mask.end);
    }
    left.retain(|range| range.start < range.end);
    *masks = left;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use crate::document::{Input, Settings};
    use crate::source::SourceId;

    /// What each marker of a text stands at, or why it stands at nothing.
    fn read(text: &str, loader: &'static str) -> Vec<String> {
        let settings = Settings { loader: Some(loader), ..Settings::default() };
        let parsed = super::super::parse(Input { source: SourceId(0), text, path: "a.env", settings: &settings });
        let said = |marker: crate::document::Marker| match marker.reach {
            Ok(reach) => text.get(reach.span.range()).unwrap().to_owned(),
            Err(why) => format!("! {why}"),
        };
        parsed.markers.into_iter().map(said).collect()
    }

    #[test]
    fn a_marker_stands_at_the_next_variable_or_at_the_one_whose_line_it_ends() {
        let text = "# preflight: allow a\n\n# another comment\nA=1\nB=2 # preflight: allow b\nC=\"x\ny\" # preflight: allow c\n";
        assert_eq!(read(text, "python-dotenv"), ["A=1", "B=2 # preflight: allow b", "C=\"x\ny\" # preflight: allow c"]);
        assert_eq!(read("A=1\n# preflight: allow a\n", "python-dotenv"), ["! no variable follows it"]);
        assert_eq!(read("# preflight: allow a\nexport A=1 B=2\n", "shell"), ["export A=1 "]);
    }

    #[test]
    fn a_line_of_its_own_is_a_comment_for_every_loader() {
        for loader in super::super::loader::NAMES {
            let found = read("A=1\n# preflight: allow a reason=\"it's so\" until=2027-01-31\nB=2\n", loader);
            // There a value goes on to the next name.
            let raw = ["! railway-raw reads it as part of the value of A"];
            assert_eq!(found, if loader == "railway-raw" { raw } else { ["B=2"] }, "{loader}");
            let found = read("\u{feff}# preflight: allow a\r\nA=1\r\nB=2\r\n", loader);
            assert!(found == ["A=1\r"] || found[0].starts_with('!'), "{loader}: {found:?}");
        }
    }

    #[test]
    fn what_is_part_of_a_value_is_no_marker() {
        assert_eq!(
            read("A=1 # preflight: allow a\n", "docker"),
            ["! docker reads it as part of the value of A"],
            "docker run takes the whole line"
        );
        assert_eq!(
            read("A=\"x\n# preflight: allow a\n\"\n", "python-dotenv"),
            ["! python-dotenv reads it as part of the value of A"]
        );
    }
}
