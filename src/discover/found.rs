//! A document that was found: its text, and what the configuration says of it.

use super::Captures;
use crate::config::DocumentEntry;
use crate::document::DocumentKind;
use crate::finding::Problem;
use crate::source::Span;
use std::path::PathBuf;

/// A document that was found, as text.
#[derive(Debug)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// Its path relative to the configuration, with `/`.
    pub relative: String,
    /// Its kind.
    pub kind: &'static DocumentKind,
    /// The loader that its entry names.
    pub loader: Option<&'static str>,
    /// The services it belongs to; none where nothing says so.
    pub services: Vec<String>,
    /// The environment it belongs to.
    pub environment: Option<String>,
    /// The driver that reads its connection strings, where the configuration names one.
    pub driver: Option<&'static str>,
    /// The runner that its entry names, or that its well-known path stands for.
    pub runner: Option<&'static str>,
    /// The database that it builds together with migrations of other folders, where its entry names one.
    pub database: Option<String>,
    /// The schema that its rows speak of, where the configuration says it.
    pub schema: Option<String>,
    /// The entry of the configuration that it fits, if there is one.
    pub entry: Option<Span>,
    /// Its text, or why it cannot be read.
    pub text: Result<String, Problem>,
}

impl Found {
    /// A document of an entry of the configuration.
    pub fn of(
        entry: &DocumentEntry,
        path: PathBuf,
        relative: String,
        captures: Captures,
        text: Result<String, Problem>,
    ) -> Self {
        let services = captures.service.map_or_else(|| entry.services.clone(), |service| vec![service]);
        Self {
            services,
            environment: captures.environment.or_else(|| entry.environment.clone()),
            loader: entry.loader,
            driver: entry.driver,
            runner: entry.runner,
            database: entry.database.clone(),
            schema: captures.schema.or_else(|| entry.schema.clone()),
            entry: Some(entry.files.span),
            ..Self::unconfigured(path, relative, entry.kind, text)
        }
    }

    /// A document that no entry of a configuration says anything about.
    pub fn unconfigured(
        path: PathBuf,
        relative: String,
        kind: &'static DocumentKind,
        text: Result<String, Problem>,
    ) -> Self {
        let (loader, driver, runner) = (None, None, None);
        let (services, environment, database, schema, entry) = (Vec::new(), None, None, None, None);
        Self { path, relative, kind, loader, services, environment, driver, runner, database, schema, entry, text }
    }
}
