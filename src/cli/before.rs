//! A project before a change: what the change touches, what was found before it, and what it does to what judges.

use super::exceptions::{Excepted, Judged, State, except, waivers};
use super::load::{load_config, load_policies, shown};
use super::session;
use super::view::{Compared, View};
use crate::change::{self, Clause, Judges};
use crate::config::{Config, FILE_NAME};
use crate::discover::{self, Place};
use crate::evaluate::{Evaluation, Run};
use crate::finding::{Anchor, Finding, Key, LabelRole, Undecided};
use crate::history;
use crate::project::{self, Read};
use crate::report::identity::{Identity, identify};
use crate::source::{Shown, SourceId, SourceMap};
use crate::waive::Waivers;
use crate::waive::baseline::Baseline;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// What of a project a change touches.
#[derive(Default)]
pub struct Touched {
    /// What it is compared with, in words.
    pub base: String,
    /// Whether all of the project is judged: what judges it is changed.
    pub all: bool,
    /// How many documents are gone.
    pub gone: usize,
    /// How many documents are changed, or gone.
    pub documents: usize,
    sources: HashSet<SourceId>,
    /// What was found before the change.
    findings: HashSet<Identity>,
    /// What could not be decided before it: the place and the words.
    undecided: HashSet<(String, String)>,
    /// The documents before it, where they were looked at.
    was: Option<Was>,
}

/// The documents of a project before a change, judged by the policies of now.
struct Was {
    /// Spans of policies, of the configuration and of what stands beside it keep their sources.
    sources: SourceMap,
    read: Read,
    waivers: Waivers,
    evaluation: Evaluation,
}

impl Touched {
    /// Whether a finding is one of this change: it points into a document that is changed, or was not there before.
    pub fn has(&self, finding: &Finding, identity: &Identity) -> bool {
        let facts = finding.labels.iter().filter(|label| label.role == LabelRole::Fact).map(|label| label.span);
        let own = match finding.anchor {
            Anchor::At(span) => Some(span),
            Anchor::Missing(_) => None,
        };
        let mut places = own.into_iter().chain(facts);
        let mut is_there =
            || places.any(|span| self.sources.contains(&span.source)) || !self.findings.contains(identity);
        self.all || (self.documents > 0 && is_there())
    }

    /// What was wrong with waivers and the baseline before the change, which leaves the files of both alone.
    pub(super) fn faults_before(
        &self,
        project: &session::Project,
        baseline: Option<&Baseline>,
        waive: bool,
    ) -> HashSet<Identity> {
        let Some(was) = &self.was else { return HashSet::new() };
        let Evaluation { findings, undecided, states, problems, .. } = &was.evaluation;
        let complete = problems.is_empty() && was.read.problems.is_empty();
        let judged = Judged { states, undecided, complete };
        let all = findings.iter().chain(&was.read.unread).cloned().collect();
        let (state, shown) = (State { project, read: &was.read, waivers: &was.waivers }, was.sources.shown());
        let excepted = except(all, state, shown, &judged, baseline, waive);
        identify(excepted.faults.iter().map(|(_, fault)| fault), shown).into_iter().collect()
    }

    /// Whether what is wrong with a waiver or the baseline is of this change: the waiver stands in a document that is
    /// changed, or the fault was not there before.
    pub fn has_fault(&self, fault: &Finding, identity: &Identity, before: &HashSet<Identity>) -> bool {
        let is_there = || fault.span().is_some_and(|span| self.sources.contains(&span.source));
        self.all || (self.documents > 0 && (is_there() || !before.contains(identity)))
    }

    /// Whether a finding about what became of a migration is of this change: before it the migrations were compared with
    /// nothing, so that every such finding would be new.
    fn touches(&self, finding: &Finding) -> bool {
        let facts = finding.labels.iter().filter(|label| label.role == LabelRole::Fact).map(|label| label.span);
        let own = finding.span().into_iter();
        self.all || own.chain(facts).any(|span| self.sources.contains(&span.source))
    }

    /// Whether something undecided is of this change.
    pub fn has_undecided(&self, undecided: &Undecided, shown: Shown<'_>) -> bool {
        let is_there = || undecided.span.is_none_or(|span| self.sources.contains(&span.source));
        let is_new = || !self.undecided.contains(&place_and_words(undecided, shown));
        self.all || (self.documents > 0 && (is_there() || is_new()))
    }
}

fn place_and_words(undecided: &Undecided, shown: Shown<'_>) -> (String, String) {
    let path = undecided.span.map(|span| shown.path(span.source).to_owned()).unwrap_or_default();
    (path, undecided.message.clone())
}

/// One project that a change is looked at in.
pub struct Before<'a> {
    /// Its preflight.yaml.
    pub config: &'a Path,
    /// Where its configuration is looked for.
    pub place: Place<'a>,
    /// Where its files are looked for.
    pub view: &'a View,
    /// The change.
    pub compared: &'a Compared,
    /// The baseline that the command line names.
    pub baseline: Option<&'a Path>,
}

