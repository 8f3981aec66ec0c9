//! Kind `railway-graph`: what `railway config pull --json` and `railway config plan --json` print of a project that is
//! described as code: resources with their variables (railwayapp/cli src/iac/graph.rs).

use super::export::Reader;
use crate::document::{Input, Owner, Parsed, value, variable};
use crate::fact::{Cause, Fact, Field, Kind, State};
use crate::source::{Mapped, Span, Spanned};
use crate::tree::{Entry, Node, NodeValue};
use std::collections::HashMap;

const TOP: &[&str] = &["version", "project", "environments", "resources", "edges"];
const RESOURCE: &[&str] = &[
    "address",
    "type",
    "kind",
    "engine",
    "name",
    "image",
    "output",
    "source",
    "build",
    "deploy",
    "networking",
    "variables",
];

/// Reads a graph.
pub(super) fn read(root: &Node, input: Input<'_>) -> Parsed {
    let mut reader = Reader::new(input);
    let entries = reader.map(Some(root), "the graph");
    reader.hide_others(entries, TOP);
    if root.get("version").is_some_and(|node| !matches!(&node.value, NodeValue::Number(one) if one == "1")) {
        let span = root.get("version").map_or(root.span, |node| node.span);
        reader.say(span, "only version 1 of the graph is known", "Export it with another version of Railway's CLI.");
    }
    for key in ["project", "edges"] {
        if let Some(node) = root.get(key) {
            reader.scan(node, "literal");
        }
    }
    let environment = environment(&mut reader, root);
    let resources = reader.list(root.get("resources"), "resources");
    let names: HashMap<&str, &str> =
        resources.iter().filter_map(|node| Some((node.get("address")?.text()?, node.get("name")?.text()?))).collect();
    for node in resources {
        resource(&mut reader, node, &environment, &names);
    }
    let Reader { mut parsed, .. } = reader;
    let settings = parsed.parts.iter_mut().flat_map(|part| part.facts.iter_mut());
    let settings = settings.filter(|fact| matches!(fact.kind, Kind::Deploy | Kind::Instance));
    super::hide_shown(&parsed.masks, settings);
    parsed
}

/// The environment that the graph is of, where it names exactly one.
fn environment(reader: &mut Reader<'_>, root: &Node) -> Owner {
    let list = reader.list(root.get("environments"), "environments");
    for node in list {
        reader.scan(node, "literal");
    }
    match list {
        [one] => match reader.text(one.get("name"), "the name of an environment") {
            Some(name) => Owner::Named(reader.label(name)),
            None => Owner::Document,
        },
        _ => Owner::Document,
    }
}

fn resource(reader: &mut Reader<'_>, node: &Node, environment: &Owner, names: &HashMap<&str, &str>) {
    if node.value == NodeValue::Null {
        return reader.say(node.span, "a resource is nothing", "Export it again: railway config pull --json");
    }
    let entries = reader.map(Some(node), "a resource");
    let ty = node.get("type").and_then(Node::text).unwrap_or("");
    if !matches!(ty, "service" | "database") {
        return reader.hide_others(entries, &["type"]);
    }
    let Some(name) = reader.text(node.get("name"), "the name of a resource") else {
        return reader.say(node.span.before(), "a resource has no name", "Export it again: railway config pull --json");
    };
    reader.hide_others(entries, RESOURCE);
    for key in ["address", "kind", "engine", "image", "output"] {
        if let Some(NodeValue::Text(text)) = node.get(key).map(|node| &node.value) {
            super::mask::word(text, &mut reader.parsed.masks);
        }
    }
    let mark = reader.parsed.mark();
    reader.instance(node, name.whole());
    if ty == "database"
        && let Some(fact) = reader.parsed.facts.last_mut().filter(|fact| fact.kind == Kind::Instance)
    {
        let said = node.get("type").map(|node| node.span);
        *fact = std::mem::replace(fact, Fact::new(Kind::Instance, name.whole())).with_flag(
            Field::IsDatabase,
            said,
            node.span,
        );
    }
    if ty == "service" {
        reader.deploy(node, name.whole());
    }
    let variables = node.get("variables");
    for entry in reader.map(variables, "variables") {
        read_variable(reader, entry, names);
    }
    let end =
        variables.filter(|node| node.entries().is_some()).map_or_else(|| reader.gap(node), |node| reader.gap(node));
    let owner = Owner::Named(reader.label(name));
    reader.parsed.part(mark, owner, environment.clone(), end);
    // A database has variables that nobody wrote.
    if let Some(part) = reader.parsed.parts.last_mut() {
        part.complete = ty == "service";
    }
}

