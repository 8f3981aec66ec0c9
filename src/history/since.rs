//! What became of migrations since a base: edited, deleted, renamed, added, and what the base runs after them.

use super::SINCE;
use super::order::{migration, migration_mut, runner_of};
use crate::document::sql::runner::{Named, Runner, Step};
use crate::fact::{Cause, Field, History, State, Value};
use crate::resolve::Draft;
use crate::source::Span;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What migrations are compared with.
#[derive(Debug)]
pub enum Base {
    /// Its migrations.
    Known(Known),
    /// What nobody could find out, and why.
    Unknown(Arc<Cause>),
}

/// A base that is known.
#[derive(Debug)]
pub struct Known {
    /// Its name: `main (1a2b3c4d5e6f)`.
    pub shown: String,
    /// The paths, relative to the configuration, of migrations that its history once had and deleted; or why that is not
    /// known.
    pub once: Result<HashSet<String>, Arc<Cause>>,
}

/// What a migration was at the base.
struct Was<'d> {
    draft: &'d Draft,
    text: &'d str,
    runner: &'static Runner,
    named: Named<'d>,
}

/// Says of every migration what became of it since the base. `before` are the migrations of the base in the order of their
/// runner, `texts` their texts by path; `text` gives the text of a draft of now. What is gone is added to `drafts`.
pub fn since<'t>(
    drafts: &mut Vec<Draft>,
    before: Vec<Draft>,
    texts: &HashMap<String, String>,
    known: &Known,
    text: impl Fn(&Draft) -> &'t str,
) {
    let was = |draft: &Draft| texts.get(&draft.document.path).map_or("", String::as_str);
    let was: Vec<Was<'_>> = before
        .iter()
        .map(|draft| {
            let runner = runner_of(draft);
            Was { draft, text: was(draft), runner, named: runner.names(&draft.document.path) }
        })
        .collect();
    let by_path: HashMap<&str, &Was<'_>> = was.iter().map(|was| (was.draft.document.path.as_str(), was)).collect();
    let now: HashSet<String> = drafts.iter().map(|draft| draft.document.path.clone()).collect();
    let mut gone: Vec<&Was<'_>> = was.iter().filter(|was| !now.contains(&was.draft.document.path)).collect();
    let mut new: Vec<usize> = Vec::new();
    for (at, draft) in drafts.iter_mut().enumerate().filter(|(_, draft)| draft.document.history.is_some()) {
        match by_path.get(draft.document.path.as_str()) {
            Some(was) => compared(draft, was.text, text(draft), known),
            None => new.push(at),
        }
    }
    renamed(drafts, &mut new, &mut gone, known, &text);
    for at in new {
        if let Some(draft) = drafts.get_mut(at) {
            added(draft, &was, known);
        }
    }
    let gone: HashSet<String> = gone.into_iter().map(|was| was.draft.document.path.clone()).collect();
    let deleted = before.into_iter().filter(|draft| gone.contains(&draft.document.path));
    drafts.extend(deleted.map(|draft| deleted_one(draft, known)));
}

/// Says that what became of migrations cannot be known: once for each history, at its first migration.
pub fn unknown(drafts: &mut [Draft], cause: &Cause) {
    let mut counts: Vec<(Arc<str>, usize)> = Vec::new();
    let of = |draft: &Draft| draft.document.history.as_ref().map(|history| Arc::clone(&history.of));
    for history in drafts.iter().filter_map(of) {
        match counts.iter_mut().find(|(known, _)| *known == history) {
            Some((_, count)) => *count += 1,
            None => counts.push((history, 1)),
        }
    }
    for (history, count) in counts {
        let Some(first) = drafts.iter_mut().find(|draft| of(draft).as_ref() == Some(&history)) else { continue };
        let reason = match count {
            1 => format!("cannot be compared with what it was: {}", cause.reason),
            2 => format!("and 1 other cannot be compared with what they were: {}", cause.reason),
            _ => format!("and {} others cannot be compared with what they were: {}", count - 1, cause.reason),
        };
        let cause = Cause::new(reason, cause.help.clone());
        let Some(fact) = migration_mut(first) else { continue };
        for field in SINCE {
            fact.set(*field, State::Unknown(fact.anchor, Arc::clone(&cause)));
        }
    }
}

fn change(draft: &mut Draft, word: &'static str, at: Option<Span>, words: String) {
    let Some(fact) = migration_mut(draft) else { return };
    let at = at.unwrap_or(fact.anchor);
    fact.set(Field::Change, State::Stated(Value::Word(word), at));
    if word != "unchanged" {
        fact.explain(Field::Change, at, words);
    }
}

/// A migration that the base has under the same path.
fn compared(draft: &mut Draft, before: &str, now: &str, known: &Known) {
    if before == now {
        return change(draft, "unchanged", None, String::new());
    }
    let (start, end) = first_difference(before, now);
    let span = Span::new(draft.document.source, start..end);
    change(draft, "modified", Some(span), format!("edited since {}", known.shown));
}

