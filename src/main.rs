//! The `preflight` command: streams and arguments in, exit status out.

use preflight::cli::{Terminal, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    match Terminal::of_process() {
        Ok(mut terminal) => ExitCode::from(run(std::env::args_os(), &mut terminal)),
        Err(_) => ExitCode::from(2),
    }
}
