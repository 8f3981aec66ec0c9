//! Credentials: equal texts are one, found by hashing them in memory.

use super::{Expiry, Holder, Key};
use crate::fact::kinds::credential::VENDORS;
use crate::fact::{FactId, Facts, Field, State, Value};
use crate::source::Secret;
use std::collections::HashMap;

/// Collects credentials. The hash is keyed anew in every run and leaves nothing behind.
#[derive(Default)]
pub(super) struct Keys<'a> {
    by_text: HashMap<&'a Secret, usize>,
    pub(super) keys: Vec<Key>,
}

impl<'a> Keys<'a> {
    /// Takes in a credential of which the text is known; the position of its key.
    pub(super) fn add(&mut self, facts: &'a Facts, id: FactId, holder: Holder) -> Option<usize> {
        let Some(Value::Secret(text)) = facts.get(id, Field::Value).value() else { return None };
        let kind = facts.get(id, Field::Is).value().and_then(word).unwrap_or("unknown");
        let index = *self.by_text.entry(text).or_insert(self.keys.len());
        if index == self.keys.len() {
            self.keys.push(Key {
                letter: letter(index),
                kind,
                title: String::new(),
                roles: Vec::new(),
                projects: Vec::new(),
                secret: false,
                demo: false,
                expiry: Expiry::Never,
                holders: Vec::new(),
            });
        }
        let key = self.keys.get_mut(index)?;
        // One text may be found as several kinds: what its content says tells more than the name of a variable.
        if key.title.is_empty() || (key.kind == "unknown" && kind != "unknown") {
            key.kind = kind;
            key.title = title(facts, id, kind);
        }
        let yes = |field: Field| matches!(facts.get(id, field).value(), Some(Value::Bool(true)));
        key.secret |= yes(Field::Secret);
        key.demo |= yes(Field::Demo);
        if key.expiry == Expiry::Never {
            key.expiry = expiry(facts, id);
        }
        for (field, names) in [(Field::Role, &mut key.roles), (Field::Project, &mut key.projects)] {
            let name = facts.get(id, field).value().and_then(|_| facts.shown_field(id, field).value);
            names.extend(name.filter(|name| !names.contains(name)));
        }
        if !key.holders.contains(&holder) {
            key.holders.push(holder);
        }
        Some(index)
    }
}

impl<'a> Keys<'a> {
    /// Whether a text is a credential's.
    pub(super) fn knows(&self, text: &Secret) -> bool {
        self.by_text.contains_key(text)
    }

    /// Takes in a variable that holds the whole of a known secret without being known for one itself: a copy under a name
    /// that promises nothing. A short text may be the same by chance; in a page everybody can read it all the same.
    pub(super) fn copy(&mut self, text: &Secret, holder: Holder) {
        let Some(key) = self.by_text.get(text).and_then(|index| self.keys.get_mut(*index)) else { return };
        let is_same = holder.browser.is_some() || (text.is_long() && !key.demo);
        if key.secret && is_same && !key.holders.contains(&holder) {
            key.holders.push(holder);
        }
    }
}

fn word(value: &Value) -> Option<&'static str> {
    match value {
        Value::Word(word) => Some(word),
        _ => None,
    }
}

fn expiry(facts: &Facts, id: FactId) -> Expiry {
    match facts.get(id, Field::DaysLeft) {
        State::Unknown(..) => Expiry::Unknown,
        state => match state.value() {
            Some(Value::Number(days)) => Expiry::Left(*days),
            _ => Expiry::Never,
        },
    }
}

/// What a credential is, in words.
fn title(facts: &Facts, id: FactId, kind: &'static str) -> String {
    let role = facts.get(id, Field::Role).text();
    let vendor = facts.get(id, Field::Vendor).text();
    match kind {
        "supabase-jwt" => match role {
            Some(role @ ("anon" | "service_role" | "authenticated")) => format!("Supabase {role} key"),
            _ => "Supabase key".to_owned(),
        },
        "supabase-publishable" => "Supabase publishable key".to_owned(),
        "supabase-secret" => "Supabase secret key".to_owned(),
        "supabase-access-token" => "Supabase access token, good for the whole account".to_owned(),
        "password" => "database password".to_owned(),
        "vault-secret" => "secret put into Supabase's vault".to_owned(),
        "jwt" => "JWT".to_owned(),
        "jwt-secret" => "secret that JWTs are signed with".to_owned(),
        "railway-token" => "Railway token".to_owned(),
        "private-key" => "private key".to_owned(),
        "vendor-key" => {
            let known = VENDORS.iter().find(|known| Some(known.name) == vendor);
            known.map_or_else(|| "key of a vendor".to_owned(), |known| format!("{} key", known.means))
        }
        _ => "secret, by its name and form".to_owned(),
    }
}

/// `A` for 0, `Z` for 25, `AA` for 26.
fn letter(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::letter;

    #[test]
    fn letters_go_on_behind_z() {
        let letters = [0, 1, 25, 26, 51, 52, 701, 702].map(letter);
        assert_eq!(letters, ["A", "B", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
