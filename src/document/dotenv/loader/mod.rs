//! Loaders: how the programs that read env files at run time divide one, and what each makes of a value. A loader is one
//! file and one row of [`LOADERS`]. Nothing is executed, and nothing is taken from the environment of this process.

mod brace;
mod compose;
mod docker;
mod dotenvx;
mod dotenvy;
mod go;
mod godotenv;
mod line;
mod node;
mod npm;
mod python;
mod railway;
mod ruby;
mod shell;
mod value;

use super::plain::Line;
use crate::source::{Mapped, SourceId};
use std::collections::HashMap;
use std::ops::Range;

pub(in crate::document::dotenv) use value::{Unknown, Value};

/// A row of the table of loaders.
#[derive(Debug)]
pub struct Loader {
    /// The name in preflight.yaml and in policies.
    pub name: &'static str,
    /// Which program that is.
    pub doc: &'static str,
    /// Whether other loaders are compared with it.
    pub(in crate::document::dotenv) compared: bool,
    /// Divides a text.
    pub(in crate::document::dotenv) read: fn(&Text<'_>, &mut Scope) -> Vec<Item>,
}

const fn row(name: &'static str, doc: &'static str, read: fn(&Text<'_>, &mut Scope) -> Vec<Item>) -> Loader {
    Loader { name, doc, compared: true, read }
}

/// The table. The first is the default.
pub const LOADERS: &[Loader] = &[
    row("python-dotenv", "python-dotenv 1.2, for Python services", python::read),
    row("npm-dotenv", "the npm package dotenv 17, without dotenv-expand", npm::read),
    row("dotenvx", "dotenvx 1", dotenvx::read),
    row("node", "node --env-file and util.parseEnv, Node 22", node::read),
    row("ruby", "the gem dotenv 2.4", ruby::read),
    row("godotenv", "joho/godotenv 1.5, for Go services", godotenv::read),
    row("compose", "env_file and .env of Docker Compose 2", compose::read),
    row("docker", "docker run --env-file", docker::read),
    row("dotenvy", "the crate dotenvy 0.15, for Rust services", dotenvy::read),
    row("shell", "`set -a; . ./.env` in a POSIX shell", shell::read),
    Loader {
        name: "railway-raw",
        doc: "what `railway variable list --kv` prints: everything behind the first `=` is the value; not measured",
        compared: false,
        read: railway::read,
    },
];

/// The names of all loaders.
pub const NAMES: [&str; LOADERS.len()] = {
    let mut names = [""; LOADERS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = LOADERS[at].name;
        at += 1;
    }
    names
};

/// The loader called `name`; the default where there is none of that name.
pub(in crate::document::dotenv) fn named(name: Option<&str>) -> &'static Loader {
    let found = name.and_then(|name| LOADERS.iter().find(|loader| loader.name == name));
    found.unwrap_or(&LOADERS[0])
}

/// A text to divide, with the source it comes from.
pub(in crate::document::dotenv) struct Text<'a> {
    /// The source of places.
    pub source: SourceId,
    /// The text, with its BOM if it has one.
    pub text: &'a str,
    /// Its lines, where they were divided already.
    pub lines: &'a [Line],
}

impl<'a> Text<'a> {
    /// A part; nothing where the range is none.
    fn part(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or("")
    }

    /// A part that stands there as it is read.
    fn literal(&self, range: Range<usize>) -> Mapped {
        Mapped::literal(self.source, self.part(range.clone()), range.start)
    }
}

/// One part of an env file that is more than a blank or a comment.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::document::dotenv) enum Item {
    /// A name, with its value if it has one.
    Assignment(Assignment),
    /// What the loader skips, and how that is to be said.
    Skipped(Range<usize>, &'static str),
    /// What makes the loader give up on the whole file, and how that is to be said. Whatever stands behind is read as if
    /// this line were not there.
    Refused(Range<usize>, &'static str),
}

/// A name with its value.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::document::dotenv) struct Assignment {
    /// The name without quotes; its bytes.
    pub name: Range<usize>,
    /// The name as the loader has it, where that is not what the bytes spell.
    pub read_as: Option<&'static str>,
    /// Whether `export` stands before it.
    pub exported: bool,
    /// The value; none where the loader sets nothing.
    pub value: Option<Value>,
}

impl Assignment {
    /// An assignment without `export`.
    fn item(name: Range<usize>, value: Option<Value>) -> Item {
        Item::Assignment(Self { name, read_as: None, exported: false, value })
    }
}

/// What is said of a line that a loader skips.
const SKIPPED: &str = "line was not understood";

/// What the environment of the process that reads the file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::document::dotenv) enum Outer {
    /// Nothing: for comparing loaders, and for measured results.
    Empty,
    /// Nobody knows.
    Unknown,
}

/// How many bytes the references of one document may resolve to, all together: references to references grow
/// exponentially otherwise.
const RESOLVED: usize = 256 * 1024;

/// The variables above, and what is known of the others.
pub(in crate::document::dotenv) struct Scope {
    outer: Outer,
    /// Whether anything in the text can ask for a variable above.
    asked: bool,
    /// Nothing where a value is not known.
    values: HashMap<String, Option<Box<str>>>,
    budget: usize,
    /// Why the loader gives up on the whole file, once it does; whoever reads takes it out.
    refused: Option<&'static str>,
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Lookup {
    Value(String),
    Unset,
    Unknown,
}

impl Scope {
    /// Nothing defined yet.
    pub(in crate::document::dotenv) fn new(outer: Outer, text: &str) -> Self {
        let asked = text.contains('$') || text.contains("export");
        Self { outer, asked, values: HashMap::new(), budget: RESOLVED, refused: None }
    }

    /// What `name` stands for: the file's own value where a line above gives one.
    fn get(&mut self, name: &str) -> Lookup {
        match self.values.get(name) {
            Some(Some(value)) if value.len() <= self.budget => {
                self.budget -= value.len();
                Lookup::Value(value.to_string())
            }
            Some(_) => Lookup::Unknown,
            None if self.outer == Outer::Empty => Lookup::Unset,
            None => Lookup::Unknown,
        }
    }

    /// The same, where the loader looks into the file only.
    fn get_own(&mut self, name: &str) -> Lookup {
        if self.values.contains_key(name) { self.get(name) } else { Lookup::Unset }
    }

    /// Takes a definition in.
    fn define(&mut self, name: &str, value: &Value) {
        if self.asked {
            let known = value.unknown.is_none().then(|| value.text.text().into());
            self.values.insert(name.to_owned(), known);
        }
    }

    /// A name that stands for nothing that is known.
    fn forget(&mut self, name: &str) {
        if self.asked {
            self.values.insert(name.to_owned(), (self.outer == Outer::Empty).then(Box::default));
        }
    }
}

#[cfg(test)]
mod conformance;
