//! Runners: how the programs that run migrations read the names of their files, and in which order they take them. A runner
//! is one file and one row of [`RUNNERS`]. What it does with a database is not asked: only what names alone decide.

mod dbmate;
mod diesel;
mod flyway;
mod golang_migrate;
mod plain;
mod prisma;
mod sqlx;
mod supabase;

#[cfg(test)]
mod tests;

use crate::fact::Word;
use std::cmp::Ordering;

/// The parts of a file that holds both ways: the byte at which a line begins that says so, and the way from there on.
pub type Sections = Vec<(usize, Step)>;

/// A row of the table of runners.
#[derive(Debug)]
pub struct Runner {
    /// The name in preflight.yaml and in policies.
    pub name: &'static str,
    /// Which program that is, and what it takes for a migration.
    pub doc: &'static str,
    /// What becomes of a migration that is added before one that a database has run already: "stops at it".
    pub late: &'static str,
    /// Paths under which its migrations are found where there is no configuration.
    pub well_known: &'static [&'static str],
    /// Whether it looks into folders below the one of its migrations.
    pub recurses: bool,
    /// Whether a file may go back by what preflight.yaml or a pack says of its name; where not, the runner alone says it.
    pub goes_back_by_pattern: bool,
    /// Where a file that holds both ways turns: the bytes at which lines of it begin that say so, with the way from there on.
    pub sections: Option<fn(&str) -> Sections>,
    /// Whether a step forward has a file that goes back beside it.
    pub pairs: fn(&Named<'_>) -> bool,
    /// Reads the path of a file.
    pub(in crate::document) read: fn(Path<'_>) -> Named<'_>,
    /// Which of two migrations of one folder runs first.
    order: fn(&Named<'_>, &Named<'_>) -> Ordering,
}

/// The table. The first is the default.
pub const RUNNERS: &[Runner] = &[
    plain::RUNNER,
    supabase::RUNNER,
    prisma::RUNNER,
    diesel::RUNNER,
    sqlx::RUNNER,
    golang_migrate::RUNNER,
    flyway::RUNNER,
    dbmate::RUNNER,
];

/// The names of all runners.
pub const NAMES: [&str; RUNNERS.len()] = {
    let mut names = [""; RUNNERS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = RUNNERS[at].name;
        at += 1;
    }
    names
};

/// Paths under which migrations are found where there is no configuration: those of a runner in particular before others.
pub const WELL_KNOWN: [&str; well_known_patterns()] = {
    let mut patterns = [""; well_known_patterns()];
    let (mut at, mut row) = (0, 0);
    while row < RUNNERS.len() {
        // the first row, which is none in particular, comes last
        let of_row = RUNNERS[(row + 1) % RUNNERS.len()].well_known;
        let mut pattern = 0;
        while pattern < of_row.len() {
            patterns[at] = of_row[pattern];
            (at, pattern) = (at + 1, pattern + 1);
        }
        row += 1;
    }
    patterns
};

const fn well_known_patterns() -> usize {
    let (mut count, mut row) = (0, 0);
    while row < RUNNERS.len() {
        count += RUNNERS[row].well_known.len();
        row += 1;
    }
    count
}

/// The runner whose migrations are found under a well-known path.
pub fn of_well_known(pattern: &str) -> Option<&'static str> {
    RUNNERS.iter().find(|runner| runner.well_known.contains(&pattern)).map(|runner| runner.name)
}

/// The names of all runners as words of the vocabulary.
pub const WORDS: [Word; RUNNERS.len()] = {
    let mut words = [Word::new("", ""); RUNNERS.len()];
    let mut at = 0;
    while at < words.len() {
        words[at] = Word::new(RUNNERS[at].name, RUNNERS[at].name);
        at += 1;
    }
    words
};

/// The one reason for passing a file by that counts where it is the first in its folder, and nowhere else.
pub const FIRST_ONLY: &str = "old-init";

/// Why a runner passes a file by, or stops at it.
pub const SKIPPED: &[Word] = &[
    Word::new("name", "its name is none that the runner takes"),
    Word::new("folder", "the runner does not look into its folder"),
    Word::new(FIRST_ONLY, "the runner passes over an init file from before 9 December 2021"),
    Word::new("refused", "the runner cannot read its number, and stops"),
    Word::new(
        "sections",
        "`-- migrate:up` and then `-- migrate:down` do not stand in it, or something stands before them, and the runner stops",
    ),
];

