//! Flags of the commands that show and compare schemas.

use super::ProjectArgs;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct StateArgs {
    /// Paths of the project [default: .]
    #[arg(value_name = "PATHS")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub project: ProjectArgs,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = ["human", "json", "sql"])]
    pub format: String,
}

#[derive(Debug, Args)]
pub struct DriftArgs {
    /// What should be: a folder of migrations, a dump (pg_dump --schema-only), or the JSON of `preflight state`
    #[arg(long, value_name = "PATH")]
    pub expected: PathBuf,
    /// What is: likewise
    #[arg(long, value_name = "PATH")]
    pub actual: PathBuf,
    /// Compare this schema alone: for a dump of some schemas; once for each
    #[arg(long = "schema", value_name = "NAME")]
    pub schemas: Vec<String>,
    /// The page that names tables which may stay [default: SCHEMA_DRIFT.md, where it is there]
    #[arg(long, value_name = "FILE")]
    pub documented: Option<PathBuf>,
    /// How to show the result
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = ["human", "markdown", "json"])]
    pub format: String,
    /// The severity from which on a difference fails the run: error, warning or info
    #[arg(long, value_name = "LEVEL", value_parser = ["error", "warning", "info"])]
    pub fail_on: Option<String>,
    /// What cannot be compared fails the run
    #[arg(long)]
    pub strict: bool,
}
