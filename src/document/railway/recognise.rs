//! What an export is, by its content: the commands that print them are easily mixed up, and so are their files.

use crate::tree::{Node, NodeValue};

pub(super) const ENVIRONMENT: &str = "railway-environment";
pub(super) const STATUS: &str = "railway-status";
pub(super) const CONFIG: &str = "railway-config";
pub(super) const GRAPH: &str = "railway-graph";
pub(super) const TEMPLATE: &str = "railway-template";

/// The kind of document that only such a content has; none where it could be of several.
pub(super) fn kind(root: &Node) -> Option<&'static str> {
    let has = |key: &str, inner: &str| root.get(key).is_some_and(|node| node.get(inner).is_some());
    let is_map = |key: &str| root.get(key).is_some_and(|node| node.entries().is_some());
    if root.get("resources").is_some_and(|node| node.items().is_some()) {
        return Some(GRAPH);
    }
    if has("environments", "edges") || has("services", "edges") {
        return Some(STATUS);
    }
    let services = root.get("services").and_then(Node::entries);
    let by_id = services.is_some_and(|services| services.iter().all(|service| is_id(&service.key.value)));
    if by_id || is_map("sharedVariables") {
        let named = |node: &Node| node.get("name").is_some_and(|name| name.text().is_some());
        let template = services.is_some_and(|services| services.iter().any(|service| named(&service.value)));
        return Some(if template { TEMPLATE } else { ENVIRONMENT });
    }
    // An export of variables holds text alone, whatever its names are.
    (is_map("build") || is_map("deploy")).then_some(CONFIG)
}

/// Whether it is what `railway variable set --json` prints: `{"keys": […], "set": true}`.
pub(super) fn is_answer(root: &Node) -> bool {
    let keys = root.get("keys").is_some_and(|node| node.items().is_some());
    keys && root.get("set").is_some_and(|node| matches!(node.value, NodeValue::Bool(_)))
}

/// Whether a text is an id of Railway: a UUID.
pub(super) fn is_id(text: &str) -> bool {
    let groups = [8, 4, 4, 4, 12];
    let mut parts = text.split('-');
    let fits = |length: &usize| {
        parts.next().is_some_and(|part| part.len() == *length && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    groups.iter().all(fits) && parts.next().is_none()
}
