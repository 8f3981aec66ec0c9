//! Throughput of reading migrations, as ratios to `sqlparser` reading the same statements in the same run:
//! `cargo bench --bench sql [-- DIR]`
//!
//! All `.sql` files of `DIR` are read into memory first; without one, the fixtures are taken again and again until there
//! are a few megabytes. One thread; the parts take turns, and each row is the median of its rounds. The status is 1 where
//! a ratio is below its floor.
//!
//! `cargo bench --bench sql -- --hostile [NAME]` reads scripts that are made to be slow in three sizes instead, and shows
//! how the time grows.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod hostile;

use preflight::discover::Found;
use preflight::document::{self, Input, Settings, sql};
use preflight::evaluate::Run;
use preflight::policy::{self, PolicySet, Spellings};
use preflight::project;
use preflight::source::{SourceId, SourceMap};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use std::collections::HashSet;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// The pack whose policies are in force.
const PACK: &str = "dragonfly";
/// The fixtures are repeated until there are so many bytes.
const ENOUGH: usize = 3_000_000;
/// Each part is timed for about so many bytes: small corpora get more rounds.
const VOLUME: usize = 40_000_000;
/// But not in fewer rounds.
const FEWEST: usize = 9;

/// One script in memory.
struct Script {
    path: String,
    text: String,
}

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let measures = arguments.iter().any(|argument| argument == "--bench");
    let is_hostile = arguments.iter().any(|argument| argument == "--hostile");
    arguments.retain(|argument| !argument.starts_with('-'));
    if !measures {
        eprintln!("nothing is measured: run it with `cargo bench --bench sql`");
        return ExitCode::SUCCESS;
    }
    let held = match arguments.first() {
        only if is_hostile => hostile::run(only.map(String::as_str)),
        folder => corpus(folder.map(Path::new)).and_then(|scripts| run(&scripts)),
    };
    match held {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

/// The scripts of a folder, or enough of the fixtures.
fn corpus(folder: Option<&Path>) -> Result<Vec<Script>, String> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let root = folder.unwrap_or(&fixtures);
    let mut paths = Vec::new();
    walk(root, &mut paths)?;
    paths.sort();
    let mut scripts = Vec::new();
    for path in &paths {
        let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        // what is no UTF-8 is no input of the readers
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let path = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
        scripts.push(Script { path, text });
    }
    let once = bytes_of(&scripts);
    if once == 0 {
        return Err(format!("{}: no .sql file", root.display()));
    }
    if folder.is_none() {
        let copies = (1..ENOUGH.div_ceil(once)).flat_map(|copy| {
            let again = |script: &Script| Script { path: format!("{copy}/{}", script.path), text: script.text.clone() };
            scripts.iter().map(again).collect::<Vec<_>>()
        });
        let copies: Vec<Script> = copies.collect();
        scripts.extend(copies);
    }
    Ok(scripts)
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| format!("{}: {error}", folder.display()))?.path();
        if path.is_dir() {
            walk(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            paths.push(path);
        }
    }
    Ok(())
}

fn bytes_of(scripts: &[Script]) -> usize {
    scripts.iter().map(|script| script.text.len()).sum()
}

/// What is measured, and how much faster than sqlparser it has to be.
const ROWS: [(&str, f64); 5] = [
    ("sqlparser: every statement, tokens and tree", 1.0),
    ("split into statements", 5.0),
    ("read to facts: split, recognise, bodies, lower", 1.0),
    ("the same, and sqlparser on every statement", 0.5),
    ("read to facts, and judged by the pack to its end", 0.5),
];