impl Before<'_> {
    /// What the change touches of a project. What it does to what judges is added to `foremost`.
    pub fn touched(&self, project: &session::Project, sources: &SourceMap, foremost: &mut Vec<String>) -> Touched {
        let Some(config) = &project.config else { return Touched::default() };
        let documents = project.read.documents.iter();
        // What git does not track any more may still be there, and is gone for the next commit.
        let is_changed =
            |path: &Path| path.as_os_str() == "-" || self.compared.touches(path) || self.compared.reaches(path);
        let changed: Vec<(SourceId, &Path)> =
            documents.filter(|(_, path)| is_changed(path)).map(|(source, path)| (*source, path.as_path())).collect();
        let gone = self.compared.gone_below(self.place.folder);
        let gone = gone.iter().filter(|path| discover::belongs(config, path)).count();
        let documents = changed.len() + gone;
        let was = (documents > 0).then(|| self.was(project, config, sources));
        let all = self.judges(project, config, was.as_ref(), foremost);
        let mut touched = Touched {
            base: self.compared.base.shown.clone(),
            all,
            gone,
            documents,
            sources: changed.into_iter().map(|(source, _)| source).chain(self.gone(project)).collect(),
            ..Touched::default()
        };
        // With every document as it was, by the same policies, everything is as it was.
        if let Some(was) = was.filter(|_| !all) {
            let shown = was.sources.shown();
            let findings = was.evaluation.findings.iter().chain(&was.read.unread);
            touched.findings = identify(findings, shown).into_iter().collect();
            let undecided = was.evaluation.undecided.iter();
            touched.undecided = undecided.map(|undecided| place_and_words(undecided, shown)).collect();
            touched.was = Some(was);
        }
        touched
    }

    /// The sources of migrations that this change removes.
    fn gone(&self, project: &session::Project) -> Vec<SourceId> {
        let gone = project.read.gone.iter().filter(|(_, path)| self.compared.reaches(path));
        gone.map(|(source, _)| *source).collect()
    }

    /// Judges the documents as they were, by the policies of now.
    fn was(&self, project: &session::Project, config: &Config, sources: &SourceMap) -> Was {
        let mut before = SourceMap::new();
        for index in 0..sources.len() {
            before.add(sources.path(SourceId(u32::try_from(index).unwrap_or(u32::MAX))), "");
        }
        let place = Place { files: &self.compared.before, ..self.place };
        let (found, ..) = discover::documents(config, place);
        let settings = project::settings(Some(config), &project.set, project.today);
        let shown = |found: &discover::Found| shown(found, self.place.base);
        let read = project::read(found, &settings, &project.set.spellings, shown, &mut before);
        let expected = project::expected(config, &project.prefix);
        let run = Run { today: project.today, wanted: &|_| true, needs: &[] };
        let evaluation = read.judge(Some(config), &project.set, &expected, run, HashSet::new());
        let of_file = project.exceptions.waivers.list.iter().filter(|waiver| !waiver.is_comment()).cloned().collect();
        let waivers = waivers(&read, &project.set, of_file);
        Was { sources: before, read, waivers, evaluation }
    }

    /// Says what the change does to what judges; whether all of the project is to be judged for it.
    fn judges(
        &self,
        project: &session::Project,
        config: &Config,
        was: Option<&Was>,
        foremost: &mut Vec<String>,
    ) -> bool {
        let mut files = self.changed_files(config);
        let removed = self.nested_and_removed();
        let mut clauses = if files.is_empty() { Vec::new() } else { self.clauses() };
        clauses.extend(removed.iter().map(|path| Clause {
            weight: change::Weight::Other,
            words: format!("removes {path}, whose documents belong elsewhere now"),
        }));
        let all = !clauses.is_empty() && self.view.config_from.is_none();
        let inline = was.map(|was| change::waived(&was.waivers, &project.exceptions.waivers));
        let inline = inline.unwrap_or_default();
        if !inline.is_empty() && files.is_empty() {
            files.push("waivers in comments".to_owned());
        }
        clauses.extend(inline);
        if files.is_empty() && clauses.is_empty() {
            return false;
        }
        files.extend(removed);
        clauses.sort_by_key(|clause| clause.weight);
        let words: Vec<String> = clauses.into_iter().map(|clause| clause.words).collect();
        let words = if words.is_empty() { "what judges is as before".to_owned() } else { words.join(", ") };
        let besides = if all { "; everything is judged" } else { "" };
        foremost.push(format!("this change edits {}: {words}{besides}", files.join(", ")));
        all
    }

    /// The files of the configuration, its packs, waivers and baseline that the change touches, as they are shown.
    fn changed_files(&self, config: &Config) -> Vec<String> {
        let packs = config.packs.iter().filter_map(|pack| discover::pack_path(&pack.value, self.place.folder));
        let beside = [self.beside(config.waivers_name()), self.known(config)];
        let all = std::iter::once(self.config.to_path_buf()).chain(packs).chain(beside);
        let changed = all.filter(|path| self.compared.reaches(path));
        changed.map(|path| discover::shown(&path, self.place.base)).collect()
    }

    /// The baseline that is asked for.
    fn known(&self, config: &Config) -> PathBuf {
        self.baseline.map_or_else(|| self.beside(config.baseline_name()), Path::to_path_buf)
    }

    fn beside(&self, name: &str) -> PathBuf {
        discover::absolute(Path::new(name), self.place.folder)
    }

    /// Configurations below this one that the change removes.
    fn nested_and_removed(&self) -> Vec<String> {
        let gone = self.compared.gone_below(self.place.folder).into_iter();
        let nested = gone.filter(|path| path.ends_with(&format!("/{FILE_NAME}")));
        nested.map(|path| discover::shown(&self.place.folder.join(path), self.place.base)).collect()
    }

    fn clauses(&self) -> Vec<Clause> {
        let other = |words: &str| vec![Clause { weight: change::Weight::Other, words: words.to_owned() }];
        let Some(after) = self.load(&self.compared.after) else {
            return other("what it does cannot be said, since the new version has faults");
        };
        let before = &self.compared.before;
        if before.sort(self.config).is_none() {
            return other("it is new");
        }
        match self.load(before) {
            Some(before) => change::clauses(&before, &after),
            None => other("what it does cannot be said, since the old version has faults"),
        }
    }

    /// All that judges, in one state of the files.
    fn load(&self, files: &discover::Files) -> Option<Judges> {
        let place = Place { files, ..self.place };
        let mut sources = SourceMap::new();
        let config = load_config(self.config, place, &mut sources).ok()?;
        let set = load_policies(Some(&config), place, &mut sources).ok()?;
        let packs = discover::packs(&config.packs, place).ok()?;
        let text = |path: PathBuf| {
            files.has(&path).then(|| files.read_text(&path, "", "config").unwrap_or_else(|_| "\0".to_owned()))
        };
        Some(Judges {
            text: text(self.config.to_path_buf())?,
            waivers: text(self.beside(config.waivers_name())),
            // What lies elsewhere is no part of the change.
            baseline: Some(self.known(&config)).filter(|path| self.compared.relative(path).is_some()).and_then(text),
            config,
            set,
            packs,
        })
    }
}

