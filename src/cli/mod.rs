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
mod hook;
mod import;
mod init;
mod install;
mod json;
mod load;
mod matrix;
mod output;
mod policies;
mod progress;
mod session;
mod state;
mod variables;
mod view;
mod waivers;

pub use variables::{Variable, all as variables};

use crate::finding::{Problem, Severity};
use crate::report::{self, Report, Style, Syntax};
use crate::source::Shown;
use args::{Cli, Color, Command, ConfigCommand};
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};
use guard::Guard;
use std::cell::Cell;
use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Read, Write};
use std::path::PathBuf;
use std::rc::Rc;

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
    /// What is around the process.
    pub around: Around,
    /// What is being written, for the guards before both streams.
    pub syntax: Rc<Cell<Syntax>>,
}

/// What is around a process: who reads along, and where else it may write.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// The runner of a CI system, if it is a known one.
    pub runner: Option<Runner>,
    /// The file that GitHub shows as the summary of a step: `GITHUB_STEP_SUMMARY`.
    pub step_summary: Option<PathBuf>,
    /// Whether a CI system runs the process.
    pub ci: bool,
    /// Whether problems go to a person's screen that takes colour.
    pub error_color: bool,
    /// Whether every line is searched once more for secrets before it is written; see [`Terminal::guarded`].
    pub guarded: bool,
    /// Whether somebody watches that screen, and may be told how far a long run is.
    pub watched: bool,
}

/// A CI system that shows findings at their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runner {
    /// GitHub Actions: reads annotations from both streams.
    GitHub,
    /// GitLab CI/CD: reads them from a file that the job names.
    GitLab,
}

impl Around {
    fn of_process(runner: bool) -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let stderr = io::stderr();
        let choice = anstream::AutoStream::choice(&stderr);
        let named = [("GITHUB_ACTIONS", Runner::GitHub), ("GITLAB_CI", Runner::GitLab)];
        Self {
            runner: named.into_iter().find(|(name, _)| set(name).is_some()).map(|(_, runner)| runner),
            ci: runner,
            step_summary: set("GITHUB_STEP_SUMMARY").map(PathBuf::from),
            error_color: matches!(choice, anstream::ColorChoice::Always | anstream::ColorChoice::AlwaysAnsi),
            guarded: false,
            watched: stderr.is_terminal() && !runner && set("TERM").is_none_or(|term| term != "dumb"),
        }
    }
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
        let off = ["", "0", "false", "no"];
        let runner = RUNNERS.iter().filter_map(std::env::var_os).any(|value| !off.iter().any(|off| value == *off));
        Ok(Self {
            stdin: Box::new(io::stdin()),
            stdout: Box::new(io::BufWriter::new(stdout)),
            stderr: Box::new(io::stderr()),
            folder: std::env::current_dir()?,
            color,
            width,
            around: Around::of_process(runner),
            syntax: Rc::default(),
        }
        .guarded(runner))
    }

    /// With a guard before both streams: no line holds what is known as a secret, or what a terminal obeys; nor, where a
    /// CI runner reads along, what that would take for a command.
    #[must_use]
    pub fn guarded(mut self, runner: bool) -> Self {
        self.around.guarded = true;
        self.stdout = Box::new(Guard::new(self.stdout, runner, Rc::clone(&self.syntax)));
        self.stderr = Box::new(Guard::new(self.stderr, runner, Rc::clone(&self.syntax)));
        self
    }

    /// Says what is in the way of a verdict, on the stream for that: results may go to a file or to a program.
    ///
    /// # Errors
    /// Those of the streams.
    fn say_problems(&mut self, report: &Report, shown: Shown<'_>, style: &Style) -> io::Result<()> {
        if report.problems.is_empty() || style.quiet {
            return Ok(());
        }
        // What was found stands before it, where both go to one screen.
        self.stdout.flush()?;
        let style = Style { color: self.around.error_color, ..*style };
        report::problems(report, shown, &style, &mut self.stderr)
    }

    /// Says why a command cannot do what it was asked for, and gives the exit status of that.
    ///
    /// # Errors
    /// Those of the streams.
    fn refuse(&mut self, problems: Vec<Problem>, shown: Shown<'_>, style: &Style) -> io::Result<u8> {
        self.say(&problems, shown, style)?;
        Ok(2)
    }

    /// Says problems on the stream for that, and that there is no verdict; nothing where there is none.
    ///
    /// # Errors
    /// Those of the streams.
    fn say(&mut self, problems: &[Problem], shown: Shown<'_>, style: &Style) -> io::Result<()> {
        let report = Report { problems: problems.to_vec(), ..Report::default() }.judged(Severity::Error, false);
        self.say_problems(&report, shown, style)
    }

    /// How to write, by the flags that every command has.
    fn style(&self, cli: &Cli) -> Style {
        let color = match cli.color {
            Color::Auto => self.color,
            Color::Always => true,
            Color::Never => false,
        };
        let width = self.width.map_or(100, |width| width.clamp(40, 100));
        Style { color, width, verbose: cli.verbose, quiet: cli.quiet, unicode: true, problems: true }
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
    terminal.around.error_color = match cli.color {
        Color::Auto => terminal.around.error_color,
        Color::Always => true,
        Color::Never => false,
    };
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
        Command::Completions(args) => install::completions(args, terminal),
        Command::Man(args) => install::man(args, &style, terminal),
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
