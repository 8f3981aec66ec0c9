//! Reading packs: built in, a folder, or one policy file.

use super::{absolute, read_text, shown};
use crate::finding::Problem;
use crate::policy::{PackText, built_in, built_in_names, did_you_mean};
use crate::source::Spanned;
use std::path::Path;

/// Reads the packs that a configuration in `folder` names. `base` is where the command was run.
///
/// # Errors
/// A problem for each pack that is not there or cannot be read.
pub fn packs(names: &[Spanned<String>], folder: &Path, base: &Path) -> Result<Vec<PackText>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut texts = Vec::new();
    for name in names {
        match pack(name, folder, base) {
            Ok(text) => texts.push(text),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(texts) } else { Err(problems) }
}

fn pack(name: &Spanned<String>, folder: &Path, base: &Path) -> Result<PackText, Problem> {
    if let Some(text) = built_in(&name.value) {
        return Ok(text);
    }
    let path = absolute(Path::new(&name.value), folder);
    if path.is_dir() {
        return folder_pack(&path, base);
    }
    if path.is_file() {
        let shown = shown(&path, base);
        let text = read_text(&path, &shown, "policy")?;
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        return Ok(PackText { name: stem, folder: String::new(), files: vec![(shown, text)] });
    }
    let near = did_you_mean(&name.value, built_in_names());
    let note = near.map_or_else(|| "not found".to_owned(), |near| format!("did you mean `{near}`?"));
    let help =
        format!("Built in: {}. A path is relative to preflight.yaml.", built_in_names().collect::<Vec<_>>().join(", "));
    Err(Problem::at("config", name.span, format!("there is no pack `{}`", name.value)).note(note).help(help))
}

fn folder_pack(path: &Path, base: &Path) -> Result<PackText, Problem> {
    let folder = shown(path, base);
    let unreadable = |error: &std::io::Error| Problem::path("policy", folder.clone(), super::describe(&folder, error));
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path).map_err(|error| unreadable(&error))? {
        let entry = entry.map_err(|error| unreadable(&error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let wanted = [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending));
        if wanted && !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    if names.is_empty() {
        let message = format!("{folder} holds no policy file");
        return Err(
            Problem::path("policy", folder, message).help("A pack is a folder of YAML files, or one YAML file.")
        );
    }
    let mut files = Vec::new();
    for name in names {
        let text = read_text(&path.join(&name), &format!("{folder}/{name}"), "policy")?;
        files.push((name, text));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(PackText { name, folder, files })
}