/// Whether every floor held.
fn run(scripts: &[Script]) -> Result<bool, String> {
    // the caller is the one thread: what it frees was made by it
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global();
    pool.map_err(|error| error.to_string())?;
    let bytes = bytes_of(scripts);
    let texts: Vec<&str> = scripts.iter().map(|script| script.text.as_str()).collect();
    let statements: Vec<&str> =
        texts.iter().flat_map(|text| sql::statements(text).into_iter().filter_map(|range| text.get(range))).collect();
    let refused = statements.iter().filter(|text| !sqlparser_reads(text)).count();
    println!("{:.2} MB in {} scripts, {} statements", bytes as f64 / 1e6, scripts.len(), statements.len());
    println!("sqlparser refuses {:.1} % of them", 100.0 * refused as f64 / statements.len().max(1) as f64);
    let rounds = (VOLUME / bytes).max(FEWEST);
    let mut seconds: [Vec<f64>; 5] = Default::default();
    for _ in 0..rounds {
        let parts = [
            time(|| statements.iter().filter(|text| sqlparser_reads(text)).count()),
            time(|| texts.iter().map(|text| sql::statements(text).len()).sum()),
            time(|| scripts.iter().map(facts).sum()),
            time(|| {
                let facts: usize = scripts.iter().map(facts).sum();
                facts + statements.iter().filter(|text| sqlparser_reads(text)).count()
            }),
            judge(scripts)?,
        ];
        seconds.iter_mut().zip(parts).for_each(|(all, part)| all.push(part));
    }
    Ok(print(&seconds, bytes))
}

/// Prints the rows, and says whether every floor held.
fn print(seconds: &[Vec<f64>; 5], bytes: usize) -> bool {
    let mut held = true;
    println!("{:<50} {:>8} {:>8} {:>7}", "", "MB/s", "ratio", "floor");
    for ((name, floor), own) in ROWS.iter().zip(seconds) {
        // each round against the same round of sqlparser: what slows the machine down slows both
        let ratio = median(seconds[0].iter().zip(own).map(|(base, own)| base / own).collect());
        let low = ratio < *floor;
        held &= !low;
        let speed = bytes as f64 / 1e6 / median(own.clone());
        println!("{name:<50} {speed:>8.1} {ratio:>8.2} {floor:>7.1}{}", if low { "  TOO SLOW" } else { "" });
    }
    held
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Seconds that some work takes; what it gives is kept from being optimised away.
#[allow(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn time(work: impl FnOnce() -> usize) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64()
}

fn sqlparser_reads(statement: &str) -> bool {
    black_box(Parser::parse_sql(&PostgreSqlDialect {}, statement)).is_ok()
}

/// Reads one script: how many facts it gives.
fn facts(script: &Script) -> usize {
    let settings = Settings::default();
    let mut sources = SourceMap::new();
    let source: SourceId = sources.add("", "");
    let input = Input { source, text: &script.text, path: &script.path, settings: &settings };
    black_box(sql::parse(input)).facts.len()
}

/// Seconds from the texts to the findings, with everything that a run keeps of them.
fn judge(scripts: &[Script]) -> Result<f64, String> {
    let mut sources = SourceMap::new();
    let set = pack(&mut sources)?;
    let settings = project::settings(None, &set, None);
    let kind = document::kind("migration").ok_or("there is no document kind `migration`")?;
    let found = |script: &Script| {
        Found::unconfigured(PathBuf::from(&script.path), script.path.clone(), kind, Ok(script.text.clone()))
    };
    let found: Vec<Found> = scripts.iter().map(found).collect();
    Ok(time(|| {
        let read = project::read(found, &settings, &set.spellings, |found| found.relative.clone(), &mut sources);
        let run = Run { today: None, wanted: &|_| true, needs: &[] };
        let evaluation = read.judge(None, &set, &[], run, HashSet::new());
        black_box(&evaluation).findings.len() + read.unread.len()
    }))
}

fn pack(sources: &mut SourceMap) -> Result<PolicySet, String> {
    let text = policy::built_in(PACK).ok_or_else(|| format!("there is no pack `{PACK}`"))?;
    let set = policy::load(&[text], &Spellings::default(), &[], sources);
    set.map_err(|problems| problems.iter().map(|problem| format!("{}\n", problem.message)).collect())
}
