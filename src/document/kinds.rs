//! The table of document kinds: one row each. Help, schema and documentation are made from it.

use super::{DocumentKind, dotenv, railway, sql};
use crate::fact::Kind;

/// The table, in the order in which documents are counted.
pub const DOCUMENT_KINDS: &[DocumentKind] = &[
    DocumentKind {
        name: "dotenv",
        doc: "an env file: NAME=value lines, read as its loader reads them at run time",
        counted_as: "env",
        well_known: &["**/.env", "**/*.env", "**/.env.{environment}", "env/{environment}/{service}.env"],
        sensitive: true,
        complete: true,
        labelled: true,
        loaders: &dotenv::loader::NAMES,
        gives: &[Kind::Variable, Kind::Url, Kind::Connection, Kind::Credential, Kind::Disagreement, Kind::Oddity],
        parse: dotenv::parse,
    },
    DocumentKind {
        name: "railway-variables",
        doc: "the JSON map of `railway variable list --json`: rendered values; sealed variables are not in it",
        counted_as: "Railway",
        well_known: &["railway/{environment}/{service}.json"],
        sensitive: true,
        complete: false,
        labelled: true,
        loaders: &[],
        gives: &[Kind::Variable, Kind::Url, Kind::Connection, Kind::Credential],
        parse: railway::variables::parse,
    },
    DocumentKind {
        name: "railway-config",
        doc: "railway.toml or railway.json: build and deployment of one service",
        counted_as: "Railway",
        well_known: &["**/railway.toml", "**/railway.json", "**/railway.*.toml"],
        sensitive: false,
        complete: true,
        labelled: true,
        loaders: &[],
        gives: &[Kind::Deploy, Kind::IgnoredKey, Kind::Connection, Kind::Credential],
        parse: railway::config::parse,
    },
    DocumentKind {
        name: "migration",
        doc: "a SQL migration for PostgreSQL",
        counted_as: "migrations",
        well_known: &["supabase/migrations/*.sql", "migrations/*.sql", "db/migrations/*.sql"],
        sensitive: false,
        complete: true,
        labelled: false,
        loaders: &[],
        gives: &[Kind::Migration, Kind::Statement, Kind::Operation, Kind::Table, Kind::Connection, Kind::Credential],
        parse: sql::parse,
    },
];

/// The row of the kind called `name`.
pub fn kind(name: &str) -> Option<&'static DocumentKind> {
    DOCUMENT_KINDS.iter().find(|kind| kind.name == name)
}

/// Whether documents of the kind called `document` can say facts of a kind; every document says what it is itself.
pub fn gives(document: &str, fact: Kind) -> bool {
    fact == Kind::Document || kind(document).is_some_and(|row| row.gives.contains(&fact))
}
