//! The two sides of a comparison of schemas: a folder of migrations, a dump, or a state that was kept.

use super::{Found, absolute, describe, read_text, shown};
use crate::document::kind;
use crate::finding::Problem;
use std::path::{Path, PathBuf};

/// What one side of a comparison is.
pub enum Side {
    /// Migrations in the byte order of their names, or one dump.
    Sql(Vec<Found>),
    /// A schema that `preflight state --format json` wrote: its name as shown, and its text.
    State(String, String),
}

/// Reads one side. A folder holds `*.sql`, or `*/migration.sql`.
///
/// # Errors
/// A problem: it does not exist, cannot be read, or holds no SQL.
pub fn side(path: &Path, base: &Path) -> Result<Side, Problem> {
    let whole = absolute(path, base);
    let name = shown(&whole, base);
    if !whole.is_dir() {
        let text = read_text(&whole, &name, "path")?;
        let is_state = whole.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        return Ok(if is_state { Side::State(name, text) } else { Side::Sql(found(whole, name, Ok(text))) });
    }
    let entries =
        std::fs::read_dir(&whole).map_err(|error| Problem::path("path", name.clone(), describe(&name, &error)))?;
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| Problem::path("path", name.clone(), describe(&name, &error)))?.path();
        let nested = path.join("migration.sql");
        if path.is_file() && path.extension().is_some_and(|extension| extension == "sql") {
            files.push(path);
        } else if nested.is_file() {
            files.push(nested);
        }
    }
    files.sort_by(|one, other| one.as_os_str().as_encoded_bytes().cmp(other.as_os_str().as_encoded_bytes()));
    if files.is_empty() {
        let help = "Give a folder of *.sql files or of folders with a migration.sql, a dump, or the JSON of `preflight state`.";
        return Err(Problem::path("path", name.clone(), format!("{name} holds no migration")).help(help));
    }
    let files = files.into_iter().flat_map(|file| {
        let name = shown(&file, base);
        let text = read_text(&file, &name, "path");
        found(file, name, text)
    });
    Ok(Side::Sql(files.collect()))
}

fn found(path: PathBuf, relative: String, text: Result<String, Problem>) -> Vec<Found> {
    let Some(kind) = kind("migration") else { return Vec::new() };
    let (loader, driver, environment, schema, entry) = (None, None, None, None, None);
    vec![Found { path, relative, kind, loader, services: Vec::new(), environment, driver, schema, entry, text }]
}
