//! Kind `railway-variables`: what `railway variable list --json` prints, one JSON object of names and rendered values
//! (railwayapp/cli src/commands/variable.rs). Sealed variables are not in it, so what it does not say may be there.

use super::export::refuse;
use super::recognise::is_answer;
use crate::document::{Broken, Input, Name, Parsed, Unread, value, variable};
use crate::fact::Field;
use crate::finding::Severity;
use crate::source::Spanned;
use crate::tree::{Entry, Node, NodeValue};

pub(super) const EXPORT: &str = "Export them with `railway variable list --json`.";

/// Reads one export.
pub(super) fn read(root: &Node, input: Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    match root.entries() {
        Some(entries) if is_answer(root) => {
            let span = entries.first().map_or(root.span, |entry| entry.key.span);
            let message = "this is the answer of `railway variable set --json`, which holds no values".into();
            return refuse(input, vec![Broken { span, message, help: EXPORT.into() }]);
        }
        Some([first, rest @ ..]) if [first].into_iter().chain(rest).all(|entry| entry.value.text().is_none()) => {
            let message = "no value of this mapping is text, so it is no export of variables".into();
            return refuse(input, vec![Broken { span: first.value.span, message, help: EXPORT.into() }]);
        }
        entries => entries.unwrap_or_default().iter().for_each(|entry| pair(entry, input, &mut parsed)),
    }
    parsed.says =
        (said(root, &["RAILWAY_SERVICE_NAME"]), said(root, &["RAILWAY_ENVIRONMENT_NAME", "RAILWAY_ENVIRONMENT"]));
    let id = |name: &str| root.get(name).and_then(Node::text).map(str::to_owned);
    if let (Some(id), Some(name)) = (id("RAILWAY_SERVICE_ID"), &parsed.says.0) {
        parsed.names.push(Name { of: Field::Service, id, name: name.clone() });
    }
    parsed
}

/// A label that Railway gives with the variables.
fn said(root: &Node, names: &[&str]) -> Option<Spanned<String>> {
    let text = names.iter().find_map(|name| match &root.get(name)?.value {
        NodeValue::Text(text) if super::mask::is_label(text.text()) => Some(text),
        _ => None,
    })?;
    Some(Spanned::new(text.text().to_owned(), text.whole()))
}

/// What else the CLI prints, by its beginning: a table in a frame, or lines of `NAME=value`.
pub(super) fn other_output(text: &str) -> Option<&'static str> {
    let first = text.trim_start_matches('\u{feff}').trim_start();
    let frame = |c: char| ('\u{2500}'..='\u{257f}').contains(&c);
    if first.starts_with(frame) {
        return Some("the table that `railway variable list` prints");
    }
    let name = first.split_once('=')?.0;
    value::name_may_be_shown(name).then_some("text with `NAME=value` lines")
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
