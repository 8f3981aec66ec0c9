//! Every command on one project, both streams searched.

use super::leak::Needles;
use super::plants::Plant;
use super::project::Project;
use preflight::cli::{Terminal, run};
use preflight::report::{FORMATS, Format};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// A stream that keeps what is written.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs a command in a folder, with the guard of a process before its streams (for a CI runner or not) or without: its
/// status and both streams.
pub fn say(folder: &Path, args: &[&str], stdin: &[u8], guard: Option<bool>) -> (u8, String) {
    let (status, out, err) = say_apart(folder, args, stdin, guard);
    (status, out + &err)
}

/// The same with each stream by itself.
pub fn say_apart(folder: &Path, args: &[&str], stdin: &[u8], guard: Option<bool>) -> (u8, String, String) {
    let (kept, problems) = (Kept::default(), Kept::default());
    let mut terminal = Terminal {
        stdin: Box::new(io::Cursor::new(stdin.to_vec())),
        stdout: Box::new(kept.clone()),
        stderr: Box::new(problems.clone()),
        folder: folder.to_path_buf(),
        color: false,
        width: None,
        around: Default::default(),
        syntax: Default::default(),
    };
    if let Some(runner) = guard {
        terminal = terminal.guarded(runner);
    }
    let arguments = ["preflight"].iter().chain(args).map(|arg| (*arg).into());
    let status = run(arguments, &mut terminal);
    drop(terminal);
    let text = |kept: &Kept| String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    (status, text(&kept), text(&problems))
}

/// Runs a command and searches what it says; how much that was.
pub fn search(project: &Project, args: &[&str], stdin: &[u8], needles: &Needles) -> usize {
    let (_, said) = say(&project.path(), args, stdin, needles.guard);
    needles.search(args, &said);
    said.len()
}

/// Every command and format but for `explain FILE:LINE`; how many bytes they said.
pub fn main_commands(project: &Project, needles: &Needles) -> usize {
    let others: &[&[&str]] = &[
        &["waivers"],
        &["waivers", "--format", "json"],
        &["facts"],
        &["facts", "--format", "json", "-v"],
        &["state"],
        &["state", "--format", "json"],
        &["state", "--format", "sql"],
        &["drift", "--expected", ".", "--actual", "."],
        &["drift", "--expected", ".", "--actual", ".", "--format", "markdown"],
        &["drift", "--expected", ".", "--actual", ".", "--format", "json"],
        &["policies", "--format", "json"],
        &["config", "show"],
        &["config", "show", "--format", "json"],
        &["explain", "no-debug"],
        &["explain", "variable"],
    ];
    let said: usize = others.iter().map(|args| search(project, args, b"", needles)).sum();
    said + judging_commands(project, needles)
}

/// The commands whose words depend on what policies find.
pub fn judging_commands(project: &Project, needles: &Needles) -> usize {
    let commands: &[&[&str]] = &[
        &["check", "-vv"],
        &["check", "--strict", "--color", "always"],
        &["check", "--no-waivers"],
        &["check", "--baseline"],
        &["policies"],
        &["explain", "everything"],
        &["matrix", "-v", "--color", "always"],
        &["matrix", "--broken"],
        &["matrix", "--policy-only"],
        &["audit", "-v", "--color", "always"],
    ];
    let tables: Vec<[&str; 3]> = ["markdown", "json", "html"]
        .into_iter()
        .flat_map(|format| ["matrix", "audit"].map(|command| [command, "--format", format]))
        .collect();
    let commands = commands.iter().copied().chain(tables.iter().map(|args| args.as_slice()));
    let said: usize = commands.map(|args| search(project, args, b"", needles)).sum();
    said + checks(project, needles)
}

/// Every format of `check`, from one run.
pub fn checks(project: &Project, needles: &Needles) -> usize {
    in_all_formats(project, &["check", "-v"], b"", needles)
}

/// What one run says in every format: on standard output, and in a file each.
fn in_all_formats(project: &Project, args: &[&str], stdin: &[u8], needles: &Needles) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let file = |format: &Format| folder.path().join(format.name);
    let outputs = FORMATS.iter().map(|format| format!("--output={}={}", format.name, file(format).display()));
    let outputs: Vec<String> = outputs.collect();
    let args: Vec<&str> = args.iter().copied().chain(outputs.iter().map(String::as_str)).collect();
    let said = search(project, &args, stdin, needles);
    let searched = FORMATS.iter().map(|format| {
        let text = std::fs::read_to_string(file(format)).unwrap();
        needles.search(&["check", "--format", format.name], &text);
        text.len()
    });
    said + searched.sum::<usize>()
}

/// Every command, with every line of the one file explained.
pub fn everything(project: &Project, kind: &str, plant: &Plant, needles: &Needles) -> usize {
    main_commands(project, needles)
        + search(project, &["check", &plant.path, "--format", "json"], b"", needles)
        + explain_lines(project, &plant.path, &String::from_utf8_lossy(&plant.content), needles)
        + standard_input(project, kind, plant, needles)
}

/// A file on standard input.
pub fn standard_input(project: &Project, kind: &str, plant: &Plant, needles: &Needles) -> usize {
    let mut said = 0;
    for format in ["human", "json"] {
        for command in ["check", "facts"] {
            let args = [command, "-", "--kind", kind, "--environment", "prod", "--format", format];
            said += search(project, &args, &plant.content, needles);
        }
    }
    said
}

/// `explain FILE:LINE` for every line.
pub fn explain_lines(project: &Project, path: &str, text: &str, needles: &Needles) -> usize {
    let lines = text.lines().count().max(1);
    (1..=lines).map(|line| search(project, &["explain", "-v", &format!("{path}:{line}")], b"", needles)).sum()
}
