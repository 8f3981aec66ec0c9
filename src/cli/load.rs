//! Reading what judges: preflight.yaml and the policies that it puts in force.

use super::session::STDIN;
use crate::config::{self, Config, FILE_NAME};
use crate::discover::{self, Found, Place};
use crate::finding::Problem;
use crate::policy::{self, PolicySet};
use crate::source::{SourceId, SourceMap};
use std::path::Path;

/// The name under which a document is shown.
pub(super) fn shown(found: &Found, base: &Path) -> String {
    if found.entry.is_none() && found.relative == STDIN { STDIN.to_owned() } else { discover::shown(&found.path, base) }
}

/// Why a preflight.yaml that was found, and that nobody named, is not read: it is a link out of the repository.
pub(super) fn leaves(path: &Path, place: Place<'_>) -> Option<Problem> {
    let shown = discover::shown(path, place.base);
    let message = format!("{shown} is a link that leaves {}", place.fence.words());
    let is_out = place.fence.is_repository() && !place.fence.holds(path);
    is_out.then(|| Problem::path("config", shown, message).help("Copy it here, or name it: --config FILE."))
}

/// Reads preflight.yaml.
///
/// # Errors
/// Why it cannot be read, or every error in it.
pub(super) fn load_config(path: &Path, place: Place<'_>, sources: &mut SourceMap) -> Result<Config, Vec<Problem>> {
    let shown = discover::shown(path, place.base);
    let text = place.files.read_text(path, &shown, "config").map_err(|problem| vec![problem])?;
    let source = sources.add(shown, text.as_str());
    sources.mask_found(source, crate::document::value::secrets_of_yaml);
    config::load(source, &text).inspect_err(|_| {
        // A file that somebody took for a configuration by mistake may hold anything.
        let is_one = path.file_name().is_some_and(|name| name == FILE_NAME) || text.contains("version:");
        if !is_one {
            sources.mask_all(source);
        }
    })
}

/// Reads the policies that a configuration puts in force.
///
/// # Errors
/// Every pack that cannot be read, or every error in them.
pub(super) fn load_policies(
    config: Option<&Config>,
    place: Place<'_>,
    sources: &mut SourceMap,
) -> Result<PolicySet, Vec<Problem>> {
    let Some(config) = config else { return Ok(PolicySet::default()) };
    let packs = discover::packs(&config.packs, place)?;
    let first = sources.len();
    let loaded = policy::load(&packs, &config.spellings, &config.params, sources);
    mark_built_in(sources, first, config.packs.iter().map(|pack| pack.value.as_str()).collect());
    let mut set = loaded?;
    policy::adjust::adjust(&mut set, &config.settings)?;
    Ok(set)
}

/// Says of the texts from `first` on which are those of built-in packs among these: no file of the user stands behind them.
pub(super) fn mark_built_in(sources: &mut SourceMap, first: usize, packs: Vec<&str>) {
    for source in (first..sources.len()).map(|index| SourceId(u32::try_from(index).unwrap_or(u32::MAX))) {
        let folder = sources.path(source).split('/').next().unwrap_or_default();
        if packs.contains(&folder) && policy::built_in_names().any(|name| name == folder) {
            sources.mark_built_in(source);
        }
    }
}

/// What to do in a project that has no preflight.yaml: ten lines to paste.
pub(super) fn no_config(shown: &str, files: Option<&str>) -> Problem {
    if let Some(files) = files {
        let message = format!("{files} has no {FILE_NAME} in {shown} or above it");
        return Problem::path("config", shown, message).help(format!("Add it: git add {FILE_NAME}."));
    }
    Problem::path("config", shown, format!("there is no {FILE_NAME} in {shown} or above it")).help(format!(
        "Say which files are what: paste this into {FILE_NAME} and correct the paths.\n\n{}",
        include_str!("starter.yaml")
    ))
}
