//! Privileges: who may do what with an object, and by which operation. PostgreSQL's manual, "Privileges".

use super::database::Name;
use crate::fact::{Cause, FactId};
use std::sync::Arc;

/// One privilege of one role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The role; `public` for everybody.
    pub grantee: Name,
    /// The privilege in lower case; never `all`.
    pub privilege: &'static str,
    /// Whether it is on some columns only.
    pub columns: bool,
    /// Whether the role may pass it on.
    pub option: bool,
    /// The operation that gave it, at its own place or by default privileges.
    pub by: FactId,
    /// Further operations that gave it again.
    pub again: Vec<FactId>,
    /// Whether what gives it may not have run.
    pub perhaps: bool,
}

/// The privileges of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acl {
    held: Vec<Held>,
    /// What everybody has without a GRANT (EXECUTE on functions, USAGE on types) and nobody has taken away.
    pub built_in: Option<&'static str>,
    /// Why nobody can say whether everybody has it.
    pub doubt: Option<Arc<Cause>>,
    /// Roles that a migration takes a privilege from, whether they had it or not.
    taken: Vec<(Name, &'static str)>,
}

/// What ALL PRIVILEGES means, by the word of the kind of object.
const ALL: &[(&str, &[&str])] = &[
    ("table", &["select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain"]),
    ("column", &["select", "insert", "update", "references"]),
    ("sequence", &["usage", "select", "update"]),
    ("function", &["execute"]),
    ("schema", &["create", "usage"]),
    ("type", &["usage"]),
    ("database", &["create", "connect", "temporary"]),
];

/// The privileges that a word of GRANT stands for, on a kind of object.
pub fn spelled(privilege: &str, on: &str) -> Vec<&'static str> {
    let known = ALL.iter().find(|(kind, _)| *kind == on).map_or(&[][..], |(_, privileges)| privileges);
    let privilege = if privilege == "temp" { "temporary" } else { privilege };
    known.iter().copied().filter(|known| privilege == "all" || *known == privilege).collect()
}

impl Acl {
    /// Nothing but what everybody has without a GRANT.
    pub fn new(built_in: Option<&'static str>) -> Self {
        Self { built_in, ..Self::default() }
    }

    /// Gives a privilege.
    pub fn grant(&mut self, held: Held) {
        self.taken.retain(|(role, privilege)| *role != held.grantee || *privilege != held.privilege);
        let same = |other: &&mut Held| {
            other.grantee == held.grantee && other.privilege == held.privilege && other.columns == held.columns
        };
        match self.held.iter_mut().find(same) {
            Some(other) => {
                other.option |= held.option;
                other.perhaps &= held.perhaps;
                if other.by != held.by && other.again.last() != Some(&held.by) {
                    other.again.push(held.by);
                }
            }
            None => self.held.push(held),
        }
    }

    /// Takes a privilege away, or only the right to pass it on. What may not have run leaves a doubt.
    pub fn revoke(&mut self, grantee: &Name, privilege: &'static str, columns: bool, option_only: bool, perhaps: bool) {
        if !columns && !option_only && !perhaps {
            self.close(grantee, privilege);
        }
        // REVOKE on the table takes that on its columns along
        let hit = |held: &Held| {
            held.grantee == *grantee && held.privilege == privilege && (held.columns == columns || !columns)
        };
        if option_only {
            self.held.iter_mut().filter(|held| hit(held)).for_each(|held| held.option = false);
        } else if perhaps {
            self.held.iter_mut().filter(|held| hit(held)).for_each(|held| held.perhaps = true);
        } else {
            self.held.retain(|held| !hit(held));
        }
        if &**grantee == "public" && self.built_in == Some(privilege) && !option_only && !perhaps {
            (self.built_in, self.doubt) = (None, None);
        }
    }

    /// Notes that a privilege is taken from a role.
    pub fn close(&mut self, role: &Name, privilege: &'static str) {
        let taken = (Arc::clone(role), privilege);
        if !self.taken.contains(&taken) {
            self.taken.push(taken);
        }
    }

    /// The roles that a privilege was taken from, and nobody gave it back.
    pub fn closed_to(&self, privilege: &str) -> Vec<Name> {
        let taken = self.taken.iter().filter(|(_, taken)| *taken == privilege);
        taken.map(|(role, _)| Arc::clone(role)).collect()
    }

    /// Every privilege that somebody was given.
    pub fn held(&self) -> &[Held] {
        &self.held
    }

    /// A role got another name: it holds what it held.
    pub fn rename(&mut self, role: &str, new: &Name) {
        let own = self.held.iter_mut().filter(|held| *held.grantee == *role);
        own.for_each(|held| held.grantee = Arc::clone(new));
    }

    /// Takes everything from a role.
    pub fn forget(&mut self, role: &str) {
        self.held.retain(|held| *held.grantee != *role);
    }
}
