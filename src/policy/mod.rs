//! Policies: the language, its loader, and what a loaded policy is. Pure: packs come in as texts.

pub mod adjust;
mod asks;
pub mod grammar;
pub mod load;
pub mod matrix;
pub mod model;
pub mod name;
mod pack;
mod pattern;
pub mod slot;
pub mod waivable;

pub use load::load;
pub use model::{Pack, Policy, PolicySet};
pub use name::{Glob, Spellings, did_you_mean};
pub use pattern::Pattern;
pub use slot::Slot;

use crate::tree::Recorded;

/// The files of one pack, as they were read.
#[derive(Clone, Debug)]
pub struct PackText {
    /// The name, for a pack without pack.yaml and in paths of a built-in one.
    pub name: String,
    /// The folder under which its files are shown; empty for a pack of one file.
    pub folder: String,
    /// (path relative to the folder, text), sorted.
    pub files: Vec<(String, String)>,
}

impl PackText {
    /// The path under which the pack as a whole is shown.
    fn shown_place(&self) -> String {
        let only = self.files.first().filter(|_| self.folder.is_empty());
        only.map_or_else(|| self.folder.clone(), |(name, _)| name.clone())
    }

    /// Whether it is a pack of the program itself, whose text was tested with it.
    fn is_built_in(&self) -> bool {
        let same = |(mine, theirs): (&(String, String), &(&str, &str))| mine.0 == theirs.0 && mine.1 == theirs.1;
        let known = BUILT_IN.iter().find(|(pack, _)| *pack == self.name);
        known.is_some_and(|(_, files)| files.len() == self.files.len() && self.files.iter().zip(*files).all(same))
    }

    /// The path under which a file of it is shown.
    fn shown_path(&self, name: &str) -> String {
        if self.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", self.folder) }
    }
}

include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

/// What was said of a file of a built-in pack when it was parsed.
fn recorded(pack: &str, file: &str) -> Option<&'static Recorded> {
    RECORDED.iter().find(|(of, name, _)| *of == pack && *name == file).map(|(.., recorded)| recorded)
}

/// The built-in pack called `name`.
pub fn built_in(name: &str) -> Option<PackText> {
    let (name, files) = BUILT_IN.iter().find(|(pack, _)| *pack == name)?;
    let files = files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
    Some(PackText { name: (*name).to_owned(), folder: (*name).to_owned(), files })
}

/// The names of all built-in packs.
pub fn built_in_names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::source::{SourceId, SourceMap};

    #[test]
    fn what_is_trusted_of_a_built_in_pack_holds() {
        for name in built_in_names() {
            let pack = built_in(name).unwrap();
            assert!(pack.is_built_in(), "{name}");
            // As somebody else's pack every pattern is built, and every secret is looked for.
            let theirs = PackText { name: format!("{name}-copy"), ..pack };
            assert!(!theirs.is_built_in());
            let mut sources = SourceMap::new();
            assert!(load(&[theirs], &Spellings::default(), &[], &mut sources).is_ok(), "{name}");
            for id in (0..sources.len() as u32).map(SourceId) {
                assert!(crate::document::value::secrets_of_yaml(sources.text(id)).is_empty(), "{}", sources.path(id));
            }
        }
    }
}
