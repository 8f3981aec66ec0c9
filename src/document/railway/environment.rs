//! Kinds `railway-environment` and `railway-template`: all services of one environment with their settings and
//! variables. Values are as they were written: references are not resolved (railwayapp/cli
//! src/controllers/config/environment.rs; docs.railway.com, "environment config").

use super::export::Reader;
use crate::document::{Input, Name, Owner, Parsed};
use crate::fact::{Field, Kind};
use crate::source::{Span, Spanned};
use crate::tree::{Entry, Node, NodeValue};

/// The keys of the whole file that are looked into.
const TOP: &[&str] = &["services", "sharedVariables"];

/// The keys of a service that are looked into.
const SERVICE: &[&str] = &["name", "source", "networking", "variables", "configFile", "build", "deploy"];

/// Reads the configuration of an environment, or of a template: there each service has a name, and a variable a default.
pub(super) fn read(root: &Node, input: Input<'_>, template: bool) -> Parsed {
    let mut reader = Reader::new(input);
    let environment = if template { Owner::Nobody } else { Owner::Document };
    let entries = reader.map(Some(root), "the configuration");
    reader.hide_others(entries, TOP);
    let mut is_patch = false;
    let start = reader.parsed.mark();
    let shared = root.get("sharedVariables");
    is_patch |= reader.variables(shared, "sharedVariables");
    let end = shared.map_or_else(|| reader.gap(root), |node| reader.gap(node));
    reader.parsed.part(start, Owner::Nobody, environment.clone(), end);
    if root.get("services").is_none_or(|node| node.value == NodeValue::Null) {
        let span = root.get("services").map_or(root.span.before(), |node| node.span);
        let help = if template {
            "Export the template's serializedConfig as JSON."
        } else {
            "Export it again: railway environment config --json"
        };
        reader.say(span, "no service stands in this configuration", help);
    }
    for entry in reader.map(root.get("services"), "services") {
        is_patch |= service(&mut reader, entry, &environment);
    }
    // What a patch does not say is not gone.
    reader.parsed.parts.iter_mut().for_each(|part| part.complete = !is_patch);
    let Reader { mut parsed, .. } = reader;
    let settings = parsed.parts.iter_mut().flat_map(|part| part.facts.iter_mut());
    let settings = settings.filter(|fact| matches!(fact.kind, Kind::Deploy | Kind::Instance));
    super::hide_shown(&parsed.masks, settings);
    parsed
}

/// Reads one service. Gives whether something is taken away: then this is a patch.
fn service(reader: &mut Reader<'_>, entry: &Entry, environment: &Owner) -> bool {
    let id = &entry.key;
    if !super::recognise::is_id(&id.value) {
        super::mask::name(&id.value, id.span, &mut reader.parsed.masks);
    }
    let node = &entry.value;
    let deleted = node.get("isDeleted").is_some_and(|node| node.value == NodeValue::Bool(true));
    if node.value == NodeValue::Null || deleted {
        let help = "Export the configuration itself: railway environment config --json";
        reader.say(id.span, "a service is taken away here: this is a patch, and no configuration", help);
        reader.hide(node);
        return true;
    }
    let mark = reader.parsed.mark();
    let entries = reader.map(Some(node), "a service");
    if node.entries().is_none() {
        return false;
    }
    reader.hide_others(entries, SERVICE);
    let owner = owner(reader, id, node);
    reader.instance(node, id.span);
    let anchor = entries.iter().find(|entry| entry.key.value == "deploy").map_or(id.span, |entry| entry.key.span);
    reader.deploy(node, anchor);
    let variables = node.get("variables");
    let is_patch = reader.variables(variables, "variables");
    let end: Span =
        variables.filter(|node| node.entries().is_some()).map_or_else(|| reader.gap(node), |node| reader.gap(node));
    reader.parsed.part(mark, owner, environment.clone(), end);
    is_patch
}

/// The service by its own name, as templates have one, or by its id.
fn owner(reader: &mut Reader<'_>, id: &Spanned<String>, node: &Node) -> Owner {
    match reader.text(node.get("name"), "name") {
        Some(name) => {
            let name = reader.label(name);
            reader.parsed.names.push(Name { of: Field::Service, id: id.value.clone(), name: name.clone() });
            Owner::Named(name)
        }
        None => Owner::Id(id.clone()),
    }
}
