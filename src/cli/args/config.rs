//! Flags of the commands about the configuration.

use super::ProjectArgs;
use clap::builder::BoolishValueParser;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct ConfigArgs {
    #[command(subcommand)]
    pub what: ConfigCommand,
}

/// What is done with the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show every value in effect and where it comes from: a default, a pack, preflight.yaml, a variable or a flag
    Show(ConfigShowArgs),
}

#[derive(Debug, Args)]
pub struct ConfigShowArgs {
    /// A path of the project [default: .]
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    #[command(flatten)]
    pub project: ProjectArgs,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = ["human", "json"])]
    pub format: String,
    /// As `check` takes it
    #[arg(long, env = "PREFLIGHT_STRICT", hide_env_values = true, value_parser = BoolishValueParser::new())]
    pub strict: bool,
    /// As `check` takes it
    #[arg(long, value_name = "LEVEL", value_parser = ["error", "warning", "info"])]
    #[arg(env = "PREFLIGHT_FAIL_ON", hide_env_values = true)]
    pub fail_on: Option<String>,
}