/// Findings that were there before a change.
#[derive(Default)]
pub(super) struct BeforeTheChange(HashSet<Key>);

impl BeforeTheChange {
    /// The findings that are not of the change, where only a change is judged. A finding is known by its identity among all
    /// of them: so this is asked before waivers take any away.
    pub fn of(project: &session::Project, all: &[Finding], shown: Shown<'_>) -> Self {
        let Some(change) = &project.touched else { return Self::default() };
        let identities = identify(all.iter(), shown);
        let of_history = |finding: &Finding| {
            let id = finding.policy.split('/').next().unwrap_or_default();
            let mut policies = project.set.policies.iter().filter(|policy| policy.id.value == id);
            policies.any(|policy| history::SINCE.iter().any(|field| policy.asks(*field)))
        };
        let is_of_change = |finding: &Finding, identity: &Identity| {
            change.has(finding, identity) && (!of_history(finding) || change.touches(finding))
        };
        let before = all.iter().zip(identities).filter(|(finding, identity)| !is_of_change(finding, identity));
        Self(before.map(|(finding, _)| finding.key()).collect())
    }

    /// Leaves them out; how many would have been reported.
    pub fn leave_out(&self, excepted: &mut Excepted) -> usize {
        if self.0.is_empty() {
            return 0;
        }
        let count = excepted.findings.len();
        let is_new = |finding: &Finding| !self.0.contains(&finding.key());
        excepted.findings.retain(|finding| is_new(finding));
        excepted.waived.retain(|waived| is_new(&waived.finding));
        excepted.known.retain(|finding| is_new(finding));
        count - excepted.findings.len()
    }
}

/// Leaves out what was wrong with waivers and baseline before the change; how much that is.
pub(super) fn leave_out_faults(
    project: &session::Project,
    excepted: &mut Excepted,
    shown: Shown<'_>,
    baseline: Option<&Baseline>,
    waive: bool,
) -> usize {
    let Some(change) = project.touched.as_ref().filter(|_| !excepted.faults.is_empty()) else { return 0 };
    let before = change.faults_before(project, baseline, waive);
    let identities = identify(excepted.faults.iter().map(|(_, fault)| fault), shown);
    let (mut identities, count) = (identities.iter(), excepted.faults.len());
    let mut is_of_change = |fault: &Finding| identities.next().is_some_and(|it| change.has_fault(fault, it, &before));
    excepted.faults.retain(|(_, fault)| is_of_change(fault));
    count - excepted.faults.len()
}
