//! Cutting a long line to a window round what is labelled, so that the drawing fits the width.

use unicode_width::UnicodeWidthChar;

/// Columns that miette draws between the middle of an underline and the label's text (`╰── `).
pub(super) const STEM: usize = 4;
/// The name of a line is kept up to so many columns.
const LONGEST_NAME: usize = 30;
/// So many columns before a label are kept rather than the name of its line.
const CLOSE: usize = 16;

/// A labelled part of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Focus {
    /// First byte in the line.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Columns of the label's text; 0 where the text stands elsewhere.
    pub label: usize,
}

/// A line as it is drawn.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    /// The text, with an ellipsis where something was cut away.
    pub text: String,
    /// First byte of the line that is drawn.
    from: usize,
    /// One past the last byte that is drawn.
    to: usize,
    /// Bytes of the drawn text before `from`: what is kept of the line's start, and the ellipsis.
    lead: usize,
    /// Bytes that are kept of the line's start.
    head: usize,
}

impl Cut {
    /// Where a byte of the line stands in the drawn text; what was cut away stands at the nearer end.
    pub fn position(&self, at: usize) -> usize {
        if at < self.head {
            return at;
        }
        self.lead + at.clamp(self.from, self.to) - self.from
    }
}

/// A label's text is wrapped no narrower than this while there is text to the left that can be cut away instead.
fn comfortable(room: usize) -> usize {
    (room * 2 / 5).max(16)
}

/// Columns of a character, at least one: a line of marks without width is cut as well.
fn cost(c: char) -> usize {
    c.width().unwrap_or(0).max(1)
}

/// Columns of a text, no further than just over `limit`, so that a line of a megabyte costs no more than a short one.
fn cost_within(text: &str, limit: usize) -> usize {
    let mut total = 0;
    for c in text.chars() {
        total += cost(c);
        if total > limit {
            break;
        }
    }
    total
}

/// The longest start of `text` that takes at most `room` columns, in bytes.
fn prefix(text: &str, room: usize) -> usize {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += cost(c);
        if used > room {
            return at;
        }
    }
    text.len()
}

/// Where the longest end of `text` begins that takes at most `room` columns.
fn suffix(text: &str, room: usize) -> usize {
    let (mut used, mut from) = (0, text.len());
    for (at, c) in text.char_indices().rev() {
        used += cost(c);
        if used > room {
            break;
        }
        from = at;
    }
    from
}

/// Cuts `line` to `room` columns so that every focus is seen and has room for its label; none where several cannot be
/// seen at once. One focus is always shown, its end cut away where it is too long. Foci stand on character boundaries.
pub(super) fn cut(line: &str, foci: &[Focus], room: usize, ellipsis: &str) -> Option<Cut> {
    let dots = ellipsis.chars().map(cost).sum::<usize>();
    let part = |from: usize, to: usize| line.get(from..to).unwrap_or("");
    let Some(first) = foci.iter().map(|focus| focus.start).min() else {
        return Some(window(line, 0, 0, room, ellipsis));
    };
    let last = foci.iter().map(|focus| focus.end).max().unwrap_or(first);
    // Columns behind the first focus at which the middle of each underline stands, and the furthest it may stand.
    let mut reach = usize::MAX;
    for focus in foci {
        let middle = cost_within(part(first, focus.start), room) + cost_within(part(focus.start, focus.end), room) / 2;
        let furthest = room.saturating_sub(STEM + focus.label.min(comfortable(room)));
        match furthest.checked_sub(middle) {
            Some(left) => reach = reach.min(left),
            None if foci.len() == 1 => reach = 0,
            None => return None,
        }
    }
    let core = cost_within(part(first, last), room);
    let inner = room.saturating_sub(2 * dots);
    if core > inner && foci.len() > 1 {
        return None;
    }
    let before = cost_within(part(0, first), room);
    if before <= reach && before + cost_within(part(first, line.len()), room) <= room {
        return Some(window(line, 0, 0, room, ellipsis));
    }
    let behind = cost_within(part(last, line.len()), room / 4);
    let left = inner.saturating_sub(core.min(inner) + behind.min(room / 4)).min(reach.saturating_sub(dots));
    if before <= left {
        return Some(window(line, 0, 0, room, ellipsis));
    }
    let head = name(line);
    let wide = cost_within(part(0, head), LONGEST_NAME);
    let roomy = wide <= LONGEST_NAME && left >= wide + CLOSE;
    let from = suffix(part(0, first), if roomy { left - wide } else { left });
    Some(window(line, if roomy && from > head { head } else { 0 }, from, room, ellipsis))
}

