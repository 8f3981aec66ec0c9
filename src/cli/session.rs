//! Loading projects: from the paths of a command to facts and policies in force.

use super::Terminal;
use super::args::{ProjectArgs, StdinArgs};
use crate::config::{self, Config, FILE_NAME, Today};
use crate::discover::{self, Found};
use crate::document::{DOCUMENT_KINDS, DocumentKind};
use crate::finding::Problem;
use crate::policy::{self, PolicySet, did_you_mean};
use crate::project::{self, Read};
use crate::source::{SourceId, SourceMap};
use std::io::Read as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The name under which standard input is shown.
const STDIN: &str = "<stdin>";

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
}

/// What of a project is to be shown.
#[derive(Debug, Default)]
pub struct Scope {
    /// Whether a path holds the configuration itself, or a policy file of it: then what is missing or vacuous is shown too.
    pub whole: bool,
    /// The documents below the paths.
    sources: Vec<SourceId>,
}

impl Scope {
    /// Whether something that stands in a source is to be shown.
    pub fn holds(&self, source: SourceId) -> bool {
        self.whole || self.sources.contains(&source)
    }
}

/// Paths that belong to one preflight.yaml.
struct Group {
    config: Option<PathBuf>,
    folder: PathBuf,
    paths: Vec<PathBuf>,
    stdin: bool,
}

/// How to load.
pub struct Options<'a> {
    /// The paths; none for the folder where the command was run.
    pub paths: &'a [PathBuf],
    /// Which project.
    pub project: &'a ProjectArgs,
    /// What standard input is.
    pub stdin: Option<&'a StdinArgs>,
    /// Whether a project without preflight.yaml may be looked at by well-known names.
    pub bare: bool,
    /// Whether documents are read; a list of policies needs none.
    pub documents: bool,
}

impl Session {
    /// Loads the projects that the paths belong to. What goes wrong is among the problems, and the rest is loaded.
    pub fn load(options: &Options<'_>, terminal: &mut Terminal) -> Self {
        let mut session = Self::default();
        // A named configuration that lies elsewhere is its own project, wherever the command is run.
        let named = options.project.config.as_ref().map(|config| discover::absolute(config, &terminal.folder));
        let elsewhere = named.as_deref().and_then(Path::parent).filter(|folder| !terminal.folder.starts_with(folder));
        let here = [elsewhere.unwrap_or(Path::new(".")).to_path_buf()];
        let paths = if options.paths.is_empty() { &here[..] } else { options.paths };
        let stdin = paths.iter().any(|path| path.as_os_str() == "-");
        if let (Some(kind), false) = (options.stdin.and_then(|stdin| stdin.kind.as_deref()), stdin) {
            let message = format!("--kind {kind} says what standard input is, and `-` is not among the paths");
            session.problems.push(Problem::path("usage", "--kind", message).help("Add `-`, or leave --kind out."));
        }
        for group in session.groups(paths, options, terminal) {
            session.load_group(group, options, terminal);
        }
        session
    }

