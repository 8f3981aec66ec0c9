//! Comments of a railway.toml that speak to preflight, and the one key that each stands at: the one whose line it ends, else
//! the next one. Before or behind the header of a table it stands for what the table lacks.

use crate::document::Parsed;
use crate::document::marker::{self, Marker, Reach};
use crate::source::{Mapped, Span};
use crate::tree::{Node, NodeValue};

/// Takes in those of `comments` that are markers; `root` is the file.
pub(super) fn find(text: &str, root: &Node, comments: &[Mapped], parsed: &mut Parsed) {
    if !marker::any(text) {
        return;
    }
    let keys = keys(text, root);
    for comment in comments.iter().filter(|comment| marker::is_marker(comment.text())) {
        let inner = comment.slice(marker::trimmed(comment.text(), 0..comment.text().len()));
        let behind = comment.whole();
        let span = Span { start: behind.start.saturating_sub(1), ..behind };
        let index = keys.partition_point(|reach| reach.span.start < span.start);
        let before = index.checked_sub(1).and_then(|at| keys.get(at));
        let gap = |reach: &Reach| text.get(reach.span.range().end..span.range().start);
        let reach = match before {
            Some(before) if gap(before).is_none_or(|gap| !gap.contains('\n')) => Ok(before.clone()),
            _ => keys.get(index).cloned().ok_or_else(|| "no key follows it".to_owned()),
        };
        parsed.markers.push(Marker { text: inner, span, reach });
    }
}

/// Every key that holds a value, with it, and every header of a table, in the order of their places.
fn keys(text: &str, root: &Node) -> Vec<Reach> {
    let mut keys = Vec::new();
    let mut todo = vec![root];
    while let Some(node) = todo.pop() {
        match &node.value {
            NodeValue::Map(entries) => {
                for entry in entries {
                    let is_table = entry.value.entries().is_some();
                    let line = text.get(..entry.key.span.range().start).and_then(|text| text.rsplit('\n').next());
                    let header = is_table && line.is_some_and(|line| line.trim_start().starts_with('['));
                    if header {
                        let gap = Some(entry.value.end_of_entries());
                        keys.push(Reach { gap, ends: false, ..Reach::new(entry.key.span, "table") });
                    }
                    if !is_table {
                        keys.push(Reach { ends: false, ..Reach::new(entry.key.span.to(entry.value.span), "key") });
                    }
                    todo.push(&entry.value);
                }
            }
            NodeValue::Seq(items) => todo.extend(items),
            _ => {}
        }
    }
    keys.sort_by_key(|reach| reach.span);
    keys.dedup_by_key(|reach| reach.span);
    keys
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use crate::document::{Input, Settings};
    use crate::source::SourceId;

    #[test]
    fn a_marker_stands_at_one_key_or_at_what_a_table_lacks() {
        let text = "# preflight: allow a\n[build]\nbuilder = \"X\" # preflight: allow b\n\n[deploy] # preflight: allow c\n# preflight: allow d\n# more\nnumReplicas = 1\n# preflight: allow e\n";
        let settings = Settings::default();
        let input = Input { source: SourceId(0), text, path: "railway.toml", settings: &settings };
        let parsed = super::super::config::parse(input);
        let said = |marker: &crate::document::Marker| match &marker.reach {
            Ok(reach) => (text.get(reach.span.range()).unwrap().to_owned(), reach.what, reach.gap.is_some()),
            Err(why) => (why.clone(), "", false),
        };
        let said: Vec<_> = parsed.markers.iter().map(said).collect();
        assert_eq!(
            said,
            [
                ("build".to_owned(), "table", true),
                ("builder = \"X\"".to_owned(), "key", false),
                ("deploy".to_owned(), "table", true),
                ("numReplicas = 1".to_owned(), "key", false),
                ("no key follows it".to_owned(), "", false),
            ]
        );
    }
}
