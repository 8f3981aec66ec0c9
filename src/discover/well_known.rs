//! Files with well-known names: what is read where there is no configuration.

use super::documents::{Matches, Walk, walk};
use super::found::Found;
use super::pattern::{Captures, Pattern};
use super::{Fence, Files, Place, shown};
use crate::document::sql::runner;
use crate::document::{DOCUMENT_KINDS, DocumentKind};
use crate::finding::Problem;
use crate::init::WellKnown;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The well-known names that files in `folder` have, each with the number of files, in the order of the table of kinds: a
/// file counts at the first that it fits.
pub fn well_known_patterns(folder: &Path, base: &Path) -> (Vec<WellKnown>, Vec<Problem>) {
    let mut problems = Vec::new();
    let (patterns, names) = table();
    let fence = Fence::around(folder);
    let place = Place { folder, base, files: &Files::Disk, fence: &fence };
    let matches = walk(&patterns, &[], place, &mut problems);
    let count = |entry: usize| matches.values().filter(|found| found.entry == entry).count();
    let found =
        names.into_iter().enumerate().map(|(entry, (pattern, kind))| WellKnown { pattern, kind, files: count(entry) });
    (found.filter(|found| found.files > 0).collect(), problems)
}

/// Every well-known name with the kind of document that it stands for.
fn table() -> (Vec<Pattern>, Vec<(&'static str, &'static DocumentKind)>) {
    let all = DOCUMENT_KINDS.iter().flat_map(|kind| kind.well_known.iter().map(move |glob| (*glob, kind)));
    all.filter_map(|name| Some((Pattern::new(name.0).ok()?, name))).unzip()
}

/// The files with well-known names among `paths`, which lie in `folder`: files themselves, and what is below folders. For
/// a project without a configuration.
pub fn well_known(folder: &Path, paths: &[PathBuf], base: &Path) -> (Vec<Found>, Vec<Problem>) {
    let mut problems = Vec::new();
    let (patterns, names) = table();
    let fence = Fence::around(folder);
    let place = Place { folder, base, files: &Files::Disk, fence: &fence };
    let matches = if !paths.is_empty() && paths.iter().all(|path| path.is_file()) {
        let (matches, problems) = (BTreeMap::new(), &mut problems);
        let mut walk = Walk { patterns: &patterns, exclude: &[], place, matches, problems };
        paths.iter().for_each(|path| walk.entry(path, true, || path.is_symlink()));
        walk.matches
    } else {
        walk(&patterns, &[], place, &mut problems)
    };
    (read(matches, &names, place), problems)
}

/// The migrations with well-known names of one state of the files, sorted by path: what a base has.
pub fn well_known_migrations(place: Place<'_>) -> Vec<Found> {
    let (patterns, names) = table();
    let mut found = read(walk(&patterns, &[], place, &mut Vec::new()), &names, place);
    found.retain(|found| !found.kind.runners.is_empty());
    found
}

fn read(matches: Matches, names: &[(&'static str, &'static DocumentKind)], place: Place<'_>) -> Vec<Found> {
    let found = matches.into_iter().filter_map(|((relative, _), found)| {
        let (pattern, kind) = names.get(found.entry)?;
        let runner = runner::of_well_known(pattern);
        let text = place.files.read_document(&found.path, &shown(&found.path, place.base), kind);
        let Captures { service, environment, schema } = found.captures;
        let services = service.into_iter().collect();
        let found = Found::unconfigured(found.path, relative, kind, text);
        Some(Found { services, environment, runner, schema, ..found })
    });
    found.collect()
}
