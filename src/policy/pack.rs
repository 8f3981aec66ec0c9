//! What a pack says of itself, beside its policies.

use crate::fact::{Field, Kind};
use crate::source::Span;

/// A folder of policies with a name and a version.
#[derive(Clone, Debug, Default)]
pub struct Pack {
    /// Its name.
    pub name: String,
    /// Its version, as it is written.
    pub version: String,
    /// What it is about.
    pub title: String,
    /// Its parameters, with their values in this project.
    pub params: Vec<Param>,
    /// The fact kinds that must not be missing, or may be.
    pub needs: Vec<(Kind, Need, Span)>,
    /// File-name globs of migrations that go back.
    pub directions: Vec<(&'static str, Vec<String>)>,
    /// Who reads connection strings whose scheme says nothing.
    pub driver: Option<&'static str>,
    /// Who runs migrations.
    pub runner: Option<&'static str>,
}

/// Whether a kind of fact must be given by some document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Where no document gives it there is no verdict.
    Required,
    /// Where no document gives it its policies are listed as not judged.
    Optional,
}

/// A typed parameter of a pack.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// What its values name.
    pub of: ParamOf,
    /// Its values in this project.
    pub values: Vec<String>,
}

/// What the values of a parameter name; it may stand only where such a name is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamOf {
    /// Services.
    Service,
    /// Environments.
    Environment,
    /// Schemas.
    Schema,
    /// Database roles.
    Role,
    /// Tables, with their schema.
    Table,
    /// Any other name or text.
    Name,
}

impl ParamOf {
    /// Every kind, with its spelling.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("service", Self::Service),
        ("environment", Self::Environment),
        ("schema", Self::Schema),
        ("role", Self::Role),
        ("table", Self::Table),
        ("name", Self::Name),
    ];

    /// Whether such values may be compared with a field.
    pub fn fits(self, field: Field) -> bool {
        match self {
            Self::Service => field == Field::Service,
            Self::Environment => field == Field::Environment,
            Self::Schema => field == Field::Schema,
            Self::Role => {
                matches!(
                    field,
                    Field::Role
                        | Field::SessionUser
                        | Field::Grantee
                        | Field::Owner
                        | Field::Roles
                        | Field::ExecutableBy
                        | Field::ClosedTo
                        | Field::Name
                )
            }
            Self::Table => field == Field::Table,
            Self::Name => !matches!(field, Field::Service | Field::Environment),
        }
    }

    /// The spelling.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, of)| *of == self).map_or("name", |(name, _)| name)
    }
}
