//! Writes a project of 1,000 env files with 40 variables each, and a preflight.yaml with every built-in pack, to see what
//! looking into all of them costs:
//!
//! ```text
//! cargo run --release --example env_files -- /tmp/env-files
//! cargo build --release
//! time target/release/preflight check --quiet /tmp/env-files
//! time dotenv-linter check --quiet --recursive /tmp/env-files        # cargo install dotenv-linter --locked
//! ```
//!
//! `real` is the clock; `user` and `sys` together are the work.
#![allow(clippy::print_stdout, missing_docs)]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs, io};

/// How many files.
const FILES: usize = 1_000;

/// How many variables in each.
const VARIABLES: usize = 40;

fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        println!("usage: env_files FOLDER");
        return Ok(());
    };
    fs::create_dir_all(folder.join("env/prod"))?;
    let config = "version: 1\npacks: [dragonfly, dotenv]\ntoday: \"2026-11-20\"\ndocuments:\n  - files: \"env/{environment}/{service}.env\"\n    kind: dotenv\n";
    fs::write(folder.join("preflight.yaml"), config)?;
    for file in 0..FILES {
        fs::write(folder.join(format!("env/prod/service-{file:04}.env")), text(file))?;
    }
    println!("{FILES} files of {VARIABLES} variables in {}", folder.display());
    Ok(())
}

/// One file, as services have them: tidy, so that what is measured is reading and not reporting.
fn text(file: usize) -> String {
    let mut text = String::new();
    for index in 0..VARIABLES {
        if index % 8 == 0 {
            let _ = writeln!(text, "{}# part {}", if index == 0 { "" } else { "\n" }, index / 8);
        }
        let (name, value) = variable(file, index);
        let _ = writeln!(text, "APP_{index:02}_{name}={value}");
    }
    text
}

/// Name and value of a variable.
fn variable(file: usize, index: usize) -> (&'static str, String) {
    match index {
        3 => (
            "DATABASE_URL",
            format!(
                "postgresql://app.abcdefghijklmnopqrst:MADEUP-pw-{file}@aws-0-us-east-1.pooler.supabase.com:6543/postgres?sslmode=require"
            ),
        ),
        7 => ("SUPABASE_URL", "https://abcdefghijklmnopqrst.supabase.co".to_owned()),
        11 => ("SERVICE_KEY", format!("sb_secret_MADEUPmadeupMADEUPma{:04}_4e5F6g7H", file % 10_000)),
        15 => ("CORS_ORIGINS", format!("https://app-{file}.example.com,https://www.example.com")),
        19 => ("GREETING", "\"Good morning, everybody\"".to_owned()),
        23 => ("SESSION_SECRET", format!("MADEUP7d9Kq2xV4bT8nW1z{file}")),
        27 => ("LOG_LEVEL", "INFO".to_owned()),
        31 => ("REDIS_URL", "redis://default:MADEUP-redis@cache.railway.internal:6379/0".to_owned()),
        35 => ("CALLBACK_URL", format!("https://api-{file}.example.com/hooks/a")),
        index if index % 3 == 0 => ("LIMIT", (file * 31 + index).to_string()),
        index if index % 3 == 1 => ("ENABLED", file.is_multiple_of(2).to_string()),
        index => ("NAME", format!("service-{file}-part-{index}")),
    }
}
