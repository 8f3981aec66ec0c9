//! The environment variables that stand in for flags. The flags name them; this reads the list out of the command, so
//! that help, documentation and messages have one source.

use super::args::Cli;
use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue};
use clap::{Command, CommandFactory as _};
use std::sync::LazyLock;

/// An environment variable that stands in for a flag.
#[derive(Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// The flag, with its dashes.
    pub flag: String,
    /// What the flag is for.
    pub doc: String,
}

/// Every variable, in the order of the commands and their flags.
pub fn all() -> &'static [Variable] {
    static ALL: LazyLock<Vec<Variable>> = LazyLock::new(|| {
        let (mut all, mut todo) = (Vec::<Variable>::new(), vec![Cli::command()]);
        while let Some(command) = todo.pop() {
            for arg in command.get_arguments() {
                let Some((name, flag)) = arg.get_env().and_then(|name| name.to_str()).zip(arg.get_long()) else {
                    continue;
                };
                if all.iter().all(|known| known.name != name) {
                    let doc = arg.get_help().map(ToString::to_string).unwrap_or_default();
                    // The names are those of the table of flags: they live as long as the program.
                    all.push(Variable { name: name.to_owned().leak(), flag: format!("--{flag}"), doc });
                }
            }
            todo.extend(command.get_subcommands().cloned());
        }
        all.sort_by_key(|variable| variable.name);
        all
    });
    &ALL
}

/// The variable that stands in for a flag.
pub(super) fn of_flag(flag: &str) -> Option<&'static Variable> {
    all().iter().find(|variable| variable.flag == flag)
}

/// What a variable says; an empty one says nothing.
pub(super) fn value(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A flag, or the variable that said this value in its place.
pub(super) fn said_by(flag: &'static str, said: &str) -> &'static str {
    of_flag(flag)
        .filter(|variable| value(variable.name).as_deref() == Some(said))
        .map_or(flag, |variable| variable.name)
}

/// The command without the variables that are set to nothing, as runners set them.
pub(super) fn without_empty(command: Command) -> Command {
    let is_empty = |arg: &clap::Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    let command = command.mut_args(|arg| if is_empty(&arg) { arg.env(Resettable::Reset) } else { arg });
    command.mut_subcommands(without_empty)
}

/// The variable that a usage error is about, where nobody wrote the flag.
pub(super) fn blamed(error: &clap::Error, arguments: &[std::ffi::OsString]) -> Option<&'static str> {
    let Some(ContextValue::String(named)) = error.get(ContextKind::InvalidArg) else { return None };
    let flag = named.split([' ', '=']).next()?;
    let variable = of_flag(flag)?;
    let is_written = arguments.iter().any(|argument| argument.to_string_lossy().split('=').next() == Some(flag));
    (!is_written && value(variable.name).is_some()).then_some(variable.name)
}
