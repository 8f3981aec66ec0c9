//! `preflight config show`: the configuration in effect, and where each value comes from.

use super::args::ConfigShowArgs;
use super::json as document;
use super::load::no_config;
use super::session::{Bare, Options, Project, Session};
use super::variables;
use super::{Terminal, on_one_line};
use crate::config::{Config, OFF, Today};
use crate::policy::model::{Param, Severities};
use crate::report::{self, Style};
use crate::source::{Shown, Span, Spanned};
use clap::ArgMatches;
use clap::parser::ValueSource;
use serde_json::{Value, json};
use std::io::{self, Write};

/// Where a value comes from.
enum Origin {
    Default,
    Pack(String),
    File(Span),
    Variable(&'static str),
    Flag(String),
    /// A file that was found, and how.
    Found(String),
}

/// A value in effect.
struct Setting {
    name: &'static str,
    value: String,
    origin: Origin,
}

pub(super) fn run(
    args: &ConfigShowArgs,
    matches: &ArgMatches,
    style: &Style,
    terminal: &mut Terminal,
) -> io::Result<u8> {
    let paths: Vec<_> = args.path.iter().cloned().collect();
    let options = Options { paths: &paths, project: &args.project, stdin: None, bare: Bare::Judged, documents: false };
    let mut session = Session::load(&options, terminal);
    if session.problems.is_empty() && session.projects.iter().all(|project| project.config.is_none()) {
        let path = args.path.as_deref().unwrap_or(std::path::Path::new("."));
        let shown = crate::discover::shown(&crate::discover::absolute(path, &terminal.folder), &terminal.folder);
        session.problems.push(no_config(&shown, None));
    }
    let shown = session.sources.shown();
    let status = if session.problems.is_empty() { 0 } else { 2 };
    if style.quiet {
        return Ok(status);
    }
    let flags = Flags { args, matches };
    let projects = session.projects.iter().filter_map(|project| Some((project, project.config.as_ref()?)));
    let all = projects.map(|(project, config)| (project, settings(project, config, &flags)));
    if args.format == "json" {
        let projects: Vec<Value> = all.map(|(project, settings)| project_json(project, &settings, shown)).collect();
        let problems: Vec<Value> = session.problems.iter().map(|each| document::problem(each, shown)).collect();
        let all = json!({ "version": 1, "projects": projects, "problems": problems });
        document::write(all, &mut terminal.stdout)?;
        return Ok(status);
    }
    for (index, (_, settings)) in all.enumerate() {
        if index > 0 {
            writeln!(terminal.stdout)?;
        }
        write(&settings, shown, &mut terminal.stdout)?;
    }
    if !session.problems.is_empty() {
        terminal.refuse(session.problems.clone(), shown, style)?;
    }
    Ok(status)
}

/// What the command line and the environment say.
struct Flags<'a> {
    args: &'a ConfigShowArgs,
    matches: &'a ArgMatches,
}

impl Flags<'_> {
    /// The origin of a flag's value, where it has one that is no default.
    fn origin(&self, id: &str) -> Option<Origin> {
        let flag = format!("--{}", id.replace('_', "-"));
        match self.matches.value_source(id)? {
            ValueSource::EnvVariable => variables::of_flag(&flag).map(|variable| Origin::Variable(variable.name)),
            ValueSource::CommandLine => Some(Origin::Flag(flag)),
            _ => None,
        }
    }
}

