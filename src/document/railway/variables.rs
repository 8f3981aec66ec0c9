//! Kind `railway-variables`: what `railway variable list --json` prints, one JSON object of names and rendered values
//! (railwayapp/cli src/commands/variable.rs). Sealed variables are not in it, so what it does not say may be there.

use super::broken;
use crate::document::{Broken, Input, Parsed, Unread, value, variable};
use crate::finding::Severity;
use crate::source::Spanned;
use crate::tree::{self, Entry, Format, Node, NodeValue};

const EXPORT: &str = "Export them with `railway variable list --json`.";

/// Reads one export.
pub fn parse(input: Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let root = match tree::parse(Format::Json, input.source, input.text) {
        Ok(root) => root,
        Err(errors) => {
            let mut errors = broken(errors);
            if let (Some(what), Some(first)) = (other_output(input.text), errors.first_mut()) {
                first.message = format!("this is {what}, and no JSON");
            }
            for error in errors.iter_mut().filter(|error| error.help.is_empty()) {
                EXPORT.clone_into(&mut error.help);
            }
            return refuse(input, errors);
        }
    };
    match root.entries() {
        Some(entries) if is_answer(&root) => {
            let span = entries.first().map_or(root.span, |entry| entry.key.span);
            let message = "this is the answer of `railway variable set --json`, which holds no values".into();
            return refuse(input, vec![Broken { span, message, help: EXPORT.into() }]);
        }
        Some([first, rest @ ..]) if [first].into_iter().chain(rest).all(|entry| entry.value.text().is_none()) => {
            let message = "no value of this mapping is text, so it is no export of variables".into();
            return refuse(input, vec![Broken { span: first.value.span, message, help: EXPORT.into() }]);
        }
        Some(entries) => entries.iter().for_each(|entry| pair(entry, input, &mut parsed)),
        None => {
            let message = format!("this is {}, and an export of variables is a mapping", root.describe());
            return refuse(input, vec![Broken { span: root.span.before(), message, help: EXPORT.into() }]);
        }
    }
    parsed
}

fn refuse(input: Input<'_>, broken: Vec<Broken>) -> Parsed {
    let all = 0..input.text.len();
    Parsed { masks: vec![all], broken, ..Parsed::default() }
}

/// What else the CLI prints, by its beginning: a table in a frame, or lines of `NAME=value`.
fn other_output(text: &str) -> Option<&'static str> {
    let first = text.trim_start_matches('\u{feff}').trim_start();
    let frame = |c: char| ('\u{2500}'..='\u{257f}').contains(&c);
    if first.starts_with(frame) {
        return Some("the table that `railway variable list` prints");
    }
    let name = first.split_once('=')?.0;
    value::name_may_be_shown(name).then_some("text with `NAME=value` lines")
}

/// Whether it is what `railway variable set --json` prints: `{"keys": […], "set": true}`.
fn is_answer(root: &Node) -> bool {
    let keys = root.get("keys").is_some_and(|node| node.items().is_some());
    keys && root.get("set").is_some_and(|node| matches!(node.value, NodeValue::Bool(_)))
}

fn pair(entry: &Entry, input: Input<'_>, parsed: &mut Parsed) {
    let name = Spanned::new(entry.key.value.as_str(), entry.key.span);
    if let NodeValue::Text(text) = &entry.value.value {
        variable::push(&name, text, input.settings, parsed);
        return;
    }
    let said = variable::say(&name, parsed);
    parsed.masks.push(entry.value.span.range());
    parsed.unread.push(Unread {
        span: entry.value.span,
        severity: Severity::Warning,
        message: format!("the value of {said} is {}, and every variable is text", entry.value.describe()),
        help: EXPORT.into(),
    });
}
