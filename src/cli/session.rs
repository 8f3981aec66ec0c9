//! Loading projects: from the paths of a command to facts and policies in force.

mod bare;
mod below;
mod compare;
mod gone;
mod narrow;
mod since;
mod stdin;

use gone::Gone;

pub use bare::Bare;
pub use narrow::Scope;

use super::Terminal;
use super::args::{ChangeArgs, ProjectArgs, StdinArgs};
use super::before::{Before, Touched};
use super::exceptions::Exceptions;
use super::load::{leaves, load_config, load_policies, no_config, shown};
use super::variables;
use super::view::{View, Views};
use crate::config::{Config, Today};
use crate::discover::{self, Fence, Found, Place};
use crate::fact::Field;
use crate::finding::Problem;
use crate::git::Tracking;
use crate::policy::PolicySet;
use crate::project::{self, Read};
use crate::source::SourceMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Ten lines to paste where nothing has a well-known name.
pub(super) const STARTER: &str = include_str!("starter.yaml");

/// The name under which standard input is shown.
pub(super) const STDIN: &str = "<stdin>";

/// Everything that one command has loaded.
#[derive(Default)]
pub struct Session {
    /// Every text.
    pub sources: SourceMap,
    /// The projects, one for each preflight.yaml.
    pub projects: Vec<Project>,
    /// What stands in the way of a verdict.
    pub problems: Vec<Problem>,
    /// What a reader should know besides.
    pub notices: Vec<String>,
    /// What a reader should know before anything else: what a change does to the configuration.
    pub foremost: Vec<String>,
    /// The baseline that the command line names.
    baseline: Option<PathBuf>,
    /// The branch that migrations are to be compared with, where the command line names one.
    base: Option<String>,
    /// Whether the command judges what became of them.
    compares: bool,
    /// What git does with files, as far as a policy asked.
    tracking: Tracking,
}

/// One preflight.yaml with what belongs to it.
pub struct Project {
    /// The folder of preflight.yaml, as it is shown.
    pub prefix: String,
    /// What preflight.yaml says; none where well-known names are used.
    pub config: Option<Config>,
    /// The policies in force.
    pub set: PolicySet,
    /// The facts.
    pub read: Read,
    /// What of it is to be shown.
    pub scope: Scope,
    /// The date that counts as today.
    pub today: Option<i64>,
    /// What of it a change touches, where only a change is judged.
    pub touched: Option<Touched>,
    /// Waivers and the baseline.
    pub exceptions: Exceptions,
}

/// Paths that belong to one preflight.yaml.
struct Group {
    config: Option<PathBuf>,
    folder: PathBuf,
    paths: Vec<PathBuf>,
    stdin: bool,
    view: View,
}

/// How to load.
pub struct Options<'a> {
    /// The paths; none for the folder where the command was run.
    pub paths: &'a [PathBuf],
    /// Which project.
    pub project: &'a ProjectArgs,
    /// What standard input is.
    pub stdin: Option<&'a StdinArgs>,
    /// What becomes of a project without preflight.yaml.
    pub bare: Bare,
    /// Whether documents are read; a list of policies needs none.
    pub documents: bool,
}

impl Session {
    /// Loads the projects that the paths belong to. What goes wrong is among the problems, and the rest is loaded.
    pub fn load(options: &Options<'_>, terminal: &mut Terminal) -> Self {
        Self::default().loaded(options, &ChangeArgs::default(), terminal)
    }

    /// Loads them, and compares migrations with a base: the one that is named, or, where `compares` is set, the usual one in CI.
    pub fn load_since(options: &Options<'_>, base: Option<&str>, compares: bool, terminal: &mut Terminal) -> Self {
        let session = Self { base: base.map(str::to_owned), compares, ..Self::default() };
        session.loaded(options, &ChangeArgs::default(), terminal)
    }

    /// Loads them as a change makes them; `baseline` is the one that the command line names.
    pub fn load_change(
        options: &Options<'_>,
        change: &ChangeArgs,
        baseline: Option<&Path>,
        terminal: &mut Terminal,
    ) -> Self {
        let baseline = baseline.map(|path| discover::absolute(path, &terminal.folder));
        let session = Self { baseline, base: change.base.clone(), compares: true, ..Self::default() };
        session.loaded(options, change, terminal)
    }

