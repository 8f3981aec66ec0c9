//! Holds a folder of migrations against a real, temporary PostgreSQL:
//! `cargo run --example oracle -- [--bare] [--numeric] [--state] DIR…`
//!
//! Each folder gets a new database with the roles of a Supabase project; with `--bare` without its tables and functions.
//! Files run in the byte order of their names, or, with `--numeric`, by the number that they begin with. What vanished,
//! was emptied, opened or lost row level security must be named by preflight (recall), and what preflight says is
//! dropped, emptied or opened at the top level must have happened (precision). Misses are printed; the status is 1 where
//! there is one. With `--state` the schema that the replay ends with is held against the catalogue instead, object by object.
//!
//! The files run as an unprivileged user, and everything they say is done: only for folders that you trust.
#![allow(clippy::print_stdout, clippy::print_stderr)]

#[path = "../tests/support/postgres/mod.rs"]
mod postgres;

use postgres::{Claim, Judgement, Outcome, Server};
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (options, folders): (Vec<String>, Vec<String>) =
        arguments.into_iter().partition(|argument| argument.starts_with('-'));
    let has = |option: &str| options.iter().any(|given| given == option);
    if folders.is_empty() || options.iter().any(|option| !["--bare", "--numeric", "--state"].contains(&option.as_str()))
    {
        eprintln!("usage: oracle [--bare] [--numeric] [--state] DIR…");
        return ExitCode::from(2);
    }
    match run(&folders, has("--bare"), has("--numeric"), has("--state")) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

/// Whether nothing was missed in any folder.
fn run(folders: &[String], bare: bool, numeric: bool, state: bool) -> Result<bool, String> {
    let server = Server::start()?.ok_or("no PostgreSQL server is installed: initdb was not found")?;
    println!("PostgreSQL {}", server.version);
    let mut complete = true;
    for folder in folders {
        let folder = PathBuf::from(folder);
        let files = postgres::migrations(&folder, numeric)?;
        if files.is_empty() {
            return Err(format!("{}: no migration", folder.display()));
        }
        if state {
            print_agreement(&folder, &postgres::catalog::agree(&server, &files, !bare)?);
            continue;
        }
        let outcomes = postgres::hold(&server, &files, !bare)?;
        println!("\n{}", folder.display());
        outcomes.iter().for_each(print_misses);
        complete &= print_sum(&outcomes);
    }
    Ok(complete)
}

/// What the replay and the catalogue say of each kind of object, and where they differ.
fn print_agreement(folder: &std::path::Path, agreement: &postgres::catalog::Agreement) {
    println!("\n{}", folder.display());
    agreement.refused.iter().for_each(|line| println!("  refused   {line}"));
    for (what, lines) in
        [("MISSED", &agreement.missed), ("INVENTED", &agreement.invented), ("unknown", &agreement.unknown)]
    {
        lines.iter().for_each(|line| println!("  {what:9} {line}"));
    }
    let (same, missed) = (agreement.same.len(), agreement.missed.len());
    let mut families: std::collections::BTreeMap<&str, [usize; 3]> = std::collections::BTreeMap::new();
    for (at, lines) in [&agreement.same, &agreement.missed, &agreement.unknown].into_iter().enumerate() {
        for line in lines {
            let family = line.split(' ').next().unwrap_or(line);
            families.entry(family).or_default()[at] += 1;
        }
    }
    for (family, [same, missed, unknown]) in families {
        println!("  {family:12} {same} of {} agree, {unknown} in part unknown", same + missed);
    }
    println!(
        "  {} of {} objects agree, {} invented, {} in part unknown, {} statements refused",
        same,
        same + missed,
        agreement.invented.len(),
        agreement.unknown.len(),
        agreement.refused.len()
    );
}

fn print_misses(outcome: &Outcome) {
    for (line, message) in &outcome.refused {
        println!("  refused by PostgreSQL   {}:{line}: {message}", outcome.path);
    }
    for message in &outcome.not_understood {
        println!("  NOT UNDERSTOOD          {}:{message}", outcome.path);
    }
    for (effect, judgement) in &outcome.effects {
        match judgement {
            Judgement::Missed => println!("  MISSED                  {}:{effect}", outcome.path),
            Judgement::Undecided => println!("  undecided               {}:{effect}", outcome.path),
            Judgement::Named | Judgement::NamedWhereDefined => {}
        }
    }
    for (operation, claim) in &outcome.claims {
        if *claim == Claim::NotDone {
            println!("  NOT DONE                {}:{operation}", outcome.path);
        }
    }
}

fn print_sum(outcomes: &[Outcome]) -> bool {
    let sum = postgres::sum(outcomes);
    let [statements, refused, not_understood] = sum.statements;
    let [effects, named, undecided, missed] = sum.recall;
    let [claims, done, nothing, not_done] = sum.precision;
    println!(
        "  {} files, {statements} statements: {refused} refused by PostgreSQL, {not_understood} accepted and not understood",
        outcomes.len()
    );
    println!("  recall: {effects} effects, {named} named, {undecided} undecided, {missed} missed");
    println!(
        "  precision: {claims} destructive operations at the top level, {done} done, {nothing} with nothing to do, {not_done} not done"
    );
    missed == 0 && not_done == 0 && not_understood == 0
}
