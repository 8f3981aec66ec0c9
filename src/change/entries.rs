//! Waivers and baseline entries, as texts to count: enough to say how many a change adds. What they mean is judged
//! elsewhere.

use super::{canonical, yaml};
use crate::source::{SourceId, SourceMap};
use crate::tree::{self, Format, Node};

/// The file of waivers, beside preflight.yaml.
pub const WAIVERS_FILE: &str = "preflight-waivers.yaml";

/// The baseline, beside preflight.yaml.
pub const BASELINE_FILE: &str = "preflight-baseline.json";

/// The waivers of a file of waivers, each as one text that is never shown; none where it cannot be read.
pub fn waiver_entries(text: &str) -> Option<Vec<String>> {
    yaml(text).map(|tree| entries(&tree))
}

/// The entries of a baseline, each as one text that is never shown; none where it cannot be read.
pub fn baseline_entries(text: &str) -> Option<Vec<String>> {
    let source = SourceMap::new().add("", "");
    tree::parse(Format::Json, source, text).ok().map(|tree| entries(&tree))
}

/// The items of a list, or of the lists of a mapping.
fn entries(tree: &Node) -> Vec<String> {
    let of_keys = tree.entries().unwrap_or_default().iter().filter_map(|entry| entry.value.items());
    tree.items().into_iter().chain(of_keys).flatten().map(canonical).collect()
}

/// The waivers in comments of a document, each as one text that is never shown: from the word on to the end of the line.
pub fn inline_waivers(sources: &SourceMap, document: SourceId) -> Vec<String> {
    let marker = |line: &str| {
        let (comment, rest) = line.split_once("preflight:")?;
        let is_comment = ["--", "#", "//", ";", "/*"].iter().any(|sign| comment.trim_end().ends_with(sign));
        let rest = rest.trim();
        (is_comment && rest.split_whitespace().next() == Some("allow")).then(|| rest.to_owned())
    };
    sources.text(document).lines().filter_map(marker).collect()
}
