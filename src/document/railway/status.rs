//! Kind `railway-status`: the services of every environment with their ids, names and last deployments; no variables
//! (railwayapp/cli src/commands/status.rs and its GraphQL queries).

use super::export::Reader;
use super::service::with_image;
use crate::document::{Input, Name, Owner, Parsed};
use crate::fact::kinds::instance::STATUSES;
use crate::fact::{Cause, Fact, Field, Kind, State, Value};
use crate::source::{Mapped, Span, Spanned};
use crate::tree::{Node, NodeValue};

const HELP: &str = "Export it again: railway status --json";

/// Reads a status.
pub(super) fn read(root: &Node, input: Input<'_>) -> Parsed {
    let mut reader = Reader::new(input);
    for (node, _) in edges(&mut reader, root.get("services"), "services") {
        name(&mut reader, node, "id", "name");
    }
    for key in ["environments", "services"] {
        if root.get(key).is_none_or(|node| node.value == NodeValue::Null) {
            let span = root.get(key).map_or(root.span.before(), |node| node.span);
            reader.say(span, format!("`{key}` is not there"), HELP);
        }
    }
    for (node, span) in edges(&mut reader, root.get("environments"), "environments") {
        environment(&mut reader, node, span);
    }
    hide(&mut reader, root);
    reader.parsed
}

/// The nodes of a connection of GraphQL: `{ edges: [{ node: … }] }`, each with its place.
fn edges<'n>(reader: &mut Reader<'_>, node: Option<&'n Node>, path: &str) -> Vec<(&'n Node, Span)> {
    let Some(node) = node.filter(|node| node.value != NodeValue::Null) else { return Vec::new() };
    if node.entries().is_none() {
        reader.map(Some(node), path);
        return Vec::new();
    }
    if node.get("edges").is_none_or(|edges| edges.value == NodeValue::Null) {
        reader.say(node.span.before(), format!("the edges of {path} are not there"), HELP);
    }
    let mut nodes = Vec::new();
    for edge in reader.list(node.get("edges"), &format!("{path}.edges")) {
        match edge.get("node").filter(|node| node.entries().is_some()) {
            Some(node) => nodes.push((node, edge.span)),
            None => reader.say(edge.span, format!("an entry of {path} holds nothing"), HELP),
        }
    }
    nodes
}

/// What a service is called; where its id is there too, other documents learn the name of it.
fn name(reader: &mut Reader<'_>, node: &Node, id: &str, name: &str) -> Option<Spanned<String>> {
    let text = reader.text(node.get(name), name)?;
    let name = reader.label(text);
    if let Some(id) = reader.text(node.get(id), id) {
        reader.parsed.names.push(Name { of: Field::Service, id: id.text().to_owned(), name: name.clone() });
    }
    Some(name)
}

fn environment(reader: &mut Reader<'_>, node: &Node, span: Span) {
    if node.get("deletedAt").is_some_and(|node| node.value != NodeValue::Null) {
        return;
    }
    let Some(name) = reader.text(node.get("name"), "the name of an environment") else {
        return reader.say(span, "an environment has no name", HELP);
    };
    let owner = Owner::Named(reader.label(name));
    let mark = reader.parsed.mark();
    let hidden = node.get("canAccess").filter(|node| node.value == NodeValue::Bool(false)).map(|node| node.span);
    if let Some(span) = hidden {
        let help = "Export it with the rights of somebody who may see this environment.";
        reader.say(span, "the services of this environment may not be seen", help);
    }
    let end = node.get("serviceInstances").and_then(|node| node.get("edges")).map_or(node.span.after(), end_of_list);
    // The environment itself: what is not among its instances is not there.
    let whose = match hidden {
        Some(span) => Owner::Unknown(span, Cause::new("may not be seen by whoever made the export", HELP)),
        None => Owner::Nobody,
    };
    reader.parsed.part(mark, whose, owner.clone(), end);
    for (node, span) in edges(reader, node.get("serviceInstances"), "serviceInstances") {
        let mark = reader.parsed.mark();
        let Some(service) = instance(reader, node, span) else { continue };
        reader.parsed.part(mark, service, owner.clone(), node.span.after());
    }
}

