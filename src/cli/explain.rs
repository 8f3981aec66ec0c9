//! `preflight explain`: a policy, a kind of fact, or what stands on a line and what policies made of it.

use super::args::ExplainArgs;
use super::exceptions::{self, Excepted};
use super::facts::fact_text;
use super::session::{Bare, Options, Project, Session};
use super::{Terminal, on_one_line};
use crate::evaluate::Run;
use crate::fact::{COMMON, FactId, FieldDef, KINDS, Kind, Type};
use crate::finding::{Finding, Problem, Waived};
use crate::policy::{self, Policy, PolicySet, Spellings, did_you_mean};
use crate::project;
use crate::report::Style;
use crate::rule::Traced;
use crate::source::{Shown, Span};
use std::collections::HashSet;
use std::io::{self, Write};
use std::path::PathBuf;

pub(super) fn run(args: &ExplainArgs, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
    if let Some(kind) = Kind::named(&args.what) {
        return kind_text(kind, style, terminal);
    }
    if let Some((path, line)) = file_and_line(&args.what) {
        return line_text(args, path, line, style, terminal);
    }
    policy_text(args, style, terminal)
}

fn file_and_line(what: &str) -> Option<(PathBuf, usize)> {
    let (path, line) = what.rsplit_once(':')?;
    let line: usize = line.parse().ok().filter(|line| *line > 0)?;
    // FILE:LINE:COLUMN, as an editor copies it.
    match path.rsplit_once(':') {
        Some((file, first)) if first.parse::<usize>().is_ok() => Some((file.into(), first.parse().ok()?)),
        _ => Some((path.into(), line)),
    }
}

fn kind_text(kind: Kind, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
    if style.quiet {
        return Ok(0);
    }
    let def = kind.def();
    let out = &mut terminal.stdout;
    writeln!(out, "{}  {}\n\nfields", def.name, def.doc)?;
    let fields: Vec<&FieldDef> = def
        .fields
        .iter()
        .chain(COMMON.iter().filter(|field| def.fields.iter().all(|own| own.field != field.field)))
        .collect();
    let width = fields.iter().map(|field| field.field.as_str().len()).max().unwrap_or(0);
    for field in &fields {
        writeln!(out, "  {:width$}  {:8}  {}", field.field.as_str(), type_name(field.ty), field.doc)?;
        if let Type::Enum(words) | Type::Ordered(words) = field.ty {
            let words: Vec<&str> = words.iter().map(|word| word.name).collect();
            writeln!(
                out,
                "  {:width$}  {:8}  {}",
                "",
                "",
                words.join(if matches!(field.ty, Type::Ordered(_)) { " < " } else { ", " })
            )?;
        }
    }
    if let Some(parent) = def.parent.map(Kind::def) {
        let names: Vec<String> = parent.fields.iter().map(|field| format!("{}.{}", parent.name, field.field)).collect();
        writeln!(out, "\nof the {} it stands in\n  {}", parent.name, names.join(", "))?;
    }
    if !def.variants.is_empty() {
        writeln!(out, "\nis")?;
        let width = def.variants.iter().map(|variant| variant.name.len()).max().unwrap_or(0);
        for variant in def.variants {
            let fields: Vec<&str> = variant.fields.iter().map(|field| field.as_str()).collect();
            writeln!(out, "  {:width$}  {}\n  {:width$}  {}", variant.name, variant.doc, "", fields.join(", "))?;
        }
    }
    Ok(0)
}

/// A type in a word.
pub(super) fn type_name(ty: Type) -> &'static str {
    match ty {
        Type::Text => "text",
        Type::Name => "name",
        Type::SqlType => "type",
        Type::Label => "label",
        Type::Enum(_) | Type::DocumentKind => "enum",
        Type::Ordered(_) => "ordered",
        Type::Bool(..) => "bool",
        Type::Number => "number",
        Type::Secret => "secret",
        Type::Names => "list",
    }
}