/// The runner called `name`; the default where there is none of that name.
pub fn named(name: Option<&str>) -> &'static Runner {
    let found = name.and_then(|name| RUNNERS.iter().find(|runner| runner.name == name));
    found.unwrap_or(&RUNNERS[0])
}

/// What a file does in its history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A step forward, taken once.
    Up,
    /// A step back: taken by who asks for it.
    Down,
    /// Taken again whenever it changes, behind all others.
    Repeated,
    /// No step of the history: what the runner does besides.
    Beside,
}

/// What a runner reads out of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<'p> {
    /// The folder that all files of its history stand in.
    pub folder: &'p str,
    /// The part of the path that is compared with others: the name of the file, or of its folder.
    pub sorted_by: &'p str,
    /// The version, as the runner compares it; none where it has none.
    pub version: Option<String>,
    /// The rest of the name.
    pub name: &'p str,
    /// What it does.
    pub step: Step,
    /// Why it never runs: a word of [`SKIPPED`].
    pub skipped: Option<&'static str>,
}

impl Named<'_> {
    /// The number that the version begins with.
    pub fn number(&self) -> Option<u128> {
        digits(self.version.as_deref()?).0.parse().ok()
    }
}

impl Runner {
    /// What it reads out of a path relative to the configuration, with `/`.
    pub fn names<'p>(&self, path: &'p str) -> Named<'p> {
        (self.read)(Path::new(path))
    }

    /// Which of two files of one folder runs first. Files that never run, whatever stands beside them, stand before all others,
    /// and those that are no step behind them.
    pub fn order(&self, one: &Named<'_>, other: &Named<'_>) -> Ordering {
        let rank = |named: &Named<'_>| match (named.skipped, named.step) {
            (Some(why), _) if why != FIRST_ONLY => 0,
            (_, Step::Up | Step::Down) => 1,
            (_, Step::Repeated) => 2,
            (_, Step::Beside) => 3,
        };
        rank(one).cmp(&rank(other)).then_with(|| match rank(one) {
            1 => (self.order)(one, other),
            _ => one.sorted_by.cmp(other.sorted_by),
        })
    }
}

/// A path, divided at its last folders.
#[derive(Clone, Copy, Debug)]
pub(in crate::document) struct Path<'p> {
    /// All folders.
    folder: &'p str,
    /// The folders above the last one.
    above: &'p str,
    /// The last folder.
    last: &'p str,
    /// The name of the file.
    file: &'p str,
}

impl<'p> Path<'p> {
    fn new(path: &'p str) -> Self {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let (above, last) = folder.rsplit_once('/').unwrap_or(("", folder));
        Self { folder, above, last, file }
    }

    /// A file of the folder of its history.
    fn file(self, version: &'p str, name: &'p str) -> Named<'p> {
        let version = (!version.is_empty()).then(|| version.to_owned());
        Named { folder: self.folder, sorted_by: self.file, version, name, step: Step::Up, skipped: None }
    }

    /// A file of a folder of its own, in the folder of its history.
    fn in_own_folder(self, version: &'p str, name: &'p str) -> Named<'p> {
        Named { folder: self.above, sorted_by: self.last, ..self.file(version, name) }
    }

    /// The name of the file without `.sql`.
    fn stem(self) -> &'p str {
        self.file.strip_suffix(".sql").unwrap_or(self.file)
    }
}

impl<'p> Named<'p> {
    fn skipped(self, why: &'static str) -> Self {
        Self { version: None, skipped: Some(why), ..self }
    }

    fn steps(self, step: Step) -> Self {
        Self { step, ..self }
    }
}

/// The digits that a name begins with, and the rest.
fn digits(name: &str) -> (&str, &str) {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    name.split_at_checked(digits).unwrap_or(("", name))
}

/// A number without zeros before it, as who reads numbers compares it.
fn as_number(digits: &str) -> &str {
    match digits.trim_start_matches('0') {
        "" if !digits.is_empty() => "0",
        number => number,
    }
}

/// Names that are compared byte by byte.
fn by_bytes(one: &Named<'_>, other: &Named<'_>) -> Ordering {
    one.sorted_by.cmp(other.sorted_by)
}

/// Versions that are compared as numbers; files of one version by their names.
fn by_number(one: &Named<'_>, other: &Named<'_>) -> Ordering {
    one.number().cmp(&other.number()).then_with(|| by_bytes(one, other))
}

/// No step forward has a file that goes back.
fn alone(_: &Named<'_>) -> bool {
    false
}