    fn groups(&mut self, paths: &[PathBuf], options: &Options<'_>, terminal: &Terminal) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for path in paths {
            let stdin = path.as_os_str() == "-";
            let whole = if stdin { terminal.folder.clone() } else { discover::absolute(path, &terminal.folder) };
            if !stdin && let Err(error) = std::fs::symlink_metadata(&whole) {
                let shown = discover::shown(&whole, &terminal.folder);
                let problem = Problem::path("path", shown.clone(), discover::describe(&shown, &error));
                self.problems.push(problem.help("Check the spelling of the path."));
                continue;
            }
            let config = match &options.project.config {
                Some(config) => Some(discover::absolute(config, &terminal.folder)),
                None => discover::config_above(&whole),
            };
            if config.is_none() && !options.bare {
                self.problems.push(no_config(&discover::shown(&whole, &terminal.folder)));
                continue;
            }
            let folder =
                config.as_ref().and_then(|config| config.parent()).map_or_else(|| folder_of(&whole), Path::to_path_buf);
            let index = groups.iter().position(|group| group.config == config && group.folder == folder);
            let index = index.unwrap_or_else(|| {
                groups.push(Group { config, folder, paths: Vec::new(), stdin: false });
                groups.len() - 1
            });
            if stdin { groups[index].stdin = true } else { groups[index].paths.push(whole) }
        }
        groups
    }

    fn load_group(&mut self, group: Group, options: &Options<'_>, terminal: &mut Terminal) {
        let prefix = discover::shown(&group.folder, &terminal.folder);
        let first = self.sources.len();
        let config = match &group.config {
            Some(path) => match self.config(path, terminal) {
                Some(config) => Some(config),
                None => return,
            },
            None => None,
        };
        let today = match self.today(options.project.today.as_deref(), config.as_ref()) {
            Ok(today) => today,
            Err(problem) => return self.problems.push(*problem),
        };
        let Some(set) = self.policies(config.as_ref(), &group.folder, terminal) else { return };
        let own = first..self.sources.len();
        let (mut found, problems) = match &config {
            _ if !options.documents => (Vec::new(), Vec::new()),
            Some(config) => {
                let (found, problems, notices) = discover::documents(config, &group.folder, &terminal.folder);
                self.notices.extend(notices);
                (found, problems)
            }
            None => discover::well_known(&group.folder, &group.paths, &terminal.folder),
        };
        self.problems.extend(problems);
        if group.stdin {
            match self.stdin(options.stdin, terminal) {
                Some(stdin) => found.push(stdin),
                None => return,
            }
        }
        if found.is_empty() && config.is_none() && options.documents {
            self.problems.push(
                Problem::path("path", prefix.clone(), format!("nothing to check in {prefix}"))
                    .help("No file has a well-known name."),
            );
        }
        if config.is_none() {
            self.notices
                .extend(found.iter().map(|found| format!("{} was taken for {}", found.relative, found.kind.name)));
        }
        let settings = project::settings(config.as_ref(), &set, today);
        let shown = |found: &Found| {
            if found.entry.is_none() && found.relative == STDIN {
                STDIN.to_owned()
            } else {
                discover::shown(&found.path, &terminal.folder)
            }
        };
        let mut read = project::read(found, &settings, &set.spellings, shown, &mut self.sources);
        read.mask_unlisted(&set, &mut self.sources);
        self.problems.append(&mut read.problems);
        self.notices.append(&mut read.notices);
        let scope = if options.documents { self.scope(&group, &read, own, terminal) } else { Scope::default() };
        self.projects.push(Project { prefix, config, set, read, scope, today });
    }

    fn config(&mut self, path: &Path, terminal: &Terminal) -> Option<Config> {
        let shown = discover::shown(path, &terminal.folder);
        let text = match discover::read_text(path, &shown, "config") {
            Ok(text) => text,
            Err(problem) => {
                self.problems.push(problem);
                return None;
            }
        };
        let source = self.sources.add(shown, text);
        self.sources.mask_found(source, crate::document::value::secrets_of_yaml);
        let text = self.sources.text(source).to_owned();
        match config::load(source, &text) {
            Ok(config) => Some(config),
            Err(problems) => {
                // A file that somebody took for a configuration by mistake may hold anything.
                let is_one = path.file_name().is_some_and(|name| name == FILE_NAME) || text.contains("version:");
                if !is_one {
                    self.sources.mask_all(source);
                }
                self.problems.extend(problems);
                None
            }
        }
    }

    fn policies(&mut self, config: Option<&Config>, folder: &Path, terminal: &Terminal) -> Option<PolicySet> {
        let Some(config) = config else { return Some(PolicySet::default()) };
        let first = self.sources.len();
        let loaded = discover::packs(&config.packs, folder, &terminal.folder)
            .and_then(|packs| policy::load(&packs, &config.spellings, &config.params, &mut self.sources));
        let is_built_in = |path: &str| {
            let folder = path.split('/').next().unwrap_or_default();
            policy::built_in_names().any(|name| name == folder) && config.packs.iter().any(|pack| pack.value == folder)
        };
        for source in (first..self.sources.len()).map(|index| SourceId(index as u32)) {
            if is_built_in(self.sources.path(source)) {
                self.sources.mark_built_in(source);
            }
        }
        match loaded {
            Ok(set) => Some(set),
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        }
    }

    fn today(&self, flag: Option<&str>, config: Option<&Config>) -> Result<Option<i64>, Box<Problem>> {
        let today = match flag {
            Some(text) => match Today::parse(text) {
                Some(today) => Some(today),
                None => {
                    let problem = Problem::path("usage", "--today", format!("--today cannot be `{text}`"));
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

    /// Reads standard input as the document that the flags say it is.
    fn stdin(&mut self, args: Option<&StdinArgs>, terminal: &mut Terminal) -> Option<Found> {
        let kind = match stdin_kind(args.and_then(|args| args.kind.as_deref())) {
            Ok(kind) => kind,
            Err(problem) => {
                self.problems.push(*problem);
                return None;
            }
        };
        let mut bytes = Vec::new();
        let text = match terminal.stdin.read_to_end(&mut bytes) {
            Ok(_) => discover::decode(bytes, STDIN, "document"),
            Err(error) => Err(Problem::path("document", STDIN, discover::describe(STDIN, &error))),
        };
        let services = args.and_then(|args| args.service.clone()).into_iter().collect();
        let environment = args.and_then(|args| args.environment.clone());
        Some(Found {
            path: PathBuf::from("-"),
            relative: STDIN.to_owned(),
            kind,
            loader: None,
            services,
            environment,
            driver: None,
            entry: None,
            text,
        })
    }

    /// Which documents lie below the paths. A path that holds nothing is said: it would be green by accident. `own` are the
    /// sources of the configuration and its policies: with one of them all of the project is meant, as it judges all.
    fn scope(&mut self, group: &Group, read: &Read, own: Range<usize>, terminal: &Terminal) -> Scope {
        let mut scope = Scope::default();
        if group.stdin {
            scope
                .sources
                .extend(read.documents.iter().filter(|(_, path)| path.as_os_str() == "-").map(|(source, _)| *source));
        }
        for path in &group.paths {
            let shown_below = |shown: &str| discover::absolute(Path::new(shown), &terminal.folder).starts_with(path);
            let holds_config = group.config.as_ref().is_none_or(|config| config.starts_with(path));
            if holds_config || own.clone().any(|index| shown_below(self.sources.path(SourceId(index as u32)))) {
                scope.whole = true;
                continue;
            }
            let below: Vec<SourceId> = read
                .documents
                .iter()
                .filter(|(_, document)| document.starts_with(path))
                .map(|(source, _)| *source)
                .collect();
            let unreadable = self.problems.iter().any(|problem| {
                let at = problem.path.as_deref().or_else(|| problem.source().map(|source| self.sources.path(source)));
                at.is_some_and(shown_below)
            });
            let shown = discover::shown(path, &terminal.folder);
            if below.is_empty() && !unreadable {
                let message = format!(
                    "{shown} is no document of {}",
                    group
                        .config
                        .as_ref()
                        .map_or_else(|| FILE_NAME.to_owned(), |config| discover::shown(config, &terminal.folder))
                );
                self.problems.push(
                    Problem::path("path", shown, message)
                        .help("Add it to `documents:`, or leave it out of the command."),
                );
            }
            scope.sources.extend(below);
        }
        scope
    }
}

fn folder_of(path: &Path) -> PathBuf {
    if path.is_dir() { path.to_path_buf() } else { path.parent().unwrap_or(path).to_path_buf() }
}

fn stdin_kind(name: Option<&str>) -> Result<&'static DocumentKind, Box<Problem>> {
    let known = || DOCUMENT_KINDS.iter().map(|kind| kind.name);
    let Some(name) = name else {
        let help = format!("Add --kind with one of {}.", known().collect::<Vec<_>>().join(", "));
        return Err(Box::new(Problem::path("usage", "-", "the kind of standard input is not said").help(help)));
    };
    crate::document::kind(name).ok_or_else(|| {
        let near = did_you_mean(name, known());
        let help = near.map_or_else(
            || format!("Known are {}.", known().collect::<Vec<_>>().join(", ")),
            |near| format!("Did you mean `{near}`?"),
        );
        Box::new(Problem::path("usage", "--kind", format!("there is no kind of document `{name}`")).help(help))
    })
}

/// Today by the clock of the machine, in days since 1970-01-01: only where `now` asks for it.
#[allow(clippy::disallowed_methods, reason = "the one place that reads the clock")]
fn clock() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| (since.as_secs() / 86_400) as i64)
}

/// What to do in a project that has no preflight.yaml: ten lines to paste.
fn no_config(shown: &str) -> Problem {
    Problem::path("config", shown, format!("there is no {FILE_NAME} in {shown} or above it")).help(format!(
        "Say which files are what: paste this into {FILE_NAME} and correct the paths.\n\n{}",
        include_str!("starter.yaml")
    ))
}
