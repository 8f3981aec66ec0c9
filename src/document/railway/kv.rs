//! Kind `railway-kv`: what `railway variable list --kv` prints. It is no env file: nothing is quoted or escaped, and a
//! value of several lines simply goes on (railwayapp/cli src/commands/variable.rs). Names are sorted, which tells a line
//! of a value that looks like `NAME=value` from a variable.

use super::variables::{EXPORT, other_output};
use crate::document::{Broken, Input, Parsed, Unread, value, variable};
use crate::finding::Severity;
use crate::source::{Mapped, Span, Spanned};
use std::ops::Range;

/// Reads one export.
pub fn parse(input: Input<'_>) -> Parsed {
    let text = input.text;
    let first = text.trim_start_matches('\u{feff}').trim_start();
    let refused = match other_output(text) {
        Some(what) if !first.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') => {
            Some(format!("this is {what}"))
        }
        _ if first.starts_with('{') => Some("this is JSON, and no list of `NAME=value` lines".to_owned()),
        _ => None,
    };
    if let Some(message) = refused {
        let broken = Broken { span: Span::point(input.source, 0), message, help: EXPORT.into() };
        return super::export::refuse(input, vec![broken]);
    }
    let mut parsed = Parsed::default();
    let mut open: Option<(Range<usize>, Range<usize>)> = None;
    let (mut start, mut in_key) = (text.len() - text.trim_start_matches('\u{feff}').len(), false);
    for line in text.get(start..).unwrap_or("").split_inclusive('\n') {
        let end = start + line.trim_end_matches(['\n', '\r']).len();
        let before = open.as_ref().and_then(|(name, _)| text.get(name.clone()));
        match name_of(line, before).filter(|_| !in_key) {
            Some(name) => {
                push(open.take(), input, &mut parsed);
                open = Some((start..start + name.len(), start + name.len() + 1..end));
            }
            None => match &mut open {
                Some((_, value)) if !line.trim().is_empty() || in_key => value.end = end,
                Some(_) => {}
                None if line.trim().is_empty() => {}
                None => {
                    parsed.masks.push(start..end);
                    parsed.unread.push(Unread {
                        span: Span::new(input.source, start..end),
                        severity: Severity::Warning,
                        message: "this line has no name, and no value stands above it".into(),
                        help: EXPORT.into(),
                    });
                }
            },
        }
        in_key = (in_key || line.contains("-----BEGIN ")) && !line.contains("-----END ");
        start += line.len();
    }
    push(open, input, &mut parsed);
    parsed
}

/// The name at the beginning of a line that begins a variable behind `before`.
fn name_of<'t>(line: &'t str, before: Option<&str>) -> Option<&'t str> {
    let name = line.split_once('=')?.0;
    let identifier = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (identifier && value::name_may_be_shown(name) && before.is_none_or(|before| before < name)).then_some(name)
}

fn push(open: Option<(Range<usize>, Range<usize>)>, input: Input<'_>, parsed: &mut Parsed) {
    let Some((name, range)) = open else { return };
    let (Some(said), Some(text)) = (input.text.get(name.clone()), input.text.get(range.clone())) else { return };
    let text = Mapped::literal(input.source, text, range.start);
    let name = Spanned::new(said, Span::new(input.source, name));
    variable::push(&name, &text, input.settings, parsed);
}
