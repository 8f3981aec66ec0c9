//! Secrets in texts that are shown but are no documents: policy files, configurations, and messages that repeat a name.

use super::sign::{Signs, may_hold_a_key};
use super::{Parsed, Settings, credential, scan};
use crate::fact::{Fact, Field, Kind, State, Value};
use crate::source::{MASK, Mapped, SourceId};
use crate::tree::{self, Format, Node, NodeValue};
use std::ops::Range;

/// No secret that is recognised is shorter: the shortest is a password in an address, `://:b@`.
const SHORTEST: usize = 6;

/// Names are no longer, as a rule. Of longer texts [`Signs`] sees sixteen bytes at a time.
const LONGEST_NAME: usize = 64;

/// The bytes of `text` that nobody may see, by content: keys, passwords of connection strings, private keys.
pub fn secrets(text: &str) -> Vec<Range<usize>> {
    // What no recogniser could begin at costs nothing, and for a name not even a look for each.
    let name =
        text.len() <= LONGEST_NAME && !text.bytes().any(|byte| matches!(byte, b':' | b'=')) && !may_hold_a_key(text);
    if text.len() < SHORTEST || name || !(Signs::of(text).any() || credential::has_vendor_key(text)) {
        return Vec::new();
    }
    let mut parsed = Parsed::default();
    scan(&Mapped::literal(SourceId(0), text, 0), "literal", None, &Settings::default(), &mut parsed);
    parsed.masks.sort_by_key(|range| (range.start, range.end));
    parsed.masks
}

/// A message with every secret in it masked.
pub fn redacted(text: String) -> String {
    let secrets = secrets(&text);
    if secrets.is_empty() {
        return text;
    }
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for secret in secrets {
        if secret.start >= at {
            shown.push_str(text.get(at..secret.start).unwrap_or(""));
            shown.push_str(MASK);
        }
        at = at.max(secret.end);
    }
    shown.push_str(text.get(at..).unwrap_or(""));
    shown
}

/// Masks secrets in the names that a fact shows: somebody called a table by a key. What no message shows stays as it is,
/// for policies to judge.
pub fn redact_fact(fact: &mut Fact) {
    // The name of a variable is said only where it holds no secret; all else of it is a word, or hidden.
    if fact.kind == Kind::Variable {
        return;
    }
    let def = fact.kind.def();
    let masked = |value: &Value| match value {
        Value::Text(text) if !secrets(text).is_empty() => Some(Value::Text(redacted(text.to_string()).into())),
        _ => None,
    };
    let shows = |field: Field| def.field(field).is_none_or(|def| def.show);
    let fields = fact.fields().iter();
    let changed: Vec<(Field, State)> = fields
        .filter_map(|(field, state)| {
            let (State::Stated(value, span) | State::Defaulted(value, span)) = state else { return None };
            let value = match value {
                Value::List(names) if names.iter().any(|name| masked(name).is_some()) => {
                    Value::List(names.iter().map(|name| masked(name).unwrap_or_else(|| name.clone())).collect())
                }
                value => masked(value)?,
            };
            shows(*field).then_some((*field, State::Stated(value, *span)))
        })
        .collect();
    for (field, state) in changed {
        fact.set(field, state);
    }
}

/// Masks secrets in our own YAML: the bytes that nobody may see, in comments too; and in the tree a mask stands in the
/// place of a key, so that no message, no `why` and no name can repeat it. What only looks like the password of a URL
/// stays in the tree, for it may be a pattern.
pub fn redact_tree(text: &str, tree: &mut Node) -> Vec<Range<usize>> {
    let mut masks = secrets(text);
    let mut todo = vec![tree];
    while let Some(node) = todo.pop() {
        match &mut node.value {
            NodeValue::Text(text) => {
                let hidden = keys(text.text());
                masks.extend(hidden.iter().map(|range| text.span(range.clone()).range()));
                if !hidden.is_empty() {
                    *text = without(text, hidden);
                }
            }
            NodeValue::Seq(items) => todo.extend(items),
            NodeValue::Map(entries) => {
                for entry in entries {
                    let hidden = keys(&entry.key.value);
                    if !hidden.is_empty() {
                        let key = Mapped::literal(SourceId(0), &entry.key.value, 0);
                        entry.key.value = without(&key, hidden).text().to_owned();
                        masks.push(entry.key.span.range());
                    }
                    todo.push(&mut entry.value);
                }
            }
            NodeValue::Null | NodeValue::Bool(_) | NodeValue::Number(_) => {}
        }
    }
    masks
}

