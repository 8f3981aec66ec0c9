//! From what a parser gave to documents with labels: one for each service and environment that a text speaks of.

use super::{NOT_UNDERSTOOD, Read, Since};
use crate::discover::Found;
use crate::document::{self, DocumentKind, Input, Owner, Parsed, Settings, sql};
use crate::fact::{Cause, Document, Fact, Field, History, Kind, State, Value};
use crate::finding::{Advice, Anchor, Finding, Problem, Severity};
use crate::history::{self, Base};
use crate::policy::Spellings;
use crate::resolve::{Draft, Names};
use crate::source::{SourceId, SourceMap, Span, Spanned, escape_controls};
use std::collections::HashMap;
use std::sync::Arc;

/// Takes in what was parsed out of one text.
pub(super) fn take(
    read: &mut Read,
    source: SourceId,
    mut found: Found,
    mut parsed: Parsed,
    names: &Names,
    spellings: &Spellings,
    sources: &mut SourceMap,
) -> Vec<Draft> {
    if let Some(kind) = parsed.kind.and_then(document::kind) {
        read.notices.push(format!("{} was taken for {}, by its content", found.relative, kind.name));
        found.kind = kind;
    }
    sources.mask(source, std::mem::take(&mut parsed.masks));
    read.markers.append(&mut parsed.markers);
    read.passed_over.append(&mut parsed.passed_over);
    let broken = !parsed.broken.is_empty();
    if broken && found.kind.sensitive {
        sources.mask_all(source);
    }
    let broken_spans: Vec<Span> = parsed.broken.iter().map(|broken| broken.span).collect();
    for broken in std::mem::take(&mut parsed.broken) {
        read.problems.push(Problem::at("document", broken.span, broken.message).help(broken.help));
    }
    let unread: Vec<Span> = parsed.unread.iter().map(|unread| unread.span).collect();
    let unclear = std::mem::take(&mut parsed.unclear);
    for unread in std::mem::take(&mut parsed.unread).into_iter().chain(unclear) {
        say(read, unread.span, unread.severity, unread.message, unread.help);
    }
    if !parsed.listed.is_empty() {
        read.listed.push((source, std::mem::take(&mut parsed.listed)));
    }
    if broken {
        return self::unread(source, &found, &broken_spans, spellings);
    }
    match read.counts.iter_mut().find(|(name, _)| *name == found.kind.counted_as) {
        Some((_, count)) => *count += 1,
        None => read.counts.push((found.kind.counted_as, 1)),
    }
    read.documents.push((source, found.path.clone()));
    let end = Span::point(source, sources.text(source).trim_end().len());
    let mut drafts = whole(source, &found, parsed.says.clone(), spellings);
    if parsed.parts.is_empty() {
        let copies = vec![(parsed.facts, parsed.open); drafts.len()];
        for (draft, copy) in drafts.iter_mut().zip(copies) {
            (draft.document.unread, draft.document.end) = (unread.clone(), end);
            (draft.facts, draft.open) = copy;
        }
    } else {
        drafts = parts(read, source, &found, parsed, names, spellings);
    }
    let history = history_of(&found, &drafts);
    let file_name = escape_controls(found.relative.rsplit('/').next().unwrap_or(""));
    let start = Span::point(source, 0);
    for draft in &mut drafts {
        draft.facts.push(Fact::new(Kind::Document, start).with(Field::Name, file_name.as_str(), start));
        normalise(&mut draft.facts, spellings);
        draft.document.history.clone_from(&history);
    }
    drafts
}

/// Says of the migrations what became of them since a base; those that are gone become documents that say only that.
pub(super) fn since(
    read: &mut Read,
    drafts: &mut Vec<Draft>,
    since: Since,
    settings: &Settings,
    spellings: &Spellings,
    shown: impl Fn(&Found) -> String,
    sources: &mut SourceMap,
) {
    let known = match since.base {
        Base::Known(known) => known,
        Base::Unknown(cause) => return history::unknown(drafts, &cause),
    };
    let now: HashMap<String, SourceId> =
        drafts.iter().map(|draft| (draft.document.path.clone(), draft.document.source)).collect();
    let mut before = history::Migrations::default();
    for found in since.before {
        let path = escape_controls(&found.relative);
        let source = match now.get(&path) {
            Some(source) => *source,
            None => gone(read, &found, settings, &shown, sources),
        };
        outline(&mut before, found, source, settings, spellings);
    }
    let mut ahead = history::Migrations::default();
    for found in since.ahead {
        // Nothing points into it.
        outline(&mut ahead, found, SourceId(0), settings, spellings);
    }
    history::order(&mut before.drafts);
    history::order(&mut ahead.drafts);
    let sources = &*sources;
    history::since(drafts, before, &ahead, &known, |draft| sources.text(draft.document.source));
}

/// The source of a migration that is gone. What is shown of it is masked as it would be if it were still there.
fn gone(
    read: &mut Read,
    found: &Found,
    settings: &Settings,
    shown: &impl Fn(&Found) -> String,
    sources: &mut SourceMap,
) -> SourceId {
    let text = found.text.as_deref().unwrap_or("");
    let source = sources.add(shown(found), text);
    let own = Settings { runner: found.runner, ..settings.clone() };
    let input = Input { source, text, path: &found.relative, settings: &own };
    sources.mask(source, document::parse(found.kind, input).masks);
    read.gone.push((source, found.path.clone()));
    source
}

