//! Text for a terminal: widths, wrapping, colour, counts.

use super::super::Style;
use crate::finding::Severity;
use crate::source::escape_controls;
use unicode_width::UnicodeWidthChar;

/// Columns that a text takes in a terminal.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// Breaks a line at blanks so that each part fits `room` columns. Blanks inside a part stay as they are; a word that is
/// wider than the room stays whole, so that a path can be copied. Two blanks set off a command: it is broken only where
/// it does not fit a line of its own.
pub(super) fn wrap(line: &str, room: usize) -> Vec<String> {
    let mut lines = Lines { done: Vec::new(), current: String::new(), used: 0, room };
    let mut rest = line.trim_end();
    while !rest.is_empty() {
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        let (gap, behind) = rest.split_at(blanks);
        let word = behind.find(' ').unwrap_or(behind.len());
        let whole = behind.find("  ").unwrap_or(behind.len());
        // Not the indent of a line: there, nothing is set off.
        let set_off = blanks > 1 && !lines.is_empty() && width(behind.get(..whole).unwrap_or("")) <= room;
        let (part, behind) = behind.split_at(if set_off { whole } else { word });
        lines.push(gap, part);
        rest = behind;
    }
    lines.finish()
}

/// Lines that are being filled.
struct Lines {
    done: Vec<String>,
    current: String,
    /// Columns of the current line.
    used: usize,
    room: usize,
}

impl Lines {
    fn is_empty(&self) -> bool {
        self.done.is_empty() && self.used == 0
    }

    /// Appends blanks and what follows them; the blanks vanish where a line is broken.
    fn push(&mut self, gap: &str, part: &str) {
        let wide = width(part);
        if self.used > 0 && self.used + gap.len() + wide > self.room {
            self.done.push(std::mem::take(&mut self.current));
            self.used = 0;
        } else {
            self.current.push_str(gap);
            self.used += gap.len();
        }
        self.current.push_str(part);
        self.used += wide;
    }

    /// The lines; one at least.
    fn finish(mut self) -> Vec<String> {
        if !self.current.is_empty() || self.done.is_empty() {
            self.done.push(self.current);
        }
        self.done
    }
}

/// Wraps a text of several lines, each with its control characters made visible; blank lines at either end are dropped.
pub(super) fn wrap_text(text: &str, room: usize) -> Vec<String> {
    text.trim().lines().flat_map(|line| wrap(&escape_controls(line.trim_end()), room)).collect()
}

/// A word in front and a text beside it: further lines stand below the first. Ends with a line end.
pub(super) fn hanging(lead: &str, lead_width: usize, text: &str, style: &Style) -> String {
    let room = style.width.saturating_sub(lead_width).max(20);
    let mut out = String::new();
    for (index, line) in wrap_text(text, room).iter().enumerate() {
        if index == 0 {
            out.push_str(lead);
        } else {
            out.push_str(&" ".repeat(lead_width));
        }
        out.push_str(line);
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
    out
}

/// What a stretch of text means, for colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// A severity.
    Severity(Severity),
    /// Words that lead a line.
    Lead,
    /// The path of a box, as miette has it.
    Path,
    /// A sentence that must be seen.
    Strong,
    /// All is well.
    Good,
}

/// The text in colour, if there is to be any.
pub(super) fn paint(text: &str, ink: Ink, style: &Style) -> String {
    if !style.color || text.is_empty() {
        return text.into();
    }
    let code = match ink {
        Ink::Severity(Severity::Error) => "31;1",
        Ink::Severity(Severity::Warning) => "33;1",
        Ink::Severity(Severity::Info) | Ink::Lead => "36",
        Ink::Path => "36;1;4",
        Ink::Strong => "1",
        Ink::Good => "32;1",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// `1 error`, `2 errors`, `1 policy`, `2 policies`.
pub(in crate::report) fn count(number: usize, one: &str) -> String {
    match (number, one.strip_suffix('y')) {
        (1, _) => format!("1 {one}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {one}s"),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn enumerate(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_at_blanks_and_keeps_commands_whole() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("run:  a --b", 20), ["run:  a --b"], "blanks inside a line stay");
        assert_eq!(wrap("then run:  a --b c", 12), ["then run:", "a --b c"], "a command stands on its own line");
        assert_eq!(
            wrap("One.  Two three four", 10),
            ["One.  Two", "three four"],
            "nor are two blanks always a command"
        );
        assert_eq!(wrap("a verylongword b", 5), ["a", "verylongword", "b"]);
        assert_eq!(wrap("日本 語", 5), ["日本", "語"], "wide characters take two columns");
        assert_eq!(wrap("", 5), [""]);
    }

    #[test]
    fn control_characters_of_a_policy_are_visible_and_its_lines_stay_lines() {
        assert_eq!(wrap_text("one\u{1b}[2J\n  two\n\n", 40), ["one\\u{1b}[2J", "  two"]);
    }

    #[test]
    fn hangs_below_the_first_line() {
        let style = Style { width: 26, ..Style::default() };
        assert_eq!(hanging("why  ", 5, "one two three four five", &style), "why  one two three four\n     five\n");
        assert_eq!(hanging("why  ", 5, "  \n", &style), "", "nothing to say");
    }

    #[test]
    fn counts_in_english() {
        assert_eq!([count(1, "policy"), count(0, "policy"), count(2, "error")], ["1 policy", "0 policies", "2 errors"]);
        assert_eq!(enumerate(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }
}
