//! The closed list of fact kinds and their fields: the words of policies. Schema, `explain`, the documentation and the
//! policy loader all read this table. A kind is one file in `kinds/` and one row here.

use super::{FactId, Facts, Field, kinds};

/// A kind of fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An environment variable.
    Variable,
    /// A URL found in a value.
    Url,
    /// A Postgres connection found in a value.
    Connection,
    /// A key or password, recognised by its content.
    Credential,
    /// A reference to another variable in a value.
    Reference,
    /// What a platform will run.
    Deploy,
    /// A key that the platform ignores.
    IgnoredKey,
    /// A service that exists in an environment.
    Instance,
    /// An input file.
    Document,
    /// A migration file.
    Migration,
    /// A statement of a migration.
    Statement,
    /// One thing that SQL does.
    Operation,
    /// A table, once every migration has run.
    Table,
    /// A line of an env file that other loaders read otherwise.
    Disagreement,
    /// Something odd about how a line of an env file is written.
    Oddity,
    /// A column, once every migration has run.
    Column,
    /// An index, likewise.
    Index,
    /// A foreign key, likewise.
    ForeignKey,
    /// A policy of row level security, likewise.
    RlsPolicy,
    /// A function or procedure, likewise.
    Function,
    /// A view, likewise.
    View,
    /// A privilege of a role, likewise.
    Grant,
    /// A word that may be a Supabase project.
    Mention,
    /// A constraint that is no foreign key, once every migration has run.
    Constraint,
    /// A trigger, likewise.
    Trigger,
    /// A type or domain, likewise.
    Type,
    /// A role, likewise.
    Role,
    /// An extension, likewise.
    Extension,
    /// What new objects are granted, likewise.
    DefaultPrivilege,
    /// A schema, likewise.
    Schema,
    /// Who a session of a database is.
    Session,
}

/// The table of kinds, in the order of [`Kind`].
pub const KINDS: &[KindDef] = &[
    kinds::variable::DEF,
    kinds::url::DEF,
    kinds::connection::DEF,
    kinds::credential::DEF,
    kinds::reference::DEF,
    kinds::deploy::DEF,
    kinds::ignored_key::DEF,
    kinds::instance::DEF,
    kinds::document::DEF,
    kinds::migration::DEF,
    kinds::statement::DEF,
    kinds::operation::DEF,
    kinds::table::DEF,
    kinds::disagreement::DEF,
    kinds::oddity::DEF,
    kinds::column::DEF,
    kinds::index::DEF,
    kinds::foreign_key::DEF,
    kinds::rls_policy::DEF,
    kinds::function::DEF,
    kinds::view::DEF,
    kinds::grant::DEF,
    kinds::mention::DEF,
    kinds::constraint::DEF,
    kinds::trigger::DEF,
    kinds::sql_type::DEF,
    kinds::role::DEF,
    kinds::extension::DEF,
    kinds::default_privilege::DEF,
    kinds::schema::DEF,
    kinds::session::DEF,
];

/// The kinds of fact that make up a schema.
pub const SCHEMA_KINDS: &[Kind] = &[
    Kind::Table,
    Kind::Column,
    Kind::Index,
    Kind::ForeignKey,
    Kind::RlsPolicy,
    Kind::View,
    Kind::Function,
    Kind::Grant,
    Kind::Constraint,
    Kind::Trigger,
    Kind::Type,
    Kind::Role,
    Kind::Extension,
    Kind::DefaultPrivilege,
    Kind::Schema,
];

/// Fields that every kind has; they come from the document unless the fact says otherwise.
pub const COMMON: &[FieldDef] = &[
    FieldDef::new(Field::Service, Type::Label, "service", "the service that the document belongs to"),
    FieldDef::new(Field::Environment, Type::Label, "environment", "the environment that the document belongs to"),
    FieldDef::new(Field::Document, Type::DocumentKind, "document", "the kind of document it stands in"),
    FieldDef::new(Field::Path, Type::Name, "path", "the path of the document, relative to the configuration"),
    FieldDef::new(
        Field::Git,
        Type::Enum(kinds::document::GIT),
        "state in git",
        "what git does with the document; worked out where a policy in force asks for it, and unknown where git does not answer",
    ),
];

/// One kind of fact.
pub struct KindDef {
    /// Which.
    pub kind: Kind,
    /// Its name in policies.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// The kind whose fields are reachable as `<kind>.<field>`: what the fact stands in.
    pub parent: Option<Kind>,
    /// The values of `is`, where the kind has variants.
    pub variants: &'static [VariantDef],
    /// All fields of all variants, but for [`COMMON`] and `is`.
    pub fields: &'static [FieldDef],
    /// Names one fact in a message: "DATABASE_URL of dragonfly-api in prod".
    pub subject: fn(&Facts, FactId) -> String,
}