/// The bytes of a YAML text of ours that nobody may see, however they are spelled.
pub fn secrets_of_yaml(text: &str) -> Vec<Range<usize>> {
    match tree::parse(Format::Yaml, SourceId(0), text) {
        Ok(mut tree) => redact_tree(text, &mut tree),
        Err(_) => secrets(text),
    }
}

/// The keys and private keys of a text, in order.
fn keys(text: &str) -> Vec<Range<usize>> {
    let mut keys = scan::private_keys(text);
    keys.extend(credential::find(text).into_iter().map(|key| key.range));
    keys.sort_by_key(|range| (range.start, range.end));
    keys
}

/// Whether something was taken out of a text.
pub fn is_redacted(text: &str) -> bool {
    text.contains(MASK)
}

/// A text with a mask in the place of each range; they are sorted.
fn without(text: &Mapped, hidden: Vec<Range<usize>>) -> Mapped {
    let mut masked = Mapped::empty(text.source(), text.whole().start as usize);
    let mut at = 0;
    for range in hidden {
        if range.start >= at {
            masked.push_mapped(text, at..range.start);
            masked.push_escape(MASK, text, range.clone());
        }
        at = at.max(range.end);
    }
    masked.push_mapped(text, at..text.text().len());
    masked
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::fact::Kind;
    use crate::source::{SourceMap, Span};

    #[test]
    fn a_message_that_repeats_a_secret_is_masked() {
        let key = "sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H";
        let text = redacted(format!("`{key}` and postgresql://app:MADEUP-word@example.com/app are no severity"));
        assert_eq!(text, "`••••` and postgresql://app:••••@example.com/app are no severity");
        assert_eq!(redacted("port is 5432, wants 6543".into()), "port is 5432, wants 6543");
    }

    #[test]
    fn a_key_in_our_own_yaml_is_hidden_however_it_is_spelled() {
        let key = "sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H";
        let text = format!("a: {key} # {key}\n{key}: [\"x {key} y\"]\nb: \"{}\"\n", key.replace('_', "\\x5f"));
        let mut sources = SourceMap::new();
        let source = sources.add("preflight.yaml", text.as_str());
        let mut tree = tree::parse(Format::Yaml, source, &text).unwrap();
        sources.mask(source, redact_tree(&text, &mut tree));
        let lines: Vec<String> = (1..=3).map(|line| sources.shown().line(source, line).text).collect();
        assert_eq!(lines, ["a: •••• # ••••", "••••: [\"x •••• y\"]", "b: \"••••\""]);
        assert_eq!((tree.get("a").unwrap().text(), tree.get("b").unwrap().text()), (Some(MASK), Some(MASK)));
        assert_eq!(tree.get(MASK).unwrap().items().unwrap()[0].text(), Some("x •••• y"));
        assert!(!secrets_of_yaml(&format!("a: [\n# {key}\n")).is_empty(), "a broken file has secrets too");
    }

    #[test]
    fn names_of_facts_are_masked_and_commands_are_judged_as_they_are() {
        let key = "sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H";
        let span = Span::point(SourceId(0), 0);
        let mut fact = Fact::variant(Kind::Operation, "drop_table", span).with(Field::Table, key, span);
        redact_fact(&mut fact);
        assert_eq!(fact.own(Field::Table).and_then(State::text), Some(MASK));
        let mut fact = Fact::new(Kind::Deploy, span).with(Field::StartCommand, key, span);
        redact_fact(&mut fact);
        assert_eq!(fact.own(Field::StartCommand).and_then(State::text), Some(key));
    }
}
