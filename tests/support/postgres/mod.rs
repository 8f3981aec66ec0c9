//! Migrations held against a real PostgreSQL: what vanished, was emptied, opened or lost its protection while they ran,
//! beside the operations that preflight names in them. Used by `tests/postgres.rs` and by `examples/oracle.rs`.
//!
//! `server` runs a temporary PostgreSQL; `probes.sql` watches it; `effect` reads what the probes said; `said` reads what
//! preflight says; `fit` and `judge` compare them.

pub mod catalog;
mod effect;
mod fit;
mod judge;
mod said;
mod server;

pub use judge::{Claim, Judgement};
pub use server::Server;

use said::Script;
use std::fs;
use std::path::{Path, PathBuf};

/// One migration that ran.
pub struct Outcome {
    /// Its path below the folder.
    pub path: String,
    /// How many statements preflight sees in it.
    pub statements: usize,
    /// Lines of statements that PostgreSQL refused, with its message.
    pub refused: Vec<(usize, String)>,
    /// `line: message` of what preflight did not understand in statements that PostgreSQL accepted.
    pub not_understood: Vec<String>,
    /// What PostgreSQL did, and whether preflight names it: recall.
    pub effects: Vec<(String, Judgement)>,
    /// What preflight says it does, and whether PostgreSQL did it: precision.
    pub claims: Vec<(String, Claim)>,
}

/// The migrations of a folder in the order in which they run: `*.sql` in it, or `*/migration.sql` below it, by the bytes
/// of their names; with `numeric` by the number that each name begins with.
///
/// # Errors
/// Where the folder cannot be read.
pub fn migrations(folder: &Path, numeric: bool) -> Result<Vec<PathBuf>, String> {
    let said = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(said)? {
        let path = entry.map_err(said)?.path();
        let nested = path.join("migration.sql");
        if path.is_file() && path.extension().is_some_and(|extension| extension == "sql") {
            found.push(path);
        } else if nested.is_file() {
            found.push(nested);
        }
    }
    let number = |path: &PathBuf| {
        let name = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned();
        let digits = name.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = if numeric { name.get(..digits).and_then(|text| text.parse().ok()).unwrap_or(0) } else { 0 };
        (number, name)
    };
    found.sort_by_cached_key(number);
    Ok(found)
}

/// Runs migrations one by one in a new database and judges each. `supabase` provides tables and functions besides roles.
///
/// # Errors
/// Where the server or a file fails; a statement that the server refuses is part of the outcome.
pub fn hold(server: &Server, files: &[PathBuf], supabase: bool) -> Result<Vec<Outcome>, String> {
    server.new_database(supabase)?;
    let mut history = judge::History::new(&effect::read(&server.baseline()?));
    let mut outcomes = Vec::new();
    for file in files {
        let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let script = Script::read(&text);
        let messages = server.run(&text)?;
        let run = effect::read(&messages);
        let path = match file.file_name() {
            Some(name) if name == "migration.sql" => file.parent().and_then(Path::file_name).unwrap_or(name),
            Some(name) => name,
            None => continue,
        };
        outcomes.push(judge::judge(path.to_string_lossy().into_owned(), &text, &script, &run, &mut history));
    }
    Ok(outcomes)
}

/// What was counted over outcomes.
#[derive(Default)]
pub struct Sum {
    /// Statements that preflight sees, refused by PostgreSQL, accepted but not understood.
    pub statements: [usize; 3],
    /// Effects, and those that are named, named as undecided, and missed.
    pub recall: [usize; 4],
    /// Claims that PostgreSQL was given, and those with an effect, those that had nothing to do, and those without one.
    pub precision: [usize; 4],
}

/// Counts outcomes.
pub fn sum(outcomes: &[Outcome]) -> Sum {
    let mut sum = Sum::default();
    for outcome in outcomes {
        sum.statements[0] += outcome.statements;
        sum.statements[1] += outcome.refused.len();
        sum.statements[2] += outcome.not_understood.len();
        for (_, judgement) in &outcome.effects {
            sum.recall[0] += 1;
            sum.recall[match judgement {
                Judgement::Named | Judgement::NamedWhereDefined => 1,
                Judgement::Undecided => 2,
                Judgement::Missed => 3,
            }] += 1;
        }
        for (_, claim) in &outcome.claims {
            sum.precision[0] += 1;
            sum.precision[match claim {
                Claim::Done => 1,
                Claim::NothingToDo => 2,
                Claim::NotDone => 3,
            }] += 1;
        }
    }
    sum
}
