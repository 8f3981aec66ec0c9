//! `preflight.yaml`: packs, documents, labels, fail level. Pure: text in, settings or errors out.

mod beside;
mod captures;
mod settings;

pub use settings::{OFF, POLICY_KEYS};

use crate::document::value::redact_tree;
use crate::document::{self, DOCUMENT_KINDS, DocumentKind};
use crate::fact::kinds::connection::DRIVERS;
use crate::fact::{Field, Kind};
use crate::finding::{Problem, Severity};
use crate::policy::adjust::Setting;
use crate::policy::grammar::Key;
use crate::policy::load::Loader;
use crate::policy::load::reader::Problems;
use crate::policy::model::Need;
use crate::policy::waivable::Demand;
use crate::policy::{Spellings, built_in_names};
use crate::source::{SourceId, Span, Spanned};
use crate::tree::{self, Entry, Format, Node, NodeValue};
use std::collections::{HashMap, HashSet};

/// The file that is looked for, from the path that is checked upward.
pub const FILE_NAME: &str = "preflight.yaml";

/// The newest version of preflight.yaml that is understood.
pub const VERSION: i64 = 1;

const fn must(name: &'static str, doc: &'static str) -> Key {
    Key { name, required: true, doc }
}

const fn may(name: &'static str, doc: &'static str) -> Key {
    Key { name, required: false, doc }
}

/// The keys of preflight.yaml: one list, read by the loader and by the schema.
pub const KEYS: &[Key] = &[
    must("version", "the version of this file: 1"),
    must("packs", "packs in force: names of built-in ones, or paths of a folder or a policy file beside this file"),
    must("documents", "which files are documents, of which kind"),
    may("labels", "other spellings of a label: `environment: { prod: [production] }`"),
    may("params", "values for the parameters of packs, by name"),
    may(
        "policies",
        "another severity for policies of the packs, by id: `no-truncate: { severity: warning }`, or `off`",
    ),
    may("needs", "for a kind of fact: `required` or `optional`, over what the packs say"),
    may("directions", "file-name globs of migrations that go back, besides those of the packs"),
    may("exclude", "globs of files and folders that are never read"),
    may("fail_on", "the severity from which on a finding fails the run: error, warning or info"),
    may("waivers", "what waivers must be like, and where their file is: preflight-waivers.yaml where nothing is said"),
    may(
        "baseline",
        "the file of findings that are known: `preflight baseline write` writes it; then only what is new is reported",
    ),
    may("today", "the date that counts as today: YYYY-MM-DD, or `now` for the clock of the machine"),
];

/// The keys of `waivers`.
pub const WAIVERS_KEYS: &[Key] = &[
    may("require", "what each must say: a list of reason, until, owner and ticket"),
    may("max_days", "how many days from today on each may hold at most; each must then say `until`"),
    may("file", "the file of waivers, relative to this file"),
];

/// The keys of an entry of `documents`.
pub const DOCUMENT_KEYS: &[Key] = &[
    must(
        "files",
        "a glob of paths relative to this file; `{service}` and `{environment}` bind labels, `{schema}` the schema",
    ),
    must("kind", "the kind of document"),
    may("loader", "whose grammar reads the file at run time, for dotenv"),
    may(
        "driver",
        "whose grammar reads the connection strings of the file at run time; without it their scheme decides, then the pack, else libpq",
    ),
    may(
        "runner",
        "who runs the migrations, and so reads their names and says their order; without it the pack says it, else `plain`",
    ),
    may(
        "database",
        "a name for the database that migrations of several folders build together; without it each folder builds its own",
    ),
    may("service", "the service, or the list of services, where the path does not say it"),
    may("environment", "the environment, where the path does not say it"),
    may("schema", "the schema that a catalog-export speaks of, where neither its rows nor the path say it"),
];

