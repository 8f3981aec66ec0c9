//! What is known of findings: waivers in comments and in their file, and the baseline. Loading, and leaving them out.

use super::Terminal;
use super::session::{Project, Session};
use crate::config::Config;
use crate::discover::{self, Fence, Files, Place};
use crate::document;
use crate::document::value::{secrets, secrets_of_yaml};
use crate::evaluate::Run;
use crate::finding::{Anchor, Finding, Problem, Undecided, Waived};
use crate::policy::PolicySet;
use crate::policy::waivable::Demand;
use crate::project::{self, Read};
use crate::report::PolicyState;
use crate::source::{Shown, SourceId, Span, escape_controls};
use crate::waive::baseline::{self, Baseline};
use crate::waive::{Ask, Hush, Status, Waiver, Waivers, file, is_of_nothing, settle};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a project knows of its findings.
#[derive(Default)]
pub struct Exceptions {
    /// Its waivers.
    pub waivers: Waivers,
    /// The date by which waivers are judged; none where no waiver has an end.
    pub today: Option<i64>,
    /// Where its baseline is, or would be.
    pub baseline: PathBuf,
    /// The text of the baseline, where there is one.
    pub baseline_text: Option<(SourceId, String)>,
    /// Where preflight.yaml names it.
    pub configured: Option<Span>,
    /// Where its files are looked for.
    files: Arc<Files>,
    /// What the project asks of waivers.
    demand: Demand,
    /// Waivers of the file, before documents are read.
    of_file: Vec<Waiver>,
}

impl Exceptions {
    /// Reads the file of waivers, and takes in the text of the baseline.
    pub(super) fn load(session: &mut Session, config: Option<&Config>, place: Place<'_>, files: &Arc<Files>) -> Self {
        let Some(config) = config else { return Self::default() };
        let beside = |name: &str| discover::absolute(Path::new(name), place.folder);
        let (baseline, waivers) = (beside(config.baseline_name()), beside(config.waivers_name()));
        let mut exceptions = Self {
            demand: config.waivers.clone(),
            files: Arc::clone(files),
            configured: config.baseline.as_ref().map(|path| path.span),
            ..Self::default()
        };
        if let Some((source, text)) = text(session, &waivers, secrets_of_yaml, place) {
            match file::load(source, &text) {
                Ok(list) => exceptions.of_file = list,
                Err(problems) => session.problems.extend(problems),
            }
        } else if let Some(path) = config.waivers_file.as_ref().filter(|_| !place.files.has(&waivers)) {
            let message = format!("{} does not exist", path.value);
            session.problems.push(Problem::at("config", path.span, message).note("no such file"));
        }
        exceptions.baseline_text = text(session, &baseline, secrets, place);
        exceptions.baseline = baseline;
        exceptions
    }

    /// Reads the waivers of the documents. `clock` is asked only where a waiver has an end and nobody said what day it is.
    pub(super) fn read(
        &mut self,
        read: &Read,
        set: &PolicySet,
        session: &mut Session,
        today: Option<i64>,
        clock: fn() -> i64,
    ) {
        let list = std::mem::take(&mut self.of_file);
        if read.markers.is_empty() && list.is_empty() {
            return;
        }
        let hush = Hush::new(&read.facts, set);
        // One call a source: each sorts what is hidden there.
        let mut masks: BTreeMap<SourceId, Vec<Range<usize>>> = BTreeMap::new();
        for marker in &read.markers {
            let ranges = hush.ranges(marker.text.text()).into_iter();
            let hidden = ranges.map(|range| marker.text.span(range).range());
            masks.entry(marker.span.source).or_default().extend(hidden);
        }
        for (source, masks) in masks.into_iter().filter(|(_, masks)| !masks.is_empty()) {
            session.sources.mask(source, masks);
        }
        if let Some(source) = list.first().map(|waiver| waiver.span.source) {
            session.sources.mask_found(source, |text| hush.ranges(text));
        }
        self.waivers = together(read, list, &hush);
        self.today = today.or_else(|| self.waivers.depend_on_the_date().then(clock));
    }
}

fn together(read: &Read, of_file: Vec<Waiver>, hush: &Hush) -> Waivers {
    let mut waivers = Waivers::new(&read.markers, hush);
    waivers.add(of_file, hush);
    waivers
}

/// The waivers of some documents, and those of the file.
pub(super) fn waivers(read: &Read, set: &PolicySet, of_file: Vec<Waiver>) -> Waivers {
    if read.markers.is_empty() && of_file.is_empty() {
        return Waivers::default();
    }
    together(read, of_file, &Hush::new(&read.facts, set))
}