    fn loaded(self, options: &Options<'_>, change: &ChangeArgs, terminal: &mut Terminal) -> Self {
        let mut session = self;
        // A named configuration that lies elsewhere is its own project, wherever the command is run.
        let named = options.project.config.as_ref().map(|config| discover::absolute(config, &terminal.folder));
        let elsewhere = named.as_deref().and_then(Path::parent).filter(|folder| !terminal.folder.starts_with(folder));
        let here = [elsewhere.unwrap_or(Path::new(".")).to_path_buf()];
        let paths = if options.paths.is_empty() { &here[..] } else { options.paths };
        let stdin = paths.iter().any(|path| path.as_os_str() == "-");
        for group in session.groups(paths, options, change, terminal) {
            session.load_group(group, options, terminal);
        }
        if let (Some(kind), false) = (options.stdin.and_then(|stdin| stdin.kind.as_deref()), stdin) {
            session.narrow(kind);
        }
        session
    }

    fn groups(
        &mut self,
        paths: &[PathBuf],
        options: &Options<'_>,
        change: &ChangeArgs,
        terminal: &Terminal,
    ) -> Vec<Group> {
        let (mut groups, mut views, mut gone) = (Vec::<Group>::new(), Views::default(), Gone::default());
        for path in paths {
            let stdin = path.as_os_str() == "-";
            let whole = if stdin { terminal.folder.clone() } else { discover::absolute(path, &terminal.folder) };
            let shown = discover::shown(&whole, &terminal.folder);
            let view = match views.at(&whole, change, options.project.config_from.as_deref(), &shown) {
                Ok(view) => view,
                // One repository has one reason, however many paths lie in it.
                Err(problem) => {
                    if !self.problems.contains(&problem) {
                        self.problems.push(problem);
                    }
                    continue;
                }
            };
            let missing = || self.missing(&whole, &shown, &view, &mut gone, terminal);
            if let Some(problem) = (!stdin).then(missing).flatten() {
                self.problems.push(problem);
                continue;
            }
            let config = match &options.project.config {
                Some(config) => Some(discover::absolute(config, &terminal.folder)),
                None => view.config.config_above(&whole),
            };
            // At the top of a monorepo the projects below are meant.
            let below = match config {
                None if !stdin && options.bare == Bare::Judged => view.config.configs_below(&whole),
                _ => Vec::new(),
            };
            // An index or a commit is judged by its own configuration only.
            let on_disk = view.config.words().is_none();
            if config.is_none() && below.is_empty() && options.bare == Bare::Judged && !on_disk {
                self.problems.push(no_config(&shown, view.config.words()));
                continue;
            }
            if config.is_none() && !stdin {
                let wanted = self.wanted(&view, terminal);
                self.say_removed(gone.configs(&whole, &view, wanted), &shown);
            }
            for config in &below {
                add(&mut groups, Some(config.clone()), folder_of(config), &view);
            }
            if below.is_empty() {
                let group = add(&mut groups, config, whole, &view);
                group.stdin |= stdin;
                if stdin {
                    group.paths.pop();
                }
            }
        }
        groups
    }

    fn load_group(&mut self, group: Group, options: &Options<'_>, terminal: &mut Terminal) {
        let prefix = discover::shown(&group.folder, &terminal.folder);
        let first = self.sources.len();
        let fence = Fence::around(&group.folder);
        let base = terminal.folder.clone();
        let place = Place { folder: &group.folder, base: &base, files: &group.view.config, fence: &fence };
        let (config, set, today) = match self.judges(&group, options, place) {
            Ok(judges) => judges,
            Err(problems) => return self.problems.extend(problems),
        };
        let mut exceptions = match options.documents {
            true => Exceptions::load(self, config.as_ref(), place, &group.view.config),
            false => Exceptions::default(),
        };
        let documents = Place { files: &group.view.documents, ..place };
        let (set, own, found) = match &config {
            Some(config) => {
                let own = first..self.sources.len();
                (set, own, self.configured(config, &group, options, documents, terminal))
            }
            None => {
                let Some((set, found)) = self.unconfigured(&group, options, terminal) else { return };
                (set, first..self.sources.len(), Some(found))
            }
        };
        let Some(found) = found else { return };
        let mut settings = project::settings(config.as_ref(), &set, today);
        settings.listed = Some(Arc::new(project::listed(&set)));
        let shown = |found: &Found| shown(found, &base);
        let since = self.since(config.as_ref(), &set, &group, documents, &found, terminal);
        let mut read = project::read_since(found, since, &settings, &set.spellings, shown, &mut self.sources);
        read.mask_unlisted(&set, &mut self.sources);
        if set.asks(Field::Git) {
            read.ask_git(|path| self.tracking.of(path));
        }
        exceptions.read(&read, &set, self, today, clock);
        self.problems.append(&mut read.problems);
        self.notices.append(&mut read.notices);
        let scope = if options.documents {
            self.scope(&group, config.as_ref(), &read, own, terminal)
        } else {
            Scope::default()
        };
        let mut project = Project { prefix, config, set, read, scope, today, touched: None, exceptions };
        if let (Some(compared), Some(config)) = (&group.view.compared, &group.config) {
            let before = Before { config, place, view: &group.view, compared, baseline: self.baseline.as_deref() };
            project.touched = Some(before.touched(&project, &self.sources, &mut self.foremost));
        }
        if let Some(commit) = &group.view.config_from {
            self.foremost.push(format!("judged by the configuration of {commit}"));
        }
        self.projects.push(project);
    }

