//! `preflight init`: a first preflight.yaml, or a policy file out of a runbook.

use super::args::InitArgs;
use super::{Terminal, atomic};
use crate::config::FILE_NAME;
use crate::discover;
use crate::finding::Problem;
use crate::init::{self, Complaint, Head, Table};
use crate::policy::matrix::Demand;
use crate::policy::{self, PackText, Spellings};
use crate::report::Style;
use crate::source::{SourceMap, escape_controls};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub(super) fn run(args: &InitArgs, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
    let done = match &args.from {
        Some(page) => from_page(page, args, style, terminal)?,
        None => first(args, style, terminal)?,
    };
    match done {
        Ok(status) => Ok(status),
        Err((problems, sources)) => terminal.refuse(problems, sources.shown(), style),
    }
}

/// A status, or what stands in the way with the texts that it is about.
type Done = Result<u8, (Vec<Problem>, SourceMap)>;

fn stopped(problem: Problem) -> Done {
    Err((vec![problem], SourceMap::new()))
}

/// A preflight.yaml for the files with well-known names in this folder.
fn first(args: &InitArgs, style: &Style, terminal: &mut Terminal) -> io::Result<Done> {
    let (found, problems) = discover::well_known_patterns(&terminal.folder, &terminal.folder);
    if !problems.is_empty() {
        return Ok(Err((problems, SourceMap::new())));
    }
    if found.is_empty() {
        let problem = Problem::path("path", ".", "no file here has a well-known name".to_owned());
        let help = format!(
            "Say which files are what: paste this into {FILE_NAME} and correct the paths.\n\n{}",
            super::session::STARTER
        );
        return Ok(stopped(problem.help(help)));
    }
    let path = terminal.folder.join(FILE_NAME);
    if let Err(problem) = keep(&path, &init::starter(&found), args.force, &terminal.folder) {
        return Ok(stopped(problem));
    }
    if !style.quiet {
        writeln!(terminal.stdout, "wrote {FILE_NAME}")?;
        for found in &found {
            let files = if found.files == 1 { "1 file".to_owned() } else { format!("{} files", found.files) };
            writeln!(terminal.stdout, "  {}  {}, {files}", found.pattern, found.kind.name)?;
        }
        writeln!(terminal.stdout, "Next:  preflight check")?;
    }
    Ok(Ok(0))
}

/// A policy file, or a pack, of the tables of a page.
fn from_page(page: &Path, args: &InitArgs, style: &Style, terminal: &mut Terminal) -> io::Result<Done> {
    let path = discover::absolute(page, &terminal.folder);
    let shown = discover::shown(&path, &terminal.folder);
    let text = match discover::read_text(&path, &shown, "runbook") {
        Ok(text) => text,
        Err(problem) => return Ok(stopped(problem)),
    };
    let (table, complaints) = init::read(&text);
    if table.rows.is_empty() {
        say(&complaints, &shown, style, &mut terminal.stderr)?;
        let message = format!("{shown} has no table of variables that can be read");
        let help = "A heading that names a service, and below it a table: | Variable | Required | Value / Source |";
        return Ok(stopped(Problem::path("runbook", shown, message).help(help)));
    }
    let stem = path.file_stem().map(|stem| slug(&stem.to_string_lossy())).unwrap_or_default();
    let head = Head { id: policy_id(&stem), see: escape_controls(&shown), environments: args.environment.clone() };
    let text = init::policy_file(&table, &head);
    if let Err(problems) = proved(&text) {
        return Ok(Err(problems));
    }
    let name = args.pack.as_ref().and_then(|folder| folder.file_name()).map(|name| slug(&name.to_string_lossy()));
    let files: Vec<(PathBuf, String)> = match (&args.pack, &args.output) {
        (Some(folder), _) => vec![
            (folder.join("pack.yaml"), init::pack(&name.unwrap_or(stem), &head.see)),
            (folder.join("matrix.yaml"), text),
        ],
        (None, Some(file)) => vec![(file.clone(), text)],
        (None, None) => {
            terminal.stdout.write_all(text.as_bytes())?;
            say(&complaints, &shown, style, &mut terminal.stderr)?;
            return Ok(Ok(status(&complaints)));
        }
    };
    let files: Vec<(PathBuf, String)> =
        files.into_iter().map(|(path, text)| (discover::absolute(&path, &terminal.folder), text)).collect();
    // All or nothing: a pack is not left half written.
    for (path, _) in &files {
        if let Err(problem) = may_be_written(path, args.force, &terminal.folder) {
            return Ok(stopped(problem));
        }
    }
    for (path, text) in &files {
        if let Err(problem) = keep(path, text, args.force, &terminal.folder) {
            return Ok(stopped(problem));
        }
    }
    say(&complaints, &shown, style, &mut terminal.stderr)?;
    if !style.quiet {
        for (path, _) in &files {
            writeln!(terminal.stdout, "wrote {}", escape_controls(&discover::shown(path, &terminal.folder)))?;
        }
        writeln!(terminal.stdout, "{}", counted(&table))?;
        let place = args.pack.as_ref().or(args.output.as_ref());
        let place = place.map(|place| discover::shown(&discover::absolute(place, &terminal.folder), &terminal.folder));
        writeln!(
            terminal.stdout,
            "Next:  read it, add `./{}` to `packs:` of {FILE_NAME}, and preflight check",
            escape_controls(&place.unwrap_or_default())
        )?;
    }
    Ok(Ok(status(&complaints)))
}