/// What a project says.
#[derive(Debug)]
pub struct Config {
    /// Packs in the order of the file.
    pub packs: Vec<Spanned<String>>,
    /// Documents in the order of the file; a file belongs to the first entry that fits.
    pub documents: Vec<DocumentEntry>,
    /// Spellings of labels.
    pub spellings: Spellings,
    /// Values of params.
    pub params: Vec<(Spanned<String>, Vec<String>)>,
    /// What is set for policies of the packs.
    pub settings: Vec<Setting>,
    /// Fact kinds that must be given, or may be missing.
    pub needs: Vec<(Kind, Need, Span)>,
    /// File-name globs of migrations that go back.
    pub directions: Vec<(&'static str, Vec<String>)>,
    /// Globs of what is never read.
    pub exclude: Vec<Spanned<String>>,
    /// The severity from which on a finding fails the run.
    pub fail_on: Severity,
    /// The date that counts as today.
    pub today: Option<Today>,
    /// Where each key stands that the file has.
    pub places: Vec<(String, Span)>,
    /// What waivers must be like.
    pub waivers: Demand,
    /// The file of waivers, where it is named.
    pub waivers_file: Option<Spanned<String>>,
    /// The file of findings that are known.
    pub baseline: Option<Spanned<String>>,
}

/// The date that counts as today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Today {
    /// This one, in days since 1970-01-01.
    Day(i64),
    /// Whatever the clock of the machine says.
    Clock,
}

impl Today {
    /// Reads `YYYY-MM-DD` or `now`.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "now" { Some(Self::Clock) } else { crate::date::parse(text).map(Self::Day) }
    }
}

/// An entry of `documents`.
#[derive(Debug)]
pub struct DocumentEntry {
    /// The glob with its captures.
    pub files: Spanned<String>,
    /// The kind.
    pub kind: &'static DocumentKind,
    /// The loader that it names.
    pub loader: Option<&'static str>,
    /// The service or services that it says.
    pub services: Vec<String>,
    /// The environment that it says.
    pub environment: Option<String>,
    /// The driver that reads its connection strings.
    pub driver: Option<&'static str>,
    /// The runner of its migrations.
    pub runner: Option<&'static str>,
    /// The database that its migrations build together with those of other entries.
    pub database: Option<String>,
    /// The schema that its rows speak of.
    pub schema: Option<String>,
}

/// Reads preflight.yaml.
///
/// # Errors
/// Every error of the file, each with its place.
pub fn load(source: SourceId, text: &str) -> Result<Config, Vec<Problem>> {
    let tree = match tree::parse(Format::Yaml, source, text) {
        Ok(mut tree) => {
            // Whoever shows the text hides the same: `secrets_of_yaml`.
            redact_tree(text, &mut tree);
            tree
        }
        Err(errors) => {
            let problem =
                |error: tree::TreeError| Problem::at("config", error.span, error.message).note("here").help(error.help);
            return Err(errors.into_iter().map(problem).collect());
        }
    };
    let mut problems = Problems::new("config");
    let config = read(&tree, &mut problems);
    let problems = problems.into_vec();
    match config {
        Some(config) if problems.is_empty() => Ok(config),
        _ => Err(problems),
    }
}

fn read(tree: &Node, problems: &mut Problems) -> Option<Config> {
    if tree.value == NodeValue::Null {
        let help = "Begin it with `version: 1`, `packs:` and `documents:`.";
        problems.error(tree.span, format!("{FILE_NAME} is empty"), "nothing stands here", help);
        return None;
    }
    problems.mapping(tree, FILE_NAME, KEYS, |_| false)?;
    check_version(tree, problems);
    let spellings = tree.get("labels").map(|node| spellings(node, problems)).unwrap_or_default();
    let packs = tree.get("packs").map(|node| packs(node, problems)).unwrap_or_default();
    let documents = tree.get("documents").map(|node| documents(node, problems)).unwrap_or_default();
    let params = tree.get("params").map(|node| params(node, problems)).unwrap_or_default();
    let severities: Vec<(&str, Severity)> =
        Severity::ALL.iter().map(|severity| (severity.as_str(), *severity)).collect();
    let fail_on =
        tree.get("fail_on").and_then(|node| problems.choice(node, "`fail_on`", &severities)).unwrap_or(Severity::Error);
    let exclude = tree.get("exclude").map(|node| problems.texts(node, "a glob of `exclude`")).unwrap_or_default();
    let today = tree.get("today").and_then(|node| today(node, problems));
    let waivers =
        tree.get("waivers").filter(|node| problems.mapping(node, "`waivers`", WAIVERS_KEYS, |_| false).is_some());
    let waivers_file = waivers.and_then(|node| file(node.get("file")?, "`file`", problems));
    let waivers = waivers.map(|node| Demand::read(node, problems)).unwrap_or_default();
    let baseline = tree.get("baseline").and_then(|node| file(node, "`baseline`", problems));
    let mut loader = Loader::new("config", &spellings, &[]);
    let needs = loader.needs(tree.get("needs"));
    let directions = loader.directions(tree.get("directions"));
    let settings = tree.get("policies").map(|node| settings::settings(node, &mut loader)).unwrap_or_default();
    loader.problems.into_vec().into_iter().for_each(|problem| problems.push(problem));
    let places = tree.entries().unwrap_or_default().iter();
    let places = places.map(|entry| (entry.key.value.clone(), entry.key.span)).collect();
    Some(Config {
        packs,
        documents,
        spellings,
        params,
        settings,
        needs,
        directions,
        exclude,
        fail_on,
        today,
        waivers,
        waivers_file,
        baseline,
        places,
    })
}

