//! The table of document kinds: one row each. Help, schema and documentation are made from it.

use super::{DocumentKind, catalog, dotenv, railway, sql};
use crate::fact::{Document, Kind};

/// What variables give.
const VALUES: &[Kind] =
    &[Kind::Variable, Kind::Url, Kind::Connection, Kind::Credential, Kind::Reference, Kind::Mention];

/// What an export of whole services gives.
const EXPORTED: &[Kind] = &[
    Kind::Variable,
    Kind::Url,
    Kind::Connection,
    Kind::Credential,
    Kind::Reference,
    Kind::Deploy,
    Kind::Instance,
    Kind::Mention,
];

/// The table, in the order in which documents are counted.
pub const DOCUMENT_KINDS: &[DocumentKind] = &[
    DocumentKind {
        name: "dotenv",
        doc: "an env file: NAME=value lines, read as its loader reads them at run time",
        counted_as: "env",
        // The first that fits: what says more stands before.
        well_known: &["env/{environment}/{service}.env", "**/.env.{environment}", "**/.env", "**/*.env"],
        sensitive: true,
        complete: true,
        labelled: true,
        loaders: &dotenv::loader::NAMES,
        runners: &[],
        gives: &[
            Kind::Variable,
            Kind::Url,
            Kind::Connection,
            Kind::Credential,
            Kind::Reference,
            Kind::Disagreement,
            Kind::Oddity,
            Kind::Mention,
        ],
        parse: dotenv::parse,
    },
    DocumentKind {
        name: "railway-environment",
        doc: "the JSON of `railway environment config --json`: all services of one environment, references unresolved",
        counted_as: "Railway",
        well_known: &["railway/{environment}/environment.json"],
        sensitive: true,
        complete: true,
        labelled: true,
        loaders: &[],
        runners: &[],
        gives: EXPORTED,
        parse: |input| railway::export::parse("railway-environment", input),
    },
    DocumentKind {
        name: "railway-status",
        doc: "the JSON of `railway status --json`: services with their ids, names and last deployments; no variables",
        counted_as: "Railway",
        well_known: &["railway/status.json"],
        sensitive: true,
        complete: true,
        labelled: true,
        loaders: &[],
        runners: &[],
        gives: &[Kind::Instance, Kind::Connection, Kind::Credential, Kind::Mention],
        parse: |input| railway::export::parse("railway-status", input),
    },
    DocumentKind {
        name: "railway-graph",
        doc: "the JSON of `railway config pull --json`: what Infrastructure as Code describes",
        counted_as: "Railway",
        well_known: &["railway/graph.json"],
        sensitive: true,
        complete: true,
        labelled: true,
        loaders: &[],
        runners: &[],
        gives: EXPORTED,
        parse: |input| railway::export::parse("railway-graph", input),
    },
    DocumentKind {
        name: "railway-template",
        doc: "the serializedConfig of a template: services with the defaults of their variables",
        counted_as: "Railway",
        well_known: &["railway/template.json"],
        sensitive: true,
        complete: true,
        labelled: false,
        loaders: &[],
        runners: &[],
        gives: EXPORTED,
        parse: |input| railway::export::parse("railway-template", input),
    },
    DocumentKind {
        name: "railway-iac",
        doc: "`.railway/railway.ts` and its like: a program, which is noticed and not run",
        counted_as: "Railway",
        well_known: &["**/.railway/railway.ts", "**/.railway/railway.py", "**/.railway/railway.go"],
        sensitive: true,
        complete: false,
        labelled: false,
        loaders: &[],
        runners: &[],
        gives: &[],
        parse: railway::iac::parse,
    },
    DocumentKind {
        name: "railway-kv",
        doc: "the lines of `railway variable list --kv`: nothing is quoted, and values go over several lines",
        counted_as: "Railway",
        well_known: &["railway/{environment}/{service}.kv"],
        sensitive: true,
        complete: false,
        labelled: true,
        loaders: &[],
        runners: &[],
        gives: VALUES,
        parse: railway::kv::parse,
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
        runners: &[],
        gives: VALUES,
        parse: |input| railway::export::parse("railway-variables", input),
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
        runners: &[],
        gives: &[Kind::Deploy, Kind::IgnoredKey, Kind::Connection, Kind::Credential, Kind::Mention],
        parse: railway::config::parse,
    },
    DocumentKind {
        name: "migration",
        doc: "a SQL migration for PostgreSQL",
        counted_as: "migrations",
        well_known: &sql::runner::WELL_KNOWN,
        sensitive: false,
        complete: true,
        labelled: false,
        loaders: &[],
        runners: &sql::runner::NAMES,
        gives: &[
            Kind::Migration,
            Kind::Statement,
            Kind::Operation,
            Kind::Table,
            Kind::Column,
            Kind::Index,
            Kind::ForeignKey,
            Kind::RlsPolicy,
            Kind::Function,
            Kind::View,
            Kind::Grant,
            Kind::Constraint,
            Kind::Trigger,
            Kind::Type,
            Kind::Role,
            Kind::Extension,
            Kind::DefaultPrivilege,
            Kind::Schema,
            Kind::Connection,
            Kind::Credential,
            Kind::Mention,
        ],
        parse: sql::parse,
    },
    DocumentKind {
        name: "catalog-export",
        doc: "CSV or JSON of a query of the database's catalog: who holds which privilege, row level security, policies, roles",
        counted_as: "catalog",
        well_known: &[
            "exports/{environment}/table_privileges.csv",
            "exports/{environment}/pg_tables.csv",
            "exports/{environment}/pg_policies.csv",
            "exports/{environment}/pg_roles.csv",
        ],
        sensitive: true,
        complete: true,
        labelled: true,
        loaders: &[],
        runners: &[],
        gives: &[Kind::Grant, Kind::Table, Kind::RlsPolicy, Kind::Role, Kind::Session],
        parse: catalog::parse,
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

/// Whether this document can say facts of a kind: its kind may say more than what it is by its content.
pub fn says(document: &Document, fact: Kind) -> bool {
    let only = document.only.is_none_or(|only| fact == Kind::Document || only.contains(&fact));
    only && gives(document.kind, fact)
}