fn policy_text(args: &ExplainArgs, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
    let options = Options { paths: &[], project: &args.project, stdin: None, bare: Bare::Seen, documents: false };
    let mut session = Session::load(&options, terminal);
    if !session.problems.is_empty() {
        return terminal.refuse(session.problems.clone(), session.sources.shown(), style);
    }
    let packs: Vec<_> = policy::built_in_names().filter_map(policy::built_in).collect();
    let built_in = policy::load(&packs, &Spellings::default(), &[], &mut session.sources).unwrap_or_default();
    let sets: Vec<&PolicySet> = session.projects.iter().map(|project| &project.set).chain([&built_in]).collect();
    let id = args.what.split('/').next().unwrap_or("");
    let shown = session.sources.shown();
    let found = sets.iter().find_map(|set| {
        let policy = set
            .policies
            .iter()
            .find(|policy| policy.id.value == id || policy.also_known_as.iter().any(|old| old == id))?;
        Some((set, policy))
    });
    let Some((set, policy)) = found else {
        let known = sets
            .iter()
            .flat_map(|set| &set.policies)
            .map(|policy| policy.id.value.as_str())
            .chain(KINDS.iter().map(|def| def.name));
        let near = did_you_mean(&args.what, known);
        let help = near.map_or_else(
            || "Give a policy (`preflight policies` lists them), a kind of fact, or FILE:LINE.".to_owned(),
            |near| format!("Did you mean `{near}`?"),
        );
        let problem = Problem::path(
            "usage",
            args.what.clone(),
            format!("there is no policy and no kind of fact `{}`", crate::source::escape_controls(&args.what)),
        );
        return terminal.refuse(vec![problem.help(help)], shown, style);
    };
    if !style.quiet {
        write_policy(set, policy, shown, &mut terminal.stdout)?;
    }
    Ok(0)
}