/// The bytes of the first line that is not as it was; the gap where lines are gone. Line ends count only where nothing else
/// differs: git may write them otherwise into a work tree.
fn first_difference(before: &str, now: &str) -> (usize, usize) {
    let bare = |line: &str| line.trim_end_matches(['\n', '\r']).len();
    let differs = |exact: bool| {
        let (mut at, mut old) = (0, before.split_inclusive('\n'));
        for line in now.split_inclusive('\n') {
            let same = old.next().is_some_and(|old| match exact {
                true => old == line,
                false => old.get(..bare(old)) == line.get(..bare(line)),
            });
            if !same {
                return Some((at, at + bare(line)));
            }
            at += line.len();
        }
        old.next().is_some().then_some((at, at))
    };
    differs(false).or_else(|| differs(true)).unwrap_or((0, 0))
}

/// Whether a migration of now, with its name, is one that was.
type Alike<'r> = &'r dyn Fn(&Draft, &Named<'_>, &Was<'_>) -> bool;

/// Takes out of `new` and `gone` what is one migration under two names: of the same text, else of the same version, else of
/// the same name, in one history.
fn renamed<'t>(
    drafts: &mut [Draft],
    new: &mut Vec<usize>,
    gone: &mut Vec<&Was<'_>>,
    known: &Known,
    text: &impl Fn(&Draft) -> &'t str,
) {
    let same_text =
        |draft: &Draft, _: &Named<'_>, was: &Was<'_>| !was.text.trim().is_empty() && text(draft) == was.text;
    let same_version = |_: &Draft, named: &Named<'_>, was: &Was<'_>| {
        named.version.is_some() && named.version == was.named.version && named.step == was.named.step
    };
    let same_name =
        |_: &Draft, named: &Named<'_>, was: &Was<'_>| !named.name.is_empty() && named.name == was.named.name;
    let rules: [Alike<'_>; 3] = [&same_text, &same_version, &same_name];
    for rule in rules {
        new.retain(|at| {
            let Some(draft) = drafts.get_mut(*at) else { return false };
            let path = draft.document.path.clone();
            let named = runner_of(draft).names(&path);
            let of = |draft: &Draft| draft.document.history.as_ref().map(|history| Arc::clone(&history.of));
            let found = gone.iter().position(|was| of(was.draft) == of(draft) && rule(draft, &named, was));
            let Some(was) = found.map(|at| gone.remove(at)) else { return true };
            let words = format!("{} has it as {}", known.shown, was.draft.document.path);
            change(draft, "renamed", None, words);
            false
        });
    }
}

/// A migration that the base does not have.
fn added(draft: &mut Draft, was: &[Was<'_>], known: &Known) {
    let path = draft.document.path.clone();
    let runner = runner_of(draft);
    let named = runner.names(&path);
    let of = draft.document.history.clone();
    change(draft, "added", None, format!("{} does not have it", known.shown));
    let forward = |named: &Named<'_>, history: &Option<History>| {
        named.step == Step::Up && history.as_ref().is_some_and(|history| history.runs)
    };
    if !forward(&named, &of) {
        return;
    }
    let same = |was: &&Was<'_>| {
        let history = &was.draft.document.history;
        was.runner.name == runner.name
            && forward(&was.named, history)
            && history.as_ref().map(|history| &history.of) == of.as_ref().map(|of| &of.of)
    };
    let later = was.iter().rfind(same).filter(|was| runner.order(&named, &was.named).is_lt());
    let once = known.once.as_ref().map(|once| {
        let is_there = was.iter().filter(same).any(|was| was.named.version == named.version);
        let mut once = once.iter().map(|path| (path, runner.names(path)));
        let found = once
            .find(|(_, once)| once.folder == named.folder && once.version.is_some() && once.version == named.version);
        found.filter(|_| !is_there).map(|(path, _)| path.clone())
    });
    let Some(fact) = migration_mut(draft) else { return };
    let at = fact.anchor;
    fact.set(Field::SortsBeforeBase, State::Stated(Value::Bool(later.is_some()), at));
    if let Some(later) = later {
        let words = format!(
            "{} has {}, which runs after it; where that has run, {} {}",
            known.shown,
            later.draft.document.path,
            runner_words(runner),
            runner.late
        );
        fact.explain(Field::SortsBeforeBase, at, words);
    }
    match once {
        Err(cause) => fact.set(Field::Restored, State::Unknown(at, Arc::clone(cause))),
        Ok(once) => {
            fact.set(Field::Restored, State::Stated(Value::Bool(once.is_some()), at));
            if let Some(path) = once {
                let words = format!("the history of {} once had {path}, and deleted it", known.shown);
                fact.explain(Field::Restored, at, words);
            }
        }
    }
}

fn runner_words(runner: &Runner) -> &'static str {
    if runner.name == "plain" { "a runner" } else { runner.name }
}

/// A migration that is gone: what the base says of it, and no more.
fn deleted_one(mut draft: Draft, known: &Known) -> Draft {
    let position = draft.facts.iter().position(|fact| migration(std::slice::from_ref(fact)).is_some());
    draft.facts = position.map(|at| draft.facts.swap_remove(at)).into_iter().collect();
    draft.open.clear();
    if let Some(history) = &mut draft.document.history {
        history.runs = false;
    }
    // What is not there has no version that another one could have too.
    if let Some(fact) = migration_mut(&mut draft) {
        let of_names =
            [Field::Version, Field::Runs, Field::Skipped, Field::HasDown, Field::SortsAsCounted, Field::DaysOld];
        of_names.into_iter().for_each(|field| fact.set(field, State::Absent(None)));
    }
    change(&mut draft, "deleted", None, format!("deleted since {}", known.shown));
    draft
}
