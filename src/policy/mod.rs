//! Policies: the language, its loader, and what a loaded policy is. Pure: packs come in as texts.

pub mod adjust;
mod asks;
pub mod grammar;
pub mod load;
pub mod matrix;
pub mod model;
pub mod name;
pub mod slot;
pub mod waivable;

pub use load::load;
pub use model::{Pack, Policy, PolicySet};
pub use name::{Glob, Spellings, did_you_mean};
pub use slot::Slot;

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
    /// Whether it is part of the program, word by word.
    fn is_built_in(&self) -> bool {
        let same = |(one, other): (&(String, String), &(&str, &str))| one.0 == other.0 && one.1 == other.1;
        let pack = BUILT_IN.iter().find(|(name, _)| *name == self.folder);
        pack.is_some_and(|(_, files)| files.len() == self.files.len() && self.files.iter().zip(*files).all(same))
    }

    /// The path under which the pack as a whole is shown.
    fn shown_place(&self) -> String {
        let only = self.files.first().filter(|_| self.folder.is_empty());
        only.map_or_else(|| self.folder.clone(), |(name, _)| name.clone())
    }

    /// The path under which a file of it is shown.
    fn shown_path(&self, name: &str) -> String {
        if self.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", self.folder) }
    }
}

include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

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
