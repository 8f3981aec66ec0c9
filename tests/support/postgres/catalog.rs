//! The end state of a replay held against the catalogue of the database in which the migrations ran: one line for each
//! object, in the words of `catalog.sql`.

use super::{Server, migrations};
use preflight::document::{Input, Settings, kind};
use preflight::fact::{Document, Fact, Facts, Field, Kind, State, Value};
use preflight::replay;
use preflight::source::SourceMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What both sides say.
#[derive(Debug, Default)]
pub struct Agreement {
    /// Lines on which both agree.
    pub same: BTreeSet<String>,
    /// Lines of the catalogue that the replay does not have.
    pub missed: BTreeSet<String>,
    /// Lines of the replay that the catalogue does not have.
    pub invented: BTreeSet<String>,
    /// Lines of the replay with something that it says it does not know, in place of it a `?`.
    pub unknown: BTreeSet<String>,
    /// What the server said of statements that it refused.
    pub refused: Vec<String>,
}

/// Runs migrations in a new database, replays them, and compares what there is at the end.
///
/// # Errors
/// Where the server or a file fails.
pub fn agree(server: &Server, files: &[PathBuf], supabase: bool) -> Result<Agreement, String> {
    server.new_database(supabase)?;
    let before: BTreeSet<String> = server.catalog()?.lines().map(str::to_owned).collect();
    let mut agreement = Agreement::default();
    let mut texts = Vec::new();
    for file in files {
        let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let messages = server.run(&text)?;
        let refused = messages.lines().filter(|line| line.contains("ERROR:"));
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        agreement.refused.extend(refused.map(|line| format!("{name}: {line}")));
        texts.push((file.clone(), text));
    }
    let after: BTreeSet<String> = server.catalog()?.lines().map(str::to_owned).collect();
    let (known, said) = replayed(&texts);
    let known: BTreeSet<String> = known.into_iter().filter(|line| !before.contains(line)).collect();
    for line in known.iter().filter(|line| line.contains('?')) {
        agreement.unknown.insert(line.clone());
    }
    let open_grants = agreement.unknown.iter().any(|line| line.starts_with("grant "));
    for line in after.difference(&before) {
        if known.contains(line) {
            agreement.same.insert(line.clone());
        } else if open_grants && line.starts_with("grant ") || said.is_not_known(line) {
            // by default privileges of which not everything is known, or something else that is said
            agreement.unknown.insert(line.clone());
        } else if !agreement.unknown.iter().any(|unknown| fits(unknown, line)) {
            agreement.missed.insert(line.clone());
        }
    }
    let invented = known.difference(&after).filter(|line| !line.contains('?'));
    agreement.invented = invented.cloned().collect();
    Ok(agreement)
}

/// The migrations of a folder.
///
/// # Errors
/// As [`agree`].
#[allow(dead_code, reason = "the example divides folders otherwise")]
pub fn agree_in(server: &Server, folder: &Path, supabase: bool) -> Result<Agreement, String> {
    agree(server, &migrations(folder, false)?, supabase)
}

/// Whether a line is one that the replay does not fully know.
fn fits(unknown: &str, line: &str) -> bool {
    let (unknown, line): (Vec<&str>, Vec<&str>) = (unknown.split(' ').collect(), line.split(' ').collect());
    unknown.len() == line.len()
        && unknown.iter().zip(&line).all(|(one, other)| {
            // a signature, or ALL of something that is not known is each of its privileges
            let signature = one.strip_suffix("?)").is_some_and(|start| other.starts_with(start));
            one == other
                || signature
                || matches!(*one, "?" | "all")
                || one.strip_suffix('?').is_some_and(|start| other.starts_with(start))
        })
}

/// What a replay says that it does not know, besides a `?` in a line.
struct Said {
    /// Tables that are made by a migration.
    tables: BTreeSet<String>,
    /// Tables that may have more columns.
    open: BTreeSet<String>,
    /// Families of objects of which some may be made by text that is built at run time.
    doubts: BTreeSet<&'static str>,
}