/// The gap behind the last item, or inside the brackets of an empty list.
fn end_of_list(node: &Node) -> Span {
    match node.items() {
        Some([]) => Span::point(node.span.source, node.span.range().start + 1),
        _ => node.end_of_entries(),
    }
}

fn instance(reader: &mut Reader<'_>, node: &Node, span: Span) -> Option<Owner> {
    let id = reader.text(node.get("serviceId"), "serviceId");
    let owner = match (name(reader, node, "serviceId", "serviceName"), id) {
        (Some(name), _) => Owner::Named(name),
        (None, Some(id)) => Owner::Id(Spanned::new(id.text().to_owned(), id.whole())),
        (None, None) => {
            reader.say(span, "an instance has neither a service's name nor its id", HELP);
            return None;
        }
    };
    let anchor = match &owner {
        Owner::Named(name) | Owner::Id(name) => name.span,
        _ => span,
    };
    let gap = node.span.after();
    let domains = node.get("domains").filter(|node| node.value != NodeValue::Null);
    let first = ["serviceDomains", "customDomains"].iter().find_map(|key| {
        let domain = reader.list(domains.and_then(|domains| domains.get(key)), key).first()?;
        let name = reader.text(domain.get("domain"), "domain");
        Some(name.map_or(domain.span, Mapped::whole))
    });
    let mut fact = Fact::new(Kind::Instance, anchor).with_state(Field::LastDeployment, last(reader, node, gap));
    if domains.is_some() {
        fact = fact.with_flag(Field::PublicDomain, first, gap);
    }
    let source = node.get("source").filter(|node| node.value != NodeValue::Null);
    if let Some(source) = source {
        let image = reader.text(source.get("image"), "source.image");
        fact = with_image(fact, image, gap);
    }
    reader.parsed.facts.push(fact);
    Some(owner)
}

/// The state of the latest deployment, in the vocabulary's words.
fn last(reader: &mut Reader<'_>, node: &Node, gap: Span) -> State {
    let latest = node.get("latestDeployment").filter(|node| node.value != NodeValue::Null);
    let Some(status) = latest.and_then(|latest| reader.text(latest.get("status"), "the status of a deployment")) else {
        return State::Absent(Some(latest.map_or(gap, Node::end_of_entries)));
    };
    let lower = status.text().to_ascii_lowercase();
    let known = STATUSES.iter().find(|word| word.name == lower && word.name != "other");
    State::Stated(Value::Word(known.map_or("other", |word| word.name)), status.whole())
}

/// Keys whose values may be seen.
const SHOWN: &[&str] =
    &["name", "id", "serviceId", "serviceName", "environmentId", "status", "domain", "image", "repo"];

/// Hides every value but those that are known to be public: deployments carry free JSON along.
fn hide(reader: &mut Reader<'_>, root: &Node) {
    let mut todo = vec![root];
    while let Some(node) = todo.pop() {
        for entry in node.entries().unwrap_or_default() {
            let key = entry.key.value.as_str();
            super::mask::name(key, entry.key.span, &mut reader.parsed.masks);
            match &entry.value.value {
                NodeValue::Map(_) | NodeValue::Seq(_) if key != "meta" => todo.push(&entry.value),
                NodeValue::Text(_) if SHOWN.contains(&key) => reader.scan(&entry.value, "literal"),
                NodeValue::Bool(_) | NodeValue::Null => {}
                _ => reader.hide(&entry.value),
            }
        }
        for item in node.items().unwrap_or_default() {
            match &item.value {
                NodeValue::Map(_) | NodeValue::Seq(_) => todo.push(item),
                _ => reader.hide(item),
            }
        }
    }
}
