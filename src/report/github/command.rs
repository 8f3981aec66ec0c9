//! Workflow commands of GitHub Actions: lines by which a step tells its runner something. Only those that annotate a file
//! can be made, and be read back; a runner knows others (`set-env`, `add-mask`, `stop-commands`), which nothing here spells.
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use std::fmt;

/// The names of annotations, from worst to least.
const LEVELS: &[&str] = &["error", "warning", "notice"];

/// The properties that annotations have.
const PROPERTIES: &[&str] = &["title", "file", "line", "endLine", "col", "endColumn"];

/// One annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    level: &'static str,
    properties: Vec<(&'static str, String)>,
    message: String,
}

impl Command {
    /// An annotation of a level (`error`, `warning`, `notice`; of another word it is a notice) that says something.
    pub fn new(level: &str, message: impl Into<String>) -> Self {
        let level = LEVELS.iter().find(|known| **known == level).copied().unwrap_or("notice");
        Self { level, properties: Vec::new(), message: message.into() }
    }

    /// With a property; a runner would not read one that it does not know, and it is left out.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        if let Some(name) = PROPERTIES.iter().find(|known| **known == name) {
            self.properties.push((name, value.to_string()));
        }
        self
    }

    /// The level.
    pub fn level(&self) -> &'static str {
        self.level
    }

    /// The command that a line spells, letter for letter as it would be written here; none for any other line.
    pub fn parse(line: &str) -> Option<Self> {
        let rest = line.strip_prefix("::")?;
        let (head, message) = rest.split_once("::")?;
        let (level, properties) = head.split_once(' ').unwrap_or((head, ""));
        let level = LEVELS.iter().find(|known| **known == level)?;
        let mut command = Self::new(level, unescaped(message));
        for property in properties.split(',').filter(|property| !property.is_empty()) {
            let (name, value) = property.split_once('=')?;
            let name = PROPERTIES.iter().find(|known| **known == name)?;
            command = command.with(name, unescaped(value));
        }
        (command.to_string() == line).then_some(command)
    }

    /// The same with every text changed by `change`.
    #[must_use]
    pub fn map(mut self, change: impl Fn(String) -> String) -> Self {
        self.properties = self.properties.into_iter().map(|(name, value)| (name, change(value))).collect();
        self.message = change(self.message);
        self
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "::{}", self.level)?;
        for (index, (name, value)) in self.properties.iter().enumerate() {
            write!(f, "{}{name}={}", if index == 0 { ' ' } else { ',' }, escaped(value, true))?;
        }
        write!(f, "::{}", escaped(&self.message, false))
    }
}

/// A text as a runner reads it back: `%`, CR and LF; in a property also `:` and `,`.
fn escaped(text: &str, property: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '%' => out.push_str("%25"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            ':' if property => out.push_str("%3A"),
            ',' if property => out.push_str("%2C"),
            other => out.push(other),
        }
    }
    out
}

/// What a runner reads. In a message it leaves `%3A` and `%2C` alone, which [`escaped`] never makes there; a line that holds
/// them so is not one of ours, and [`Command::parse`] sees that.
fn unescaped(text: &str) -> String {
    let codes = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (before, behind) = rest.split_at(at);
        out.push_str(before);
        let code = codes.iter().find(|(code, _)| behind.starts_with(code));
        out.push_str(code.map_or("%", |(_, text)| text));
        rest = behind.get(code.map_or(1, |(code, _)| code.len())..).unwrap_or("");
    }
    out + rest
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use proptest::prelude::*;

    /// What a runner makes of a line: its name, its properties, its message.
    type Read = (String, Vec<(String, String)>, String);

    /// What the runner does with a line: `ActionCommand.TryParseV2` of actions/runner, told anew.
    fn runner(line: &str) -> Option<Read> {
        let line = line.trim();
        let rest = line.strip_prefix("::")?;
        let end = rest.find("::")?;
        let (head, message) = (&rest[..end], &rest[end + 2..]);
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        let data = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
        let property = |text: &str| {
            let text = text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",");
            text.replace("%25", "%")
        };
        let parts = properties.trim().split(',').filter(|part| !part.is_empty());
        let pairs = parts.filter_map(|part| part.split_once('=')).filter(|(_, value)| !value.is_empty());
        Some((name.to_owned(), pairs.map(|(name, value)| (name.to_owned(), property(value))).collect(), data(message)))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn what_is_escaped_is_read_back(title in "[^\u{0}-\u{8}]{1,20}", file in "\\PC{1,20}", message in "(?s)[ -~\r\n%:,é漢]{0,40}x") {
            let command = Command::new("warning", message.clone()).with("title", &title).with("file", &file).with("line", 7);
            let line = command.to_string();
            prop_assert_eq!(line.lines().count(), 1);
            prop_assert!(!line.contains('\r'));
            prop_assert_eq!(Command::parse(&line), Some(command));
            let (name, properties, read) = runner(&line).unwrap();
            prop_assert_eq!(name, "warning");
            prop_assert_eq!(read, message);
            let expected = [("title", title), ("file", file), ("line", "7".to_owned())];
            let expected: Vec<(String, String)> = expected.map(|(name, value)| (name.to_owned(), value)).into();
            prop_assert_eq!(properties, expected);
        }

        #[test]
        fn no_other_line_is_one(line in "(::)?(error|set-env|notice|add-mask|group)?( [a-zA-Z]{1,6}=[^\n]{0,6})?(::[^\n]{0,12})?") {
            if let Some(command) = Command::parse(&line) {
                prop_assert_eq!(command.to_string(), line);
                prop_assert!(LEVELS.contains(&command.level()));
            }
        }
    }

    #[test]
    fn a_runner_is_told_nothing_else() {
        for line in [
            "::set-env name=PATH::x",
            "::error",
            "::error file=a.env",
            " ::error::x",
            "::error nope=1::x",
            "::error file=a.env,line::x",
            "::ERROR::x",
            "::error file=a:b::x",
            "::error::%0a%3A",
            "::stop-commands::x",
        ] {
            assert_eq!(Command::parse(line), None, "{line}");
        }
        assert!(Command::parse("::error file=a%3Ab,line=3::x: y, 100%25").is_some());
    }
}
