//! What new objects get by themselves: ALTER DEFAULT PRIVILEGES.

use super::database::Name;
use crate::fact::FactId;

/// What new objects are granted by ALTER DEFAULT PRIVILEGES.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultPrivilege {
    /// The schema; none for every one.
    pub schema: Option<Name>,
    /// The word of the kind of object: `table`.
    pub on: &'static str,
    /// The privilege in lower case.
    pub privilege: Name,
    /// The role.
    pub grantee: Name,
    /// Whether the role may pass it on.
    pub option: bool,
    /// The operation that said so.
    pub by: FactId,
}

/// What ALTER DEFAULT PRIVILEGES takes from a role, of new objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenByDefault {
    /// The schema; none for every one.
    pub schema: Option<Name>,
    /// The word of the kind of object: `function`.
    pub on: &'static str,
    /// The privilege in lower case.
    pub privilege: Name,
    /// The role.
    pub grantee: Name,
}

impl TakenByDefault {
    /// Whether it holds for new objects of a kind in a schema.
    pub fn fits(&self, schema: &str, on: &str) -> bool {
        self.on == on && self.schema.as_deref().is_none_or(|own| own == schema)
    }
}