/// The text of a file, where there is one; that it cannot be read, or lies elsewhere, is a problem.
fn text(
    session: &mut Session,
    path: &Path,
    find: fn(&str) -> Vec<Range<usize>>,
    place: Place<'_>,
) -> Option<(SourceId, String)> {
    if !place.files.has(path) {
        return None;
    }
    let shown = discover::shown(path, place.base);
    if !place.fence.holds(path) {
        let message = format!("{shown} leads out of {}", place.fence.words());
        session
            .problems
            .push(Problem::path("config", shown, message).help("Keep the file itself beside preflight.yaml."));
        return None;
    }
    match place.files.read_text(path, &shown, "config") {
        Ok(text) => {
            let source = session.sources.add(shown, text.clone());
            session.sources.mask_found(source, find);
            Some((source, text))
        }
        Err(problem) => {
            session.problems.push(problem);
            None
        }
    }
}

/// The baseline that each project is held against. `asked` is what `--baseline` says, if it is given: a file, or the usual
/// one.
pub(super) fn baselines(
    session: &mut Session,
    asked: Option<Option<&Path>>,
    terminal: &Terminal,
) -> Vec<Option<Baseline>> {
    let mut found = Vec::new();
    if let (Some(Some(_)), true) = (asked, session.projects.len() > 1) {
        let message = "--baseline names one file, and the paths belong to several projects";
        session.problems.push(Problem::path("usage", "--baseline", message).help("Check one project at a time."));
        return session.projects.iter().map(|_| None).collect();
    }
    for index in 0..session.projects.len() {
        let exceptions = &session.projects[index].exceptions;
        let (usual, configured, mut source) =
            (exceptions.baseline.clone(), exceptions.configured, exceptions.baseline_text.clone());
        if asked.is_none() && configured.is_none() {
            found.push(None);
            continue;
        }
        let mut files = Arc::clone(&exceptions.files);
        let mut path = usual;
        if let Some(Some(named)) = asked {
            let inside = Fence::around(path.parent().unwrap_or(&path));
            path = discover::absolute(named, &terminal.folder);
            if !inside.holds(&path) {
                files = Arc::default();
            }
            // Who names a file on the command line may name any.
            let fence = Fence::around(Path::new("/"));
            let folder = path.parent().unwrap_or(&path);
            let place = Place { folder, base: &terminal.folder, files: &files, fence: &fence };
            source = text(session, &path, secrets, place);
        }
        let Some((source, text)) = source else {
            if !files.has(&path) {
                let words = files.words().filter(|_| path.exists());
                session.problems.push(no_baseline(&path, configured.filter(|_| asked.is_none()), words, terminal));
            }
            found.push(None);
            continue;
        };
        let loaded = baseline::load(source, &text);
        found.push(match loaded {
            Ok(baseline) => Some(baseline),
            Err(problems) => {
                session.problems.extend(problems);
                None
            }
        });
    }
    found
}

/// `words` say where it is not, though it is on the disk.
fn no_baseline(path: &Path, configured: Option<Span>, words: Option<&str>, terminal: &Terminal) -> Problem {
    let shown = discover::shown(path, &terminal.folder);
    let message = match words {
        Some(words) => format!("the baseline {shown} is not in {words}"),
        None => format!("there is no baseline {shown}"),
    };
    let problem = match configured {
        Some(span) => Problem::at("config", span, message).note("named here"),
        None => Problem::path("config", shown, message),
    };
    problem.help(if words.is_some() { "Add it: git add." } else { "Write it: preflight baseline write" })
}

/// What is left of findings, and what is not.
#[derive(Default)]
pub(super) struct Excepted {
    /// What is reported.
    pub findings: Vec<Finding>,
    /// What waivers hide.
    pub waived: Vec<Waived>,
    /// What the baseline knows.
    pub known: Vec<Finding>,
    /// What is wrong with waivers and baseline, each with the policy that it is about.
    pub faults: Vec<(Option<String>, Finding)>,
    /// How each waiver fared, in their order.
    pub statuses: Vec<Status>,
}

/// How findings came about.
pub(super) struct Judged<'a> {
    /// How the policies that were asked for fared.
    pub states: &'a [PolicyState],
    /// What could not be decided.
    pub undecided: &'a [Undecided],
    /// Whether everything could be read.
    pub complete: bool,
}

