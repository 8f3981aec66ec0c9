//! Finding documents: the files that fit the entries of a configuration. Hidden and git-ignored files are read too, since
//! env files and exports are ignored by git by design.

use super::found::Found;
use super::pattern::{Captures, Pattern};
use super::stored::{Step, Stored};
use super::{Files, Place, shown};
use crate::config::Config;
use crate::finding::Problem;
use crate::source::Spanned;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Folders that never hold documents.
const PRUNED: &[&str] = &[".git", "node_modules", "target", ".venv"];

/// From this many files on they are read in parallel.
const PARALLEL: usize = 64;

/// A pattern of what is never read, and whether it left anything out.
#[derive(Clone)]
pub(super) struct Excluded {
    pattern: Pattern,
    used: Arc<AtomicBool>,
}

impl Excluded {
    /// Whether it leaves a path out; that is remembered.
    fn fits(&self, relative: &str) -> bool {
        let fits = self.pattern.captures(relative).is_some();
        self.used.fetch_or(fits, Ordering::Relaxed);
        fits
    }
}

impl From<Pattern> for Excluded {
    fn from(pattern: Pattern) -> Self {
        Self { pattern, used: Arc::default() }
    }
}

/// Where a file belongs.
pub(super) struct Match {
    pub(super) path: PathBuf,
    /// Whether it is a link itself.
    link: bool,
    pub(super) entry: usize,
    pub(super) captures: Captures,
}

/// Reads every document of a configuration, sorted by path. Besides the problems it gives notices: patterns of `exclude:`
/// that leave nothing out.
pub fn documents(config: &Config, place: Place<'_>) -> (Vec<Found>, Vec<Problem>, Vec<String>) {
    let mut problems = Vec::new();
    let mut compile = |glob: &Spanned<String>| {
        Pattern::new(&glob.value).map_err(|reason| {
            let message = format!("this pattern cannot be used: {reason}");
            problems.push(Problem::at("config", glob.span, message).note("not a pattern"));
        })
    };
    let patterns: Vec<Pattern> = config.documents.iter().filter_map(|entry| compile(&entry.files).ok()).collect();
    let exclude: Vec<Excluded> =
        config.exclude.iter().filter_map(|glob| compile(glob).ok()).map(Excluded::from).collect();
    if !problems.is_empty() {
        return (Vec::new(), problems, Vec::new());
    }
    let matches = walk(&patterns, &exclude, place, &mut problems);
    let matches = within(matches, config, place, &mut problems);
    for (index, entry) in config.documents.iter().enumerate() {
        if !matches.values().any(|found| found.entry == index) {
            let taken = patterns
                .get(index)
                .is_some_and(|pattern| matches.keys().any(|(relative, _)| pattern.captures(relative).is_some()));
            let (message, note, help) = if taken {
                let message = format!("earlier entries have every file that fits `{}`", entry.files.value);
                (message, "nothing is left", "Put the narrower entry first: a file belongs to the first that fits.")
            } else {
                let message = format!("no file fits `{}`", entry.files.value);
                (
                    message,
                    "nothing was found",
                    "Correct the pattern, or remove the entry: what is not there is not checked.",
                )
            };
            problems.push(Problem::at("config", entry.files.span, message).note(note).help(help));
        }
    }
    let read = |((relative, _), found): ((String, PathBuf), Match)| {
        let entry = &config.documents[found.entry];
        let text = place.files.read_document(&found.path, &shown(&found.path, place.base), entry.kind);
        Found::of(entry, found.path, relative, found.captures, text)
    };
    let found = if matches.len() < PARALLEL {
        matches.into_iter().map(read).collect()
    } else {
        let matches: Vec<_> = matches.into_iter().collect();
        matches.into_par_iter().map(read).collect()
    };
    let unused = config.exclude.iter().zip(&exclude).filter(|(_, exclude)| !exclude.used.load(Ordering::Relaxed));
    let notices = unused.map(|(glob, _)| format!("`exclude:` names {}, and no document fits it", glob.value)).collect();
    (found, problems, notices)
}

/// The migrations of a configuration, each with its text or why that cannot be read, sorted by path: what a base has.
pub fn migrations(config: &Config, place: Place<'_>) -> Vec<Found> {
    let compile = |glob: &Spanned<String>| Pattern::new(&glob.value).ok();
    let patterns: Option<Vec<Pattern>> = config.documents.iter().map(|entry| compile(&entry.files)).collect();
    let exclude: Vec<Excluded> = config.exclude.iter().filter_map(compile).map(Excluded::from).collect();
    let mut unheard = Vec::new();
    let matches = walk(&patterns.unwrap_or_default(), &exclude, place, &mut unheard);
    let read = |((relative, _), found): ((String, PathBuf), Match)| {
        let entry = config.documents.get(found.entry).filter(|entry| !entry.kind.runners.is_empty())?;
        let text = place.files.read_document(&found.path, &shown(&found.path, place.base), entry.kind);
        Some(Found::of(entry, found.path, relative, found.captures, text))
    };
    matches.into_iter().filter_map(read).collect()
}