impl Said {
    /// Whether a line of the catalogue is of what it does not know.
    fn is_not_known(&self, line: &str) -> bool {
        let words: Vec<&str> = line.split(' ').collect();
        let (kind, first) = (words.first().copied().unwrap_or(""), words.get(1).copied().unwrap_or(""));
        let table = match kind {
            "column" | "place" => first.rsplit_once('.').map_or(first, |(table, _)| table),
            "table" => first,
            _ => words.get(3).copied().unwrap_or(""),
        };
        let any = |families: &[&str]| families.iter().any(|family| self.doubts.contains(family));
        match kind {
            "table" => any(&["table"]) && !self.tables.contains(table),
            "column" | "place" => self.open.contains(table) || (any(&["table"]) && !self.tables.contains(table)),
            "index" | "constraint" | "policy" | "trigger" => {
                any(&[kind, if kind == "trigger" { "plain" } else { kind }])
                    || (any(&["table"]) && !self.tables.contains(table))
                    || (kind == "constraint" && self.open.contains(table))
            }
            "view" | "materialized" => any(&["table"]),
            "default" => any(&["grant"]),
            "function" => any(&["routine"]),
            "type" | "schema" | "extension" | "role" => any(&["plain"]),
            _ => false,
        }
    }
}

/// The end state of a replay, a line for each object, and what it says that it does not know.
fn replayed(texts: &[(PathBuf, String)]) -> (Vec<String>, Said) {
    let mut sources = SourceMap::new();
    let mut facts = Facts::new();
    for (path, text) in texts {
        let path = path.to_string_lossy().into_owned();
        let source = sources.add(path.as_str(), text.as_str());
        let settings = Settings::default();
        let Some(migration) = kind("migration") else { continue };
        let parsed = (migration.parse)(Input { source, text, path: &path, settings: &settings });
        let document = Document::new(source, "migration", &path, State::Absent(None), State::Absent(None));
        facts.add(document, parsed.facts);
    }
    let replayed = replay::replay(&facts);
    let end: Vec<Fact> = replayed.iter().flat_map(|replayed| replay::end_state(&facts, replayed)).collect();
    let tables = |open: bool| {
        let own = end.iter().filter(|fact| fact.kind == Kind::Table && (!open || fact.own(Field::Open).is_some()));
        own.filter_map(|fact| fact.own(Field::Table)?.text().map(str::to_owned)).collect::<BTreeSet<_>>()
    };
    let doubts = replayed.iter().flat_map(|replayed| replayed.database.doubts.keys().copied()).collect();
    let said = Said { tables: tables(false), open: tables(true), doubts };
    // where columns are not known, or only perhaps there, nor is their number
    let shifted = end.iter().filter(|fact| fact.kind == Kind::Column && fact.own(Field::Called).is_some());
    let shifted: BTreeSet<&str> = shifted.filter_map(|fact| fact.own(Field::Table)?.text()).collect();
    let place = |line: String| match line.strip_prefix("place ").and_then(|rest| rest.split_once(' ')) {
        Some((column, rest))
            if said
                .open
                .iter()
                .map(String::as_str)
                .chain(shifted.iter().copied())
                .any(|table| column.starts_with(&format!("{table}."))) =>
        {
            format!("place {column} ? {}", rest.split_once(' ').map_or("", |(_, rest)| rest))
        }
        _ => line,
    };
    (end.iter().flat_map(lines).map(place).collect(), said)
}

/// A column has two lines: what it is made of, and what it has where nobody writes it.
fn lines(fact: &Fact) -> Vec<String> {
    line(fact).into_iter().chain(place(fact)).collect()
}

fn place(fact: &Fact) -> Option<String> {
    if fact.kind != Kind::Column {
        return None;
    }
    let word = |field: Field| match fact.own(field) {
        Some(State::Unknown(..)) => "?".to_owned(),
        Some(state) => match state.value() {
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Secret(_)) => "t".to_owned(),
            _ => state.text().unwrap_or("-").to_owned(),
        },
        None => "-".to_owned(),
    };
    Some(format!(
        "place {}.{} {} default={} generated={} identity={}",
        word(Field::Table),
        word(Field::Name),
        word(Field::Position),
        word(Field::Definition).replace('-', "f"),
        word(Field::Generated),
        word(Field::Identity)
    ))
}

