//! The `preflight` command: streams and arguments in, exit status out.

use preflight::cli::{Terminal, run};
use std::io::Write as _;
use std::process::ExitCode;

/// A run makes many small texts, in several threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match Terminal::of_process() {
        Ok(mut terminal) => ExitCode::from(run(std::env::args_os(), &mut terminal)),
        Err(error) => {
            // There is no terminal to speak through yet.
            let _ = writeln!(std::io::stderr(), "preflight: the current folder cannot be used: {}", error.kind());
            ExitCode::from(2)
        }
    }
}
