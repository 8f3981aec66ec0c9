//! A project before a change: what the change touches, what was found before it, and what it does to what judges.

use super::load::{load_config, load_policies, shown};
use super::session;
use super::view::{Compared, View};
use crate::change::{self, BASELINE_FILE, Clause, Judges, WAIVERS_FILE};
use crate::config::{Config, FILE_NAME};
use crate::discover::{self, Place};
use crate::evaluate::Run;
use crate::finding::{Anchor, Finding, LabelRole, Undecided};
use crate::project;
use crate::report::identity::{Identity, identify};
use crate::source::{Shown, SourceId, SourceMap};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// What of a project a change touches.
#[derive(Debug, Default)]
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
}

impl Before<'_> {
    /// What the change touches of a project. What it does to what judges is added to `foremost`.
    pub fn touched(&self, project: &session::Project, sources: &SourceMap, foremost: &mut Vec<String>) -> Touched {
        let Some(config) = &project.config else { return Touched::default() };
        let documents = project.read.documents.iter();
        let is_changed = |path: &Path| path.as_os_str() == "-" || self.compared.touches(path);
        let changed: Vec<(SourceId, &Path)> =
            documents.filter(|(_, path)| is_changed(path)).map(|(source, path)| (*source, path.as_path())).collect();
        let gone = self.compared.gone_below(self.place.folder);
        let gone = gone.iter().filter(|path| discover::belongs(config, path)).count();
        let all = self.judges(config, &changed, sources, foremost);
        let mut touched = Touched {
            base: self.compared.base.shown.clone(),
            all,
            gone,
            documents: changed.len() + gone,
            sources: changed.into_iter().map(|(source, _)| source).collect(),
            ..Touched::default()
        };
        // With every document as it was, by the same policies, everything is as it was.
        if !all && touched.documents > 0 {
            self.found_before(project, config, sources, &mut touched);
        }
        touched
    }

    /// Judges the documents as they were, by the policies of now.
    fn found_before(&self, project: &session::Project, config: &Config, sources: &SourceMap, touched: &mut Touched) {
        // Spans of policies and of the configuration keep their sources.
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
        let shown = before.shown();
        touched.findings = identify(evaluation.findings.iter().chain(&read.unread), shown).into_iter().collect();
        touched.undecided = evaluation.undecided.iter().map(|undecided| place_and_words(undecided, shown)).collect();
    }

    /// Says what the change does to what judges; whether all of the project is to be judged for it.
    fn judges(
        &self,
        config: &Config,
        changed: &[(SourceId, &Path)],
        sources: &SourceMap,
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
        let inline = self.inline_waivers(changed, sources);
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
        let beside = [WAIVERS_FILE, BASELINE_FILE].map(|name| self.place.folder.join(name));
        let all = std::iter::once(self.config.to_path_buf()).chain(packs).chain(beside);
        let changed = all.filter(|path| self.compared.reaches(path));
        changed.map(|path| discover::shown(&path, self.place.base)).collect()
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
            config,
            set,
            packs,
            waivers: text(self.place.folder.join(WAIVERS_FILE)),
            baseline: text(self.place.folder.join(BASELINE_FILE)),
        })
    }

    /// What the change does to waivers in comments of documents.
    fn inline_waivers(&self, changed: &[(SourceId, &Path)], sources: &SourceMap) -> Vec<Clause> {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        for (source, path) in changed {
            new.extend(change::inline_waivers(sources, *source));
            if let Ok(text) = self.compared.before.read_text(path, "", "document") {
                let mut before = SourceMap::new();
                let source = before.add("", text);
                old.extend(change::inline_waivers(&before, source));
            }
        }
        change::waived(&old, &new)
    }
}
