//! Writes the project of 1,000 env files with 40 variables each that `cargo bench --bench env` measures:
//!
//! ```text
//! cargo run --release --example env_files -- /tmp/env-files
//! ```
#![allow(clippy::print_stdout, missing_docs)]

use std::path::PathBuf;
use std::{env, io};

#[path = "../benches/env/project.rs"]
mod project;

/// How many files.
const FILES: usize = 1_000;

fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        println!("usage: env_files FOLDER");
        return Ok(());
    };
    project::write(&folder, FILES, true)?;
    println!("{FILES} files of {} variables in {}", project::VARIABLES, folder.display());
    Ok(())
}