fn settings(project: &Project, config: &Config, flags: &Flags<'_>) -> Vec<Setting> {
    let file = |key: &str| {
        let place = config.places.iter().find(|(known, _)| known == key);
        place.map_or(Origin::Default, |(_, span)| Origin::File(*span))
    };
    let mut settings = Vec::new();
    let mut add = |name: &'static str, value: String, origin: Origin| settings.push(Setting { name, value, origin });
    let path = if project.prefix == "." { String::new() } else { format!("{}/", project.prefix) };
    let path = match &flags.args.project.config {
        Some(named) => named.display().to_string(),
        None => format!("{path}{}", crate::config::FILE_NAME),
    };
    add("config", path, flags.origin("config").unwrap_or_else(|| Origin::Found("found upward".to_owned())));
    if let Some(revision) = &flags.args.project.config_from {
        add("config_from", revision.clone(), flags.origin("config_from").unwrap_or(Origin::Default));
    }
    for (name, pack) in config.packs.iter().zip(&project.set.packs) {
        let title = format!("{} {}", pack.name, pack.version);
        add("packs", title.trim().to_owned(), Origin::File(name.span));
    }
    for entry in &config.documents {
        add("documents", document(entry), Origin::File(entry.files.span));
    }
    for param in project.set.packs.iter().flat_map(|pack| pack.params.iter().map(move |param| (pack, param))) {
        let own = config.params.iter().find(|(name, _)| name.value == param.1.name);
        let origin = own.map_or_else(|| Origin::Pack(param.0.name.clone()), |(name, _)| Origin::File(name.span));
        add("params", values(param.1), origin);
    }
    for adjusted in &project.set.adjusted {
        let now = adjusted.now.as_ref().map_or_else(|| OFF.to_owned(), levels);
        let value = format!("{} is {now} (its pack says {})", adjusted.policy, levels(&adjusted.before));
        add("policies", value, Origin::File(adjusted.span));
    }
    for (label, name, others) in config.spellings.rows() {
        add("labels", format!("{label} {name}: {}", others.join(", ")), file("labels"));
    }
    for (kind, need, span) in &config.needs {
        add("needs", format!("{}: {}", kind.def().name, format!("{need:?}").to_lowercase()), Origin::File(*span));
    }
    for (direction, globs) in &config.directions {
        add("directions", format!("{direction}: {}", globs.join(", ")), file("directions"));
    }
    for glob in &config.exclude {
        add("exclude", glob.value.clone(), Origin::File(glob.span));
    }
    settings.extend(of_exceptions(config));
    settings.extend(flagged(config, flags, file));
    settings
}

/// What is asked of waivers, and the files that know of findings.
fn of_exceptions(config: &Config) -> Vec<Setting> {
    let file = |path: &Option<Spanned<String>>| path.as_ref().map_or(Origin::Default, |path| Origin::File(path.span));
    let setting = |name, value, origin| Setting { name, value, origin };
    let mut settings = vec![setting("waivers", format!("file {}", config.waivers_name()), file(&config.waivers_file))];
    let demand = || config.places.iter().find(|(key, _)| key == "waivers");
    let origin = || demand().map_or(Origin::Default, |(_, span)| Origin::File(*span));
    if !config.waivers.require.is_empty() {
        let parts: Vec<&str> = config.waivers.require.iter().map(|part| part.as_str()).collect();
        settings.push(setting("waivers", format!("each says {}", parts.join(", ")), origin()));
    }
    if let Some(days) = config.waivers.max_days {
        let days = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
        settings.push(setting("waivers", format!("each holds {days} at most"), origin()));
    }
    let baseline = match &config.baseline {
        Some(path) => path.value.clone(),
        None => format!("none: with --baseline {}", config.baseline_name()),
    };
    settings.push(setting("baseline", baseline, file(&config.baseline)));
    settings
}

/// What flags and variables may say, over the file.
fn flagged(config: &Config, flags: &Flags<'_>, file: impl Fn(&str) -> Origin) -> Vec<Setting> {
    let mut settings = Vec::new();
    let mut add = |name: &'static str, value: String, origin: Origin| settings.push(Setting { name, value, origin });
    let fail_on = flags.args.fail_on.clone().unwrap_or_else(|| config.fail_on.to_string());
    add("fail_on", fail_on, flags.origin("fail_on").unwrap_or_else(|| file("fail_on")));
    add("strict", flags.args.strict.to_string(), flags.origin("strict").unwrap_or(Origin::Default));
    let today = match (&flags.args.project.today, config.today) {
        (Some(today), _) => today.clone(),
        (None, Some(Today::Day(day))) => crate::date::text(day),
        (None, Some(Today::Clock)) => "now".to_owned(),
        (None, None) => "none: nothing depends on the date".to_owned(),
    };
    add("today", today, flags.origin("today").unwrap_or_else(|| file("today")));
    for (name, flag) in [("format", "--format"), ("color", "--color")] {
        let variable =
            variables::of_flag(flag).and_then(|variable| Some((variable.name, variables::value(variable.name)?)));
        let usual = if name == "format" { report::FORMATS.first().map_or("", |format| format.name) } else { "auto" };
        match variable {
            Some((variable, value)) => add(name, value, Origin::Variable(variable)),
            None => add(name, usual.to_owned(), Origin::Default),
        }
    }
    settings
}