/// One value of `is`.
pub struct VariantDef {
    /// Its name in policies.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Which of the kind's fields it has.
    pub fields: &'static [Field],
}

/// One field of a kind.
pub struct FieldDef {
    /// Which.
    pub field: Field,
    /// Its type.
    pub ty: Type,
    /// The noun for messages: "port", "health check path".
    pub words: &'static str,
    /// What it is, with its unit or form.
    pub doc: &'static str,
    /// Whether its value may appear in messages. A fact may hide all of its values besides.
    pub show: bool,
    /// Fields of the same fact that it is worked out from: where one of these fails too, it is the same mistake.
    pub derived_from: &'static [Field],
    /// Said behind a defaulted value: "the driver's default".
    pub default_note: &'static str,
}

impl FieldDef {
    /// A field whose value may be shown.
    pub const fn new(field: Field, ty: Type, words: &'static str, doc: &'static str) -> Self {
        Self { field, ty, words, doc, show: true, derived_from: &[], default_note: "" }
    }

    /// The same, with a value that never appears in messages.
    pub const fn hidden(self) -> Self {
        Self { show: false, ..self }
    }

    /// The same, worked out from other fields.
    pub const fn derived_from(self, fields: &'static [Field]) -> Self {
        Self { derived_from: fields, ..self }
    }

    /// The same, with what is said of its default.
    pub const fn default_note(self, note: &'static str) -> Self {
        Self { default_note: note, ..self }
    }
}

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Free text: takes `matches`.
    Text,
    /// A name: `*` globs.
    Name,
    /// A type of SQL: `*` globs; every spelling of a type is the same (`int8` and `bigint`).
    SqlType,
    /// A label (service, environment): `*` globs; environments are compared by the project's spellings.
    Label,
    /// One of these words.
    Enum(&'static [Word]),
    /// One of these words, from weakest to strongest: takes `at_least` and `at_most`.
    Ordered(&'static [Word]),
    /// The kinds of documents.
    DocumentKind,
    /// Yes or no, with the words for either: "has IF EXISTS", "lacks IF EXISTS".
    Bool(&'static str, &'static str),
    /// A whole number: takes `at_least` and `at_most`.
    Number,
    /// A value that is never printed.
    Secret,
    /// A list of names: takes `has`.
    Names,
}

/// A word of an enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// The spelling in policies and facts.
    pub name: &'static str,
    /// The words for messages: "the session pooler".
    pub means: &'static str,
}

impl Word {
    /// A word with its meaning.
    pub const fn new(name: &'static str, means: &'static str) -> Self {
        Self { name, means }
    }
}

impl Kind {
    /// Its row in the table.
    pub fn def(self) -> &'static KindDef {
        &KINDS[self as usize]
    }

    /// Whether a fact of it speaks of one database: what two databases have is never compared, but what two services say.
    pub fn is_of_a_database(self) -> bool {
        SCHEMA_KINDS.contains(&self) || matches!(self, Self::Operation | Self::Statement)
    }

    /// The kind that policies call `name`.
    pub fn named(name: &str) -> Option<Self> {
        KINDS.iter().find(|def| def.name == name).map(|def| def.kind)
    }
}

impl KindDef {
    /// The kind's own field, or a common one.
    pub fn field(&self, field: Field) -> Option<&'static FieldDef> {
        let own: &'static [FieldDef] = self.fields;
        own.iter().find(|def| def.field == field).or_else(|| COMMON.iter().find(|def| def.field == field))
    }

    /// The variant called `name`.
    pub fn variant(&self, name: &str) -> Option<&'static VariantDef> {
        let variants: &'static [VariantDef] = self.variants;
        variants.iter().find(|variant| variant.name == name)
    }
}

impl VariantDef {
    /// Whether it has the field; common fields and `is` belong to all.
    pub fn has(&self, field: Field) -> bool {
        field == Field::Is || self.fields.contains(&field) || COMMON.iter().any(|def| def.field == field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_kinds_and_every_variant_field_is_described() {
        for (index, def) in KINDS.iter().enumerate() {
            assert_eq!(def.kind as usize, index, "{}", def.name);
            for variant in def.variants {
                for field in variant.fields {
                    assert!(
                        def.field(*field).is_some(),
                        "{}/{} has an undescribed field {field}",
                        def.name,
                        variant.name
                    );
                }
            }
            for field in def.fields {
                let used = def.variants.is_empty() || def.variants.iter().any(|variant| variant.has(field.field));
                assert!(used, "no variant of {} has {}", def.name, field.field);
                for base in field.derived_from {
                    assert!(def.field(*base).is_some(), "{}.{} derives from {base}", def.name, field.field);
                }
            }
        }
    }

    #[test]
    fn every_field_belongs_to_a_kind() {
        for field in Field::ALL {
            let known = *field == Field::Is || KINDS.iter().any(|def| def.field(*field).is_some());
            assert!(known, "{field} belongs to no kind");
        }
    }
}
