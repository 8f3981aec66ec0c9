//! Where a report goes: standard output, files (`--output FORMAT=FILE`), the summary of a step, and the runner of a CI
//! system. Problems have a stream of their own.

use super::Terminal;
use super::guard::Guard;
use super::session::Session;
use super::{Runner, atomic, on_one_line};
use crate::discover;
use crate::finding::{Problem, Severity};
use crate::report::{FORMATS, Format, Report, Style, Syntax, github};
use crate::source::{Shown, SourceId, SourceMap, escape_controls};
use std::cell::Cell;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// What `--output` asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    format: &'static str,
    file: PathBuf,
}

/// Reads `FORMAT=FILE`.
pub(super) fn parse(text: &str) -> Result<Wanted, String> {
    let (name, file) = text.split_once('=').ok_or("it is written FORMAT=FILE, as in sarif=report.sarif")?;
    let known = || FORMATS.iter().map(|format| format.name);
    let Some(format) = Format::named(name) else {
        let near = crate::policy::did_you_mean(name, known());
        return Err(match near {
            Some(near) => format!("there is no format `{name}`; did you mean `{near}`?"),
            None => format!("there is no format `{name}`; there are {}", known().collect::<Vec<_>>().join(", ")),
        });
    };
    match file {
        "" => Err(format!("it names no file: {name}=FILE")),
        "-" => Err(format!("`-` would be standard output, and that is --format {name}")),
        file => Ok(Wanted { format: format.name, file: PathBuf::from(file) }),
    }
}

/// A file that a report goes to.
struct Output {
    format: &'static Format,
    /// Where it is.
    path: PathBuf,
    /// The same, as it is shown.
    shown: String,
}

/// Everything besides the streams that a report goes to.
pub(super) struct Outputs {
    files: Vec<Output>,
    /// The summary of a step, if it was asked for.
    summary: Option<PathBuf>,
}

impl Outputs {
    /// What was asked for. Nothing has been read yet, so that a file that cannot be written costs nobody a long run.
    ///
    /// # Errors
    /// A folder that is not there, two reports for one file, a summary where there is none.
    pub(super) fn new(wanted: &[Wanted], summary: bool, terminal: &Terminal) -> Result<Self, Vec<Problem>> {
        let mut outputs = Self { files: Vec::new(), summary: None };
        let mut problems = Vec::new();
        let mut targets: Vec<PathBuf> = Vec::new();
        for Wanted { format, file } in wanted {
            let path = discover::absolute(file, &terminal.folder);
            let shown = escape_controls(&file.to_string_lossy());
            let flag = format!("--output {format}={shown}");
            match place(&path) {
                Ok(target) if targets.contains(&target) && !atomic::is_special(&path) => {
                    let message = format!("two reports would be written to {shown}");
                    problems.push(Problem::path("usage", flag, message).help("Give each a file of its own."));
                }
                Ok(target) => targets.push(target),
                Err((message, help)) => {
                    problems.push(Problem::path("usage", flag.clone(), format!("{flag}: {message}")).help(help));
                }
            }
            outputs.files.extend(Format::named(format).map(|format| Output { format, path, shown }));
        }
        if summary {
            outputs.summary.clone_from(&terminal.around.step_summary);
            if outputs.summary.is_none() {
                let message = "--step-summary: $GITHUB_STEP_SUMMARY names no file; GitHub Actions sets it";
                let help = "Elsewhere write the same to a file:  --output markdown=FILE";
                problems.push(Problem::path("usage", "--step-summary", message).help(help));
            }
        }
        if problems.is_empty() { Ok(outputs) } else { Err(problems) }
    }

    /// A report never takes the place of what is judged, or of what judges.
    pub(super) fn spare_what_is_read(&self, session: &mut Session, folder: &Path) {
        for output in &self.files {
            // What is not there yet is nothing that was read.
            let Ok(target) = output.path.canonicalize() else { continue };
            let sources = (0..session.sources.len()).map(|index| SourceId(index as u32));
            let is_read = sources.map(|source| session.sources.path(source)).any(|path| {
                let path = folder.join(path);
                path.file_name() == target.file_name() && path.canonicalize().is_ok_and(|path| path == target)
            });
            if is_read {
                let flag = format!("--output {}={}", output.format.name, output.shown);
                let message = format!("{flag}: this run reads that file, and would lose it");
                session.problems.push(Problem::path("usage", flag, message).help("Name another file."));
            }
        }
    }

