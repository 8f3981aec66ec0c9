//! Facts of a value whose references have been followed: the value is read again, as what it stands for.

use super::Draft;
use super::chase::{Link, Value};
use crate::document::value::{self, reference};
use crate::document::{Parsed, Settings};
use crate::fact::{Cause, Fact, Field, Kind, State, Value as Known};
use crate::source::{Mapped, Span};
use std::collections::HashMap;

/// What stands in a value, and is read again with it.
const OF_VALUES: &[Kind] = &[Kind::Url, Kind::Connection, Kind::Credential, Kind::Reference, Kind::Mention];

/// Puts the followed values into a document: their variables, and what stands in these.
pub(super) fn apply(draft: &mut Draft, values: Vec<Value>, settings: &Settings) {
    if values.is_empty() {
        return;
    }
    let written: HashMap<usize, &Mapped> = draft.open.iter().map(|open| (open.variable, &open.value)).collect();
    let values: HashMap<usize, Value> = values.into_iter().map(|value| (value.variable, value)).collect();
    let mut moved = vec![0_usize; draft.facts.len()];
    let mut facts = Vec::with_capacity(draft.facts.len());
    for (from, fact) in std::mem::take(&mut draft.facts).into_iter().enumerate() {
        let parent = fact.parent.map(|parent| parent.0 as usize);
        // what is said of how the value is written stays true
        let of_value = OF_VALUES.contains(&fact.kind);
        if of_value && parent.is_some_and(|parent| values.contains_key(&parent)) {
            continue;
        }
        if let Some(slot) = moved.get_mut(from) {
            *slot = facts.len();
        }
        let parent = parent.and_then(|parent| moved.get(parent).copied());
        let fact = match parent {
            Some(parent) => fact.standing_in(parent),
            None => fact,
        };
        match (values.get(&from), written.get(&from)) {
            (Some(value), Some(written)) => read(fact, value, written, settings, &mut facts),
            _ => facts.push(fact),
        }
    }
    draft.facts = facts;
    draft.open.clear();
}

/// The variable of a followed value, with all that stands in it.
fn read(mut variable: Fact, value: &Value, written: &Mapped, settings: &Settings, facts: &mut Vec<Fact>) {
    let position = facts.len();
    let name = variable.own(Field::Name).and_then(State::text).unwrap_or("").to_owned();
    let mut scratch = Parsed::default();
    let mut reading = value::read(&value.text, &value::Name::of(&name), position, settings, &mut scratch);
    // It is set by a reference still, unless what that leads to sets nothing.
    if reading.state.text() == Some("set") {
        reading.state = State::Stated(Known::Word("reference"), value.text.whole());
    }
    value::describe(&mut variable, &mut reading);
    let mut inner = scratch.facts;
    for fact in inner.iter_mut().chain([&mut variable]) {
        explain(fact, &value.links);
        let near = value.links.iter().filter(|link| touches(fact.anchor, link.span) || fact.kind == Kind::Variable);
        fact.relate(near.filter(|link| link.replaced).flat_map(|link| link.related.iter().cloned()).collect());
        fact.hidden |= shows_too_much(fact, value, written);
    }
    inner.extend(value.links.iter().map(|link| self::link(link, written).standing_in(position)));
    inner.sort_by_key(|fact| fact.anchor.start);
    facts.push(variable);
    facts.extend(inner);
}

fn touches(one: Span, other: Span) -> bool {
    one.source == other.source && one.start < other.end && other.start < one.end
}

/// Says of every field that a reference leaves open why that is so.
fn explain(fact: &mut Fact, links: &[Link]) {
    let cause = |span: Span| {
        let open = |link: &&Link| link.open.is_some();
        let near = links.iter().filter(open).find(|link| touches(span, link.span));
        near.and_then(|link| link.open.clone())
    };
    let unknown = |(field, state): &(Field, State)| match state {
        State::Unknown(span, _) => Some((*field, State::Unknown(*span, cause(*span)?))),
        _ => None,
    };
    let changed: Vec<(Field, State)> = fact.fields().iter().filter_map(unknown).collect();
    for (field, state) in changed {
        fact.set(field, state);
    }
    if let Some(cause) = fact.why_opaque().is_some().then(|| cause(fact.anchor)).flatten() {
        let old = std::mem::replace(fact, Fact::new(fact.kind, fact.anchor));
        *fact = old.opaque(cause);
    }
}

/// Names of variables that hold what may be shown of a connection, where it has the shape of it.
const PUBLIC_PARTS: &[(Field, &[&str])] =
    &[(Field::Port, &["PORT"]), (Field::Role, &["USER"]), (Field::Host, &["HOST", "DOMAIN"])];

/// Whether a message could show a part of somebody else's value: a host that is put together from references may hold
/// anything, unless it is a host of a platform, or its variable says that it is a host.
fn shows_too_much(fact: &Fact, value: &Value, written: &Mapped) -> bool {
    let whole = |link: &Link| link.range == (0..written.text().len());
    let pieces: Vec<&Link> = value.links.iter().filter(|link| link.replaced && !whole(link)).collect();
    let known = matches!(fact.own(Field::Provider).and_then(State::text), Some("supabase" | "railway" | "local"));
    let shown = |field: Field| fact.kind.def().field(field).is_some_and(|def| def.show);
    let named = |field: Field, link: &Link| {
        let name = link.name.clone().and_then(|range| written.text().get(range)).unwrap_or("").to_ascii_uppercase();
        let public = PUBLIC_PARTS.iter().find(|(part, _)| *part == field);
        public.is_some_and(|(_, words)| words.iter().any(|word| name.contains(word)))
    };
    fact.fields().iter().any(|(field, state)| {
        let text = matches!(state.value(), Some(Known::Text(_) | Known::Number(_)));
        let of_host = known && matches!(field, Field::Host | Field::Project);
        let open = |link: &&Link| state.span().is_some_and(|span| touches(span, link.span)) && !named(*field, link);
        text && shown(*field) && !of_host && *field != Field::Name && pieces.iter().any(open)
    })
}

/// The fact of one reference.
fn link(link: &Link, written: &Mapped) -> Fact {
    let named = |range: &Option<std::ops::Range<usize>>, may_be_shown: fn(&str) -> bool| {
        let Some(range) = range else { return State::Absent(Some(link.span)) };
        let text = written.text().get(range.clone()).unwrap_or("").trim();
        let shown = if may_be_shown(text) { text } else { crate::document::HIDDEN_NAME };
        State::Stated(shown.into(), written.span(range.clone()))
    };
    let outcome = match &link.outcome {
        Ok(word) => State::Stated(Known::Word(word), link.span),
        // The subject of the fact says which reference it is: only why it leads nowhere is left to say.
        Err(cause) => {
            let why = cause.reason.split_once(", which ").map_or("leads to what no document defines", |(_, why)| why);
            State::Unknown(link.span, Cause::new(why, cause.help.as_str()))
        }
    };
    let mut fact = Fact::new(Kind::Reference, link.span)
        .with_state(Field::Name, named(&link.name, value::name_may_be_shown))
        .with_state(Field::Namespace, named(&link.namespace, reference::namespace_may_be_shown))
        .with_state(Field::Resolves, outcome);
    fact.relate(link.related.clone());
    fact
}
