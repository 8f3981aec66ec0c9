//! `preflight import`: asks a platform's own command for its exports, and keeps them where only their owner can read them.

use super::Terminal;
use super::args::{ImportArgs, ImportRailwayArgs, Platform};
use crate::config::FILE_NAME;
use crate::discover;
use crate::finding::Problem;
use crate::import::{self, Question};
use crate::report::Style;
use crate::source::{SourceMap, escape_controls};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The command of Railway.
const RAILWAY: &str = "railway";

pub(super) fn run(args: &ImportArgs, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
    let Platform::Railway(args) = &args.platform;
    let mut import = Import { problems: Vec::new(), notices: Vec::new(), written: Vec::new() };
    import.railway(args, &terminal.folder);
    if style.quiet {
        return Ok(if import.problems.is_empty() { 0 } else { 2 });
    }
    import.report(args, style, terminal)
}

struct Import {
    problems: Vec<Problem>,
    notices: Vec<String>,
    /// The files that were written, as they are shown.
    written: Vec<String>,
}

impl Import {
    fn railway(&mut self, args: &ImportRailwayArgs, base: &Path) {
        let folder = discover::absolute(&args.into, base);
        let first = import::status();
        let Some(status) = self.answer(&first, base) else { return };
        let plan = match import::plan(&status, &args.environment) {
            Ok(plan) => plan,
            Err(message) => {
                let help = "Look at what `railway status --json` prints.";
                return self.problems.push(Problem::path("railway", "railway status", message).help(help));
            }
        };
        self.notices = plan.notices;
        if let Err(error) = prepare(&folder) {
            let shown = discover::shown(&folder, base);
            return self.problems.push(unwritable(&shown, &error));
        }
        self.keep(&folder, &first, &status, base);
        for question in &plan.questions {
            if let Some(answer) = self.answer(question, base) {
                self.keep(&folder, question, &answer, base);
            }
        }
    }

    /// What the command answers; a problem where it does not. What it says besides is not repeated: it may hold anything.
    fn answer(&mut self, question: &Question, base: &Path) -> Option<String> {
        let mut command = Command::new(RAILWAY);
        let command = command.args(&question.arguments).current_dir(base).stdin(Stdio::null());
        let called = format!("railway {}", question.arguments.join(" "));
        let problem = |message: String, help: String| Problem::path("railway", called.clone(), message).help(help);
        let output = match command.output() {
            Ok(output) => output,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let message = "Railway's command line `railway` is not on this machine".to_owned();
                let help = "Install it (docs.railway.com/cli), then: railway login, railway link, and this command again. \
                            Or run scripts/railway-export.sh where it is, and bring the folder here.";
                self.problems.push(Problem::path("railway", RAILWAY, message).help(help));
                return None;
            }
            Err(error) => {
                let message = discover::describe(RAILWAY, &error);
                self.problems.push(problem(message, "Look at the rights of the command.".to_owned()));
                return None;
            }
        };
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
            let help = match said {
                said if said.contains("login") || said.contains("unauthorized") => {
                    "Log in first: railway login".to_owned()
                }
                said if said.contains("link") => "Link this folder to the project first: railway link".to_owned(),
                _ => format!("Run it by hand to see why: {called}"),
            };
            self.problems.push(problem(format!("{} could not be exported", question.what), help));
            return None;
        }
        let text = String::from_utf8(output.stdout).ok();
        let text = text.filter(|text| serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text).is_ok());
        if text.is_none() {
            let message = format!("what came for {} is no JSON", question.what);
            self.problems.push(problem(message, "Upgrade Railway's command line: railway upgrade".to_owned()));
        }
        text
    }

    /// Writes an answer down.
    fn keep(&mut self, folder: &Path, question: &Question, text: &str, base: &Path) {
        let path = question.file.iter().fold(folder.to_path_buf(), |path, part| path.join(part));
        let shown = discover::shown(&path, base);
        match write(&path, text) {
            Ok(()) => self.written.push(shown),
            Err(error) => self.problems.push(unwritable(&shown, &error)),
        }
    }

    fn report(self, args: &ImportRailwayArgs, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
        let count = self.written.len();
        if count > 0 {
            let folder = discover::shown(&discover::absolute(&args.into, &terminal.folder), &terminal.folder);
            let files = if count == 1 { "file" } else { "files" };
            writeln!(terminal.stdout, "wrote {count} {files} below {}, for your eyes only", escape_controls(&folder))?;
            for path in &self.written {
                writeln!(terminal.stdout, "  {}", escape_controls(path))?;
            }
        }
        for notice in &self.notices {
            writeln!(terminal.stdout, "{}", escape_controls(notice))?;
        }
        if !self.problems.is_empty() {
            return terminal.refuse(self.problems, SourceMap::new().shown(), style);
        }
        if discover::config_above(&terminal.folder).is_none() {
            writeln!(
                terminal.stdout,
                "\nThere is no {FILE_NAME} here yet. This one reads the files:\n\n{}",
                import::DOCUMENTS
            )?;
        }
        writeln!(terminal.stdout, "Next:  preflight check")?;
        Ok(0)
    }
}

fn unwritable(shown: &str, error: &io::Error) -> Problem {
    let message = format!("{shown} cannot be written: {}", error.kind());
    Problem::path("path", shown, message).help("Choose another folder with --into.")
}

/// Makes the folder of an import: nobody else may look into it, and git leaves it alone.
fn prepare(folder: &Path) -> io::Result<()> {
    private_folder(folder)?;
    let ignore = folder.join(".gitignore");
    if ignore.symlink_metadata().is_ok() {
        return Ok(());
    }
    write(&ignore, "# Exports hold secrets: they are never committed.\n*\n")
}

/// A folder that only its owner can look into; one that is there already is made so. A link is not followed.
fn private_folder(folder: &Path) -> io::Result<()> {
    if let Ok(known) = folder.symlink_metadata()
        && !known.is_dir()
    {
        return Err(io::Error::from(io::ErrorKind::NotADirectory));
    }
    fs::create_dir_all(folder)?;
    restrict(folder, 0o700)
}

/// Writes a file that only its owner can read: whole, or not at all.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let Some(folder) = path.parent() else { return Err(io::Error::from(io::ErrorKind::InvalidInput)) };
    private_folder(folder)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let new: PathBuf = folder.join(format!(".{name}.new"));
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let written = create(&new).and_then(|mut file| file.write_all(text.as_bytes()));
    let kept = written.and_then(|()| fs::rename(&new, path));
    if kept.is_err() {
        // What is half written holds secrets too.
        let _ = fs::remove_file(&new);
    }
    kept
}

/// A new file that is private from its first byte on.
fn create(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

/// Elsewhere a folder below the user's own is private already.
#[cfg(not(unix))]
fn restrict(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}
