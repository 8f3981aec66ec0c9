//! What the name of a variable says by itself. Services share the names of their variables: each name is looked at once
//! in a thread, however many files hold it, and all facts share its text.

use super::credential::Promise;
use super::{is_published, name_may_be_shown, names_a_connection};
use crate::document::HIDDEN_NAME;
use foldhash::{HashMap, HashMapExt as _};
use std::cell::RefCell;
use std::sync::Arc;

/// So many names are remembered; a document may hold any number.
const MOST: usize = 4_096;

/// Longer ones are not remembered.
const LONGEST: usize = 128;

thread_local! {
    static KNOWN: RefCell<HashMap<Arc<str>, Name>> = RefCell::new(HashMap::new());
}

/// The name of a variable.
#[derive(Clone, Debug)]
pub struct Name {
    /// The name as it may be said: itself, or what stands for one that is hidden.
    pub said: Arc<str>,
    /// Whether it may be shown.
    pub shown: bool,
    /// Whether a browser build publishes a variable of that name.
    pub published: bool,
    /// Whether people keep connection strings under it.
    pub(super) connection: bool,
    /// The secret that it promises.
    pub(super) promise: Promise,
}

impl Name {
    /// What a name says.
    pub fn of(name: &str) -> Self {
        if name.len() > LONGEST {
            return Self::read(&name.into());
        }
        KNOWN.with_borrow_mut(|known| {
            if let Some(known) = known.get(name) {
                return known.clone();
            }
            if known.len() >= MOST {
                known.clear();
            }
            let text: Arc<str> = name.into();
            let read = Self::read(&text);
            known.insert(text, read.clone());
            read
        })
    }

    fn read(name: &Arc<str>) -> Self {
        let shown = name_may_be_shown(name);
        Self {
            said: if shown { Arc::clone(name) } else { HIDDEN_NAME.into() },
            shown,
            published: is_published(name),
            connection: names_a_connection(name),
            promise: Promise::of(name),
        }
    }

    /// The same, hidden for a reason of its place.
    #[must_use]
    pub fn hidden(self) -> Self {
        Self { said: HIDDEN_NAME.into(), shown: false, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_the_same_however_often_it_is_asked() {
        for round in 0..2 {
            let name = Name::of("NEXT_PUBLIC_DATABASE_URL");
            assert!(name.shown && name.published && name.connection, "{round}");
            assert_eq!(&*name.said, "NEXT_PUBLIC_DATABASE_URL");
            let key = Name::of("sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H");
            assert_eq!((key.shown, &*key.said), (false, HIDDEN_NAME), "{round}");
        }
        assert!(Arc::ptr_eq(&Name::of("PORT").said, &Name::of("PORT").said), "facts share the text of a name");
        for index in 0..2 * MOST {
            assert_eq!(*Name::of(&format!("N{index}")).said, format!("N{index}"));
        }
        assert!(!Name::of(&"A".repeat(LONGEST + 1)).shown);
    }
}