fn document(entry: &crate::config::DocumentEntry) -> String {
    let mut words = vec![format!("{}: {}", entry.files.value, entry.kind.name)];
    words.extend(entry.loader.map(|loader| format!("loader {loader}")));
    words.extend(entry.driver.map(|driver| format!("driver {driver}")));
    words.extend(entry.runner.map(|runner| format!("runner {runner}")));
    words.extend(entry.database.iter().map(|database| format!("database {database}")));
    if !entry.services.is_empty() {
        words.push(format!("service {}", entry.services.join(", ")));
    }
    words.extend(entry.environment.iter().map(|environment| format!("environment {environment}")));
    words.join(", ")
}

fn values(param: &Param) -> String {
    format!("{}: {}", param.name, param.values.join(", "))
}

/// `error`, or `info in dev, error elsewhere`.
fn levels(severity: &Severities) -> String {
    let mut words: Vec<String> =
        severity.by_environment.iter().map(|(glob, level)| format!("{level} in {}", glob.as_str())).collect();
    let elsewhere = if words.is_empty() { "" } else { " elsewhere" };
    words.push(format!("{}{elsewhere}", severity.otherwise));
    words.join(", ")
}

/// Where a value comes from, in words.
fn words(origin: &Origin, shown: Shown<'_>) -> String {
    match origin {
        Origin::Default => "default".to_owned(),
        Origin::Pack(name) => format!("pack {name}"),
        Origin::File(span) => format!("{}:{}", shown.path(span.source), shown.place(*span).line),
        Origin::Variable(name) => (*name).to_owned(),
        Origin::Flag(flag) => flag.clone(),
        Origin::Found(how) => how.clone(),
    }
}

/// One line a value: what is set, its value, where it comes from.
fn write(settings: &[Setting], shown: Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
    let origins: Vec<String> = settings.iter().map(|setting| on_one_line(&words(&setting.origin, shown))).collect();
    let width = origins.iter().map(|origin| origin.chars().count()).max().unwrap_or(0);
    let mut before = "";
    for (setting, origin) in settings.iter().zip(&origins) {
        let name = if setting.name == before { "" } else { setting.name };
        before = setting.name;
        writeln!(out, "{name:12} {origin:width$}  {}", on_one_line(&setting.value))?;
    }
    Ok(())
}

fn project_json(project: &Project, settings: &[Setting], shown: Shown<'_>) -> Value {
    let setting = |setting: &Setting| {
        let (from, place) = match &setting.origin {
            Origin::Default => ("default", None),
            Origin::Pack(_) => ("pack", None),
            Origin::File(span) => ("file", Some(*span)),
            Origin::Variable(_) => ("variable", None),
            Origin::Flag(_) => ("flag", None),
            Origin::Found(_) => ("found", None),
        };
        json!({
            "name": setting.name,
            "value": setting.value,
            "from": from,
            "origin": words(&setting.origin, shown),
            "at": place.map(|span| document::place(span, shown)),
        })
    };
    let policy = |policy: &crate::policy::Policy| {
        json!({
            "id": policy.id.value,
            "severity": levels(&policy.severity),
            "pack": project.set.packs.get(policy.pack).map(|pack| pack.name.as_str()),
        })
    };
    json!({
        "folder": project.prefix,
        "settings": settings.iter().map(setting).collect::<Vec<_>>(),
        "policies": project.set.policies.iter().map(policy).collect::<Vec<_>>(),
    })
}
