//! The command line: flags and their help.

mod config;
mod database;
mod install;

pub use config::{ConfigArgs, ConfigCommand, ConfigShowArgs};
pub use database::{DriftArgs, StateArgs};
pub use install::{CompletionsArgs, ManArgs};

use clap::builder::BoolishValueParser;
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
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        global = true,
        env = "PREFLIGHT_COLOR",
        hide_env_values = true
    )]
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
    /// Show the tables of matrix policies with the truth beside them
    Matrix(MatrixArgs),
    /// Report every credential with its holders: who may reach what, and what is shared
    Audit(AuditArgs),
    /// List the policies in force
    Policies(PoliciesArgs),
    /// Show the schema that the migrations leave
    State(StateArgs),
    /// Compare two schemas: migrations, dumps or kept states
    Drift(DriftArgs),
    /// Write a first preflight.yaml, or make a policy file of a runbook's tables
    Init(InitArgs),
    /// List the waivers, with the days that each still holds
    Waivers(WaiversArgs),
    /// Take what is found today as known
    Baseline(BaselineArgs),
    /// Collect the exports of a project, in files that only you can read
    Import(ImportArgs),
    /// Print the JSON Schema of a file format
    Schema(SchemaArgs),
    /// Show the configuration in effect
    Config(ConfigArgs),
    /// Print what completes commands and flags in a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write one for every command into a folder
    Man(ManArgs),
}

/// Which project.
#[derive(Clone, Debug, Default, Args)]
pub struct ProjectArgs {
    /// Use this preflight.yaml instead of the one above each path
    #[arg(long, value_name = "FILE", env = "PREFLIGHT_CONFIG", hide_env_values = true)]
    pub config: Option<PathBuf>,
    /// The date that counts as today: YYYY-MM-DD, or `now`; without it only waivers look at the clock
    #[arg(long, value_name = "DATE", env = "PREFLIGHT_TODAY", hide_env_values = true)]
    pub today: Option<String>,
    /// Judge by the configuration of another commit: preflight.yaml, its packs and policies; documents stay those of now
    #[arg(long, value_name = "REV", env = "PREFLIGHT_CONFIG_FROM", hide_env_values = true)]
    pub config_from: Option<String>,
}

/// Which change is judged.
#[derive(Debug, Default, Args)]
pub struct ChangeArgs {
    /// Judge what a pull request changes, against the merge base with BASE: commits, staged, unstaged and new files; facts
    /// come from the whole project [default BASE: the target branch in CI, else the default branch]
    #[arg(long, value_name = "BASE", num_args = 0..=1)]
    pub changed: Option<Option<String>>,
    /// Judge what the next commit changes: everything is read from the index, not from the work tree
    #[arg(long, conflicts_with = "changed")]
    pub staged: bool,
    /// Compare migrations with the merge base of BRANCH and HEAD, for policies about their history [default: with --changed
    /// its BASE; with --staged and in CI the target branch, else the default branch; else none, and such policies are not judged]
    #[arg(long, value_name = "BRANCH")]
    pub base: Option<String>,
    /// Judge what the hook framework pre-commit runs for: what is staged; under `--from-ref` or before a push what
    /// changed since; everything where nothing is staged and no commit is being made, as under `--all-files`
    #[arg(long, conflicts_with_all = ["changed", "staged"])]
    pub pre_commit: bool,
}

/// What migrations are compared with.
#[derive(Debug, Default, Args)]
pub struct BaseArgs {
    /// Compare migrations with the merge base of BRANCH and HEAD
    #[arg(long, value_name = "BRANCH")]
    pub base: Option<String>,
}

/// What is read from standard input.
#[derive(Debug, Default, Args)]
pub struct StdinArgs {
    /// Show only what stands in documents of this kind; with `-`, what standard input is
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// Show only what is about this service; with `-`, the service that it belongs to
    #[arg(long, value_name = "NAME")]
    pub service: Option<String>,
    /// Show only what is about this environment; with `-`, the environment that it belongs to
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,
}

#[derive(Debug, Default, Args)]
pub struct CheckArgs {
    /// Files and folders to show findings of, or `-` for standard input; facts come from the whole project [default: .]
    #[arg(value_name = "PATHS")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub project: ProjectArgs,
    #[command(flatten)]
    pub stdin: StdinArgs,
    #[command(flatten)]
    pub change: ChangeArgs,
    /// How to show the result on standard output [default: human]
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    #[arg(env = "PREFLIGHT_FORMAT", hide_env_values = true)]
    pub format: Option<String>,
    /// Write the result to a file too, all of it or nothing; may be given several times
    #[arg(long, value_name = "FORMAT=FILE", value_parser = super::output::parse)]
    pub output: Vec<super::output::Wanted>,
    /// Append the result as Markdown to the summary of this step, in GitHub Actions
    #[arg(long)]
    pub step_summary: bool,
    /// What cannot be decided fails the run
    #[arg(long, env = "PREFLIGHT_STRICT", hide_env_values = true, value_parser = BoolishValueParser::new())]
    pub strict: bool,
    /// The severity from which on a finding fails the run: error, warning or info
    #[arg(long, value_name = "LEVEL", value_parser = ["error", "warning", "info"])]
    #[arg(env = "PREFLIGHT_FAIL_ON", hide_env_values = true)]
    pub fail_on: Option<String>,
    /// Judge by this policy only; may be given several times
    #[arg(long, value_name = "ID")]
    pub policy: Vec<String>,
    /// Report only what this baseline does not know [default file: preflight-baseline.json beside preflight.yaml]
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub baseline: Option<Option<PathBuf>>,
    /// Report what the baseline knows too
    #[arg(long, conflicts_with = "baseline")]
    pub no_baseline: bool,
    /// Report what waivers hide too
    #[arg(long)]
    pub no_waivers: bool,
}

