//! The two sides of a comparison of schemas: a folder of migrations, a project, a dump, or a state that was kept.

use super::read::read_bytes;
use super::{Found, absolute, decode, describe, read_text, shown};
use crate::document::kind;
use crate::finding::Problem;
use std::path::{Path, PathBuf};

/// What one side of a comparison is.
pub enum Side {
    /// Migrations in the byte order of their names, or one dump.
    Sql {
        /// The scripts.
        found: Vec<Found>,
        /// Whether pg_dump wrote them: a server printed the definitions.
        printed: bool,
    },
    /// A schema that `preflight state --format json` wrote: its name as shown, and its text.
    State(String, String),
    /// A folder with a preflight.yaml, or one whose migrations lie where their tool keeps them.
    Project,
}

/// How much of a script may stand before the line by which pg_dump says who wrote it.
const HEAD: usize = 4096;

/// What a file is that holds a dump in another form than SQL, by its first bytes.
const FORMS: &[(&[u8], &str)] = &[
    (b"PGDMP", "a dump in pg_dump's own format"),
    (&[0x1f, 0x8b], "compressed with gzip"),
    (&[0x28, 0xb5, 0x2f, 0xfd], "compressed with zstd"),
    (b"PK\x03\x04", "a ZIP archive"),
];

/// Reads one side. A folder holds `*.sql`, `*/migration.sql` or `*/up.sql`, or is a project.
///
/// # Errors
/// A problem: it does not exist, cannot be read, is a dump in another format, or holds no SQL.
pub fn side(path: &Path, base: &Path) -> Result<Side, Problem> {
    let whole = absolute(path, base);
    let name = shown(&whole, base);
    if !whole.is_dir() {
        return text_side(read_bytes(&whole, &name, "path")?, whole, name);
    }
    if whole.join("toc.dat").is_file() {
        return Err(no_sql(&name, "a dump in pg_dump's directory format"));
    }
    if whole.join(crate::config::FILE_NAME).is_file() {
        return Ok(Side::Project);
    }
    let entries =
        std::fs::read_dir(&whole).map_err(|error| Problem::path("path", name.clone(), describe(&name, &error)))?;
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| Problem::path("path", name.clone(), describe(&name, &error)))?.path();
        let nested = ["migration.sql", "up.sql"].map(|file| path.join(file)).into_iter().find(|file| file.is_file());
        if path.is_file() && path.extension().is_some_and(|extension| extension == "sql") {
            files.extend(Some(path).filter(|path| !is_step_down(path)));
        } else {
            files.extend(nested);
        }
    }
    files.sort_by(|one, other| one.as_os_str().as_encoded_bytes().cmp(other.as_os_str().as_encoded_bytes()));
    if files.is_empty() {
        return Ok(Side::Project);
    }
    let files = files.into_iter().flat_map(|file| {
        let name = shown(&file, base);
        let text = read_text(&file, &name, "path");
        found(file, name, text)
    });
    Ok(Side::Sql { found: files.collect(), printed: false })
}

/// The side that bytes are: those of a file, or of standard input.
///
/// # Errors
/// As [`side`].
pub fn text_side(bytes: Vec<u8>, path: PathBuf, name: String) -> Result<Side, Problem> {
    if let Some((_, form)) = FORMS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(no_sql(&name, form));
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return Err(no_sql(&name, "a dump in pg_dump's tar format"));
    }
    let text = decode(bytes, &name, "path")?;
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        return Ok(Side::State(name, text));
    }
    let head = text.as_bytes().get(..HEAD).unwrap_or(text.as_bytes());
    let Some(dump) = DUMPS.iter().find(|begins| has_line(head, begins)) else {
        return Ok(Side::Sql { found: found(path, name, Ok(text)), printed: false });
    };
    if !is_whole(&text, dump) {
        let help = format!(
            "Dump it again, and look at the exit status of pg_dump (in a pipe with `set -o pipefail`). Where you took its end off yourself, take off the line `{dump}` at its beginning, too."
        );
        let message = format!("{name} begins as a dump and lacks its last line, `{dump}{COMPLETE}`: it was cut off");
        return Err(Problem::path("path", name, message).help(help));
    }
    let text = of_one_database(text, &name)?;
    Ok(Side::Sql { found: found(path, name, Ok(text)), printed: true })
}

/// The lines by which pg_dumpall and pg_dump begin; with [`COMPLETE`] behind them they end. Source: `pg_backup_archiver.c` and
/// `pg_dumpall.c` of PostgreSQL.
const DUMPS: &[&str] = &["-- PostgreSQL database cluster dump", "-- PostgreSQL database dump"];
const COMPLETE: &str = " complete";

fn has_line(text: &[u8], line: &str) -> bool {
    text.split(|byte| *byte == b'\n').any(|found| found.trim_ascii_end() == line.as_bytes())
}

/// Whether the last dump that begins in a text ends there, too.
fn is_whole(text: &str, begins: &str) -> bool {
    let ends = format!("{begins}{COMPLETE}");
    let last = text.lines().rev().map(str::trim_end).find(|line| *line == begins || *line == ends);
    last == Some(ends.as_str())
}

/// A dump without its `\connect`, in whose place a comment of the same length stands: with --create it goes on in the database
/// that it has made. That of a whole server is of several.
fn of_one_database(text: String, name: &str) -> Result<String, Problem> {
    let connects = |line: &str| line.starts_with("\\connect ") || line.starts_with("\\c ");
    if !text.lines().any(connects) {
        return Ok(text);
    }
    let mut one = String::with_capacity(text.len());
    let (mut inhabited, mut counted) = (0_usize, true);
    for line in text.split_inclusive('\n') {
        if connects(line) {
            let end = line.trim_end_matches(['\r', '\n']);
            one += "--";
            one.extend(std::iter::repeat_n(' ', end.len() - 2));
            one += line.get(end.len()..).unwrap_or("");
            counted = false;
            continue;
        }
        if !counted && line.starts_with("CREATE ") && !line.starts_with("CREATE DATABASE ") {
            inhabited += 1;
            counted = true;
        }
        one += line;
    }
    if inhabited > 1 {
        let help = "Dump the one that is meant: pg_dump --schema-only NAME.";
        let message = format!("{name} holds {inhabited} databases, and one schema is compared at a time");
        return Err(Problem::path("path", name, message).help(help));
    }
    Ok(one)
}

fn no_sql(name: &str, form: &str) -> Problem {
    let help = "Write it as SQL: pg_dump --schema-only --format=plain; or pg_restore --schema-only --file=FILE.";
    Problem::path("path", name, format!("{name} is {form}, and SQL is needed")).help(help)
}

/// Whether a file takes back what another one does: golang-migrate's `0001_x.down.sql`.
fn is_step_down(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.strip_suffix(".down.sql").is_some_and(|stem| path.with_file_name(format!("{stem}.up.sql")).is_file())
}

fn found(path: PathBuf, relative: String, text: Result<String, Problem>) -> Vec<Found> {
    let Some(kind) = kind("migration") else { return Vec::new() };
    vec![Found::unconfigured(path, relative, kind, text)]
}
