//! What became of migrations since a base: edited, deleted, renamed, added, and what the base runs after them.
//!
//! The base is where a branch began; its tip is what the branch is compared with now, and may have gone on. What the tip has
//! too is no change of this branch.

use super::order::{migration, migration_mut, runner_of};
use super::unknown::unknown_of;
use crate::document::sql::runner::{Named, Runner, Step};
use crate::fact::{Cause, Field, State, Value};
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
    /// The name of its tip, where that has gone on since.
    pub tip: Option<String>,
    /// The paths, relative to the configuration, of migrations that its history once had and deleted; or why that is not
    /// known.
    pub once: Result<HashSet<String>, Arc<Cause>>,
    /// Migrations that are there and are no longer what they were, or cannot be asked about, by their paths.
    pub odd: HashMap<String, Odd>,
    /// The names of other bases, for the paths that are compared with one of them: there are several where branches were
    /// merged into each other crosswise.
    pub others: HashMap<String, String>,
}

impl Known {
    /// The name of the base that has a path.
    fn shown_of(&self, path: &str) -> &str {
        self.others.get(path).unwrap_or(&self.shown)
    }
}

/// Why a migration that is there counts otherwise than by what stands in it.
#[derive(Debug)]
pub enum Odd {
    /// No entry of the configuration reads it any more.
    Unread,
    /// The next commit does not have it: git does not track it any more.
    Untracked,
    /// It was not asked for.
    Aside,
    /// It lies in another repository.
    Elsewhere(Arc<Cause>),
}

/// The migrations of one state, in the order of their runner, with their texts by path, or why one cannot be read.
#[derive(Default)]
pub struct Migrations {
    /// What their paths say.
    pub drafts: Vec<Draft>,
    /// What stands in them.
    pub texts: HashMap<String, Result<String, Arc<Cause>>>,
}

/// A migration of the base or of its tip that is run once.
#[derive(Clone, Copy)]
struct Was<'d> {
    path: &'d str,
    of: &'d str,
    text: Result<&'d str, &'d Arc<Cause>>,
    runner: &'static Runner,
    /// What the runner reads out of the path.
    named: &'d Named<'d>,
}

impl Migrations {
    /// What the runners read out of the paths of those that are run once: what is never run, or whenever it changes, may
    /// change.
    fn names(&self) -> Vec<(&Draft, &'static Runner, Named<'_>)> {
        let read = |draft| {
            let runner = runner_of(draft);
            let named = runner.names(&draft.document.path);
            let runs = draft.document.history.as_ref().is_some_and(|history| history.runs);
            (runs && matches!(named.step, Step::Up | Step::Down)).then_some((draft, runner, named))
        };
        self.drafts.iter().filter_map(read).collect()
    }

    fn was<'d>(&'d self, names: &'d [(&'d Draft, &'static Runner, Named<'d>)]) -> Vec<Was<'d>> {
        let was = |(draft, runner, named): &'d (&'d Draft, &'static Runner, Named<'d>)| {
            let path = draft.document.path.as_str();
            let text = self.texts.get(path).map_or(Ok(""), |text| text.as_deref());
            let of = draft.document.history.as_ref().map_or("", |history| &*history.of);
            Was { path, of, text, runner, named }
        };
        names.iter().map(was).collect()
    }
}

/// Says of every migration what became of it since the base. `ahead` are the migrations of the tip, where that has gone on;
/// `text` gives the text of a draft of now. What is gone is added to `drafts`.
pub fn since<'t>(
    drafts: &mut Vec<Draft>,
    before: Migrations,
    ahead: &Migrations,
    known: &Known,
    text: impl Fn(&Draft) -> &'t str,
) {
    let (names, tip_names) = (before.names(), ahead.names());
    let (was, tip) = (before.was(&names), ahead.was(&tip_names));
    let at_base: HashMap<&str, &Was<'_>> = was.iter().map(|was| (was.path, was)).collect();
    let at_tip: HashMap<&str, &Was<'_>> = tip.iter().map(|was| (was.path, was)).collect();
    let now: HashSet<String> = drafts.iter().map(|draft| draft.document.path.clone()).collect();
    let is_aside = |path: &str| matches!(known.odd.get(path), Some(Odd::Aside));
    let is_gone = |was: &&Was<'_>| {
        !now.contains(was.path) && !is_aside(was.path) && (known.tip.is_none() || at_tip.contains_key(was.path))
    };
    let mut gone: Vec<&Was<'_>> = was.iter().filter(is_gone).collect();
    let mut new: Vec<usize> = Vec::new();
    let is_untracked = |path: &str| matches!(known.odd.get(path), Some(Odd::Untracked));
    for (at, draft) in drafts.iter_mut().enumerate().filter(|(_, draft)| is_run_once(draft)) {
        let path = draft.document.path.as_str();
        let tip_shown = known.tip.as_ref().unwrap_or(&known.shown);
        match (at_base.get(path), at_tip.get(path)) {
            _ if matches!(known.odd.get(path), Some(Odd::Elsewhere(_))) => {}
            (Some(was), tip) if is_untracked(path) && (known.tip.is_none() || tip.is_some()) => {
                let words = format!("git does not track it any more, and {} has it", known.shown_of(was.path));
                change(draft, "deleted", None, words);
            }
            (_, Some(tip)) if tip.text == Ok(text(draft)) => change(draft, "unchanged", None, String::new()),
            (Some(was), _) => compared(draft, was, text(draft), known.shown_of(was.path)),
            (None, Some(tip)) => compared(draft, tip, text(draft), tip_shown),
            (None, None) => new.push(at),
        }
    }
    renamed(drafts, &mut new, &mut gone, known, &text);
    let ahead_only: Vec<Was<'_>> = tip.iter().filter(|tip| !at_base.contains_key(tip.path)).copied().collect();
    for at in new {
        if let Some(draft) = drafts.get_mut(at) {
            added(draft, &was, &ahead_only, known);
        }
    }
    let gone: HashSet<String> = gone.into_iter().map(|was| was.path.to_owned()).collect();
    let deleted = before.drafts.into_iter().filter(|draft| gone.contains(&draft.document.path));
    drafts.extend(deleted.map(|draft| deleted_one(draft, known)));
    let elsewhere = |draft: &Draft| match known.odd.get(&draft.document.path) {
        Some(Odd::Elsewhere(cause)) => Some(Arc::clone(cause)),
        _ => None,
    };
    unknown_of(drafts, elsewhere);
}