/// Bytes of what names a line: `DATABASE_URL=`, `  "start_command": `. It is kept where the middle is cut away.
fn name(line: &str) -> usize {
    let indent = line.len() - line.trim_start_matches([' ', '-']).len();
    let start = line.get(indent..).unwrap_or("");
    let start = start.strip_prefix("export ").unwrap_or(start);
    let start = start.strip_prefix(['"', '\'']).unwrap_or(start);
    let word = start.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let behind = word.strip_prefix(['"', '\'']).unwrap_or(word).trim_start_matches(' ');
    match behind.strip_prefix(['=', ':']) {
        Some(value) if word.len() < start.len() => line.len() - value.trim_start_matches(' ').len(),
        _ => 0,
    }
}

/// The part of a line that begins at byte `from`, with `head` bytes of its start, in `room` columns.
fn window(line: &str, head: usize, from: usize, room: usize, ellipsis: &str) -> Cut {
    let dots = ellipsis.chars().map(cost).sum::<usize>();
    let mut text = line.get(..head).unwrap_or("").to_owned();
    let mut room = room.saturating_sub(cost_within(&text, room));
    if from > 0 {
        text.push_str(ellipsis);
        room = room.saturating_sub(dots);
    }
    let lead = text.len();
    let rest = line.get(from..).unwrap_or("");
    let (length, tail) = if cost_within(rest, room) <= room {
        (rest.len(), "")
    } else {
        (prefix(rest, room.saturating_sub(dots)), ellipsis)
    };
    text.push_str(rest.get(..length).unwrap_or(""));
    text.push_str(tail);
    Cut { text, from, to: from + length, lead, head }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn focus(line: &str, word: &str, label: usize) -> Focus {
        let start = line.find(word).unwrap();
        Focus { start, end: start + word.len(), label }
    }

    #[test]
    fn a_short_line_is_left_alone() {
        let line = "PORT=8080";
        let cut = cut(line, &[focus(line, "8080", 10)], 40, "…").unwrap();
        assert_eq!((cut.text.as_str(), cut.position(5), cut.position(9)), (line, 5, 9));
    }

    #[test]
    fn a_long_line_is_cut_on_both_sides_of_the_label() {
        let line = format!("{}NEEDLE{}", "a".repeat(70_000), "b".repeat(70_000));
        let focus = focus(&line, "NEEDLE", 20);
        let cut = cut(&line, &[focus], 80, "…").unwrap();
        assert_eq!(cut.text.chars().count(), 80);
        assert!(cut.text.starts_with("…a") && cut.text.ends_with("b…"), "{}", cut.text);
        assert_eq!(&cut.text[cut.position(focus.start)..cut.position(focus.end)], "NEEDLE");
    }

    #[test]
    fn the_left_is_cut_so_that_the_label_has_room() {
        let line = format!("{}NEEDLE", "a".repeat(60));
        let focus = focus(&line, "NEEDLE", 25);
        let cut = cut(&line, &[focus], 70, "…").unwrap();
        let middle = cut.text[..cut.position(focus.start)].chars().count() + 3;
        assert!(cut.text.starts_with('…') && middle + STEM + 25 <= 70, "{middle}: {}", cut.text);
    }

    #[test]
    fn the_name_of_a_line_is_kept() {
        let line = format!("DATABASE_URL={}NEEDLE{}", "a".repeat(500), "b".repeat(500));
        let focus = focus(&line, "NEEDLE", 20);
        let cut = cut(&line, &[focus], 80, "…").unwrap();
        assert!(cut.text.starts_with("DATABASE_URL=…a"), "{}", cut.text);
        assert_eq!(cut.text.chars().count(), 80);
        assert_eq!(&cut.text[cut.position(focus.start)..cut.position(focus.end)], "NEEDLE");
        let kept = |line: &str| line[..name(line)].to_owned();
        assert_eq!(kept("  \"DATABASE_URL\": \"x\""), "  \"DATABASE_URL\": ");
        assert_eq!(kept("export A=1"), "export A=");
        assert_eq!(kept("  - files: a"), "  - files: ");
        assert_eq!(kept("{\"NOTES\":\"\",\"KEY\":\"\"}"), "", "it would name another value");
        assert_eq!(kept("ALTER TABLE a"), "");
    }

    #[test]
    fn wide_characters_count_double_and_a_gap_at_the_end_is_seen() {
        let line = "語".repeat(100);
        let end = line.len();
        let cut = cut(&line, &[Focus { start: end, end, label: 4 }], 41, "…").unwrap();
        assert!(cut.text.chars().map(cost).sum::<usize>() <= 41, "{}", cut.text);
        assert_eq!(cut.position(end), cut.text.len());
    }

    #[test]
    fn two_labels_far_apart_do_not_stand_in_one_window() {
        let line = format!("ONE{}TWO", "a".repeat(500));
        assert!(cut(&line, &[focus(&line, "ONE", 5), focus(&line, "TWO", 5)], 90, "…").is_none());
        let near = "ONE and TWO";
        assert!(cut(near, &[focus(near, "ONE", 5), focus(near, "TWO", 5)], 90, "…").is_some());
    }
}
