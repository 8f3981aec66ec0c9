//! The command line: flags and their help.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Judges env files, Railway exports and SQL migrations by policies written in YAML.
#[derive(Debug, Parser)]
#[command(name = "preflight", version, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "Exit status: 0 nothing at or above the fail level, 1 findings, 2 no verdict (bad usage, a broken policy or \
                        configuration, an input that could not be read, nothing to check)."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// Show more: policies that were idle, what was read
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub verbose: u8,
    /// Print nothing: the exit status says it
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// When to colour the output
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub color: Color,
}

/// When to colour the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Also in a pipe
    Always,
    /// Nowhere
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge documents by the policies in force
    Check(CheckArgs),
    /// Show what is seen: every fact with its fields and its place, values masked
    Facts(FactsArgs),
    /// Explain a policy, a kind of fact, or what stands at FILE:LINE
    Explain(ExplainArgs),
    /// List the policies in force
    Policies(PoliciesArgs),
    /// Collect the exports of a project, in files that only you can read
    Import(ImportArgs),
    /// Print the JSON Schema of a file format
    Schema(SchemaArgs),
}

/// Which project.
#[derive(Debug, Args)]
pub struct ProjectArgs {
    /// Use this preflight.yaml instead of the one above each path
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The date that counts as today: YYYY-MM-DD, or `now`; without it nothing depends on the date
    #[arg(long, value_name = "DATE")]
    pub today: Option<String>,
}

/// What is read from standard input.
#[derive(Debug, Args)]
pub struct StdinArgs {
    /// The kind of document that `-` (standard input) is
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// Show only what is about this service; with `-`, the service that it belongs to
    #[arg(long, value_name = "NAME")]
    pub service: Option<String>,
    /// Show only what is about this environment; with `-`, the environment that it belongs to
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Files and folders to show findings of, or `-` for standard input; facts come from the whole project [default: .]
    #[arg(value_name = "PATHS")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub project: ProjectArgs,
    #[command(flatten)]
    pub stdin: StdinArgs,
    /// How to show the result on standard output [default: human]
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    pub format: Option<String>,
    /// Write the result to a file too, all of it or nothing; may be given several times
    #[arg(long, value_name = "FORMAT=FILE", value_parser = super::output::parse)]
    pub output: Vec<super::output::Wanted>,
    /// Append the result as Markdown to the summary of this step, in GitHub Actions
    #[arg(long)]
    pub step_summary: bool,
    /// What cannot be decided fails the run
    #[arg(long)]
    pub strict: bool,
    /// The severity from which on a finding fails the run: error, warning or info
    #[arg(long, value_name = "LEVEL", value_parser = ["error", "warning", "info"])]
    pub fail_on: Option<String>,
    /// Judge by this policy only; may be given several times
    #[arg(long, value_name = "ID")]
    pub policy: Vec<String>,
}

#[derive(Debug, Args)]
pub struct FactsArgs {
    /// Files and folders to show facts of, or `-` for standard input [default: .]
    #[arg(value_name = "PATHS")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub project: ProjectArgs,
    #[command(flatten)]
    pub stdin: StdinArgs,
    /// How to show them
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = ["human", "json"])]
    pub format: String,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A policy id, a kind of fact, or FILE:LINE
    #[arg(value_name = "WHAT")]
    pub what: String,
    #[command(flatten)]
    pub project: ProjectArgs,
}

#[derive(Debug, Args)]
pub struct PoliciesArgs {
    /// A path of the project [default: .]
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    #[command(flatten)]
    pub project: ProjectArgs,
    /// How to show them
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = ["human", "json"])]
    pub format: String,
}

#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// policy (policy files), pack (pack.yaml), config (preflight.yaml), report (--format json) or ndjson (one line of it)
    #[arg(value_name = "WHAT", value_parser = crate::schema::names())]
    pub what: String,
}

#[derive(Debug, Args)]
pub struct ImportArgs {
    #[command(subcommand)]
    pub platform: Platform,
}

/// Where the exports come from.
#[derive(Debug, Subcommand)]
pub enum Platform {
    /// Ask Railway's command line for the status, every environment, and the variables of every service
    Railway(ImportRailwayArgs),
}

#[derive(Debug, Args)]
pub struct ImportRailwayArgs {
    /// The folder that they go to
    #[arg(long, value_name = "FOLDER", default_value = "railway")]
    pub into: PathBuf,
    /// Only this environment; may be given several times
    #[arg(long, value_name = "NAME")]
    pub environment: Vec<String>,
}

/// The names of the table of formats.
fn formats() -> clap::builder::PossibleValuesParser {
    let values =
        crate::report::FORMATS.iter().map(|format| clap::builder::PossibleValue::new(format.name).help(format.doc));
    clap::builder::PossibleValuesParser::new(values)
}
