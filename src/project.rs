//! One project: texts with labels in, facts and findings out. Pure.

use crate::config::Config;
use crate::discover::Found;
use crate::document::value::redact_fact;
use crate::document::{DocumentKind, Input, ListedMask, Parsed, Settings};
use crate::evaluate::{Evaluation, Run, evaluate};
use crate::fact::{Cause, Document, Fact, FactId, Facts, Field, Kind, State, Value};
use crate::finding::{Advice, Anchor, Finding, Problem};
use crate::policy::model::{Condition, KindSelection, Literal, PolicySet, Selection, Shape, Term, Test};
use crate::policy::{Glob, Spellings};
use crate::rule::{Context, ExpectedDocument};
use crate::source::{SourceId, SourceMap, Span, escape_controls};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// The id under which what could not be read is reported; no pack decides about it.
pub const NOT_UNDERSTOOD: &str = "not-understood";

/// From this many documents on they are parsed in parallel.
const PARALLEL: usize = 64;

/// What a project's documents say.
#[derive(Default)]
pub struct Read {
    /// The facts.
    pub facts: Facts,
    /// Lines and statements that could not be read, in files that were divided.
    pub unread: Vec<Finding>,
    /// Files that could not be opened, decoded or parsed as their kind.
    pub problems: Vec<Problem>,
    /// Each document that was read: its source, and where it is.
    pub documents: Vec<(SourceId, std::path::PathBuf)>,
    /// How many documents were read, by the word under which they are counted.
    pub counts: Vec<(&'static str, usize)>,
    /// Values that may be shown where a policy in force lists them.
    listed: Vec<(SourceId, ListedMask)>,
}

/// Parses the documents that were found, in the order of their paths.
pub fn read(
    found: Vec<Found>,
    settings: &Settings,
    spellings: &Spellings,
    shown: impl Fn(&Found) -> String,
    sources: &mut SourceMap,
) -> Read {
    let mut read = Read { facts: Facts::new(), ..Read::default() };
    let mut added = Vec::new();
    for mut found in found {
        let name = shown(&found);
        match std::mem::replace(&mut found.text, Ok(String::new())) {
            Ok(text) => added.push((sources.add(name, text), found)),
            Err(problem) => {
                read.problems.push(problem);
                // It is there, and nobody knows what it says: what it may hold is undecided, and not missing.
                let source = sources.add(name, "");
                read.add_unread(source, &found, vec![Span::point(source, 0)], spellings);
            }
        }
    }
    let parse = |(source, found): &(SourceId, Found)| {
        // Settings of its own only where its entry says more than the project.
        let own = found.loader.map(|loader| Settings { loader: Some(loader), ..settings.clone() });
        let settings = own.as_ref().unwrap_or(settings);
        let input = Input { source: *source, text: sources.text(*source), path: &found.relative, settings };
        (found.kind.parse)(input)
    };
    let parsed: Vec<Parsed> =
        if added.len() < PARALLEL { added.iter().map(parse).collect() } else { added.par_iter().map(parse).collect() };
    for ((source, found), parsed) in added.into_iter().zip(parsed) {
        take(&mut read, source, found, parsed, spellings, sources);
    }
    for fact in crate::document::end_state(&read.facts) {
        read.facts.push(fact);
    }
    read
}

fn take(
    read: &mut Read,
    source: SourceId,
    found: Found,
    parsed: Parsed,
    spellings: &Spellings,
    sources: &mut SourceMap,
) {
    sources.mask(source, parsed.masks);
    let broken = !parsed.broken.is_empty();
    if broken && found.kind.sensitive {
        sources.mask_all(source);
    }
    let broken_spans: Vec<Span> = parsed.broken.iter().map(|broken| broken.span).collect();
    for broken in parsed.broken {
        read.problems.push(Problem::at("document", broken.span, broken.message).help(broken.help));
    }
    let unread_spans: Vec<Span> = parsed.unread.iter().map(|unread| unread.span).collect();
    for unread in parsed.unread {
        let advice =
            Advice { why: "What preflight cannot read, nobody has checked.".to_owned(), fix: unread.help, see: None };
        let finding =
            Finding::new(NOT_UNDERSTOOD, unread.severity, unread.message, Anchor::At(unread.span), "not understood");
        read.unread.push(finding.advice(Arc::new(advice)));
    }
    read.listed.extend(parsed.listed.into_iter().map(|mask| (source, mask)));
    if broken {
        read.add_unread(source, &found, broken_spans, spellings);
        return;
    }
    match read.counts.iter_mut().find(|(name, _)| *name == found.kind.counted_as) {
        Some((_, count)) => *count += 1,
        None => read.counts.push((found.kind.counted_as, 1)),
    }
    read.documents.push((source, found.path.clone()));
    let text = sources.text(source);
    let end = Span::point(source, text.trim_end().len());
    let mut facts_of_all = parsed.facts;
    let documents = labelled(source, &found, spellings);
    let last = documents.len().saturating_sub(1);
    for (index, mut document) in documents.into_iter().enumerate() {
        document.unread = unread_spans.clone();
        document.end = end;
        let file_name = escape_controls(found.relative.rsplit('/').next().unwrap_or(""));
        let start = Span::point(source, 0);
        // A document of one service, as most are, gives its facts away.
        let mut facts = if index == last { std::mem::take(&mut facts_of_all) } else { facts_of_all.clone() };
        facts.iter_mut().for_each(redact_fact);
        facts.push(Fact::new(Kind::Document, start).with(Field::Name, file_name, start));
        normalise(&mut facts, spellings);
        read.facts.add(document, facts);
    }
}

/// A document with its labels; one that several services share stands once for each, and says everything for each.
fn labelled(source: SourceId, found: &Found, spellings: &Spellings) -> Vec<Document> {
    let services = found.services.iter().map(|name| Some(name.as_str()));
    let nobody = found.services.is_empty().then_some(None);
    let document = |service: Option<&str>| {
        let service = label(Field::Service, service, source, found.kind, spellings);
        let environment = label(Field::Environment, found.environment.as_deref(), source, found.kind, spellings);
        let path = escape_controls(&found.relative);
        let mut document = Document::new(source, found.kind.name, &path, service, environment);
        document.complete = found.kind.complete;
        document
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
    for fact in facts {
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

impl Read {
    /// Takes in a document that could not be read at all: it has labels, and whatever is asked of it is not known.
    fn add_unread(&mut self, source: SourceId, found: &Found, unread: Vec<Span>, spellings: &Spellings) {
        for mut document in labelled(source, found, spellings) {
            document.unread = unread.clone();
            self.facts.add(document, Vec::new());
        }
    }

    /// Masks the values that may be shown only where a policy lists them, and are not listed.
    pub fn mask_unlisted(&self, set: &PolicySet, sources: &mut SourceMap) {
        let words = listed_words(set);
        // One call a source: each sorts what is hidden there.
        let mut hidden: BTreeMap<SourceId, Vec<Range<usize>>> = BTreeMap::new();
        for (source, mask) in &self.listed {
            let listed = words
                .iter()
                .any(|(names, word)| mask.value.is(word) && names.iter().any(|name| name.matches(&mask.name)));
            if !listed {
                hidden.entry(*source).or_default().push(mask.range.clone());
            }
        }
        for (source, ranges) in hidden {
            sources.mask(source, ranges);
        }
    }

    /// Judges what was read. `watched` are the facts whose judgement is wanted in detail.
    pub fn judge(
        &self,
        config: Option<&Config>,
        set: &PolicySet,
        expected: &[ExpectedDocument],
        run: Run<'_>,
        watched: HashSet<FactId>,
    ) -> Evaluation {
        let context = Context::new(&self.facts, set, expected, watched);
        let needs = config.map(|config| config.needs.as_slice()).unwrap_or_default();
        evaluate(&context, Run { needs, ..run })
    }
}

/// The settings of reading that a configuration and its packs make.
pub fn settings(config: Option<&Config>, set: &PolicySet, today: Option<i64>) -> Settings {
    let of_packs = set.packs.iter().flat_map(|pack| pack.directions.iter());
    let own = config.into_iter().flat_map(|config| config.directions.iter());
    Settings { today, directions: own.chain(of_packs).cloned().collect(), loader: None }
}

/// Where documents of a configuration would stand. `prefix` is the configuration's folder as it is shown.
pub fn expected(config: &Config, prefix: &str) -> Vec<ExpectedDocument> {
    let entry = |entry: &crate::config::DocumentEntry| {
        let pattern = match prefix {
            "." | "" => entry.files.value.clone(),
            prefix => format!("{prefix}/{}", entry.files.value),
        };
        ExpectedDocument { pattern, gives: entry.kind.gives, span: entry.files.span }
    };
    config.documents.iter().map(entry).collect()
}

/// The words that policies list for variables: (patterns of names, word). Such a value is a word of the policy, not a
/// secret of the document.
fn listed_words(set: &PolicySet) -> Vec<(Vec<Glob>, String)> {
    let mut words = Vec::new();
    for policy in &set.policies {
        match &policy.shape {
            Shape::Matrix(matrix) => {
                for row in &matrix.rows {
                    let values = row.cells.iter().filter_map(|cell| cell.value.as_ref());
                    words.extend(
                        values.flat_map(literals).map(|word| (vec![Glob::new(row.variable.value.clone())], word)),
                    );
                }
            }
            Shape::Forbid(facts) => facts.iter().for_each(|facts| words.extend(words_of(facts, None))),
            Shape::Expect(rule) => words.extend(words_of(&rule.facts, Some(&rule.to))),
            Shape::Require(_) | Shape::Distinct(_) | Shape::Same(_) => {}
        }
    }
    words
}

/// The words that a rule lists for the variables that it names.
fn words_of(facts: &KindSelection, to: Option<&Selection>) -> Vec<(Vec<Glob>, String)> {
    if facts.kind.value != Kind::Variable {
        return Vec::new();
    }
    let conditions = |selection: &Selection, field: Field| {
        let terms = selection.terms.iter().filter_map(move |term| match term {
            Term::Field(term) if term.field == field.into() => Some(term.condition.clone()),
            _ => None,
        });
        terms.collect::<Vec<_>>()
    };
    let names: Vec<Glob> = conditions(&facts.selection, Field::Name).iter().flat_map(literals).map(Glob::new).collect();
    let selections = std::iter::once(&facts.selection).chain(to);
    let words =
        selections.flat_map(|selection| conditions(selection, Field::Value)).flat_map(|condition| literals(&condition));
    words.filter(|_| !names.is_empty()).map(|word| (names.clone(), word)).collect()
}

/// The literal texts of a condition; a type's count too, a parameter's and a negated one's do not.
fn literals(condition: &Condition) -> Vec<String> {
    match &condition.test {
        Test::Is(Literal::Text(text)) => vec![text.clone()],
        Test::Is(Literal::Name(name)) if name.is_literal() => vec![name.as_str().to_owned()],
        Test::Any(conditions) | Test::All(conditions) => conditions.iter().flat_map(literals).collect(),
        Test::IsA(ty) => match &ty.judge {
            crate::policy::model::Judge::Value(condition) => literals(condition),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
