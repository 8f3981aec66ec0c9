//! Reading packs: built in, a folder, or one policy file.

use super::{Place, Sort, absolute, shown};
use crate::finding::Problem;
use crate::policy::{PackText, built_in, built_in_names, did_you_mean};
use crate::source::Spanned;
use std::path::{Path, PathBuf};

/// Reads the packs that a configuration names.
///
/// # Errors
/// A problem for each pack that is not there, cannot be read, or lies outside of the repository.
pub fn packs(names: &[Spanned<String>], place: Place<'_>) -> Result<Vec<PackText>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut texts = Vec::new();
    for name in names {
        match pack(name, place) {
            Ok(text) => texts.push(text),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(texts) } else { Err(problems) }
}

/// Where a pack that is no built-in one stands.
pub fn pack_path(name: &str, folder: &Path) -> Option<PathBuf> {
    (!built_in_names().any(|known| known == name)).then(|| absolute(Path::new(name), folder))
}

fn pack(name: &Spanned<String>, place: Place<'_>) -> Result<PackText, Problem> {
    if let Some(text) = built_in(&name.value) {
        return Ok(text);
    }
    if Path::new(&name.value).is_absolute() {
        let message = format!("pack `{}` is an absolute path", name.value);
        return Err(outside(name, message, "is another place on every machine"));
    }
    let path = absolute(Path::new(&name.value), place.folder);
    if !place.fence.holds(&path) {
        let message = format!("pack `{}` leaves {}", name.value, place.fence.words());
        return Err(outside(name, message, "leads out of it"));
    }
    match place.files.sort(&path) {
        Some(Sort::Folder) => return folder_pack(name, &path, place),
        Some(Sort::File) => {
            let shown = shown(&path, place.base);
            let text = place.files.read_text(&path, &shown, "policy")?;
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            return Ok(PackText { name: stem, folder: String::new(), files: vec![(shown, text)] });
        }
        None => {}
    }
    let near = did_you_mean(&name.value, built_in_names());
    let note = near.map_or_else(|| "not found".to_owned(), |near| format!("did you mean `{near}`?"));
    let help =
        format!("Built in: {}. A path is relative to preflight.yaml.", built_in_names().collect::<Vec<_>>().join(", "));
    Err(Problem::at("config", name.span, format!("there is no pack `{}`", name.value)).note(note).help(help))
}

/// What is not read, wherever it leads.
fn outside(name: &Spanned<String>, message: String, note: &str) -> Problem {
    let help = "Copy what it leads to into the repository, and name it relative to preflight.yaml.";
    Problem::at("config", name.span, message).note(note).help(help)
}

fn folder_pack(pack: &Spanned<String>, path: &Path, place: Place<'_>) -> Result<PackText, Problem> {
    let folder = shown(path, place.base);
    let unreadable = |error: &std::io::Error| Problem::path("policy", folder.clone(), super::describe(&folder, error));
    let mut names = place.files.names(path).map_err(|error| unreadable(&error))?;
    let wanted = |name: &String| [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending));
    names.retain(|name| wanted(name) && !name.starts_with('.'));
    names.sort();
    if names.is_empty() {
        let message = format!("{folder} holds no policy file");
        return Err(
            Problem::path("policy", folder, message).help("A pack is a folder of YAML files, or one YAML file.")
        );
    }
    let mut files = Vec::new();
    for name in names {
        let (file, shown) = (path.join(&name), format!("{folder}/{name}"));
        if !place.fence.holds(&file) {
            let message = format!("{shown} is a link that leaves {}", place.fence.words());
            return Err(outside(pack, message, "a file of this pack leads out of it"));
        }
        let text = place.files.read_text(&file, &shown, "policy")?;
        files.push((name, text));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(PackText { name, folder, files })
}