/// What is shown of it.
#[derive(Clone, Debug, Default, Args)]
pub struct LabelArgs {
    /// Show only this service
    #[arg(long, value_name = "NAME")]
    pub service: Option<String>,
    /// Show only this environment
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,
}

impl From<LabelArgs> for StdinArgs {
    fn from(labels: LabelArgs) -> Self {
        Self { kind: None, service: labels.service, environment: labels.environment }
    }
}

#[derive(Debug, Args)]
pub struct MatrixArgs {
    /// Files and folders: shows the services that have a document there [default: .]
    #[arg(value_name = "PATHS")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub project: ProjectArgs,
    #[command(flatten)]
    pub labels: LabelArgs,
    /// How to show the tables
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = matrix_formats())]
    pub format: String,
    /// The table of this policy only; may be given several times
    #[arg(long, value_name = "ID")]
    pub policy: Vec<String>,
    /// Leave out services and variables of which nothing is broken or undecided
    #[arg(long)]
    pub broken: bool,
    /// What the policy asks, compared with nothing: the tables of a runbook
    #[arg(long, conflicts_with_all = ["broken", "service", "environment"])]
    pub policy_only: bool,
    /// A built-in pack, or the path of one, instead of a project; may be given several times
    #[arg(long, value_name = "PACK", requires = "policy_only", conflicts_with_all = ["paths", "config"])]
    pub pack: Vec<String>,
    /// What cannot be decided fails the run
    #[arg(long)]
    pub strict: bool,
    /// The severity from which on a finding fails the run: error, warning or info
    #[arg(long, value_name = "LEVEL", value_parser = ["error", "warning", "info"])]
    pub fail_on: Option<String>,
}

#[derive(Debug, Args)]
pub struct AuditArgs {
    /// Files and folders: shows what stands there; the same secret is looked for in the whole project [default: .]
    #[arg(value_name = "PATHS")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub project: ProjectArgs,
    #[command(flatten)]
    pub labels: LabelArgs,
    /// How to show the report
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = audit_formats())]
    pub format: String,
}

#[derive(Debug, Args)]
pub struct WaiversArgs {
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
pub struct BaselineArgs {
    #[command(subcommand)]
    pub action: BaselineAction,
}

/// What to do with the baseline.
#[derive(Debug, Subcommand)]
pub enum BaselineAction {
    /// Record today's findings: `check --baseline` then reports what is new
    Write(BaselineWriteArgs),
}

#[derive(Debug, Args)]
pub struct BaselineWriteArgs {
    /// A path of the project [default: .]
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    #[command(flatten)]
    pub project: ProjectArgs,
    #[command(flatten)]
    pub since: BaseArgs,
    /// The file to write [default: what `baseline:` names, else preflight-baseline.json beside preflight.yaml]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct FactsArgs {
    /// Files and folders to show facts of, or `-` for standard input [default: .]
    #[arg(value_name = "PATHS")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub project: ProjectArgs,
    #[command(flatten)]
    pub since: BaseArgs,
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
    #[command(flatten)]
    pub since: BaseArgs,
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
    /// policy (policy files), pack (pack.yaml), config (preflight.yaml), waivers (preflight-waivers.yaml), baseline
    /// (preflight-baseline.json) or report, matrix, audit or state (--format json), or ndjson (one line
    /// of it)
    #[arg(value_name = "WHAT", value_parser = crate::schema::names())]
    pub what: String,
}

#[derive(Debug, Args)]
pub struct InitArgs {
    /// Make a policy file of the tables of variables in this Markdown page, instead of a preflight.yaml
    #[arg(long, value_name = "PAGE")]
    pub from: Option<PathBuf>,
    /// Where the policy file goes; it is printed where nothing is said
    #[arg(long, value_name = "FILE", requires = "from", conflicts_with = "pack")]
    pub output: Option<PathBuf>,
    /// Write a pack: a folder with the policy file in it, and a pack.yaml
    #[arg(long, value_name = "FOLDER", requires = "from")]
    pub pack: Option<PathBuf>,
    /// The environment that the tables are about; may be given several times
    #[arg(long, value_name = "NAME", requires = "from", default_value = "prod")]
    pub environment: Vec<String>,
    /// Write over a file that is there
    #[arg(long)]
    pub force: bool,
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
    values(crate::report::FORMATS.iter().map(|format| (format.name, format.doc)))
}

/// The names of the table of formats of `matrix`.
fn matrix_formats() -> clap::builder::PossibleValuesParser {
    values(crate::matrix::FORMATS.iter().map(|format| (format.name, format.doc)))
}

/// The names of the table of formats of `audit`.
fn audit_formats() -> clap::builder::PossibleValuesParser {
    values(crate::audit::FORMATS.iter().map(|format| (format.name, format.doc)))
}

fn values(table: impl Iterator<Item = (&'static str, &'static str)>) -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(table.map(|(name, doc)| clap::builder::PossibleValue::new(name).help(doc)))
}