/// Files that fit, by their relative paths: that is the order of documents, byte by byte.
pub(super) type Matches = BTreeMap<(String, PathBuf), Match>;

/// Without what a link takes from outside of the fence: that is not read.
fn within(mut matches: Matches, config: &Config, place: Place<'_>, problems: &mut Vec<Problem>) -> Matches {
    // One look a folder, and one at each link: links are few.
    let mut folders: HashMap<PathBuf, bool> = HashMap::new();
    let mut holds = |found: &Match| {
        let path = found.path.as_path();
        let folder = path.parent().unwrap_or(path);
        let is_in = folders.get(folder).copied().unwrap_or_else(|| {
            let is_in = place.fence.holds(folder);
            folders.insert(folder.to_path_buf(), is_in);
            is_in
        });
        is_in && (!found.link || place.fence.holds(path))
    };
    let outside = matches.iter().filter(|(_, found)| !holds(found)).map(|(key, _)| key.clone());
    for key in outside.collect::<Vec<_>>() {
        let Some(found) = matches.remove(&key) else { continue };
        let shown = shown(&found.path, place.base);
        let message = format!("{shown} is behind a link that leaves {}", place.fence.words());
        let help = "Copy what it leads to into the repository, or exclude it.";
        let problem = match config.documents.get(found.entry) {
            Some(entry) => Problem::at("config", entry.files.span, message).note("is not read"),
            None => Problem::path("document", shown, message),
        };
        problems.push(problem.help(help));
    }
    matches
}

/// Whether a file at a path relative to the configuration would be one of its documents.
pub fn belongs(config: &Config, relative: &str) -> bool {
    let fits = |glob: &Spanned<String>| Pattern::new(&glob.value).is_ok_and(|glob| glob.captures(relative).is_some());
    config.documents.iter().any(|entry| fits(&entry.files)) && !config.exclude.iter().any(fits)
}

/// Every file that fits a pattern.
pub(super) fn walk(
    patterns: &[Pattern],
    exclude: &[Excluded],
    place: Place<'_>,
    problems: &mut Vec<Problem>,
) -> Matches {
    let mut bases: Vec<&str> = patterns.iter().map(Pattern::base).collect();
    bases.sort_unstable();
    // A folder below another one is walked with it.
    let mut roots: Vec<&str> = Vec::new();
    for base in bases {
        let covered = |root: &&str| root.is_empty() || base == *root || base.starts_with(&format!("{root}/"));
        if !roots.iter().any(covered) {
            roots.push(base);
        }
    }
    let roots: Vec<PathBuf> = roots.into_iter().map(|root| place.folder.join(root)).collect();
    let new = |problems| Walk { patterns, exclude, place, matches: BTreeMap::new(), problems };
    let Files::Stored(stored) = place.files else {
        let mut walk = new(problems);
        walk.disk(&roots);
        return walk.matches;
    };
    let mut walk = new(problems);
    walk.stored(stored, &roots);
    let mut matches = walk.matches;
    if stored.has_ignored() {
        // What is wrong with a file that is not stored is no concern of what is stored.
        let mut unheard = Vec::new();
        let mut beside = new(&mut unheard);
        beside.disk(&roots);
        let mut beside = beside.matches;
        beside.retain(|key, _| !matches.contains_key(key));
        let paths: Vec<PathBuf> = beside.keys().map(|(_, path)| path.clone()).collect();
        match stored.ignored(&paths) {
            Ok(ignored) => beside.retain(|(_, path), _| ignored.contains(path)),
            Err(error) => problems.push(Problem::path("git", ".", error.to_string()).help(error.help())),
        }
        matches.append(&mut beside);
    }
    matches
}

/// A walk through folders, with what it has found so far.
pub(super) struct Walk<'a> {
    pub(super) patterns: &'a [Pattern],
    pub(super) exclude: &'a [Excluded],
    pub(super) place: Place<'a>,
    pub(super) matches: Matches,
    pub(super) problems: &'a mut Vec<Problem>,
}

/// Everything below a folder but what never holds documents, and folders that are excluded.
pub(super) fn walker(root: &Path, folder: &Path, exclude: &[Excluded]) -> ignore::WalkBuilder {
    let (folder, exclude) = (folder.to_path_buf(), exclude.to_vec());
    let wanted = move |entry: &ignore::DirEntry| {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        !is_folder || entry.depth() == 0 || goes_into(entry.path(), &folder, &exclude)
    };
    let mut walker = ignore::WalkBuilder::new(root);
    walker.standard_filters(false).filter_entry(wanted);
    walker
}