/// A project in one state of its documents: as they are, or before a change.
#[derive(Clone, Copy)]
pub(super) struct State<'a> {
    /// The project.
    pub project: &'a Project,
    /// Its documents.
    pub read: &'a Read,
    /// Its waivers.
    pub waivers: &'a Waivers,
}

impl<'a> State<'a> {
    /// As the documents are.
    pub fn now(project: &'a Project) -> Self {
        Self { project, read: &project.read, waivers: &project.exceptions.waivers }
    }
}

/// Leaves out what is waived, then what the baseline knows.
pub(super) fn except(
    mut findings: Vec<Finding>,
    state: State<'_>,
    shown: Shown<'_>,
    judged: &Judged<'_>,
    baseline: Option<&Baseline>,
    waive: bool,
) -> Excepted {
    if baseline.is_some() {
        // Of more than are known the last is new.
        findings.sort_by(|one, other| super::check::order(shown, one).cmp(&super::check::order(shown, other)));
    }
    let project = state.project;
    let places = places(state.read);
    let path = |anchor: &Anchor, nothing: bool| relative(project, &places, shown, anchor, nothing);
    let of = |finding: &Finding| path(&finding.anchor, is_of_nothing(finding, &project.set));
    let mut excepted = Excepted { findings, ..Excepted::default() };
    if waive {
        let ask = Ask {
            set: &project.set,
            demand: &project.exceptions.demand,
            today: project.exceptions.today,
            states: judged.states,
            undecided: judged.undecided,
            path: &path,
            complete: judged.complete,
        };
        let settled = settle(excepted.findings, state.waivers, &ask);
        (excepted.findings, excepted.waived) = (settled.findings, settled.waived);
        (excepted.faults, excepted.statuses) = (settled.faults, settled.statuses);
    }
    if let Some(baseline) = baseline {
        let new = baseline.apply(excepted.findings, &of, (&project.set, judged.states), judged.complete);
        (excepted.findings, excepted.known) = (new.findings, new.known);
        excepted.faults.extend(new.stale);
    }
    excepted
}

/// Everything that is found in a project, with what waivers make of it, and the problems of judging. `read` says whether
/// everything could be read.
pub(super) fn judge(project: &Project, shown: Shown<'_>, read: bool) -> (Excepted, Vec<Problem>) {
    let expected = project.config.as_ref().map(|config| project::expected(config, &project.prefix)).unwrap_or_default();
    let run = Run { today: project.today, wanted: &|_| true, needs: &[] };
    let evaluation = project.read.judge(project.config.as_ref(), &project.set, &expected, run, HashSet::new());
    let findings = evaluation.findings.into_iter().chain(project.read.unread.iter().cloned()).collect();
    let complete = read && evaluation.problems.is_empty();
    let judged = Judged { states: &evaluation.states, undecided: &evaluation.undecided, complete };
    (except(findings, State::now(project), shown, &judged, None, true), evaluation.problems)
}

/// What the baseline of a project would hold: findings by what they are known by.
pub(super) fn counted(findings: &[Finding], project: &Project, shown: Shown<'_>) -> BTreeMap<baseline::Known, usize> {
    let places = places(&project.read);
    let path =
        |finding: &Finding| relative(project, &places, shown, &finding.anchor, is_of_nothing(finding, &project.set));
    baseline::counted(findings.iter(), &path)
}

/// The paths of documents relative to preflight.yaml, and whether each could as well be another of its folder: what no
/// migration makes is said at the last of them, and the next one does not change what it is.
fn places(read: &Read) -> HashMap<SourceId, (&str, bool)> {
    let documents = read.facts.documents().iter();
    let any = |kind: &str| document::kind(kind).is_some_and(|kind| !kind.labelled);
    documents.map(|document| (document.source, (document.path.as_str(), any(document.kind)))).collect()
}

/// Where something stands, relative to preflight.yaml, wherever the command was run; `nothing` where it is not there.
fn relative(
    project: &Project,
    places: &HashMap<SourceId, (&str, bool)>,
    shown: Shown<'_>,
    anchor: &Anchor,
    nothing: bool,
) -> String {
    let path = match anchor {
        Anchor::At(span) => match places.get(&span.source) {
            Some((path, true)) if nothing => return path.rsplit_once('/').map_or(".", |(folder, _)| folder).to_owned(),
            Some((path, _)) => return (*path).to_owned(),
            None => shown.path(span.source).to_owned(),
        },
        Anchor::Missing(path) => escape_controls(path),
    };
    let below = path.strip_prefix(&project.prefix).and_then(|rest| rest.strip_prefix('/'));
    below.map_or_else(|| path.clone(), str::to_owned)
}