fn line(fact: &Fact) -> Option<String> {
    let text = |field: Field| match fact.own(field) {
        Some(State::Unknown(..)) => "?".to_owned(),
        Some(state) => match state.value() {
            Some(Value::Bool(yes)) => if *yes { "t" } else { "f" }.to_owned(),
            Some(Value::List(items)) => {
                let mut names: Vec<String> = items
                    .iter()
                    .filter_map(|item| match item {
                        Value::Text(text) => Some(text.to_string()),
                        _ => None,
                    })
                    .collect();
                if field == Field::ExecutableBy {
                    names.sort();
                }
                names.join(",")
            }
            _ => state.text().unwrap_or("-").to_owned(),
        },
        None => "-".to_owned(),
    };
    let table = text(Field::Table);
    let name = text(Field::Name);
    Some(match fact.kind {
        Kind::Table => format!(
            "table {table} rls={} forced={} key={} policies={}",
            text(Field::Rls),
            text(Field::Forced),
            // a foreign table has none
            text(Field::PrimaryKey).replace('-', "f"),
            text(Field::HasPolicies)
        ),
        Kind::Column => {
            format!("column {table}.{name} {} null={}", text(Field::ColumnType), text(Field::Nullable))
        }
        Kind::Index => {
            format!("index {name} on {table} unique={} constraint={}", text(Field::Unique), text(Field::OfConstraint))
        }
        Kind::ForeignKey => {
            format!("foreign key {name} of {table} to {} ({})", text(Field::References), text(Field::Columns))
        }
        Kind::Constraint => {
            let columns = if text(Field::Constraint) == "exclude" { String::new() } else { text(Field::Columns) };
            format!("constraint {name} of {table} {} ({})", text(Field::Constraint), columns.replace('-', ""))
        }
        Kind::Trigger => format!("trigger {name} on {table} runs {}", text(Field::Executes)),
        Kind::Type => format!("type {}.{name} {}", text(Field::Schema), text(Field::Labels)),
        Kind::Schema => format!("schema {name}"),
        Kind::Extension => format!("extension {name}"),
        Kind::Role => format!(
            "role {name} login={} superuser={} bypass_rls={}",
            text(Field::Login),
            text(Field::Superuser),
            text(Field::BypassRls)
        ),
        Kind::DefaultPrivilege if ["maintain", "-"].contains(&text(Field::Privilege).as_str()) => return None,
        // the owner's own, which the catalogue does not list
        Kind::DefaultPrivilege if text(Field::Grantee) == "postgres" => return None,
        Kind::DefaultPrivilege => format!(
            "default privilege {} on {} in {} to {}",
            text(Field::Privilege),
            text(Field::ObjectKind),
            text(Field::Schema),
            text(Field::Grantee)
        ),
        Kind::RlsPolicy => format!(
            "policy {name} on {table} to {} for {} permissive={}",
            text(Field::Role),
            text(Field::Command),
            text(Field::Permissive)
        ),
        Kind::Function => format!(
            "function {}.{name}({}) definer={} path={} callers={}",
            text(Field::Schema),
            text(Field::Arguments),
            text(Field::SecurityDefiner),
            if matches!(fact.own(Field::SearchPath), Some(State::Stated(..))) { "t" } else { "f" },
            text(Field::ExecutableBy)
        ),
        Kind::View if fact.own(Field::SecurityInvoker).is_none() => {
            format!("materialized view {table}{}", if fact.own(Field::Called).is_some() { "?" } else { "" })
        }
        Kind::View => format!("view {table} invoker={}", text(Field::SecurityInvoker)),
        Kind::Grant => {
            let object = match (text(Field::ObjectKind).as_str(), table.as_str()) {
                ("function", _) => return None,
                ("schema", _) => text(Field::Schema),
                (_, table) => table.to_owned(),
            };
            let (privilege, on) = (text(Field::Privilege), text(Field::ObjectKind));
            // MAINTAIN came with PostgreSQL 17
            if privilege == "maintain" {
                return None;
            }
            // whose privileges the catalogue does not list: the owner's own
            if text(Field::Grantee) == "postgres" {
                return None;
            }
            format!("grant {privilege} on {on} {object} to {}", text(Field::Grantee))
        }
        _ => return None,
    })
}