/// Whether a migration is a step that is taken once.
fn is_run_once(draft: &Draft) -> bool {
    let step = || runner_of(draft).names(&draft.document.path).step;
    draft.document.history.as_ref().is_some_and(|history| history.runs) && matches!(step(), Step::Up | Step::Down)
}

fn change(draft: &mut Draft, word: &'static str, at: Option<Span>, words: String) {
    let Some(fact) = migration_mut(draft) else { return };
    let at = at.unwrap_or(fact.anchor);
    fact.set(Field::Change, State::Stated(Value::Word(word), at));
    if word != "unchanged" {
        fact.explain(Field::Change, at, words);
    }
}

/// A migration that the base has too, under the same path or another one that counts for nothing.
fn compared(draft: &mut Draft, was: &Was<'_>, now: &str, shown: &str) {
    match was.text {
        Ok(before) if before == now => change(draft, "unchanged", None, String::new()),
        Ok(before) => {
            let span = Span::new(draft.document.source, first_difference(before, now));
            change(draft, "modified", Some(span), format!("edited since {shown}"));
        }
        Err(cause) => {
            let Some(fact) = migration_mut(draft) else { return };
            let reason = format!("cannot be compared with what it was: {}", cause.reason);
            let cause = Cause::new(reason, cause.help.clone());
            fact.set(Field::Change, State::Unknown(fact.anchor, cause));
        }
    }
}

/// Whether two texts are the same but for the ends of their lines: of a file under another path git does not say whether it
/// wrote them otherwise into the work tree.
fn same_lines(one: &str, other: &str) -> bool {
    let ends = |text: &str| text.replace("\r\n", "\n");
    one == other || ends(one) == ends(other)
}

/// The bytes of the first line that is not as it was; the gap where lines are gone. Line ends count only where nothing else
/// differs: git may write them otherwise into a work tree.
fn first_difference(before: &str, now: &str) -> std::ops::Range<usize> {
    let bare = |line: &str| line.trim_end_matches(['\n', '\r']).len();
    let differs = |exact: bool| {
        let (mut at, mut old) = (0, before.split_inclusive('\n'));
        for line in now.split_inclusive('\n') {
            let same = old.next().is_some_and(|old| match exact {
                true => old == line,
                false => old.get(..bare(old)) == line.get(..bare(line)),
            });
            if !same {
                return Some(at..at + bare(line));
            }
            at += line.len();
        }
        old.next().is_some().then_some(at..at)
    };
    differs(false).or_else(|| differs(true)).unwrap_or(0..0)
}

/// Whether a migration of now, with its name and its history, is one that was.
type Alike<'r> = &'r dyn Fn(&str, &Named<'_>, &str, &Was<'_>) -> bool;

