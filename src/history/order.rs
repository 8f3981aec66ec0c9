//! The order of a history, and what the names in it say of each other.

use crate::document::sql::name;
use crate::document::sql::runner::{self, Named, Runner, Step};
use crate::fact::{Fact, Field, Kind, State, Value};
use crate::resolve::Draft;
use crate::source::Span;
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Puts migrations into the order of their runner, those of one history beside each other, and says what their names say of
/// each other: which lie where nobody looks, which count otherwise than they sort, which have no way back.
pub fn order(drafts: &mut Vec<Draft>) {
    let slots: Vec<usize> =
        (0..drafts.len()).filter(|at| drafts.get(*at).is_some_and(|draft| draft.document.history.is_some())).collect();
    if slots.is_empty() {
        return;
    }
    below_others(drafts);
    behind_others(drafts);
    sort(drafts, &slots);
    numbers(drafts, &slots);
    ways_back(drafts, &slots);
}

/// The runner of a migration.
pub(super) fn runner_of(draft: &Draft) -> &'static Runner {
    let name = migration(&draft.facts).and_then(|fact| fact.own(Field::Runner)).and_then(State::text);
    runner::named(name)
}

/// Whether a migration, at its path, is no step of its history: what the runner does besides.
pub fn is_beside(migration: &Fact, path: &str) -> bool {
    let runner = runner::named(migration.own(Field::Runner).and_then(State::text));
    runner.names(path).step == Step::Beside
}

/// The migration of a document; the way forward, where it holds both.
pub(super) fn migration(facts: &[Fact]) -> Option<&Fact> {
    facts.iter().find(|fact| fact.kind == Kind::Migration)
}

pub(super) fn migration_mut(draft: &mut Draft) -> Option<&mut Fact> {
    draft.facts.iter_mut().find(|fact| fact.kind == Kind::Migration)
}

/// Whether a folder lies somewhere below another one.
fn lies_below(folder: &str, above: &str) -> bool {
    folder != above && (above == "." || folder.strip_prefix(above).is_some_and(|rest| rest.starts_with('/')))
}

/// Migrations in a folder below one that holds migrations of the same runner: they belong to it where the runner looks there,
/// and never run where it does not.
fn below_others(drafts: &mut [Draft]) {
    let folder = |draft: &Draft| migration(&draft.facts)?.own(Field::Folder)?.text().map(str::to_owned);
    // A stray file beside folders of migrations makes its own folder none.
    let runs = |draft: &&Draft| draft.document.history.as_ref().is_some_and(|history| history.runs);
    let migrations = drafts.iter().filter(runs);
    let folders: HashSet<(&'static str, String)> =
        migrations.filter_map(|draft| Some((runner_of(draft).name, folder(draft)?))).collect();
    for draft in drafts.iter_mut() {
        let runner = runner_of(draft);
        let Some(own) = folder(draft) else { continue };
        let above = folders.iter().filter(|(of, above)| *of == runner.name && lies_below(&own, above));
        let Some((_, top)) = above.min_by_key(|(_, above)| above.len()) else { continue };
        let Some(history) = &mut draft.document.history else { continue };
        // a database that is named stays what it is
        if *history.of == *own {
            history.of = Arc::from(top.as_str());
        }
        if runner.recurses {
            let top = top.clone();
            if let Some(fact) = migration_mut(draft) {
                fact.set(Field::Folder, State::Stated(top.as_str().into(), fact.anchor));
            }
            continue;
        }
        history.runs = false;
        if let Some(fact) = migration_mut(draft) {
            name::skip(fact, "folder");
        }
    }
}

/// Takes back that a file never runs, where that counts for the first file of a folder and it is none.
fn behind_others(drafts: &mut [Draft]) {
    let place = |draft: &Draft| {
        let (folder, file) = draft.document.path.rsplit_once('/').unwrap_or(("", &draft.document.path));
        (folder.to_owned(), file.to_owned())
    };
    let mut first: HashMap<String, String> = HashMap::new();
    for draft in drafts.iter().filter(|draft| draft.document.history.is_some()) {
        let (folder, file) = place(draft);
        let known = first.entry(folder).or_insert_with(|| file.clone());
        if file < *known {
            *known = file;
        }
    }
    for draft in drafts.iter_mut() {
        let reason = migration(&draft.facts).and_then(|fact| fact.own(Field::Skipped)).and_then(State::text);
        let (folder, file) = place(draft);
        if reason != Some(runner::FIRST_ONLY) || first.get(&folder) == Some(&file) {
            continue;
        }
        if let Some(fact) = migration_mut(draft) {
            name::take(fact);
        }
        if let Some(history) = &mut draft.document.history {
            history.runs = true;
        }
    }
}

/// Sorts migrations among the places that they have; all other documents keep theirs.
fn sort(drafts: &mut Vec<Draft>, slots: &[usize]) {
    let mut others = std::mem::take(drafts).into_iter().enumerate().peekable();
    let (mut migrations, mut rest) = (Vec::with_capacity(slots.len()), Vec::new());
    for (at, draft) in others.by_ref() {
        if slots.binary_search(&at).is_ok() { migrations.push(draft) } else { rest.push(draft) }
    }
    migrations.sort_by(compare);
    let (mut migrations, mut rest) = (migrations.into_iter(), rest.into_iter());
    let all = slots.len() + rest.len();
    drafts.extend((0..all).filter_map(
        |at| {
            if slots.binary_search(&at).is_ok() { migrations.next() } else { rest.next() }
        },
    ));
}

fn compare(one: &Draft, other: &Draft) -> Ordering {
    let of = |draft: &Draft| draft.document.history.as_ref().map(|history| Arc::clone(&history.of));
    let (runner, second) = (runner_of(one), runner_of(other));
    of(one)
        .cmp(&of(other))
        .then_with(|| runner.name.cmp(second.name))
        .then_with(|| runner.order(&runner.names(&one.document.path), &second.names(&other.document.path)))
        .then_with(|| one.document.path.cmp(&other.document.path))
}

/// A step forward that runs: its position among the drafts, its runner and its name.
fn steps<'d>(drafts: &'d [Draft], slots: &[usize]) -> impl Iterator<Item = (usize, &'static Runner, Named<'d>)> {
    slots.iter().filter_map(|at| {
        let draft = drafts.get(*at)?;
        let runner = runner_of(draft);
        let named = runner.names(&draft.document.path);
        let runs = draft.document.history.as_ref().is_some_and(|history| history.runs);
        (runs && named.step == Step::Up).then_some((*at, runner, named))
    })
}

