//! The two sides of a comparison, read.

use crate::cli::Terminal;
use crate::cli::args::ProjectArgs;
use crate::cli::session::{Bare, Options, STDIN, Session};
use crate::cli::state::schema_of;
use crate::discover::{self, Side};
use crate::document::Settings;
use crate::fact::Fact;
use crate::finding::{Finding, Problem};
use crate::policy::Spellings;
use crate::project;
use crate::source::SourceMap;
use crate::state::{self, Schema};
use std::io::Read as _;
use std::path::Path;

/// What was read for one side, and what stands in the way.
#[derive(Default)]
pub(super) struct Part {
    pub sources: SourceMap,
    pub problems: Vec<Problem>,
    /// Statements that could not be read.
    pub unread: Vec<Finding>,
    pub schema: Option<Schema>,
}

impl Part {
    /// Reads one side.
    pub fn read(path: &Path, terminal: &mut Terminal) -> Self {
        let mut part = Self::default();
        let side =
            if path.as_os_str() == "-" { standard_input(terminal) } else { discover::side(path, &terminal.folder) };
        match side {
            Ok(Side::State(name, text)) => part.kept(&name, &text),
            Ok(Side::Sql { found, printed }) => part.scripts(found, printed),
            Ok(Side::Project) => part = Self::project(path, terminal),
            Err(problem) => part.problems.push(problem),
        }
        part.refuse_nothing(path, &terminal.folder);
        part
    }

    fn kept(&mut self, name: &str, text: &str) {
        let help = "Write it with `preflight state --format json`.";
        match serde_json::from_str::<Schema>(text) {
            Ok(schema) if (state::OLDEST..=state::VERSION).contains(&schema.version) => {
                self.schema = Some(Schema { kept: true, ..schema })
            }
            Ok(schema) => {
                let message = format!("{name} is of version {}, and {} is known", schema.version, state::VERSION);
                self.problems.push(Problem::path("path", name, message).help(help));
            }
            Err(error) => {
                let message = format!("{name} is no schema of `preflight state`: line {}", error.line());
                self.problems.push(Problem::path("path", name, message).help(help));
            }
        }
    }

    fn scripts(&mut self, found: Vec<discover::Found>, printed: bool) {
        let (settings, spellings) = (Settings::default(), Spellings::default());
        let name = |found: &discover::Found| found.relative.clone();
        let mut read = project::read(found, &settings, &spellings, name, &mut self.sources);
        self.problems.append(&mut read.problems);
        self.unread.append(&mut read.unread);
        let shown = self.sources.shown();
        let place = |fact: &Fact| format!("{}:{}", shown.path(fact.anchor.source), shown.place(fact.anchor).line);
        // Scripts of one folder, or one dump: one history.
        let history = read.facts.documents().iter().find_map(|document| document.history.as_ref());
        let history = history.map(|history| &*history.of);
        let schema = Schema::of(std::iter::once((&read.facts, read.doubts.as_slice())), history, place);
        self.schema = Some(Schema { printed, ..schema });
    }

    /// A project, by its own preflight.yaml.
    fn project(path: &Path, terminal: &mut Terminal) -> Self {
        let paths = [path.to_path_buf()];
        let options =
            Options { paths: &paths, project: &ProjectArgs::default(), stdin: None, bare: Bare::Seen, documents: true };
        let mut session = Session::load(&options, terminal);
        let unread = session.projects.iter_mut().flat_map(|project| std::mem::take(&mut project.read.unread)).collect();
        let history = session.history("preflight drift --expected");
        let schema = history.as_ref().ok().and_then(Option::as_deref);
        let schema = schema.map(|history| schema_of(&session, Some(history), session.sources.shown()));
        let mut problems = session.problems;
        match history {
            Err(problem) => problems.push(*problem),
            Ok(None) if problems.is_empty() => {
                let shown = discover::shown(&discover::absolute(path, &terminal.folder), &terminal.folder);
                let help = "Give a folder of *.sql files or of folders with a migration.sql, a project with migrations among its `documents:`, a dump, or the JSON of `preflight state`.";
                problems.push(Problem::path("path", shown.clone(), format!("{shown} holds no migration")).help(help));
            }
            Ok(_) => {}
        }
        Self { sources: session.sources, problems, unread, schema }
    }

    /// Of a side that describes nothing nobody knows whether it is the right one: it would agree with any empty database.
    fn refuse_nothing(&mut self, path: &Path, folder: &Path) {
        let made = |schema: &Schema| schema.tables.values().any(|table| table.made_at.is_some());
        let is_nothing = |schema: &Schema| {
            let others = schema.views.is_empty() && schema.functions.is_empty() && schema.types.is_empty();
            !made(schema) && others
        };
        if self.problems.is_empty() && self.schema.as_ref().is_some_and(is_nothing) {
            let shown = match path.as_os_str() == "-" {
                true => STDIN.to_owned(),
                false => discover::shown(&discover::absolute(path, folder), folder),
            };
            let message = format!("{shown} leaves no table, view, function or type: there is nothing to compare");
            let help = "Give the folder of all migrations, or a dump made by pg_dump --schema-only.";
            self.problems.push(Problem::path("path", shown, message).help(help));
        }
    }
}

fn standard_input(terminal: &mut Terminal) -> Result<Side, Problem> {
    let mut bytes = Vec::new();
    match terminal.stdin.read_to_end(&mut bytes) {
        Ok(_) => discover::text_side(bytes, "-".into(), STDIN.to_owned()),
        Err(error) => Err(Problem::path("path", STDIN, discover::describe(STDIN, &error))),
    }
}
