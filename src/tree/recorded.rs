//! YAML that is part of the program, from what the library said of it when that was built.

use super::decode::Text;
use super::yaml::Builder;
use super::{Node, TreeError};
use saphyr_parser::{Event, ScalarStyle};

/// What the library said of a text that is part of the program, when that was built.
#[derive(Debug)]
pub struct Recorded {
    /// What (a word of `replayed`), its first byte and one past its last, and where its decoded text stands in `texts`.
    pub events: &'static [(char, u32, u32, u32, u32)],
    /// All decoded texts.
    pub texts: &'static str,
}

/// The tree of such a text.
pub(super) fn replay(text: Text<'_>, recorded: &Recorded) -> Result<Node, Vec<TreeError>> {
    let mut builder = Builder::new(text);
    for (what, start, end, from, to) in recorded.events {
        let decoded = recorded.texts.get(*from as usize..*to as usize).unwrap_or_default();
        if let Some(event) = replayed(*what, decoded)
            && !builder.event(event, *start as usize..*end as usize)
        {
            break;
        }
    }
    builder.end()
}

/// The event for a word of `build.rs`, which leaves out those that say nothing.
fn replayed(what: char, decoded: &str) -> Option<Event<'_>> {
    let style = match what {
        'd' => return Some(Event::DocumentStart(false)),
        '[' => return Some(Event::SequenceStart(0, None)),
        ']' => return Some(Event::SequenceEnd),
        '{' => return Some(Event::MappingStart(0, None)),
        '}' => return Some(Event::MappingEnd),
        'p' => ScalarStyle::Plain,
        '\'' => ScalarStyle::SingleQuoted,
        '"' => ScalarStyle::DoubleQuoted,
        '|' => ScalarStyle::Literal,
        '>' => ScalarStyle::Folded,
        _ => return None,
    };
    Some(Event::Scalar(decoded.into(), style, 0, None))
}
