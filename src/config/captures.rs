//! What the globs of `documents:` bind: `{service}`, `{environment}`, `{schema}`.

use crate::document::{DocumentKind, catalog};
use crate::policy::did_you_mean;
use crate::policy::load::reader::Problems;
use crate::source::Spanned;
use crate::tree::Node;

/// What a capture may bind.
pub(super) const CAPTURES: &[&str] = &["service", "environment", "schema"];

/// Captures that are not known would match nothing, in silence.
pub(super) fn check(files: &Spanned<String>, problems: &mut Problems) {
    let mut rest = files.value.as_str();
    let mut seen = Vec::new();
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else {
            problems.error(files.span, "a `{` is not closed", "no pattern", "Write {service} or {environment}.");
            break;
        };
        if !CAPTURES.contains(&name) {
            let near = did_you_mean(name, CAPTURES.iter().copied());
            let note = near.map_or_else(|| "not known".to_owned(), |near| format!("did you mean `{{{near}}}`?"));
            let help = "Known are {service}, {environment} and {schema}.";
            problems.error(files.span, format!("`{{{name}}}` binds no label"), note, help);
        } else if seen.contains(&name) {
            let message = format!("`{{{name}}}` stands in it twice");
            problems.error(files.span, message, "no pattern", "Write `*` for one of the two.");
        }
        seen.push(name);
        rest = behind;
    }
    let path = &files.value;
    if path.starts_with('/') || path.split('/').any(|part| part == "..") {
        problems.error(
            files.span,
            "a document lies outside of the project",
            "leaves the folder of preflight.yaml",
            "Use a path below preflight.yaml.",
        );
    }
}

/// What the path binds is not said beside it once more.
pub(super) fn said_twice(entry: &Node, files: Option<&Spanned<String>>, problems: &mut Problems) {
    for label in CAPTURES {
        let capture = format!("{{{label}}}");
        if let (Some(node), true) = (entry.get(label), files.is_some_and(|files| files.value.contains(&capture))) {
            let help = format!("The path says it: {capture} of `files`. Keep one of the two.");
            problems.error(node.span, format!("`{label}` is said twice"), "not here", help);
        }
    }
}

/// The schema that an entry says. Which one rows are of is asked of a catalog alone.
pub(super) fn schema(
    entry: &Node,
    files: Option<&Spanned<String>>,
    kind: Option<&DocumentKind>,
    problems: &mut Problems,
) -> Option<String> {
    let said = entry.get("schema");
    let captured = files.filter(|files| files.value.contains("{schema}"));
    if let Some(kind) = kind.filter(|kind| kind.name != catalog::KIND)
        && let Some(span) = said.map(|node| node.span).or(captured.map(|files| files.span))
    {
        let message = format!("a document of kind {} says its schemas itself", kind.name);
        problems.error(span, message, "not here", "Remove it.");
    }
    problems.text(said?, "`schema`")
}
