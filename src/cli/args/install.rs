//! Flags of the commands for those who install preflight.

use clap::Args;
use clap_complete::Shell;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

#[derive(Debug, Args)]
pub struct ManArgs {
    /// The folder for `preflight.1` and a page for every command; the first page is printed where nothing is said
    #[arg(long, value_name = "FOLDER")]
    pub into: Option<PathBuf>,
}
