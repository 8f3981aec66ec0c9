//! `preflight completions` and `preflight man`: what is installed beside the program, made of the command line itself.

use super::Terminal;
use super::args::{Cli, CompletionsArgs, ManArgs};
use crate::discover;
use crate::finding::Problem;
use crate::report::Style;
use crate::source::SourceMap;
use clap::CommandFactory as _;
use std::io::{self, Write as _};
use std::path::Path;

pub(super) fn completions(args: &CompletionsArgs, terminal: &mut Terminal) -> io::Result<u8> {
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    terminal.stdout.write_all(&script)?;
    Ok(0)
}

pub(super) fn man(args: &ManArgs, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
    let command = Cli::command().disable_help_subcommand(true);
    let Some(folder) = &args.into else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        terminal.stdout.write_all(&page)?;
        return Ok(0);
    };
    let folder = discover::absolute(folder, &terminal.folder);
    match write(command, &folder) {
        Ok(()) => Ok(0),
        Err(error) => {
            let shown = discover::shown(&folder, &terminal.folder);
            let message = format!("{shown} cannot be written: {}", error.kind());
            let problem = Problem::path("path", shown, message).help("Name a folder that you may write to.");
            terminal.refuse(vec![problem], SourceMap::new().shown(), style)
        }
    }
}

/// Writes a page for the program and for every command.
fn write(command: clap::Command, folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(command, folder)
}