/// Takes out of `new` and `gone` what is one migration under two paths. Where all of a folder has moved, names and texts
/// count as if it had not; within a history a migration is known by its text, its version, or its name.
fn renamed<'t>(
    drafts: &mut [Draft],
    new: &mut Vec<usize>,
    gone: &mut Vec<&Was<'_>>,
    known: &Known,
    text: &impl Fn(&Draft) -> &'t str,
) {
    let same_text =
        |now: &str, was: &Was<'_>| !now.trim().is_empty() && was.text.is_ok_and(|before| same_lines(before, now));
    let same_name = |named: &Named<'_>, was: &Was<'_>| !named.name.is_empty() && named.name == was.named.name;
    let same_version = |named: &Named<'_>, was: &Was<'_>| {
        named.version.is_some() && named.version == was.named.version && named.step == was.named.step
    };
    let moved: Alike<'_> = &|_, named, _, was| named.sorted_by == was.named.sorted_by && named.step == was.named.step;
    let rules: [Alike<'_>; 4] = [
        &|now, named, of, was| of == was.of && same_text(now, was) && same_name(named, was),
        &|now, _, of, was| of == was.of && same_text(now, was),
        &|_, named, of, was| of == was.of && same_version(named, was),
        &|_, named, of, was| of == was.of && same_name(named, was),
    ];
    for (rule, is_move) in std::iter::once((moved, true)).chain(rules.map(|rule| (rule, false))) {
        new.retain(|at| {
            let Some(draft) = drafts.get_mut(*at) else { return false };
            let (path, runner, now) = (draft.document.path.clone(), runner_of(draft), text(draft));
            let named = runner.names(&path);
            let of = draft.document.history.as_ref().map(|history| Arc::clone(&history.of)).unwrap_or_default();
            let found = gone.iter().position(|was| was.runner.name == runner.name && rule(now, &named, &of, was));
            let Some(was) = found.map(|at| gone.remove(at)) else { return true };
            let shown = known.shown_of(was.path);
            let edited = was.text.ok().filter(|before| !same_lines(before, now));
            if is_move && was.text.is_ok() && edited.is_none() {
                change(draft, "unchanged", None, String::new());
                return false;
            }
            if is_move {
                compared(draft, was, now, shown);
                return false;
            }
            let span = edited.map(|before| Span::new(draft.document.source, first_difference(before, now)));
            let besides = if edited.is_some() { ", with another text" } else { "" };
            change(draft, "renamed", span, format!("{shown} has it as {}{besides}", was.path));
            false
        });
    }
}

/// A migration that the base does not have.
fn added(draft: &mut Draft, was: &[Was<'_>], ahead: &[Was<'_>], known: &Known) {
    let path = draft.document.path.clone();
    let runner = runner_of(draft);
    let named = runner.names(&path);
    let of = draft.document.history.as_ref().map(|history| Arc::clone(&history.of)).unwrap_or_default();
    change(draft, "added", None, format!("{} does not have it", known.shown));
    if named.step != Step::Up {
        return;
    }
    let tip = known.tip.as_ref().unwrap_or(&known.shown);
    let all =
        || was.iter().map(|was| (was, known.shown_of(was.path))).chain(ahead.iter().map(|was| (was, tip.as_str())));
    let same = |was: &Was<'_>| was.runner.name == runner.name && was.named.step == Step::Up && was.of == &*of;
    let rest = || all().filter(|(was, _)| same(was));
    let twin = ahead.iter().find(|was| same(was) && named.version.is_some() && was.named.version == named.version);
    let later = rest().filter(|(was, _)| runner.order(&named, was.named).is_lt());
    let later = later.max_by(|(one, _), (other, _)| runner.order(one.named, other.named));
    let late = match (twin, later) {
        (Some(twin), _) => Some(format!("{tip} has {}, which has the same version", twin.path)),
        (None, Some((later, shown))) => Some(format!(
            "{shown} has {}, which runs after it; where that has run, {} {}",
            later.path,
            runner_words(runner),
            runner.late
        )),
        (None, None) => None,
    };
    let once = known.once.as_ref().map(|once| {
        let is_there = rest().any(|(was, _)| was.named.version == named.version);
        let mut once = once.iter().map(|path| (path, runner.names(path)));
        let found = once
            .find(|(_, once)| once.folder == named.folder && once.version.is_some() && once.version == named.version);
        found.filter(|_| !is_there).map(|(path, _)| path.clone())
    });
    let Some(fact) = migration_mut(draft) else { return };
    let at = fact.anchor;
    fact.set(Field::SortsBeforeBase, State::Stated(Value::Bool(late.is_some()), at));
    if let Some(words) = late {
        fact.explain(Field::SortsBeforeBase, at, words);
    }
    match once {
        Err(cause) => fact.set(Field::Restored, State::Unknown(at, Arc::clone(cause))),
        Ok(once) => {
            fact.set(Field::Restored, State::Stated(Value::Bool(once.is_some()), at));
            if let Some(path) = once {
                let words = format!("the history of {tip} once had {path}, and deleted it");
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
        let of_names = [
            Field::Version,
            Field::Runs,
            Field::Skipped,
            Field::HasDown,
            Field::HasUp,
            Field::SortsAsCounted,
            Field::DaysOld,
        ];
        of_names.into_iter().for_each(|field| fact.set(field, State::Absent(None)));
    }
    let shown = known.shown_of(&draft.document.path);
    let words = match known.odd.get(&draft.document.path) {
        Some(Odd::Unread) => format!("no entry of preflight.yaml reads it any more, and {shown} does"),
        _ => format!("deleted since {shown}"),
    };
    change(&mut draft, "deleted", None, words);
    draft
}