fn write_policy(set: &PolicySet, policy: &Policy, shown: Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
    let pack = set.packs.get(policy.pack).map(|pack| format!("{} {}", pack.name, pack.version)).unwrap_or_default();
    let title = format!("{}  {}, of {pack}", policy.id.value, policy.severity.otherwise);
    writeln!(out, "{}", on_one_line(&title))?;
    let advice = &policy.advice;
    for (lead, text) in [("why", Some(&advice.why)), ("fix", Some(&advice.fix)), ("see", advice.see.as_ref())] {
        if let Some(text) = text {
            writeln!(out, "  {lead}  {}", on_one_line(text))?;
        }
    }
    let place = shown.place(policy.id.span);
    writeln!(out, "\n{}:{}", shown.path(policy.id.span.source), place.line)?;
    let indent = |text: &str| text.len() - text.trim_start().len();
    let first = shown.line(policy.id.span.source, place.line).text;
    writeln!(out, "{first}")?;
    for number in place.line + 1..=shown.line_count(policy.id.span.source) {
        let line = shown.line(policy.id.span.source, number).text;
        if line.trim().is_empty() || indent(&line) <= indent(&first) {
            break;
        }
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn line_text(args: &ExplainArgs, path: PathBuf, line: usize, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
    let paths = [path.clone()];
    let options = Options { paths: &paths, project: &args.project, stdin: None, bare: Bare::Judged, documents: true };
    let session = Session::load_since(&options, args.since.base.as_deref(), false, terminal);
    let shown = session.sources.shown();
    let name = crate::discover::shown(&crate::discover::absolute(&path, &terminal.folder), &terminal.folder);
    let mut any = false;
    for project in &session.projects {
        let facts = &project.read.facts;
        let on_line = |span: Span| {
            let place = shown.place(span);
            shown.path(span.source) == name && (place.line..=place.end_line).contains(&line)
        };
        let watched: Vec<FactId> = facts
            .all()
            .filter(|id| facts.fact(*id).kind != Kind::Document && on_line(facts.fact(*id).anchor))
            .collect();
        if watched.is_empty() {
            continue;
        }
        any = true;
        if !style.quiet {
            write_traces(project, &watched, shown, style, &mut terminal.stdout)?;
        }
    }
    match (any, session.problems.is_empty()) {
        (true, true) => Ok(0),
        (_, false) => terminal.refuse(session.problems.clone(), shown, style),
        (false, true) => {
            let problem = Problem::path("path", name.clone(), format!("no fact stands at {name}:{line}"));
            terminal.refuse(
                vec![problem.help(format!("`preflight facts {name}` lists those of the file."))],
                shown,
                style,
            )
        }
    }
}

/// Whether a finding is about the fact at `anchor`, alone or with others.
fn stands_for(finding: &Finding, subject: &str, anchor: Span) -> bool {
    let here = |span: &Span| anchor.contains(*span);
    let own = || finding.object == subject && finding.span().is_some_and(|at| at.source == anchor.source);
    finding.parties.iter().any(here) || own()
}

/// "waived until 2027-01-31 at a.sql:3: nobody reads it".
fn waived_text(waived: &Waived, shown: Shown<'_>) -> String {
    let until = waived.until.map(|day| format!(" until {}", crate::date::text(day))).unwrap_or_default();
    let place = format!("{}:{}", shown.path(waived.span.source), shown.place(waived.span).line);
    let reason = if waived.reason.is_empty() { String::new() } else { format!(": {}", waived.reason) };
    on_one_line(&format!("waived{until} at {place}{reason}"))
}

fn write_traces(
    project: &Project,
    watched: &[FactId],
    shown: Shown<'_>,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let expected = project.config.as_ref().map(|config| project::expected(config, &project.prefix)).unwrap_or_default();
    let run = Run { today: project.today, wanted: &|_| true, needs: &[] };
    let evaluation = project.read.judge(
        project.config.as_ref(),
        &project.set,
        &expected,
        run,
        watched.iter().copied().collect::<HashSet<_>>(),
    );
    let none = project.exceptions.waivers.list.is_empty();
    let excepted = if none { Excepted::default() } else { exceptions::judge(project, shown, true).0 };
    for id in watched {
        write!(out, "fact  {}", fact_text(project, *id, shown, style.width))?;
        let traces: Vec<_> = evaluation.traces.iter().filter(|trace| trace.fact == *id).collect();
        let asked =
            traces.iter().filter(|trace| style.verbose > 0 || !matches!(trace.outcome, Traced::DoesNotApply(_)));
        let width = traces.iter().map(|trace| trace.policy.len()).max().unwrap_or(0);
        let skipped = traces.iter().filter(|trace| matches!(trace.outcome, Traced::DoesNotApply(_))).count();
        if !traces.is_empty() {
            writeln!(out, "policies that looked at it")?;
        }
        for trace in asked {
            let (mark, words) = match &trace.outcome {
                Traced::Fires(words) => ("×", words.clone()),
                Traced::Passes(words) => ("✓", words.clone()),
                Traced::DoesNotApply(words) => ("–", format!("does not apply: {words}")),
                Traced::Exempt => ("✓", "exempt by its `unless`".to_owned()),
                Traced::Undecided(words) => ("?", format!("undecided: it {words}")),
            };
            writeln!(out, "  {mark} {:width$}  {}", trace.policy, on_one_line(&words))?;
            let subject = project.read.facts.subject(*id);
            for waived in excepted.waived.iter().filter(|waived| {
                waived.finding.policy.split('/').next() == Some(&trace.policy)
                    && stands_for(&waived.finding, &subject, project.read.facts.fact(*id).anchor)
            }) {
                writeln!(out, "    {:width$}  {}", "", waived_text(waived, shown))?;
            }
        }
        if skipped > 0 && style.verbose == 0 {
            writeln!(out, "  – {skipped} more do not apply (-v lists them)")?;
        }
        writeln!(out)?;
    }
    Ok(())
}
