//! The commands: one file each. The only room that prints.

mod args;
mod atomic;
mod audit;
mod baseline;
mod before;
mod check;
mod config;
mod drift;
mod exceptions;
mod explain;
mod facts;
mod guard;
mod import;
mod init;
mod json;
mod load;
mod matrix;
mod policies;
mod session;
mod state;
mod variables;
mod view;
mod waivers;

pub use variables::{Variable, all as variables};

use crate::report::Style;
use args::{Cli, Color, Command, ConfigCommand};
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};
use guard::Guard;
use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Read, Write};
use std::path::PathBuf;

/// Variables by which a CI runner makes itself known.
const RUNNERS: &[&str] = &["CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD"];

/// What a command talks to.
pub struct Terminal {
    /// Standard input.
    pub stdin: Box<dyn Read>,
    /// Where results go.
    pub stdout: Box<dyn Write>,
    /// Where usage errors go.
    pub stderr: Box<dyn Write>,
    /// Where the command was run.
    pub folder: PathBuf,
    /// Whether results go to a person's screen that takes colour.
    pub color: bool,
    /// The width of that screen in columns, if it is one.
    pub width: Option<usize>,
}

impl Terminal {
    /// The process's own streams.
    ///
    /// # Errors
    /// The current folder is gone.
    pub fn of_process() -> io::Result<Self> {
        let stdout = io::stdout();
        let color = matches!(
            anstream::AutoStream::choice(&stdout),
            anstream::ColorChoice::Always | anstream::ColorChoice::AlwaysAnsi
        );
        let width =
            stdout.is_terminal().then(terminal_size::terminal_size).flatten().map(|(width, _)| usize::from(width.0));
        let runner = RUNNERS.iter().any(|name| std::env::var_os(name).is_some());
        Ok(Self {
            stdin: Box::new(io::stdin()),
            stdout: Box::new(io::BufWriter::new(stdout)),
            stderr: Box::new(io::stderr()),
            folder: std::env::current_dir()?,
            color,
            width,
        }
        .guarded(runner))
    }

    /// With a guard before both streams: no line holds what is known as a secret, or what a terminal obeys; nor, where a
    /// CI runner reads along, what that would take for a command.
    #[must_use]
    pub fn guarded(mut self, runner: bool) -> Self {
        self.stdout = Box::new(Guard::new(self.stdout, runner));
        self.stderr = Box::new(Guard::new(self.stderr, runner));
        self
    }

    /// How to write, by the flags that every command has.
    fn style(&self, cli: &Cli) -> Style {
        let color = match cli.color {
            Color::Auto => self.color,
            Color::Always => true,
            Color::Never => false,
        };
        let width = self.width.map_or(100, |width| width.clamp(40, 100));
        Style { color, width, verbose: cli.verbose, quiet: cli.quiet, unicode: true }
    }
}

/// Runs one command and gives its exit status: 0, 1 findings, 2 no verdict. A reader that goes away ends the output, and
/// is no error.
pub fn run(arguments: impl IntoIterator<Item = OsString>, terminal: &mut Terminal) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut command = variables::without_empty(Cli::command());
    let parsed = command.try_get_matches_from_mut(&arguments).and_then(|matches| {
        let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
        Ok((cli, matches))
    });
    let (cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            let styled = error.render();
            let to_stdout = !error.use_stderr();
            let stream = if to_stdout { &mut terminal.stdout } else { &mut terminal.stderr };
            let _ = if terminal.color && to_stdout {
                write!(stream, "{}", styled.ansi())
            } else {
                write!(stream, "{styled}")
            };
            if let Some(variable) = variables::blamed(&error, &arguments) {
                let _ = writeln!(stream, "\nThe value is that of the environment variable {variable}.");
            }
            let _ = stream.flush();
            return if to_stdout { 0 } else { 2 };
        }
    };
    let style = terminal.style(&cli);
    let result = match &cli.command {
        Command::Check(args) => check::run(args, &style, terminal),
        Command::Facts(args) => facts::run(args, &style, terminal),
        Command::Explain(args) => explain::run(args, &style, terminal),
        Command::Matrix(args) => matrix::run(args, &style, terminal),
        Command::Audit(args) => audit::run(args, &style, terminal),
        Command::Policies(args) => policies::run(args, &style, terminal),
        Command::Drift(args) => drift::run(args, &style, terminal),
        Command::State(args) => state::run(args, &style, terminal),
        Command::Init(args) => init::run(args, &style, terminal),
        Command::Waivers(args) => waivers::run(args, &style, terminal),
        Command::Baseline(args) => baseline::run(args, &style, terminal),
        Command::Import(args) => import::run(args, &style, terminal),
        Command::Config(args) => {
            let ConfigCommand::Show(args) = &args.what;
            let matches =
                matches.subcommand().and_then(|(_, matches)| matches.subcommand()).map(|(_, matches)| matches);
            config::run(args, matches.unwrap_or(&ArgMatches::default()), &style, terminal)
        }
        Command::Schema(args) => {
            let text = crate::schema::text(&args.what).unwrap_or_default();
            terminal.stdout.write_all(text.as_bytes()).map(|()| 0)
        }
    };
    // A reader that went away is no error here: the guard sees to that, and the verdict stands.
    match result.and_then(|status| terminal.stdout.flush().map(|()| status)) {
        Ok(status) => status,
        Err(error) => {
            let _ = writeln!(terminal.stderr, "preflight: the output cannot be written: {}", error.kind());
            let _ = terminal.stderr.flush();
            2
        }
    }
}

/// A text of an input on one line: blanks for line ends, control characters visible.
fn on_one_line(text: &str) -> String {
    let lines: Vec<&str> = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect();
    crate::source::escape_controls(&lines.join(" "))
}
