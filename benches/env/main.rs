//! What looking into every value of many env files costs, and dotenv-linter on the same files, in turn:
//!
//! ```text
//! cargo install dotenv-linter --locked     # or DOTENV_LINTER=/where/it/is
//! cargo bench --bench env
//! ```
//!
//! Times are user and system time together, of whole processes as a user runs them, the output written away.
#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

mod project;

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs, io};

/// So many runs of each command, after one that is not counted: the clock of processes ticks a hundred times a second.
const RUNS: usize = 20;

/// From 1,000 files to 4,000 a run may cost so many times as much.
const MOST: f64 = 5.5;

fn main() -> io::Result<ExitCode> {
    let folder = env::temp_dir().join(format!("preflight-bench-{}", std::process::id()));
    let result = measure(&folder);
    fs::remove_dir_all(&folder)?;
    result
}

fn measure(folder: &Path) -> io::Result<ExitCode> {
    let linter = env::var("DOTENV_LINTER").unwrap_or_else(|_| "dotenv-linter".to_owned());
    let has_linter = Command::new(&linter).arg("--version").stdout(Stdio::null()).status().is_ok();
    if !has_linter {
        eprintln!("dotenv-linter is not there: only preflight is measured");
    }
    println!("{:<44}{:>12}{:>16}{:>8}", "user + sys of a run", "preflight", "dotenv-linter", "ratio");
    for (name, tidy) in [("1,000 tidy files", true), ("1,000 files in no order", false)] {
        let files = folder.join(if tidy { "tidy" } else { "unordered" });
        project::write(&files, 1_000, tidy)?;
        for quiet in [false, true] {
            let flags: &[&str] = if quiet { &["--quiet"] } else { &[] };
            let mut ours = command(env!("CARGO_BIN_EXE_preflight"), &["check"], flags, &files);
            let mut theirs = command(&linter, &["check", "--recursive", "--skip-updates"], flags, &files);
            let (mut sum, mut their_sum) = (0.0, 0.0);
            for run in 0..=RUNS {
                let cost = cost_of(&mut ours)?;
                let their_cost = if has_linter { cost_of(&mut theirs)? } else { f64::NAN };
                if run > 0 {
                    (sum, their_sum) = (sum + cost, their_sum + their_cost);
                }
            }
            let name = format!("{name}{}", if quiet { ", --quiet" } else { "" });
            let (one, their) = (1_000.0 * sum / RUNS as f64, 1_000.0 * their_sum / RUNS as f64);
            println!("{name:<44}{one:>9.0} ms{their:>13.0} ms{:>8.2}", sum / their_sum);
        }
    }
    growth(folder)
}

/// How the cost grows with the number of files.
fn growth(folder: &Path) -> io::Result<ExitCode> {
    let mut costs = Vec::new();
    for files in [1_000, 4_000] {
        let folder = folder.join(files.to_string());
        project::write(&folder, files, true)?;
        let mut ours = command(env!("CARGO_BIN_EXE_preflight"), &["check"], &[], &folder);
        cost_of(&mut ours)?;
        let sum: f64 = (0..RUNS / 2).map(|_| cost_of(&mut ours)).sum::<io::Result<f64>>()?;
        costs.push(sum);
    }
    let [few, many] = costs.as_slice() else { return Ok(ExitCode::FAILURE) };
    println!("4,000 tidy files cost {:.1} times as much as 1,000 (at most {MOST})", many / few);
    Ok(if many / few <= MOST { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn command(program: &str, words: &[&str], flags: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(words).args(flags).arg(folder).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// What one run costs, in seconds.
fn cost_of(command: &mut Command) -> io::Result<f64> {
    let before = children()?;
    command.status()?;
    Ok(children()? - before)
}

/// The user and system time of all children that have ended, in seconds (proc_pid_stat(5): cutime, cstime; hundredths).
fn children() -> io::Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The name of the command stands in brackets and may hold blanks.
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
    let ticks: f64 = fields.skip(13).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    Ok(ticks / 100.0)
}