    /// What judges a group: its configuration, if it has one, the policies in force, and the date that counts as today.
    fn judges(
        &mut self,
        group: &Group,
        options: &Options<'_>,
        place: Place<'_>,
    ) -> Result<(Option<Config>, PolicySet, Option<i64>), Vec<Problem>> {
        let config = match (&group.config, &options.project.config) {
            (Some(path), None) => match leaves(path, place) {
                Some(problem) => return Err(vec![problem]),
                None => Some(load_config(path, place, &mut self.sources)?),
            },
            (Some(path), Some(named)) => {
                let loaded = load_config(path, place, &mut self.sources);
                Some(loaded.map_err(|problems| named_by_variable(problems, named))?)
            }
            (None, _) => None,
        };
        let today = self.today(options.project.today.as_deref(), config.as_ref());
        let today = today.map_err(|problem| vec![*problem])?;
        let set = load_policies(config.as_ref(), place, &mut self.sources)?;
        Ok((config, set, today))
    }

    /// The documents of a configuration; none where standard input cannot be read.
    fn configured(
        &mut self,
        config: &Config,
        group: &Group,
        options: &Options<'_>,
        place: Place<'_>,
        terminal: &mut Terminal,
    ) -> Option<Vec<Found>> {
        let mut found = Vec::new();
        if options.documents {
            let (documents, problems, notices) = discover::documents(config, place);
            self.notices.extend(notices);
            self.problems.extend(problems);
            found = documents;
        }
        if group.stdin {
            found.push(self.stdin(options.stdin, terminal)?);
        }
        Some(found)
    }

    fn today(&self, flag: Option<&str>, config: Option<&Config>) -> Result<Option<i64>, Box<Problem>> {
        let today = match flag {
            Some(text) => match Today::parse(text) {
                Some(today) => Some(today),
                None => {
                    let said = variables::said_by("--today", text);
                    let problem = Problem::path("usage", said, format!("{said} cannot be `{text}`"));
                    return Err(Box::new(problem.help("Write a date as YYYY-MM-DD, or `now`.")));
                }
            },
            None => config.and_then(|config| config.today),
        };
        Ok(today.map(|today| match today {
            Today::Day(day) => day,
            Today::Clock => clock(),
        }))
    }
}

/// Problems with a file that a variable names. One that cannot be read has no line to look at: who named it?
fn named_by_variable(mut problems: Vec<Problem>, named: &Path) -> Vec<Problem> {
    let said = variables::said_by("--config", &named.to_string_lossy());
    for problem in problems.iter_mut().filter(|problem| problem.span.is_none() && !said.starts_with('-')) {
        problem.message.push_str(&format!(" (named by {said})"));
    }
    problems
}

/// Adds a path to the group of its configuration.
fn add<'g>(groups: &'g mut Vec<Group>, config: Option<PathBuf>, path: PathBuf, view: &View) -> &'g mut Group {
    let folder = config.as_ref().and_then(|config| config.parent()).map_or_else(|| folder_of(&path), Path::to_path_buf);
    let index = groups.iter().position(|group| group.config == config && group.folder == folder);
    let index = index.unwrap_or_else(|| {
        groups.push(Group { config, folder, paths: Vec::new(), stdin: false, view: view.clone() });
        groups.len() - 1
    });
    groups[index].paths.push(path);
    &mut groups[index]
}

fn folder_of(path: &Path) -> PathBuf {
    if path.is_dir() { path.to_path_buf() } else { path.parent().unwrap_or(path).to_path_buf() }
}

/// Today by the clock of the machine, in days since 1970-01-01: only where `now` asks for it, and for waivers that end.
#[allow(clippy::disallowed_methods, reason = "the one place that reads the clock")]
fn clock() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| (since.as_secs() / 86_400) as i64)
}