    /// Hands a report to everybody who waits for it: the one on standard output, problems on the other stream, files, and
    /// the runner. Gives the exit status: 2 where something could not be written, whatever was found.
    ///
    /// # Errors
    /// Those of the streams.
    pub(super) fn deliver(
        &self,
        format: Option<&str>,
        report: &Report,
        shown: Shown<'_>,
        style: &Style,
        terminal: &mut Terminal,
    ) -> io::Result<u8> {
        let printed = print(format, report, shown, style, terminal);
        let mut exit = report.exit;
        // A report that would take the place of what was read is not written.
        let files = if report.problems.iter().any(is_bad_usage) { &[][..] } else { &self.files[..] };
        let mut failed = |name: &str, error: &io::Error, terminal: &mut Terminal| {
            exit = 2;
            let why = on_one_line(&error.kind().to_string());
            writeln!(terminal.stderr, "preflight: {name} cannot be written: {why}")
        };
        for output in files {
            let written = atomic::write(&output.path, |out| {
                render(output.format, report, shown, style, terminal.around.guarded, out)
            });
            if let Err(error) = written {
                failed(&output.shown, &error, terminal)?;
            }
        }
        if let Some(path) = &self.summary
            && let Err(error) = append(path, report, shown, style, terminal.around.guarded)
        {
            failed("the summary of this step", &error, terminal)?;
        }
        printed?;
        if format.is_none() && !style.quiet {
            self.tell_runner(report, shown, terminal)?;
        }
        terminal.stderr.flush()?;
        Ok(exit)
    }

    /// What a CI system can use besides the report for people, where nothing else was asked for.
    fn tell_runner(&self, report: &Report, shown: Shown<'_>, terminal: &mut Terminal) -> io::Result<()> {
        let has = |name: &str| self.files.iter().any(|output| output.format.name == name);
        match terminal.around.runner {
            // Annotations are read from both streams; here they are in nobody's way who keeps the report.
            Some(Runner::GitHub) => {
                terminal.syntax.set(Syntax::Commands);
                let told = github::annotate(report, shown, Some(github::SHOWN), &mut terminal.stderr);
                terminal.syntax.set(Syntax::Text);
                told
            }
            Some(Runner::GitLab) if !report.findings.is_empty() && !has("gitlab") => writeln!(
                terminal.stderr,
                "preflight: a merge request shows findings at their lines with  --output \
                 gitlab=gl-code-quality-report.json  and  artifacts: {{ reports: {{ codequality: \
                 gl-code-quality-report.json }} }}"
            ),
            _ => Ok(()),
        }
    }
}

/// Why a run is not begun: said as the report of a run would be, also to a program.
pub(super) fn refuse(
    format: Option<&str>,
    problems: Vec<Problem>,
    style: &Style,
    terminal: &mut Terminal,
) -> io::Result<u8> {
    let report = Report { problems, ..Report::default() }.judged(Severity::Error, false);
    print(format, &report, SourceMap::new().shown(), style, terminal)?;
    Ok(report.exit)
}

fn is_bad_usage(problem: &Problem) -> bool {
    problem.about == "usage" && problem.path.as_deref().is_some_and(|path| path.starts_with("--output"))
}

/// Writes a report to standard output, and its problems to the other stream. Who went away reads no more, and that is no
/// error.
fn print(
    format: Option<&str>,
    report: &Report,
    shown: Shown<'_>,
    style: &Style,
    terminal: &mut Terminal,
) -> io::Result<()> {
    let format = format.and_then(Format::named).or_else(|| FORMATS.first());
    let Some(format) = format.filter(|_| !style.quiet) else { return Ok(()) };
    terminal.syntax.set(format.syntax);
    let style = Style { problems: false, ..*style };
    let printed = (format.render)(report, shown, &style, &mut terminal.stdout).and_then(|()| terminal.stdout.flush());
    terminal.syntax.set(Syntax::Text);
    match printed {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        result => result?,
    }
    terminal.say_problems(report, shown, &style)
}

/// Renders a report for a file: no colour, with its problems, and behind the same guard as every other output.
fn render(
    format: &Format,
    report: &Report,
    shown: Shown<'_>,
    style: &Style,
    guarded: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let style = Style { color: false, quiet: false, width: 100, problems: true, ..*style };
    if !guarded {
        return (format.render)(report, shown, &style, out);
    }
    let mut guard = Guard::new(out, false, Rc::new(Cell::new(format.syntax)));
    (format.render)(report, shown, &style, &mut guard)?;
    guard.flush()
}

/// Appends a report as Markdown to the summary of a step, in which other commands write too.
fn append(path: &Path, report: &Report, shown: Shown<'_>, style: &Style, guarded: bool) -> io::Result<()> {
    let Some(format) = Format::named("markdown") else { return Ok(()) };
    let mut text = Vec::new();
    render(format, report, shown, style, guarded, &mut text)?;
    text.push(b'\n');
    std::fs::OpenOptions::new().append(true).create(true).open(path)?.write_all(&text)
}

/// Where a file would be, however its path is spelled; why it cannot be there, and the way out.
fn place(path: &Path) -> Result<PathBuf, (String, String)> {
    if path.is_dir() {
        return Err(("that is a folder".to_owned(), "Name a file in it.".to_owned()));
    }
    if let Ok(target) = path.canonicalize() {
        return Ok(target);
    }
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(("that is no file".to_owned(), String::new()));
    };
    match folder.canonicalize() {
        Ok(folder) if folder.is_dir() => Ok(folder.join(name)),
        Ok(_) => Err(("the path leads through a file".to_owned(), String::new())),
        Err(_) => Err(("its folder does not exist".to_owned(), "Make the folder first, or name another.".to_owned())),
    }
}
