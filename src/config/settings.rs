//! `policies:` of preflight.yaml: what the project sets for policies of its packs.

use crate::policy::adjust::Setting;
use crate::policy::grammar::Key;
use crate::policy::load::Loader;
use crate::tree::{Entry, Node};

/// The keys of an entry of `policies`.
pub const POLICY_KEYS: &[Key] = &[Key {
    name: "severity",
    required: true,
    doc: "error, warning or info; a mapping of environment patterns to one of these, with \"*\" for all others; or off: \
          the policy is not judged",
}];

/// The word that switches a policy off.
pub const OFF: &str = "off";

pub(super) fn settings(node: &Node, loader: &mut Loader<'_>) -> Vec<Setting> {
    let entries = loader.problems.entries(node, "`policies`").unwrap_or_default();
    entries.iter().filter_map(|entry| setting(entry, loader)).collect()
}

fn setting(entry: &Entry, loader: &mut Loader<'_>) -> Option<Setting> {
    let what = format!("the setting of policy `{}`", entry.key.value);
    loader.problems.mapping(&entry.value, &what, POLICY_KEYS, |_| false)?;
    let node = entry.value.get("severity")?;
    let severity = if node.text() == Some(OFF) { None } else { Some(loader.severities(node, &[OFF])?) };
    Some(Setting { policy: entry.key.clone(), severity, span: node.span })
}