/// What is missing from the result makes it a finding: nobody shall take half a table for the whole.
fn status(complaints: &[Complaint]) -> u8 {
    u8::from(complaints.iter().any(|complaint| complaint.lost))
}

fn say(complaints: &[Complaint], shown: &str, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if style.quiet {
        return Ok(());
    }
    let shown = escape_controls(shown);
    for Complaint { line, message, lost } in complaints {
        let what = if *lost { "not read" } else { "note" };
        writeln!(out, "{shown}:{line}: {what}: {}", escape_controls(message))?;
    }
    out.flush()
}

/// "3 services, 12 variables: 18 required, 8 forbidden, 3 optional"
fn counted(table: &Table) -> String {
    let cells = || table.rows.iter().flat_map(|row| &row.cells);
    let demands = [(Demand::Required, "required"), (Demand::Forbidden, "forbidden"), (Demand::Optional, "optional")];
    let demands =
        demands.map(|(demand, word)| format!("{} {word}", cells().filter(|cell| cell.demand == demand).count()));
    let many = |count: usize, noun: &str| if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") };
    format!("{}, {}: {}", many(table.services.len(), "service"), many(table.rows.len(), "variable"), demands.join(", "))
}

/// Whether the policy file loads; whoever reads it later must not be the first to find out.
fn proved(text: &str) -> Result<(), (Vec<Problem>, SourceMap)> {
    let mut sources = SourceMap::new();
    let files = vec![("matrix.yaml".to_owned(), text.to_owned())];
    let pack = PackText { name: "init".to_owned(), folder: "init".to_owned(), files };
    match policy::load(&[pack], &Spellings::default(), &[], &mut sources) {
        Ok(_) => Ok(()),
        Err(problems) => Err((problems, sources)),
    }
}

/// A name of letters, digits and `-`.
fn slug(name: &str) -> String {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-").to_lowercase()
}

fn policy_id(stem: &str) -> String {
    match stem {
        "" => "matrix".to_owned(),
        stem if stem.ends_with("matrix") => stem.to_owned(),
        stem => format!("{stem}-matrix"),
    }
}

/// What is there is somebody's work: it is written over only where that is asked for.
fn may_be_written(path: &Path, force: bool, base: &Path) -> Result<(), Problem> {
    if force || path.symlink_metadata().is_err() {
        return Ok(());
    }
    let shown = discover::shown(path, base);
    let message = format!("{shown} is there already");
    Err(Problem::path("path", shown, message).help("Give --force to write over it."))
}

fn keep(path: &Path, text: &str, force: bool, base: &Path) -> Result<(), Problem> {
    may_be_written(path, force, base)?;
    let written = path
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| atomic::write(path, |out| out.write_all(text.as_bytes())));
    written.map_err(|error| {
        let shown = discover::shown(path, base);
        let message = format!("{shown} cannot be written: {}", error.kind());
        Problem::path("path", shown, message).help("Choose another place.")
    })
}