/// Says of each step whether all that run before it have smaller numbers.
fn numbers(drafts: &mut [Draft], slots: &[usize]) {
    let mut largest: Option<(u128, usize)> = None;
    let mut history = None;
    let mut said: Vec<(usize, Option<usize>)> = Vec::new();
    for (at, _, named) in steps(drafts, slots) {
        let of = drafts.get(at).and_then(|draft| draft.document.history.as_ref()).map(|history| &history.of);
        if history != of {
            (history, largest) = (of, None);
        }
        let Some(number) = named.number() else { continue };
        match largest {
            Some((before, other)) if before > number => said.push((at, Some(other))),
            _ => {
                largest = Some((number, at));
                said.push((at, None));
            }
        }
    }
    for (at, other) in said {
        let other = other.and_then(|other| drafts.get(other)).map(|other| {
            (Span::point(other.document.source, 0), format!("{} counts higher, and runs before", other.document.path))
        });
        let Some(fact) = drafts.get_mut(at).and_then(migration_mut) else { continue };
        fact.set(Field::SortsAsCounted, State::Stated(Value::Bool(other.is_none()), fact.anchor));
        if let Some((span, words)) = other {
            fact.explain(Field::SortsAsCounted, fact.anchor, words);
            fact.explain(Field::SortsAsCounted, span, "runs before".to_owned());
        }
    }
}

/// Says of each step whether a way back stands beside it, where its runner has ways back; and of each way back whether what
/// it takes back is there.
fn ways_back(drafts: &mut [Draft], slots: &[usize]) {
    let of =
        |draft: &Draft, version: Option<String>| Some((Arc::clone(&draft.document.history.as_ref()?.of), version?));
    let mut ups: HashSet<(Arc<str>, String)> = HashSet::new();
    let mut downs: HashMap<(Arc<str>, String), Vec<usize>> = HashMap::new();
    let mut said: Vec<(usize, Field, bool)> = Vec::new();
    for at in slots {
        let Some(draft) = drafts.get(*at) else { continue };
        let named = runner_of(draft).names(&draft.document.path);
        if let (Step::Down, Some(key)) = (named.step, of(draft, named.version)) {
            downs.entry(key).or_default().push(*at);
        }
    }
    for (at, runner, named) in steps(drafts, slots) {
        let Some(draft) = drafts.get(at) else { continue };
        let pairs = (runner.pairs)(&named);
        if runner.sections.is_some() {
            let has = draft.facts.iter().filter(|fact| fact.kind == Kind::Migration).count() > 1;
            said.push((at, Field::HasDown, has));
        } else if let Some(key) = of(draft, named.version) {
            if pairs {
                said.push((at, Field::HasDown, downs.contains_key(&key)));
            }
            ups.insert(key);
        }
    }
    for (key, places) in downs {
        said.extend(places.into_iter().map(|at| (at, Field::HasUp, ups.contains(&key))));
    }
    for (at, field, has) in said {
        if let Some(fact) = drafts.get_mut(at).and_then(migration_mut) {
            fact.set(field, State::Stated(Value::Bool(has), fact.anchor));
        }
    }
}