/// Whether a folder may hold documents, and is not excluded.
pub(super) fn goes_into(path: &Path, folder: &Path, exclude: &[Excluded]) -> bool {
    let excluded = |relative: String| exclude.iter().any(|exclude| exclude.fits(&relative));
    !PRUNED.iter().any(|name| path.file_name().is_some_and(|own| own == *name))
        && !relative(path, folder).is_some_and(excluded)
}

impl Walk<'_> {
    /// Goes through folders of the disk.
    fn disk(&mut self, roots: &[PathBuf]) {
        for root in roots.iter().filter(|root| root.exists()) {
            for entry in walker(root, self.place.folder, self.exclude).follow_links(true).build() {
                match entry {
                    Ok(entry) => {
                        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                        self.entry(entry.path(), is_file, || entry.path_is_symlink());
                    }
                    Err(error) => self.error(&error),
                }
            }
        }
    }

    /// Goes through folders of a commit or the index.
    fn stored(&mut self, stored: &Stored, roots: &[PathBuf]) {
        let (exclude, folder) = (self.exclude, self.place.folder);
        for root in roots {
            stored.walk(root, &|path| goes_into(path, folder, exclude), &mut |step| match step {
                Step::File(path) => self.entry(&path, true, || path.is_symlink()),
                Step::Lost(path, why) => {
                    let help = "Remove the link, or exclude it.";
                    self.lost(&path, |shown| (format!("{shown} {why}"), help));
                }
            });
        }
    }

    /// Takes an entry in, where it fits a pattern; `is_link` is asked of such a one.
    pub(super) fn entry(&mut self, path: &Path, is_file: bool, is_link: impl FnOnce() -> bool) {
        let Some(relative) = relative(path, self.place.folder) else { return };
        let found = self
            .patterns
            .iter()
            .enumerate()
            .find_map(|(entry, pattern)| pattern.captures(&relative).map(|captures| (entry, captures)));
        let Some((entry, captures)) = found else { return };
        if self.exclude.iter().any(|exclude| exclude.fits(&relative)) {
            return;
        }
        if is_file {
            // Two names that are no UTF-8 may be shown alike, and are two documents.
            let found = Match { path: path.to_path_buf(), link: is_link(), entry, captures };
            self.matches.insert((relative, path.to_path_buf()), found);
        } else if path.is_dir() && self.patterns.get(entry).is_some_and(Pattern::takes_all) {
            // A folder below `**` is walked, and is no file that was meant.
        } else if path.is_dir() {
            let shown = shown(path, self.place.base);
            let message = format!("{shown} is a folder, and fits a pattern for files");
            self.problems
                .push(Problem::path("document", shown, message).help("Rename the folder, or narrow the pattern."));
        } else {
            let shown = shown(path, self.place.base);
            let message = format!("{shown} is no regular file");
            self.problems.push(
                Problem::path("document", shown, message).help("Exclude it: add it to `exclude:` of preflight.yaml."),
            );
        }
    }

    /// An entry that cannot be reached: a loop of links, a folder without permission.
    fn error(&mut self, error: &ignore::Error) {
        let Some(path) = error_path(error) else { return };
        // A folder that leads back to itself is never walked to its end.
        let Some(io) = error.io_error() else {
            return self.unreachable(path, |shown| {
                (format!("{shown} is a loop of symbolic links"), "Remove the link, or exclude it.")
            });
        };
        self.lost(path, |shown| match io.kind() {
            std::io::ErrorKind::NotFound => {
                (format!("{shown} is a link to nothing"), "Remove the link, or restore what it points to.")
            }
            std::io::ErrorKind::PermissionDenied => {
                (super::describe(shown, io), "Give yourself the right to read it, or exclude it.")
            }
            _ => (super::describe(shown, io), "Remove it, or exclude it."),
        });
    }

    /// A link that leads nowhere. One that could be no document, and no folder of documents, is nobody's business.
    fn lost(&mut self, path: &Path, why: impl FnOnce(&str) -> (String, &'static str)) {
        let may_be = |relative: String| {
            self.patterns.iter().any(|pattern| pattern.captures(&relative).is_some() || pattern.may_hold(&relative))
        };
        if relative(path, self.place.folder).is_some_and(may_be) {
            self.unreachable(path, why);
        }
    }

    fn unreachable(&mut self, path: &Path, why: impl FnOnce(&str) -> (String, &'static str)) {
        let excluded = |relative: String| self.exclude.iter().any(|exclude| exclude.fits(&relative));
        if relative(path, self.place.folder).is_some_and(excluded) {
            return;
        }
        let shown = shown(path, self.place.base);
        let (message, help) = why(&shown);
        self.problems.push(Problem::path("document", shown, message).help(help));
    }
}

fn error_path(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::Loop { child, .. } => Some(child),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => error_path(err),
        _ => None,
    }
}

fn relative(path: &Path, folder: &Path) -> Option<String> {
    let relative = path.strip_prefix(folder).ok()?;
    let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    (!parts.is_empty()).then(|| parts.join("/"))
}