/// A file beside preflight.yaml or below it.
fn file(node: &Node, what: &str, problems: &mut Problems) -> Option<Spanned<String>> {
    let path = problems.sentence(node, what)?;
    if path.starts_with('/') || path.split('/').any(|part| part == "..") {
        problems.error(node.span, format!("{what} lies outside of the project"), "not below this file", "");
    }
    Some(Spanned::new(path, node.span))
}

fn check_version(tree: &Node, problems: &mut Problems) {
    let Some(node) = tree.get("version") else { return };
    if let Some(version) = problems.number(node, "`version`").filter(|version| *version != VERSION) {
        let message = format!("version {version} of {FILE_NAME} is not known");
        problems.error(node.span, message, "not known", format!("The newest that is known is {VERSION}."));
    }
}

fn packs(node: &Node, problems: &mut Problems) -> Vec<Spanned<String>> {
    let packs = problems.texts(node, "a pack");
    if node.items().is_some_and(<[Node]>::is_empty) {
        let help = format!("Built in: {}.", built_in_names().collect::<Vec<_>>().join(", "));
        problems.error(node.span, "`packs` names no pack", "nothing would be judged", help);
    }
    let mut seen = HashSet::new();
    for pack in packs.iter().filter(|pack| !seen.insert(pack.value.as_str())) {
        let message = format!("`packs` names `{}` twice", pack.value);
        problems.error(pack.span, message, "a second time", "Keep one of the two.");
    }
    packs
}

fn documents(node: &Node, problems: &mut Problems) -> Vec<DocumentEntry> {
    let entries = problems.list(node, "`documents`").unwrap_or_default();
    if node.items().is_some_and(<[Node]>::is_empty) {
        let help = "Add an entry: `- files: \"env/{environment}/{service}.env\"`, `kind: dotenv`.";
        problems.error(node.span, "`documents` names no file", "nothing to check", help);
    }
    let entries: Vec<Option<DocumentEntry>> = entries.iter().map(|node| document_entry(node, problems)).collect();
    entries.into_iter().flatten().collect()
}

fn today(node: &Node, problems: &mut Problems) -> Option<Today> {
    let found = node.text().and_then(Today::parse);
    if found.is_none() {
        problems.error(node.span, "`today` must be a date or `now`", "not a date", "Write it as YYYY-MM-DD.");
    }
    found
}

fn spellings(node: &Node, problems: &mut Problems) -> Spellings {
    let mut spellings = Spellings::default();
    let labels = [("service", Field::Service), ("environment", Field::Environment)];
    for entry in problems.entries(node, "`labels`").unwrap_or_default() {
        let Some((_, label)) = labels.iter().find(|(name, _)| *name == entry.key.value) else {
            problems.unknown(
                entry.key.span,
                format!("there is no label `{}`", entry.key.value),
                &entry.key.value,
                labels.iter().map(|(name, _)| *name),
            );
            continue;
        };
        // One spelling of two names would be the first of them, in silence.
        let mut known: HashMap<String, String> = HashMap::new();
        for entry in problems.entries(&entry.value, "a label").unwrap_or_default() {
            let own = Spanned::new(entry.key.value.clone(), entry.key.span);
            let others = problems.texts(&entry.value, "another spelling");
            for spelling in std::iter::once(&own).chain(&others) {
                let before = known.insert(spelling.value.clone(), own.value.clone());
                if let Some(other) = before.filter(|other| *other != own.value) {
                    let message = format!("`{}` is a spelling of two {label}s", spelling.value);
                    let note = format!("it is one of `{other}` already");
                    problems.error(spelling.span, message, note, "Keep it at one of them.");
                }
            }
            spellings.add(*label, own.value, others.into_iter().map(|text| text.value).collect());
        }
    }
    spellings
}

