//! Discovery: the only room that reads. Paths in, texts with labels out; whatever cannot be read is a problem.

mod documents;
mod fence;
mod files;
mod found;
mod packs;
mod pattern;
mod read;
mod schema;
mod stored;
mod well_known;

pub use documents::{belongs, documents, migrations};
pub use fence::{Fence, real};
pub use files::{Files, Sort};
pub use found::Found;
pub use packs::{pack_path, packs};
pub use pattern::{Captures, Pattern};
pub use read::{decode, decode_document, describe, read_text};
pub use schema::{Side, side, text_side};
pub use stored::Stored;
pub use well_known::{well_known, well_known_migrations, well_known_patterns};

use std::path::{Component, Path, PathBuf};

/// Where a configuration stands, and where its files are looked for.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The folder of the configuration: its paths begin there.
    pub folder: &'a Path,
    /// Where the command was run: shown paths begin there.
    pub base: &'a Path,
    /// Where files are looked for.
    pub files: &'a Files,
    /// What no path of the configuration leaves.
    pub fence: &'a Fence,
}

/// The preflight.yaml on the disk that a path belongs to: in its own folder, or above.
pub fn config_above(path: &Path) -> Option<PathBuf> {
    Files::Disk.config_above(path)
}

/// An absolute path without `.` and `..`, links left alone: what a path means where the command was run.
pub fn absolute(path: &Path, base: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for part in base.join(path).components() {
        match part {
            Component::ParentDir => {
                whole.pop();
            }
            Component::CurDir => {}
            part => whole.push(part),
        }
    }
    whole
}

/// How a path is shown: relative to where the command was run, with `/`.
pub fn shown(path: &Path, base: &Path) -> String {
    let relative = path.strip_prefix(base).map(Path::to_path_buf).unwrap_or_else(|_| upward(path, base));
    let parts: Vec<String> =
        relative.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    match parts.as_slice() {
        [] => ".".to_owned(),
        [root, rest @ ..] if root == "/" => format!("/{}", rest.join("/")),
        parts => parts.join("/"),
    }
}

/// Where a folder stands in its repository: `apps/api`; empty at its root, and where there is no repository.
pub fn below_repository(folder: &Path) -> String {
    // A work tree of git has a file of that name, every other repository a folder.
    let root = folder.ancestors().find(|folder| folder.join(".git").exists());
    let below = root.and_then(|root| folder.strip_prefix(root).ok()).filter(|below| !below.as_os_str().is_empty());
    below.map(|below| crate::source::escape_controls(&shown(below, Path::new("")))).unwrap_or_default()
}

/// A path beside or above `base`, with `..`; the path itself where that would climb to the root.
fn upward(path: &Path, base: &Path) -> PathBuf {
    let common = path.components().zip(base.components()).take_while(|(one, other)| one == other).count();
    if common <= 1 {
        return path.to_path_buf();
    }
    let up = base.components().count() - common;
    let down = path.components().skip(common);
    std::iter::repeat_n(Component::ParentDir, up).chain(down).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_as_they_are_reached() {
        let base = Path::new("/home/me/project");
        for (path, expected) in [
            ("/home/me/project/env/a.env", "env/a.env"),
            ("/home/me/project", "."),
            ("/home/me/other/a.env", "../other/a.env"),
            ("/tmp/a.env", "/tmp/a.env"),
        ] {
            assert_eq!(shown(Path::new(path), base), expected);
        }
        assert_eq!(absolute(Path::new("../x/./y"), base), Path::new("/home/me/x/y"));
    }
}
