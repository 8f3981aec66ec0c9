//! The objects of one kind while migrations are replayed: those that are there, and those that were.

use super::database::Name;
use crate::fact::FactId;
use std::collections::HashMap;

/// Why something is no longer there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gone {
    /// An operation dropped it.
    Dropped(FactId),
    /// An operation gave it another name or schema.
    Renamed(FactId),
}

/// What objects of a kind are there, in the order of making, and which were.
#[derive(Clone, Debug)]
pub struct Catalog<T> {
    there: HashMap<Name, (u32, T)>,
    gone: HashMap<Name, Gone>,
    made: u32,
}

impl<T> Default for Catalog<T> {
    fn default() -> Self {
        Self { there: HashMap::new(), gone: HashMap::new(), made: 0 }
    }
}

impl<T> Catalog<T> {
    /// One that is there.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.there.get(name).map(|(_, object)| object)
    }

    /// One that is there, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.there.get_mut(name).map(|(_, object)| object)
    }

    /// Whether one is there.
    pub fn has(&self, name: &str) -> bool {
        self.there.contains_key(name)
    }

    /// Why one is no longer there, if it was.
    pub fn gone(&self, name: &str) -> Option<&Gone> {
        self.gone.get(name).filter(|_| !self.has(name))
    }

    /// Makes one.
    pub fn insert(&mut self, name: Name, object: T) {
        self.made += 1;
        self.there.insert(name, (self.made, object));
    }

    /// Takes one away.
    pub fn remove(&mut self, name: &str, why: Gone) -> Option<T> {
        let (name, (_, object)) = self.there.remove_entry(name)?;
        self.gone.insert(name, why);
        Some(object)
    }

    /// Gives one another name; it keeps its place in the order.
    pub fn rename(&mut self, name: &str, new: Name, why: Gone) -> bool {
        let Some((old, object)) = self.there.remove_entry(name) else { return false };
        self.gone.insert(old, why);
        self.there.insert(new, object);
        true
    }

    /// All that are there, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&Name, &T)> {
        self.there.iter().map(|(name, (_, object))| (name, object))
    }

    /// All that are there, in no order, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&Name, &mut T)> {
        self.there.iter_mut().map(|(name, (_, object))| (name, object))
    }

    /// The names of those for which something holds, in the order of making.
    pub fn names_where(&self, holds: impl Fn(&Name, &T) -> bool) -> Vec<Name> {
        let own = self.there.iter().filter(|(name, (_, object))| holds(name, object));
        let mut own: Vec<(u32, &Name)> = own.map(|(name, (made, _))| (*made, name)).collect();
        own.sort_by_key(|(made, _)| *made);
        own.into_iter().map(|(_, name)| Name::clone(name)).collect()
    }

    /// All that are there, in the order of making.
    pub fn ordered(&self) -> Vec<(&Name, &T)> {
        let mut all: Vec<(&Name, &(u32, T))> = self.there.iter().collect();
        all.sort_by_key(|(_, (made, _))| *made);
        all.into_iter().map(|(name, (_, object))| (name, object)).collect()
    }
}