/// Takes in what the path of a migration says, and its text.
fn outline(
    migrations: &mut history::Migrations,
    found: Found,
    source: SourceId,
    settings: &Settings,
    spellings: &Spellings,
) {
    let own = Settings { runner: found.runner, ..settings.clone() };
    let text = found.text.as_deref().unwrap_or("");
    let facts = sql::migrations(Input { source, text, path: &found.relative, settings: &own });
    let Some(mut draft) = whole(source, &found, (None, None), spellings).into_iter().next() else { return };
    draft.facts = facts;
    draft.document.history = history_of(&found, std::slice::from_ref(&draft));
    let text = found.text.map_err(|problem| Cause::new(problem.message, problem.help));
    migrations.texts.insert(draft.document.path.clone(), text);
    migrations.drafts.push(draft);
}

/// The history that a migration belongs to: that of its database, where one is named, else that of its folder.
fn history_of(found: &Found, drafts: &[Draft]) -> Option<History> {
    if !document::gives(found.kind.name, Kind::Migration) {
        return None;
    }
    let migration = drafts.first()?.facts.iter().find(|fact| fact.kind == Kind::Migration)?;
    let folder = migration.own(Field::Folder).and_then(State::text).unwrap_or_default();
    let runs = migration.own(Field::Runs).and_then(State::value) == Some(&Value::Bool(true));
    let runs = runs && !history::is_beside(migration, &escape_controls(&found.relative));
    Some(History { of: found.database.as_deref().unwrap_or(folder).into(), runs })
}

/// One document for each part of a text.
fn parts(
    read: &mut Read,
    source: SourceId,
    found: &Found,
    parsed: Parsed,
    names: &Names,
    spellings: &Spellings,
) -> Vec<Draft> {
    let (mut drafts, only) = (Vec::new(), parsed.gives);
    for part in parsed.parts {
        if let Some(span) = names.unnamed(&part.service) {
            let help = "Export the status too:  railway status --json > railway/status.json";
            say(read, span, Severity::Warning, "no document names the service of this id".to_owned(), help.to_owned());
        }
        let path = |of: Field, owner: &Owner, name: Option<&str>| {
            names.label(of, owner, label(of, name, source, found.kind, spellings), spellings)
        };
        let service = path(Field::Service, &part.service, found.services.first().map(String::as_str));
        let environment = path(Field::Environment, &part.environment, found.environment.as_deref());
        let relative = escape_controls(&found.relative);
        let mut document = Document::new(source, found.kind.name, &relative, service, environment);
        document.complete = found.kind.complete && part.complete;
        document.only = only;
        (document.unread, document.end) = (part.unread, part.end);
        drafts.push(Draft { document, facts: part.facts, open: part.open, provided: part.provided });
    }
    drafts
}

fn say(read: &mut Read, span: Span, severity: Severity, message: String, fix: String) {
    let advice = Advice { why: "What preflight cannot read, nobody has checked.".to_owned(), fix, see: None };
    let finding = Finding::new(NOT_UNDERSTOOD, severity, message, Anchor::At(span), "not understood");
    read.unread.push(finding.advice(Arc::new(advice)));
}

/// A document that could not be read at all: it has labels, and whatever is asked of it is not known.
pub(super) fn unread(source: SourceId, found: &Found, unread: &[Span], spellings: &Spellings) -> Vec<Draft> {
    let mut drafts = whole(source, found, (None, None), spellings);
    drafts.iter_mut().for_each(|draft| draft.document.unread = unread.to_vec());
    drafts
}

/// A document with its labels; one that several services share stands once for each, and says everything for each. What
/// it `says` of itself counts where preflight.yaml says nothing.
fn whole(
    source: SourceId,
    found: &Found,
    says: (Option<Spanned<String>>, Option<Spanned<String>>),
    spellings: &Spellings,
) -> Vec<Draft> {
    let own = |of: Field, name: Option<&str>, says: &Option<Spanned<String>>| match (name, says) {
        (None, Some(says)) if found.kind.labelled => {
            State::Stated(escape_controls(spellings.normalise(of, &says.value)).into(), says.span)
        }
        _ => label(of, name, source, found.kind, spellings),
    };
    let services = found.services.iter().map(|name| Some(name.as_str()));
    let nobody = found.services.is_empty().then_some(None);
    let document = |service: Option<&str>| {
        let service = own(Field::Service, service, &says.0);
        let environment = own(Field::Environment, found.environment.as_deref(), &says.1);
        let path = escape_controls(&found.relative);
        let mut document = Document::new(source, found.kind.name, &path, service, environment);
        document.complete = found.kind.complete;
        Draft { document, facts: Vec::new(), open: Vec::new(), provided: Vec::new() }
    };
    services.chain(nobody).map(document).collect()
}

/// A label of a document in the project's own spelling.
fn label(field: Field, name: Option<&str>, source: SourceId, kind: &DocumentKind, spellings: &Spellings) -> State {
    let start = Span::point(source, 0);
    match name {
        Some(name) => State::Stated(escape_controls(spellings.normalise(field, name)).into(), start),
        None if kind.labelled => {
            let cause = Cause::new(
                format!("is of no known {field}: nothing in preflight.yaml binds it"),
                format!("Capture it in the path (`{{{field}}}`), or write `{field}:` beside `files:`."),
            );
            State::Unknown(start, cause)
        }
        None => State::Absent(None),
    }
}

/// Labels that facts give themselves, in the project's own spelling.
fn normalise(facts: &mut [Fact], spellings: &Spellings) {
    for fact in facts.iter_mut().filter(|fact| fact.has_own_labels()) {
        for label in [Field::Service, Field::Environment] {
            let own = match fact.own(label) {
                Some(State::Stated(Value::Text(name), span)) => {
                    Some((spellings.normalise(label, name).to_owned(), *span))
                }
                _ => None,
            };
            if let Some((name, span)) = own {
                fact.set(label, State::Stated(name.into(), span));
            }
        }
    }
}