fn read_variable(reader: &mut Reader<'_>, entry: &Entry, names: &HashMap<&str, &str>) {
    let name = Spanned::new(entry.key.value.as_str(), entry.key.span);
    let node = &entry.value;
    let settings = reader.input.settings;
    let form = node.get("type").and_then(Node::text).unwrap_or("");
    reader.hide_others(node.entries().unwrap_or_default(), &["type", "value", "name", "resource", "output"]);
    for key in ["type", "name", "resource", "output"] {
        if let Some(node) = node.get(key) {
            reader.scan(node, "literal");
        }
    }
    match (form, node.get("value").map(|node| &node.value)) {
        _ if node.text().is_some() => {
            if let NodeValue::Text(text) = &node.value {
                variable::push(&name, text, settings, &mut reader.parsed);
            }
        }
        ("literal" | "raw", Some(NodeValue::Text(text))) => variable::push(&name, text, settings, &mut reader.parsed),
        ("reference" | "sharedReference", _) => match target(node, names) {
            Some((reference, span)) => {
                let mut text = Mapped::empty(reader.input.source, span.range().start);
                text.push(&reference, span.range());
                variable::push(&name, &text, settings, &mut reader.parsed);
            }
            None => not_understood(reader, &name, node),
        },
        ("preserve", _) => kept(reader, &name, node),
        _ => not_understood(reader, &name, node),
    }
}

/// A reference as Railway writes it elsewhere, and where it stands.
fn target(node: &Node, names: &HashMap<&str, &str>) -> Option<(String, Span)> {
    if let Some(name) = node.get("name").filter(|_| node.get("resource").is_none()) {
        return Some((format!("${{{{shared.{}}}}}", name.text()?), name.span));
    }
    let (resource, output) = (node.get("resource")?.text()?, node.get("output")?);
    let service = names.get(resource).copied().or_else(|| Some(resource.split_once('.')?.1))?;
    Some((format!("${{{{{service}.{}}}}}", output.text()?), output.span))
}

/// A variable whose value is left as it is in Railway.
fn kept(reader: &mut Reader<'_>, name: &Spanned<&str>, node: &Node) {
    let said = variable::say(name, &mut reader.parsed).to_owned();
    reader.hide_others(node.entries().unwrap_or_default(), &["type"]);
    let cause = Cause::new("is kept as it is in Railway", "Export the variables too:  railway variable list --json");
    let unknown = State::Unknown(node.span, cause);
    let fact = Fact::new(Kind::Variable, name.span)
        .with(Field::Name, said, name.span)
        .with(Field::Public, value::is_published(name.value), name.span)
        .with_word(Field::State, "set", node.span)
        .with_state(Field::Value, unknown.clone())
        .with_state(Field::HoldsSecret, unknown);
    reader.parsed.facts.push(fact);
}

fn not_understood(reader: &mut Reader<'_>, name: &Spanned<&str>, node: &Node) {
    let said = variable::say(name, &mut reader.parsed).to_owned();
    reader.hide(node);
    let help = "Known are literal, reference, sharedReference, preserve and raw.";
    reader.say(node.span, format!("the value of {said} has no form that is known"), help);
}