fn params(node: &Node, problems: &mut Problems) -> Vec<(Spanned<String>, Vec<String>)> {
    let entries = problems.entries(node, "`params`").unwrap_or_default();
    let mut read = |entry: &Entry| {
        let values = problems.texts(&entry.value, "a value of a param").into_iter().map(|text| text.value).collect();
        (entry.key.clone(), values)
    };
    entries.iter().map(&mut read).collect()
}

fn document_entry(node: &Node, problems: &mut Problems) -> Option<DocumentEntry> {
    problems.mapping(node, "an entry of `documents`", DOCUMENT_KEYS, |_| false)?;
    let files = node.get("files").and_then(|node| Some(Spanned::new(problems.sentence(node, "`files`")?, node.span)));
    if let Some(files) = &files {
        captures::check(files, problems);
    }
    let kind = node.get("kind").and_then(|node| kind(node, problems));
    let loader = match (node.get("loader"), kind) {
        (Some(loader), Some(kind)) => read_loader(loader, kind, problems),
        (Some(loader), None) => problems.text(loader, "`loader`").and(None),
        (None, _) => None,
    };
    let services = node.get("service").map(|node| problems.texts(node, "`service`")).unwrap_or_default();
    let environment = node.get("environment").and_then(|node| problems.text(node, "`environment`"));
    captures::said_twice(node, files.as_ref(), problems);
    let schema = captures::schema(node, files.as_ref(), kind, problems);
    let services = services.into_iter().map(|text| text.value).collect();
    let driver = node.get("driver").and_then(|node| driver(node, kind?, problems));
    let runner = node.get("runner").and_then(|node| runner(node, kind?, problems));
    let database = node.get("database").and_then(|node| database(node, kind?, problems));
    Some(DocumentEntry { files: files?, kind: kind?, loader, services, environment, driver, runner, database, schema })
}

fn kind(node: &Node, problems: &mut Problems) -> Option<&'static DocumentKind> {
    let name = problems.text(node, "`kind`")?;
    let found = document::kind(&name);
    if found.is_none() {
        let message = format!("there is no kind of document `{name}`");
        problems.unknown(node.span, message, &name, DOCUMENT_KINDS.iter().map(|kind| kind.name));
    }
    found
}

fn read_loader(node: &Node, kind: &DocumentKind, problems: &mut Problems) -> Option<&'static str> {
    let name = problems.text(node, "`loader`")?;
    let found = kind.loaders.iter().find(|loader| **loader == name);
    if kind.loaders.is_empty() {
        problems.error(node.span, format!("a document of kind {} has no loader", kind.name), "not here", "Remove it.");
    } else if found.is_none() {
        problems.unknown(node.span, format!("there is no loader `{name}`"), &name, kind.loaders.iter().copied());
    }
    found.copied()
}

fn driver(node: &Node, kind: &DocumentKind, problems: &mut Problems) -> Option<&'static str> {
    if !kind.gives.contains(&Kind::Connection) {
        let message = format!("a document of kind {} holds no connection strings", kind.name);
        problems.error(node.span, message, "not here", "Remove it.");
        return None;
    }
    problems.choice(node, "`driver`", &DRIVERS.iter().map(|word| (word.name, word.name)).collect::<Vec<_>>())
}

fn runner(node: &Node, kind: &DocumentKind, problems: &mut Problems) -> Option<&'static str> {
    if kind.runners.is_empty() {
        let message = format!("a document of kind {} is run by no runner", kind.name);
        problems.error(node.span, message, "not here", "Remove it.");
        return None;
    }
    problems.choice(node, "`runner`", &kind.runners.iter().map(|name| (*name, *name)).collect::<Vec<_>>())
}

fn database(node: &Node, kind: &DocumentKind, problems: &mut Problems) -> Option<String> {
    if kind.runners.is_empty() {
        let message = format!("a document of kind {} builds no database", kind.name);
        problems.error(node.span, message, "not here", "Remove it.");
        return None;
    }
    problems.sentence(node, "`database`")
}
